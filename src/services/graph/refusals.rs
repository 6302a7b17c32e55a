//! What Microsoft Graph refuses, and the envelope of its errors.
//!
//! Sources: <https://learn.microsoft.com/graph/errors>; answers of the genuine service in public issue reports.

use http::StatusCode;

use crate::gateway::profile::{GatewayRefusal, Unauthenticated};
use crate::gateway::{Answer, Inbound, Refused, Row, Service, ServiceRefusal as _};
use crate::identity::TokenError;
use crate::model::base64;
use crate::model::json::json;
use crate::refusals;

refusals! {
    /// What Microsoft Graph refuses.
    pub enum GraphRefusal of Service::Graph, answered by answer {
        /// No `Authorization` header.
        NoToken = 401, "InvalidAuthenticationToken", "Access token is empty.";
        /// The bearer token has expired, or is not valid yet.
        Lifetime = 401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.";
        /// The bearer token is for another audience.
        Audience = 401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.";
        /// The bearer token is no token that holds.
        Invalid = 401, "InvalidAuthenticationToken", "Access token validation failure.";
        /// The user is disabled or has lost the session, and the client can get a newer token.
        Challenged { since: i64 } = 401, "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
        /// The token lacks the permission.
        Forbidden = 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.";
        /// The token is an application's own.
        NoUser = 400, "BadRequest", "/me request is only valid with delegated authentication flow.";
        /// Nothing is served under this path.
        NoRoute = 404, "ResourceNotFound", "Resource not found.";
        /// The path is served, but not for this method.
        Method = 405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.";
        /// The body broke off or is too large.
        BadBody = 400, "BadRequest", "Unable to read the request payload.";
        /// Too many requests: only by a fault. Source: <https://learn.microsoft.com/graph/throttling>
        Throttled = 429, "TooManyRequests", "Please retry again later.";
        /// The tenant's journal can't be written any more. The text is (unverified).
        JournalLost = 503, "serviceNotAvailable", "The service isn't available. Try the request again after a delay.";
    }
}

/// Words a refusal of the gateway.
pub(super) fn from_gateway(refusal: GatewayRefusal) -> Refused {
    match refusal {
        GatewayRefusal::Unauthenticated(why) => unauthenticated(&why),
        GatewayRefusal::WrongTenant => Refused::from(GraphRefusal::Invalid)
            .because("the token is of another tenant than the proxy user name says"),
        GatewayRefusal::Forbidden { needs } => Refused::from(GraphRefusal::Forbidden)
            .because(format!("the caller holds none of the permissions {}", needs.join(", "))),
        GatewayRefusal::Method { .. } => GraphRefusal::Method.into(),
        GatewayRefusal::TooLarge { limit } => {
            Refused::from(GraphRefusal::BadBody).because(format!("the body is larger than {limit} bytes"))
        }
        GatewayRefusal::JournalLost(why) => Refused::from(GraphRefusal::JournalLost).because(why.to_string()),
        GatewayRefusal::Throttled { .. } => GraphRefusal::Throttled.into(),
        GatewayRefusal::Incomplete => Refused::from(GraphRefusal::BadBody).because("the body broke off"),
        _ => GraphRefusal::NoRoute.into(),
    }
}

/// What to do about a refusal.
pub(super) fn advise(row: Option<&Row>, reason: Option<&str>) -> Option<&'static str> {
    Some(match row?.name {
        "Invalid" if reason == Some(JWT_AS_API_TOKEN) => "Send it as `Authorization: Bearer <JWT>`.",
        "NoToken" => {
            "Send `Authorization: Bearer <JWT>`, of the tenant's token endpoint with a scope of \
             https://graph.microsoft.com."
        }
        "Lifetime" => {
            "Get a new token: what counts is the tenant's clock (GET /_mock/tenants/{tenant}/clock), not this machine's."
        }
        "Audience" => {
            "Ask the token endpoint for a scope of https://graph.microsoft.com: a token is for one service."
        }
        "Challenged" => {
            "Get a new token with the claims that the WWW-Authenticate header carries: sign in again."
        }
        "NoUser" => "Sign a user in (code, device or password): a program's own token has no user behind it.",
        _ => return None,
    })
}

/// What the log says about a token under the wrong scheme.
const JWT_AS_API_TOKEN: &str =
    "a JSON web token came under the scheme `Token`, which is for API tokens of Cloud Apps";

fn unauthenticated(why: &Unauthenticated) -> Refused {
    match why {
        Unauthenticated::Missing => GraphRefusal::NoToken.into(),
        Unauthenticated::Token(error @ (TokenError::Expired { .. } | TokenError::NotYetValid { .. })) => {
            Refused::from(GraphRefusal::Lifetime).because(error.to_string())
        }
        Unauthenticated::Token(error) => Refused::from(GraphRefusal::Invalid).because(error.to_string()),
        Unauthenticated::WrongAudience { got } => {
            Refused::from(GraphRefusal::Audience).because(format!("the token is for the audience {got:?}"))
        }
        Unauthenticated::Challenged { valid_from } => {
            // Rounded up: a token of the same second may be older.
            let since = valid_from.seconds() + 1;
            Refused::from(GraphRefusal::Challenged { since })
                .because(format!("the user's sessions count from {valid_from} only"))
        }
        Unauthenticated::JwtAsApiToken => Refused::from(GraphRefusal::Invalid).because(JWT_AS_API_TOKEN),
        Unauthenticated::Malformed | Unauthenticated::UnknownApiToken | Unauthenticated::ApiTokenAsBearer => {
            Refused::from(GraphRefusal::Invalid).because("the Authorization header is not `Bearer <JWT>`")
        }
        Unauthenticated::UnknownApplication { client } => {
            Refused::from(GraphRefusal::Invalid).because(format!("the tenant has no application {client}"))
        }
        Unauthenticated::UnknownUser => {
            Refused::from(GraphRefusal::Invalid).because("the tenant has no such user")
        }
    }
}

fn answer(refusal: &GraphRefusal, ctx: &Inbound<'_>) -> Answer {
    let row = refusal.row();
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
    let request_id = ctx.request_id.to_string();
    let client_request_id = ctx.header("client-request-id").unwrap_or(&request_id);
    let date = ctx.now().to_string();
    let body = json!({"error": {
        "code": row.code,
        "message": refusal.message(),
        "innerError": {
            "date": date.get(..19).unwrap_or(&date),
            "request-id": request_id,
            "client-request-id": client_request_id,
        },
    }});
    let answer = Answer::json(status, &body)
        .header("access-control-allow-origin", "*")
        .header(
            "access-control-expose-headers",
            "Retry-After, request-id, client-request-id, WWW-Authenticate",
        )
        .header("request-id", &request_id)
        .header("client-request-id", client_request_id);
    if row.status == 401 { answer.header("www-authenticate", &challenge(refusal, ctx)) } else { answer }
}

/// How a client gets a token, and of which kind if the one it has does not do.
fn challenge(refusal: &GraphRefusal, ctx: &Inbound<'_>) -> String {
    let authorize = ctx.url(Service::Entra, "/common/oauth2/authorize");
    let plain = format!(
        r#"Bearer realm="", authorization_uri="{authorize}", client_id="00000003-0000-0000-c000-000000000000""#
    );
    let GraphRefusal::Challenged { since } = refusal else { return plain };
    let claims = format!(r#"{{"access_token":{{"nbf":{{"essential":true, "value":"{since}"}}}}}}"#);
    let claims = base64::encode_standard(claims.as_bytes());
    format!(r#"{plain}, error="insufficient_claims", claims="{claims}""#)
}
