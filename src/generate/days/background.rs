//! What devices do by themselves: phones fetch mail while their owners sleep or sit in meetings.
//!
//! Some do so right after midnight UTC, at whatever hour that is where they are: a day that has only just begun is not
//! empty (that background fetches count as activities of the user is recorded; how many there are is (unverified)).

use super::calendar::Leg;
use super::cell::{Client, DAY, EventWriter, Today};
use crate::catalogue::agents::Use;
use crate::catalogue::kinds;
use crate::generate::objects::mails;
use crate::generate::world::agents;
use crate::model::activity::Event;
use crate::model::spec::Size;

/// How many of a company's phones fetch at that time, about.
const PHONES: u32 = 24;
/// Seconds of the UTC day within which they do.
const WITHIN: (u32, u32) = (60, 540);
/// Local seconds between which people are on their way or at work.
const ABOUT: std::ops::Range<u32> = 8 * 3_600..18 * 3_600;

/// Writes down what the actor's phone does right after midnight UTC.
pub(in crate::generate) fn fetches(today: &Today<'_>, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let world = today.world;
    let person = world.person(today.person);
    let every = (world.figures.members / PHONES).max(1);
    let asleep = world.figures.weekends == 0 && today.weekend();
    let quiet = asleep || world.figures.scale == Size::Tiny || !today.person.get().is_multiple_of(every);
    if quiet || person.guest || today.habits.desk {
        return;
    }
    let mut chance = today.stream("fetch");
    let offset = i64::from(world.offices[today.office.index()].utc_offset_minutes) * 60;
    let at = (offset + i64::from(chance.between(WITHIN.0, WITHIN.1))).rem_euclid(i64::from(DAY)) as u32;
    let mobile = world.networks[today.office.index()].mobile;
    let address = match &today.trip {
        Some(trip) if trip.leg == Leg::There => trip.evening,
        // In the air.
        Some(_) => return,
        None if ABOUT.contains(&at) && !today.weekend() => mobile.at(chance.below(mobile.count)),
        None => today.home,
    };
    let owned = [Use::Phone, Use::Mail].into_iter().find_map(|wanted| agents::find(&person.agents, wanted));
    let client = Client { address, agent: owned.unwrap_or(person.agents[0]) };
    for _ in 0..chance.between(1, 2) {
        let object = mails::received(today.person, chance.below(2_048));
        writer.write(at, kinds::MAIL_ITEMS_ACCESSED, client, object);
    }
}
