//! What the services of Microsoft 365 do by themselves: nobody of the tenant acts, and from no address.
//!
//! The raw record names an account of the service that the product does not resolve, so these activities have no user
//! (recorded activities have an empty `user`; how many there are is (unverified)).

use super::cell::{ActorDay, Client, DAY, EventWriter};
use super::machines::share;
use crate::catalogue::kinds;
use crate::generate::objects::{directory, files};
use crate::generate::stream::Chance;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{ActorCode, AddressCode, AgentCode, PersonIx};

/// The attribute that licences go by, by its place in the catalogue.
const USAGE_LOCATION: u32 = 5;

/// Nowhere, and with nothing.
pub(in crate::generate) const SERVER_SIDE: Client =
    Client { address: AddressCode::NOWHERE, agent: AgentCode::NONE };

/// Hands what the services do on a UTC day to `sink`: mailboxes are moved, their licences looked after, and files
/// indexed; evenly over the day, a few times.
pub(in crate::generate) fn cell(world: &World, day: i32, sink: &mut impl FnMut(Event)) {
    let today = ActorDay::new(world, ActorCode::NOBODY, day);
    let mut writer = EventWriter::new(&today, sink);
    let mut chance = today.stream("services");
    let count = share(world.figures.scale, 80);
    let step = DAY / count;
    for round in 0..count {
        let at = round * step + chance.below(step);
        let person = PersonIx::new(chance.below(world.figures.members));
        let (kind, object) = match chance.below(10) {
            0..=4 => (kinds::SET_MAILBOX, directory::person(person)),
            // No service knows of titles and telephones.
            5..=6 => (kinds::UPDATE_USER, directory::attribute(person, USAGE_LOCATION)),
            _ if chance.chance(Chance::percent(50)) => {
                let library = files::onedrive(person);
                (kinds::ONEDRIVE_FILE_ACCESSED, files::object(library, chance.below(files::FILES)))
            }
            _ => {
                let library = files::site_library(world, chance.below(world.sites_on(day)));
                (kinds::FILE_ACCESSED, files::object(library, chance.below(files::FILES)))
            }
        };
        writer.write(at, kind, SERVER_SIDE, object);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::directory::ATTRIBUTES;

    #[test]
    fn licences_go_by_the_usage_location() {
        assert_eq!(ATTRIBUTES[USAGE_LOCATION as usize].0, "UsageLocation");
    }
}
