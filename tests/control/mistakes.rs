//! What clients get wrong first, and the sentence that must appear in the explanation of it.

use http::{HeaderMap, Method};
use mock_defender::gateway::{Answer, Arrival, BodyState, EndedHandshake, RequestHandler as _, Stray};
use serde_json::{Value, json};

use crate::kit::{Kit, at, json, text};
use crate::oauth::{self, CLOUD_APPS, V2, with_secret};

const SCOPE: (&str, &str) = ("scope", "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default");

/// The explanation of the last request, as people read it.
fn explained(kit: &Kit) -> String {
    let answer = kit.mock("GET", "/_mock/requests/last/explain", "");
    assert_eq!(answer.status, 200, "{}", text(&answer));
    let lines = json(&answer)["text"].as_array().unwrap().clone();
    lines.iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Asks for the alerts with this credential.
fn alerts(kit: &Kit, authorization: &str) -> Answer {
    kit.send("GET", &kit.url("/api/v1/alerts/"), &[("authorization", authorization)], "")
}

/// A minted token, with its scheme.
fn minted(kit: &Kit, wish: Value) -> String {
    let answer = json(&kit.mock("POST", "/_mock/tenants/contoso/tokens", &wish.to_string()));
    answer["authorization"].as_str().unwrap().to_owned()
}

/// Asks the token endpoint as a user of the application `delegated`, by password.
fn password_grant(kit: &Kit, user: &str, password: &str, client: &str) -> Answer {
    let client = oauth::app(&kit.gateway, client);
    let id = client.client_id.to_string();
    let fields = [("grant_type", "password"), ("client_id", &id), ("username", user), ("password", password)];
    oauth::post(
        &kit.gateway,
        V2,
        &[&fields[..], &[("scope", "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default")]].concat(),
    )
}

fn user(kit: &Kit, persona: &str) -> (String, String) {
    let info = json(&kit.mock("GET", "/_mock/info", ""));
    let users = info["tenants"][0]["users"].as_array().unwrap().clone();
    let user = users.iter().find(|user| user["persona"] == persona).unwrap();
    (user["upn"].as_str().unwrap().to_owned(), user["password"].as_str().unwrap().to_owned())
}

fn command(kit: &Kit, command: Value) {
    let answer = kit.mock("POST", "/_mock/tenants/contoso/commands", &command.to_string());
    assert_eq!(answer.status, 200, "{}", text(&answer));
}

fn arrival() -> Arrival {
    let peer = std::net::Ipv4Addr::LOCALHOST.into();
    Arrival { secure: false, sni: None, proxy_user: None, port: 8443, peer, body: BodyState::Complete }
}

fn tunnel(kit: &Kit, host: &str) {
    let headers = HeaderMap::new();
    let (method, port) = (&Method::CONNECT, Some(443));
    let stray = Stray { method, host, port, path: "", version: "HTTP/1.1", headers: &headers };
    assert_eq!(kit.gateway.refuse_stray(&stray, &arrival()).status, 502);
}

/// What a client does, and what it must be told.
type Mistake = (&'static str, fn(&Kit), &'static str);

const MISTAKES: &[Mistake] = &[
    (
        "an API token of another tenant at the host of none",
        |kit| {
            drop(kit.send(
                "GET",
                "https://tailspin.us2.portal.cloudappsecurity.com/api/v1/alerts/",
                &[("authorization", &format!("Token {}", "0".repeat(64)))],
                "",
            ))
        },
        "Take credential and host of one tenant",
    ),
    (
        "a path without its front",
        |kit| drop(kit.api("GET", "/v1/alerts/", "")),
        "Perhaps GET /api/v1/alerts is meant: missing `/api`",
    ),
    (
        "a path of one letter less",
        |kit| drop(kit.api("GET", "/api/v1/alert/", "")),
        "`alert` instead of `alerts`",
    ),
    (
        "a route of the real service that is not played",
        |kit| drop(kit.api("GET", "/cas/api/reports/", "")),
        "The real service has this, it is not played yet: GET /api/reports",
    ),
    (
        "a route of Graph that is not played",
        |kit| drop(kit.send("GET", "https://graph.microsoft.com/v1.0/auditLogs/signIns", &[], "")),
        "The real service has this, it is not played yet: GET /auditLogs/signIns",
    ),
    (
        "the method of no route",
        |kit| drop(kit.api("PUT", "/api/v1/alerts/", "")),
        "The path is right, the method is not: use GET or POST",
    ),
    (
        "a host that is another service's",
        |kit| tunnel(kit, "api.security.microsoft.com"),
        "is the Defender XDR API; it is not played yet",
    ),
    (
        "a host that has nothing to do with it",
        |kit| tunnel(kit, "pypi.org"),
        "Keep that host out of the proxy (NO_PROXY)",
    ),
    (
        "the label of no tenant",
        |kit| {
            drop(kit.send(
                "GET",
                "https://tailspin.us2.portal.cloudappsecurity.com/api/v1/alerts/",
                &[("authorization", kit.credential())],
                "",
            ))
        },
        "no tenant has the host label \"tailspin\"",
    ),
    (
        "no credential",
        |kit| drop(kit.send("GET", &kit.url("/api/v1/alerts/"), &[], "")),
        "Send `Authorization: Token <API token>`",
    ),
    (
        "a credential without its scheme",
        |kit| drop(alerts(kit, kit.credential().trim_start_matches("Token "))),
        "Put the scheme in front",
    ),
    (
        "a JSON web token under Token",
        |kit| drop(alerts(kit, &minted(kit, json!({})).replace("Bearer ", "Token "))),
        "Send it as `Authorization: Bearer <JWT>`",
    ),
    (
        "an API token under Bearer",
        |kit| drop(alerts(kit, &kit.credential().replace("Token ", "Bearer "))),
        "Send it as `Authorization: Token <API token>`",
    ),
    (
        "an API token of another seed",
        |kit| drop(alerts(kit, &format!("Token {}", "0".repeat(64)))),
        "Take credential and host of one tenant",
    ),
    (
        "a token that has expired",
        |kit| drop(alerts(kit, &minted(kit, json!({"expired": true})))),
        "what counts is the tenant's clock",
    ),
    (
        "a token for another service",
        |kit| drop(alerts(kit, &minted(kit, json!({"wrongAudience": true})))),
        "Ask the token endpoint for the scope 05a65629-4c1b-48c1-a78b-804c4abdd4af/.default",
    ),
    (
        "a permission that is missing",
        |kit| {
            drop(kit.send(
                "POST",
                &kit.url("/api/v1/alerts/close_benign/"),
                &[("authorization", &minted(kit, json!({"app": "read-only"})))],
                "{}",
            ))
        },
        "Call as an application that holds investigation.manage or discovery.manage",
    ),
    (
        "a secret that has run out",
        |kit| drop(with_secret(&kit.gateway, V2, "expired-secret", &[SCOPE])),
        "The secret's time is over",
    ),
    (
        "a secret that is another's",
        |kit| {
            let (id, secret) = (oauth::app(&kit.gateway, "full").client_id.to_string(), "not-the-value");
            let fields =
                [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret), SCOPE];
            oauth::post(&kit.gateway, V2, &fields);
        },
        "Take the secret of this very application from GET /_mock/info",
    ),
    (
        "a client that the tenant does not know",
        |kit| {
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", CLOUD_APPS),
                ("client_secret", "x"),
                SCOPE,
            ];
            oauth::post(&kit.gateway, V2, &fields);
        },
        "Take a client id of this tenant from GET /_mock/info",
    ),
    (
        "a tenant that is not there",
        |kit| {
            drop(with_secret(
                &kit.gateway,
                "https://localhost:8443/tailspin.onmicrosoft.com/oauth2/v2.0/token",
                "full",
                &[SCOPE],
            ))
        },
        "GET /_mock/tenants lists the tenants",
    ),
    (
        "a scope without /.default",
        |kit| {
            drop(with_secret(
                &kit.gateway,
                V2,
                "full",
                &[("scope", "05a65629-4c1b-48c1-a78b-804c4abdd4af/investigation.read")],
            ))
        },
        "the scope is one resource with /.default",
    ),
    (
        "`resource` at version 2.0",
        |kit| drop(with_secret(&kit.gateway, V2, "full", &[("resource", CLOUD_APPS)])),
        "say scope=<resource>/.default",
    ),
    (
        "a redirect URI that is not registered",
        |kit| {
            let id = oauth::app(&kit.gateway, "delegated").client_id;
            let query = format!(
                "client_id={id}&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fexample.com%2F"
            );
            kit.send(
                "GET",
                &format!("https://localhost:8443/organizations/oauth2/v2.0/authorize?{query}"),
                &[],
                "",
            );
        },
        "Use one of the application's `redirectUris`",
    ),
    (
        "a wrong password",
        |kit| drop(password_grant(kit, &user(kit, "user").0, "wrong", "delegated")),
        "Take user name and password of a persona from GET /_mock/info",
    ),
    (
        "consent that is missing",
        |kit| {
            let (upn, password) = user(kit, "user");
            command(kit, json!({"revokeConsent": {"app": "delegated"}}));
            password_grant(kit, &upn, &password, "delegated");
        },
        "Nobody has consented. Consent as an administrator",
    ),
    (
        "a second factor that the grant can't give",
        |kit| {
            let (upn, password) = user(kit, "user");
            command(kit, json!({"setUser": {"user": "user", "mfa": "required"}}));
            password_grant(kit, &upn, &password, "delegated");
        },
        "A second factor is demanded",
    ),
    (
        "a value that no filter has",
        |kit| drop(kit.api("POST", "/api/v1/alerts/", r#"{"filters": {"severity": {"eq": ["huge"]}}}"#)),
        "list the filters with their operators",
    ),
    (
        "a filter that there is not",
        |kit| drop(kit.api("POST", "/api/v1/alerts/", r#"{"filters": {"colour": {"eq": ["red"]}}}"#)),
        "filters without effect, since no such field exists: colour",
    ),
    (
        "a body that is no JSON",
        |kit| drop(kit.api("POST", "/api/v1/alerts/", "{filters}")),
        "Send a JSON object such as",
    ),
    (
        "an id of another tenant",
        |kit| drop(kit.api("GET", "/api/v1/alerts/0123456789abcdef01234567/", "")),
        "Ask the list for the ids that there are",
    ),
    (
        "closing without saying what",
        |kit| drop(kit.api("POST", "/api/v1/alerts/close_benign/", "{}")),
        "Say which alerts are meant",
    ),
];

#[test]
fn each_common_client_mistake_has_its_own_explanation() {
    assert!(MISTAKES.len() > 20);
    let mut wrong = Vec::new();
    for (what, make, sentence) in MISTAKES {
        let kit = Kit::tiny();
        make(&kit);
        let said = explained(&kit);
        if !said.contains(sentence) || said.contains("Nothing was held against it") {
            wrong.push(format!("{what}: expected {sentence:?} in\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn too_many_requests_are_explained_by_the_clock_and_by_how_often_they_were_repeated() {
    for (frozen, wait) in
        [(true, "The tenant's clock stands still"), (false, "Wait as long as the answer says")]
    {
        let wall = mock_defender::tenant::Wall::manual(at(crate::kit::START));
        let spec = crate::kit::spec(1, mock_defender::Size::Tiny, crate::kit::START);
        let mode = if frozen {
            mock_defender::tenant::Mode::Frozen
        } else {
            mock_defender::tenant::Mode::FollowWall
        };
        let kit = Kit::of(std::sync::Arc::new(mock_defender::tenant::Tenant::born(&spec, mode, wall)), true);
        for _ in 0..31 {
            kit.api("GET", "/api/v1/alerts/?limit=1", "");
        }
        let said = explained(&kit);
        assert!(said.contains("429") && said.contains(wait) && !said.contains("too early"), "{said}");
        kit.api("GET", "/api/v1/alerts/?limit=1", "");
        kit.api("GET", "/api/v1/alerts/?limit=1", "");
        assert!(explained(&kit).contains("It was tried again too early 2 times. "), "{}", explained(&kit));
    }
}

#[test]
fn a_client_that_does_not_trust_the_server_is_explained_beside_whatever_came() {
    let kit = Kit::tiny();
    let ended = EndedHandshake {
        peer: std::net::Ipv4Addr::LOCALHOST.into(),
        host: "login.microsoftonline.com".to_owned(),
        alert: Some("unknown_ca"),
        complete: false,
        offered: vec!["http/1.1".to_owned()],
        greased: false,
        agent: None,
        disturbed_by: None,
    };
    kit.gateway.handshake_ended(&ended);
    let none_yet = kit.mock("GET", "/_mock/requests/last/explain", "");
    assert_eq!(none_yet.status, 404);
    assert!(
        text(&none_yet).contains("no client has sent one; Python at 127.0.0.1 does not trust"),
        "{}",
        text(&none_yet)
    );
    kit.api("GET", "/api/v1/alerts/", "");
    let said = explained(&kit);
    assert!(said.contains("Nothing was held against it") && said.contains("REQUESTS_CA_BUNDLE"), "{said}");
    for path in ["/_mock/requests", "/_mock/tenants/contoso/requests"] {
        let shown = json(&kit.mock("GET", path, ""))["handshakes"].clone();
        assert_eq!((&shown[0]["client"], &shown[0]["count"]), (&json!("python"), &json!(1)), "{path}");
    }
    kit.mock("DELETE", "/_mock/requests", "");
    assert_eq!(json(&kit.mock("GET", "/_mock/requests", "")).get("handshakes"), None);
}
