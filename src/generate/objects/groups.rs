//! The security groups that the directory is born with, and who is in them: pure functions of the world.
//!
//! Those that administrators fill and empty as the activities tell come first: one for each department, some for
//! access, one for each connected app, and everybody. Those of offices and projects have no activities.

use super::directory::detail;
use super::files;
use crate::generate::birth::turnover::Move;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{GroupNo, ObjectNo, PersonIx};
use crate::model::time::VirtualTime;

/// A group of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Object id.
    pub id: Guid,
    /// Display name.
    pub name: String,
}

/// Groups for access.
const ACCESS: [&str; 4] =
    ["SG-VPN Users", "SG-Finance Approvers", "SG-Conditional Access Exclusions", "SG-Local Administrators"];

/// How likely somebody who works where the owner of a project does works at it, where there are so many projects: at
/// two of them, or less where there are few.
fn at_a_project(projects: usize) -> Chance {
    Chance::percent((200 / projects.max(1) as u32).clamp(5, 30))
}

/// What a group is for.
enum Purpose {
    /// A department, by its place in `World::branches`.
    Department(usize),
    /// Access, by its place in [`ACCESS`].
    Access(usize),
    /// A connected app, by its place in `World::apps`.
    App(usize),
    Everybody,
    /// An office, by its place in `World::offices`.
    Office(usize),
    /// A project, by its place among them.
    Project(usize),
}

impl World {
    /// How many groups activities name.
    pub(in crate::generate) fn group_count(&self) -> u32 {
        (self.branches.len() + ACCESS.len() + self.apps.len() + 1) as u32
    }

    /// The number of the group that `Event::object` names under a kind whose target is a group.
    pub fn group_no(&self, object: ObjectNo) -> GroupNo {
        GroupNo::new(detail(object) % self.group_count())
    }

    /// The group that `Event::object` names under a kind whose target is a group.
    pub fn group_of(&self, object: ObjectNo) -> Group {
        self.group(self.group_no(object))
    }

    /// A group that the directory is born with.
    pub fn group(&self, number: GroupNo) -> Group {
        let name = match self.purpose(number) {
            Purpose::Department(at) => format!("SG-{}", self.branches[at].name),
            Purpose::Access(at) => ACCESS[at].to_owned(),
            Purpose::App(at) => format!("APP-{} Users", self.apps[at].name),
            Purpose::Everybody => "All Employees".to_owned(),
            Purpose::Office(at) => format!("SG-Office {}", self.offices[at].city),
            Purpose::Project(at) => format!("SG-{}", self.projects()[at].name),
        };
        Group { id: self.group_id(number), name }
    }

    /// The object id of a group that the directory is born with.
    pub fn group_id(&self, number: GroupNo) -> Guid {
        // Group 0 is the product's own tag for administrators.
        self.ids.guid(Kind::Group, number.ordinal() + 1)
    }

    /// The groups that the directory is born with.
    pub fn groups(&self) -> impl Iterator<Item = GroupNo> {
        let count = self.group_count() as usize + self.offices.len() + self.projects().len();
        GroupNo::first(count)
    }

    /// It is the group of a department in which nobody works: only activities may name it.
    pub fn is_unstaffed(&self, group: GroupNo) -> bool {
        matches!(self.purpose(group), Purpose::Department(at) if self.departments[at].is_empty())
    }

    /// Has left by an instant: the account was to be closed on the day before, or earlier.
    pub fn has_left(&self, person: PersonIx, now: VirtualTime) -> bool {
        let today = now.day() - self.spec.start.day();
        self.turnover.leaver(person).is_some_and(|last| i64::from(last) + 1 < today)
    }

    /// The groups that somebody of the company is in by department, office and project, after a move if there was one.
    /// Who has left, and guests, are in none: that is for whoever asks to know.
    pub fn groups_by_work(&self, person: PersonIx, moved: Option<&Move>) -> Vec<GroupNo> {
        let department = self.habits[person.index()].department;
        let department = moved.map_or(department, |moved| moved.department);
        let everybody = self.group_count() - 1;
        let offices = everybody + 1;
        let projects = offices + self.offices.len() as u32;
        let office = moved.map_or(self.person(person).office, |moved| moved.office);
        let office = u32::from(office.get());
        let mut groups = [u32::from(department), everybody, offices + office].map(GroupNo::new).to_vec();
        for (at, project) in (0u32..).zip(self.projects()) {
            let works_there = || {
                let key = u64::from(at) << 32 | person.ordinal();
                Stream::new(self.spec.seed, "project", key, "member")
                    .chance(at_a_project(self.projects().len()))
            };
            let near = self.habits[project.owner.index()].department == department;
            if person == project.owner || near && works_there() {
                groups.push(GroupNo::new(projects + at));
            }
        }
        groups
    }

    /// The sites of projects that are there from birth on: the last ones of those.
    fn projects(&self) -> &[files::Library] {
        let sites = self.first_sites() as usize;
        &self.libraries[sites - files::projects(self.figures.scale).len()..sites]
    }

    fn purpose(&self, number: GroupNo) -> Purpose {
        let mut at = number.index();
        for (count, purpose) in [
            (self.branches.len(), Purpose::Department as fn(usize) -> Purpose),
            (ACCESS.len(), Purpose::Access),
            (self.apps.len(), Purpose::App),
            (1, |_| Purpose::Everybody),
            (self.offices.len(), Purpose::Office),
        ] {
            if at < count {
                return purpose(at);
            }
            at -= count;
        }
        Purpose::Project(at)
    }
}
