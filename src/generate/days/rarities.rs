//! What ordinary people do now and then: search, tidy up what they deleted, have flows made, take rules back.
//!
//! How often is (unverified).

use super::cell::{Client, DAY, EventWriter, Today};
use super::rhythm::{Sitting, Where};
use super::{services, themes};
use crate::catalogue::kinds;
use crate::generate::objects::{app_objects, directory, files, rules};
use crate::generate::stream::{Chance, Stream};
use crate::model::activity::Event;
use crate::model::index::ObjectNo;

/// Of the working days of somebody, those on which something is searched for.
const SEARCHES: Chance = Chance::percent(9);
/// … on which something is deleted and its recycle bin emptied.
const EMPTIES: Chance = Chance::per_mille(9);
/// … on which a flow is made.
const FLOWS: Chance = Chance::per_mille(8);
/// Of all members, those who have a flow that copies files every night.
const RUNS: Chance = Chance::percent(5);
/// Of the working days of somebody, those on which an inbox rule is taken back.
const RULES: Chance = Chance::per_mille(6);
/// Of those who have left, how many hand over what was open a few days later, as was agreed.
const AFTERWARDS: Chance = Chance::percent(60);

/// Writes down what the actor does today that is not done every day.
pub(in crate::generate) fn happen(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let world = today.world;
    if world.person(today.person).guest || world.habits[today.person.index()].desk {
        return;
    }
    run_a_flow(today, writer);
    let fits = |sitting: &&Sitting| sitting.activities > 2 && sitting.place != Where::Phone;
    let Some(desk) = sittings.iter().find(fits) else { return };
    let mut chance = today.stream("rare");
    let [searches, empties, flows, takes_back] =
        [SEARCHES, EMPTIES, FLOWS, RULES].map(|often| chance.chance(often));
    let length = (desk.end - desk.begin).max(600);
    if searches {
        search(today, desk, &mut chance, writer);
    }
    if empties {
        empty_a_bin(today, desk, &mut chance, writer);
    }
    if flows {
        let object = directory::setting(kinds::CREATE_FLOW, chance.below(4));
        writer.write(desk.begin + chance.below(length), kinds::CREATE_FLOW, desk.client, object);
    }
    if takes_back {
        let rule = rules::ordinary(today.person, chance.below(40));
        writer.write(desk.begin + chance.below(length), kinds::REMOVE_INBOX_RULE, desk.client, rule);
    }
}

/// What somebody's flow copies every night, on machines of the service.
fn run_a_flow(today: &Today<'_>, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let world = today.world;
    let mut author = Stream::new(world.spec.seed, "person", today.person.ordinal(), "flows");
    if !author.chance(RUNS) || (today.weekend() && world.figures.weekends == 0) {
        return;
    }
    let site = files::site_library(world, themes::department_site(today));
    let (mut chance, mut at) = (today.stream("flow"), 2 * 3_600 + author.below(4 * 3_600));
    for _ in 0..chance.between(1, 4) {
        let object = files::object(site, chance.below(files::FILES));
        writer.write(at, kinds::FILE_DOWNLOADED, services::SERVER_SIDE, object);
        at += chance.between(2, 30);
    }
}

/// One to six searches, and what was found.
fn search(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let world = today.world;
    let mut at = desk.begin + chance.below((desk.end - desk.begin).max(600));
    for _ in 0..chance.between(1, 6) {
        writer.write(at, kinds::SEARCH_QUERY_PERFORMED, desk.client, ObjectNo::NONE);
        at += chance.between(5, 40);
        if chance.chance(Chance::percent(60)) {
            let library = files::site_library(world, chance.below(world.libraries.len() as u32));
            let object = files::object(library, chance.below(files::FILES));
            writer.write(at, kinds::FILE_PREVIEWED, desk.client, object);
            at += chance.between(10, 300);
        }
    }
}

/// A few files of the department that nobody needs any more.
pub(super) fn empty_a_bin(
    today: &Today<'_>,
    desk: &Sitting,
    chance: &mut Stream,
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let library = files::site_library(today.world, themes::department_site(today));
    let (count, first) = (chance.between(4, 16), chance.below(files::FILES));
    let mut at = (desk.begin + chance.below(3_600)).min(DAY - 3_600);
    let both = chance.chance(Chance::percent(40));
    let kinds = [kinds::FILE_DELETED, kinds::RECYCLE_BIN_EMPTIED, kinds::SECOND_RECYCLE_BIN_EMPTIED];
    for kind in kinds.into_iter().take(if both { 3 } else { 2 }) {
        for index in 0..count {
            writer.write(at, kind, desk.client, files::object(library, first + index));
            at += chance.between(2, 20);
        }
        at += chance.between(30, 400);
    }
}

/// Writes down what somebody who has left still does: for a while, Salesforce does not know that the account is closed.
pub(in crate::generate) fn afterwards(today: &Today<'_>, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let world = today.world;
    let Some(last) = world.turnover.leaver(today.person) else { return };
    let mut chance = Stream::new(world.spec.seed, "person", today.person.ordinal(), "after");
    let agreed = chance.chance(AFTERWARDS) && !(today.weekend() && world.figures.weekends == 0);
    if !agreed || today.day != last + 2 + chance.below(3) as i32 {
        return;
    }
    let person = world.person(today.person);
    let client = Client { address: person.home, agent: person.agents[0] };
    let mut at = chance.between(9 * 3_600, 17 * 3_600);
    writer.write(at, kinds::SALESFORCE_LOGIN, client, ObjectNo::NONE);
    for _ in 0..chance.between(3, 8) {
        at += chance.between(30, 300);
        let kind =
            if chance.chance(Chance::percent(60)) { kinds::SALESFORCE_VIEW } else { kinds::SALESFORCE_EDIT };
        let account = app_objects::object(app_objects::ACCOUNT, chance.below(4_000));
        writer.write(at, kind, client, account);
    }
}
