//! The rhythm of a day: when and from where a person sits down to work. What is done there is `session`'s.

use super::calendar;
use super::calendar::{Leg, Trip};
use super::cell::{Client, DAY, Today};
use super::support_desk;
use crate::catalogue::agents::Use;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::agents;
use crate::model::index::AddressCode;
use crate::model::spec::Size;

/// A stretch of time at one place.
#[derive(Clone, Copy)]
pub(in crate::generate) struct Sitting {
    /// Seconds of the local day.
    pub(in crate::generate) begin: u32,
    pub(in crate::generate) end: u32,
    pub(in crate::generate) client: Client,
    pub(in crate::generate) place: Where,
    /// How much is done, signing in included.
    pub(in crate::generate) activities: u32,
}

/// Where somebody sits, as far as it matters for what is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::generate) enum Where {
    /// At the office or on its VPN.
    Company,
    /// At home, at a computer.
    Home,
    /// Anywhere, with a phone.
    Phone,
}

/// Mean number of activities of a working day, in thousandths: set so that histories have the volumes that
/// `Size` promises.
pub(in crate::generate) const fn daily_milli(size: Size) -> u32 {
    match size {
        Size::Tiny => 9_900,
        Size::Small => 15_000,
        Size::Medium | Size::Large => 17_700,
    }
}

/// One in so many looks in on a day of the weekend, by turns: more where few people must keep the shop open.
const fn weekend_rota(size: Size) -> i32 {
    match size {
        Size::Tiny | Size::Small => 3,
        Size::Medium | Size::Large => 4,
    }
}

/// The sittings of a day; none on a day off.
pub(in crate::generate) fn sittings(today: &Today<'_>) -> Vec<Sitting> {
    let person = today.world.person(today.person);
    let habits = &today.habits;
    let mut chance = today.stream("plan");
    let awaited = today.story == Some(true) || today.world.turnover.awaits(today.person, today.day);
    if person.guest {
        return guest(today, &mut chance);
    }
    if habits.desk {
        return support_desk::shift(today);
    }
    if let Some(trip) = &today.trip {
        return on_a_trip(today, trip);
    }
    if (today.weekend() || calendar::holiday(today)) && !awaited {
        let figures = &today.world.figures;
        // If the rate of weekend work is 0, nobody is on the weekend rota either.
        let turn = (today.person.get().cast_signed() + today.day).rem_euclid(weekend_rota(figures.scale))
            == 0
            && figures.weekends > 0;
        let works = chance.chance(Chance::per_mille(habits.weekends)) || turn;
        return if works { vec![weekend(today, &mut chance)] } else { Vec::new() };
    }
    if !awaited && (calendar::off(today) || spared(today)) {
        return Vec::new();
    }
    working_day(today, &mut chance)
}

/// A working day without a computer: who has little to do at one has it on some days only.
fn spared(today: &Today<'_>) -> bool {
    let intensity = today.habits.intensity;
    let often = 55u32.saturating_sub(intensity);
    often > 0 && today.stream("spared").chance(Chance::percent(often))
}

/// A day of a business trip: nothing but a glance at the phone on the days in the air.
fn on_a_trip(today: &Today<'_>, trip: &Trip) -> Vec<Sitting> {
    let mut chance = today.stream("trip");
    let person = today.world.person(today.person);
    let phone = agents::find(&person.agents, Use::Phone).unwrap_or(person.agents[0]);
    let glance = |begin: u32, address: AddressCode, activities: u32| Sitting {
        begin,
        end: begin + 600,
        client: Client { address, agent: phone },
        place: Where::Phone,
        activities,
    };
    match trip.leg {
        Leg::Out => {
            let begin = chance.between(5 * 3_600 + 1_800, 7 * 3_600 + 1_800);
            vec![glance(begin, today.home, chance.between(1, 3))]
        }
        Leg::Back => {
            let begin = chance.between(20 * 3_600, 22 * 3_600 + 1_800);
            vec![glance(begin, today.home, chance.between(1, 3))]
        }
        Leg::There => {
            let habits = &today.habits;
            // By the clocks at home, and within the day there.
            let at = |minute: u32| {
                let second = (minute as i32 - trip.ahead) * 60;
                second.clamp(600, DAY as i32 - 900).cast_unsigned()
            };
            let place = if trip.office { Where::Company } else { Where::Home };
            let client = Client { address: trip.desk, agent: person.agents[0] };
            let (begin, noon) = (habits.start + chance.below(40), 12 * 60 + chance.below(50));
            let end = habits.start + habits.length + chance.below(40);
            let sitting = |from: u32, to: u32, activities| {
                (at(to) > at(from) + 600).then(|| Sitting {
                    begin: at(from),
                    end: at(to),
                    client,
                    place,
                    activities,
                })
            };
            let evening = at(end + chance.between(60, 180));
            let mut sittings = Vec::with_capacity(3);
            sittings.extend(sitting(begin, noon, chance.between(3, 8)));
            sittings.extend(sitting(noon + 60, end, chance.between(3, 8)));
            sittings.push(glance(evening, trip.evening, chance.between(1, 3)));
            sittings
        }
    }
}

fn working_day(today: &Today<'_>, chance: &mut Stream) -> Vec<Sitting> {
    let habits = &today.habits;
    let figures = &today.world.figures;
    // Whoever a storyline waits for has something to do.
    let intensity = if today.story == Some(true) { habits.intensity.max(90) } else { habits.intensity };
    let mut left = chance.poisson(figures.per_working_day.0 * intensity / 100).max(3);
    let begin = (habits.start + chance.below(40) - 20) * 60 + chance.below(60);
    let length = (habits.length + chance.below(50) - 25) * 60;
    let end = begin + length;
    let lunch = begin + length * chance.between(42, 52) / 100;
    let back = lunch + chance.between(30, 65) * 60;

    let planned = habits.home_days >> today.weekday & 1 == 1;
    let at_home = planned != chance.chance(Chance::percent(if planned { 12 } else { 5 }));
    let (mut place, mut client) = if at_home { home_desk(today) } else { office_desk(today, chance) };
    // Administrators work through the VPN when at home, others now and then.
    if at_home && today.story.is_none() && (habits.admin || chance.chance(Chance::percent(12))) {
        place = Where::Company;
        client.address = networks(today).vpn.at(chance.below(8));
    }

    let mut sittings = Vec::with_capacity(5);
    if chance.chance(figures.nights.chance) {
        let activities = chance.between(2, 4);
        let begin = 300 + chance.below(4 * 3_600);
        let (place, client) = home_desk(today);
        sittings.push(Sitting { begin, end: begin + 1_800, client, place, activities });
    }
    if chance.chance(Chance::percent(24)) {
        let activities = chance.between(1, 3);
        let begin = begin - chance.between(40, 80) * 60;
        sittings.push(on_the_phone(today, begin, activities, chance));
    }
    let noon = chance.chance(Chance::percent(8)).then(|| {
        let begin = lunch + chance.between(5, 15) * 60;
        on_the_phone(today, begin, chance.between(1, 3), chance)
    });
    let evening = chance.chance(figures.evenings.chance).then(|| {
        let begin = (end + chance.between(60, 200) * 60).min(81_000);
        let activities = chance.between(2, 6);
        if chance.chance(Chance::percent(60)) {
            let (place, client) = home_desk(today);
            let end = begin + chance.between(20, 60) * 60;
            Sitting { begin, end, client, place, activities }
        } else {
            on_the_phone(today, begin, activities, chance)
        }
    });
    let others = sittings.iter().chain(&noon).chain(&evening).map(|sitting| sitting.activities).sum::<u32>();
    left = left.saturating_sub(others).max(3);
    let morning = (left * (lunch - begin) / (lunch - begin + end - back)).clamp(1, left - 1);
    sittings.push(Sitting { begin, end: lunch, client, place, activities: morning });
    sittings.extend(noon);
    sittings.push(Sitting { begin: back, end, client, place, activities: left - morning });
    sittings.extend(evening);
    sittings
}

fn weekend(today: &Today<'_>, chance: &mut Stream) -> Sitting {
    let begin = chance.between(8 * 3_600, 21 * 3_600);
    let activities = chance.between(2, 8);
    if chance.chance(Chance::percent(55)) {
        return on_the_phone(today, begin, activities.min(4), chance);
    }
    let (place, client) = home_desk(today);
    Sitting { begin, end: begin + chance.between(20, 110) * 60, client, place, activities }
}

/// Guests look in now and then.
fn guest(today: &Today<'_>, chance: &mut Stream) -> Vec<Sitting> {
    let weekday = today.world.figures.guest_days;
    // At weekends a twelfth of that.
    let often = if today.weekend() { Chance::of(weekday.shown.0, 12_000_000) } else { weekday.chance };
    let first = today.world.turnover.awaits(today.person, today.day);
    if !chance.chance(often) && !first {
        return Vec::new();
    }
    let begin = chance.between(8 * 3_600, 17 * 3_600);
    let (place, client) = home_desk(today);
    let activities = chance.between(2, 6);
    vec![Sitting { begin, end: begin + chance.between(10, 40) * 60, client, place, activities }]
}

fn networks<'a>(today: &Today<'a>) -> &'a crate::generate::world::addresses::Networks {
    &today.world.networks[today.office.index()]
}

fn office_desk(today: &Today<'_>, chance: &mut Stream) -> (Where, Client) {
    let egress = networks(today).egress;
    // Egress is balanced by desk, with an exception now and then.
    let desk =
        if chance.chance(Chance::percent(15)) { chance.below(egress.count) } else { today.person.get() };
    (Where::Company, Client { address: egress.at(desk), agent: today.world.person(today.person).agents[0] })
}

fn home_desk(today: &Today<'_>) -> (Where, Client) {
    let person = today.world.person(today.person);
    (Where::Home, Client { address: today.home, agent: person.agents[0] })
}

/// A short look at the phone, on the home network or the mobile one.
fn on_the_phone(today: &Today<'_>, begin: u32, activities: u32, chance: &mut Stream) -> Sitting {
    let person = today.world.person(today.person);
    let mobile = networks(today).mobile;
    // One mobile address a day.
    let address = if chance.chance(Chance::percent(45)) {
        today.home
    } else {
        mobile.at(today
            .person
            .get()
            .wrapping_mul(0x9e37_79b1)
            .wrapping_add(today.day.cast_unsigned().wrapping_mul(0x85eb_ca77))
            >> 12)
    };
    let agent = agents::find(&person.agents, Use::Phone).unwrap_or(person.agents[0]);
    Sitting {
        begin,
        end: begin + chance.between(3, 12) * 60,
        client: Client { address, agent },
        place: Where::Phone,
        activities,
    }
}
