//! Scan mode of the activities: how a collector reads more than `skip` reaches.
//!
//! The first call asks with `isScan`; as long as `hasNext`, the client repeats it with `filters` replaced by the
//! answer's `nextQueryFilters`. Those are the client's own filters plus two of ours: `scan.until` keeps the scan to what
//! was stored when it began, so that it ends although time goes on, and is what "N days ago" counts from; `scan.after` says where the last page ended.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities-list>.

use serde_json::{Map, Value as Json, json};

use crate::facts::ActivityFacts;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused};
use crate::model::index::RowNo;
use crate::model::time::VirtualTime;
use crate::query::expr::{Compare, Expr, Literal, Test};
use crate::query::filters::RULES;
use crate::query::{Plan, run};
use crate::table::ColumnId;
use crate::views::activities::{Activities, CREATED, DATE, FIELDS, SCHEMA};
use crate::wire::cloudapps::activity;
use crate::wire::cloudapps::list::{self, List};

use super::activities::SORTABLE;
use super::fields::bad_value;
use super::list_request::{ListRequest, condition, written};

/// Records per page: by default, and within which a client may ask for another number.
const PAGE: usize = 500;
const LARGEST_PAGE: usize = 5_000;

/// Our own filters.
const AFTER: &str = "scan.after";
const WITHIN: &str = "scan.until";

/// One page of a scan.
pub(super) fn scan(ctx: &Ctx<'_>, list: &ListRequest, table: &Activities<'_>) -> Handled {
    let order = list.order(&SCHEMA, SORTABLE)?;
    let limit = list.count("limit", PAGE)?.clamp(PAGE, LARGEST_PAGE);
    let filters = list.filters()?.unwrap_or_default();
    let until = number(&filters, WITHIN)?.unwrap_or_else(|| ctx.now().millis());
    let mut theirs = filters.clone();
    theirs.retain(|name, _| name != AFTER && name != WITHIN);
    let mut all = vec![
        condition(ctx, table, FIELDS, &theirs, VirtualTime::from_millis(until))?,
        within(CREATED, i64::MIN, until),
    ];
    let column = order.column().unwrap_or(DATE);
    if let Some((key, row)) = after(&filters)? {
        // Rows of the same key follow each other by number, in the direction of the order.
        let (beyond, same_key) = if order.descending() {
            (within(column, i64::MIN, key.saturating_sub(1)), Expr::Before(row))
        } else {
            let before_next = Expr::Before(row.saturating_add(1));
            (within(column, key.saturating_add(1), i64::MAX), before_next.negated())
        };
        all.push(Expr::Any(vec![beyond, Expr::All(vec![within(column, key, key), same_key])]));
    }
    // One more than a page: whether there is a next one.
    let plan = Plan { filter: Expr::All(all), order, skip: 0, limit: limit + 1 };
    let page = run(table, &plan);
    let rows = &page.rows[..page.rows.len().min(limit)];
    let has_next = page.rows.len() > limit;
    let last = rows.last().and_then(|row| ActivityFacts::at(&ctx.view, RowNo::new(*row)));
    let next = last.filter(|_| has_next).map(move |last| {
        let key = if column == CREATED { last.created() } else { last.happened() };
        let mut next = theirs;
        next.insert(WITHIN.to_owned(), json!({"eq": until}));
        next.insert(AFTER.to_owned(), json!({"eq": format!("{}.{}", key.millis(), last.row())}));
        Json::Object(next)
    });
    let list = List {
        has_next,
        max: limit,
        total: Some(page.total),
        more_than_total: None,
        perform_async_total: None,
        next_query_filters: next,
    };
    let records = rows.iter().filter_map(|row| ActivityFacts::at(&ctx.view, RowNo::new(*row)));
    Ok(written(list::write(&list, records, activity::write)))
}

/// The instant in this column lies between these, in milliseconds, both included.
fn within(column: ColumnId, low: i64, high: i64) -> Expr {
    let [low, high] = [low, high].map(|millis| Literal::Time(VirtualTime::from_millis(millis)));
    let within = Compare::bind(&SCHEMA, column, Test::Between(low, high), RULES);
    Expr::Compare(within.expect("activities are ordered by instants only"))
}

fn eq<'f>(filters: &'f Map<String, Json>, name: &str) -> Option<&'f Json> {
    filters.get(name)?.get("eq")
}

fn number(filters: &Map<String, Json>, name: &'static str) -> Result<Option<i64>, Refused> {
    let Some(value) = eq(filters, name) else { return Ok(None) };
    let number = value.as_i64();
    number.map(Some).ok_or_else(|| bad_value(&value.to_string(), name, "what `nextQueryFilters` held"))
}

/// Sort key and row number at which the last page ended.
fn after(filters: &Map<String, Json>) -> Result<Option<(i64, u64)>, Refused> {
    let Some(value) = eq(filters, AFTER) else { return Ok(None) };
    let parts = value.as_str().and_then(|text| text.split_once('.'));
    let parts = parts.and_then(|(key, row)| Some((key.parse().ok()?, row.parse().ok()?)));
    parts.map(Some).ok_or_else(|| bad_value(&value.to_string(), AFTER, "what `nextQueryFilters` held"))
}
