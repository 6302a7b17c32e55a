//! The Cloud Apps API beyond lists, scans and closing: counts, metadata, forms, what is no longer documented.

use mock_defender::views::{activities, alerts, entities, files, policies};
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

fn ids(records: &Value) -> Vec<String> {
    records["data"].as_array().unwrap().iter().map(|r| r["_id"].as_str().unwrap().to_owned()).collect()
}

fn post(kit: &Kit, path: &str, body: &Value) -> Value {
    json(&kit.api("POST", path, &body.to_string()))
}

#[test]
fn a_limit_beyond_the_page_is_capped_silently_however_it_is_written() {
    let kit = Kit::small();
    let full = json(&kit.api("POST", "/api/v1/activities/", "{}"));
    for limit in [
        "101",
        "5000",
        "18446744073709551616",
        "1e300",
        "1e2",
        "\"250\"",
        "\"99999999999999999999999\"",
        "\"\"",
        "null",
    ] {
        let answer = json(&kit.api("POST", "/api/v1/activities/", &format!(r#"{{"limit": {limit}}}"#)));
        assert_eq!(answer, full, "{limit}");
    }
    let few = json(&kit.api("POST", "/api/v1/activities/", r#"{"limit": 3.0}"#));
    assert_eq!(few["data"].as_array().map(Vec::len), Some(3));
    for (limit, got) in [("-1", "-1"), ("2.5", "2.5"), ("\"many\"", "many")] {
        let answer = kit.api("POST", "/api/v1/activities/", &format!(r#"{{"limit": {limit}}}"#));
        assert_eq!(answer.status, 400);
        assert!(text(&answer).contains(got), "{}", text(&answer));
    }
}

#[test]
fn totals_are_counted_apart_when_asked_to() {
    let kit = Kit::small();
    for resource in ["alerts", "activities"] {
        let path = format!("/api/v1/{resource}/");
        let filters = json!({"date": {"gte_ndays": 5}});
        let with = post(&kit, &path, &json!({"filters": filters}));
        let apart = post(&kit, &path, &json!({"filters": filters, "performAsyncTotal": true}));
        assert_eq!(apart["performAsyncTotal"], true);
        assert!(apart.get("total").is_none());
        assert_eq!(apart["data"], with["data"]);
        let count = post(&kit, &format!("/cas{path}count/"), &json!({"filters": filters}));
        assert_eq!(count, json!({"total": with["total"], "moreThanTotal": false}));
    }
}

#[test]
fn metadata_names_every_filter_with_its_operators() {
    let kit = Kit::tiny();
    for (resource, fields, order) in [
        ("alerts", alerts::FIELDS, "date"),
        ("activities", activities::FIELDS, "date"),
        ("policies", policies::FIELDS, "lastModified"),
        ("entities", entities::FIELDS, "date"),
        ("files", files::FIELDS, "date"),
    ] {
        let metadata = json(&kit.api(
            "GET",
            &format!("/cas/api/v1/{resource}/metadata/?allowDeprecationFields=true"),
            "",
        ));
        assert_eq!(metadata["name"], resource);
        let filters = metadata["filters"].as_array().unwrap();
        assert_eq!(filters.len(), fields.len());
        for (filter, field) in filters.iter().zip(fields) {
            assert_eq!(filter["name"], field.name);
            assert_eq!(filter["operators"].as_array().unwrap().len(), field.operators.len());
        }
        assert_eq!(metadata["sorting"][0]["field"], order);
    }
}

#[test]
fn form_requests_select_like_json_requests() {
    let kit = Kit::small();
    let filters = r#"{"severity":{"eq":[0,1]},"date":{"gte_ndays":9}}"#;
    let expected =
        ids(&json(&kit.api("POST", "/api/v1/alerts/", &format!(r#"{{"filters":{filters},"limit":4}}"#))));
    assert_eq!(expected.len(), 4);
    let encoded: String = filters.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form = format!("limit=4&filters={encoded}");
    let multipart = format!(
        "--x7\r\nContent-Disposition: form-data; name=\"filters\"\r\n\r\n{filters}\r\n--x7\r\nContent-Disposition: form-data; name=\"limit\"\r\n\r\n4\r\n--x7--\r\n"
    );
    for (path, body) in [
        (format!("/api/v1/alerts?{form}"), ""),
        ("/api/v1/alerts/".to_owned(), form.as_str()),
        ("/api/v1/alerts/".to_owned(), &multipart),
    ] {
        assert_eq!(ids(&json(&kit.api("POST", &path, body))), expected, "{body:.40}");
    }
    assert_eq!(kit.api("POST", "/api/v1/alerts/", "filters=%7Bbroken").status, 400);
    assert_eq!(kit.api("POST", "/api/v1/alerts/", "{\"limit\": 4").status, 400);
}

#[test]
fn undocumented_dismiss_and_resolve_routes_still_close_alerts() {
    let kit = Kit::small();
    let open = ids(&post(&kit, "/api/v1/alerts/", &json!({"filters": {"alertOpen": {"eq": true}}})));
    let status = |id: &str| {
        json(&kit.api("GET", &format!("/api/v1/alerts/{id}/"), ""))["resolutionStatusValue"].clone()
    };
    assert_eq!(
        kit.api("POST", &format!("/api/v1/alerts/{}/dismiss/", open[0]), r#"{"comment":"noise"}"#).status,
        200
    );
    assert_eq!(status(&open[0]), 3);
    let bulk = json!({"filters": {"id": {"eq": [open[1], "ffffffffffffffffffffffff"]}}, "comment": "again"});
    let answer = post(&kit, "/api/v1/alerts/dismiss_bulk/", &bulk);
    assert_eq!(answer, json!({"dismissed": 1, "alertsNotFound": ["ffffffffffffffffffffffff"]}));
    assert_eq!(status(&open[1]), 3);
    let answer = post(&kit, "/api/v1/alerts/resolve/", &json!({"filters": {"id": {"eq": [open[2]]}}}));
    assert_eq!(answer, json!({"resolved": 1}));
    assert_eq!(status(&open[2]), 5);
    assert_eq!(kit.api("POST", "/api/v1/alerts/resolve/", "{}").status, 400);
}

#[test]
fn bulk_dismissal_without_filters_dismisses_open_alerts() {
    for body in [
        "",
        "{}",
        r#"{"comment": "clean-up"}"#,
        r#"{"filters": {}, "comment": "clean-up"}"#,
        r#"{"filters": null}"#,
    ] {
        let kit = Kit::small();
        let total = |filters: Value| {
            post(&kit, "/api/v1/alerts/count/", &json!({"filters": filters}))["total"].clone()
        };
        let (open, closed) = (total(json!({"alertOpen": {"eq": true}})), json!({"alertOpen": {"eq": false}}));
        let before = post(&kit, "/api/v1/alerts/", &json!({"filters": closed}))["data"].clone();
        assert!(open.as_u64().unwrap() > 0 && !before.as_array().unwrap().is_empty());
        let answer = json(&kit.api("POST", "/api/v1/alerts/dismiss_bulk/", body));
        assert_eq!(answer, json!({"dismissed": open}), "{body}");
        assert_eq!(total(json!({"alertOpen": {"eq": true}})), 0);
        // What had been closed before is as it was.
        let after = post(&kit, "/api/v1/alerts/", &json!({"filters": closed}));
        let kept = before.as_array().unwrap().iter();
        assert!(kept.clone().all(|alert| after["data"].as_array().unwrap().contains(alert)));
        let again = json(&kit.api("POST", "/api/v1/alerts/dismiss_bulk/", body));
        assert_eq!(again, json!({"dismissed": 0}));
    }
}

#[test]
fn a_reopened_alert_has_no_trace_of_its_closing() {
    let kit = Kit::small();
    let list = post(&kit, "/api/v1/alerts/", &json!({"filters": {"alertOpen": {"eq": true}}, "limit": 1}));
    let id = ids(&list).remove(0);
    let fetch = || json(&kit.api("GET", &format!("/api/v1/alerts/{id}/"), ""));
    let before = fetch();
    let filters = json!({"filters": {"id": {"eq": [id]}}});
    post(&kit, "/api/v1/alerts/close_benign/", &filters);
    assert!(fetch()["resolveTime"].is_string());
    assert_eq!(post(&kit, "/api/v1/alerts/reopen/", &filters), json!({"reopened": 1}));
    let mut after = fetch();
    assert_eq!(after["statusValue"], 1, "who opened it again has read it");
    after["statusValue"] = before["statusValue"].clone();
    assert_eq!(after, before);
}

#[test]
fn feedback_on_an_activity_is_taken() {
    let kit = Kit::small();
    let id = ids(&post(&kit, "/api/v1/activities/", &json!({"limit": 1}))).remove(0);
    let body = r#"{"feedbackValue":"0","feedbackText":"odd","allowContact":false,"contactEmail":""}"#;
    assert_eq!(kit.api("POST", &format!("/api/v1/activities/{id}/feedback"), body).status, 200);
    assert_eq!(kit.api("POST", "/api/v1/activities/1_2_3/feedback", body).status, 404);
}

#[test]
fn entities_and_sources_are_named_in_every_form_that_clients_use() {
    let kit = Kit::small();
    let count = |filters: Value| {
        post(&kit, "/api/v1/activities/count/", &json!({"filters": filters}))["total"].as_u64().unwrap()
    };
    let person = kit
        .tenant
        .world()
        .people
        .iter()
        .find(|person| person.persona.is_none() && person.department == "Sales")
        .unwrap();
    let by_name = count(json!({"user.username": {"eq": [person.upn.to_uppercase()]}}));
    assert!(by_name > 50);
    let id = person.id.to_string();
    let object = json!({"id": id, "saas": 11161, "inst": 0});
    for entity in
        [json!([object]), object.clone(), json!([id]), json!([person.upn]), json!(object.to_string())]
    {
        assert_eq!(count(json!({"entity": {"eq": entity}})), by_name, "{entity}");
    }
    let all = count(json!({}));
    assert_eq!(count(json!({"entity": {"neq": [object]}})), all - by_name);
    for source in [json!([2]), json!(["2"]), json!({"t:2": true}), json!([{"t:2": {}}])] {
        assert_eq!(count(json!({"source": {"eq": source}})), all, "{source}");
    }
    assert_eq!(count(json!({"source": {"eq": [{"s:1234": {}}]}})), 0);
    let department = count(json!({"user.orgUnit": {"eq": [person.department]}}));
    assert!(by_name < department && department < all);
    let admins = count(json!({"user.tags": {"isset": true}}));
    let group = kit.tenant.world().ids.hex24(mock_defender::model::ids::Kind::Group, 0).to_string();
    assert_eq!(count(json!({"user.tags": {"eq": [{"role": 1, "adv": true}, group]}})), admins);
    assert!(0 < admins && admins < all);
}

#[test]
fn the_text_filter_finds_people_files_and_places() {
    let kit = Kit::small();
    let find = |text: &str| {
        post(&kit, "/api/v1/activities/", &json!({"filters": {"text": {"text": text}}, "limit": 5}))
    };
    let file = find(".xlsx");
    assert!(file["total"].as_u64().unwrap() > 0);
    assert!(file["data"][0].to_string().contains(".xlsx"));
    let url = post(
        &kit,
        "/api/v1/activities/",
        &json!({"filters": {"office365url": {"endswith": [".xlsx"]}}, "limit": 1}),
    );
    let id = url["data"][0]["rawDataJson"]["ListItemUniqueId"].clone();
    let same = post(&kit, "/api/v1/activities/", &json!({"filters": {"fileId": {"eq": [id]}}}));
    assert!(
        same["data"].as_array().unwrap().iter().all(|record| record["rawDataJson"]["ListItemUniqueId"] == id)
    );
    assert!(same["total"].as_u64().unwrap() >= 1);
    assert_eq!(find("no such thing anywhere")["total"], 0);
}

#[test]
fn a_policy_finds_the_activities_behind_its_alerts() {
    let kit = Kit::small();
    let alert = post(&kit, "/api/v1/alerts/", &json!({"limit": 1}))["data"][0].clone();
    let policy = alert["entities"][0]["id"].clone();
    let behind = ids(&post(
        &kit,
        "/api/v1/activities/",
        &json!({"filters": {"activity.alertId": {"eq": alert["_id"]}}}),
    ));
    let matched = ids(&post(&kit, "/api/v1/activities/", &json!({"filters": {"policy": {"eq": [policy]}}})));
    assert!(!behind.is_empty() && behind.iter().all(|id| matched.contains(id)));
    let of_policy = post(&kit, "/api/v1/alerts/", &json!({"filters": {"entity.policy": {"eq": policy}}}));
    assert!(of_policy["data"].as_array().unwrap().iter().all(|other| other["title"] == alert["title"]));
}
