//! What a client proves itself with: secrets, certificates, tokens of other issuers.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use mock_defender::gateway::Answer;
use mock_defender::identity::keys;
use mock_defender::model::base64;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use super::CLOUD_APPS;
use crate::browser::{OWN, claims, client, command, login, member, ok, refusal, secret, token_at};
use crate::kit::Kit;

fn no(number: u64) -> (u16, String, u64) {
    (401, "invalid_client".to_owned(), number)
}

fn decoded(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::decode_standard(&body).unwrap()
}

fn rsa(message: &[u8], encoding: &'static dyn RsaEncoding) -> Vec<u8> {
    let key =
        RsaKeyPair::from_pkcs8(&decoded(include_str!("../../../fixtures/keys/client-key.pem"))).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

fn elliptic(message: &[u8]) -> Vec<u8> {
    let der = decoded(include_str!("../../../fixtures/keys/client-ec-key.pem"));
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).unwrap();
    key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

fn signed(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64::encode_url(value.to_string().as_bytes());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = match header["alg"].as_str().unwrap() {
        "PS256" => rsa(text.as_bytes(), &RSA_PSS_SHA256),
        "ES256" => elliptic(text.as_bytes()),
        _ => rsa(text.as_bytes(), &RSA_PKCS1_SHA256),
    };
    format!("{text}.{}", base64::encode_url(&signature))
}

fn thumbprint(elliptic: bool, new: bool) -> String {
    let der = decoded(if elliptic {
        include_str!("../../../fixtures/keys/client-ec-certificate.pem")
    } else {
        include_str!("../../../fixtures/keys/client-certificate.pem")
    });
    let kind = if new { &SHA256 } else { &SHA1_FOR_LEGACY_USE_ONLY };
    base64::encode_url(digest(kind, &der).as_ref())
}

fn ask(kit: &Kit, id: &str, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
        ("scope", &format!("{CLOUD_APPS}/.default")),
    ];
    token_at(kit, &login(kit, "/oauth2/v2.0/token"), &[], &fields)
}

#[test]
fn a_certificate_stands_for_a_secret_however_clients_name_it() {
    let kit = Kit::tiny();
    let id = client(&kit, "certificate");
    let now = kit.tenant.now().seconds();
    let endpoint = login(&kit, "/oauth2/v2.0/token");
    let said =
        |aud: &str| json!({"iss": id, "sub": id, "aud": aud, "jti": "x", "nbf": now + 1, "exp": now + 600});
    let (old, new) = (thumbprint(false, false), thumbprint(false, true));
    for header in [
        json!({"alg": "RS256", "x5t": format!("{old}=")}),
        json!({"alg": "RS256", "x5t": old}),
        json!({"alg": "RS256", "kid": format!("{old}=")}),
        json!({"alg": "PS256", "x5t#S256": format!("{new}=")}),
        json!({"alg": "PS256", "x5t#S256": new, "x5c": ["AAAA"]}),
        json!({"alg": "ES256", "kid": thumbprint(true, false)}),
        json!({"alg": "ES256", "x5t#S256": thumbprint(true, true)}),
    ] {
        let got = ok(&ask(&kit, &id, &signed(&header, &said(&endpoint))));
        assert_eq!(claims(&member(&got, "access_token"))["appidacr"], "2", "{header}");
    }
    let header = json!({"alg": "PS256", "x5t#S256": new});
    let tid = kit.tenant.identity().id;
    for aud in [
        format!("https://login.microsoftonline.com/{tid}/oauth2/v2.0/token"),
        format!("https://login.microsoftonline.com/{tid}/v2.0"),
        format!("https://login.microsoftonline.com/{tid}/"),
        format!("https://sts.windows.net/{tid}/"),
        format!("{OWN}/contoso.onmicrosoft.com/oauth2/token"),
        format!("{OWN}/{tid}/v2.0"),
    ] {
        assert_eq!(ask(&kit, &id, &signed(&header, &said(&aud))).status, 200, "{aud}");
    }
    // Fractions of seconds, and a line end from the file that it was kept in.
    let mut fractions = said(&endpoint);
    fractions["exp"] = json!(now as f64 + 600.25);
    fractions["iat"] = json!(now as f64 + 0.75);
    assert_eq!(ask(&kit, &id, &format!("{}\n", signed(&header, &fractions))).status, 200);

    let change = |name: &str, value: Value| {
        let mut changed = said(&endpoint);
        changed[name] = value;
        signed(&header, &changed)
    };
    let stranger = "11111111-2222-4333-8444-555555555555";
    for (assertion, number) in [
        (change("aud", json!("https://login.microsoftonline.com/")), 700_023),
        (change("aud", json!(format!("{OWN}/{stranger}/oauth2/v2.0/token"))), 700_023),
        (change("aud", json!("https://evil.example/token")), 700_023),
        (change("exp", json!(now - 600)), 700_024),
        (change("nbf", json!(now + 3_600)), 700_024),
        (change("iss", json!(stranger)), 700_021),
        (change("sub", json!(stranger)), 700_021),
        (signed(&json!({"alg": "RS256", "x5t": "AAAA"}), &said(&endpoint)), 700_027),
        (signed(&json!({"alg": "RS256"}), &said(&endpoint)), 700_027),
        (format!("{}AAAA", &change("jti", json!("y"))[..600]), 50_012),
        ("nonsense".to_owned(), 50_027),
        (change("exp", Value::Null), 50_027),
    ] {
        assert_eq!(refusal(&ask(&kit, &id, &assertion)), no(number), "{assertion}");
    }
    // Another client's certificate is none of this one.
    let full = client(&kit, "full");
    let mine = json!({"iss": full, "sub": full, "aud": endpoint, "exp": now + 600});
    assert_eq!(refusal(&ask(&kit, &full, &signed(&header, &mine))), no(700_027));
    // Until it is registered there.
    let pem = include_str!("../../../fixtures/keys/client-certificate.pem");
    command(&kit, &json!({"addCertificate": {"app": "full", "certificate": pem}}));
    assert_eq!(ask(&kit, &full, &signed(&header, &mine)).status, 200);
    // Libraries stamp it by the clock of their machine, wherever the tenant's stands.
    kit.tenant.advance(Span::minutes(16)).unwrap();
    assert_eq!(ask(&kit, &full, &signed(&header, &mine)).status, 200);
}

#[test]
fn a_token_of_a_trusted_issuer_stands_for_a_secret() {
    let kit = Kit::tiny();
    let issuer = "https://token.actions.example";
    command(
        &kit,
        &json!({"addApplication": {"name": "pipeline", "permissions": ["investigation.read"], "consented": true}}),
    );
    command(
        &kit,
        &json!({"addFederatedCredential": {"app": "pipeline", "issuer": issuer, "subject": "repo:a/b:ref:main"}}),
    );
    let id = client(&kit, "pipeline");
    let now = kit.tenant.now().seconds();
    // Signed with one of the test keys, which plays the issuer's.
    let key = keys::numbered(2);
    let minted = |changes: Value| {
        let mut claims = json!({
            "iss": issuer, "sub": "repo:a/b:ref:main", "aud": "api://AzureADTokenExchange", "iat": now, "exp": now + 300,
        });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        mock_defender::identity::token::sign(&claims, key)
    };
    assert_eq!(refusal(&ask(&kit, &id, &minted(json!({})))).0, 401, "nobody said which keys the issuer has");
    let public = key.public();
    let published =
        json!({"keys": [{"kty": "RSA", "use": "sig", "kid": public.kid, "n": public.n, "e": public.e}]});
    command(&kit, &json!({"trustIssuer": {"issuer": issuer, "keys": published}}));
    let got = ok(&ask(&kit, &id, &format!("{}\n", minted(json!({})))));
    let claims = claims(&member(&got, "access_token"));
    assert_eq!((&claims["appidacr"], &claims["roles"]), (&json!("2"), &json!(["investigation.read"])));
    for (changes, number) in [
        (json!({"iss": "https://elsewhere.example"}), 700_211),
        (json!({"aud": "api://other"}), 700_212),
        (json!({"sub": "repo:a/b:ref:other"}), 700_213),
        (json!({"exp": now - 600}), 700_024),
    ] {
        assert_eq!(refusal(&ask(&kit, &id, &minted(changes.clone()))), no(number), "{changes}");
    }
    let forged = mock_defender::identity::token::sign(
        &json!({"iss": issuer, "sub": "repo:a/b:ref:main", "aud": "api://AzureADTokenExchange", "exp": now + 300}),
        keys::numbered(0),
    );
    assert_eq!(refusal(&ask(&kit, &id, &forged)), no(50_012));
}

#[test]
fn a_secret_is_good_until_it_ends() {
    let kit = Kit::tiny();
    let ask = |name: &str, secret: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(&kit, name)),
            ("client_secret", secret),
            ("scope", ".default"),
        ];
        token_at(&kit, &login(&kit, "/oauth2/v2.0/token"), &[], &fields)
    };
    let first = secret(&kit, "full");
    assert_eq!(refusal(&ask("expired-secret", &secret(&kit, "expired-secret"))), no(7_000_222));
    assert_eq!(refusal(&ask("full", "wrong")), no(7_000_215));
    assert_eq!(refusal(&ask("certificate", "any")), no(7_000_215));
    // A new one beside the old, then the old ends.
    let end = kit.tenant.now() + Span::hours(1);
    command(&kit, &json!({"addSecret": {"app": "full", "value": "short-lived", "ends": end}}));
    assert_eq!((ask("full", "short-lived").status.as_u16(), ask("full", &first).status.as_u16()), (200, 200));
    kit.tenant.advance(Span::hours(1)).unwrap();
    assert_eq!(refusal(&ask("full", "short-lived")), no(7_000_222));
    assert_eq!(ask("full", &first).status, 200);
    command(&kit, &json!({"endSecrets": {"app": "full"}}));
    assert_eq!(refusal(&ask("full", &first)), no(7_000_222));
    command(&kit, &json!({"addSecret": {"app": "full"}}));
    assert_ne!(secret(&kit, "full"), first);
    assert_eq!(ask("full", &secret(&kit, "full")).status, 200);
}

#[test]
fn a_public_client_has_nothing_to_prove_and_a_confidential_one_must() {
    let kit = Kit::tiny();
    let got = crate::browser::tokens(&kit, "user", "User.Read offline_access");
    let held = member(&got, "refresh_token");
    let answer = crate::browser::refresh(&kit, &held, &[("client_secret", "any")]);
    assert_eq!(refusal(&answer), no(700_025));
    let browser = crate::browser::Browser::new(&kit);
    let code = browser.sign_in(&crate::browser::authorize(&kit, "full", &[]), "user").back().code();
    let id = client(&kit, "full");
    assert_eq!(refusal(&crate::browser::redeem(&kit, &code, &[("client_id", &id)])), no(7_000_218));
    let wrong = [("client_id", id.as_str()), ("client_secret", "wrong")];
    assert_eq!(refusal(&crate::browser::redeem(&kit, &code, &wrong)), no(7_000_215));
}
