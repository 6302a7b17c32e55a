//! What the operators of the filter language mean.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::model::time::{DAY, VirtualTime};
use crate::query::expr::{AnyOrAll, Compare, Expr, Literal, Nulls, Rules, Test, TextTest};
use crate::table::{ColumnId, Schema};

use super::{BadKey, Binding, Field, FieldKind, FilterError, RULES, Resolver};

/// Binds the operators of one field.
pub(super) struct Binder<'a> {
    pub(super) field: &'a Field,
    pub(super) schema: &'a Schema,
    pub(super) resolver: &'a dyn Resolver,
    pub(super) now: VirtualTime,
}

impl Binder<'_> {
    pub(super) fn error(&self, value: &Json, expected: impl Into<String>) -> FilterError {
        let value = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let value = if value.len() > 200 { value.chars().take(200).chain(['…']).collect() } else { value };
        FilterError { field: self.field.name.to_owned(), value, expected: expected.into() }
    }

    /// One operator with its value; nothing if it restricts nothing.
    pub(super) fn condition(&self, operator: &str, value: &Json) -> Result<Option<Expr>, FilterError> {
        let operator = operator.to_ascii_lowercase();
        if !self.field.operators.contains(&operator.as_str()) {
            let expected = format!("one of the operators {}", self.field.operators.join(", "));
            return Err(self.error(&Json::String(operator), expected));
        }
        Ok(Some(match operator.as_str() {
            // The files that matched one of these policies.
            "eq" | "cabinetmatchedrulesequals" => return self.one_of(value),
            "deq" => return self.another(value),
            "neq" => return Ok(self.one_of(value)?.map(Expr::negated)),
            "isset" => self.presence(self.truth(value)?)?,
            "isnotset" => self.presence(!self.truth(value)?)?,
            "gte" => self.within(value, self.number(value)?, i64::MAX)?,
            "lte" => self.within(value, i64::MIN, self.number(value)?)?,
            "gt" => self.within(value, self.number(value)?.saturating_add(1), i64::MAX)?,
            "lt" => self.within(value, i64::MIN, self.number(value)?.saturating_sub(1))?,
            "gte_ndays" => self.within(value, self.days_ago(value)?, i64::MAX)?,
            "lte_ndays" => self.within(value, i64::MIN, self.days_ago(value)?)?,
            "range" => return self.ranges(value),
            "contains" | "text" => return self.texts(TextTest::Contains, value),
            "ncontains" => return Ok(self.texts(TextTest::Contains, value)?.map(Expr::negated)),
            "startswith" | "startswithsingle" => return self.texts(TextTest::StartsWith, value),
            "doesnotstartwith" => return Ok(self.texts(TextTest::StartsWith, value)?.map(Expr::negated)),
            "endswith" => return self.texts(TextTest::EndsWith, value),
            other => return Err(self.error(&Json::String(other.to_owned()), "an operator of this field")),
        }))
    }

    /// What `of` says of the field's column, or of any one of its columns.
    fn any_column(&self, of: impl Fn(ColumnId) -> Result<Expr, FilterError>) -> Result<Expr, FilterError> {
        match self.field.column {
            Binding::Column(column) => of(column),
            Binding::Columns(columns) => {
                Ok(Expr::Any(columns.iter().copied().map(of).collect::<Result<_, _>>()?))
            }
            Binding::Key => Err(self.error(&Json::Null, "eq or neq")),
        }
    }

    /// The condition that the field's cell passes `test`, which says what `value` does.
    fn cell(&self, value: &Json, test: &Test) -> Result<Expr, FilterError> {
        self.any_column(|column| {
            let bound = Compare::bind(self.schema, column, test.clone(), RULES);
            bound.map(Expr::Compare).map_err(|error| self.error(value, format!("another type: {error}")))
        })
    }

    fn presence(&self, present: bool) -> Result<Expr, FilterError> {
        let there = self.any_column(|column| Ok(Expr::Present(column)))?;
        Ok(if present { there } else { there.negated() })
    }

    fn within(&self, value: &Json, low: i64, high: i64) -> Result<Expr, FilterError> {
        self.cell(value, &Test::Between(self.counted(low), self.counted(high)))
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
                other => match self.literal(other)? {
                    Some(literal) => literals.push(literal),
                    None => any.push(Expr::nothing()),
                },
            }
        }
        if !literals.is_empty() {
            any.push(self.cell(value, &Test::OneOf(literals))?);
        }
        Ok(match any.len() {
            0 => None,
            1 => any.pop(),
            _ => Some(Expr::Any(any)),
        })
    }

    /// `deq`: some value of the cell is none of these; an empty cell has no such value.
    fn another(&self, value: &Json) -> Result<Option<Expr>, FilterError> {
        let literals: Vec<Literal> = listed(value)
            .into_iter()
            .filter(|value| !value.is_null())
            .map(|value| self.literal(value))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect();
        if literals.is_empty() {
            return Ok(None);
        }
        let every = Rules { over: AnyOrAll::All, nulls: Nulls::Pass, ..RULES };
        let all_are = self.any_column(|column| {
            let bound = Compare::bind(self.schema, column, Test::OneOf(literals.clone()), every);
            bound.map(Expr::Compare).map_err(|error| self.error(value, format!("another type: {error}")))
        })?;
        Ok(Some(all_are.negated()))
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

    /// The instant that many days ago.
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
            any.push(self.within(range, bound("start", i64::MIN)?, bound("end", i64::MAX)?)?);
        }
        Ok((!any.is_empty()).then_some(Expr::Any(any)))
    }

    fn texts(&self, test: TextTest, value: &Json) -> Result<Option<Expr>, FilterError> {
        let mut texts = Vec::new();
        for value in listed(value) {
            texts.extend(self.part(value)?);
        }
        if texts.is_empty() { Ok(None) } else { self.cell(value, &Test::Text(test, texts)).map(Some) }
    }
}

/// A list as it is, a single value as a list of one.
fn listed(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(list) => list.iter().collect(),
        single => vec![single],
    }
}
