//! The security groups of the directory, and who is in them now.

use std::borrow::Cow;

use crate::model::ids::{Guid, Kind};
use crate::model::index::PersonIx;
use crate::tenant::TenantView;

use super::PersonFacts;

/// A group.
#[derive(Clone, Debug)]
pub struct GroupFacts<'a> {
    /// Object id.
    pub id: Guid,
    /// Display name.
    pub name: Cow<'a, str>,
    /// It is there only while somebody is in it.
    pub only_filled: bool,
}

impl<'a> GroupFacts<'a> {
    /// Every group: those that the directory was born with, then those that commands made, in the order of making.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        let world = view.state.world();
        let born = world.groups().map(|number| {
            let group = world.group(number);
            Self { id: group.id, name: group.name.into(), only_filled: world.is_unstaffed(number) }
        });
        let made = super::directory(view).groups.iter();
        born.chain(made.map(|group| Self { id: group.id, name: (&*group.name).into(), only_filled: false }))
    }

    /// The group with this object id or display name, case ignored.
    pub fn named(view: &'a TenantView, name: &str) -> Option<Self> {
        let id = name.parse().ok();
        Self::all(view).find(|group| Some(group.id) == id || group.name.eq_ignore_ascii_case(name))
    }

    /// The object id of the next group that a command makes.
    pub fn next_id(view: &TenantView) -> Guid {
        // Far behind those of birth.
        let ordinal = 1_000_000 + super::directory(view).groups.len() as u64;
        view.state.world().ids.guid(Kind::Group, ordinal)
    }

    /// Whom commands have put into groups, or taken out.
    pub fn people_told(view: &TenantView) -> impl Iterator<Item = PersonIx> {
        super::directory(view).people_with_groups_told()
    }
}

impl PersonFacts<'_> {
    /// Object ids of the groups that they are in now, ascending.
    pub fn groups(&self) -> Vec<Guid> {
        let state = &self.view().state;
        state.core().groups(state.world(), self.index(), self.view().now).into_iter().collect()
    }
}
