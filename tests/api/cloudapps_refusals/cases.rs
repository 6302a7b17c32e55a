//! Requests that are refused, by the row of the catalogue that each is to meet.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use mock_defender::gateway::exchange::BodyState;
use mock_defender::gateway::{Answer, Arrival};
use mock_defender::identity::token::sign;
use mock_defender::identity::{AccessClaims, api_token, keys};
use mock_defender::model::ids::Guid;
use mock_defender::model::spec::Size;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::{Value, json};

use super::{ACTIVITIES, ALERTS, GRAPH, NOBODY, as_caller, bearer, claims, with_roles};
use crate::kit::lists::escaped;
use crate::kit::{self, Kit, tenant, text};

/// One way to be refused.
pub(crate) struct Case {
    pub(crate) what: String,
    pub(crate) answer: Answer,
    pub(crate) row: &'static str,
    pub(crate) reason: &'static str,
}

#[derive(Default)]
pub(crate) struct Cases(pub(crate) Vec<Case>);

impl Cases {
    fn add(&mut self, row: &'static str, reason: &'static str, what: impl Into<String>, answer: Answer) {
        self.0.push(Case { what: what.into(), answer, row, reason });
    }
}

/// Who is not let in.
pub(crate) fn strangers(kit: &Kit, cases: &mut Cases) {
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
        sign(claims, keys::numbered(0))
            .rsplit_once('.')
            .map(|(head, end)| (head.to_owned(), end.to_owned()))
            .unwrap()
    };
    let ((head, _), (_, borrowed)) = (parts(&own), parts(&late));
    let early = AccessClaims { nbf: own.nbf + hour, exp: own.exp + hour, ..own.clone() };
    let elsewhere = AccessClaims { aud: GRAPH.to_owned(), ..own.clone() };
    let unknown_app = AccessClaims { appid: Some(Guid::from_bits(7).to_string()), ..own.clone() };
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
        (format!("Bearer {value}"), "an API token came under the scheme `Bearer`"),
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
        (format!("Token {}", api_token::mint(other.identity())), "another tenant"),
        (format!("Token {}", api_token::mint(fork.identity())), "another tenant"),
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
pub(crate) fn without_permission(kit: &Kit, cases: &mut Cases) {
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
pub(crate) fn strays(kit: &Kit, cases: &mut Cases) {
    let mut no = |row, reason, method: &str, path: &str| {
        cases.add(row, reason, format!("{method} {path}"), kit.api(method, path, ""));
    };
    no("NoRoute", "Nearest route: ", "GET", "/api/v1/alert/");
    no("NoRoute", "Nearest route: ", "POST", "/cas/api/v1/activities/a/b/c");
    no("NoRoute", "Nearest route: ", "GET", "/api/v2/alerts/");
    no("NoRoute", "", "GET", "/nowhere");
    no("NoAlert", NOBODY, "GET", &format!("{ALERTS}{NOBODY}/"));
    no("NoAlert", NOBODY, "POST", &format!("{ALERTS}{NOBODY}/read/"));
    no("NoActivity", "70123456_20893_x", "GET", &format!("{ACTIVITIES}70123456_20893_x/"));
    no("NoActivity", NOBODY, "GET", &format!("{ACTIVITIES}{NOBODY}"));
    no("NoPolicy", NOBODY, "GET", &format!("/api/v1/policies/AUDIT/{NOBODY}/"));
    no("NoAgent", NOBODY, "POST", &format!("/api/v1/agents/siem/{NOBODY}/generate/"));
    no("NoEntity", "nobody by the key", "GET", &format!("/api/v1/entities/{NOBODY}/"));
    no("NoIpRange", NOBODY, "GET", &format!("/api/v1/subnet/{NOBODY}/"));
    no("NoFile", NOBODY, "GET", &format!("/api/v1/files/{NOBODY}/"));
    no("NoObject", NOBODY, "GET", &format!("/api/v1/governance/{NOBODY}/"));
    no("NoObject", "data source", "DELETE", "/api/v1/discovery/data_sources/xyz/");
    no("NoObject", "no app with number 1", "GET", "/api/v1/saasdb/1/");
    no("Required", "source", "GET", "/api/v1/discovery/upload_url/?filename=a");
    no("NoConnector", NOBODY, "GET", &format!("/api/v1/app_connectors/{NOBODY}/"));
    no("Connector", "already", "POST", "/api/v1/app_connectors/connect/?appId=11161");
    no("Method", "DELETE", "DELETE", ALERTS);
    no("Method", "PUT", "PUT", &format!("{ALERTS}close_benign/"));
    no("Method", "GET", "GET", &format!("{ALERTS}close_benign/"));
    no("Method", "PATCH", "PATCH", &format!("{ACTIVITIES}{NOBODY}/"));
    no("Method", "GET", "GET", &format!("{ALERTS}{NOBODY}/read/"));
}

/// Bodies that can't be read.
pub(crate) fn unreadable(kit: &Kit, cases: &mut Cases) {
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
    let long = json!({"filters": {}, "comment": "x".repeat(5_000)}).to_string();
    let answer = kit.api("POST", &format!("{ALERTS}close_benign/"), &long);
    cases.add("LongComment", "has 5000 characters", "a long comment", answer);
    for body in ["", "{}", r#"{"on": true}"#, r#"{"enabled": null}"#] {
        cases.add("NoEnabled", "\"enabled\"", body, kit.api("PUT", COPILOT, body));
    }
    for (row, body) in [("NotJson", "{enabled}"), ("NotAnObject", "[true]")] {
        cases.add(row, "", body, kit.api("PUT", COPILOT, body));
    }
    let raw = |body: Bytes| {
        let request = Request::post(kit.url(ALERTS)).header("authorization", kit.credential());
        request.body(body).unwrap()
    };
    for body in [&b"{\"comment\": \"\xff\xfe\"}"[..], b"\xff\xfe{\x00}\x00", b"\x00", b"{\"a\":\"\xc3\"}"] {
        cases.add("NotJson", "", format!("{body:?}"), kit.gateway.ask(raw(Bytes::from_static(body))));
    }
    let mut large = vec![b' '; 1 << 20];
    large.extend_from_slice(b"{}");
    cases.add("TooLarge", "1048576", "a large body", kit.gateway.ask(raw(Bytes::from(large))));
    for (body, row, reason) in
        [(BodyState::TooLarge, "TooLarge", "1048576"), (BodyState::Incomplete, "Incomplete", "ended early")]
    {
        let peer = std::net::Ipv4Addr::LOCALHOST.into();
        let arrival = Arrival { secure: true, sni: None, proxy_user: None, port: 443, peer, body };
        cases.add(row, reason, format!("{body:?}"), kit.gateway.ask_as(raw(Bytes::new()), arrival));
    }
}

/// Values that can't be what they are.
pub(crate) fn bad_values(kit: &Kit, cases: &mut Cases) {
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
    for (reason, body) in [
        ("\"isScan\"", json!({"isScan": "perhaps"})),
        ("\"isScan\"", json!({"isScan": 2})),
        ("\"limit\"", json!({"isScan": true, "limit": "many"})),
        ("\"service\"", json!({"isScan": true, "filters": {"service": {"eq": "x"}}})),
        ("\"date\"", json!({"isScan": true, "filters": {"date": {"lte": "soon"}}})),
        ("\"date\"", json!({"isScan": true, "filters": {"date": {"range": {"start": "soon"}}}})),
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
    for (reason, body) in [
        ("\"enabled\"", json!({"enabled": "perhaps"})),
        ("\"enabled\"", json!({"enabled": 1})),
        ("\"browser\"", json!({"enabled": true, "browser": {"windows": false}})),
        ("\"browser\"", json!({"enabled": true, "browser": "safari"})),
    ] {
        cases.add("BadValue", reason, body.to_string(), kit.api("PUT", COPILOT, &body.to_string()));
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
pub(crate) fn throttled(cases: &mut Cases) -> Kit {
    let kit = Kit::of(tenant(1, Size::Tiny), true);
    for _ in 0..30 {
        assert_eq!(kit.api("GET", &format!("{ALERTS}?limit=1"), "").status, 200);
    }
    cases.add("Throttled", "throttled", "the 31st request", kit.api("GET", ALERTS, ""));
    kit
}

/// A tenant whose journal can't be written any more.
pub(crate) fn unavailable(cases: &mut Cases) -> Kit {
    let kit = Kit::tiny();
    kit.lose_the_journal();
    let answer = kit.api("POST", &format!("{ALERTS}close_benign/"), "{\"filters\": {}}");
    cases.add("JournalLost", "see the server's log", "a command that is lost", answer);
    kit
}

const COPILOT: &str = "/api/v1/settings/security-extensions/copilot";

/// What is told as no other refusal is: a page for a tenant without a licence, more than one member of what Copilot
/// lacks, and a log for a data source that is not there.
pub(crate) fn in_a_form_of_its_own(met: &mut BTreeSet<&'static str>) {
    let kit = Kit::tiny();
    let lose = |command: Value| {
        assert_eq!(kit.mock("POST", "/_mock/tenants/contoso/commands", &command.to_string()).status, 200);
    };
    lose(json!({"setCopilotCapacity": {"capacity": "detached"}}));
    let lacking = kit.api("PUT", COPILOT, r#"{"enabled": true}"#);
    assert_eq!(lacking.status, 409);
    let body: Value = kit::json(&lacking);
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["detail", "reason", "remedy"]);
    let url: Value = kit::json(&kit.api("GET", "/api/v1/discovery/upload_url/?filename=a&source=SQUID", ""));
    let finish = json!({"uploadUrl": url["url"], "inputStreamName": "nowhere"}).to_string();
    let unknown = kit.api("POST", "/api/v1/discovery/done_upload/", &finish);
    let body: Value = kit::json(&unknown);
    assert_eq!((unknown.status.as_u16(), &body["error"]), (400, &json!(true)), "{body}");
    assert!(body["errorMessageCode"].as_str().unwrap().ends_with("_NOT_FOUND_INPUT_STREAM"));
    lose(json!({"setSubscriptions": {"skus": []}}));
    let page = kit.api("GET", ALERTS, "");
    assert!(page.status == 403 && text(&page).starts_with("<!DOCTYPE html>"));
    let entries = super::log(&kit);
    let rows: Vec<&Value> = entries.values().map(|entry| &entry["refusal"]).collect();
    for row in ["Lacking", "NotSubscribed", "NoDataSource"] {
        assert!(rows.contains(&&json!(row)), "{rows:?}");
        met.insert(row);
    }
}

/// What nothing but a fault brings about. The log names the fault, and holds nothing against the client.
pub(crate) fn by_a_fault(met: &mut BTreeSet<&'static str>) {
    let kit = Kit::tiny();
    let fault = json!({"id": "busy", "effect": {"throttle": {"wait": "5s", "retryAfter": "absent"}}});
    assert_eq!(kit.mock("POST", "/_mock/tenants/contoso/faults", &fault.to_string()).status, 201);
    let answer = kit.api("GET", ALERTS, "");
    assert_eq!(
        (answer.status.as_u16(), text(&answer).as_str()),
        (429, r#"{"detail":"Request was throttled."}"#)
    );
    let entry = super::log(&kit).pop_last().unwrap().1;
    assert_eq!((&entry["fault"], entry.get("refusal")), (&json!("busy"), None));
    met.insert("ThrottledUntold");
}
