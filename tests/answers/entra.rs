//! Entra ID: discovery, every grant of both versions, facts about users, and what is refused.

use mock_defender::MockDefender;
use serde_json::{Value, json};

use crate::Script;
use crate::browser::Browser;
use crate::client::{Client, OWN, encode};
use crate::{credentials, pages};

pub(crate) const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
const STRANGER: &str = "11111111-2222-4333-8444-555555555555";
const ORIGIN: &str = "https://app.example";

pub(crate) fn scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    let mut scripts: Vec<Script> = vec![
        (tiny(), discovery),
        (tiny(), grants),
        (tiny(), on_behalf),
        (tiny(), refusals),
        (tiny(), ordered),
    ];
    scripts.extend(pages::scripts());
    scripts
}

fn discovery(client: &Client) {
    let tenants =
        [client.id(), "contoso.onmicrosoft.com", "common", "organizations", "consumers", "nobody", STRANGER];
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
                    client.send("discovery", "GET", &format!("{origin}/{tenant}/{path}"), &[], "");
                }
            }
        }
    }
    let app = client.app("full").0;
    let keys = format!("/discovery/v2.0/keys?appid={app}");
    client.send("keys-of-app", "GET", &client.login(&keys), &[("origin", ORIGIN)], "").done();
    client
        .send("case", "GET", &format!("{OWN}/COMMON/V2.0/.Well-Known/OpenID-Configuration"), &[], "")
        .done();
    for endpoint in [
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://localhost:8443/contoso.onmicrosoft.com/oauth2/v2.0/authorize",
        "https://login.microsoftonline.us/common/oauth2/authorize",
        "https://evil.example/common/oauth2/authorize",
        "nonsense",
        "",
    ] {
        let query = encode(&[("api-version", "1.1"), ("authorization_endpoint", endpoint)]);
        client.send("instance", "GET", &format!("{OWN}/common/discovery/instance?{query}"), &[], "");
    }
    for user in [client.user("user").0, "somebody@nowhere.example", "nobody"] {
        client
            .send("realm", "GET", &format!("{OWN}/common/userrealm/{user}?api-version=1.0"), &[], "")
            .done();
    }
    client.send("native", "GET", &format!("{OWN}/common/oauth2/nativeclient?code=x"), &[], "").done();
    for code in ["", "50126", "AADSTS700016", "1", "<b>"] {
        let query = encode(&[("code", code)]);
        client.send("error", "GET", &format!("{OWN}/error?{query}"), &[], "").done();
    }
    client.command("rotate", &json!({"rotateKeys": {}})).done();
    client.send("keys", "GET", &client.login("/discovery/keys"), &[], "").done();
    own(client, "next-key", &[]).done();
    client.advance("P2D").done();
    client.send("keys", "GET", &client.login("/discovery/v2.0/keys"), &[], "").done();
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
pub(crate) fn own(client: &Client, label: &str, more: &[(&str, &str)]) -> crate::client::Reply {
    let (id, secret) = client.app("full");
    let scope = format!("{CLOUD_APPS}/.default");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", scope.as_str()),
    ];
    client.form(label, &client.login("/oauth2/v2.0/token"), &changed(&fields, more))
}

/// A token of the public application `delegated` for a user's password.
fn password(client: &Client, label: &str, path: &str, more: &[(&str, &str)]) -> crate::client::Reply {
    let (upn, password) = client.user("user");
    let fields = [
        ("grant_type", "password"),
        ("client_id", client.app("delegated").0),
        ("username", upn),
        ("password", password),
        ("scope", "User.Read openid profile offline_access"),
    ];
    client.form(label, &client.login(path), &changed(&fields, more))
}

/// Every grant that needs no browser.
fn grants(client: &Client) {
    own(client, "own", &[]).done();
    own(client, "own-graph", &[("scope", "https://graph.microsoft.com/.default"), ("client_info", "1")])
        .done();
    let (id, secret) = client.app("full");
    let v1 = client.login("/oauth2/token");
    let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    for resource in
        [CLOUD_APPS, "https://graph.microsoft.com", "spn:05a65629-4c1b-48c1-a78b-804c4abdd4af", "x"]
    {
        client.form("own-v1", &v1, &changed(&fields, &[("resource", resource)]));
    }
    let basic = format!("Basic {}", credentials::base64(format!("{id}:{secret}").as_bytes()));
    let headers = [("authorization", basic.as_str()), ("origin", ORIGIN)];
    let body = encode(&[("grant_type", "client_credentials"), ("scope", ".default")]);
    client.send("own-basic", "POST", &client.login("/oauth2/v2.0/token"), &headers, body);
    client.command("consent", &json!({"consent": {"app": "delegated"}})).done();
    let got = password(client, "password", "/oauth2/v2.0/token", &[("client_info", "1")]).done();
    let graph = ("resource", "https://graph.microsoft.com");
    password(client, "password-v1", "/oauth2/token", &[("scope", "openid"), graph]).done();
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
            ("client_id", client.app("delegated").0),
            ("refresh_token", refresh_token.as_str()),
        ];
        client.form("refresh", &client.login(path), &changed(&fields, &[more]));
    }
    facts(client, &got.member("access_token"));
    credentials::assertions(client);
    client.control("directory", "GET", "…/directory", "").done();
}

/// Facts about the user behind a token.
fn facts(client: &Client, token: &str) {
    let bearer = format!("Bearer {token}");
    let graph = "https://graph.microsoft.com/oidc/userinfo".to_owned();
    for url in [graph, format!("{OWN}/oidc/userinfo"), client.login("/openid/userinfo")] {
        for credential in [bearer.as_str(), "Bearer nonsense", "", &client.credential()] {
            let headers = [("authorization", credential), ("origin", ORIGIN)];
            client.send("facts", "GET", &url, &headers, "");
            client.send("facts", "POST", &url, &headers, "");
        }
        let asked = [
            ("origin", ORIGIN),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "authorization"),
        ];
        client.send("preflight", "OPTIONS", &url, &asked, "");
        client.send("method", "PUT", &url, &[], "");
        client.send("too-large", "POST", &url, &[("authorization", &bearer)], " ".repeat((64 << 10) + 1));
    }
    let asked = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    client.send("preflight", "OPTIONS", &client.login("/oauth2/v2.0/token"), &asked, "").done();
    client.send("bearer", "GET", &client.genuine("/api/v1/alerts/"), &[("authorization", &bearer)], "");
    client.send("no-route", "GET", "https://graph.microsoft.com/v1.0/me", &[("authorization", &bearer)], "");
    client.command("revoke", &json!({"revokeSessions": {"user": "user"}})).done();
    client.send(
        "revoked",
        "GET",
        "https://graph.microsoft.com/oidc/userinfo",
        &[("authorization", &bearer)],
        "",
    );
}

/// A service that was called calls on for its user.
fn on_behalf(client: &Client) {
    let (middle, secret) = client.app("middle-tier");
    client
        .command("consent", &json!([{"consent": {"app": "delegated"}}, {"consent": {"app": "middle-tier"}}]))
        .done();
    let scope = format!("api://{middle}/access_as_user offline_access");
    let first = password(client, "first", "/oauth2/v2.0/token", &[("scope", &scope)]).done();
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
        client.form("on-behalf", &client.login("/oauth2/v2.0/token"), &changed(&fields, &[more]));
    }
    let v1 = changed(&fields, &[("scope", "openid"), ("resource", "https://graph.microsoft.com")]);
    client.form("on-behalf-v1", &client.login("/oauth2/token"), &v1).done();
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
        client.command("set-user", &json!({ "setUser": user })).done();
        client.form("on-behalf", &client.login("/oauth2/v2.0/token"), &fields);
        password(client, "password", "/oauth2/v2.0/token", &[]);
    }
    client.advance("PT2H").done();
    client.form("on-behalf", &client.login("/oauth2/v2.0/token"), &fields);
}

/// Requests that are right but for one thing.
fn refusals(client: &Client) {
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
        own(client, &format!("own-{}-{}", more.0, more.1), &[more]);
    }
    for app in ["read-only", "unconsented", "expired-secret", "certificate", "delegated"] {
        let (id, secret) = client.app(app);
        own(client, app, &[("client_id", id), ("client_secret", secret)]);
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
        password(client, &format!("password-{}-{}", more.0, more.1), "/oauth2/v2.0/token", &[more]);
        password(client, &format!("password-v1-{}-{}", more.0, more.1), "/oauth2/token", &[more]);
    }
    let body = encode(&[("grant_type", "client_credentials"), ("client_id", client.app("full").0)]);
    for tenant in ["common", "organizations", "consumers", "nobody", "nobody.example", STRANGER, "contoso"] {
        for path in ["oauth2/v2.0/token", "oauth2/token", "oauth2/v2.0/devicecode", "oauth2/devicecode"] {
            client.send("tenant", "POST", &format!("{OWN}/{tenant}/{path}"), &[], body.clone());
        }
    }
    let token = client.login("/oauth2/v2.0/token");
    for (kind, body) in
        [("application/json", "{}"), ("text/plain", "x"), ("application/x-www-form-urlencoded", "%ff&&=")]
    {
        client.send("body", "POST", &token, &[("content-type", kind)], body);
    }
    client.send("too-large", "POST", &token, &[], " ".repeat((64 << 10) + 1));
    for (method, url) in [
        ("GET", token.clone()),
        ("PUT", token.clone()),
        ("DELETE", client.login("/oauth2/v2.0/authorize")),
        ("GET", client.login("/oauth2/v3.0/token")),
        ("GET", "https://login.microsoftonline.com/".to_owned()),
        ("POST", "https://login.microsoftonline.com/api/v1/alerts/".to_owned()),
    ] {
        client.send("nowhere", method, &url, &[], "");
    }
    client.control("unmatched", "GET", "…/requests/unmatched", "").done();
    client.control("explained", "GET", "…/requests/last/explain", "").done();
}

/// Errors to order, and every error that the simulator explains.
fn ordered(client: &Client) {
    for (code, retry) in
        [(50_196, Some(7)), (90_033, None), (7_000_215, None), (53_003, None), (50_076, Some(3))]
    {
        let failure = json!({"failNext": {"code": code, "times": 2, "app": "full", "retryAfter": retry}});
        client.command("order", &failure).done();
        own(client, "ordered", &[]);
        Browser::new(client, "ordered").get(&pages::authorize(client, "full", &[]));
        own(client, "after", &[]).done();
    }
    client.command("bad-order", &json!({"failNext": {"code": 1}}));
    client.command("bad-order", &json!({"failNext": {"code": 90_033, "times": 0}}));
    client.command("order", &json!({"failNext": {"code": 90_033, "times": 3}})).done();
    client.control("directory", "GET", "…/directory", "").done();
    client.control("journal", "GET", "…/commands", "").done();
    let body = encode(&[("client_id", client.app("delegated").0), ("scope", "User.Read")]);
    client.send("ordered", "POST", &client.login("/oauth2/v2.0/devicecode"), &[], body);
}
