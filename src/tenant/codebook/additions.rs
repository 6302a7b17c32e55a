//! What the codebook was told since birth: kinds, actors, addresses and agents that the world does not have.
//!
//! Their codes follow those of the world, in the order in which they were added.

use std::sync::Arc;

use crate::catalogue::kinds::KINDS;
use crate::generate::World;
use crate::generate::world::{Agent, Place};
use crate::model::directory::App;
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, PrincipalIx, RowNo};
use crate::model::injected::{Known, NewActor, NewAddress, NewKind};

use super::NOWHERE;

/// What was put in since birth. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct CodebookAdditions {
    pub(super) kinds: imbl::Vector<Arc<NewKind>>,
    pub(super) actors: imbl::Vector<Arc<NewActor>>,
    pub(super) addresses: imbl::Vector<Arc<Located>>,
    pub(super) agents: imbl::Vector<Arc<Agent>>,
    /// Fields of injected activities, by row.
    pub(in crate::tenant) fields: imbl::OrdMap<RowNo, Arc<str>>,
}

/// An address with its place, where nothing but the country is known of that.
pub(super) struct Located {
    pub(super) address: NewAddress,
    pub(super) place: Option<Place>,
}

impl CodebookAdditions {
    /// The code of a kind, which is learnt if it is new. `None` when there is no code left.
    pub(in crate::tenant) fn kind(&mut self, kind: &Known<KindCode, NewKind>) -> Option<KindCode> {
        match kind {
            Known::Code(code) => Some(*code),
            Known::New(kind) => {
                let known = self.kinds.iter().position(|known| **known == *kind);
                let index = known.unwrap_or_else(|| {
                    self.kinds.push_back(Arc::new(kind.clone()));
                    self.kinds.len() - 1
                });
                KindCode::at(KINDS.len() + index).filter(|code| code.get() < u16::MAX)
            }
        }
    }

    /// The code of an actor, who is remembered if new.
    pub(in crate::tenant) fn actor(
        &mut self,
        world: &World,
        actor: &Known<ActorCode, NewActor>,
    ) -> ActorCode {
        match actor {
            Known::Code(code) => *code,
            Known::New(actor) => self.added(world, actor),
        }
    }

    /// The code of an application of the directory, which is remembered if it was not born with the tenant.
    pub(in crate::tenant) fn application(&mut self, world: &World, app: &App) -> ActorCode {
        let born =
            PrincipalIx::numbered(&world.principals).find(|(_, principal)| principal.id == app.principal);
        born.map_or_else(
            || {
                let name: Arc<str> = (*app.registration.display_name).into();
                let account = Arc::clone(&name);
                self.added(world, &NewActor { account, name, id: Some(app.principal), application: true })
            },
            |(index, _)| world.actor_of_principal(index),
        )
    }

    fn added(&mut self, world: &World, actor: &NewActor) -> ActorCode {
        let known = self.actors.iter().position(|known| **known == *actor);
        let index = known.unwrap_or_else(|| {
            self.actors.push_back(Arc::new(actor.clone()));
            self.actors.len() - 1
        });
        ActorCode::new(world.operator().get() + 1 + index as u32)
    }

    /// The code of an address, which is remembered if new.
    pub(in crate::tenant) fn address(
        &mut self,
        world: &World,
        address: &Known<AddressCode, NewAddress>,
    ) -> AddressCode {
        match address {
            Known::Code(code) => *code,
            Known::New(address) => {
                let known = self.addresses.iter().position(|known| known.address == *address);
                let index = known.unwrap_or_else(|| {
                    let country = address.country.as_deref().filter(|_| address.like.is_none());
                    let place = country.map(|country| Place {
                        country: country.to_owned().into(),
                        country_name: country.to_owned().into(),
                        ..NOWHERE.clone()
                    });
                    self.addresses.push_back(Arc::new(Located { address: address.clone(), place }));
                    self.addresses.len() - 1
                });
                AddressCode::new(world.addresses.count() + index as u32)
            }
        }
    }

    /// The code of an agent, which is remembered if new.
    pub(in crate::tenant) fn agent(
        &mut self,
        world: &World,
        agent: &Known<AgentCode, Arc<str>>,
    ) -> AgentCode {
        let index = match agent {
            Known::Code(code) => return *code,
            Known::New(text) => {
                let known = self.agents.iter().position(|known| known.text == **text);
                known.unwrap_or_else(|| {
                    self.agents.push_back(Arc::new(unknown_agent(text)));
                    self.agents.len() - 1
                })
            }
        };
        AgentCode::at(world.agents.len() + index).unwrap_or(AgentCode::NONE)
    }
}

/// An agent of which only the header is known.
fn unknown_agent(text: &str) -> Agent {
    Agent {
        text: text.to_owned(),
        family: "UNKNOWN",
        name: "Unknown",
        version: String::new(),
        kind: "Unknown",
        system: ("Unknown", "Unknown"),
        os_key: "OTHER",
        device: "OTHER",
        native: false,
    }
}
