//! Who starts and who leaves within the history, and what administrators do about it.

use std::collections::BTreeMap;

use crate::catalogue::departments::{EXECUTIVE, IT, LEGAL};
use crate::catalogue::kinds;
use crate::generate::days::administration;
use crate::generate::days::cell::{EventWriter, Today, weekday};
use crate::generate::days::rhythm::Sitting;
use crate::generate::days::support_desk;
use crate::generate::objects::directory;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{KindCode, ObjectNo, PersonIx};
use crate::model::spec::Size;

/// Minutes of an administrator's day at which accounts are made and closed.
const MORNING: u32 = 10 * 60;

/// Comings and goings of a company.
#[derive(Clone, Debug, Default)]
pub(in crate::generate) struct Turnover {
    /// First or last days, by person.
    people: BTreeMap<PersonIx, Change>,
    /// What administrators do about it: (administrator, day) to (kind, object).
    tasks: BTreeMap<(PersonIx, i32), Vec<(KindCode, ObjectNo)>>,
}

/// Somebody's first or last day, counted from the start's UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::generate) enum Change {
    /// Works from this day on.
    Joins(i32),
    /// Works until this day; the account is closed on the next.
    Leaves(i32),
}

/// How many people start, and how many leave, within the history.
pub(in crate::generate) const fn changes(size: Size) -> u32 {
    match size {
        Size::Tiny => 0,
        Size::Small => 1,
        Size::Medium => 5,
        Size::Large => 24,
    }
}

impl Turnover {
    /// How many start, and how many leave.
    fn counts(&self) -> (u32, u32) {
        let joins = self.people.values().filter(|change| matches!(change, Change::Joins(_))).count();
        (joins as u32, (self.people.len() - joins) as u32)
    }

    /// What changes for somebody.
    pub(in crate::generate) fn of(&self, person: PersonIx) -> Option<Change> {
        self.people.get(&person).copied()
    }

    /// The last day of somebody who leaves.
    pub(in crate::generate) fn leaver(&self, person: PersonIx) -> Option<i32> {
        match self.of(person) {
            Some(Change::Leaves(day)) => Some(day),
            _ => None,
        }
    }

    /// Somebody does not work here on this day: not yet, or no more.
    pub(in crate::generate) fn absent(&self, person: PersonIx, day: i32) -> bool {
        match self.of(person) {
            Some(Change::Joins(first)) => day < first,
            Some(Change::Leaves(last)) => day > last,
            None => false,
        }
    }
}

impl World {
    /// The first member from `first` on, round, who works here on `day` and is not `but`; `first` if there is nobody.
    pub(in crate::generate) fn colleague_from(
        &self,
        first: PersonIx,
        but: Option<PersonIx>,
        day: i32,
    ) -> PersonIx {
        let members = self.figures.members;
        let here =
            |&at: &PersonIx| Some(at) != but && !self.person(at).disabled && !self.turnover.absent(at, day);
        (0..members).map(|step| PersonIx::new((first.get() + step) % members)).find(here).unwrap_or(first)
    }

    /// How many people start, and how many leave, within the history.
    pub fn turnover_counts(&self) -> (u32, u32) {
        self.turnover.counts()
    }
}

/// Draws who starts and who leaves.
pub(in crate::generate) fn draw(world: &World) -> Turnover {
    let mut turnover = Turnover::default();
    let mut chance = Stream::new(world.spec.seed, "company", 0, "turnover");
    let manages: std::collections::BTreeSet<PersonIx> =
        world.people.iter().filter_map(|person| person.manager).collect();
    let mut ordinary: Vec<PersonIx> = PersonIx::numbered(&world.people)
        .filter(|(at, person)| {
            !person.guest && person.persona.is_none() && person.roles.is_empty() && !manages.contains(at)
        })
        .filter(|&(at, _)| !matches!(world.habits[at.index()].work, EXECUTIVE | IT | LEGAL))
        .map(|(at, _)| at)
        .collect();
    let history = world.figures.history_days;
    let (joiners, leavers) = (world.figures.joiners, world.figures.leavers);
    // By turns, as long as there are both.
    let changes = (0..joiners.max(leavers)).flat_map(|turn| [(turn, true), (turn, false)]);
    for (_, joins) in changes.filter(|&(turn, joins)| turn < if joins { joiners } else { leavers }) {
        if ordinary.is_empty() {
            return turnover;
        }
        let person = ordinary.swap_remove(chance.below(ordinary.len() as u32) as usize);
        // Not in the first days, so that the account is made within history, nor in the last.
        let mut day = -(chance.between(4, history - 5) as i32);
        day -= (weekday(world.spec.start, day) as i32 - 4).max(0);
        if joins {
            turnover.people.insert(person, Change::Joins(day));
            let made = day - chance.between(1, 2) as i32;
            let department = u32::from(world.habits[person.index()].department);
            let tasks = [
                (kinds::ADD_USER, directory::person(person)),
                (kinds::CHANGE_LICENCE, directory::licence(person, chance.below(2))),
                (kinds::ADD_MEMBER_TO_GROUP, directory::group(person, department)),
                (kinds::ADD_MEMBER_TO_GROUP, directory::group(person, world.group_count() - 1)),
            ];
            turnover.tasks.entry((administrator(world, made), made)).or_default().extend(tasks);
        } else {
            turnover.people.insert(person, Change::Leaves(day));
            let closed = day + 1;
            let department = u32::from(world.habits[person.index()].department);
            let tasks = [
                (kinds::DISABLE_ACCOUNT, directory::person(person)),
                (kinds::RESET_PASSWORD, directory::person(person)),
                (kinds::REMOVE_MEMBER_FROM_GROUP, directory::group(person, department)),
                (kinds::SET_MAILBOX, directory::person(person)),
            ];
            turnover.tasks.entry((administrator(world, closed), closed)).or_default().extend(tasks);
        }
    }
    turnover
}

/// The administrator who is on duty on a day.
fn administrator(world: &World, day: i32) -> PersonIx {
    let holders = administration::holders(world);
    let on_duty = holders.iter().find(|&&holder| support_desk::on_duty(world, holder, day));
    on_duty.or(holders.first()).copied().unwrap_or(PersonIx::new(0))
}

/// Writes down what an administrator does today about people who come and go.
pub(in crate::generate) fn tasks(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let Some(tasks) = today.world.turnover.tasks.get(&(today.person, today.day)) else { return };
    let Some(desk) = sittings.iter().find(|sitting| sitting.end > MORNING * 60) else { return };
    let mut chance = today.stream("errands");
    let mut at = MORNING.max(desk.begin / 60 + 5) * 60 + chance.below(900);
    for &(kind, object) in tasks {
        writer.write(at, kind, desk.client, object);
        at += chance.between(20, 180);
    }
}

/// Writes down what somebody does on the first day only.
pub(in crate::generate) fn first_day(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let starts = today.world.turnover.of(today.person) == Some(Change::Joins(today.day));
    let Some(desk) = sittings.iter().filter(|_| starts).max_by_key(|sitting| sitting.activities) else {
        return;
    };
    let mut at = desk.begin + 40;
    for kind in [kinds::CHANGE_PASSWORD, kinds::REGISTER_SECURITY_INFO] {
        writer.write(at, kind, desk.client, directory::person(today.person));
        at += 75;
    }
}
