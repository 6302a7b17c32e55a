//! Resource owner password credentials: a program that was told the password.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc>.

use crate::facts::{self, PersonFacts};
use crate::gateway::Ctx;
use crate::gateway::route::Handled;
use crate::model::ids::Kind;
use crate::services::entra::Named;
use crate::services::entra::issue::{self, TokenRequest};
use crate::services::entra::refusals::EntraRefusal;
use crate::services::entra::sealed::SignedIn;

use super::{GrantRequest, can_challenge, id_claims};

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> Handled {
    // Version 1.0 takes the tenant from the user's domain, as libraries of its time rely on.
    match asking.named {
        Named::Consumers => return Err(EntraRefusal::PasswordNeedsTenant.into()),
        Named::Any("common") if asking.v2 => return Err(EntraRefusal::PasswordNeedsTenant.into()),
        _ => {}
    }
    let name = asking.required("username")?;
    let given = asking.required("password")?;
    let client = asking.client(ctx)?;
    let proof = asking.proof(ctx, &client, false)?;
    if facts::directory(&ctx.view).policies.security_defaults {
        return Err(EntraRefusal::SecurityDefaults.into());
    }
    let ids = ctx.ids();
    let user = PersonFacts::by_upn(&ctx.view, name).ok_or_else(|| {
        let directory = facts::company(&ctx.view).name.clone();
        EntraRefusal::UnknownUser { user: name.to_owned(), directory }
    })?;
    let user = user.index();
    let need = asking.need(ctx, "", asking.v2)?;
    issue::password(ctx, user, given).map_err(|error| issue::refused(ctx, &client, need.resource, &error))?;
    let ordinal = ids.guid_ordinal(Kind::Request, ctx.request_id).unwrap_or_default();
    let who = SignedIn {
        user,
        since: issue::since(ctx, user),
        mfa: false,
        session: ids.guid(Kind::Session, ordinal),
    };
    let request = TokenRequest {
        challenges: can_challenge(asking.field("claims")),
        client_info: asking.client_info(),
        id_claims: id_claims(asking.field("claims")),
        ..TokenRequest::of(&client, proof, who, asking.v2, need)
    };
    issue::tokens(ctx, &request)
}
