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
    let foreign = every(header::ORIGIN).any(|origin| origin.as_bytes() != own.as_bytes());
    let elsewhere =
        ctx.header("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    !foreign && !elsewhere
}
