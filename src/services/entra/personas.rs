//! The test users of the tenant as the pages offer them: one click signs in as one of them.
//!
//! The click gives the known password and nothing else, so whatever stands against the person (a disabled account, a
//! second factor, an expired password) is met as if the password had been typed. Where the control API asks for a
//! token, the passwords are not everybody's to know: there a click only chooses the name.

use crate::facts::{self, PersonFacts};
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused};
use crate::model::index::PersonIx;
use crate::model::person::Persona;
use crate::portal::address;

use super::pages::{Persona as Card, Personas};
use super::refusals::EntraRefusal;
use super::reply::{self, Failure};
use super::sealed::{Flow, FlowGoal};
use super::wire::field;
use super::{flow, issue, people, session};

/// The test users that the page of a flow offers: those whom its hints mean, or all of them.
pub(super) fn offered<'c>(ctx: &'c Ctx<'_>, flow: &Flow) -> Personas<'c> {
    let all = || Persona::ALL.into_iter().filter_map(|persona| PersonFacts::persona_of(&ctx.view, persona));
    let hints = Hints::of(flow);
    let mut meant: Vec<_> = all().filter(|person| hints.mean(person.upn())).collect();
    if meant.is_empty() {
        meant = all().collect();
    }
    let list = meant.iter().filter_map(|person| card(ctx, person)).collect();
    Personas { list, one_click: is_known(ctx) }
}

/// The test user of this name: that of the button.
pub(super) fn named(ctx: &Ctx<'_>, name: &str) -> Option<PersonIx> {
    let persona = Persona::ALL.into_iter().find(|persona| persona.name() == name)?;
    Some(PersonFacts::persona_of(&ctx.view, persona)?.index())
}

/// The password that a click on this test user gives; `None` where somebody has to type it.
pub(super) fn known_password<'c>(ctx: &'c Ctx<'_>, user: PersonIx) -> Option<&'c str> {
    let person = PersonFacts::of(&ctx.view, user).filter(|_| is_known(ctx))?;
    Some(person.password())
}

/// The name of the button that gives the known password of this user, if it is a test user.
pub(super) fn button(ctx: &Ctx<'_>, user: PersonIx) -> Option<&'static str> {
    let persona = PersonFacts::of(&ctx.view, user).filter(|_| is_known(ctx))?.persona()?;
    (named(ctx, persona.name()) == Some(user)).then_some(persona.name())
}

/// `POST /{tenant}/persona`: begins a session as the test user `as`, and goes on to the path `back` of this origin.
pub fn click(ctx: &Ctx<'_>) -> Handled {
    if let Some(refused) = reply::posted_from_elsewhere(ctx) {
        return Ok(Failure::Page(refused).answer(ctx));
    }
    let form = Form::read(ctx.body());
    let unread = |name: &str| {
        let value = field(&form, name).unwrap_or_default().to_owned();
        Failure::Page(EntraRefusal::BadParameter { name: name.to_owned().into(), value }.into()).answer(ctx)
    };
    let Some(user) = field(&form, "as").and_then(|name| named(ctx, name)) else { return Ok(unread("as")) };
    let Some(back) = field(&form, "back").filter(|back| address::is_local(back)) else {
        return Ok(unread("back"));
    };
    let Some(known) = known_password(ctx, user) else { return Ok(unread("as")) };
    Ok(match issue::password(ctx, user, known) {
        Ok(()) => {
            let answer = reply::go(ctx, &[ctx.authority.origin(), back].concat());
            session::remember(ctx, answer, flow::signed_in(ctx, user), None, false)
        }
        Err(error) => {
            let name = people::upn(ctx, user).to_owned();
            let refused = Refused::from(EntraRefusal::InvalidGrant).because(format!("{name}: {error}"));
            Failure::Page(refused).answer(ctx)
        }
    })
}

/// Whoever reaches this server may ask it for the passwords.
fn is_known(ctx: &Ctx<'_>) -> bool {
    ctx.gateway.settings.control_token.is_none()
}

fn card<'c>(ctx: &'c Ctx<'_>, person: &PersonFacts<'c>) -> Option<Card<'c>> {
    let persona = person.persona()?;
    let roles: Vec<_> = person.roles().iter().map(|role| role.name()).collect();
    let mut role = if roles.is_empty() { without_roles(persona).to_owned() } else { roles.join(", ") };
    if !person.enabled() {
        role.push_str(", account disabled");
    }
    let company = match home(person.upn()) {
        home if person.guest() => home,
        _ => &facts::company(&ctx.view).name,
    };
    let (name, upn) = (person.display_name(), person.upn());
    Some(Card { name, upn, role, company, choice: persona.name() })
}

/// What somebody is who holds no role.
fn without_roles(persona: Persona) -> &'static str {
    if persona == Persona::Guest { "Guest" } else { "User without roles" }
}

/// The domain at which somebody signs in at home: a guest's is part of the name (`ada_partner.example#EXT#@…`).
fn home(upn: &str) -> &str {
    let (name, domain) = upn.rsplit_once('@').unwrap_or(("", upn));
    let guest = name.strip_suffix("#EXT#").and_then(|name| name.rsplit_once('_'));
    guest.map_or(domain, |(_, home)| home)
}

/// Whom a request says it means.
#[derive(Default)]
struct Hints {
    /// The beginning of a user name, in lower case.
    login: String,
    domain: String,
}

impl Hints {
    /// Those of the request that a flow began with; none once somebody else is wanted.
    fn of(flow: &Flow) -> Self {
        match &flow.goal {
            FlowGoal::Authorize { query, .. } | FlowGoal::AdminConsent { query, .. } if !flow.other => {
                let form = Form::read(query.as_bytes());
                let value = |name| field(&form, name).unwrap_or_default().trim().to_ascii_lowercase();
                Self { login: value("login_hint"), domain: value("domain_hint") }
            }
            _ => Self::default(),
        }
    }

    fn mean(&self, upn: &str) -> bool {
        upn.to_ascii_lowercase().starts_with(&self.login)
            && (self.domain.is_empty() || home(upn).eq_ignore_ascii_case(&self.domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_hints_match_name_prefixes_and_domain_hints_match_domains() {
        let member = "ada@contoso.onmicrosoft.com";
        let guest = "ada_b_partner.example#EXT#@contoso.onmicrosoft.com";
        for (login, domain, members, guests) in [
            ("", "", true, true),
            ("ada", "", true, true),
            ("ada@", "", true, false),
            ("bob", "", false, false),
            ("", "contoso.onmicrosoft.com", true, false),
            ("", "partner.example", false, true),
            ("ada_", "partner.example", false, true),
            ("", "nowhere.example", false, false),
        ] {
            let hints = Hints { login: login.to_owned(), domain: domain.to_owned() };
            assert_eq!((hints.mean(member), hints.mean(guest)), (members, guests), "{login:?} {domain:?}");
        }
    }
}
