//! Commands about the policies of the product, which are named as the list of policies names them.

use serde_json::Value as Json;

use crate::catalogue::policies::POLICIES;
use crate::model::field_error::FieldError;
use crate::model::index::PolicyIx;
use crate::model::json::json;
use crate::model::policy::PolicyCommand;
use crate::tenant::TenantView;

use super::dto::CommandDto;
use super::json_schema::{needing, object, text};
use super::{named, not_about, someone};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<PolicyCommand, FieldError> {
    let CommandDto::SetPolicyEnabled { policy: name, enabled, by } = written else {
        return Err(not_about("policies of the product"));
    };
    let by = someone(view, by.as_deref())?;
    Ok(PolicyCommand::SetPolicyEnabled { policy: policy(name)?, enabled: *enabled, by })
}

/// The policy with this name.
fn policy(name: &str) -> Result<PolicyIx, FieldError> {
    let found = PolicyIx::numbered(POLICIES).find(|(_, policy)| policy.name == name);
    found.map(|(number, _)| number).ok_or_else(|| {
        let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
        FieldError::text("policy", &format!("a policy by name: {}", names.join(", ")), name)
    })
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &PolicyCommand) -> CommandDto {
    let PolicyCommand::SetPolicyEnabled { policy, enabled, by } = command;
    let name = POLICIES.get(policy.index()).map_or("", |policy| policy.name);
    CommandDto::SetPolicyEnabled { policy: name.to_owned(), enabled: *enabled, by: named(view, by) }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
    let fields = json!({"policy": {"enum": names}, "enabled": {"type": "boolean"}, "by": text()});
    vec![("setPolicyEnabled", needing(object(fields), &["policy", "enabled"]))]
}
