//! The noise of the internet: strangers who try passwords at accounts, in vain, at any hour.

use super::cell::{Client, DAY, EventWriter, Today};
use crate::catalogue::cities::{ABROAD, GUESSERS};
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::Failure;
use crate::generate::objects::sign_ins::About;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::ObjectNo;

/// From an anonymiser, from a rented machine, or from a house somewhere; by weight.
const FROM: [u32; 3] = [62, 22, 16];
/// With the right password.
const LEAKED: Chance = Chance::percent(12);

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
    // A password that was leaked somewhere is not enough: the owner does not answer, or says no.
    if chance.chance(LEAKED) && !world.person(today.person).guest {
        let about = About::of_a_stranger(today.day, 0).with_a_factor();
        writer.write(at, kinds::SECOND_FACTOR_REQUIRED, client, about.object());
        let refused = about.failing(Failure::FactorRefused).object();
        writer.write(at + chance.between(15, 60), kinds::USER_LOGIN_FAILED, client, refused);
    }
}

/// Who guesses at passwords: somebody somewhere, often behind an anonymiser or on a rented machine.
pub(in crate::generate) fn stranger(world: &World, chance: &mut Stream) -> Client {
    let places: Vec<_> = world
        .abroad
        .iter()
        .zip(ABROAD)
        .filter(|(_, (city, _))| GUESSERS.contains(&city.name))
        .map(|(codes, _)| *codes)
        .collect();
    let codes = match chance.weighted(&FROM) {
        0 => *chance.pick(&world.anonymisers),
        1 => *chance.pick(&world.hosts),
        _ => *chance.pick(&places),
    };
    Client { address: codes.at(chance.below(codes.count)), agent: *chance.pick(&world.attackers) }
}
