//! `…/metadata/`: which filters and orders a list has, as the portal asks for it. Undocumented; texts are thin.

use http::StatusCode;
use serde_json::Value as Json;

use crate::gateway::Answer;
use crate::model::json::json;
use crate::query::filters::{Field, FieldKind};

use super::list_request::Sortable;

/// The metadata of a list.
pub(super) fn metadata_of(name: &str, fields: &[Field], sortable: &[Sortable]) -> Answer {
    let filters: Vec<Json> = fields.iter().map(filter).collect();
    let sorting: Vec<Json> = sortable.iter().map(|column| json!({"field": column.name})).collect();
    Answer::json(StatusCode::OK, &json!({"name": name, "filters": filters, "sorting": sorting}))
}

fn filter(field: &Field) -> Json {
    let input = match field.kind {
        FieldKind::Int => "number",
        FieldKind::Bool => "boolean",
        FieldKind::Time => "date",
        FieldKind::Text | FieldKind::Entity | FieldKind::Tag | FieldKind::Source => "text",
    };
    let operators: Vec<Json> = field
        .operators
        .iter()
        .enumerate()
        .map(|(index, id)| {
            json!({
                "id": id, "displayText": id, "group": null, "inputType": input, "inputProperties": {},
                "visibility": 0, "isDefault": index == 0,
            })
        })
        .collect();
    json!({
        "name": field.name,
        "visibility": 0,
        "translationTemplate": format!("CONSOLE_FILTER_{}", field.name.to_uppercase().replace('.', "_")),
        "translationParams": {},
        "group": null,
        "priorityInGroup": 0,
        "processor": null,
        "deprecated": false,
        "operators": operators,
        "inputType": {"type": input, "multiple": field.operators.contains(&"eq"), "autocomplete": false},
    })
}
