//! The part of the schema that is about faults.

use serde_json::{Value as Json, json};

use crate::commands::json_schema::{needing, object, text};

/// The schema of a fault.
pub fn fault() -> Json {
    let matches = object(json!({
        "service": glob("entra, cloudApps or graph."),
        "method": glob("The method."),
        "path": glob("The path as it is sent; `*` within a segment, `**` beyond."),
        "route": glob("The template of the route, as `mock-defender routes` lists it."),
        "header": {"type": "object", "additionalProperties": text()},
        "query": glob("The query as it is sent."),
        "body": glob("The body as it is sent."),
        "client": glob("Who asks: an application, a user, or apiToken."),
    }));
    let when = object(json!({
        "nth": count("Only on the so-many-th: 1 is the first."),
        "after": count("Not on the first so many."),
        "every": count("Only on every so-many-th."),
        "times": count("So often at most; then it is used up."),
        "probability": {"type": ["number", "string"], "description": "With this probability: 0 to 1."},
        "from": span(),
        "until": span(),
    }));
    let fault = object(json!({"match": matches, "when": when, "effect": effect()}));
    needing(fault, &["effect"])
}

fn effect() -> Json {
    let flag = json!({"enum": ["missing", "malformed", "expired", "notYetValid", "badSignature", "wrongAudience", "revoked", "forbidden"]});
    let map = || json!({"type": "object", "additionalProperties": text()});
    let share = || json!({"type": ["number", "string"], "description": "A share: 0 to 1."});
    let latency = json!({"oneOf": [
        object(json!({"fixed": span()})),
        object(json!({"between": object(json!({"least": span(), "most": span()}))})),
        object(json!({"tail": object(json!({"median": span(), "p99": span()}))})),
    ]});
    let edit = json!({"oneOf": [
        object(json!({"set": object(json!({"at": text(), "to": {}}))})),
        object(json!({"remove": object(json!({"at": text()}))})),
    ]});
    let items = json!({"oneOf": [{"enum": ["all", "first", "last"]}, object(json!({"share": share()}))]});
    let mut effect = object(json!({
        "respond": object(json!({"status": count("200 to 599."), "headers": map(), "body": {}, "contentType": text()})),
        "refuse": object(json!({"refusal": text(), "with": map()})),
        "throttle": object(json!({
            "wait": span(),
            "retryAfter": {"enum": ["seconds", "fraction", "date", "text", "absent"]},
        })),
        "token": flag,
        "latency": latency,
        "drip": object(json!({"bytes": count("Bytes of a piece."), "every": span()})),
        "hang": object(json!({"for": span()})),
        "reset": object(json!({"after": count("After so many bytes of the body.")})),
        "truncate": object(json!({"keep": share(), "framed": {"type": "boolean"}})),
        "corrupt": object(json!({"bytes": count("How many.")})),
        "edit": {"type": "array", "items": edit},
        "list": object(json!({
            "at": text(),
            "change": {"enum": ["drop", "duplicate", "shuffle", "reverse"]},
            "items": items,
        })),
        "stale": object(json!({"by": span()})),
        "contentType": text(),
        "html": object(json!({"status": count("200 to 599."), "title": text()})),
    }));
    effect["minProperties"] = 1.into();
    effect["maxProperties"] = 1.into();
    effect
}

fn glob(description: &str) -> Json {
    json!({"type": "string", "description": description})
}

fn span() -> Json {
    json!({"type": "string", "description": "A length of time such as 90s, 2h 30m or PT1H."})
}

fn count(description: &str) -> Json {
    json!({"type": ["integer", "string"], "description": description})
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

    #[test]
    fn every_member_of_a_fault_that_is_read_is_described() {
        let schema = fault();
        for (text, described) in [
            (r#"{"other": 1}"#, &schema),
            (r#"{"match": {"other": 1}}"#, &schema["properties"]["match"]),
            (r#"{"when": {"other": 1}}"#, &schema["properties"]["when"]),
            (r#"{"effect": {"other": 1}}"#, &schema["properties"]["effect"]),
        ] {
            let described: Vec<_> = described["properties"].as_object().unwrap().keys().cloned().collect();
            assert_eq!(read(text), described, "{text}");
        }
    }
}
