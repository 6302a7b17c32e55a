//! The control API described in OpenAPI 3.1, made from the route table.
//!
//! What has no schema there is described as what it is: some JSON, or a text.
//!
//! Form: <https://spec.openapis.org/oas/v3.1.0>

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Service};
use crate::model::json::json;

use super::schemas;

/// `GET /_mock/openapi.json`
pub(super) fn describe(ctx: &Ctx<'_>) -> Handled {
    let mut paths = Map::new();
    for route in ctx.gateway.routes().filter(|route| route.service == Service::Control) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    let listening = ctx.gateway.listening.get();
    let url = listening.map_or_else(|| ctx.authority.origin().to_owned(), |listening| listening.url.clone());
    let mut security = json!([{}]);
    if ctx.gateway.settings.control_token.is_some() {
        security = json!([{"operator": []}]);
    }
    let description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "mock-defender control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What a test or a person steers the simulator with.",
        },
        "servers": [{"url": url}],
        "security": security,
        "paths": paths,
        "components": {
            "securitySchemes": {"operator": {
                "type": "http",
                "scheme": "bearer",
                "description": "Asked for where the server listens beyond loopback; it prints the token at its start.",
            }},
            "responses": {"Refused": {
                "description": "What was wrong, where, and what to do.",
                "content": {"application/json": {"schema": schemas::error()}},
            }},
            "schemas": {"Command": schemas::command(), "Matcher": schemas::matcher()},
        },
    });
    Ok(Answer::json(StatusCode::OK, &description))
}

fn operation(route: &Route) -> Json {
    let named = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        match words.skip(1).collect::<Vec<_>>().join("-") {
            name if name.is_empty() => "root".to_owned(),
            name => name,
        }
    };
    let mut parameters: Vec<Json> = route
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    for (name, kind) in route.contract.query {
        parameters.push(json!({"name": name, "in": "query", "schema": {"type": kind}}));
    }
    let status = route.contract.status;
    let mut response = json!({"description": StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()});
    if status != 204 && status != 302 {
        let kind = route.contract.answer_type;
        response["content"][kind] = match route.contract.answer {
            Some(schema) => json!({"schema": schema()}),
            None => json!({}),
        };
    }
    let mut operation = json!({
        "operationId": format!("{}-{}", route.method.as_str().to_ascii_lowercase(), named(route.path)),
        "summary": route.summary,
        "parameters": parameters,
        "responses": {(&status.to_string()): response, "default": {"$ref": "#/components/responses/Refused"}},
    });
    if route.is_public {
        operation["security"] = json!([{}]);
    }
    if let Some(schema) = route.contract.body {
        let schema = schema();
        // What may be left out reads as `{}`.
        let required = schema.get("required").is_some() || schema.get("properties").is_none();
        let content: Map<String, Json> = route
            .contract
            .body_types
            .iter()
            .map(|kind| ((*kind).to_owned(), json!({"schema": schema.clone()})))
            .collect();
        operation["requestBody"] = json!({"required": required, "content": content});
    }
    operation
}
