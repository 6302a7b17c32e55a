//! The policies of the product as a table. (Which filters the real list has beside `type` is unverified.)

use crate::columns;
use crate::facts::PolicyFacts;
use crate::query::filters::{Field, FieldKind, field};
use crate::tenant::TenantView;

use super::listing::{Listing, at, is, numbers, text};

columns! {
    /// The columns of policies.
    pub const SCHEMA;
    NAME "name": Text, One;
    TYPE "type": Text, One;
    /// Severity of its alerts.
    pub SEVERITY "severity": Long, One;
    RISK "risks": Long, Many;
    ENABLED "enabled": Bool, One;
    /// How many alerts it has raised.
    pub ALERTS "alerts": Long, One;
    /// When it was changed last.
    pub MODIFIED "modified": Time, Optional;
    ID "id": Text, One;
}

const EQ: &[&str] = &["eq", "neq"];

/// The filters of policies.
pub const FIELDS: &[Field] = &[
    field("type", FieldKind::Text, EQ, TYPE),
    field("name", FieldKind::Text, &["eq", "contains"], NAME),
    field("severity", FieldKind::Int, EQ, SEVERITY),
    field("risk", FieldKind::Int, EQ, RISK),
    field("enabled", FieldKind::Bool, &["eq"], ENABLED),
    field("id", FieldKind::Text, EQ, ID),
];

/// The policies of a tenant at one instant.
pub fn policies(view: &TenantView) -> Listing<PolicyFacts<'_>> {
    Listing::new(SCHEMA, PolicyFacts::all(view), |policy| {
        vec![
            text(policy.name()),
            text(policy.policy_type()),
            numbers([policy.severity() as i64]),
            numbers(policy.stories().iter().map(|story| i64::from(*story))),
            is(policy.enabled()),
            numbers([i64::try_from(policy.alerts()).unwrap_or(i64::MAX)]),
            at(Some(policy.modified())),
            text(policy.id()),
        ]
    })
}
