//! The filter language of the Cloud Apps API, held against a naive reading of it over the records themselves.
//!
//! Filters are drawn at random: every field that a view offers, every operator that the field has, values that
//! stand in the data and values that don't, in all the forms that clients send. The naive reader knows the records
//! only as JSON, and the operators only by their documentation.

pub(crate) mod each;
pub(crate) mod naive;
#[path = "filters/schema.rs"]
mod schema;

use std::collections::BTreeMap;

use mock_defender::facts;
use mock_defender::generate::Stream;
use mock_defender::model::ids::Kind;
use mock_defender::model::index::RowNo;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::query::filters::{Field, FieldKind, Resolver, bind};
use mock_defender::query::{Order, Plan, run};
use mock_defender::table::Table;
use mock_defender::views::activities::{self, Activities};
use mock_defender::views::alerts::{self, Alerts};
use naive::{Records, UNSHOWN, cell, lower, number, passes};
use serde_json::{Map, Value, json};

use crate::kit::lists::{ids, walk};
use crate::kit::{Kit, effort, json as read, text};

/// How many random filters are tried on each kind of record.
fn cases() -> u64 {
    effort::pick(150, 1_000)
}

impl Records {
    /// The places of the records that the filters select.
    fn select(&self, filters: &Map<String, Value>) -> Vec<usize> {
        let known =
            |name: &str| self.fields.iter().find(|field| field.name == name || field.aliases.contains(&name));
        let passes_all = |record: &Value| {
            filters.iter().all(|(name, operators)| {
                let Some(field) = known(name) else { return true };
                let Some(operators) = operators.as_object() else { return true };
                let cell = cell(self, record, field.name);
                operators.iter().all(|(operator, value)| {
                    passes(field.kind, &cell, &operator.to_lowercase(), value, self.now)
                })
            })
        };
        (0..self.records.len()).filter(|at| passes_all(&self.records[*at])).collect()
    }

    /// A value of a field: mostly one that stands in the data.
    fn any_value(&self, stream: &mut Stream, field: &Field) -> Value {
        let record = stream.pick(&self.records);
        let cell = cell(self, record, field.name);
        let foreign = match (field.kind, field.name) {
            (_, "activity.alertId" | "id") => json!("65b0c1d2e3f4a5b6c7d8e9f0"),
            (FieldKind::Bool, _) => json!(stream.below(2) == 0),
            (FieldKind::Int | FieldKind::Source, _) => json!(stream.below(5)),
            (FieldKind::Text | FieldKind::Entity | FieldKind::Tag, _) => {
                json!(*stream.pick(&["", "nobody", "ä", "1", "192.0"]))
            }
            (FieldKind::Time, _) => {
                let within = u32::try_from(Span::days(20).as_millis()).unwrap();
                json!(self.now.millis() - i64::from(stream.below(within)))
            }
        };
        let value = match cell.as_slice() {
            [] => foreign,
            _ if stream.below(5) == 0 => foreign,
            values => stream.pick(values).clone(),
        };
        // In the forms that clients send.
        match (field.kind, stream.below(4)) {
            (FieldKind::Int | FieldKind::Time | FieldKind::Source, 0) => json!(value.to_string()),
            (FieldKind::Source, 1) => json!({format!("t:{value}"): {}}),
            (FieldKind::Entity, 0) => json!({"id": value, "saas": 11161, "inst": 0}),
            (FieldKind::Entity, 1) => json!(json!({"id": value, "inst": 0}).to_string()),
            (FieldKind::Time, 1) => json!(number(&value) as f64),
            (FieldKind::Bool, 0) => json!(value.to_string()),
            (FieldKind::Bool, 1) => json!(u8::from(value == true)),
            (FieldKind::Text, 0) if field.name != "activity.id" => {
                json!(value.as_str().unwrap().to_uppercase())
            }
            _ => value,
        }
    }

    /// A value that the operator takes.
    fn any_operand(&self, stream: &mut Stream, field: &Field, operator: &str) -> Value {
        let key = matches!(field.name, "id" | "activity.id" | "activity.alertId");
        match operator {
            "isset" | "isnotset" => {
                stream.pick(&[json!(true), json!(false), json!("true"), json!(0), json!([true])]).clone()
            }
            "gte_ndays" | "lte_ndays" => {
                stream.pick(&[json!(0), json!(1), json!("2"), json!(7), json!([3]), json!(400)]).clone()
            }
            "gt" | "gte" | "lt" | "lte" => {
                let value = self.any_value(stream, field);
                if stream.below(6) == 0 { json!([value]) } else { value }
            }
            "range" => {
                let mut range = || {
                    let mut range = Map::new();
                    for name in ["start", "end"] {
                        match stream.below(5) {
                            0 => {}
                            1 => drop(range.insert(name.to_owned(), Value::Null)),
                            _ => drop(range.insert(name.to_owned(), self.any_value(stream, field))),
                        }
                    }
                    Value::Object(range)
                };
                match range() {
                    first if first.as_object().unwrap().len() == 2 => first,
                    first => json!([first, range()]),
                }
            }
            "startswith" | "startswithsingle" | "doesnotstartwith" | "endswith" | "contains"
            | "ncontains" | "text" => {
                let mut part = || {
                    let whole = lower(&self.any_value(stream, field));
                    let count = whole.chars().count() as u32;
                    let (skip, take) = match operator {
                        "contains" | "ncontains" | "text" => (stream.below(count), stream.below(5)),
                        "endswith" => (stream.below(count), count),
                        _ => (0, stream.below(count + 1)),
                    };
                    json!(whole.chars().skip(skip as usize).take(take as usize).collect::<String>())
                };
                let first = part();
                if operator == "startswithsingle" || operator == "text" {
                    first
                } else {
                    json!([first, part()])
                }
            }
            _ => match stream.below(8) {
                0 => json!([]),
                1 if !key => Value::Null,
                1..=4 => self.any_value(stream, field),
                count => {
                    let mut list: Vec<Value> =
                        (0..count - 3).map(|_| self.any_value(stream, field)).collect();
                    if !key && stream.below(5) == 0 {
                        list.push(Value::Null);
                    }
                    if field.kind == FieldKind::Tag {
                        list.insert(0, json!({"role": 1, "adv": true}));
                    }
                    Value::Array(list)
                }
            },
        }
    }

    fn any_filters(&self, stream: &mut Stream, case: u64) -> Map<String, Value> {
        let fields: Vec<&Field> = self.fields.iter().filter(|field| !UNSHOWN.contains(&field.name)).collect();
        let mut filters = Map::new();
        for n in 0..1 + stream.weighted(&[5, 3, 2]) {
            // Each field gets its turn; the others come by chance.
            let at = if n == 0 {
                case as usize % fields.len()
            } else {
                stream.below(fields.len() as u32) as usize
            };
            let field = fields[at];
            let names: Vec<&str> = field.aliases.iter().copied().chain([field.name, field.name]).collect();
            let mut operators = Map::new();
            for n in 0..1 + stream.weighted(&[3, 1]) {
                let turn = (case as usize / fields.len()) % field.operators.len();
                let operator = if n == 0 { field.operators[turn] } else { *stream.pick(field.operators) };
                let operand = self.any_operand(stream, field, operator);
                let shout = stream.below(10) == 0;
                operators.insert(if shout { operator.to_uppercase() } else { operator.to_owned() }, operand);
            }
            filters.insert((*stream.pick(&names)).to_owned(), Value::Object(operators));
        }
        match stream.below(12) {
            0 => drop(filters.insert("no.such.field".to_owned(), json!({"eq": [1], "like": {}}))),
            1 => drop(filters.insert(self.fields[0].name.to_owned(), Value::Null)),
            _ => {}
        }
        filters
    }

    /// Holds one case to the naive reading: all ids by the engine alone, one page of them through the gateway.
    fn check<T: Table + Resolver>(&self, kit: &Kit, table: &T, id_of: &dyn Fn(u64) -> String, case: u64) {
        let mut stream =
            Stream::new(11, "filters", case, if self.alerts.is_empty() { "alerts" } else { "activity" });
        let filters = self.any_filters(&mut stream, case);
        let said = Value::Object(filters.clone());
        let mut selected = self.select(&filters);

        let bound = bind(&filters, self.fields, table.schema(), table, self.now)
            .unwrap_or_else(|error| panic!("{case} {said}: {error}"));
        let plan = Plan { filter: bound.expr, order: Order::of_rows(false), skip: 0, limit: usize::MAX };
        let found: Vec<String> = run(table, &plan).rows.into_iter().map(id_of).collect();
        let expected: Vec<&String> = selected.iter().map(|at| &self.ids[*at]).collect();
        assert!(
            found.iter().eq(expected.iter().copied()),
            "case {case}: {said}\nfound {found:?}\nexpected {expected:?}"
        );

        let &(sort, key) = stream.pick(self.sorts);
        let descending = stream.below(2) == 0;
        selected.sort_by_key(|at| (self.records[*at][key].as_i64().unwrap(), *at));
        if descending {
            selected.reverse();
        }
        let skip = stream.below(selected.len() as u32 + 3) as usize;
        let limit = stream.below(9) as usize;
        let direction = if descending { "desc" } else { "asc" };
        let request = json!({"filters": said, "sortField": sort, "sortDirection": direction, "skip": skip, "limit": limit});
        let answer = kit.api("POST", self.path, &request.to_string());
        assert_eq!(answer.status, 200, "case {case}: {request}: {}", text(&answer));
        let page = read(&answer);
        let expected: Vec<&String> =
            selected.iter().skip(skip).take(limit).map(|at| &self.ids[*at]).collect();
        assert_eq!(page["total"], selected.len(), "case {case}: {request}");
        assert!(
            ids(&page).iter().eq(expected.iter().copied()),
            "case {case}: {request}\nfound {:?}\nexpected {expected:?}",
            ids(&page)
        );
        if limit > 0 {
            assert_eq!(page["hasNext"], skip + expected.len() < selected.len(), "case {case}: {request}");
        }
    }
}

/// A tenant in which alerts were handled in every way, by people, applications and the operator.
fn handled(seed: u64, size: Size) -> Kit {
    let kit = Kit::new(seed, size);
    kit.tenant.advance(Span::hours(40)).unwrap();
    let alerts = ids(&read(&kit.api("GET", "/api/v1/alerts/", "")));
    for (at, id) in alerts.iter().enumerate() {
        let one = json!({"filters": {"id": {"eq": [id]}}, "comment": "x"}).to_string();
        let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
        let close =
            |by: Value| json!({"closeAlerts": {"alerts": [id], "as": "truePositive", "by": by}}).to_string();
        let answer = match at % 9 {
            0 => kit.api("POST", "/api/v1/alerts/close_benign/", &one),
            1 => kit.api("POST", "/api/v1/alerts/close_false_positive/", &one),
            2 => kit.mock("POST", &path, &close(Value::Null)),
            3 => kit.mock("POST", &path, &close(json!("full"))),
            4 => kit.api("POST", &format!("/api/v1/alerts/{id}/read/"), ""),
            _ => continue,
        };
        assert_eq!(answer.status, 200, "{}", text(&answer));
        kit.tenant.advance(Span::seconds(77)).unwrap();
    }
    kit
}

#[test]
fn random_filters_select_the_activities_that_a_naive_reader_selects() {
    let kit = handled(1, Size::Tiny);
    let path = "/api/v1/activities/";
    let records = walk(&kit, path, &json!({"sortField": "created", "sortDirection": "asc"}), 100);
    let view = kit.tenant.read();
    let id_of = |row| facts::ids::activity(&view, RowNo::new(row)).unwrap().to_string();
    let mut alerts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut policies = alerts.clone();
    for alert in view.state.alerts(view.now) {
        for row in alert.seen.activities.iter() {
            let ids = view.state.world().ids;
            let (id, policy) = (alert.ordinal.ordinal(), alert.seen.policy.ordinal());
            alerts.entry(id_of(row.get())).or_default().push(ids.hex24(Kind::Alert, id).to_string());
            policies.entry(id_of(row.get())).or_default().push(ids.hex24(Kind::Policy, policy).to_string());
        }
    }
    assert!(!alerts.is_empty());
    let ids = ids(&json!(records));
    let sorts = &[("date", "timestamp"), ("created", "created")];
    let records =
        Records { path, fields: activities::FIELDS, records, ids, alerts, policies, sorts, now: view.now };
    let table = Activities::new(&view);
    for case in 0..cases() {
        records.check(&kit, &table, &id_of, case);
    }
}

#[test]
fn random_filters_select_the_alerts_that_a_naive_reader_selects() {
    let kit = handled(1, Size::Small);
    let path = "/api/v1/alerts/";
    let records = walk(&kit, path, &json!({"sortField": "date", "sortDirection": "asc"}), 100);
    let view = kit.tenant.read();
    let id_of = |row| view.state.world().ids.hex24(Kind::Alert, row).to_string();
    let ids = ids(&json!(records));
    let sorts = &[("date", "timestamp"), ("severity", "severityValue")];
    let records = Records {
        path,
        fields: alerts::FIELDS,
        records,
        ids,
        alerts: BTreeMap::new(),
        policies: BTreeMap::new(),
        sorts,
        now: view.now,
    };
    let table = Alerts::new(&view);
    for case in 0..cases() {
        records.check(&kit, &table, &id_of, case);
    }
}
