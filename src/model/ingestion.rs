//! How records come in: how late, and how fine their times are.
//!
//! Plain data, as people write it: the same in specifications, commands and journals.

use serde::{Deserialize, Serialize};

use super::field_error::FieldError;
use super::spec::Thousandths;
use super::time::{Span, VirtualTime};

/// No record is later than this, beyond what it would be anyway.
pub const LONGEST_LAG: Span = Span::hours(24);
/// No times are rounded more coarsely.
pub const COARSEST_GRAIN: Span = Span::hours(1);
/// Nor more finely.
const FINEST_GRAIN: Span = Span::seconds(1);
/// No more lags are told apart.
pub const MOST_LAGS: usize = 32;

/// How records come in. By default: as late as each app's records are, to the millisecond.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ingestion {
    /// What comes in late. The first that is about an app counts for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lags: Vec<Lag>,
    /// Times of activities and alerts are rounded down to this, counted from midnight (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grain: Option<Span>,
}

/// Activities that come in later than they would anyway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lag {
    /// Name of the app in the catalogue; those of all apps, if none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// So much later at least …
    pub from: Span,
    /// … and at most; the same, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Span>,
    /// The share of the app's activities that it concerns; all, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Thousandths>,
}

impl Lag {
    /// The shortest and the longest that it can be.
    pub fn bounds(&self) -> (Span, Span) {
        (self.from, self.to.unwrap_or(self.from))
    }
}

impl Ingestion {
    /// The lag of the activities of an app.
    pub fn lag_of(&self, app: &str) -> Option<&Lag> {
        self.lags.iter().find(|lag| lag.app.as_deref().is_none_or(|name| name == app))
    }

    /// A time as records tell it.
    pub fn told(&self, at: VirtualTime) -> VirtualTime {
        self.grain.map_or(at, |grain| at.floor_of_day(grain))
    }

    /// Checks everything that the type does not say; `apps` are the names that an app can have.
    ///
    /// # Errors
    /// The first field that holds what it can't.
    pub fn check(&self, apps: &[&str]) -> Result<(), FieldError> {
        if self.lags.len() > MOST_LAGS {
            let expected = format!("a list of up to {MOST_LAGS}");
            return Err(FieldError::value("lags", &expected, format!("{} of them", self.lags.len())));
        }
        for (at, lag) in self.lags.iter().enumerate() {
            lag.check(&format!("lags[{at}]"), apps)?;
        }
        match self.grain {
            Some(grain) if !(FINEST_GRAIN..=COARSEST_GRAIN).contains(&grain) => {
                let expected = "a length of time from 1s to 1h";
                Err(FieldError::value("grain", expected, grain.to_string()))
            }
            _ => Ok(()),
        }
    }
}

impl Lag {
    fn check(&self, path: &str, apps: &[&str]) -> Result<(), FieldError> {
        if let Some(app) = self.app.as_deref().filter(|app| !apps.contains(app)) {
            let expected = format!("one of {}", apps.join(", "));
            return Err(FieldError::text(&format!("{path}.app"), &expected, app));
        }
        let (from, to) = self.bounds();
        for (key, span) in [("from", from), ("to", to)] {
            if !(Span::default()..=LONGEST_LAG).contains(&span) {
                let expected = "a length of time up to 24h";
                return Err(FieldError::value(&format!("{path}.{key}"), expected, span.to_string()));
            }
        }
        if to < from {
            let expected = format!("at least `from`, which is {from}");
            return Err(FieldError::value(&format!("{path}.to"), &expected, to.to_string()));
        }
        match self.share {
            Some(share) => share.must_be_share(&format!("{path}.share")),
            None => Ok(()),
        }
    }
}

impl Thousandths {
    /// A share is at most the whole.
    pub(super) fn must_be_share(self, field: &str) -> Result<(), FieldError> {
        if self.0 > 1_000 {
            return Err(FieldError::value(field, "a number from 0 to 1", self.shown().to_string()));
        }
        Ok(())
    }
}
