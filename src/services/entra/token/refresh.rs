//! Refresh tokens. The old one stays valid, as with the genuine service.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused};
use crate::identity::seal::{Purpose, open};
use crate::services::entra::issue::{self, TokenRequest, precise};
use crate::services::entra::need;
use crate::services::entra::refusals::EntraRefusal;
use crate::services::entra::sealed::{PAGE_REFRESH_LIFETIME, REFRESH_LIFETIME, Refresh};

use super::{GrantRequest, can_challenge, id_claims};

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> Handled {
    let text = asking.required("refresh_token")?;
    let client = asking.client(ctx)?;
    let held: Refresh =
        open(ctx.view.state.identity(), Purpose::Refresh, text).map_err(|_| EntraRefusal::MalformedGrant)?;
    if !held.who.is_somebody(ctx) {
        return Err(EntraRefusal::MalformedGrant.into());
    }
    let proof = asking.proof(ctx, &client, held.page.is_some())?;
    // Those of one family of the vendor's clients share their refresh tokens.
    let family = crate::identity::client::first_party(held.client).is_some_and(|held| held.preauthorized);
    if held.client != client.id() && !(family && client.preauthorized) {
        return Err(Refused::from(EntraRefusal::InvalidGrant)
            .because(format!("the refresh token was issued to the client {}", held.client)));
    }
    let now = ctx.now();
    if held.page.is_some_and(|first| now - first >= PAGE_REFRESH_LIFETIME) {
        return Err(EntraRefusal::PageRefreshExpired { issued: precise(held.issued) }.into());
    }
    if now - held.issued >= REFRESH_LIFETIME {
        return Err(EntraRefusal::RefreshExpired { issued: precise(held.issued) }.into());
    }
    let mut need = asking.need(ctx, &held.asked, held.v2)?;
    // A refresh always returns a new refresh token, even without `offline_access` in the request.
    need.openid.offline = true;
    need::not_by_uri(&client, crate::services::entra::client::target(ctx, need.resource)?, &need)?;
    let request = TokenRequest {
        challenges: can_challenge(asking.field("claims")),
        page: held.page,
        client_info: asking.client_info(),
        id_claims: id_claims(asking.field("claims")),
        ..TokenRequest::of(&client, proof, held.who, asking.v2, need)
    };
    issue::tokens(ctx, &request)
}
