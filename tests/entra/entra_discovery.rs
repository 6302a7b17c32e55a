//! Discovery documents, signing keys and instance discovery, asked through the gateway.

//! Discovery documents, signing keys and instance discovery, asked through the front gateway.

use bytes::Bytes;
use http::{Request, StatusCode};
use mock_defender::gateway::{Answer, Arrival, BodyState, Gateway};
use serde_json::Value;

use crate::kit;

const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

fn get(gateway: &Gateway, url: &str) -> Answer {
    gateway.ask(Request::get(url).body(Bytes::new()).unwrap())
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn ok(gateway: &Gateway, url: &str) -> Value {
    let answer = get(gateway, url);
    assert_eq!(answer.status, StatusCode::OK, "{url}: {:?}", answer.body);
    json(&answer)
}

fn tenant_id(gateway: &Gateway) -> String {
    gateway.registry.first().tenant.identity().id.to_string()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The golden answer: every member in its order, under a genuine name.
#[test]
fn v2_discovery_equals_the_genuine_document() {
    let gateway = kit::Kit::tiny().gateway;
    let id = tenant_id(&gateway);
    let url = format!("https://login.microsoftonline.com/{id}/v2.0/.well-known/openid-configuration");
    let expected = format!(
        r#"{{"token_endpoint":"https://login.microsoftonline.com/{id}/oauth2/v2.0/token","token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],"jwks_uri":"https://login.microsoftonline.com/{id}/discovery/v2.0/keys","response_modes_supported":["query","fragment","form_post"],"subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"],"response_types_supported":["code","id_token","code id_token","id_token token"],"scopes_supported":["openid","profile","email","offline_access"],"issuer":"https://login.microsoftonline.com/{id}/v2.0","request_uri_parameter_supported":false,"userinfo_endpoint":"https://graph.microsoft.com/oidc/userinfo","authorization_endpoint":"https://login.microsoftonline.com/{id}/oauth2/v2.0/authorize","device_authorization_endpoint":"https://login.microsoftonline.com/{id}/oauth2/v2.0/devicecode","http_logout_supported":true,"frontchannel_logout_supported":true,"end_session_endpoint":"https://login.microsoftonline.com/{id}/oauth2/v2.0/logout","claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud","exp","iat","auth_time","acr","nonce","preferred_username","name","tid","ver","at_hash","c_hash","email"],"kerberos_endpoint":"https://login.microsoftonline.com/{id}/kerberos","tenant_region_scope":"NA","cloud_instance_name":"microsoftonline.com","cloud_graph_host_name":"graph.windows.net","msgraph_host":"graph.microsoft.com","rbac_url":"https://pas.windows.net"}}"#
    );
    assert_eq!(String::from_utf8(get(&gateway, &url).body.to_vec()).unwrap(), expected);
}

#[test]
fn a_domain_of_several_tenants_is_that_of_the_proxy_user() {
    let kit = kit::Kit::tiny();
    let fork = kit.join(kit.tenant.fork());
    let url =
        "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration";
    for (user, tenant) in [(None, &kit.tenant), (Some(fork.identity().label.as_str().into()), &fork)] {
        let peer = std::net::Ipv4Addr::LOCALHOST.into();
        let body = BodyState::Complete;
        let arrival = Arrival { secure: true, sni: None, proxy_user: user, port: 443, peer, body };
        let answer = kit.gateway.ask_as(Request::get(url).body(Bytes::new()).unwrap(), arrival);
        let issuer = format!("https://login.microsoftonline.com/{}/v2.0", tenant.identity().id);
        assert_eq!(json(&answer)["issuer"], issuer);
    }
}

/// <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>
#[test]
fn the_government_cloud_names_itself_its_graph_and_its_portal() {
    let kit = kit::Kit::tiny();
    let identity = kit.tenant.identity();
    let origin = "https://login.microsoftonline.us";
    let document =
        ok(&kit.gateway, &format!("{origin}/{}/v2.0/.well-known/openid-configuration", identity.id));
    assert_eq!(document["issuer"], format!("{origin}/{}/v2.0", identity.id));
    assert_eq!(document["token_endpoint"], format!("{origin}/{}/oauth2/v2.0/token", identity.id));
    assert_eq!(document["userinfo_endpoint"], "https://graph.microsoft.us/oidc/userinfo");
    assert_eq!(document["cloud_instance_name"], "microsoftonline.us");
    let keys = ok(&kit.gateway, document["jwks_uri"].as_str().unwrap());
    assert_eq!(keys["keys"][0]["issuer"], document["issuer"]);
    let first = ok(&kit.gateway, &format!("{origin}/{}/.well-known/openid-configuration", identity.id));
    assert_eq!(first["issuer"], format!("https://sts.windows.net/{}/", identity.id));

    // The worldwide cloud's portal is none of its links.
    let portal = format!("https://{}.us1.portal.cloudappsecurity.us", identity.label);
    let credential = ("authorization", kit.credential());
    let alerts = json(&kit.send("GET", &format!("{portal}/api/v1/alerts/"), &[credential], ""));
    let page = format!("https://{}.portal.cloudappsecurity.us/#/alerts/", identity.label);
    let urls: Vec<&str> =
        alerts["data"].as_array().unwrap().iter().map(|alert| alert["URL"].as_str().unwrap()).collect();
    assert!(!urls.is_empty() && urls.iter().all(|url| url.starts_with(&page)), "{urls:?}");
}

#[test]
fn discovery_names_the_host_that_was_asked() {
    let gateway = kit::Kit::tiny().gateway;
    let id = tenant_id(&gateway);
    for origin in
        ["https://localhost:8443", "https://127.0.0.1:9000", "http://localhost:8080", "https://localhost"]
    {
        // By domain and in another case: the document answers with the id, as the genuine one does.
        for name in [id.as_str(), "contoso.onmicrosoft.com", "CONTOSO.onmicrosoft.com", &id.to_uppercase()] {
            let document = ok(&gateway, &format!("{origin}/{name}/V2.0/.Well-Known/OpenID-configuration"));
            assert_eq!(document["issuer"], format!("{origin}/{id}/v2.0"));
            assert_eq!(document["token_endpoint"], format!("{origin}/{id}/oauth2/v2.0/token"));
            assert_eq!(document["jwks_uri"], format!("{origin}/{id}/discovery/v2.0/keys"));
            assert_eq!(document["userinfo_endpoint"], format!("{origin}/oidc/userinfo"));
        }
    }
    let document = ok(
        &gateway,
        "https://login.windows.net/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration",
    );
    assert_eq!(document["token_endpoint"], format!("https://login.windows.net/{id}/oauth2/v2.0/token"));
    assert_eq!(document["issuer"], format!("https://login.microsoftonline.com/{id}/v2.0"));
}

#[test]
fn discovery_of_common_and_organizations_keeps_that_path() {
    let gateway = kit::Kit::tiny().gateway;
    let of = |word: &str| {
        ok(
            &gateway,
            &format!("https://login.microsoftonline.com/{word}/v2.0/.well-known/openid-configuration"),
        )
    };
    for word in ["common", "organizations"] {
        let document = of(word);
        assert_eq!(document["issuer"], "https://login.microsoftonline.com/{tenantid}/v2.0");
        assert_eq!(
            document["token_endpoint"],
            format!("https://login.microsoftonline.com/{word}/oauth2/v2.0/token")
        );
        assert_eq!(document["tenant_region_scope"], Value::Null);
    }
    let consumers = of("Consumers");
    assert_eq!(consumers["issuer"], format!("https://login.microsoftonline.com/{CONSUMERS}/v2.0"));
    let own = ok(&gateway, "https://localhost:8443/common/v2.0/.well-known/openid-configuration");
    assert_eq!(own["issuer"], "https://localhost:8443/{tenantid}/v2.0");
}

#[test]
fn v1_discovery_differs_from_v2_as_in_the_genuine_service() {
    let gateway = kit::Kit::tiny().gateway;
    let id = tenant_id(&gateway);
    let document =
        ok(&gateway, &format!("https://login.microsoftonline.com/{id}/.well-known/openid-configuration"));
    assert_eq!(document["issuer"], format!("https://sts.windows.net/{id}/"));
    assert_eq!(document["token_endpoint"], format!("https://login.microsoftonline.com/{id}/oauth2/token"));
    assert_eq!(document["jwks_uri"], "https://login.microsoftonline.com/common/discovery/keys");
    assert_eq!(
        document["userinfo_endpoint"],
        format!("https://login.microsoftonline.com/{id}/openid/userinfo")
    );
    assert_eq!(document["scopes_supported"], serde_json::json!(["openid"]));
    assert_eq!(document["microsoft_multi_refresh_token"], true);
    assert!(document.get("request_uri_parameter_supported").is_none());
    let own = ok(&gateway, &format!("https://localhost:8443/{id}/.well-known/openid-configuration"));
    assert_eq!(own["issuer"], format!("https://localhost:8443/{id}/"));
}

#[test]
fn both_key_sets_publish_the_same_keys() {
    let gateway = kit::Kit::tiny().gateway;
    let id = tenant_id(&gateway);
    let second = ok(&gateway, &format!("https://localhost:8443/{id}/discovery/v2.0/keys"));
    let first = ok(&gateway, "https://localhost:8443/common/discovery/keys");
    let keys = |set: &Value| set["keys"].as_array().unwrap().clone();
    assert_eq!(keys(&first).len(), 2);
    for (old, new) in keys(&first).iter().zip(keys(&second)) {
        let names: Vec<_> = old.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["kty", "use", "kid", "x5t", "n", "e", "x5c"]);
        for name in names {
            assert_eq!(old[name], new[name]);
        }
        assert_eq!(new["issuer"], format!("https://localhost:8443/{id}/v2.0"));
        assert_eq!(old["kid"].as_str().unwrap().len(), 27);
        assert_eq!(old["kid"], old["x5t"]);
        assert_eq!((&old["kty"], &old["use"], &old["e"]), (&"RSA".into(), &"sig".into(), &"AQAB".into()));
    }
    let common = ok(&gateway, "https://login.microsoftonline.com/common/discovery/v2.0/keys");
    assert_eq!(common["keys"][0]["issuer"], "https://login.microsoftonline.com/{tenantid}/v2.0");
}

#[test]
fn discovery_documents_are_cacheable_for_a_day() {
    let answer = get(&kit::Kit::tiny().gateway, "https://localhost:8443/common/discovery/v2.0/keys");
    assert_eq!(header(&answer, "content-type"), "application/json; charset=utf-8");
    assert_eq!(header(&answer, "cache-control"), "max-age=86400, private");
    assert_eq!(header(&answer, "access-control-allow-origin"), "*");
    assert_eq!(header(&answer, "access-control-allow-methods"), "GET, OPTIONS");
    assert_eq!(header(&answer, "x-ms-request-id").len(), 36);
    assert!(!answer.headers.contains_key("strict-transport-security"), "it would bind all of localhost");
}

#[test]
fn discovery_of_an_unknown_tenant_is_an_invalid_tenant() {
    let gateway = kit::Kit::tiny().gateway;
    // A host label is no tenant name, though the gateway could find the tenant by it.
    for name in ["11111111-2222-4333-8444-555555555555", "fabrikam.example", "secrets", "contoso"] {
        let url = format!("https://login.microsoftonline.com/{name}/v2.0/.well-known/openid-configuration");
        let answer = get(&gateway, &url);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let body = json(&answer);
        assert_eq!(
            (&body["error"], &body["error_codes"]),
            (&"invalid_tenant".into(), &serde_json::json!([90002]))
        );
        let text = body["error_description"].as_str().unwrap();
        assert!(text.starts_with(&format!("AADSTS90002: Tenant '{name}' not found. Check")), "{text}");
    }
}

#[test]
fn instance_discovery_confirms_own_and_genuine_hosts_only() {
    let gateway = kit::Kit::tiny().gateway;
    let ask = |origin: &str, endpoint: &str| {
        let query = format!("api-version=1.1&authorization_endpoint={}", endpoint.replace(':', "%3A"));
        get(&gateway, &format!("{origin}/common/discovery/instance?{query}"))
    };
    let genuine = json(&ask(
        "https://login.microsoftonline.com",
        "https://login.microsoftonline.com/common/oauth2/authorize",
    ));
    assert_eq!(
        genuine["tenant_discovery_endpoint"],
        "https://login.microsoftonline.com/common/.well-known/openid-configuration"
    );
    assert_eq!(genuine["api-version"], "1.1");
    assert_eq!(genuine["metadata"].as_array().unwrap().len(), 5);
    assert_eq!(genuine["metadata"][0]["preferred_cache"], "login.windows.net");

    let own = json(&ask(
        "https://localhost:8443",
        "https://localhost:8443/contoso.onmicrosoft.com/oauth2/v2.0/authorize",
    ));
    assert_eq!(
        own["tenant_discovery_endpoint"],
        "https://localhost:8443/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"
    );
    assert_eq!(own["metadata"][5]["preferred_network"], "localhost:8443");
    assert_eq!(own["metadata"][5]["aliases"], serde_json::json!(["localhost:8443", "localhost"]));

    for foreign in [
        "https://login.example/common/oauth2/authorize",
        "https://login.microsoftonline.com.evil.example/common/oauth2/authorize",
        "https://contoso.us2.portal.cloudappsecurity.com/common/oauth2/authorize",
        "nonsense",
        "https://",
        "%",
    ] {
        let answer = ask("https://login.microsoftonline.com", foreign);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{foreign}");
        let body = json(&answer);
        assert_eq!(
            (&body["error"], &body["error_codes"]),
            (&"invalid_instance".into(), &serde_json::json!([50049]))
        );
    }
}

/// MSAL for Python drops the port from what it asks, and follows what it is told.
#[test]
fn instance_discovery_restores_a_missing_port() {
    let gateway = kit::Kit::tiny().gateway;
    let endpoint = |origin: &str, asked: &str| {
        let url = format!(
            "{origin}/common/discovery/instance?authorization_endpoint={asked}/common/oauth2/authorize"
        );
        json(&get(&gateway, &url))["tenant_discovery_endpoint"].as_str().unwrap().to_owned()
    };
    let document = "/common/.well-known/openid-configuration";
    assert_eq!(
        endpoint("https://localhost:8443", "https://localhost"),
        format!("https://localhost:8443{document}")
    );
    // Through the proxy the genuine name is asked, so the port comes from where the server listens.
    let genuine = "https://login.microsoftonline.com";
    assert_eq!(endpoint(genuine, "https://localhost:8443"), format!("https://localhost:8443{document}"));
    assert_eq!(endpoint(genuine, "https://localhost"), format!("https://localhost{document}"));
    let listening = mock_defender::gateway::call::Listening {
        url: "https://localhost:9443".to_owned(),
        proxy: "http://localhost:9443".to_owned(),
        ca_file: None,
        ca_pem: String::new(),
    };
    assert!(gateway.listening.set(listening).is_ok());
    assert_eq!(endpoint(genuine, "https://localhost"), format!("https://localhost:9443{document}"));
}

#[test]
fn instance_discovery_requires_the_authorization_endpoint() {
    let answer =
        get(&kit::Kit::tiny().gateway, "https://localhost:8443/common/discovery/instance?api-version=1.1");
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(json(&answer)["error_codes"], serde_json::json!([900144]));
}

#[test]
fn unknown_paths_are_a_404_without_a_body() {
    let answer =
        get(&kit::Kit::tiny().gateway, "https://login.microsoftonline.com/common/oauth2/v9.0/nothing");
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.is_empty());
}

/// A client library follows whatever it is given. (What the genuine documents say of Kerberos, no library asks.)
#[test]
fn every_endpoint_in_a_discovery_document_is_served() {
    let gateway = kit::Kit::tiny().gateway;
    let id = tenant_id(&gateway);
    let other = ["issuer", "kerberos_endpoint", "rbac_url"];
    for origin in ["https://localhost:8443", "https://login.microsoftonline.com"] {
        for version in ["", "/v2.0"] {
            let document = ok(&gateway, &format!("{origin}/{id}{version}/.well-known/openid-configuration"));
            for (name, value) in document.as_object().unwrap() {
                let address = value.as_str().filter(|text| text.starts_with("https://"));
                if let Some(url) = address.filter(|_| !other.contains(&&**name)) {
                    assert_ne!(get(&gateway, url).status, StatusCode::NOT_FOUND, "{name}: {url}");
                }
            }
        }
    }
}
