//! The page of what Copilot reads from: two sources of Defender, one of which is the connection.
//!
//! The status is worked out when the page is loaded, and not told by itself.

use askama::Template;

use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Service};
use crate::model::copilot::CopilotCommand;
use crate::portal::reasons::{Told, told};
use crate::portal::{Frame, Names, Refusal, SOURCES, Visitor, address, back_to, extensions};

use super::{CopilotPortalRefusal, PORTAL};

/// Where the form of looking anew is posted.
pub(super) const REFRESH: &str = "/sources/refresh";
/// Where the switch of a source is posted.
pub(super) const SWITCH: &str = "/sources/switch";

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    names: Names,
    connected: bool,
    reasons: Vec<(String, Told)>,
    checked: String,
    on: bool,
    settings: String,
    refresh: String,
    switch: String,
}

/// `GET /`
pub(super) fn start(ctx: &Ctx<'_>) -> Handled {
    Ok(back_to(&address::page_here(ctx, PORTAL.service, SOURCES)))
}

/// `GET /sources`
pub(super) fn show(ctx: &Ctx<'_>) -> Handled {
    Ok(PORTAL.visited(ctx, |visitor| page(ctx, visitor)))
}

fn page(ctx: &Ctx<'_>, visitor: Visitor) -> Answer {
    let (names, connection) = (Names::of(ctx), facts::connection(&ctx.view));
    let reasons = connection.reasons();
    let wait = connection.times.reconnect_wait;
    let page = Page {
        names,
        connected: reasons.is_empty(),
        reasons: reasons.iter().map(|reason| (reason.to_string(), told(*reason, names, wait))).collect(),
        checked: ctx.now().to_spaced(),
        on: !connection.switched_off.contains(&visitor.user),
        settings: address::page(ctx, Service::Defender, extensions::path(names)),
        refresh: address::page_here(ctx, PORTAL.service, REFRESH),
        switch: address::page_here(ctx, PORTAL.service, SWITCH),
    };
    Frame::of(ctx, &PORTAL, Some(visitor), names.sources(), SOURCES).sent(&page, None)
}

/// `POST /sources/refresh`
pub(super) fn refresh(ctx: &Ctx<'_>) -> Handled {
    given(ctx, |visitor| Ok(CopilotCommand::RefreshCopilotSources { user: visitor.user }))
}

/// `POST /sources/switch`
pub(super) fn switch(ctx: &Ctx<'_>) -> Handled {
    let form = Form::read(ctx.body());
    given(ctx, |visitor| match form.get("on") {
        Some("true") => Ok(CopilotCommand::SwitchCopilotSource { user: visitor.user, on: true }),
        Some("false") => Ok(CopilotCommand::SwitchCopilotSource { user: visitor.user, on: false }),
        _ => Err(Refusal::Unread { problem: "field `on`: expected true or false".to_owned() }),
    })
}

/// Gives the command of a form, and shows the page again.
fn given(ctx: &Ctx<'_>, read: impl FnOnce(Visitor) -> Result<CopilotCommand, Refusal>) -> Handled {
    let done = PORTAL.posted(ctx, SOURCES, |visitor| {
        let given = ctx.submit(read(visitor)?);
        given.map_err(|refused| Refusal::Conflict { problem: refused.to_string() })?;
        Ok(back_to(&address::page_here(ctx, PORTAL.service, SOURCES)))
    });
    done.map_err(|refusal| CopilotPortalRefusal::from(refusal).into())
}
