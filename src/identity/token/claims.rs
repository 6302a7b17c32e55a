//! What access tokens say, of applications and of users, in versions 1.0 and 2.0.
//!
//! Must never know: who may have a token; how it is signed. Source:
//! <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>.

use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;

use crate::model::ids::Guid;
use crate::model::person::Person;
use crate::model::time::VirtualTime;
use crate::tenant::TenantIdentity;

use crate::identity::id_token::login_hint;

use super::{APPLICATION_AIO, GroupClaims, MFA_AIO, Opaque, PASSWORD_AIO, Proof, REGION_SCOPE, pairwise};

/// The optional claims that are known here.
/// Source: <https://learn.microsoft.com/entra/identity-platform/optional-claims-reference>
pub const OPTIONAL_CLAIMS: [&str; 10] = [
    "acct",
    "email",
    "family_name",
    "given_name",
    "idtyp",
    "ipaddr",
    "login_hint",
    "sid",
    "tenant_region_scope",
    "upn",
];

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
    /// The user's groups, if the resource asks for them.
    #[serde(flatten)]
    pub groups: GroupClaims,
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
    /// Optional: 1 for a guest, 0 for a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acct: Option<u8>,
    /// How the client proved itself, in version 2.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azpacr: Option<&'static str>,
    /// Optional: the user's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
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
    /// Optional: what to send as `login_hint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
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

/// What every access token says.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    /// The tenant.
    pub identity: &'a TenantIdentity,
    /// The issuer as the discovery document of the same authority names it.
    pub issuer: &'a str,
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
    /// The optional claims that the resource wants, if it is an application of the tenant.
    pub own: Option<&'a [Arc<str>]>,
}

impl Common<'_> {
    /// The resource wants this optional claim.
    fn wants(&self, claim: &str) -> bool {
        self.own.is_some_and(|wanted| wanted.iter().any(|known| **known == *claim))
    }
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
        let opaque = Opaque::new(common.identity, common.serial);
        let tid = common.identity.id.to_string();
        let (client, acr) = (common.client.to_string(), common.proof.claim());
        let (first, second) = if common.v2 { (None, Some(client)) } else { (Some(client), None) };
        Self {
            aud: common.audience.to_owned(),
            iss: common.issuer.to_owned(),
            iat: common.issued.seconds(),
            nbf: common.issued.seconds(),
            exp: common.issued.seconds() + common.lifetime,
            aio: format!("{APPLICATION_AIO}{}A=", opaque.text("aio", 30)),
            app_displayname: common.own.is_none().then(|| common.display_name.to_owned()),
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
            // Optional at applications of the tenant, which is how they tell programs from people.
            idtyp: (common.own.is_none() || common.wants("idtyp")).then_some("app"),
            roles: roles.to_vec(),
            tenant_region_scope: (!common.v2).then_some(REGION_SCOPE),
            ..claims
        }
    }

    /// The claims of a token with which a client acts on behalf of a user.
    pub fn for_user(common: &Common<'_>, subject: &Subject<'_>, scopes: &[String]) -> Self {
        let person = subject.person;
        let mut claims =
            Self::common(common, person.id, pairwise(common.identity, common.audience, person.id));
        let start = if subject.mfa { MFA_AIO } else { PASSWORD_AIO };
        claims.aio.replace_range(..APPLICATION_AIO.len(), start);
        let scp = Some(scopes.join(" "));
        if common.v2 {
            let claims = Self {
                idp: subject.provider(),
                name: Some(person.display_name.clone()),
                preferred_username: Some(person.upn.clone()),
                scp,
                ..claims
            };
            return claims.with_optional(common, subject);
        }
        let claims = Self {
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
        };
        claims.with_optional(common, subject)
    }

    /// The same with what the resource wants of a user on top.
    fn with_optional(mut self, common: &Common<'_>, subject: &Subject<'_>) -> Self {
        let person = subject.person;
        for claim in common.own.unwrap_or_default() {
            match &**claim {
                "acct" => self.acct = Some(u8::from(subject.guest)),
                "email" => self.email = Some(person.upn.clone()),
                "family_name" => self.family_name = Some(person.surname.clone()),
                "given_name" => self.given_name = Some(person.given_name.clone()),
                "idtyp" => self.idtyp = Some("user"),
                "ipaddr" => self.ipaddr = Some(subject.address.to_string()),
                "login_hint" => self.login_hint = Some(login_hint(common.identity, person.id)),
                "sid" => self.sid = subject.session.map(|session| session.to_string()),
                "tenant_region_scope" => self.tenant_region_scope = Some(REGION_SCOPE),
                "upn" => self.upn = Some(person.upn.clone()),
                _ => {}
            }
        }
        self
    }
}
