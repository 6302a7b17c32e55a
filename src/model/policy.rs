//! What is done with the policies of the product.

use serde::{Deserialize, Serialize};

use super::command::By;
use super::index::PolicyIx;

/// A change of the policies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PolicyCommand {
    /// Switch a policy on or off.
    SetPolicyEnabled {
        /// Which, by its place in the catalogue.
        policy: PolicyIx,
        /// It raises alerts.
        enabled: bool,
        /// Who.
        by: By,
    },
}
