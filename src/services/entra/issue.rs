//! Issues what a client gets on behalf of a user: access token, id token, refresh token.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#successful-response-2>,
//! and the answers of the genuine service as client libraries keep them in their test recordings.

use std::sync::Arc;

use http::StatusCode;
use serde::Serialize;

use crate::facts;

use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::id_token::{IdClaims, IdTokenInput};
use crate::identity::keys;
use crate::identity::resources::Target;
use crate::identity::seal::{Purpose, seal};
use crate::identity::signin::{self, SignInError};
use crate::identity::token::{
    APPLICATION_LIFETIME, AccessClaims, Common, Proof, Subject, sign, sign_v2, user_lifetime,
};
use crate::model::base64;
use crate::model::command::Command;
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::stamps::TokenStamps;
use crate::model::time::VirtualTime;

use super::client;
use super::cloud;
use super::memberships;
use super::need::{RequestedResource, consent_status};
use super::people;
use super::refusals::EntraRefusal;
use super::sealed::{Refresh, SignedIn};
use super::wire;

/// What a client shall get on behalf of a user.
pub(super) struct TokenRequest<'w> {
    pub client: &'w Client,
    pub proof: Proof,
    pub who: SignedIn,
    /// The endpoint is of version 2.0.
    pub v2: bool,
    /// What is asked for.
    pub need: RequestedResource<'w>,
    /// The client can answer claims challenges.
    pub challenges: bool,
    /// Of the authorize request.
    pub nonce: Option<&'w str>,
    /// The id token says when the password was given.
    pub tell_time: bool,
    /// Optional claims that the request itself asks for in the id token.
    pub id_claims: Vec<Arc<str>>,
    /// A refresh token, if one is asked for: of a page, since when.
    pub page: Option<VirtualTime>,
    /// The request asks for `client_info`.
    pub client_info: bool,
    /// It is answered with a refresh token, where that is asked for.
    pub refreshable: bool,
    /// The tokens travel in the fragment of an address, which must stay short.
    pub fragment: bool,
}

impl<'w> TokenRequest<'w> {
    /// What somebody who has signed in lets a client ask for at the token endpoint.
    pub(super) fn of(
        client: &'w Client,
        proof: Proof,
        who: SignedIn,
        v2: bool,
        need: RequestedResource<'w>,
    ) -> Self {
        Self {
            client,
            proof,
            who,
            v2,
            need,
            challenges: false,
            nonce: None,
            tell_time: false,
            id_claims: Vec::new(),
            page: None,
            client_info: false,
            refreshable: true,
            fragment: false,
        }
    }
}

/// Judges whether the sign-in still counts and may be used for this.
///
/// # Errors
/// See [`SignInError`].
pub(super) fn admit(
    ctx: &Ctx<'_>,
    client: &Client,
    who: SignedIn,
    resource: Option<Guid>,
) -> Result<(), SignInError> {
    let state = &ctx.view.state;
    signin::stands(state, who.presence(), ctx.now())?;
    signin::conditions(state, who.presence(), client, resource)
}

/// When a sign-in of now counts as made.
pub(super) fn since(ctx: &Ctx<'_>, user: PersonIx) -> VirtualTime {
    facts::directory(&ctx.view).counted(user, ctx.now())
}

/// Judges a password. A wrong one is remembered: too many of them lock the account.
///
/// # Errors
/// See [`signin::password`].
pub(super) fn password(ctx: &Ctx<'_>, user: PersonIx, given: &str) -> Result<(), SignInError> {
    let state = &ctx.view.state;
    let judged = signin::password(state, user, given, ctx.now());
    if judged == Err(SignInError::WrongPassword) {
        let attempt = signin::attempt(state, given);
        // What a lost journal comes to, the gateway says.
        let _ = ctx.submit(Command::Directory(IdentityCommand::WrongPassword { user, attempt }));
    }
    judged
}

/// Words an error of a sign-in at the token endpoint.
pub(super) fn refused(ctx: &Ctx<'_>, client: &Client, resource: &str, error: &SignInError) -> Refused {
    let reason = error.to_string();
    let named = || {
        let own = client::own_origin(ctx);
        let found = crate::identity::resources::find(resource, own.as_deref(), facts::directory(&ctx.view));
        found.and_then(|target| target.ids().first().copied()).unwrap_or(client.id()).to_string()
    };
    let (id, name) = (client.id().to_string(), client.registration.display_name.to_string());
    Refused::from(match error {
        SignInError::WrongPassword => EntraRefusal::WrongPassword,
        SignInError::Locked => EntraRefusal::Locked,
        SignInError::Disabled => EntraRefusal::Disabled,
        SignInError::PasswordExpired => EntraRefusal::PasswordExpired,
        SignInError::MfaRequired => EntraRefusal::MfaRequired { resource: named() },
        SignInError::MfaUnregistered => EntraRefusal::MfaUnregistered { resource: named() },
        SignInError::Blocked { .. } => EntraRefusal::Blocked,
        SignInError::DeviceNotCompliant { .. } => EntraRefusal::DeviceNotCompliant,
        SignInError::DeviceNotJoined { .. } => EntraRefusal::DeviceNotJoined,
        SignInError::NotAssigned => EntraRefusal::NotAssigned { client: id, name },
        SignInError::Revoked { since, valid_from, .. } => {
            EntraRefusal::Revoked { issued: precise(*since), valid_from: precise(*valid_from) }
        }
        SignInError::TooOld { since, most } => {
            EntraRefusal::TooOld { issued: precise(*since), most: days(*most) }
        }
    })
    .because(reason)
}

/// An instant with seven decimals, as texts of errors write it.
pub(super) fn precise(at: VirtualTime) -> String {
    let text = at.to_string();
    let text = text.trim_end_matches('Z');
    let (front, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{front}.{fraction:0<7}Z")
}

/// Seconds as `d.hh:mm:ss`, as texts of errors write them.
fn days(seconds: i64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    format!("{days}.{:02}:{:02}:{:02}", rest / 3_600, rest % 3_600 / 60, rest % 60)
}

/// An answer of version 2.0.
#[derive(Serialize)]
struct TokensV2 {
    token_type: &'static str,
    scope: String,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foci: Option<&'static str>,
}

/// An answer of version 1.0: times are texts.
#[derive(Serialize)]
struct TokensV1 {
    token_type: &'static str,
    scope: String,
    expires_in: String,
    ext_expires_in: String,
    expires_on: String,
    not_before: String,
    resource: String,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foci: Option<&'static str>,
}

/// Issues the tokens, after the last checks: sign-in, conditions, consent.
///
/// # Errors
/// Whatever stands against it.
pub(super) fn tokens(ctx: &Ctx<'_>, request: &TokenRequest<'_>) -> Result<Answer, Refused> {
    let (target, access) = access(ctx, request)?;
    let (claims, access_token) = access;
    let id_token = request.need.openid.openid.then(|| id_token(ctx, request, None, None));
    let refresh_token = (request.refreshable && request.need.openid.offline).then(|| refresh(ctx, request));
    let lifetime = claims.exp - claims.iat;
    let client_info = request.client_info.then(|| client_info(ctx, request.who));
    let foci = request.client.preauthorized.then_some("1");
    let scopes = claims.scp.as_deref().unwrap_or_default();
    let answer = if request.v2 {
        let answer = TokensV2 {
            token_type: "Bearer",
            scope: listed(request, target, scopes),
            expires_in: lifetime,
            ext_expires_in: lifetime,
            access_token,
            refresh_token,
            refresh_in: (lifetime >= 7_200).then_some(lifetime / 2),
            id_token,
            client_info,
            foci,
        };
        wire::fresh(ctx, StatusCode::OK, 0, &answer)
    } else {
        let answer = TokensV1 {
            token_type: "Bearer",
            scope: scopes.to_owned(),
            expires_in: lifetime.to_string(),
            ext_expires_in: lifetime.to_string(),
            expires_on: claims.exp.to_string(),
            not_before: claims.nbf.to_string(),
            resource: super::token::spelled(request.need.resource),
            access_token,
            refresh_token,
            id_token,
            client_info,
            foci,
        };
        wire::fresh(ctx, StatusCode::OK, 0, &answer)
    };
    Ok(answer)
}

/// Issues an access token.
pub(super) fn access<'c>(
    ctx: &'c Ctx<'_>,
    request: &TokenRequest<'_>,
) -> Result<(Target<'c>, (AccessClaims, String)), Refused> {
    let need = &request.need;
    let (target, consent) = consent_status(ctx, request.client, Some(request.who.user), need)?;
    let resource = target.ids().first().copied();
    admit(ctx, request.client, request.who, resource)
        .map_err(|error| refused(ctx, request.client, need.resource, &error))?;
    if !consent.missing.is_empty() {
        let missing: Vec<&str> = consent.missing.iter().map(|permission| &*permission.value).collect();
        let (client, name) =
            (request.client.id().to_string(), request.client.registration.display_name.to_string());
        let reason = format!("nobody has consented to {} of {}", missing.join(", "), target.name());
        return Err(Refused::from(EntraRefusal::ConsentRequired { client, name }).because(reason));
    }
    let identity = ctx.view.state.identity();
    let serial = ctx.request_id.bits();
    let challenges = request.challenges && target.evaluates_continuously();
    let policy = facts::directory(&ctx.view).policies.token_lifetime;
    let own = target.own();
    let wids = memberships::roles_at(ctx, request, target);
    let v2 = target.takes_second_version();
    let id = resource.map(|id| id.to_string()).unwrap_or_default();
    let issuer = issuer(ctx, v2);
    let common = Common {
        identity,
        issuer: &issuer,
        issued: stamped(ctx),
        lived: since(ctx, request.who.user),
        lifetime: user_lifetime(identity, serial, policy, challenges),
        serial,
        audience: if v2 || need.resource.is_empty() { &id } else { need.resource },
        v2,
        client: request.client.id(),
        display_name: &request.client.registration.display_name,
        proof: request.proof,
        directory: target.is_directory(),
        wids: &wids,
        challenges,
        own: own.map(|registration| &*registration.optional_claims.access_token),
    };
    let mut scopes = consent.granted;
    if target.is_directory() {
        // Microsoft Graph lists what was asked of the identity, too.
        scopes.extend(need.openid.listed().map(str::to_owned));
    }
    let claims = AccessClaims {
        roles: own.map(|api| memberships::app_roles(ctx, api, request.who.user)).unwrap_or_default(),
        groups: own.map(|api| memberships::groups(ctx, api, request)).unwrap_or_default(),
        ..AccessClaims::for_user(&common, &subject(ctx, request.who), &scopes)
    };
    let key = keys::numbered(facts::directory(&ctx.view).signing_key());
    let token = if v2 { sign_v2(&claims, key) } else { sign(&claims, key) };
    Ok((target, (claims, token)))
}

/// The instant that tokens are stamped with: that of the tenant's clock, or of the wall clock, for clients that
/// compare it with theirs.
pub(super) fn stamped(ctx: &Ctx<'_>) -> VirtualTime {
    match ctx.view.state.token_stamps() {
        TokenStamps::Virtual => ctx.now(),
        TokenStamps::Wall => ctx.gateway.settings.wall.now(),
    }
}

fn subject<'c>(ctx: &'c Ctx<'_>, who: SignedIn) -> Subject<'c> {
    let person = people::person(ctx, who.user);
    Subject {
        person,
        mfa: who.mfa,
        guest: facts::directory(&ctx.view).is_guest(who.user, person),
        address: ctx.arrival.peer,
        session: Some(who.session),
    }
}

/// The `scope` of an answer: everything that was granted, spelled as the client spells it, then what it asked of
/// OpenID Connect. `.default` is repeated if it was asked for, since caches of clients go by it.
fn listed(request: &TokenRequest<'_>, target: Target<'_>, granted: &str) -> String {
    let need = &request.need;
    let openid: Vec<&str> = need.openid.listed().collect();
    let prefix = if need.resource.is_empty() { String::new() } else { format!("{}/", need.resource) };
    let asked = |value: &str| {
        let part = need.parts.iter().find(|part| part.value.eq_ignore_ascii_case(value));
        part.map_or_else(|| format!("{prefix}{value}"), |part| part.text.to_owned())
    };
    let mut all: Vec<String> = openid.iter().map(|&name| name.to_owned()).collect();
    let of_resource = granted
        .split(' ')
        .filter(|value| !(value.is_empty() || target.is_directory() && openid.contains(value)));
    all.extend(of_resource.map(asked));
    all.extend(need.parts.iter().filter(|part| part.is_default()).map(|part| part.text.to_owned()));
    all.join(" ")
}

/// The id token, alone or beside a code or an access token of the authorize endpoint.
pub(super) fn id_token(
    ctx: &Ctx<'_>,
    request: &TokenRequest<'_>,
    code: Option<&str>,
    access: Option<&str>,
) -> String {
    let identity = ctx.view.state.identity();
    let directory = facts::directory(&ctx.view);
    let lifetime =
        directory.policies.token_lifetime.map_or(APPLICATION_LIFETIME + 1, |span| span.as_millis() / 1_000);
    let issuer = issuer(ctx, request.v2);
    let wanted = &request.client.registration.optional_claims.id_token;
    let optional: Vec<Arc<str>> = wanted.iter().chain(&request.id_claims).map(Arc::clone).collect();
    let registration = &request.client.registration;
    let roles = memberships::app_roles(ctx, registration, request.who.user);
    let groups = memberships::groups(ctx, registration, request);
    let wids = memberships::roles(ctx, registration, request);
    let occasion = IdTokenInput {
        identity,
        issuer: &issuer,
        issued: stamped(ctx),
        lifetime,
        serial: ctx.request_id.bits(),
        v2: request.v2,
        client: request.client.id(),
        openid: request.need.openid,
        nonce: request.nonce,
        code,
        access_token: access,
        auth_time: request.tell_time.then_some(request.who.since),
        optional: &optional,
        roles: &roles,
        groups: &groups,
        wids: &wids,
    };
    let key = keys::numbered(directory.signing_key());
    let claims = IdClaims::new(&occasion, &subject(ctx, request.who));
    if request.v2 { sign_v2(&claims, key) } else { sign(&claims, key) }
}

/// The issuer as the discovery document of the authority that was asked names it: client libraries compare.
pub(super) fn issuer(ctx: &Ctx<'_>, v2: bool) -> String {
    cloud::issuer(ctx, &ctx.view.state.identity().id.to_string(), v2)
}

fn refresh(ctx: &Ctx<'_>, request: &TokenRequest<'_>) -> String {
    let content = Refresh {
        client: request.client.id(),
        who: request.who,
        asked: request.need.text.clone(),
        v2: request.need.v2,
        issued: ctx.now(),
        page: request.page,
        serial: ctx.request_id,
    };
    seal(ctx.view.state.identity(), Purpose::Refresh, &content)
}

/// Who the account is, for caches of clients: base64url of `{"uid": …, "utid": …}`.
pub(super) fn client_info(ctx: &Ctx<'_>, who: SignedIn) -> String {
    let (uid, utid) = (people::person(ctx, who.user).id, ctx.view.state.identity().id);
    base64::encode_url(format!(r#"{{"uid":"{uid}","utid":"{utid}"}}"#).as_bytes())
}
