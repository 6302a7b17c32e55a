//! What the page of app connectors says of a connector that is broken: its message, and what mends it.
//!
//! Source: <https://learn.microsoft.com/defender-cloud-apps/troubleshooting-api-connectors-using-error-messages>. What stands
//! between angle brackets is the tenant's own; dots in a message are the page's. Journals name errors by their place: rows
//! that come later are added at the end.

use super::connectors::connectable;
use super::kinds::{AWS, BOX, GOOGLE, MICROSOFT_365, OKTA, SALESFORCE, SERVICENOW, SLACK};

/// An error of a connector.
#[derive(Debug, PartialEq, Eq)]
pub struct ConnectorError {
    /// The word for it in commands.
    pub name: &'static str,
    /// The app whose connector has it; 0 where any can.
    pub app: u32,
    /// What is shown, with placeholders.
    pub message: &'static str,
    /// What mends it.
    pub remedy: Remedy,
}

/// What mends a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// To test it again: it was not for long.
    Test,
    /// To connect it again, with other credentials or another administrator.
    Reconnect,
    /// Something outside: a licence, a setting at the vendor's, its support.
    Outside,
}

use Remedy::{Outside, Reconnect, Test};

const fn error(name: &'static str, app: u32, message: &'static str, remedy: Remedy) -> ConnectorError {
    ConnectorError { name, app, message, remedy }
}

const ATLASSIAN: u32 = 29_002;
const WORKDAY: u32 = 29_013;
const ZENDESK: u32 = 29_015;

/// The errors, in the order of the page.
#[rustfmt::skip]
pub static ERRORS: [ConnectorError; 36] = [
    // The app itself failed: check the status of the app.
    error("http-500", 0, "HttpRequestFailure: Server returned: 500 Internal server error", Outside),
    // Timeout between the product and the app: try again later.
    error("service-timeout", 0, "Service timeout", Test),
    // Subscription lacks the Atlassian Access plan: enable that plan.
    error("atlassian-payment-required", ATLASSIAN, "Get events: Request failed with status code 402. Payment Required. Audit Log Entitlement validation failed", Outside),
    // Internal error: contact support.
    error("aws-null-pointer", AWS, "NullPointerException", Outside),
    // Refresh token invalid: reconnect the app.
    error("box-invalid-refresh-token", BOX, r#"AuthFatalFailureException: com.box.boxjavalibv2.exceptions.BoxServerException: {"error":"invalid_grant","error_description":"Invalid refresh token"}"#, Reconnect),
    // Internal error: run Test now again.
    error("box-failed-to-parse", BOX, "BoxRestException: Failed to parse response.", Test),
    // Refresh token invalid: reconnect the app.
    error("box-token-refresh", BOX, r#"ContextManagerServiceException: com.adallom.adalib.httputils.exceptions.TokenRefreshException: {"error":"invalid_grant","error_description":"Invalid refresh token"}'"#, Reconnect),
    // Not an Enterprise account: upgrade the licence, then reconnect the app.
    error("box-no-enterprise", BOX, "BoxServerException: User cannot access this feature without having an enterprise", Outside),
    // Admin removed the app on the Box side: reconnect the app.
    error("box-unauthorized", BOX, "BoxServerException: Unauthorized - Cannot authorize with this service", Reconnect),
    // Wrong user or password: correct the credentials and reconnect the app.
    error("exchange-unauthorized", MICROSOFT_365, "HttpRequestFailure: Server returned: 401 Unauthorized", Reconnect),
    // The user has no primary mailbox: reconnect the app with another admin.
    error("exchange-no-mailbox", MICROSOFT_365, "HttpRequestFailure: Server returned: 404 Not Found", Reconnect),
    // User is not an admin: reconnect the app with an admin.
    error("google-unauthorized", GOOGLE, "GoogleJsonResponseException: 401 Unauthorized", Reconnect),
    // API refused: wrong edition checkbox, wrong scopes, or daily API quota used up: fix edition/scopes, or wait a day.
    error("google-forbidden", GOOGLE, "GoogleJsonResponseException: 403 Forbidden", Outside),
    // Connection incomplete or expired: reconnect the app.
    error("google-token-response", GOOGLE, "TokenResponseException: 400 Bad Request", Reconnect),
    // Token invalid: reconnect the app.
    error("okta-unauthorized", OKTA, "HttpRequestFailure: Server returned: 401 Unauthorized", Reconnect),
    // Internal error: contact support.
    error("okta-io-exception", OKTA, "IOException:", Outside),
    // Internal error: contact support.
    error("okta-not-found", OKTA, "HttpRequestFailure: Server returned: 404 Not Found", Outside),
    // No Microsoft 365 licence assigned: assign a licence.
    error("microsoft-no-licence", MICROSOFT_365, r#"HttpRequestFailure: Server returned: 400 Bad Request: {"error":{"code":"AF20012","message":"Specified tenant ID (<tenant>) is incorrectly configured in the system.""#, Outside),
    // Audit logging off: turn on audit logging.
    error("microsoft-tenant-does-not-exist", MICROSOFT_365, "Microsoft.Office.Compliance.Audit.DataServiceException: Tenant <tenant> does not exist", Outside),
    // Audit logging off: turn on audit logging.
    error("microsoft-subscription-disabled", MICROSOFT_365, r#"{"error":"code":"AF20023","message":"The subscription was disabled.""#, Outside),
    // Internal problem: run Test now again.
    error("microsoft-unauthorized", MICROSOFT_365, "HttpRequestFailure: Server returned: 401 Unauthorized", Test),
    // Token expired: reconnect the app.
    error("microsoft-token-expired", MICROSOFT_365, r#"TokenRefreshException: {"error":"invalid_grant","error_description":"AADSTS70002: Error validating credentials. AADSTS70008: The provided authorization code or refresh token is expired. Send a new interactive authorization request for this user and resource."#, Reconnect),
    // Internal error: run Test now again.
    error("microsoft-read-timed-out", MICROSOFT_365, "SocketTimeoutException: Read timed out", Test),
    // Internal error: contact support.
    error("microsoft-null-pointer", MICROSOFT_365, "NullPointerException", Outside),
    // Domain or user invalid: reset settings and reconnect the app.
    error("microsoft-ignite", MICROSOFT_365, "IgniteException", Reconnect),
    // Domain or user invalid: reset settings and reconnect the app.
    error("microsoft-token-refresh", MICROSOFT_365, r#"ContextManagerServiceException: com.adallom.adalib.httputils.exceptions.TokenRefreshException: {"error":"invalid_grant","error_description":"AADSTS70002: Error validating credentials. AADSTS70008: ..."#, Reconnect),
    // Internal error: Test now after some minutes, else reconnect the app.
    error("microsoft-bad-request", MICROSOFT_365, "HttpRequestFailure: Server returned: 400 Bad Request", Test),
    // Internal error: run Test now again.
    error("salesforce-read-timed-out", SALESFORCE, "SocketTimeoutException: Read timed out", Test),
    // Connection incomplete or expired: reconnect the app.
    error("salesforce-bad-request", SALESFORCE, "HttpRequestFailure: Server returned: 400 Bad Request", Reconnect),
    // IP restriction on the Salesforce side: clear the session IP lock in Salesforce.
    error("salesforce-no-response", SALESFORCE, "Get Permissions: NoHttpResponseException: `<host>.salesforce.com:443` failed to respond", Outside),
    // Discovery API not enabled: ask the vendor to enable it.
    error("slack-team-not-authorized", SLACK, "team_not_authorized", Outside),
    // Insufficient permissions: reconnect the app with an admin.
    error("servicenow-forbidden", SERVICENOW, "RuntimeException: com.adallom.adalib.httputils.exceptions.HttpRequestFailure: Server returned: 403 Forbidden", Reconnect),
    // No permission on audit logs / users: fix the security group.
    error("workday-permission-denied", WORKDAY, r#"Get events: {"code":403,"serverResponse" ... "body":"{"error":"permission denied"}""#, Outside),
    // Service account locked or disabled: check sign-on history.
    error("workday-invalid-grant", WORKDAY, r#""code":400,"serverResponse" ... body":"{"error":"invalid_grant"}"#, Outside),
    // Client token invalid or expired: create a new API client token.
    error("workday-invalid-client", WORKDAY, r#""code":401,"serverResponse": ... body":"{"error":"invalid_client"}""#, Outside),
    // Connecting user is no longer admin, or licence unsupported: make the user admin / check the licence.
    error("zendesk-forbidden", ZENDESK, "Get user: Success Get events: Request failed with status code 403", Outside),
];

impl ConnectorError {
    /// The connector of this app can have it.
    pub fn fits(&self, app: u32) -> bool {
        self.app == 0 || self.app == app
    }

    /// The name of the app whose connector has it; `None` where any can.
    pub fn of(&self) -> Option<&'static str> {
        connectable(self.app).map(|app| app.name)
    }
}

/// The place of the error with this name.
pub fn place_of(name: &str) -> Option<usize> {
    ERRORS.iter().position(|error| error.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_a_name_of_its_own_and_an_app_that_can_be_connected() {
        for (at, error) in ERRORS.iter().enumerate() {
            assert_eq!(place_of(error.name), Some(at));
            assert!(error.app == 0 || error.of().is_some(), "{}", error.name);
        }
    }
}
