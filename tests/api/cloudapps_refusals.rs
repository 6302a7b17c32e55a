//! The errors of the Cloud Apps API: every row of its catalogue, and what the request log says about it.

mod cases;

use std::collections::{BTreeMap, BTreeSet};

use cases::{
    Case, Cases, bad_values, by_a_fault, in_a_form_of_its_own, strangers, strays, throttled, unavailable,
    unreadable, without_permission,
};
use mock_defender::gateway::Answer;
use mock_defender::gateway::route::Route;
use mock_defender::identity::token::{APPLICATION_LIFETIME, Common, Proof, sign};
use mock_defender::identity::{AccessClaims, api_token, keys};
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::services::cloudapps::{CloudAppsRefusal as Refusal, ROUTES};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use crate::kit::lists::{escaped, ids};
use crate::kit::{self, Kit, json as read, tenant, text};

const ALERTS: &str = "/api/v1/alerts/";
const ACTIVITIES: &str = "/api/v1/activities/";
const AUDIENCE: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
const GRAPH: &str = "https://graph.microsoft.com";
const NOBODY: &str = "65b0c1d2e3f4a5b6c7d8e9f0";

/// The claims of a token that the tenant issues to its application `full`.
fn claims(tenant: &Tenant) -> AccessClaims {
    let app = tenant.world().registrations.iter().find(|app| app.name == "full").unwrap();
    let common = Common {
        identity: tenant.identity(),
        issuer: "https://sts.windows.net/tenant/",
        issued: tenant.now(),
        lived: tenant.now(),
        lifetime: APPLICATION_LIFETIME,
        serial: 1,
        audience: AUDIENCE,
        v2: false,
        client: app.client_id,
        display_name: &app.display_name,
        proof: Proof::Secret,
        directory: false,
        wids: &[],
        challenges: false,
        own: None,
    };
    let roles = ["investigation.read", "investigation.manage"].map(str::to_owned);
    AccessClaims::for_application(&common, app.principal, &roles)
}

fn bearer(claims: &AccessClaims) -> String {
    format!("Bearer {}", sign(claims, keys::numbered(0)))
}

/// A bearer with these roles.
fn with_roles(kit: &Kit, roles: &[&str]) -> String {
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    bearer(&AccessClaims { roles, ..claims(&kit.tenant) })
}

fn as_caller(kit: &Kit, credential: &str, method: &str, path: &str, body: &str) -> Answer {
    kit.send(method, &kit.url(path), &[("authorization", credential)], body)
}

/// What the request log of the kit's tenant says, by the number of the request.
fn log(kit: &Kit) -> BTreeMap<u64, Value> {
    let path = format!("/_mock/tenants/{}/requests", kit.tenant.identity().id);
    let log = read(&kit.mock("GET", &path, ""));
    assert_eq!(log["evicted"], 0);
    let entries = log["requests"].as_array().unwrap().iter();
    entries.map(|entry| (entry["id"].as_u64().unwrap(), entry.clone())).collect()
}

/// Holds an answer to its row of the catalogue, and the log to its reason.
fn is_refused(log: &BTreeMap<u64, Value>, case: &Case) {
    let Case { what, answer, row: name, reason } = case;
    let row = Refusal::ROWS.iter().find(|row| row.name == *name).unwrap();
    let body = text(answer);
    assert_eq!(answer.status.as_u16(), row.status, "{what}: {body}");
    assert_eq!(answer.headers["content-type"], "application/json", "{what}");
    let read: Value = serde_json::from_str(&body).unwrap();
    let keys: Vec<&str> = read.as_object().unwrap().keys().map(String::as_str).collect();
    if row.code.is_empty() {
        assert_eq!(keys, ["detail"], "{what}");
        assert!(read["detail"].is_string(), "{what}");
    } else {
        assert_eq!(keys, ["filters", "error"], "{what}");
        assert_eq!(read["error"], true);
        let error = &read["filters"][0];
        let value = error["errorMessageParams"]["value"].as_str().unwrap();
        assert_eq!(
            error,
            &json!({
                "error": format!("{value} is not valid"),
                "errorMessageCode": row.code,
                "errorMessageParams": {"value": value},
            }),
            "{what}"
        );
    }
    let number: u64 = answer.headers["mock-defender-request"].to_str().unwrap().parse().unwrap();
    let entry = &log[&number];
    assert_eq!((&entry["refusal"], &entry["status"]), (&json!(name), &json!(row.status)), "{what}: {entry}");
    let logged = entry["reason"].as_str().unwrap_or_default();
    assert!(logged.contains(reason), "{what}: the log shall say {reason:?}, says {logged:?}");
}

#[test]
fn every_row_of_the_catalogue_has_a_request_that_meets_it() {
    let kit = Kit::tiny();
    let before = text(&kit.api("GET", ALERTS, ""));
    let mut cases = Cases::default();
    strangers(&kit, &mut cases);
    without_permission(&kit, &mut cases);
    strays(&kit, &mut cases);
    unreadable(&kit, &mut cases);
    bad_values(&kit, &mut cases);
    let mut throttles = Cases::default();
    let throttled = throttled(&mut throttles);
    let mut losses = Cases::default();
    let lost = unavailable(&mut losses);
    let mut met = BTreeSet::new();
    for (kit, cases) in [(&kit, &cases), (&throttled, &throttles), (&lost, &losses)] {
        let log = log(kit);
        for case in &cases.0 {
            is_refused(&log, case);
            met.insert(case.row);
        }
    }
    by_a_fault(&mut met);
    in_a_form_of_its_own(&mut met);
    let missing: Vec<&str> =
        Refusal::ROWS.iter().map(|row| row.name).filter(|name| !met.contains(name)).collect();
    assert!(missing.is_empty(), "no request meets {missing:?}");
    assert_eq!(text(&kit.api("GET", ALERTS, "")), before, "who is refused changes nothing");
}

#[test]
fn unauthenticated_requests_get_a_token_challenge() {
    let kit = Kit::tiny();
    let mut cases = Cases::default();
    strangers(&kit, &mut cases);
    for case in cases.0 {
        assert_eq!(text(&case.answer), r#"{"detail":"Invalid token."}"#, "{}", case.what);
        assert_eq!(case.answer.headers["www-authenticate"], "Token", "{}", case.what);
    }
}

#[test]
fn tokens_for_every_spelling_of_the_resource_are_accepted() {
    let kit = Kit::tiny();
    let own = claims(&kit.tenant);
    for audience in
        [AUDIENCE.to_owned(), AUDIENCE.to_uppercase(), format!("{AUDIENCE}/"), format!("spn:{AUDIENCE}")]
    {
        let bearer = bearer(&AccessClaims { aud: audience.clone(), ..own.clone() });
        let (_, token) = bearer.split_once(' ').unwrap();
        for credential in [bearer.clone(), format!("bearer {token}"), format!("BEARER  {token} ")] {
            let answer = as_caller(&kit, &credential, "GET", "/api/v1/alerts?limit=1", "");
            assert_eq!(answer.status, 200, "{audience}: {}", text(&answer));
        }
        // The generic host knows the tenant from the token.
        let url = format!("https://portal.cloudappsecurity.com{ALERTS}");
        assert_eq!(kit.send("GET", &url, &[("authorization", &bearer)], "").status, 200);
    }
    // Permissions are spelled in every case in the documentation.
    let credential = with_roles(&kit, &["Investigation.Read"]);
    assert_eq!(as_caller(&kit, &credential, "GET", ACTIVITIES, r#"{"limit": 1}"#).status, 200);
}

#[test]
fn a_token_expires_by_the_clock_of_the_tenant() {
    let kit = Kit::tiny();
    let credential = bearer(&claims(&kit.tenant));
    let status = || as_caller(&kit, &credential, "GET", ALERTS, "").status.as_u16();
    assert_eq!(status(), 200);
    kit.tenant.advance(Span::seconds(3_598)).unwrap();
    assert_eq!(status(), 200);
    kit.tenant.advance(Span::seconds(1)).unwrap();
    assert_eq!(status(), 401);
}

/// What needs a permission about settings.
const SETTINGS: [&str; 5] =
    ["/api/v1/settings", "/api/about/", "/api/v1/manage_admin_access", "/api/v1/tokens", "/api/v1/agents/"];

fn changes_settings(route: &Route) -> bool {
    route.method == "PUT" || route.path.ends_with("/generate")
}

/// What the path names is there where its parameter is the id of an alert or of an activity.
fn known_by_id(path: &str) -> bool {
    ["/api/v1/alerts", "/api/v1/activities/", "/api/v1/settings", "/api/about/"]
        .iter()
        .any(|known| path.starts_with(known))
}

#[test]
fn permissions_are_those_of_the_documentation() {
    let kit = Kit::tiny();
    let alert = ids(&read(&kit.api("GET", ALERTS, "")))[0].clone();
    let activity = ids(&read(&kit.api("GET", &format!("{ACTIVITIES}?limit=1"), "")))[0].clone();
    let nobody = json!({"filters": {"id": {"eq": [NOBODY]}}, "limit": 1, "enabled": true}).to_string();
    // Who may what: alerts, closing them, activities.
    for (role, alerts, closing, activities) in [
        ("investigation.read", true, false, true),
        ("investigation.manage", true, true, true),
        ("discovery.read", true, false, false),
        ("discovery.manage", true, true, false),
        ("settings.read", false, false, false),
        ("settings.manage", false, false, false),
    ] {
        let credential = with_roles(&kit, &[role]);
        for route in ROUTES.iter().copied().flatten() {
            if ["app_connectors", "connected_services", "api/services"]
                .iter()
                .any(|of| route.path.contains(of))
            {
                let reads =
                    route.method == "GET" || !route.path.contains(['{']) && !route.path.ends_with("connect");
                let allowed = role == "settings.manage" || reads && !role.starts_with("discovery");
                let path = route.path.replace("{id}", NOBODY);
                let answer = as_caller(&kit, &credential, route.method.as_str(), &path, &nobody);
                assert_eq!(answer.status != 403, allowed, "{role} {} {path}", route.method);
                continue;
            }
            let changes =
                ["close_", "dismiss", "resolve", "reopen"].iter().any(|word| route.path.contains(word));
            if let Some(allowed) = about_discovery(role, route.method.as_str(), route.path) {
                let path = route.path.replace("{id}", NOBODY).replace("{appId}", "1");
                let status = as_caller(&kit, &credential, route.method.as_str(), &path, "").status;
                assert_eq!(status == 403, !allowed, "{role} {} {path}: {status}", route.method);
                continue;
            }
            let (allowed, id) = if SETTINGS.iter().any(|path| route.path.starts_with(path)) {
                // Only people switch, whatever an application may.
                let manages = role == "settings.manage" && !route.path.contains("security-extensions");
                let reads = role.starts_with("settings") && !changes_settings(route);
                (reads || manages, &alert)
            } else if route.path.starts_with("/api/v1/alerts") {
                (if changes { closing } else { alerts }, &alert)
            } else if route.path.starts_with("/api/v1/subnet")
                || route.path.starts_with("/api/subnet")
                || route.path == "/api/tags"
            {
                let changes = route.path.ends_with("_rule") || route.method == "DELETE";
                let of_either = role.starts_with("investigation") || role.starts_with("settings");
                (of_either && (!changes || role.ends_with("manage")), &alert)
            } else {
                let investigates = |path: &&str| route.path.starts_with(&format!("/api/v1/{path}"));
                let known = [
                    "activities",
                    "entities",
                    "standalone_entities",
                    "autocomplete",
                    "files",
                    "policies",
                    "user_tags",
                ];
                assert!(known.iter().any(investigates), "say who may {}", route.path);
                (activities, &activity)
            };
            let (method, path) =
                (route.method.as_str(), &route.path.replace("{id}", id).replace("{key}", id));
            let answer = as_caller(&kit, &credential, method, path, &nobody);
            let status = answer.status.as_u16();
            if known_by_id(route.path) {
                assert_eq!(status, if allowed { 200 } else { 403 }, "{role} {method} {path}");
            } else {
                // Whether there is what is asked for is another matter.
                assert_eq!(status != 403, allowed, "{role} {method} {path}");
            }
        }
    }
}

/// Whether a role may, where it is about Cloud Discovery or the governance log.
fn about_discovery(role: &str, method: &str, path: &str) -> Option<bool> {
    if path.starts_with("/api/v1/governance") {
        return Some(!role.starts_with("settings"));
    }
    let fronts = ["/api/v1/discovery", "/api/discovery", "/api/v1/saasdb"];
    if !fronts.iter().any(|front| path.starts_with(front)) {
        return None;
    }
    let changes = ["upload", "add_tag", "remove_tag", "block_scripts", "deanonymize"];
    let adds = path.contains("/data_sources") && method != "GET";
    let managed = adds || changes.iter().any(|word| path.contains(word));
    Some(role == "discovery.manage" || (role == "discovery.read" && !managed))
}

#[test]
fn a_wrong_method_gets_an_allow_header() {
    let kit = Kit::tiny();
    for (method, path, allow) in [
        ("DELETE", ALERTS.to_owned(), "GET, POST"),
        ("PUT", ACTIVITIES.to_owned(), "GET, POST"),
        ("POST", format!("{ALERTS}{NOBODY}/"), "GET"),
        ("GET", format!("{ALERTS}close_benign/"), "POST"),
        ("PATCH", format!("{ALERTS}{NOBODY}/unread"), "POST"),
        ("BREW", ALERTS.to_owned(), "GET, POST"),
    ] {
        let answer = kit.api(method, &path, "");
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.headers["allow"], allow, "{method} {path}");
        assert_eq!(read(&answer), json!({"detail": format!("Method \"{method}\" not allowed.")}));
    }
}

#[test]
fn thirty_requests_a_minute_are_answered_to_all_callers_together() {
    let kit = Kit::of(tenant(1, Size::Tiny), true);
    let other = Kit::of(tenant(2, Size::Tiny), true);
    let neighbour =
        Tenant::born(&kit::spec(3, Size::Tiny, kit::START), Mode::Frozen, Wall::manual(kit.tenant.now()));
    let neighbour = kit.join(neighbour);
    let fork = kit.join(kit.tenant.fork());
    let application = bearer(&claims(&kit.tenant));
    let reader = with_roles(&kit, &["investigation.read"]);
    let callers = [kit.credential(), &application, &reader];
    let ask = |caller: usize, path: &str| as_caller(&kit, callers[caller], "GET", path, r#"{"limit": 1}"#);
    // Who is not let in, or finds no path, does not count.
    for _ in 0..40 {
        assert_eq!(as_caller(&kit, "Token x", "GET", ALERTS, "").status, 401);
        assert_eq!(kit.api("GET", "/api/v1/nothing/", "").status, 404);
        let forbidden = as_caller(&kit, &reader, "POST", &format!("{ALERTS}close_benign/"), "");
        assert_eq!(forbidden.status, 403);
    }
    for n in 0..30 {
        let path = [ALERTS, ACTIVITIES, "/cas/api/v1/alerts"][n % 3];
        assert_eq!(ask(n % 2, path).status, 200, "request {n}");
    }
    for caller in 0..3 {
        let answer = ask(caller, ALERTS);
        assert_eq!(answer.status, 429);
        assert_eq!(text(&answer), r#"{"detail":"Request was throttled. Expected available in 60 seconds."}"#);
        assert_eq!(answer.headers["retry-after"], "60");
    }
    kit.tenant.advance(Span::millis(59_000)).unwrap();
    let answer = ask(0, ACTIVITIES);
    assert_eq!(answer.status, 429);
    assert_eq!(text(&answer), r#"{"detail":"Request was throttled. Expected available in 1 second."}"#);
    assert_eq!(answer.headers["retry-after"], "1");
    kit.tenant.advance(Span::millis(999)).unwrap();
    assert_eq!(ask(1, ALERTS).headers["retry-after"], "1", "never sooner than it is true");
    // Others are not held up: another server, another tenant of this one, a fork, the control API.
    assert_eq!(other.api("GET", ALERTS, "").status, 200);
    for tenant in [&neighbour, &fork] {
        let url = format!("https://{}.us2.portal.cloudappsecurity.com{ALERTS}", tenant.identity().label);
        let token = format!("Token {}", api_token::mint(tenant.identity()));
        assert_eq!(kit.send("GET", &url, &[("authorization", &token)], "").status, 200);
    }
    assert_eq!(kit.mock("GET", "/_mock/info", "").status, 200);
    kit.tenant.advance(Span::millis(1)).unwrap();
    for n in 0..30 {
        assert_eq!(ask(0, ALERTS).status, 200, "request {n} of the next minute");
    }
    assert_eq!(ask(0, ALERTS).status, 429);
}

#[test]
fn the_window_of_the_throttle_slides() {
    let kit = Kit::of(tenant(1, Size::Tiny), true);
    let ask = || kit.api("GET", &format!("{ALERTS}?limit=1"), "");
    for _ in 0..30 {
        assert_eq!(ask().status, 200);
        kit.tenant.advance(Span::seconds(1)).unwrap();
    }
    let answer = ask();
    assert_eq!((answer.status.as_u16(), answer.headers["retry-after"].to_str().unwrap()), (429, "30"));
    kit.tenant.advance(Span::seconds(30)).unwrap();
    assert_eq!(ask().status, 200);
    assert_eq!(ask().status, 429, "only the first request has left the window");
}

#[test]
fn no_secret_reaches_the_request_log() {
    let kit = Kit::tiny();
    let token = kit.credential().split_once(' ').unwrap().1.to_owned();
    let jwt = sign(&claims(&kit.tenant), keys::numbered(0));
    let secret = kit.tenant.world().registrations[0].secret().to_owned();
    let secrets = [&token, &jwt, &secret, "c2VjcmV0OnNlY3JldA=="].map(str::to_owned);
    for secret in &secrets {
        for credential in [
            format!("Token {secret}"),
            format!("Bearer {secret}"),
            format!("Basic {secret}"),
            format!("{secret} Token"),
            format!("Token={secret}"),
            format!("Token:{secret} x"),
            format!("Bearer,{secret}"),
            secret.clone(),
            format!(" {secret}"),
        ] {
            as_caller(&kit, &credential, "GET", "/api/v1/alerts/?limit=1", "");
            kit.send("GET", "https://localhost:8443/_mock/health", &[("authorization", &credential)], "");
        }
        let written = escaped(secret);
        for query in [
            format!("token={written}"),
            format!("limit=1&Token={written}&skip=0"),
            format!("%74oken={written}"),
            format!("client_secret={written}"),
            format!("client%5Fsecret={written}"),
            format!("access_token={written}&x"),
            format!("refresh_token={written}"),
            format!("id_token={written}"),
            format!("authorization=Token+{written}"),
            format!("code={written}"),
            format!("sig={written}"),
        ] {
            kit.api("GET", &format!("{ALERTS}?{query}"), "");
            kit.mock("GET", &format!("/_mock/nothing?{query}"), "");
        }
        // In the body of what can't be read, too.
        kit.api("POST", ALERTS, secret);
        kit.api("POST", ALERTS, &format!(r#"{{"token": "{secret}""#));
        kit.api("POST", ALERTS, &format!("token={written}"));
        let user =
            format!("https://someone:{}@localhost:8443{ALERTS}", secret.replace('~', "-").replace('=', ""));
        kit.send("GET", &user, &[], "");
    }
    let log = text(&kit.mock("GET", "/_mock/requests", ""));
    for secret in &secrets {
        let parts =
            [secret.as_str(), &escaped(secret), &secret[..secret.len() / 2], &secret[secret.len() / 2..]];
        for part in parts {
            assert!(!log.contains(part), "the log shows {part:?}");
        }
    }
    // The scheme is kept: it tells a wrong scheme from a wrong token.
    for scheme in ["Token", "Bearer", "Basic"] {
        assert!(log.contains(&format!("\"scheme\":\"{scheme}\"")), "{scheme}");
    }
}
