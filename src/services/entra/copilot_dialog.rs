//! The dialog in which an administrator consents to the connection of Copilot: an administrator's consent like any other,
//! whose answer the connection hears of.
//!
//! The dialog and its statement are the simulator's own: no page of the vendor shows them.

use crate::catalogue::copilot;
use crate::facts::{self, PersonFacts};
use crate::gateway::form::Form;
use crate::gateway::{Ctx, Refused};
use crate::identity::client::Client;
use crate::model::command::By;
use crate::model::copilot::{CopilotCommand, MAY_CONNECT};
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;

use super::admin_consent::Admin;
use super::client::origin_of;
use super::refusals::EntraRefusal;
use super::sealed::SignedIn;
use super::wire::field;

/// What the application says about the data that it reads.
pub(super) const STATEMENT: &[&str] = &[
    "Alerts of cloud apps: severity, category, status",
    "Activities of users and administrators in the connected apps, with address and location",
    "Discovered apps (Shadow IT) and their risk scores",
    "Permissions of apps, and details of OAuth tokens",
    "The data stays in this tenant. Nothing is changed: no permission to write is asked for.",
];

/// The dialog of a request, if it is one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialog {
    /// This one waits for an answer.
    Waiting(u32),
    /// It was answered, has waited too long, or is another one's predecessor: nothing comes of an answer any more.
    Over,
}

/// The dialog that a request is about: the one that its `state` names. A request that chooses scopes asks for something
/// else than the dialog does.
pub(super) fn meant(ctx: &Ctx<'_>, client: &Client, form: &Form) -> Option<Dialog> {
    if field(form, "scope").is_some() || client.id() != Guid::literal(copilot::API) {
        return None;
    }
    let number = field(form, "state")?.parse().ok()?;
    let connection = facts::connection(&ctx.view);
    let waits = connection.waiting_dialog(ctx.now()).is_some_and(|dialog| dialog.number == number);
    match waits {
        true => Some(Dialog::Waiting(number)),
        false => connection.has_asked(number).then_some(Dialog::Over),
    }
}

/// Both roles may answer, though consent for everybody takes more in Entra ID.
pub(super) fn may(ctx: &Ctx<'_>, who: SignedIn) -> bool {
    let roles = PersonFacts::of(&ctx.view, who.user).map(|person| person.roles()).unwrap_or_default();
    roles.iter().any(|role| MAY_CONNECT.contains(role))
}

/// The dialog is shown. Whether it may be, is seen when it is answered.
pub(super) fn opened(ctx: &Ctx<'_>, dialog: u32) {
    let shown = facts::connection(&ctx.view).dialog.as_ref().is_some_and(|dialog| dialog.opened);
    if !shown && let Err(refusal) = ctx.submit(CopilotCommand::OpenCopilotDialog { dialog: Some(dialog) }) {
        ctx.note(refusal.to_string());
    }
}

/// It is answered with yes.
///
/// # Errors
/// It does not wait any more, or who answers may not.
pub(super) fn accepted(ctx: &Ctx<'_>, dialog: u32, admin: &Admin, who: SignedIn) -> Result<(), Refused> {
    let by = By::Person(who.user);
    let client = admin.client.id();
    let install = match admin.client.app {
        Some(_) => None,
        None => origin_of(ctx, client).map(|(home, registration)| (registration, home)),
    };
    let consent = IdentityCommand::Consent {
        client,
        install,
        user: None,
        scopes: admin.scopes.clone(),
        roles: Vec::new(),
        replace: true,
        by: by.clone(),
    };
    answer(
        ctx,
        CopilotCommand::AnswerCopilotDialog { dialog: Some(dialog), by, consent: Some(consent.into()) },
    )
}

/// It is answered with no. Who may not answer has not answered it.
pub(super) fn declined(ctx: &Ctx<'_>, dialog: u32, who: SignedIn) {
    let by = By::Person(who.user);
    if let Err(refused) =
        answer(ctx, CopilotCommand::AnswerCopilotDialog { dialog: Some(dialog), by, consent: None })
    {
        ctx.note(refused.reason());
    }
}

fn answer(ctx: &Ctx<'_>, command: CopilotCommand) -> Result<(), Refused> {
    let given = ctx.submit(command);
    given.map(drop).map_err(|denied| Refused::from(EntraRefusal::InvalidGrant).because(denied.to_string()))
}
