//! Moves within the company: to another department, or to another office with another home near it.

use crate::generate::birth::people::Habits;
use crate::generate::world::World;
use crate::model::index::{AddressCode, OfficeIx, PersonIx};

/// Days off before somebody works in another office: a move takes its time.
const DAYS_OFF: i32 = 4;

/// Where somebody works after a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The first day there, counted from the start's.
    pub day: i32,
    /// The department, by its place in `World::branches`.
    pub department: u8,
    /// The office.
    pub office: OfficeIx,
    /// The job title.
    pub title: String,
    /// The manager.
    pub manager: Option<PersonIx>,
    /// The home connection.
    pub(in crate::generate) home: AddressCode,
    /// It is another office than before.
    pub(in crate::generate) far: bool,
}

impl Move {
    /// On the way to another office: not at work.
    pub(super) fn on_the_way(&self, day: i32) -> bool {
        self.far && (self.day - DAYS_OFF..self.day).contains(&day)
    }
}

impl World {
    /// The move of somebody within the company, if there is one at any time.
    pub fn move_of(&self, person: PersonIx) -> Option<&Move> {
        self.turnover.moves.get(&person)
    }

    /// The move that somebody has behind them on a day.
    fn moved(&self, person: PersonIx, day: i32) -> Option<&Move> {
        self.move_of(person).filter(|moves| moves.day <= day)
    }

    /// The habits of somebody on a day.
    pub(in crate::generate) fn habits_on(&self, person: PersonIx, day: i32) -> Habits {
        let habits = self.habits[person.index()];
        self.moved(person, day).map_or(habits, |moved| {
            let work = self.branches[usize::from(moved.department)].work;
            Habits { department: moved.department, work, ..habits }
        })
    }

    /// The office of somebody on a day.
    pub(in crate::generate) fn office_on(&self, person: PersonIx, day: i32) -> OfficeIx {
        self.moved(person, day).map_or(self.person(person).office, |moved| moved.office)
    }

    /// The home connection of somebody on a day.
    pub(in crate::generate) fn home_on(&self, person: PersonIx, day: i32) -> AddressCode {
        self.moved(person, day).map_or(self.person(person).home, |moved| moved.home)
    }
}
