//! Sign-ins as Entra ID reports them to the product: `MCASLoginEvent`.
//!
//! Members and their values are recorded by shipped connectors, of failed sign-ins; what a successful one has in
//! their place, and a program instead of a user, is (unverified).

use crate::facts::{Failure, SignIn};
use crate::identity::token::REGION_SCOPE;
use crate::wire::json::Object;

use super::Raw;

/// The record.
pub(super) fn record(raw: &Raw<'_>, sign_in: &SignIn<'_>, data: &mut Object<'_>) {
    let (activity, actor) = (raw.activity, raw.actor);
    let (tenant, object) = (activity.tenant().1, actor.id);
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
        .set("DeviceTrustType", "")
        .set("IsDeviceCompliantAndManaged", false)
        .set("IsInteractive", ())
        .set("IsInteractiveComputed", sign_in.interactive)
        .set("Call", activity.kind().operation)
        .set("LoginStatus", if sign_in.failure.is_some() { "Failure" } else { "Success" })
        .set("LoginErrorCode", sign_in.failure.map_or(0, Failure::code));
    second_factor(raw, sign_in, data);
    data.set("DataSource", ());
}

/// What is told of the second factor: that it is asked for, and once it was shown, by which means.
fn second_factor(raw: &Raw<'_>, sign_in: &SignIn<'_>, data: &mut Object<'_>) {
    let asked = sign_in.failure == Some(Failure::SecondFactor);
    let shown = sign_in.second_factor && !asked;
    let status = match (asked, shown) {
        (true, _) => Some("RequireMfaInCloud"),
        (false, true) => Some("MfaDoneInCloud"),
        _ => None,
    };
    let telephone = shown.then(|| format!("+XXX X{:02}", raw.activity.masked_telephone()));
    data.set("MfaRequired", sign_in.second_factor)
        .set("MfaStatusRaw", status)
        .set("MfaResult", shown.then_some("Success"))
        .set("MfaAuthMethod", shown.then_some("PhoneAppOTP"))
        .set("MfaMaskedDeviceId", telephone)
        .set("SasStatus", shown.then_some("Success"));
}
