//! A user group as the API writes it; recorded in answers to the vendor's PowerShell module.

use crate::facts::{Entities, UserGroup};
use crate::wire::json::object;

/// Writes a group of a tenant with this number.
pub fn write(entities: &Entities<'_>, group: UserGroup, tenant: u32, out: &mut Vec<u8>) {
    let (name, description) = group.words();
    object(out, |record| {
        record
            .set("_id", entities.group_key(group))
            .set("id", entities.group_id(group))
            .set("target", 0)
            .set("type", 2)
            .set("name", name)
            .set("description", description)
            .set("visibility", 0)
            .set("status", 0)
            .set("usersCount", entities.size(group))
            .object("source", |source| {
                source.set("type", 2).some("appId", group.app());
            })
            .set("generatorType", 0)
            .some("appId", group.app())
            .set("_tid", tenant);
    });
}
