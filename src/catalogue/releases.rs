//! How the versions of clients move: a browser every four weeks, others more slowly, some never.
//!
//! A release is counted from the one of the catalogue, which is new at a tenant's start: never by the date, so that starts
//! whole weeks apart have the same. Cadences: <https://chromiumdash.appspot.com/schedule> and
//! <https://whattrainisitnow.com/calendar/> (browsers, four weeks), the release notes of the others; how their numbers
//! go on is (unverified).

use super::agents::Client;

/// Releases before that of the catalogue, and after it: more than a history is long, and three years. Then versions
/// stay.
pub(crate) const BEFORE: i32 = 8;
/// See [`BEFORE`].
pub(crate) const AFTER: i32 = 39;

/// Days from one release of a client to the next; none if it has no others.
pub(crate) fn cadence(client: &Client) -> Option<i32> {
    Some(match client.family {
        // The long-term branch that distributions ship.
        "FIREFOX" if client.platform == 'l' => 364,
        "SAFARI" | "MOBILE_SAFARI" => 49,
        "SALESFORCE_MOBILE" | "PYTHON_REQUESTS" => 112,
        "GIT" | "VAULTKEEP" => 84,
        "GO_HTTP" => return None,
        _ => 28,
    })
}

/// The version of a release, and what the client then calls itself.
pub(crate) fn release(client: &Client, step: i32) -> (String, String) {
    let version = version(client, step);
    if version == client.version {
        return (version, client.text.to_owned());
    }
    let text = match client.family {
        "TEAMS" => {
            let engine = |step: i32| format!("/{}.0.0.0", 142 + step);
            client.text.replace(client.version, &version).replace(&engine(0), &engine(step))
        }
        "OUTLOOK_MOBILE" => {
            let week = |version: &str| version.split('.').nth(1).unwrap_or_default().to_owned();
            client.text.replace(&week(client.version), &week(&version))
        }
        _ => client.text.replace(client.version, &version),
    };
    (version, text)
}

/// The version of the browser that the programs of a system sign in through.
pub(crate) fn embedded(step: i32) -> String {
    format!("{}.0", 142 + step)
}

fn version(client: &Client, step: i32) -> String {
    let parts: Vec<i32> = client.version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or(0);
    match client.family {
        "EDGE" | "CHROME" | "CHROME_MOBILE" => format!("{}.0.0.0", part(0) + step),
        "FIREFOX" if client.platform == 'l' => format!("{}.0", part(0) + 12 * step),
        "FIREFOX" => format!("{}.0", part(0) + step),
        "SAFARI" | "MOBILE_SAFARI" => {
            // Seven releases a year; from the autumn of 2025 on they are called by the year after it.
            let release = part(1) + step;
            let major = match release.div_euclid(7) {
                0 => part(0),
                year if year < 0 => part(0) + year,
                year => 25 + year,
            };
            format!("{major}.{}", release.rem_euclid(7))
        }
        "OUTLOOK" if client.platform == 'w' => format!("16.0.{}", part(2) + 100 * step),
        "OUTLOOK" => format!("16.{}.{}", part(1) + step, part(2) + 100 * step),
        "TEAMS" => format!("{}.{}.{}.{}", by_day(part(0), step), part(1), part(2) + step, part(3) + 7 * step),
        "ONEDRIVE_SYNC" => {
            let day = by_day(part(0) * 1_000 + part(1), step);
            format!("{}.{}.{}.0003", day / 1_000, day % 1_000, part(2) + step)
        }
        "OUTLOOK_MOBILE" => {
            let weeks = part(1) % 100 - 1 + 4 * step;
            let year = part(1) / 100 + weeks.div_euclid(52);
            format!("{}.{}{:02}.{}", part(0), year, weeks.rem_euclid(52) + 1, part(2))
        }
        "SALESFORCE_MOBILE" => client.version.replacen("256", &(256 + 2 * step).to_string(), 1),
        "PYTHON_REQUESTS" => format!("2.32.{}", (part(2) + step).max(0)),
        "GRAPH_SDK" => format!("{}.{}.0", part(0), part(1) + step),
        "GIT" => format!("2.{}.1", part(1) + step),
        "VAULTKEEP" => format!("7.{}", (part(1) + step).max(0)),
        "POWERSHELL" => format!("5.1.17763.{}", part(3) + 70 * step),
        _ => client.version.to_owned(),
    }
}

/// A version that is the year and the day within it, so many releases on.
fn by_day(version: i32, step: i32) -> i32 {
    let day = version % 1_000 - 1 + 28 * step;
    (version / 1_000 + day.div_euclid(365)) * 1_000 + day.rem_euclid(365) + 1
}

#[cfg(test)]
mod tests {
    use super::super::agents::CLIENTS;
    use super::*;

    #[test]
    fn every_release_has_a_version_of_its_own_that_the_text_names() {
        for client in CLIENTS.iter().filter(|client| cadence(client).is_some()) {
            let (version, text) = release(client, 0);
            assert_eq!((&*version, &*text), (client.version, client.text));
            let last = AFTER * 28 / cadence(client).unwrap();
            for step in 0..last {
                let (older, newer) = (release(client, step), release(client, step + 1));
                assert_ne!(older.0, newer.0);
                assert_ne!(older.1, newer.1, "{}: {}", client.family, older.1);
                let number = |version: &str| -> Vec<u64> {
                    version.split('.').map(|part| part.parse().unwrap()).collect()
                };
                assert!(number(&older.0) < number(&newer.0), "{older:?} {newer:?}");
            }
            let earliest = release(client, -(BEFORE * 28 / cadence(client).unwrap()));
            assert!(!earliest.0.contains('-'), "{earliest:?}");
        }
    }

    #[test]
    fn versions_made_of_days_and_weeks_go_over_the_end_of_a_year() {
        assert_eq!(by_day(25_290, 3), 26_009);
        assert_eq!(by_day(25_290, -11), 24_347);
        let of = |family: &str| CLIENTS.iter().find(|client| client.family == family).unwrap();
        assert_eq!(version(of("OUTLOOK_MOBILE"), 2), "4.2601.0");
        assert_eq!(version(of("SAFARI"), 1), "26.0");
        assert_eq!(version(of("SAFARI"), -7), "17.6");
    }
}
