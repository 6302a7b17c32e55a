//! An administrator's account is used from a country from which nobody has ever administered anything.

use super::cast::{administrator, called, stranger_abroad};
use super::script::Script;
use super::{Cast, Storyline, Tale, When};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::generate::{directory, kinds};

pub(super) const TALE: Tale = Tale {
    name: "first-admin-activity-from-new-country",
    when: When::Any,
    size: (3, 6),
    minutes: 45,
    unfit: administrator,
    cast,
    summary,
    policy: None,
    unfold,
};

/// From anywhere but Russia, where the support desk administers every day.
fn cast(world: &World, user: u32, size: u32, chance: &mut Stream) -> Cast {
    loop {
        let stranger = stranger_abroad(world, user, size, chance);
        if world.address(stranger.attacker).place.country != "RU" {
            let others = super::cast::colleagues(world, user, size, chance);
            return Cast { others, ..stranger };
        }
    }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {}, from where nobody has administered before, to reset {} passwords.",
        called(world, story.user),
        world.address(story.attacker).place.country_name,
        story.others.len(),
    )
}

fn unfold(script: &mut Script<'_>) {
    script.act(kinds::USER_LOGGED_IN, 0);
    let others = script.story.others.clone();
    let count = others.len() as u32;
    for (index, other) in others.into_iter().enumerate() {
        script.pace(count, 30);
        script.act(kinds::RESET_PASSWORD, other);
        if index % 2 == 1 {
            script.wait(20, 80);
            script.act(kinds::UPDATE_USER, directory::attribute(other, 1));
        }
    }
}
