//! A script with every kind of step that a tenant file can hold, run twice: live, and replayed from a file that an
//! earlier version wrote.

use std::collections::BTreeSet;
use std::fs;

use mock_defender::{MockDefender, Size};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::client::{Client, OWN};
use crate::commands::alerts;
use crate::pages::{authorize, redeem};
use crate::{Script, blesses, golden};

/// Every step of a file that an earlier version wrote, those that are written now, and every command in one.
const STEPS: [&str; 6] = ["command", "clock", "forked", "snapshot", "restore", "reset"];
const LIVING_STEPS: [&str; 3] = ["command", "clock", "forked"];
const COMMANDS: [&str; 10] = [
    "closeAlerts",
    "reopenAlerts",
    "markAlert",
    "playStory",
    "injectActivity",
    "injectAlert",
    "setUserEnabled",
    "setTokenStamps",
    "directory",
    "ifVersion",
];
const ABOUT_THE_DIRECTORY: [&str; 19] = [
    "addApplication",
    "setApplication",
    "trustIssuer",
    "consent",
    "revokeConsent",
    "requestConsent",
    "assignUser",
    "setUser",
    "wrongPassword",
    "revokeSessions",
    "setConditionalAccess",
    "removeConditionalAccess",
    "setPolicies",
    "rotateKeys",
    "failNext",
    "failed",
    "redeemCode",
    "decideDevice",
    "redeemDevice",
];

pub(crate) fn scripts() -> Vec<Script> {
    vec![(MockDefender::builder(), lived)]
}

/// Runs all steps and exports the tenant.
fn lived(client: &Client) {
    let patch = |body: Value| client.control("clock", "PATCH", "…/clock", body.to_string()).done();
    client.advance("PT9H7M3S").done();
    client.control("snapshot", "POST", "…/snapshots", r#"{"name": "a"}"#).done();
    // Nothing of what is undone stands in the file.
    client.control("reset", "POST", "…/reset", "").done();
    client.advance("PT2H").done();
    client
        .api("close", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}, "comment": "undone"}"#)
        .done();
    client.control("restore", "POST", "…/snapshots/a/restore", "").done();
    patch(json!({"mode": "rate", "rate": 60.0}));
    patch(json!({"mode": "follow"}));
    patch(json!({"mode": "frozen", "now": "2026-11-24T11:00:00Z"}));
    of_alerts(client);
    of_the_directory(client);
    client.advance("PT20H").done();
    let fork = client.about(client.control("fork", "POST", "…/fork", "").done().json());
    of_people(&fork);
    fork.advance("P1D").done();
    let file = fork.control("export", "GET", "…/export", "").done().text();
    assert_complete(&file, &LIVING_STEPS);
    assert!(!file.contains("undone"), "{file}");
    let path = golden("journal.ndjson");
    // What an earlier version wrote stays as it is.
    if blesses() && !path.exists() {
        fs::write(&path, file).unwrap();
    }
}

fn of_alerts(client: &Client) {
    let ids = alerts(client);
    let (one, two) = (&ids[0], &ids[1]);
    let commands = json!([
        {"closeAlerts": {"alerts": [one, two], "as": "truePositive", "comment": "re\"al\n", "by": "security-admin"}},
        {"reopenAlerts": {"alerts": [two], "by": "full"}},
        {"markAlert": {"alert": two, "read": true}},
        {"closeAlerts": {"alerts": [two], "as": "falsePositive", "ifVersion": 2}},
        {"playStory": {"name": "impossible-travel", "at": "2026-11-24T12:00:00Z"}},
        {"playStory": {"name": "mass-download-before-leaving", "size": 120}},
        {"injectActivity": crate::control::stranger()},
        {"injectAlert": {"title": "Vault emptied", "severityValue": 2, "entities": [
            {"type": "account", "id": "eve-2", "label": "Eve", "pa": "eve@second.example"},
            {"type": "file", "id": "site|item", "label": "plan.docx"}]}},
        {"setUserEnabled": {"user": "security-reader", "enabled": false}},
        {"setTokenStamps": {"stamps": "wall"}},
        {"setTokenStamps": {"stamps": "virtual"}},
    ]);
    client.command("alerts", &commands).done();
    client.api("read", "POST", &format!("/api/v1/alerts/{one}/unread/"), "").done();
}

fn of_the_directory(client: &Client) {
    let keys = client.send("keys", "GET", &client.login("/discovery/keys"), &[], "").json();
    let commands = json!([
        {"addApplication": {"name": "pipeline", "permissions": ["investigation.read"], "scopes": ["do.it"],
            "delegatedPermissions": ["User.Read"], "redirectUris": [{"platform": "spa", "uri": "http://localhost/spa"}],
            "consented": true, "logoutUrl": "https://localhost/out"}},
        {"setApplication": {"app": "pipeline", "assignmentRequired": true, "implicit": true}},
        {"addSecret": {"app": "pipeline", "value": "short-lived", "ends": "2026-11-29T03:00:00Z"}},
        {"addCertificate": {"app": "pipeline", "certificate": include_str!("../../fixtures/keys/client-ec-certificate.pem")}},
        {"addFederatedCredential": {"app": "pipeline", "issuer": "https://issuer.example", "subject": "repo:a/b"}},
        {"trustIssuer": {"issuer": "https://issuer.example", "keys": keys}},
        {"consent": {"app": "unconsented"}},
        {"revokeConsent": {"app": "unconsented", "permissions": ["investigation.manage"]}},
        {"assignUser": {"app": "pipeline", "user": "user"}},
        {"setUser": {"user": "security-admin", "roles": ["Security Reader"], "licences": ["E5"], "mfa": "required",
            "risk": "low", "guest": true, "locked": false, "passwordExpired": true, "password": "Another-1"}},
        {"revokeSessions": {"user": "security-admin"}},
        {"setConditionalAccess": {"name": "some", "users": ["security-admin"], "apps": ["full"], "control": "mfa"}},
        {"setConditionalAccess": {"name": "none", "control": "block"}},
        {"removeConditionalAccess": {"name": "none"}},
        {"setPolicies": {"consentRequests": true, "tokenLifetime": 900, "signInFrequency": 86_400,
            "lenientResource": true, "descriptionLines": true, "openerIsolation": true, "thirdPartyCookies": true,
            "securityDefaults": false, "userConsent": true}},
        {"rotateKeys": {}},
    ]);
    client.command("directory", &commands).done();
}

/// What only people do, at pages; and devices and programs for them.
fn of_people(client: &Client) {
    let user = client.user("user");
    Browser::new(client, "wrong-password").sign_in(&authorize(client, "full", &[]), (user.0, "wrong"));
    let browser = Browser::new(client, "consent");
    let code = browser.consent(&authorize(client, "delegated", &[]), user).code();
    redeem(client, &code, &[]).done();
    let alerts = [("scope", "https://graph.microsoft.com/SecurityAlert.Read.All")];
    let page = browser.get(&authorize(client, "delegated", &alerts));
    browser.press(&page, "request", &[("justification", "for work")]);
    let company = json!({"seed": 7, "size": "tiny", "freeze": true, "start": "2026-11-24T00:00:00Z"});
    let there = client.control("neighbour", "POST", "/_mock/tenants", company.to_string()).done().json();
    let there = client.about(there);
    browser.consent(&authorize(client, there.app("delegated").0, &[]), user).code();
    let id = client.app("delegated").0;
    let fields = [("client_id", id), ("scope", "User.Read openid")];
    let codes = client.form("device", &client.login("/oauth2/v2.0/devicecode"), &fields).done();
    let page = browser.post(&format!("{OWN}/device"), &[("code", &codes.member("user_code"))]);
    browser.press(&page, "accept", &[]);
    let code = codes.member("device_code");
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", id),
        ("device_code", code.as_str()),
    ];
    client.form("poll", &client.login("/oauth2/v2.0/token"), &fields).done();
    client.command("order", &json!({"failNext": {"code": 90_033, "times": 2, "retryAfter": 5}})).done();
    client.form("ordered", &client.login("/oauth2/v2.0/token"), &fields);
}

/// Nothing that a file can hold is missing.
fn assert_complete(file: &str, of_file: &[&str]) {
    let steps: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names = |values: &[&Value]| -> BTreeSet<String> {
        values
            .iter()
            .filter_map(|value| value.as_object())
            .flat_map(|object| object.keys().cloned())
            .collect()
    };
    let all: Vec<&Value> = steps.iter().collect();
    let commands: Vec<&Value> = steps.iter().map(|step| &step["command"]["command"]).collect();
    let directory: Vec<&Value> = commands.iter().map(|command| &command["directory"]).collect();
    for (found, wanted) in [
        (names(&all), of_file),
        (names(&commands), &COMMANDS[..]),
        (names(&directory), &ABOUT_THE_DIRECTORY[..]),
    ] {
        let missing: Vec<&&str> = wanted.iter().filter(|name| !found.contains(**name)).collect();
        assert!(missing.is_empty(), "the file has no {missing:?}");
    }
    assert!(
        directory.iter().any(|command| command["consent"]["install"].is_array()),
        "nothing was installed"
    );
}

/// The file of an earlier version is replayed completely.
#[test]
fn a_tenant_file_of_an_earlier_version_is_still_replayed() {
    let file = fs::read_to_string(golden("journal.ndjson")).unwrap();
    assert_complete(&file, &STEPS);
    let client = Client::open(MockDefender::builder().seed(99).size(Size::Tiny));
    let client =
        client.about(client.control("import", "POST", "/_mock/tenants/import", file.clone()).done().json());
    let again = client.control("export", "GET", "…/export", "").done().text();
    // What was undone is left out, and nothing else.
    let commands = |file: &str| -> Vec<String> {
        let is_command = |line: &&str| line.starts_with("{\"command\"") && !line.contains("undone");
        file.lines().filter(is_command).map(str::to_owned).collect()
    };
    assert_eq!(commands(&again), commands(&file));
    assert!(file.contains("undone") && !again.contains("undone"), "{again}");

    let alert = |filters: Value| {
        let body = json!({ "filters": filters }).to_string();
        client.api("found", "POST", "/api/v1/alerts/", body).done().json()["data"][0].clone()
    };
    assert_eq!(alert(json!({"entity.file": {"eq": ["site|item"]}}))["title"], "Vault emptied");
    assert_eq!(
        alert(json!({"resolutionStatus": {"eq": [5]}, "alertOpen": {"eq": false}}))["comment"],
        "re\"al\n"
    );
    let truth = client.control("truth", "GET", "…/truth", "").done().json();
    let played = truth["storylines"].as_array().unwrap();
    assert!(
        played
            .iter()
            .any(|story| story["size"] == 120 && story["activities"].as_array().unwrap().len() > 100)
    );
    let directory = client.control("directory", "GET", "…/directory", "").done().json();
    let app =
        directory["applications"].as_array().unwrap().iter().find(|app| app["name"] == "pipeline").unwrap();
    assert_eq!((&app["appRoleAssignmentRequired"], &app["keyCredentials"]), (&json!(true), &json!(1)));
    let foreign = directory["applications"].as_array().unwrap().iter();
    assert!(foreign.clone().any(|app| app["appOwnerOrganizationId"].is_string()), "{directory}");
    let admin =
        directory["users"].as_array().unwrap().iter().find(|user| user["riskLevel"] == "low").unwrap();
    assert_eq!((&admin["roles"], &admin["mfa"]), (&json!(["Security Reader"]), &json!("required")));
    assert_eq!(directory["failures"][0]["times"], 1);
    assert_eq!(directory["policies"]["tokenLifetime"], 900);
}
