//! The Cloud Apps API: every record, every filter, every encoding, every way to close an alert.

use mock_defender::{MockDefender, Size};
use serde_json::{Value, json};

use crate::Script;
use crate::client::{Client, encode, text};
use crate::filters::{
    ACTIVITIES, ALERTS, ENTITIES, FILES, RANGES, assert_complete, every_filter, odd_filters,
};

const ACTIVITIES_PATH: &str = "/api/v1/activities/";
const ALERTS_PATH: &str = "/api/v1/alerts/";
const BOTH: [&str; 2] = [ALERTS_PATH, ACTIVITIES_PATH];

pub(crate) fn scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    let small = || MockDefender::builder().size(Size::Small).seed(2);
    vec![
        (tiny(), records),
        (small(), lists),
        (tiny(), handling),
        (tiny(), extensions),
        (tiny(), refusals),
        (tiny().throttle(true), throttled),
    ]
}

/// What stands at the end, so that the numbers of the others don't move.
pub(crate) fn later_scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    vec![(tiny(), entities_and_files), (tiny(), ranges), (tiny(), administration)]
}

/// Every record of a tenant, page by page, in a scan, and some of them by their ids.
fn records(client: &Client) {
    for path in BOTH {
        for direction in ["asc", "desc"] {
            let mut records = Vec::new();
            loop {
                let body = json!({"sortDirection": direction, "skip": records.len(), "limit": 100});
                let page = client.api(&format!("page-{direction}"), "POST", path, body.to_string()).json();
                records.extend(page["data"].as_array().unwrap().iter().cloned());
                if page["hasNext"] != true {
                    break;
                }
            }
            let every = if path == ALERTS_PATH { 1 } else { 1 + records.len() / 30 };
            for record in records.iter().step_by(every) {
                client.api("one", "GET", &format!("{path}{}/", text(record, "_id")), "").done();
            }
        }
    }
}

/// Ranges of addresses, from their beginning to their end, under both paths; their tags.
fn ranges(client: &Client) {
    for (path, name, subnet) in
        [("/api/v1/subnet/", "one", "192.0.2.0/24"), ("/api/subnet/", "two", "2001:db8::/32")]
    {
        let range = json!({"name": name, "category": "1", "subnets": [subnet], "tags": ["hq", "Tor"],
            "organization": "Example Telecom"});
        let id =
            client.api("create", "POST", &format!("{path}create_rule/"), range.to_string()).done().json();
        let id = id.as_str().unwrap();
        client.api("again", "POST", &format!("{path}create_rule/"), range.to_string());
        let other = json!({"name": format!("{name} anew"), "category": 4, "subnets": [subnet]}).to_string();
        client.api("fetch", "GET", &format!("{path}{id}/"), "").done();
        client.api("update", "POST", &format!("{path}{id}/update_rule/"), other).done();
        let metadata = client.api("metadata", "GET", &format!("{path}metadata/"), "").done().json();
        assert_complete(RANGES, &metadata);
        let record = client.api("first", "GET", path, r#"{"limit": 1}"#).json()["data"][0].clone();
        every_filter(client, path, RANGES, &record);
        for field in ["category", "tags", "name", "colour"] {
            let body = json!({"sortField": field, "sortDirection": "asc"}).to_string();
            client.api(&format!("sort-{field}"), "POST", path, body);
        }
        client.api("delete", "DELETE", &format!("{path}{id}/"), "").done();
        client.api("gone", "GET", &format!("{path}{id}/"), "");
        client.api("nothing", "POST", &format!("{path}create_rule/"), "{}");
    }
    client.api("tags", "GET", "/api/tags/?target=ip", "").done();
}

/// Users, accounts and files: every record, filter and order, and what is told of one of them.
fn entities_and_files(client: &Client) {
    for (path, filters, sorts) in [
        (
            "/api/v1/entities/",
            ENTITIES,
            &["date", "lastSeen", "severity", "score", "username", "displayName"][..],
        ),
        ("/api/v1/files/", FILES, &["date", "modifiedDate", "createdDate"]),
    ] {
        let everything = json!({"filters": {"allowDeleted": {"eq": true}}, "limit": 100});
        let mut records: Vec<Value> = Vec::new();
        loop {
            let mut body = everything.clone();
            body["skip"] = records.len().into();
            let page = client.api("every", "POST", path, body.to_string()).json();
            records.extend(page["data"].as_array().unwrap().iter().cloned());
            if page["hasNext"] != true {
                break;
            }
        }
        every_filter(client, path, filters, &records[0]);
        let metadata = client.api("metadata", "GET", &format!("{path}metadata/"), "").done().json();
        assert_complete(filters, &metadata);
        for field in sorts.iter().chain(&["colour"]) {
            let body = json!({"sortField": field, "sortDirection": "asc", "limit": 5});
            client.api(&format!("sort-{field}"), "POST", path, body.to_string());
        }
        client.api("json-on-get", "GET", path, r#"{"limit": 2}"#);
        client.api("count", "POST", &format!("{path}count/"), "").done();
        for record in records.iter().step_by(1 + records.len() / 6) {
            client.api("one", "GET", &format!("{path}{}/", text(record, "_id")), "").done();
            if path == "/api/v1/entities/" {
                let name = text(record, "username");
                client
                    .api("tree", "GET", &format!("{path}{}/retrieve_tree/", text(record, "_id")), "")
                    .done();
                let query = encode(&[("username", name)]);
                let path = format!("/api/v1/activities_locations/by_user/?{query}");
                client.api("locations", "GET", &path, "").done();
                let body = json!({"aad": record["id"]}).to_string();
                client.api("resolve", "POST", "/api/v1/entities/resolve_entity/", body).done();
            }
        }
        client.api("none", "GET", &format!("{path}none/"), "");
    }
    for of in ["entities", "users"] {
        client.api("offers", "GET", &format!("/api/v1/autocomplete/{of}/?search=an"), "").done();
    }
    let path = "/api/v1/standalone_entities/";
    client.api("alone", "POST", path, r#"{"limit": 3}"#).done();
    client.api("alone-count", "POST", &format!("{path}count/"), "").done();
    client.api("alone-metadata", "GET", &format!("{path}metadata/"), "").done();
    client.api("locations-of-nobody", "GET", "/api/v1/activities_locations/by_user/", "");
}

/// Scans with `nextQueryFilters` followed to the end.
fn scans(client: &Client) {
    for (field, direction, filters, limit) in [
        ("date", "asc", json!({}), 4_000),
        ("date", "desc", json!({"service": {"eq": [20893]}}), 500),
        ("created", "asc", json!({"date": {"gte_ndays": 3}}), 0),
        ("created", "desc", json!({"activity.type": {"eq": true}}), 9_000),
    ] {
        let mut filters = filters;
        loop {
            let body = json!({"filters": filters, "isScan": true, "sortField": field,
                "sortDirection": direction, "limit": limit});
            let page = client.api("scan", "POST", ACTIVITIES_PATH, body.to_string()).done().json();
            if page["hasNext"] != true {
                break;
            }
            filters = page["nextQueryFilters"].clone();
        }
    }
    let window = json!({"isScan": 1, "filters": {"date": {"gte": 0, "range": [{"start": "0"}]}}}).to_string();
    client.api("scan-window", "POST", ACTIVITIES_PATH, window).done();
    let until = json!({"isScan": "true", "filters": {"scan.until": {"eq": "x"}}}).to_string();
    client.api("scan-bad-until", "POST", ACTIVITIES_PATH, until);
}

/// Filters, orders, pages and encodings.
fn lists(client: &Client) {
    let first = |path: &str| client.api("first", "POST", path, r#"{"limit": 1}"#).json()["data"][0].clone();
    let (alert, activity) = (first(ALERTS_PATH), first(ACTIVITIES_PATH));
    every_filter(client, ACTIVITIES_PATH, ACTIVITIES, &activity);
    every_filter(client, ALERTS_PATH, ALERTS, &alert);
    odd_filters(client, ACTIVITIES_PATH, &activity);
    odd_filters(client, ALERTS_PATH, &alert);
    let behind = json!({"filters": {"activity.alertId": {"eq": [alert["_id"]]}}}).to_string();
    client.api("behind", "POST", ACTIVITIES_PATH, behind);
    for path in BOTH {
        let metadata = client.api("metadata", "GET", &format!("{path}metadata/"), "").done().json();
        assert_complete(if path == ALERTS_PATH { ALERTS } else { ACTIVITIES }, &metadata);
        client.api("count", "POST", &format!("{path}count/"), "").done();
        let recent = r#"{"filters": {"date": {"gte_ndays": 2}}}"#;
        client.api("count", "POST", &format!("{path}count/"), recent).done();
        for field in ["date", "created", "severity", "colour", ""] {
            for direction in ["asc", "desc", "up"] {
                let body = json!({"sortField": field, "sortDirection": direction, "limit": 4});
                client.api(&format!("sort-{field}-{direction}"), "POST", path, body.to_string());
            }
        }
        for (skip, limit) in [
            (json!(3), json!(2)),
            (json!(0), json!(0)),
            (json!(5_000), json!(1)),
            (json!(5_001), json!(1)),
            (json!("7"), json!("2")),
            (json!(-1), json!(1)),
            (json!(0.5), json!(1)),
            (json!(null), json!(1_000)),
            (json!(1), json!("many")),
        ] {
            client.api("page", "POST", path, json!({"skip": skip, "limit": limit}).to_string());
        }
        encodings(client, path);
    }
    scans(client);
}

/// The same question in every encoding.
fn encodings(client: &Client, path: &str) {
    let filters = r#"{"date": {"gte_ndays": 5}}"#;
    let form = encode(&[("filters", filters), ("limit", "2"), ("sortDirection", "asc")]);
    let parts = [("filters", filters), ("limit", "2")]
        .map(|(name, value)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .concat();
    let multipart = format!("{parts}--x--\r\n");
    let body = json!({"filters": serde_json::from_str::<Value>(filters).unwrap(), "limit": 2}).to_string();
    client.api("query", "GET", &format!("{path}?{form}"), "");
    client.api("query-bad", "GET", &format!("{path}?filters=%7B"), "");
    client.api("json-on-get", "GET", path, body.clone());
    client.api("query-and-json", "POST", &format!("{path}?limit=9&skip=1"), body.clone());
    client.api("bare-filters", "POST", path, r#"{"date": {"gte_ndays": 5}, "limit": 2}"#);
    client.api("apart", "POST", path, r#"{"performAsyncTotal": true, "limit": 2}"#);
    client.api("apart-badly", "POST", path, r#"{"performAsyncTotal": "perhaps"}"#);
    for (label, kind, body) in [
        ("form", "application/x-www-form-urlencoded", form.as_str()),
        ("multipart", "multipart/form-data; boundary=x", multipart.as_str()),
        ("json", "application/json", body.as_str()),
        ("json-as-text", "text/plain", body.as_str()),
        ("empty", "application/json", ""),
        ("null", "application/json", "null"),
        ("empty-text", "application/json", "\"\""),
        ("list", "application/json", "[]"),
        ("broken", "application/json", "{\"filters\": "),
        ("nonsense", "text/xml", "<?xml version=\"1.0\"?><x/>"),
    ] {
        let credential = client.credential();
        let headers = [("authorization", credential.as_str()), ("content-type", kind)];
        client.send(label, "POST", &client.genuine(path), &headers, body.to_owned());
    }
    for url in [
        client.genuine(&format!("/cas{}", path.trim_end_matches('/'))),
        format!("https://{}.localhost:8443{path}", client.label()),
        format!("http://localhost:8443{path}"),
        format!("https://portal.cloudappsecurity.com{path}"),
    ] {
        client.send("host", "GET", &format!("{url}?limit=1"), &[("authorization", &client.credential())], "");
    }
}

/// Closing, reopening and marking, and the records afterwards.
fn handling(client: &Client) {
    let list = client.api("alerts", "GET", ALERTS_PATH, "").json();
    let ids: Vec<&str> = list["data"].as_array().unwrap().iter().map(|alert| text(alert, "_id")).collect();
    let one = |at: usize| format!("{ALERTS_PATH}{}/", ids[at % ids.len()]);
    for (at, step) in ["read", "unread", "read", "dismiss"].iter().enumerate() {
        client.api(step, "POST", &format!("{}{step}/", one(at)), "").done();
        client.api("after", "GET", &one(at), "").done();
    }
    for (at, step) in
        ["close_benign", "close_false_positive", "close_true_positive", "dismiss_bulk", "resolve", "reopen"]
            .iter()
            .enumerate()
    {
        let path = format!("{ALERTS_PATH}{step}/");
        let some = json!({"filters": {"id": {"eq": [ids[at % ids.len()], ids[(at + 1) % ids.len()]]}},
            "comment": format!("because of {step}"), "reasonId": 2, "sendFeedback": true});
        client.api(step, "POST", &path, some.to_string()).done();
        client.api("after", "GET", &one(at), "").done();
        client.api("after", "GET", &one(at + 1), "").done();
        let form = encode(&[("filters", r#"{"severity": {"eq": [2]}}"#), ("comment", "form")]);
        client.api(step, "POST", &path, form).done();
        for (label, body) in [
            ("nobody", r#"{"filters": {"id": {"eq": ["000000000000000000000000"]}}}"#),
            ("bad-id", r#"{"filters": {"id": {"eq": ["x"]}}}"#),
            ("no-filters", "{}"),
            ("empty", ""),
            ("bad-comment", r#"{"filters": {}, "comment": 7}"#),
            ("broken", "{"),
        ] {
            client.api(&format!("{step}-{label}"), "POST", &path, body);
        }
        client.advance("PT17M");
    }
    client.api("alerts", "GET", ALERTS_PATH, "").done();
    client.api("everything", "POST", &format!("{ALERTS_PATH}close_benign/"), r#"{"filters": {}}"#).done();
    client.api("alerts", "GET", ALERTS_PATH, "").done();
    let activity = client.api("activity", "POST", ACTIVITIES_PATH, r#"{"limit": 1}"#).json();
    let activity = format!("{ACTIVITIES_PATH}{}/", text(&activity["data"][0], "_id"));
    client.api("feedback", "POST", &format!("{activity}feedback"), r#"{"feedback": "good"}"#).done();
    client.api("feedback-broken", "POST", &format!("{activity}feedback"), "{");
    client.control("log", "GET", "…/requests", "");
}

/// *Security extensions*, and what switching Copilot on and off comes to; a tenant without a licence.
fn extensions(client: &Client) {
    let rows = "/api/v1/settings/security-extensions";
    let list = |label: &str| client.api(label, "GET", rows, "");
    let put = |label: &str, body: &str| client.api(label, "PUT", &format!("{rows}/copilot"), body.to_owned());
    list("born").done();
    for (label, body) in [
        ("blocked", r#"{"enabled": true, "browser": {"popups": false}}"#),
        ("again", r#"{"enabled": true}"#),
        ("off", r#"{"enabled": false}"#),
        ("too-soon", r#"{"enabled": true}"#),
        ("off-again", "enabled=false"),
    ] {
        put(label, body).done();
    }
    client.advance("PT10S");
    put("on", r#"{"enabled": true, "colour": "red"}"#).done();
    client
        .command("accept", &json!({"answerCopilotDialog": {"accept": true, "by": "security-admin"}}))
        .done();
    for command in [
        json!({"switchCopilotSource": {"user": "user", "on": false}}),
        json!({"setServiceDate": {"date": "2025-06"}}),
        json!({"addSiemAgent": {"name": "north", "format": "genericCef", "by": "security-admin"}}),
        json!({"setSiemAgentRunning": {"agent": "north", "running": true}}),
    ] {
        client.command("prepared", &command).done();
    }
    list("connected").done();
    let told = json!({"filters": {"service": {"eq": [26055, 20595]}, "date": {"gte_ndays": 1}}, "limit": 9});
    client.api("told", "POST", ACTIVITIES_PATH, told.to_string()).done();
    for (label, body) in [
        ("nothing", ""),
        ("broken", "{"),
        ("list", "[]"),
        ("odd", r#"{"enabled": "perhaps"}"#),
        ("odd-browser", r#"{"enabled": true, "browser": {"windows": 1}}"#),
    ] {
        put(label, body);
    }
    client.command("taken", &json!({"setSubscriptions": {"skus": ["SPE_E3"]}})).done();
    client.api("not-subscribed", "GET", ALERTS_PATH, "");
    client.control("explained", "GET", "…/requests/last/explain", "").done();
    list("unlicensed").done();
    put("off-unlicensed", r#"{"enabled": false}"#).done();
    put("lacking", r#"{"enabled": true}"#);
    client.control("explained", "GET", "…/requests/last/explain", "").done();
    client.command("given", &json!({"setSubscriptions": {"skus": ["SPE_E5"]}})).done();
    client.api("subscribed", "GET", &format!("{ALERTS_PATH}?limit=1"), "").done();
}

/// Policies, administrators, tokens, SIEM agents, and what the tenant says of itself.
fn administration(client: &Client) {
    let get = |label: &str, path: &str| client.api(label, "GET", path, "");
    let post = |label: &str, path: &str, body: &Value| client.api(label, "POST", path, body.to_string());
    let policies = "/api/v1/policies/";
    let all = get("policies", policies).done().json();
    post("by-type", policies, &json!({"filters": {"type": {"eq": ["AUDIT", "FILE"]}}})).done();
    for (name, operators, value) in [
        ("type", &["eq", "neq"][..], json!("AUDIT")),
        ("name", &["eq", "contains"], json!("Impossible travel")),
        ("severity", &["eq", "neq"], json!(2)),
        ("risk", &["eq", "neq"], json!(0)),
        ("enabled", &["eq"], json!(true)),
        ("id", &["eq", "neq"], all["data"][0]["_id"].clone()),
    ] {
        for operator in operators {
            let body = json!({"filters": {name: {*operator: value}}});
            post(&format!("{name}-{operator}"), &format!("{policies}count/"), &body).done();
        }
    }
    for field in ["lastModified", "severity", "alertsCount"] {
        post("sorted", policies, &json!({"sortField": field, "limit": 3})).done();
    }
    get("metadata", &format!("{policies}metadata/")).done();
    let one = &all["data"][0];
    get("policy", &format!("{policies}{}/{}/", text(one, "policyType"), text(one, "_id"))).done();
    get("no-policy", &format!("{policies}AUDIT/000000000000000000000000/"));
    let agents = "/api/v1/agents/siem/";
    client.command("agent", &json!({"addSiemAgent": {"name": "north", "format": "arcSight"}})).done();
    let agent = text(&get("agents", agents).done().json()["data"][0], "_id").to_owned();
    get("agent-count", &format!("{agents}count/")).done();
    post("token", &format!("{agents}{agent}/generate/"), &json!({})).done();
    post("no-agent", &format!("{agents}000000000000000000000000/generate/"), &json!({}));
    post("tokens", "/api/v1/tokens/", &json!({})).done();
    get("groups", "/api/v1/user_tags/").done();
    post("groups", "/api/v1/user_tags/", &json!({"filters": {"app": {"eq": 11161}}})).done();
    for path in ["about/info/", "about/server_url/", "v1/settings/", "v1/manage_admin_access/"] {
        get("about", &format!("/api/{path}")).done();
    }
    let types = "/api/v1/autocomplete/activity-types/";
    for query in ["", "search=file&service=", "search=&service=eq(i:20892,)"] {
        get("types", &format!("{types}?{query}")).done();
    }
    get("no-types", &format!("{types}?service=x"));
}

/// Who is not let in, what is not there, and what can't be.
fn refusals(client: &Client) {
    for path in BOTH {
        let url = client.genuine(path);
        let other = format!("Token {}", "0".repeat(64));
        for credential in [
            "",
            "Token",
            "Token x",
            &other,
            "Bearer",
            "Bearer x.y.z",
            "Basic Og==",
            "token abc",
            "Bearer a b",
        ] {
            client.send("unauthenticated", "GET", &url, &[("authorization", credential)], "");
        }
        client.send("anonymous", "GET", &url, &[], "");
        client.api("method", "PUT", path, "");
        client.api("method", "DELETE", path, "");
        client.api("method", "OPTIONS", path, "");
        client.api("head", "HEAD", path, "");
        for id in
            ["000000000000000000000000", "ca000000000000000000000000", "x", "%00", "1_2_3", &"a".repeat(64)]
        {
            client.api("no-record", "GET", &format!("{path}{id}/"), "");
            client.api("no-record", "POST", &format!("{path}{id}/read/"), "");
            client.api("no-record", "POST", &format!("{path}{id}/dismiss/"), "");
            client.api("no-record", "POST", &format!("{path}{id}/feedback"), "");
        }
        client.api("too-large", "POST", path, " ".repeat((1 << 20) + 1));
        let url = format!("https://nobody.us2.portal.cloudappsecurity.com{path}");
        client.send("no-tenant", "GET", &url, &[("authorization", &client.credential())], "");
    }
    for path in
        ["/", "/api/v1/", "/api/v1/alert/", "/api/v2/alerts/", "/api/v1/alerts/close_it/", "/_mock/info"]
    {
        client.api("no-route", "GET", path, "");
        client.api("no-route", "POST", path, "");
    }
    tokens(client);
}

/// What the tokens of applications and users open.
fn tokens(client: &Client) {
    let close = json!({"filters": {"id": {"eq": ["000000000000000000000000"]}}}).to_string();
    for wish in [
        json!({}),
        json!({"app": "read-only"}),
        json!({"app": "unconsented"}),
        json!({"app": "read-only", "roles": ["discovery.read"]}),
        json!({"roles": ["discovery.manage"]}),
        json!({"user": "security-reader", "scopes": ["investigation.read"]}),
        json!({"user": "security-admin", "scopes": ["investigation.manage"]}),
        json!({"user": "user", "scopes": ["investigation.manage"]}),
        json!({"app": "7b9f4c5e-0000-4000-8000-000000000001"}),
        json!({"expired": true}),
        json!({"notYetValid": true}),
        json!({"wrongAudience": true}),
        json!({"wrongTenant": true}),
        json!({"badSignature": true}),
        json!({"unsigned": true}),
        json!({"claims": {"oid": "7b9f4c5e-0000-4000-8000-000000000001", "scp": "investigation.read"}}),
    ] {
        let minted = client.control("mint", "POST", "…/tokens", wish.to_string()).done();
        let bearer = minted.member("authorization");
        let headers = [("authorization", bearer.as_str())];
        client.send("as", "GET", &client.genuine("/api/v1/alerts/?limit=1"), &headers, "");
        client.send("as", "GET", &client.genuine("/api/v1/activities/?limit=1"), &headers, "");
        client.send("as", "POST", &client.genuine("/api/v1/alerts/close_benign/"), &headers, close.clone());
        client.control("why", "GET", "…/requests/last", "").done();
        client.control("why", "GET", "…/requests/last/explain", "").done();
    }
}

/// More requests in a minute than the API takes.
fn throttled(client: &Client) {
    for _ in 0..32 {
        client.api("throttled", "GET", "/api/v1/alerts/?limit=1", "");
    }
    client.control("why", "GET", "…/requests/last/explain", "").done();
    client.advance("PT20S");
    client.api("throttled", "GET", "/api/v1/activities/?limit=1", "");
    client.advance("PT41S");
    client.api("admitted", "GET", "/api/v1/alerts/?limit=1", "").done();
}
