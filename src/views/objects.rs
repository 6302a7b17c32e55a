//! What activities are done to: names and ids, whatever the app.

use crate::generate::World;
use crate::generate::kinds::KINDS;
use crate::model::activity::{Event, Target};
use crate::model::ids::Kind;

/// What a person would call the object; empty where there is none.
pub fn name(world: &World, event: &Event) -> String {
    match KINDS[usize::from(event.kind)].target {
        Target::None => String::new(),
        Target::File => world.file(event.object).name,
        Target::Mail => world.mail(event.object).subject,
        Target::Person => world.people.get(event.object as usize).map(|p| p.upn.clone()).unwrap_or_default(),
        Target::AppObject => world.app_object(event.object).name,
        Target::Team => world.team(event.object).name,
        Target::Alert => world.ids.hex24(Kind::Alert, u64::from(event.object)).to_string(),
    }
}

/// Id of the object in its own app (for a file: of its site); empty where there is none.
pub fn id(world: &World, event: &Event) -> String {
    match KINDS[usize::from(event.kind)].target {
        Target::None => String::new(),
        Target::File => world.file(event.object).site.to_string(),
        Target::Mail => world.mail(event.object).id.to_string(),
        Target::Person => {
            world.people.get(event.object as usize).map(|p| p.id.to_string()).unwrap_or_default()
        }
        Target::AppObject => world.app_object(event.object).id,
        Target::Team => world.team(event.object).id.to_string(),
        Target::Alert => world.ids.hex24(Kind::Alert, u64::from(event.object)).to_string(),
    }
}
