//! Refresh tokens. The old one stays valid, as with the genuine service.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use crate::door::route::Handled;
use crate::door::{Ctx, Refused};
use crate::identity::seal::{Purpose, open};
use crate::services::entra::issue::{self, Wish, precise};
use crate::services::entra::refusals::Refusal;
use crate::services::entra::sealed::{PAGE_REFRESH_LIFETIME, REFRESH_LIFETIME, Refresh};

use super::{Asking, can_challenge};

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &Asking<'_>) -> Handled {
    let text = asking.required("refresh_token")?;
    let client = asking.client(ctx)?;
    let held: Refresh =
        open(ctx.reading.state.stamp(), Purpose::Refresh, text).map_err(|_| Refusal::MalformedGrant)?;
    if !held.who.is_somebody(ctx) {
        return Err(Refusal::MalformedGrant.into());
    }
    let proof = asking.proof(ctx, &client, held.page.is_some())?;
    // Those of one family of the vendor's clients share their refresh tokens.
    let family = crate::identity::client::first_party(held.client).is_some_and(|held| held.preauthorized);
    if held.client != client.id() && !(family && client.preauthorized) {
        return Err(Refused::from(Refusal::InvalidGrant)
            .because(format!("the refresh token was issued to the client {}", held.client)));
    }
    let now = ctx.now();
    if held.page.is_some_and(|first| now - first >= PAGE_REFRESH_LIFETIME) {
        return Err(Refusal::PageRefreshExpired { issued: precise(held.issued) }.into());
    }
    if now - held.issued >= REFRESH_LIFETIME {
        return Err(Refusal::RefreshExpired { issued: precise(held.issued) }.into());
    }
    let mut need = asking.need(&held.asked, held.v2)?;
    // Whoever has one gets another, whether or not it is asked for again.
    need.openid.offline = true;
    if asking.asked_of_version().is_none() {
        need.text.clone_from(&held.asked);
    }
    let wish = Wish {
        challenges: can_challenge(asking.field("claims")),
        page: held.page,
        client_info: asking.client_info(),
        ..Wish::of(&client, proof, held.who, asking.v2, need)
    };
    issue::tokens(ctx, &wish)
}
