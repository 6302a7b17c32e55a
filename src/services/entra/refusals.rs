//! What Entra ID refuses at these routes, and the envelope of its errors.
//!
//! A row's code is the OAuth error (RFC 6749, 5.2); its message starts with the AADSTS number, from which the number
//! in the body is read.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>; the texts as they stand in
//! public issue reports of client libraries.

use http::StatusCode;
use serde::Serialize;

use crate::door::face::DoorRefusal;
use crate::door::{Answer, Ctx, Refusal as _, Refused, Row, Service};
use crate::refusals;

use super::{is_tenant_name, wire};

refusals! {
    /// What Entra ID refuses.
    pub enum Refusal of Service::Entra, answered by answer {
        /// Nothing is served under this path. The answer has no body.
        NoRoute = 404, "", "Nothing is served under this path.";
        /// The path is served, but not for this method.
        WrongVerb { allowed: String, method: String } = 400, "invalid_request",
            "AADSTS900561: The endpoint only accepts {allowed} requests. Received a {method} request.";
        /// The body broke off or is too large.
        Malformed = 400, "invalid_request", "AADSTS90023: The request body is not a valid form.";
        /// A parameter stands twice in the body.
        DuplicateParameter { name: &'static str } = 400, "invalid_request",
            "AADSTS9000411: The request is not properly formatted. The parameter '{name}' is duplicated.";
        /// A parameter is missing or empty.
        MissingParameter { name: &'static str } = 400, "invalid_request",
            "AADSTS900144: The request body must contain the following parameter: '{name}'.";

        /// The path names a tenant that does not exist.
        UnknownTenant { name: String } = 400, "invalid_request",
            "AADSTS90002: Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";
        /// A discovery document or key set is asked of a tenant that does not exist.
        UndiscoveredTenant { name: String } = 400, "invalid_tenant",
            "AADSTS90002: Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";
        /// The path names something that is neither a GUID nor a domain.
        NoTenantName { name: String } = 400, "invalid_request",
            "AADSTS900023: Specified tenant identifier '{name}' is neither a valid DNS name, nor a valid external domain.";
        /// An application asks for its own rights without saying in which tenant: `common` or `organizations`.
        NoTenant = 400, "invalid_request",
            "AADSTS50059: No tenant-identifying information found in either the request or implied by any provided credentials.";
        /// Path and credential name different tenants.
        TenantsDisagree = 400, "invalid_request",
            "AADSTS50128: Invalid domain name - No tenant-identifying information found in either the request or implied by any provided credentials.";
        /// Instance discovery is asked about a host that is none of Entra ID.
        UnknownInstance = 400, "invalid_instance", "AADSTS50049: Unknown or invalid instance.";

        /// The grant is unknown, or not one that the simulator plays.
        UnsupportedGrant { grant: String } = 400, "unsupported_grant_type",
            "AADSTS70003: The app requested an unsupported grant type '{grant}'.";
        /// `resource` at the endpoint of version 2.0.
        ResourceParameter = 400, "invalid_request",
            "AADSTS901002: The 'resource' request parameter is not supported.";
        /// The scope is not a resource with `/.default`.
        NotDefaultScope { scope: String } = 400, "invalid_scope",
            "AADSTS1002012: The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).";
        /// The scope names several resources.
        InvalidScope { scope: String } = 400, "invalid_scope",
            "AADSTS70011: The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.";
        /// The tenant does not know the resource.
        UnknownResource { resource: String, directory: String } = 400, "invalid_resource",
            "AADSTS500011: The resource principal named {resource} was not found in the tenant named {directory}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.";

        /// The tenant does not know the client.
        UnknownClient { client: String, directory: String } = 400, "unauthorized_client",
            "AADSTS700016: Application with identifier '{client}' was not found in the directory '{directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.";
        /// A public client presents a secret or an assertion.
        PublicClient = 401, "invalid_client",
            "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        /// Neither secret nor assertion.
        MissingCredential = 401, "invalid_client",
            "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.";
        /// The secret is not the client's.
        WrongSecret { client: String } = 401, "invalid_client",
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'.";
        /// The assertion is no signed token.
        MalformedAssertion = 401, "invalid_client", "AADSTS50027: JWT token is invalid or malformed.";
        /// The assertion is signed with a certificate that the client has not registered.
        UnknownCertificate { thumbprint: String, client: String } = 401, "invalid_client",
            "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{client}'].";
        /// A web page asks, as its `Origin` header tells, with a credential.
        CrossOrigin { origin: String } = 400, "invalid_request",
            "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'.";
    }
}

/// An error as it stands in the body, members in the genuine order.
#[derive(Serialize)]
struct Envelope<'a> {
    error: &'a str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: String,
    trace_id: String,
    correlation_id: String,
    error_uri: String,
}

/// The AADSTS number at the front of a row's text; 0 for the row without one.
fn number(row: &Row) -> u32 {
    let digits = row.message.strip_prefix("AADSTS").and_then(|rest| rest.split(':').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn answer(refusal: &Refusal, ctx: &Ctx<'_>) -> Answer {
    let refusal = refusal.at(ctx);
    let row = refusal.row();
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = number(row);
    if code == 0 {
        return Answer::empty(status);
    }
    let text = refusal.message();
    let (trace_id, correlation_id) = (ctx.request_id.to_string(), wire::correlation_id(ctx).to_string());
    let timestamp = ctx.now().to_spaced();
    let envelope = Envelope {
        error: row.code,
        error_description: format!(
            "{text} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}"
        ),
        error_codes: [code],
        timestamp,
        trace_id,
        correlation_id,
        error_uri: ctx.url(Service::Entra, &format!("/error?code={code}")),
    };
    wire::fresh(ctx, status, code, &envelope)
}

/// Words what the door refuses on behalf of Entra ID.
pub(super) fn from_door(refusal: DoorRefusal) -> Refused {
    match refusal {
        DoorRefusal::Method { allowed, method } => Refusal::WrongVerb { allowed, method }.into(),
        DoorRefusal::UnknownTenant { name } if is_tenant_name(&name) => {
            Refusal::UnknownTenant { name }.into()
        }
        DoorRefusal::UnknownTenant { name } => Refusal::NoTenantName { name }.into(),
        DoorRefusal::WrongTenant => Refusal::TenantsDisagree.into(),
        DoorRefusal::TooLarge { limit } => {
            let reason = format!("the body is larger than {limit} bytes");
            Refused::from(Refusal::Malformed).because(reason)
        }
        DoorRefusal::Incomplete => Refused::from(Refusal::Malformed).because("the body broke off"),
        // The rest is either a path that is not there or can not happen: Entra ID asks for no credential, counts
        // nothing and is reached by its own names only.
        _ => Refusal::NoRoute.into(),
    }
}

impl Refusal {
    /// What it is at the route that was asked: discovery words unknown tenants in its own way, whatever their name
    /// looks like.
    fn at(&self, ctx: &Ctx<'_>) -> Self {
        match self {
            Self::UnknownTenant { name } | Self::NoTenantName { name }
                if ctx.request.method() == http::Method::GET =>
            {
                Self::UndiscoveredTenant { name: name.clone() }
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_starts_with_its_number_and_ends_its_first_sentence() {
        for row in Refusal::ROWS.iter().filter(|row| row.name != "NoRoute") {
            assert!(number(row) > 0, "{}", row.name);
            assert!(row.message.ends_with('.'), "{}: clients cut the text at a full stop", row.name);
            assert!(!row.code.is_empty(), "{}", row.name);
            let expected = if row.code == "invalid_client" { 401 } else { 400 };
            assert_eq!(row.status, expected, "{}", row.name);
        }
    }
}
