//! What a client says that it has collected, and what there was to collect.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use crate::facts::{ActivityFacts, AlertFacts};
use crate::tenant::TenantView;

/// What a client is to collect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collect {
    /// Alerts of the Cloud Apps API, by their `_id`.
    #[default]
    Alerts,
    /// Activities of the Cloud Apps API, by their `_id`.
    Activities,
}

impl Collect {
    /// The ids of all that is to be seen in a tenant.
    pub fn visible(self, view: &TenantView) -> BTreeSet<String> {
        match self {
            Self::Alerts => AlertFacts::all(view).map(|alert| alert.id().to_string()).collect(),
            Self::Activities => ActivityFacts::all(view).map(|activity| activity.id().to_string()).collect(),
        }
    }

    /// The name of many of them.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Activities => "activities",
        }
    }

    /// A text has the form of such an id, so that a line of output that says nothing else reports one.
    fn is_id(self, text: &str) -> bool {
        let hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Alerts => hex(text, 24),
            Self::Activities => {
                let parts: Vec<&str> = text.split('_').collect();
                match parts[..] {
                    [whole] => hex(whole, 64),
                    [tenant, middle, last] => {
                        let last = last.replace('-', "");
                        number(tenant) && number(middle) && hex(&last, 32)
                    }
                    _ => false,
                }
            }
        }
    }
}

/// The report of a client that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its report is neither a JSON list of ids nor {{\"ids\": […]}}: {0}")]
pub struct Unreadable(String);

/// What a client reported in a round: in its file, if it wrote one, else on its standard output.
///
/// # Errors
/// When there is a file, and it holds anything else.
pub fn reported(collect: Collect, file: &Path, output: &str) -> Result<Vec<String>, Unreadable> {
    match std::fs::read(file) {
        Ok(bytes) => listed(&bytes),
        Err(_) => Ok(printed(collect, output)),
    }
}

fn printed(collect: Collect, output: &str) -> Vec<String> {
    let lines = output.lines().map(str::trim).filter(|line| collect.is_id(line));
    lines.map(str::to_ascii_lowercase).collect()
}

fn listed(bytes: &[u8]) -> Result<Vec<String>, Unreadable> {
    let written: Json = serde_json::from_slice(bytes).map_err(|error| Unreadable(error.to_string()))?;
    let list = match &written {
        Json::Array(list) => Some(list),
        Json::Object(members) => members.get("ids").and_then(Json::as_array),
        _ => None,
    };
    let list = list.ok_or_else(|| Unreadable("it is something else".to_owned()))?;
    list.iter()
        .map(|id| id.as_str().map(|id| id.trim().to_ascii_lowercase()))
        .collect::<Option<_>>()
        .ok_or_else(|| Unreadable("an id is no text".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef01234567";

    #[test]
    fn lines_that_are_no_ids_are_ignored() {
        let output = format!("fetching…\n {ID} \n{}\nid {ID}\n0123\n", ID.to_uppercase());
        assert_eq!(printed(Collect::Alerts, &output), [ID, ID]);
        assert_eq!(printed(Collect::Activities, &output), [""; 0]);
    }

    #[test]
    fn every_shape_of_an_activity_is_an_id() {
        let digits = "0123456789abcdef".repeat(4);
        let product = format!("97134000_1764000000000_{}", &digits[..32]);
        let app = "97134000_20893_8a4b1c3e-0f2d-4e5f-9a6b-7c8d9e0f1a2b";
        let output = format!("{digits}\n{product}\n{app}\n97134000_20893\n{ID}\n");
        assert_eq!(printed(Collect::Activities, &output), [digits.as_str(), &product, app]);
    }

    #[test]
    fn a_report_is_a_list_or_has_one() {
        let ids = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(listed(br#"["A", " b "]"#), Ok(ids.clone()));
        assert_eq!(listed(br#"{"count": 2, "ids": ["a", "b"]}"#), Ok(ids));
        for wrong in ["", "[1]", "{}", "\"a\"", "[\"a\""] {
            assert!(listed(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_wins_over_what_is_printed() {
        let nowhere = Path::new("/nowhere/report.json");
        assert_eq!(reported(Collect::Alerts, nowhere, ID), Ok(vec![ID.to_owned()]));
    }
}
