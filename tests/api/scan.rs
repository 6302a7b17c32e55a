//! Scans of activities: however a client goes on, it reaches the end and has everything.

use std::collections::{BTreeMap, BTreeSet};

use mock_defender::generate::Stream;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::effort;
use crate::kit::lists::{escaped, ids, page};
use crate::kit::{Kit, json as read, text};

const ACTIVITIES: &str = "/api/v1/activities/";

/// A way to go on with a scan: the filters of the next request, from those of the last one and `nextQueryFilters`.
type GoOn = fn(&Value, &Value) -> Value;

/// How shipped clients go on; all but the first drop what they don't know.
const WAYS: [(&str, GoOn); 5] = [
    ("the whole object put back", |_, next| next.clone()),
    ("date.lte replaced beside the old range", |last, next| {
        let mut filters = last.clone();
        filters["date"]["lte"] = integer(&next["date"]["lte"]);
        filters
    }),
    ("date.lte alone", |_, next| json!({"date": {"lte": integer(&next["date"]["lte"])}})),
    (
        "date.gte and date.lte",
        |_, next| json!({"date": {"gte": integer(&next["date"]["gte"]), "lte": integer(&next["date"]["lte"])}}),
    ),
    ("date as the schema of a workflow has it", |_, next| {
        let range = &next["date"]["range"];
        json!({"date": {
            "lte": integer(&next["date"]["lte"]),
            "range": {"start": integer(&range["start"]), "end": integer(&range["end"])},
        }})
    }),
];

fn integer(value: &Value) -> Value {
    assert!(value.is_i64(), "an integer: {value}");
    value.clone()
}

/// Scans to the end: every page.
fn scan(first: Value, go_on: GoOn, mut ask: impl FnMut(&Value) -> Value) -> Vec<Value> {
    let (mut filters, mut pages) = (first, Vec::new());
    loop {
        let page = ask(&filters);
        let next = page.get("nextQueryFilters").cloned();
        let more = page["hasNext"] == true;
        pages.push(page);
        assert!(pages.len() < 60, "a scan comes to its end");
        assert_eq!(next.is_some(), more, "absent on the last page");
        let Some(next) = next else { return pages };
        filters = go_on(&filters, &next);
    }
}

/// How often each id comes.
fn counted(pages: &[Value]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    pages.iter().flat_map(ids).for_each(|id| *counted.entry(id).or_insert(0) += 1);
    counted
}

/// A tenant in whose log many activities happened within few milliseconds, as the stream says.
fn with_bursts(seed: u64) -> Kit {
    let kit = Kit::new(seed, Size::Tiny);
    kit.tenant.advance(Span::hours(30)).unwrap();
    let mut stream = Stream::new(seed, "test", 0, "bursts");
    let mut at = kit.tenant.now() - Span::hours(3);
    let mut commands = Vec::new();
    // One burst is a page exactly, one more than a page.
    let mut sizes = vec![1, 500, 640, *stream.pick(&[30, 499, 501])];
    while !sizes.is_empty() {
        let size = sizes.swap_remove(stream.below(sizes.len() as u32) as usize);
        let activity = json!({"appId": 20893, "mainInfo": {"rawOperationName": "Send"}, "timestamp": at.millis(),
            "user": {"userName": "eve@outside.example"}});
        commands.extend((0..size).map(|_| json!({"injectActivity": activity})));
        // The next one follows at once, or later.
        at = at + Span::millis(i64::from(*stream.pick(&[1, 1, 2, 90_000])));
    }
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    for some in commands.chunks(200) {
        let answer = kit.mock("POST", &path, &json!(some).to_string());
        assert_eq!(answer.status, 200, "{}", text(&answer));
    }
    kit
}

#[test]
fn a_scan_returns_every_activity_once_for_every_way_to_continue() {
    for seed in 1..=effort::pick(1, 16) {
        let kit = with_bursts(seed);
        let records = kit.all(ACTIVITIES, &json!({}));
        let everything: BTreeMap<String, usize> =
            records.iter().map(|record| (record["_id"].as_str().unwrap().to_owned(), 1)).collect();
        let (start, end) = ((kit.tenant.now() - Span::days(40)).millis(), kit.tenant.now().millis());
        let mut stream = Stream::new(seed, "test", 0, "scans");
        for (way, go_on) in &WAYS[..effort::pick(3, WAYS.len())] {
            let limit = *stream.pick(&[500, 501, 639, 640, 641, 777, 1_141]);
            let (field, direction) = (*stream.pick(&["date", "created"]), *stream.pick(&["asc", "desc"]));
            let window = match *way {
                "date.gte and date.lte" => json!({"gte": start, "lte": end}),
                _ => json!({"range": {"start": start, "end": end}}),
            };
            let pages = scan(json!({"date": window}), *go_on, |filters| {
                let order = json!({"filters": filters, "isScan": true, "limit": limit, "sortField": field,
                    "sortDirection": direction});
                page(&kit, ACTIVITIES, &order)
            });
            assert!(pages.len() > 1);
            let read = counted(&pages);
            let (got, all) = (read.len(), everything.len());
            assert!(
                read == everything,
                "{way}, {limit} a page, {field} {direction}, seed {seed}: {got} of {all}"
            );
        }
    }
}

#[test]
fn a_page_ends_between_two_milliseconds() {
    let kit = with_bursts(3);
    let body = |filters: &Value| json!({"filters": filters, "isScan": true, "limit": 500});
    let pages = scan(json!({}), WAYS[0].1, |filters| page(&kit, ACTIVITIES, &body(filters)));
    assert!(pages.len() > 2);
    let happened = |page: &Value| -> Vec<i64> {
        page["data"].as_array().unwrap().iter().map(|record| record["timestamp"].as_i64().unwrap()).collect()
    };
    for (one, other) in pages.iter().zip(&pages[1..]) {
        let (one_at, other_at) = (happened(one), happened(other));
        assert!(one_at.is_sorted_by(|a, b| a >= b), "newest first");
        assert!(one_at.last() > other_at.first(), "{:?} {:?}", one_at.last(), other_at.first());
        let lte = one["nextQueryFilters"]["date"]["lte"].as_i64();
        assert!(lte < one_at.last().copied() && lte >= other_at.first().copied());
        // Only what happened in one millisecond is more than a page.
        assert!(one_at.len() <= 500 || one_at.first() == one_at.last());
    }
    assert!(pages.iter().any(|page| happened(page).len() > 500), "the burst is larger than a page");
}

#[test]
fn the_order_that_was_asked_for_holds_within_a_page() {
    let kit = Kit::small();
    for (field, value) in [("date", "timestamp"), ("created", "created")] {
        for direction in ["asc", "desc"] {
            let body = json!({"isScan": true, "sortField": field, "sortDirection": direction});
            let page = page(&kit, ACTIVITIES, &body);
            let keys: Vec<i64> = page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|record| record[value].as_i64().unwrap())
                .collect();
            assert!(keys.len() > 400);
            assert!(
                keys.is_sorted_by(|a, b| if direction == "asc" { a <= b } else { a >= b }),
                "{field} {direction}"
            );
        }
    }
}

#[test]
fn a_scan_can_be_continued_with_forms() {
    // A form, numbers in floating point, the switch in upper case, both ends of the date taken from the answer.
    let kit = Kit::small();
    let (start, end) = ((kit.tenant.now() - Span::days(9)).millis(), kit.tenant.now().millis());
    let kinds = json!({"eq": ["EVENT_CATEGORY_LOGIN", "EVENT_CATEGORY_FAILED_LOGIN"]});
    let date = json!({"gte": start as f64, "lte": end as f64});
    let pages = scan(
        json!({"date": date}),
        |_, next| json!({"date": {"gte": next["date"]["gte"], "lte": next["date"]["lte"]}}),
        |filters| {
            let filters = json!({"activity.eventType": kinds, "date": filters["date"]});
            let form = format!("filters={}&isScan=True", escaped(&filters.to_string()));
            let kind = ("content-type", "application/x-www-form-urlencoded");
            let headers = [("authorization", kit.credential()), kind];
            read(&kit.send("POST", &kit.url(ACTIVITIES), &headers, &form))
        },
    );
    assert!(pages.len() > 1, "more than a page of sign-ins");
    let range = json!({"date": {"gte": start, "lte": end}, "activity.eventType": kinds});
    let expected: BTreeSet<String> =
        kit.all(ACTIVITIES, &range).iter().map(|r| r["_id"].to_string()).collect();
    let read = counted(&pages);
    assert_eq!(read.len(), expected.len());
    assert!(read.values().all(|times| *times == 1));
}

#[test]
fn a_scan_continued_with_all_returned_filters_is_stable() {
    let orders = [("date", "asc"), ("created", "desc"), ("date", "desc"), ("created", "asc")];
    for (field, direction) in &orders[..effort::pick(2, 4)] {
        let kit = Kit::new(4, Size::Small);
        // Days ago count from the beginning of the scan.
        let first = json!({"service": {"neq": [1]}, "date": {"gte_ndays": 4}});
        let count = kit.api("POST", "/api/v1/activities/count/", &json!({"filters": first}).to_string());
        let total = read(&count)["total"].as_u64().unwrap();
        assert!(total > 1_000);
        let pages = scan(first, WAYS[0].1, |filters| {
            let body =
                json!({"filters": filters, "isScan": true, "sortField": field, "sortDirection": direction});
            let page = page(&kit, ACTIVITIES, &body);
            assert_eq!(page["max"], 500);
            kit.tenant.advance(Span::minutes(53)).unwrap();
            if page["hasNext"] == true {
                assert_eq!(
                    page["nextQueryFilters"]["service"],
                    json!({"neq": [1]}),
                    "the client's own filters stay"
                );
                assert_eq!(page["nextQueryFilters"]["date"]["gte_ndays"], 4);
            }
            page
        });
        let read = counted(&pages);
        assert_eq!(read.len() as u64, total, "by {field} {direction}");
        assert!(read.values().all(|times| *times == 1));
    }
}

#[test]
fn a_scan_takes_pages_of_500_to_5000() {
    let kit = Kit::small();
    let page = |limit: Value| {
        let page = page(&kit, ACTIVITIES, &json!({"isScan": true, "limit": limit}));
        page["data"].as_array().unwrap().len()
    };
    // The last few records may be left for the next page.
    for (limit, most) in [(json!(3), 500), (json!(700), 700), (json!("700"), 700), (json!(9_000), 5_000)] {
        let got = page(limit.clone());
        assert!((most - 5..=most).contains(&got), "{limit}: {got}");
    }
}

#[test]
fn a_scan_never_leaves_the_date_range_of_the_client() {
    let kit = Kit::small();
    let now = kit.tenant.now().millis();
    let past = now - 3 * 86_400_000;
    for (date, range) in [
        (json!({"gte": past}), json!({"start": past, "end": now})),
        (json!({"gte": past, "lte": now - 5}), json!({"start": past, "end": now - 5})),
        (
            json!({"range": [{"start": past.to_string(), "end": now as f64}]}),
            json!({"start": past, "end": now}),
        ),
        (json!({"range": {"start": past}}), json!({"start": past, "end": now})),
        (json!({"RANGE": [], "gte_ndays": 4}), json!({"start": 0, "end": now})),
        (
            json!({"range": [{"start": past, "end": past + 7}, {"start": past + 9}]}),
            json!([{"start": past, "end": past + 7}, {"start": past + 9}]),
        ),
    ] {
        let page = page(&kit, ACTIVITIES, &json!({"isScan": true, "filters": {"date": date}}));
        assert_eq!(page["nextQueryFilters"]["date"]["range"], range, "{date}");
        assert!(page["nextQueryFilters"]["date"].get("RANGE").is_none());
    }
}
