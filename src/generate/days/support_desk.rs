//! The support desk: two administrators on contract in an office abroad, one of whom is on duty on every day of the
//! week while the head office sleeps.

use super::administration;
use super::cell::{Client, EventWriter, Today, weekday};
use super::rhythm::{Sitting, Where};
use crate::catalogue::kinds;
use crate::generate::objects::files;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::PersonIx;

/// Seconds of the local day at which a shift begins and ends, give or take ten minutes.
const SHIFT: (u32, u32) = (8 * 3_600 + 1_800, 17 * 3_600);

/// Whether somebody has the shift of a day: the first of the two from Monday to Thursday, the second from Thursday
/// (when they hand over) to Sunday.
pub(in crate::generate) fn on_duty(world: &World, person: PersonIx, day: i32) -> bool {
    if !world.habits[person.index()].desk {
        return false;
    }
    let first = world.habits.iter().position(|habits| habits.desk) == Some(person.index());
    let weekday = weekday(world.spec.start, day);
    if first { weekday <= 3 } else { weekday >= 3 }
}

/// The sittings of a shift.
pub(in crate::generate) fn shift(today: &Today<'_>) -> Vec<Sitting> {
    if !on_duty(today.world, today.person, today.day) {
        return Vec::new();
    }
    let mut chance = today.stream("shift");
    let person = today.world.person(today.person);
    let egress = today.world.networks[today.office.index()].egress;
    let client = Client { address: egress.at(today.person.get()), agent: person.agents[0] };
    let begin = SHIFT.0 + chance.below(1_200) - 600;
    let end = SHIFT.1 + chance.below(1_200) - 600;
    let noon = 12 * 3_600 + chance.below(3_600);
    let sitting = |begin, end, activities| Sitting { begin, end, client, place: Where::Company, activities };
    vec![sitting(begin, noon, chance.between(6, 10)), sitting(noon + 2_400, end, chance.between(6, 10))]
}

/// Writes down what every shift holds: something administrative at its begin and its end, and in between a run of
/// the instructions for it.
pub(in crate::generate) fn routine(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let (Some(first), Some(last)) = (sittings.first(), sittings.last()) else { return };
    let mut chance = today.stream("routine");
    let steps = |at: u32, chance: &mut Stream, writer: &mut EventWriter<'_, _>| {
        let (kind, object) = administration::of_users(today, chance);
        writer.write(at, kind, first.client, object);
    };
    steps(first.begin + chance.between(200, 900), &mut chance, writer);
    let runbook = files::object(files::site_library(today.world, super::themes::department_site(today)), 0);
    writer.write(first.begin + chance.between(1_000, 1_500), kinds::FILE_DOWNLOADED, first.client, runbook);
    steps(last.begin + chance.between(600, 3_600), &mut chance, writer);
    steps(last.end - chance.between(300, 1_400), &mut chance, writer);
}
