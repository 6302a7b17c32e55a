//! The JSON Schema of specifications, for editors.

use serde_json::{Map, Value as Json};

use super::shape::{Basis, Form, Setting, Shape};
use super::table::SETTINGS;
use crate::model::json::json;
use crate::model::spec::{Size, Specification};
use crate::model::time::VirtualTime;

/// The schema (draft 2020-12). Defaults are those of a small company.
pub fn schema() -> Json {
    let basis = Basis::new(Specification::plain(1, Size::Small, VirtualTime::default()));
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), "mock-defender specification".into());
    schema.insert(
        "description".into(),
        "What a tenant is born from. Whatever is absent is as the size and the seed make it.".into(),
    );
    schema.extend(keys(SETTINGS, &basis));
    Json::Object(schema)
}

fn keys(settings: &[Setting], basis: &Basis) -> Map<String, Json> {
    let property = |setting: &Setting| {
        let mut schema = Map::new();
        schema.insert("description".into(), setting.doc.into());
        schema.extend(of(&setting.shape, basis));
        match (setting.default)(basis) {
            Json::Null => {}
            default => drop(schema.insert("default".into(), default)),
        }
        (setting.key.to_owned(), Json::Object(schema))
    };
    let needed: Vec<&str> =
        settings.iter().filter(|setting| setting.needed).map(|setting| setting.key).collect();
    let mut schema = Map::new();
    schema.insert("type".into(), json!(["object", "null"]));
    schema.insert("properties".into(), Json::Object(settings.iter().map(property).collect()));
    if !needed.is_empty() {
        schema["type"] = json!("object");
        schema.insert("required".into(), json!(needed));
    }
    schema.insert("additionalProperties".into(), false.into());
    schema
}

fn of(shape: &Shape, basis: &Basis) -> Map<String, Json> {
    let schema = match shape {
        Shape::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Shape::Seed => json!({"type": "integer", "minimum": 0, "maximum": u64::MAX}),
        Shape::Decimal(least, most) => json!({"type": "number", "minimum": least, "maximum": most}),
        Shape::Text(form) => text(*form),
        Shape::One(words) => json!({"enum": words()}),
        Shape::Flag => json!({"enum": [true, false, "on", "off"]}),
        Shape::Nothing => json!({"const": "none"}),
        Shape::List(item, most, least) => {
            let mut schema = json!({"type": "array", "items": of(item, basis), "maxItems": most});
            if *least > 0 {
                schema["minItems"] = json!(least);
            }
            schema
        }
        Shape::Keys(settings) => return keys(settings, basis),
        Shape::Named(words, value) => {
            let value = Json::Object(of(value, basis));
            let properties: Map<String, Json> =
                words().into_iter().map(|word| (word.to_owned(), value.clone())).collect();
            json!({"type": "object", "properties": properties, "additionalProperties": false})
        }
        Shape::Either(shapes) => {
            let any: Vec<Json> = shapes.iter().map(|shape| Json::Object(of(shape, basis))).collect();
            json!({"anyOf": any})
        }
    };
    match schema {
        Json::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn text(form: Form) -> Json {
    let mut schema = json!({"type": "string", "minLength": 1, "maxLength": form.longest()});
    if let Some(pattern) = form.pattern() {
        schema["pattern"] = json!(pattern);
    }
    if form == Form::Instant {
        schema["format"] = json!("date-time");
    }
    schema
}
