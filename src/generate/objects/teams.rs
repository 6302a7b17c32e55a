//! Teams and chats: pure functions of an object number. Every site has a team; everybody can be chatted with.

use crate::generate::world::World;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ObjectNo, PersonIx};

/// A team, or a chat with one person.
#[derive(Clone, Debug)]
pub struct Team {
    /// Id of the team, or of the chat.
    pub id: Guid,
    /// Name of the team; of a chat, the display name of the person chatted with.
    pub name: String,
    /// `General` for teams, empty for chats.
    pub channel: &'static str,
    /// The person chatted with.
    pub chat_with: Option<PersonIx>,
}

/// The object number of the team of a site.
pub(in crate::generate) fn of_site(world: &World, index: u32) -> ObjectNo {
    ObjectNo::new(1 + index % world.libraries.len() as u32)
}

/// The object number of the chat with a person.
pub(in crate::generate) fn chat(world: &World, person: PersonIx) -> ObjectNo {
    ObjectNo::new(1 + world.libraries.len() as u32 + person.get())
}

/// See [`World::team`].
pub(in crate::generate) fn team(world: &World, object: ObjectNo) -> Team {
    let teams = world.libraries.len() as u32;
    let number = object.get().saturating_sub(1) % (teams + world.people.len() as u32);
    let id = world.ids.guid(Kind::Team, u64::from(number));
    match number.checked_sub(teams) {
        None => Team {
            id,
            name: world.libraries[number as usize].name.clone(),
            channel: "General",
            chat_with: None,
        },
        Some(person) => {
            let person = PersonIx::new(person);
            Team { id, name: world.person(person).display_name.clone(), channel: "", chat_with: Some(person) }
        }
    }
}
