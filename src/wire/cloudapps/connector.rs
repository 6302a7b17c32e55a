//! The record of an app connector, and those of the services that are connected.
//!
//! Members are as recorded by community modules for the portal. The words of states but the one with warnings, and what
//! stands where nothing is set up (access and session control, discovery), are (unverified).

use crate::facts::ConnectorFacts;
use crate::model::connector::ConnectorStatus;
use crate::model::time::VirtualTime;
use crate::wire::json::{Object, object};

use super::MICROSOFT_365;

/// The realm in which the accounts of Microsoft 365 are known: Microsoft Online Services.
const ONLINE_SERVICES: u32 = 11394;

/// What the page says of a status, by the name of the text.
fn template(status: ConnectorStatus) -> &'static str {
    match status {
        ConnectorStatus::Connecting => "CONSOLE2_APP_CONNECTORS_STATUS_CONNECTING",
        ConnectorStatus::Connected => "CONSOLE2_APP_CONNECTORS_STATUS_CONNECTED",
        ConnectorStatus::ConnectedWithWarnings => "CONSOLE2_APP_CONNECTORS_STATUS_WARNING",
        ConnectorStatus::Error => "CONSOLE2_APP_CONNECTORS_STATUS_ERROR",
        ConnectorStatus::Disabled => "CONSOLE2_APP_CONNECTORS_STATUS_DISABLED",
    }
}

/// Writes a connector; `used` is when what it delivered last happened.
pub fn write(connector: &ConnectorFacts<'_>, used: Option<VirtualTime>, out: &mut Vec<u8>) {
    object(out, |record| members(connector, used, record));
}

/// Writes a connected service: a connector with its place among the services, and the apps that come with it if those are
/// wanted.
pub fn write_service(
    connector: &ConnectorFacts<'_>,
    used: Option<VirtualTime>,
    children: bool,
    out: &mut Vec<u8>,
) {
    object(out, |record| {
        members(connector, used, record);
        if children {
            record.array("childSaasIds", |list| connector.children().for_each(|child| list.add(child)));
        }
        let connected = is_connected(connector.status());
        record
            .set("saasId", connector.app())
            .set("instanceId", connector.inst())
            .set("apiConnected", connected)
            .set("proxied", false)
            .set("protected", connected)
            .set("appIdentityRealm", (connector.app() == MICROSOFT_365).then_some(ONLINE_SERVICES));
    });
}

fn is_connected(status: ConnectorStatus) -> bool {
    matches!(status, ConnectorStatus::Connected | ConnectorStatus::ConnectedWithWarnings)
}

fn members(connector: &ConnectorFacts<'_>, used: Option<VirtualTime>, record: &mut Object<'_>) {
    let row = connector.row();
    record
        .set("appId", connector.app())
        .set("name", connector.title())
        .set("appName", connector.title())
        .set("_id", connector.id())
        .set("instanceName", connector.instance_name())
        .set("category", row.map(|row| row.category()))
        .set("isOfficeApp", connector.app() == MICROSOFT_365)
        .set("isApiConnectable", true)
        .set("isCustomApp", false)
        .object("aadInfo", |_| {})
        .set("lastUsed", used.map(VirtualTime::millis))
        .object("customData", |_| {})
        .object("securityConfiguration", |_| {})
        .object("api", |api| of_api(connector, api))
        .object("proxy", |proxy| {
            proxy.set("status", 0);
            for flag in [
                "inDeployment",
                "isConnected",
                "isInProxyPolicy",
                "isSuspended",
                "isConfigured",
                "isConfiguredInAAD",
                "isSessionProxySupported",
                "isAppStatusEnabled",
                "isSessionProxyDisabled",
                "isOIDCBasedProtocol",
            ] {
                proxy.set(flag, false);
            }
            proxy.set("lastConnected", ()).set("proxySettings", ());
        })
        .object("discovery", |discovery| {
            discovery.set("isConnected", false);
        });
}

fn of_api(connector: &ConnectorFacts<'_>, api: &mut Object<'_>) {
    let status = connector.status();
    let error = connector.message();
    api.set("isConnected", is_connected(status))
        .set("isEnabled", !connector.disabled())
        .set("hasWarnings", status == ConnectorStatus::ConnectedWithWarnings)
        .set("statusTemplateMessage", template(status))
        // Where the message of an error stands is (unverified).
        .object("statusTemplateParams", |params| {
            params.some("error", error.as_deref().filter(|_| status != ConnectorStatus::Disabled));
        })
        .set("usersCount", connector.accounts())
        .set("creator", connector.creator())
        .set("lastCheckTime", connector.last_check().millis())
        .set("lastConnected", connector.last_connected().map(VirtualTime::millis))
        .set("disabledBy", connector.disabled().then_some("console"))
        .set("isSSPMEnabled", connector.row().is_some_and(|row| row.can('S')));
}
