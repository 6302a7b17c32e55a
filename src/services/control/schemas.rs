//! Schemas of the control API's bodies, as far as they are written down. A test holds them to what the routes read.

use http::Method;
use serde_json::{Value as Json, json};

use crate::specification;

use crate::wire::cloudapps::members;

pub(super) use crate::commands::schema::schema as command;

/// Path below the tenant, or the whole path.
fn short(path: &str) -> &str {
    path.strip_prefix("/_mock/tenants/{tenant}").or_else(|| path.strip_prefix("/_mock")).unwrap_or(path)
}

fn text() -> Json {
    json!({"type": "string"})
}

fn texts() -> Json {
    json!({"type": "array", "items": text(), "maxItems": 200})
}

fn instant() -> Json {
    json!({"type": "string", "format": "date-time"})
}

fn duration() -> Json {
    json!({"type": "string", "format": "duration"})
}

fn flag() -> Json {
    json!({"type": "boolean", "default": false})
}

fn count() -> Json {
    json!({"type": "integer", "minimum": 0})
}

fn object(properties: Json) -> Json {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn needing(mut schema: Json, required: &[&str]) -> Json {
    schema["required"] = required.into();
    schema
}

/// The body that a route reads, if it reads one whose schema is written down.
pub(super) fn request(path: &str, method: &Method) -> Option<Json> {
    Some(match (method.as_str(), short(path)) {
        ("POST", "/tenants") => specification::schema(),
        ("POST", "/fork") => object(json!({"ttl": duration(), "keep": flag()})),
        ("POST", "/snapshots") => needing(object(json!({"name": text()})), &["name"]),
        ("PATCH", "/clock") => object(json!({
            "now": instant(),
            "mode": {"enum": ["follow", "frozen", "rate"]},
            "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 10_000},
            "tokenStamps": {"enum": ["virtual", "wall"]},
        })),
        ("POST", "/clock/advance") => needing(object(json!({"by": duration()})), &["by"]),
        ("POST", "/tenants/import") => json!({
            "type": "string",
            "description": "A tenant file, as GET …/export writes it: a line is a JSON object.",
        }),
        ("POST", "/commands") => {
            let command = json!({"$ref": "#/components/schemas/Command"});
            json!({"oneOf": [command, {"type": "array", "items": command}]})
        }
        ("POST", "/play") => needing(
            object(json!({"storyline": text(), "user": text(), "at": instant(), "size": count()})),
            &["storyline"],
        ),
        ("POST", "/inject") => json!({
            "type": "object",
            "description": "One record in the form of the Cloud Apps API.",
            "properties": {"activity": members::schema(members::ACTIVITY), "alert": members::schema(members::ALERT)},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false,
        }),
        ("POST", "/tokens") => object(json!({
            "audience": text(),
            "app": text(),
            "roles": texts(),
            "user": text(),
            "scopes": texts(),
            "lifetime": duration(),
            "issuedAt": instant(),
            "claims": {"type": "object"},
            "expired": flag(),
            "notYetValid": flag(),
            "wrongAudience": flag(),
            "wrongTenant": flag(),
            "badSignature": flag(),
            "unsigned": flag(),
        })),
        ("POST", "/requests/verify") => object(json!({
            "since": count(),
            "until": count(),
            "match": {"$ref": "#/components/schemas/Matcher"},
            "count": object(json!({"exactly": count(), "atLeast": count(), "atMost": count()})),
            "order": {"type": "array", "items": {"$ref": "#/components/schemas/Matcher"}, "minItems": 1},
        })),
        _ => return None,
    })
}

/// A matcher of requests.
pub(super) fn matcher() -> Json {
    let texts = || json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}});
    object(json!({
        "service": {"enum": crate::gateway::Service::ALL.map(crate::gateway::Service::name)},
        "method": text(),
        "path": text(),
        "query": texts(),
        "headers": texts(),
        "status": {"type": ["integer", "string"]},
        "body": {"type": "object", "description": "Values by JSON pointer."},
        "caller": text(),
        "refusal": text(),
    }))
}

/// The body that a route answers with, if its schema is written down. Members may be added.
pub(super) fn answer(path: &str, method: &Method) -> Option<Json> {
    let open = |properties: Json| {
        let names: Vec<String> =
            properties.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        json!({"type": "object", "properties": properties, "required": names})
    };
    let list = || json!({"type": "array", "items": {"type": "object"}});
    Some(match (method.as_str(), short(path)) {
        ("GET", "/health") => open(json!({"status": {"const": "ready"}})),
        ("GET", "/routes") => open(json!({"routes": list()})),
        ("GET", "/tenants") => open(json!({"tenants": list()})),
        ("GET" | "PATCH", "/clock") | ("POST", "/clock/advance") => {
            let rate = json!({"type": "number"});
            open(json!({
                "now": instant(), "mode": text(), "rate": rate, "advancing": count(), "tokenStamps": text(),
            }))
        }
        ("DELETE", "/clock/advance") => open(json!({"stopping": count()})),
        ("GET", "/snapshots") => open(json!({"snapshots": list()})),
        ("POST", "/snapshots" | "/snapshots/{name}/restore") => {
            open(json!({"name": text(), "now": instant()}))
        }
        ("GET", "/commands") => open(json!({"commands": list()})),
        ("POST", "/commands") => open(json!({"accepted": list()})),
        ("GET", "/alerts/{id}") => {
            open(json!({"id": text(), "version": count(), "raised": instant(), "read": {"type": "boolean"}}))
        }
        ("GET", "/truth") => open(json!({"storylines": list()})),
        ("POST", "/inject") => open(json!({
            "id": text(),
            "at": instant(),
            "replaced": {
                "type": "array",
                "items": text(),
                "description": "Members of the record that the tenant says itself.",
            },
        })),
        ("POST", "/tokens") => open(json!({
            "token": text(), "authorization": text(), "header": {"type": "object"}, "claims": {"type": "object"}
        })),
        ("GET", "/requests") => open(json!({"requests": list(), "evicted": count()})),
        ("DELETE", "/requests") => open(json!({"cleared": count()})),
        ("GET", "/requests/unmatched") => open(json!({"unmatched": list()})),
        ("GET", "/requests/permissions") => open(
            json!({"callers": list(), "neverCalled": {"type": "array", "items": text()}, "evicted": count()}),
        ),
        ("POST", "/requests/verify") => open(json!({
            "verified": {"type": ["boolean", "null"]},
            "considered": count(),
            "count": count(),
            "matched": {"type": "array", "items": {"type": ["integer", "object"]}},
            "undecided": count(),
            "evicted": count(),
        })),
        _ => return None,
    })
}

/// The query fields that a route reads.
pub(super) fn query(path: &str, method: &Method) -> &'static [(&'static str, &'static str)] {
    match (method.as_str(), short(path)) {
        ("GET", "/requests" | "/requests.har") => &[
            ("method", "string"),
            ("path", "string"),
            ("status", "string"),
            ("service", "string"),
            ("refusal", "string"),
            ("caller", "string"),
            ("since", "integer"),
            ("until", "integer"),
            ("limit", "integer"),
        ],
        _ => &[],
    }
}

/// The status of success.
pub(super) fn status(path: &str, method: &Method) -> u16 {
    match (method.as_str(), short(path)) {
        ("DELETE", "") => 204,
        (
            "POST",
            "/tenants" | "/tenants/import" | "/fork" | "/snapshots" | "/play" | "/inject" | "/tokens",
        ) => 201,
        _ => 200,
    }
}

/// The content types that a body may have.
pub(super) fn body_types(path: &str) -> &'static [&'static str] {
    match short(path) {
        "/tenants" => &["application/json", "application/yaml"],
        "/tenants/import" => &["application/x-ndjson"],
        _ => &["application/json"],
    }
}

/// The content type of success.
pub(super) fn content_type(path: &str) -> &'static str {
    match short(path) {
        "/ca.pem" => "application/x-pem-file",
        "/metrics" => "text/plain",
        "/export" => "application/x-ndjson",
        _ => "application/json",
    }
}

/// How the control API says no.
pub(super) fn error() -> Json {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {"error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": text(),
                "message": text(),
                "target": text(),
                "details": {"type": "array", "items": {"type": "object"}},
            },
        }},
    })
}
