//! App connectors in the Cloud Apps API: what their list, counts and services say, beside the activities of the tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use mock_defender::facts::{ActivityFacts, PersonFacts};
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, json, spec, text};

/// A company that has connected Microsoft 365, Salesforce, Box, Okta and Azure, on a working day.
fn company() -> Kit {
    static BORN: OnceLock<Tenant> = OnceLock::new();
    let born = BORN.get_or_init(|| {
        let mut spec = spec(5, Size::Tiny, START);
        spec.settings.apps = Some(vec!["Okta".to_owned(), "Microsoft Azure".to_owned()]);
        spec.settings.users = Some(70);
        spec.settings.history_days = Some(3);
        let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
        tenant.advance(Span::minutes(727)).unwrap();
        tenant
    });
    Kit::of(Arc::new(born.fork()), false)
}

fn give(kit: &Kit, command: Value) {
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().label);
    let answer = kit.mock("POST", &path, &command.to_string());
    assert_eq!(answer.status, 200, "{}", text(&answer));
}

fn get(kit: &Kit, path: &str) -> Value {
    let answer = kit.api("GET", path, "");
    assert_eq!(answer.status, 200, "{path}: {}", text(&answer));
    json(&answer)
}

fn post(kit: &Kit, path: &str, body: Value) -> Value {
    let answer = kit.api("POST", path, &body.to_string());
    assert_eq!(answer.status, 200, "{path}: {}", text(&answer));
    json(&answer)
}

const CONNECTORS: &str = "/cas/api/v1/app_connectors/";

/// The records by the number of their app.
fn by_app(kit: &Kit) -> BTreeMap<u64, Value> {
    let list = get(kit, CONNECTORS);
    let records = list["data"].as_array().unwrap().iter();
    records.map(|record| (record["appId"].as_u64().unwrap(), record.clone())).collect()
}

fn broken() -> Kit {
    let kit = company();
    give(&kit, json!({"breakConnector": {"connector": "Box", "error": "box-no-enterprise"}}));
    give(&kit, json!({"breakConnector": {"connector": "Okta", "error": "service-timeout", "warning": true}}));
    give(&kit, json!({"disableConnector": {"connector": "Salesforce", "by": "global-admin"}}));
    give(&kit, json!({"removeConnector": {"connector": "Azure"}}));
    give(&kit, json!({"connectApp": {"app": "Box", "instance": "Labs", "by": "cloud-app-security-admin"}}));
    kit.tenant.advance(Span::minutes(5)).unwrap();
    kit
}

#[test]
fn the_list_tells_how_each_connector_stands() {
    let kit = company();
    let (now, start) = (kit.tenant.now().millis(), kit.tenant.spec().start.millis());
    let (known, view) = (by_app(&kit), kit.tenant.read());
    assert_eq!(known.keys().collect::<Vec<_>>(), [&10_489, &10_980, &11_114, &11_161, &12_260]);
    let office = &known[&11_161];
    assert_eq!(office["instanceName"], Value::Null);
    assert_eq!((&office["isOfficeApp"], &known[&10_489]["isOfficeApp"]), (&json!(true), &json!(false)));
    assert_eq!(known[&10_489]["category"], "SAASDB_CATEGORY_CLOUD_STORAGE");
    for record in known.values() {
        let api = &record["api"];
        assert_eq!((&api["isConnected"], &api["isEnabled"]), (&json!(true), &json!(true)), "{record}");
        assert_eq!((&api["hasWarnings"], &api["disabledBy"]), (&json!(false), &Value::Null), "{record}");
        let check = api["lastCheckTime"].as_i64().unwrap();
        assert!(now - check < 900_000 && api["lastConnected"] == check, "{record}");
        assert!(record["lastUsed"].as_i64().unwrap() > start - 5 * 86_400_000, "{record}");
        // Whoever was active in the app has an account in it.
        let rows = ActivityFacts::all(&view).filter(|row| record["appId"] == row.connector());
        let users: BTreeSet<_> = rows.filter_map(|row| row.actor()?.person).collect();
        let accounts = api["usersCount"].as_u64().unwrap();
        assert!(accounts >= users.len() as u64, "{} {accounts} {users:?}", record["appName"]);
        assert!(users.len() > 1 && accounts <= PersonFacts::count(&view), "{record}");
    }
    let creator = office["api"]["creator"].as_str().unwrap();
    assert!(creator.contains('@'), "{creator}");
    let kit = broken();
    let known = by_app(&kit);
    let said = |app: u64| {
        let list = get(&kit, CONNECTORS);
        let of_app: Vec<_> =
            list["data"].as_array().unwrap().iter().filter(|known| known["appId"] == app).collect();
        of_app
            .iter()
            .map(|known| known["api"]["statusTemplateMessage"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(said(12_260).is_empty());
    assert_eq!(said(10_980), ["CONSOLE2_APP_CONNECTORS_STATUS_WARNING"]);
    assert_eq!(said(11_114), ["CONSOLE2_APP_CONNECTORS_STATUS_DISABLED"]);
    assert_eq!(
        said(10_489),
        ["CONSOLE2_APP_CONNECTORS_STATUS_CONNECTING", "CONSOLE2_APP_CONNECTORS_STATUS_ERROR"]
    );
    assert_eq!(
        (&known[&11_114]["api"]["isEnabled"], &known[&11_114]["api"]["disabledBy"]),
        (&json!(false), &json!("console"))
    );
    assert_eq!(known[&10_980]["api"]["hasWarnings"], true);
    let list = post(&kit, CONNECTORS, json!({"filters": {"status": {"eq": ["error"]}}}));
    let error = &list["data"][0]["api"];
    assert_eq!(error["isConnected"], false);
    assert!(
        error["statusTemplateParams"]["error"].as_str().unwrap().contains("without having an enterprise")
    );
    assert!(error["lastConnected"].as_i64() < error["lastCheckTime"].as_i64());
}

#[test]
fn the_list_is_filtered_and_sorted() {
    let kit = broken();
    // As a community module asks.
    let body = json!({"skip": 0, "limit": 100, "filters": {}, "performAsyncTotal": false, "sortDirection": "desc",
        "sortField": "app"});
    let list = post(&kit, CONNECTORS, body);
    let names: Vec<&str> =
        list["data"].as_array().unwrap().iter().map(|known| known["appName"].as_str().unwrap()).collect();
    assert_eq!(names, ["Salesforce", "Okta", "Microsoft 365", "Box", "Box"]);
    assert_eq!((&list["total"], &list["hasNext"]), (&json!(5), &json!(false)));
    let metadata = get(&kit, "/cas/api/v1/app_connectors/metadata/");
    assert_eq!(metadata["sorting"][0]["field"], "app");
    let id = &list["data"][1]["_id"];
    for (filters, total) in [
        (json!({"service": {"eq": [10_489]}}), 2),
        (json!({"service": {"neq": [10_489]}}), 3),
        (json!({"instance": {"eq": [(1 << 20) + 10_489]}}), 1),
        (json!({"instanceName": {"contains": ["Lab"]}}), 1),
        (json!({"app": {"eq": ["Okta"]}}), 1),
        (json!({"category": {"eq": ["SAASDB_CATEGORY_CLOUD_STORAGE"]}}), 2),
        (json!({"status": {"eq": ["error", "disabled"]}}), 2),
        (json!({"id": {"eq": [id]}}), 1),
    ] {
        let count = post(&kit, "/cas/api/v1/app_connectors/count/", json!({"filters": filters}));
        assert_eq!(count["total"], total, "{filters}");
        for name in filters.as_object().unwrap().keys() {
            let known = metadata["filters"].as_array().unwrap();
            assert!(known.iter().any(|field| field["name"] == name.as_str()), "{name}");
        }
    }
    let page = post(&kit, CONNECTORS, json!({"skip": 2, "limit": 2}));
    assert_eq!((page["data"].as_array().unwrap().len(), &page["hasNext"]), (2, &json!(true)));
}

#[test]
fn the_last_activity_of_each_connector_is_in_the_log() {
    let kit = company();
    give(&kit, json!({"disableConnector": {"connector": "Microsoft 365"}}));
    let since = kit.tenant.now().millis();
    kit.tenant.advance(Span::hours(4)).unwrap();
    let last = get(&kit, "/cas/api/v1/app_connectors/last_activity/");
    let last = last["data"].as_array().unwrap();
    assert_eq!(last.len(), 5);
    let view = kit.tenant.read();
    for known in last {
        let rows = ActivityFacts::all(&view).filter(|row| known["appId"] == row.connector());
        let newest = rows.last().unwrap();
        assert_eq!(known["lastActivity"], newest.happened().millis(), "{known}");
        if known["appId"] == 11_161 {
            assert!(newest.created().millis() <= since, "nothing has come in any more");
        }
        assert_eq!(by_app(&kit)[&known["appId"].as_u64().unwrap()]["lastUsed"], known["lastActivity"]);
    }
}

#[test]
fn the_dashboard_counts_what_the_list_shows() {
    let kit = company();
    let dashboard = |kit: &Kit, of: &str| {
        get(kit, &format!("/cas/api/v1/app_connectors/dashboard/{of}/"))["data"].clone()
    };
    assert_eq!(
        dashboard(&kit, "get_apps_count_by_status"),
        json!({"protected": 5, "needAttention": 0, "notProtected": 0})
    );
    let kit = broken();
    assert_eq!(
        dashboard(&kit, "get_apps_count_by_status"),
        json!({"protected": 1, "needAttention": 2, "notProtected": 2})
    );
    assert_eq!(
        dashboard(&kit, "get_app_connectors_count_by_status"),
        json!({"connecting": 1, "connected": 1, "connectedWithWarnings": 1, "error": 1, "disabled": 1})
    );
    assert_eq!(
        dashboard(&kit, "get_instance_count_by_app"),
        json!({"10489": 2, "10980": 1, "11114": 1, "11161": 1})
    );
    let values = get(&kit, "/cas/api/v1/app_connectors/table_config_values/");
    for (name, filter) in [("categories", "category"), ("statuses", "status")] {
        let totals = values["data"][name].as_array().unwrap().iter().map(|value| {
            post(&kit, "/cas/api/v1/app_connectors/count/", json!({"filters": {filter: {"eq": [value]}}}))
                    ["total"]
                    .as_u64()
                    .unwrap()
        });
        assert_eq!(totals.sum::<u64>(), 5, "{name}");
    }
    assert_eq!(values["data"]["apps"]["10489"], "Box");
}

#[test]
fn supported_apps_tell_what_can_be_connected() {
    let kit = company();
    let apps = get(&kit, "/cas/api/v1/app_connectors/dashboard/get_supported_apps_metadata/");
    let apps = apps["data"].as_array().unwrap();
    let named = |name: &str| apps.iter().find(|app| app["name"] == name).unwrap();
    assert_eq!((&named("Box")["instanceCount"], &named("Slack")["instanceCount"]), (&json!(1), &json!(0)));
    assert_eq!(named("Azure")["isMultiInstance"], false);
    assert_eq!(named("Okta")["fields"], json!(["Instance name", "Domain", "Token"]));
    let can = &named("Slack")["capabilities"];
    assert_eq!(
        (&can["privileges"], &can["groups"], &can["securityPosture"]),
        (&json!(true), &json!(false), &json!(false))
    );
    for app in apps.iter().filter(|app| app["instanceCount"] == 0) {
        give(&kit, json!({"connectApp": {"app": app["name"]}}));
    }
    assert_eq!(by_app(&kit).len(), apps.len());
}

#[test]
fn the_configuration_is_that_of_the_connector_that_was_asked_for() {
    let kit = broken();
    let of = |query: &str| get(&kit, &format!("/cas/api/app_connectors/get_app_connectors_config/?{query}"));
    let names = |query: &str| {
        of(query).as_array().unwrap().iter().map(|known| known["instanceName"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("appId=10489"), [json!("Box"), json!("Labs")]);
    assert_eq!(names("sassId=10489&instanceId=1"), [json!("Labs")]);
    assert_eq!(names("instanceId=1059065"), [json!("Labs")]);
    assert_eq!(of("appId=10489")[0]["status"], "error");
    assert_eq!(of("appId=11161")[0]["components"].as_array().unwrap().len(), 6);
    assert!(names("appId=12260").is_empty(), "it was removed");
    assert_eq!(
        kit.api("GET", "/cas/api/app_connectors/get_app_connectors_config/?appId=Box", "").status,
        400
    );
}

#[test]
fn connected_services_name_the_apps_that_come_with_them() {
    let kit = broken();
    let apps = get(&kit, "/cas/api/v1/connected_services/apps/?getHierarchy=true");
    let apps = apps["data"].as_array().unwrap();
    assert_eq!(apps.len(), 4);
    let office = apps.iter().find(|app| app["saasId"] == 11_161).unwrap();
    assert_eq!(office["childSaasIds"], json!([20_893, 20_892, 15_600, 28_375]));
    assert_eq!((&office["apiConnected"], &office["appIdentityRealm"]), (&json!(true), &json!(11_394)));
    assert!(apps.iter().filter(|app| app["saasId"] != 11_161).all(|app| app["childSaasIds"] == json!([])));
    let instances = get(&kit, "/cas/api/v1/connected_services/instances/");
    let told: Vec<_> =
        instances["data"].as_array().unwrap().iter().map(|known| known["apiConnected"].clone()).collect();
    assert_eq!(told, [true, false, false, true, false]);
    assert!(instances["data"][0].get("childSaasIds").is_none());
}

#[test]
fn services_are_connected_while_their_connector_delivers() {
    let kit = broken();
    let services = get(&kit, "/cas/api/services/");
    let services: BTreeMap<u64, &Value> =
        services.as_array().unwrap().iter().map(|known| (known["appId"].as_u64().unwrap(), known)).collect();
    for (app, connected) in
        [(11_161, true), (20_893, true), (10_489, false), (12_260, false), (20_595, false)]
    {
        assert_eq!(services[&app]["apiConnected"], connected, "{app}");
        assert!(services[&app]["category"].as_str().unwrap().starts_with("SAASDB_CATEGORY_"));
    }
    let named = |row: &Value| services[&row["appId"].as_u64().unwrap()]["name"] == row["appName"];
    let rows = get(&kit, "/api/v1/activities/");
    assert!(rows["data"].as_array().unwrap().iter().all(named));
    let ids: BTreeSet<String> = services.values().map(|known| known["_id"].to_string()).collect();
    assert_eq!(ids.len(), services.len());
}

#[test]
fn what_administrators_do_with_connectors_is_told_by_activities() {
    let kit = company();
    for command in [
        json!({"testConnector": {"connector": "Box", "by": "security-admin"}}),
        json!({"disableConnector": {"connector": "Box", "by": "security-admin"}}),
        json!({"enableConnector": {"connector": "Box", "by": "security-admin"}}),
        json!({"removeConnector": {"connector": "Box", "by": "security-admin"}}),
        json!({"connectApp": {"app": "Box", "instance": "West", "by": "security-admin"}}),
    ] {
        give(&kit, command);
        kit.tenant.advance(Span::seconds(1)).unwrap();
    }
    let list =
        post(&kit, "/api/v1/activities/", json!({"filters": {"service": {"eq": [20_595]}}, "limit": 5}));
    let told: Vec<String> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let target = row["description_metadata"]["target_object"].as_str().unwrap();
            format!("{} {} {target}", row["eventType"], row["description"].as_str().unwrap())
        })
        .collect();
    for (told, (number, what, instance)) in told.iter().zip([
        (917_520, "Connect app", "Box (West)"),
        (917_522, "Remove app connector", "Box"),
        (917_526, "Change OAuth token", "Box"),
        (917_521, "Disable app connector", "Box"),
        (917_584, "Test API", "Box"),
    ]) {
        assert_eq!(*told, format!("{number} {what} {instance}"));
    }
}
