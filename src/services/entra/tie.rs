//! What ties the forms of a flow to the browser that began it: a cookie for each flow.
//!
//! A form carries the whole flow, so without it whoever has begun one could let somebody else's browser end it, which would
//! then be signed in as a person that its user never meant (<https://www.rfc-editor.org/rfc/rfc6819#section-4.4.1.8>).

use crate::gateway::{Answer, Inbound};
use crate::model::ids::Guid;
use crate::portal::cookies;

/// How the names of the cookies begin; the number of the flow follows. The genuine service has some of this name, too.
const NAME: &str = "esctx-";

/// No browser has more flows under way: another one leaves the oldest behind.
const MOST_UNDER_WAY: usize = 8;

fn name(flow: Guid) -> String {
    format!("{NAME}{flow}")
}

/// Whether the browser of a request began the flow of this number.
pub(super) fn holds(ctx: &Inbound<'_>, flow: Guid) -> bool {
    cookies::cookie(ctx, &name(flow)).is_some()
}

/// The answer that begins a flow: if it is a page of it, it sets the cookie.
pub(super) fn begin(ctx: &Inbound<'_>, answer: Answer, flow: Guid) -> Answer {
    let is_page = std::str::from_utf8(&answer.body).is_ok_and(|page| page.contains("name=\"flowToken\""));
    if !is_page {
        return answer;
    }
    cookies::begun(ctx, answer, NAME, &name(flow), "Lax", MOST_UNDER_WAY)
}
