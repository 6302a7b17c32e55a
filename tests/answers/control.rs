//! The control API: tenants, clocks, storylines, records put in, snapshots, files.

use mock_defender::{MockDefender, Size};
use serde_json::{Value, json};

use crate::Chapter;
use crate::desk::{Desk, OWN, text};

const STORYLINES: [&str; 12] = [
    "impossible-travel",
    "password-spray-then-success",
    "inbox-rule-fraud",
    "oauth-consent-phishing",
    "mass-download-before-leaving",
    "ransomware-mass-rename-delete",
    "privileged-role-grant-at-night",
    "sharing-to-private-account",
    "terminated-user-still-active",
    "unsanctioned-upload",
    "dormant-app-reawakened",
    "first-admin-activity-from-new-country",
];

pub(crate) fn chapters() -> Vec<Chapter> {
    let tiny = MockDefender::builder;
    vec![
        (tiny(), surroundings),
        (tiny(), tenants),
        (tiny(), clock),
        (tiny().size(Size::Small), stories),
        (tiny(), injected),
        (tiny(), snapshots),
        (tiny().seed(3), refusals),
    ]
}

/// What describes the simulator itself.
fn surroundings(desk: &Desk) {
    for path in ["health", "info", "ca.pem", "routes", "openapi.json", "metrics", "tenants"] {
        desk.control(path, "GET", &format!("/_mock/{path}"), "").done();
        desk.send(path, "GET", &format!("http://127.0.0.1:9000/_mock/{path}"), &[], "").done();
    }
    for path in ["", "/directory", "/truth", "/clock", "/commands", "/snapshots", "/export", "/requests"] {
        desk.control("born", "GET", &format!("…{path}"), "").done();
    }
    for name in [desk.label().to_owned(), text(&desk.info, "domain").to_owned()] {
        desk.control("by-name", "GET", &format!("/_mock/tenants/{name}"), "").done();
    }
    let alerts = desk.api("alerts", "GET", "/api/v1/alerts/?limit=2", "").json();
    for alert in alerts["data"].as_array().unwrap() {
        desk.control("alert", "GET", &format!("…/alerts/{}", text(alert, "_id")), "").done();
    }
}

/// Tenants come, fork and go.
fn tenants(desk: &Desk) {
    let create = |label: &str, body: Value| desk.control(label, "POST", "/_mock/tenants", body.to_string());
    let made = create(
        "create",
        json!({"seed": 9, "size": "tiny", "name": "Fabrikam", "freeze": true,
        "start": "2026-11-24T00:00:00Z"}),
    );
    let other = desk.about(made.done().json());
    create("create-again", json!({"seed": 9, "size": "tiny", "name": "Fabrikam"}));
    let company = json!({"seed": 12, "users": 12, "freeze": true, "start": "2026-11-24T00:00:00Z",
        "people": [{"displayName": "Ada Example", "upn": "ada", "persona": "user"}], "storylines": "none"});
    let third = desk.about(create("specification", company).done().json());
    for (label, body) in [
        ("misspelled", json!({"sise": "tiny"})),
        ("bad-start", json!({"start": "yesterday"})),
        ("no-name", json!({"name": ""})),
        ("few-users", json!({"users": 5})),
        ("bad-size", json!({"size": "vast"})),
        ("list", json!([])),
    ] {
        create(label, body);
    }
    desk.control("yaml", "POST", "/_mock/tenants", "seed: [1\n");
    for (desk, name) in [(&other, "other"), (&third, "third")] {
        desk.api(name, "POST", "/api/v1/alerts/", r#"{"limit": 3}"#).done();
        desk.api(name, "POST", "/api/v1/activities/", r#"{"limit": 3}"#).done();
        desk.control(name, "GET", "…/truth", "").done();
    }
    // The token of one tenant at the host of another.
    desk.send(
        "stranger",
        "GET",
        &other.genuine("/api/v1/alerts/"),
        &[("authorization", &desk.credential())],
        "",
    );

    desk.advance("PT5H");
    let fork = desk.about(desk.control("fork", "POST", "…/fork", "").done().json());
    desk.control("fork-ttl", "POST", "…/fork", r#"{"ttl": "PT10M"}"#).done();
    desk.control("fork-bad-ttl", "POST", "…/fork", r#"{"ttl": "soon"}"#);
    desk.control("fork-kept", "POST", "…/fork", r#"{"ttl": "PT10M", "keep": true}"#);
    fork.command("in-fork", &json!({"setUserEnabled": {"user": "user", "enabled": false}})).done();
    fork.advance("P1D").done();
    let forked_again = desk.about(fork.control("fork", "POST", "…/fork", "").done().json());
    for (desk, name) in [(desk, "parent"), (&fork, "fork"), (&forked_again, "fork-of-fork")] {
        desk.api(name, "POST", "/api/v1/alerts/", r#"{"limit": 3}"#).done();
        desk.api(name, "POST", "/api/v1/activities/", r#"{"limit": 3}"#).done();
        for rest in ["", "/commands", "/clock", "/export", "/directory"] {
            desk.control(name, "GET", &format!("…{rest}"), "").done();
        }
    }
    fork.control("reset", "POST", "…/reset", "").done();
    let file = fork.control("fork", "GET", "…/export", "").done().text();
    desk.control("tenants", "GET", "/_mock/tenants", "").done();
    desk.log();
    for gone in [&forked_again, &fork, &third, &other] {
        gone.control("delete", "DELETE", "…", "").done();
        gone.control("gone", "GET", "…", "");
        gone.api("gone", "GET", "/api/v1/alerts/", "");
    }
    desk.control("delete-first", "DELETE", "…", "");
    desk.control("import", "POST", "/_mock/tenants/import", file).done();
    for rest in ["", "/commands", "/clock", "/export", "/snapshots"] {
        fork.control("imported", "GET", &format!("…{rest}"), "").done();
    }
    desk.control("tenants", "GET", "/_mock/tenants", "").done();
}

fn clock(desk: &Desk) {
    let patch = |label: &str, body: Value| {
        desk.control(label, "PATCH", "…/clock", body.to_string());
        desk.control(label, "GET", "…/clock", "").done();
    };
    desk.control("stop", "DELETE", "…/clock/advance", "").done();
    for by in ["PT1H30M", "P1DT1S", "PT0.5S", "PT0S", "soon", "-PT1H", "P1Y"] {
        desk.advance(by);
    }
    patch("set", json!({"now": "2026-11-27T08:00:00Z"}));
    patch("back", json!({"now": "2026-11-20T08:00:00Z"}));
    patch("end", json!({"now": "9000-01-01T00:00:00.001Z"}));
    patch("follow", json!({"mode": "follow"}));
    desk.advance("PT1H");
    patch("rate", json!({"mode": "rate", "rate": 60.0}));
    patch("no-rate", json!({"mode": "rate"}));
    patch("fast", json!({"rate": 100_000.0}));
    patch("still", json!({"rate": 0}));
    patch("frozen", json!({"mode": "frozen", "now": "2026-11-28T08:00:00Z"}));
    patch("stamps", json!({"tokenStamps": "wall"}));
    desk.control("minted", "POST", "…/tokens", "").done();
    patch("stamps", json!({"tokenStamps": "virtual"}));
    patch("unknown", json!({"mode": "dance"}));
    patch("misspelled", json!({"nwo": 1}));
    desk.api("alerts", "POST", "/api/v1/alerts/", r#"{"limit": 9}"#).done();
    desk.control("export", "GET", "…/export", "").done();
}

/// Every storyline, and what becomes of it.
fn stories(desk: &Desk) {
    for name in STORYLINES {
        desk.control(name, "POST", "…/play", json!({"storyline": name}).to_string()).done();
    }
    let unknown = desk.control("unknown", "POST", "…/play", r#"{"storyline": "heist"}"#).json();
    let known = text(&unknown["error"]["details"][0], "expected").trim_start_matches("one of ").to_owned();
    assert!(known.split(", ").all(|name| STORYLINES.contains(&name)), "{known}");
    for (label, body) in [
        ("later", json!({"storyline": "impossible-travel", "user": "user", "at": "2026-11-25T09:00:00Z"})),
        ("sized", json!({"storyline": "mass-download-before-leaving", "size": 200})),
        ("nobody", json!({"storyline": "impossible-travel", "user": "nobody@nowhere"})),
        ("unsuitable", json!({"storyline": "terminated-user-still-active", "user": "global-admin"})),
        ("early", json!({"storyline": "impossible-travel", "at": "2026-11-20T09:00:00Z"})),
        ("too-big", json!({"storyline": "impossible-travel", "size": 100_000})),
        ("unnamed", json!({})),
    ] {
        desk.control(label, "POST", "…/play", body.to_string());
    }
    desk.control("before", "GET", "…/truth", "").done();
    for _ in 0..3 {
        desk.advance("P1D").done();
        desk.control("truth", "GET", "…/truth", "").done();
        let recent = r#"{"filters": {"date": {"gte_ndays": 1}}}"#;
        desk.api("alerts", "POST", "/api/v1/alerts/", recent).done();
        desk.api("activities", "POST", "/api/v1/activities/", recent).done();
    }
    desk.control("journal", "GET", "…/commands", "").done();
    desk.control("export", "GET", "…/export", "").done();
    desk.control("directory", "GET", "…/directory", "").done();
}

/// Records put in from outside.
fn injected(desk: &Desk) {
    let inject = |label: &str, body: Value| desk.control(label, "POST", "…/inject", body.to_string());
    let known = |path: &str| desk.api("known", "POST", path, r#"{"limit": 1}"#).json()["data"][0].clone();
    let mut activity = known("/api/v1/activities/");
    activity.as_object_mut().unwrap().remove("created");
    inject("activity-again", json!({ "activity": activity })).done();
    let mut alert = known("/api/v1/alerts/");
    alert.as_object_mut().unwrap().remove("audits");
    inject("alert-again", json!({ "alert": alert })).done();
    let made = inject("activity", json!({"activity": stranger()})).done().member("id");
    let vault = json!({
        "title": "Vault emptied", "description": "Somebody emptied a vault.", "severityValue": 3, "idValue": 999,
        "stories": [0, 4], "intent": [10], "audits": [made], "threatScore": 99,
        "entities": [
            {"type": "policyRule", "id": "64aa00112233445566778899", "label": "Vaults", "policyType": "AUDIT"},
            {"type": "account", "id": "x", "label": "Somebody", "pa": desk.user("user").0, "inst": 0},
            {"type": "ip", "id": "192.0.2.250", "label": "192.0.2.250"},
            {"type": "service", "id": 424_242, "label": "Example Vault"},
            {"type": "file", "id": "site|item", "label": "plan.docx"},
        ],
    });
    let raised = inject("alert", json!({ "alert": vault })).done().member("id");
    let closed = json!({"title": "Old", "resolutionStatusValue": 4, "resolveTime": "2026-09-01T08:15:30.120Z",
        "timestamp": 1_780_000_000_000_i64, "comment": "pen test", "handledByUser": "soc@contoso.example"});
    inject("closed-alert", json!({ "alert": closed })).done();
    for (label, body) in [
        ("nothing", json!({})),
        ("incident", json!({"incident": {}})),
        ("no-user", json!({"activity": {"appId": 1, "description": "x"}})),
        (
            "bad-address",
            json!({"activity": {"appId": 1, "description": "x", "user": {"userName": "a@b.example"},
            "device": {"clientIP": "here"}}}),
        ),
        ("future", json!({"activity": {"appId": 1, "description": "x", "timestamp": 9_999_999_999_999_i64}})),
        ("colour", json!({"activity": {"appId": 1, "description": "x", "colour": "red"}})),
        ("no-title", json!({"alert": {}})),
        ("severity", json!({"alert": {"title": "t", "severityValue": 9}})),
        ("audits", json!({"alert": {"title": "t", "audits": ["1_2_3"]}})),
        ("entity", json!({"alert": {"title": "t", "entities": [{"type": "ip", "id": "here"}]}})),
        ("comment", json!({"alert": {"title": "t", "comment": "done"}})),
    ] {
        inject(label, body);
    }
    desk.api("found", "GET", &format!("/api/v1/activities/{made}/"), "").done();
    desk.api("found", "GET", &format!("/api/v1/alerts/{raised}/"), "").done();
    for (path, filters) in [
        ("/api/v1/activities/", json!({"service": {"eq": [424_242]}})),
        ("/api/v1/activities/", json!({"activity.alertId": {"eq": raised}})),
        ("/api/v1/activities/", json!({"user.domain": {"eq": ["outside.example"]}})),
        ("/api/v1/alerts/", json!({"entity.file": {"eq": ["site|item"]}})),
        ("/api/v1/alerts/", json!({"entity.policy": {"eq": ["64aa00112233445566778899"]}})),
    ] {
        desk.api("found", "POST", path, json!({ "filters": filters }).to_string()).done();
    }
    let close = json!({"filters": {"id": {"eq": [raised]}}, "comment": "drill"}).to_string();
    desk.api("close", "POST", "/api/v1/alerts/close_true_positive/", close).done();
    desk.advance("PT3H").done();
    desk.api("alerts", "POST", "/api/v1/alerts/", "").done();
    desk.control("journal", "GET", "…/commands", "").done();
    desk.control("export", "GET", "…/export", "").done();
}

/// An activity of somebody and something that no tenant knows.
pub(crate) fn stranger() -> Value {
    json!({
        "appId": 424_242, "appName": "Example Vault", "eventType": 7, "eventTypeValue": "EVENT_VAULT_OPEN",
        "eventTypeName": "EVENT_CATEGORY_OPEN_VAULT", "description": "Vault opened",
        "mainInfo": {"rawOperationName": "VaultOpened", "type": "basic"},
        "user": {"userName": "eve@outside.example"}, "resolvedActor": {"name": "Eve Outside"},
        "device": {"clientIP": "192.0.2.250", "userAgent": "VaultClient/9", "countryCode": "NL"},
        "rawDataJson": {"vault": 12}, "eventRouting": {"adminEvent": true},
    })
}

fn snapshots(desk: &Desk) {
    let take = |name: &str| desk.control(name, "POST", "…/snapshots", json!({ "name": name }).to_string());
    let restore = |name: &str| desk.control(name, "POST", &format!("…/snapshots/{name}/restore"), "");
    take("a").done();
    desk.advance("PT30H").done();
    desk.api("close", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#).done();
    take("b").done();
    take("no/slash");
    take("");
    restore("a").done();
    restore("nothing");
    desk.api("alerts", "POST", "/api/v1/alerts/", "").done();
    restore("b").done();
    desk.api("alerts", "POST", "/api/v1/alerts/", "").done();
    desk.control("list", "GET", "…/snapshots", "").done();
    let file = desk.control("export", "GET", "…/export", "").done().text();
    desk.control("reset", "POST", "…/reset", "").done();
    desk.control("list", "GET", "…/snapshots", "").done();
    desk.api("alerts", "POST", "/api/v1/alerts/", "").done();
    desk.control("export", "GET", "…/export", "").done();
    for (label, file) in [
        ("taken", file.clone()),
        ("empty", String::new()),
        ("no-birth", "{\"reset\": {}}\n".to_owned()),
        ("torn", file[..file.len() - 9].to_owned()),
        ("generator", file.replacen("\"generator\":", "\"generator\":9", 1)),
    ] {
        desk.control(&format!("import-{label}"), "POST", "/_mock/tenants/import", file);
    }
    for number in 0..63 {
        desk.control("many", "POST", "…/snapshots", json!({"name": format!("n{number}")}).to_string());
    }
}

/// What the control API refuses.
fn refusals(desk: &Desk) {
    let info = format!("{OWN}/_mock/info");
    desk.send("same-origin", "GET", &info, &[("origin", OWN)], "").done();
    desk.send("cross-origin", "GET", &info, &[("origin", "https://evil.example")], "");
    desk.send("cross-site", "GET", &info, &[("sec-fetch-site", "cross-site")], "");
    for url in [
        "https://evil.example/_mock/info",
        "https://login.microsoftonline.com/_mock/info",
        "https://graph.microsoft.com/_mock/info",
        "https://localhost:8443/nothing/here",
        "https://localhost:8443/",
        "https://localhost:8443/_mock/",
        "https://localhost:8443/_mock/nothing",
        "https://localhost:8443/_mock/tenants/nobody",
        "https://localhost:8443/_mock/tenants/nobody/clock",
    ] {
        desk.send("nowhere", "GET", url, &[], "");
    }
    for (method, path) in
        [("PUT", "/_mock/tenants"), ("POST", "/_mock/info"), ("PATCH", "…/commands"), ("HEAD", "…")]
    {
        desk.control("method", method, path, "");
    }
    for rest in
        ["commands", "play", "inject", "tokens", "clock/advance", "fork", "snapshots", "requests/verify"]
    {
        desk.control("no-body", "POST", &format!("…/{rest}"), "");
        desk.control("no-json", "POST", &format!("…/{rest}"), "{");
        desk.control("number", "POST", &format!("…/{rest}"), "7");
        desk.control("misspelled", "POST", &format!("…/{rest}"), r#"{"sise": 1}"#);
    }
    desk.control("too-large", "POST", "…/commands", " ".repeat((4 << 20) + 1));
    desk.control("no-alert", "GET", "…/alerts/000000000000000000000000", "");
    desk.control("no-alert", "GET", "…/alerts/x", "");
    for wish in [
        json!({"app": "nobody"}),
        json!({"lifetime": "soon"}),
        json!({"expired": true, "notYetValid": true}),
        json!({"expired": true, "issuedAt": "2026-11-24T00:00:00Z"}),
        json!({"roles": ["x"], "user": "user"}),
        json!({"scopes": ["x"]}),
        json!({"user": "nobody"}),
        json!({"roles": vec!["x"; 201]}),
    ] {
        desk.control("token", "POST", "…/tokens", wish.to_string());
    }
    for wish in [
        json!({"audience": "https://graph.microsoft.com", "lifetime": "PT5M"}),
        json!({"audience": "api://nobody"}),
        json!({"user": "global-admin"}),
        json!({"claims": {"ver": "9", "extra": [1], "idtyp": null}, "issuedAt": "2026-11-24T00:00:00Z"}),
    ] {
        desk.control("token", "POST", "…/tokens", wish.to_string()).done();
    }
}
