//! How the API says no.
//!
//! Two envelopes are on record: `{"detail": …}` and, for a bad filter value, a list of form errors. The wording of
//! `detail` for 401, 403 and 404 is (unverified); clients look for "Invalid token" and "Forbidden".

use http::StatusCode;
use serde_json::json;

use crate::gateway::profile::{GatewayRefusal, Unauthenticated};
use crate::gateway::{Answer, Inbound, Refused, Service};
use crate::query::filters::FilterError;
use crate::refusals;

refusals! {
    /// What the Cloud Apps API refuses.
    pub enum CloudAppsRefusal of Service::CloudApps, answered by answer {
        /// No credential, or one that is malformed, unknown, expired, for another audience or another tenant.
        InvalidToken = 401, "", "Invalid token.";
        /// The token holds, but lacks every permission that the route takes.
        Forbidden = 403, "", "Forbidden";
        /// No route has this path.
        NoRoute = 404, "", "Not found.";
        /// No alert has this id.
        NoAlert { id: String } = 404, "", "Not found.";
        /// No activity has this id.
        NoActivity { id: String } = 404, "", "Not found.";
        /// The path is known, the method is not.
        Method { method: String, allowed: String } = 405, "", "Method \"{method}\" not allowed.";
        /// A filter, or the id in a path, has a value that it can't have.
        BadValue { value: String } = 400, "CONSOLE_FORMS_NOT_VALID_VALUE", "{value} is not valid";
        /// The body is not JSON.
        NotJson { problem: String } = 400, "", "JSON parse error - {problem}";
        /// The body is JSON, but not an object.
        NotAnObject = 400, "", "Invalid data. Expected a dictionary.";
        /// A bulk action came without `filters`.
        NoFilters = 400, "", "filters: This field is required.";
        /// The body is too large.
        TooLarge { limit: usize } = 413, "", "Request body exceeds {limit} bytes.";
        /// The body broke off.
        Incomplete = 400, "", "Request body ended early.";
        /// More than 30 requests within a minute.
        Throttled { seconds: i64, plural: &'static str } = 429, "",
            "Request was throttled. Expected available in {seconds} second{plural}.";
        /// The tenant's journal can't be written any more (unverified: the text is that of the API's framework).
        JournalLost = 503, "", "Service temporarily unavailable, try again later.";
    }
}

/// Words a refusal of the gateway.
pub(super) fn from_gateway(refusal: GatewayRefusal) -> Refused {
    match refusal {
        GatewayRefusal::Unauthenticated(why) => {
            Refused::from(CloudAppsRefusal::InvalidToken).because(held_against(&why))
        }
        GatewayRefusal::WrongTenant => Refused::from(CloudAppsRefusal::InvalidToken)
            .because("the credential belongs to another tenant than the host or the proxy user name says"),
        GatewayRefusal::UnknownTenant { name } => {
            Refused::from(CloudAppsRefusal::InvalidToken).because(format!("there is no tenant {name:?} here"))
        }
        GatewayRefusal::Forbidden { needs } => Refused::from(CloudAppsRefusal::Forbidden)
            .because(format!("the caller holds none of the permissions {}", needs.join(", "))),
        GatewayRefusal::NoRole { user } => Refused::from(CloudAppsRefusal::Forbidden)
            .because(format!("{user} has no role that lets a user do this in Defender for Cloud Apps")),
        GatewayRefusal::Method { allowed, method } => CloudAppsRefusal::Method { method, allowed }.into(),
        GatewayRefusal::TooLarge { limit } => CloudAppsRefusal::TooLarge { limit }.into(),
        GatewayRefusal::Incomplete => CloudAppsRefusal::Incomplete.into(),
        GatewayRefusal::Throttled { wait_millis } => {
            let seconds = (wait_millis + 999) / 1_000;
            CloudAppsRefusal::Throttled { seconds, plural: if seconds == 1 { "" } else { "s" } }.into()
        }
        GatewayRefusal::JournalLost => Refused::from(CloudAppsRefusal::JournalLost)
            .because("the journal of this tenant is full or can't be written any more; see the server's log"),
        GatewayRefusal::NoRoute { .. }
        | GatewayRefusal::CrossSite
        | GatewayRefusal::NotPlayed { .. }
        | GatewayRefusal::UnknownHost { .. } => CloudAppsRefusal::NoRoute.into(),
    }
}

/// What the request log says about a caller who is not let in.
fn held_against(why: &Unauthenticated) -> String {
    match why {
        Unauthenticated::Missing => "the Authorization header is missing".to_owned(),
        Unauthenticated::Malformed => {
            "the Authorization header is neither `Bearer <JWT>` nor `Token <64 hex digits>`".to_owned()
        }
        Unauthenticated::UnknownApiToken => "this tenant did not issue that API token".to_owned(),
        Unauthenticated::Token(fault) => format!("the bearer token does not hold: {fault}"),
        Unauthenticated::UnknownApplication { client } => {
            format!("the bearer token is of the application {client}, which this tenant does not have")
        }
        Unauthenticated::UnknownUser => {
            "the bearer token names a user whom this tenant does not have".to_owned()
        }
        Unauthenticated::Challenged { valid_from } => {
            format!("the user's sessions count from {valid_from} only")
        }
        Unauthenticated::WrongAudience { got } => {
            format!("the bearer token is for the audience {got:?}, expected {}", super::AUDIENCES[0])
        }
    }
}

/// A filter that can't be understood, as the API words it; the log says what was expected.
pub(super) fn bad_filter(error: &FilterError) -> Refused {
    Refused::from(CloudAppsRefusal::BadValue { value: error.value.clone() }).because(error.to_string())
}

fn answer(refusal: &CloudAppsRefusal, _ctx: &Inbound<'_>) -> Answer {
    use crate::gateway::ServiceRefusal as _;
    let status = StatusCode::from_u16(refusal.row().status).unwrap_or(StatusCode::BAD_REQUEST);
    let message = refusal.message();
    match refusal {
        CloudAppsRefusal::BadValue { value } => Answer::json(
            status,
            &json!({
                "filters": [{
                    "error": message,
                    "errorMessageCode": refusal.row().code,
                    "errorMessageParams": {"value": value},
                }],
                "error": true,
            }),
        ),
        CloudAppsRefusal::InvalidToken => {
            Answer::json(status, &json!({"detail": message})).header("www-authenticate", "Token")
        }
        CloudAppsRefusal::Method { allowed, .. } => {
            Answer::json(status, &json!({"detail": message})).header("allow", allowed)
        }
        CloudAppsRefusal::Throttled { seconds, .. } => {
            Answer::json(status, &json!({"detail": message})).header("retry-after", &seconds.to_string())
        }
        _ => Answer::json(status, &json!({"detail": message})),
    }
}
