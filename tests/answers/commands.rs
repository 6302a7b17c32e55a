//! Every command of the control API, with what it leaves in the directory, and commands that are not accepted.

use mock_defender::MockDefender;
use serde_json::{Value, json};

use crate::Script;
use crate::client::{Client, text};

const CERTIFICATE: &str = include_str!("../../fixtures/keys/client-certificate.pem");

pub(crate) fn scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    vec![(tiny(), about_alerts), (tiny(), about_the_directory), (tiny(), refused)]
}

/// Ids of the tenant's alerts.
pub(crate) fn alerts(client: &Client) -> Vec<String> {
    let list = client.api("alerts", "GET", "/api/v1/alerts/", "").done().json();
    list["data"].as_array().unwrap().iter().map(|alert| text(alert, "_id").to_owned()).collect()
}

fn about_alerts(client: &Client) {
    let ids = alerts(client);
    let (one, two) = (&ids[0], &ids[1]);
    for (label, command) in [
        (
            "close",
            json!({"closeAlerts": {"alerts": [one, two], "as": "truePositive", "comment": "real",
            "by": "security-admin"}}),
        ),
        ("close-by-app", json!({"closeAlerts": {"alerts": [two], "as": "falsePositive", "by": "full"}})),
        ("reopen", json!({"reopenAlerts": {"alerts": [one]}})),
        ("mark", json!({"markAlert": {"alert": one, "read": true, "by": "user"}})),
        ("mark-back", json!({"markAlert": {"alert": one, "read": false}})),
        ("if-version", json!({"closeAlerts": {"alerts": [one], "as": "benign", "ifVersion": 4}})),
        ("if-version", json!({"closeAlerts": {"alerts": [one], "as": "benign", "ifVersion": 0}})),
        ("if-version", json!({"markAlert": {"alert": two, "read": true, "ifVersion": 2}})),
        ("if-version", json!({"reopenAlerts": {"alerts": ids, "ifVersion": 9}})),
        ("play", json!({"playStory": {"name": "impossible-travel", "at": "2026-11-24T02:00:00Z"}})),
        ("disable", json!({"setUserEnabled": {"user": "user", "enabled": false}})),
        ("enable", json!({"setUserEnabled": {"user": "user", "enabled": true}})),
        ("stamps", json!({"setTokenStamps": {"stamps": "wall"}})),
        ("service-date", json!({"setServiceDate": {"date": "2025-06"}})),
        (
            "siem-add",
            json!({"addSiemAgent": {"name": "north", "format": "arcSight", "by": "security-admin"}}),
        ),
        ("siem-again", json!({"addSiemAgent": {"name": "north", "format": "genericCef"}})),
        ("siem-run", json!({"setSiemAgentRunning": {"agent": "north", "running": true}})),
        ("siem-renew", json!({"renewSiemAgentToken": {"agent": "north", "by": "security-admin"}})),
        ("siem-remove", json!({"removeSiemAgent": {"agent": "north", "by": "cloud-app-security-admin"}})),
        ("siem-none", json!({"removeSiemAgent": {"agent": "north"}})),
        ("service-date", json!({"setServiceDate": {"date": "2025-11"}})),
        ("siem-ended", json!({"addSiemAgent": {"name": "south", "format": "genericCef"}})),
        ("policy-on", json!({"setPolicyEnabled": {"policy": "Impossible travel", "enabled": true}})),
        (
            "policy-off",
            json!({"setPolicyEnabled": {"policy": "Impossible travel", "enabled": false, "by": "security-admin"}}),
        ),
        ("policy-none", json!({"setPolicyEnabled": {"policy": "Travel", "enabled": true}})),
        ("inject", json!({"injectActivity": crate::control::stranger()})),
        ("inject", json!({"injectAlert": {"title": "Odd", "severityValue": 2}})),
        ("open", json!({"closeAlerts": {"alerts": [one], "as": "open"}})),
        ("nothing", json!({"closeAlerts": {"alerts": [], "as": "benign"}})),
        ("no-alert", json!({"closeAlerts": {"alerts": ["000000000000000000000000"], "as": "benign"}})),
        (
            "list",
            json!([{"markAlert": {"alert": two, "read": false}}, {"markAlert": {"alert": "x", "read": true}}]),
        ),
        (
            "list",
            json!([{"markAlert": {"alert": two, "read": false}}, {"markAlert": {"alert": two, "read": true}}]),
        ),
        (
            "list-stopped",
            json!([{"markAlert": {"alert": two, "read": false}},
            {"closeAlerts": {"alerts": [two], "as": "open"}}]),
        ),
        (
            "ingestion",
            json!({"setIngestion": {"lags": [{"app": "Box", "from": "1h", "to": "PT2H", "share": 0.5}, {"from": "5m"}],
            "grain": "1m"}}),
        ),
        ("ingestion", json!({"setIngestion": {"lags": [{"from": "5m", "to": "25h"}]}})),
        ("ingestion", json!({"setIngestion": {}})),
        ("alerting", json!({"setAlerting": {"joinWithin": "12h"}})),
        ("alerting", json!({"setAlerting": {"joinWithin": "8d"}})),
        ("team", json!({"setSecurityTeam": {"reads": 1, "closes": 0.5, "within": "10m"}})),
        ("team", json!({"setSecurityTeam": {"reads": 2}})),
        ("inject", json!({"injectAlert": {"title": "Odder", "severityValue": 1}})),
    ] {
        client.command(label, &command);
        for id in [one, two] {
            client.control("alert", "GET", &format!("…/alerts/{id}"), "").done();
        }
    }
    client.advance("PT3H").done();
    client.control("journal", "GET", "…/commands", "").done();
    client.api("alerts", "GET", "/api/v1/alerts/", "").done();
}

fn about_the_directory(client: &Client) {
    let app = client.app("full").0;
    let issuer = "https://token.actions.example";
    let keys = client.send("keys", "GET", &client.login("/discovery/keys"), &[], "").json();
    for command in [
        json!({"addApplication": {"name": "pipeline", "displayName": "A pipeline",
            "permissions": ["investigation.read", "https://graph.microsoft.com/User.Read.All"],
            "delegatedPermissions": ["User.Read"], "scopes": ["do.it"], "consented": true, "multiTenant": true,
            "implicit": true, "logoutUrl": "https://localhost/out",
            "redirectUris": ["https://localhost/in", {"platform": "spa", "uri": "http://localhost/spa"}]}}),
        json!({"addApplication": {"name": "kiosk", "public": true}}),
        json!({"addApplication": {"name": "vault", "secret": "a secret"}}),
        json!({"setApplication": {"app": "pipeline", "enabled": false, "installed": false, "assignmentRequired": true,
            "multiTenant": false, "implicit": false, "redirectUris": [], "logoutUrl": "https://localhost/gone"}}),
        json!({"setApplication": {"app": app, "enabled": true}}),
        json!({"addSecret": {"app": "full", "value": "short-lived", "ends": "2026-11-24T03:00:00Z"}}),
        json!({"addSecret": {"app": "full"}}),
        json!({"endSecrets": {"app": "read-only"}}),
        json!({"addCertificate": {"app": "full", "certificate": CERTIFICATE}}),
        json!({"addFederatedCredential": {"app": "pipeline", "issuer": issuer, "subject": "repo:a/b"}}),
        json!({"trustIssuer": {"issuer": issuer, "keys": keys}}),
        json!({"consent": {"app": "unconsented"}}),
        json!({"consent": {"app": "delegated", "user": "user", "scopes": ["User.Read"]}}),
        json!({"consent": {"app": "pipeline", "scopes": [], "permissions": ["SecurityAlert.Read.All"]}}),
        json!({"revokeConsent": {"app": "unconsented", "permissions": ["investigation.read"]}}),
        json!({"revokeConsent": {"app": "unconsented", "resource": "https://graph.microsoft.com"}}),
        json!({"revokeConsent": {"app": "delegated", "user": "user"}}),
        json!({"assignUser": {"app": "pipeline", "user": "user"}}),
        json!({"assignUser": {"app": "pipeline", "user": "user", "assigned": false}}),
        json!({"addGroup": {"name": "Night shift", "members": ["user", "guest"]}}),
        json!({"addGroupMembers": {"group": "Night shift", "members": ["security-reader"]}}),
        json!({"removeGroupMembers": {"group": "All Employees", "members": ["user"]}}),
        json!({"setApplication": {"app": "kiosk", "groupMembershipClaims": "SecurityGroup"}}),
        json!({"setUser": {"user": "user", "roles": ["Security Reader", "global administrator"], "licences": ["E5"],
            "password": "Another-1", "passwordExpired": true, "mfa": "required", "risk": "low", "guest": true,
            "locked": true, "enabled": false}}),
        json!({"setUser": {"user": client.user("user").0, "roles": [], "mfa": "off", "risk": "none", "guest": false,
            "locked": false, "enabled": true, "passwordExpired": false}}),
        json!({"revokeSessions": {"user": "security-reader"}}),
        json!({"setConditionalAccess": {"name": "some", "users": ["user"], "apps": ["full", "Microsoft Graph"],
            "control": "mfa"}}),
        json!({"setConditionalAccess": {"name": "all", "control": "block"}}),
        json!({"removeConditionalAccess": {"name": "all"}}),
        json!({"setPolicies": {"userConsent": false, "consentRequests": true, "tokenLifetime": 900,
            "signInFrequency": 3_600, "securityDefaults": true, "openerIsolation": true, "thirdPartyCookies": false,
            "lenientResource": true, "descriptionLines": true}}),
        json!({"setPolicies": {"tokenLifetime": 0, "signInFrequency": 0}}),
        json!({"rotateKeys": {}}),
        json!({"failNext": {"code": 90_033, "times": 2, "app": "kiosk", "retryAfter": 9}}),
        json!({"directory": {"rotateKeys": {}}}),
        json!({"directory": {"wrongPassword": {"user": 3, "attempt": "11111111-2222-4333-8444-555555555555"}}}),
        json!({"directory": {"redeemCode": {"code": "11111111-2222-4333-8444-555555555556"}}}),
        json!({"directory": {"requestConsent": {"client": app, "user": 3, "reason": "for work"}}}),
        json!({"directory": {"failed": {"code": 90_033, "client": app}}}),
        json!({"directory": {"decideDevice": {"device": "11111111-2222-4333-8444-555555555557", "user": 3,
            "accepted": true, "mfa": false}}}),
        json!({"directory": {"redeemDevice": {"device": "11111111-2222-4333-8444-555555555557"}}}),
        json!({"directory": {"redeemDevice": {"device": "11111111-2222-4333-8444-555555555557"}}}),
    ] {
        client.command(name(&command), &command);
        client.control("directory", "GET", "…/directory", "").done();
    }
    client.control("information", "GET", "…", "").done();
    let journal = client.control("journal", "GET", "…/commands", "").done().json();
    // The journal's form is the command's form: it can be given again.
    for entry in journal["commands"].as_array().unwrap() {
        client.command("again", &entry["command"]);
    }
    client.control("export", "GET", "…/export", "").done();
    client.advance("PT3H").done();
    client.control("directory", "GET", "…/directory", "").done();
}

fn name(command: &Value) -> &str {
    command.as_object().unwrap().keys().next().unwrap()
}

fn refused(client: &Client) {
    for command in [
        json!({"dance": {}}),
        json!({"rotateKeys": {"now": true}}),
        json!({"setUserEnabled": {"user": "nobody@nowhere", "enabled": true}}),
        json!({"setUser": {"user": "user", "roles": ["King"]}}),
        json!({"setUser": {"user": "user", "password": ""}}),
        json!({"setUser": {"user": "user", "mfa": "perhaps"}}),
        json!({"addApplication": {"name": "full"}}),
        json!({"addApplication": {"name": ""}}),
        json!({"addApplication": {"name": "x", "permissions": ["Nope.Read"]}}),
        json!({"addApplication": {"name": "x", "redirectUris": ["javascript:alert(1)"]}}),
        json!({"addApplication": {"name": "x", "public": true, "secret": "y"}}),
        json!({"addApplication": {"name": "x", "logoutUrl": "ftp://x"}}),
        json!({"addApplication": {"name": "x", "scopes": vec!["s"; 101]}}),
        json!({"addSecret": {"app": "delegated"}}),
        json!({"addSecret": {"app": "nobody"}}),
        json!({"addCertificate": {"app": "full", "certificate": "x"}}),
        json!({"trustIssuer": {"issuer": "x", "keys": 5}}),
        json!({"consent": {"app": "delegated", "scopes": ["Nope"]}}),
        json!({"consent": {"app": "nobody"}}),
        json!({"revokeConsent": {"app": "delegated", "resource": "nothing"}}),
        json!({"revokeConsent": {"app": "delegated", "user": "user", "permissions": ["x"]}}),
        json!({"assignUser": {"app": "full", "user": "nobody"}}),
        json!({"setConditionalAccess": {"name": "", "control": "block"}}),
        json!({"setConditionalAccess": {"name": "x", "apps": ["nothing"], "control": "block"}}),
        json!({"removeConditionalAccess": {"name": "nothing"}}),
        json!({"setPolicies": {"tokenLifetime": 5}}),
        json!({"setPolicies": {"colour": "red"}}),
        json!({"failNext": {"code": 1}}),
        json!({"failNext": {"code": 90_033, "times": 2_000_000}}),
        json!({"answerDevice": {"userCode": "NOPE", "user": "user", "accept": true}}),
        json!({"playStory": {"name": "heist"}}),
        json!({"directory": {"wrongPassword": {"user": 99_999, "attempt": "11111111-2222-4333-8444-555555555555"}}}),
        json!({"directory": {"redeemDevice": {"device": "11111111-2222-4333-8444-555555555557"}}}),
        json!([{"rotateKeys": {}}, {"setUser": {"user": "nobody"}}]),
        json!([{"addApplication": {"name": "first"}}, {"addSecret": {"app": "second"}}]),
        json!([{"addApplication": {"name": "third"}}, {"addSecret": {"app": "third"}}]),
        json!([]),
        json!("rotateKeys"),
    ] {
        client.command("refused", &command);
    }
    client.control("journal", "GET", "…/commands", "").done();
    client.control("directory", "GET", "…/directory", "").done();
}
