//! Access tokens: what they say and how they are signed.
//!
//! The resource decides the version of an access token, not the endpoint that issues it; every resource that is
//! played here takes version 1.0. The issuer stays the genuine one wherever the token was asked for, since whatever
//! validates it on the other side of an integration expects that.
//!
//! Claims: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>; form: RFC 7515, 7519.

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::model::ids::Guid;
use crate::model::time::VirtualTime;
use crate::tenant::Stamp;

use super::keys::{self, SigningKey};
use crate::model::base64;

/// Seconds for which an application's token is valid.
pub const APPLICATION_LIFETIME: i64 = 3_599;

/// Longest text that is looked at as a token, in bytes.
pub const MAX_TOKEN: usize = 32 * 1024;

/// The claims of an application's access token in version 1.0, in the order in which they are written.
///
/// Every field can be set: tests need tokens that lie.
#[derive(Clone, Debug, Serialize)]
pub struct AccessClaims {
    /// The resource, spelled as it was asked for.
    pub aud: String,
    /// Who issued it.
    pub iss: String,
    /// Issued at, in seconds since the epoch.
    pub iat: i64,
    /// Not valid before.
    pub nbf: i64,
    /// Not valid from here on.
    pub exp: i64,
    /// Opaque.
    pub aio: String,
    /// Display name of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_displayname: Option<String>,
    /// The client.
    pub appid: String,
    /// How the client proved itself: see [`Proof`].
    pub appidacr: String,
    /// Who vouched for the client: the issuer.
    pub idp: String,
    /// `app`: no user stands behind it.
    pub idtyp: String,
    /// Object id of the client's service principal.
    pub oid: String,
    /// Opaque.
    pub rh: String,
    /// Application permissions; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The same as `oid`.
    pub sub: String,
    /// Region of the tenant.
    pub tenant_region_scope: String,
    /// The tenant.
    pub tid: String,
    /// Unique to the token: 22 characters.
    pub uti: String,
    /// `1.0`
    pub ver: String,
    /// Directory roles; absent when the resource asks for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wids: Vec<String>,
}

/// How a client proved itself, as the claim `appidacr` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is public and can not.
    None,
    /// With a secret.
    Secret,
    /// With a certificate or a federated credential.
    Certificate,
}

impl Proof {
    /// The claim's value.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

/// What goes into an application's token.
#[derive(Clone, Debug)]
pub struct Application<'a> {
    /// The resource as it was asked for.
    pub audience: &'a str,
    /// The client.
    pub client: Guid,
    /// Its display name.
    pub display_name: &'a str,
    /// Object id of its service principal.
    pub principal: Guid,
    /// How it proved itself.
    pub proof: Proof,
    /// Permissions that it holds at the resource.
    pub roles: &'a [&'a str],
    /// Directory roles that the token shows.
    pub wids: &'a [&'a str],
}

impl AccessClaims {
    /// The claims of a token that the tenant issues to an application at this instant.
    ///
    /// `serial` makes the token unique: the same tenant and serial give the same opaque parts.
    pub fn for_application(app: &Application<'_>, stamp: &Stamp, issued: VirtualTime, serial: u128) -> Self {
        let opaque = Opaque { key: hmac::Key::new(hmac::HMAC_SHA256, &stamp.key), serial };
        let issuer = issuer_v1(&stamp.id.to_string());
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        Self {
            aud: app.audience.to_owned(),
            iat: issued.seconds(),
            nbf: issued.seconds(),
            exp: issued.seconds() + APPLICATION_LIFETIME,
            aio: format!("k2RgY{}A=", opaque.text("aio", 30)),
            app_displayname: Some(app.display_name.to_owned()),
            appid: app.client.to_string(),
            appidacr: app.proof.claim().to_owned(),
            idp: issuer.clone(),
            iss: issuer,
            idtyp: "app".to_owned(),
            oid: app.principal.to_string(),
            rh: format!("1.A{}.", opaque.text("rh", 30)),
            roles: owned(app.roles),
            sub: app.principal.to_string(),
            tenant_region_scope: REGION_SCOPE.to_owned(),
            tid: stamp.id.to_string(),
            uti: opaque.text("uti", 16),
            ver: "1.0".to_owned(),
            wids: owned(app.wids),
        }
    }
}

/// The region that every tenant is in.
pub const REGION_SCOPE: &str = "NA";

/// The genuine issuer of version 1.0 tokens. `tenant` is an id, or the placeholder of a discovery document.
pub fn issuer_v1(tenant: &str) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

/// The genuine issuer of version 2.0 tokens. `tenant` is an id, or the placeholder of a discovery document.
pub fn issuer_v2(tenant: &str) -> String {
    format!("https://login.microsoftonline.com/{tenant}/v2.0")
}

/// Texts that look random to whoever does not hold the tenant's key.
struct Opaque {
    key: hmac::Key,
    serial: u128,
}

impl Opaque {
    /// The first `bytes` (at most 32) of an HMAC over label and serial, as base64url.
    fn text(&self, label: &str, bytes: usize) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(label.as_bytes());
        context.update(&self.serial.to_be_bytes());
        base64::encode_url(&context.sign().as_ref()[..bytes.min(32)])
    }
}

/// Signs an access token with the current key.
pub fn mint(claims: &AccessClaims) -> String {
    sign(claims, keys::current())
}

/// Signs claims of any shape with any of the test keys.
pub fn sign<C: Serialize>(claims: &C, key: &SigningKey) -> String {
    let kid = key.kid();
    let header = format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{kid}","kid":"{kid}"}}"#);
    let claims = serde_json::to_vec(claims).expect("claims are plain members, which always serialise");
    let mut token = base64::encode_url(header.as_bytes());
    token.push('.');
    token.push_str(&base64::encode_url(&claims));
    let signature = key.sign(token.as_bytes());
    token.push('.');
    token.push_str(&base64::encode_url(&signature));
    token
}

/// The tenant that a token names, believed or not: only to find the tenant that shall judge it. `None` for
/// anything that is no token of a tenant.
pub fn peek_tid(token: &str) -> Option<Guid> {
    #[derive(Deserialize)]
    struct Peek {
        tid: Guid,
    }
    if token.len() > MAX_TOKEN {
        return None;
    }
    let mut parts = token.split('.').skip(1);
    let claims = base64::decode_url(parts.next()?)?;
    parts.next()?;
    serde_json::from_slice::<Peek>(&claims).ok().map(|peek| peek.tid)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(in crate::identity) fn claims(serial: u128) -> AccessClaims {
        let stamp = Stamp::new(1, "contoso", 0);
        let app = Application {
            audience: "05a65629-4c1b-48c1-a78b-804c4abdd4af",
            client: Guid::from_bits(1),
            display_name: "Test client",
            principal: Guid::from_bits(2),
            proof: Proof::Secret,
            roles: &["investigation.read"],
            wids: &[],
        };
        AccessClaims::for_application(
            &app,
            &stamp,
            VirtualTime::parse("2026-11-24T08:00:00Z").unwrap(),
            serial,
        )
    }

    #[test]
    fn claims_are_written_in_the_order_of_the_genuine_token() {
        let token = mint(&claims(7));
        let part = |at| base64::decode_url(token.split('.').nth(at).unwrap()).unwrap();
        let kid = keys::current().kid();
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
    fn the_serial_makes_a_token_unique_and_reproducible() {
        assert_eq!(mint(&claims(7)), mint(&claims(7)));
        assert_ne!(claims(7).uti, claims(8).uti);
        assert_ne!(claims(7).aio, claims(7).rh);
    }

    #[test]
    fn a_client_without_permissions_has_no_roles_claim() {
        let bare = AccessClaims { roles: Vec::new(), ..claims(1) };
        assert!(!serde_json::to_string(&bare).unwrap().contains("roles"));
    }

    #[test]
    fn peeking_finds_the_tenant_and_survives_anything() {
        let id = Stamp::new(1, "contoso", 0).id;
        let token = mint(&claims(1));
        assert_eq!(peek_tid(&token), Some(id));
        // Not believed, only read: the signature does not matter here.
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
}
