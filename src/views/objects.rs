//! What activities are done to: names and ids, whatever the app.

use crate::generate::World;
use crate::model::activity::Event;

/// What a person would call the object; empty where there is none.
pub fn name(world: &World, event: &Event) -> String {
    world.thing(event).map(|thing| thing.name).unwrap_or_default()
}

/// Id of the object in its own app (for a file: of its site); empty where there is none.
pub fn id(world: &World, event: &Event) -> String {
    world.thing(event).map(|thing| thing.id).unwrap_or_default()
}
