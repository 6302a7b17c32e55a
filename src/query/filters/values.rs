//! The values of filters, in all the forms in which clients send them.

use serde_json::{Map, Value as Json};

use crate::model::base64;
use crate::model::time::VirtualTime;
use crate::query::expr::Literal;

use super::operators::Binder;
use super::{FieldKind, FilterError};

impl Binder<'_> {
    /// A value that a cell may equal; nothing if no cell ever does.
    pub(super) fn literal(&self, value: &Json) -> Result<Option<Literal>, FilterError> {
        Ok(Some(match self.field.kind {
            FieldKind::Bool => Literal::Bool(self.truth(value)?),
            FieldKind::Int | FieldKind::Time => self.counted(self.number(value)?),
            FieldKind::Text | FieldKind::Tag => match value {
                Json::String(text) => Literal::Text(text.clone()),
                Json::Number(number) => Literal::Text(number.to_string()),
                other => return Err(self.error(other, "a text")),
            },
            FieldKind::Entity => {
                let expected =
                    "an id, a name, or an object such as {\"id\": …, \"saas\": 11161, \"inst\": 0}";
                Literal::Text(entity_id(value).ok_or_else(|| self.error(value, expected))?)
            }
            FieldKind::Source => return self.source(value),
        }))
    }

    /// A number as a literal of the field's type.
    pub(super) fn counted(&self, number: i64) -> Literal {
        match self.field.kind {
            FieldKind::Time => Literal::Time(VirtualTime::from_millis(number)),
            _ => Literal::Long(number),
        }
    }

    fn source(&self, value: &Json) -> Result<Option<Literal>, FilterError> {
        let expected = "a source type as a number, or an object with a key t:<source type> or s:<stream id>";
        let Json::Object(keys) = value else { return self.number(value).map(Literal::Long).map(Some) };
        for key in keys.keys() {
            if let Some(number) = key.strip_prefix("t:").and_then(|number| number.parse().ok()) {
                return Ok(Some(Literal::Long(number)));
            }
            // Sources are numbered; no column says which stream one is.
            if key.starts_with("s:") {
                return Ok(None);
            }
        }
        Err(self.error(value, expected))
    }

    pub(super) fn truth(&self, value: &Json) -> Result<bool, FilterError> {
        match value {
            Json::Bool(truth) => Ok(*truth),
            Json::Number(number) if number.as_i64() == Some(1) => Ok(true),
            Json::Number(number) if number.as_i64() == Some(0) => Ok(false),
            Json::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Json::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Json::Array(list) if list.len() == 1 => self.truth(&list[0]),
            other => Err(self.error(other, "true or false")),
        }
    }

    pub(super) fn number(&self, value: &Json) -> Result<i64, FilterError> {
        let expected = if self.field.kind == FieldKind::Time {
            "milliseconds since 1970 (UTC)"
        } else {
            "a whole number"
        };
        whole(value, self.field.kind == FieldKind::Time).ok_or_else(|| self.error(value, expected))
    }

    /// A text that is looked for in others; nothing if the value says none.
    pub(super) fn part(&self, value: &Json) -> Result<Option<String>, FilterError> {
        match value {
            Json::String(text) => Ok(Some(text.clone())),
            other if self.field.kind == FieldKind::Entity => {
                entity_id(other).map(Some).ok_or_else(|| self.error(other, "an id or a name"))
            }
            Json::Object(_) if self.field.kind == FieldKind::Tag => Ok(None),
            other => Err(self.error(other, "a text, or a list of texts")),
        }
    }
}

/// An instant in any form in which clients send one: milliseconds since 1970 as a number or as text, fractions cut off.
pub fn millis(value: &Json) -> Option<i64> {
    whole(value, true)
}

fn whole(value: &Json, cut_off: bool) -> Option<i64> {
    match value {
        // Clients that compute milliseconds in floating point send `1718000000000.0`, and parts of one.
        Json::Number(number) => number.as_i64().or_else(|| {
            let number = number.as_f64().filter(|float| float.abs() < 9e15)?;
            (cut_off || number.fract() == 0.0).then_some(number as i64)
        }),
        Json::String(text) => text.trim().parse().ok(),
        Json::Array(list) if list.len() == 1 => whole(&list[0], cut_off),
        _ => None,
    }
}

/// The id within an entity value of any form.
fn entity_id(value: &Json) -> Option<String> {
    match value {
        Json::Object(entity) => entity.get("id").and_then(entity_id),
        Json::String(text) => {
            let decoded = if text.trim_start().starts_with('{') {
                Some(text.clone())
            } else {
                base64::decode_any(text).and_then(|bytes| String::from_utf8(bytes).ok())
            };
            let object =
                decoded.and_then(|text| serde_json::from_slice::<Map<String, Json>>(text.as_bytes()).ok());
            match object {
                Some(entity) => entity.get("id").and_then(Json::as_str).map(str::to_owned),
                None => Some(text.clone()),
            }
        }
        _ => None,
    }
}
