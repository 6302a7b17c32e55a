//! Forms of pages: whether they were posted by one of ours.

use http::header;

use crate::gateway::Inbound;

/// A script of a page asks, and reads the answer as JSON.
pub(super) fn is_script(ctx: &Inbound<'_>) -> bool {
    ctx.header("accept").is_some_and(|accept| accept.contains("application/json"))
}

/// A page of this origin posted the form, or no browser did.
pub fn posted_here(ctx: &Inbound<'_>) -> bool {
    let every = |name| ctx.request.headers().get_all(name).iter();
    let own = ctx.authority.origin();
    let site = ctx.header("sec-fetch-site");
    // A page that tells nobody where it is, as those of Entra ID, is nowhere by this header; the browser itself says by the
    // other whether it was this origin (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    let hidden = |origin: &[u8]| origin == b"null" && site == Some("same-origin");
    let foreign =
        every(header::ORIGIN).any(|origin| origin.as_bytes() != own.as_bytes() && !hidden(origin.as_bytes()));
    let elsewhere = site.is_some_and(|site| site == "cross-site" || site == "same-site");
    !foreign && !elsewhere
}
