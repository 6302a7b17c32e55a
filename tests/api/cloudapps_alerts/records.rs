//! The records of alerts: their fields, and what stands behind them.

use mock_defender::model::time::VirtualTime;
use serde_json::{Value, json};

use super::{ACTIVITIES, ALERTS, id};
use crate::kit::lists::{self, Kind, has_shape, page, walk};
use crate::kit::{Kit, json as read};

const ENTITY: &[(&str, lists::Shape<'static>)] = &[
    (
        "policyRule",
        &[("type", Kind::Text), ("id", Kind::Hex24), ("label", Kind::Text), ("policyType", Kind::Text)],
    ),
    (
        "account",
        &[
            ("type", Kind::Text),
            ("id", Kind::Guid),
            ("label", Kind::Text),
            ("pa", Kind::Text),
            ("saas", Kind::Int),
            ("inst", Kind::Int),
            ("entityType", Kind::Int),
            ("entityRole", Kind::Text),
        ],
    ),
    ("user", &[("type", Kind::Text), ("id", Kind::Text), ("label", Kind::Text)]),
    ("service", &[("type", Kind::Text), ("id", Kind::Int), ("label", Kind::Text)]),
    (
        "ip",
        &[("type", Kind::Text), ("id", Kind::Text), ("label", Kind::Text), ("triggeredAlert", Kind::Bool)],
    ),
    ("file", &[("type", Kind::Text), ("id", Kind::Text), ("label", Kind::Text)]),
    ("country", &[("type", Kind::Text), ("id", Kind::Text), ("label", Kind::Text)]),
];

const RECORD: lists::Shape<'static> = &[
    ("_id", Kind::Hex24),
    ("contextId", Kind::Guid),
    ("description", Kind::Text),
    ("entities", Kind::List(&Kind::AnyObject)),
    (
        "evidence",
        Kind::List(&Kind::Object(&[(
            "title",
            Kind::Object(&[
                ("template", Kind::Text),
                (
                    "parameters",
                    Kind::Object(&[
                        ("tactic", Kind::Text),
                        (
                            "mitre",
                            Kind::Object(&[
                                ("type", Kind::Text),
                                ("label", Kind::Text),
                                ("alternateLink", Kind::Text),
                            ]),
                        ),
                    ]),
                ),
            ]),
        )])),
    ),
    ("idValue", Kind::Int),
    ("intent", Kind::List(&Kind::Int)),
    ("isMarkdown", Kind::Bool),
    ("isPreview", Kind::Bool),
    ("isSystemAlert", Kind::Bool),
    ("resolutionStatusValue", Kind::Int),
    ("severityValue", Kind::Int),
    ("statusValue", Kind::Int),
    ("stories", Kind::List(&Kind::Int)),
    ("threatScore", Kind::Int),
    (
        "threatScoreReasoning",
        Kind::Maybe(&Kind::List(&Kind::Object(&[
            ("template", Kind::Text),
            ("parameters", Kind::Object(&[("usage", Kind::Int), ("userPercent", Kind::Int)])),
        ]))),
    ),
    ("timestamp", Kind::Millis),
    ("title", Kind::Text),
    ("URL", Kind::Text),
    ("comment", Kind::Maybe(&Kind::Text)),
    ("handledByUser", Kind::Maybe(&Kind::Text)),
    ("resolveTime", Kind::Maybe(&Kind::Instant)),
];

#[test]
fn records_have_the_recorded_fields_in_the_recorded_types() {
    let kit = Kit::small();
    let tenant = read(&kit.mock("GET", "/_mock/info", ""))["tenants"][0]["id"].clone();
    let alerts = walk(&kit, ALERTS, &json!({}), 100);
    for alert in &alerts {
        has_shape(alert, RECORD, "alert");
        let one_of = |field: &str, values: &[i64]| {
            let of = |value: &Value| value.as_i64().is_some_and(|value| values.contains(&value));
            let value = &alert[field];
            assert!(
                value.as_array().map_or_else(|| of(value), |list| list.iter().all(of)),
                "{field}: {value}"
            );
        };
        one_of("severityValue", &[0, 1, 2, 3]);
        one_of("statusValue", &[0, 1]);
        one_of("resolutionStatusValue", &[0, 3, 4, 5]);
        one_of("stories", &[0, 1, 2, 3, 4, 5, 7, 8]);
        one_of("intent", &(0..=13).collect::<Vec<i64>>());
        assert_eq!(alert["contextId"], tenant);
        assert_eq!(
            alert["URL"],
            format!("https://contoso.portal.cloudappsecurity.com/#/alerts/{}", id(alert))
        );
        // Clients tell open from closed by the presence of the time.
        let closed = alert["resolutionStatusValue"] != 0;
        for field in ["resolveTime", "handledByUser", "comment"] {
            assert_eq!(alert.get(field).is_some(), closed, "{field} of {alert}");
        }
        if let Some(resolved) = alert["resolveTime"].as_str() {
            assert!(VirtualTime::parse(resolved).unwrap().millis() > alert["timestamp"].as_i64().unwrap());
            assert_eq!(alert["statusValue"], 1);
        }
        let entities = alert["entities"].as_array().unwrap();
        for entity in entities {
            let kind = entity["type"].as_str().unwrap();
            let (_, shape) = ENTITY.iter().find(|(name, _)| *name == kind).unwrap();
            has_shape(entity, shape, kind);
            if ["user", "ip", "country"].contains(&kind) {
                assert_eq!(entity["id"], entity["label"]);
            }
        }
        for kind in ["policyRule", "account", "user", "service", "ip", "country"] {
            assert!(entities.iter().any(|entity| entity["type"] == kind), "{kind} in {alert}");
        }
    }
    let closed = alerts.iter().filter(|alert| alert["resolutionStatusValue"] != 0).count();
    assert!(closed > 0 && closed < alerts.len(), "the history has both open and closed alerts");
}

#[test]
fn the_priority_of_an_alert_says_how_common_it_is() {
    let kit = Kit::small();
    let alerts = walk(&kit, ALERTS, &json!({}), 100);
    let people = kit.tenant.world().people_at_birth().len();
    let user = |alert: &Value| {
        let entities = alert["entities"].as_array().unwrap().iter();
        entities.clone().find(|entity| entity["type"] == "account").unwrap()["id"].to_string()
    };
    let mut usages = Vec::new();
    for alert in &alerts {
        let at = alert["timestamp"].as_i64().unwrap();
        let week = at - 7 * 86_400_000 + 1..=at;
        let alike = alerts.iter().filter(|other| {
            week.contains(&other["timestamp"].as_i64().unwrap())
                && other["entities"][0] == alert["entities"][0]
        });
        let users = alike.map(user).collect::<std::collections::BTreeSet<_>>().len();
        let reason = json!([{
            "template": "UEBA_ALERTS_TENANT_USAGE_EVIDENCE",
            "parameters": {"usage": users, "userPercent": 100 * users / people},
        }]);
        let expected = (alert["threatScore"].as_i64() > Some(0)).then_some(&reason);
        assert_eq!(alert.get("threatScoreReasoning"), expected, "{alert}");
        usages.push(users);
    }
    assert!(usages.iter().any(|users| *users > 1));
}

#[test]
fn behind_every_alert_are_activities_of_its_user_from_its_addresses() {
    let kit = Kit::small();
    for alert in walk(&kit, ALERTS, &json!({}), 100) {
        // Clients send the id as a scalar.
        let found = page(&kit, ACTIVITIES, &json!({"filters": {"activity.alertId": {"eq": alert["_id"]}}}));
        let activities = found["data"].as_array().unwrap();
        assert!(!activities.is_empty(), "{alert}");
        let of = |kind: &str, field: &str| -> Vec<&Value> {
            let entities = alert["entities"].as_array().unwrap().iter();
            entities.filter(|entity| entity["type"] == kind).map(|entity| &entity[field]).collect()
        };
        let (ips, services) = (of("ip", "id"), of("service", "id"));
        let countries = of("country", "id");
        // Alerts about an application name its owner, those about a promotion also show who was promoted.
        let shows_others = [
            "Unusual ISP for an OAuth app",
            "Misleading OAuth app name",
            "Suspicious administrative activity",
        ]
        .iter()
        .any(|title| alert["title"] == *title);
        for activity in activities {
            if !shows_others {
                // A sign-in that failed tells its user elsewhere.
                let user =
                    activity["user"].get("userName").unwrap_or(&activity["failedUserData"]["userName"]);
                assert_eq!(vec![user], of("user", "id"));
                assert_eq!(vec![&activity["resolvedActor"]["id"]], of("account", "id"));
            }
            // Some activities come from no address.
            let ip = activity["device"].get("clientIP");
            assert!(ip.is_none_or(|ip| ips.contains(&ip)), "{activity} {alert}");
            assert!(services.contains(&&activity["appId"]), "{activity} {alert}");
            let country = activity["device"].get("countryCode");
            assert!(country.is_none_or(|country| countries.contains(&country)), "{activity} {alert}");
            assert!(activity["created"].as_i64() <= alert["timestamp"].as_i64(), "stored before the alert");
        }
        // And nothing is claimed about the alert that no activity shows.
        if found["hasNext"] == false {
            for ip in ips {
                assert!(activities.iter().any(|activity| activity["device"]["clientIP"] == *ip), "{ip}");
            }
            for service in services {
                assert!(activities.iter().any(|activity| activity["appId"] == *service), "{service}");
            }
        }
    }
}
