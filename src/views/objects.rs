//! What activities are done to: names and ids, whatever the app.

use crate::model::activity::Event;
use crate::tenant::Lens;

/// What a person would call the object; empty where there is none.
pub fn name(lens: Lens<'_>, event: &Event) -> String {
    lens.thing(event).map(|thing| thing.name).unwrap_or_default()
}

/// Ids of the object and of what holds it, as the records name them.
pub fn ids(lens: Lens<'_>, event: &Event) -> Vec<String> {
    let thing = lens.thing(event);
    thing
        .into_iter()
        .flat_map(|thing| [Some(thing.id), thing.place.map(|place| place.id)])
        .flatten()
        .collect()
}
