//! Every raw record of Microsoft 365 has the fields of the vendor's published schema, and values of its types.

use std::collections::BTreeMap;

use mock_defender::catalogue::kinds;
use mock_defender::facts::ActivityFacts;
use mock_defender::model::ids::Guid;
use mock_defender::model::time::Span;
use mock_defender::wire::cloudapps::activity;
use serde_json::{Map, Value};

use crate::effort;
use crate::lived::{SEEDS, sizes, tenant};

/// The schema, as published.
const SCHEMA: &str = include_str!("office-365-schema.json");

struct Schema(Value);

impl Schema {
    /// Fields of a record type: name to type and whether they must be there.
    fn fields(&self, record_type: &str) -> Option<BTreeMap<&str, (&str, bool)>> {
        let parts = |list: &str, from: &'static str| {
            let names = self.0[list][record_type].as_array().cloned().unwrap_or_default();
            names.into_iter().map(move |name| &self.0[from][name.as_str().unwrap()]).collect::<Vec<_>>()
        };
        let own = parts("records", "schemas");
        if own.is_empty() {
            return None;
        }
        let beyond = parts("beyondRecords", "beyond").into_iter().chain([&self.0["beyond"]["AuditRecord"]]);
        Some(
            own.into_iter()
                .chain(beyond)
                .flat_map(|part| part.as_object().unwrap())
                .map(Self::field)
                .collect(),
        )
    }

    fn field<'a>((name, told): (&'a String, &'a Value)) -> (&'a str, (&'a str, bool)) {
        (name, (told[0].as_str().unwrap(), told[1] == true))
    }

    /// What is wrong with a record, if anything.
    fn faults(&self, record: &Map<String, Value>) -> Vec<String> {
        let record_type = record["RecordType"].to_string();
        let Some(fields) = self.fields(&record_type) else {
            return vec![format!("record type {record_type}")];
        };
        self.of_object(&fields, record)
    }

    fn of_object(&self, fields: &BTreeMap<&str, (&str, bool)>, object: &Map<String, Value>) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, value) in object {
            match fields.get(name.as_str()) {
                None => faults.push(format!("{name}: no such field")),
                Some((kind, _)) => {
                    faults.extend(
                        self.of_value(kind, value).into_iter().map(|fault| format!("{name}: {fault}")),
                    );
                }
            }
        }
        let missing = fields.iter().filter(|(name, (_, must))| *must && !object.contains_key(**name));
        faults.extend(missing.map(|(name, _)| format!("{name}: missing")));
        faults
    }

    fn of_value(&self, kind: &str, value: &Value) -> Vec<String> {
        if let Some(inner) = kind.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')')) {
            let Some(items) = value.as_array() else { return vec![format!("no collection: {value}")] };
            return items.iter().flat_map(|item| self.of_value(inner, item)).collect();
        }
        let right = match kind {
            "String" => value.is_string(),
            "Guid" => value.as_str().is_some_and(|text| text.parse::<Guid>().is_ok()),
            "Date" => value.as_str().is_some_and(is_a_date),
            "Int32" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            "Int64" => value.is_i64(),
            "Boolean" => value.is_boolean(),
            named => match (&self.0["types"][named], value) {
                (Value::Object(told), Value::Object(object)) => {
                    return self.of_object(&told.iter().map(Self::field).collect(), object);
                }
                // Enumerations are numbers, or told by name.
                (Value::Null, value) => value.is_i64() || value.is_string(),
                _ => false,
            },
        };
        if right { Vec::new() } else { vec![format!("no {kind}: {value}")] }
    }
}

/// `2026-11-24T08:15:30`, as the API writes instants, and as the product passes them on.
fn is_a_date(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    let text = text.strip_suffix(".0000000Z").unwrap_or(text);
    text.len() == 19 && text.bytes().enumerate().all(shape)
}

#[test]
fn every_raw_record_keeps_to_the_published_schema() {
    let schema = Schema(serde_json::from_str(SCHEMA).unwrap());
    for &size in sizes() {
        let (mut records, mut faults) = (0, BTreeMap::<String, u32>::new());
        let mut types = BTreeMap::<u64, u32>::new();
        for seed in SEEDS {
            let tenant = tenant(seed, size);
            tenant.advance(Span::hours(8)).unwrap();
            let view = tenant.read();
            let mut out = Vec::new();
            // A part of all, spread over the log: the same code writes every record.
            let step = (ActivityFacts::count(&view) / effort::pick(1_500, 20_000)).max(1);
            let all = ActivityFacts::all(&view).filter(|activity| activity.row().get() % step == 0);
            let audited = all.filter(|activity| {
                activity.connector() == kinds::MICROSOFT_365
                    && !activity.is_sign_in()
                    && activity.kind().app != kinds::CLOUD_APPS
            });
            for activity in audited {
                out.clear();
                activity::write(&activity, &mut out);
                let record: Value = serde_json::from_slice(&out).unwrap();
                let raw = record["rawDataJson"].as_object().unwrap();
                records += 1;
                *types.entry(raw["RecordType"].as_u64().unwrap()).or_default() += 1;
                for fault in schema.faults(raw) {
                    let fault = fault.split(": \"").next().unwrap();
                    *faults.entry(format!("{} {fault}", raw["Operation"])).or_default() += 1;
                }
            }
        }
        println!(
            "| {size} | schema errors | {} of {records} records of {} types |",
            faults.len(),
            types.len()
        );
        assert!(faults.is_empty(), "{faults:#?}");
        for record_type in [1, 2, 3, 6, 8, 14, 25, 50] {
            assert!(types.get(&record_type).is_some_and(|count| *count > 20), "{record_type}: {types:?}");
        }
    }
}

#[test]
fn the_schema_finds_what_is_wrong() {
    let schema = Schema(serde_json::from_str(SCHEMA).unwrap());
    let right = serde_json::json!({
        "CreationTime": "2026-11-24T08:15:30", "Id": "0f0e0d0c-1111-4222-8333-444455556666",
        "Operation": "FileAccessed", "OrganizationId": "0f0e0d0c-1111-4222-8333-444455556666", "RecordType": 6,
        "UserType": 0, "UserKey": "k", "Version": 1, "Workload": "SharePoint", "ClientIP": "192.0.2.1",
        "UserId": "u", "SiteUrl": "https://contoso.sharepoint.com/", "SourceFileName": "a.txt",
    });
    assert_eq!(schema.faults(right.as_object().unwrap()), [""; 0]);
    for (name, value) in [
        ("CreationTime", serde_json::json!("yesterday")),
        ("Id", serde_json::json!("7")),
        ("ListId", serde_json::json!("list")),
        ("Colour", serde_json::json!("red")),
        ("IsWorkflow", serde_json::json!("no")),
    ] {
        let mut wrong = right.as_object().unwrap().clone();
        wrong.insert(name.to_owned(), value);
        assert_eq!(schema.faults(&wrong).len(), 1, "{name}");
    }
    let mut wrong = right.as_object().unwrap().clone();
    wrong.remove("SiteUrl");
    assert_eq!(schema.faults(&wrong), ["SiteUrl: missing"]);
}
