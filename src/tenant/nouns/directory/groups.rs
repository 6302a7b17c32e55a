//! How commands make groups, and put people into them and take them out.
//!
//! Only what commands said is kept here. Who is in a group by work or by what administrators of the company did is
//! told by the world and by the company; [`Core::groups`](crate::tenant::timeline::fold::Core::groups) adds it up.

use std::sync::Arc;

use crate::generate::World;
use crate::model::directory::Group;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;

use super::change::room;
use super::{Directory, DirectoryRefusal, MOST_GROUPS};

impl Directory {
    /// What commands said of the groups that somebody is in, by object id: put into, or taken out.
    pub fn groups_told(&self, person: PersonIx) -> impl Iterator<Item = (Guid, bool)> {
        let all = (person, Guid::from_bits(0))..=(person, Guid::from_bits(u128::MAX));
        self.members.range(all).map(|((_, group), member)| (*group, *member))
    }

    /// Of whose groups commands have said anything.
    pub fn people_with_groups_told(&self) -> impl Iterator<Item = PersonIx> {
        let mut last = None;
        self.members
            .keys()
            .map(|(person, _)| *person)
            .filter(move |person| last.replace(*person) != Some(*person))
    }

    pub(super) fn add_group(
        &mut self,
        world: &World,
        id: Guid,
        name: &Arc<str>,
        members: &[PersonIx],
    ) -> Result<(), DirectoryRefusal> {
        room("groups made by commands", self.groups.len(), MOST_GROUPS)?;
        let born = || world.groups().map(|number| world.group(number));
        let taken = |known_id: Guid, known: &str| known_id == id || known.eq_ignore_ascii_case(name);
        if self.groups.iter().any(|group| taken(group.id, &group.name))
            || born().any(|group| taken(group.id, &group.name))
        {
            return Err(DirectoryRefusal::GroupExists { name: Arc::clone(name), id });
        }
        self.groups.push_back(Arc::new(Group { id, name: Arc::clone(name) }));
        self.set_members(world, id, members, true)
    }

    pub(super) fn set_members(
        &mut self,
        world: &World,
        group: Guid,
        members: &[PersonIx],
        member: bool,
    ) -> Result<(), DirectoryRefusal> {
        let made = self.groups.iter().any(|known| known.id == group);
        if !made && !world.groups().any(|number| world.group_id(number) == group) {
            return Err(DirectoryRefusal::NoGroup(group));
        }
        for person in members {
            self.members.insert((*person, group), member);
        }
        Ok(())
    }
}
