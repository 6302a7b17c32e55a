//! Times as logs write them. One without a zone is read as UTC.

use crate::model::time::VirtualTime;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Epoch seconds have no more digits; longer numbers are milliseconds.
const SECONDS_DIGITS: usize = 11;

/// Reads a time in any of the forms that logs have:
/// `1718020800.123`, `1718020800123`, `2024-06-10T12:00:00.123Z`, `2024/06/10 12:00:00`, `Jun 10 2024 12:00:00.123 UTC`,
/// `Mon Jun 10 12:00:00 2024`, `10/Jun/2024:12:00:00 +0200`.
pub(super) fn read(text: &[u8]) -> Option<VirtualTime> {
    let text = text.trim_ascii();
    let first = *text.first()?;
    let millis = if first.is_ascii_alphabetic() {
        by_name(text)
    } else if matches!(text.get(4), Some(b'-' | b'/')) {
        by_year(text)
    } else if text.get(2) == Some(&b'/') {
        by_day(text)
    } else {
        epoch(text)
    }?;
    (0..=VirtualTime::LATEST.millis()).contains(&millis).then(|| VirtualTime::from_millis(millis))
}

/// A date (`2024-06-10`) and a time of day (`12:00:00`) that stand apart.
pub(super) fn read_apart(date: &[u8], time: &[u8]) -> Option<VirtualTime> {
    let day = date_of(date, 0)?;
    let (millis, rest) = time_of_day(time)?;
    let at = day * DAY + millis - offset(rest)?;
    (0..=VirtualTime::LATEST.millis()).contains(&at).then(|| VirtualTime::from_millis(at))
}

fn epoch(text: &[u8]) -> Option<i64> {
    let dot = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let whole = digits(&text[..dot])?;
    if dot == text.len() && text.len() > SECONDS_DIGITS {
        return Some(whole);
    }
    whole.checked_mul(1_000)?.checked_add(fraction(text.get(dot + 1..).unwrap_or_default())?)
}

/// `2024-06-10T12:00:00.123+02:00`, also with slashes and with a blank in the middle.
fn by_year(text: &[u8]) -> Option<i64> {
    let day = date_of(text.get(..10)?, 0)?;
    let between = *text.get(10)?;
    if !matches!(between, b'T' | b't' | b' ') {
        return None;
    }
    let (millis, rest) = time_of_day(&text[11..])?;
    Some(day * DAY + millis - offset(rest)?)
}

/// `10/Jun/2024:12:00:00 +0200`
fn by_day(text: &[u8]) -> Option<i64> {
    let day = days(digits(text.get(7..11)?)?, month(text.get(3..6)?)?, digits(text.get(..2)?)?)?;
    let (millis, rest) = time_of_day(text.get(12..)?)?;
    Some(day * DAY + millis - offset(rest)?)
}

/// `Jun 10 2024 12:00:00.123 UTC`, `Mon Jun 10 12:00:00 2024`
fn by_name(text: &[u8]) -> Option<i64> {
    let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let mut first = words.next()?;
    if month(first).is_none() {
        first = words.next()?;
    }
    let (month, day) = (month(first)?, digits(words.next()?)?);
    let (third, fourth) = (words.next()?, words.next()?);
    let (year, time) = if third.contains(&b':') { (fourth, third) } else { (third, fourth) };
    let (millis, rest) = time_of_day(time)?;
    if !rest.is_empty() {
        return None;
    }
    Some(days(digits(year)?, month, day)? * DAY + millis - offset(words.next().unwrap_or_default())?)
}

/// `2024-06-10` or `2024/06/10`, from a place on: its day since the epoch.
fn date_of(text: &[u8], from: usize) -> Option<i64> {
    let text = text.get(from..)?;
    if text.len() != 10 || !matches!((text[4], text[7]), (b'-', b'-') | (b'/', b'/')) {
        return None;
    }
    days(digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..])?)
}

/// `12:00:00.123` as milliseconds of the day, and what follows.
fn time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let head = text.get(..8)?;
    if (head[2], head[5]) != (b':', b':') {
        return None;
    }
    let (hour, minute, second) = (digits(&head[..2])?, digits(&head[3..5])?, digits(&head[6..])?);
    // A leap second is read as the last one before it.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut millis = ((hour * 60 + minute) * 60 + second.min(59)) * 1_000;
    let mut rest = &text[8..];
    if let Some(after) = rest.strip_prefix(b".") {
        let end = after.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(after.len());
        millis += fraction(&after[..end])?;
        rest = &after[end..];
    }
    Some((millis, rest))
}

/// What a zone is ahead of UTC, in milliseconds: `Z`, `UTC`, `GMT`, `+02:00`, `-0530`, or nothing.
fn offset(zone: &[u8]) -> Option<i64> {
    let zone = zone.trim_ascii();
    if zone.is_empty() || zone == b"Z" || zone == b"z" || zone == b"UTC" || zone == b"GMT" {
        return Some(0);
    }
    let (sign, rest) = zone.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        4 => (&rest[..2], &rest[2..]),
        5 if rest[2] == b':' => (&rest[..2], &rest[3..]),
        _ => return None,
    };
    Some(sign * (digits(hours)? * 60 + digits(minutes)?) * 60_000)
}

/// Digits behind a point, as milliseconds.
fn fraction(text: &[u8]) -> Option<i64> {
    let mut millis = 0;
    for place in 0..3 {
        let digit =
            text.get(place).map_or(Some(0), |byte| byte.is_ascii_digit().then(|| i64::from(byte - b'0')));
        millis = millis * 10 + digit?;
    }
    Some(millis)
}

fn digits(text: &[u8]) -> Option<i64> {
    super::line::number(text).filter(|number| *number <= i64::MAX as u64 / 1_000).map(|number| number as i64)
}

fn month(name: &[u8]) -> Option<i64> {
    const NAMES: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let name = name.get(..3).filter(|_| name.len() == 3)?;
    (1..)
        .zip(NAMES.chunks_exact(3))
        .find(|(_, known)| name.eq_ignore_ascii_case(known))
        .map(|(month, _)| month)
}

/// The day since the epoch of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1970..=9_999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = LENGTHS[month as usize - 1] + i64::from(leap && month == 2);
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of its year.
    let (year, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_time_is_read_as_the_same_instant() {
        let at = VirtualTime::parse("2024-06-10T12:00:00Z");
        for written in [
            "1718020800",
            "1718020800.000",
            "1718020800000",
            "2024-06-10T12:00:00Z",
            "2024-06-10T14:00:00+02:00",
            "2024-06-10 12:00:00",
            "2024/06/10 12:00:00",
            "Jun 10 2024 12:00:00",
            "jun 10 2024 12:00:00.000 GMT",
            "Mon Jun 10 12:00:00 2024",
            "10/Jun/2024:13:30:00 +0130",
        ] {
            assert_eq!(read(written.as_bytes()), at, "{written}");
        }
        assert_eq!(read_apart(b"2024-06-10", b"12:00:00"), at);
        let with_millis = VirtualTime::parse("2024-02-29T23:59:59.120Z");
        assert_eq!(read(b"2024-02-29T23:59:59.12Z"), with_millis);
        assert_eq!(read(b"1709251199.120"), with_millis);
    }

    #[test]
    fn what_is_no_time_is_not_read_as_one() {
        for written in [
            "",
            "-",
            "x",
            "2024-02-30T00:00:00Z",
            "2023-02-29 00:00:00",
            "2024-06-10T24:00:00Z",
            "2024-06-10",
            "Jun 10 12:00:00",
            "Foo 10 2024 12:00:00",
            "99/Jun/2024:00:00:00 +0000",
            "1969-12-31T23:59:59Z",
            "99999999999999999999",
            "17180208x0",
            "2024-06-10T12:00:00 PST",
            "é",
            "12:00:00",
        ] {
            assert_eq!(read(written.as_bytes()), None, "{written}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in (0..40_000).step_by(37) {
            let at = VirtualTime::of_day(day);
            assert_eq!(read(at.to_string().as_bytes()), Some(at));
        }
    }
}
