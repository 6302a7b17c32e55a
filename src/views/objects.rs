//! What activities are done to: names and ids, whatever the app.

use crate::model::activity::Event;
use crate::tenant::Lens;

/// What a person would call the object; empty where there is none.
pub fn name(lens: Lens<'_>, event: &Event) -> String {
    lens.thing(event).map(|thing| thing.name).unwrap_or_default()
}

/// Id of the object in its own app (for a file: of its site); empty where there is none.
pub fn id(lens: Lens<'_>, event: &Event) -> String {
    lens.thing(event).map(|thing| thing.id).unwrap_or_default()
}
