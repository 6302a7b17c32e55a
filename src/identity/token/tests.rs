use super::*;
use crate::identity::keys;

fn mint(claims: &AccessClaims) -> String {
    sign(claims, keys::numbered(0))
}

pub(in crate::identity) fn claims(serial: u128) -> AccessClaims {
    let identity = TenantIdentity::new(1, "contoso", 0);
    let issued = VirtualTime::parse("2026-11-24T08:00:00Z").unwrap();
    let common = Common {
        identity: &identity,
        issuer: "https://sts.windows.net/tenant/",
        issued,
        lived: issued,
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
    AccessClaims::for_application(&common, Guid::from_bits(2), &["investigation.read".to_owned()])
}

#[test]
fn claims_are_written_in_the_order_of_the_genuine_token() {
    let token = mint(&claims(7));
    let part = |at| base64::decode_url(token.split('.').nth(at).unwrap()).unwrap();
    let kid = keys::numbered(0).kid();
    assert_eq!(
        String::from_utf8(part(0)).unwrap(),
        format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{kid}","kid":"{kid}"}}"#)
    );
    let written: serde_json::Value = serde_json::from_slice(&part(1)).unwrap();
    let names: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "aud",
            "iss",
            "iat",
            "nbf",
            "exp",
            "aio",
            "app_displayname",
            "appid",
            "appidacr",
            "idp",
            "idtyp",
            "oid",
            "rh",
            "roles",
            "sub",
            "tenant_region_scope",
            "tid",
            "uti",
            "ver"
        ]
    );
    assert_eq!(written["exp"].as_i64(), written["iat"].as_i64().map(|at| at + 3_599));
    assert_eq!(written["sub"], written["oid"]);
    assert_eq!(written["uti"].as_str().unwrap().len(), 22);
}

#[test]
fn tokens_are_unique_by_serial_and_reproducible() {
    assert_eq!(mint(&claims(7)), mint(&claims(7)));
    assert_ne!(claims(7).uti, claims(8).uti);
    assert_ne!(claims(7).aio, claims(7).rh);
}

#[test]
fn the_uti_claim_reveals_the_time_of_issue_to_its_own_tenant_only() {
    let identity = TenantIdentity::new(1, "contoso", 0);
    assert_eq!(issued_at(&identity, &claims(7).uti), VirtualTime::parse("2026-11-24T08:00:00Z"));
    assert_ne!(
        issued_at(&TenantIdentity::new(1, "contoso", 1), &claims(7).uti),
        issued_at(&identity, &claims(7).uti)
    );
    assert_eq!(issued_at(&identity, "AAAA"), None);
}

#[test]
fn a_client_without_permissions_has_no_roles_claim() {
    let bare = AccessClaims { roles: Vec::new(), ..claims(1) };
    assert!(!serde_json::to_string(&bare).unwrap().contains("roles"));
}

#[test]
fn the_tid_of_an_unverified_token_is_read_and_malformed_tokens_have_none() {
    let id = TenantIdentity::new(1, "contoso", 0).id;
    let token = mint(&claims(1));
    assert_eq!(peek_tid(&token), Some(id));
    // The token is only read, not verified, so the signature does not matter.
    let (signed, _) = token.rsplit_once('.').unwrap();
    assert_eq!(peek_tid(&format!("{signed}.")), Some(id));
    let encoded = |text: &str| format!("x.{}.x", base64::encode_url(text.as_bytes()));
    for text in [
        String::new(),
        "..".to_owned(),
        "a.b".to_owned(),
        "a.%.c".to_owned(),
        encoded("{}"),
        encoded("[]"),
        encoded(r#"{"tid":1}"#),
        encoded(r#"{"tid":"contoso"}"#),
        encoded(&"[".repeat(10_000)),
        format!("x.{}.x", base64::encode_url(&[0xff, 0xfe])),
        "A".repeat(1_000_000),
    ] {
        assert_eq!(peek_tid(&text), None);
    }
}
