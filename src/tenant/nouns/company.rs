//! What activities have changed about the company: what was deleted, whose account was closed, who holds which role,
//! who was put into which group, whose account was made, who has moved.
//!
//! Intents know nothing of each other; what would contradict an earlier outcome comes about differently, or not at
//! all. Must never know: what people may do because of it.

use crate::catalogue::kinds;
use crate::generate::world::Move;
use crate::generate::{MAX_LAG, World};
use crate::model::activity::{Action, Event, Target};
use crate::model::index::{GroupNo, KindCode, ObjectNo, PersonIx};
use crate::model::person::Role;
use crate::model::time::{SLOT, VirtualTime};

use super::directory::Directory;

/// How many neighbours of a deleted thing are tried, at most.
const TRIES: u32 = 512;

/// The company as its activities have left it. Cloning it is cheap.
#[derive(Clone, Default)]
pub(in crate::tenant) struct CompanyState {
    /// Things that were deleted, as [`thing`] counts them, and when.
    gone: imbl::OrdMap<u64, Absence>,
    /// People whose account an administrator of the company has closed, and since when.
    closed: imbl::OrdMap<PersonIx, VirtualTime>,
    /// Newcomers whose account an administrator has made, and since when.
    opened: imbl::OrdMap<PersonIx, VirtualTime>,
    /// People whose move within the company an administrator has noted, and since when.
    moved: imbl::OrdMap<PersonIx, VirtualTime>,
    /// Roles of those whose roles have changed since birth.
    roles: imbl::OrdMap<PersonIx, Roles>,
    /// When somebody was put into a group, or taken out: as many changes as readers may still need.
    groups: imbl::OrdMap<(PersonIx, GroupNo), Vec<(VirtualTime, bool)>>,
}

/// From when to when something was not there, by the time of happening: records of earlier acts come later.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Absence {
    deleted: VirtualTime,
    restored: Option<VirtualTime>,
}

impl Absence {
    fn covers(self, at: VirtualTime) -> bool {
        at >= self.deleted && self.restored.is_none_or(|restored| at < restored)
    }

    /// It is over, and no act of before its end can come any more.
    fn is_past(self, at: VirtualTime) -> bool {
        self.restored.is_some_and(|restored| at > restored + MAX_LAG)
    }
}

/// The roles of somebody: outcomes lie up to a slot ahead of who looks, so the last changes keep their instants.
#[derive(Clone, Default)]
struct Roles {
    settled: Vec<Role>,
    /// When which role was given, or taken.
    changes: Vec<(VirtualTime, Role, bool)>,
}

impl Roles {
    fn at(&self, now: VirtualTime) -> Vec<Role> {
        let mut roles = self.settled.clone();
        for (_, role, given) in self.changes.iter().take_while(|change| change.0 <= now) {
            roles.retain(|held| held != role);
            if *given {
                roles.push(*role);
            }
        }
        roles.sort_unstable();
        roles
    }
}

/// Files, things of apps and mailbox items share their numbers.
fn thing(target: Target, object: ObjectNo) -> Option<u64> {
    match target {
        Target::File => Some(object.ordinal()),
        Target::AppObject => Some(1 << 32 | object.ordinal()),
        Target::Mail => Some(2 << 32 | object.ordinal()),
        _ => None,
    }
}

/// It is done to what has been deleted already.
fn empties_a_bin(kind: KindCode) -> bool {
    matches!(kind, kinds::RECYCLE_BIN_EMPTIED | kinds::SECOND_RECYCLE_BIN_EMPTIED)
}

/// It makes something vanish; what is moved to the deleted items can still be read there.
fn deletes(kind: KindCode) -> bool {
    kinds::kind(kind).action == Action::Delete && kind != kinds::MOVE_TO_DELETED_ITEMS && !empties_a_bin(kind)
}

/// What only somebody with an open account is given.
fn serves_an_account(kind: KindCode) -> bool {
    matches!(
        kind,
        kinds::RESET_PASSWORD
            | kinds::REVOKE_SESSIONS
            | kinds::CHANGE_LICENCE
            | kinds::UPDATE_USER
            | kinds::ADD_MEMBER_TO_GROUP
            | kinds::ADD_MEMBER_TO_ROLE
    )
}

impl CompanyState {
    /// What comes of an intent: who reaches for something deleted takes the next thing of the same place, and so does
    /// who would delete what somebody has used since (`used` says so); nobody serves an account that is disabled, gives a
    /// role twice or takes one that is not held.
    pub(in crate::tenant) fn pass(
        &self,
        world: &World,
        directory: &Directory,
        intent: &Event,
        used: impl Fn(Target, ObjectNo, VirtualTime) -> bool,
    ) -> Option<Event> {
        let kind = kinds::kind(intent.kind);
        let shut = |person: PersonIx| {
            // Whoever closes an account may have more to do with it on that day.
            let before = |since: &VirtualTime| since.day() < intent.created.day();
            directory.is_disabled(person) || self.closed.get(&person).is_some_and(before)
        };
        if serves_an_account(intent.kind) && shut(world.person_of(intent.object)) {
            return None;
        }
        if kind.target == Target::Role {
            let (person, role) = (world.person_of(intent.object), world.role_of(intent.object));
            let held = self.roles(world, person, intent.created).contains(&role);
            return (held == (intent.kind == kinds::REMOVE_MEMBER_FROM_ROLE)).then_some(*intent);
        }
        if empties_a_bin(intent.kind) {
            let absence = thing(kind.target, intent.object).and_then(|thing| self.gone.get(&thing));
            return absence.is_some_and(|of| of.covers(intent.timestamp())).then_some(*intent);
        }
        let (at, deletes) = (intent.timestamp(), deletes(intent.kind));
        let fits = |object: ObjectNo| {
            let absence = thing(kind.target, object).and_then(|thing| self.gone.get(&thing));
            match absence {
                _ if deletes => absence.is_none_or(|of| of.is_past(at)) && !used(kind.target, object, at),
                Some(absence) => kind.action == Action::Upload || !absence.covers(at),
                None => true,
            }
        };
        if thing(kind.target, intent.object).is_none() || fits(intent.object) {
            return Some(*intent);
        }
        let mut object = intent.object;
        for _ in 0..TRIES {
            object = world.neighbour(kind.target, object);
            if fits(object) {
                return Some(Event { object, ..*intent });
            }
        }
        // Nothing is left there to do it to.
        None
    }

    /// Remembers what an outcome changes.
    pub(in crate::tenant) fn note(&mut self, world: &World, event: &Event) {
        let kind = kinds::kind(event.kind);
        let at = event.timestamp();
        if let Some(thing) = thing(kind.target, event.object) {
            if deletes(event.kind) {
                self.gone.insert(thing, Absence { deleted: at, restored: None });
            } else if kind.action == Action::Upload
                && let Some(absence) = self.gone.get(&thing).copied().filter(|absence| absence.covers(at))
            {
                self.gone.insert(thing, Absence { restored: Some(at), ..absence });
            }
        }
        let person = || world.person_of(event.object);
        match event.kind {
            kinds::DISABLE_ACCOUNT => drop(self.closed.insert(person(), event.created)),
            kinds::ADD_USER | kinds::INVITE_USER if world.is_newcomer(person()) => {
                // Who is invited twice is there from the first time on.
                self.opened.entry(person()).or_insert(event.created);
            }
            kinds::UPDATE_USER if world.notes_a_move(event.object) => {
                self.moved.insert(person(), event.created);
            }
            kinds::ADD_MEMBER_TO_ROLE | kinds::REMOVE_MEMBER_FROM_ROLE => {
                let (person, role) = (person(), world.role_of(event.object));
                let seen = event.created - SLOT - SLOT;
                let settled = self.roles(world, person, seen);
                let mut changes =
                    self.roles.get(&person).map(|roles| roles.changes.clone()).unwrap_or_default();
                changes.retain(|change| change.0 > seen);
                changes.push((event.created, role, event.kind == kinds::ADD_MEMBER_TO_ROLE));
                self.roles.insert(person, Roles { settled, changes });
            }
            kinds::ADD_MEMBER_TO_GROUP | kinds::REMOVE_MEMBER_FROM_GROUP => {
                let key = (person(), world.group_no(event.object));
                let seen = event.created - SLOT - SLOT;
                let mut changes = self.groups.get(&key).cloned().unwrap_or_default();
                // Of those that every reader sees, the last is enough.
                let settled = changes.iter().rposition(|change| change.0 <= seen).unwrap_or(0);
                changes.drain(..settled);
                changes.push((event.created, event.kind == kinds::ADD_MEMBER_TO_GROUP));
                self.groups.insert(key, changes);
            }
            _ => {}
        }
    }

    /// The roles that somebody holds at an instant, ascending.
    pub(in crate::tenant) fn roles(&self, world: &World, person: PersonIx, now: VirtualTime) -> Vec<Role> {
        let born = || world.people.get(person.index()).map(|person| person.roles.clone()).unwrap_or_default();
        self.roles.get(&person).map_or_else(born, |roles| roles.at(now))
    }

    /// The groups that administrators have put somebody into by an instant, or taken out of: the last word on each.
    pub(in crate::tenant) fn groups(
        &self,
        person: PersonIx,
        now: VirtualTime,
    ) -> impl Iterator<Item = (GroupNo, bool)> {
        let told = self.groups.range((person, GroupNo::new(0))..=(person, GroupNo::new(u32::MAX)));
        told.filter_map(move |((_, group), changes)| {
            let (_, member) = changes.iter().rev().find(|change| change.0 <= now)?;
            Some((*group, *member))
        })
    }

    /// An administrator has closed the account of somebody by an instant.
    pub(in crate::tenant) fn closed(&self, person: PersonIx, now: VirtualTime) -> bool {
        self.closed.get(&person).is_some_and(|since| *since <= now)
    }

    /// Somebody has an account by an instant: of birth, or made by an administrator since.
    pub(in crate::tenant) fn has_account(&self, world: &World, person: PersonIx, now: VirtualTime) -> bool {
        !world.is_newcomer(person) || self.opened.get(&person).is_some_and(|since| *since <= now)
    }

    /// Where somebody works who has moved within the company by an instant.
    pub(in crate::tenant) fn moved<'w>(
        &self,
        world: &'w World,
        person: PersonIx,
        now: VirtualTime,
    ) -> Option<&'w Move> {
        let since = self.moved.get(&person)?;
        world.move_of(person).filter(|_| *since <= now)
    }

    /// The account is open again.
    pub(in crate::tenant) fn reopen(&mut self, person: PersonIx) {
        self.closed.remove(&person);
    }
}
