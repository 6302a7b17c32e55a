//! The control API through the gateway.

use std::sync::Arc;

use mock_defender::gateway::call::Listening;
use mock_defender::gateway::{Arrival, BodyState, Delivery, RequestHandler};
use mock_defender::model::spec::{Size, Thousandths};
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::{Kit, START, at, json, spec, text};

fn tenant_path(kit: &Kit, rest: &str) -> String {
    format!("/_mock/tenants/{}{rest}", kit.tenant.identity().id)
}

#[test]
fn health_says_ready() {
    let kit = Kit::tiny();
    let answer = kit.mock("GET", "/_mock/health", "");
    assert_eq!((answer.status.as_u16(), json(&answer)), (200, json!({"status": "ready"})));
}

#[test]
fn info_holds_what_a_client_needs() {
    let kit = Kit::small();
    let info = json(&kit.mock("GET", "/_mock/info", ""));
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    let tenant = &info["tenants"][0];
    assert_eq!(tenant["name"], "Contoso");
    assert_eq!(tenant["domain"], "contoso.onmicrosoft.com");
    assert_eq!(tenant["cloudAppsUrl"], "https://contoso.us2.portal.cloudappsecurity.com");
    assert_eq!(tenant["apiToken"].as_str().unwrap().len(), 64);
    assert_eq!((&tenant["seed"], &tenant["size"]), (&json!(1), &json!("small")));
    let names = |list: &Value, key: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
    };
    for app in ["full", "read-only", "unconsented"] {
        assert!(names(&tenant["apps"], "name").iter().any(|name| name == app), "{app}");
    }
    assert_eq!(
        names(&tenant["users"], "persona"),
        [
            "global-admin",
            "security-admin",
            "cloud-app-security-admin",
            "security-reader",
            "user",
            "guest",
            "disabled"
        ]
    );
    let consented = |name: &str| {
        tenant["apps"].as_array().unwrap().iter().find(|app| app["name"] == name).unwrap()["consented"]
            .clone()
    };
    assert_eq!((consented("full"), consented("unconsented")), (json!(true), json!(false)));
    assert_eq!(tenant["users"][0]["roles"], json!(["Global Administrator"]));
    assert!(names(&tenant["users"], "password").iter().all(|password| password.len() >= 8));
}

#[test]
fn the_ca_certificate_is_served_over_plain_http_too() {
    let kit = Kit::tiny();
    let listening = Listening {
        url: "https://localhost:1".to_owned(),
        proxy: "http://localhost:1".to_owned(),
        ca_file: Some("ca.pem".to_owned()),
        ca_pem: "-----BEGIN CERTIFICATE-----\n".to_owned(),
    };
    kit.gateway.listening.set(listening).unwrap();
    let answer = kit.send("GET", "http://localhost:1/_mock/ca.pem", &[], "");
    assert_eq!(answer.status, 200);
    assert!(text(&answer).starts_with("-----BEGIN CERTIFICATE-----"));
    let info = json(&kit.mock("GET", "/_mock/info", ""));
    assert_eq!((&info["ca"], &info["url"]), (&json!("ca.pem"), &json!("https://localhost:1")));
}

#[test]
fn routes_lists_the_whole_table() {
    let kit = Kit::tiny();
    let routes = json(&kit.mock("GET", "/_mock/routes", ""));
    let routes = routes["routes"].as_array().unwrap();
    assert_eq!(routes.len(), kit.gateway.routes().count());
    let close = routes.iter().find(|route| route["path"] == "/api/v1/alerts/close_benign").unwrap();
    assert_eq!(close["method"], "POST");
    assert_eq!(close["fidelity"], "real");
    assert_eq!(close["permissions"], json!(["investigation.manage", "discovery.manage"]));
}

#[test]
fn a_tenant_is_created_found_and_deleted() {
    let kit = Kit::tiny();
    let answer = kit.mock(
        "POST",
        "/_mock/tenants",
        &json!({"seed": 9, "size": "tiny", "name": "Fabrikam", "start": START, "freeze": true}).to_string(),
    );
    assert_eq!(answer.status, 201);
    let created = json(&answer);
    assert_eq!((&created["name"], &created["now"]), (&json!("Fabrikam"), &json!("2026-11-24T00:00:00.000Z")));
    assert_eq!(created["domain"], "fabrikam.onmicrosoft.com");
    for name in [created["id"].as_str().unwrap(), "fabrikam", "fabrikam.onmicrosoft.com"] {
        let got = json(&kit.mock("GET", &format!("/_mock/tenants/{name}"), ""));
        assert_eq!(got["id"], created["id"], "{name}");
    }
    assert_eq!(json(&kit.mock("GET", "/_mock/tenants", ""))["tenants"].as_array().unwrap().len(), 2);
    // The new tenant answers under its own host label and API token.
    let token = format!("Token {}", created["apiToken"].as_str().unwrap());
    let url = format!("{}/api/v1/alerts/", created["cloudAppsUrl"].as_str().unwrap());
    let alerts = json(&kit.send("GET", &url, &[("authorization", &token)], ""));
    assert!(alerts["total"].as_u64().unwrap() >= 1);
    assert!(alerts["data"].as_array().unwrap().iter().all(|alert| alert["contextId"] == created["id"]));
    // A token of one tenant at the host of another opens nothing.
    let other = kit.send(
        "GET",
        "https://contoso.us2.portal.cloudappsecurity.com/api/v1/alerts/",
        &[("authorization", &token)],
        "",
    );
    assert_eq!(other.status, 401);

    let again = kit.mock(
        "POST",
        "/_mock/tenants",
        &json!({"seed": 9, "size": "tiny", "name": "Fabrikam"}).to_string(),
    );
    assert_eq!(again.status, 409);
    assert!(json(&again)["error"]["message"].as_str().unwrap().contains("exists already"));
    assert_eq!(kit.mock("DELETE", "/_mock/tenants/fabrikam", "").status, 204);
    assert_eq!(kit.mock("GET", "/_mock/tenants/fabrikam", "").status, 404);
    let first = kit.mock("DELETE", "/_mock/tenants/contoso", "");
    assert_eq!((first.status.as_u16(), &json(&first)["error"]["code"]), (409, &json!("Conflict")));
}

#[test]
fn errors_in_bodies_name_the_field_and_what_is_expected() {
    let kit = Kit::tiny();
    let message = |method: &str, path: &str, body: &str| {
        let answer = kit.mock(method, path, body);
        (answer.status.as_u16(), json(&answer)["error"].clone())
    };
    let (status, error) = message("POST", "/_mock/tenants", r#"{"seed": 1, "sise": "tiny"}"#);
    assert_eq!(status, 400);
    assert!(error["message"].as_str().unwrap().contains("unknown field `sise`, expected one of"), "{error}");
    assert!(error["message"].as_str().unwrap().contains("line 1 column"), "{error}");
    let (_, error) = message("POST", "/_mock/tenants", r#"{"start": "yesterday"}"#);
    assert!(error["message"].as_str().unwrap().contains("RFC 3339"), "{error}");
    let (_, error) = message("POST", "/_mock/tenants", r#"{"name": ""}"#);
    assert_eq!(error["target"], "name");
    let (status, error) = message("POST", &tenant_path(&kit, "/clock/advance"), r#"{"by": "soon"}"#);
    assert_eq!((status, &error["target"]), (400, &json!("by")));
    assert!(error["message"].as_str().unwrap().contains("PT1H"));
    let (status, error) = message("GET", "/_mock/nothing", "");
    assert_eq!((status, &error["code"]), (404, &json!("NotFound")));
    let (status, error) = message("PUT", "/_mock/tenants", "");
    assert_eq!((status, &error["code"]), (405, &json!("MethodNotAllowed")));
    let (status, error) = message("GET", "/_mock/tenants/nobody/clock", "");
    assert_eq!((status, &error["code"]), (404, &json!("TenantNotFound")));
}

#[test]
fn the_clock_moves_forward_only() {
    let kit = Kit::tiny();
    let clock = tenant_path(&kit, "/clock");
    assert_eq!(
        json(&kit.mock("GET", &clock, "")),
        json!({"now": "2026-11-24T00:00:00.000Z", "mode": "frozen", "rate": 0.0, "advancing": 0, "tokenStamps": "virtual"})
    );
    let advanced = json(&kit.mock("POST", &format!("{clock}/advance"), r#"{"by": "PT1H30M"}"#));
    assert_eq!(advanced["now"], "2026-11-24T01:30:00.000Z");
    let set = json(&kit.mock("PATCH", &clock, r#"{"now": "2026-11-25T00:00:00Z"}"#));
    assert_eq!(set["now"], "2026-11-25T00:00:00.000Z");
    let back = kit.mock("PATCH", &clock, r#"{"now": "2026-11-24T00:00:00Z"}"#);
    assert_eq!(back.status, 409);
    assert!(json(&back)["error"]["message"].as_str().unwrap().contains("reset"));
    let far = kit.mock("POST", &format!("{clock}/advance"), r#"{"by": "P9000D"}"#);
    assert_eq!(far.status, 409);
    assert!(json(&far)["error"]["message"].as_str().unwrap().contains("400 days"));
    let follow = json(&kit.mock("PATCH", &clock, r#"{"mode": "follow"}"#));
    assert_eq!((&follow["mode"], &follow["now"]), (&json!("follow"), &json!("2026-11-25T00:00:00.000Z")));
    // The date header is the tenant's, too.
    let date = kit.api("GET", "/api/v1/alerts/", "").headers["date"].to_str().unwrap().to_owned();
    assert_eq!(date, "Wed, 25 Nov 2026 00:00:00 GMT");
}

#[test]
fn which_time_tokens_carry_is_a_setting_of_the_tenant() {
    let kit = Kit::tiny();
    let clock = tenant_path(&kit, "/clock");
    let stamps = |kit: &Kit| json(&kit.mock("GET", &tenant_path(kit, ""), ""))["tokenStamps"].clone();
    assert_eq!(stamps(&kit), "virtual");
    let set = json(&kit.mock("PATCH", &clock, r#"{"tokenStamps": "wall"}"#));
    assert_eq!((&set["tokenStamps"], &set["now"]), (&json!("wall"), &json!("2026-11-24T00:00:00.000Z")));
    assert_eq!(stamps(&kit), "wall");
    let journal = json(&kit.mock("GET", &tenant_path(&kit, "/commands"), ""));
    assert_eq!(journal["commands"][0]["command"], json!({"setTokenStamps": {"stamps": "wall"}}));
    // A fork goes on with it, a file brings it back, and a reset takes it away.
    let fork = json(&kit.mock("POST", &tenant_path(&kit, "/fork"), ""));
    assert_eq!(fork["tokenStamps"], "wall");
    let file = text(&kit.mock("GET", &tenant_path(&kit, "/export"), ""));
    let back = json(&Kit::new(99, Size::Tiny).mock("POST", "/_mock/tenants/import", &file));
    assert_eq!(back["tokenStamps"], "wall");
    kit.mock("POST", &tenant_path(&kit, "/reset"), "");
    assert_eq!(stamps(&kit), "virtual");
    let refused = kit.mock("PATCH", &clock, r#"{"tokenStamps": "sundial"}"#);
    assert!(refused.status == 400 && text(&refused).contains("`wall`"), "{}", text(&refused));
}

#[test]
fn clocks_run_at_a_rate() {
    let wall = Wall::manual(at(START));
    let tenant = Arc::new(Tenant::born(&spec(1, Size::Tiny, START), Mode::Frozen, wall.clone()));
    let kit = Kit::of(Arc::clone(&tenant), false);
    let clock = tenant_path(&kit, "/clock");
    let running = json(&kit.mock("PATCH", &clock, r#"{"mode": "rate", "rate": 60}"#));
    assert_eq!((&running["mode"], &running["rate"]), (&json!("rate"), &json!(60.0)));
    wall.set(at(START) + Span::minutes(2));
    assert_eq!(json(&kit.mock("GET", &clock, ""))["now"], "2026-11-24T02:00:00.000Z");
    json(&kit.mock("POST", &format!("{clock}/advance"), r#"{"by": "PT1H"}"#));
    wall.set(at(START) + Span::minutes(3));
    assert_eq!(json(&kit.mock("GET", &clock, ""))["now"], "2026-11-24T04:00:00.000Z");
    json(&kit.mock("PATCH", &clock, r#"{"mode": "follow"}"#));
    wall.set(at(START) + Span::minutes(4));
    assert_eq!(json(&kit.mock("GET", &clock, ""))["now"], "2026-11-24T04:01:00.000Z");
    for body in [r#"{"mode": "rate"}"#, r#"{"rate": 0}"#, r#"{"rate": -1}"#, r#"{"rate": 1e9}"#] {
        let refused = kit.mock("PATCH", &clock, body);
        assert_eq!(
            (refused.status.as_u16(), &json(&refused)["error"]["target"]),
            (400, &json!("rate")),
            "{body}"
        );
    }
}

#[test]
fn a_fork_answers_with_its_own_block_and_can_expire() {
    let wall = Wall::manual(at(START));
    let tenant = Arc::new(Tenant::born(&spec(1, Size::Tiny, START), Mode::Frozen, wall.clone()));
    let mut kit = Kit::of(Arc::clone(&tenant), false);
    kit.gateway.settings.wall = wall.clone();
    let answer = kit.mock("POST", &tenant_path(&kit, "/fork"), r#"{"ttl": "PT10M"}"#);
    assert_eq!(answer.status, 201);
    let fork = json(&answer);
    let parent = json(&kit.mock("GET", &tenant_path(&kit, ""), ""));
    for own in ["id", "cloudAppsUrl", "apiToken"] {
        assert_ne!(fork[own], parent[own], "{own}");
    }
    for same in ["name", "domain", "apps", "users", "seed", "start", "now"] {
        assert_eq!(fork[same], parent[same], "{same}");
    }
    // Reached by its host and by its token, and its changes stay its own.
    let token = format!("Token {}", fork["apiToken"].as_str().unwrap());
    let alerts = format!("{}/api/v1/alerts/", fork["cloudAppsUrl"].as_str().unwrap());
    let close = format!("{alerts}close_benign/");
    kit.send("POST", &close, &[("authorization", &token)], r#"{"filters": {}}"#);
    let open = |url: &str, token: &str| {
        let body = r#"{"filters": {"alertOpen": {"eq": true}}}"#;
        json(&kit.send("POST", url, &[("authorization", token)], body))["total"].as_u64().unwrap()
    };
    assert_eq!(open(&alerts, &token), 0);
    assert_eq!(open("https://localhost:8443/api/v1/alerts/", &token), 0, "the token alone names the fork");
    let parents = format!("Token {}", parent["apiToken"].as_str().unwrap());
    assert!(open("https://localhost:8443/api/v1/alerts/", &parents) > 0);
    let path = format!("/_mock/tenants/{}", fork["id"].as_str().unwrap());
    assert_eq!(kit.mock("GET", &path, "").status, 200);
    wall.set(at(START) + Span::minutes(11));
    RequestHandler::tick(&kit.gateway);
    assert_eq!(kit.mock("GET", &path, "").status, 404);
    let bad = kit.mock("POST", &tenant_path(&kit, "/fork"), r#"{"ttl": "ten"}"#);
    assert_eq!((bad.status.as_u16(), &json(&bad)["error"]["target"]), (400, &json!("ttl")));
}

#[test]
fn a_tenants_clock_ends_with_the_year_8999() {
    let spec = spec(1, Size::Tiny, "8999-12-31T12:00:00Z");
    let tenant = Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start));
    let kit = Kit::of(Arc::new(tenant), false);
    let advance =
        |by: &str| kit.mock("POST", &tenant_path(&kit, "/clock/advance"), &json!({"by": by}).to_string());
    let over = advance("PT13H");
    assert_eq!(
        (over.status.as_u16(), &json(&over)["error"]["message"]),
        (409, &json!("a tenant's clock ends at 9000-01-01T00:00:00.000Z."))
    );
    assert_eq!(kit.tenant.now(), spec.start);
    // The last instant can be reached, and is the last.
    assert_eq!(json(&advance("PT12H"))["now"], "9000-01-01T00:00:00.000Z");
    assert_eq!(advance("PT0.001S").status, 409);
    let set = kit.mock("PATCH", &tenant_path(&kit, "/clock"), r#"{"now": "9000-01-01T00:00:00.001Z"}"#);
    assert_eq!(set.status, 400);
    let newest = json(&kit.api("POST", "/api/v1/activities/", r#"{"limit": 1}"#));
    assert!(newest["total"].as_u64().unwrap() > 0);
}

#[test]
fn snapshots_and_reset_restore_earlier_state() {
    let kit = Kit::tiny();
    let list = |kit: &Kit| {
        text(&kit.api("POST", "/api/v1/alerts/", "")) + &text(&kit.api("POST", "/api/v1/activities/", ""))
    };
    let (snapshots, clock) = (tenant_path(&kit, "/snapshots"), tenant_path(&kit, "/clock/advance"));
    let born = list(&kit);
    kit.mock("POST", &clock, r#"{"by": "PT30H"}"#);
    let later = list(&kit);
    let taken = json(&kit.mock("POST", &snapshots, r#"{"name": "tuesday"}"#));
    assert_eq!(taken, json!({"name": "tuesday", "now": "2026-11-25T06:00:00.000Z"}));
    kit.mock("POST", &clock, r#"{"by": "PT30H"}"#);
    kit.api("POST", "/api/v1/alerts/close_benign/", r#"{"filters": {}}"#);
    assert_ne!(list(&kit), later);
    let restored = kit.mock("POST", &format!("{snapshots}/tuesday/restore"), "");
    assert_eq!(
        (restored.status.as_u16(), &json(&restored)["now"]),
        (200, &json!("2026-11-25T06:00:00.000Z"))
    );
    assert_eq!(list(&kit), later);
    assert_eq!(json(&kit.mock("GET", &tenant_path(&kit, "/commands"), ""))["commands"], json!([]));
    assert_eq!(json(&kit.mock("GET", &snapshots, ""))["snapshots"][0]["name"], "tuesday");
    let reset = json(&kit.mock("POST", &tenant_path(&kit, "/reset"), ""));
    assert_eq!(reset["now"], "2026-11-24T00:00:00.000Z");
    assert_eq!(list(&kit), born);
    assert_eq!(kit.mock("POST", &format!("{snapshots}/monday/restore"), "").status, 404);
    let bad = kit.mock("POST", &snapshots, r#"{"name": "no/slash"}"#);
    let expected =
        r#"Field "name": expected 1 to 64 letters, digits, hyphens, underscores or dots, got "no/slash"."#;
    assert_eq!((bad.status.as_u16(), &json(&bad)["error"]["message"]), (400, &json!(expected)));
    for number in 0..70 {
        let answer = kit.mock("POST", &snapshots, &json!({"name": format!("n{number}")}).to_string());
        assert_eq!(answer.status, if number < 63 { 201 } else { 409 });
    }
}

#[test]
fn commands_are_journaled_and_refused_with_reasons() {
    let kit = Kit::small();
    let path = tenant_path(&kit, "/commands");
    let alert = json(&kit.api("GET", "/api/v1/alerts/?limit=1", ""))["data"][0].clone();
    let commands = json!([
        {"closeAlerts": {"alerts": [alert["_id"]], "as": "truePositive", "comment": "real", "by": "security-admin"}},
        {"setUserEnabled": {"user": "user", "enabled": false}},
    ]);
    let answer = json(&kit.mock("POST", &path, &commands.to_string()));
    assert_eq!(answer["accepted"][1]["number"], 2);
    let closed = json(&kit.api("GET", &format!("/api/v1/alerts/{}", alert["_id"].as_str().unwrap()), ""));
    assert_eq!((&closed["resolutionStatusValue"], &closed["comment"]), (&json!(5), &json!("real")));
    let journal = json(&kit.mock("GET", &path, ""));
    assert_eq!(journal["commands"][0]["command"]["closeAlerts"]["alerts"][0], alert["_id"]);
    assert_eq!(journal["commands"][1]["command"]["setUserEnabled"]["enabled"], false);
    // The journal's form is the command's form: it can be given again.
    assert_eq!(kit.mock("POST", &path, &journal["commands"][1]["command"].to_string()).status, 200);

    let refused = |body: Value| {
        let answer = kit.mock("POST", &path, &body.to_string());
        (answer.status.as_u16(), json(&answer)["error"]["message"].as_str().unwrap().to_owned())
    };
    let (status, message) =
        refused(json!({"closeAlerts": {"alerts": ["000000000000000000000000"], "as": "benign"}}));
    assert!(status == 400 && message.contains("\"alerts\""), "{message}");
    let (status, message) = refused(json!({"setUserEnabled": {"user": "nobody@nowhere", "enabled": true}}));
    assert!(status == 400 && message.contains("persona"), "{message}");
    let (status, message) = refused(json!({"dance": {}}));
    assert!(status == 400 && message.contains("unknown variant `dance`"), "{message}");
    let (status, message) = refused(json!({"closeAlerts": {"alerts": [alert["_id"]], "as": "open"}}));
    assert!(status == 409 && message.contains("benign"), "{message}");
    assert_eq!(json(&kit.mock("GET", &path, ""))["commands"].as_array().unwrap().len(), 3);
}

#[test]
fn truth_names_records_that_the_api_serves() {
    let kit = Kit::small();
    let played = kit.mock("POST", &tenant_path(&kit, "/play"), r#"{"storyline": "impossible-travel"}"#);
    assert_eq!(played.status, 201, "{played:?}");
    kit.mock("POST", &tenant_path(&kit, "/clock/advance"), r#"{"by": "PT24H"}"#);
    let truth = json(&kit.mock("GET", &tenant_path(&kit, "/truth"), ""));
    let story = truth["storylines"].as_array().unwrap().last().unwrap();
    assert_eq!(story["storyline"], "impossible-travel");
    assert!(story["summary"].as_str().unwrap().contains(story["user"]["upn"].as_str().unwrap()));
    for id in story["activities"].as_array().unwrap() {
        let activity = json(&kit.api("GET", &format!("/api/v1/activities/{}/", id.as_str().unwrap()), ""));
        assert_eq!(activity["user"]["userName"], story["user"]["upn"]);
        assert_eq!(activity["device"]["clientIP"], story["attacker"]["ip"]);
    }
    assert!(!story["alerts"].as_array().unwrap().is_empty());
    for id in story["alerts"].as_array().unwrap() {
        let alert = json(&kit.api("GET", &format!("/api/v1/alerts/{}/", id.as_str().unwrap()), ""));
        assert!(alert["entities"].to_string().contains(story["user"]["upn"].as_str().unwrap()));
    }
}

#[test]
fn requests_are_listed_with_reasons_and_without_secrets() {
    let kit = Kit::tiny();
    let denied = kit.send(
        "GET",
        "https://contoso.us2.portal.cloudappsecurity.com/api/v1/alerts/?token=hush&limit=1",
        &[("authorization", "Bearer sesame")],
        "",
    );
    let id: u64 = denied.headers["mock-defender-request"].to_str().unwrap().parse().unwrap();
    kit.api("GET", "/api/v1/alert/", "");
    for path in ["/_mock/requests".to_owned(), tenant_path(&kit, "/requests")] {
        let log = text(&kit.mock("GET", &path, ""));
        assert!(!log.contains("sesame") && !log.contains("hush"), "{log}");
        let log: Value = serde_json::from_str(&log).unwrap();
        let requests = log["requests"].as_array().unwrap();
        let entry = requests.iter().find(|entry| entry["id"] == id).unwrap();
        assert_eq!(
            (&entry["status"], &entry["scheme"], &entry["refusal"]),
            (&json!(401), &json!("Bearer"), &json!("InvalidToken"))
        );
        assert!(entry["reason"].as_str().unwrap().contains("does not hold"));
        let lost = requests.iter().find(|entry| entry["status"] == 404).unwrap();
        assert!(lost["reason"].as_str().unwrap().contains("Nearest route: GET /api/v1/alerts"), "{lost}");
    }
}

#[test]
fn cross_origin_requests_and_foreign_hosts_are_refused() {
    let kit = Kit::tiny();
    let status = |url: &str, headers: &[(&str, &str)]| kit.send("GET", url, headers, "").status.as_u16();
    let info = "https://localhost:8443/_mock/info";
    assert_eq!(status(info, &[]), 200);
    assert_eq!(status(info, &[("origin", "https://localhost:8443")]), 200);
    assert_eq!(status(info, &[("origin", "https://evil.example")]), 403);
    assert_eq!(status(info, &[("sec-fetch-site", "cross-site")]), 403);
    assert_eq!(
        status(info, &[("origin", "https://localhost:8443"), ("origin", "https://evil.example")]),
        403
    );
    // A name that was made to point here is no name of ours.
    assert_eq!(status("https://evil.example/_mock/info", &[]), 421);
    // Nor does the control API answer under a genuine name.
    assert_eq!(status("https://login.microsoftonline.com/_mock/info", &[]), 404);
    assert_eq!(status("https://contoso.us2.portal.cloudappsecurity.com/_mock/info", &[]), 404);
}

#[test]
fn an_export_is_made_line_by_line_while_it_is_sent() {
    let kit = Kit::tiny();
    let commands = format!("/_mock/tenants/{}/commands", kit.tenant.identity().label);
    let name = "x".repeat(1_010);
    for number in 0..200 {
        let group = json!({"addGroup": {"name": format!("{name}{number}")}});
        assert_eq!(kit.mock("POST", &commands, &group.to_string()).status, 200);
    }
    let uri = format!("https://localhost:8443/_mock/tenants/{}/export", kit.tenant.identity().label);
    let request = http::Request::get(&uri).body(bytes::Bytes::new()).unwrap();
    let arrival = Arrival {
        secure: true,
        sni: None,
        proxy_user: None,
        port: 8443,
        peer: std::net::Ipv4Addr::LOCALHOST.into(),
        body: BodyState::Complete,
    };
    let (head, body) = request.into_parts();
    let planned = kit.gateway.plan(&head, &arrival);
    let answer = kit.gateway.call(planned, &http::Request::from_parts(head, body), &arrival);
    assert!(answer.body.is_empty(), "nothing is made before it is sent");
    let length = answer.length();
    let Some(Delivery::Pieces(pieces)) = answer.delivery.map(|delivery| *delivery) else {
        panic!("no pieces")
    };
    let pieces: Vec<_> = pieces.pieces.collect();
    assert!(length > 200_000 && pieces.len() > 5, "{length} bytes in {} pieces", pieces.len());
    assert!(pieces.iter().all(|piece| piece.len() < 40_000 && piece.ends_with(b"\n")));
    assert_eq!(pieces.iter().map(bytes::Bytes::len).sum::<usize>(), length);
    assert_eq!(pieces.concat(), kit.tenant.file().write().into_bytes());
}

#[test]
fn lists_of_large_tenants_are_looked_through_off_the_reactor() {
    let kit = Kit::tiny();
    let is_heavy = |kit: &Kit, path: &str| {
        let request = http::Request::post(kit.url(path)).body(()).unwrap();
        let (head, ()) = request.into_parts();
        let arrival = Arrival {
            secure: true,
            sni: None,
            proxy_user: None,
            port: 443,
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            body: BodyState::Complete,
        };
        let planned = kit.gateway.plan(&head, &arrival);
        kit.gateway.is_heavy(&planned, &head.method)
    };
    for path in ["/api/v1/activities/", "/api/v1/alerts/close_benign/"] {
        assert!(!is_heavy(&kit, path), "{path}");
    }
    let mut large = spec(8, Size::Tiny, START);
    large.settings.users = Some(400);
    large.settings.activity.per_working_day = Some(Thousandths(120_000));
    kit.join(Tenant::born(&large, Mode::Frozen, Wall::manual(large.start)));
    for path in ["/api/v1/activities/", "/api/v1/alerts/close_benign/"] {
        assert!(is_heavy(&kit, path), "{path}");
    }
    assert!(!is_heavy(&kit, "/api/v1/alerts/000000000000000000000000/read/"));
}
