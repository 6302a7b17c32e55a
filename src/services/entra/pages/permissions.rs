//! What an application asks for, in the order in which people read it: by resource, then by whom it acts for, then by
//! what it allows.

pub use crate::catalogue::permissions::Access;

/// A permission that an application asks for.
#[derive(Clone, Debug)]
pub struct Permission<'a> {
    /// What it allows, in a few words.
    pub title: &'a str,
    /// The same in full.
    pub description: &'a str,
    /// The value in `scp` or `roles`.
    pub value: &'a str,
    /// The published id of the permission, where there is one.
    pub id: Option<&'a str>,
    /// Display name of the API that it belongs to.
    pub resource: &'a str,
    /// Application id of that API.
    pub resource_id: &'a str,
    /// What kind of thing it allows.
    pub access: Access,
    /// It holds without a signed-in user.
    pub application: bool,
}

/// The permissions of one API.
#[derive(Clone, Debug)]
pub struct ResourceGroup<'a> {
    /// Display name of the API.
    pub name: &'a str,
    /// Its application id.
    pub id: &'a str,
    /// Its permissions, by what they allow; none of these is empty.
    pub parts: Vec<AccessGroup<'a>>,
}

/// The permissions of one API that allow the same kind of thing in the same way.
#[derive(Clone, Debug)]
pub struct AccessGroup<'a> {
    /// They hold without a signed-in user.
    pub application: bool,
    /// What kind of thing.
    pub access: Access,
    /// The permissions, in the order in which they were asked for.
    pub permissions: Vec<Permission<'a>>,
}

/// Groups permissions: the APIs in the order in which they are first named.
pub fn grouped(permissions: Vec<Permission<'_>>) -> Vec<ResourceGroup<'_>> {
    let mut groups: Vec<ResourceGroup<'_>> = Vec::new();
    for permission in permissions {
        let (name, id) = (permission.resource, permission.resource_id);
        let at = groups.iter().position(|group| group.id == id).unwrap_or_else(|| {
            groups.push(ResourceGroup { name, id, parts: Vec::new() });
            groups.len() - 1
        });
        groups[at].add(permission);
    }
    groups
}

impl<'a> ResourceGroup<'a> {
    fn add(&mut self, permission: Permission<'a>) {
        let (application, access) = (permission.application, permission.access);
        let key = (application, access);
        let at = self.parts.partition_point(|part| (part.application, part.access) < key);
        if self.parts.get(at).is_none_or(|part| (part.application, part.access) != key) {
            self.parts.insert(at, AccessGroup { application, access, permissions: Vec::new() });
        }
        self.parts[at].permissions.push(permission);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_grouped_by_api_by_whom_they_act_for_and_by_what_they_allow() {
        let asked = [
            ("graph", "offline_access", Access::Offline),
            ("apps", "settings.manage", Access::Change),
            ("graph", "Mail.ReadWrite", Access::Change),
            ("graph", "Mail.Send", Access::Change),
            ("graph", "User.Read", Access::Read),
            ("graph", "Mail.Read", Access::Read),
        ];
        let permission = |(resource, value, access)| Permission {
            title: value,
            description: "",
            value,
            id: None,
            resource,
            resource_id: resource,
            access,
            application: value == "Mail.Send",
        };
        let told: Vec<_> = grouped(asked.map(permission).to_vec())
            .iter()
            .flat_map(|group| {
                group
                    .parts
                    .iter()
                    .map(|part| (group.name, part.access, part.application, part.permissions.len()))
            })
            .collect();
        assert_eq!(
            told,
            [
                ("graph", Access::Read, false, 2),
                ("graph", Access::Change, false, 1),
                ("graph", Access::Offline, false, 1),
                ("graph", Access::Change, true, 1),
                ("apps", Access::Change, false, 1),
            ]
        );
    }
}
