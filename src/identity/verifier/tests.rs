use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::*;
use crate::identity::AccessClaims;
use crate::identity::keys::SigningKey;
use crate::identity::token::{APPLICATION_LIFETIME, Common, Proof, sign};
use crate::tenant::TenantIdentity;

fn at(text: &str) -> VirtualTime {
    VirtualTime::parse(text).unwrap()
}

fn noon() -> VirtualTime {
    at("2026-11-24T12:00:00Z")
}

/// The keys that a tenant publishes at first, by number.
const PUBLISHED: [u32; 2] = [0, 1];

fn published() -> [&'static SigningKey; 2] {
    PUBLISHED.map(keys::numbered)
}

fn unpublished() -> &'static SigningKey {
    keys::numbered(2)
}

fn mint(claims: &AccessClaims) -> String {
    sign(claims, keys::numbered(0))
}

fn claims(serial: u128) -> AccessClaims {
    let common = Common {
        identity: &TenantIdentity::new(1, "contoso", 0),
        issuer: "https://sts.windows.net/tenant/",
        issued: noon(),
        lived: noon(),
        lifetime: APPLICATION_LIFETIME,
        serial,
        audience: "05a65629-4c1b-48c1-a78b-804c4abdd4af",
        v2: false,
        client: Guid::from_bits(1),
        display_name: "Test client",
        proof: Proof::Secret,
        directory: false,
        wids: &[],
        challenges: false,
        own: None,
    };
    let roles = ["investigation.read", "discovery.read"].map(str::to_owned);
    AccessClaims::for_application(&common, Guid::from_bits(2), &roles)
}

fn error(token: &str) -> TokenError {
    Verifier::new().verify(token, noon(), &PUBLISHED).unwrap_err()
}

/// A token with this header and the claims of a good one, signed by the current key.
fn with_header(header: &Value) -> String {
    let good = mint(&claims(1));
    let body = good.split('.').nth(1).unwrap();
    let signed = format!("{}.{body}", base64::encode_url(header.to_string().as_bytes()));
    let signature = base64::encode_url(&published()[0].sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[test]
fn a_valid_token_is_verified_with_its_claims_and_cached() {
    let verifier = Verifier::new();
    let token = mint(&claims(1));
    let verified = verifier.verify(&token, noon(), &PUBLISHED).unwrap();
    assert_eq!(verified.aud, "05a65629-4c1b-48c1-a78b-804c4abdd4af");
    assert_eq!(verified.tid, TenantIdentity::new(1, "contoso", 0).id);
    assert_eq!(verified.appid, Guid::from_bits(1));
    assert_eq!(verified.oid, Some(Guid::from_bits(2)));
    assert_eq!(verified.roles, ["investigation.read", "discovery.read"]);
    assert_eq!(verified.uti.as_deref(), Some(claims(1).uti.as_str()));
    let again = verifier.verify(&token, noon(), &PUBLISHED).unwrap();
    assert!(Arc::ptr_eq(&verified, &again), "remembered");
}

#[test]
fn the_jsonwebtoken_crate_accepts_the_token_with_the_published_key() {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    let key = published()[0].public();
    let mut rules = Validation::new(Algorithm::RS256);
    // Its own times come from the system clock.
    rules.validate_exp = false;
    rules.set_audience(&["05a65629-4c1b-48c1-a78b-804c4abdd4af"]);
    rules.set_issuer(&[claims(1).iss]);
    let by_components = DecodingKey::from_rsa_components(key.n, key.e).unwrap();
    let data = decode::<Value>(mint(&claims(1)), &by_components, &rules).unwrap();
    assert_eq!(data.header.kid.as_deref(), Some(key.kid));
    assert_eq!(data.claims["idtyp"], "app");
}

#[test]
fn tokens_of_every_published_key_are_accepted_and_of_others_refused() {
    assert!(Verifier::new().verify(&sign(&claims(1), published()[1]), noon(), &PUBLISHED).is_ok());
    assert_eq!(error(&sign(&claims(1), unpublished())), TokenError::UnknownKey);
    let kid = published()[0].kid();
    let lying = sign(&claims(1), unpublished());
    let header = base64::encode_url(format!(r#"{{"alg":"RS256","kid":"{kid}"}}"#).as_bytes());
    let (_, rest) = lying.split_once('.').unwrap();
    assert_eq!(error(&format!("{header}.{rest}")), TokenError::BadSignature);
    assert_eq!(error(&with_header(&json!({"alg": "RS256"}))), TokenError::UnknownKey);
}

#[test]
fn only_rs256_is_accepted() {
    let kid = published()[0].kid();
    let named = |alg: &str| TokenError::UnsupportedAlgorithm { alg: alg.to_owned() };
    for alg in ["none", "None", "HS256", "PS256", "RS512", "ES256", "rs256", ""] {
        assert_eq!(error(&with_header(&json!({"alg": alg, "kid": kid}))), named(alg));
    }
    let body = mint(&claims(1)).split('.').nth(1).unwrap().to_owned();
    let unsigned = format!("{}.{body}.", base64::encode_url(br#"{"alg":"none"}"#));
    assert_eq!(error(&unsigned), named("none"));
    // The old confusion: the public key taken as the secret of an HMAC.
    let header = base64::encode_url(format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#).as_bytes());
    let signed = format!("{header}.{body}");
    let secret = hmac::Key::new(hmac::HMAC_SHA256, published()[0].public().certificate.as_bytes());
    let mac = base64::encode_url(hmac::sign(&secret, signed.as_bytes()).as_ref());
    assert_eq!(error(&format!("{signed}.{mac}")), named("HS256"));
    assert_eq!(
        error(&with_header(&json!({"alg": "RS256", "kid": kid, "crit": ["b64"]}))),
        TokenError::NotAJwt
    );
}

#[test]
fn a_tampered_token_is_refused() {
    let verifier = Verifier::new();
    let token = mint(&claims(1));
    verifier.verify(&token, noon(), &PUBLISHED).unwrap();
    let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let richer = AccessClaims { roles: vec!["settings.manage".to_owned()], ..claims(1) };
    let richer = base64::encode_url(&serde_json::to_vec(&richer).unwrap());
    let cases = [
        format!("{header}.{richer}.{signature}"),
        format!("{header}.{body}.{}", &signature[..signature.len() - 6]),
        format!("{header}.{body}."),
        format!("{header}.{body}.{}", base64::encode_url(&[0; 256])),
    ];
    for forged in cases {
        assert_eq!(verifier.verify(&forged, noon(), &PUBLISHED), Err(TokenError::BadSignature), "{forged}");
    }
    for length in 0..token.len() {
        assert!(verifier.verify(&token[..length], noon(), &PUBLISHED).is_err(), "cut at {length}");
    }
}

#[test]
fn malformed_tokens_are_refused_as_malformed() {
    let good = mint(&claims(1));
    let [header, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let not_text = base64::encode_url(&[b'{', 0xff, 0xfe, b'}']);
    let cases = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "Bearer".to_owned(),
        format!("{header}.{body}"),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{header}.{body}.{signature}é"),
        format!("{not_text}.{body}.{signature}"),
        format!("[].{body}.{signature}"),
        format!("{}.{body}.{signature}", base64::encode_url(b"[]")),
        format!("{}.{body}.{signature}", base64::encode_url("[".repeat(5_000).as_bytes())),
        "A".repeat(1_000_000),
        format!("{}.{}.{}", "A".repeat(300_000), "B".repeat(300_000), "C".repeat(400_000)),
        "\u{0}".repeat(100),
    ];
    for text in cases {
        assert_eq!(error(&text), TokenError::NotAJwt, "{:.80}", text);
    }
}

#[test]
fn a_missing_required_claim_is_named() {
    let full =
        json!({"aud": "a", "tid": Guid::from_bits(3), "appid": Guid::from_bits(4), "exp": 9_999_999_999_i64});
    let key = published()[0];
    assert!(Verifier::new().verify(&sign(&full, key), noon(), &PUBLISHED).is_ok());
    for name in ["aud", "tid", "appid", "exp"] {
        let mut less = full.clone();
        less.as_object_mut().unwrap().remove(name);
        assert_eq!(error(&sign(&less, key)), TokenError::MissingClaim(name));
    }
    let mut odd = full;
    odd["exp"] = json!(i64::MAX);
    assert!(Verifier::new().verify(&sign(&odd, key), noon(), &PUBLISHED).is_ok());
    odd["exp"] = json!("soon");
    assert_eq!(error(&sign(&odd, key)), TokenError::NotAJwt);
}

#[test]
fn expiry_is_checked_on_every_call_even_for_cached_tokens() {
    let verifier = Verifier::new();
    let token = mint(&claims(1));
    let expiry = at("2026-11-24T12:59:59Z");
    let verify = |text: &str| verifier.verify(&token, at(text), &PUBLISHED).map(|_| ());
    assert_eq!(verify("2026-11-24T12:59:58.999Z"), Ok(()));
    assert_eq!(verify("2026-11-24T12:59:59Z"), Err(TokenError::Expired { at: expiry }));
    assert_eq!(verify("2027-11-24T12:00:00Z"), Err(TokenError::Expired { at: expiry }));
    assert_eq!(verify("2026-11-24T12:00:00Z"), Ok(()));
    assert_eq!(verify("2026-11-24T11:55:00Z"), Ok(()));
    assert_eq!(verify("2026-11-24T11:54:59Z"), Err(TokenError::NotYetValid { from: noon() }));
}

#[test]
fn the_cache_of_verified_tokens_is_bounded() {
    let verifier = Verifier::new();
    let key = published()[0];
    let small = |serial: usize| {
        json!({"aud": "a", "tid": Guid::from_bits(3), "appid": Guid::from_bits(4),
               "exp": 9_999_999_999_i64, "uti": serial.to_string()})
    };
    let verified = Arc::new(read(&sign(&small(0), key)).unwrap());
    // Remembering is what is tested; signing thousands of tokens would only take time.
    for serial in 0..REMEMBERED * 2 {
        verifier.remember(&format!("{serial:040}"), &verified);
    }
    let seen = verifier.seen.lock().unwrap();
    assert_eq!((seen.by_end.len(), seen.in_order.len()), (REMEMBERED, REMEMBERED));
}
