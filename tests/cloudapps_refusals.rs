//! How the Cloud Apps API says no: every row of its catalogue, and what the request log says about it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod kit;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::Request;
use kit::lists::{escaped, ids};
use kit::{Kit, json as read, tenant, text};
use mock_defender::door::{Answer, Arrival, Front, exchange::BodyState};
use mock_defender::identity::token::{Application, Proof};
use mock_defender::identity::{AccessClaims, api_token, mint};
use mock_defender::model::ids::Guid;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::services::cloudapps::{ROUTES, Refusal};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

const ALERTS: &str = "/api/v1/alerts/";
const ACTIVITIES: &str = "/api/v1/activities/";
const AUDIENCE: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
const GRAPH: &str = "https://graph.microsoft.com";
const NOBODY: &str = "65b0c1d2e3f4a5b6c7d8e9f0";

/// The claims of a token that the tenant issues to its application `full`.
fn claims(tenant: &Tenant) -> AccessClaims {
    let app = tenant.world().registrations.iter().find(|app| app.name == "full").unwrap();
    let app = Application {
        audience: AUDIENCE,
        client: app.client_id,
        display_name: &app.display_name,
        principal: app.principal,
        proof: Proof::Secret,
        roles: &["investigation.read", "investigation.manage"],
        wids: &[],
    };
    AccessClaims::for_application(&app, tenant.stamp(), tenant.now(), 1)
}

fn bearer(claims: &AccessClaims) -> String {
    format!("Bearer {}", mint(claims))
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
    let path = format!("/_mock/tenants/{}/requests", kit.tenant.stamp().id);
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

/// One way to be refused.
struct Case {
    what: String,
    answer: Answer,
    row: &'static str,
    reason: &'static str,
}

#[derive(Default)]
struct Cases(Vec<Case>);

impl Cases {
    fn add(&mut self, row: &'static str, reason: &'static str, what: impl Into<String>, answer: Answer) {
        self.0.push(Case { what: what.into(), answer, row, reason });
    }
}

/// Who is not let in.
fn strangers(kit: &Kit, cases: &mut Cases) {
    let own = claims(&kit.tenant);
    let other =
        Tenant::born(&kit::spec(2, Size::Tiny, kit::START), Mode::Frozen, Wall::manual(kit.tenant.now()));
    let other = kit.join(other);
    let fork = kit.join(kit.tenant.fork());
    let hour = 3_600;
    let (_, value) = kit.credential().split_once(' ').unwrap();
    let late = AccessClaims {
        iat: own.iat - 2 * hour,
        nbf: own.nbf - 2 * hour,
        exp: own.exp - 2 * hour,
        ..own.clone()
    };
    let parts = |claims: &AccessClaims| {
        mint(claims).rsplit_once('.').map(|(head, end)| (head.to_owned(), end.to_owned())).unwrap()
    };
    let ((head, _), (_, borrowed)) = (parts(&own), parts(&late));
    let early = AccessClaims { nbf: own.nbf + hour, exp: own.exp + hour, ..own.clone() };
    let elsewhere = AccessClaims { aud: GRAPH.to_owned(), ..own.clone() };
    let unknown_app = AccessClaims { appid: Guid::from_bits(7).to_string(), ..own.clone() };
    let nowhere = AccessClaims { tid: Guid::from_bits(7).to_string(), ..own.clone() };
    let no_tenant = AccessClaims { tid: String::new(), ..own.clone() };
    for (credential, reason) in [
        (String::new(), "neither"),
        ("Bearer".to_owned(), "not a signed JSON web token"),
        ("Token".to_owned(), "did not issue"),
        (value.to_owned(), "neither"),
        ("Basic dXNlcjpwYXNzd29yZA==".to_owned(), "neither"),
        (format!("Bearer,{value}"), "neither"),
        ("Token xyz".to_owned(), "did not issue"),
        (format!("Token {}", "0".repeat(64)), "did not issue"),
        (format!("Token {}0", &value[..63]), "did not issue"),
        (format!("Token {value}0"), "did not issue"),
        (format!("Bearer {value}"), "not a signed JSON web token"),
        ("Bearer garbage".to_owned(), "not a signed JSON web token"),
        ("Bearer a.b.c".to_owned(), "not a signed JSON web token"),
        (format!("Bearer {}", "x.".repeat(30_000)), "not a signed JSON web token"),
        (format!("Bearer {head}."), "the signature does not hold"),
        (format!("Bearer {head}.{borrowed}"), "the signature does not hold"),
        (bearer(&late), "expired at 2026-11-23T22:59:59.000Z"),
        (bearer(&early), "not valid before 2026-11-24T01:00:00.000Z"),
        (bearer(&elsewhere), "for the audience \"https://graph.microsoft.com\""),
        (bearer(&unknown_app), "which this tenant does not have"),
        (bearer(&nowhere), "another tenant"),
        (bearer(&no_tenant), "not a signed JSON web token"),
        (bearer(&claims(&other)), "another tenant"),
        (bearer(&claims(&fork)), "another tenant"),
        (format!("Token {}", api_token::mint(other.stamp())), "another tenant"),
        (format!("Token {}", api_token::mint(fork.stamp())), "another tenant"),
    ] {
        for (method, path) in
            [("GET", ALERTS), ("POST", "/cas/api/v1/alerts/close_benign/"), ("GET", ACTIVITIES)]
        {
            let answer = as_caller(kit, &credential, method, path, "");
            cases.add("InvalidToken", reason, format!("{credential:.80}"), answer);
        }
    }
    cases.add("InvalidToken", "missing", "no header", kit.send("GET", &kit.url(ALERTS), &[], ""));
}

/// Who is let in, but may not.
fn without_permission(kit: &Kit, cases: &mut Cases) {
    for (roles, method, path) in [
        (&[][..], "GET", ALERTS),
        (&[], "POST", ACTIVITIES),
        (&["settings.manage"], "GET", "/api/v1/alerts/65b0c1d2e3f4a5b6c7d8e9f0/"),
        (&["discovery.manage", "discovery.read"], "GET", ACTIVITIES),
        (&["discovery.read"], "POST", "/api/v1/alerts/close_benign/"),
        (&["investigation.read"], "POST", "/api/v1/alerts/close_benign/"),
        (&["investigation.read"], "POST", "/api/v1/alerts/close_false_positive/"),
        (&["investigation.read", "investigation.managed"], "POST", "/api/v1/alerts/close_true_positive/"),
    ] {
        let answer = as_caller(kit, &with_roles(kit, roles), method, path, r#"{"filters": {}}"#);
        assert!(text(&answer).contains("Forbidden"), "clients look for the word");
        cases.add("Forbidden", "holds none of the permissions", format!("{roles:?} {path}"), answer);
    }
}

/// Paths and methods that are not there.
fn strays(kit: &Kit, cases: &mut Cases) {
    let mut no = |row, reason, method: &str, path: &str| {
        cases.add(row, reason, format!("{method} {path}"), kit.api(method, path, ""));
    };
    no("NoRoute", "Nearest route: ", "GET", "/api/v1/alert/");
    no("NoRoute", "Nearest route: ", "POST", "/cas/api/v1/activities/a/b/c");
    no("NoRoute", "Nearest route: ", "GET", "/api/v2/alerts/");
    no("NoRoute", "", "GET", "/");
    no("NoAlert", NOBODY, "GET", &format!("{ALERTS}{NOBODY}/"));
    no("NoAlert", NOBODY, "POST", &format!("{ALERTS}{NOBODY}/read/"));
    no("NoActivity", "70123456_20893_x", "GET", &format!("{ACTIVITIES}70123456_20893_x/"));
    no("NoActivity", NOBODY, "GET", &format!("{ACTIVITIES}{NOBODY}"));
    no("Method", "DELETE", "DELETE", ALERTS);
    no("Method", "PUT", "PUT", &format!("{ALERTS}close_benign/"));
    no("Method", "GET", "GET", &format!("{ALERTS}close_benign/"));
    no("Method", "PATCH", "PATCH", &format!("{ACTIVITIES}{NOBODY}/"));
    no("Method", "GET", "GET", &format!("{ALERTS}{NOBODY}/read/"));
}

/// Bodies that can't be read.
fn unreadable(kit: &Kit, cases: &mut Cases) {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let deep = format!(r#"{{"filters": {}}}"#, nested("[", "]"));
    let nested_objects = nested(r#"{"a":"#, "}");
    for (row, reason, body) in [
        ("NotJson", "EOF", r#"{"filters": {"severity": {"eq": [2]}"#),
        ("NotJson", "line 1", r#"{"limit": 1,}"#),
        ("NotJson", "line 2", "{\"limit\": 1}\n}"),
        ("NotJson", "recursion limit", &deep),
        ("NotJson", "recursion limit", &nested_objects),
        ("NotJson", "number out of range", r#"{"limit": 1e999}"#),
        ("NotJson", "", "hello"),
        ("NotJson", "", "<filters/>"),
        ("NotJson", "", "=&=&="),
        ("NotJson", "", "{'filters': {}}"),
        ("NotAnObject", "", "[]"),
        ("NotAnObject", "", r#"[{"filters": {}}]"#),
        ("NotAnObject", "", "5"),
        ("NotAnObject", "", "true"),
        ("NotAnObject", "", r#""filters""#),
        ("NoFilters", "\"filters\"", "{}"),
        ("NoFilters", "\"filters\"", r#"{"comment": "none of them"}"#),
    ] {
        for path in ["close_benign/", "close_false_positive/", "close_true_positive/"] {
            let answer = kit.api("POST", &format!("{ALERTS}{path}"), body);
            cases.add(row, reason, format!("{path} {body:.60}"), answer);
        }
        for (method, path) in [("GET", ALERTS), ("POST", ACTIVITIES)] {
            if row != "NoFilters" {
                cases.add(row, reason, format!("{path} {body:.60}"), kit.api(method, path, body));
            }
        }
    }
    let raw = |body: Bytes| {
        let request = Request::post(kit.url(ALERTS)).header("authorization", kit.credential());
        request.body(body).unwrap()
    };
    for body in [&b"{\"comment\": \"\xff\xfe\"}"[..], b"\xff\xfe{\x00}\x00", b"\x00", b"{\"a\":\"\xc3\"}"] {
        cases.add("NotJson", "", format!("{body:?}"), kit.door.ask(raw(Bytes::from_static(body))));
    }
    let mut large = vec![b' '; 1 << 20];
    large.extend_from_slice(b"{}");
    cases.add("TooLarge", "1048576", "a large body", kit.door.ask(raw(Bytes::from(large))));
    for (body, row, reason) in
        [(BodyState::TooLarge, "TooLarge", "1048576"), (BodyState::Incomplete, "Incomplete", "ended early")]
    {
        let peer = std::net::Ipv4Addr::LOCALHOST.into();
        let arrival = Arrival { secure: true, sni: None, proxy_user: None, port: 443, peer, body };
        cases.add(row, reason, format!("{body:?}"), kit.door.call(raw(Bytes::new()), arrival));
    }
}

/// Values that can't be what they are.
fn bad_values(kit: &Kit, cases: &mut Cases) {
    let filter = |field: &str, operators: Value| json!({"filters": {field: operators}});
    let deep = format!(r#"{{"severity": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for (reason, body) in [
        ("\"filters\"", json!({"filters": []})),
        ("\"filters\"", json!({"filters": 5})),
        ("\"filters\"", json!({"filters": true})),
        ("\"filters\"", json!({"filters": "no JSON"})),
        ("\"filters\"", json!({"filters": "[1]"})),
        ("\"filters\"", json!({"filters": deep})),
        ("\"limit\"", json!({"limit": -1})),
        ("\"limit\"", json!({"limit": 1.5})),
        ("\"limit\"", json!({"limit": "ten"})),
        ("\"limit\"", json!({"limit": "-1"})),
        ("\"limit\"", json!({"limit": true})),
        ("\"limit\"", json!({"limit": [1]})),
        ("\"limit\"", json!({"limit": {"eq": 1}})),
        ("\"limit\"", json!({"limit": "1e3"})),
        ("\"skip\"", json!({"skip": -1})),
        ("\"skip\"", json!({"skip": 0.5})),
        ("\"skip\"", json!({"skip": "x"})),
        ("\"skip\"", json!({"skip": 5001})),
        ("\"skip\"", json!({"skip": u64::MAX})),
        ("\"skip\"", json!({"skip": 1e30})),
        ("\"skip\"", json!({"skip": []})),
        ("\"sortField\"", json!({"sortField": "title"})),
        ("\"sortField\"", json!({"sortField": 1})),
        ("\"sortField\"", json!({"sortField": ["date"]})),
        ("\"sortDirection\"", json!({"sortDirection": "up"})),
        ("\"sortDirection\"", json!({"sortDirection": true})),
        ("\"performAsyncTotal\"", json!({"performAsyncTotal": "later"})),
        ("\"performAsyncTotal\"", json!({"performAsyncTotal": []})),
        ("\"date\"", filter("date", json!({"gte": "yesterday"}))),
        ("\"date\"", filter("date", json!({"gte": {}}))),
        ("\"date\"", filter("date", json!({"gte": [1, 2]}))),
        ("\"date\"", filter("date", json!({"lte": 1e300}))),
        ("\"date\"", filter("date", json!({"lte": u64::MAX}))),
        ("\"date\"", filter("date", json!({"range": [5]}))),
        ("\"date\"", filter("date", json!({"range": [{"start": "x"}]}))),
        ("\"date\"", filter("date", json!({"range": {"start": 1, "end": []}}))),
        ("\"date\"", filter("date", json!({"gte_ndays": "seven"}))),
        ("\"date\"", filter("date", json!({"eq": [1]}))),
        ("one of the operators", filter("date", json!({"contains": ["1"]}))),
        ("one of the operators", filter("date", json!({"": 1}))),
        ("an operator", filter("date", json!(5))),
        ("an operator", filter("date", json!([5]))),
        ("an operator", filter("date", json!("5"))),
    ] {
        for path in [ALERTS, ACTIVITIES] {
            let answer = kit.api("POST", path, &body.to_string());
            cases.add("BadValue", reason, format!("{path} {:.80}", body.to_string()), answer);
        }
    }
    for (reason, body) in [
        ("\"severity\"", filter("severity", json!({"eq": "high"}))),
        ("\"severity\"", filter("severity", json!({"eq": [0, "1x"]}))),
        ("\"severity\"", filter("severity", json!({"eq": {"id": 1}}))),
        ("\"severity\"", filter("severity", json!({"neq": [true]}))),
        ("\"severity\"", filter("severity", json!({"eq": 1.5}))),
        ("\"severity\"", filter("severity", json!({"eq": 1e19}))),
        ("eq, neq", filter("severity", json!({"gte": 1}))),
        ("eq, neq", filter("severity", json!({"isset": true}))),
        ("\"alertOpen\"", filter("alertOpen", json!({"eq": "maybe"}))),
        ("\"alertOpen\"", filter("alertOpen", json!({"eq": 2}))),
        ("\"read\"", filter("read", json!({"neq": true}))),
        ("\"entity.user\"", filter("entity.user", json!({"eq": [true]}))),
        ("\"id\"", filter("id", json!({"eq": [format!("ca{NOBODY}")]}))),
        ("\"id\"", filter("id", json!({"eq": [5]}))),
        ("\"id\"", filter("id", json!({"contains": ["65"]}))),
    ] {
        for path in ["", "close_benign/", "close_false_positive/", "close_true_positive/"] {
            let answer = kit.api("POST", &format!("{ALERTS}{path}"), &body.to_string());
            cases.add("BadValue", reason, format!("{path} {body}"), answer);
        }
    }
    for (reason, body) in [
        ("\"activity.type\"", filter("activity.type", json!({"eq": "administrative"}))),
        ("\"ip.address\"", filter("ip.address", json!({"startswith": [10]}))),
        ("\"ip.address\"", filter("ip.address", json!({"isset": "perhaps"}))),
        ("\"user.username\"", filter("user.username", json!({"endswith": ["x"]}))),
        ("\"activity.alertId\"", filter("activity.alertId", json!({"eq": "xyz"}))),
        ("\"activity.id\"", filter("activity.id", json!({"neq": ["xyz"]}))),
    ] {
        cases.add("BadValue", reason, body.to_string(), kit.api("POST", ACTIVITIES, &body.to_string()));
    }
    let after = |value: Value| json!({"isScan": true, "filters": {"scan.after": {"eq": value}}});
    for (reason, body) in [
        ("\"isScan\"", json!({"isScan": "perhaps"})),
        ("\"isScan\"", json!({"isScan": 2})),
        ("\"limit\"", json!({"isScan": true, "limit": "many"})),
        ("\"service\"", json!({"isScan": true, "filters": {"service": {"eq": "x"}}})),
        ("\"scan.after\"", after(json!("x"))),
        ("\"scan.after\"", after(json!(5))),
        ("\"scan.after\"", after(json!("1795478400000.-1"))),
        ("\"scan.after\"", after(json!("99999999999999999999.1"))),
        ("\"scan.until\"", json!({"isScan": true, "filters": {"scan.until": {"eq": "soon"}}})),
    ] {
        cases.add("BadValue", reason, body.to_string(), kit.api("POST", ACTIVITIES, &body.to_string()));
    }
    for (reason, query) in [
        ("\"filters\"", "filters=no".to_owned()),
        ("\"filters\"", format!("filters={}", escaped("[1]"))),
        ("\"severity\"", format!("filters={}", escaped(r#"{"severity": {"eq": "x"}}"#))),
        ("\"limit\"", "limit=x".to_owned()),
        ("\"skip\"", "skip=5001".to_owned()),
        ("\"sortField\"", "sortField=nothing".to_owned()),
    ] {
        cases.add("BadValue", reason, query.clone(), kit.api("GET", &format!("{ALERTS}?{query}"), ""));
    }
    let comment = r#"{"filters": {}, "comment": {"text": "x"}}"#;
    let answer = kit.api("POST", &format!("{ALERTS}close_benign/"), comment);
    cases.add("BadValue", "\"comment\"", comment, answer);
    for (method, path) in
        [("GET", "xyz/"), ("POST", "ca65b0c1d2e3f4a5b6c7d8e9f0/read/"), ("GET", "%F0%9F%92%A9")]
    {
        cases.add("BadValue", "24 hexadecimal digits", path, kit.api(method, &format!("{ALERTS}{path}"), ""));
    }
}

/// One request too many.
fn throttled(cases: &mut Cases) -> Kit {
    let kit = Kit::of(tenant(1, Size::Tiny), true);
    for _ in 0..30 {
        assert_eq!(kit.api("GET", &format!("{ALERTS}?limit=1"), "").status, 200);
    }
    cases.add("Throttled", "throttled", "the 31st request", kit.api("GET", ALERTS, ""));
    kit
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
    let mut met = BTreeSet::new();
    for (kit, cases) in [(&kit, &cases), (&throttled, &throttles)] {
        let log = log(kit);
        for case in &cases.0 {
            is_refused(&log, case);
            met.insert(case.row);
        }
    }
    let missing: Vec<&str> =
        Refusal::ROWS.iter().map(|row| row.name).filter(|name| !met.contains(name)).collect();
    assert!(missing.is_empty(), "no request meets {missing:?}");
    assert_eq!(text(&kit.api("GET", ALERTS, "")), before, "who is refused changes nothing");
}

#[test]
fn who_is_not_let_in_is_told_of_the_token() {
    let kit = Kit::tiny();
    let mut cases = Cases::default();
    strangers(&kit, &mut cases);
    for case in cases.0 {
        assert_eq!(text(&case.answer), r#"{"detail":"Invalid token."}"#, "{}", case.what);
        assert_eq!(case.answer.headers["www-authenticate"], "Token", "{}", case.what);
    }
}

#[test]
fn a_token_holds_in_every_form_in_which_clients_ask_for_it() {
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

#[test]
fn permissions_are_those_of_the_documentation() {
    let kit = Kit::tiny();
    let alert = ids(&read(&kit.api("GET", ALERTS, "")))[0].clone();
    let activity = ids(&read(&kit.api("GET", &format!("{ACTIVITIES}?limit=1"), "")))[0].clone();
    let nobody = json!({"filters": {"id": {"eq": [NOBODY]}}, "limit": 1}).to_string();
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
        for route in ROUTES {
            let changes =
                ["close_", "dismiss", "resolve", "reopen"].iter().any(|word| route.path.contains(word));
            let (allowed, id) = if route.path.starts_with("/api/v1/alerts") {
                (if changes { closing } else { alerts }, &alert)
            } else {
                assert!(route.path.starts_with("/api/v1/activities"), "say who may {}", route.path);
                (activities, &activity)
            };
            let (method, path) = (route.method.as_str(), &route.path.replace("{id}", id));
            let answer = as_caller(&kit, &credential, method, path, &nobody);
            assert_eq!(answer.status.as_u16(), if allowed { 200 } else { 403 }, "{role} {method} {path}");
        }
    }
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
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
        let url = format!("https://{}.us2.portal.cloudappsecurity.com{ALERTS}", tenant.stamp().label);
        let token = format!("Token {}", api_token::mint(tenant.stamp()));
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
    let jwt = mint(&claims(&kit.tenant));
    let secret = kit.tenant.world().registrations[0].secret.clone();
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
