//! Records put in from outside: on the next poll they are there, and nothing tells them from others.

use mock_defender::model::person::Persona;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

fn inject(kit: &Kit, what: &Value) -> Value {
    let answer =
        kit.mock("POST", &format!("/_mock/tenants/{}/inject", kit.tenant.identity().id), &what.to_string());
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
    assert_eq!(record["tenantId"], kit.tenant.identity().number);
    // It is the newest, and stays where it is as time goes on.
    let newest = json(&kit.api("POST", "/api/v1/activities/", r#"{"sortField": "created", "limit": 1}"#));
    assert_eq!(newest["data"][0]["_id"], id);
    kit.tenant.advance(Span::hours(9)).unwrap();
    assert_eq!(select(&kit, "activities", &json!({"service": {"eq": [424_242]}})).len(), 1);
}

#[test]
fn injected_references_to_known_entities_are_resolved() {
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
        "stories": [0, 4], "intent": [10], "audits": [activity], "threatScore": 99,
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
fn an_invalid_record_is_refused_with_the_field() {
    let kit = Kit::tiny();
    let path = format!("/_mock/tenants/{}/inject", kit.tenant.identity().id);
    let refused = |what: Value| {
        let answer = kit.mock("POST", &path, &what.to_string());
        assert!(answer.status.is_client_error(), "{}", text(&answer));
        json(&answer)["error"].to_string()
    };
    assert!(refused(json!({"incident": {}})).contains("expected {"));
    assert!(refused(json!({"activity": {"appId": 1}})).contains("mainInfo.rawOperationName"));
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
fn an_injected_alert_has_the_time_and_the_handling_that_it_was_given() {
    let kit = Kit::small();
    let raised = (kit.tenant.now() - Span::days(100)).millis();
    let given = json!({
        "_id": "65b0c1d2e3f4a5b6c7d8e9f0", "title": "Old and closed", "timestamp": raised, "statusValue": 1,
        "resolutionStatusValue": 4, "resolveTime": "2026-09-01T08:15:30.120Z", "comment": "pen test",
        "handledByUser": "soc@contoso.example", "threatScore": null, "isPreview": null,
        "entities": [
            {"type": "policyRule", "id": "64aa", "label": "Old", "policyType": "ANOMALY_DETECTION"},
            {"type": "user", "id": "eve@outside.example", "label": "eve@outside.example"},
            {"type": "account", "id": "eve-2", "label": "Eve", "pa": "eve@second.example"},
            {"type": "file", "id": "site|item", "label": "plan.docx"},
        ],
    });
    let answer = inject(&kit, &json!({"alert": given}));
    assert_eq!(answer["replaced"], json!(["_id"]));
    let id = answer["id"].clone();
    assert_ne!(id, given["_id"]);
    let record = json(&kit.api("GET", &format!("/api/v1/alerts/{}/", id.as_str().unwrap()), ""));
    for (name, value) in given.as_object().unwrap().iter().filter(|(name, _)| *name != "_id") {
        let expected = if name == "isPreview" { &json!(false) } else { value };
        assert_eq!(&record[name], expected, "{name}");
    }
    // What it says is what it is found by.
    for filters in [
        json!({"alertOpen": {"eq": false}, "resolutionStatus": {"eq": [4]}, "date": {"lte": raised, "gte": raised}}),
        json!({"resolutionDate": {"gte": 1_788_250_530_120_i64, "lte": 1_788_250_530_120_i64}}),
        json!({"entity.entity": {"eq": [{"id": "eve@second.example"}]}, "source": {"eq": ["built-in"]}}),
        json!({"entity.file": {"eq": ["site|item"]}, "entity.policy": {"eq": ["64aa"]}}),
    ] {
        let found = select(&kit, "alerts", &filters);
        assert_eq!(found.iter().map(|alert| &alert["_id"]).collect::<Vec<_>>(), [&id], "{filters}");
    }
    // The newest alerts are found where they were, and the old one is the last.
    let oldest =
        json(&kit.api("POST", "/api/v1/alerts/", r#"{"sortField": "date", "sortDirection": "asc"}"#));
    assert_eq!(oldest["data"][0]["_id"], id);
    kit.tenant.advance(Span::days(1)).unwrap();
    let reopened =
        kit.api("POST", "/api/v1/alerts/reopen/", &json!({"filters": {"id": {"eq": [id]}}}).to_string());
    assert_eq!(json(&reopened), json!({"reopened": 1}));
    let record = json(&kit.api("GET", &format!("/api/v1/alerts/{}/", id.as_str().unwrap()), ""));
    assert_eq!((&record["resolutionStatusValue"], record.get("comment")), (&json!(0), None));
    // The journal's list gives it back in the form in which it can be put in again.
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let again = json(&kit.mock("GET", &path, ""))["commands"][0]["command"].clone();
    assert_eq!(again["injectAlert"]["timestamp"], raised);
    assert_eq!(kit.mock("POST", &path, &again.to_string()).status, 200);
}

#[test]
fn every_alert_and_activity_of_the_tenant_can_be_put_in_again() {
    let kit = Kit::small();
    for (kind, list) in [("alert", "alerts"), ("activity", "activities")] {
        let mut seen = std::collections::BTreeSet::new();
        for mut record in kit.all(&format!("/api/v1/{list}/"), &json!({"date": {"gte_ndays": 3}})) {
            // One of each kind will do, and activities beyond another's row would name no row of theirs.
            if seen.insert(
                if kind == "alert" { record["idValue"].clone() } else { record["description"].clone() }
                    .to_string(),
            ) {
                record.as_object_mut().unwrap().remove("audits");
                inject(&kit, &json!({kind: record}));
            }
        }
        assert!(seen.len() > 3, "{seen:?}");
    }
}

#[test]
fn unsupported_members_of_an_injected_alert_are_refused_by_name() {
    let kit = Kit::tiny();
    let path = format!("/_mock/tenants/{}/inject", kit.tenant.identity().id);
    let later = (kit.tenant.now() + Span::hours(1)).millis();
    let closed = |more: Value| {
        let mut record = json!({"title": "t", "resolutionStatusValue": 5});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    let entity = |entity: Value| json!({"title": "t", "entities": [{"type": "x"}, entity]});
    for (kind, record, field) in [
        ("alert", json!({"title": "t", "timestamp": later}), "timestamp"),
        ("alert", json!({"title": "t", "timestamp": -5}), "timestamp"),
        ("alert", json!({"title": "t", "timestamp": "2026-01-01T00:00:00Z"}), "timestamp"),
        ("alert", json!({"title": 5}), "title"),
        ("alert", json!({"title": "t", "closeTime": 5}), "closeTime"),
        ("alert", json!({"title": "t", "description": ["x"]}), "description"),
        ("alert", json!({"title": "t", "resolutionStatusValue": 1}), "resolutionStatusValue"),
        ("alert", json!({"title": "t", "statusValue": 2}), "statusValue"),
        ("alert", json!({"title": "t", "comment": "done"}), "comment"),
        ("alert", json!({"title": "t", "handledByUser": "soc"}), "handledByUser"),
        ("alert", json!({"title": "t", "resolveTime": "2026-01-01T00:00:00Z"}), "resolveTime"),
        ("alert", closed(json!({"resolveTime": "soon"})), "resolveTime"),
        ("alert", closed(json!({"resolveTime": "2026-01-01T00:00:00Z"})), "resolveTime"),
        ("alert", closed(json!({"resolveTime": "2100-01-01T00:00:00Z"})), "resolveTime"),
        ("alert", closed(json!({"comment": 7})), "comment"),
        ("alert", json!({"title": "t", "audits": [5]}), "audits"),
        ("alert", json!({"title": "t", "entities": {}}), "entities"),
        ("alert", json!({"title": "t", "threatScore": "high"}), "threatScore"),
        ("alert", entity(json!({"type": "ip", "id": "here"})), "entities[1].id"),
        ("alert", entity(json!({"type": "service", "id": "20893"})), "entities[1].id"),
        ("alert", entity(json!({"id": "20893"})), "entities[1].type"),
        ("alert", entity(json!({"type": "user"})), "entities[1].id"),
        ("activity", json!({"appId": 1, "description": "x", "user": "eve"}), "user"),
        ("activity", json!({"appId": 1, "description": "x", "user": {"userName": 5}}), "user.userName"),
        ("activity", json!({"appId": 1, "description": "x", "colour": "red"}), "colour"),
        ("activity", json!({"appId": 1, "description": "x", "rawDataJson": "x"}), "rawDataJson"),
        ("activity", json!({"appId": 1, "description": "x", "timestamp": later}), "timestamp"),
        ("activity", json!({"appId": 1, "description": "x", "timestamp": 5}), "timestamp"),
        (
            "activity",
            json!({"appId": 1, "description": "x", "eventRouting": {"adminEvent": 1}}),
            "eventRouting.adminEvent",
        ),
    ] {
        let answer = kit.mock("POST", &path, &json!({kind: record}).to_string());
        let error = &json(&answer)["error"];
        assert_eq!((answer.status.as_u16(), &error["target"]), (400, &json!(field)), "{record} {error}");
        assert!(
            error["details"][0]["expected"].is_string() && error["details"][0]["got"].is_string(),
            "{error}"
        );
    }
}

#[test]
fn injected_activities_trigger_country_and_volume_detectors() {
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

#[test]
fn a_country_is_found_by_its_code_though_nobody_else_is_there_and_makes_nobody_a_traveller() {
    let kit = Kit::small();
    kit.tenant.advance(Span::hours(14)).unwrap();
    let day = json!({"date": {"gte": kit.tenant.now().millis()}});
    let busy = json(&kit.api(
        "POST",
        "/api/v1/activities/",
        r#"{"filters": {"service": {"eq": [20893]}}, "limit": 1}"#,
    ));
    let user = busy["data"][0]["user"]["userName"].clone();
    for (ip, location) in [("192.0.2.77", json!({"countryCode": "fj"})), ("192.0.2.78", json!({}))] {
        inject(
            &kit,
            &json!({"activity": {
                "appId": 20893, "mainInfo": {"rawOperationName": "MailItemsAccessed"}, "user": {"userName": user},
                "device": {"clientIP": ip}, "location": location,
            }}),
        );
    }
    let found = select(&kit, "activities", &json!({"location.country": {"eq": ["FJ"]}}));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["device"]["clientIP"], "192.0.2.77");
    kit.tenant.advance(Span::hours(1)).unwrap();
    let alerts =
        select(&kit, "alerts", &json!({"entity.user": {"eq": user}, "alertType": {"eq": [15_859_716]}}));
    let since = day["date"]["gte"].as_i64().unwrap();
    assert!(alerts.iter().all(|alert| alert["timestamp"].as_i64().unwrap() < since), "{alerts:?}");
}

#[test]
fn raw_data_of_an_injected_activity_holds_its_address_and_user_agent() {
    let kit = Kit::small();
    // App, operation, and where its log has the address, the agent and the country.
    let logs = [
        (11161, "OAuth2:Authorize", "/IpAddress", None, None),
        (15600, "FileDownloaded", "/ClientIP", Some("/UserAgent"), None),
        (20893, "MailItemsAccessed", "/ClientIP", None, None),
        (11114, "Login", "/SourceIp", Some("/Browser"), None),
        (11114, "View record", "/CLIENT_IP", None, None),
        (11760, "git.clone", "/actor_ip", Some("/user_agent"), Some("/actor_location/country_code")),
        (23043, "file_uploaded", "/context/ip_address", Some("/context/ua"), None),
        (10980, "user.session.start", "/client/ipAddress", Some("/client/userAgent/rawUserAgent"), None),
        (11599, "GetObject", "/sourceIPAddress", Some("/userAgent"), None),
    ];
    for (app, operation, address, agent, country) in logs {
        let put = |device: Value| {
            let record = json!({"appId": app, "mainInfo": {"rawOperationName": operation},
                "user": {"userName": "eve@outside.example"}, "device": device});
            let id = inject(&kit, &json!({"activity": record}))["id"].clone();
            json(&kit.api("GET", &format!("/api/v1/activities/{}/", id.as_str().unwrap()), ""))
        };
        let device = json!({"clientIP": "192.0.2.250", "userAgent": "VaultClient/9", "countryCode": "FJ"});
        let (told, silent) = (put(device), put(json!({})));
        let (told, silent) = (&told["rawDataJson"], &silent["rawDataJson"]);
        let at =
            |raw: &Value, place: &str| raw.pointer(place).unwrap_or_else(|| panic!("{place}: {raw}")).clone();
        assert_eq!(at(told, address), "192.0.2.250", "{app} {operation}");
        // Some logs leave out what is not known, some have a null.
        assert!(silent.pointer(address).is_none_or(Value::is_null), "{app} {operation}: {silent}");
        if let Some(agent) = agent {
            // Salesforce names the browser.
            let expected = if app == 11114 { "Unknown" } else { "VaultClient/9" };
            assert_eq!(at(told, agent), expected, "{app} {operation}");
            assert!(matches!(at(silent, agent).as_str(), None | Some("")), "{app} {operation}");
        }
        if let Some(country) = country {
            assert_eq!((at(told, country), at(silent, country)), (json!("FJ"), Value::Null));
        }
    }
}

#[test]
fn an_application_that_is_named_as_the_actor_is_that_application() {
    let kit = Kit::small();
    let path = format!("/_mock/tenants/{}", kit.tenant.identity().id);
    let add = json!({"addApplication": {"name": "vaults", "displayName": "Vault keeper", "secret": "s3cret",
        "permissions": ["investigation.manage"]}});
    assert_eq!(kit.mock("POST", &format!("{path}/commands"), &add.to_string()).status, 200);
    let directory = json(&kit.mock("GET", &format!("{path}/directory"), ""));
    let applications = directory["applications"].as_array().unwrap();
    let named = |name: &str| applications.iter().find(|app| app["name"] == name).unwrap();
    for name in ["vaults", "full"] {
        let (display, object) = (&named(name)["displayName"], &named(name)["servicePrincipalId"]);
        let by_id = json!({"resolvedActor": {"id": object, "name": "whatever"}});
        let by_name = json!({"user": {"userName": display}});
        let mut ids = Vec::new();
        for who in [by_id, by_name] {
            let mut record = json!({"appId": 15600, "mainInfo": {"rawOperationName": "FileDownloaded"}});
            record.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            ids.push(inject(&kit, &json!({"activity": record}))["id"].clone());
        }
        // And it acts by itself.
        let alert = json(&kit.api("GET", "/api/v1/alerts/?limit=1", ""))["data"][0]["_id"].clone();
        let close = json!({"closeAlerts": {"alerts": [alert], "as": "benign", "by": name}});
        assert_eq!(kit.mock("POST", &format!("{path}/commands"), &close.to_string()).status, 200);
        let found = select(
            &kit,
            "activities",
            &json!({"entity": {"eq": [object]}, "created": {"gte": kit.tenant.now().millis()}}),
        );
        assert_eq!(found.len(), 3, "{name}: {found:?}");
        assert!(ids.iter().all(|id| found.iter().any(|record| record["_id"] == *id)));
        // By name it says what the directory says; an application is of no domain.
        let record = found.iter().find(|record| record["_id"] == ids[1]).unwrap();
        assert_eq!(record["resolvedActor"]["id"], *object);
        assert_eq!(record["resolvedActor"]["objType"], "11");
        assert_eq!(record["rawDataJson"]["UserType"], 5);
        let view = kit.tenant.read();
        let actors: std::collections::BTreeSet<_> = mock_defender::facts::ActivityFacts::all(&view)
            .filter(|activity| {
                activity.actor().is_some_and(|actor| Some(&*actor.id.to_string()) == object.as_str())
            })
            .map(|activity| activity.event().actor)
            .collect();
        assert_eq!(actors.len(), 1, "one actor: {actors:?}");
    }
    // A name that nobody has, and an id that nobody has beside the name of a user, are those of users.
    let stranger = inject(&kit, &json!({"activity": stranger(&kit)}))["id"].clone();
    let record = json(&kit.api("GET", &format!("/api/v1/activities/{}/", stranger.as_str().unwrap()), ""));
    assert_eq!(record["entityData"]["0"]["id"]["id"], "eve@outside.example");
    let domain = json!({"user.domain": {"eq": ["outside.example"]}});
    assert_eq!(select(&kit, "activities", &domain).len(), 1);
    // The journal brings them back.
    let file = kit.tenant.file().write();
    let back = mock_defender::tenant::journal::TenantFile::read(&file).unwrap();
    let back = mock_defender::tenant::Tenant::revived(
        &back,
        mock_defender::tenant::Wall::manual(kit.tenant.now()),
        |step, refusal| panic!("{step:?} {refusal}"),
    );
    let revived = Kit::of(std::sync::Arc::new(back), false);
    let all = |kit: &Kit| text(&kit.api("POST", "/api/v1/activities/", ""));
    assert_eq!(all(&revived), all(&kit));
}

#[test]
fn a_record_that_says_only_what_was_done_gets_the_rest_from_the_catalogue() {
    let kit = Kit::small();
    let world = kit.tenant.world();
    let user = &world.person(world.persona(Persona::User).unwrap()).upn;
    let shown = |record: Value| {
        let id = inject(&kit, &json!({"activity": record}))["id"].as_str().unwrap().to_owned();
        json(&kit.api("GET", &format!("/api/v1/activities/{id}/"), ""))
    };
    for (record, app, operation, event_type) in [
        (json!({"description": "Run command"}), "Microsoft 365", "Run command", json!("EVENT_GENERIC")),
        (
            json!({"description": "New-InboxRule"}),
            "Microsoft Exchange Online",
            "New-InboxRule",
            json!("EVENT_O365_EXCHANGE_GENERIC"),
        ),
        (
            json!({"mainInfo": {"type": "failedLogin"}}),
            "Microsoft 365",
            "Login:login",
            json!("EVENT_AAD_LOGIN_FAILED"),
        ),
        (json!({"appName": "Box", "description": "DOWNLOAD"}), "Box", "DOWNLOAD", json!("EVENT_BOX_GENERIC")),
        (
            json!({"eventTypeValue": "EVENT_ADALLOM_IP_RANGE_EDITED"}),
            "Microsoft Defender for Cloud Apps",
            "Edit IP address range",
            json!("EVENT_ADALLOM_IP_RANGE_EDITED"),
        ),
    ] {
        let told = shown(record.clone());
        assert_eq!(told["appName"], app, "{record}");
        assert_eq!(told["eventTypeValue"], event_type, "{record}");
        let by_name = json!({"activity.id": {"eq": told["_id"]}, "actionType": {"eq": [operation]}});
        assert_eq!(select(&kit, "activities", &by_name).len(), 1, "{operation}: {told}");
        let by_user = json!({"activity.id": {"eq": told["_id"]}, "user.username": {"eq": [user]}});
        assert_eq!(select(&kit, "activities", &by_user).len(), 1, "{told}");
    }
    // Who is named acted.
    let told = shown(json!({"user": {"userName": "eve@example.org"}, "description": "Run command"}));
    assert_eq!(told["user"]["userName"], "eve@example.org");
}

#[test]
fn an_alert_of_a_policy_of_the_product_is_as_grave_as_those_are() {
    let kit = Kit::tiny();
    let shown = |record: Value| {
        let id = inject(&kit, &json!({"alert": record}))["id"].as_str().unwrap().to_owned();
        json(&kit.api("GET", &format!("/api/v1/alerts/{id}/"), ""))
    };
    for record in [
        json!({"idValue": 15_859_716}),
        json!({"title": "Impossible travel activity"}),
        json!({"policy": {"label": "Impossible travel"}}),
    ] {
        let told = shown(record.clone());
        assert_eq!(
            (&told["title"], &told["idValue"]),
            (&json!("Impossible travel activity"), &json!(15_859_716))
        );
        assert_eq!((&told["severityValue"], &told["intent"]), (&json!(1), &json!([2])), "{record}");
    }
    // What is told is as it was told.
    let told = shown(json!({"title": "Ransomware activity", "severityValue": 0, "stories": []}));
    assert_eq!((&told["severityValue"], &told["stories"]), (&json!(0), &json!([])));
    assert_eq!(shown(json!({"title": "Ransomware activity"}))["severityValue"], 2);
    assert_eq!(shown(json!({"title": "Odd"}))["severityValue"], 1);
}

#[test]
fn an_activity_of_which_nothing_is_told_is_refused() {
    let kit = Kit::tiny();
    let refused = |record: Value| {
        let answer =
            kit.mock("POST", "/_mock/tenants/contoso/inject", &json!({"activity": record}).to_string());
        assert_eq!(answer.status, 400);
        text(&answer)
    };
    for record in [json!({}), json!({"appId": 11161}), json!({"user": {"userName": "eve@example.org"}})] {
        let told = refused(record);
        for member in ["mainInfo.rawOperationName", "an activity has at least"] {
            assert!(told.contains(member), "{member}: {told}");
        }
    }
    // What the message shows is enough.
    let least = json!({"activity": {"description": "Run command"}});
    assert_eq!(kit.mock("POST", "/_mock/tenants/contoso/inject", &least.to_string()).status, 201);
}
