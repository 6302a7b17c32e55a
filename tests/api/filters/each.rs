//! Every filter of a list, one at a time, held against what its records say.

use std::collections::BTreeSet;

use mock_defender::query::filters::{Binding, Field, FieldKind};
use serde_json::{Map, Value, json};

use super::naive::{number, passes};
use crate::kit::lists::{ids, page, walk};
use crate::kit::{Kit, json as read};

/// A list, and how a naive reader reads it.
pub(crate) struct Listed<'a> {
    pub(crate) path: &'a str,
    pub(crate) fields: &'a [Field],
    /// Filters that select everything.
    pub(crate) everything: Value,
    /// Fields that this part of the filters would contradict: they are asked without it.
    pub(crate) alone: &'a [&'a str],
    /// The values of a record that a field is about.
    pub(crate) cell: &'a dyn Fn(&Value, &str) -> Vec<Value>,
}

/// Asks for each field by each operator, with values that stand in the records and one that does not; answers the
/// records.
pub(crate) fn filters_select_what_records_say(kit: &Kit, list: &Listed<'_>) -> Vec<Value> {
    let records = walk(kit, list.path, &json!({"filters": list.everything}), 100);
    let now = kit.tenant.read().now;
    for field in list.fields {
        let cell = |record: &Value| (list.cell)(record, field.name);
        let mut values: Vec<Value> = Vec::new();
        for value in records.iter().step_by(1 + records.len() / 40).flat_map(&cell) {
            if values.len() < 2 && !values.contains(&value) {
                values.push(value);
            }
        }
        values.push(match field.kind {
            FieldKind::Bool => json!(true),
            FieldKind::Int | FieldKind::Time => json!(7),
            _ => json!("nobody"),
        });
        for operator in field.operators {
            for value in &values {
                let operand = operand(operator, value, field);
                let wanted: BTreeSet<&str> = records
                    .iter()
                    .filter(|record| passes(field.kind, &cell(record), operator, &operand, now))
                    .map(|record| record["_id"].as_str().unwrap())
                    .collect();
                let mut filters = match list.alone.contains(&field.name) {
                    true => Map::new(),
                    false => list.everything.as_object().unwrap().clone(),
                };
                filters.insert(field.name.to_owned(), json!({*operator: operand}));
                let request = json!({"filters": filters});
                let found = page(kit, list.path, &request);
                assert_eq!(found["total"], wanted.len(), "{request}");
                assert!(ids(&found).iter().all(|id| wanted.contains(id.as_str())), "{request}");
                let count = kit.api("POST", &format!("{}count/", list.path), &request.to_string());
                assert_eq!(read(&count), json!({"total": wanted.len(), "moreThanTotal": false}), "{request}");
            }
        }
    }
    records
}

fn operand(operator: &str, value: &Value, field: &Field) -> Value {
    match operator {
        "isset" | "isnotset" => json!(true),
        "lte_ndays" | "gte_ndays" => json!(3),
        "range" => json!([{"start": value, "end": number(value) + 3_600_000}]),
        "text" => json!(value.as_str().unwrap_or_default().chars().take(4).collect::<String>()),
        _ if matches!(field.column, Binding::Key) || !value.is_string() => json!([value]),
        "eq" | "neq" => value.clone(),
        _ => json!([value]),
    }
}
