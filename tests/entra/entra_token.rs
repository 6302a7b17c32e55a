//! Tokens for applications, asked for through the gateway.

use bytes::Bytes;
use http::{Request, StatusCode};
use mock_defender::gateway::Gateway;
use mock_defender::model::base64;
use mock_defender::model::time::Span;
use serde_json::json;

use crate::kit;
use crate::oauth::{
    CLOUD_APPS, GRAPH, V1, V2, app, body, claims, encode, header, refusal, token, with_secret,
};

#[test]
fn an_application_gets_a_token_for_its_secret() {
    let gateway = kit::Kit::tiny().gateway;
    let answer = with_secret(&gateway, V2, "full", &[("scope", &format!("{CLOUD_APPS}/.default"))]);
    let written = body(&answer);
    let names: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["token_type", "expires_in", "ext_expires_in", "access_token"]);
    assert_eq!(written["token_type"], "Bearer");
    assert_eq!((&written["expires_in"], &written["ext_expires_in"]), (&json!(3599), &json!(3599)));
    let token = token(&gateway, &answer);
    assert_eq!(token.aud, CLOUD_APPS);
    assert_eq!(token.tid, gateway.registry.first().tenant.identity().id);
    assert_eq!(token.appid, app(&gateway, "full").client_id);
    assert!(token.roles.iter().any(|role| role == "investigation.read"));
    let claims = claims(&answer);
    assert_eq!(claims["iss"], format!("https://localhost:8443/{}/", token.tid));
    assert_eq!(
        (&claims["ver"], &claims["idtyp"], &claims["appidacr"]),
        (&json!("1.0"), &json!("app"), &json!("1"))
    );
    assert!(claims.get("wids").is_none());
    for (name, value) in [
        ("cache-control", "no-store, no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("content-type", "application/json; charset=utf-8"),
        ("x-ms-clitelem", "1,0,0,,"),
    ] {
        assert_eq!(header(&answer, name), value);
    }
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 3);
}

#[test]
fn tokens_are_unique_but_reproducible_for_the_same_tenant() {
    let ask = |gateway: &Gateway| {
        let answer = with_secret(gateway, V2, "full", &[("scope", ".default")]);
        body(&answer)["access_token"].as_str().unwrap().to_owned()
    };
    let (first, second) = (kit::Kit::tiny().gateway, kit::Kit::tiny().gateway);
    let tokens = (ask(&first), ask(&first));
    assert_ne!(tokens.0, tokens.1);
    assert_eq!(tokens, (ask(&second), ask(&second)));
}

#[test]
fn the_audience_is_the_resource_as_it_was_asked_for() {
    let gateway = kit::Kit::tiny().gateway;
    for (scope, aud, role) in [
        (
            "https://graph.microsoft.com/.default",
            "https://graph.microsoft.com",
            Some("SecurityAlert.Read.All"),
        ),
        (
            "https://graph.microsoft.com//.default",
            "https://graph.microsoft.com/",
            Some("SecurityAlert.Read.All"),
        ),
        ("https://management.azure.com//.default", "https://management.azure.com/", None),
        (".default", GRAPH, Some("SecurityAlert.Read.All")),
        (
            "openid https://api.security.microsoft.com/.default profile",
            "https://api.security.microsoft.com",
            Some("Incident.Read.All"),
        ),
        // The simulator's own origin stands for all of them.
        ("https://localhost:8443/.default", "https://localhost:8443", Some("investigation.read")),
        ("https://localhost:8443//.default", "https://localhost:8443/", Some("SecurityAlert.Read.All")),
    ] {
        let token = token(&gateway, &with_secret(&gateway, V2, "full", &[("scope", scope)]));
        assert_eq!(token.aud, aud);
        match role {
            Some(role) => assert!(token.roles.iter().any(|held| held == role), "{scope}: {:?}", token.roles),
            None => assert!(token.roles.is_empty(), "{scope}"),
        }
    }
    let answer = with_secret(&gateway, V2, "full", &[("scope", "https://graph.microsoft.com/.default")]);
    assert_eq!(claims(&answer)["wids"], json!(["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]));
    let other_origin = with_secret(&gateway, V2, "full", &[("scope", "https://localhost:9/.default")]);
    assert_eq!(refusal(&other_origin), (400, "invalid_resource".to_owned(), 500011));
}

/// The whole way of a client: a token from here opens the API, until it expires by the tenant's clock.
#[test]
fn an_access_token_is_accepted_by_the_api_until_it_expires() {
    let kit = kit::Kit::tiny();
    for (scope, api) in [
        (format!("{CLOUD_APPS}/.default"), "https://localhost:8443"),
        (format!("{CLOUD_APPS}/.default"), "https://contoso.us2.portal.cloudappsecurity.com"),
        ("https://localhost:8443//.default".to_owned(), "https://localhost:8443"),
    ] {
        let answer = with_secret(&kit.gateway, V2, "full", &[("scope", &scope)]);
        let bearer = format!("Bearer {}", body(&answer)["access_token"].as_str().unwrap());
        let alerts =
            || kit.send("GET", &format!("{api}/api/v1/alerts/"), &[("authorization", &bearer)], "").status;
        assert_eq!(alerts(), StatusCode::OK, "{scope} at {api}");
        kit.tenant.advance(Span::seconds(3_598)).unwrap();
        assert_eq!(alerts(), StatusCode::OK);
        kit.tenant.advance(Span::seconds(1)).unwrap();
        assert_eq!(alerts(), StatusCode::UNAUTHORIZED);
    }
}

/// What a client lacks shows at the API as 403, never here.
#[test]
fn without_consent_a_token_without_roles_is_issued() {
    let gateway = kit::Kit::tiny().gateway;
    let answer = with_secret(&gateway, V2, "unconsented", &[("scope", &format!("{CLOUD_APPS}/.default"))]);
    assert!(token(&gateway, &answer).roles.is_empty());
    assert!(claims(&answer).get("roles").is_none());
}

#[test]
fn v1_token_answers_hold_numbers_as_strings() {
    let gateway = kit::Kit::tiny().gateway;
    let answer = with_secret(&gateway, V1, "full", &[("resource", "https://graph.microsoft.com/")]);
    let written = body(&answer);
    let names: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "token_type",
            "expires_in",
            "ext_expires_in",
            "expires_on",
            "not_before",
            "resource",
            "access_token"
        ]
    );
    assert_eq!(written["expires_in"], "3599");
    assert_eq!(written["expires_on"], claims(&answer)["exp"].to_string());
    assert_eq!(written["not_before"], claims(&answer)["nbf"].to_string());
    assert_eq!(written["resource"], "https://graph.microsoft.com/");
    assert_eq!(token(&gateway, &answer).aud, "https://graph.microsoft.com/");
}

#[test]
fn v1_takes_the_resource_from_body_query_or_scope() {
    let gateway = kit::Kit::tiny().gateway;
    let scope = format!("{CLOUD_APPS}/.default");
    for (url, more, resource) in [
        (V1.to_owned(), vec![("resource", CLOUD_APPS)], CLOUD_APPS),
        (V1.to_owned(), vec![("scope", scope.as_str())], CLOUD_APPS),
        (V1.to_owned(), vec![("scope", CLOUD_APPS)], CLOUD_APPS),
        (format!("{V1}?resource={CLOUD_APPS}"), vec![], CLOUD_APPS),
    ] {
        let answer = with_secret(&gateway, &url, "full", &more);
        assert_eq!(token(&gateway, &answer).aud, resource);
        assert_eq!(body(&answer)["resource"], format!("spn:{resource}"));
    }
    let nothing = with_secret(&gateway, V1, "full", &[]);
    assert_eq!(token(&gateway, &nothing).aud, "00000002-0000-0000-c000-000000000000");
    let unknown = with_secret(&gateway, V1, "full", &[("resource", "https://api.example")]);
    assert_eq!(refusal(&unknown), (400, "invalid_resource".to_owned(), 500011));
    let tenant = gateway.registry.first().tenant.identity().id;
    let told = body(&unknown)["error_description"].as_str().unwrap().to_owned();
    assert!(told.contains(&format!("was not found in the tenant named {tenant}.")), "{told}");
}

#[test]
fn the_secret_may_come_as_basic_authentication() {
    let gateway = kit::Kit::tiny().gateway;
    let app = app(&gateway, "full");
    let escaped = app.secret().replace('~', "%7E");
    let ask = |credential: &str, fields: &[(&str, &str)]| {
        let request = Request::post(V2).header("authorization", credential);
        gateway.ask(request.body(Bytes::from(encode(fields))).unwrap())
    };
    let basic = |text: String| format!("Basic {}", base64::encode_standard(text.as_bytes()));
    let fields = [("grant_type", "client_credentials"), ("scope", ".default")];
    let good = basic(format!("{}:{escaped}", app.client_id));
    assert_eq!(token(&gateway, &ask(&good, &fields)).appid, app.client_id);
    let wrong = basic(format!("{}:{escaped}x", app.client_id));
    assert_eq!(refusal(&ask(&wrong, &fields)).2, 7000215);
    for broken in ["Basic", "Basic %%%", "Basic QQ==", "Basic OnNlY3JldA==", "Digest x"] {
        assert_eq!(refusal(&ask(broken, &fields)), (400, "invalid_request".to_owned(), 900144), "{broken}");
    }
}

/// Client libraries send telemetry along, and send forms under all sorts of content types.
#[test]
fn unknown_token_parameters_and_content_types_are_ignored() {
    let gateway = kit::Kit::tiny().gateway;
    let app = app(&gateway, "full");
    let fields = encode(&[
        ("client_id", &app.client_id.to_string()),
        ("grant_type", "client_credentials"),
        ("client_secret", app.secret()),
        ("scope", ".default"),
        ("client_info", "1"),
        ("x-client-SKU", "msal.js.node"),
        ("claims", r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#),
    ]);
    for kind in ["application/x-www-form-urlencoded;charset=utf-8", "text/plain", "application/json", ""] {
        let request = Request::post(format!("{V2}?client-request-id=x&y")).header("content-type", kind);
        let answer = gateway.ask(request.body(Bytes::from(fields.clone())).unwrap());
        assert_eq!(answer.status, StatusCode::OK, "{kind}");
        assert!(body(&answer).get("client_info").is_none());
    }
}

#[test]
fn cors_preflight_of_the_token_endpoint_is_answered() {
    let gateway = kit::Kit::tiny().gateway;
    let request = Request::options(V2).header("origin", "https://app.example");
    let answer = gateway.ask(request.body(Bytes::new()).unwrap());
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(header(&answer, "access-control-allow-origin"), "https://app.example");
    assert_eq!(header(&answer, "access-control-allow-methods"), "POST, OPTIONS");
}

/// The password grant of several client libraries asks first, in whichever spelling of the path.
#[test]
fn the_realm_of_every_user_is_managed() {
    let gateway = kit::Kit::tiny().gateway;
    let ask = |origin: &str, user: &str| {
        let url = format!("{origin}/common/{user}?api-version=1.0");
        let answer = gateway.ask(Request::get(url).body(Bytes::new()).unwrap());
        assert_eq!(answer.status, StatusCode::OK, "{user}");
        body(&answer)
    };
    let managed = json!({
        "ver": "1.0",
        "account_type": "Managed",
        "domain_name": "contoso.onmicrosoft.com",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    });
    for origin in ["https://localhost:8443", "https://login.microsoftonline.com"] {
        for path in
            ["userrealm/anybody@contoso.onmicrosoft.com", "UserRealm/anybody%40contoso.onmicrosoft.com"]
        {
            assert_eq!(ask(origin, path), managed, "{path}");
        }
    }
    for stranger in ["userrealm/a@b.example", "userrealm/nothing", "userrealm/%00%ff"] {
        assert_eq!(ask("https://localhost:8443", stranger)["account_type"], "Unknown");
    }
}
