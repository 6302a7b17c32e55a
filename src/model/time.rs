//! Virtual time: the only time that the emulated services know.

use std::fmt;
use std::ops::{Add, Sub};

/// An instant of a tenant's clock, in milliseconds since the Unix epoch (UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VirtualTime(i64);

/// A length of virtual time, in milliseconds. May be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

/// The grain of the timeline: outcomes are computed one slot ahead, at absolute marks.
pub const SLOT: Span = Span::minutes(5);

/// One day.
pub const DAY: Span = Span::hours(24);

impl Span {
    /// A span of `n` milliseconds.
    pub const fn millis(n: i64) -> Self {
        Self(n)
    }
    /// A span of `n` seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000)
    }
    /// A span of `n` minutes.
    pub const fn minutes(n: i64) -> Self {
        Self(n * 60_000)
    }
    /// A span of `n` hours.
    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600_000)
    }
    /// A span of `n` days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self(n * 86_400_000)
    }
    /// The span in milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl Span {
    /// Reads a length of time as people write it (`90s`, `2h 30m`) or as ISO 8601 has it (`PT90S`, `P1DT2H`). A day has 24
    /// hours; months and years have no fixed length and are not read.
    pub fn parse(text: &str) -> Option<Self> {
        let span: jiff::Span = text.trim().parse().ok()?;
        let length = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
        i64::try_from(length.as_millis()).ok().map(Self)
    }
}

/// As ISO 8601 has it: `PT1H30M`, `PT0.25S`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        jiff::SignedDuration::from_millis(self.0).fmt(f)
    }
}

impl serde::Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is no length of time like 90s, 2h 30m or PT1H"))
        })
    }
}

impl VirtualTime {
    /// The instant `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }
    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }
    /// The latest instant that can be read and written: 9000-01-01T00:00:00Z.
    pub const LATEST: Self = Self(221_845_392_000_000);

    /// Days since the epoch, rounded down: the UTC calendar day.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY.0)
    }
    /// Midnight (UTC) at which day `day` since the epoch begins.
    pub const fn of_day(day: i64) -> Self {
        Self(day * DAY.0)
    }
    /// The slot mark at or before this instant.
    pub const fn slot_floor(self) -> Self {
        Self(self.0.div_euclid(SLOT.0) * SLOT.0)
    }

    /// The last multiple of `grain`, counted from midnight (UTC), at or before this instant.
    pub const fn floor_of_day(self, grain: Span) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY.0) % grain.0)
    }

    /// Reads an RFC 3339 instant, with any offset; sub-millisecond digits are cut off.
    ///
    /// `None` when the text is no instant, or lies outside the years 1970 to 9000.
    pub fn parse(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.trim().parse().ok()?;
        let millis = at.as_millisecond();
        (0..=Self::LATEST.0).contains(&millis).then_some(Self(millis))
    }

    fn timestamp(self) -> jiff::Timestamp {
        // Clamped, so it can not be out of range.
        jiff::Timestamp::from_millisecond(self.0.clamp(0, Self::LATEST.0))
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// `2026-11-24 08:15:30Z`, as Entra ID prints it in error bodies.
    pub fn to_spaced(self) -> String {
        self.timestamp().strftime("%Y-%m-%d %H:%M:%SZ").to_string()
    }

    /// `Tue, 24 Nov 2026 08:15:30 GMT`, the form of the HTTP `Date` header (RFC 9110, 5.6.7).
    pub fn to_http_date(self) -> String {
        self.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// `2026-11-24T08:15:30.1201234Z`: seven decimals, as .NET prints instants. The last four are `ticks`.
    pub fn to_ticks_text(self, ticks: u16) -> String {
        let seconds = self.timestamp().strftime("%Y-%m-%dT%H:%M:%S");
        format!("{seconds}.{:03}{:04}Z", self.0.rem_euclid(1_000), ticks % 10_000)
    }

    /// `2026-11-24T08:15:30Z`, without milliseconds.
    pub fn to_seconds_text(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// `2026-11-24T08:15:30.120Z`: always three decimals.
impl fmt::Display for VirtualTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp().strftime("%Y-%m-%dT%H:%M:%S"))?;
        write!(f, ".{:03}Z", self.0.rem_euclid(1_000))
    }
}

impl Add<Span> for VirtualTime {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for VirtualTime {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for VirtualTime {
    type Output = Span;
    fn sub(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl serde::Serialize for VirtualTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for VirtualTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is not an RFC 3339 instant like 2026-11-24T00:00:00Z"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_rfc_3339() {
        let at = VirtualTime::parse("2026-11-24T08:15:30.12+01:00").unwrap();
        assert_eq!(at.to_string(), "2026-11-24T07:15:30.120Z");
        assert_eq!(VirtualTime::parse(&at.to_string()), Some(at));
        assert_eq!(at.to_ticks_text(7), "2026-11-24T07:15:30.1200007Z");
        assert_eq!(at.to_spaced(), "2026-11-24 07:15:30Z");
        assert_eq!(at.to_http_date(), "Tue, 24 Nov 2026 07:15:30 GMT");
        assert_eq!(VirtualTime::parse("yesterday"), None);
    }

    #[test]
    fn lengths_of_time_are_read_as_people_and_as_standards_write_them() {
        let known = [
            ("90s", 90_000),
            ("2h 30m", 9_000_000),
            ("PT1M", 60_000),
            ("P1DT1H", 90_000_000),
            ("250ms", 250),
            ("P7DT30M", 606_600_000),
        ];
        for (text, millis) in known {
            assert_eq!(Span::parse(text), Some(Span::millis(millis)), "{text}");
            assert_eq!(Span::parse(&Span::millis(millis).to_string()), Some(Span::millis(millis)), "{text}");
        }
        for text in ["", "soon", "1 month", "5", "P1Y"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn slots_are_absolute_five_minute_marks() {
        let at = VirtualTime::parse("2026-11-24T08:17:30Z").unwrap();
        assert_eq!(at.slot_floor().to_seconds_text(), "2026-11-24T08:15:00Z");
    }

    #[test]
    fn times_are_rounded_down_from_midnight_on() {
        let at = VirtualTime::parse("2026-11-24T08:17:30.250Z").unwrap();
        for (grain, told) in [
            (Span::seconds(1), "2026-11-24T08:17:30.000Z"),
            (Span::hours(1), "2026-11-24T08:00:00.000Z"),
            // 45 times eleven minutes.
            (Span::minutes(11), "2026-11-24T08:15:00.000Z"),
        ] {
            assert_eq!(at.floor_of_day(grain).to_string(), told);
            assert_eq!((at + Span::days(7)).floor_of_day(grain), at.floor_of_day(grain) + Span::days(7));
        }
    }
}
