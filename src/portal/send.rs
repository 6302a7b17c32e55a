//! How pages are sent.
//!
//! Sources: <https://www.w3.org/TR/CSP3/>,
//! <https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html>.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use http::{StatusCode, header};

use crate::gateway::Answer;
use crate::model::base64;

use super::frame::STYLE;

/// A script that stands in a page itself; the policy names its hash.
#[derive(Debug)]
pub struct Script(pub &'static str);

/// Only what stands in the page itself, and requests to the same origin. `form-action` is left unset on purpose: browsers
/// hold it against the redirect that follows a `POST`, too, and a sign-in leads elsewhere. No opener policy is set, since
/// the dialog of consent speaks to the page that opened it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; img-src data:; style-src {}; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash(&STYLE)
    )
});

/// How a policy names what stands in the page itself (CSP3, 2.3.1).
pub fn hash(text: &str) -> String {
    format!("'sha256-{}'", base64::encode_standard(digest(&SHA256, text.as_bytes()).as_ref()))
}

/// An answer with a page, which nobody may keep, frame or guess the type of.
pub fn sent(status: StatusCode, html: String, script: Option<&Script>) -> Answer {
    let policy = match script {
        Some(script) => format!("{}; script-src {}", *POLICY, hash(script.0)),
        None => POLICY.clone(),
    };
    Answer::with_type(status, "text/html; charset=utf-8", html)
        .header("content-security-policy", &policy)
        .header("cache-control", "no-store")
        .header("x-frame-options", "DENY")
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "same-origin")
}

/// Sends the browser on after a form, to be loaded by `GET`.
pub fn back_to(place: &str) -> Answer {
    Answer::empty(StatusCode::SEE_OTHER)
        .header(header::LOCATION.as_str(), place)
        .header("cache-control", "no-store")
}
