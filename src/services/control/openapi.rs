//! The control API described in OpenAPI 3.1, made from the route table.
//!
//! What has no schema in [`schemas`](super::schemas) is described as what it is: some JSON, or a text.
//!
//! Form: <https://spec.openapis.org/oas/v3.1.0>

use http::{Method, StatusCode};
use serde_json::{Map, Value as Json, json};

use crate::gateway::route::{Handled, Route, Scope};
use crate::gateway::{Answer, Ctx, Service};

use super::schemas;
use super::{READ, route};

pub(super) const DESCRIPTION: Route = route(
    Method::GET,
    "/_mock/openapi.json",
    Scope::Any,
    READ,
    describe,
    "This API in OpenAPI 3.1",
    "operate::the_description_names_every_route_and_its_fields",
);

/// `GET /_mock/openapi.json`
fn describe(ctx: &Ctx<'_>) -> Handled {
    let mut paths = Map::new();
    for route in ctx.gateway.routes().filter(|route| route.service == Service::Control) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    let listening = ctx.gateway.listening.get();
    let url = listening.map_or_else(|| ctx.authority.origin(), |listening| listening.url.clone());
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
        words.skip(1).collect::<Vec<_>>().join("-")
    };
    let mut parameters: Vec<Json> = route
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    for (name, kind) in schemas::query(route.path, &route.method) {
        parameters.push(json!({"name": name, "in": "query", "schema": {"type": kind}}));
    }
    let status = schemas::status(route.path, &route.method);
    let mut response = json!({"description": StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()});
    if status != 204 {
        let kind = schemas::content_type(route.path);
        response["content"][kind] = match schemas::answer(route.path, &route.method) {
            Some(schema) => json!({"schema": schema}),
            None => json!({}),
        };
    }
    let mut operation = json!({
        "operationId": format!("{}-{}", route.method.as_str().to_ascii_lowercase(), named(route.path)),
        "summary": route.summary,
        "parameters": parameters,
        "responses": {status.to_string(): response, "default": {"$ref": "#/components/responses/Refused"}},
    });
    if let Some(schema) = schemas::request(route.path, &route.method) {
        // What may be left out reads as `{}`.
        let required = schema.get("required").is_some() || schema.get("properties").is_none();
        let content: Map<String, Json> = schemas::body_types(route.path)
            .iter()
            .map(|kind| ((*kind).to_owned(), json!({"schema": schema.clone()})))
            .collect();
        operation["requestBody"] = json!({"required": required, "content": content});
    }
    operation
}
