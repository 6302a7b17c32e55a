//! The control API: tenants, clocks, storylines, records put in, snapshots, files.

use mock_defender::{MockDefender, Size};
use serde_json::{Value, json};

use crate::Script;
use crate::client::{Client, OWN, text};

const STORYLINES: [&str; 33] = [
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
    "slow-drift-before-leaving",
    "guest-account-abuse",
    "service-principal-backdoor",
    "federation-trust-added",
    "mailbox-delegate-abuse",
    "transport-rule-exfiltration",
    "teams-phishing-by-a-guest",
    "internal-phishing-campaign",
    "password-guessing-at-an-administrator",
    "application-permissions-raised",
    "power-automate-exfiltration",
    "search-for-secrets",
    "anonymous-links-in-bulk",
    "audit-log-disabled",
    "recycle-bins-emptied",
    "group-based-escalation",
    "cloud-mining",
    "source-code-theft",
    "adversary-in-the-middle",
    "mfa-fatigue",
    "refresh-token-theft",
];

pub(crate) fn scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    vec![
        (tiny(), surroundings),
        (tiny(), server_faults),
        (tiny(), disturbed),
        (tiny(), scenarios),
        (tiny(), connection),
        (tiny(), tenants),
        (tiny(), clock),
        (tiny().size(Size::Small), stories),
        (tiny(), injected),
        (tiny(), snapshots),
        (tiny().seed(3), refusals),
    ]
}

/// What concerns the server and no tenant.
pub(crate) fn server_scripts() -> Vec<Script> {
    vec![(MockDefender::builder(), server_faults)]
}

/// What describes the simulator itself.
fn surroundings(client: &Client) {
    for path in ["health", "info", "ca.pem", "routes", "openapi.json", "metrics", "tenants"] {
        client.control(path, "GET", &format!("/_mock/{path}"), "").done();
        client.send(path, "GET", &format!("http://127.0.0.1:9000/_mock/{path}"), &[], "").done();
    }
    for path in ["/", "/_mock/events"] {
        client.control("console", "GET", path, "").done();
    }
    let page = client.control("console", "GET", "/_mock/ui", "").done().text();
    let style = page.split('"').find(|part| part.ends_with("/frame.css")).expect("a style");
    client.control("console", "GET", style, "").done();
    for path in ["", "/directory", "/truth", "/clock", "/commands", "/snapshots", "/export", "/requests"] {
        client.control("born", "GET", &format!("…{path}"), "").done();
    }
    for name in [client.label().to_owned(), text(&client.info, "domain").to_owned()] {
        client.control("by-name", "GET", &format!("/_mock/tenants/{name}"), "").done();
    }
    let alerts = client.api("alerts", "GET", "/api/v1/alerts/?limit=2", "").json();
    for alert in alerts["data"].as_array().unwrap() {
        client.control("alert", "GET", &format!("…/alerts/{}", text(alert, "_id")), "").done();
    }
}

/// Faults of the server, which answers to requests without a socket do not meet.
/// The faults of a tenant, and what requests meet.
fn disturbed(client: &Client) {
    let add = |label: &str, body: Value| client.control(label, "POST", "…/faults", body.to_string());
    add(
        "outage",
        json!({"id": "outage", "match": {"service": "cloudApps"}, "when": {"times": 2},
        "effect": {"respond": {"status": 503, "headers": {"retry-after": "1"}, "body": {"error": "down"}}}}),
    )
    .done();
    add("expired", json!({"match": {"client": "full"}, "effect": {"token": "expired"}})).done();
    add("html", json!({"when": {"nth": 2}, "effect": {"html": {"status": 502}}})).done();
    for body in [
        json!({}),
        json!({"effect": {"hang": {"for": "1h"}}}),
        json!({"match": {"service": "teams"}, "effect": {"reset": {}}}),
        json!({"match": {"service": "graph"}, "effect": {"refuse": {"refusal": "Busy"}}}),
        json!({"chaos": "mild", "effect": {"reset": {}}}),
    ] {
        add("refused", body);
    }
    for _ in 0..4 {
        client.api("alerts", "GET", "/api/v1/alerts/?limit=1", "");
    }
    for label in ["listed", "removed", "removed-again"] {
        client.control(label, "GET", "…/faults", "").done();
        client.control(label, "DELETE", "…/faults/fault-1", "");
    }
    client.control("cleared", "DELETE", "…/faults", "").done();
    add(
        "stale",
        json!({"id": "changed", "effect": {"edit": [{"set": {"at": "/data/*/title", "to": null}}]}}),
    )
    .done();
    client.api("alerts", "GET", "/api/v1/alerts/?limit=2", "").done();
    client.control("explained", "GET", "…/requests/last/explain", "").done();
    client.control("commands", "GET", "…/commands", "").done();
    client.control("metrics", "GET", "/_mock/metrics", "").done();
    client.control("export", "GET", "…/export", "").done();
}

/// The connection of Copilot for Security comes and goes.
fn connection(client: &Client) {
    client.control("born", "GET", "…/connection", "").done();
    let admin = "security-admin";
    let commands = [
        ("times", json!({"setCopilotTimes": {"session": "30m", "consent": "1h"}})),
        (
            "on",
            json!({"setCopilotToggle": {"on": true, "by": admin, "browser": {"thirdPartyCookies": false}}}),
        ),
        ("opened", json!({"openCopilotDialog": {}})),
        ("lost", json!({"answerCopilotDialog": {"accept": true, "by": admin}})),
        ("off", json!({"setCopilotToggle": {"on": false, "by": admin}})),
        ("too-soon", json!({"setCopilotToggle": {"on": true, "by": admin}})),
        ("off-again", json!({"setCopilotToggle": {"on": false}})),
        ("network", json!({"setCopilotNetwork": {"host": "graph.microsoft.com", "kind": "dns-fail"}})),
        ("channel", json!({"setCopilotChannel": {"channel": "delayed"}})),
        ("capacity", json!({"setCopilotCapacity": {"capacity": "exhausted"}})),
        ("licences", json!({"setSubscriptions": {"skus": ["SPE_E5", "ADALLOM_STANDALONE"]}})),
        ("enabled", json!({"setCopilotEnabled": {"enabled": true}})),
        ("browser", json!({"setBrowser": {"popups": true}})),
        ("switched", json!({"switchCopilotSource": {"user": "user", "on": false}})),
        ("refreshed", json!({"refreshCopilotSources": {"user": "user"}})),
    ];
    for (label, command) in commands {
        client.command(label, &command).done();
    }
    client.control("prepared", "GET", "…/connection", "").done();
    client.advance("PT1M");
    client.command("on-once-more", &json!({"setCopilotToggle": {"on": true, "by": admin}})).done();
    client.command("accepted", &json!({"answerCopilotDialog": {"accept": true, "by": admin}})).done();
    client.control("accepted", "GET", "…/connection", "").done();
    client.advance("PT2H");
    client.control("over", "GET", "…/connection", "").done();
    client.command("nobody", &json!({"setCopilotToggle": {"on": true, "by": "security-reader"}}));
    client.command("no-session", &json!({"expireCopilotSession": {}}));
    client.control("journal", "GET", "…/commands", "").done();
}

fn server_faults(client: &Client) {
    let all = "/_mock/faults";
    for (label, fault) in [
        ("tls", json!({"host": "*.microsoftonline.com", "times": 2, "effect": {"tls": "expired"}})),
        ("connect", json!({"effect": {"connect": {"status": 502}}})),
        ("host", json!({"host": "graph.microsoft.com", "effect": {"host": "reset"}})),
    ] {
        client.control(label, "POST", all, fault.to_string()).done();
    }
    for (label, fault) in [
        ("own-name", json!({"host": "localhost", "effect": {"tls": "reset"}})),
        ("bad-status", json!({"effect": {"host": {"status": 200}}})),
        ("unknown", json!({"effect": {"tls": "slow"}})),
    ] {
        client.control(label, "POST", all, fault.to_string());
    }
    client.control("faults", "GET", all, "").done();
    client.control("removed", "DELETE", "/_mock/faults/server-1", "").done();
    client.control("removed-again", "DELETE", "/_mock/faults/server-1", "");
    client.control("cleared", "DELETE", all, "").done();
    client.control("none", "GET", all, "").done();
}

/// Scenarios are started, go on as the clock does, and are stopped.
fn scenarios(client: &Client) {
    client.control("all", "GET", "/_mock/scenarios", "").done();
    client.control("one", "GET", "/_mock/scenarios/state-changes-after-read", "").done();
    client.control("unknown", "GET", "/_mock/scenarios/state-changes", "");
    let start = |label: &str, body: Value| client.control(label, "POST", "…/scenarios", body.to_string());
    start("named", json!({"name": "state-changes-after-read"})).done();
    start("again", json!({"name": "state-changes-after-read", "parameters": {}})).done();
    let disable = json!({"setUserEnabled": {"user": "user", "enabled": false}});
    let steps = json!([{"after": "10m", "do": disable}, {"include": "throttled-in-seconds"}]);
    start("whole", json!({"name": "mine", "steps": steps})).done();
    for (label, body) in [
        ("wrong", json!({"name": "mine", "steps": [{"after": "soon"}, {"do": {"closeAlert": {}}}]})),
        ("no-steps", json!({"name": "mine", "summary": "Nothing."})),
        ("nobody", json!({"name": "mine", "steps": [{"do": {"revokeSessions": {"user": "nobody"}}}]})),
        ("no-parameter", json!({"name": "state-changes-after-read", "parameters": {"wait": "1s"}})),
        ("nameless", json!({})),
    ] {
        start(label, body);
    }
    client.control("started", "GET", "…/scenarios", "").done();
    client.advance("PT30M");
    client.control("within", "GET", "…/scenarios", "").done();
    client.control("stop", "DELETE", "…/scenarios/0", "").done();
    client.control("stopped", "DELETE", "…/scenarios/0", "");
    client.control("stop-unknown", "DELETE", "…/scenarios/9", "");
    client.advance("PT3H");
    client.control("over", "GET", "…/scenarios", "").done();
    client.api("alerts", "GET", "/api/v1/alerts/?limit=3", "");
    client.control("journal", "GET", "…/commands", "").done();
}

/// Tenants come, fork and go.
fn tenants(client: &Client) {
    let create = |label: &str, body: Value| client.control(label, "POST", "/_mock/tenants", body.to_string());
    let made = create(
        "create",
        json!({"seed": 9, "size": "tiny", "name": "Fabrikam", "freeze": true,
        "start": "2026-11-24T00:00:00Z"}),
    );
    let other = client.about(made.done().json());
    create("create-again", json!({"seed": 9, "size": "tiny", "name": "Fabrikam"}));
    let company = json!({"seed": 12, "users": 12, "freeze": true, "start": "2026-11-24T00:00:00Z",
        "people": [{"displayName": "Ada Example", "upn": "ada", "persona": "user"}], "storylines": "none"});
    let third = client.about(create("specification", company).done().json());
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
    client.control("yaml", "POST", "/_mock/tenants", "seed: [1\n");
    for (client, name) in [(&other, "other"), (&third, "third")] {
        client.api(name, "POST", "/api/v1/alerts/", r#"{"limit": 3}"#).done();
        client.api(name, "POST", "/api/v1/activities/", r#"{"limit": 3}"#).done();
        client.control(name, "GET", "…/truth", "").done();
    }
    // The token of one tenant at the host of another.
    client.send(
        "stranger",
        "GET",
        &other.genuine("/api/v1/alerts/"),
        &[("authorization", &client.credential())],
        "",
    );

    client.advance("PT5H");
    let fork = client.about(client.control("fork", "POST", "…/fork", "").done().json());
    client.control("fork-ttl", "POST", "…/fork", r#"{"ttl": "PT10M"}"#).done();
    client.control("fork-bad-ttl", "POST", "…/fork", r#"{"ttl": "soon"}"#);
    client.control("fork-kept", "POST", "…/fork", r#"{"ttl": "PT10M", "keep": true}"#);
    fork.command("in-fork", &json!({"setUserEnabled": {"user": "user", "enabled": false}})).done();
    fork.advance("P1D").done();
    let forked_again = client.about(fork.control("fork", "POST", "…/fork", "").done().json());
    for (client, name) in [(client, "parent"), (&fork, "fork"), (&forked_again, "fork-of-fork")] {
        client.api(name, "POST", "/api/v1/alerts/", r#"{"limit": 3}"#).done();
        client.api(name, "POST", "/api/v1/activities/", r#"{"limit": 3}"#).done();
        for rest in ["", "/commands", "/clock", "/export", "/directory"] {
            client.control(name, "GET", &format!("…{rest}"), "").done();
        }
    }
    fork.control("reset", "POST", "…/reset", "").done();
    let file = fork.control("fork", "GET", "…/export", "").done().text();
    client.control("tenants", "GET", "/_mock/tenants", "").done();
    client.log();
    for gone in [&forked_again, &fork, &third, &other] {
        gone.control("delete", "DELETE", "…", "").done();
        gone.control("gone", "GET", "…", "");
        gone.api("gone", "GET", "/api/v1/alerts/", "");
    }
    client.control("delete-first", "DELETE", "…", "");
    client.control("import", "POST", "/_mock/tenants/import", file).done();
    for rest in ["", "/commands", "/clock", "/export", "/snapshots"] {
        fork.control("imported", "GET", &format!("…{rest}"), "").done();
    }
    client.control("tenants", "GET", "/_mock/tenants", "").done();
}

fn clock(client: &Client) {
    let patch = |label: &str, body: Value| {
        client.control(label, "PATCH", "…/clock", body.to_string());
        client.control(label, "GET", "…/clock", "").done();
    };
    client.control("stop", "DELETE", "…/clock/advance", "").done();
    for by in ["PT1H30M", "P1DT1S", "PT0.5S", "PT0S", "soon", "-PT1H", "P1Y"] {
        client.advance(by);
    }
    patch("set", json!({"now": "2026-11-27T08:00:00Z"}));
    patch("back", json!({"now": "2026-11-20T08:00:00Z"}));
    patch("end", json!({"now": "9000-01-01T00:00:00.001Z"}));
    patch("follow", json!({"mode": "follow"}));
    client.advance("PT1H");
    patch("rate", json!({"mode": "rate", "rate": 60.0}));
    patch("no-rate", json!({"mode": "rate"}));
    patch("fast", json!({"rate": 100_000.0}));
    patch("still", json!({"rate": 0}));
    patch("frozen", json!({"mode": "frozen", "now": "2026-11-28T08:00:00Z"}));
    patch("stamps", json!({"tokenStamps": "wall"}));
    client.control("minted", "POST", "…/tokens", "").done();
    patch("stamps", json!({"tokenStamps": "virtual"}));
    patch("unknown", json!({"mode": "dance"}));
    patch("misspelled", json!({"nwo": 1}));
    client.api("alerts", "POST", "/api/v1/alerts/", r#"{"limit": 9}"#).done();
    client.control("export", "GET", "…/export", "").done();
}

/// Every storyline, and what becomes of it.
fn stories(client: &Client) {
    for name in STORYLINES {
        let told = client.control(name, "POST", "…/play", json!({"storyline": name}).to_string());
        // What takes place in an app that this company has not connected is refused.
        if !matches!(name, "cloud-mining" | "source-code-theft") {
            told.done();
        }
    }
    let unknown = client.control("unknown", "POST", "…/play", r#"{"storyline": "heist"}"#).json();
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
        client.control(label, "POST", "…/play", body.to_string());
    }
    client.control("before", "GET", "…/truth", "").done();
    for _ in 0..3 {
        client.advance("P1D").done();
        client.control("truth", "GET", "…/truth", "").done();
        let recent = r#"{"filters": {"date": {"gte_ndays": 1}}}"#;
        client.api("alerts", "POST", "/api/v1/alerts/", recent).done();
        client.api("activities", "POST", "/api/v1/activities/", recent).done();
    }
    client.control("journal", "GET", "…/commands", "").done();
    client.control("export", "GET", "…/export", "").done();
    client.control("directory", "GET", "…/directory", "").done();
}

/// Records put in from outside.
fn injected(client: &Client) {
    let inject = |label: &str, body: Value| client.control(label, "POST", "…/inject", body.to_string());
    let known = |path: &str| client.api("known", "POST", path, r#"{"limit": 1}"#).json()["data"][0].clone();
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
            {"type": "account", "id": "x", "label": "Somebody", "pa": client.user("user").0, "inst": 0},
            {"type": "ip", "id": "192.0.2.250", "label": "192.0.2.250"},
            {"type": "service", "id": 424_242, "label": "Example Vault"},
            {"type": "file", "id": "site|item", "label": "plan.docx"},
        ],
    });
    let raised = inject("alert", json!({ "alert": vault })).done().member("id");
    let closed = json!({"title": "Old", "resolutionStatusValue": 4, "resolveTime": "2026-09-01T08:15:30.120Z",
        "timestamp": 1_780_000_000_000_i64, "comment": "pen test", "handledByUser": "soc@contoso.example"});
    inject("closed-alert", json!({ "alert": closed })).done();
    inject("least-activity", json!({"activity": {"description": "New-InboxRule"}})).done();
    inject("least-alert", json!({"alert": {"policy": {"label": "Impossible travel"}}})).done();
    for (label, body) in [
        ("nothing", json!({})),
        ("incident", json!({"incident": {}})),
        ("no-operation", json!({"activity": {"appId": 1}})),
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
    client.api("found", "GET", &format!("/api/v1/activities/{made}/"), "").done();
    client.api("found", "GET", &format!("/api/v1/alerts/{raised}/"), "").done();
    for (path, filters) in [
        ("/api/v1/activities/", json!({"service": {"eq": [424_242]}})),
        ("/api/v1/activities/", json!({"activity.alertId": {"eq": raised}})),
        ("/api/v1/activities/", json!({"user.domain": {"eq": ["outside.example"]}})),
        ("/api/v1/alerts/", json!({"entity.file": {"eq": ["site|item"]}})),
        ("/api/v1/alerts/", json!({"entity.policy": {"eq": ["64aa00112233445566778899"]}})),
    ] {
        client.api("found", "POST", path, json!({ "filters": filters }).to_string()).done();
    }
    let close = json!({"filters": {"id": {"eq": [raised]}}, "comment": "drill"}).to_string();
    client.api("close", "POST", "/api/v1/alerts/close_true_positive/", close).done();
    client.advance("PT3H").done();
    client.api("alerts", "POST", "/api/v1/alerts/", "").done();
    client.control("journal", "GET", "…/commands", "").done();
    client.control("export", "GET", "…/export", "").done();
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

fn snapshots(client: &Client) {
    let take = |name: &str| client.control(name, "POST", "…/snapshots", json!({ "name": name }).to_string());
    let restore = |name: &str| client.control(name, "POST", &format!("…/snapshots/{name}/restore"), "");
    take("a").done();
    client.advance("PT30H").done();
    client.api("close", "POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#).done();
    take("b").done();
    take("no/slash");
    take("");
    restore("a").done();
    restore("nothing");
    client.api("alerts", "POST", "/api/v1/alerts/", "").done();
    restore("b").done();
    client.api("alerts", "POST", "/api/v1/alerts/", "").done();
    client.control("list", "GET", "…/snapshots", "").done();
    let file = client.control("export", "GET", "…/export", "").done().text();
    client.control("reset", "POST", "…/reset", "").done();
    client.control("list", "GET", "…/snapshots", "").done();
    client.api("alerts", "POST", "/api/v1/alerts/", "").done();
    client.control("export", "GET", "…/export", "").done();
    for (label, file) in [
        ("taken", file.clone()),
        ("empty", String::new()),
        ("no-birth", "{\"reset\": {}}\n".to_owned()),
        ("torn", file[..file.len() - 9].to_owned()),
        ("generator", file.replacen("\"generator\":", "\"generator\":9", 1)),
    ] {
        client.control(&format!("import-{label}"), "POST", "/_mock/tenants/import", file);
    }
    for number in 0..63 {
        client.control("many", "POST", "…/snapshots", json!({"name": format!("n{number}")}).to_string());
    }
}

/// What the control API refuses.
fn refusals(client: &Client) {
    let info = format!("{OWN}/_mock/info");
    client.send("same-origin", "GET", &info, &[("origin", OWN)], "").done();
    client.send("cross-origin", "GET", &info, &[("origin", "https://evil.example")], "");
    client.send("cross-site", "GET", &info, &[("sec-fetch-site", "cross-site")], "");
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
        client.send("nowhere", "GET", url, &[], "");
    }
    for (method, path) in
        [("PUT", "/_mock/tenants"), ("POST", "/_mock/info"), ("PATCH", "…/commands"), ("HEAD", "…")]
    {
        client.control("method", method, path, "");
    }
    for rest in
        ["commands", "play", "inject", "tokens", "clock/advance", "fork", "snapshots", "requests/verify"]
    {
        client.control("no-body", "POST", &format!("…/{rest}"), "");
        client.control("no-json", "POST", &format!("…/{rest}"), "{");
        client.control("number", "POST", &format!("…/{rest}"), "7");
        client.control("misspelled", "POST", &format!("…/{rest}"), r#"{"sise": 1}"#);
    }
    client.control("too-large", "POST", "…/commands", " ".repeat((4 << 20) + 1));
    client.control("no-alert", "GET", "…/alerts/000000000000000000000000", "");
    client.control("no-alert", "GET", "…/alerts/x", "");
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
        client.control("token", "POST", "…/tokens", wish.to_string());
    }
    for wish in [
        json!({"audience": "https://graph.microsoft.com", "lifetime": "PT5M"}),
        json!({"audience": "api://nobody"}),
        json!({"user": "global-admin"}),
        json!({"claims": {"ver": "9", "extra": [1], "idtyp": null}, "issuedAt": "2026-11-24T00:00:00Z"}),
    ] {
        client.control("token", "POST", "…/tokens", wish.to_string()).done();
    }
}
