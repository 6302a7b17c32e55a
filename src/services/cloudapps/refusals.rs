//! The errors of the API.
//!
//! Two envelopes are on record: `{"detail": …}` and, for a bad filter value, a list of form errors. The wording of
//! `detail` for 401, 403 and 404 is (unverified); clients look for "Invalid token" and "Forbidden".

use std::borrow::Cow;

use http::StatusCode;

use crate::gateway::profile::{GatewayRefusal, Unauthenticated};
use crate::gateway::{Answer, Inbound, Refused, Row, Service};
use crate::model::json::json;
use crate::query::filters::FilterError;
use crate::refusals;

refusals! {
    /// What the Cloud Apps API refuses.
    pub enum CloudAppsRefusal of Service::CloudApps, answered by answer {
        /// No credential, or one that is malformed, unknown, expired, for another audience or another tenant.
        InvalidToken = 401, "", "Invalid token.";
        /// The token holds, but lacks every permission that the route takes.
        Forbidden = 403, "", "Forbidden";
        /// The tenant has no licence for Defender for Cloud Apps: a page instead of JSON (status and text unverified).
        NotSubscribed = 403, "", "This organization has no subscription to Microsoft Defender for Cloud Apps.";
        /// No route has this path.
        NoRoute = 404, "", "Not found.";
        /// No alert has this id.
        NoAlert { id: String } = 404, "", "Not found.";
        /// No activity has this id.
        NoActivity { id: String } = 404, "", "Not found.";
        /// No policy of this type has this id.
        NoPolicy { id: String } = 404, "", "Not found.";
        /// No SIEM agent has this id.
        NoAgent { id: String } = 404, "", "Not found.";
        /// Nobody has this key.
        NoEntity { key: String } = 404, "", "Not found.";
        /// No file has this id.
        NoFile { id: String } = 404, "", "Not found.";
        /// Nothing else that a path names has this id: no data source, app of the catalogue, entry of the governance log.
        NoObject { id: String } = 404, "", "Not found.";
        /// A log is said to be for a data source that is not there. The code is on record, the text (unverified).
        NoDataSource { name: String } = 400, "CONSOLE_DISCOVERY_SETTINGS_PARSE_LOG_TASK_ERROR_NOT_FOUND_INPUT_STREAM",
            "The data source {name} was not found.";
        /// A field that is needed was not sent (unverified: the text is that of the API's framework).
        Required { field: String } = 400, "", "{field}: This field is required.";
        /// No connector has this id.
        NoConnector { id: String } = 404, "", "Not found.";
        /// A connector can't be connected, or changed so, as things stand (status and text unverified).
        Connector { problem: String } = 400, "", "{problem}";
        /// No range of addresses has this id.
        NoIpRange { id: String } = 404, "", "Not found.";
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
        /// The comment is too long (unverified: no bound is documented; the text is that of the API's framework).
        LongComment { most: usize } = 400, "", "comment: Ensure this field has no more than {most} characters.";
        /// A switch came without its position.
        NoEnabled = 400, "", "enabled: This field is required.";
        /// Copilot can't be switched on before what it needs is there (the simulator's own).
        Lacking { reason: String, remedy: String } = 409, "", "{reason}: {remedy}";
        /// The body is too large.
        TooLarge { limit: usize } = 413, "", "Request body exceeds {limit} bytes.";
        /// The body broke off.
        Incomplete = 400, "", "Request body ended early.";
        /// More than 30 requests within a minute.
        Throttled { seconds: i64, plural: Cow<'static, str> } = 429, "",
            "Request was throttled. Expected available in {seconds} second{plural}.";
        /// Only by a fault: too many requests, and nothing is said of when to come back.
        ThrottledUntold = 429, "", "Request was throttled.";
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
        GatewayRefusal::WrongTenant => Refused::from(CloudAppsRefusal::InvalidToken).because(OTHER_TENANT),
        GatewayRefusal::UnknownTenant { name } => {
            Refused::from(CloudAppsRefusal::InvalidToken).because(format!("there is no tenant {name:?} here"))
        }
        GatewayRefusal::Forbidden { needs } => Refused::from(CloudAppsRefusal::Forbidden)
            .because(format!("the caller holds none of the permissions {}", needs.join(", "))),
        GatewayRefusal::NoRole { user } => {
            Refused::from(CloudAppsRefusal::Forbidden).because(format!("{user}{NO_ROLE}"))
        }
        GatewayRefusal::NotSubscribed => {
            Refused::from(CloudAppsRefusal::NotSubscribed).because(NOT_SUBSCRIBED)
        }
        GatewayRefusal::Method { allowed, method } => CloudAppsRefusal::Method { method, allowed }.into(),
        GatewayRefusal::TooLarge { limit } => CloudAppsRefusal::TooLarge { limit }.into(),
        GatewayRefusal::Incomplete => CloudAppsRefusal::Incomplete.into(),
        GatewayRefusal::Throttled { wait_millis: Some(wait) } => {
            let seconds = (wait + 999) / 1_000;
            let plural = if seconds == 1 { "" } else { "s" }.into();
            CloudAppsRefusal::Throttled { seconds, plural }.into()
        }
        GatewayRefusal::Throttled { wait_millis: None } => CloudAppsRefusal::ThrottledUntold.into(),
        GatewayRefusal::JournalLost(why) => {
            Refused::from(CloudAppsRefusal::JournalLost).because(why.to_string())
        }
        GatewayRefusal::NoRoute { .. }
        | GatewayRefusal::CrossSite
        | GatewayRefusal::NotPlayed { .. }
        | GatewayRefusal::UnknownHost { .. } => CloudAppsRefusal::NoRoute.into(),
    }
}

/// What the request log says, as far as advice depends on it.
const NO_HEADER: &str = "the Authorization header is missing";
const NO_SCHEME: &str = "the Authorization header is neither `Bearer <JWT>` nor `Token <64 hex digits>`";
const JWT_AS_API_TOKEN: &str = "a JSON web token came under the scheme `Token`, which is for API tokens";
const API_TOKEN_AS_BEARER: &str = "an API token came under the scheme `Bearer`, which is for JSON web tokens";
const OTHER_API_TOKEN: &str = "this tenant did not issue that API token";
const OTHER_TENANT: &str =
    "the credential belongs to another tenant than the host or the proxy user name says";
const NOT_HELD: &str = "the bearer token does not hold: ";
const OTHER_AUDIENCE: &str = "the bearer token is for the audience ";
const NO_ROLE: &str = " has no role that lets a user do this in Defender for Cloud Apps";

/// What the log says of a tenant without a licence.
const NOT_SUBSCRIBED: &str =
    "the tenant has a licence for none of the products that include Defender for Cloud Apps";

/// What to do about a refusal, or about what the log says of an answer.
pub(super) fn advise(row: Option<&Row>, reason: Option<&str>) -> Option<&'static str> {
    let reason = reason.unwrap_or_default();
    Some(match row.map_or("", |row| row.name) {
        "InvalidToken" => invalid_token(reason)?,
        "Forbidden" if reason.contains(NO_ROLE) => {
            "Sign in as a persona with a role for it, such as `security-admin` or `global-admin`."
        }
        "NotSubscribed" => "Give the tenant a licence: {\"setSubscriptions\": {\"skus\": [\"SPE_E5\"]}}.",
        "NoEntity" => {
            "Ask GET /api/v1/entities/ for the entities that there are; the key is base64 of their `username`."
        }
        "NoAlert" | "NoActivity" | "NoFile" | "NoConnector" | "NoIpRange" => {
            "Ask the list for the ids that there are: another seed, tenant or fork has others, and so has one after a reset."
        }
        "BadValue" => {
            "GET /api/v1/alerts/metadata and /api/v1/activities/metadata list the filters with their operators."
        }
        "NoDataSource" => {
            "Add the data source (POST /api/v1/discovery/data_sources/), or send \"uploadAsSnapshot\": true for a report of its own."
        }
        "LongComment" => "Say it in fewer words, or send a link to where it is said.",
        "NoEnabled" => "Send {\"enabled\": true} or {\"enabled\": false}.",
        "NotJson" | "NotAnObject" => "Send a JSON object such as {\"filters\": {}, \"limit\": 10}.",
        "NoFilters" => {
            "Say which alerts are meant: {\"filters\": {\"id\": {\"eq\": [\"…\"]}}}; {\"filters\": {}} means all."
        }
        "" if reason.starts_with("filters without effect") => {
            "GET /api/v1/alerts/metadata and /api/v1/activities/metadata list the filters that there are."
        }
        _ => return None,
    })
}

/// The log may say more behind what is held against a credential.
fn invalid_token(reason: &str) -> Option<&'static str> {
    if let Some(error) = reason.strip_prefix(NOT_HELD) {
        return Some(match error {
            _ if error.starts_with("expired") => {
                "Get a new token: what counts is the tenant's clock (GET /_mock/tenants/{tenant}/clock), not this \
                 machine's."
            }
            _ if error.starts_with("not valid before") => {
                "The token is of the future: what counts is the tenant's clock (GET /_mock/tenants/{tenant}/clock), not \
                 this machine's."
            }
            _ => {
                "Send an access token of this simulator's token endpoint as it came, or mint one: `mock-defender token`."
            }
        });
    }
    let advice = [
        (
            NO_HEADER,
            "Send `Authorization: Token <API token>` (GET /_mock/info, or MDCA_TOKEN of `mock-defender env`), or a \
             bearer token: `mock-defender token`.",
        ),
        (
            NO_SCHEME,
            "Put the scheme in front: `Token` for an API token, `Bearer` for a token of the token endpoint.",
        ),
        (JWT_AS_API_TOKEN, "Send it as `Authorization: Bearer <JWT>`."),
        (API_TOKEN_AS_BEARER, "Send it as `Authorization: Token <API token>`."),
        (OTHER_API_TOKEN, ONE_TENANT),
        (OTHER_TENANT, ONE_TENANT),
        (
            OTHER_AUDIENCE,
            "Ask the token endpoint for the scope 05a65629-4c1b-48c1-a78b-804c4abdd4af/.default: a token is for one \
             service.",
        ),
    ];
    advice.iter().find(|(held, _)| reason.starts_with(held)).map(|(_, advice)| *advice)
}

/// What to do where credential and host do not belong together.
const ONE_TENANT: &str =
    "Take credential and host of one tenant: GET /_mock/info has `apiToken` and `cloudAppsUrl` of each.";

/// What the request log says about a caller who is not let in.
fn held_against(why: &Unauthenticated) -> String {
    match why {
        Unauthenticated::Missing => NO_HEADER.to_owned(),
        Unauthenticated::Malformed => NO_SCHEME.to_owned(),
        Unauthenticated::JwtAsApiToken => JWT_AS_API_TOKEN.to_owned(),
        Unauthenticated::ApiTokenAsBearer => API_TOKEN_AS_BEARER.to_owned(),
        Unauthenticated::UnknownApiToken => OTHER_API_TOKEN.to_owned(),
        Unauthenticated::Token(error) => format!("{NOT_HELD}{error}"),
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
            format!("{OTHER_AUDIENCE}{got:?}, expected {}", super::AUDIENCES[0])
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
        CloudAppsRefusal::NoDataSource { .. } => Answer::json(
            status,
            &json!({"error": true, "detail": message, "errorMessageCode": refusal.row().code}),
        ),
        CloudAppsRefusal::NotSubscribed => {
            let page = format!(
                "<!DOCTYPE html>\n<html lang=\"en\"><title>Access denied</title><p>{message}</p></html>\n"
            );
            Answer::with_type(status, "text/html; charset=utf-8", page)
        }
        CloudAppsRefusal::Lacking { reason, remedy } => {
            Answer::json(status, &json!({"detail": message, "reason": reason, "remedy": remedy}))
        }
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
