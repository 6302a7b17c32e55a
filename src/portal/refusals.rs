//! What portals refuse: a page for people, JSON for a script of a page that asks for it. The rows are the simulator's own.

use http::StatusCode;

use askama::Template;

use crate::gateway::profile::GatewayRefusal;
use crate::gateway::{Answer, Inbound, Row, ServiceRefusal};
use crate::model::json::json;

use super::forms::is_script;
use super::frame::STYLE;
use super::send::sent;

/// Declares the catalogue of a portal, with how refusals of the gateway and of shared pages become its rows.
macro_rules! portal_refusals {
    ($(#[$meta:meta])* $name:ident of $service:expr) => {
        $crate::refusals! {
            $(#[$meta])*
            pub enum $name of $service, answered by crate::portal::answered {
                /// There is no such page.
                NoPage { path: String } = 404, "NotFound", "There is no page {path}.";
                /// The page is there, but not for this method.
                Method { allowed: String } = 405, "MethodNotAllowed", "This page takes {allowed}.";
                /// What was posted can't be read.
                Unread { problem: String } = 400, "BadRequest", "The form can't be read: {problem}.";
                /// Who visits lacks the role for this, or the form is no page's of this portal.
                Forbidden { problem: String } = 403, "Forbidden", "You can't do this: {problem}.";
                /// Something stands against it now.
                Conflict { problem: String } = 409, "Conflict", "This can't be done now: {problem}.";
                /// Entra ID did not sign anybody in.
                SignIn { problem: String } = 401, "SignInFailed", "Nobody was signed in: {problem}.";
                /// Too many requests: only by a fault.
                Throttled = 429, "TooManyRequests", "Too many requests. Try again later.";
                /// The tenant's journal can't be written any more.
                JournalLost = 503, "ServiceUnavailable", "The portal is not available now. Try again later.";
            }
        }

        impl From<$crate::portal::Refusal> for $name {
            fn from(refusal: $crate::portal::Refusal) -> Self {
                use $crate::portal::Refusal;
                match refusal {
                    Refusal::NoPage { path } => Self::NoPage { path },
                    Refusal::Method { allowed } => Self::Method { allowed },
                    Refusal::Unread { problem } => Self::Unread { problem },
                    Refusal::Forbidden { problem } => Self::Forbidden { problem },
                    Refusal::Conflict { problem } => Self::Conflict { problem },
                    Refusal::SignIn { problem } => Self::SignIn { problem },
                    Refusal::Throttled => Self::Throttled,
                    Refusal::JournalLost => Self::JournalLost,
                }
            }
        }
    };
}

pub(crate) use portal_refusals;

/// What any portal refuses.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// There is no such page.
    NoPage {
        /// Which.
        path: String,
    },
    /// The page takes other methods.
    Method {
        /// Which.
        allowed: String,
    },
    /// What was posted can't be read.
    Unread {
        /// What is wrong.
        problem: String,
    },
    /// Who asks may not.
    Forbidden {
        /// Why.
        problem: String,
    },
    /// Something stands against it now.
    Conflict {
        /// What.
        problem: String,
    },
    /// Nobody was signed in.
    SignIn {
        /// Why.
        problem: String,
    },
    /// Too many requests.
    Throttled,
    /// The journal is lost.
    JournalLost,
}

/// What a refusal of the gateway is at a portal.
pub fn from_gateway(refusal: GatewayRefusal) -> Refusal {
    match refusal {
        GatewayRefusal::NoRoute { path, .. } => Refusal::NoPage { path },
        GatewayRefusal::Method { allowed, .. } => Refusal::Method { allowed },
        GatewayRefusal::TooLarge { limit } => {
            Refusal::Unread { problem: format!("it is larger than {limit} bytes") }
        }
        GatewayRefusal::Incomplete => Refusal::Unread { problem: "it broke off".to_owned() },
        GatewayRefusal::UnknownTenant { name } => Refusal::NoPage { path: format!("of a tenant {name}") },
        GatewayRefusal::WrongTenant => {
            Refusal::Forbidden { problem: "the credential is of another tenant".to_owned() }
        }
        GatewayRefusal::Throttled { .. } => Refusal::Throttled,
        GatewayRefusal::JournalLost(_) => Refusal::JournalLost,
        // Portals ask for no credentials by header, and their hosts are played.
        _ => Refusal::Forbidden { problem: "this portal does not do that".to_owned() },
    }
}

#[derive(Template)]
#[template(path = "portal_refused.html")]
struct RefusedPage<'a> {
    style: &'a str,
    status: u16,
    heading: &'static str,
    text: &'a str,
}

/// The answer: a page; JSON for a script that asks for it.
pub fn answered(refusal: &dyn ServiceRefusal, ctx: &Inbound<'_>) -> Answer {
    let (row, text) = (refusal.row(), refusal.message());
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
    if is_script(ctx) {
        return Answer::json(status, &json!({"error": {"code": row.code, "message": text}}));
    }
    let page = RefusedPage { style: &STYLE, status: row.status, heading: heading(status), text: &text };
    sent(status, page.render().unwrap_or_default(), None)
}

/// What stands above it.
fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "No such page",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::CONFLICT => "Not now",
        StatusCode::UNAUTHORIZED => "Not signed in",
        _ => "That did not work",
    }
}

/// What to do about a refusal.
pub fn advise(row: Option<&Row>, _reason: Option<&str>) -> Option<&'static str> {
    Some(match row?.name {
        "NoPage" => "`mock-defender routes` lists the pages that are played.",
        "SignIn" => "Open the page again: it leads to the sign-in.",
        "Forbidden" => {
            "Sign in as a Global Administrator or Security Administrator, and use the page's own form."
        }
        _ => return None,
    })
}
