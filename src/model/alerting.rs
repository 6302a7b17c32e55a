//! What becomes of alerts after they were raised, beside how they are handled.
//!
//! Plain data, as people write it: the same in specifications, commands and journals.

use serde::{Deserialize, Serialize};

use super::field_error::FieldError;
use super::time::Span;

/// What becomes of alerts. By default they stay as they were raised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Alerting {
    /// For so long after an alert was raised, what its policy notices again about its user joins it as further
    /// evidence, if it is open still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_within: Option<Span>,
}

impl Alerting {
    /// Checks everything that the type does not say.
    ///
    /// # Errors
    /// The first field that holds what it can't.
    pub fn check(&self) -> Result<(), FieldError> {
        match self.join_within {
            Some(within) if !(Span::minutes(10)..=Span::days(7)).contains(&within) => {
                let expected = "a length of time from 10m to 7d";
                Err(FieldError::value("joinWithin", expected, within.to_string()))
            }
            _ => Ok(()),
        }
    }
}
