//! Activities of the Cloud Apps API: how they are listed, fetched and shown.

mod audit;
mod closings;
mod missing_members;
mod sessions;
mod shape;
mod sign_ins;

use std::collections::BTreeSet;
use std::sync::Arc;

use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::lists::{self, escaped, has_shape, ids, page, walk};
use crate::kit::{Kit, START, json as read, spec, text};
use shape::{IDENTITY, RECORD};

const ACTIVITIES: &str = "/api/v1/activities/";

/// A tenant with few activities, among them some of the product itself.
fn tiny() -> Kit {
    let kit = Kit::tiny();
    kit.tenant.advance(Span::hours(30)).unwrap();
    let closed = kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#);
    assert_eq!(closed.status, 200);
    kit
}

#[test]
fn sessions_are_those_of_a_start_whole_weeks_earlier() {
    let sessions = |weeks: i64| {
        let mut spec = spec(1, Size::Tiny, START);
        spec.start = spec.start + Span::days(7 * weeks);
        let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
        let kit = Kit::of(Arc::new(tenant), false);
        kit.tenant.advance(Span::days(5)).unwrap();
        let all = kit.all(ACTIVITIES, &json!({"service": {"eq": [20_595]}}));
        let told = |one: &Value| {
            let since = one["timestamp"].as_i64().unwrap() - spec.start.millis();
            (since, one["session"]["sessionId"].as_str().map(str::to_owned))
        };
        all.iter().map(told).collect::<Vec<_>>()
    };
    let expected = sessions(0);
    let days: BTreeSet<_> = expected.iter().filter_map(|(_, session)| session.as_ref()).collect();
    assert!(days.len() > 2, "of several people and days: {expected:?}");
    for weeks in [-40, 1, 52] {
        assert_eq!(sessions(weeks), expected, "{weeks} weeks later");
    }
}

fn id(activity: &Value) -> &str {
    activity["_id"].as_str().unwrap()
}

/// The account that acted; nothing where a service did by itself.
fn account(activity: &Value) -> Option<Value> {
    let names = [&activity["user"]["userName"], &activity["failedUserData"]["userName"]];
    names.into_iter().find(|name| name.is_string()).cloned()
}

#[test]
fn filters_in_the_query_select_like_those_in_the_body() {
    let kit = Kit::small();
    let filters = json!({"service": {"eq": [11114]}, "ip.category": {"eq": [1]}});
    let posted = page(&kit, ACTIVITIES, &json!({"filters": filters, "limit": 4, "sortDirection": "asc"}));
    assert!(!ids(&posted).is_empty());
    // As the Cortex XSIAM collector asks: no slash, everything in the query.
    let query = format!("sortDirection=asc&limit=4&filters={}", escaped(&filters.to_string()));
    assert_eq!(read(&kit.api("GET", &format!("/api/v1/activities?{query}"), "")), posted);
    assert!(posted["data"].as_array().unwrap().iter().all(|activity| activity["appId"] == 11114));
}

#[test]
fn every_encoding_of_a_list_request_selects_the_same() {
    lists::every_encoding_selects_the_same(&tiny(), ACTIVITIES, &json!({"activity.type": {"eq": true}}));
}

#[test]
fn an_empty_list_request_returns_everything() {
    lists::an_empty_request_returns_everything(&Kit::new(5, Size::Tiny), ACTIVITIES);
}

#[test]
fn every_spelling_of_a_path_is_answered() {
    let kit = tiny();
    let list = page(&kit, ACTIVITIES, &json!({"limit": 1}));
    lists::every_spelling_of_the_path_is_answered(&kit, &format!("{ACTIVITIES}{}/", ids(&list)[0]));
    lists::every_spelling_of_the_path_is_answered(&kit, ACTIVITIES);
}

#[test]
fn limit_and_skip_are_capped_or_refused_at_their_bounds() {
    lists::limit_and_skip_are_capped_or_refused_at_their_bounds(&tiny(), ACTIVITIES);
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let kit = tiny();
    let total = page(&kit, ACTIVITIES, &json!({"limit": 0}))["total"].as_u64().unwrap() as usize;
    assert!(total > 200);
    for field in ["date", "created"] {
        let value = if field == "date" { "timestamp" } else { "created" };
        let mut orders = Vec::new();
        for (direction, limit) in [("asc", 100), ("desc", 37)] {
            let activities =
                walk(&kit, ACTIVITIES, &json!({"sortField": field, "sortDirection": direction}), limit);
            let keys: Vec<i64> =
                activities.iter().map(|activity| activity[value].as_i64().unwrap()).collect();
            assert!(keys.is_sorted_by(|a, b| if direction == "asc" { a <= b } else { a >= b }), "{keys:?}");
            let seen = ids(&Value::Array(activities));
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), total, "{field} {direction}");
            orders.push(seen);
        }
        assert!(orders[0].iter().rev().eq(&orders[1]), "one direction is the other, reversed");
    }
    let newest_first = json!({"sortField": "date", "sortDirection": "desc"});
    assert_eq!(page(&kit, ACTIVITIES, &json!({})), page(&kit, ACTIVITIES, &newest_first));
}

#[test]
fn date_windows_read_every_activity_once() {
    // `skip` ends at 5,000, so clients that want more go on from the date of the last record they got. What was
    // stored then is asked for again, and told from what they have by its id.
    let kit = Kit::small();
    let of = |apps: &[i64]| json!({"service": {"eq": apps}});
    let count = |apps: &[i64]| {
        page(&kit, ACTIVITIES, &json!({"filters": of(apps), "limit": 0}))["total"].as_u64().unwrap()
    };
    // As many apps as need a second window, and no more, for the sake of time.
    let apps = [20893, 28375, 11161, 20892, 15600, 11114];
    let apps = (1..=apps.len()).map(|n| &apps[..n]).find(|apps| count(apps) > 5_110).unwrap();
    let (filters, total) = (of(apps), count(apps));
    let mut seen = BTreeSet::new();
    let mut windows = 0;
    let mut until = None;
    loop {
        windows += 1;
        let mut filters = filters.clone();
        if let Some(until) = until {
            filters["date"] = json!({"lte": until});
        }
        let mut last = None;
        let mut skip = 0;
        let more = loop {
            let page = page(&kit, ACTIVITIES, &json!({"filters": filters, "skip": skip, "limit": 100}));
            let activities = page["data"].as_array().unwrap();
            for activity in activities {
                let date = activity["timestamp"].as_i64().unwrap();
                assert!(last.or(until).is_none_or(|last| date <= last), "newest first");
                last = Some(date);
                // Only records of the very instant at which the window begins come twice.
                assert!(seen.insert(id(activity).to_owned()) || Some(date) == until, "{activity}");
            }
            skip += activities.len();
            if page["hasNext"] == false {
                break false;
            }
            if skip > 5_000 {
                break true;
            }
        };
        until = last;
        if !more {
            break;
        }
    }
    assert_eq!((seen.len() as u64, windows), (total, 2));
}

#[test]
fn a_listed_activity_is_fetched_by_its_id() {
    let kit = tiny();
    for listed in walk(&kit, ACTIVITIES, &json!({}), 100).into_iter().step_by(3) {
        let path = format!("/api/v1/activities/{}", id(&listed));
        assert_eq!(read(&kit.api("GET", &path, "")), listed, "{path}");
        assert_eq!(read(&kit.api("GET", &format!("/cas{path}/"), "")), listed, "{path}");
        let by_filter = json!({"filters": {"activity.id": {"eq": [id(&listed)]}}});
        assert_eq!(page(&kit, ACTIVITIES, &by_filter)["data"], json!([listed]));
    }
}

#[test]
fn an_id_that_was_never_issued_is_not_found() {
    let kit = tiny();
    let listed = walk(&kit, ACTIVITIES, &json!({}), 100);
    let number = listed[0]["tenantId"].as_i64().unwrap();
    let connector = listed.iter().find(|activity| activity["appId"] == 20893).unwrap();
    let product = listed.iter().find(|activity| activity["appId"] == 20595).unwrap();
    let guid = |activity: &Value| id(activity).rsplit_once('_').unwrap().1.to_owned();
    let nobody = "0d1e2f3a-4b5c-4d6e-8f70-112233445566";
    let mut never = vec![
        "xyz".to_owned(),
        "_".to_owned(),
        number.to_string(),
        format!("{number}_20893_{nobody}"),
        format!("{number}_1718000000000_{}", nobody.replace('-', "")),
        "0d1e2f3a4b5c4d6e8f70112233445566".repeat(2),
        // The right identity in another dress: another app, another time, another form, another tenant.
        format!("{number}_15600_{}", guid(connector)),
        format!("{number}_{}", guid(connector)),
        format!("{number}_20893_{}", guid(connector).replace('-', "")),
        format!("{number}_1718000000000_{}", guid(product)),
        format!("{}_20893_{}", number + 1, guid(connector)),
        format!("+{}", id(connector)),
        format!("0{}", id(connector)),
        guid(connector),
    ];
    never.extend(listed.iter().map(id).filter(|id| id.len() == 64).take(3).map(|id| {
        let last = if id.ends_with('0') { "1" } else { "0" };
        format!("{}{last}", &id[..63])
    }));
    for id in never {
        let answer = kit.api("GET", &format!("{ACTIVITIES}{id}/"), "");
        assert_eq!(
            (answer.status.as_u16(), text(&answer)),
            (404, r#"{"detail":"Not found."}"#.to_owned()),
            "{id}"
        );
        let by_filter = json!({"filters": {"activity.id": {"eq": id}}});
        assert_eq!(page(&kit, ACTIVITIES, &by_filter)["total"], 0, "{id}");
    }
}

#[test]
fn an_activity_of_another_tenant_is_not_found_even_if_it_is_a_fork() {
    let kit = tiny();
    let own = ids(&Value::Array(walk(&kit, ACTIVITIES, &json!({}), 100)));
    let fork = Kit::of(kit.tenant.fork().into(), false);
    let copied = ids(&Value::Array(walk(&fork, ACTIVITIES, &json!({}), 100)));
    let other = Kit::new(2, Size::Tiny);
    assert_eq!(own.len(), copied.len());
    for (own, copied) in own.iter().zip(&copied).step_by(7) {
        assert_ne!(own, copied);
        for (kit, id) in [(&kit, copied), (&fork, own), (&other, own), (&other, copied)] {
            assert_eq!(kit.api("GET", &format!("{ACTIVITIES}{id}/"), "").status, 404, "{id}");
        }
    }
}

#[test]
fn records_have_the_recorded_fields_in_the_recorded_types() {
    let kit = tiny();
    let tenant = read(&kit.mock("GET", "/_mock/info", ""))["tenants"][0]["id"].clone();
    let mut kinds = BTreeSet::new();
    for activity in walk(&kit, ACTIVITIES, &json!({}), 100) {
        // How the closing of an alert looks is told beside its test.
        if activity.get("adallom").is_some() {
            kinds.insert(activity["appId"].as_i64().unwrap());
            continue;
        }
        has_shape(&activity, RECORD, "activity");
        assert_eq!(activity["aadTenantId"], tenant);
        assert!(
            (10_000_000..1_000_000_000).contains(&activity["tenantId"].as_i64().unwrap()),
            "8 or 9 digits"
        );
        assert_eq!(activity["appId"], activity["saasId"]);
        for field in ["timestamp", "instantiation", "created"] {
            assert_eq!(activity[field], activity[format!("{field}Raw")]);
        }
        let time = |field: &str| activity[field].as_i64().unwrap();
        assert!(time("timestamp") <= time("instantiation"), "{activity}");
        assert!(time("instantiation") <= time("created"), "{activity}");
        assert!(time("created") <= kit.tenant.now().millis());
        let login = |generic: &str, kind: &str| {
            activity["genericEventType"] == generic && activity["mainInfo"]["type"] == kind
        };
        assert!(
            login("ENUM_ACTIVITY_GENERIC_TYPE_BASIC", "basic")
                || login("ENUM_ACTIVITY_GENERIC_TYPE_LOGIN", "login")
                || login("ENUM_ACTIVITY_GENERIC_TYPE_FAILED_LOGIN", "failedLogin"),
            "{activity}"
        );
        assert_eq!(activity.get("failedUserData").is_some(), activity["mainInfo"]["type"] == "failedLogin");
        assert!(activity["eventTypeName"].as_str().unwrap().starts_with("EVENT_CATEGORY_"));
        assert!(activity["eventTypeValue"].as_str().unwrap().starts_with("EVENT_"));
        // One person, told the same way in every corner of the record.
        let name = account(&activity);
        let objects = activity["mainInfo"]["eventObjects"].as_array().unwrap();
        if let Some(name) = &name {
            let actor = &activity["resolvedActor"];
            let entities = &activity["entityData"];
            has_shape(&entities["0"], IDENTITY, "entityData.0");
            has_shape(&entities["2"], IDENTITY, "entityData.2");
            assert_eq!((&entities["0"]["id"]["id"], &entities["2"]["id"]["id"]), (name, &actor["id"]));
            assert_eq!(entities["0"]["displayName"], actor["name"]);
            let account = objects.iter().find(|object| object["objType"] == 21).unwrap();
            let identity = objects.iter().rfind(|object| object["id"] == actor["id"]).unwrap();
            assert_eq!((&account["link"], &account["id"]), (&identity["link"], name));
            assert!(account["role"] == identity["role"] && account["link"].is_i64());
        }
        assert_eq!(activity["device"].get("clientIP"), activity["internals"]["otherIPs"].get(0));
        assert_eq!(activity["device"]["countryCode"], activity["location"]["countryCode"]);
        let raw = &activity["rawDataJson"];
        let collected = activity["collected"].as_object().unwrap();
        if collected.contains_key("o365") {
            assert_eq!(raw["OrganizationId"], tenant);
            // A service itself, or somebody without an account.
            assert_eq!(raw["UserType"] == 4 || raw["UserType"] == 10, name.is_none());
            assert!(name.is_none_or(|name| raw["UserId"] == name));
            assert_eq!(raw.get("ClientIP"), activity["device"].get("clientIP"));
            assert_eq!(raw["Operation"], activity["mainInfo"]["rawOperationName"]);
        }
        assert_eq!(activity["srcAppId"] == 11161, !collected.is_empty(), "{activity}");
        assert_eq!(activity.get("session").is_some(), activity["appId"] == 20595, "{activity}");
        kinds.insert(activity["appId"].as_i64().unwrap());
    }
    // The product itself, Salesforce, Exchange, SharePoint, OneDrive: the tenant shows every kind of record.
    assert!([20595, 11114, 20893, 20892, 15600].iter().all(|app| kinds.contains(app)), "{kinds:?}");
}

#[test]
fn uploads_and_downloads_of_files_are_found_by_one_category_in_every_app() {
    let mut spec = spec(1, Size::Small, START);
    spec.settings.apps = Some(["Box", "Dropbox", "Slack", "GitHub", "Zoom"].map(str::to_owned).into());
    let kit = Kit::of(Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start))), false);
    let count = |filters: Value| {
        page(&kit, ACTIVITIES, &json!({"filters": filters, "limit": 0}))["total"].as_u64().unwrap()
    };
    let by = |operations: &[&str]| count(json!({"actionType": {"eq": operations}}));
    let category = |name: &str| count(json!({"activity.eventType": {"eq": [name]}}));
    let downloads = by(&[
        "FileDownloaded",
        "DOWNLOAD",
        "file_download",
        "download",
        "GetObject",
        "file_downloaded",
        "repo.download_zip",
        "Recording downloaded",
    ]);
    assert!(downloads > 100);
    assert_eq!(category("EVENT_CATEGORY_DOWNLOAD_FILE"), downloads);
    let uploads = by(&["FileUploaded", "UPLOAD", "file_add", "file_uploaded"]);
    assert!(uploads > 50);
    assert_eq!(category("EVENT_CATEGORY_UPLOAD_FILE"), uploads);
    let listed = page(
        &kit,
        ACTIVITIES,
        &json!({"filters": {"service": {"eq": [15600]},
        "activity.eventActionType": {"eq": ["EVENT_CATEGORY_DOWNLOAD_FILE"]}}}),
    );
    assert!(!ids(&listed).is_empty());
    assert!(listed["data"].as_array().unwrap().iter().all(|record| {
        record["eventTypeName"] == "EVENT_CATEGORY_DOWNLOAD_FILE"
            && record["eventTypeValue"] == "EVENT_O365_ONEDRIVE_GENERIC"
    }));
    // Apps whose events have categories of their own are found by those as well.
    let objects = category("EVENT_CATEGORY_DOWNLOAD_OBJECT");
    let both = count(
        json!({"activity.eventType": {"eq": ["EVENT_CATEGORY_DOWNLOAD_OBJECT"]}, "service": {"neq": [15600, 20892]}}),
    );
    assert!(objects > 0 && objects == both, "{objects} {both}");
}

#[test]
fn ids_have_one_of_three_shapes() {
    let kit = tiny();
    let mut shapes = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for activity in walk(&kit, ACTIVITIES, &json!({}), 100) {
        assert_eq!(activity["_id"], activity["uid"]);
        assert!(seen.insert(id(&activity).to_owned()));
        let parts: Vec<&str> = id(&activity).split('_').collect();
        let hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let shape = match *parts.as_slice() {
            [whole] => {
                assert!(whole.len() == 64 && hex(whole), "{whole}");
                "64 digits"
            }
            [tenant, middle, last] => {
                assert_eq!(tenant, activity["tenantId"].to_string());
                if activity["appId"] == 20595 {
                    assert_eq!(middle, activity["timestamp"].to_string());
                    assert!(last.len() == 32 && hex(last), "{last}");
                    "product"
                } else {
                    assert_eq!(middle, activity["appId"].to_string());
                    assert_eq!(last.len(), 36);
                    "connector"
                }
            }
            _ => panic!("{activity}"),
        };
        shapes.insert(shape);
    }
    assert_eq!(shapes.into_iter().collect::<Vec<_>>(), ["64 digits", "connector", "product"]);
}
