//! Commands about groups: which there are, and who is in them.

use serde_json::Value as Json;

use crate::facts::GroupFacts;
use crate::model::field_error::FieldError;
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::json::json;
use crate::tenant::TenantView;

use super::accounts::user_schema;
use super::dto::CommandDto;
use super::json_schema::{needing, object, text};
use super::{not_about, short, user};

/// No command names more members.
const MOST: usize = 200;

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<IdentityCommand, FieldError> {
    Ok(match written {
        CommandDto::AddGroup { name, members } => IdentityCommand::AddGroup {
            id: GroupFacts::next_id(view),
            name: short("name", name)?.into(),
            members: people(view, members)?,
        },
        CommandDto::AddGroupMembers { group: name, members } => {
            IdentityCommand::AddGroupMembers { group: group(view, name)?, members: people(view, members)? }
        }
        CommandDto::RemoveGroupMembers { group: name, members } => {
            IdentityCommand::RemoveGroupMembers { group: group(view, name)?, members: people(view, members)? }
        }
        _ => return Err(not_about("a group")),
    })
}

fn people(view: &TenantView, names: &[String]) -> Result<Vec<PersonIx>, FieldError> {
    if names.len() > MOST {
        let length = names.len().to_string();
        return Err(FieldError::text(
            "members",
            "at most 200 users: put in more by addGroupMembers",
            &length,
        ));
    }
    names.iter().map(|name| user(view, "members", name)).collect()
}

/// A group by display name or object id.
fn group(view: &TenantView, name: &str) -> Result<Guid, FieldError> {
    GroupFacts::named(view, name).map(|group| group.id).ok_or_else(|| {
        let expected = "the display name or object id of a group, as GET …/directory lists them";
        FieldError::text("group", expected, name)
    })
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let members = || json!({"type": "array", "items": user_schema(), "maxItems": MOST});
    let group = json!({"type": "string", "description": "A group by display name or object id."});
    let add = object(json!({"name": text(), "members": members()}));
    let change = object(json!({"group": group, "members": members()}));
    vec![
        ("addGroup", needing(add, &["name"])),
        ("addGroupMembers", needing(change.clone(), &["group", "members"])),
        ("removeGroupMembers", needing(change, &["group", "members"])),
    ]
}
