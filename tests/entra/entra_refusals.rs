//! What the token endpoint refuses, and in which words.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use mock_defender::model::base64;

use crate::kit;
use crate::oauth::{GRAPH, V1, V2, app, body, encode, header, post, refusal, with_secret};

#[test]
fn missing_token_parameters_are_named() {
    let gateway = kit::Kit::tiny().gateway;
    let app = app(&gateway, "full");
    let id = app.client_id.to_string();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &id),
        ("client_secret", app.secret()),
        ("scope", ".default"),
    ];
    for (leave_out, code, status) in [
        ("grant_type", 900144, 400),
        ("client_id", 900144, 400),
        ("scope", 900144, 400),
        ("client_secret", 7000216, 401),
    ] {
        let kept: Vec<_> = fields.iter().filter(|(name, _)| *name != leave_out).copied().collect();
        let emptied: Vec<_> =
            fields.map(|(name, value)| (name, if name == leave_out { "" } else { value })).into();
        for fields in [kept, emptied] {
            let answer = post(&gateway, V2, &fields);
            let (got, _, number) = refusal(&answer);
            assert_eq!((got, number), (status, code), "without {leave_out}");
            if code == 900144 {
                let text = body(&answer)["error_description"].as_str().unwrap().to_owned();
                let expected = format!(
                    "AADSTS900144: The request body must contain the following parameter: '{leave_out}'. Trace ID: "
                );
                assert!(text.starts_with(&expected), "{text}");
            }
        }
    }
}

#[test]
fn every_refusal_has_its_number_and_status() {
    let gateway = kit::Kit::tiny().gateway;
    let ask = |more: &[(&str, &str)]| refusal(&with_secret(&gateway, V2, "full", more));
    let no = |status: u16, error: &str, code: u64| (status, error.to_owned(), code);
    assert_eq!(ask(&[("scope", "https://graph.microsoft.com/User.Read")]), no(400, "invalid_scope", 1002012));
    assert_eq!(ask(&[("scope", "openid")]), no(400, "invalid_scope", 1002012));
    let two = "https://graph.microsoft.com/.default https://management.azure.com/.default";
    assert_eq!(ask(&[("scope", two)]), no(400, "invalid_scope", 70011));
    assert_eq!(ask(&[("scope", "https://api.example/.default")]), no(400, "invalid_resource", 500011));
    assert_eq!(ask(&[("scope", ".default"), ("resource", GRAPH)]), no(400, "invalid_request", 901002));
    assert_eq!(ask(&[("scope", ".default"), ("scope", ".default")]), no(400, "invalid_request", 9000411));

    let app = app(&gateway, "full");
    let id = app.client_id.to_string();
    let ask = |url: &str, grant: &str, client: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("grant_type", grant), ("client_id", client), ("scope", ".default")];
        fields.extend_from_slice(more);
        refusal(&post(&gateway, url, &fields))
    };
    let grant = "client_credentials";
    let secret = [("client_secret", app.secret())];
    assert_eq!(ask(V2, grant, &id, &[("client_secret", "wrong")]), no(401, "invalid_client", 7000215));
    let stranger = "11111111-2222-4333-8444-555555555555";
    assert_eq!(ask(V2, grant, stranger, &secret), no(400, "unauthorized_client", 700016));
    assert_eq!(ask(V2, grant, "my-app", &secret), no(400, "unauthorized_client", 700016));
    let azure_cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    assert_eq!(ask(V2, grant, azure_cli, &secret), no(401, "invalid_client", 700025));
    for other in [
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "Client_Credentials",
        "nonsense",
    ] {
        assert_eq!(ask(V2, other, &id, &secret), no(400, "unsupported_grant_type", 70003));
    }
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let assertion = |text| [("client_assertion", text), ("client_assertion_type", kind)];
    let part = |text: &str| base64::encode_url(text.as_bytes());
    let unregistered = format!(
        "{}.{}.AA",
        part(r#"{"alg":"RS256","x5t":"AAEC"}"#),
        part(&format!(r#"{{"iss":"{id}","sub":"{id}","exp":1}}"#))
    );
    assert_eq!(ask(V2, grant, &id, &assertion(&unregistered)), no(401, "invalid_client", 700027));
    assert_eq!(
        ask(V2, grant, &id, &assertion("eyJ4NXQiOiJBQUVDIn0.e30.AA")),
        no(401, "invalid_client", 50027)
    );
    assert_eq!(ask(V2, grant, &id, &assertion("nonsense")), no(401, "invalid_client", 50027));
    assert_eq!(ask(V2, grant, &id, &assertion("a.b.c")[..1]), no(400, "invalid_request", 900144));

    let at = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token");
    for word in ["common", "Organizations"] {
        assert_eq!(ask(&at(word), grant, &id, &secret), no(400, "invalid_request", 50059));
    }
    assert_eq!(ask(&at("consumers"), grant, &id, &secret), no(400, "unauthorized_client", 700016));
    for unknown in [stranger, "fabrikam.example"] {
        assert_eq!(ask(&at(unknown), grant, &id, &secret), no(400, "invalid_request", 90002));
    }
    for no_name in ["contoso", "authorize", "a%20b"] {
        assert_eq!(ask(&at(no_name), grant, &id, &secret), no(400, "invalid_request", 900023), "{no_name}");
    }
}

#[test]
fn a_wrong_http_method_is_named() {
    let gateway = kit::Kit::tiny().gateway;
    for (method, url) in
        [(Method::GET, V2), (Method::PUT, V1), (Method::POST, "https://localhost:8443/common/discovery/keys")]
    {
        let answer = gateway.ask(Request::builder().method(&method).uri(url).body(Bytes::new()).unwrap());
        assert_eq!(refusal(&answer), (400, "invalid_request".to_owned(), 900561));
        let text = body(&answer)["error_description"].as_str().unwrap().to_owned();
        assert!(text.contains(&format!(" requests. Received a {method} request. Trace ID: ")), "{text}");
        let allowed = if url == V2 { "accepts POST, OPTIONS requests" } else { "requests" };
        assert!(text.contains(allowed), "{text}");
    }
}

#[test]
fn token_errors_have_the_genuine_envelope() {
    let gateway = kit::Kit::tiny().gateway;
    let correlation = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    let request = Request::post("https://login.windows.net/contoso.onmicrosoft.com/oauth2/v2.0/token")
        .header("client-request-id", correlation)
        .header("return-client-request-id", "true");
    let answer = gateway.ask(request.body(Bytes::from("grant_type=magic")).unwrap());
    let trace = header(&answer, "x-ms-request-id").to_owned();
    let expected = format!(
        r#"{{"error":"unsupported_grant_type","error_description":"AADSTS70003: The app requested an unsupported grant type 'magic'. Trace ID: {trace} Correlation ID: {correlation} Timestamp: 2026-11-24 00:00:00Z","error_codes":[70003],"timestamp":"2026-11-24 00:00:00Z","trace_id":"{trace}","correlation_id":"{correlation}","error_uri":"https://login.windows.net/error?code=70003"}}"#
    );
    assert_eq!(String::from_utf8(answer.body.to_vec()).unwrap(), expected);
    assert_eq!(header(&answer, "client-request-id"), correlation);
    assert_eq!(header(&answer, "x-ms-clitelem"), "1,70003,0,,");
}

#[test]
fn the_correlation_id_is_found_where_clients_put_it() {
    let gateway = kit::Kit::tiny().gateway;
    let id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    let correlation = |url: &str, text: &str| {
        let answer = gateway.ask(Request::post(url).body(Bytes::from(text.to_owned())).unwrap());
        assert!(!answer.headers.contains_key("client-request-id"), "nobody asked for it");
        body(&answer)["correlation_id"].as_str().unwrap().to_owned()
    };
    assert_eq!(correlation(&format!("{V2}?client-request-id={id}"), ""), id);
    assert_eq!(correlation(V2, &format!("client-request-id={id}")), id);
    let made = correlation(V2, "client-request-id=nonsense");
    assert_eq!(made.len(), 36);
    assert_ne!(made, correlation(V2, ""));
}

#[test]
fn a_cross_origin_request_with_a_client_secret_is_refused() {
    let gateway = kit::Kit::tiny().gateway;
    let request = Request::post(V2).header("origin", "https://app.example");
    let answer = gateway.ask(
        request
            .body(Bytes::from(encode(&[
                ("grant_type", "client_credentials"),
                ("client_id", &app(&gateway, "full").client_id.to_string()),
                ("client_secret", app(&gateway, "full").secret()),
                ("scope", ".default"),
            ])))
            .unwrap(),
    );
    assert_eq!(refusal(&answer), (400, "invalid_request".to_owned(), 9002326));
}

#[test]
fn malformed_bodies_never_break_the_token_endpoint() {
    let gateway = kit::Kit::tiny().gateway;
    let bodies = [
        vec![0xff; 100],
        b"=&=&&&%".to_vec(),
        b"grant_type".to_vec(),
        b"a=1&".repeat(5_000),
        "grant_type=client_credentials&client_id=%00%ff".into(),
        vec![b'a'; 64 << 10],
        vec![b'a'; (64 << 10) + 1],
    ];
    for text in bodies {
        for url in [V1, V2] {
            let answer = gateway.ask(Request::post(url).body(Bytes::from(text.clone())).unwrap());
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
    }
}

#[test]
fn secrets_stay_out_of_answers_and_logs() {
    let gateway = kit::Kit::tiny().gateway;
    let secret = app(&gateway, "full").secret().to_owned();
    with_secret(&gateway, V2, "full", &[("scope", "nonsense")]);
    with_secret(&gateway, V2, "read-only", &[("scope", ".default"), ("client_secret", &secret)]);
    let entries = gateway.registry.first().log.list().entries;
    assert_eq!(entries.len(), 2);
    assert!(!format!("{entries:?}").contains(&secret));
}
