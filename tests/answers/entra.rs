//! Entra ID: discovery, every grant of both versions, facts about users, and what is refused.

use mock_defender::MockDefender;
use serde_json::{Value, json};

use crate::Chapter;
use crate::browser::Browser;
use crate::desk::{Desk, OWN, encode};
use crate::{pages, proof};

pub(crate) const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
const STRANGER: &str = "11111111-2222-4333-8444-555555555555";
const ORIGIN: &str = "https://app.example";

pub(crate) fn chapters() -> Vec<Chapter> {
    let tiny = MockDefender::builder;
    let mut chapters: Vec<Chapter> = vec![
        (tiny(), discovery),
        (tiny(), grants),
        (tiny(), on_behalf),
        (tiny(), refusals),
        (tiny(), ordered),
    ];
    chapters.extend(pages::chapters());
    chapters
}

fn discovery(desk: &Desk) {
    let tenants =
        [desk.id(), "contoso.onmicrosoft.com", "common", "organizations", "consumers", "nobody", STRANGER];
    for origin in
        [OWN, "https://login.microsoftonline.com", "https://sts.windows.net", "http://127.0.0.1:9000"]
    {
        for tenant in tenants {
            for path in [
                "v2.0/.well-known/openid-configuration",
                ".well-known/openid-configuration",
                "discovery/v2.0/keys",
                "discovery/keys",
            ] {
                if origin == OWN || tenant == "common" {
                    desk.send("discovery", "GET", &format!("{origin}/{tenant}/{path}"), &[], "");
                }
            }
        }
    }
    let app = desk.app("full").0;
    let keys = format!("/discovery/v2.0/keys?appid={app}");
    desk.send("keys-of-app", "GET", &desk.login(&keys), &[("origin", ORIGIN)], "").done();
    desk.send("case", "GET", &format!("{OWN}/COMMON/V2.0/.Well-Known/OpenID-Configuration"), &[], "").done();
    for endpoint in [
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://localhost:8443/contoso.onmicrosoft.com/oauth2/v2.0/authorize",
        "https://login.microsoftonline.us/common/oauth2/authorize",
        "https://evil.example/common/oauth2/authorize",
        "nonsense",
        "",
    ] {
        let query = encode(&[("api-version", "1.1"), ("authorization_endpoint", endpoint)]);
        desk.send("instance", "GET", &format!("{OWN}/common/discovery/instance?{query}"), &[], "");
    }
    for user in [desk.user("user").0, "somebody@nowhere.example", "nobody"] {
        desk.send("realm", "GET", &format!("{OWN}/common/userrealm/{user}?api-version=1.0"), &[], "").done();
    }
    desk.send("native", "GET", &format!("{OWN}/common/oauth2/nativeclient?code=x"), &[], "").done();
    for code in ["", "50126", "AADSTS700016", "1", "<b>"] {
        let query = encode(&[("code", code)]);
        desk.send("error", "GET", &format!("{OWN}/error?{query}"), &[], "").done();
    }
    desk.command("rotate", &json!({"rotateKeys": {}})).done();
    desk.send("keys", "GET", &desk.login("/discovery/keys"), &[], "").done();
    own(desk, "next-key", &[]).done();
    desk.advance("P2D").done();
    desk.send("keys", "GET", &desk.login("/discovery/v2.0/keys"), &[], "").done();
}

/// Fields with some of them changed; an empty value leaves one out.
pub(crate) fn changed<'f>(
    fields: &[(&'f str, &'f str)],
    more: &[(&'f str, &'f str)],
) -> Vec<(&'f str, &'f str)> {
    let mut all = fields.to_vec();
    for (name, value) in more {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    all.retain(|(_, value)| !value.is_empty());
    all
}

/// A token of the application `full` for its own rights.
pub(crate) fn own(desk: &Desk, label: &str, more: &[(&str, &str)]) -> crate::desk::Reply {
    let (id, secret) = desk.app("full");
    let scope = format!("{CLOUD_APPS}/.default");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", scope.as_str()),
    ];
    desk.form(label, &desk.login("/oauth2/v2.0/token"), &changed(&fields, more))
}

/// A token of the public application `delegated` for a user's password.
fn password(desk: &Desk, label: &str, path: &str, more: &[(&str, &str)]) -> crate::desk::Reply {
    let (upn, password) = desk.user("user");
    let fields = [
        ("grant_type", "password"),
        ("client_id", desk.app("delegated").0),
        ("username", upn),
        ("password", password),
        ("scope", "User.Read openid profile offline_access"),
    ];
    desk.form(label, &desk.login(path), &changed(&fields, more))
}

/// Every grant that needs no browser.
fn grants(desk: &Desk) {
    own(desk, "own", &[]).done();
    own(desk, "own-graph", &[("scope", "https://graph.microsoft.com/.default"), ("client_info", "1")]).done();
    let (id, secret) = desk.app("full");
    let v1 = desk.login("/oauth2/token");
    let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    for resource in
        [CLOUD_APPS, "https://graph.microsoft.com", "spn:05a65629-4c1b-48c1-a78b-804c4abdd4af", "x"]
    {
        desk.form("own-v1", &v1, &changed(&fields, &[("resource", resource)]));
    }
    let basic = format!("Basic {}", proof::base64(format!("{id}:{secret}").as_bytes()));
    let headers = [("authorization", basic.as_str()), ("origin", ORIGIN)];
    let body = encode(&[("grant_type", "client_credentials"), ("scope", ".default")]);
    desk.send("own-basic", "POST", &desk.login("/oauth2/v2.0/token"), &headers, body);
    desk.command("consent", &json!({"consent": {"app": "delegated"}})).done();
    let got = password(desk, "password", "/oauth2/v2.0/token", &[("client_info", "1")]).done();
    let graph = ("resource", "https://graph.microsoft.com");
    password(desk, "password-v1", "/oauth2/token", &[("scope", "openid"), graph]).done();
    let refresh_token = got.member("refresh_token");
    let cloud_apps = format!("{CLOUD_APPS}/.default");
    for (path, more) in [
        ("/oauth2/v2.0/token", ("scope", "")),
        ("/oauth2/v2.0/token", ("scope", "User.Read")),
        ("/oauth2/v2.0/token", ("scope", cloud_apps.as_str())),
        ("/oauth2/v2.0/token", ("scope", "api://nobody/.default")),
        ("/oauth2/token", ("resource", CLOUD_APPS)),
        ("/oauth2/v2.0/token", ("refresh_token", "nonsense")),
        ("/oauth2/v2.0/token", ("client_id", id)),
    ] {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", desk.app("delegated").0),
            ("refresh_token", refresh_token.as_str()),
        ];
        desk.form("refresh", &desk.login(path), &changed(&fields, &[more]));
    }
    facts(desk, &got.member("access_token"));
    proof::assertions(desk);
    desk.control("directory", "GET", "…/directory", "").done();
}

/// Facts about the user behind a token.
fn facts(desk: &Desk, token: &str) {
    let bearer = format!("Bearer {token}");
    let graph = "https://graph.microsoft.com/oidc/userinfo".to_owned();
    for url in [graph, format!("{OWN}/oidc/userinfo"), desk.login("/openid/userinfo")] {
        for credential in [bearer.as_str(), "Bearer nonsense", "", &desk.credential()] {
            let headers = [("authorization", credential), ("origin", ORIGIN)];
            desk.send("facts", "GET", &url, &headers, "");
            desk.send("facts", "POST", &url, &headers, "");
        }
        let asked = [
            ("origin", ORIGIN),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "authorization"),
        ];
        desk.send("preflight", "OPTIONS", &url, &asked, "");
        desk.send("method", "PUT", &url, &[], "");
        desk.send("too-large", "POST", &url, &[("authorization", &bearer)], " ".repeat((64 << 10) + 1));
    }
    let asked = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    desk.send("preflight", "OPTIONS", &desk.login("/oauth2/v2.0/token"), &asked, "").done();
    desk.send("bearer", "GET", &desk.genuine("/api/v1/alerts/"), &[("authorization", &bearer)], "");
    desk.send("no-route", "GET", "https://graph.microsoft.com/v1.0/me", &[("authorization", &bearer)], "");
    desk.command("revoke", &json!({"revokeSessions": {"user": "user"}})).done();
    desk.send(
        "revoked",
        "GET",
        "https://graph.microsoft.com/oidc/userinfo",
        &[("authorization", &bearer)],
        "",
    );
}

/// A service that was called calls on for its user.
fn on_behalf(desk: &Desk) {
    let (middle, secret) = desk.app("middle-tier");
    desk.command("consent", &json!([{"consent": {"app": "delegated"}}, {"consent": {"app": "middle-tier"}}]))
        .done();
    let scope = format!("api://{middle}/access_as_user offline_access");
    let first = password(desk, "first", "/oauth2/v2.0/token", &[("scope", &scope)]).done();
    let assertion = first.member("access_token");
    let cut = format!("{}AAAA", &assertion[..assertion.len() - 4]);
    let graph = "https://graph.microsoft.com/User.Read openid offline_access";
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("client_id", middle),
        ("client_secret", secret),
        ("requested_token_use", "on_behalf_of"),
        ("scope", graph),
        ("assertion", assertion.as_str()),
    ];
    for more in [
        ("client_info", "1"),
        ("assertion", "nonsense"),
        ("assertion", cut.as_str()),
        ("assertion", ""),
        ("requested_token_use", "other"),
        ("requested_token_use", ""),
        ("client_secret", "wrong"),
        ("scope", "https://management.azure.com/user_impersonation"),
    ] {
        desk.form("on-behalf", &desk.login("/oauth2/v2.0/token"), &changed(&fields, &[more]));
    }
    let v1 = changed(&fields, &[("scope", "openid"), ("resource", "https://graph.microsoft.com")]);
    desk.form("on-behalf-v1", &desk.login("/oauth2/token"), &v1).done();
    for change in [
        json!({"mfa": "required"}),
        json!({"mfa": "unregistered"}),
        json!({"mfa": "off", "risk": "high"}),
        json!({"risk": "none", "passwordExpired": true}),
        json!({"passwordExpired": false, "locked": true}),
        json!({"locked": false, "enabled": false}),
        json!({"enabled": true, "guest": true, "licences": ["E5"], "roles": ["Security Reader"]}),
        json!({"password": "Another-1"}),
    ] {
        let mut user: Value = json!({"user": "user"});
        user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        desk.command("set-user", &json!({ "setUser": user })).done();
        desk.form("on-behalf", &desk.login("/oauth2/v2.0/token"), &fields);
        password(desk, "password", "/oauth2/v2.0/token", &[]);
    }
    desk.advance("PT2H").done();
    desk.form("on-behalf", &desk.login("/oauth2/v2.0/token"), &fields);
}

/// Requests that are right but for one thing.
fn refusals(desk: &Desk) {
    for more in [
        ("grant_type", ""),
        ("grant_type", "dance"),
        ("client_id", ""),
        ("client_id", "x"),
        ("client_id", STRANGER),
        ("client_secret", ""),
        ("client_secret", "wrong"),
        ("scope", ""),
        ("scope", "User.Read"),
        ("scope", "api://nobody/.default"),
        ("resource", CLOUD_APPS),
    ] {
        own(desk, &format!("own-{}-{}", more.0, more.1), &[more]);
    }
    for app in ["read-only", "unconsented", "expired-secret", "certificate", "delegated"] {
        let (id, secret) = desk.app(app);
        own(desk, app, &[("client_id", id), ("client_secret", secret)]);
    }
    for more in [
        ("username", ""),
        ("username", "nobody@contoso.onmicrosoft.com"),
        ("username", "nobody@elsewhere.example"),
        ("password", ""),
        ("password", "wrong"),
        ("scope", ""),
        ("scope", "User.Rend"),
        ("client_info", "1"),
    ] {
        password(desk, &format!("password-{}-{}", more.0, more.1), "/oauth2/v2.0/token", &[more]);
        password(desk, &format!("password-v1-{}-{}", more.0, more.1), "/oauth2/token", &[more]);
    }
    let body = encode(&[("grant_type", "client_credentials"), ("client_id", desk.app("full").0)]);
    for tenant in ["common", "organizations", "consumers", "nobody", "nobody.example", STRANGER, "contoso"] {
        for path in ["oauth2/v2.0/token", "oauth2/token", "oauth2/v2.0/devicecode", "oauth2/devicecode"] {
            desk.send("tenant", "POST", &format!("{OWN}/{tenant}/{path}"), &[], body.clone());
        }
    }
    let token = desk.login("/oauth2/v2.0/token");
    for (kind, body) in
        [("application/json", "{}"), ("text/plain", "x"), ("application/x-www-form-urlencoded", "%ff&&=")]
    {
        desk.send("body", "POST", &token, &[("content-type", kind)], body);
    }
    desk.send("too-large", "POST", &token, &[], " ".repeat((64 << 10) + 1));
    for (method, url) in [
        ("GET", token.clone()),
        ("PUT", token.clone()),
        ("DELETE", desk.login("/oauth2/v2.0/authorize")),
        ("GET", desk.login("/oauth2/v3.0/token")),
        ("GET", "https://login.microsoftonline.com/".to_owned()),
        ("POST", "https://login.microsoftonline.com/api/v1/alerts/".to_owned()),
    ] {
        desk.send("nowhere", method, &url, &[], "");
    }
    desk.control("unmatched", "GET", "…/requests/unmatched", "").done();
    desk.control("explained", "GET", "…/requests/last/explain", "").done();
}

/// Errors to order, and every error that the simulator explains.
fn ordered(desk: &Desk) {
    for (code, retry) in
        [(50_196, Some(7)), (90_033, None), (7_000_215, None), (53_003, None), (50_076, Some(3))]
    {
        let failure = json!({"failNext": {"code": code, "times": 2, "app": "full", "retryAfter": retry}});
        desk.command("order", &failure).done();
        own(desk, "ordered", &[]);
        Browser::new(desk, "ordered").get(&pages::authorize(desk, "full", &[]));
        own(desk, "after", &[]).done();
    }
    desk.command("bad-order", &json!({"failNext": {"code": 1}}));
    desk.command("bad-order", &json!({"failNext": {"code": 90_033, "times": 0}}));
    desk.command("order", &json!({"failNext": {"code": 90_033, "times": 3}})).done();
    desk.control("directory", "GET", "…/directory", "").done();
    desk.control("journal", "GET", "…/commands", "").done();
    let body = encode(&[("client_id", desk.app("delegated").0), ("scope", "User.Read")]);
    desk.send("ordered", "POST", &desk.login("/oauth2/v2.0/devicecode"), &[], body);
}
