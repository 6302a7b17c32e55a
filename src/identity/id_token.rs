//! Id tokens: who signed in, told to the client.
//!
//! The endpoint decides the version, and the audience is the client. Sources:
//! <https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference>; OpenID Connect Core 1.0,
//! section 2 and 3.3.2.11 (`c_hash`).

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;

use crate::model::base64;
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;
use crate::tenant::TenantIdentity;

use super::api_token::{self, Tag};
use super::scope::OpenId;
use super::token::{GroupClaims, Opaque, REGION_SCOPE, Subject, pairwise};

/// The claims of an id token, in the order in which they are written.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IdClaims {
    /// The client.
    pub aud: String,
    /// Who issued it.
    pub iss: String,
    /// Issued at, in seconds since the epoch.
    pub iat: i64,
    /// Not valid before.
    pub nbf: i64,
    /// Not valid from here on.
    pub exp: i64,
    /// The user's groups, if the client asks for them.
    #[serde(flatten)]
    pub groups: GroupClaims,
    /// Opaque; version 2.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aio: Option<String>,
    /// Methods of authentication; version 1.0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<&'static str>,
    /// When the password was given, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Half of the digest of the code that comes beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// Half of the digest of the access token that comes beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Family name; version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name; version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Optional: 1 for a guest, 0 for a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acct: Option<u8>,
    /// Who vouched for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idp: Option<String>,
    /// Address from which the user signed in; version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipaddr: Option<String>,
    /// Optional: what to send as `logout_hint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// Display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The text of the authorize request, exactly when there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// Principal name; version 2.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// Opaque.
    pub rh: String,
    /// App roles of the client that the user has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The user, as this client alone knows it.
    pub sub: String,
    /// Optional: region of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_region_scope: Option<&'static str>,
    /// The tenant.
    pub tid: String,
    /// Principal name; version 1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unique_name: Option<String>,
    /// The same again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// Unique to the token.
    pub uti: String,
    /// `1.0` or `2.0`.
    pub ver: &'static str,
    /// Directory roles, if the client asks for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wids: Vec<String>,
}

/// What an id token is made of.
#[derive(Clone, Copy, Debug)]
pub struct IdTokenInput<'a> {
    /// The tenant.
    pub identity: &'a TenantIdentity,
    /// The issuer as the discovery document of the same authority names it.
    pub issuer: &'a str,
    /// When.
    pub issued: VirtualTime,
    /// How long it is valid, in seconds.
    pub lifetime: i64,
    /// What makes it unique.
    pub serial: u128,
    /// The endpoint is of version 2.0.
    pub v2: bool,
    /// The client.
    pub client: Guid,
    /// What was asked for.
    pub openid: OpenId,
    /// The nonce of the authorize request.
    pub nonce: Option<&'a str>,
    /// The code that comes beside it.
    pub code: Option<&'a str>,
    /// The access token that comes beside it, from the authorize endpoint.
    pub access_token: Option<&'a str>,
    /// When the password was given, if the request asked to know.
    pub auth_time: Option<VirtualTime>,
    /// The optional claims that the client or the request asks for.
    pub optional: &'a [Arc<str>],
    /// The app roles of the client that the user has.
    pub roles: &'a [String],
    /// What the token says of the user's groups.
    pub groups: &'a GroupClaims,
    /// Directory roles that the token shows.
    pub wids: &'a [&'a str],
}

impl IdClaims {
    /// The claims about `subject` on this occasion.
    pub fn new(occasion: &IdTokenInput<'_>, subject: &Subject<'_>) -> Self {
        let opaque = Opaque::new(occasion.identity, occasion.serial);
        let (person, client) = (subject.person, occasion.client.to_string());
        let text = |text: &str| Some(text.to_owned());
        let claims = Self {
            iss: occasion.issuer.to_owned(),
            iat: occasion.issued.seconds(),
            nbf: occasion.issued.seconds(),
            exp: occasion.issued.seconds() + occasion.lifetime,
            auth_time: occasion.auth_time.map(VirtualTime::seconds),
            c_hash: occasion.code.map(half_digest),
            at_hash: occasion.access_token.map(half_digest),
            email: occasion.openid.email.then(|| person.upn.clone()),
            groups: occasion.groups.clone(),
            idp: subject.provider(),
            nonce: occasion.nonce.and_then(text),
            rh: format!("1.A{}.", opaque.text("rh", 30)),
            roles: occasion.roles.to_vec(),
            sid: subject.session.map(|session| session.to_string()),
            sub: pairwise(occasion.identity, &client, person.id),
            aud: client,
            tid: occasion.identity.id.to_string(),
            uti: opaque.text("id uti", 16),
            ver: if occasion.v2 { "2.0" } else { "1.0" },
            wids: occasion.wids.iter().map(|&role| role.to_owned()).collect(),
            ..Self::default()
        };
        if !occasion.v2 {
            let claims = Self {
                amr: subject.methods(),
                family_name: text(&person.surname),
                given_name: text(&person.given_name),
                ipaddr: Some(subject.address.to_string()),
                name: text(&person.display_name),
                oid: Some(person.id.to_string()),
                unique_name: text(&person.upn),
                upn: text(&person.upn),
                ..claims
            };
            return claims.with_optional(occasion, subject);
        }
        let profile = |value: &str| occasion.openid.profile.then(|| value.to_owned());
        let claims = Self {
            aio: Some(format!("A{}=", opaque.text("id aio", 32))),
            name: profile(&person.display_name),
            oid: profile(&person.id.to_string()),
            preferred_username: profile(&person.upn),
            ..claims
        };
        claims.with_optional(occasion, subject)
    }

    /// The same with what was asked for on top. (`idtyp` is for access tokens.)
    fn with_optional(mut self, occasion: &IdTokenInput<'_>, subject: &Subject<'_>) -> Self {
        let person = subject.person;
        for claim in occasion.optional {
            match &**claim {
                "acct" => self.acct = Some(u8::from(subject.guest)),
                "email" => self.email = Some(person.upn.clone()),
                "family_name" => self.family_name = Some(person.surname.clone()),
                "given_name" => self.given_name = Some(person.given_name.clone()),
                "ipaddr" => self.ipaddr = Some(subject.address.to_string()),
                "login_hint" => self.login_hint = Some(login_hint(occasion.identity, person.id)),
                "tenant_region_scope" => self.tenant_region_scope = Some(REGION_SCOPE),
                "upn" => self.upn = Some(person.upn.clone()),
                _ => {}
            }
        }
        self
    }
}

/// How the `login_hint` of an id token begins; no user name does.
const HINT: &str = "O.";

/// What an id token says instead of a user name, for clients to say again when that user shall sign in or out: opaque
/// to them, the same in every token of a user.
pub fn login_hint(identity: &TenantIdentity, user: Guid) -> String {
    let mut bytes = api_token::tag(identity).to_vec();
    bytes.extend_from_slice(&Opaque::new(identity, user.bits()).bytes("hint", 16));
    format!("{HINT}{}", base64::encode_url(&bytes))
}

/// The tag of the tenant that a login hint comes from; `None` for any other text, such as a user name.
pub fn tag_of_hint(text: &str) -> Option<Tag> {
    base64::decode_url(text.strip_prefix(HINT)?)?.first_chunk().copied()
}

/// The left half of the SHA-256 of a text, as base64url.
fn half_digest(text: &str) -> String {
    base64::encode_url(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}
