//! The noise of the internet: strangers who try passwords at accounts, in vain, at any hour.

use super::cell::{Client, DAY, EventWriter, Today};
use crate::catalogue::cities::{ABROAD, GUESSERS};
use crate::catalogue::kinds;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::ObjectNo;

/// From an anonymiser rather than from a house somewhere.
const ANONYMOUSLY: Chance = Chance::percent(35);

/// Writes down who was turned away at the actor's account today.
pub(in crate::generate) fn guesses(today: &Today<'_>, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let world = today.world;
    let mut chance = today.stream("guesses");
    if !chance.chance(world.figures.guesses.chance) {
        return;
    }
    let client = stranger(world, &mut chance);
    let mut at = chance.below(DAY - 600);
    for _ in 0..chance.between(1, 2) {
        writer.write(at, kinds::USER_LOGIN_FAILED, client, ObjectNo::NONE);
        at += chance.between(20, 500);
    }
}

/// Who guesses at passwords: somebody somewhere, now and then behind an anonymiser.
pub(in crate::generate) fn stranger(world: &World, chance: &mut Stream) -> Client {
    let places: Vec<_> = world
        .abroad
        .iter()
        .zip(ABROAD)
        .filter(|(_, (city, _))| GUESSERS.contains(&city.name))
        .map(|(codes, _)| *codes)
        .collect();
    // Exits in the countries of the company's offices are left to its own people, see `incidents`.
    let exits = &world.anonymisers[9..];
    let codes = if chance.chance(ANONYMOUSLY) { *chance.pick(exits) } else { *chance.pick(&places) };
    Client { address: codes.at(chance.below(codes.count)), agent: *chance.pick(&world.attackers) }
}
