//! The frame of every page of a portal: whose page it is, who visits, the menu, the presenter panel.

use std::sync::LazyLock;

use askama::Template;
use http::StatusCode;

use crate::facts;
use crate::gateway::{Answer, Ctx};

use super::address;
use super::presenter::{self, Place};
use super::send::{Script, sent};
use super::{LOOK, Names, Portal, Visitor};

/// The style of every page; it stands in the page itself.
pub(super) static STYLE: LazyLock<String> =
    LazyLock::new(|| [LOOK, include_str!("frame.css"), presenter::LAYOUT].concat());

/// See [`STYLE`].
pub(super) fn style() -> &'static str {
    &STYLE
}

/// What all pages of portals share.
#[derive(Template)]
#[template(path = "portal.html")]
pub struct Frame<'a> {
    /// Title of the page.
    title: &'a str,
    /// What the portal calls itself.
    brand: &'static str,
    /// The company.
    company: &'a str,
    /// Who visits: display name, user name, roles in words.
    who: Option<(&'a str, &'a str, String)>,
    /// The menu.
    menu: Vec<NavItem>,
    /// Where the form of signing out is posted.
    sign_out: String,
    /// The presenter panel, unless it is hidden or not to be had.
    panel: Option<String>,
    /// Where the form is posted that shows it again, and where that leads back to, while it is hidden.
    unhide: Option<(String, String)>,
    script: &'static str,
    content: String,
}

/// An entry of the menu.
struct NavItem {
    /// The heading above it; empty where it is that of the one before.
    heading: &'static str,
    label: &'static str,
    to: String,
    /// It is this page.
    here: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a page of this portal, which is found under this path.
    pub fn of(
        ctx: &'a Ctx<'_>,
        portal: &Portal,
        visitor: Option<Visitor>,
        title: &'a str,
        path: &str,
    ) -> Self {
        let names = Names::of(ctx);
        let mut last = "";
        let menu = (portal.menu)(names).into_iter().map(|(heading, label, to)| {
            let shown = if heading == last { "" } else { heading };
            last = heading;
            NavItem {
                heading: shown,
                label,
                to: address::page_here(ctx, portal.service, to),
                here: to == path,
            }
        });
        let menu = menu.collect();
        let who = visitor.and_then(|visitor| visitor.person(ctx)).map(|person| {
            let roles: Vec<_> = person.roles().iter().map(|role| role.name()).collect();
            let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
            (person.display_name(), person.upn(), roles)
        });
        Self {
            title,
            brand: (portal.brand)(names),
            company: &facts::company(&ctx.view).name,
            who,
            menu,
            sign_out: address::page_here(ctx, portal.service, "/signout"),
            unhide: presenter::is_hidden(ctx).then(|| {
                (address::page_here(ctx, portal.service, presenter::PATH), address::asked_here(ctx))
            }),
            panel: presenter::panel(ctx, &ctx.view, Place::of_portal(ctx, portal, visitor)),
            script: "",
            content: String::new(),
        }
    }

    /// The same for a window that only tells something: no menu, no panel.
    pub fn bare(mut self) -> Self {
        (self.menu, self.panel, self.unhide) = (Vec::new(), None, None);
        self
    }

    /// The answer with this content, and perhaps a script at its end.
    pub fn sent(mut self, content: &impl Template, script: Option<&Script>) -> Answer {
        // Rendering plain data into a string can not fail.
        self.content = content.render().unwrap_or_default();
        self.script = script.map_or("", |script| script.0);
        sent(StatusCode::OK, self.render().unwrap_or_default(), script)
    }
}
