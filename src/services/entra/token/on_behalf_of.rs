//! On behalf of: a service that was called with a user's token asks for one to call on.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow>.

use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused};
use crate::identity::TokenError;
use crate::identity::token::Proof;
use crate::model::ids::Kind;
use crate::services::entra::issue::{self, TokenRequest};
use crate::services::entra::refusals::EntraRefusal;
use crate::services::entra::sealed::SignedIn;

use super::super::people;
use super::{GrantRequest, can_challenge, id_claims};

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> Handled {
    let assertion = asking.required("assertion")?;
    let usage = asking.required("requested_token_use")?;
    if usage != "on_behalf_of" {
        let value = usage.to_owned();
        return Err(EntraRefusal::BadParameter { name: "requested_token_use".into(), value }.into());
    }
    let client = asking.client(ctx)?;
    if client.registration.public {
        return Err(EntraRefusal::NoUserInToken.into());
    }
    let proof: Proof = asking.proof(ctx, &client, false)?;
    let token = ctx.gateway.judge(assertion, ctx).map_err(|error| {
        let reason = error.to_string();
        Refused::from(match error {
            TokenError::NotAJwt | TokenError::MissingClaim(_) => EntraRefusal::MalformedUserToken,
            TokenError::Expired { at } => {
                EntraRefusal::UserTokenTime { now: ctx.now().to_string(), expires: at.to_string() }
            }
            TokenError::NotYetValid { from } => {
                EntraRefusal::UserTokenTime { now: ctx.now().to_string(), expires: from.to_string() }
            }
            _ => EntraRefusal::BadUserToken,
        })
        .because(reason)
    })?;
    let id = client.id().to_string();
    let bare = token.aud.strip_prefix("api://").unwrap_or(&token.aud);
    if !bare.eq_ignore_ascii_case(&id) {
        return Err(EntraRefusal::OtherAudience { audience: token.aud.clone(), client: id }.into());
    }
    // A token of an application stands for no user.
    let user = token.oid.filter(|_| !token.scp.is_empty()).and_then(|oid| people::by_id(ctx, oid));
    let user = user.ok_or(EntraRefusal::NoUserInToken)?;
    // Not `iat`: that is in whole seconds, and may be of another clock.
    let since = ctx.gateway.issued(&token, ctx).unwrap_or_else(|| ctx.now());
    let ids = ctx.ids();
    let ordinal = ids.guid_ordinal(Kind::Request, ctx.request_id).unwrap_or_default();
    let who = SignedIn { user, since, mfa: token.mfa, session: ids.guid(Kind::Session, ordinal) };
    let request = TokenRequest {
        challenges: can_challenge(asking.field("claims")),
        client_info: asking.client_info(),
        id_claims: id_claims(asking.field("claims")),
        ..TokenRequest::of(&client, proof, who, asking.v2, asking.need(ctx, "", asking.v2)?)
    };
    issue::tokens(ctx, &request)
}
