//! The words of JSON Schema in which commands, and the bodies of the control API, are described.

use serde_json::Value as Json;

use crate::model::json::json;

/// A text.
pub fn text() -> Json {
    json!({"type": "string"})
}

/// A list of texts.
pub fn texts() -> Json {
    json!({"type": "array", "items": text(), "maxItems": 200})
}

/// An instant.
pub fn instant() -> Json {
    json!({"type": "string", "format": "date-time"})
}

/// A switch that is off unless it is said.
pub fn flag() -> Json {
    json!({"type": "boolean", "default": false})
}

/// A number of things.
pub fn count() -> Json {
    json!({"type": "integer", "minimum": 0})
}

/// An object with these members and no others.
pub fn object(properties: Json) -> Json {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

/// The same, where these members must be there.
pub fn needing(mut schema: Json, required: &[&str]) -> Json {
    schema["required"] = required.into();
    schema
}
