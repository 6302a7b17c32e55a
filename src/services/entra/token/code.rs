//! Authorization codes: what the authorize endpoint gave is redeemed, once.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>, RFC 6749, 4.1.3, RFC 7636.

use crate::facts;
use crate::gateway::Ctx;
use crate::gateway::route::Handled;
use crate::identity::pkce::{self, PkceError};
use crate::identity::seal::{Purpose, SealError, fingerprint, open};
use crate::model::command::Command;
use crate::model::identity::IdentityCommand;
use crate::services::entra::issue::{self, TokenRequest};
use crate::services::entra::refusals::EntraRefusal;
use crate::services::entra::sealed::{CODE_LIFETIME, Code};

use super::{GrantRequest, can_challenge, id_claims};

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> Handled {
    let text = asking.required("code")?;
    let client = asking.client(ctx)?;
    let code: Code = open(ctx.view.state.identity(), Purpose::Code, text).map_err(|error| match error {
        SealError::Foreign => EntraRefusal::ForeignCode,
        _ => EntraRefusal::MalformedGrant,
    })?;
    if !code.who.is_somebody(ctx) {
        return Err(EntraRefusal::MalformedGrant.into());
    }
    let proof = asking.proof(ctx, &client, code.page)?;
    if code.client != client.id() {
        return Err(crate::gateway::Refused::from(EntraRefusal::InvalidGrant)
            .because(format!("the code was issued to the client {}", code.client)));
    }
    let redirect = asking.required("redirect_uri")?;
    if redirect != code.redirect {
        return Err(crate::gateway::Refused::from(EntraRefusal::OtherRedirect).because(format!(
            "field `redirect_uri`: expected {:?} as in the authorize request, got {redirect:?}",
            code.redirect
        )));
    }
    match (&code.challenge, asking.field("code_verifier")) {
        (Some((method, challenge)), verifier) => {
            pkce::verify(challenge, (*method).into(), verifier).map_err(|error| match error {
                PkceError::MissingVerifier => EntraRefusal::MissingVerifier,
                _ => EntraRefusal::WrongVerifier,
            })?;
        }
        // Somebody may have taken the challenge out of the request on its way (RFC 9700, 4.8.2).
        (None, Some(_)) => return Err(EntraRefusal::MissingVerifier.into()),
        (None, None) => {}
    }
    if ctx.now() - code.issued >= CODE_LIFETIME {
        return Err(EntraRefusal::CodeExpired.into());
    }
    let fingerprint = fingerprint(text);
    let directory = facts::directory(&ctx.view);
    if directory.is_redeemed(fingerprint) {
        return Err(EntraRefusal::CodeRedeemed.into());
    }
    let need = asking.need(ctx, &code.asked, code.v2)?;
    let request = TokenRequest {
        challenges: code.challenges || can_challenge(asking.field("claims")),
        nonce: code.nonce.as_deref(),
        tell_time: code.tell_time,
        id_claims: if code.id_claims.is_empty() { id_claims(asking.field("claims")) } else { code.id_claims },
        page: code.page.then(|| ctx.now()),
        client_info: asking.client_info(),
        ..TokenRequest::of(&client, proof, code.who, asking.v2, need)
    };
    let answer = issue::tokens(ctx, &request)?;
    // If a code is presented several times at once, the command accepts one of them.
    let redeem = Command::Directory(IdentityCommand::RedeemCode { code: fingerprint });
    ctx.submit(redeem).map_err(|_| EntraRefusal::CodeRedeemed)?;
    Ok(answer)
}
