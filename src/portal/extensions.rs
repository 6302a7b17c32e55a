//! The page of the products that are connected to Defender for Cloud Apps, and the switch of the connection to Copilot.
//!
//! That the row of Copilot has a switch and asks for consent is the simulator's own: no page of the vendor shows it. The
//! other rows are those of the former portal's Security extensions.

use askama::Template;
use http::StatusCode;
use std::sync::Arc;

use crate::facts::{self, Extension, ExtensionFacts};
use crate::gateway::form::Form;
use crate::gateway::{Answer, Ctx, Service};
use crate::model::command::By;
use crate::model::copilot::{Blocked, BrowserProfile, CopilotCommand, MAY_CONNECT, Session};
use crate::model::json::json;
use crate::model::time::VirtualTime;
use crate::tenant::CommandRefusal;
use crate::tenant::nouns::CopilotRefusal;
use crate::tenant::nouns::copilot::Connection;

use super::forms::is_script;
use super::{Frame, Names, Portal, Refusal, Script, Visitor, address, back_to, reasons};

/// Where it is found in the former portal and under its name in the Defender portal.
pub const PATH: &str = "/settings/security-extensions";
/// Where it is found in the Defender portal today.
pub const SYSTEM: &str = "/cloudapps/settings/system";
/// Where its form is posted.
pub const TOGGLE: &str = "/settings/security-extensions/copilot";

/// Opens the dialog of consent where a click switches on, and shows the page anew once it was answered.
const SCRIPT: Script = Script(include_str!("pages/extensions.js"));

#[derive(Template)]
#[template(path = "extensions.html")]
struct Page {
    heading: &'static str,
    names: Names,
    rows: Vec<Row>,
    copilot: CopilotRow,
}

/// A row other than that of Copilot.
struct Row {
    title: &'static str,
    status: String,
    about: &'static str,
    notice: Option<String>,
    /// A line for each token or agent.
    items: Vec<String>,
}

/// The row of Copilot.
struct CopilotRow {
    may_switch: bool,
    on: bool,
    /// It can't be switched on, since something that it needs is not there.
    lacks: bool,
    connected: bool,
    reasons: Vec<(String, reasons::Told)>,
    changed: Option<String>,
    action: String,
    /// The dialog that waits, if one does that can be opened by hand.
    dialog: Option<String>,
    /// A page of the portal where the dialog ends.
    answers: String,
    /// A click that switches on will have to ask.
    asks: bool,
    /// The tenant's usual browser opens no windows.
    blocked: bool,
    sources: String,
}

/// Where these names lead to in the Defender portal.
pub fn path(names: Names) -> &'static str {
    match names {
        Names::Seed => PATH,
        Names::Current => SYSTEM,
    }
}

/// The page, for who visits.
pub fn show(ctx: &Ctx<'_>, portal: &Portal, visitor: Visitor, path: &str) -> Answer {
    let names = Names::of(ctx);
    let connection = facts::connection(&ctx.view);
    // The former portal keeps the name that the page had there.
    let kept = portal.service == Service::Classic;
    let heading = if kept { Names::Seed.extensions() } else { names.extensions() };
    let frame = Frame::of(ctx, portal, Some(visitor), heading, path);
    let copilot = row(ctx, portal, connection, visitor, names);
    let others = ExtensionFacts::all(&ctx.view, ctx.api_token_used());
    let others = others.filter(|row| row.extension() != Extension::Copilot);
    let rows = others.map(|row| other(&row)).collect();
    frame.sent(&Page { heading, names, rows, copilot }, Some(&SCRIPT))
}

fn other(row: &ExtensionFacts<'_>) -> Row {
    let at = |at: Option<VirtualTime>| at.map_or_else(|| "never".to_owned(), VirtualTime::to_spaced);
    let tokens = row.tokens().into_iter().flatten().map(|token| {
        let (created, used) = (token.created.to_spaced(), at(token.used));
        format!("{}: {}, made {created} by {}, last used {used}", token.name, token.status, token.owner)
    });
    let agents = row.agents().into_iter().flatten().map(|agent| {
        let (stored, status) = (agent.agent(), agent.status().title());
        format!("{}: {}, {status}, last data {}", stored.name, stored.format.title(), at(agent.last_data()))
    });
    Row {
        title: row.extension().title(),
        status: row.status(),
        about: row.extension().about(),
        notice: row.notice(),
        items: tokens.chain(agents).collect(),
    }
}

fn row(
    ctx: &Ctx<'_>,
    portal: &Portal,
    connection: &Connection,
    visitor: Visitor,
    names: Names,
) -> CopilotRow {
    let wait = connection.times.reconnect_wait;
    let waiting = connection.waiting_dialog(ctx.now());
    let holds = connection.session == Session::Valid;
    let reasons = connection.reasons();
    CopilotRow {
        may_switch: visitor.has_one_of(ctx, &MAY_CONNECT),
        on: connection.on,
        lacks: !connection.on && connection.lacking().next().is_some(),
        connected: reasons.is_empty(),
        reasons: reasons
            .iter()
            .map(|reason| (reason.to_string(), reasons::told(*reason, names, wait)))
            .collect(),
        changed: connection.toggled.map(|at| at.to_spaced()),
        action: address::page_here(ctx, portal.service, TOGGLE),
        dialog: waiting
            .filter(|dialog| dialog.blocked != Some(Blocked::Popups))
            .map(|dialog| dialog_of(ctx, visitor, dialog.number)),
        answers: ctx.page_url(Service::Defender, address::CONSENT_BACK),
        asks: !connection.on
            && connection.wait(ctx.now()) == 0
            && !holds
            && connection.lacking().next().is_none(),
        blocked: connection.browser.blocks() == Some(Blocked::Popups),
        sources: address::page(ctx, Service::Copilot, super::SOURCES),
    }
}

/// Switches on or off, as the form says; a script is told what came of it, a form is shown the page again.
///
/// # Errors
/// Who visits may not, or something that the connection needs is not there.
pub fn switch(ctx: &Ctx<'_>, portal: &Portal) -> Result<Answer, Refusal> {
    portal.posted(ctx, PATH, |visitor| switched(ctx, portal, visitor))
}

fn switched(ctx: &Ctx<'_>, portal: &Portal, visitor: Visitor) -> Result<Answer, Refusal> {
    let form = Form::read(ctx.body());
    let on = match form.get("enabled") {
        Some("true") => true,
        Some("false") => false,
        _ => return Err(Refusal::Unread { problem: "field `enabled`: expected true or false".to_owned() }),
    };
    // What the browser really did to the window that the page opened.
    let browser = (form.get("popups") == Some("blocked"))
        .then(|| Arc::new(BrowserProfile { popups: false, ..BrowserProfile::default() }));
    ctx.submit(CopilotCommand::SetCopilotToggle { on, by: By::Person(visitor.user), browser })
        .map_err(refused)?;
    let ctx = &ctx.refreshed();
    let connection = facts::connection(&ctx.view);
    if is_script(ctx) {
        let opens =
            connection.waiting_dialog(ctx.now()).filter(|dialog| dialog.blocked != Some(Blocked::Popups));
        return Ok(Answer::json(
            StatusCode::OK,
            &json!({
                "enabled": connection.on,
                "consentUrl": opens.map(|dialog| dialog_of(ctx, visitor, dialog.number)),
            }),
        ));
    }
    Ok(back_to(&address::page_here(ctx, portal.service, PATH)))
}

/// The address of a dialog, for who visits.
fn dialog_of(ctx: &Ctx<'_>, visitor: Visitor, dialog: u32) -> String {
    let upn = visitor.person(ctx).map(|person| person.upn()).unwrap_or_default();
    address::consent_url_for(ctx, dialog, upn)
}

fn refused(refusal: CommandRefusal) -> Refusal {
    match refusal {
        CommandRefusal::Copilot(CopilotRefusal::NoRole) => {
            Refusal::Forbidden { problem: refusal.to_string() }
        }
        _ => Refusal::Conflict { problem: refusal.to_string() },
    }
}
