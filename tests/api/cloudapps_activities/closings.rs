//! What closing an alert leaves in the log of activities.

use mock_defender::model::time::{Span, VirtualTime};
use serde_json::{Value, json};

use super::shape::{ACTOR, IDENTITIES, OBJECTS};
use super::{ACTIVITIES, id, tiny};
use crate::kit::lists::{self, Kind, has_shape, ids, page, walk};
use crate::kit::{Kit, json as read};

/// The closing of an alert: less of where and with what, and the alert.
const CLOSING: lists::Shape<'static> = &[
    ("_id", Kind::Text),
    ("uid", Kind::Text),
    ("tenantId", Kind::Int),
    ("aadTenantId", Kind::Guid),
    ("appId", Kind::Int),
    ("saasId", Kind::Int),
    ("srcAppId", Kind::Int),
    ("appName", Kind::Text),
    ("timestamp", Kind::Millis),
    ("timestampRaw", Kind::Millis),
    ("instantiation", Kind::Millis),
    ("instantiationRaw", Kind::Millis),
    ("created", Kind::Millis),
    ("createdRaw", Kind::Millis),
    ("eventType", Kind::Int),
    ("eventTypeValue", Kind::Text),
    ("eventTypeName", Kind::Text),
    ("genericEventType", Kind::Text),
    ("eventRouting", Kind::Object(&[("auditing", Kind::Bool), ("adminEvent", Kind::Bool)])),
    (
        "device",
        Kind::Object(&[("clientIP", Kind::Text), ("userAgent", Kind::Text), ("countryCode", Kind::Text)]),
    ),
    (
        "location",
        Kind::Object(&[
            ("countryCode", Kind::Text),
            ("latitude", Kind::Number),
            ("longitude", Kind::Number),
            ("organizationSearchable", Kind::Text),
            ("anonymousProxy", Kind::Bool),
            ("isSatelliteProvider", Kind::Bool),
            ("category", Kind::Int),
            ("categoryValue", Kind::Text),
        ]),
    ),
    ("user", Kind::Object(&[("userName", Kind::Text), ("userTags", Kind::List(&Kind::Hex24))])),
    (
        "userAgent",
        Kind::Object(&[
            ("family", Kind::Text),
            ("name", Kind::Text),
            ("operatingSystem", Kind::Object(&[("name", Kind::Text), ("family", Kind::Text)])),
            ("type", Kind::Text),
            ("typeName", Kind::Text),
            ("deviceType", Kind::Text),
            ("nativeBrowser", Kind::Bool),
            ("os", Kind::Text),
            ("browser", Kind::Text),
        ]),
    ),
    ("internals", Kind::Object(&[("otherIPs", Kind::List(&Kind::Text))])),
    ("mainInfo", Kind::Object(&[("eventObjects", OBJECTS), ("type", Kind::Text)])),
    ("confidenceLevel", Kind::Int),
    ("source", Kind::Int),
    ("lograbberService", Kind::Object(&[("gediEvent", Kind::Bool)])),
    ("collected", Kind::Object(&[])),
    ("rawDataJson", Kind::Object(&[])),
    ("resolvedActor", ACTOR),
    ("classifications", Kind::List(&Kind::Text)),
    ("entityData", IDENTITIES),
    ("description_id", Kind::Text),
    ("description_metadata", Kind::Object(&[("adallom_title", Kind::Text)])),
    ("description", Kind::Text),
    ("severity", Kind::Text),
    ("tags", Kind::List(&Kind::Hex24)),
    ("session", Kind::Object(&[("sessionId", Kind::Hex64)])),
    ("adallom", Kind::AnyObject),
];

/// What is said of the alert, however it was closed.
const ALERT: lists::Shape<'static> = &[
    ("count", Kind::Int),
    ("sendFeedback", Kind::Bool),
    ("feedback", Kind::Null),
    ("allowContact", Kind::Bool),
    ("contact_email", Kind::Null),
    ("alertBulk", Kind::Bool),
    ("alertMongoId", Kind::Hex24),
    ("alertTitle", Kind::Text),
    ("title", Kind::Text),
    ("alertTypeId", Kind::Int),
    ("alertSeverity", Kind::Int),
    ("alertSeverityValue", Kind::Text),
    ("alertScore", Kind::Int),
    ("alertDate", Kind::Text),
    ("alertTimestamp", Kind::Millis),
    ("alertUid", Kind::Text),
    ("alertActor", Kind::Text),
    ("handledByUser", Kind::Text),
    ("licenses", Kind::List(&Kind::Text)),
];

const DISMISSED: lists::Shape<'static> = &[("isBulkDismissed", Kind::Bool), ("dismissId", Kind::Hex24)];
const RESOLVED: lists::Shape<'static> = &[("comment", Kind::Text), ("resolveId", Kind::Hex24)];

#[test]
fn the_activity_of_closing_an_alert_has_the_recorded_form() {
    let kit = Kit::small();
    kit.tenant.advance(Span::minutes(7)).unwrap();
    let open = page(&kit, "/api/v1/alerts/", &json!({"filters": {"alertOpen": {"eq": true}}}));
    let alerts = &open["data"].as_array().unwrap()[..5];
    let close = |how: &str, alerts: &[Value], comment: Value| {
        let ids: Vec<&Value> = alerts.iter().map(|alert| &alert["_id"]).collect();
        let body = json!({"filters": {"id": {"eq": ids}}, "comment": comment});
        assert_eq!(kit.api("POST", &format!("/api/v1/alerts/{how}/"), &body.to_string()).status, 200);
    };
    close("close_false_positive", &alerts[..2], json!("noise"));
    close("close_benign", &alerts[2..3], Value::Null);
    close("close_true_positive", &alerts[3..4], json!("real"));
    close("resolve", &alerts[4..], json!("later"));
    // What was done then stays told, whatever is done now.
    close("resolve", &alerts[4..], json!("once more"));
    let of = |alert: &Value| {
        let filters = json!({"created": {"gte": kit.tenant.now().millis()},
            "activity.eventActionType": {"eq": ["EVENT_CATEGORY_DISMISS_ALERT", "EVENT_CATEGORY_RESOLVE_ALERT"]}});
        let mut closings = walk(&kit, ACTIVITIES, &json!({"filters": filters, "sortDirection": "asc"}), 100);
        closings.retain(|closing| closing["adallom"]["alertMongoId"] == alert["_id"]);
        closings
    };
    let mut comments = Vec::new();
    for (at, before) in alerts.iter().enumerate() {
        let alert = read(&kit.api("GET", &format!("/api/v1/alerts/{}", id(before)), ""));
        let closings = of(&alert);
        assert_eq!(closings.len(), if at == 4 { 2 } else { 1 });
        for closing in &closings {
            let dismissed = at < 3;
            has_shape(closing, CLOSING, "closing");
            let about = &closing["adallom"];
            has_shape(about, &[ALERT, if dismissed { DISMISSED } else { RESOLVED }].concat(), "adallom");
            let (verb, value, number, category) = if dismissed {
                ("Dismiss", "EVENT_ADALLOM_ALERT_DISMISSED", 917_544, "EVENT_CATEGORY_DISMISS_ALERT")
            } else {
                ("Resolve", "EVENT_ADALLOM_ALERT_RESOLVED", 917_543, "EVENT_CATEGORY_RESOLVE_ALERT")
            };
            let title = alert["title"].as_str().unwrap();
            let admin = &alert["handledByUser"];
            let user =
                alert["entities"].as_array().unwrap().iter().find(|entity| entity["type"] == "account");
            let user = user.unwrap()["id"].as_str().unwrap();
            for (member, expected) in [
                ("/appId", json!(20595)),
                ("/appName", json!("Microsoft Defender for Cloud Apps")),
                ("/eventType", json!(number)),
                ("/eventTypeValue", json!(value)),
                ("/description_id", json!(value)),
                ("/eventTypeName", json!(category)),
                ("/genericEventType", json!("ENUM_ACTIVITY_GENERIC_TYPE_UNKNOWN")),
                ("/description", json!(format!("{verb} alert <b>{title}</b>"))),
                ("/description_metadata/adallom_title", json!(title)),
                ("/severity", json!("INFO")),
                ("/classifications", json!([])),
                ("/eventRouting", json!({"auditing": true, "adminEvent": true})),
                ("/device/userAgent", json!("unknown")),
                ("/userAgent/deviceType", json!("OTHER")),
                ("/userAgent/os", json!("OTHER")),
                ("/userAgent/nativeBrowser", json!(false)),
                ("/mainInfo/type", json!("unknown")),
                ("/mainInfo/eventObjects/0/objType", json!(21)),
                ("/mainInfo/eventObjects/0/role", json!(4)),
                ("/resolvedActor/objType", json!("23")),
                ("/resolvedActor/role", json!("4")),
                ("/user/userName", admin.clone()),
                ("/entityData/0/id/id", admin.clone()),
                ("/entityData/2/id/id", closing["resolvedActor"]["id"].clone()),
                ("/adallom/handledByUser", admin.clone()),
                ("/adallom/count", json!(if at < 2 { 2 } else { 1 })),
                ("/adallom/alertBulk", json!(at < 2)),
                ("/adallom/alertMongoId", alert["_id"].clone()),
                ("/adallom/alertTitle", json!(title)),
                ("/adallom/title", json!(title)),
                ("/adallom/alertTypeId", alert["idValue"].clone()),
                ("/adallom/alertSeverity", alert["severityValue"].clone()),
                ("/adallom/alertScore", alert["threatScore"].clone()),
                ("/adallom/alertTimestamp", alert["timestamp"].clone()),
                ("/adallom/alertActor", json!(format!("11161|0|{user}"))),
                ("/adallom/licenses", json!(["AdallomDiscovery"])),
            ] {
                assert_eq!(closing.pointer(member), Some(&expected), "{member} of {closing}");
            }
            assert_eq!(about.get("isBulkDismissed"), dismissed.then(|| json!(at < 2)).as_ref());
            let levels = ["LOW", "MEDIUM", "HIGH"];
            assert_eq!(
                about["alertSeverityValue"],
                levels[alert["severityValue"].as_u64().unwrap() as usize]
            );
            // Seven digits, of which a tenant's clock knows three.
            let date = about["alertDate"].as_str().unwrap().strip_suffix("0000Z").unwrap();
            let date = VirtualTime::parse(&format!("{date}Z")).unwrap();
            assert_eq!(date.millis(), alert["timestamp"].as_i64().unwrap());
            let uid: Vec<&str> = about["alertUid"].as_str().unwrap().split('|').collect();
            assert!(uid[0].ends_with("Detection"), "{uid:?}");
            assert_eq!(uid[1], format!("{}_11161_0_{user}", closing["tenantId"]));
            assert!(uid[2].starts_with('[') && uid[2].ends_with(")]"), "{uid:?}");
            comments.extend(about.get("comment").cloned());
        }
    }
    assert_eq!(comments, ["real", "later", "once more"]);
}

#[test]
fn the_closing_of_an_alert_is_found_by_its_fields() {
    let kit = tiny();
    let filters = |more: Value| {
        let mut filters = json!({"activity.eventActionType": {"eq": ["EVENT_CATEGORY_DISMISS_ALERT"]}});
        filters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"filters": filters})
    };
    let all = page(&kit, ACTIVITIES, &filters(json!({})));
    assert!(all["total"].as_u64().unwrap() > 1);
    let one = &all["data"][0];
    let same = page(&kit, ACTIVITIES, &filters(json!({"text": {"text": one["adallom"]["title"]}})));
    assert!(ids(&same).contains(&id(one).to_owned()));
    for more in [
        json!({"device.type": {"eq": ["OTHER"]}}),
        json!({"userAgent.userAgent": {"contains": ["unknown"]}}),
        json!({"activity.eventType": {"eq": ["917544"]}}),
        json!({"actionType": {"eq": ["Dismiss alert"]}}),
        json!({"activity.type": {"eq": true}}),
    ] {
        assert_eq!(page(&kit, ACTIVITIES, &filters(more.clone()))["total"], all["total"], "{more}");
    }
}

#[test]
fn the_operator_is_named_where_the_control_api_closed_an_alert() {
    let kit = Kit::small();
    let alert = read(&kit.api("GET", "/api/v1/alerts/?limit=1", ""))["data"][0]["_id"].clone();
    let command = json!({"closeAlerts": {"alerts": [alert], "as": "benign"}});
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    assert_eq!(kit.mock("POST", &path, &command.to_string()).status, 200);
    let now = kit.tenant.now().millis();
    let event =
        page(&kit, ACTIVITIES, &json!({"filters": {"created": {"eq": now}, "service": {"eq": 20595}}}));
    let name = &event["data"][0]["user"]["userName"];
    assert_eq!(
        read(&kit.api("GET", &format!("/api/v1/alerts/{}/", alert.as_str().unwrap()), ""))["handledByUser"],
        *name
    );
    // The record's user is the one that the filter finds.
    for (operators, found) in [
        (json!({"eq": [name]}), true),
        (json!({"isset": true}), true),
        (json!({"isnotset": true}), false),
        (json!({"neq": [name]}), false),
    ] {
        let filters = json!({"user.username": operators, "created": {"eq": now}, "service": {"eq": 20595}});
        assert_eq!(
            page(&kit, ACTIVITIES, &json!({"filters": filters}))["total"],
            u8::from(found),
            "{filters}"
        );
    }
}
