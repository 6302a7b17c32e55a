//! The Cloud Apps filter language: `{"severity": {"eq": [2]}, "date": {"gte": 1718000000000}}`.
//!
//! Fields and operators within a field combine with AND, the values of a list with OR. Case does not matter. A cell
//! passes if any of its values does; an empty cell passes no test, and so passes every negated one. Real clients
//! are loose about types (a scalar for a list, digits in quotes, `null` for "no value"); what they send is
//! understood, what can't be is named in the error.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction#filters> and the filter tables of the
//! resources.

mod operators;
mod values;

use serde_json::{Map, Value as Json};

use crate::model::time::VirtualTime;
use crate::table::{ColumnId, Schema};

use super::expr::{AnyOrAll, Case, Expr, Nulls, Rules};

use operators::Binder;

pub use values::millis;

/// The rules of this language.
pub const RULES: Rules = Rules { case: Case::Insensitive, nulls: Nulls::Fail, over: AnyOrAll::Any };

/// A field of a resource, as its filters know it.
#[derive(Clone, Copy)]
pub struct Field {
    /// Name, as documented.
    pub name: &'static str,
    /// Other spellings that real clients send.
    pub aliases: &'static [&'static str],
    /// Type of its values; that of the columns has to fit it.
    pub kind: FieldKind,
    /// The operators that it has.
    pub operators: &'static [&'static str],
    /// Where its values are.
    pub column: Binding,
}

/// A field under one name, with the values of one column.
pub const fn field(
    name: &'static str,
    kind: FieldKind,
    operators: &'static [&'static str],
    column: ColumnId,
) -> Field {
    Field { name, aliases: &[], kind, operators, column: Binding::Column(column) }
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

/// Binds `filters` against the fields of a resource, whose columns are those of `schema`. `now` is what "N days
/// ago" counts from.
pub fn bind(
    filters: &Map<String, Json>,
    fields: &[Field],
    schema: &Schema,
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
        let binder = Binder { field, schema, resolver, now };
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
