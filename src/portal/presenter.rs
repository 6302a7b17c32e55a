//! The presenter panel: the simulator's own, for whoever shows a customer what a failure looks like. It moves the
//! tenant's clock, brings about each cause of *Disconnected*, draws where the connection stands, and goes back to the
//! minute before.
//!
//! It is there where anybody may ask the control API, since it does what that can do; a browser can hide it.

mod causes;
mod machine;

use askama::Template;
use http::{StatusCode, header};

use crate::facts::{self, PersonFacts};
use crate::gateway::authority::Site;
use crate::gateway::form::Form;
use crate::gateway::{Answer, Ctx, Inbound, Service};
use crate::model::person::Persona;
use crate::model::time::Span;
use crate::operations::tenants::ForkLifetime;
use crate::operations::{self, OperationError, Subject, rewind};
use crate::tenant::{ClockError, Runs};

use super::address;
use super::names::{COOKIE as NAMES, cookie};
use super::reasons::happened;
use super::send::{back_to, with_cookie};
use super::visitor::{remembered, remembered_at, written};
use super::{Names, Portal, Refusal, Visitor, posted_here, sign_in};

use causes::CAUSES;
use machine::Machine;

/// Where its forms are posted.
pub const PATH: &str = "/presenter";

/// The cookie of a browser that hides the panel.
const HIDDEN: &str = "mock-presenter";

/// Events that the panel shows.
const SHOWN: usize = 6;

/// No step of the clock from here is longer.
const LONGEST: i64 = 31 * 86_400;

/// The panel as a page shows it.
#[derive(Template)]
#[template(path = "presenter.html")]
pub(super) struct Panel {
    action: String,
    back: String,
    now: String,
    runs: &'static str,
    machine: Machine,
    /// Causes that would change nothing now.
    idle: Vec<&'static str>,
    history: Vec<(String, String)>,
    /// Until when it would go back.
    rewind: Option<String>,
    names: Names,
    personas: Vec<(&'static str, String, bool)>,
    is_fork: bool,
    start: String,
}

/// Steps of the clock: seconds, and what the button says.
const STEPS: [(i64, &str); 6] =
    [(1, "1 s"), (9, "9 s"), (10, "10 s"), (60, "1 min"), (3_600, "1 h"), (86_400, "1 day")];

impl Panel {
    /// The panel of a page, unless it is hidden or not to be had.
    pub(super) fn of(ctx: &Ctx<'_>, portal: &Portal, visitor: Option<Visitor>) -> Option<Self> {
        if !is_shown(ctx) {
            return None;
        }
        let (names, connection) = (Names::of(ctx), facts::connection(&ctx.view));
        let events = connection.events.iter().rev().take(SHOWN);
        let history = events.map(|event| (clock_of(&event.at.to_spaced()), happened(&event.what, names)));
        let personas = Persona::ALL.into_iter().filter_map(|persona| {
            let person = PersonFacts::persona_of(&ctx.view, persona).filter(PersonFacts::enabled)?;
            let here = visitor.is_some_and(|visitor| visitor.user == person.index());
            Some((
                persona.name(),
                format!("{}: {}", persona.name().replace('-', " "), person.display_name()),
                here,
            ))
        });
        Some(Self {
            action: address::here(ctx, portal.service, PATH),
            back: address::asked(ctx),
            now: ctx.now().to_spaced(),
            runs: match ctx.tenant.clock().runs {
                Runs::Frozen => "standing still until it is moved",
                Runs::Follow => "running with the wall clock",
                Runs::Rate(_) => "running faster or slower than the wall clock",
            },
            machine: Machine::of(connection, names),
            idle: causes::idle(connection, ctx.now()),
            history: history.collect(),
            rewind: rewind::before_disconnected(ctx.tenant, &ctx.view).map(|at| clock_of(&at.to_spaced())),
            names,
            personas: personas.collect(),
            is_fork: ctx.view.state.identity().fork != 0,
            start: ctx.url(Service::Control, "/"),
        })
    }
}

/// The panel can be had: where the control API asks for a token, that is not for everybody.
fn is_offered(ctx: &Inbound<'_>) -> bool {
    ctx.gateway.settings.control_token.is_none()
}

/// The panel is shown to the browser of this request.
pub fn is_shown(ctx: &Inbound<'_>) -> bool {
    is_offered(ctx) && cookie(ctx, HIDDEN) != Some("off")
}

/// It could be, but the browser has hidden it.
pub(super) fn is_hidden(ctx: &Inbound<'_>) -> bool {
    is_offered(ctx) && !is_shown(ctx)
}

/// The time of day of a text with date and time.
fn clock_of(spaced: &str) -> String {
    spaced.get(5..19).unwrap_or(spaced).to_owned()
}

/// Does what a form of the panel asks for, and leads back to the page.
///
/// # Errors
/// The panel is not to be had here, the form can't be read, or something stands against it.
pub fn act(ctx: &Ctx<'_>, portal: &Portal) -> Result<Answer, Refusal> {
    if !is_offered(ctx) || !posted_here(ctx) {
        return Err(Refusal::Forbidden { problem: "the presenter panel is not to be had here".to_owned() });
    }
    let form = Form::read(ctx.body());
    let value = |name: &str| form.get(name).unwrap_or_default();
    let back = Some(value("back")).filter(|back| address::is_local(back));
    let back = back.map_or_else(|| address::here(ctx, portal.service, "/"), str::to_owned);
    let subject = Subject { gateway: ctx.gateway, tenant: ctx.tenant, view: ctx.view.clone() };
    match value("do") {
        "advance" => {
            let seconds = value("by").parse::<i64>().ok().filter(|seconds| (1..=LONGEST).contains(seconds));
            let seconds =
                seconds.ok_or_else(|| unread(format!("field `by`: expected 1 to {LONGEST} seconds")))?;
            let wanted = || ctx.is_awaited();
            let moved = operations::clock::advance(ctx.tenant, Span::seconds(seconds), &wanted);
            moved.map_err(|error| refused(error.into()))?;
        }
        "rewind" => return rewound(ctx, &back),
        "reset" => {
            operations::tenants::reset(ctx.tenant).map_err(refused)?;
            // Whoever visits stays, though the clock went back behind the sign-in.
            if let Some(visitor) = super::visitor(ctx) {
                let cookie = remembered_at(ctx, &ctx.tenant.read(), visitor.user);
                return Ok(with_cookie(back_to(&back), &cookie));
            }
        }
        "names" => {
            let chosen = if value("names") == "current" { Names::Current } else { Names::Seed };
            return Ok(with_cookie(back_to(&back), &written(ctx, NAMES, chosen.word(), "Lax")));
        }
        "hide" => return Ok(with_cookie(back_to(&back), &written(ctx, HIDDEN, "off", "Lax"))),
        "show" => return Ok(with_cookie(back_to(&back), &written(ctx, HIDDEN, "on", "Lax"))),
        "visit" => {
            let persona = Persona::ALL.into_iter().find(|persona| persona.name() == value("as"));
            let person = persona.and_then(|persona| PersonFacts::persona_of(&ctx.view, persona));
            let person =
                person.ok_or_else(|| unread("field `as`: expected the name of a persona".to_owned()))?;
            return Ok(visited(ctx, portal, &person, &back));
        }
        other => {
            let cause = CAUSES.iter().find(|cause| cause.name == other);
            let cause = cause
                .ok_or_else(|| unread(format!("field `do`: {other:?} is nothing that the panel does")))?;
            cause.bring_about(&subject).map_err(refused)?;
        }
    }
    Ok(back_to(&back))
}

/// Signs in as a test user. At the simulator's own names the same form goes on to Entra ID, which begins a session as if
/// the password had been typed; at genuine names, which are other sites to the browser, its page asks.
fn visited(ctx: &Ctx<'_>, portal: &Portal, person: &PersonFacts<'_>, back: &str) -> Answer {
    match ctx.authority.site {
        Site::Own { .. } | Site::Foreign => {
            let to = ctx.url(Service::Entra, &format!("/{}/persona", ctx.view.state.identity().id));
            let answer = Answer::empty(StatusCode::TEMPORARY_REDIRECT)
                .header(header::LOCATION.as_str(), &to)
                .header("cache-control", "no-store");
            with_cookie(answer, &remembered(ctx, person.index()))
        }
        Site::Genuine { .. } => sign_in::begin(ctx, portal, Some(back), Some(person.upn())),
    }
}

/// Goes back to the minute before the connection was lost: in a fork, where who visits here visits, too.
fn rewound(ctx: &Ctx<'_>, back: &str) -> Result<Answer, Refusal> {
    let at = rewind::before_disconnected(ctx.tenant, &ctx.view).ok_or_else(|| {
        conflict("the connection was not lost yet: there is nothing to go back to".to_owned())
    })?;
    let lifetime = ForkLifetime::InMemory { ttl: None };
    let entry = rewind::rewind(ctx.gateway, ctx.tenant, at, lifetime).map_err(refused)?;
    let there = entry.tenant.read();
    let path = back.split('?').next().unwrap_or(back);
    let place = format!("{path}?tid={}", there.state.identity().id);
    let answer = back_to(&place);
    let Some(visitor) = super::visitor(ctx) else { return Ok(answer) };
    Ok(with_cookie(answer, &remembered_at(ctx, &there, visitor.user)))
}

/// What an operation refuses, as the page of a portal says it.
fn refused(error: OperationError) -> Refusal {
    match error {
        OperationError::NotWritten(_) | OperationError::Clock(ClockError::Journal(_)) => Refusal::JournalLost,
        _ => conflict(error.to_string()),
    }
}

fn conflict(problem: String) -> Refusal {
    Refusal::Conflict { problem }
}

fn unread(problem: String) -> Refusal {
    Refusal::Unread { problem }
}
