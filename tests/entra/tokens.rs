//! Minted tokens: their claims, and that every deliberate defect is detected.

use mock_defender::identity::Verifier;
use serde_json::{Value, json};

use crate::kit::{Kit, json, text};

fn minted(kit: &Kit, wish: &Value) -> Value {
    let answer = kit.mock("POST", "/_mock/tenants/contoso/tokens", &wish.to_string());
    assert_eq!(answer.status, 201, "{}", text(&answer));
    json(&answer)
}

/// Lists and closes alerts with a token: the two statuses, and what the log holds against the list.
fn tried(kit: &Kit, token: &Value) -> (u16, u16, String) {
    let headers = [("authorization", token["authorization"].as_str().unwrap())];
    let list = kit.send("GET", &kit.url("/api/v1/alerts/?limit=1"), &headers, "").status.as_u16();
    let why = json(&kit.mock("GET", "/_mock/tenants/contoso/requests/last", ""))["reason"].clone();
    let close = kit.url("/api/v1/alerts/close_benign/");
    let closed = kit.send("POST", &close, &headers, r#"{"filters": {"id": {"eq": ["x"]}}}"#).status.as_u16();
    (list, closed, why.as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_minted_token_gives_the_access_of_its_roles() {
    let kit = Kit::tiny();
    let full = minted(&kit, &json!({}));
    assert_eq!(full["claims"]["appid"], kit.tenant.world().registrations[0].client_id.to_string());
    assert_eq!(full["claims"]["exp"].as_i64(), full["claims"]["iat"].as_i64().map(|at| at + 3_599));
    assert_eq!(full["header"]["alg"], "RS256");
    let (list, close, _) = tried(&kit, &full);
    assert!(list == 200 && close != 401 && close != 403, "{list} {close}");
    // The claims are those of the token.
    let token = full["token"].as_str().unwrap();
    let verified = Verifier::new().verify(token, kit.tenant.now(), &[0, 1]).unwrap();
    assert_eq!(json!(verified.roles), full["claims"]["roles"]);

    let view =
        minted(&kit, &json!({"app": "unconsented", "roles": ["investigation.read"], "lifetime": "PT5M"}));
    assert_eq!(view["claims"]["exp"].as_i64(), view["claims"]["iat"].as_i64().map(|at| at + 300));
    let (list, close, _) = tried(&kit, &view);
    assert_eq!((list, close), (200, 403));
    // Without roles of its own it carries what was granted: nothing.
    assert_eq!(minted(&kit, &json!({"app": "unconsented"}))["claims"].get("roles"), None);
    let more =
        json!({"claims": {"ver": "9", "extra": [1], "idtyp": null}, "issuedAt": "2026-11-24T00:00:00Z"});
    let claims = minted(&kit, &more)["claims"].clone();
    assert_eq!((&claims["ver"], &claims["extra"], claims.get("idtyp")), (&json!("9"), &json!([1]), None));
    assert_eq!(claims["iat"], 1_795_478_400);
}

#[test]
fn every_deliberately_invalid_minted_token_is_refused() {
    let kit = Kit::tiny();
    for (wish, said) in [
        (json!({"expired": true}), "expired at"),
        (json!({"notYetValid": true}), "not valid before"),
        (json!({"wrongAudience": true}), "audience"),
        (json!({"wrongTenant": true}), "tenant"),
        (json!({"badSignature": true}), "signature does not hold"),
        (json!({"unsigned": true}), "none"),
        (json!({"app": "7b9f4c5e-0000-4000-8000-000000000001"}), "7b9f4c5e-0000-4000-8000-000000000001"),
    ] {
        let (list, close, why) = tried(&kit, &minted(&kit, &wish));
        assert_eq!((list, close), (401, 401), "{wish}");
        assert!(why.contains(said), "{wish}: {why}");
    }
}

#[test]
fn an_impossible_token_request_is_refused_with_the_field() {
    let kit = Kit::tiny();
    for (wish, field) in [
        (json!({"app": "nobody"}), "app"),
        (json!({"lifetime": "soon"}), "lifetime"),
        (json!({"lifetime": "-PT1H"}), "lifetime"),
        (json!({"expired": true, "notYetValid": true}), "notYetValid"),
        (json!({"badSignature": true, "unsigned": true}), "unsigned"),
        (json!({"expired": true, "issuedAt": "2026-11-24T00:00:00Z"}), "issuedAt"),
        (json!({"roles": vec!["x"; 201]}), "roles"),
    ] {
        let answer = kit.mock("POST", "/_mock/tenants/contoso/tokens", &wish.to_string());
        assert_eq!(
            (answer.status.as_u16(), &json(&answer)["error"]["target"]),
            (400, &json!(field)),
            "{wish}"
        );
    }
    let unknown = kit.mock("POST", "/_mock/tenants/contoso/tokens", r#"{"rolls": []}"#);
    assert!(text(&unknown).contains("unknown field `rolls`"), "{}", text(&unknown));
}
