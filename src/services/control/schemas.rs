//! Schemas of the control API's bodies, as far as they are written down. A test holds them to what the routes read.

use serde_json::Value as Json;

use crate::commands;
use crate::commands::json_schema::{count, flag, instant, needing, object, text, texts};
use crate::faults::Chaos;
use crate::model::json::json;
use crate::wire::cloudapps::members;

pub(super) use crate::commands::schema::schema as command;

fn duration() -> Json {
    json!({"type": "string", "format": "duration"})
}

/// How a fork lives.
pub(super) fn fork() -> Json {
    object(json!({"ttl": duration(), "keep": flag()}))
}

/// The instant to go back to, and how the fork lives.
pub(super) fn rewind() -> Json {
    needing(object(json!({"to": instant(), "ttl": duration(), "keep": flag()})), &["to"])
}

/// The name of a snapshot.
pub(super) fn new_snapshot() -> Json {
    needing(object(json!({"name": text()})), &["name"])
}

/// What a clock shall show, and how it shall run.
pub(super) fn clock_change() -> Json {
    object(json!({
        "now": instant(),
        "mode": {"enum": ["follow", "frozen", "rate"]},
        "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 10_000},
        "tokenStamps": {"enum": ["virtual", "wall"]},
    }))
}

/// How far a clock shall go.
pub(super) fn advance() -> Json {
    needing(object(json!({"by": duration()})), &["by"])
}

/// A tenant file.
pub(super) fn tenant_file() -> Json {
    json!({
        "type": "string",
        "description": "A tenant file, as GET …/export writes it: a line is a JSON object.",
    })
}

/// One command, or several.
pub(super) fn commands() -> Json {
    let command = json!({"$ref": "#/components/schemas/Command"});
    json!({"oneOf": [command, {"type": "array", "items": command}]})
}

/// A storyline, and how it is told.
pub(super) fn play() -> Json {
    needing(
        object(json!({"storyline": text(), "user": text(), "at": instant(), "size": count()})),
        &["storyline"],
    )
}

/// A fault to be added, under a name of its own or one that is made; or a level of chaos.
pub(super) fn new_fault() -> Json {
    let mut fault = commands::faults::schema::schema();
    fault["properties"]["id"] = text();
    fault["properties"]["chaos"] = json!({"enum": Chaos::ALL.map(Chaos::name)});
    fault["anyOf"] = json!([{"required": ["effect"]}, {"required": ["chaos"]}]);
    needing(fault, &[])
}

/// The faults of a tenant, or those that were added.
pub(super) fn faults() -> Json {
    let fault = open(json!({
        "id": text(), "fault": {"type": "object"}, "since": instant(), "matched": count(), "acted": count(),
    }));
    open(json!({"faults": {"type": "array", "items": fault}}))
}

/// A fault of the server.
pub(super) fn server_fault() -> Json {
    let broken = json!({"enum": ["reset", "hang"]});
    let status =
        needing(object(json!({"status": {"type": "integer", "minimum": 400, "maximum": 599}})), &["status"]);
    let refused = json!({"oneOf": [broken, status]});
    let mut effect = object(json!({
        "tls": {"enum": ["expired", "wrongName", "untrusted", "reset", "hang"]},
        "connect": refused,
        "host": refused,
    }));
    effect["minProperties"] = 1.into();
    effect["maxProperties"] = 1.into();
    let times = json!({"type": "integer", "minimum": 1});
    needing(object(json!({"host": text(), "times": times, "effect": effect})), &["effect"])
}

/// The faults of the server, or the one that was added.
pub(super) fn server_faults() -> Json {
    let fault = open(json!({"id": text(), "fault": server_fault(), "matched": count(), "acted": count()}));
    open(json!({"faults": {"type": "array", "items": fault}}))
}

/// A record to be put in.
pub(super) fn record() -> Json {
    json!({
        "type": "object",
        "description": "One record in the form of the Cloud Apps API.",
        "properties": {"activity": members::schema(members::ACTIVITY), "alert": members::schema(members::ALERT)},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}

/// A token to be minted.
pub(super) fn token_order() -> Json {
    object(json!({
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
    }))
}

/// An assertion over the request log.
pub(super) fn assertion() -> Json {
    object(json!({
        "since": count(),
        "until": count(),
        "match": {"$ref": "#/components/schemas/Matcher"},
        "count": object(json!({"exactly": count(), "atLeast": count(), "atMost": count()})),
        "order": {"type": "array", "items": {"$ref": "#/components/schemas/Matcher"}, "minItems": 1},
    }))
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

/// An object with at least these members. More may be added.
fn open(properties: Json) -> Json {
    let names: Vec<String> =
        properties.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
    json!({"type": "object", "properties": properties, "required": names})
}

fn list() -> Json {
    json!({"type": "array", "items": {"type": "object"}})
}

/// The server serves.
pub(super) fn ready() -> Json {
    open(json!({"status": {"const": "ready"}}))
}

/// Every route.
pub(super) fn routes() -> Json {
    open(json!({"routes": list()}))
}

/// The tenants.
pub(super) fn tenants() -> Json {
    open(json!({"tenants": list()}))
}

/// What a clock shows.
pub(super) fn clock() -> Json {
    let rate = json!({"type": "number"});
    open(json!({
        "now": instant(), "mode": text(), "rate": rate, "advancing": count(), "tokenStamps": text(),
    }))
}

/// How many advances are stopped.
pub(super) fn stopping() -> Json {
    open(json!({"stopping": count()}))
}

/// The snapshots.
pub(super) fn snapshots() -> Json {
    open(json!({"snapshots": list()}))
}

/// A snapshot.
pub(super) fn snapshot() -> Json {
    open(json!({"name": text(), "now": instant()}))
}

/// The accepted commands.
pub(super) fn journal() -> Json {
    open(json!({"commands": list()}))
}

/// What the commands of a request did.
pub(super) fn accepted() -> Json {
    open(json!({"accepted": list()}))
}

/// An alert, and its version.
pub(super) fn alert() -> Json {
    open(json!({"id": text(), "version": count(), "raised": instant(), "read": {"type": "boolean"}}))
}

/// The storylines, the labels of the alerts, and the behaviors.
pub(super) fn truth() -> Json {
    open(json!({"storylines": list(), "alerts": list(), "behaviors": list()}))
}

/// How the connection of Copilot for Security stands.
pub(super) fn connection() -> Json {
    open(json!({
        "status": {"enum": ["Connected", "Disconnected"]},
        "reasons": {"type": "array", "items": text()},
        "on": {"type": "boolean"},
        "consent": text(),
        "session": text(),
        "events": list(),
    }))
}

/// A record that was put in.
pub(super) fn injected() -> Json {
    open(json!({
        "id": text(),
        "at": instant(),
        "replaced": {
            "type": "array",
            "items": text(),
            "description": "Members of the record that the tenant says itself.",
        },
    }))
}

/// Scenarios.
pub(super) fn scenarios() -> Json {
    open(json!({"scenarios": list()}))
}

/// A scenario that is shipped.
pub(super) fn scenario() -> Json {
    let steps = json!({"type": "array", "items": {"type": "object"}});
    open(json!({
        "name": text(), "summary": text(), "notice": text(), "remedy": text(), "about": texts(),
        "recoverable": {"type": "boolean"}, "parameters": {"type": "object"}, "file": text(), "steps": steps,
    }))
}

/// A scenario to be started.
pub(super) fn new_scenario() -> Json {
    let named = needing(object(json!({"name": text(), "parameters": {"type": "object"}})), &["name"]);
    json!({"anyOf": [named, crate::scenario::schema::schema()]})
}

/// A scenario that was started.
pub(super) fn started_scenario() -> Json {
    open(json!({"id": count(), "name": text(), "since": instant(), "steps": list()}))
}

/// A minted token.
pub(super) fn token() -> Json {
    open(json!({
        "token": text(), "authorization": text(), "header": {"type": "object"}, "claims": {"type": "object"}
    }))
}

/// What clients sent.
pub(super) fn requests() -> Json {
    let mut schema = open(json!({"requests": list(), "evicted": count()}));
    // The member is absent if there were none.
    schema["properties"]["handshakes"] = list();
    schema
}

/// How many requests are forgotten.
pub(super) fn cleared() -> Json {
    open(json!({"cleared": count()}))
}

/// What none answered.
pub(super) fn unmatched() -> Json {
    open(json!({"unmatched": list()}))
}

/// What each caller needed.
pub(super) fn needs() -> Json {
    open(json!({"callers": list(), "neverCalled": {"type": "array", "items": text()}, "evicted": count()}))
}

/// Whether an assertion holds.
pub(super) fn verdict() -> Json {
    open(json!({
        "verified": {"type": ["boolean", "null"]},
        "considered": count(),
        "count": count(),
        "matched": {"type": "array", "items": {"type": ["integer", "object"]}},
        "undecided": count(),
        "evicted": count(),
    }))
}

/// The fields of a query that choose among the requests of a log.
pub(super) const REQUEST_FILTER: &[(&str, &str)] = &[
    ("method", "string"),
    ("path", "string"),
    ("status", "string"),
    ("service", "string"),
    ("refusal", "string"),
    ("caller", "string"),
    ("clients", "boolean"),
    ("since", "integer"),
    ("until", "integer"),
    ("limit", "integer"),
];

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
