//! The Cloud Apps filter language: `{"severity": {"eq": [2]}, "date": {"gte": 1718000000000}}`.
//!
//! Fields and operators within a field combine with AND, the values of a list with OR. Real clients are loose
//! about types (a scalar for a list, digits in quotes, `null` for "no value"); what they send is understood, what
//! can't be is named in the error.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction#filters> and the filter tables of the
//! resources.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::model::base64;
use crate::model::time::{DAY, VirtualTime};
use crate::table::ColumnId;

use super::expr::{Expr, Literal, Test, TextTest};

/// A field of a resource, as its filters know it.
#[derive(Clone, Copy)]
pub struct Field {
    /// Name, as documented.
    pub name: &'static str,
    /// Other spellings that real clients send.
    pub aliases: &'static [&'static str],
    /// Type of its values.
    pub kind: FieldKind,
    /// The operators that it has.
    pub operators: &'static [&'static str],
    /// Where its values are.
    pub column: Binding,
}

/// Type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Whole number.
    Int,
    /// Truth value.
    Bool,
    /// Text.
    Text,
    /// Milliseconds since the epoch.
    Time,
    /// A user or account: its id or name as text, or `{"id": …, "saas": …, "inst": …}`, also as JSON text or base64.
    Entity,
    /// Ids of tags; objects among them say which role of the activity is meant, and every tag here is the actor's.
    Tag,
    /// A source: a number, or an object with a key `t:<source type>` or `s:<stream id>`.
    Source,
}

/// Where a field's values are.
#[derive(Clone, Copy)]
pub enum Binding {
    /// In a column.
    Column(ColumnId),
    /// In any one of several columns.
    Columns(&'static [ColumnId]),
    /// Nowhere: the resource itself says which rows a value names (an id, say); see [`Resolver`].
    Key,
}

/// Says which rows a key names: the resource's part of binding.
pub trait Resolver {
    /// Row numbers, ascending, that `value` of the key field `field` names; an error if it can't be such a key.
    fn rows(&self, field: &str, value: &str) -> Result<Vec<u64>, BadKey>;
}

/// The text can't be a key of that field.
#[derive(Clone, Copy, Debug)]
pub struct BadKey;

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("filter {field:?}: expected {expected}, got {value}")]
pub struct FilterError {
    /// The field.
    pub field: String,
    /// What was there.
    pub value: String,
    /// What should have been.
    pub expected: String,
}

/// Bound filters.
#[derive(Debug)]
pub struct Bound {
    /// The condition.
    pub expr: Expr,
    /// Fields that the resource does not have; they restrict nothing.
    pub unknown: Vec<String>,
}

/// Binds `filters` against the fields of a resource. `now` is what "N days ago" counts from.
pub fn bind(
    filters: &Map<String, Json>,
    fields: &[Field],
    resolver: &dyn Resolver,
    now: VirtualTime,
) -> Result<Bound, FilterError> {
    let mut parts = Vec::new();
    let mut unknown = Vec::new();
    for (name, operators) in filters {
        let field = fields.iter().find(|field| field.name == name || field.aliases.contains(&name.as_str()));
        let Some(field) = field else {
            unknown.push(name.clone());
            continue;
        };
        let binder = Binder { field, resolver, now };
        match operators {
            Json::Object(operators) => {
                for (operator, value) in operators {
                    parts.extend(binder.condition(operator, value)?);
                }
            }
            Json::Null => {}
            other => {
                return Err(binder.error(other, "an object with an operator, for example {\"eq\": […]}"));
            }
        }
    }
    Ok(Bound { expr: Expr::All(parts), unknown })
}

struct Binder<'a> {
    field: &'a Field,
    resolver: &'a dyn Resolver,
    now: VirtualTime,
}

impl Binder<'_> {
    fn error(&self, value: &Json, expected: impl Into<String>) -> FilterError {
        let value = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let value = if value.len() > 200 { value.chars().take(200).chain(['…']).collect() } else { value };
        FilterError { field: self.field.name.to_owned(), value, expected: expected.into() }
    }

    /// One operator with its value; nothing if it restricts nothing.
    fn condition(&self, operator: &str, value: &Json) -> Result<Option<Expr>, FilterError> {
        let operator = operator.to_ascii_lowercase();
        if !self.field.operators.contains(&operator.as_str()) {
            let expected = format!("one of the operators {}", self.field.operators.join(", "));
            return Err(self.error(&Json::String(operator), expected));
        }
        Ok(Some(match operator.as_str() {
            "eq" => return self.one_of(value),
            "neq" => return Ok(self.one_of(value)?.map(not)),
            "isset" => self.presence(self.truth(value)?)?,
            "isnotset" => self.presence(!self.truth(value)?)?,
            "gte" => self.within(self.number(value)?, i64::MAX)?,
            "lte" => self.within(i64::MIN, self.number(value)?)?,
            "gt" => self.within(self.number(value)?.saturating_add(1), i64::MAX)?,
            "lt" => self.within(i64::MIN, self.number(value)?.saturating_sub(1))?,
            "gte_ndays" => self.within(self.days_ago(value)?, i64::MAX)?,
            "lte_ndays" => self.within(i64::MIN, self.days_ago(value)?)?,
            "range" => return self.ranges(value),
            "contains" | "text" => return self.texts(TextTest::Contains, value),
            "ncontains" => return Ok(self.texts(TextTest::Contains, value)?.map(not)),
            "startswith" | "startswithsingle" => return self.texts(TextTest::StartsWith, value),
            "doesnotstartwith" => return Ok(self.texts(TextTest::StartsWith, value)?.map(not)),
            "endswith" => return self.texts(TextTest::EndsWith, value),
            other => return Err(self.error(&Json::String(other.to_owned()), "an operator of this field")),
        }))
    }

    /// The condition that the field's cell (one of them, if it has several) passes `test`.
    fn cell(&self, test: Test) -> Result<Expr, FilterError> {
        match self.field.column {
            Binding::Column(column) => Ok(Expr::Cell(column, test)),
            Binding::Columns(columns) => {
                Ok(Expr::Any(columns.iter().map(|column| Expr::Cell(*column, test.clone())).collect()))
            }
            Binding::Key => Err(self.error(&Json::Null, "eq or neq")),
        }
    }

    fn presence(&self, present: bool) -> Result<Expr, FilterError> {
        let there = self.cell(Test::Present)?;
        Ok(if present { there } else { not(there) })
    }

    fn within(&self, low: i64, high: i64) -> Result<Expr, FilterError> {
        self.cell(Test::Within(low, high))
    }

    /// `eq`: an empty list restricts nothing; `null` stands for "no value".
    fn one_of(&self, value: &Json) -> Result<Option<Expr>, FilterError> {
        let values = listed(value);
        if values.is_empty() {
            return Ok(None);
        }
        if matches!(self.field.column, Binding::Key) {
            return self.keys(&values).map(Some);
        }
        let mut literals = Vec::new();
        let mut any = Vec::new();
        for value in &values {
            match value {
                Json::Null => any.push(self.presence(false)?),
                Json::Object(_) if self.field.kind == FieldKind::Tag => {}
                other => literals.push(self.literal(other)?),
            }
        }
        if !literals.is_empty() {
            any.push(self.cell(Test::OneOf(literals))?);
        }
        Ok(match any.len() {
            0 => None,
            1 => any.pop(),
            _ => Some(Expr::Any(any)),
        })
    }

    fn keys(&self, values: &[&Json]) -> Result<Expr, FilterError> {
        let mut rows = Vec::new();
        for value in values {
            let Json::String(key) = value else { return Err(self.error(value, "an id as text")) };
            let found = self.resolver.rows(self.field.name, key);
            rows.extend(
                found.map_err(|BadKey| self.error(value, "an id of the form that this resource has"))?,
            );
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(Expr::Rows(Arc::from(rows)))
    }

    fn literal(&self, value: &Json) -> Result<Literal, FilterError> {
        Ok(match self.field.kind {
            FieldKind::Bool => Literal::Bool(self.truth(value)?),
            FieldKind::Int | FieldKind::Time => Literal::Int(self.number(value)?),
            FieldKind::Text | FieldKind::Tag => match value {
                Json::String(text) => Literal::Text(text.to_lowercase()),
                Json::Number(number) => Literal::Text(number.to_string()),
                other => return Err(self.error(other, "a text")),
            },
            FieldKind::Entity => {
                let expected =
                    "an id, a name, or an object such as {\"id\": …, \"saas\": 11161, \"inst\": 0}";
                Literal::Text(entity_id(value).ok_or_else(|| self.error(value, expected))?.to_lowercase())
            }
            FieldKind::Source => self.source(value)?,
        })
    }

    fn source(&self, value: &Json) -> Result<Literal, FilterError> {
        let expected = "a source type as a number, or an object with a key t:<source type> or s:<stream id>";
        let Json::Object(keys) = value else { return self.number(value).map(Literal::Int) };
        for key in keys.keys() {
            if let Some(number) = key.strip_prefix("t:").and_then(|number| number.parse().ok()) {
                return Ok(Literal::Int(number));
            }
            if let Some(stream) = key.strip_prefix("s:") {
                return Ok(Literal::Text(stream.to_lowercase()));
            }
        }
        Err(self.error(value, expected))
    }

    fn truth(&self, value: &Json) -> Result<bool, FilterError> {
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

    fn number(&self, value: &Json) -> Result<i64, FilterError> {
        let expected = if self.field.kind == FieldKind::Time {
            "milliseconds since 1970 (UTC)"
        } else {
            "a whole number"
        };
        match value {
            Json::Number(number) => number
                .as_i64()
                // Clients that compute milliseconds in floating point send `1718000000000.0`, and parts of one.
                .or_else(|| {
                    let number = number.as_f64().filter(|float| float.abs() < 9e15)?;
                    let fits = self.field.kind == FieldKind::Time || number.fract() == 0.0;
                    fits.then_some(number as i64)
                })
                .ok_or_else(|| self.error(value, expected)),
            Json::String(text) => text.trim().parse().map_err(|_| self.error(value, expected)),
            Json::Array(list) if list.len() == 1 => self.number(&list[0]),
            other => Err(self.error(other, expected)),
        }
    }

    fn days_ago(&self, value: &Json) -> Result<i64, FilterError> {
        let days = self.number(value)?;
        Ok(self.now.millis().saturating_sub(days.saturating_mul(DAY.as_millis())))
    }

    fn ranges(&self, value: &Json) -> Result<Option<Expr>, FilterError> {
        let ranges = listed(value);
        let mut any = Vec::new();
        for range in &ranges {
            let Json::Object(range_object) = range else {
                return Err(self.error(range, "a list of {\"start\": …, \"end\": …}"));
            };
            let bound = |name: &str, open: i64| match range_object.get(name) {
                None | Some(Json::Null) => Ok(open),
                Some(value) => self.number(value),
            };
            any.push(self.within(bound("start", i64::MIN)?, bound("end", i64::MAX)?)?);
        }
        Ok((!any.is_empty()).then_some(Expr::Any(any)))
    }

    fn texts(&self, test: TextTest, value: &Json) -> Result<Option<Expr>, FilterError> {
        let mut texts = Vec::new();
        for value in listed(value) {
            match value {
                Json::String(text) => texts.push(text.to_lowercase()),
                other if self.field.kind == FieldKind::Entity => {
                    let id = entity_id(other).ok_or_else(|| self.error(other, "an id or a name"))?;
                    texts.push(id.to_lowercase());
                }
                Json::Object(_) if self.field.kind == FieldKind::Tag => {}
                other => return Err(self.error(other, "a text, or a list of texts")),
            }
        }
        if texts.is_empty() { Ok(None) } else { self.cell(Test::Text(test, texts)).map(Some) }
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
            let object = decoded.and_then(|text| serde_json::from_str::<Map<String, Json>>(&text).ok());
            match object {
                Some(entity) => entity.get("id").and_then(Json::as_str).map(str::to_owned),
                None => Some(text.clone()),
            }
        }
        _ => None,
    }
}

fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

/// A list as it is, a single value as a list of one.
fn listed(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(list) => list.iter().collect(),
        single => vec![single],
    }
}
