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

pub use additions::CodebookAdditions;
use additions::Located;

/// No code: of the address, agent or user of a row or alert that does not say.
pub const NOBODY: u32 = u32::MAX;
/// No agent.
pub const NO_AGENT: u16 = u16::MAX;

/// The codebook.
#[derive(Clone, Copy)]
pub struct Codebook<'a> {
    /// What never changes.
    pub world: &'a World,
    additions: &'a CodebookAdditions,
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
    /// Index of the person, if it is one of the directory.
    pub person: Option<u32>,
    /// A user, whether the directory knows it or not.
    pub user: bool,
}

impl<'a> Codebook<'a> {
    /// A codebook on a world and what was put in since.
    pub const fn new(world: &'a World, additions: &'a CodebookAdditions) -> Self {
        Self { world, additions }
    }

    /// The kind behind a code.
    pub fn kind(&self, code: u16) -> KindView<'a> {
        let index = usize::from(code);
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
            (None, None) => self.kind(0),
        }
    }

    /// What a kind amounts to, and whether it is administrative: all that detectors ask of most rows.
    pub fn action(&self, code: u16) -> (Action, bool) {
        match KINDS.get(usize::from(code)) {
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

    /// The actor behind a code: people, then applications, then the operator, then whoever was put in.
    pub fn actor(&self, code: u32) -> Option<ActorView<'a>> {
        if let Some(person) = self.world.people.get(code as usize) {
            let (account, name) = (person.upn.as_str(), person.display_name.as_str());
            return Some(ActorView { account, name, id: person.id, person: Some(code), user: true });
        }
        if let Some(app) = self.world.principal(code) {
            let name = &*app.display_name;
            return Some(ActorView { account: name, name, id: app.id, person: None, user: false });
        }
        let unnamed = || self.world.ids.guid(Kind::ServicePrincipal, u64::from(code));
        let after = code.checked_sub(self.world.actor_count())?;
        let Some(index) = after.checked_sub(1) else {
            let name = By::OPERATOR;
            return Some(ActorView { account: name, name, id: unnamed(), person: None, user: false });
        };
        let actor = self.additions.actors.get(index as usize)?;
        let id = actor.id.unwrap_or_else(unnamed);
        Some(ActorView { account: &actor.account, name: &actor.name, id, person: None, user: true })
    }

    /// How many codes of actors there are.
    pub fn actors(&self) -> usize {
        self.world.actor_count() as usize + 1 + self.additions.actors.len()
    }

    /// The user groups of an actor: administrators are in one.
    pub fn groups(&self, actor: u32) -> Vec<Hex24> {
        let admin = self.world.people.get(actor as usize).is_some_and(|person| !person.roles.is_empty());
        if admin { vec![self.world.ids.hex24(Kind::Group, 0)] } else { Vec::new() }
    }

    /// The address behind a code; `None` where the row does not say.
    pub fn address(&self, code: u32) -> Option<Address<'a>> {
        let born = self.world.addresses.count();
        if code < born {
            return Some(self.world.address(code));
        }
        let Located { address, place } = &**self.additions.addresses.get((code - born) as usize)?;
        let unlike = || place.as_ref().unwrap_or(&NOWHERE);
        let place = address.like.map_or_else(unlike, |like| self.world.address(like).place);
        Some(Address { ip: address.ip, place })
    }

    /// How many codes of addresses there are.
    pub fn addresses(&self) -> usize {
        self.world.addresses.count() as usize + self.additions.addresses.len()
    }

    /// The agent behind a code.
    pub fn agent(&self, code: u16) -> Option<&'a Agent> {
        let index = usize::from(code);
        let extra =
            || self.additions.agents.get(index.checked_sub(self.world.agents.len())?).map(|agent| &**agent);
        self.world.agents.get(index).or_else(extra)
    }

    /// How many codes of agents there are; one more for rows that do not say.
    pub fn agents(&self) -> usize {
        usize::from(NO_AGENT) + 1
    }

    /// What an event was done to.
    pub fn thing(&self, event: &Event) -> Option<TargetObject> {
        self.kind(event.kind).catalogued.and_then(|_| self.world.thing(event))
    }

    /// The fields that an injected activity was given.
    pub fn fields(&self, row: u64) -> Option<&'a str> {
        self.additions.fields.get(&row).map(|fields| &**fields)
    }
}

/// Where an address is of which nothing is known.
static NOWHERE: Place = Place {
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
