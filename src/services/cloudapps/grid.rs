//! What every list of the API is asked with: filters, skip, limit, sort; and how it answers.
//!
//! Clients send the same fields as a JSON body (on POST and on GET), as a form, in the query string (`filters` then
//! holds JSON text), or in both; with any content type or none. So the body is looked at, not its header.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction>.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::door::form::Form;
use crate::door::{Answer, Ctx, Refused};
use crate::query::filters::{Field, Resolver, bind};
use crate::query::{Order, Page, Plan, run};
use crate::table::{ColumnId, Source};

use super::refusals::{Refusal, bad_filter};

/// Records per page, at most.
pub(super) const MAX: usize = 100;

/// `skip` does not reach further; clients go on by narrowing `date`.
const DEEPEST: usize = 5_000;

/// Keys of a request that are no filters.
const KNOWN: [&str; 8] = [
    "filters",
    "skip",
    "limit",
    "sortField",
    "sortDirection",
    "isScan",
    "performAsyncTotal",
    "distributedId",
];

/// A list request as it was sent.
pub(super) struct Grid {
    fields: Map<String, Json>,
}

/// A column that a list can be sorted by.
pub(super) struct Sortable {
    pub(super) name: &'static str,
    pub(super) column: ColumnId,
}

impl Grid {
    /// Reads the query string and the body; where both name a field, the body wins.
    pub(super) fn read(ctx: &Ctx<'_>) -> Result<Self, Refused> {
        let mut fields = Map::new();
        read_form(&Form::read(ctx.query().as_bytes()), &mut fields)?;
        read_body(ctx, &mut fields)?;
        Ok(Self { fields })
    }

    /// The filters, if any were sent. Some clients send them bare, beside `limit`.
    pub(super) fn filters(&self) -> Result<Option<Map<String, Json>>, Refused> {
        match self.fields.get("filters") {
            Some(Json::Object(filters)) => Ok(Some(filters.clone())),
            Some(Json::String(text)) if !text.trim().is_empty() => match serde_json::from_str(text) {
                Ok(Json::Object(filters)) => Ok(Some(filters)),
                _ => Err(bad_value(text, "filters", "a JSON object")),
            },
            None | Some(Json::Null | Json::String(_)) => {
                let bare: Map<String, Json> = self
                    .fields
                    .iter()
                    .filter(|(name, value)| !KNOWN.contains(&name.as_str()) && value.is_object())
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                Ok((!bare.is_empty()).then_some(bare))
            }
            Some(other) => Err(bad_value(&other.to_string(), "filters", "a JSON object")),
        }
    }

    /// A text field, if it was sent.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, Refused> {
        match self.fields.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => Err(bad_value(&other.to_string(), name, "a text")),
        }
    }

    fn count(&self, name: &'static str, default: usize) -> Result<usize, Refused> {
        let value = match self.fields.get(name) {
            None | Some(Json::Null) => return Ok(default),
            Some(Json::String(text)) if text.trim().is_empty() => return Ok(default),
            Some(Json::String(text)) => text.trim().parse().ok(),
            Some(Json::Number(number)) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
            Some(_) => None,
        };
        value.ok_or_else(|| bad_value(&self.fields[name].to_string(), name, "a whole number, not below 0"))
    }

    fn order(&self, sortable: &[Sortable]) -> Result<Order, Refused> {
        let descending = match self.text("sortDirection")?.map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "desc") => true,
            Some("asc") => false,
            Some(other) => return Err(bad_value(other, "sortDirection", "asc or desc")),
        };
        let name = self.text("sortField")?.filter(|name| !name.is_empty()).unwrap_or("date");
        let found = sortable.iter().find(|sortable| sortable.name == name);
        let names = || sortable.iter().map(|sortable| sortable.name).collect::<Vec<_>>().join(", ");
        let found = found.ok_or_else(|| bad_value(name, "sortField", &format!("one of {}", names())))?;
        Ok(Order { by: Some(found.column), descending })
    }

    /// The page that this request asks of `source`.
    pub(super) fn page<S: Source + Resolver>(
        &self,
        ctx: &Ctx<'_>,
        source: &S,
        fields: &[Field],
        sortable: &[Sortable],
    ) -> Result<(Page, bool), Refused> {
        let filters = self.filters()?.unwrap_or_default();
        let bound = bind(&filters, fields, source, ctx.now()).map_err(|error| bad_filter(&error))?;
        if !bound.unknown.is_empty() {
            ctx.note(format!(
                "filters without effect, since no such field exists: {}",
                bound.unknown.join(", ")
            ));
        }
        let (skip, limit) = (self.count("skip", 0)?, self.count("limit", MAX)?.min(MAX));
        if skip > DEEPEST {
            return Err(bad_value(&skip.to_string(), "skip", "at most 5000; go on by narrowing `date`"));
        }
        let plan = Plan { filter: bound.expr, order: self.order(sortable)?, skip, limit };
        let page = run(source, &plan);
        let has_next = (skip + page.rows.len()) as u64 != page.total && !page.rows.is_empty();
        Ok((page, has_next))
    }
}

/// The rows that `filters` select of `source`, for bulk actions.
pub(super) fn select<S: Source + Resolver>(
    ctx: &Ctx<'_>,
    source: &S,
    fields: &[Field],
    filters: &Map<String, Json>,
) -> Result<Vec<u64>, Refused> {
    let bound = bind(filters, fields, source, ctx.now()).map_err(|error| bad_filter(&error))?;
    let order = Order { by: None, descending: false };
    Ok(run(source, &Plan { filter: bound.expr, order, skip: 0, limit: usize::MAX }).rows)
}

/// A list answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListAnswer<T> {
    data: Vec<T>,
    has_next: bool,
    max: usize,
    total: u64,
    more_than_total: bool,
}

/// The envelope of a list.
pub(super) fn list_answer<T: Serialize>(data: Vec<T>, has_next: bool, total: u64) -> Answer {
    Answer::json(StatusCode::OK, &ListAnswer { data, has_next, max: MAX, total, more_than_total: false })
}

/// Reads the fields of a body; none if there is no body, or `null`, or `""`.
fn read_body(ctx: &Ctx<'_>, fields: &mut Map<String, Json>) -> Result<(), Refused> {
    let text = ctx.body().trim_ascii();
    if text.is_empty() {
        return Ok(());
    }
    match serde_json::from_slice(text) {
        Ok(Json::Object(sent)) => fields.extend(sent),
        Ok(Json::Null) => {}
        Ok(Json::String(text)) if text.is_empty() => {}
        Ok(_) => return Err(Refusal::NotAnObject.into()),
        Err(error) => match form(text) {
            Some(form) => read_form(&form, fields)?,
            None => return Err(Refusal::NotJson { problem: error.to_string() }.into()),
        },
    }
    Ok(())
}

/// A body that is a form: it begins with the delimiter of its parts, or with `name=`.
fn form(text: &[u8]) -> Option<Form> {
    let name = text.split(|byte| *byte == b'=').next().filter(|name| name.len() < text.len())?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'%');
    let begins_with_name = !name.is_empty() && name.iter().all(plain);
    Form::multipart(text).or_else(|| begins_with_name.then(|| Form::read(text)))
}

fn read_form(form: &Form, fields: &mut Map<String, Json>) -> Result<(), Refused> {
    for (name, value) in form.fields() {
        fields.insert(name.to_owned(), from_text(name, value)?);
    }
    Ok(())
}

/// A field of a form or query string: `filters` is JSON text, everything else text.
fn from_text(name: &str, value: &str) -> Result<Json, Refused> {
    if name != "filters" || value.trim().is_empty() {
        return Ok(Json::String(value.to_owned()));
    }
    serde_json::from_str(value)
        .map_err(|error| bad_value(value, "filters", &format!("a JSON object ({error})")))
}

fn bad_value(value: &str, field: &str, expected: &str) -> Refused {
    let short: String = value.chars().take(200).collect();
    let reason = format!("field {field:?}: expected {expected}, got {short}");
    Refused::from(Refusal::BadValue { value: short }).because(reason)
}
