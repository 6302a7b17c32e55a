//! What the storage service refuses, and the envelope of its errors: XML, with the code in a header, too.
//!
//! Sources: <https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2>,
//! <https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes>.

use http::StatusCode;

use crate::gateway::profile::GatewayRefusal;
use crate::gateway::{Answer, Inbound, Refused, Row, Service};
use crate::refusals;

use super::answer::{self, escaped};

refusals! {
    /// What the storage service refuses.
    pub enum StorageRefusal of Service::Storage, answered by refuse {
        /// The address has no signature.
        NoSignature = 401, "NoAuthenticationInformation",
            "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.";
        /// The signature does not hold, or its time is not now.
        Signature { detail: String } = 403, "AuthenticationFailed",
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";
        /// The signature lets something else be done.
        Permission = 403, "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.";
        /// No blob can be at the path.
        NoResource = 404, "ResourceNotFound", "The specified resource does not exist.";
        /// The path is known, the method is not.
        Verb { allowed: String } = 405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.";
        /// A header is missing.
        NoHeader { name: String } = 400, "MissingRequiredHeader",
            "An HTTP header that's mandatory for this request is not specified.";
        /// A header has a value that it can't have.
        Header { name: String, value: String } = 400, "InvalidHeaderValue",
            "The value for one of the HTTP headers is not in the correct format.";
        /// A parameter of the query is missing.
        NoParameter { name: String } = 400, "MissingRequiredQueryParameter",
            "A query parameter that's mandatory for this request is not specified.";
        /// A parameter of the query has a value that it can't have.
        Parameter { name: String, value: String } = 400, "InvalidQueryParameterValue",
            "Value for one of the query parameters specified in the request URI is invalid.";
        /// A list of blocks is no XML.
        NotXml = 400, "InvalidXmlDocument", "XML specified is not syntactically valid.";
        /// A list names blocks that were not sent, or are there no longer.
        BlockList = 400, "InvalidBlockList", "The specified block list is invalid.";
        /// The body is larger than can be.
        TooLarge { limit: usize } = 413, "RequestBodyTooLarge",
            "The request body is too large and exceeds the maximum permissible limit.";
        /// The body broke off.
        Incomplete = 400, "IncompleteBody", "The request body ended early.";
        /// Only by a fault: it is too busy.
        Busy = 503, "ServerBusy", "The server is busy.";
        /// What was written can't be kept.
        JournalLost = 503, "ServerBusy", "The server is currently unable to receive requests. Please retry your request.";
    }
}

/// Words a refusal of the gateway.
pub(super) fn from_gateway(refusal: GatewayRefusal) -> Refused {
    match refusal {
        GatewayRefusal::Method { allowed, .. } => StorageRefusal::Verb { allowed }.into(),
        GatewayRefusal::TooLarge { limit } => StorageRefusal::TooLarge { limit }.into(),
        GatewayRefusal::Incomplete => StorageRefusal::Incomplete.into(),
        GatewayRefusal::Throttled { .. } => StorageRefusal::Busy.into(),
        GatewayRefusal::JournalLost(why) => {
            Refused::from(StorageRefusal::JournalLost).because(why.to_string())
        }
        _ => StorageRefusal::NoResource.into(),
    }
}

/// What to do about a refusal.
pub(super) fn advise(row: Option<&Row>, reason: Option<&str>) -> Option<&'static str> {
    let _ = reason;
    Some(match row?.name {
        "NoSignature" => {
            "Send the file to the whole `url` that upload_url answered, with everything behind its `?`."
        }
        "Signature" => {
            "Ask upload_url for a new address: it holds for an hour of the tenant's clock, and as it was answered only."
        }
        "NoHeader" => {
            "Send `x-ms-blob-type: BlockBlob`, or the file in blocks (`comp=block`, then `comp=blocklist`)."
        }
        "TooLarge" => "Send the file in blocks (`comp=block`, then `comp=blocklist`), or as several files.",
        "BlockList" => {
            "Send every block before the list that names it, and the list soon: a restart forgets blocks."
        }
        _ => return None,
    })
}

fn refuse(refusal: &StorageRefusal, ctx: &Inbound<'_>) -> Answer {
    use crate::gateway::ServiceRefusal as _;
    let row = refusal.row();
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
    let detail = match refusal {
        StorageRefusal::Signature { detail } => {
            format!("<AuthenticationErrorDetail>{}</AuthenticationErrorDetail>", escaped(detail))
        }
        StorageRefusal::NoHeader { name } => format!("<HeaderName>{}</HeaderName>", escaped(name)),
        StorageRefusal::Header { name, value } => {
            format!("<HeaderName>{}</HeaderName><HeaderValue>{}</HeaderValue>", escaped(name), escaped(value))
        }
        StorageRefusal::NoParameter { name } => {
            format!("<QueryParameterName>{}</QueryParameterName>", escaped(name))
        }
        StorageRefusal::Parameter { name, value } => format!(
            "<QueryParameterName>{}</QueryParameterName><QueryParameterValue>{}</QueryParameterValue>",
            escaped(name),
            escaped(value)
        ),
        StorageRefusal::TooLarge { limit } => format!("<MaxLimit>{limit}</MaxLimit>"),
        _ => String::new(),
    };
    let body = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{}</Code><Message>{}\nRequestId:{}\nTime:{}</Message>{detail}</Error>",
        row.code,
        escaped(&refusal.message()),
        ctx.request_id,
        ctx.now().to_ticks_text(0),
    );
    let mut answer = answer::dressed(ctx, Answer::with_type(status, "application/xml", body));
    answer = answer.header("x-ms-error-code", row.code);
    match refusal {
        StorageRefusal::NoSignature => answer.header("www-authenticate", "Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize resource_id=https://storage.azure.com"),
        StorageRefusal::Verb { allowed } => answer.header("allow", allowed),
        _ => answer,
    }
}
