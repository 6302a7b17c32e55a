//! How long things last, by the tenant's clock; and which key signs.

use mock_defender::gateway::Answer;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use super::{CLOUD_APPS, VERIFIER, no};
use crate::browser::{
    Browser, authorize, claims, client, command, login, member, ok, refresh, refusal, secret, token,
    token_at, tokens, try_command,
};
use crate::kit::{Kit, json, text};

fn span(token: &Value) -> i64 {
    let claims = claims(token.as_str().unwrap());
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

fn for_application(kit: &Kit, scope: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &*client(kit, "full")),
        ("client_secret", &secret(kit, "full")),
        ("scope", scope),
    ];
    token(kit, &fields)
}

#[test]
fn a_refresh_token_lasts_ninety_days_without_use() {
    let kit = Kit::tiny();
    let held = member(&tokens(&kit, "user", "User.Read offline_access"), "refresh_token");
    kit.tenant.advance(Span::days(60)).unwrap();
    let next = member(&ok(&refresh(&kit, &held, &[])), "refresh_token");
    kit.tenant.advance(Span::days(30)).unwrap();
    let answer = refresh(&kit, &held, &[]);
    assert_eq!(refusal(&answer), no("invalid_grant", 700_082));
    let told = json(&answer);
    assert_eq!(told["suberror"], "bad_token");
    let text = told["error_description"].as_str().unwrap();
    assert!(
        text.contains("issued on 2026-11-24T00:00:00.0000000Z and was inactive for 90.00:00:00."),
        "{text}"
    );
    assert_eq!(refresh(&kit, &next, &[]).status, 200);
}

#[test]
fn the_refresh_tokens_of_a_page_last_a_day_altogether() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let spa = "http://localhost/spa";
    let more = [("redirect_uri", spa), ("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    let code = browser.consent(&authorize(&kit, "delegated", &more), "user").code();
    let id = client(&kit, "delegated");
    let ask = |fields: &[(&str, &str)]| {
        let mut all = vec![("client_id", id.as_str())];
        all.extend_from_slice(fields);
        token_at(&kit, &login(&kit, "/oauth2/v2.0/token"), &[("origin", "https://app.example")], &all)
    };
    let first = ok(&ask(&[
        ("grant_type", "authorization_code"),
        ("redirect_uri", spa),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ]));
    let again = |held: &str| ask(&[("grant_type", "refresh_token"), ("refresh_token", held)]);
    let mut held = member(&first, "refresh_token");
    for _ in 0..2 {
        kit.tenant.advance(Span::hours(11)).unwrap();
        held = member(&ok(&again(&held)), "refresh_token");
    }
    kit.tenant.advance(Span::hours(2)).unwrap();
    let answer = again(&held);
    assert_eq!(refusal(&answer), no("invalid_grant", 700_084));
    assert_eq!(json(&answer)["suberror"], "bad_token");
}

#[test]
fn a_sign_in_that_is_older_than_policy_allows_is_refreshed_no_more() {
    let kit = Kit::tiny();
    let held = member(&tokens(&kit, "user", "User.Read offline_access"), "refresh_token");
    command(&kit, &json!({"setPolicies": {"signInFrequency": 90000}}));
    kit.tenant.advance(Span::hours(24)).unwrap();
    assert_eq!(refresh(&kit, &held, &[]).status, 200);
    kit.tenant.advance(Span::hours(1)).unwrap();
    let answer = refresh(&kit, &held, &[]);
    assert_eq!(refusal(&answer), no("invalid_grant", 70_043));
    let told = json(&answer);
    assert_eq!(told["suberror"], "token_expired");
    let text = told["error_description"].as_str().unwrap();
    assert!(text.contains("2026-11-24T00:00:00.0000000Z") && text.contains("is 1.01:00:00."), "{text}");
}

#[test]
fn policy_says_how_long_tokens_last() {
    let kit = Kit::tiny();
    let usual = tokens(&kit, "user", "openid User.Read");
    assert!((3_600..5_400).contains(&span(&usual["access_token"])));
    assert_eq!(span(&usual["id_token"]), 3_600);
    command(&kit, &json!({"setPolicies": {"tokenLifetime": 600}}));
    let short = tokens(&kit, "user", "openid User.Read");
    assert_eq!((span(&short["access_token"]), span(&short["id_token"])), (600, 600));
    assert_eq!(short["expires_in"], 600);
    let own = ok(&for_application(&kit, ".default"));
    assert_eq!((span(&own["access_token"]), &own["expires_in"]), (600, &json!(600)));
    command(&kit, &json!({"setPolicies": {"tokenLifetime": 7200}}));
    assert_eq!(tokens(&kit, "user", "openid User.Read")["refresh_in"], 3_600);
    command(&kit, &json!({"setPolicies": {"tokenLifetime": 0}}));
    assert_eq!(span(&ok(&for_application(&kit, ".default"))["access_token"]), 3_599);
    for odd in [599, 86_401] {
        let answer = try_command(&kit, &json!({"setPolicies": {"tokenLifetime": odd}}));
        assert_eq!(answer.status, 400, "{odd}");
    }
    // Lives differ from token to token.
    let lives: std::collections::BTreeSet<i64> =
        (0..8).map(|_| span(&tokens(&kit, "user", "User.Read")["access_token"])).collect();
    assert!(lives.len() > 3, "{lives:?}");
}

#[test]
fn a_key_is_published_for_a_day_after_the_next_one_took_its_place() {
    let kit = Kit::tiny();
    let scope = format!("{CLOUD_APPS}/.default");
    let kid = |token: &str| -> String {
        let header = token.split('.').next().unwrap();
        let header: Value =
            serde_json::from_slice(&mock_defender::model::base64::decode_url(header).unwrap()).unwrap();
        header["kid"].as_str().unwrap().to_owned()
    };
    let own = || member(&ok(&for_application(&kit, &scope)), "access_token");
    let opens = |token: &str| {
        let bearer = format!("Bearer {token}");
        kit.send("GET", &kit.url("/api/v1/alerts/"), &[("authorization", &bearer)], "").status.as_u16()
    };
    command(&kit, &json!({"setPolicies": {"tokenLifetime": 86400}}));
    let old = own();
    let before = kids(&kit);
    assert_eq!((before.len(), &before[0]), (2, &kid(&old)));
    command(&kit, &json!({"rotateKeys": {}}));
    let new = own();
    assert_eq!(kid(&new), before[1], "the next key was published before it signed");
    assert!(kids(&kit).contains(&kid(&old)) && kids(&kit).len() == 3);
    assert_eq!((opens(&old), opens(&new)), (200, 200));
    let id = member(&tokens(&kit, "user", "openid"), "id_token");
    assert_eq!(kid(&id), kid(&new));
    kit.tenant.advance(Span::minutes(24 * 60 - 1)).unwrap();
    assert_eq!((opens(&old), opens(&new)), (200, 200));
    kit.tenant.advance(Span::minutes(1)).unwrap();
    assert!(!kids(&kit).contains(&kid(&old)));
    assert_eq!(opens(&old), 401);
}

/// The ids of the keys that are published.
fn kids(kit: &Kit) -> Vec<String> {
    let keys = json(&kit.send("GET", &login(kit, "/discovery/v2.0/keys"), &[], ""));
    keys["keys"].as_array().unwrap().iter().map(|key| member(key, "kid")).collect()
}

/// However often keys are rotated, one that was rotated out goes after its day, and stays away.
#[test]
fn a_key_that_was_rotated_out_does_not_come_back() {
    let kit = Kit::tiny();
    let own = || member(&ok(&for_application(&kit, &format!("{CLOUD_APPS}/.default"))), "access_token");
    let opens = |token: &str| {
        let bearer = format!("Bearer {token}");
        kit.send("GET", &kit.url("/api/v1/alerts/"), &[("authorization", &bearer)], "").status.as_u16()
    };
    command(&kit, &json!({"setPolicies": {"tokenLifetime": 86400}}));
    let (first, old) = (kids(&kit)[0].clone(), own());
    for round in 0..10 {
        command(&kit, &json!({"rotateKeys": {}}));
        let published = kids(&kit);
        assert_ne!(published[0], first, "{round}");
        assert_eq!(published.iter().filter(|kid| **kid == first).count(), 1, "still, for its day: {round}");
        assert_eq!((opens(&old), opens(&own())), (200, 200), "{round}");
        kit.tenant.advance(Span::hours(2)).unwrap();
    }
    kit.tenant.advance(Span::hours(4)).unwrap();
    for round in 0..10 {
        assert!(!kids(&kit).contains(&first), "{round}");
        assert_eq!(opens(&old), 401);
        command(&kit, &json!({"rotateKeys": {}}));
        kit.tenant.advance(Span::hours(2)).unwrap();
    }
}

#[test]
fn who_rotates_keys_faster_than_there_are_keys_is_told_when_to_go_on() {
    let kit = Kit::tiny();
    let mut signed = std::collections::BTreeSet::new();
    for _ in 0..62 {
        assert!(signed.insert(kids(&kit)[0].clone()), "no key twice");
        command(&kit, &json!({"rotateKeys": {}}));
    }
    let refused = try_command(&kit, &json!({"rotateKeys": {}}));
    assert_eq!(refused.status, 409, "{}", text(&refused));
    assert!(text(&refused).contains("2026-11-26T00:00:00"), "{}", text(&refused));
    kit.tenant.advance(Span::days(2)).unwrap();
    command(&kit, &json!({"rotateKeys": {}}));
    assert_eq!(kids(&kit).len(), 3, "all others have gone");
}

/// For clients that compare times with their own clock; what holds is still judged by the tenant's.
#[test]
fn token_times_can_follow_the_wall_clock() {
    let kit = Kit::tiny();
    kit.tenant.advance(Span::days(2)).unwrap();
    command(&kit, &json!({"setTokenStamps": {"stamps": "wall"}}));
    let wall = kit.gateway.settings.wall.now().seconds();
    let got = tokens(&kit, "user", "openid User.Read offline_access");
    for name in ["access_token", "id_token"] {
        assert_eq!(claims(&member(&got, name))["iat"], wall, "{name}");
    }
    let bearer = format!("Bearer {}", member(&got, "access_token"));
    let ask = || {
        kit.send("GET", "https://graph.microsoft.com/oidc/userinfo", &[("authorization", &bearer)], "")
            .status
            .as_u16()
    };
    assert_eq!(ask(), 200);
    kit.tenant.advance(Span::minutes(59)).unwrap();
    assert_eq!(ask(), 200);
    kit.tenant.advance(Span::minutes(31)).unwrap();
    assert_eq!(ask(), 401);
    // A refresh token holds no stamps at all.
    assert_eq!(refresh(&kit, &member(&got, "refresh_token"), &[]).status, 200);
}
