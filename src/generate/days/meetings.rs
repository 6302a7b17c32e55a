//! Meetings: somebody who leads others meets them, and people of a project meet, at full and half hours.
//!
//! Whether there is a meeting, and when, is drawn from a key that all who attend share (who leads, or the project, and the
//! day), so everybody's cell knows of it; each comes within minutes, where the day has them at a computer.

use super::cell::{DAY, EventWriter, Today};
use super::rhythm::{Sitting, Where};
use crate::catalogue::kinds;
use crate::generate::objects::{files, teams};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{ObjectNo, PersonIx};
use crate::model::time::{Span, VirtualTime};

/// Working days on which somebody who leads others meets them.
const OF_A_TEAM: Chance = Chance::percent(48);
/// Working days on which a project meets.
const OF_A_PROJECT: Chance = Chance::percent(30);
/// Somebody who could come does not.
const MISSED: Chance = Chance::percent(7);
/// Half hours of the organiser's day at which meetings start: from nine on, with a pause at noon.
const STARTS: [u32; 12] = [18, 19, 20, 20, 21, 22, 26, 27, 28, 29, 30, 32];

/// Writes down which meetings the actor joins today.
pub(in crate::generate) fn join(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let world = today.world;
    let person = world.person(today.person);
    if today.weekend() || person.guest || sittings.is_empty() {
        return;
    }
    let mut chance = today.stream("meetings");
    let mut taken: Vec<VirtualTime> = Vec::new();
    let leads = world.leads(today.person).then_some(today.person);
    let teams = [leads, person.manager].into_iter().flatten().map(|organiser| (organiser, OF_A_TEAM));
    let project = project(world, today.person).map(|organiser| (organiser, OF_A_PROJECT));
    for (organiser, often) in teams.chain(project) {
        let Some((starts, object)) = meeting(today, organiser, often) else { continue };
        let missed = chance.chance(MISSED) && organiser != today.person;
        let late = chance.below(9) as i64 * 30 - 90 + i64::from(chance.below(30));
        let second = (starts - writer.midnight()).as_millis() / 1_000 + late;
        if missed || taken.contains(&starts) || !(0..i64::from(DAY)).contains(&second) {
            continue;
        }
        let here = |sitting: &&Sitting| {
            sitting.place != Where::Phone
                && i64::from(sitting.begin) <= second
                && second < i64::from(sitting.end)
        };
        let Some(desk) = sittings.iter().find(here) else { continue };
        taken.push(starts);
        writer.write(second as u32, kinds::MEETING_PARTICIPANT_DETAIL, desk.client, object);
    }
}

/// When the meeting of a day starts, and its object number, if there is one.
fn meeting(today: &Today<'_>, organiser: PersonIx, often: Chance) -> Option<(VirtualTime, ObjectNo)> {
    let world = today.world;
    let key = organiser.ordinal() << 32 | u64::from(today.day.cast_unsigned());
    let facet = if often == OF_A_PROJECT { "project" } else { "team" };
    let mut chance = Stream::new(world.spec.seed, "meeting", key, facet);
    if !chance.chance(often) {
        return None;
    }
    let offset = i64::from(world.office_of(organiser).utc_offset_minutes);
    let midnight = VirtualTime::of_day(world.spec.start.day() + i64::from(today.day)) - Span::minutes(offset);
    let starts = midnight + Span::minutes(i64::from(*chance.pick(&STARTS)) * 30);
    let day = (starts.day() - world.spec.start.day()) as i32;
    let half_hour = (starts - VirtualTime::of_day(starts.day())).as_millis() / 1_800_000;
    let object = teams::meeting(teams::chat(world, organiser), day, half_hour as u32);
    Some((starts, object))
}

/// The organiser of the project at which somebody works, where it is one of a few who meet.
fn project(world: &World, person: PersonIx) -> Option<PersonIx> {
    let projects = files::projects(world.figures.scale).len() as u32;
    let project = person.get().wrapping_mul(7) % projects;
    // About eight of each project meet.
    let few = (world.figures.members / (projects * 8)).max(1);
    let owner = world.libraries.get((world.first_sites() - 1 - project) as usize)?.owner;
    let at_it = person == owner || (person.get() / 3 + project).is_multiple_of(few);
    at_it.then_some(owner)
}
