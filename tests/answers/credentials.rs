//! What clients prove themselves with instead of a secret.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::client::Client;
use crate::entra::own;

const KEY: &str = include_str!("../../fixtures/keys/client-key.pem");
const CERTIFICATE: &str = include_str!("../../fixtures/keys/client-certificate.pem");
const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Tokens of an issuer that is trusted (the simulator's own, which has signed whatever was asked of it), and what the
/// holder of a certificate has signed.
pub(crate) fn assertions(client: &Client) {
    let issuer = "https://issuer.example";
    let keys = client.send("keys", "GET", &client.login("/discovery/v2.0/keys"), &[], "").json();
    let trusted = json!([
        {"addFederatedCredential": {"app": "middle-tier", "issuer": issuer, "subject": "repo:a/b"}},
        {"trustIssuer": {"issuer": issuer, "keys": keys}},
    ]);
    client.command("trust", &trusted).done();
    let ask = |label: &str, app: &str, assertion: &str| {
        let fields = [
            ("client_id", client.app(app).0),
            ("client_secret", ""),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        own(client, label, &fields)
    };
    for claims in [
        json!({"iss": issuer, "sub": "repo:a/b", "aud": "api://AzureADTokenExchange"}),
        json!({"iss": issuer, "sub": "repo:a/c", "aud": "api://AzureADTokenExchange"}),
        json!({"iss": "https://elsewhere.example", "sub": "repo:a/b", "aud": "api://AzureADTokenExchange"}),
        json!({"iss": issuer, "sub": "repo:a/b", "aud": "api://other"}),
        json!({"iss": issuer, "sub": "repo:a/b", "aud": "api://AzureADTokenExchange", "exp": 5}),
    ] {
        let minted =
            client.control("mint", "POST", "…/tokens", json!({ "claims": claims }).to_string()).done();
        ask("federated", "middle-tier", &minted.member("token"));
        ask("certificate", "certificate", &minted.member("token"));
    }
    ask("nonsense", "certificate", "nonsense");
    let id = client.app("certificate").0;
    let header = json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprint()});
    // The clock stands at 2026-11-24T00:00:00Z.
    let now = 1_795_478_400_i64;
    let endpoint = client.login("/oauth2/v2.0/token");
    let said = json!({"iss": id, "sub": id, "aud": endpoint, "jti": "x", "nbf": now, "exp": now + 600});
    ask("signed", "certificate", &signed(&header, &said)).done();
    ask("of-another", "full", &signed(&header, &said));
    ask("no-thumbprint", "certificate", &signed(&json!({"alg": "RS256"}), &said));
    for (name, value) in [
        ("aud", json!("https://evil.example/token")),
        ("exp", json!(now - 600)),
        ("exp", json!(null)),
        ("nbf", json!(now + 3_600)),
        ("iss", json!("11111111-2222-4333-8444-555555555555")),
        ("sub", json!("11111111-2222-4333-8444-555555555555")),
    ] {
        let mut other = said.clone();
        other[name] = value;
        ask(&format!("signed-{name}"), "certificate", &signed(&header, &other));
    }
}

fn signed(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let text = format!("{}.{}", part(header), part(claims));
    let key = RsaKeyPair::from_pkcs8(&der(KEY)).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    // This signature knows no chance, whatever randomness it is handed.
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", base64url(&signature))
}

fn thumbprint() -> String {
    base64url(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der(CERTIFICATE)).as_ref())
}

fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let digits: Vec<u32> =
        lines.flat_map(str::chars).filter_map(|c| DIGITS.find(c)).map(|digit| digit as u32).collect();
    let bytes = digits.chunks(4).flat_map(|chunk| {
        let bits = (0..4).fold(0, |bits, at| (bits << 6) | chunk.get(at).copied().unwrap_or(0));
        bits.to_be_bytes()[1..chunk.len()].to_vec()
    });
    bytes.collect()
}

fn base64url(bytes: &[u8]) -> String {
    base64(bytes).replace('+', "-").replace('/', "_").replace('=', "")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    let digits = |chunk: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| (bits << 8) | u32::from(chunk.get(at).copied().unwrap_or(0)));
        let digit = |at: usize| char::from(DIGITS.as_bytes()[(bits >> (18 - 6 * at) & 63) as usize]);
        (0..4).map(|at| if at <= chunk.len() { digit(at) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}
