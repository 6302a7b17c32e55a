//! Sign-ins as Entra ID reports them to the product: `MCASLoginEvent`.
//!
//! Members and their values are recorded by shipped connectors, of failed sign-ins; what a successful one has in
//! their place, and a program instead of a user, is (unverified); so is that session, device, risk and Conditional Access
//! are told here, under the names that they have in the tables of sign-ins.

use crate::facts::{Factor, Failure, SignIn};
use crate::identity::token::REGION_SCOPE;
use crate::wire::json::Object;

use super::Raw;

/// The record.
pub(super) fn record(raw: &Raw<'_>, sign_in: &SignIn<'_>, data: &mut Object<'_>) {
    let (activity, actor) = (raw.activity, raw.actor);
    let (tenant, object) = (activity.tenant().1, actor.id);
    let device = activity.device();
    let happened = activity.happened().to_ticks_text((raw.id().bits() % 10_000) as u16);
    data.set("EventType", "MCASLoginEvent")
        .set("TimeStamp", happened)
        .set("RequestId", raw.id())
        .set("CorrelationId", sign_in.correlation)
        .set("TenantId", tenant)
        .set("UserTenantId", tenant)
        .set("MsodsTenantRegionScope", REGION_SCOPE)
        .set("UserTenantMsodsRegionScope", REGION_SCOPE)
        .set("Upn", actor.user.then_some(actor.account))
        .set("UserName", "")
        .set("UserPrincipalObjectID", object)
        .set("HomeTenantUserObjectId", object)
        .set("UserIsPassthru", false)
        .set("ApplicationId", sign_in.application.0)
        .set("ApplicationName", sign_in.application.1)
        .set("IpAddress", raw.ip())
        .set("BrowserId", sign_in.browser.then(|| activity.browser_id()))
        .set("DeviceInfo", activity.agent().map_or(";;;", |agent| &agent.text))
        .set("DeviceId", device.map(|device| device.id))
        .set("DeviceTrustType", device.map_or("", |device| device.trust.name()))
        .set("IsDeviceCompliantAndManaged", device.is_some_and(|device| device.compliant))
        .set("IsInteractive", ())
        .set("IsInteractiveComputed", sign_in.interactive)
        .set("Call", activity.kind().operation)
        .set("LoginStatus", if sign_in.failure.is_some() { "Failure" } else { "Success" })
        .set("LoginErrorCode", sign_in.failure.map_or(0, Failure::code));
    second_factor(raw, sign_in, data);
    let (during, aggregated) = activity.risk(sign_in);
    data.set("SessionId", activity.entra_session())
        .set("ConditionalAccessStatus", activity.conditional_access(sign_in).name())
        .set("RiskLevelDuringSignIn", during.name())
        .set("RiskLevelAggregated", aggregated.name())
        .set("DataSource", ());
}

/// What is told of the second factor: that it is asked for, and once it was shown or refused, by which means.
fn second_factor(raw: &Raw<'_>, sign_in: &SignIn<'_>, data: &mut Object<'_>) {
    let missing = matches!(
        sign_in.failure,
        Some(Failure::SecondFactor | Failure::NotEnrolled | Failure::FactorForToken | Failure::FactorRefused)
    );
    let shown = sign_in.factor.filter(|_| !missing);
    let refused = sign_in.factor.filter(|_| sign_in.failure == Some(Failure::FactorRefused));
    let status = match (missing, shown) {
        (true, _) => Some("RequireMfaInCloud"),
        (false, Some(_)) => Some("MfaDoneInCloud"),
        _ => None,
    };
    // A key has no number.
    let telephone = shown.or(refused).filter(|factor| *factor != Factor::Key);
    let telephone = telephone.map(|_| format!("+XXX X{:02}", raw.activity.masked_telephone()));
    // What a refusal is called is (unverified).
    let (result, state) = match (shown, refused) {
        (Some(_), _) => (Some("Success"), Some("Success")),
        (None, Some(Factor::Notification)) => (Some("Failure"), Some("PhoneAppDenied")),
        (None, Some(_)) => (Some("Failure"), Some("AuthenticationDenied")),
        _ => (None, None),
    };
    data.set("MfaRequired", sign_in.second_factor || missing)
        .set("MfaStatusRaw", status)
        .set("MfaResult", result)
        .set("MfaAuthMethod", shown.or(refused).map(Factor::name))
        .set("MfaMaskedDeviceId", telephone)
        .set("SasStatus", state);
}
