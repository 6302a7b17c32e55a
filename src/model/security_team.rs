//! What the company's own security team does with new alerts.
//!
//! Plain data, as people write it: the same in specifications, commands and journals.

use serde::{Deserialize, Serialize};

use super::field_error::FieldError;
use super::spec::Thousandths;
use super::time::Span;

/// The team looks at an alert within this, if nothing is said: a shift.
const USUAL: Span = Span::hours(8);
/// No team is quicker: what it does lies at least a slot ahead.
const QUICKEST: Span = Span::minutes(10);
/// No team is slower.
const SLOWEST: Span = Span::days(7);

/// What the company's own security team does with new alerts; those of storylines it leaves to the user. By default it
/// handles some of the alerts of the history, and none from the start on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecurityTeam {
    /// The share of them that it reads, those included that it closes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reads: Option<Thousandths>,
    /// The share of them that it closes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes: Option<Thousandths>,
    /// By when it has done so, after an alert was raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

impl SecurityTeam {
    /// It does what it does by default.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// By when it has done what it does.
    pub fn within(&self) -> Span {
        self.within.unwrap_or(USUAL)
    }

    /// Checks everything that the type does not say.
    ///
    /// # Errors
    /// The first field that holds what it can't.
    pub fn check(&self) -> Result<(), FieldError> {
        for (field, share) in [("reads", self.reads), ("closes", self.closes)] {
            share.map_or(Ok(()), |share| share.must_be_share(field))?;
        }
        match self.within {
            Some(within) if !(QUICKEST..=SLOWEST).contains(&within) => {
                let expected = "a length of time from 10m to 7d";
                Err(FieldError::value("within", expected, within.to_string()))
            }
            _ => Ok(()),
        }
    }
}
