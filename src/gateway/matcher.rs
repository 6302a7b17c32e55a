//! Matchers: which requests of the log are meant, and in what a request differs from what was meant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::faults::glob::{fits_path, glob};

use super::log::Entry;
use super::redact;
use super::redact::Body;
use super::service::Service;

/// No pattern is longer, in bytes.
const LONGEST_PATTERN: usize = 256;

/// What a request must be like. What is not said may be anything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Matcher {
    /// The service. Requests to the control API match only where this says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// The method, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path, with or without trailing slash: `*` stands for anything within a segment, `**` for anything; `/**` at
    /// the end also for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Fields of the query by name; `*` stands for anything, `null` for a field that is not there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Option<String>>,
    /// Headers by name, likewise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Option<String>>,
    /// The answer's status: a number, or a class such as `"4xx"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Json>,
    /// Values of the body by JSON pointer (RFC 6901; of a form: `/field`). Of an object only the members that are
    /// named here need be there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub body: BTreeMap<String, Json>,
    /// Who called, as the log says it; `*` stands for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The name of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// One way in which a request is not what was meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where: `method`, `headers.accept`, `body/filters/severity`.
    pub field: String,
    /// What was meant.
    pub expected: Json,
    /// What came; a text in angle brackets where that is not known.
    pub got: Json,
    /// The log did not keep enough to say.
    #[serde(skip)]
    pub unknown: bool,
}

/// A matcher that can't be: field, what it can be, what it is.
pub type BadField = (String, &'static str, String);

impl Matcher {
    /// Says what is wrong with the matcher itself.
    ///
    /// # Errors
    /// The first field that can't be what it is.
    pub fn check(&self) -> Result<(), BadField> {
        let fields = [("path", &self.path), ("caller", &self.caller)];
        let texts = fields.into_iter().map(|(name, text)| (name.to_owned(), text));
        let query = self.query.iter().map(|(name, text)| (format!("query.{name}"), text));
        let headers = self.headers.iter().map(|(name, text)| (format!("headers.{name}"), text));
        for (name, text) in texts.chain(query).chain(headers) {
            if let Some(text) = text.as_deref().filter(|text| text.len() > LONGEST_PATTERN) {
                return Err((name, "a pattern of at most 256 bytes", text.to_owned()));
            }
        }
        for pointer in self.body.keys() {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                return Err((
                    format!("body.{pointer}"),
                    "a JSON pointer such as /filters/severity",
                    pointer.clone(),
                ));
            }
        }
        match &self.status {
            Some(status) if !is_status(status) => Err((
                "status".to_owned(),
                "a number such as 404, or a class such as \"4xx\"",
                status.to_string(),
            )),
            _ => Ok(()),
        }
    }

    /// In what the request differs. None: it is one of those that are meant.
    pub fn differences(&self, entry: &Entry) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differs = |field: &str, expected: Json, got: Json| {
            found.push(Difference { field: field.to_owned(), expected, got, unknown: false });
        };
        match self.service {
            Some(service) if entry.service != Some(service) => {
                differs("service", service.name().into(), entry.service.map(Service::name).into());
            }
            None if entry.service.is_some_and(Service::is_operators) => {
                differs("service", "any but control".into(), "control".into());
            }
            _ => {}
        }
        if let Some(method) = &self.method
            && !entry.method.as_str().eq_ignore_ascii_case(method)
        {
            differs("method", method.as_str().into(), entry.method.as_str().into());
        }
        if let Some(path) = &self.path
            && !fits_path(path, &entry.path)
        {
            differs("path", path.as_str().into(), entry.path.as_str().into());
        }
        if let Some(status) = &self.status
            && !fits(status, entry.status)
        {
            differs("status", status.clone(), entry.status.into());
        }
        let texts = [
            ("caller", &self.caller, entry.caller.as_deref()),
            ("refusal", &self.refusal, entry.refusal.map(|row| row.name)),
        ];
        for (field, expected, got) in texts {
            if let Some(expected) = expected
                && !got.is_some_and(|got| glob(expected, got, false))
            {
                differs(field, expected.as_str().into(), got.into());
            }
        }
        self.query_differences(entry, &mut found);
        self.header_differences(entry, &mut found);
        self.body_differences(entry, &mut found);
        found
    }

    fn query_differences(&self, entry: &Entry, found: &mut Vec<Difference>) {
        let fields = super::form::Form::read(entry.query.as_bytes());
        for (name, expected) in &self.query {
            let field = format!("query.{name}");
            let got: Vec<&str> =
                fields.fields().filter(|(known, _)| known == name).map(|(_, value)| value).collect();
            // The log truncates long queries, so the field may have been cut off.
            if got.is_empty() && entry.query.len() >= redact::CUT_TO && entry.query.ends_with(redact::CUT) {
                found.push(unknown(field, expected.clone().into(), "<perhaps not kept: the query is long>"));
                continue;
            }
            let known = |text: &str| text != redact::CUT;
            compare(field, expected.as_deref(), &got, known, found);
        }
    }

    fn header_differences(&self, entry: &Entry, found: &mut Vec<Difference>) {
        for (name, expected) in &self.headers {
            let field = format!("headers.{name}");
            if entry.service.is_some_and(Service::is_operators) {
                found.push(unknown(field, expected.clone().into(), "<not kept: it went to the control API>"));
                continue;
            }
            let got = entry.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            let got: Vec<&str> = got.map(|(_, value)| value).collect();
            if got.is_empty() && entry.headers.cut {
                found.push(unknown(
                    field,
                    expected.clone().into(),
                    "<perhaps not kept: there were many headers>",
                ));
                continue;
            }
            // Of a credential the scheme is kept, which can be asked for.
            let known = |text: &str| {
                !text.ends_with(redact::CUT)
                    || expected.as_deref().is_some_and(|expected| expected.ends_with('*'))
            };
            compare(field, expected.as_deref(), &got, known, found);
        }
    }

    fn body_differences(&self, entry: &Entry, found: &mut Vec<Difference>) {
        if self.body.is_empty() {
            return;
        }
        let value = entry.body.value();
        for (pointer, expected) in &self.body {
            let field = format!("body{pointer}");
            if let Body::Left(why) = entry.body {
                found.push(unknown(field, expected.clone(), &format!("<not kept: {why}>")));
                continue;
            }
            match value.as_ref().and_then(|value| value.pointer(pointer)) {
                Some(Json::String(text)) if text == redact::CUT => {
                    found.push(unknown(field, expected.clone(), "<a secret>"));
                }
                Some(got) if includes(expected, got) => {}
                Some(got) => {
                    let (expected, got) = (expected.clone(), got.clone());
                    found.push(Difference { field, expected, got, unknown: false });
                }
                None => {
                    let got = "<nothing>".into();
                    found.push(Difference { field, expected: expected.clone(), got, unknown: false });
                }
            }
        }
    }
}

fn unknown(field: String, expected: Json, why: &str) -> Difference {
    Difference { field, expected, got: why.into(), unknown: true }
}

/// Any of the values will do.
fn compare(
    field: String,
    expected: Option<&str>,
    got: &[&str],
    known: impl Fn(&str) -> bool,
    found: &mut Vec<Difference>,
) {
    let holds = match expected {
        None => got.is_empty(),
        Some(expected) => got.iter().any(|got| glob(expected, got, false)),
    };
    if holds {
        return;
    }
    let unknown = expected.is_some() && got.iter().any(|got| !known(got));
    let value = match got {
        [] => "<nothing>".into(),
        [got] => Json::from(*got),
        got => got.to_vec().into(),
    };
    let expected = expected.map_or_else(|| Json::from("<nothing>"), Json::from);
    found.push(Difference { field, expected, got: value, unknown });
}

/// Everything that `expected` names is in `got`.
fn includes(expected: &Json, got: &Json) -> bool {
    match (expected, got) {
        (Json::Object(expected), Json::Object(got)) => {
            expected.iter().all(|(name, expected)| got.get(name).is_some_and(|got| includes(expected, got)))
        }
        (Json::Array(expected), Json::Array(got)) => {
            expected.len() == got.len()
                && expected.iter().zip(got).all(|(expected, got)| includes(expected, got))
        }
        (Json::Number(expected), Json::Number(got)) => expected.as_f64() == got.as_f64(),
        _ => expected == got,
    }
}

fn is_status(status: &Json) -> bool {
    match status {
        Json::String(text) => text.len() == 3 && text.ends_with("xx") && text.as_bytes()[0].is_ascii_digit(),
        status => status.as_u64().is_some_and(|status| (100..1_000).contains(&status)),
    }
}

fn fits(expected: &Json, status: u16) -> bool {
    match expected {
        Json::String(text) => {
            text.as_bytes().first().map(|digit| u16::from(digit - b'0')) == Some(status / 100)
        }
        expected => expected.as_u64() == Some(u64::from(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_matcher_ignores_members_it_does_not_name() {
        let got = serde_json::json!({"a": {"eq": [1, 2.0]}, "b": 1});
        assert!(includes(&serde_json::json!({"a": {"eq": [1, 2]}}), &got));
        assert!(!includes(&serde_json::json!({"a": {"eq": [1]}}), &got));
        assert!(!includes(&serde_json::json!({"c": null}), &got));
    }
}
