//! Tokens of other issuers, and the key sets that judge them.

use aws_lc_rs::signature::KeyPair;

use super::*;

const ISSUER: &str = "https://issuer.example";
const SUBJECT: &str = "repo:example/app:ref:refs/heads/main";
const EXCHANGE: &str = "api://AzureADTokenExchange";
const TRUSTED: [Federated<'static>; 2] = [
    Federated { issuer: "https://other.example", subject: "other", audience: EXCHANGE },
    Federated { issuer: ISSUER, subject: SUBJECT, audience: EXCHANGE },
];

fn federated_claims(changes: &Value) -> Value {
    let mut all = claims(&json!({"iss": ISSUER, "sub": SUBJECT, "aud": [EXCHANGE]}));
    for (name, value) in changes.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

/// The key set of the issuer: a key of this simulator under the id `one`, the EC key of the fixtures as `two`.
fn key_set() -> Value {
    let one = keys::numbered(0).public();
    let two = elliptic_key(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let (x, y) = two.public_key().as_ref()[1..].split_at(32);
    json!({"keys": [
        {"kty": "oct", "kid": "zero", "k": "AA"},
        {"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": one.n, "e": one.e},
        {"kty": "EC", "kid": "two", "crv": "P-256", "x": base64::encode_url(x), "y": base64::encode_url(y)},
    ]})
}

fn judged_federated(assertion: &str, keys: &Value) -> Result<(), AssertionError> {
    let keys = JsonWebKeys::read(keys).unwrap();
    judge_federated(assertion, &TRUSTED, &|issuer| (issuer == ISSUER).then_some(&keys), NOW)
}

fn of_issuer(header: &Value, changes: &Value) -> String {
    assembled(header, &federated_claims(changes), &|message| keys::numbered(0).sign(message))
}

#[test]
fn a_token_of_a_trusted_issuer_is_accepted() {
    let kid = json!({"alg": "RS256", "kid": "one"});
    assert_eq!(judged_federated(&of_issuer(&kid, &json!({})), &key_set()), Ok(()));
    assert_eq!(judged_federated(&of_issuer(&json!({"alg": "RS256"}), &json!({})), &key_set()), Ok(()));
    let elliptic = assembled(
        &json!({"alg": "ES256", "kid": "two"}),
        &federated_claims(&json!({"aud": EXCHANGE})),
        &|message| elliptic(message, &ECDSA_P256_SHA256_FIXED_SIGNING),
    );
    assert_eq!(judged_federated(&elliptic, &key_set()), Ok(()));
    assert_eq!(peek_issuer(&elliptic).as_deref(), Some(ISSUER));
}

#[test]
fn a_federated_token_matches_in_issuer_subject_and_audience() {
    let presented = |text: &str| text.to_owned();
    for (changes, expected) in [
        (
            json!({"iss": "https://issuer.example/"}),
            AssertionError::UnmatchedIssuer { presented: presented("https://issuer.example/") },
        ),
        (json!({"sub": "other"}), AssertionError::UnmatchedSubject { presented: presented("other") }),
        (
            json!({"aud": EXCHANGE.to_lowercase()}),
            AssertionError::UnmatchedAudience { presented: EXCHANGE.to_lowercase() },
        ),
        (
            json!({"iss": "https://other.example", "sub": "other"}),
            AssertionError::IssuerKeysUnknown { issuer: presented("https://other.example") },
        ),
    ] {
        let assertion = of_issuer(&json!({"alg": "RS256", "kid": "one"}), &changes);
        assert_eq!(judged_federated(&assertion, &key_set()), Err(expected));
    }
    let late = of_issuer(&json!({"alg": "RS256"}), &json!({"exp": NOW.seconds() - 300}));
    assert!(matches!(judged_federated(&late, &key_set()), Err(AssertionError::OutOfTime { .. })));
}

#[test]
fn a_federated_token_is_signed_with_a_key_of_its_issuer() {
    let signed = |header: Value| judged_federated(&of_issuer(&header, &json!({})), &key_set());
    let unknown = |kid: &str| Err(AssertionError::UnknownIssuerKey { kid: kid.to_owned() });
    assert_eq!(signed(json!({"alg": "RS256", "kid": "three"})), unknown("three"));
    assert_eq!(signed(json!({"alg": "RS256", "kid": "two"})), unknown("two"));
    // The key is for RS256 only, by its own word.
    assert_eq!(signed(json!({"alg": "PS256", "kid": "one"})), unknown("one"));
    assert_eq!(signed(json!({"alg": "PS256"})), unknown(""));
    let forged =
        assembled(&json!({"alg": "RS256", "kid": "one"}), &federated_claims(&json!({})), &|message| {
            rsa(message, &RSA_PKCS1_SHA256)
        });
    let bad = AssertionError::BadSignature { key: "one".to_owned() };
    assert_eq!(judged_federated(&forged, &key_set()), Err(bad));
}

#[test]
fn errors_in_a_key_set_name_the_key_and_the_member() {
    assert_eq!(JsonWebKeys::read(&key_set()).unwrap().count(), 2);
    let one = key_set()["keys"][1].clone();
    let changed = |name: &str, value: Value| {
        let mut key = one.clone();
        key[name] = value;
        json!({"keys": [one, key]})
    };
    let off_the_curve = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]});
    for (set, expected) in [
        (json!(null), "keys: no list"),
        (json!({"keys": {}}), "keys: no list"),
        (json!({"keys": []}), "keys: none of kind"),
        (json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}), "keys: none of kind"),
        (json!({"keys": vec![one.clone(); MAX_KEYS + 1]}), "keys: more than 32"),
        (json!({"keys": ["x"]}), "keys[0]: no object"),
        (json!({"keys": [{}]}), "keys[0].kty: missing"),
        (changed("kty", json!(7)), "keys[1].kty: no text"),
        (changed("n", json!(null)), "keys[1].n: missing"),
        (changed("n", json!("a b")), "keys[1].n: no base64url"),
        (changed("n", json!("AQAB")), "keys[1]: no RSA key"),
        (changed("e", json!("AA")), "keys[1]: no RSA key"),
        (changed("e", json!("")), "keys[1]: no RSA key"),
        (changed("alg", json!("ES256")), "keys[1].alg: not for a key of kind RSA"),
        (off_the_curve, "keys[0]: no point"),
    ] {
        let said = JsonWebKeys::read(&set).unwrap_err();
        assert!(said.starts_with(expected), "{said}");
    }
    for passed_over in [changed("use", json!("enc")), changed("alg", json!("RS512"))] {
        assert_eq!(JsonWebKeys::read(&passed_over).unwrap().count(), 1);
    }
    assert_eq!(format!("{:?}", JsonWebKeys::read(&key_set()).unwrap()), r#"["one", "two"]"#);
}
