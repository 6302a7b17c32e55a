//! How a page is sent.
//!
//! Must never know: what stands on a page. Sources of the headers:
//! <https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html>;
//! <https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes> for the opener policy.

use http::StatusCode;

use super::Page;
use crate::door::{Answer, Ctx};
use crate::services::entra::wire;

/// What differs between the answers that carry a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Cuts the page off from the window that opened it, as the service begins to do for new applications: a
    /// pop-up can then neither be watched nor closed by its opener.
    pub severs_opener: bool,
}

/// An answer with this page, which nobody may keep, frame or guess the type of.
pub fn page(ctx: &Ctx<'_>, status: StatusCode, page: &impl Page, options: Options) -> Answer {
    let mut answer = Answer::with_type(status, "text/html; charset=utf-8", page.html())
        .header("content-security-policy", &page.policy())
        // For browsers that do not read `frame-ancestors`, and since the service sends it.
        .header("x-frame-options", "DENY")
        .header("referrer-policy", "no-referrer");
    if options.severs_opener {
        answer = answer.header("cross-origin-opener-policy", "same-origin");
    }
    wire::unkept(&mut answer.headers);
    wire::common(ctx, &mut answer.headers);
    answer
}
