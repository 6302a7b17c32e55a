//! Which days somebody does not work, or works elsewhere: holidays, leave, business trips.
//!
//! Never by the date, unless the specification asks for the countries' own holidays: a holiday is a day counted from
//! the start, drawn for a country, so that tenants whose starts lie whole weeks apart keep the same ones.

use super::cell::Today;
use crate::catalogue::cities::{ABROAD, TRAVELLED};
use crate::catalogue::departments::{EXECUTIVE, SALES};
use crate::catalogue::holidays;
use crate::generate::stream::Stream;
use crate::generate::world::addresses::Codes;
use crate::model::index::AddressCode;
use crate::model::spec::Calendar;

/// Time zones that can be worked from within one local day of the home office, in minutes east of it.
const REACH: std::ops::RangeInclusive<i32> = -420..=510;

/// A business trip, on one of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::generate) struct Trip {
    /// What of the trip this day is.
    pub(in crate::generate) leg: Leg,
    /// Minutes that clocks there are ahead of those at home.
    pub(in crate::generate) ahead: i32,
    /// Where the day is worked: the company's office there, or a customer's network.
    pub(in crate::generate) desk: AddressCode,
    /// The hotel's network, or that of a local phone.
    pub(in crate::generate) evening: AddressCode,
    /// The desk is in an office of the company.
    pub(in crate::generate) office: bool,
}

/// What of a trip a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::generate) enum Leg {
    /// Flies out: nothing after the morning.
    Out,
    /// Works there.
    There,
    /// Flies back: nothing before the evening.
    Back,
}

/// Whether the actor is off work today, alone of the office. Asked for members only, on working days.
pub(in crate::generate) fn off(today: &Today<'_>) -> bool {
    let figures = &today.world.figures;
    today.stream("ill").chance(figures.days_off.chance)
        || today.week_stream("leave").chance(figures.weeks_off.chance)
        || fortnight(today).chance(figures.fortnights_off.chance)
}

/// A public holiday at the actor's office: like a weekend, few look in.
pub(in crate::generate) fn holiday(today: &Today<'_>) -> bool {
    let country = &today.world.offices[today.office.index()].country;
    let own = &today.world.spec.settings.holidays.days;
    if own.iter().any(|holiday| holiday.day == today.day && holiday.country == *country) {
        return true;
    }
    if today.world.spec.settings.calendar == Calendar::Real {
        return holidays::is_one(country, today.world.spec.start.day() + i64::from(today.day));
    }
    let code = country.bytes().fold(0, |code, letter| code << 8 | u64::from(letter));
    let monday = today.day - today.weekday as i32;
    let key = code << 32 | u64::from(monday.cast_unsigned());
    let mut chance = Stream::new(today.world.spec.seed, "holiday", key, "");
    chance.chance(today.world.figures.holiday) && chance.below(5) == today.weekday
}

/// The chance of the fortnight that the day is in; people's fortnights begin in different weeks.
fn fortnight(today: &Today<'_>) -> Stream {
    let week = (today.day - today.weekday as i32).div_euclid(7) + (today.person.get() % 2) as i32;
    let key = today.actor.ordinal() << 32 | u64::from(week.div_euclid(2).cast_unsigned());
    Stream::new(today.world.spec.seed, "leave", key, "")
}

/// The trip that the actor is on today.
pub(in crate::generate) fn trip(today: &Today<'_>) -> Option<Trip> {
    let world = today.world;
    let (person, habits) = (world.person(today.person), today.habits);
    if person.guest || person.disabled || habits.admin {
        return None;
    }
    let mut chance = today.week_stream("trip");
    let frequent = matches!(habits.work, EXECUTIVE | SALES);
    let often = if frequent { world.figures.frequent_travel } else { world.figures.travel };
    if !chance.chance(often.chance) {
        return None;
    }
    // Out on Monday or Tuesday, two to four days there, back by Saturday.
    let out = chance.below(2);
    let stay = chance.between(2, 4 - out);
    let leg = match today.weekday.checked_sub(out)? {
        0 => Leg::Out,
        day if day <= stay => Leg::There,
        day if day == stay + 1 => Leg::Back,
        _ => return None,
    };
    let monday = today.day - today.weekday as i32;
    let awaited = (monday..monday + 7).any(|day| world.planned.days.contains_key(&(today.person, day)));
    if awaited || world.turnover.changes(today.person) {
        return None;
    }
    let home = &world.offices[today.office.index()];
    let mut places: Vec<(i32, Codes, Codes, bool)> = Vec::new();
    for (office, networks) in world.offices.iter().zip(&world.networks) {
        // Nobody flies to the support desk.
        if office.country != home.country && office.country != "RU" {
            places.push((office.utc_offset_minutes, networks.egress, networks.mobile, true));
        }
    }
    for (codes, (city, _)) in world.abroad.iter().zip(ABROAD) {
        if let Some((_, offset)) = TRAVELLED.iter().find(|(name, _)| *name == city.name) {
            places.push((*offset, *codes, *codes, false));
        }
    }
    places.retain(|place| REACH.contains(&(place.0 - home.utc_offset_minutes)));
    let &(offset, desks, hotels, office) = places.get(chance.below(places.len() as u32) as usize)?;
    Some(Trip {
        leg,
        ahead: offset - home.utc_offset_minutes,
        desk: desks.at(chance.below(desks.count)),
        evening: hotels.at(chance.below(hotels.count)),
        office,
    })
}
