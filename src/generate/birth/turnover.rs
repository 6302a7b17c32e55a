//! Who starts, who leaves and who moves, within the history and from the start on, and what administrators do about it.
//!
//! All of it is drawn at birth, by the day counted from the start: a cell finds there what it needs, whatever was
//! lived before. How far a company goes on changing is bounded, see [`later`].

mod later;
mod moves;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::departments::{EXECUTIVE, IT, LEGAL};
use crate::catalogue::kinds;
use crate::generate::days::administration;
use crate::generate::days::cell::{Client, EventWriter, Today, weekday};
use crate::generate::days::rhythm::{Sitting, Where};
use crate::generate::days::support_desk;
use crate::generate::objects::{directory, files, teams};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{KindCode, ObjectNo, PersonIx};
use crate::model::spec::Size;

pub use moves::Move;

/// Minutes of an administrator's day at which accounts are made and closed.
const MORNING: u32 = 10 * 60;

/// Second of the local day before which nobody begins a new job.
const EARLIEST: u32 = 6 * 3_600;

/// Comings and goings of a company.
#[derive(Clone, Debug, Default)]
pub(in crate::generate) struct Turnover {
    /// First or last days, by person.
    people: BTreeMap<PersonIx, Change>,
    /// Moves to another department or office, by person: one at most.
    moves: BTreeMap<PersonIx, Move>,
    /// The days on which later sites are founded, ascending, in the order of the sites.
    founded: Vec<i32>,
    /// What administrators do about it, by administrator and day.
    tasks: BTreeMap<(PersonIx, i32), Vec<Task>>,
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

/// Who joins in a year from the start on, and who leaves, per hundred members. (A handful of people stays as it is.)
pub(in crate::generate) const fn per_year(size: Size) -> u32 {
    match size {
        Size::Tiny => 0,
        Size::Small | Size::Medium | Size::Large => 15,
    }
}

impl Turnover {
    /// How many start, and how many leave, within the history.
    fn counts(&self) -> (u32, u32) {
        let of = |wanted: fn(&Change) -> bool| self.people.values().filter(|change| wanted(change)).count();
        let joins = of(|change| matches!(change, Change::Joins(day) if *day < 0));
        let leaves = of(|change| matches!(change, Change::Leaves(day) if *day < 0));
        (joins as u32, leaves as u32)
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
            None => self.moves.get(&person).is_some_and(|moves| moves.on_the_way(day)),
        }
    }

    /// Starts, leaves or moves at some time.
    pub(in crate::generate) fn changes(&self, person: PersonIx) -> bool {
        self.people.contains_key(&person) || self.moves.contains_key(&person)
    }

    /// Whatever else the day is, somebody comes to work: it is the first day.
    pub(in crate::generate) fn awaits(&self, person: PersonIx, day: i32) -> bool {
        self.of(person) == Some(Change::Joins(day))
    }

    fn give(&mut self, administrator: PersonIx, day: i32, tasks: impl IntoIterator<Item = Task>) {
        self.tasks.entry((administrator, day)).or_default().extend(tasks);
    }
}

/// A kind, and to whom it is done.
type Task = (KindCode, ObjectNo);

impl World {
    /// The first member from `first` on, round, who works here on `day` and is not `but`; `first` if there is nobody.
    pub(in crate::generate) fn colleague_from(
        &self,
        first: PersonIx,
        but: Option<PersonIx>,
        day: i32,
    ) -> PersonIx {
        let members = self.figures.members;
        let here = |&at: &PersonIx| Some(at) != but && self.works(at, day);
        let round = || (0..members).map(|step| PersonIx::new((first.get() + step) % members)).find(here);
        Some(first).filter(here).or_else(round).unwrap_or(first)
    }

    /// Somebody has an account and works here on a day.
    pub(in crate::generate) fn works(&self, person: PersonIx, day: i32) -> bool {
        !self.person(person).disabled && !self.turnover.absent(person, day)
    }

    /// How many of the sites are there on a day: founded before it, so that it is over everywhere.
    pub(in crate::generate) fn sites_on(&self, day: i32) -> u32 {
        self.first_sites() + self.turnover.founded.partition_point(|founded| *founded < day) as u32
    }

    /// How many people start, and how many leave, within the history.
    pub fn turnover_counts(&self) -> (u32, u32) {
        self.turnover.counts()
    }
}

/// Draws who starts, who leaves and who moves.
pub(in crate::generate) fn draw(world: &World) -> Turnover {
    let mut turnover = Turnover::default();
    let mut ordinary = ordinary(world);
    within_history(world, &mut turnover, &mut ordinary);
    later::draw(world, &mut turnover, ordinary);
    turnover
}

/// Whom nothing depends on: they hold no role, lead nobody and own no site that is yet to come.
fn ordinary(world: &World) -> Vec<PersonIx> {
    let manages: BTreeSet<PersonIx> = world.people.iter().filter_map(|person| person.manager).collect();
    let owns: BTreeSet<PersonIx> = world.later_sites().iter().map(|site| site.owner).collect();
    PersonIx::numbered(&world.people[..world.figures.at_birth as usize])
        .filter(|(at, person)| {
            !person.guest && person.persona.is_none() && person.roles.is_empty() && !manages.contains(at)
        })
        .filter(|&(at, _)| !matches!(world.habits[at.index()].work, EXECUTIVE | IT | LEGAL))
        .map(|(at, _)| at)
        .filter(|at| !owns.contains(at))
        .collect()
}

/// Draws who starts and who leaves within the history.
fn within_history(world: &World, turnover: &mut Turnover, ordinary: &mut Vec<PersonIx>) {
    let mut chance = Stream::new(world.spec.seed, "company", 0, "turnover");
    let history = world.figures.history_days;
    let (joiners, leavers) = (world.figures.joiners, world.figures.leavers);
    // By turns, as long as there are both.
    let changes = (0..joiners.max(leavers)).flat_map(|turn| [(turn, true), (turn, false)]);
    for (_, joins) in changes.filter(|&(turn, joins)| turn < if joins { joiners } else { leavers }) {
        if ordinary.is_empty() {
            return;
        }
        let person = ordinary.swap_remove(chance.below(ordinary.len() as u32) as usize);
        // Not in the first days, so that the account is made within history, nor in the last.
        let day = -(chance.between(4, history - 5) as i32);
        if joins {
            let day = weekday_before(world, day + 1);
            let made = weekday_before(world, day - chance.below(2) as i32);
            turnover.joins(world, person, day, made, chance.below(2));
        } else {
            // Until a Thursday at the latest, so that the account is closed on a weekday.
            let thursday = day - (weekday(world.spec.start, day) as i32 - 3).max(0);
            turnover.leaves(world, person, thursday);
        }
    }
}

impl Turnover {
    /// Somebody works here from `day` on; the account is made on an earlier day.
    fn joins(&mut self, world: &World, person: PersonIx, day: i32, made: i32, licence: u32) {
        self.people.insert(person, Change::Joins(day));
        let department = u32::from(world.habits[person.index()].department);
        let tasks = [
            (kinds::ADD_USER, directory::person(person)),
            (kinds::CHANGE_LICENCE, directory::licence(person, licence)),
            (kinds::ADD_MEMBER_TO_GROUP, directory::group(person, department)),
            (kinds::ADD_MEMBER_TO_GROUP, directory::group(person, world.group_count() - 1)),
        ];
        self.give(administrator(world, made), made, tasks);
    }

    /// Somebody works here until `day`; the account is closed on the next.
    fn leaves(&mut self, world: &World, person: PersonIx, day: i32) {
        self.people.insert(person, Change::Leaves(day));
        let department = u32::from(world.habits[person.index()].department);
        let tasks = [
            (kinds::DISABLE_ACCOUNT, directory::person(person)),
            (kinds::RESET_PASSWORD, directory::person(person)),
            (kinds::REMOVE_MEMBER_FROM_GROUP, directory::group(person, department)),
            (kinds::SET_MAILBOX, directory::person(person)),
        ];
        self.give(administrator(world, day + 1), day + 1, tasks);
    }
}

/// The last weekday before a day.
fn weekday_before(world: &World, day: i32) -> i32 {
    let before = day - 1;
    before - (weekday(world.spec.start, before) as i32 - 4).max(0)
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
    let desk = sittings.iter().find(|sitting| sitting.end > MORNING * 60);
    // Where nobody has the shift, somebody comes in for it.
    let (begin, client) = desk.map_or_else(|| (0, office_desk(today)), |desk| (desk.begin, desk.client));
    let mut chance = today.stream("errands");
    let mut at = MORNING.max(begin / 60 + 5) * 60 + chance.below(900);
    for &(kind, object) in tasks {
        writer.write(at, kind, client, object);
        at += chance.between(20, 180);
    }
}

/// At one's own desk in the office.
fn office_desk(today: &Today<'_>) -> Client {
    let person = today.world.person(today.person);
    let egress = today.world.networks[today.office.index()].egress;
    Client { address: egress.at(today.person.get()), agent: person.agents[0] }
}

/// Writes down what somebody does on the first day only.
pub(in crate::generate) fn first_day(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let starts = today.world.turnover.awaits(today.person, today.day);
    let starts = starts && !today.world.person(today.person).guest;
    // Nobody begins in the night.
    let at_a_desk = |sitting: &&Sitting| sitting.place != Where::Phone && sitting.begin > EARLIEST;
    let Some(desk) = sittings.iter().filter(|_| starts).find(at_a_desk) else { return };
    let mut at = desk.begin + 40;
    for kind in [kinds::CHANGE_PASSWORD, kinds::REGISTER_SECURITY_INFO] {
        writer.write(at, kind, desk.client, directory::person(today.person));
        at += 75;
    }
}

/// Writes down that the actor founds a site today: its team, with the first people and files.
pub(in crate::generate) fn founds(today: &Today<'_>, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
    let world = today.world;
    if world.turnover.founded.binary_search(&today.day).is_err() {
        return;
    }
    for (at, site) in (world.first_sites()..).zip(world.later_sites()) {
        let founded = world.turnover.founded.get((at - world.first_sites()) as usize);
        if site.owner != today.person || founded != Some(&today.day) {
            continue;
        }
        let mut chance = today.stream("founds");
        let client = office_desk(today);
        let mut second = chance.between(10 * 3_600, 15 * 3_600);
        writer.write(second, kinds::TEAM_CREATED, client, teams::of_site(world, at));
        for _ in 0..chance.between(3, 8) {
            second += chance.between(15, 120);
            writer.write(second, kinds::MEMBER_ADDED, client, teams::of_site(world, at));
        }
        for _ in 0..chance.between(2, 6) {
            second += chance.between(30, 400);
            let file = files::object(files::site_library(world, at), chance.below(files::FILES));
            writer.write(second, kinds::FILE_UPLOADED, client, file);
        }
    }
}
