//! Access tokens: what they say and how they are signed.
//!
//! The resource decides the version of an access token, not the endpoint that issues it; every resource that is
//! played here takes version 1.0. The issuer stays the genuine one wherever the token was asked for, since whatever
//! validates it on the other side of an integration expects that.
//!
//! Claims: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>; form: RFC 7515, 7519.

use std::net::IpAddr;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::model::ids::Guid;
use crate::model::person::Person;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::Stamp;

use super::keys::SigningKey;
use crate::model::base64;

/// Seconds for which an application's token, or an id token, is valid.
pub const APPLICATION_LIFETIME: i64 = 3_599;

/// Longest text that is looked at as a token, in bytes.
pub const MAX_TOKEN: usize = 32 * 1024;

/// The claims of an access token, in the order in which they are written. What a kind of token does not have is
/// `None` or empty and is left out.
///
/// Every field can be set: tests need tokens that lie.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AccessClaims {
    /// The resource: in version 1.0 spelled as it was asked for, in version 2.0 its application id.
    pub aud: String,
    /// Who issued it.
    pub iss: String,
    /// Issued at, in seconds since the epoch.
    pub iat: i64,
    /// Not valid before.
    pub nbf: i64,
    /// Not valid from here on.
    pub exp: i64,
    /// Version 1.0, of a user: how the user was authenticated, which is always `1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'static str>,
    /// Opaque.
    pub aio: String,
    /// Version 1.0, of a user: the methods of authentication.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<&'static str>,
    /// Display name of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_displayname: Option<String>,
    /// The client, in version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// How the client proved itself (see [`Proof`]), in version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appidacr: Option<&'static str>,
    /// The client, in version 2.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    /// How the client proved itself, in version 2.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azpacr: Option<&'static str>,
    /// The user's family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The user's given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Who vouched for the client (the issuer), or for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idp: Option<String>,
    /// `app` or `user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<&'static str>,
    /// Address from which the user signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipaddr: Option<String>,
    /// The user's display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Object id of the user, or of the client's service principal.
    pub oid: String,
    /// The user's principal name, in version 2.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// Another number of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub puid: Option<String>,
    /// Opaque.
    pub rh: String,
    /// Application permissions; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Delegated permissions, with blanks between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// The session that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Of a user: other than `oid`, and another one at every resource. Of an application: the same as `oid`.
    pub sub: String,
    /// Region of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_region_scope: Option<&'static str>,
    /// The tenant.
    pub tid: String,
    /// The user's principal name, in version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unique_name: Option<String>,
    /// The same again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// Unique to the token: 22 characters.
    pub uti: String,
    /// `1.0` or `2.0`.
    pub ver: &'static str,
    /// Directory roles; absent when the resource asks for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wids: Vec<String>,
    /// What the client can do: `CP1`, answer claims challenges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub xms_cc: Vec<&'static str>,
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

/// What every access token says.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    /// The tenant.
    pub stamp: &'a Stamp,
    /// The instant that it is stamped with.
    pub issued: VirtualTime,
    /// The instant of the tenant's clock.
    pub lived: VirtualTime,
    /// How long it is valid, in seconds.
    pub lifetime: i64,
    /// What makes the token unique: the same tenant and serial give the same opaque parts.
    pub serial: u128,
    /// The resource: as it was asked for, or its application id in version 2.0.
    pub audience: &'a str,
    /// The resource wants tokens of version 2.0.
    pub v2: bool,
    /// The client.
    pub client: Guid,
    /// Its display name.
    pub display_name: &'a str,
    /// How it proved itself.
    pub proof: Proof,
    /// The resource shows the client's name and the kind of caller.
    pub directory: bool,
    /// Directory roles that the token shows.
    pub wids: &'a [&'a str],
    /// The client can answer claims challenges, and the resource gives them.
    pub challenges: bool,
}

/// Who the user behind a token is.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The person.
    pub person: &'a Person,
    /// With a second factor.
    pub mfa: bool,
    /// Of another organisation.
    pub guest: bool,
    /// Address from which the user signed in.
    pub address: IpAddr,
    /// The session.
    pub session: Option<Guid>,
}

impl Subject<'_> {
    /// Methods of authentication, as `amr` lists them.
    pub fn methods(&self) -> Vec<&'static str> {
        if self.mfa { vec!["pwd", "mfa"] } else { vec!["pwd"] }
    }

    /// The identity provider of a guest.
    pub fn provider(&self) -> Option<String> {
        self.guest.then(|| "live.com".to_owned())
    }
}

impl AccessClaims {
    fn common(common: &Common<'_>, oid: Guid, sub: String) -> Self {
        let opaque = Opaque::new(common.stamp, common.serial);
        let tid = common.stamp.id.to_string();
        let (client, acr) = (common.client.to_string(), common.proof.claim());
        let (first, second) = if common.v2 { (None, Some(client)) } else { (Some(client), None) };
        Self {
            aud: common.audience.to_owned(),
            iss: if common.v2 { issuer_v2(&tid) } else { issuer_v1(&tid) },
            iat: common.issued.seconds(),
            nbf: common.issued.seconds(),
            exp: common.issued.seconds() + common.lifetime,
            aio: format!("{APPLICATION_AIO}{}A=", opaque.text("aio", 30)),
            app_displayname: (!common.v2).then(|| common.display_name.to_owned()),
            appidacr: first.is_some().then_some(acr),
            appid: first,
            azpacr: second.is_some().then_some(acr),
            azp: second,
            oid: oid.to_string(),
            rh: format!("1.A{}.", opaque.text("rh", 30)),
            sub,
            tid,
            uti: opaque.unique(common.lived),
            ver: if common.v2 { "2.0" } else { "1.0" },
            wids: common.wids.iter().map(|&role| role.to_owned()).collect(),
            xms_cc: if common.challenges { vec!["CP1"] } else { Vec::new() },
            ..Self::default()
        }
    }

    /// The claims of a token with an application's own rights.
    pub fn for_application(common: &Common<'_>, principal: Guid, roles: &[String]) -> Self {
        let claims = Self::common(common, principal, principal.to_string());
        Self {
            idp: (!common.v2).then(|| claims.iss.clone()),
            idtyp: Some("app"),
            roles: roles.to_vec(),
            tenant_region_scope: (!common.v2).then_some(REGION_SCOPE),
            ..claims
        }
    }

    /// The claims of a token with which a client acts on behalf of a user.
    pub fn for_user(common: &Common<'_>, subject: &Subject<'_>, scopes: &[String]) -> Self {
        let person = subject.person;
        let mut claims = Self::common(common, person.id, pairwise(common.stamp, common.audience, person.id));
        let start = if subject.mfa { MFA_AIO } else { PASSWORD_AIO };
        claims.aio.replace_range(..APPLICATION_AIO.len(), start);
        let scp = Some(scopes.join(" "));
        if common.v2 {
            return Self {
                idp: subject.provider(),
                name: Some(person.display_name.clone()),
                preferred_username: Some(person.upn.clone()),
                scp,
                ..claims
            };
        }
        Self {
            acr: Some("1"),
            amr: subject.methods(),
            family_name: Some(person.surname.clone()),
            given_name: Some(person.given_name.clone()),
            idp: subject.provider(),
            idtyp: common.directory.then_some("user"),
            ipaddr: Some(subject.address.to_string()),
            name: Some(person.display_name.clone()),
            puid: Some(format!("10032{:011X}", person.id.bits() as u64 & 0x0fff_ffff_ffff)),
            scp,
            sid: subject.session.map(|session| session.to_string()),
            tenant_region_scope: Some(REGION_SCOPE),
            unique_name: Some(person.upn.clone()),
            upn: Some(person.upn.clone()),
            ..claims
        }
    }
}

/// The `sub` of a user at a client (in id tokens) or resource (in access tokens): stable, and unlike any other.
pub fn pairwise(stamp: &Stamp, party: &str, user: Guid) -> String {
    Opaque::new(stamp, user.bits()).text(&format!("sub {party}"), 32)
}

/// The instant of the tenant's clock at which the token with this `uti` was issued; nonsense for one that the tenant
/// did not issue.
pub fn issued_at(stamp: &Stamp, uti: &str) -> Option<VirtualTime> {
    let bytes: [u8; 16] = base64::decode_url(uti)?.try_into().ok()?;
    let (unique, hidden) = bytes.split_first_chunk::<8>()?;
    let hidden = u64::from_be_bytes(hidden.try_into().ok()?);
    Some(VirtualTime::from_millis((Opaque::new(stamp, 0).mask(unique) ^ hidden) as i64))
}

/// How long a user's access token is valid, in seconds: 60 to 90 minutes, drawn anew for each; a day for a client
/// that can answer challenges of a resource that gives them; or what policy says.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes>
pub fn user_lifetime(stamp: &Stamp, serial: u128, policy: Option<Span>, challenges: bool) -> i64 {
    let drawn = Opaque::new(stamp, serial).number("lifetime");
    if challenges {
        return 20 * 3_600 + (drawn % (8 * 3_600)) as i64;
    }
    match policy {
        Some(lifetime) => lifetime.as_millis() / 1_000,
        None => 3_600 + (drawn % 1_800) as i64,
    }
}

/// How the opaque `aio` begins: clients must not read it, the issuer may. Tokens of version 2.0 say nowhere else
/// that there was a second factor.
const APPLICATION_AIO: &str = "k2RgY";
const PASSWORD_AIO: &str = "AVQAq/8TA";
pub(super) const MFA_AIO: &str = "AXQAi/8TA";

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
pub(super) struct Opaque {
    key: hmac::Key,
    serial: u128,
}

impl Opaque {
    pub(super) fn new(stamp: &Stamp, serial: u128) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &stamp.key), serial }
    }

    fn tag(&self, label: &str) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(label.as_bytes());
        context.update(&self.serial.to_be_bytes());
        context.sign()
    }

    /// The first `length` (at most 32) bytes of an HMAC over label and serial.
    pub(super) fn bytes(&self, label: &str, length: usize) -> Vec<u8> {
        self.tag(label).as_ref()[..length.min(32)].to_vec()
    }

    /// The same as base64url.
    pub(super) fn text(&self, label: &str, length: usize) -> String {
        base64::encode_url(&self.bytes(label, length))
    }

    /// What is unique to a token: half of it is a digest of the serial, and the other half, for who holds the key,
    /// the instant at which the token was issued. Stamps may show another clock.
    fn unique(&self, issued: VirtualTime) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.tag("uti").as_ref()[..8]);
        let hidden = self.mask(&bytes[..8]) ^ issued.millis() as u64;
        bytes[8..].copy_from_slice(&hidden.to_be_bytes());
        base64::encode_url(&bytes)
    }

    fn mask(&self, of: &[u8]) -> u64 {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"issued");
        context.update(of);
        context.sign().as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    fn number(&self, label: &str) -> u64 {
        self.tag(label).as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }
}

/// Signs claims of any shape with any of the test keys.
pub fn sign<C: Serialize>(claims: &C, key: &SigningKey) -> String {
    let kid = key.kid();
    signed(&format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{kid}","kid":"{kid}"}}"#), claims, key)
}

/// Signs claims under the header of version 2.0, which names the key once.
pub fn sign_v2<C: Serialize>(claims: &C, key: &SigningKey) -> String {
    signed(&format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{}"}}"#, key.kid()), claims, key)
}

fn signed<C: Serialize>(header: &str, claims: &C, key: &SigningKey) -> String {
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
    use super::super::keys;
    use super::*;

    fn mint(claims: &AccessClaims) -> String {
        sign(claims, keys::numbered(0))
    }

    pub(in crate::identity) fn claims(serial: u128) -> AccessClaims {
        let stamp = Stamp::new(1, "contoso", 0);
        let issued = VirtualTime::parse("2026-11-24T08:00:00Z").unwrap();
        let common = Common {
            stamp: &stamp,
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
    fn the_serial_makes_a_token_unique_and_reproducible() {
        assert_eq!(mint(&claims(7)), mint(&claims(7)));
        assert_ne!(claims(7).uti, claims(8).uti);
        assert_ne!(claims(7).aio, claims(7).rh);
    }

    #[test]
    fn the_unique_id_tells_its_tenant_when_the_token_was_issued() {
        let stamp = Stamp::new(1, "contoso", 0);
        assert_eq!(issued_at(&stamp, &claims(7).uti), VirtualTime::parse("2026-11-24T08:00:00Z"));
        assert_ne!(
            issued_at(&Stamp::new(1, "contoso", 1), &claims(7).uti),
            issued_at(&stamp, &claims(7).uti)
        );
        assert_eq!(issued_at(&stamp, "AAAA"), None);
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
