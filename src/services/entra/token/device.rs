//! Device codes: a device polls until somebody has decided at another one.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>, RFC 8628. The numbers of the
//! declined, the unknown and the expired code (unverified).

use crate::facts;
use crate::gateway::Ctx;
use crate::gateway::route::Handled;
use crate::identity::seal::{Purpose, fingerprint, open};
use crate::model::command::Command;
use crate::model::directory::DeviceDecision;
use crate::model::identity::IdentityCommand;
use crate::services::entra::issue::{self, TokenRequest};
use crate::services::entra::refusals::EntraRefusal;
use crate::services::entra::sealed::{DEVICE_LIFETIME, Device, SignedIn};

use super::{GrantRequest, can_challenge, id_claims};

/// The grant.
pub(super) fn grant(ctx: &Ctx<'_>, asking: &GrantRequest<'_>) -> Handled {
    // Some clients call it `code`.
    let text = asking.field("device_code").or(asking.field("code"));
    let text = text.ok_or(EntraRefusal::MissingParameter { name: "device_code".into() })?;
    let client = asking.client(ctx)?;
    let device: Device =
        open(ctx.view.state.identity(), Purpose::Device, text).map_err(|_| EntraRefusal::BadDeviceCode)?;
    // A client that can keep a secret may send it, and need not.
    let proof = match asking.presented.credential() {
        crate::identity::credential::Credential::None => crate::identity::token::Proof::None,
        _ => asking.proof(ctx, &client, false)?,
    };
    if device.client != client.id() {
        return Err(EntraRefusal::BadDeviceCode.into());
    }
    let fingerprint = fingerprint(text);
    let who = match facts::directory(&ctx.view).device(fingerprint) {
        Some(DeviceDecision::Redeemed) => return Err(EntraRefusal::BadDeviceCode.into()),
        Some(DeviceDecision::Declined) => return Err(EntraRefusal::DeviceDeclined.into()),
        Some(DeviceDecision::Accepted { user, mfa, at }) => {
            SignedIn { user, since: at, mfa, session: device.serial }
        }
        None if ctx.now().seconds() - device.issued.seconds() >= DEVICE_LIFETIME => {
            return Err(EntraRefusal::DeviceExpired.into());
        }
        None => return Err(EntraRefusal::DevicePending.into()),
    };
    let need = asking.need(ctx, &device.asked, device.v2)?;
    let request = TokenRequest {
        challenges: device.challenges || can_challenge(asking.field("claims")),
        client_info: asking.client_info(),
        id_claims: id_claims(asking.field("claims")),
        ..TokenRequest::of(&client, proof, who, asking.v2, need)
    };
    let answer = issue::tokens(ctx, &request)?;
    let redeem = Command::Directory(IdentityCommand::RedeemDevice { device: fingerprint });
    ctx.submit(redeem).map_err(|_| EntraRefusal::BadDeviceCode)?;
    Ok(answer)
}
