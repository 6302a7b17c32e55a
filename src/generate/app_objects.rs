//! Records of Salesforce: pure functions of an object number.
//!
//! Ids have fifteen characters, the first three of which name the type; three more make them safe to compare
//! without case. Source: <https://help.salesforce.com/s/articleView?id=000385008> (prefixes) and
//! <https://help.salesforce.com/s/articleView?id=000385585> (the longer form).

use super::catalogues::companies::COMPANIES;
use super::catalogues::words::{CASE_SUBJECTS, REPORTS};
use super::names;
use super::stream::Stream;
use super::world::World;
use crate::model::ids::Kind;

/// Types of records: name, id prefix.
const TYPES: &[(&str, &str)] = &[
    ("Account", "001"),
    ("Contact", "003"),
    ("Opportunity", "006"),
    ("Lead", "00Q"),
    ("Case", "500"),
    ("Report", "00O"),
];

/// Index of reports among the types.
const REPORT: u32 = 5;
/// Records of each type.
const RECORDS: u32 = 4_000;
/// How many different reports there are.
const REPORT_RECORDS: u32 = 60;

/// A record of a connected app, as activities refer to it.
#[derive(Clone, Debug)]
pub struct AppObject {
    /// Eighteen characters; the first fifteen are the short form.
    pub id: String,
    /// What a person sees.
    pub name: String,
    /// `Account`, `Report`, …
    pub kind: &'static str,
}

/// The object number of a report.
pub(super) fn report(index: u32) -> u32 {
    1 + index % REPORT_RECORDS * TYPES.len() as u32 + REPORT
}

/// The object number of a record other than a report.
pub(super) fn record(kind: u32, index: u32) -> u32 {
    1 + index % RECORDS * TYPES.len() as u32 + kind % REPORT
}

/// See [`World::app_object`].
pub(super) fn app_object(world: &World, object: u32) -> AppObject {
    let number = object.saturating_sub(1) % (RECORDS * TYPES.len() as u32);
    let (kind, prefix) = TYPES[number as usize % TYPES.len()];
    let index = number / TYPES.len() as u32;
    let mut chance = Stream::new(world.spec.seed, "crm", u64::from(number), "name");
    let name = match kind {
        "Account" => format!(
            "{} {}",
            chance.pick(COMPANIES),
            ["Ltd.", "Inc.", "Group", "Holding"][chance.below(4) as usize]
        ),
        "Contact" | "Lead" => {
            let (given, surname) = names::draw("", &mut chance);
            format!("{given} {surname}")
        }
        "Opportunity" => format!("{} - {} seats", chance.pick(COMPANIES), 10 * chance.between(1, 60)),
        "Case" => format!("{:08} {}", 1_000 + index, chance.pick(CASE_SUBJECTS)),
        _ => match index as usize / REPORTS.len() {
            0 => REPORTS[index as usize % REPORTS.len()].to_owned(),
            copy => format!("{} ({})", REPORTS[index as usize % REPORTS.len()], copy + 1),
        },
    };
    AppObject { id: id(prefix, world.ids.number(Kind::AppObject, u64::from(number)), number), name, kind }
}

/// Eighteen characters: prefix, instance, a reserved zero, nine base-62 digits, three for the upper-case letters.
///
/// The first five digits look drawn, the last four count, so that ids of one type never collide.
fn id(prefix: &str, noise: u64, number: u32) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const CASES: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut text = format!("{prefix}5g0");
    let mut noise = noise;
    for _ in 0..5 {
        text.push(char::from(DIGITS[(noise % 62) as usize]));
        noise /= 62;
    }
    for power in [62 * 62 * 62, 62 * 62, 62, 1] {
        text.push(char::from(DIGITS[(number / power % 62) as usize]));
    }
    let cases: Vec<usize> = text
        .as_bytes()
        .chunks(5)
        .map(|five| five.iter().rev().fold(0, |bits, c| bits << 1 | usize::from(c.is_ascii_uppercase())))
        .collect();
    text.extend(cases.into_iter().map(|bits| char::from(CASES[bits])));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{Size, Specification};
    use crate::model::time::VirtualTime;

    #[test]
    fn the_long_form_encodes_the_upper_case_letters() {
        // 15 characters in three groups; bit i of a group is set when its i-th character is upper case.
        let text = id("001", 0, 0);
        assert_eq!(text.len(), 18);
        assert_eq!(&text[..6], "0015g0");
        assert_eq!(&text[15..], "AAA");
        assert_eq!(&id("00Q", 0, 0)[15..16], "E");
    }

    #[test]
    fn ids_differ() {
        let start = VirtualTime::of_day(20_000);
        let world = World::new(&Specification { seed: 1, size: Size::Tiny, start, name: None });
        let ids: std::collections::BTreeSet<String> =
            (1..=RECORDS * 6).map(|object| world.app_object(object).id).collect();
        assert_eq!(ids.len() as u32, RECORDS * 6);
        assert_eq!(world.app_object(report(3)).kind, "Report");
    }
}
