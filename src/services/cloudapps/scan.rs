//! Scan mode of the activities: how a collector reads more than `skip` reaches.
//!
//! The first call asks with `isScan`; as long as `hasNext`, the client goes on with what `nextQueryFilters` says. How,
//! differs: some put the whole object back, others only its `date.lte` beside filters of their own, workflows the
//! `date` with `lte` and `range` that their schema knows. So `date.lte` alone has to reach the end, and does: a scan
//! goes from the newest activity to the oldest, and a page ends between two milliseconds, never within one. What
//! happened in the millisecond at which the page is full is left for the next one ("the last few records will be
//! dropped", says the documentation); if that is all that the page holds, the page is as long as that millisecond, for
//! no later request could tell its activities apart. So each activity comes once, however the client goes on.
//!
//! The order that was asked for holds within a page only: a collector reports pages that descend although `asc` was
//! asked for, and only so can `lte` lead on (unverified).
//! Source: <https://learn.microsoft.com/defender-cloud-apps/api-activities-investigate-script>, and `nextQueryFilters`
//! as shipped connectors read it.

use serde_json::{Map, Value as Json};

use crate::facts::ActivityFacts;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused};
use crate::model::index::RowNo;
use crate::model::json::json;
use crate::model::time::VirtualTime;
use crate::query::expr::{Compare, Expr, Literal, Test};
use crate::query::filters::{RULES, millis};
use crate::query::{Empty, Order, Plan, run};
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

/// Our own filter: it keeps the scan to what was stored when it began, although time goes on, and is what "N days ago"
/// counts from. Who does not put it back sees, in what is left of the scan, also what was stored since.
const UNTIL: &str = "scan.until";

/// One page of a scan.
pub(super) fn scan(ctx: &Ctx<'_>, list: &ListRequest, table: &Activities<'_>) -> Handled {
    let order = list.order(&SCHEMA, SORTABLE)?;
    let limit = list.count("limit", PAGE)?.clamp(PAGE, LARGEST_PAGE);
    let mut theirs = list.filters()?.unwrap_or_default();
    let until = until(&theirs)?.unwrap_or_else(|| ctx.now().millis());
    theirs.remove(UNTIL);
    let wanted = condition(ctx, table, FIELDS, &theirs, VirtualTime::from_millis(until))?;
    let wanted = Expr::All(vec![wanted, within(CREATED, i64::MIN, until)]);
    let mut page = Page::cut(ctx, table, wanted, limit);
    page.sort(order);
    let list = List {
        has_next: page.rest.is_some(),
        max: limit,
        total: Some(page.total),
        more_than_total: None,
        perform_async_total: None,
        next_query_filters: page.rest.map(|rest| next(theirs, rest, until)),
    };
    let records = page.rows.iter().filter_map(|row| ActivityFacts::at(&ctx.view, RowNo::new(*row)));
    Ok(written(list::write(&list, records, activity::write)))
}

/// The newest part of what is wanted.
struct Page {
    /// Its rows, newest first.
    rows: Vec<u64>,
    /// The instant, in milliseconds, at and before which everything else lies that is wanted, if there is more.
    rest: Option<i64>,
    /// How many rows are wanted, those of the page included.
    total: u64,
}

impl Page {
    /// About `limit` rows: fewer if more of the same millisecond would follow, more if these are all of one.
    fn cut(ctx: &Ctx<'_>, table: &Activities<'_>, wanted: Expr, limit: usize) -> Self {
        let happened = |row: u64| {
            let activity = ActivityFacts::at(&ctx.view, RowNo::new(row));
            activity.map_or(i64::MIN, |activity| activity.happened().millis())
        };
        let newest = |filter: &Expr, limit: usize| {
            let order = Order::by(&SCHEMA, DATE, true, Empty::Last).expect("instants have an order");
            run(table, &Plan { filter: filter.clone(), order, skip: 0, limit })
        };
        // One more than a page: whether there is a next one, and when it begins.
        let found = newest(&wanted, limit + 1);
        let (mut rows, total) = (found.rows, found.total);
        let Some(beyond) = rows.get(limit).map(|row| happened(*row)) else {
            return Self { rows, rest: None, total };
        };
        rows.truncate(rows.partition_point(|row| happened(*row) > beyond));
        if !rows.is_empty() {
            return Self { rows, rest: Some(beyond), total };
        }
        // What the log holds of one millisecond is all that bounds this page.
        let rows = newest(&Expr::All(vec![wanted, within(DATE, beyond, beyond)]), usize::MAX).rows;
        let rest = (total > rows.len() as u64).then_some(beyond.saturating_sub(1));
        Self { rows, rest, total }
    }

    /// Puts the rows into the order that was asked for.
    fn sort(&mut self, order: Order) {
        // Rows are numbered in the order in which they were stored.
        if order.column() == Some(CREATED) {
            self.rows.sort_unstable_by_key(|row| std::cmp::Reverse(*row));
        }
        if !order.descending() {
            self.rows.reverse();
        }
    }
}

/// The client's own filters, narrowed to what is left.
fn next(mut theirs: Map<String, Json>, rest: i64, until: i64) -> Json {
    let mut date = match theirs.remove("date") {
        Some(Json::Object(date)) => date,
        _ => Map::new(),
    };
    let range = range(&date, until);
    date.retain(|operator, _| !is(operator, "lte") && !is(operator, "range"));
    date.insert("lte".to_owned(), rest.into());
    date.insert("range".to_owned(), range);
    theirs.insert("date".to_owned(), date.into());
    theirs.insert(UNTIL.to_owned(), json!({"eq": until}));
    Json::Object(theirs)
}

/// The window of the whole scan: the client's `range`, or what its `gte` and `lte` bound, in whole numbers since
/// workflows demand these. Several ranges stay as they are.
fn range(date: &Map<String, Json>, until: i64) -> Json {
    let operator = |name: &str| date.iter().find(|(operator, _)| is(operator, name)).map(|(_, value)| value);
    let (start, end) = match operator("range") {
        Some(Json::Array(ranges)) if ranges.len() > 1 => return ranges.clone().into(),
        Some(Json::Array(ranges)) if !ranges.is_empty() => (ranges[0].get("start"), ranges[0].get("end")),
        Some(range @ Json::Object(_)) => (range.get("start"), range.get("end")),
        _ => (operator("gte"), operator("lte")),
    };
    json!({"start": start.and_then(millis).unwrap_or(0), "end": end.and_then(millis).unwrap_or(until)})
}

/// An operator is this one; their case does not matter.
fn is(operator: &str, name: &str) -> bool {
    operator.eq_ignore_ascii_case(name)
}

/// The instant in this column lies between these, in milliseconds, both included.
fn within(column: ColumnId, low: i64, high: i64) -> Expr {
    let [low, high] = [low, high].map(|millis| Literal::Time(VirtualTime::from_millis(millis)));
    let within = Compare::bind(&SCHEMA, column, Test::Between(low, high), RULES);
    Expr::Compare(within.expect("activities are ordered by instants only"))
}

/// Until when the scan reads what was stored, if it has begun already.
fn until(filters: &Map<String, Json>) -> Result<Option<i64>, Refused> {
    let Some(value) = filters.get(UNTIL).and_then(|filter| filter.get("eq")) else { return Ok(None) };
    let number = value.as_i64();
    number.map(Some).ok_or_else(|| bad_value(&value.to_string(), UNTIL, "what `nextQueryFilters` held"))
}
