//! App connectors: every command about them, and every route that tells of them.

use mock_defender::MockDefender;
use serde_json::json;

use crate::Script;
use crate::client::Client;

const LIST: &str = "/api/v1/app_connectors/";

pub(crate) fn scripts() -> Vec<Script> {
    vec![(MockDefender::builder(), connectors)]
}

fn connectors(client: &Client) {
    told(client, "born");
    for (label, command) in [
        ("test", json!({"testConnector": {"connector": "Box", "by": "security-admin"}})),
        ("break", json!({"breakConnector": {"connector": "Box", "error": "box-no-enterprise"}})),
        ("warn", json!({"breakConnector": {"connector": "Microsoft 365", "error": "18", "warning": true}})),
        ("break-another", json!({"breakConnector": {"connector": "Box", "error": "okta-not-found"}})),
        ("disable", json!({"disableConnector": {"connector": "Salesforce", "by": "security-admin"}})),
        ("disable-again", json!({"disableConnector": {"connector": "Salesforce"}})),
    ] {
        client.command(label, &command);
    }
    client.advance("PT3H").done();
    told(client, "down");
    for (label, command) in [
        ("repair", json!({"repairConnector": {"connector": "Box"}})),
        ("repair-again", json!({"repairConnector": {"connector": "Box"}})),
        ("enable", json!({"enableConnector": {"connector": "Salesforce", "by": "security-admin"}})),
        ("connect", json!({"connectApp": {"app": "Workday", "instance": "people", "by": "security-admin"}})),
        ("connect-again", json!({"connectApp": {"app": "Workday", "instance": "people"}})),
        ("remove", json!({"removeConnector": {"connector": "people", "by": "full"}})),
        ("remove-again", json!({"removeConnector": {"connector": "people"}})),
    ] {
        client.command(label, &command);
    }
    client.advance("PT20M").done();
    told(client, "up");
    client.control("journal", "GET", "…/commands", "").done();
}

fn told(client: &Client, label: &str) {
    client.api(label, "GET", LIST, "").done();
    client.api(label, "POST", LIST, r#"{"sortField": "app", "sortDirection": "asc", "limit": 2}"#).done();
    let errors = r#"{"filters": {"status": {"eq": ["error"]}}}"#;
    client.api(label, "POST", &format!("{LIST}count/"), errors).done();
    for path in [
        "metadata/",
        "last_activity/",
        "table_config_values/",
        "dashboard/get_apps_count_by_status/",
        "dashboard/get_app_connectors_count_by_status/",
        "dashboard/get_instance_count_by_app/",
        "dashboard/get_supported_apps_metadata/",
    ] {
        client.api(label, "GET", &format!("{LIST}{path}"), "").done();
    }
    for path in [
        "/api/app_connectors/get_app_connectors_config/?appId=11161",
        "/api/v1/connected_services/apps/?getHierarchy=true",
        "/api/v1/connected_services/instances/",
        "/api/services/",
    ] {
        client.api(label, "GET", path, "").done();
    }
    let own = r#"{"filters": {"service": {"eq": [20595]}}, "limit": 9}"#;
    client.api(label, "POST", "/api/v1/activities/", own).done();
}
