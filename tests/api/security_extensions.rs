//! *Security extensions*: its rows, the switch of Copilot for Security, and what the log of activities tells of them.

use mock_defender::gateway::Answer;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::specification::{self, Absent};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, text};

const ROWS: &str = "/api/v1/settings/security-extensions";
const COPILOT: &str = "/api/v1/settings/security-extensions/copilot";

/// A tenant in which SIEM agents can be added.
fn kit() -> Kit {
    let absent = Absent { size: Size::Tiny, ..Absent::starting(at(START)) };
    let spec = specification::read("serviceDate: 2025-05", absent).unwrap().spec;
    Kit::of(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)).into(), false)
}

fn command(kit: &Kit, command: &Value) {
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let answer = kit.mock("POST", &path, &command.to_string());
    assert_eq!(answer.status, 200, "{command}: {}", text(&answer));
}

fn connection(kit: &Kit) -> Value {
    json(&kit.mock("GET", &format!("/_mock/tenants/{}/connection", kit.tenant.identity().id), ""))
}

/// A token of a user with these scopes, as a header.
fn bearer(kit: &Kit, user: &str, scopes: &[&str]) -> String {
    let path = format!("/_mock/tenants/{}/tokens", kit.tenant.identity().id);
    let minted = json(&kit.mock("POST", &path, &json!({"user": user, "scopes": scopes}).to_string()));
    minted["authorization"].as_str().unwrap().to_owned()
}

fn as_caller(kit: &Kit, bearer: &str, method: &str, path: &str, body: &str) -> Answer {
    kit.send(method, &kit.url(path), &[("authorization", bearer)], body)
}

fn switch(kit: &Kit, body: &Value) -> Value {
    let answer = kit.api("PUT", COPILOT, &body.to_string());
    assert_eq!(answer.status, 200, "{body}: {}", text(&answer));
    json(&answer)
}

/// The row of a kind.
fn row(kit: &Kit, kind: &str) -> Value {
    let all = json(&kit.api("GET", ROWS, ""));
    let rows = all["data"].as_array().unwrap();
    rows.iter().find(|row| row["kind"] == kind).unwrap_or_else(|| panic!("no {kind}")).clone()
}

/// The newest activities of an app, as operation, user and instant.
fn activities(kit: &Kit, app: u32) -> Vec<Value> {
    let filters = json!({"service": {"eq": [app]}, "date": {"gte": kit.tenant.spec().start.millis()}});
    let mut all = kit.all("/api/v1/activities/", &filters);
    all.reverse();
    all
}

fn user_of(kit: &Kit, persona: &str) -> String {
    let info = json(&kit.mock("GET", "/_mock/info", ""));
    let users = info["tenants"][0]["users"].as_array().unwrap().clone();
    users.iter().find(|user| user["persona"] == persona).unwrap()["upn"].as_str().unwrap().to_owned()
}

#[test]
fn the_rows_stand_in_order_and_tell_how_each_stands() {
    let kit = kit();
    let reader = bearer(&kit, "security-reader", &["settings.read"]);
    let all = json(&as_caller(&kit, &reader, "GET", ROWS, ""));
    let told: Vec<(&str, &str, &str)> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (text("kind"), text("title"), text("status"))
        })
        .collect();
    let expected = [
        ("apiTokens", "API tokens", "1 token: Generated"),
        ("siemAgents", "SIEM agents", "No agents"),
        ("externalDlp", "External DLP", "Not configured"),
        ("playbooks", "Playbooks", "Not configured"),
        ("copilot", "Copilot for Security", "Disconnected"),
    ];
    assert_eq!(told, expected);
    assert_eq!((&all["total"], &all["hasNext"]), (&json!(5), &json!(false)));
    let copilot = &all["data"][4];
    assert_eq!(copilot["connection"], connection(&kit), "every dimension, as the control API shows them");
    assert_eq!(copilot["connection"]["reasons"], json!(["toggle_off"]));
    assert_eq!((&copilot["changedAt"], &copilot["changedBy"]), (&Value::Null, &Value::Null));
    switch(&kit, &json!({"enabled": true}));
    let copilot = row(&kit, "copilot");
    assert_eq!(copilot["changedAt"], "2026-11-24T00:00:00.000Z");
    assert_eq!(copilot["changedBy"], user_of(&kit, "global-admin"), "the API token acts as its person");
}

#[test]
fn an_api_token_is_active_for_seven_days_after_it_was_used() {
    let kit = kit();
    let reader = bearer(&kit, "security-reader", &["settings.read"]);
    let token = || {
        let all = json(&as_caller(&kit, &reader, "GET", ROWS, ""));
        all["data"][0]["tokens"][0].clone()
    };
    let fresh = token();
    assert_eq!((&fresh["status"], &fresh["lastUsed"]), (&json!("Generated"), &Value::Null));
    assert_eq!(fresh["owner"], user_of(&kit, "global-admin"));
    kit.send("GET", &kit.url(ROWS), &[("authorization", &format!("Token {}", "0".repeat(64)))], "");
    assert_eq!(token()["status"], "Generated", "another's does not count");
    assert_eq!(kit.api("GET", "/api/v1/alerts/", "").status, 200);
    assert_eq!(token()["status"], "Active");
    // Tokens of Entra ID would be over by then: an administrator's lives as long as it is said.
    let path = format!("/_mock/tenants/{}/tokens", kit.tenant.identity().id);
    let long = json!({"user": "security-reader", "scopes": ["settings.read"], "lifetime": "P30D"});
    let long = json(&kit.mock("POST", &path, &long.to_string()))["authorization"].clone();
    let token = || {
        let all = json(&as_caller(&kit, long.as_str().unwrap(), "GET", ROWS, ""));
        all["data"][0]["tokens"][0].clone()
    };
    kit.tenant.advance(Span::days(7)).unwrap();
    assert_eq!(token()["status"], "Active");
    kit.tenant.advance(Span::millis(1)).unwrap();
    assert_eq!(
        (&token()["status"], &token()["lastUsed"]),
        (&json!("Inactive"), &json!("2026-11-24T00:00:00.000Z"))
    );
}

#[test]
fn the_row_of_siem_agents_tells_each_of_them_and_what_becomes_of_them() {
    let kit = kit();
    let add = |name: &str, format: &str| {
        command(&kit, &json!({"addSiemAgent": {"name": name, "format": format, "by": "security-admin"}}));
    };
    add("north", "genericCef");
    add("south", "arcSight");
    command(&kit, &json!({"setSiemAgentRunning": {"agent": "south", "running": true}}));
    command(&kit, &json!({"setSiemAgentRunning": {"agent": "south", "running": false}}));
    kit.tenant.advance(Span::hours(13)).unwrap();
    let found = row(&kit, "siemAgents");
    assert_eq!(found["status"], "2 agents: 1 Created, 1 Disconnected");
    assert_eq!(
        row(&kit, "copilot")["connection"]["reasons"],
        json!(["toggle_off"]),
        "which is another thing"
    );
    assert!(found["notice"].as_str().unwrap().contains("will end with 2025-11"), "{found}");
    assert_eq!(
        (&found["canAdd"], &found["changedBy"]),
        (&json!(true), &json!(user_of(&kit, "security-admin")))
    );
    let told = |at: usize, name: &str| found["agents"][at][name].clone();
    assert_eq!(
        (told(0, "name"), told(0, "format"), told(0, "status")),
        (json!("north"), json!("Generic CEF"), json!("Created"))
    );
    assert_eq!(told(0, "lastData"), Value::Null);
    assert_eq!(
        (told(1, "format"), told(1, "status")),
        (json!("Micro Focus ArcSight"), json!("Disconnected"))
    );
    assert_eq!(told(1, "lastData"), "2026-11-24T00:00:00.000Z");
    command(&kit, &json!({"setServiceDate": {"date": "2025-11"}}));
    let found = row(&kit, "siemAgents");
    assert_eq!((&found["canAdd"], found["agents"].as_array().unwrap().len()), (&json!(false), 2));
    assert!(found["notice"].as_str().unwrap().contains("have ended with 2025-11"), "{found}");
    command(&kit, &json!({"setServiceDate": {"date": "2025-04"}}));
    assert_eq!(row(&kit, "siemAgents")["notice"], Value::Null, "not announced yet");
}

#[test]
fn switching_on_asks_for_consent_and_accepting_connects() {
    let kit = kit();
    let on = switch(&kit, &json!({"enabled": true}));
    assert_eq!(
        (&on["enabled"], &on["dialog"], on.get("blockedBy")),
        (&json!(true), &json!("open"), Some(&Value::Null))
    );
    assert_eq!((&on["warning"], &on["retryAfterSeconds"]), (&Value::Null, &json!(0)));
    let url = on["consentUrl"].as_str().unwrap();
    assert!(url.contains("bb3d68c2-d09e-4455-94a0-e323996dbaa3"), "{url}");
    assert_eq!(on["connection"]["reasons"], json!(["consent_pending"]));
    let again = switch(&kit, &json!({"enabled": true}));
    assert_eq!(again, on, "it is on already: nothing changes, and the dialog waits still");
    command(&kit, &json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}));
    let connected = switch(&kit, &json!({"enabled": true}));
    assert_eq!((&connected["consentUrl"], &connected["dialog"]), (&Value::Null, &Value::Null));
    assert_eq!(connected["connection"]["status"], "Connected");
    let off = switch(&kit, &json!({"enabled": false}));
    assert_eq!(
        (&off["enabled"], &off["consentUrl"], &off["retryAfterSeconds"]),
        (&json!(false), &Value::Null, &json!(10))
    );
    let off_again = switch(&kit, &json!({"enabled": false}));
    assert_eq!(off_again, off);
}

#[test]
fn switching_on_too_soon_is_done_and_warns() {
    let kit = kit();
    switch(&kit, &json!({"enabled": true}));
    switch(&kit, &json!({"enabled": false}));
    kit.tenant.advance(Span::millis(7_500)).unwrap();
    let soon = switch(&kit, &json!({"enabled": true}));
    assert_eq!(
        (&soon["enabled"], &soon["consentUrl"], &soon["dialog"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert_eq!(soon["retryAfterSeconds"], 3, "rounded up");
    assert!(soon["warning"].as_str().unwrap().contains("10 seconds"), "{soon}");
    assert_eq!(soon["connection"]["reasons"], json!(["toggle_too_soon"]));
    switch(&kit, &json!({"enabled": false}));
    kit.tenant.advance(Span::seconds(10)).unwrap();
    let on = switch(&kit, &json!({"enabled": true}));
    assert_eq!((&on["dialog"], &on["warning"]), (&json!("open"), &Value::Null));
}

#[test]
fn the_browser_of_the_body_decides_whether_the_dialog_opens() {
    for (browser, dialog, blocked) in [
        (json!({"popups": false}), "blocked", json!("popups")),
        (json!({"thirdPartyCookies": false}), "blocked", json!("cookies")),
        (json!({"popups": false, "allowList": ["security.microsoft.com"]}), "open", Value::Null),
        (Value::Null, "open", Value::Null),
    ] {
        let kit = kit();
        let on = switch(&kit, &json!({"enabled": true, "browser": browser}));
        assert_eq!((&on["dialog"], &on["blockedBy"]), (&json!(dialog), &blocked), "{browser}");
        assert!(on["consentUrl"].is_string());
    }
}

#[test]
fn only_two_roles_switch_and_others_read_or_nothing() {
    let kit = kit();
    let body = r#"{"enabled": true}"#;
    let both = ["settings.read", "settings.manage"];
    for (user, reads, switches) in [
        ("security-reader", 200, 403),
        ("cloud-app-security-admin", 200, 403),
        ("user", 403, 403),
        ("security-admin", 200, 200),
        ("global-admin", 200, 200),
    ] {
        let bearer = bearer(&kit, user, &both);
        assert_eq!(as_caller(&kit, &bearer, "GET", ROWS, "").status, reads, "{user}");
        let answer = as_caller(&kit, &bearer, "PUT", COPILOT, body);
        assert_eq!(answer.status, switches, "{user}: {}", text(&answer));
        if switches == 403 {
            assert_eq!(json(&answer), json!({"detail": "Forbidden"}));
            assert_eq!(connection(&kit)["on"], false, "{user}");
        }
    }
    let reading = bearer(&kit, "global-admin", &["settings.read"]);
    assert_eq!(as_caller(&kit, &reading, "PUT", COPILOT, body).status, 403, "the role alone is not enough");
}

#[test]
fn what_is_lacking_is_told_with_what_to_do() {
    for (lose, reason, remedy) in [
        (json!({"setSubscriptions": {"skus": []}}), "license_missing", "Microsoft 365 E5"),
        (json!({"setCopilotEnabled": {"enabled": false}}), "copilot_not_enabled", "workspace"),
        (json!({"setCopilotCapacity": {"capacity": "deleted"}}), "capacity_missing", "Azure portal"),
        (json!({"setCopilotCapacity": {"capacity": "provisioning"}}), "capacity_provisioning", "Wait"),
    ] {
        let kit = kit();
        command(&kit, &json!({"setCopilotTimes": {"provisioning": "2m"}}));
        command(&kit, &lose);
        let answer = kit.api("PUT", COPILOT, r#"{"enabled": true}"#);
        let body = json(&answer);
        assert_eq!((answer.status.as_u16(), &body["reason"]), (409, &json!(reason)), "{body}");
        assert!(body["remedy"].as_str().unwrap().contains(remedy), "{body}");
        assert!(body["detail"].as_str().unwrap().starts_with(reason), "{body}");
        assert_eq!(row(&kit, "copilot")["connection"]["reasons"][0], reason, "the row says so, too");
        assert_eq!(kit.api("PUT", COPILOT, r#"{"enabled": false}"#).status, 200, "off it can be switched");
    }
}

#[test]
fn what_happens_to_the_connection_is_told_by_activities() {
    let kit = kit();
    let admin = bearer(&kit, "security-admin", &["settings.manage"]);
    let put = |body: Value| as_caller(&kit, &admin, "PUT", COPILOT, &body.to_string());
    kit.tenant.advance(Span::millis(1_234_567)).unwrap();
    assert_eq!(put(json!({"enabled": true})).status, 200);
    assert_eq!(put(json!({"enabled": true})).status, 200, "which changes nothing and is not told again");
    command(&kit, &json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}));
    command(&kit, &json!({"switchCopilotSource": {"user": "user", "on": false}}));
    assert_eq!(put(json!({"enabled": false})).status, 200);
    let events = connection(&kit)["events"].as_array().unwrap().clone();
    let told: Vec<&Value> = events.iter().filter(|event| event["activity"].is_string()).collect();
    let security = user_of(&kit, "security-admin");
    let expected = [
        ("toggled_on", "EnableCopilotPlugin", security.clone(), 313, "True"),
        ("consent_accepted", "Consent to application.", user_of(&kit, "global-admin"), 8, ""),
        ("source_switched_off", "UpdateCopilotSettings", user_of(&kit, "user"), 325, "False"),
        ("toggled_off", "DisableCopilotPlugin", security, 314, "False"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (event, (what, operation, who, record_type, now)) in told.iter().zip(&expected) {
        assert_eq!((&event["event"], &event["by"]), (&json!(what), &json!(who)));
        let id = event["activity"].as_str().unwrap();
        let activity = json(&kit.api("GET", &format!("/api/v1/activities/{id}/"), ""));
        assert_eq!(activity["_id"], *id);
        assert_eq!(activity["mainInfo"]["rawOperationName"], *operation);
        assert_eq!(activity["user"]["userName"], json!(who));
        let instant = at(event["at"].as_str().unwrap()).millis();
        assert_eq!((&activity["timestamp"], &activity["created"]), (&json!(instant), &json!(instant)));
        let raw = &activity["rawDataJson"];
        assert_eq!((&raw["RecordType"], &raw["Operation"]), (&json!(record_type), &json!(operation)));
        assert!(activity["device"]["clientIP"].is_string(), "{activity}");
        if !now.is_empty() {
            assert_eq!(raw["CopilotSettingsEventData"]["Resource"][0]["NewValue"], *now);
            assert_eq!(raw["AppIdentity"], "Copilot.Security.SecurityCopilot");
        }
    }
    let consent = activities(&kit, 11_161);
    let consent =
        consent.iter().find(|found| found["mainInfo"]["rawOperationName"] == "Consent to application.");
    let target = &consent.unwrap()["mainInfo"]["eventObjects"][0];
    assert_eq!(
        (&target["name"], &target["id"]),
        (&json!("Security Copilot"), &json!("bb3d68c2-d09e-4455-94a0-e323996dbaa3"))
    );
    assert_eq!(consent.unwrap()["eventRouting"]["adminEvent"], true);
}

#[test]
fn consent_that_is_taken_back_is_told_by_an_activity() {
    let kit = kit();
    let client = "bb3d68c2-d09e-4455-94a0-e323996dbaa3";
    let connect = || {
        command(&kit, &json!({"setCopilotToggle": {"on": true, "by": "global-admin"}}));
        command(&kit, &json!({"answerCopilotDialog": {"accept": true, "by": "global-admin"}}));
    };
    let revoked = || {
        let events = connection(&kit)["events"].as_array().unwrap().clone();
        events.into_iter().rfind(|event| event["event"] == "consent_revoked").unwrap()
    };
    connect();
    kit.tenant.advance(Span::minutes(3)).unwrap();
    command(&kit, &json!({"revokeConsent": {"app": client}}));
    let event = revoked();
    let id = event["activity"].as_str().unwrap_or_else(|| panic!("{event}"));
    let activity = json(&kit.api("GET", &format!("/api/v1/activities/{id}/"), ""));
    assert_eq!(activity["mainInfo"]["rawOperationName"], "Remove delegated permission grant.");
    assert_eq!(activity["timestamp"], json!(at(event["at"].as_str().unwrap()).millis()));
    assert_eq!(activity["mainInfo"]["eventObjects"][0]["id"], client);
    assert_eq!(activity["eventRouting"]["adminEvent"], true);
}

#[test]
fn what_administrators_do_with_siem_agents_is_told_by_activities() {
    let kit = kit();
    command(
        &kit,
        &json!({"addSiemAgent": {"name": "north", "format": "genericCef", "by": "security-admin"}}),
    );
    command(&kit, &json!({"setSiemAgentRunning": {"agent": "north", "running": true}}));
    command(&kit, &json!({"renewSiemAgentToken": {"agent": "north", "by": "cloud-app-security-admin"}}));
    command(&kit, &json!({"removeSiemAgent": {"agent": "north"}}));
    let told: Vec<(Value, Value, Value, Value)> = activities(&kit, 20_595)
        .into_iter()
        .filter(|found| found["description"].as_str().unwrap().contains("SIEM agent"))
        .map(|found| {
            let name = found["mainInfo"]["eventObjects"][0]["name"].clone();
            let (what, who) = (found["description"].clone(), found["user"]["userName"].clone());
            (what, name, who, found["eventRouting"]["adminEvent"].clone())
        })
        .collect();
    let by = |persona: &str| json!(user_of(&kit, persona));
    let north = json!("north");
    let expected = [
        (json!("Create SIEM agent"), north.clone(), by("security-admin"), json!(true)),
        (json!("Generate SIEM agent token"), north.clone(), by("cloud-app-security-admin"), json!(true)),
        (json!("Delete SIEM agent"), north, json!("mock-defender operator"), json!(true)),
    ];
    assert_eq!(told, expected, "an agent that starts by itself is nobody's doing");
}

#[test]
fn without_a_licence_the_api_answers_a_page_and_with_one_again_as_before() {
    let kit = kit();
    let list = |credential: &str| as_caller(&kit, credential, "GET", "/api/v1/alerts/", "");
    let application = {
        let path = format!("/_mock/tenants/{}/tokens", kit.tenant.identity().id);
        json(&kit.mock("POST", &path, "{}"))["authorization"].as_str().unwrap().to_owned()
    };
    let credentials = [kit.credential().to_owned(), application];
    let before: Vec<String> = credentials.iter().map(|credential| text(&list(credential))).collect();
    command(&kit, &json!({"setSubscriptions": {"skus": ["SPE_E3", "AAD_PREMIUM_P2"]}}));
    for credential in &credentials {
        let answer = list(credential);
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-type"]),
            (403, &"text/html; charset=utf-8".parse().unwrap())
        );
        assert!(text(&answer).starts_with("<!"), "{}", text(&answer));
    }
    assert_eq!(list("Token x").status, 401, "who is not known learns nothing of it");
    assert_eq!(kit.api("GET", ROWS, "").status, 200, "the page of settings says what is lacking");
    command(&kit, &json!({"setSubscriptions": {"skus": ["ADALLOM_STANDALONE"]}}));
    let after: Vec<String> = credentials.iter().map(|credential| text(&list(credential))).collect();
    assert_eq!(after, before);
}

/// What is done to the connection, from outside.
enum Act {
    /// By the API.
    Switch(bool),
    /// By a command.
    Give(Value),
    /// The clock goes on by so many seconds.
    Pass(i64),
}

#[test]
fn each_reason_is_told_by_the_api_and_comes_and_goes_with_its_cause() {
    use Act::{Give, Pass, Switch};
    let accept = || Give(json!({"answerCopilotDialog": {"accept": true, "by": "security-admin"}}));
    let anew = || vec![Switch(false), Pass(10), Switch(true), accept()];
    let skus = |skus: &[&str]| Give(json!({"setSubscriptions": {"skus": skus}}));
    let enabled = |enabled: bool| Give(json!({"setCopilotEnabled": {"enabled": enabled}}));
    let capacity = |capacity: &str| Give(json!({"setCopilotCapacity": {"capacity": capacity}}));
    let provisioning = || Give(json!({"setCopilotTimes": {"provisioning": "5m"}}));
    let network = |host: &str, kind: &str| Give(json!({"setCopilotNetwork": {"host": host, "kind": kind}}));
    let channel = |channel: &str| Give(json!({"setCopilotChannel": {"channel": channel}}));
    let browser = |popups: bool| Give(json!({"setBrowser": {"popups": popups}}));
    let (xdr, graph) = ("api.security.microsoft.com", "graph.microsoft.com");
    // From a connection that is there: what is done, every reason that is told then, and what brings it back.
    let rows: Vec<(Vec<Act>, Vec<&str>, Vec<Act>)> = vec![
        (vec![skus(&["SPE_E3"])], vec!["license_missing"], vec![skus(&["ADALLOM_STANDALONE"])]),
        (vec![enabled(false)], vec!["copilot_not_enabled"], vec![enabled(true)]),
        (vec![capacity("deleted")], vec!["capacity_missing"], vec![capacity("ok")]),
        (vec![capacity("detached")], vec!["capacity_missing"], vec![capacity("ok")]),
        (vec![provisioning(), capacity("provisioning")], vec!["capacity_provisioning"], vec![Pass(300)]),
        (vec![Switch(false)], vec!["toggle_off"], vec![Pass(10), Switch(true), accept()]),
        (vec![Switch(false), Pass(9), Switch(true)], vec!["toggle_too_soon"], anew()),
        (vec![Switch(false), Pass(10), Switch(true)], vec!["consent_pending"], vec![accept()]),
        (
            vec![browser(false), Switch(false), Pass(10), Switch(true)],
            vec!["consent_pending", "dialog_blocked"],
            [vec![browser(true)], anew()].into_iter().flatten().collect(),
        ),
        (
            vec![
                Switch(false),
                Pass(10),
                Switch(true),
                Give(json!({"answerCopilotDialog": {"accept": false, "by": "global-admin"}})),
            ],
            vec!["consent_declined"],
            anew(),
        ),
        (
            vec![Give(json!({"revokeConsent": {"app": "security-copilot"}}))],
            vec!["consent_revoked", "session_revoked"],
            anew(),
        ),
        (vec![Pass(3_600)], vec!["session_expired"], anew()),
        (vec![Give(json!({"expireCopilotSession": {}}))], vec!["session_expired"], anew()),
        (
            vec![Give(json!({"revokeSessions": {"user": "security-admin"}}))],
            vec!["session_revoked"],
            [vec![Pass(1)], anew()].into_iter().flatten().collect(),
        ),
        (
            vec![network(xdr, "tls-fail"), Pass(60)],
            vec!["endpoint_unreachable:api.security.microsoft.com"],
            vec![network(xdr, "allow"), Pass(60)],
        ),
        (
            vec![network(graph, "dns-fail"), Pass(60)],
            vec!["endpoint_unreachable:graph.microsoft.com"],
            vec![network(graph, "allow"), Pass(60)],
        ),
        (vec![channel("cut")], vec!["channel_unreachable"], vec![channel("open")]),
    ];
    let kit = kit();
    let act = |acts: &[Act]| {
        for act in acts {
            match act {
                Switch(on) => drop(switch(&kit, &json!({"enabled": on}))),
                Give(given) => command(&kit, given),
                Pass(seconds) => drop(kit.tenant.advance(Span::seconds(*seconds)).unwrap()),
            }
        }
    };
    let told = || {
        let copilot = row(&kit, "copilot");
        (copilot["status"].clone(), copilot["connection"]["reasons"].clone())
    };
    // Two calls lead from a fresh tenant to Connected.
    act(&[Switch(true), accept()]);
    for (lose, reasons, mend) in &rows {
        assert_eq!(told(), (json!("Connected"), json!([])), "before {reasons:?}");
        act(lose);
        assert_eq!(told(), (json!("Disconnected"), json!(reasons)));
        act(mend);
    }
    assert_eq!(told(), (json!("Connected"), json!([])));
    // A consent that ends is no more there for who switches anew, either.
    act(&[Give(json!({"setCopilotTimes": {"consent": "5s"}}))]);
    act(&anew());
    act(&[Pass(5)]);
    assert_eq!(told(), (json!("Disconnected"), json!(["consent_expired"])));
}
