//! One look at everything that codes of rows mean: what the world was born with, and what was put in since.
//!
//! Codes of a world come first; what is injected gets the next ones, in the order of injection.

mod additions;

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use crate::catalogue::apps;
use crate::catalogue::kinds::KINDS;
use crate::generate::World;
use crate::generate::objects::targets::TargetObject;
use crate::generate::world::{Address, Agent, IpCategory, Place};
use crate::model::activity::{Action, Event, Kind as Catalogued, Target};
use crate::model::command::By;
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, PersonIx, RowNo};
use crate::model::injected::{InjectedActivity, InjectedAlert, Known, NewActor, NewAddress};

pub use additions::CodebookAdditions;
use additions::Located;

/// The codebook.
#[derive(Clone, Copy)]
pub struct Codebook<'a> {
    /// What never changes.
    pub world: &'a World,
    additions: &'a CodebookAdditions,
}

/// A code that stands for nothing: whoever named it was told of another tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what} of this tenant has the code {code}")]
pub struct StrayCode {
    what: &'static str,
    code: u32,
}

impl StrayCode {
    const fn new(what: &'static str, code: u32) -> Self {
        Self { what, code }
    }
}

/// A kind of activity, catalogued or new.
#[derive(Clone, Copy, Debug)]
pub struct KindView<'a> {
    /// App number.
    pub app: u32,
    /// App name.
    pub app_name: &'a str,
    /// Operation.
    pub operation: &'a str,
    /// Number of the event type.
    pub event_type: u32,
    /// Name of the event type.
    pub event_type_value: &'a str,
    /// Category.
    pub category: &'a str,
    /// What it amounts to.
    pub action: Action,
    /// An administrative activity.
    pub administrative: bool,
    /// What it is done to.
    pub target: Target,
    /// The row of the catalogue, if it is in there.
    pub catalogued: Option<&'static Catalogued>,
}

/// Who acted.
#[derive(Clone, Copy, Debug)]
pub struct ActorView<'a> {
    /// Principal name of a user, display name of an application.
    pub account: &'a str,
    /// Display name.
    pub name: &'a str,
    /// Object id.
    pub id: Guid,
    /// The person, if it is one of the directory.
    pub person: Option<PersonIx>,
    /// A user, whether the directory knows it or not.
    pub user: bool,
}

impl<'a> Codebook<'a> {
    /// A codebook on a world and what was put in since.
    pub const fn new(world: &'a World, additions: &'a CodebookAdditions) -> Self {
        Self { world, additions }
    }

    /// The kind behind a code.
    pub fn kind(&self, code: KindCode) -> KindView<'a> {
        let index = code.index();
        match (KINDS.get(index), self.additions.kinds.get(index.wrapping_sub(KINDS.len()))) {
            (Some(kind), _) => KindView {
                app: kind.app,
                app_name: apps::app(kind.app).map_or("Unknown", |app| app.name),
                operation: kind.operation,
                event_type: kind.event_type,
                event_type_value: kind.event_type_value,
                category: kind.category,
                action: kind.action,
                administrative: kind.administrative,
                target: kind.target,
                catalogued: Some(kind),
            },
            (None, Some(kind)) => KindView {
                app: kind.app,
                app_name: &kind.app_name,
                operation: &kind.operation,
                event_type: kind.event_type,
                event_type_value: &kind.event_type_value,
                category: &kind.category,
                action: kind.action,
                administrative: kind.administrative,
                target: Target::None,
                catalogued: None,
            },
            // Codes come from the log, and kinds are never taken away.
            (None, None) => self.kind(KindCode::new(0)),
        }
    }

    /// What a kind amounts to, and whether it is administrative: all that detectors ask of most rows.
    pub fn action(&self, code: KindCode) -> (Action, bool) {
        match KINDS.get(code.index()) {
            Some(kind) => (kind.action, kind.administrative),
            None => {
                let kind = self.kind(code);
                (kind.action, kind.administrative)
            }
        }
    }

    /// How many codes of kinds there are.
    pub fn kinds(&self) -> usize {
        KINDS.len() + self.additions.kinds.len()
    }

    /// The actor behind a code: people, then the applications of birth, then the operator, then whoever came later.
    pub fn actor(&self, code: ActorCode) -> Option<ActorView<'a>> {
        if let Some(index) = self.world.person_of_actor(code) {
            let person = self.world.person(index);
            let (account, name) = (person.upn.as_str(), person.display_name.as_str());
            return Some(ActorView { account, name, id: person.id, person: Some(index), user: true });
        }
        if let Some(index) = self.world.principal_of_actor(code) {
            let app = self.world.principal(index);
            let name = &*app.display_name;
            return Some(ActorView { account: name, name, id: app.id, person: None, user: false });
        }
        let unnamed = || self.world.ids.guid(Kind::ServicePrincipal, code.ordinal());
        if code == self.world.operator() {
            let name = By::OPERATOR;
            return Some(ActorView { account: name, name, id: unnamed(), person: None, user: false });
        }
        let added = self.additions.actors.get(place_of_added(self.world, code)?)?;
        let (id, user) = (added.id.unwrap_or_else(unnamed), !added.application);
        Some(ActorView { account: &added.account, name: &added.name, id, person: None, user })
    }

    /// How many codes of actors there are.
    pub fn actors(&self) -> usize {
        self.world.operator().index() + 1 + self.additions.actors.len()
    }

    /// The user groups of an actor: administrators are in one.
    pub fn groups(&self, actor: ActorCode) -> Vec<Hex24> {
        let person = self.world.person_of_actor(actor);
        let admin = person.is_some_and(|person| !self.world.person(person).roles.is_empty());
        if admin { vec![self.world.ids.hex24(Kind::Group, 0)] } else { Vec::new() }
    }

    /// The address behind a code; `None` where the row does not say.
    pub fn address(&self, code: AddressCode) -> Option<Address<'a>> {
        let Some(added) = code.get().checked_sub(self.world.addresses.count()) else {
            return Some(self.world.address(code));
        };
        let Located { address, place } = &**self.additions.addresses.get(added as usize)?;
        let unlike = || place.as_ref().unwrap_or(&NOWHERE);
        let place = address.like.map_or_else(unlike, |like| self.world.address(like).place);
        Some(Address { ip: address.ip, place })
    }

    /// How many codes of addresses there are.
    pub fn addresses(&self) -> usize {
        self.world.addresses.count() as usize + self.additions.addresses.len()
    }

    /// The agent behind a code.
    pub fn agent(&self, code: AgentCode) -> Option<&'a Agent> {
        let index = code.index();
        let extra =
            || self.additions.agents.get(index.checked_sub(self.world.agents.len())?).map(|agent| &**agent);
        self.world.agents.get(index).or_else(extra)
    }

    /// How many codes of agents there are; one more for rows that do not say.
    pub fn agents(&self) -> usize {
        AgentCode::NONE.index() + 1
    }

    /// What an event was done to.
    pub fn thing(&self, event: &Event) -> Option<TargetObject> {
        self.kind(event.kind).catalogued.and_then(|_| self.world.thing(event))
    }

    /// What an injected activity names by a code that stands for nothing here, if it does.
    pub(in crate::tenant) fn stray_of_activity(&self, given: &InjectedActivity) -> Option<StrayCode> {
        let kind = match given.kind {
            Known::Code(code) if code.index() >= self.kinds() => {
                Some(StrayCode::new("kind", code.get().into()))
            }
            Known::Code(_) | Known::New(_) => None,
        };
        let agent = match given.agent {
            Some(Known::Code(code)) if self.agent(code).is_none() => {
                Some(StrayCode::new("user agent", code.get().into()))
            }
            _ => None,
        };
        let address = || given.address.as_ref().and_then(|address| self.stray_address(address));
        kind.or(agent).or_else(|| self.stray_actor(&given.actor)).or_else(address)
    }

    /// The same of an injected alert.
    pub(in crate::tenant) fn stray_of_alert(&self, given: &InjectedAlert) -> Option<StrayCode> {
        let actor = given.actor.as_ref().and_then(|actor| self.stray_actor(actor));
        actor.or_else(|| given.addresses.iter().find_map(|address| self.stray_address(address)))
    }

    fn stray_actor(&self, actor: &Known<ActorCode, NewActor>) -> Option<StrayCode> {
        match actor {
            Known::Code(code) if *code != ActorCode::NOBODY && self.actor(*code).is_none() => {
                Some(StrayCode::new("actor", code.get()))
            }
            Known::Code(_) | Known::New(_) => None,
        }
    }

    fn stray_address(&self, address: &Known<AddressCode, NewAddress>) -> Option<StrayCode> {
        let (code, count) = match address {
            Known::Code(code) => (Some(*code), self.addresses()),
            // What shares a place shares it with an address of birth.
            Known::New(new) => (new.like, self.world.addresses.count() as usize),
        };
        code.filter(|code| code.index() >= count).map(|code| StrayCode::new("address", code.get()))
    }

    /// The fields that an injected activity was given.
    pub fn fields(&self, row: RowNo) -> Option<&'a str> {
        self.additions.fields.get(&row).map(|fields| &**fields)
    }
}

/// Where an address is of which nothing is known.
pub static NOWHERE: Place = Place {
    country: Cow::Borrowed(""),
    country_name: Cow::Borrowed(""),
    city: Cow::Borrowed(""),
    region: (Cow::Borrowed(""), Cow::Borrowed("")),
    postal: Cow::Borrowed(""),
    latitude_milli: 0,
    longitude_milli: 0,
    provider: String::new(),
    category: IpCategory::None,
    tags: &[],
    anonymous: false,
};

/// The address of rows that do not say from where.
pub const UNSPECIFIED: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The place among the added actors that a code stands for.
fn place_of_added(world: &World, code: ActorCode) -> Option<usize> {
    code.index().checked_sub(world.operator().index() + 1)
}
