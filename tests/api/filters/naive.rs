//! The naive reading: records as JSON, operators as they are documented.

use std::collections::BTreeMap;

use mock_defender::model::time::{DAY, VirtualTime};
use mock_defender::query::filters::{Field, FieldKind};
use serde_json::{Value, json};

/// A list of records, as the naive reader knows it.
pub(crate) struct Records {
    pub(crate) path: &'static str,
    pub(crate) fields: &'static [Field],
    /// In the order in which they came to be.
    pub(crate) records: Vec<Value>,
    pub(crate) ids: Vec<String>,
    /// Which alerts an activity is behind, and which policies raised them.
    pub(crate) alerts: BTreeMap<String, Vec<String>>,
    pub(crate) policies: BTreeMap<String, Vec<String>>,
    /// Sort fields with the field of the record that each means.
    pub(crate) sorts: &'static [(&'static str, &'static str)],
    pub(crate) now: VirtualTime,
}

/// Filters whose values no record shows: their own tests say what they select.
pub(crate) const UNSHOWN: [&str; 1] = ["user.orgUnit"];

/// The values of a record that a filter's field is about.
pub(crate) fn cell(records: &Records, record: &Value, field: &str) -> Vec<Value> {
    let entities = |kind: &str, key: &str| -> Vec<Value> {
        let entities = record["entities"].as_array().unwrap().iter();
        entities.filter(|entity| entity["type"] == kind).map(|entity| entity[key].clone()).collect()
    };
    let one = |value: &Value| if value.is_null() { vec![] } else { vec![value.clone()] };
    // The closing of an alert names no operation.
    let operation = &match record["eventTypeName"].as_str() {
        Some("EVENT_CATEGORY_DISMISS_ALERT") => json!("Dismiss alert"),
        Some("EVENT_CATEGORY_RESOLVE_ALERT") => json!("Resolve alert"),
        _ => record["mainInfo"]["rawOperationName"].clone(),
    };
    let raw = &record["rawDataJson"];
    let is_file = raw["ItemType"] == "File";
    // A sign-in to Entra ID that failed tells its user elsewhere, an activity of a service has none.
    let user = || {
        let name = &record["user"]["userName"];
        one(if name.is_null() { &record["failedUserData"]["userName"] } else { name })
    };
    match field {
        // Activities. An app has one instance, numbered 0, whose encoded number is that of the app.
        "service" | "instance" => one(&record["appId"]),
        "user.username" => user(),
        "activity.type" => vec![json!(record["eventRouting"]["adminEvent"] == true)],
        "activity.eventActionType" => {
            let known = [record["eventTypeName"].clone(), json!(record["eventType"].to_string())];
            // Files of other apps are found like those of Office 365.
            let of_files = match operation.as_str().unwrap() {
                "DOWNLOAD" | "file_download" | "download" | "GetObject" | "repo.download_zip" => "DOWNLOAD",
                "file_downloaded" | "Recording downloaded" => "DOWNLOAD",
                "UPLOAD" | "file_add" | "create" | "PutObject" | "file_uploaded" => "UPLOAD",
                _ => return known.to_vec(),
            };
            [&known[..], &[json!(format!("EVENT_CATEGORY_{of_files}_FILE"))]].concat()
        }
        "actionType" => one(operation),
        "activity.actionType" => {
            let (app, kind) = (&record["appId"], record["eventTypeValue"].as_str().unwrap());
            vec![json!(format!("{app}:{kind}:{}", operation.as_str().unwrap()))]
        }
        // Nothing of the kind happens here.
        "activity.impersonated" => vec![json!(false)],
        "activity.takenAction" | "activity.azureSubscriptions" | "device.tags" | "fileLabels" => vec![],
        "activityObject" => {
            let objects = record["mainInfo"]["eventObjects"].as_array().unwrap();
            objects.iter().flat_map(|object| one(&object["id"])).collect()
        }
        "device.type" => one(&record["userAgent"]["deviceType"]),
        // An application has none, which its record shows as an empty text.
        "userAgent.userAgent" if record["device"]["userAgent"] == "" => vec![],
        "userAgent.userAgent" => one(&record["device"]["userAgent"]),
        "userAgent.tags" => record["userAgent"]["tags"].as_array().cloned().unwrap_or_default(),
        "location.organizations" => one(&record["location"]["organizationSearchable"]),
        "fileSelector" | "fileId" if is_file => {
            let (site, id) = (raw["Site"].as_str().unwrap(), raw["ListItemUniqueId"].as_str().unwrap());
            vec![json!(id), json!(format!("{site}|{id}"))]
        }
        "office365url" if is_file => one(&raw["ObjectId"]),
        "fileSelector" | "fileId" | "office365url" => vec![],
        "text" => [
            user().pop().unwrap_or_default(),
            record["resolvedActor"]["name"].clone(),
            operation.clone(),
            record["appName"].clone(),
            record["device"]["clientIP"].clone(),
            record["location"]["countryCode"].clone(),
            record["location"]["organizationSearchable"].clone(),
            record["description_metadata"]["target_object"].clone(),
            record["description_metadata"]["adallom_title"].clone(),
        ]
        .into_iter()
        .filter(|text| text.as_str().is_some_and(|text| !text.is_empty()))
        .collect(),
        "policy" => {
            let id = record["_id"].as_str().unwrap();
            records.policies.get(id).into_iter().flatten().map(|id| json!(id)).collect()
        }
        "source" if record["tenantId"].is_number() => one(&record["source"]),
        "entity" => [one(&record["resolvedActor"]["id"]), user()].concat(),
        "user.tags" => record["user"]["userTags"].as_array().cloned().unwrap_or_default(),
        "user.domain" => {
            let user = user().pop();
            let domain = user.as_ref().and_then(|user| user.as_str()?.split_once('@'));
            domain.into_iter().map(|(_, domain)| json!(domain)).collect()
        }
        "activity.id" => one(&record["_id"]),
        "activity.alertId" => {
            let id = record["_id"].as_str().unwrap();
            records.alerts.get(id).into_iter().flatten().map(|id| json!(id)).collect()
        }
        "ip.address" => one(&record["device"]["clientIP"]),
        "ip.tags" => record["location"]["ipTags"].as_array().cloned().unwrap_or_default(),
        "ip.category" => one(&record["location"]["category"]),
        "location.country" => one(&record["location"]["countryCode"]),
        "date" => one(&record["timestamp"]),
        "created" => one(&record["created"]),
        // Alerts.
        "id" => one(&record["_id"]),
        "severity" => one(&record["severityValue"]),
        "resolutionStatus" => one(&record["resolutionStatusValue"]),
        "entity.service" | "entity.instance" => entities("service", "id"),
        "entity.user" => entities("user", "id"),
        "entity.ip" => entities("ip", "id"),
        "entity.policy" => entities("policyRule", "id"),
        "entity.entity" => [entities("account", "id"), entities("account", "pa")].concat(),
        "entity.file" => {
            let files = entities("file", "id");
            let own = files.iter().map(|file| json!(file.as_str().unwrap().split_once('|').unwrap().1));
            own.chain(files.clone()).collect()
        }
        "source" => {
            let built_in = entities("policyRule", "policyType") == [json!("ANOMALY_DETECTION")];
            vec![json!(if built_in { "built-in" } else { "policy" })]
        }
        "alertOpen" => vec![json!(record["resolutionStatusValue"] == 0)],
        "read" => vec![json!(record["statusValue"] == 1)],
        "resolutionDate" => {
            let at = record["resolveTime"].as_str().map(|text| VirtualTime::parse(text).unwrap().millis());
            at.into_iter().map(|at| json!(at)).collect()
        }
        "risk" => record["stories"].as_array().unwrap().clone(),
        "alertType" => one(&record["idValue"]),
        other => panic!("say here what the filter {other:?} is about"),
    }
}

pub(crate) fn listed(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

pub(crate) fn number(value: &Value) -> i64 {
    match value {
        Value::Array(list) => number(&list[0]),
        Value::String(text) => text.trim().parse().unwrap(),
        Value::Object(source) => source.keys().next().unwrap().strip_prefix("t:").unwrap().parse().unwrap(),
        other => other.as_i64().unwrap_or_else(|| other.as_f64().unwrap() as i64),
    }
}

pub(crate) fn truth(value: &Value) -> bool {
    match value {
        Value::Array(list) => truth(&list[0]),
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        other => *other == json!(true) || *other == json!(1),
    }
}

pub(crate) fn lower(value: &Value) -> String {
    match value {
        // An entity: what counts is its id, whether it is an object, or an object as text.
        Value::Object(entity) => lower(&entity["id"]),
        Value::String(text) if text.starts_with('{') => lower(&serde_json::from_str(text).unwrap()),
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    }
}

/// Whether a cell passes one operator.
pub(crate) fn passes(
    kind: FieldKind,
    cell: &[Value],
    operator: &str,
    value: &Value,
    now: VirtualTime,
) -> bool {
    let mut wanted = listed(value);
    if kind == FieldKind::Tag {
        // Objects say whose tags are meant: here always the actor's.
        wanted.retain(|want| !want.is_object());
    }
    let equal = |have: &Value, want: &Value| match kind {
        FieldKind::Bool => truth(have) == truth(want),
        FieldKind::Int | FieldKind::Time | FieldKind::Source => number(have) == number(want),
        FieldKind::Text | FieldKind::Entity | FieldKind::Tag => lower(have) == lower(want),
    };
    let is_one = || {
        wanted.iter().any(|want| {
            if want.is_null() { cell.is_empty() } else { cell.iter().any(|have| equal(have, want)) }
        })
    };
    let any_text = |test: fn(&str, &str) -> bool| {
        cell.iter().any(|have| wanted.iter().any(|want| test(&lower(have), &lower(want))))
    };
    let any_number = |test: &dyn Fn(i64) -> bool| cell.iter().any(|have| test(number(have)));
    let days_ago = || now.millis() - number(value) * DAY.as_millis();
    match operator {
        // An empty list restricts nothing.
        "eq"
        | "neq"
        | "deq"
        | "cabinetmatchedrulesequals"
        | "range"
        | "contains"
        | "ncontains"
        | "startswith"
        | "doesnotstartwith"
        | "endswith"
            if wanted.is_empty() =>
        {
            true
        }
        "eq" | "cabinetmatchedrulesequals" => is_one(),
        "deq" => cell.iter().any(|have| !wanted.iter().any(|want| equal(have, want))),
        "neq" => !is_one(),
        "isset" => cell.is_empty() != truth(value),
        "isnotset" => cell.is_empty() == truth(value),
        "gt" => any_number(&|have| have > number(value)),
        "gte" => any_number(&|have| have >= number(value)),
        "lt" => any_number(&|have| have < number(value)),
        "lte" => any_number(&|have| have <= number(value)),
        "gte_ndays" => any_number(&|have| have >= days_ago()),
        "lte_ndays" => any_number(&|have| have <= days_ago()),
        "range" => any_number(&|have| {
            wanted.iter().any(|range| {
                let bound = |name: &str| range.get(name).filter(|bound| !bound.is_null()).map(number);
                bound("start").is_none_or(|start| start <= have) && bound("end").is_none_or(|end| have <= end)
            })
        }),
        "contains" | "text" => any_text(|have, want| have.contains(want)),
        "ncontains" => !any_text(|have, want| have.contains(want)),
        "startswith" | "startswithsingle" => any_text(|have, want| have.starts_with(want)),
        "doesnotstartwith" => !any_text(|have, want| have.starts_with(want)),
        "endswith" => any_text(|have, want| have.ends_with(want)),
        other => panic!("say here what the operator {other:?} means"),
    }
}
