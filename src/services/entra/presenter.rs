//! The presenter panel on the pages of Entra ID: the simulator's own, as on every other page.

use http::Method;

use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Inbound, Refused};
use crate::identity::seal::{Purpose, open};
use crate::portal::presenter::{self, Place, Visits};
use crate::portal::{self, address};

use super::refusals::EntraRefusal;
use super::reply::Failure;
use super::sealed::Flow;
use super::wire::field;

/// The panel beside a page, where it is shown: to somebody who looks at the page in a window of a browser. A program that
/// answers pages by plain HTTP finds the page's own form and no other (<https://www.w3.org/TR/fetch-metadata/>).
pub(super) fn panel(ctx: &Inbound<'_>) -> Option<String> {
    if ctx.header("sec-fetch-dest") != Some("document") {
        return None;
    }
    let place = Place {
        action: format!("/{}{}", ctx.view.state.identity().id, presenter::PATH),
        // Where nothing leads back, the panel leads to the start page.
        back: back(ctx).unwrap_or_default(),
        visits: Visits::NotHere,
    };
    presenter::panel(ctx, &ctx.view, place)
}

/// Where the browser finds this page again: at the address that it asked for, or where its flow began.
fn back(ctx: &Inbound<'_>) -> Option<String> {
    if ctx.request.method() == Method::GET {
        return Some(address::asked(ctx));
    }
    let form = Form::read(ctx.body());
    let Some(token) = field(&form, "flowToken") else {
        let path = ctx.request.uri().path();
        let query = std::str::from_utf8(ctx.body()).ok()?;
        return path.ends_with("/authorize").then(|| format!("{path}?{query}"));
    };
    let flow: Flow = open(ctx.view.state.identity(), Purpose::Flow, token).ok()?;
    let began = flow.goal.began();
    Some(
        began
            .map_or_else(|| "/device".to_owned(), |(tenant, path, query)| format!("/{tenant}{path}?{query}")),
    )
}

/// `POST /{tenant}/presenter`: does what a form of the panel asks for.
pub fn act(ctx: &Ctx<'_>) -> Handled {
    presenter::act(ctx, None).or_else(|refusal| {
        let refused = match refusal {
            portal::Refusal::JournalLost => EntraRefusal::Transient90033.into(),
            portal::Refusal::Unread { problem }
            | portal::Refusal::Forbidden { problem }
            | portal::Refusal::Conflict { problem }
            | portal::Refusal::SignIn { problem } => {
                Refused::from(EntraRefusal::MalformedGrant).because(problem)
            }
            portal::Refusal::NoPage { .. } | portal::Refusal::Method { .. } | portal::Refusal::Throttled => {
                EntraRefusal::NoRoute.into()
            }
        };
        Ok(Failure::Page(refused).answer(ctx))
    })
}
