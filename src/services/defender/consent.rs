//! The end of the dialog of consent: a window that tells the page behind it, and closes.

use askama::Template;

use crate::facts;
use crate::gateway::Ctx;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::model::copilot::Blocked;
use crate::portal::{Frame, Script};

use super::PORTAL;

/// Tells the page that opened this window, if one did.
const SCRIPT: Script = Script("opener?.postMessage('copilot-consent', location.origin); if (opener) close()");

#[derive(Template)]
#[template(path = "consent_done.html")]
struct Page {
    accepted: bool,
    lost: bool,
}

/// `GET /copilot/consent`
pub(super) fn back(ctx: &Ctx<'_>) -> Handled {
    let form = Form::read(ctx.query().as_bytes());
    let accepted = form.get("error").is_none();
    let dialog = facts::connection(&ctx.view).dialog.as_ref();
    // A browser that keeps cookies of others back loses what is said here.
    let lost = dialog.is_some_and(|dialog| dialog.blocked == Some(Blocked::Cookies));
    let frame = Frame::of(ctx, &PORTAL, None, "Consent", "").bare();
    Ok(frame.sent(&Page { accepted, lost }, (!lost).then_some(&SCRIPT)))
}
