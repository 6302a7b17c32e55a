//! What activities are done to: names and ids, whatever the app.

use crate::model::activity::Event;
use crate::tenant::Codebook;

/// What a person would call the object; empty where there is none.
pub fn name(codebook: Codebook<'_>, event: &Event) -> String {
    codebook.thing(event).map(|thing| thing.name).unwrap_or_default()
}

/// Ids of the object and of what holds it, as the records name them.
pub fn ids(codebook: Codebook<'_>, event: &Event) -> Vec<String> {
    let thing = codebook.thing(event);
    thing
        .into_iter()
        .flat_map(|thing| [Some(thing.id), thing.place.map(|place| place.id)])
        .flatten()
        .collect()
}
