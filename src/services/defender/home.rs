//! The start page of the Defender portal.

use askama::Template;

use crate::facts;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Service};
use crate::portal::{Frame, Names, SOURCES, Visitor, address, extensions};

use super::PORTAL;

/// Where it is.
pub(super) const PATH: &str = "/";

#[derive(Template)]
#[template(path = "defender_home.html")]
struct Page {
    names: Names,
    connected: bool,
    settings: String,
    sources: String,
}

/// `GET /`
pub(super) fn show(ctx: &Ctx<'_>) -> Handled {
    Ok(PORTAL.visited(ctx, |visitor| page(ctx, visitor)))
}

fn page(ctx: &Ctx<'_>, visitor: Visitor) -> Answer {
    let names = Names::of(ctx);
    let page = Page {
        names,
        connected: facts::connection(&ctx.view).reasons().is_empty(),
        settings: address::page_here(ctx, PORTAL.service, extensions::path(names)),
        sources: address::page(ctx, Service::Copilot, SOURCES),
    };
    Frame::of(ctx, &PORTAL, Some(visitor), "Home", PATH).sent(&page, None)
}
