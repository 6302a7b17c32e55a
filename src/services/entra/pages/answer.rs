//! How a page is sent.
//!
//! Must never know: what stands on a page. Sources of the headers:
//! <https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html>;
//! <https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes> for the opener policy.

use http::StatusCode;

use super::{Beside, Page};
use crate::gateway::{Answer, Inbound};
use crate::services::entra::{presenter, wire};

/// What differs between the answers that carry a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Cuts the page off from the window that opened it, as the service begins to do for new applications: a
    /// pop-up can then neither be watched nor closed by its opener.
    pub severs_opener: bool,
}

/// An answer with this page, which nobody may keep, frame or guess the type of.
pub fn page(ctx: &Inbound<'_>, status: StatusCode, page: &impl Page, options: Options) -> Answer {
    let panel = if page.is_seen() { presenter::panel(ctx) } else { None };
    let mut answer = bare(status, page, panel, options);
    wire::unkept(&mut answer.headers);
    wire::common(ctx, &mut answer.headers);
    answer
}

/// The page with the headers that are its own.
fn bare(status: StatusCode, page: &impl Page, beside: Beside, options: Options) -> Answer {
    let policy = page.policy(beside.is_some());
    let answer = Answer::with_type(status, "text/html; charset=utf-8", page.html(beside))
        .header("content-security-policy", &policy)
        // For browsers that do not read `frame-ancestors`, and since the service sends it.
        .header("x-frame-options", "DENY")
        .header("referrer-policy", "no-referrer");
    if options.severs_opener { answer.header("cross-origin-opener-policy", "same-origin") } else { answer }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::entra::pages::ErrorLookup;

    #[test]
    fn the_opener_policy_header_is_sent_only_if_the_tenant_wants_it() {
        let lookup = ErrorLookup { code: "", text: None };
        for severs_opener in [false, true] {
            let answer = bare(StatusCode::OK, &lookup, None, Options { severs_opener });
            assert_eq!(answer.headers.contains_key("cross-origin-opener-policy"), severs_opener);
            assert_eq!(answer.headers["x-frame-options"], "DENY");
            assert_eq!(answer.headers["referrer-policy"], "no-referrer");
            assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
            assert_eq!(answer.headers["content-security-policy"], lookup.policy(false).as_str());
        }
    }
}
