//! The pages of the former portal, or the way to those that have taken their place.

use http::{StatusCode, header};

use crate::facts;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Service};
use crate::model::copilot::ClassicPortal;
use crate::portal::{address, back_to, extensions};

use super::{ClassicRefusal, PORTAL};

/// `GET /`
pub(super) fn start(ctx: &Ctx<'_>) -> Handled {
    Ok(match leads_on(ctx, "/") {
        Some(answer) => answer,
        None => back_to(&address::page_here(ctx, PORTAL.service, extensions::PATH)),
    })
}

/// `GET /settings/security-extensions`
pub(super) fn extensions(ctx: &Ctx<'_>) -> Handled {
    if let Some(answer) = leads_on(ctx, extensions::PATH) {
        return Ok(answer);
    }
    Ok(PORTAL.visited(ctx, |visitor| extensions::show(ctx, &PORTAL, visitor, extensions::PATH)))
}

/// `POST /settings/security-extensions/copilot`
pub(super) fn switch(ctx: &Ctx<'_>) -> Handled {
    extensions::switch(ctx, &PORTAL).map_err(|refusal| ClassicRefusal::from(refusal).into())
}

/// The way to the page of the Defender portal, unless the tenant has kept the former one.
fn leads_on(ctx: &Ctx<'_>, path: &str) -> Option<Answer> {
    let leads = facts::connection(&ctx.view).classic_portal == ClassicPortal::Redirect;
    let to = || address::page(ctx, Service::Defender, path);
    leads.then(|| Answer::empty(StatusCode::FOUND).header(header::LOCATION.as_str(), &to()))
}
