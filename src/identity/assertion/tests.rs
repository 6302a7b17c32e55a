//! Assertions made by openssl and by the tests themselves, judged.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

use super::*;
use crate::identity::keys;

mod federated;

const CLIENT: &str = "11111111-2222-3333-4444-555555555555";
const ENDPOINT: &str = "https://login.example/token";

/// The instant at which the assertions of openssl were made, by their own word.
const NOW: VirtualTime = VirtualTime::from_millis(1_800_000_000_000);

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_or_base64(match name {
        "rsa" => include_str!("../../../fixtures/keys/client-certificate.pem"),
        _ => include_str!("../../../fixtures/keys/client-ec-certificate.pem"),
    })
    .unwrap()
}

fn pkcs8(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::decode_standard(&body).unwrap()
}

fn rsa(message: &[u8], encoding: &'static dyn RsaEncoding) -> Vec<u8> {
    let key = RsaKeyPair::from_pkcs8(&pkcs8(include_str!("../../../fixtures/keys/client-key.pem"))).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

fn elliptic(message: &[u8], form: &'static EcdsaSigningAlgorithm) -> Vec<u8> {
    elliptic_key(form).sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

fn elliptic_key(form: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let pem = include_str!("../../../fixtures/keys/client-ec-key.pem");
    EcdsaKeyPair::from_pkcs8(form, &pkcs8(pem)).unwrap()
}

fn assembled(header: &Value, claims: &Value, sign: &dyn Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| base64::encode_url(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(claims));
    format!("{signed}.{}", base64::encode_url(&sign(signed.as_bytes())))
}

/// With RS256 under the RSA certificate.
fn usual(claims: &Value) -> String {
    let header = json!({"alg": "RS256", "x5t": certificate("rsa").thumbprint_x5t()});
    assembled(&header, claims, &|message| rsa(message, &RSA_PKCS1_SHA256))
}

fn claims(changes: &Value) -> Value {
    let now = NOW.seconds();
    let mut claims = json!({"iss": CLIENT, "sub": CLIENT, "aud": ENDPOINT, "jti": "x", "exp": now + 600});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn judged_at(assertion: &str, now: VirtualTime) -> Result<(), AssertionError> {
    let (rsa, elliptic) = (certificate("rsa"), certificate("elliptic"));
    judge(assertion, CLIENT, &[&elliptic, &rsa], &|audience| audience == ENDPOINT, now)
}

fn judged(assertion: &str) -> Result<(), AssertionError> {
    judged_at(assertion, NOW)
}

fn error(changes: &Value) -> AssertionError {
    judged(&usual(&claims(changes))).unwrap_err()
}

/// Made with `openssl dgst -sha256 -sign`, for PS256 with `rsa_padding_mode:pss` and `rsa_pss_saltlen:32`. The one
/// in ES256 has its signature in ASN.1.
const OF_OPENSSL: [&str; 3] = [
    "eyJhbGciOiJQUzI1NiIsIng1dCNTMjU2IjoiOU1UakF5Q09POFFrTjdRNmpLMks4NWhHX1ZmZmoxZ1FKUUZuSGhSMDQ1VSJ9.eyJ\
     pc3MiOiIxMTExMTExMS0yMjIyLTMzMzMtNDQ0NC01NTU1NTU1NTU1NTUiLCJzdWIiOiIxMTExMTExMS0yMjIyLTMzMzMtNDQ0NC0\
     1NTU1NTU1NTU1NTUiLCJhdWQiOiJodHRwczovL2xvZ2luLmV4YW1wbGUvdG9rZW4iLCJleHAiOjE4MDAwMDA2MDB9.D2r1n9XvIJ\
     ihISIB4YggzT2aYTOC0yFApkFOwRGVl8XP5GSvV1awa2xmIDpufGpgxHpu2xKWvHN54VzvJaFLG0-1ZjW3s5E_nL4blsYUIFY7E0\
     fnApwZMaXGRjW4WfDYBwV3tMxwJfHxjPqoSr1UZ2EdzxeEC41dGaUI8jdUENutVzKECSFCmXSXxgYp6QniLqT5J47fPerQKS3hQd\
     c_UHLhVwBoaP57rejAp6zf2lDOxZB3GWTif8TQLGUichKfIUOHJNorngAippzjKtQewFuJZO80d7mPGXSe6fB0IdNaJhEVZmdBUP\
     rBpOAMdAFLA_K8VDFe1bGoPVe9QjOhlg",
    "eyJhbGciOiJSUzI1NiIsIng1dCI6IlAzbmdvZUhuSlpxcVlmTDFiQXNQRFBWV2MwTT0ifQ.eyJpc3MiOiIxMTExMTExMS0yMjIyL\
     TMzMzMtNDQ0NC01NTU1NTU1NTU1NTUiLCJzdWIiOiIxMTExMTExMS0yMjIyLTMzMzMtNDQ0NC01NTU1NTU1NTU1NTUiLCJhdWQiO\
     iJodHRwczovL2xvZ2luLmV4YW1wbGUvdG9rZW4iLCJleHAiOjE4MDAwMDA2MDB9.c-t_4y0vico8VaCmVnxaLtgCT5KA7dhgJD4e\
     ITO8q-Hs-gtTpS4twhI61sAB7D4xaXuPPu3D9H7AwI3CYC8_QXfb3oBAbdxgn7Jk8SvoGfPNO7yXNEmTJy9ISvDrbkUvJZDrdA9n\
     B0YcYEYLL7zFHpjn0zErI7tkW1qu9hbiLIx-OrM5z8JUIvNSUvWwsOlPfA_jyXq878E0pQ6Cvt9Il7RJQhdfk_7kxOorDFZJZK_O\
     lfgL5SiSLg52Jy2moc9m-hxvTLKwfLVvSxkNgPgZQWCeUkQy4Kd_1zQ26zI8Cul10QM_tp5RNZy80W3FlmkLlpHgOG0xs2An3KuM\
     8CMR9A",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IjhsQ3ZxZEMxTzR0T3pwRjF1d2owRTJFczA2MD0ifQ.eyJpc3MiOiIxMTExMTExMS0yMjIyL\
     TMzMzMtNDQ0NC01NTU1NTU1NTU1NTUiLCJzdWIiOiIxMTExMTExMS0yMjIyLTMzMzMtNDQ0NC01NTU1NTU1NTU1NTUiLCJhdWQiO\
     iJodHRwczovL2xvZ2luLmV4YW1wbGUvdG9rZW4iLCJleHAiOjE4MDAwMDA2MDB9.MEUCIQDllfhmOMoo1GxUs0tFbRujHfI1Dsvi\
     D0YbEfHZs47jDwIgGBlCPYoVDTL12FFmPvLAizDa81qin8cmGXQrHRUgxxg",
];

#[test]
fn assertions_signed_by_openssl_are_accepted() {
    for assertion in OF_OPENSSL {
        assert_eq!(judged(assertion), Ok(()), "{assertion}");
        assert_eq!(peek_issuer(assertion).as_deref(), Some(CLIENT));
    }
}

#[test]
fn every_algorithm_and_thumbprint_header_is_accepted() {
    let (rsa_, elliptic_) = (certificate("rsa"), certificate("elliptic"));
    type Sign<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;
    let ways: [(&str, &Certificate, Sign<'_>); 4] = [
        ("RS256", &rsa_, &|message| rsa(message, &RSA_PKCS1_SHA256)),
        ("PS256", &rsa_, &|message| rsa(message, &RSA_PSS_SHA256)),
        ("ES256", &elliptic_, &|message| elliptic(message, &ECDSA_P256_SHA256_FIXED_SIGNING)),
        ("ES256", &elliptic_, &|message| elliptic(message, &ECDSA_P256_SHA256_ASN1_SIGNING)),
    ];
    for (alg, certificate, sign) in ways {
        let (sha1, sha256) = (certificate.thumbprint_x5t(), certificate.thumbprint_x5t_s256());
        for header in [
            json!({"alg": alg, "x5t": sha1}),
            json!({"alg": alg, "x5t": format!("{sha1}=")}),
            json!({"alg": alg, "x5t#S256": sha256, "x5c": ["MIIB"], "typ": "JWT"}),
            json!({"alg": alg, "x5t#S256": format!("{sha256}=")}),
            json!({"alg": alg, "kid": format!("{sha1}=")}),
            json!({"alg": alg, "kid": "key of the day", "x5t": sha1}),
        ] {
            assert_eq!(judged(&assembled(&header, &claims(&json!({})), sign)), Ok(()), "{header}");
        }
    }
}

#[test]
fn assertions_with_fractional_times_audience_lists_and_upper_case_ids_are_accepted() {
    let now = NOW.seconds();
    for changes in [
        json!({"exp": now as f64 + 600.75, "iat": now as f64 + 0.123456}),
        json!({"nbf": now + 1}),
        json!({"aud": ["https://other.example", ENDPOINT]}),
        json!({"iss": CLIENT.to_uppercase()}),
        json!({"exp": 1e300}),
        json!({"exp": now, "nbf": now + 300}),
    ] {
        assert_eq!(judged(&format!("{}\r\n", usual(&claims(&changes)))), Ok(()), "{changes}");
    }
}

#[test]
fn clock_skew_of_five_minutes_is_tolerated() {
    let (now, minute) = (NOW.seconds(), 60);
    let instant = |seconds: i64| VirtualTime::from_millis(seconds * 1_000);
    for (changes, from) in [
        (json!({"exp": now - 5 * minute}), None),
        (json!({"exp": now - 5 * minute, "iat": now - 9 * minute}), Some(now - 9 * minute)),
        (json!({"exp": now + 600, "nbf": now + 5 * minute + 1, "iat": 0}), Some(now + 5 * minute + 1)),
        (json!({"exp": -1e300}), None),
    ] {
        let AssertionError::OutOfTime { now, from: said, until } = error(&changes) else {
            panic!("{changes}")
        };
        assert_eq!((now, said), (NOW, from.map(instant)));
        if let Some(exp) = changes["exp"].as_i64() {
            assert_eq!(until, instant(exp));
        }
    }
    assert_eq!(judged(&usual(&claims(&json!({"exp": now - 5 * minute + 1})))), Ok(()));
}

#[test]
fn an_assertion_of_another_client_or_audience_is_refused() {
    let other = "99999999-2222-3333-4444-555555555555";
    for changes in [json!({"iss": other}), json!({"sub": other})] {
        assert_eq!(error(&changes), AssertionError::WrongClient { presented: other.to_owned() });
    }
    let wrong = |presented: &str| AssertionError::WrongAudience { presented: presented.to_owned() };
    assert_eq!(error(&json!({"aud": "https://other.example"})), wrong("https://other.example"));
    assert_eq!(error(&json!({"aud": ["a", "b"]})), wrong("a b"));
    assert_eq!(error(&json!({"aud": []})), wrong(""));
    let long = AssertionError::WrongClient { presented: "é".repeat(MAX_SHOWN) };
    assert_eq!(error(&json!({"sub": "é".repeat(2_000)})), long);
}

#[test]
fn a_missing_required_claim_is_named() {
    for name in ["iss", "sub", "aud", "exp"] {
        let mut claims = claims(&json!({}));
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(judged(&usual(&claims)), Err(AssertionError::MissingClaim(name)));
    }
}

#[test]
fn the_certificate_must_be_registered_and_valid() {
    let unknown =
        |thumbprint: &str| Err(AssertionError::UnknownCertificate { thumbprint: thumbprint.to_owned() });
    let signed = |header: &Value| {
        judged(&assembled(header, &claims(&json!({})), &|message| rsa(message, &RSA_PKCS1_SHA256)))
    };
    assert_eq!(signed(&json!({"alg": "RS256", "x5t": "AAH_"})), unknown("0001FF"));
    assert_eq!(signed(&json!({"alg": "RS256", "x5t#S256": "AAE="})), unknown("0001"));
    assert_eq!(signed(&json!({"alg": "RS256", "kid": "no thumbprint"})), unknown(""));
    assert_eq!(signed(&json!({"alg": "RS256", "kid": "A".repeat(10_000)})), unknown(""));
    assert_eq!(signed(&json!({"alg": "RS256"})), unknown(""));
    let usual = usual(&claims(&json!({"exp": 9e9, "nbf": 0})));
    assert_eq!(judge(&usual, CLIENT, &[], &|_| true, NOW), unknown(&certificate("rsa").sha1_hex()));

    let (from, until) = certificate("rsa").validity();
    let thumbprint = certificate("rsa").sha1_hex();
    let out = Err(AssertionError::CertificateOutOfTime { thumbprint, from, until });
    assert_eq!(judged_at(&usual, until), Ok(()));
    assert_eq!(judged_at(&usual, until + Span::millis(1)), out);
    assert_eq!(judged_at(&usual, from - Span::millis(1)), out);
}

#[test]
fn a_signature_of_another_key_or_algorithm_is_refused() {
    let bad = |name: &str| Err(AssertionError::BadSignature { key: certificate(name).sha1_hex() });
    let with = |alg: &str, name: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let header = json!({"alg": alg, "x5t": certificate(name).thumbprint_x5t()});
        judged(&assembled(&header, &claims(&json!({})), sign))
    };
    assert_eq!(with("RS256", "rsa", &|message| keys::numbered(0).sign(message)), bad("rsa"));
    assert_eq!(with("RS256", "rsa", &|message| rsa(message, &RSA_PSS_SHA256)), bad("rsa"));
    assert_eq!(with("PS256", "rsa", &|message| rsa(message, &RSA_PKCS1_SHA256)), bad("rsa"));
    assert_eq!(
        with("ES256", "rsa", &|message| elliptic(message, &ECDSA_P256_SHA256_FIXED_SIGNING)),
        bad("rsa")
    );
    assert_eq!(with("RS256", "elliptic", &|message| rsa(message, &RSA_PKCS1_SHA256)), bad("elliptic"));
    for signature in [vec![], vec![0; 64], vec![0; 256], vec![0xff; 71]] {
        assert_eq!(with("RS256", "rsa", &|_| signature.clone()), bad("rsa"));
        assert_eq!(with("ES256", "elliptic", &|_| signature.clone()), bad("elliptic"));
    }
    // The claims of one under the signature of another.
    let (one, two) = (usual(&claims(&json!({"jti": "1"}))), usual(&claims(&json!({"jti": "2"}))));
    let mixed = format!("{}.{}", one.rsplit_once('.').unwrap().0, two.rsplit_once('.').unwrap().1);
    assert_eq!(judged(&mixed), bad("rsa"));
}

#[test]
fn only_asymmetric_algorithms_are_accepted() {
    for alg in ["none", "HS256", "RS1", "RS512", "rs256", "ES384", ""] {
        let header = json!({"alg": alg, "x5t": certificate("rsa").thumbprint_x5t()});
        let assertion = assembled(&header, &claims(&json!({})), &|_| vec![]);
        let unsupported = AssertionError::UnsupportedAlgorithm { alg: alg.to_owned() };
        assert_eq!(judged(&assertion), Err(unsupported), "{alg}");
    }
}

#[test]
fn malformed_assertions_are_refused_as_malformed() {
    let good = usual(&claims(&json!({})));
    let part = |text: &str| base64::encode_url(text.as_bytes());
    let deep = part(&format!("{{\"alg\":{}", "[".repeat(20_000)));
    for text in [
        String::new(),
        ".".into(),
        "..".into(),
        "a.b.c".into(),
        format!("{good}.x"),
        format!("{good}="),
        good.replace('.', "/"),
        good.rsplit_once('.').unwrap().0.to_owned(),
        format!("{}.{}.AA", part("[]"), part("{}")),
        format!("{}.{}.AA", part("{}"), part("{}")),
        format!("{}.{}.AA", part(r#"{"alg":"RS256","kid":7}"#), part("{}")),
        format!("{}.{}.AA", part(r#"{"alg":"RS256","crit":["exp"]}"#), part("{}")),
        format!("{}.{}.AA", part(r#"{"alg":"RS256"}"#), part(r#"{"exp":"soon"}"#)),
        format!("{}.{}.AA", part(r#"{"alg":"RS256"}"#), part(r#"{"aud":{"a":1}}"#)),
        format!("{}.{}.AA", part(r#"{"alg":"RS256"}"#), part(r#"{"iss":"a","iss":"b"}"#)),
        format!("{deep}.{}.AA", part("{}")),
        "é".repeat(100),
        "A".repeat(100_000),
    ] {
        assert_eq!(judged(&text), Err(AssertionError::Malformed), "{text:.60}");
        assert_eq!(peek_issuer(&text), None, "{text:.60}");
    }
}
