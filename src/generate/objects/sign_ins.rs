//! Sign-ins to Entra ID: pure functions of an event.
//!
//! `Event::object` says what the kind alone does not, see [`About`]: why it failed, what it is to, whether a second
//! factor belongs to it, and which sign-in it is a part of. The parts of one sign-in have one correlation id: what it was
//! interrupted for, what went wrong on the way, and then that it succeeded (recorded by shipped connectors of 50074,
//! 50140 and success; of other codes (unverified)).

use crate::catalogue::agents::{CLIENTS, Client, Use};
use crate::catalogue::apps::APPS;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::{
    AZURE_CLI, AZURE_PORTAL, Application, FACTORS, FAILURES_OF_STRANGERS, Factor, Failure, GRAPH_EXPLORER,
    IN_A_BROWSER, OFFICE, OUTLOOK_MOBILE, OUTLOOK_WEB, SHAREPOINT_ONLINE, STUMBLES, SYNC, TEAMS, weighed,
};
use crate::generate::birth::principals::Duty;
use crate::generate::world::{World, agents};
use crate::model::activity::{Action, Event, Target};
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ActorCode, AddressCode, KindCode, ObjectNo};

/// The applications of Microsoft that a sign-in can be told to be to.
const TOLD: [Application; 7] = [OFFICE, OUTLOOK_MOBILE, TEAMS, AZURE_PORTAL, AZURE_CLI, GRAPH_EXPLORER, SYNC];

/// The first of the apps of other vendors in the catalogue: people sign in to them through Entra ID.
const OTHERS: usize = 6;

/// How many sign-ins of one person and day can be told apart, and how many days: 44 years.
const NUMBERS: u32 = 1 << 8;
const DAYS: u32 = 1 << 14;

/// Sign-ins of a day with these numbers are the person's own, made with the person's own devices.
const OWN: std::ops::Range<u32> = 1..48;
/// Numbers from here on are for strangers …
const STRANGERS: u32 = OWN.end;
/// … and from here on for storylines.
const STORIES: u32 = 64;

/// What an object number says of a sign-in: from the lowest bit on why it failed, whether a second factor belongs to it,
/// what it is to, and its number and day; each may be unsaid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::generate) struct About {
    failure: Option<Failure>,
    factor: bool,
    application: u32,
    number: u32,
    day: u32,
}

impl About {
    /// The part of somebody's own sign-in, by its number on a day that is counted from the tenant's start.
    pub(in crate::generate) fn own(day: i32, number: u32) -> Self {
        let number = OWN.start + number % (OWN.end - OWN.start);
        Self { number, day: day.cast_unsigned() % DAYS, ..Self::default() }
    }

    /// The same of a stranger who comes as far as the second factor.
    pub(in crate::generate) fn of_a_stranger(day: i32, number: u32) -> Self {
        Self { number: STRANGERS + number % (STORIES - STRANGERS), ..Self::own(day, 0) }
    }

    /// The same in a storyline: `number` counts within all of them.
    pub(in crate::generate) fn in_a_story(day: i32, number: u32) -> Self {
        Self { number: STORIES + number % (NUMBERS - STORIES), ..Self::own(day, 0) }
    }

    /// It fails for this reason.
    pub(in crate::generate) const fn failing(self, failure: Failure) -> Self {
        Self { failure: Some(failure), ..self }
    }

    /// A second factor belongs to it.
    pub(in crate::generate) const fn with_a_factor(self) -> Self {
        Self { factor: true, ..self }
    }

    /// It is to this application of Microsoft; one that can't be told is left to what it is done with.
    pub(in crate::generate) fn to(self, application: Application) -> Self {
        let place = TOLD.iter().position(|told| *told == application);
        Self { application: place.map_or(0, |place| 1 + place as u32), ..self }
    }

    /// It is to an app of another vendor, by its number in the catalogue.
    pub(in crate::generate) fn to_app(self, number: u32) -> Self {
        let place = APPS.iter().skip(OTHERS).position(|app| app.number == number);
        Self { application: place.map_or(0, |place| (1 + TOLD.len() + place) as u32), ..self }
    }

    /// The object number that says so.
    pub(in crate::generate) const fn object(self) -> ObjectNo {
        let failure = match self.failure {
            Some(failure) => 1 + failure as u32,
            None => 0,
        };
        let head = failure | (self.factor as u32) << 4 | self.application << 5;
        ObjectNo::new(head | self.number << 10 | self.day << 18)
    }

    /// What an object number says.
    fn read(object: ObjectNo) -> Self {
        let bits = object.get();
        let failure = (bits & 15).checked_sub(1).and_then(|place| Failure::ALL.get(place as usize));
        Self {
            failure: failure.copied(),
            factor: bits >> 4 & 1 == 1,
            application: bits >> 5 & 31,
            number: bits >> 10 & (NUMBERS - 1),
            day: bits >> 18,
        }
    }
}

/// The account is disabled.
pub const OF_A_DISABLED_ACCOUNT: ObjectNo = ObjectNo::new(1 + Failure::Disabled as u32);

/// A sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn<'a> {
    /// Id and name of the application that it is to; of one without a user, the application itself.
    pub application: (Guid, &'a str),
    /// Why it failed.
    pub failure: Option<Failure>,
    /// A person does it, not a program.
    pub interactive: bool,
    /// It comes from a browser, which has an id.
    pub browser: bool,
    /// A second factor belongs to it.
    pub second_factor: bool,
    /// How the second factor was shown, or tried to be.
    pub factor: Option<Factor>,
    /// It is a part of a sign-in of the person's own, on the person's own device.
    pub own: bool,
    /// Ties the parts of one sign-in to each other.
    pub correlation: Guid,
}

impl World {
    /// The sign-in that an event is, where it is one to Entra ID. `row` is its number in the log.
    pub fn sign_in(&self, event: &Event, row: u64) -> Option<SignIn<'_>> {
        let kind = kinds::KINDS.get(event.kind.index()).filter(|kind| kind.target == Target::SignIn)?;
        let app = self.principal_of_actor(event.actor).map(|index| self.principal(index));
        let client = CLIENTS.get(agents::client_of(event.agent));
        let about = About::read(event.object);
        let failure = match (event.kind, kind.action) {
            (_, Action::SignIn) => None,
            (kinds::SECOND_FACTOR_REQUIRED, _) => Some(Failure::SecondFactor),
            (kinds::STAY_SIGNED_IN_ASKED, _) => Some(Failure::StaySignedIn),
            _ if about.failure.is_some() => about.failure,
            (kinds::TOKEN_REFUSED, _) if app.is_some_and(|app| app.duty != Duty::Expired) => {
                Some(Failure::WrongSecret)
            }
            (kinds::TOKEN_REFUSED, _) if app.is_some() => Some(Failure::ExpiredSecret),
            _ => Some(self.failure(event, row)),
        };
        // Rows are numbered from 0: sign-ins of several parts are told from them by the highest bit that a GUID keeps.
        let part = u64::from(about.day << 8 | about.number);
        let request = if about.number == 0 { row } else { 1 << 60 | event.actor.ordinal() << 32 | part };
        let tried = !matches!(failure, Some(Failure::SecondFactor | Failure::NotEnrolled));
        Some(SignIn {
            application: app.map_or_else(
                || self.signed_in_to(about.application, client, request),
                |app| (app.client_id, &*app.display_name),
            ),
            failure,
            interactive: app.is_none() && !matches!(event.kind, kinds::TOKEN_ISSUED | kinds::TOKEN_REFUSED),
            browser: app.is_none() && client.is_some_and(|client| client.family != "PYTHON_REQUESTS"),
            second_factor: about.factor,
            factor: (about.factor && tried).then(|| self.factor_of(event.actor)),
            own: OWN.contains(&about.number),
            correlation: self.ids.guid(Kind::Request, request),
        })
    }

    /// Why a sign-in failed of which nothing more is known: strangers guess, and from home people mistype.
    fn failure(&self, event: &Event, row: u64) -> Failure {
        let person = self.person_of_actor(event.actor);
        let home = person.map(|person| &self.office_of(person).country);
        let place = (event.address != AddressCode::NOWHERE).then(|| self.address(event.address).place);
        let own =
            place.is_none_or(|place| !place.anonymous && home.is_none_or(|home| place.country == *home));
        let number = self.ids.number(Kind::Request, 1 << 59 | row);
        let drawn = if own { None } else { weighed(FAILURES_OF_STRANGERS, number) };
        drawn.unwrap_or(Failure::Password)
    }

    /// How somebody shows a second factor.
    pub fn factor_of(&self, actor: ActorCode) -> Factor {
        let number = self.ids.number(Kind::Device, 1 << 50 | actor.ordinal());
        weighed(FACTORS, number).unwrap_or(Factor::Code)
    }

    /// The last two digits of the telephone that proves who somebody is.
    pub fn masked_telephone(&self, actor: ActorCode) -> u32 {
        (self.ids.number(Kind::Device, actor.ordinal()) % 100) as u32
    }

    /// What a sign-in is to: as it is told, or by what it is done with; in a browser, now this and now that
    /// (unverified).
    fn signed_in_to(&self, told: u32, client: Option<&Client>, request: u64) -> Application {
        match told.checked_sub(1).map(|place| place as usize) {
            None => by_client(client).unwrap_or_else(|| {
                let number = self.ids.number(Kind::Request, 1 << 58 | request);
                weighed(IN_A_BROWSER, number).unwrap_or(OFFICE)
            }),
            Some(place) => TOLD.get(place).copied().unwrap_or_else(|| {
                let app = APPS.get(OTHERS + place - TOLD.len()).unwrap_or(&APPS[OTHERS]);
                self.federated(app.number, app.name)
            }),
        }
    }

    /// An app of another vendor, as the tenant's directory has it.
    fn federated(&self, number: u32, name: &'static str) -> Application {
        (self.ids.guid(Kind::Application, 1 << 40 | u64::from(number)), name)
    }

    /// It is a sign-in that the account's being disabled has to refuse.
    pub fn meets_a_disabled_account(intent: &Event) -> bool {
        let kind = kinds::KINDS.get(intent.kind.index());
        kind.is_some_and(|kind| kind.target == Target::SignIn && kind.action == Action::FailedSignIn)
            && About::read(intent.object).failure == Some(Failure::Disabled)
    }

    /// What becomes of a sign-in whose account is disabled, if it is one: Entra ID refuses it, also where it is to an
    /// app that lets Entra ID decide. Okta has accounts of its own, and refuses itself.
    pub fn refused_for_a_disabled_account(&self, intent: &Event) -> Option<Event> {
        let signed_in = kinds::KINDS.get(intent.kind.index()).filter(|kind| kind.action == Action::SignIn)?;
        let about = About::default().failing(Failure::Disabled);
        let (kind, object) = match signed_in.app {
            kinds::MICROSOFT_365 if intent.kind == kinds::TOKEN_ISSUED => {
                (kinds::TOKEN_REFUSED, about.object())
            }
            kinds::MICROSOFT_365 => (kinds::USER_LOGIN_FAILED, about.object()),
            kinds::OKTA => (failed_twin(signed_in.app)?, about.object()),
            app => (kinds::USER_LOGIN_FAILED, about.to_app(app).object()),
        };
        let to_entra = kinds::kind(kind).target == Target::SignIn;
        let agent = if to_entra { agents::as_signing_in(intent.agent) } else { intent.agent };
        Some(Event { kind, object, agent, ..*intent })
    }

    /// The application by which an activity in Microsoft 365 is done.
    pub fn client_application(&self, event: &Event) -> Application {
        let client = CLIENTS.get(agents::client_of(event.agent));
        by_client(client).unwrap_or_else(|| match kinds::KINDS.get(event.kind.index()).map(|kind| kind.app) {
            Some(kinds::EXCHANGE) => OUTLOOK_WEB,
            Some(kinds::SHAREPOINT | kinds::ONEDRIVE) => SHAREPOINT_ONLINE,
            Some(kinds::TEAMS) => TEAMS,
            _ => IN_A_BROWSER[0].0,
        })
    }
}

/// The kind by which an app reports that signing in to it failed.
fn failed_twin(app: u32) -> Option<KindCode> {
    kinds::of_app(app).find(|other| kinds::kind(*other).action == Action::FailedSignIn)
}

/// The application that a program is; browsers are none.
fn by_client(client: Option<&Client>) -> Option<Application> {
    let client = client?;
    match (client.purpose, client.family) {
        (Use::Mail | Use::Script | Use::Machine, _) => Some(OFFICE),
        (_, "OUTLOOK_MOBILE") => Some(OUTLOOK_MOBILE),
        (Use::Chat, _) => Some(TEAMS),
        (Use::Sync, _) => Some(SYNC),
        _ => None,
    }
}

/// What somebody stumbles over who does not get in at once.
pub(in crate::generate) fn stumble(number: u64) -> Failure {
    weighed(STUMBLES, number).unwrap_or(Failure::Password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_numbers_of_sign_ins_are_unique_and_say_what_was_put_in() {
        let days = (-400..400).flat_map(|day| {
            let own = (0..47).map(move |number| About::own(day, number));
            own.chain((0..16).map(move |number| About::of_a_stranger(day, number)))
                .chain((0..192).map(move |number| About::in_a_story(day, number)))
        });
        let mut seen: Vec<ObjectNo> = days.map(About::object).collect();
        let failures = Failure::ALL.map(|failure| About::default().failing(failure).object());
        seen.extend([ObjectNo::NONE].into_iter().chain(failures));
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        assert_eq!(About::default().failing(Failure::Disabled).object(), OF_A_DISABLED_ACCOUNT);
        let apps = APPS.iter().skip(OTHERS).map(|app| About::default().to_app(app.number));
        let own = About::own(-3, 5);
        let told =
            TOLD.map(|application| own.with_a_factor().failing(Failure::FactorForToken).to(application));
        for about in apps.chain(told) {
            assert!(about.application != 0 && About::read(about.object()) == about, "{about:?}");
        }
    }
}
