//! Every filter of the Cloud Apps API with every operator that it has, and values that no filter can have.

use serde_json::{Value, json};

use crate::client::{Client, text};

/// A filter: its name, its operators, and where records hold a value for it, or such a value as JSON.
type Filter = (&'static str, &'static [&'static str], &'static [&'static str]);

const EQ: &[&str] = &["eq", "neq"];
const SET: &[&str] = &["eq", "neq", "isset", "isnotset"];
const STARTS: &[&str] = &["eq", "neq", "isset", "isnotset", "startswith"];
const CONTAINS: &[&str] = &["eq", "neq", "isset", "isnotset", "contains"];
const DATES: &[&str] = &["lte", "gte", "range", "lte_ndays", "gte_ndays"];

/// The file of the newest alert of the tenant that is asked: a file's two ids.
const FILE: &str = "\"5129dbdd-47a0-4a73-980e-15107936756c|ede807e6-9a10-4b20-864b-4c071428b82f\"";

pub(crate) const ACTIVITIES: &[Filter] = &[
    ("service", EQ, &["/appId"]),
    ("instance", EQ, &["/appId"]),
    ("actionType", CONTAINS, &["/mainInfo/rawOperationName"]),
    ("activity.eventActionType", EQ, &["/eventTypeName", "\"233578\""]),
    ("activity.eventType", EQ, &["/eventTypeName"]),
    ("activity.actionType", EQ, &["\"20893:EVENT_O365_EXCHANGE_GENERIC:Send\""]),
    ("activity.id", &["eq"], &["/_id"]),
    ("activity.alertId", &["eq"], &["\"000000000000000000000000\""]),
    ("activity.impersonated", &["eq"], &["true", "false"]),
    ("activity.type", &["eq"], &["true", "false"]),
    ("activity.takenAction", EQ, &["\"block\""]),
    ("activity.azureSubscriptions", EQ, &["\"any\""]),
    ("activityObject", EQ, &["/mainInfo/eventObjects/0/id", "\"none\""]),
    ("device.type", EQ, &["/userAgent/deviceType"]),
    ("device.tags", EQ, &["\"none\""]),
    ("userAgent.userAgent", &["contains", "ncontains"], &["\"Windows\""]),
    ("userAgent.tags", EQ, &["\"000000000000000000000000\""]),
    ("location.country", SET, &["/location/countryCode", "null"]),
    ("location.organizations", CONTAINS, &["/location/organizationSearchable"]),
    (
        "ip.address",
        &["eq", "neq", "startswith", "doesnotstartwith", "isset", "isnotset"],
        &["/device/clientIP"],
    ),
    ("ip.category", EQ, &["1", "\"CORPORATE\""]),
    ("ip.tags", EQ, &["\"000000000000000000000000\""]),
    ("fileSelector", EQ, &[FILE, "\"none\""]),
    ("fileId", &["eq"], &[FILE]),
    ("fileLabels", EQ, &["\"none\""]),
    ("office365url", &["eq", "startswith", "endswith"], &["\"https://contoso.sharepoint.com\"", "\"docx\""]),
    ("text", &["eq", "startswithsingle", "text"], &["/appName", "\"login\""]),
    ("date", DATES, &["/timestamp"]),
    ("created", &["lte", "gte", "range", "gt", "lt", "eq"], &["/created"]),
    ("policy", SET, &["\"2928b39bce5d22c567b05587\""]),
    ("source", EQ, &["2", "{\"t:2\": {}}", "{\"s:none\": {}}"]),
    ("entity", STARTS, &["/user/userName", "{\"id\": \"none\", \"saas\": 11161, \"inst\": 0}"]),
    ("user.username", STARTS, &["/user/userName"]),
    ("user.orgUnit", SET, &["\"Sales\""]),
    ("user.tags", STARTS, &["\"none\""]),
    ("user.domain", SET, &["\"alpineskihouse.onmicrosoft.com\""]),
];

pub(crate) const ALERTS: &[Filter] = &[
    ("id", EQ, &["/_id"]),
    ("ID", EQ, &["/_id"]),
    ("severity", EQ, &["/severityValue", "1"]),
    ("resolutionStatus", EQ, &["/resolutionStatusValue", "2"]),
    ("date", DATES, &["/timestamp"]),
    ("entity.service", EQ, &["11161", "20893"]),
    ("service", EQ, &["11161"]),
    ("entity.instance", EQ, &["11161"]),
    ("instance", EQ, &["15600"]),
    ("entity.user", EQ, &["/entities/2/id", "\"none\""]),
    ("entity.ip", EQ, &["/entities/5/id", "\"192.0.2.1\""]),
    ("entity.policy", EQ, &["/entities/0/id"]),
    ("entity.entity", EQ, &["/entities/1/pa", "{\"id\": \"none\"}"]),
    ("entity.file", EQ, &[FILE, "\"none\""]),
    ("source", &["eq"], &["\"built-in\"", "\"policy\""]),
    ("alertOpen", &["eq"], &["true", "false"]),
    ("read", &["eq"], &["true", "false"]),
    ("resolutionDate", &["lte", "gte", "range"], &["/timestamp"]),
    ("risk", EQ, &["/stories/0", "4"]),
    ("alertType", EQ, &["/idValue"]),
];

pub(crate) const ENTITIES: &[Filter] = &[
    ("type", EQ, &["2", "\"account\""]),
    ("isAdmin", &["eq"], &["true", "\"false\""]),
    ("entity", EQ, &["/id", "/username", "{\"id\": \"none\", \"saas\": 11161, \"inst\": 0}"]),
    ("userGroups", EQ, &["\"000000200000000000000000\""]),
    ("app", EQ, &["/appData/appId", "10489"]),
    ("service", EQ, &["10489"]),
    ("instance", EQ, &["11114"]),
    ("isExternal", &["eq"], &["true", "false", "null"]),
    ("affiliation", &["eq"], &["true"]),
    ("domain", SET, &["/domain"]),
    ("organization", SET, &["\"Sales\""]),
    ("status", EQ, &["/status", "\"Suspended\"", "0"]),
    ("displayName", &["eq"], &["/displayName"]),
    ("score", &["isset", "gt", "lt"], &["10"]),
];

pub(crate) const RANGES: &[Filter] = &[
    ("category", EQ, &["/category", "1"]),
    ("tags", EQ, &["/tags/0/id", "\"2dfa95cd7922d979d66fcff5\""]),
    ("builtIn", &["eq"], &["true", "false"]),
    ("name", &["eq"], &["/name", "\"none\""]),
];

pub(crate) const FILES: &[Filter] = &[
    ("service", EQ, &["/appId", "10489"]),
    ("instance", EQ, &["15600"]),
    ("fileType", EQ, &["/ftype", "6"]),
    ("allowDeleted", &["eq"], &["true", "false"]),
    ("policy", &["cabinetmatchedrulesequals", "neq", "isset", "isnotset"], &["\"000000000000000000000000\""]),
    ("filename", &["eq", "text"], &["/name"]),
    ("modifiedDate", DATES, &["/modifiedDate"]),
    ("createdDate", &["lte", "gte", "range"], &["/createdDate"]),
    ("collaborators.entity", EQ, &["\"none\""]),
    ("collaborators.domains", EQ, &["\"mail.example\""]),
    ("collaborators.groups", EQ, &["\"Intranet Members\""]),
    ("collaborators.withDomain", &["eq", "neq", "deq"], &["\"mail.example\""]),
    ("collaborators.users", EQ, &["\"none\""]),
    ("owner.entity", EQ, &["/ownerAddress"]),
    ("owner.username", EQ, &["/ownerAddress"]),
    ("owner.orgUnit", EQ, &["\"Sales\""]),
    ("sharing", EQ, &["/facl", "2", "3"]),
    ("fileId", EQ, &["/_id", "/id", "\"none\""]),
    ("fileLabels", SET, &["\"none\""]),
    ("fileScanLabels", SET, &["\"none\""]),
    ("extension", EQ, &["/fileExtension"]),
    ("mimeType", EQ, &["/mimeType"]),
    ("trashed", &["eq"], &["true", "false"]),
    ("parentFolder", EQ, &["/parentId"]),
    ("folder", &["eq"], &["true", "false"]),
    ("quarantined", &["eq"], &["true", "false"]),
    ("snapshotLastModifiedDate", &["lte", "gte", "range"], &["/lastNrtTimestamp"]),
    ("sha256", &["eq"], &["\"none\""]),
];

/// Asks a list for everything that its filters can say, with values of `record`.
pub(crate) fn every_filter(client: &Client, path: &str, filters: &[Filter], record: &Value) {
    for (name, operators, values) in filters {
        for operator in *operators {
            let values = if operator.ends_with("set") { &values[..1] } else { values };
            for value in values {
                let value = if value.starts_with('/') {
                    record.pointer(value).cloned().unwrap_or_else(|| json!("none"))
                } else {
                    serde_json::from_str(value).unwrap()
                };
                let body = json!({"filters": {*name: {*operator: meant(operator, value)}}, "limit": 3});
                client.api(&format!("{name}.{operator}"), "POST", path, body.to_string());
            }
        }
    }
}

/// No filter and no operator that the API has is missing here.
pub(crate) fn assert_complete(filters: &[Filter], metadata: &Value) {
    for filter in metadata["filters"].as_array().unwrap() {
        let name = text(filter, "name");
        let (_, known, _) =
            filters.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("{name}"));
        for operator in filter["operators"].as_array().unwrap() {
            assert!(known.contains(&text(operator, "id")), "{name}: {operator}");
        }
    }
}

/// The value as the operator takes it.
fn meant(operator: &str, value: Value) -> Value {
    match operator {
        "isset" | "isnotset" => json!(true),
        "lte_ndays" | "gte_ndays" => json!(3),
        "range" => json!([{"start": value, "end": value.as_i64().unwrap_or_default() + 3_600_000}]),
        "eq" | "neq" if !value.is_boolean() => json!([value]),
        "startswith" | "startswithsingle" | "contains" | "text" | "doesnotstartwith" => {
            match value.as_str() {
                Some(text) => json!([text.chars().take(5).collect::<String>()]),
                None => json!([value]),
            }
        }
        _ => value,
    }
}

/// Filters that restrict nothing, are written loosely, or can't be understood.
pub(crate) fn odd_filters(client: &Client, path: &str, record: &Value) {
    let at = &record["timestamp"];
    for (label, filters) in [
        ("nothing", json!({})),
        ("null", Value::Null),
        ("no-operators", json!({"service": null, "date": {}})),
        ("empty-list", json!({"source": {"eq": []}})),
        ("unknown-field", json!({"colour": {"eq": ["red"]}})),
        ("unknown-operator", json!({"date": {"eq": [at]}})),
        ("no-object", json!({"date": 5})),
        ("list", json!([])),
        ("number", json!(7)),
        ("text", json!(r#"{"date": {"gte_ndays": 2}}"#)),
        ("bad-text", json!("{")),
        ("two-operators", json!({"date": {"gte": at, "lte": at}})),
        ("several-ranges", json!({"date": {"range": [{"start": at}, {"end": at}]}})),
        ("bad-range", json!({"date": {"range": [5]}})),
        ("digits", json!({"date": {"gte": at.to_string()}})),
        ("float", json!({"date": {"gte": at.as_f64()}})),
        ("one-in-list", json!({"date": {"gte": [at]}})),
        ("words", json!({"date": {"gte": "yesterday"}})),
        ("far", json!({"date": {"gte_ndays": i64::MAX}})),
        ("spelling", json!({"date": {"GTE_NDAYS": 2}})),
        ("long", json!({"date": {"gte": "9".repeat(300)}})),
        ("deep", json!({"date": {"gte": {"$ne": null}}})),
    ] {
        let body = json!({"filters": filters, "limit": 2});
        client.api(&format!("odd-{label}"), "POST", path, body.to_string());
    }
}
