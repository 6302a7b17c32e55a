//! Sessions, devices and risk: what Entra ID knows of who acts, beside the account. Pure functions of an event.
//!
//! A session begins with a sign-in and is carried by every record of what is done in it
//! (<https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-track-linkable-identifiers>). Here
//! one device of a person has one session a day (how long sessions last is (unverified)). What others do with an account
//! has a session of its own, unless it is the session that was stolen: the only trace that tells the two apart.

use super::sign_ins::SignIn;
use crate::catalogue::agents::{CLIENTS, Use};
use crate::catalogue::apps;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::weighed;
use crate::generate::stories::{Hand, Storyline};
use crate::generate::world::{IpCategory, World, agents};
use crate::model::activity::{Action, Event, Target};
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ActorCode, AddressCode, PersonIx};
use crate::model::time::{Span, VirtualTime};

/// Sessions of people are numbered from here on …
const OF_PEOPLE: u64 = 1 << 56;
/// … and those in which others act in a storyline from here on.
const OF_STORIES: u64 = 1 << 57;

/// A device that the directory knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: Guid,
    /// How it belongs to the directory, see [`Trust::name`].
    pub trust: Trust,
    /// It is managed and as the company wants it.
    pub compliant: bool,
}

/// How a device belongs to the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Registered: somebody's own.
    Registered,
    /// Joined to Entra ID.
    Joined,
    /// Joined to the company's own domain, and known to Entra ID.
    Hybrid,
}

impl Trust {
    /// Its name in the tables of sign-ins.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registered => "Workplace",
            Self::Joined => "AzureAd",
            Self::Hybrid => "ServerAd",
        }
    }
}

/// How risky a sign-in looks. Source:
/// <https://learn.microsoft.com/graph/api/resources/signin>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskLevel {
    /// Not at all.
    None,
    /// A little.
    Low,
    /// Rather.
    Medium,
    /// Very.
    High,
}

impl RiskLevel {
    /// Its name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How risky sign-ins look, by weight (shares are (unverified)): from where the person works …
const AT_HOME: &[(RiskLevel, u32)] =
    &[(RiskLevel::None, 965), (RiskLevel::Low, 25), (RiskLevel::Medium, 8), (RiskLevel::High, 2)];
/// … from machines that are rented, or another country …
const ELSEWHERE: &[(RiskLevel, u32)] =
    &[(RiskLevel::None, 560), (RiskLevel::Low, 270), (RiskLevel::Medium, 140), (RiskLevel::High, 30)];
/// … and from behind an anonymiser.
const HIDDEN: &[(RiskLevel, u32)] =
    &[(RiskLevel::None, 120), (RiskLevel::Low, 270), (RiskLevel::Medium, 460), (RiskLevel::High, 150)];

/// With what of their own somebody acts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Computer,
    Phone,
    /// Something that is not the person's, by its place in the catalogue of clients.
    Other(usize),
}

impl Slot {
    fn number(self) -> u64 {
        match self {
            Self::Computer => 0,
            Self::Phone => 1,
            Self::Other(client) => 2 + client as u64 % 1_000,
        }
    }
}

impl World {
    /// The device that an event is done on, if the directory knows it. `story` is the storyline that the event belongs to.
    pub fn device(&self, event: &Event, story: Option<&Storyline>) -> Option<Device> {
        let person = self.person_of_actor(event.actor)?;
        if self.person(person).guest || self.hand(event, story) != Hand::Own || !self.is_own(event) {
            return None;
        }
        self.device_of(person, self.slot(person, event))
    }

    /// The session of Entra ID in which an event is done, where its record tells one: of people, in Microsoft 365.
    pub fn session(&self, event: &Event, story: Option<&Storyline>) -> Option<Guid> {
        let person = self.person_of_actor(event.actor)?;
        let kind = kinds::KINDS.get(event.kind.index())?;
        let connector = apps::app(kind.app)?.connector;
        if connector != kinds::MICROSOFT_365 || event.address == AddressCode::NOWHERE {
            return None;
        }
        // Whoever did not get past the password has none.
        let begun = match kind.action {
            Action::FailedSignIn => false,
            Action::InterruptedSignIn => story.is_some() || self.is_own(event),
            _ => true,
        };
        if !begun {
            return None;
        }
        let ordinal = match (self.hand(event, story), story) {
            (Hand::Stranger, Some(story)) => {
                OF_STORIES | story.ordinal.ordinal() << 32 | event.actor.ordinal()
            }
            (Hand::Thief, Some(story)) => {
                self.own_session(person, self.spec.start + story.begins, Slot::Computer)
            }
            _ => self.own_session(person, event.timestamp(), self.slot(person, event)),
        };
        Some(self.ids.guid(Kind::Session, ordinal))
    }

    /// How risky a sign-in looks: while it was made, and with all that became known of it later.
    pub fn risk(&self, event: &Event, sign_in: &SignIn<'_>) -> (RiskLevel, RiskLevel) {
        let place = (event.address != AddressCode::NOWHERE).then(|| self.address(event.address).place);
        let person = self.person_of_actor(event.actor);
        let home = person.map(|person| &self.office_of(person).country);
        let table = match place {
            Some(place) if place.anonymous => HIDDEN,
            Some(place)
                if place.category == IpCategory::CloudProvider
                    || home.is_some_and(|home| place.country != *home) =>
            {
                ELSEWHERE
            }
            _ => AT_HOME,
        };
        let request = sign_in.correlation.bits() as u64;
        let drawn = |key: u64| weighed(table, self.ids.number(Kind::Session, request ^ key));
        let during = drawn(1).unwrap_or(RiskLevel::None);
        (during, during.max(drawn(2).unwrap_or(RiskLevel::None)))
    }

    /// Whose hands an event is in.
    fn hand(&self, event: &Event, story: Option<&Storyline>) -> Hand {
        story.map_or(Hand::Own, |story| story.hand(self, event.actor))
    }

    /// It is not a vain attempt of others. Of a sign-in that did not come about, its number says so.
    fn is_own(&self, event: &Event) -> bool {
        let vain = kinds::KINDS
            .get(event.kind.index())
            .is_some_and(|kind| kind.action.is_vain() && kind.target == Target::SignIn);
        !vain || self.sign_in(event, 0).is_some_and(|sign_in| sign_in.own)
    }

    fn slot(&self, person: PersonIx, event: &Event) -> Slot {
        let client = agents::client_of(event.agent);
        let owned = self.person(person).agents.iter().any(|agent| agents::client_of(*agent) == client);
        match CLIENTS.get(client).map(|client| client.purpose) {
            Some(Use::Phone | Use::Crm) if owned => Slot::Phone,
            Some(_) if owned => Slot::Computer,
            // The programs of Office are on every computer, also where a person seldom uses them.
            Some(Use::Mail | Use::Chat | Use::Sync) => Slot::Computer,
            _ => Slot::Other(client),
        }
    }

    /// The number of a session that somebody has on a device on the local day of an instant, counted from the start.
    fn own_session(&self, person: PersonIx, at: VirtualTime, slot: Slot) -> u64 {
        let there = at + Span::minutes(i64::from(self.office_of(person).utc_offset_minutes));
        let day = (there.day() - self.spec.start.day()).cast_unsigned() & 0xffff;
        OF_PEOPLE | person.ordinal() << 28 | day << 12 | slot.number()
    }

    /// A device of somebody's (how many the directory knows is (unverified)).
    fn device_of(&self, person: PersonIx, slot: Slot) -> Option<Device> {
        let ordinal = 1 << 49 | ActorCode::of_person(person).ordinal() << 1 | slot.number();
        let number = self.ids.number(Kind::Device, ordinal);
        let (kind, state) = (number % 100, number / 100 % 100);
        let computer = self.person(person).agents.first();
        let platform = computer.and_then(|agent| CLIENTS.get(agents::client_of(*agent)));
        let trust = match (slot, platform.map_or('l', |client| client.platform)) {
            (Slot::Computer, 'w') if kind < 52 => Trust::Hybrid,
            (Slot::Computer, 'w') if kind < 88 => Trust::Joined,
            (Slot::Computer, 'm') if kind < 66 => Trust::Registered,
            (Slot::Phone, _) if kind < 58 => Trust::Registered,
            _ => return None,
        };
        let compliant = state < if trust == Trust::Registered { 66 } else { 93 };
        Some(Device { id: self.ids.guid(Kind::Device, ordinal), trust, compliant })
    }
}
