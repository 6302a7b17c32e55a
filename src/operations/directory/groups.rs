//! The groups of the directory, and the people in them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::facts::{GroupFacts, PersonFacts};
use crate::model::ids::Guid;
use crate::model::person::Persona;
use crate::tenant::TenantView;

/// No group shows more of its members, and no more people are shown with their groups.
const SHOWN: usize = 100;

/// A security group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group<'a> {
    /// Object id.
    pub id: Guid,
    /// Display name.
    pub display_name: Cow<'a, str>,
    /// How many users are in it.
    pub member_count: usize,
    /// Principal names of the first hundred of them.
    pub members: Vec<&'a str>,
}

/// Somebody with the groups that they are in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Memberships<'a> {
    /// Principal name.
    pub user_principal_name: &'a str,
    /// Display names, in the order in which the groups are listed.
    pub groups: Vec<Cow<'a, str>>,
}

/// Every group, and the groups of those who play a persona or whose groups commands have changed.
pub(super) fn show(view: &TenantView) -> (Vec<Group<'_>>, Vec<Memberships<'_>>) {
    let mut members: BTreeMap<Guid, (usize, Vec<&str>)> = BTreeMap::new();
    for person in PersonFacts::all(view) {
        for group in person.groups() {
            let (count, shown) = members.entry(group).or_default();
            *count += 1;
            if shown.len() < SHOWN {
                shown.push(person.upn());
            }
        }
    }
    let listed: Vec<GroupFacts<'_>> =
        GroupFacts::all(view).filter(|group| !group.only_filled || members.contains_key(&group.id)).collect();
    let personas = Persona::ALL.into_iter().filter_map(|persona| PersonFacts::persona_of(view, persona));
    let mut seen = BTreeSet::new();
    let people = personas
        .chain(GroupFacts::people_told(view).filter_map(|person| PersonFacts::of(view, person)))
        .filter(|person| seen.insert(person.index()))
        .take(SHOWN);
    let memberships = people
        .map(|person| {
            let ids = person.groups();
            let of = listed.iter().filter(|group| ids.binary_search(&group.id).is_ok());
            Memberships {
                user_principal_name: person.upn(),
                groups: of.map(|group| group.name.clone()).collect(),
            }
        })
        .collect();
    let groups = listed
        .iter()
        .map(|group| {
            let (member_count, members) = members.remove(&group.id).unwrap_or_default();
            Group { id: group.id, display_name: group.name.clone(), member_count, members }
        })
        .collect();
    (groups, memberships)
}
