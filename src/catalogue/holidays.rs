//! Public holidays of the countries in which companies have offices: those of the whole country, by the date.
//!
//! Sources: <https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/> (US),
//! <https://www.gov.uk/bank-holidays> (GB, England and Wales), <https://www.mom.gov.sg/employment-practices/public-holidays>
//! (SG), <https://www.service-public.fr/particuliers/vosdroits/F2405> (FR), the holiday laws of the others. Holidays that
//! go by the sighting of the moon are left out, and so are those of single states and regions. Of those that go by the
//! moon's calendar the days are listed, to 2030; after that there are none.

use jiff::civil::{Date, Weekday};

/// The day on which a holiday falls in a year.
enum Day {
    /// Month and day.
    Fixed(i8, i8),
    /// Days from Easter Sunday on.
    Easter(i16),
    /// The so-many-th weekday of a month; the last if negative.
    Nth(i8, i8, Weekday),
    /// The days that are listed.
    Listed(&'static [(i16, i8, i8)]),
}

/// What happens to a holiday on a weekend.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weekend {
    /// Nothing.
    Lost,
    /// On a Saturday the Friday before is free, on a Sunday the Monday after.
    Nearest,
    /// The next weekday that is no holiday is free.
    Next,
    /// On a Sunday the Monday after is free.
    Monday,
}

use Day::{Easter, Fixed, Listed, Nth};
use Weekday::{Monday, Thursday};

/// Chinese New Year.
const LUNAR_NEW_YEAR: &[(i16, i8, i8)] =
    &[(2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 3)];
/// Its second day.
const SECOND_OF_LUNAR_NEW_YEAR: &[(i16, i8, i8)] =
    &[(2024, 2, 11), (2025, 1, 30), (2026, 2, 18), (2027, 2, 7), (2028, 1, 27), (2029, 2, 14), (2030, 2, 4)];
/// Diwali (Deepavali): the days to come are (unverified).
const DIWALI: &[(i16, i8, i8)] = &[
    (2024, 10, 31),
    (2025, 10, 20),
    (2026, 11, 8),
    (2027, 10, 29),
    (2028, 10, 17),
    (2029, 11, 5),
    (2030, 10, 26),
];

/// The countries, what happens on weekends, and the holidays.
static COUNTRIES: &[(&str, Weekend, &[Day])] = &[
    (
        "BR",
        Weekend::Lost,
        &[
            Fixed(1, 1),
            Easter(-48),
            Easter(-47),
            Easter(-2),
            Fixed(4, 21),
            Fixed(5, 1),
            Easter(60),
            Fixed(9, 7),
            Fixed(10, 12),
            Fixed(11, 2),
            Fixed(11, 15),
            Fixed(11, 20),
            Fixed(12, 25),
        ],
    ),
    (
        "DE",
        Weekend::Lost,
        &[
            Fixed(1, 1),
            Easter(-2),
            Easter(1),
            Fixed(5, 1),
            Easter(39),
            Easter(50),
            Fixed(10, 3),
            Fixed(12, 25),
            Fixed(12, 26),
        ],
    ),
    (
        "FR",
        Weekend::Lost,
        &[
            Fixed(1, 1),
            Easter(1),
            Fixed(5, 1),
            Fixed(5, 8),
            Easter(39),
            Easter(50),
            Fixed(7, 14),
            Fixed(8, 15),
            Fixed(11, 1),
            Fixed(11, 11),
            Fixed(12, 25),
        ],
    ),
    (
        "GB",
        Weekend::Next,
        &[
            Fixed(1, 1),
            Easter(-2),
            Easter(1),
            Nth(5, 1, Monday),
            Nth(5, -1, Monday),
            Nth(8, -1, Monday),
            Fixed(12, 25),
            Fixed(12, 26),
        ],
    ),
    (
        "IN",
        Weekend::Lost,
        &[Fixed(1, 26), Easter(-2), Fixed(5, 1), Fixed(8, 15), Fixed(10, 2), Listed(DIWALI), Fixed(12, 25)],
    ),
    (
        "NL",
        Weekend::Lost,
        &[Fixed(1, 1), Easter(1), Fixed(4, 27), Easter(39), Easter(50), Fixed(12, 25), Fixed(12, 26)],
    ),
    (
        "RU",
        Weekend::Lost,
        &[
            Fixed(1, 1),
            Fixed(1, 2),
            Fixed(1, 3),
            Fixed(1, 4),
            Fixed(1, 5),
            Fixed(1, 6),
            Fixed(1, 7),
            Fixed(1, 8),
            Fixed(2, 23),
            Fixed(3, 8),
            Fixed(5, 1),
            Fixed(5, 9),
            Fixed(6, 12),
            Fixed(11, 4),
        ],
    ),
    (
        "SG",
        Weekend::Monday,
        &[
            Fixed(1, 1),
            Listed(LUNAR_NEW_YEAR),
            Listed(SECOND_OF_LUNAR_NEW_YEAR),
            Easter(-2),
            Fixed(5, 1),
            Fixed(8, 9),
            Listed(DIWALI),
            Fixed(12, 25),
        ],
    ),
    (
        "US",
        Weekend::Nearest,
        &[
            Fixed(1, 1),
            Nth(1, 3, Monday),
            Nth(2, 3, Monday),
            Nth(5, -1, Monday),
            Fixed(6, 19),
            Fixed(7, 4),
            Nth(9, 1, Monday),
            Nth(10, 2, Monday),
            Fixed(11, 11),
            Nth(11, 4, Thursday),
            Fixed(12, 25),
        ],
    ),
];

/// The holidays of a country are known.
pub(crate) fn is_known(country: &str) -> bool {
    COUNTRIES.iter().any(|known| known.0 == country)
}

/// A day since the epoch is a public holiday in a country, or free in place of one.
pub(crate) fn is_one(country: &str, day: i64) -> bool {
    let Some((_, weekend, days)) = COUNTRIES.iter().find(|known| known.0 == country) else { return false };
    let Some(date) = date(day) else { return false };
    let free = |date: Date| days.iter().any(|day| day.falls_on(date));
    if free(date) {
        return true;
    }
    let before = |days: i64| date.checked_sub(jiff::Span::new().days(days)).ok();
    let moved = |date: Option<Date>, weekday: Weekday| {
        date.is_some_and(|date| date.weekday() == weekday && free(date))
    };
    match weekend {
        Weekend::Lost => false,
        Weekend::Monday => moved(before(1), Weekday::Sunday),
        Weekend::Nearest => moved(before(1), Weekday::Sunday) || moved(before(-1), Weekday::Saturday),
        // As many weekdays after the weekend as there were holidays on it, those that are free anyway left out.
        Weekend::Next => {
            let is_workday = |date: &Date| !is_weekend(*date) && !free(*date);
            let mut owed = 0;
            for back in (1..=7).rev() {
                let Some(past) = before(back) else { return false };
                if is_weekend(past) {
                    owed += i32::from(free(past));
                } else if is_workday(&past) {
                    owed = (owed - 1).max(0);
                }
            }
            owed > 0 && is_workday(&date)
        }
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The date of a day since the epoch.
fn date(day: i64) -> Option<Date> {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

impl Day {
    fn falls_on(&self, date: Date) -> bool {
        match *self {
            Fixed(month, day) => (date.month(), date.day()) == (month, day),
            Easter(after) => i32::from(date.day_of_year()) == easter(date.year()) + i32::from(after),
            Nth(month, nth, weekday) => {
                date.month() == month
                    && date.nth_weekday_of_month(nth, weekday).is_ok_and(|found| found == date)
            }
            Listed(days) => days.contains(&(date.year(), date.month(), date.day())),
        }
    }
}

/// The day of the year on which Easter Sunday falls, by the Gregorian reckoning (Meeus).
fn easter(year: i16) -> i32 {
    let year = i32::from(year);
    let (century, golden) = (year / 100, year % 19);
    let epact = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let moon = epact - epact / 28 * (1 - epact / 28 * (29 / (epact + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7;
    // Days after the 28th of March, less those to the Sunday.
    let after = moon - weekday;
    let march = i32::from(jiff::civil::date(year as i16, 3, 28).day_of_year());
    march + after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(country: &str, year: i16, month: i8, day: i8) -> bool {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = (jiff::civil::date(year, month, day) - epoch).get_days();
        is_one(country, i64::from(days))
    }

    #[test]
    fn easter_falls_where_the_almanacs_say() {
        for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)] {
            let date = jiff::civil::date(year, month, day);
            assert_eq!(easter(year), i32::from(date.day_of_year()), "{year}");
        }
    }

    #[test]
    fn countries_keep_their_own_days() {
        let kept = [
            ("US", 2025, 11, 27),
            ("US", 2026, 7, 3),
            ("US", 2026, 5, 25),
            ("GB", 2025, 8, 25),
            ("GB", 2026, 12, 28),
            ("GB", 2027, 12, 27),
            ("GB", 2027, 12, 28),
            ("DE", 2025, 10, 3),
            ("FR", 2026, 5, 14),
            ("NL", 2026, 4, 27),
            ("IN", 2026, 1, 26),
            ("SG", 2026, 2, 17),
            ("SG", 2026, 8, 10),
            ("BR", 2026, 2, 17),
            ("RU", 2026, 1, 5),
        ];
        for (country, year, month, day) in kept {
            assert!(free(country, year, month, day), "{country} {year}-{month}-{day}");
        }
        let worked = [
            ("US", 2025, 11, 26),
            ("GB", 2026, 12, 29),
            ("GB", 2025, 7, 4),
            ("DE", 2026, 12, 28),
            ("PL", 2026, 1, 1),
        ];
        for (country, year, month, day) in worked {
            assert!(!free(country, year, month, day), "{country} {year}-{month}-{day}");
        }
    }
}
