//! Records put in from outside: on the next poll they are there, and nothing tells them from others.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod kit;

use kit::{Kit, json, text};
use mock_defender::model::time::Span;
use serde_json::{Value, json};

fn inject(kit: &Kit, what: &Value) -> Value {
    let answer =
        kit.mock("POST", &format!("/_mock/tenants/{}/inject", kit.tenant.stamp().id), &what.to_string());
    assert_eq!(answer.status, 201, "{}", text(&answer));
    json(&answer)
}

fn select(kit: &Kit, resource: &str, filters: &Value) -> Vec<Value> {
    kit.all(&format!("/api/v1/{resource}/"), filters)
}

fn stranger(kit: &Kit) -> Value {
    json!({
        "appId": 424_242, "appName": "Example Vault", "timestamp": (kit.tenant.now() - Span::minutes(3)).millis(),
        "eventType": 7, "eventTypeValue": "EVENT_VAULT_OPEN", "eventTypeName": "EVENT_CATEGORY_OPEN_VAULT",
        "description": "Vault opened", "mainInfo": {"rawOperationName": "VaultOpened", "type": "basic"},
        "user": {"userName": "eve@outside.example"}, "resolvedActor": {"name": "Eve Outside"},
        "device": {"clientIP": "192.0.2.250", "userAgent": "VaultClient/9", "countryCode": "NL"},
        "rawDataJson": {"vault": 12}, "eventRouting": {"adminEvent": true},
    })
}

#[test]
fn an_injected_record_is_found_like_any_other() {
    let kit = Kit::small();
    let id = inject(&kit, &json!({"activity": stranger(&kit)}))["id"].clone();
    for filters in [
        json!({"activity.id": {"eq": id}}),
        json!({"service": {"eq": [424_242]}}),
        json!({"user.username": {"eq": ["eve@outside.example"]}}),
        json!({"user.domain": {"eq": ["outside.example"]}}),
        json!({"ip.address": {"eq": ["192.0.2.250"]}}),
        json!({"userAgent.userAgent": {"contains": ["vaultclient"]}}),
        json!({"actionType": {"eq": ["VaultOpened"]}}),
        json!({"activity.eventActionType": {"eq": ["EVENT_CATEGORY_OPEN_VAULT"]}, "activity.type": {"eq": true}}),
        json!({"text": {"text": "example vault"}}),
    ] {
        let found = select(&kit, "activities", &filters);
        assert_eq!(found.iter().map(|record| &record["_id"]).collect::<Vec<_>>(), [&id], "{filters}");
    }
    let record = json(&kit.api("GET", &format!("/api/v1/activities/{}/", id.as_str().unwrap()), ""));
    assert_eq!(record["rawDataJson"], json!({"vault": 12}));
    assert_eq!(record["appName"], "Example Vault");
    assert_eq!(record["user"]["userName"], "eve@outside.example");
    assert_eq!(record["created"], kit.tenant.now().millis());
    assert_eq!(record["tenantId"], kit.tenant.stamp().number);
    // It is the newest, and stays where it is as time goes on.
    let newest = json(&kit.api("POST", "/api/v1/activities/", r#"{"sortField": "created", "limit": 1}"#));
    assert_eq!(newest["data"][0]["_id"], id);
    kit.tenant.advance(Span::hours(9)).unwrap();
    assert_eq!(select(&kit, "activities", &json!({"service": {"eq": [424_242]}})).len(), 1);
}

#[test]
fn what_the_tenant_knows_is_recognised() {
    let kit = Kit::small();
    let known = json(&kit.api(
        "POST",
        "/api/v1/activities/",
        r#"{"filters": {"service": {"eq": [15600]}}, "limit": 1}"#,
    ))["data"][0]
        .clone();
    let mut again = known.as_object().unwrap().clone();
    again.remove("created");
    let id = inject(&kit, &json!({"activity": again}))["id"].clone();
    let record = json(&kit.api("GET", &format!("/api/v1/activities/{}/", id.as_str().unwrap()), ""));
    assert_ne!(record["_id"], known["_id"]);
    for same in [
        "timestamp",
        "appName",
        "user",
        "location",
        "userAgent",
        "mainInfo",
        "resolvedActor",
        "rawDataJson",
        "eventType",
    ] {
        assert_eq!(record[same], known[same], "{same}");
    }
    let both = json!({"user.username": {"eq": known["user"]["userName"]}, "date": {"gte": known["timestamp"], "lte": known["timestamp"]}});
    assert!(select(&kit, "activities", &both).len() >= 2);
}

#[test]
fn an_injected_alert_is_found_closed_and_kept() {
    let kit = Kit::small();
    let user = kit.tenant.world().people[3].upn.clone();
    let activity = inject(&kit, &json!({"activity": stranger(&kit)}))["id"].clone();
    let alert = json!({
        "title": "Vault emptied", "description": "Somebody emptied a vault.", "severityValue": 3, "idValue": 999,
        "stories": [0, 4], "intent": [10], "audits": [activity], "threatScore": 99, "resolutionStatusValue": 5,
        "entities": [
            {"type": "policyRule", "id": "64aa00112233445566778899", "label": "Vaults", "policyType": "AUDIT"},
            {"type": "account", "id": "x", "label": "Somebody", "pa": user, "inst": 0},
            {"type": "ip", "id": "192.0.2.250", "label": "192.0.2.250"}, {"type": "service", "id": 424_242, "label": "Example Vault"},
        ],
    });
    let id = inject(&kit, &json!({"alert": alert}))["id"].clone();
    for filters in [
        json!({"id": {"eq": [id]}}),
        json!({"severity": {"eq": [3]}}),
        json!({"alertType": {"eq": [999]}}),
        json!({"entity.service": {"eq": [424_242]}}),
        json!({"entity.ip": {"eq": ["192.0.2.250"]}}),
        json!({"entity.policy": {"eq": ["64aa00112233445566778899"]}}),
        json!({"entity.user": {"eq": [user]}, "risk": {"eq": [4]}}),
    ] {
        let found = select(&kit, "alerts", &filters);
        assert!(found.iter().any(|found| found["_id"] == id), "{filters}");
    }
    let fetch = || json(&kit.api("GET", &format!("/api/v1/alerts/{}/", id.as_str().unwrap()), ""));
    let record = fetch();
    assert_eq!(
        (&record["title"], &record["threatScore"], &record["entities"]),
        (&alert["title"], &alert["threatScore"], &alert["entities"])
    );
    // How it was handled is the tenant's to say, not the record's.
    assert_eq!(record["resolutionStatusValue"], 0);
    assert!(record.get("resolveTime").is_none());
    let behind = select(&kit, "activities", &json!({"activity.alertId": {"eq": id}}));
    assert_eq!(behind[0]["_id"], activity);
    let close = json!({"filters": {"id": {"eq": [id]}}, "comment": "drill"});
    assert_eq!(
        json(&kit.api("POST", "/api/v1/alerts/close_true_positive/", &close.to_string())),
        json!({"closed_true_positive": 1})
    );
    assert_eq!((&fetch()["resolutionStatusValue"], &fetch()["comment"]), (&json!(5), &json!("drill")));
    // The journal brings it back.
    let file = kit.tenant.file().write();
    let back = mock_defender::tenant::journal::TenantFile::read(&file).unwrap();
    let back = mock_defender::tenant::Tenant::revived(
        &back,
        mock_defender::tenant::Wall::manual(kit.tenant.now()),
        |step, refusal| panic!("{step:?} {refusal}"),
    );
    let revived = Kit::of(std::sync::Arc::new(back), false);
    assert_eq!(
        text(&revived.api("POST", "/api/v1/alerts/", "")),
        text(&kit.api("POST", "/api/v1/alerts/", ""))
    );
    assert_eq!(
        text(&revived.api("POST", "/api/v1/activities/", "")),
        text(&kit.api("POST", "/api/v1/activities/", ""))
    );
}

#[test]
fn injected_activities_set_detectors_off() {
    let kit = Kit::small();
    kit.tenant.advance(Span::hours(12)).unwrap();
    let user = kit
        .tenant
        .world()
        .people
        .iter()
        .find(|p| p.persona.is_none() && p.roles.is_empty())
        .unwrap()
        .upn
        .clone();
    for minute in 0..12 {
        let failed = json!({
            "appId": 11161, "mainInfo": {"rawOperationName": "UserLoginFailed", "type": "failedLogin"},
            "timestamp": (kit.tenant.now() - Span::seconds(600 - minute * 40)).millis(), "user": {"userName": user},
            "device": {"clientIP": "203.0.113.200"},
        });
        inject(&kit, &json!({"activity": failed}));
    }
    kit.tenant.advance(Span::minutes(40)).unwrap();
    let alerts = select(&kit, "alerts", &json!({"entity.user": {"eq": user}, "date": {"gte_ndays": 1}}));
    assert!(alerts.iter().any(|alert| alert["title"] == "Multiple failed login attempts"), "{alerts:?}");
}

#[test]
fn what_can_not_be_put_in_is_refused_with_the_field() {
    let kit = Kit::tiny();
    let path = format!("/_mock/tenants/{}/inject", kit.tenant.stamp().id);
    let refused = |what: Value| {
        let answer = kit.mock("POST", &path, &what.to_string());
        assert!(answer.status.is_client_error(), "{}", text(&answer));
        json(&answer)["error"].to_string()
    };
    assert!(refused(json!({"incident": {}})).contains("expected {"));
    assert!(refused(json!({"activity": {"appId": 1, "description": "x"}})).contains("user.userName"));
    let base = json!({"appId": 11161, "description": "x", "user": {"userName": "a@b.example"}});
    let with = |name: &str, value: Value| {
        let mut record = base.clone();
        record[name] = value;
        json!({"activity": record})
    };
    assert!(refused(with("device", json!({"clientIP": "here"}))).contains("device.clientIP"));
    assert!(refused(with("timestamp", json!("yesterday"))).contains("milliseconds"));
    assert!(
        refused(with("timestamp", json!((kit.tenant.now() + Span::hours(1)).millis()))).contains("future")
    );
    assert!(refused(with("appId", json!("Teams"))).contains("appId"));
    assert!(refused(json!({"alert": {"title": "t", "severityValue": 9}})).contains("severityValue"));
    assert!(refused(json!({"alert": {"title": "t", "audits": ["1_2_3"]}})).contains("audits"));
    assert!(refused(json!({"alert": {}})).contains("title"));
}

#[test]
fn places_and_volumes_that_are_new_for_somebody_are_noticed() {
    let kit = Kit::small();
    kit.tenant.advance(Span::hours(12)).unwrap();
    // Somebody whose habits are known.
    let mut downloads = std::collections::BTreeMap::new();
    for record in select(&kit, "activities", &json!({"actionType": {"eq": ["FileDownloaded"]}})) {
        *downloads.entry(record["user"]["userName"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    let user =
        downloads.into_iter().filter(|(_, count)| *count < 60).max_by_key(|(_, count)| *count).unwrap().0;
    let one = |operation: &str, app: u32, ip: &str, country: &str, minute: i64| {
        let at = (kit.tenant.now() - Span::minutes(minute)).millis();
        let record = json!({
            "appId": app, "mainInfo": {"rawOperationName": operation}, "timestamp": at, "user": {"userName": user},
            "device": {"clientIP": ip, "countryCode": country},
        });
        inject(&kit, &json!({"activity": record}));
    };
    let titles = || -> Vec<String> {
        let alerts = select(&kit, "alerts", &json!({"entity.user": {"eq": user}, "date": {"gte_ndays": 1}}));
        alerts.iter().map(|alert| alert["title"].as_str().unwrap().to_owned()).collect()
    };
    for minute in 0..200 {
        one("FileDownloaded", 15600, "192.0.2.250", "", 400 - 2 * minute);
    }
    kit.tenant.advance(Span::hours(1)).unwrap();
    assert!(titles().iter().any(|title| title.contains("Unusual file download")), "{:?}", titles());
    kit.tenant.advance(Span::hours(30)).unwrap();
    one("MailItemsAccessed", 20893, "192.0.2.251", "IR", 0);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let found = titles();
    assert!(
        found.iter().any(|title| title.contains("infrequent country") || title.contains("Impossible travel")),
        "{found:?}"
    );
}
