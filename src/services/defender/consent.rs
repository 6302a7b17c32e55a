//! The end of the dialog of consent: a window that tells the page behind it, and closes.

use askama::Template;

use crate::facts;
use crate::gateway::Ctx;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::model::copilot::Blocked;
use crate::portal::{Frame, Script};

use super::PORTAL;

/// Tells the page that opened this window, if one did: of this portal or the former one. It is no secret.
const SCRIPT: Script = Script("opener?.postMessage('copilot-consent', '*'); if (opener) close()");

#[derive(Template)]
#[template(path = "consent_done.html")]
struct Page {
    accepted: bool,
    lost: bool,
    late: bool,
}

/// `GET /copilot/consent`
pub(super) fn back(ctx: &Ctx<'_>) -> Handled {
    let form = Form::read(ctx.query().as_bytes());
    let number = form.get("state").and_then(|state| state.parse().ok());
    let connection = facts::connection(&ctx.view);
    let dialog = connection.dialog.as_ref().filter(|dialog| Some(dialog.number) == number);
    let answered = dialog.is_some_and(|dialog| dialog.answered);
    let accepted = answered && form.get("error").is_none();
    // A browser that keeps cookies of others back loses what is said here.
    let lost = dialog.is_some_and(|dialog| dialog.blocked == Some(Blocked::Cookies));
    let waits = connection.waiting_dialog(ctx.now()).is_some_and(|dialog| Some(dialog.number) == number);
    let late = !answered && !waits;
    let frame = Frame::of(ctx, &PORTAL, None, "Consent", "").bare();
    Ok(frame.sent(&Page { accepted, lost, late }, (!lost && !late).then_some(&SCRIPT)))
}
