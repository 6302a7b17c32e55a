//! Alerts of the Cloud Apps API: how they are listed, read, closed and shown.

mod descriptions;
mod records;

use mock_defender::model::ids::Hex24;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::lists::{self, ids, page, walk};
use crate::kit::{Kit, json as read, text};

const ALERTS: &str = "/api/v1/alerts/";
const ACTIVITIES: &str = "/api/v1/activities/";

/// An id of the right form that no alert has.
const NOBODY: &str = "65b0c1d2e3f4a5b6c7d8e9f0";

const CLOSINGS: [(&str, &str, i64); 3] = [
    ("close_benign", "closed_benign", 4),
    ("close_false_positive", "closed_false_positive", 3),
    ("close_true_positive", "closed_true_positive", 5),
];

fn id(alert: &Value) -> &str {
    alert["_id"].as_str().unwrap()
}

fn fetch(kit: &Kit, id: &str) -> Value {
    let answer = kit.api("GET", &format!("{ALERTS}{id}/"), "");
    assert_eq!(answer.status, 200, "{id}: {}", text(&answer));
    read(&answer)
}

fn close(kit: &Kit, how: &str, body: &Value) -> Value {
    let answer = kit.api("POST", &format!("{ALERTS}{how}/"), &body.to_string());
    assert_eq!(answer.status, 200, "{how} {body}: {}", text(&answer));
    read(&answer)
}

/// Open alerts, oldest first.
fn open(kit: &Kit) -> Vec<Value> {
    let request = json!({"filters": {"alertOpen": {"eq": true}}, "sortDirection": "asc"});
    page(kit, ALERTS, &request)["data"].as_array().unwrap().clone()
}

/// What every alert with the id is found under by these filters.
fn is_listed(kit: &Kit, alert: &str, filters: &Value) -> bool {
    let mut filters = filters.clone();
    filters["id"] = json!({"eq": [alert]});
    page(kit, ALERTS, &json!({"filters": filters}))["total"] == 1
}

#[test]
fn a_json_body_on_get_filters_like_one_on_post() {
    let kit = Kit::small();
    let body = json!({"filters": {"severity": {"eq": [2]}}, "limit": 5}).to_string();
    let posted = read(&kit.api("POST", ALERTS, &body));
    assert_eq!(read(&kit.api("GET", ALERTS, &body)), posted);
    assert!(!ids(&posted).is_empty());
    assert!(posted["data"].as_array().unwrap().iter().all(|alert| alert["severityValue"] == 2));
}

#[test]
fn every_encoding_of_a_list_request_selects_the_same() {
    lists::every_encoding_selects_the_same(&Kit::small(), ALERTS, &json!({"severity": {"eq": [0]}}));
}

#[test]
fn an_empty_list_request_returns_everything() {
    lists::an_empty_request_returns_everything(&Kit::small(), ALERTS);
}

#[test]
fn every_spelling_of_a_path_is_answered() {
    let kit = Kit::small();
    lists::every_spelling_of_the_path_is_answered(&kit, ALERTS);
    lists::every_spelling_of_the_path_is_answered(&kit, &format!("{ALERTS}{}/", id(&open(&kit)[0])));
}

#[test]
fn limit_and_skip_are_capped_or_refused_at_their_bounds() {
    lists::limit_and_skip_are_capped_or_refused_at_their_bounds(&Kit::small(), ALERTS);
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let kit = Kit::small();
    let total = page(&kit, ALERTS, &json!({}))["total"].as_u64().unwrap() as usize;
    let mut everything = ids(&page(&kit, ALERTS, &json!({"sortDirection": "asc"})));
    assert_eq!(everything.len(), total);
    everything.sort();
    for (field, value) in [("date", "timestamp"), ("severity", "severityValue")] {
        let mut orders = Vec::new();
        for direction in ["asc", "desc"] {
            // 11 divides a list of 33 without rest: the last full page has nothing behind it.
            for limit in [1, 7, 11, 100] {
                let request = json!({"sortField": field, "sortDirection": direction});
                let alerts = walk(&kit, ALERTS, &request, limit);
                let keys: Vec<i64> = alerts.iter().map(|alert| alert[value].as_i64().unwrap()).collect();
                assert!(
                    keys.is_sorted_by(|a, b| if direction == "asc" { a <= b } else { a >= b }),
                    "{keys:?}"
                );
                let mut seen: Vec<String> = alerts.iter().map(|alert| id(alert).to_owned()).collect();
                orders.push(seen.clone());
                seen.sort();
                assert_eq!(seen, everything, "{field} {direction} by {limit}");
            }
        }
        // Whatever the page, the order is one; and one direction is the other, reversed.
        let (ascending, descending) = orders.split_at(4);
        assert!(ascending.iter().all(|order| *order == ascending[0]));
        assert!(descending.iter().all(|order| order.iter().rev().eq(&ascending[0])));
    }
    // Newest first is what a client gets that asks for nothing else.
    assert_eq!(
        page(&kit, ALERTS, &json!({})),
        page(&kit, ALERTS, &json!({"sortField": "date", "sortDirection": "DESC"}))
    );
}

#[test]
fn filters_may_stand_bare_beside_the_limit() {
    let kit = Kit::small();
    let bare = page(&kit, ALERTS, &json!({"limit": 1, "severity": {"eq": 2}}));
    assert_eq!(bare, page(&kit, ALERTS, &json!({"limit": 1, "filters": {"severity": {"eq": 2}}})));
}

#[test]
fn a_filter_that_no_alert_has_restricts_nothing_and_is_noted() {
    let kit = Kit::small();
    let plain = page(&kit, ALERTS, &json!({}));
    assert_eq!(page(&kit, ALERTS, &json!({"filters": {"entity.shoeSize": {"eq": [44]}}})), plain);
    let log = read(&kit.mock("GET", "/_mock/requests", ""));
    let reasons: Vec<&str> =
        log["requests"].as_array().unwrap().iter().filter_map(|entry| entry["reason"].as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("entity.shoeSize")), "{reasons:?}");
}

#[test]
fn a_listed_alert_is_fetched_by_its_id() {
    let kit = Kit::small();
    for listed in walk(&kit, ALERTS, &json!({}), 100) {
        let path = format!("/api/v1/alerts/{}", id(&listed));
        for path in [path.clone(), format!("{path}/"), format!("/cas{path}"), format!("/cas{path}/")] {
            assert_eq!(read(&kit.api("GET", &path, "")), listed, "{path}");
        }
    }
}

#[test]
fn an_unknown_alert_is_not_found() {
    let kit = Kit::small();
    for (method, path) in [("GET", ""), ("POST", "/read"), ("POST", "/unread")] {
        let answer = kit.api(method, &format!("/api/v1/alerts/{NOBODY}{path}/"), "");
        assert_eq!((answer.status.as_u16(), text(&answer)), (404, r#"{"detail":"Not found."}"#.to_owned()));
    }
}

#[test]
fn an_alert_that_is_not_raised_yet_is_not_found() {
    let kit = Kit::small();
    let before = page(&kit, ALERTS, &json!({}))["total"].as_u64().unwrap();
    let later = Kit::small();
    later.tenant.advance(Span::days(3)).unwrap();
    let raised = page(&later, ALERTS, &json!({}));
    assert!(raised["total"].as_u64().unwrap() > before);
    assert_eq!(kit.api("GET", &format!("{ALERTS}{}/", ids(&raised)[0]), "").status, 404);
}

#[test]
fn an_id_in_the_form_of_defender_xdr_is_a_bad_value() {
    let kit = Kit::small();
    let known = id(&open(&kit)[0]).to_owned();
    for bad in [format!("ca{known}"), "xyz".to_owned(), format!("{known}0"), known[1..].to_owned()] {
        for (method, path) in [("GET", ""), ("POST", "/read"), ("POST", "/unread")] {
            let answer = kit.api(method, &format!("/api/v1/alerts/{bad}{path}/"), "");
            assert_eq!(answer.status, 400, "{bad}");
            assert_eq!(
                text(&answer),
                format!(
                    r#"{{"filters":[{{"error":"{bad} is not valid","errorMessageCode":"CONSOLE_FORMS_NOT_VALID_VALUE","errorMessageParams":{{"value":"{bad}"}}}}],"error":true}}"#
                )
            );
        }
    }
    // In a filter, too, whether the alerts are listed or closed.
    let body = json!({"filters": {"id": {"eq": [known, format!("ca{known}")]}}}).to_string();
    for path in ["", "close_benign/", "close_false_positive/", "close_true_positive/"] {
        let answer = kit.api("POST", &format!("{ALERTS}{path}"), &body);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(read(&answer)["filters"][0]["error"], format!("ca{known} is not valid"));
    }
    assert_eq!(fetch(&kit, &known)["resolutionStatusValue"], 0);
}

#[test]
fn read_and_unread_change_the_status() {
    let kit = Kit::small();
    let alert = open(&kit).into_iter().find(|alert| alert["statusValue"] == 0).unwrap();
    for (path, status) in [("read/", 1), ("read", 1), ("unread/", 0), ("unread", 0)] {
        let answer = kit.api("POST", &format!("/cas{ALERTS}{}/{path}", id(&alert)), "");
        assert_eq!((answer.status.as_u16(), text(&answer)), (200, "{}".to_owned()));
        let mut expected = alert.clone();
        expected["statusValue"] = status.into();
        // Nothing else changes: nobody has closed it.
        assert_eq!(fetch(&kit, id(&alert)), expected);
        assert!(is_listed(&kit, id(&alert), &json!({"read": {"eq": status == 1}})));
        assert!(!is_listed(&kit, id(&alert), &json!({"read": {"eq": status == 0}})));
    }
}

#[test]
fn a_closed_alert_is_closed_wherever_it_is_seen() {
    let kit = Kit::small();
    kit.tenant.advance(Span::millis(90_120)).unwrap();
    let closed_at = kit.tenant.now();
    let alerts = open(&kit);
    for ((how, counter, number), alert) in CLOSINGS.into_iter().zip(&alerts) {
        let id = id(alert);
        for field in ["resolveTime", "handledByUser", "comment"] {
            assert!(alert.get(field).is_none(), "open alerts have no {field}");
        }
        let answer = close(&kit, how, &json!({"filters": {"id": {"eq": [id]}}, "comment": "pen test"}));
        assert_eq!(answer, json!({counter: 1}));
        let mut expected = alert.clone();
        expected["resolutionStatusValue"] = number.into();
        expected["statusValue"] = 1.into();
        expected["comment"] = "pen test".into();
        expected["handledByUser"] = "admin@contoso.onmicrosoft.com".into();
        expected["resolveTime"] = closed_at.to_string().into();
        let fetched = fetch(&kit, id);
        // Who the token's owner is, the tenant says.
        expected["handledByUser"] = fetched["handledByUser"].clone();
        let info = read(&kit.mock("GET", "/_mock/info", ""));
        let owner = info["tenants"][0]["users"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["persona"] == "global-admin");
        assert_eq!(fetched["handledByUser"], owner.unwrap()["upn"]);
        assert_eq!(fetched, expected);
        let listed = page(&kit, ALERTS, &json!({"filters": {"id": {"eq": [id]}}}));
        assert_eq!(listed["data"], json!([expected]));

        let now = closed_at.millis();
        for (filters, found) in [
            (json!({"resolutionStatus": {"eq": [number]}}), true),
            (json!({"resolutionStatus": {"neq": [number]}}), false),
            (json!({"resolutionStatus": {"eq": [0]}}), false),
            (json!({"alertOpen": {"eq": false}}), true),
            (json!({"alertOpen": {"eq": true}}), false),
            (json!({"read": {"eq": true}}), true),
            (json!({"resolutionDate": {"gte": now, "lte": now}}), true),
            (json!({"resolutionDate": {"range": [{"start": now + 1}]}}), false),
        ] {
            assert_eq!(is_listed(&kit, id, &filters), found, "{how}: {filters}");
        }
    }
    // Those that nobody touched are as they were.
    assert_eq!(open(&kit), alerts[3..]);
}

#[test]
fn closing_leaves_an_activity_of_the_product_itself() {
    let kit = Kit::small();
    kit.tenant.advance(Span::minutes(7)).unwrap();
    let alerts = open(&kit);
    for ((how, _, _), (alert, operation)) in
        CLOSINGS.into_iter().zip(alerts.iter().zip(["Dismiss alert", "Dismiss alert", "Resolve alert"]))
    {
        let filters = json!({"service": {"eq": [20595]}, "created": {"gte": kit.tenant.now().millis()}});
        let before = ids(&page(&kit, ACTIVITIES, &json!({"filters": filters})));
        close(&kit, how, &json!({"filters": {"id": {"eq": [id(alert)]}}}));
        let events = page(&kit, ACTIVITIES, &json!({"filters": filters}));
        let event = &events["data"][0];
        assert_eq!(events["total"], before.len() + 1, "{how}");
        let description = format!("{operation} <b>{}</b>", alert["title"].as_str().unwrap());
        assert_eq!((&event["appId"], &event["description"]), (&json!(20595), &json!(description)));
        assert_eq!(event["timestamp"], kit.tenant.now().millis());
        assert_eq!(event["adallom"]["alertMongoId"], alert["_id"]);
        assert_eq!(event["user"]["userName"], fetch(&kit, id(alert))["handledByUser"]);
        assert_eq!(event["eventRouting"]["adminEvent"], true);
    }
}

#[test]
fn closing_counts_what_it_found_and_names_what_it_did_not() {
    for (how, counter, _) in CLOSINGS {
        let kit = Kit::small();
        let alerts: Vec<String> = open(&kit).iter().map(|alert| id(alert).to_owned()).collect();
        let other = NOBODY.replace("65b0", "75c1");
        let closing =
            |ids: Value| close(&kit, how, &json!({"filters": {"id": {"eq": ids}}, "comment": null}));
        // Nobody is still a success.
        assert_eq!(closing(json!([NOBODY])), json!({counter: 0, "alertsNotFound": [NOBODY]}));
        assert_eq!(closing(json!(NOBODY)), json!({counter: 0, "alertsNotFound": [NOBODY]}));
        assert_eq!(
            closing(json!([NOBODY, alerts[0], other, alerts[1]])),
            json!({counter: 2, "alertsNotFound": [NOBODY, other]})
        );
        assert_eq!(closing(json!(alerts[2])), json!({counter: 1}));
        // A repeated id is one alert.
        assert_eq!(closing(json!([alerts[3], alerts[3]])), json!({counter: 1}));
        // An alert that is closed already counts.
        assert_eq!(closing(json!([alerts[0]])), json!({counter: 1}));
        assert_eq!(open(&kit).len(), alerts.len() - 4);
    }
}

#[test]
fn an_id_that_no_alert_can_have_is_not_found_beside_others() {
    let broken = ["xyz", "0123", "ff", "65b0c1d2e3f4a5b6c7d8e9g0"];
    for (how, counter, _) in CLOSINGS {
        let kit = Kit::small();
        let alerts: Vec<String> = open(&kit).iter().map(|alert| id(alert).to_owned()).collect();
        let named = json!([broken[0], alerts[0], NOBODY, broken[1], broken[2], broken[3]]);
        assert_eq!(
            close(&kit, how, &json!({"filters": {"id": {"eq": named}}})),
            json!({counter: 1, "alertsNotFound": [broken[0], NOBODY, broken[1], broken[2], broken[3]]})
        );
        assert_eq!(open(&kit).len(), alerts.len() - 1);
        // One that is of the right form is enough, whoever has it.
        let named = json!({"filters": {"ID": {"eq": ["xyz", NOBODY]}}});
        assert_eq!(close(&kit, how, &named), json!({counter: 0, "alertsNotFound": ["xyz", NOBODY]}));
        // In the form of Defender XDR, beside nothing better, or no text at all: a bad value.
        let xdr = format!("ca{}", alerts[1]);
        for bad in [
            json!([alerts[1], "xyz", xdr]),
            json!([alerts[1], "CA12"]),
            json!(["xyz"]),
            json!("xyz"),
            json!([alerts[1], 5]),
        ] {
            let body = json!({"filters": {"id": {"eq": bad}}}).to_string();
            assert_eq!(kit.api("POST", &format!("{ALERTS}{how}/"), &body).status, 400, "{bad}");
        }
        assert_eq!(open(&kit).len(), alerts.len() - 1);
    }
}

#[test]
fn any_filter_selects_what_is_closed() {
    let kit = Kit::small();
    let filters = json!({"severity": {"eq": [0]}, "alertOpen": {"eq": true}});
    let chosen = ids(&page(&kit, ALERTS, &json!({"filters": filters})));
    assert!(!chosen.is_empty());
    let rest = open(&kit).len() - chosen.len();
    assert_eq!(
        close(&kit, "close_benign", &json!({"filters": filters})),
        json!({"closed_benign": chosen.len()})
    );
    assert!(chosen.iter().all(|id| fetch(&kit, id)["resolutionStatusValue"] == 4));
    assert_eq!(open(&kit).len(), rest);
    // And everything, if nothing is said about which.
    let total = page(&kit, ALERTS, &json!({}))["total"].clone();
    assert_eq!(
        close(&kit, "close_true_positive", &json!({"filters": {}})),
        json!({"closed_true_positive": total})
    );
    assert!(open(&kit).is_empty());
}

#[test]
fn unknown_keys_and_nulls_of_a_closing_are_ignored() {
    for (how, counter, number) in CLOSINGS {
        let kit = Kit::small();
        let alerts = open(&kit);
        // Cortex XSOAR sends every key that it knows, most of them null.
        let full = json!({
            "filters": {"id": {"eq": [id(&alerts[0])]}},
            "comment": null, "reason": null, "sendFeedback": null, "feedbackText": null,
            "allowContact": null, "contactEmail": null,
        });
        assert_eq!(close(&kit, how, &full), json!({counter: 1}));
        let closed = fetch(&kit, id(&alerts[0]));
        assert_eq!(closed["resolutionStatusValue"], number);
        assert_eq!(closed.get("comment"), Some(&Value::Null), "no comment was given: {closed}");
        assert!(closed["resolveTime"].is_string() && closed["handledByUser"].is_string());
        // Others misspell some, or send them with content.
        let misspelt = json!({
            "filters": {"id": {"eq": [id(&alerts[1])]}},
            "comment": "triggered by a test", "reasonId": 6, "reasonID": "6", "reason": 2,
            "feetbackText": "thanks", "sendFeedback": true, "allowContact": false,
            "contactEmail": "soc@contoso.example",
        });
        assert_eq!(close(&kit, how, &misspelt), json!({counter: 1}));
        assert_eq!(fetch(&kit, id(&alerts[1]))["comment"], "triggered by a test");
    }
}

#[test]
fn a_closing_without_filters_closes_nothing() {
    let kit = Kit::small();
    let before = text(&kit.api("GET", ALERTS, ""));
    for (how, ..) in CLOSINGS {
        for body in ["", "null", "{}", r#"{"comment": "x"}"#, r#"{"filters": null}"#, r#"{"filters": []}"#] {
            let answer = kit.api("POST", &format!("{ALERTS}{how}/"), body);
            assert_eq!(answer.status, 400, "{how} {body}");
        }
    }
    assert_eq!(text(&kit.api("GET", ALERTS, "")), before);
}

#[test]
fn the_activities_behind_an_alert_are_asked_for_by_id_alone() {
    let kit = Kit::small();
    let alert = &open(&kit)[0];
    let asked =
        |value: Value| page(&kit, ACTIVITIES, &json!({"filters": {"activity.alertId": {"eq": value}}}));
    assert_eq!(asked(json!([alert["_id"]])), asked(alert["_id"].clone()));
    assert_eq!(asked(json!(NOBODY))["total"], 0);
    let ca = json!({"filters": {"activity.alertId": {"eq": format!("ca{}", id(alert))}}});
    assert_eq!(kit.api("POST", ACTIVITIES, &ca.to_string()).status, 400);
}

#[test]
fn alert_ids_are_read_in_either_case() {
    let kit = Kit::small();
    let known = id(&open(&kit)[0]).to_owned();
    assert!(known.parse::<Hex24>().is_ok());
    assert_eq!(fetch(&kit, &known.to_uppercase()), fetch(&kit, &known));
}

#[test]
fn the_token_scheme_is_read_in_any_case_and_with_blanks_behind() {
    let kit = Kit::small();
    let (_, value) = kit.credential().split_once(' ').unwrap();
    for credential in [format!("token {value}"), format!("Token {value} "), format!("TOKEN   {value}")] {
        let answer = kit.send("GET", &kit.url(ALERTS), &[("authorization", &credential)], "");
        assert_eq!(answer.status, 200, "{}", text(&answer));
    }
}
