//! How a company goes on after the start: who joins, leaves and moves, which teams are moved to another department,
//! which guests are invited, which sites founded.
//!
//! Week by week, evenly and by the day counted from the start, so that starts whole weeks apart tell the same. A
//! company grows within bounds: nobody joins who is not drawn at birth (`Figures::newcomers`), and when those have
//! come, or after [`WEEKS`], it stays as it is.

use std::collections::BTreeMap;

use super::{Move, Turnover, administrator, weekday_before};
use crate::catalogue::departments::{EXECUTIVE, IT, LEGAL};
use crate::catalogue::kinds;
use crate::generate::birth::people::newcomers;
use crate::generate::days::cell::weekday;
use crate::generate::objects::directory;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{OfficeIx, PersonIx};

/// Weeks after the start within which a company changes: five years.
const WEEKS: u32 = 260;
/// Weeks of a year.
const YEAR: u32 = 52;
/// Weeks from one reorganisation to the next.
const REORGANISATION: u32 = 26;
/// People of a team that is moved as a whole.
const TEAM: std::ops::RangeInclusive<usize> = 2..=12;
/// Guests who are invited in a year, per hundred.
const INVITED: u32 = 60;
/// Sites that are founded in a year, per hundred projects.
const FOUNDED: u32 = 80;

/// Draws what changes after the start, of `ordinary` people.
pub(super) fn draw(world: &World, turnover: &mut Turnover, ordinary: Vec<PersonIx>) {
    let figures = &world.figures;
    if figures.per_year == 0 {
        return;
    }
    let first = figures.at_birth;
    let newcomers = (first..first + figures.newcomers).map(PersonIx::new);
    let guests =
        (first + figures.newcomers..first + figures.newcomers + figures.later_guests).map(PersonIx::new);
    // Whom no week asks for never comes.
    for person in newcomers.clone().chain(guests.clone()) {
        turnover.people.insert(person, super::Change::Joins(i32::MAX));
    }
    let chance = Stream::new(world.spec.seed, "company", 0, "later");
    let mut drawing = Drawing { world, turnover, ordinary, chance };
    let (mut newcomers, mut guests) = (newcomers, guests);
    let people = figures.drawn * figures.per_year;
    let mut flow = |per_year: u32| Flow { per_year, phase: drawing.chance.below(100 * YEAR) };
    let (joins, leaves, moves) = (flow(people), flow(people), flow(people / 2));
    let (invited, founded) =
        (flow(figures.guests * INVITED), flow(world.later_sites().len() as u32 * FOUNDED));
    let reorganised = drawing.chance.below(REORGANISATION);
    // The first whole week after the start's.
    let monday = 7 - weekday(world.spec.start, 0) as i32;
    for week in 0..WEEKS {
        if newcomers.len() == 0 {
            return;
        }
        let monday = monday + 7 * week as i32;
        for person in newcomers.by_ref().take(joins.in_week(week)) {
            drawing.joins(person, monday);
        }
        (0..leaves.in_week(week)).for_each(|_| drawing.leaves(monday));
        (0..moves.in_week(week)).for_each(|_| drawing.moves(monday));
        if week % REORGANISATION == reorganised {
            drawing.reorganises(monday);
        }
        for guest in guests.by_ref().take(invited.in_week(week)) {
            drawing.invites(guest, monday);
        }
        for _ in 0..founded.in_week(week) {
            drawing.founds(monday);
        }
    }
}

/// So many hundredths a year, as evenly over the weeks as whole numbers can be.
#[derive(Clone, Copy)]
struct Flow {
    per_year: u32,
    phase: u32,
}

impl Flow {
    fn in_week(self, week: u32) -> usize {
        let until = |week: u32| {
            (u64::from(week) * u64::from(self.per_year) + u64::from(self.phase)) / u64::from(100 * YEAR)
        };
        (until(week + 1) - until(week)) as usize
    }
}

struct Drawing<'a> {
    world: &'a World,
    turnover: &'a mut Turnover,
    /// Whom nothing depends on, and to whom nothing has happened yet.
    ordinary: Vec<PersonIx>,
    chance: Stream,
}

impl Drawing<'_> {
    fn somebody(&mut self) -> Option<PersonIx> {
        let count = self.ordinary.len() as u32;
        (count > 0).then(|| self.ordinary.swap_remove(self.chance.below(count) as usize))
    }

    /// Mondays are usual for a first day.
    fn joins(&mut self, person: PersonIx, monday: i32) {
        let day = monday + *self.chance.pick(&[0, 0, 0, 1, 2, 3]);
        let made = weekday_before(self.world, day - self.chance.below(3) as i32);
        self.turnover.joins(self.world, person, day, made, self.chance.below(2));
    }

    /// The last day is from Monday to Thursday, so that the account is closed on a weekday.
    fn leaves(&mut self, monday: i32) {
        let day = monday + self.chance.below(4) as i32;
        if let Some(person) = self.somebody() {
            self.turnover.leaves(self.world, person, day);
        }
    }

    /// Two of three go to another department, the others to another office.
    fn moves(&mut self, monday: i32) {
        let far = self.chance.below(3) == 0;
        let Some(person) = self.somebody() else { return };
        let (mut department, mut office) =
            (self.world.habits[person.index()].department, self.world.person(person).office);
        let other = self.other_office(office).filter(|_| far);
        match other {
            Some(other) => office = other,
            None => match self.other_department(department) {
                Some(other) => department = other,
                None => return,
            },
        }
        let branch = &self.world.branches[usize::from(department)];
        let title = self.chance.pick(&branch.titles).to_string();
        let title = if other.is_some() { self.world.person(person).title.clone() } else { title };
        let (people, departments) = (&self.world.people, &self.world.departments);
        let manager = newcomers::manager(people, departments, branch, department, office);
        self.notes(person, monday, department, office, title, Some(manager));
    }

    /// A team is moved to another department: it keeps its lead, or comes under the head of that.
    fn reorganises(&mut self, monday: i32) {
        let world = self.world;
        let mut teams: BTreeMap<PersonIx, Vec<PersonIx>> = BTreeMap::new();
        for &person in &self.ordinary {
            if let Some(manager) = world.person(person).manager {
                teams.entry(manager).or_default().push(person);
            }
        }
        teams.retain(|_, team| TEAM.contains(&team.len()));
        let count = teams.len() as u32;
        let drawn = self.chance.below(count) as usize;
        let Some((lead, team)) = teams.into_iter().nth(drawn) else { return };
        let old = world.habits[lead.index()].department;
        let Some(department) = self.other_department(old) else { return };
        let branch = &world.branches[usize::from(old)];
        let leads = world.person(lead).title == branch.lead && !self.turnover.changes(lead);
        let head = world.departments[usize::from(department)].first().copied();
        for person in team {
            self.ordinary.retain(|other| *other != person);
            let manager = if leads { Some(lead) } else { head };
            let of = world.person(person);
            self.notes(person, monday, department, of.office, of.title.clone(), manager);
        }
        if leads {
            let of = world.person(lead);
            self.notes(lead, monday, department, of.office, of.title.clone(), head);
        }
    }

    /// Writes a move down, and what an administrator does about it on its day.
    fn notes(
        &mut self,
        person: PersonIx,
        day: i32,
        department: u8,
        office: OfficeIx,
        title: String,
        manager: Option<PersonIx>,
    ) {
        let world = self.world;
        let of = world.person(person);
        let (old, far) = (world.habits[person.index()].department, office != of.office);
        let homes = &world.networks[office.index()].homes;
        let run = homes[self.chance.below(homes.len() as u32) as usize];
        let home = if far { run.at(self.chance.below(run.count)) } else { of.home };
        let moved = Move { day, department, office, title, manager, home, far };
        self.turnover.moves.insert(person, moved);
        let mut tasks = vec![(kinds::UPDATE_USER, directory::moved(person))];
        if department != old {
            tasks.extend([
                (kinds::REMOVE_MEMBER_FROM_GROUP, directory::group(person, u32::from(old))),
                (kinds::ADD_MEMBER_TO_GROUP, directory::group(person, u32::from(department))),
            ]);
        }
        self.turnover.give(administrator(world, day), day, tasks);
    }

    /// Guests look in first some days after they were invited.
    fn invites(&mut self, guest: PersonIx, monday: i32) {
        let invited = monday + self.chance.below(3) as i32;
        let first = invited + 1 + self.chance.below(2) as i32;
        self.turnover.people.insert(guest, super::Change::Joins(first));
        let task = (kinds::INVITE_USER, directory::person(guest));
        self.turnover.give(administrator(self.world, invited), invited, [task]);
    }

    fn founds(&mut self, monday: i32) {
        if self.turnover.founded.len() < self.world.later_sites().len() {
            let day = monday + self.chance.below(4) as i32;
            // In the order of their days.
            let day = self.turnover.founded.last().map_or(day, |last| day.max(*last));
            self.turnover.founded.push(day);
        }
    }

    /// Another office than this one; nobody moves to the support desk.
    fn other_office(&mut self, office: OfficeIx) -> Option<OfficeIx> {
        let offices = self.world.offices.len() - usize::from(self.world.figures.desk > 0);
        let others: Vec<OfficeIx> =
            (0..offices as u16).map(OfficeIx::new).filter(|other| *other != office).collect();
        (!others.is_empty()).then(|| *self.chance.pick(&others))
    }

    /// Another department in which somebody works.
    fn other_department(&mut self, department: u8) -> Option<u8> {
        let world = self.world;
        let takes = |&at: &u8| {
            let work = world.branches[usize::from(at)].work;
            let staffed = !world.departments[usize::from(at)].is_empty();
            at != department && staffed && !matches!(work, EXECUTIVE | IT | LEGAL)
        };
        let others: Vec<u8> = (0..world.branches.len() as u8).filter(takes).collect();
        (!others.is_empty()).then(|| *self.chance.pick(&others))
    }
}
