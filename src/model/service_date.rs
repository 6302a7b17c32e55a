//! The month whose services a tenant meets.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A month, written `2025-11`. What the services gained or lost later is absent from the tenant, whatever its clock
/// shows. By default the last in which every policy raises alerts: behaviors, which take the place of some, are shown by
/// hunting alone, which is not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceDate {
    year: u16,
    month: u8,
}

impl ServiceDate {
    /// A regular expression for what is read.
    pub const PATTERN: &'static str = "^20[0-9]{2}-(0[1-9]|1[0-2])$";

    /// The month of a year.
    pub const fn new(year: u16, month: u8) -> Self {
        Self { year, month }
    }
}

impl Default for ServiceDate {
    fn default() -> Self {
        Self::new(2025, 5)
    }
}

impl fmt::Display for ServiceDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A text that is no month of the years 2000 to 2099.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a month like 2025-11, from 2000-01 to 2099-12")]
pub struct NotAMonth(String);

impl FromStr for ServiceDate {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let number = |digits: &str| {
            let all = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| all)
        };
        let parts = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2);
        let read = parts.and_then(|(year, month)| {
            let (year, month) = (number(year)?, number(month)?);
            let known = (2_000..2_100).contains(&year) && (1..=12).contains(&month);
            known.then(|| Self::new(year, month as u8))
        });
        read.ok_or_else(|| NotAMonth(text.chars().take(40).collect()))
    }
}

impl Serialize for ServiceDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ServiceDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_it_is_written_and_nothing_else_is() {
        for text in ["2000-01", "2025-05", "2025-11", "2099-12"] {
            assert_eq!(text.parse::<ServiceDate>().unwrap().to_string(), text);
        }
        for text in
            ["", "2025", "2025-13", "2025-00", "1999-12", "2100-01", "2025-1", "+025-01", "2025-11-01"]
        {
            assert!(text.parse::<ServiceDate>().is_err(), "{text:?}");
        }
        assert!(
            ServiceDate::new(2025, 5) < ServiceDate::default()
                && ServiceDate::new(2024, 12) < ServiceDate::new(2025, 1)
        );
    }
}
