//! What every list of the API is asked with: filters, skip, limit, sort; and how it answers.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-introduction>.

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::json::json;
use crate::model::time::VirtualTime;
use crate::query::filters::{Field, Resolver, bind};
use crate::query::{Empty, Expr, Order, Page, Plan, run};
use crate::table::{ColumnId, Schema, Table};
use crate::wire::cloudapps::list::{self, List};

use super::fields;
use super::fields::bad_value;
use super::refusals::bad_filter;

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
pub(super) struct ListRequest {
    fields: Map<String, Json>,
    /// What stands in the place of the filters that were sent.
    replaced: Option<Map<String, Json>>,
}

/// A column that a list can be sorted by.
pub(super) struct Sortable {
    pub(super) name: &'static str,
    pub(super) column: ColumnId,
}

impl ListRequest {
    /// Reads the request, in whichever encoding it came.
    pub(super) fn read(ctx: &Ctx<'_>) -> Result<Self, Refused> {
        Ok(Self { fields: fields::read(ctx)?, replaced: None })
    }

    /// The filters, if any were sent. Some clients send them bare, beside `limit`.
    pub(super) fn filters(&self) -> Result<Option<Map<String, Json>>, Refused> {
        if let Some(filters) = &self.replaced {
            return Ok(Some(filters.clone()));
        }
        match self.fields.get("filters") {
            Some(Json::Object(filters)) => Ok(Some(filters.clone())),
            Some(Json::String(text)) if !text.trim().is_empty() => {
                match serde_json::from_slice(text.as_bytes()) {
                    Ok(Json::Object(filters)) => Ok(Some(filters)),
                    _ => Err(bad_value(text, "filters", "a JSON object")),
                }
            }
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

    /// Puts others in the place of the filters that were sent.
    pub(super) fn replace_filters(&mut self, filters: Map<String, Json>) {
        self.replaced = Some(filters);
    }

    /// The filters as they were sent; none where there are none.
    pub(super) fn sent_filters(&self) -> Map<String, Json> {
        match self.fields.get("filters") {
            Some(Json::Object(filters)) => filters.clone(),
            _ => Map::new(),
        }
    }

    /// A field was sent.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|value| !value.is_null() && value != "")
    }

    /// A field of any type, if it was sent.
    pub(super) fn value(&self, name: &str) -> Option<&Json> {
        self.fields.get(name)
    }

    /// A text field, if it was sent.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, Refused> {
        match self.fields.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => Err(bad_value(&other.to_string(), name, "a text")),
        }
    }

    /// A switch, if it was sent; forms send it as text.
    pub(super) fn switch(&self, name: &'static str) -> Result<bool, Refused> {
        match self.fields.get(name) {
            None | Some(Json::Null) => Ok(false),
            Some(Json::Bool(on)) => Ok(*on),
            Some(Json::String(text))
                if text.is_empty() || text.eq_ignore_ascii_case("false") || text == "0" =>
            {
                Ok(false)
            }
            Some(Json::String(text)) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(true),
            Some(Json::Number(number)) if number.as_u64().is_some_and(|number| number < 2) => {
                Ok(number.as_u64() == Some(1))
            }
            Some(other) => Err(bad_value(&other.to_string(), name, "true or false")),
        }
    }

    /// A whole number; beyond what a list can hold it is the largest there is, since pages are capped silently.
    pub(super) fn count(&self, name: &'static str, default: usize) -> Result<usize, Refused> {
        let value = match self.fields.get(name) {
            None | Some(Json::Null) => return Ok(default),
            Some(Json::String(text)) if text.trim().is_empty() => return Ok(default),
            Some(Json::String(text)) => {
                let digits = text.trim();
                let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
                whole.then(|| digits.parse().unwrap_or(usize::MAX))
            }
            Some(Json::Number(number)) => match (number.as_u64(), number.as_f64()) {
                (Some(whole), _) => Some(usize::try_from(whole).unwrap_or(usize::MAX)),
                // The conversion saturates.
                (None, Some(float)) if float >= 0.0 && float.fract() == 0.0 => Some(float as usize),
                _ => None,
            },
            Some(_) => None,
        };
        value.ok_or_else(|| bad_value(&self.fields[name].to_string(), name, "a whole number, not below 0"))
    }

    /// The order that is asked for. An empty cell counts as smaller than every value.
    pub(super) fn order(&self, schema: &Schema, sortable: &[Sortable]) -> Result<Order, Refused> {
        let descending = match self.text("sortDirection")?.map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "desc") => true,
            Some("asc") => false,
            Some(other) => return Err(bad_value(other, "sortDirection", "asc or desc")),
        };
        // Unasked, a list is in the order of its first column, the newest first.
        let usual = sortable.first().map_or("", |sortable| sortable.name);
        let name = self.text("sortField")?.filter(|name| !name.is_empty()).unwrap_or(usual);
        let found = sortable.iter().find(|sortable| sortable.name == name);
        let names = || sortable.iter().map(|sortable| sortable.name).collect::<Vec<_>>().join(", ");
        let found = found.ok_or_else(|| bad_value(name, "sortField", &format!("one of {}", names())))?;
        let empty = if descending { Empty::Last } else { Empty::First };
        Order::by(schema, found.column, descending, empty)
            .map_err(|error| bad_value(name, "sortField", &error.to_string()))
    }

    /// The rows that this request selects of `table`, whatever the page.
    pub(super) fn rows<T: Table + Resolver>(
        &self,
        ctx: &Ctx<'_>,
        table: &T,
        fields: &[Field],
    ) -> Result<Vec<u64>, Refused> {
        select(ctx, table, fields, &self.filters()?.unwrap_or_default())
    }

    /// The answer that says how many there are.
    pub(super) fn counted(total: u64) -> Answer {
        Answer::json(StatusCode::OK, &json!({"total": total, "moreThanTotal": false}))
    }

    /// How many records this request selects of `table`: `…/count/`.
    pub(super) fn total<T: Table + Resolver>(
        &self,
        ctx: &Ctx<'_>,
        table: &T,
        fields: &[Field],
    ) -> Result<Answer, Refused> {
        let plan = Plan {
            filter: condition(ctx, table, fields, &self.filters()?.unwrap_or_default(), ctx.now())?,
            order: Order::of_rows(false),
            skip: 0,
            limit: 0,
        };
        let total = run(table, &plan).total;
        Ok(Self::counted(total))
    }

    /// The page that this request asks of `table`.
    pub(super) fn page<T: Table + Resolver>(
        &self,
        ctx: &Ctx<'_>,
        table: &T,
        fields: &[Field],
        sortable: &[Sortable],
    ) -> Result<(Page, bool), Refused> {
        let filter = condition(ctx, table, fields, &self.filters()?.unwrap_or_default(), ctx.now())?;
        let (skip, limit) = (self.count("skip", 0)?, self.count("limit", MAX)?.min(MAX));
        if skip > DEEPEST {
            return Err(bad_value(&skip.to_string(), "skip", "at most 5000; go on by narrowing `date`"));
        }
        let plan = Plan { filter, order: self.order(table.schema(), sortable)?, skip, limit };
        let page = run(table, &plan);
        let has_next = (skip + page.rows.len()) as u64 != page.total && !page.rows.is_empty();
        Ok((page, has_next))
    }
}

/// The condition that `filters` put on `table`, "N days ago" counted from `now`; fields that it does not have
/// restrict nothing and are noted.
pub(super) fn condition<T: Table + Resolver>(
    ctx: &Ctx<'_>,
    table: &T,
    fields: &[Field],
    filters: &Map<String, Json>,
    now: VirtualTime,
) -> Result<Expr, Refused> {
    let bound = bind(filters, fields, table.schema(), table, now).map_err(|error| bad_filter(&error))?;
    if !bound.unknown.is_empty() {
        ctx.note(format!("filters without effect, since no such field exists: {}", bound.unknown.join(", ")));
    }
    Ok(bound.expr)
}

/// The rows that `filters` select of `table`, for bulk actions.
pub(super) fn select<T: Table + Resolver>(
    ctx: &Ctx<'_>,
    table: &T,
    fields: &[Field],
    filters: &Map<String, Json>,
) -> Result<Vec<u64>, Refused> {
    let filter = condition(ctx, table, fields, filters, ctx.now())?;
    let order = Order::of_rows(false);
    Ok(run(table, &Plan { filter, order, skip: 0, limit: usize::MAX }).rows)
}

impl ListRequest {
    /// The answer that lists these records.
    pub(super) fn answer<R>(
        &self,
        records: impl Iterator<Item = R>,
        write: impl Fn(&R, &mut Vec<u8>),
        has_next: bool,
        total: u64,
    ) -> Handled {
        self.answer_with(records, write, has_next, total, None)
    }

    /// The same, with what a client asks on with.
    pub(super) fn answer_with<R>(
        &self,
        records: impl Iterator<Item = R>,
        write: impl Fn(&R, &mut Vec<u8>),
        has_next: bool,
        total: u64,
        next_query_filters: Option<Json>,
    ) -> Handled {
        let apart = self.switch("performAsyncTotal")?;
        self.listed(records, write, has_next, total, next_query_filters, apart)
    }

    /// The answer of a list that always says how many there are.
    pub(super) fn answer_counted<R>(
        &self,
        records: impl Iterator<Item = R>,
        write: impl Fn(&R, &mut Vec<u8>),
        has_next: bool,
        total: u64,
    ) -> Handled {
        self.listed(records, write, has_next, total, None, false)
    }

    fn listed<R>(
        &self,
        records: impl Iterator<Item = R>,
        write: impl Fn(&R, &mut Vec<u8>),
        has_next: bool,
        total: u64,
        next_query_filters: Option<Json>,
        apart: bool,
    ) -> Handled {
        let list = List {
            has_next,
            max: MAX,
            total: (!apart).then_some(total),
            more_than_total: (!apart).then_some(false),
            perform_async_total: apart.then_some(true),
            next_query_filters,
        };
        Ok(written(list::write(&list, records, write)))
    }
}

/// The answer with a body that is JSON already.
pub(super) fn written(body: Vec<u8>) -> Answer {
    Answer::with_type(StatusCode::OK, "application/json", body)
}
