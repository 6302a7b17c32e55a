//! Requests that are valid except for one thing.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use mock_defender::gateway::Answer;
use mock_defender::identity::{keys, token::sign};
use mock_defender::model::base64;
use serde_json::{Value, json};

use super::Told;
use crate::browser::{
    Browser, OWN, authorize, client, command, encode, login, member, ok, person, refresh, secret, token,
    token_at, tokens,
};
use crate::kit::Kit;

pub(super) const STRANGER: &str = "11111111-2222-4333-8444-555555555555";

/// A token request of the application `full` for its own rights, with something changed. An empty value leaves a
/// field out.
pub(super) fn own(kit: &Kit, more: &[(&str, &str)]) -> Answer {
    own_at(kit, &login(kit, "/oauth2/v2.0/token"), more)
}

pub(super) fn own_at(kit: &Kit, url: &str, more: &[(&str, &str)]) -> Answer {
    let (id, secret) = (client(kit, "full"), secret(kit, "full"));
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
        ("scope", ".default"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields.retain(|(_, value)| !value.is_empty());
    token_at(kit, url, &[], &fields)
}

/// A token request with the user's password.
pub(super) fn password(kit: &Kit, more: &[(&str, &str)]) -> Answer {
    password_at(kit, &kit.tenant.identity().id.to_string(), more)
}

pub(super) fn password_at(kit: &Kit, tenant: &str, more: &[(&str, &str)]) -> Answer {
    let ((upn, password), id) = (person(kit, "user"), client(kit, "delegated"));
    let mut fields = vec![
        ("grant_type", "password"),
        ("client_id", id.as_str()),
        ("username", upn.as_str()),
        ("password", password.as_str()),
        ("scope", "User.Read"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    token_at(kit, &format!("{OWN}/{tenant}/oauth2/v2.0/token"), &[], &fields)
}

pub(super) fn user(kit: &Kit, change: Value) {
    let mut user = json!({"user": "user"});
    user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    command(kit, &json!({"setUser": user}));
}

pub(super) fn access(kit: &Kit, control: &str) -> Told {
    let held = tokens(kit, "user", "User.Read offline_access");
    command(kit, &json!({"setConditionalAccess": {"name": "one", "control": control}}));
    refresh(kit, &member(&held, "refresh_token"), &[]).into()
}

pub(super) fn code(kit: &Kit, more: &[(&str, &str)]) -> String {
    Browser::new(kit).consent(&authorize(kit, "delegated", more), "user").code()
}

pub(super) fn ask(kit: &Kit, more: &[(&str, &str)]) -> Told {
    Browser::new(kit).get(&authorize(kit, "delegated", more)).into()
}

pub(super) fn signed_in(kit: &Kit, app: &str, more: &[(&str, &str)]) -> Told {
    Browser::new(kit).sign_in(&authorize(kit, app, more), "user").into()
}

/// With an assertion signed by the published key of another party.
pub(super) fn asserted(kit: &Kit, app: &str, change: Value, key: Option<&str>) -> Told {
    let id = client(kit, app);
    let now = kit.tenant.now().seconds();
    let mut said = json!({
        "iss": id, "sub": id, "aud": login(kit, "/oauth2/v2.0/token"), "exp": now + 600, "jti": "x",
    });
    said.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let assertion = match key {
        // The thumbprint is that of the client's certificate, and the key is not.
        Some(thumbprint) => {
            let text = sign(&said, keys::numbered(0));
            let (_, rest) = text.split_once('.').unwrap();
            let header =
                base64::encode_url(json!({"alg": "RS256", "x5t": thumbprint}).to_string().as_bytes());
            format!("{header}.{rest}")
        }
        None => sign(&said, keys::numbered(0)),
    };
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let more = [
        ("client_id", id.as_str()),
        ("client_secret", ""),
        ("client_assertion_type", kind),
        ("client_assertion", assertion.as_str()),
    ];
    own(kit, &more).into()
}

/// A client whose certificate is that of one of the signing keys, so that a test can sign for it.
pub(super) fn certified(kit: &Kit) -> String {
    let der = base64::decode_standard(keys::numbered(0).public().certificate).unwrap();
    command(
        kit,
        &json!({"addCertificate": {"app": "full", "certificate": keys::numbered(0).public().certificate}}),
    );
    base64::encode_url(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der).as_ref())
}

pub(super) fn federated(kit: &Kit, change: Value) -> Told {
    let issuer = "https://issuer.example";
    command(kit, &json!({"addFederatedCredential": {"app": "full", "issuer": issuer, "subject": "one"}}));
    let public = keys::numbered(0).public();
    let set = json!({"keys": [{"kty": "RSA", "kid": public.kid, "n": public.n, "e": public.e}]});
    command(kit, &json!({"trustIssuer": {"issuer": issuer, "keys": set}}));
    let mut said = json!({"iss": issuer, "sub": "one", "aud": "api://AzureADTokenExchange"});
    said.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    asserted(kit, "full", said, None)
}

pub(super) fn on_behalf(kit: &Kit, assertion: &str) -> Answer {
    let (id, secret) = (client(kit, "middle-tier"), secret(kit, "middle-tier"));
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("client_id", id.as_str()),
        ("client_secret", &secret),
        ("requested_token_use", "on_behalf_of"),
        ("assertion", assertion),
        ("scope", "User.Read"),
    ];
    token(kit, &fields)
}

pub(super) fn for_middle_tier(kit: &Kit) -> String {
    let scope = format!("api://{}/access_as_user", client(kit, "middle-tier"));
    member(&tokens(kit, "user", &scope), "access_token")
}

pub(super) fn device(kit: &Kit) -> (String, String) {
    let fields = encode(&[("client_id", &client(kit, "delegated")), ("scope", "User.Read")]);
    let codes = ok(&kit.send("POST", &login(kit, "/oauth2/v2.0/devicecode"), &[], &fields));
    (member(&codes, "device_code"), member(&codes, "user_code"))
}

pub(super) fn poll(kit: &Kit, code: &str) -> Told {
    let fields =
        [("grant_type", "device_code"), ("client_id", &*client(kit, "delegated")), ("device_code", code)];
    token(kit, &fields).into()
}
