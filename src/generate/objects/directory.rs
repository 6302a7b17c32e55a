//! What directory and mailbox administration is done to: roles, licences, rights, policies, settings. The
//! groups are in [`groups`](super::groups).
//!
//! Object numbers of this file hold a person in their lower sixteen bits and what happens to them above.

use crate::catalogue::directory::{
    ATTRIBUTES, DIRECTORY_POLICIES, LICENCES, RIGHTS, RUNS, SETTINGS, SettingRow,
};
use crate::catalogue::kinds;
use crate::generate::world::World;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{KindCode, ObjectNo, PersonIx};
use crate::model::person::Role;

/// A change of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the property or parameter.
    pub name: &'static str,
    /// What it was; `None` where nothing was before.
    pub old: Option<String>,
    /// What it is now.
    pub new: String,
}

/// Access to a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailboxPermission {
    /// The person whose mailbox it is.
    pub mailbox: PersonIx,
    /// The person who gets in.
    pub trustee: PersonIx,
    /// For example `FullAccess`.
    pub right: &'static str,
}

/// A policy of the directory, and what was changed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryPolicy {
    /// Object id.
    pub id: Guid,
    /// Display name.
    pub name: &'static str,
    /// The change.
    pub change: Change,
}

/// A setting of an app, and how it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Where it is found.
    pub section: &'static str,
    /// The change.
    pub change: Change,
}

/// Bits of a mailbox permission that name a person: enough for the largest company that can be specified.
const BITS: u32 = 15;
const PERSON: u32 = (1 << BITS) - 1;

/// The number of a person or application, and what happens to it.
pub(in crate::generate) fn pack(number: u32, detail: u32) -> ObjectNo {
    ObjectNo::new(detail << 16 | number & 0xffff)
}

/// The number of the person or application.
pub(in crate::generate) fn named(object: ObjectNo) -> u32 {
    object.get() & 0xffff
}

/// What happens to it.
pub(in crate::generate) fn detail(object: ObjectNo) -> u32 {
    object.get() >> 16
}

/// The object number of a person to whom nothing in particular happens.
pub(in crate::generate) fn person(person: PersonIx) -> ObjectNo {
    pack(person.get(), 0)
}

/// The same, for who is served by a team of the company.
pub(crate) fn of_person(served: PersonIx) -> ObjectNo {
    person(served)
}

/// The object number of a person's place in a group.
pub(in crate::generate) fn group(person: PersonIx, group: u32) -> ObjectNo {
    pack(person.get(), group)
}

/// The object number of a person's licence.
pub(in crate::generate) fn licence(person: PersonIx, licence: u32) -> ObjectNo {
    pack(person.get(), licence)
}

/// The object number of a policy of the directory.
pub(in crate::generate) fn policy(index: u32) -> ObjectNo {
    ObjectNo::new(index)
}

/// The object number of giving or taking a role.
pub(in crate::generate) fn role(person: PersonIx, role: Role) -> ObjectNo {
    pack(person.get(), Role::ALL.iter().position(|known| *known == role).unwrap_or(0) as u32)
}

/// The object number of access to a mailbox.
pub(in crate::generate) fn mailbox(owner: PersonIx, trustee: PersonIx, right: u32) -> ObjectNo {
    ObjectNo::new(right << (2 * BITS) | (trustee.get() & PERSON) << BITS | owner.get() & PERSON)
}

/// Owner, trustee and right of such a number.
fn unpack_mailbox(object: ObjectNo) -> (PersonIx, PersonIx, u32) {
    let number = object.get();
    let person = |bits: u32| PersonIx::new(bits & PERSON);
    (person(number), person(number >> BITS), number >> (2 * BITS))
}

/// The object number of the `index`th setting that a kind is about.
pub(in crate::generate) fn setting(kind: KindCode, index: u32) -> ObjectNo {
    let run = match kind {
        kinds::SHARING_POLICY_CHANGED => 0,
        kinds::NEW_TRANSPORT_RULE => 1,
        kinds::SALESFORCE_SETUP => 2,
        kinds::CREATE_API_TOKEN | kinds::REVOKE_API_TOKEN => 3,
        kinds::EDIT_ACTIVITY_POLICY => 4,
        kinds::SET_DOMAIN_AUTHENTICATION => 6,
        kinds::SET_FEDERATION_SETTINGS => 7,
        kinds::SET_AUDIT_CONFIG => 8,
        kinds::CREATE_FLOW => 9,
        _ => 5,
    };
    ObjectNo::new(RUNS[run].0 + index % RUNS[run].1)
}

fn filled(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

impl World {
    /// The person that `Event::object` names under a kind whose target is a person, role, group or licence.
    pub fn person_of(&self, object: ObjectNo) -> PersonIx {
        PersonIx::new(named(object)).min(self.last_person())
    }

    /// Where a number names more people than there are, it stands for the last.
    fn last_person(&self) -> PersonIx {
        PersonIx::new(self.people.len() as u32 - 1)
    }

    /// The directory role that `Event::object` names under a kind whose target is a role.
    pub fn role_of(&self, object: ObjectNo) -> Role {
        Role::ALL[detail(object) as usize % Role::ALL.len()]
    }

    /// The licence that `Event::object` names: string id and name of the product.
    pub fn licence_of(&self, object: ObjectNo) -> (&'static str, &'static str) {
        LICENCES[detail(object) as usize % LICENCES.len()]
    }

    /// The access that `Event::object` names under a kind whose target is a mailbox permission.
    pub fn mailbox_permission(&self, object: ObjectNo) -> MailboxPermission {
        let last = self.last_person();
        let (owner, trustee, right) = unpack_mailbox(object);
        MailboxPermission {
            mailbox: owner.min(last),
            trustee: trustee.min(last),
            right: RIGHTS[right as usize % RIGHTS.len()],
        }
    }

    /// The policy that `Event::object` names under a kind whose target is a policy.
    pub fn policy(&self, object: ObjectNo) -> DirectoryPolicy {
        let index = object.index() % DIRECTORY_POLICIES.len();
        let row = &DIRECTORY_POLICIES[index];
        DirectoryPolicy {
            id: self.ids.guid(Kind::Policy, 1_000 + index as u64),
            name: row.0,
            change: Change { name: row.1, old: filled(row.2), new: row.3.to_owned() },
        }
    }

    /// The setting that `Event::object` names under a kind whose target is a setting.
    pub fn setting(&self, object: ObjectNo) -> Setting {
        let &SettingRow(section, name, old, new) = &SETTINGS[object.index() % SETTINGS.len()];
        Setting { section, change: Change { name, old: filled(old), new: new.to_owned() } }
    }

    /// What changed about the user that `Event::object` names, where the change is of an attribute.
    pub fn attribute_of(&self, object: ObjectNo) -> Option<Change> {
        let index =
            detail(object).checked_sub(1).filter(|_| detail(object) != MOVED)? as usize % ATTRIBUTES.len();
        let (name, old, new) = ATTRIBUTES[index];
        let person = self.person(self.person_of(object));
        let new = match name {
            "JobTitle" => person.title.clone(),
            "Department" => person.department.to_string(),
            "UsageLocation" => self.offices[person.office.index()].country.to_string(),
            _ => new.to_owned(),
        };
        Some(Change { name, old: filled(old), new })
    }
}

/// What happens to somebody who moves within the company.
const MOVED: u32 = 0x4000;

/// The object number of noting the move of somebody within the company.
pub(in crate::generate) fn moved(person: PersonIx) -> ObjectNo {
    pack(person.get(), MOVED)
}

impl World {
    /// A change of a user notes a move within the company.
    pub fn notes_a_move(&self, object: ObjectNo) -> bool {
        detail(object) == MOVED && self.move_of(self.person_of(object)).is_some()
    }

    /// What changes about somebody who moves within the company.
    pub fn changes_of_a_move(&self, person: PersonIx) -> Vec<Change> {
        let Some(to) = self.move_of(person) else { return Vec::new() };
        let of = self.person(person);
        let (from, office) = (&self.offices[of.office.index()], &self.offices[to.office.index()]);
        let department = &self.branches[usize::from(to.department)].name;
        let told = [
            ("Department", &*of.department, &**department),
            ("JobTitle", &of.title, &to.title),
            ("City", &from.city, &office.city),
            ("UsageLocation", &from.country, &office.country),
        ];
        let changed = told.into_iter().filter(|(_, old, new)| old != new);
        changed.map(|(name, old, new)| Change { name, old: filled(old), new: new.to_owned() }).collect()
    }
}

/// The object number of changing an attribute of somebody.
pub(in crate::generate) fn attribute(person: PersonIx, index: u32) -> ObjectNo {
    pack(person.get(), 1 + index % ATTRIBUTES.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_permissions_name_everybody_of_the_largest_company() {
        // Members, people by name, the support desk and guests, each as many as a specification can set.
        // Then those who may come later.
        let most = 20_000 + 500 + 2 + 2_000 + 5_000 + 1_000;
        for (owner, trustee, right) in [(0, most - 1, 2), (most - 1, 0, 1), (16_384, most - 1, 0)] {
            let (owner, trustee) = (PersonIx::new(owner), PersonIx::new(trustee));
            assert_eq!(unpack_mailbox(mailbox(owner, trustee, right)), (owner, trustee, right));
        }
    }
}
