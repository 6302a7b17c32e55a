//! How faults are written, as JSON Schema: for commands, the control API and scenarios.

use serde_json::Value as Json;

use crate::commands::json_schema::{count, needing, object, text};
use crate::model::json::json;

/// A fault: which requests, on which of them, and what becomes of them.
pub fn schema() -> Json {
    let mut fault = needing(
        object(json!({"match": request_match(), "when": occasion(), "effect": effect()})),
        &["effect"],
    );
    fault["description"] =
        "Which requests are disturbed (`match`), when (`when`), and how (`effect`).".into();
    fault
}

fn glob(what: &str) -> Json {
    json!({"type": "string", "minLength": 1, "maxLength": 1024, "description": what})
}

fn request_match() -> Json {
    let values = glob("A glob: `*` stands for any characters.");
    object(json!({
        "service": glob("The service: entra, cloud-apps or graph."),
        "method": glob("The method."),
        "path": glob("A glob of the path: `*` stands for any characters within a segment, `**` for any."),
        "route": glob("A glob of the route's template, as `mock-defender routes` lists it."),
        "header": {"type": "object", "additionalProperties": values, "description": "Globs of values, by name in small letters."},
        "query": glob("A glob of the query as it is sent."),
        "body": glob("A glob of the body as it is sent."),
        "client": glob("Who the request says it is from: an application, a user, or apiToken."),
    }))
}

fn occasion() -> Json {
    let above_zero = || json!({"type": "integer", "minimum": 1});
    object(json!({
        "nth": above_zero(),
        "after": count(),
        "every": above_zero(),
        "times": above_zero(),
        "probability": share(),
        "from": span(),
        "until": span(),
    }))
}

fn share() -> Json {
    json!({"type": "number", "minimum": 0, "maximum": 1})
}

fn span() -> Json {
    json!({"type": "string", "description": "A length of time: 30s, 2h 30m, PT1H."})
}

fn status() -> Json {
    json!({"type": "integer", "minimum": 200, "maximum": 599})
}

fn above_zero() -> Json {
    json!({"type": "integer", "minimum": 1, "maximum": u32::MAX})
}

/// One of these members, and nothing else.
fn one_of(members: &[(&str, Json)]) -> Json {
    let all = members.iter().map(|(name, schema)| {
        let mut properties = serde_json::Map::new();
        properties.insert((*name).to_owned(), schema.clone());
        needing(object(Json::Object(properties)), &[name])
    });
    json!({"oneOf": all.collect::<Vec<_>>()})
}

fn effect() -> Json {
    let texts = || json!({"type": "object", "additionalProperties": text()});
    let retry_after = json!({"enum": ["seconds", "fraction", "date", "text", "absent"]});
    let token = json!({"enum": ["missing", "malformed", "expired", "notYetValid", "badSignature", "wrongAudience", "revoked", "forbidden"]});
    let latency = one_of(&[
        ("fixed", span()),
        ("between", needing(object(json!({"least": span(), "most": span()})), &["least", "most"])),
        ("tail", needing(object(json!({"median": span(), "p99": span()})), &["median", "p99"])),
    ]);
    let edit = one_of(&[
        ("set", needing(object(json!({"at": text(), "to": {}})), &["at", "to"])),
        ("remove", needing(object(json!({"at": text()})), &["at"])),
    ]);
    let some_of_them = needing(object(json!({"share": share()})), &["share"]);
    let list = object(json!({
        "at": text(),
        "change": {"enum": ["drop", "duplicate", "shuffle", "reverse"]},
        "items": {"oneOf": [{"enum": ["all", "first", "last"]}, some_of_them]},
    }));
    one_of(&[
        (
            "respond",
            needing(
                object(json!({"status": status(), "headers": texts(), "body": {}, "contentType": text()})),
                &["status"],
            ),
        ),
        ("refuse", needing(object(json!({"refusal": text(), "with": texts()})), &["refusal"])),
        ("throttle", needing(object(json!({"wait": span(), "retryAfter": retry_after})), &["wait"])),
        ("token", token),
        ("latency", latency),
        ("drip", needing(object(json!({"bytes": above_zero(), "every": span()})), &["bytes", "every"])),
        ("hang", needing(object(json!({"for": span()})), &["for"])),
        ("reset", object(json!({"after": count()}))),
        (
            "truncate",
            needing(
                object(json!({"keep": share(), "framed": {"type": "boolean", "default": false}})),
                &["keep"],
            ),
        ),
        ("corrupt", needing(object(json!({"bytes": above_zero()})), &["bytes"])),
        ("edit", json!({"type": "array", "items": edit, "maxItems": 64})),
        ("list", needing(list, &["change"])),
        ("stale", needing(object(json!({"by": span()})), &["by"])),
        ("contentType", text()),
        ("html", needing(object(json!({"status": status(), "title": text()})), &["status"])),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fault::Fault;

    /// The names that are read at a place, as the reader tells them to whoever wrote another.
    fn read(text: &str) -> Vec<String> {
        let told = serde_json::from_str::<Fault>(text).unwrap_err().to_string();
        told.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    /// The names that are described: of one object, or of the objects of which one is meant.
    fn described(schema: &Json) -> Vec<String> {
        let objects = schema["oneOf"].as_array().map_or_else(|| vec![schema], |all| all.iter().collect());
        objects.iter().flat_map(|of| of["properties"].as_object().unwrap().keys().cloned()).collect()
    }

    #[test]
    fn every_member_of_a_fault_that_is_read_is_described() {
        let schema = schema();
        for (text, of) in [
            (r#"{"other": 1}"#, &schema),
            (r#"{"match": {"other": 1}}"#, &schema["properties"]["match"]),
            (r#"{"when": {"other": 1}}"#, &schema["properties"]["when"]),
            (r#"{"effect": {"other": 1}}"#, &schema["properties"]["effect"]),
        ] {
            assert_eq!(read(text), described(of), "{text}");
        }
    }
}
