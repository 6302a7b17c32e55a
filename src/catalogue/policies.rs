//! The tenant's threat detection and activity policies: what raises alerts, and how those alerts read.
//!
//! Names, titles, tactics and severities follow the product's documentation:
//! <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> and
//! <https://learn.microsoft.com/defender-cloud-apps/policy-template-reference>.
//! Alert type numbers other than those of impossible travel, risky sign-in, unusual administrative activity, file
//! policy and app connector error are (unverified).

mod by_date;
mod rows;

use crate::model::activity::Action;
use crate::model::alert::Severity;
use crate::model::index::PolicyIx;
use crate::model::spec::{PolicySpec, Specification};
use crate::model::time::Span;

pub use by_date::Consequence;
pub use rows::POLICIES;

/// One policy of the catalogue.
pub struct Policy {
    /// Name in the list of policies.
    pub name: &'static str,
    /// Title of its alerts.
    pub title: &'static str,
    /// Text of its alerts, in HTML. What stands in braces is told of each alert, see [`crate::facts::Description`].
    pub description: &'static str,
    /// Type, as the Cloud Apps API words it.
    pub policy_type: &'static str,
    /// Number of the alert type (`idValue`).
    pub id_value: u32,
    /// Severity of its alerts.
    pub severity: Severity,
    /// Risk categories (`stories`).
    pub stories: &'static [u8],
    /// Stages of the kill chain (`intent`).
    pub intent: &'static [u8],
    /// MITRE ATT&CK tactic and technique.
    pub mitre: (&'static str, &'static str),
    /// What makes it speak.
    pub rule: Rule,
}

/// What makes a policy speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One person in two countries within a time that no journey takes.
    ImpossibleTravel,
    /// So many failed sign-ins within so many seconds.
    FailedSignIns {
        /// Count.
        count: u32,
        /// Window.
        seconds: i64,
    },
    /// So many downloads within so many seconds.
    Downloads {
        /// Count.
        count: u32,
        /// Window.
        seconds: i64,
    },
    /// A country in which the person was never seen.
    InfrequentCountry,
    /// Many more downloads in a day than usual.
    UnusualDownloads,
    /// Many more deletions in a day than usual.
    UnusualDeletions,
    /// An administrative activity from an address that is not the company's.
    AdministrationFromOutside,
    /// A sign-in from a risky address.
    RiskySignIn,
    /// Sharing with somebody outside.
    ExternalSharing,
    /// An inbox rule that hides, deletes or forwards mail, or is called like those that do.
    InboxRule,
    /// Consent to an application whose name holds foreign letters that look like Latin ones.
    ForeignLetters,
    /// Dozens of files that get other names within half an hour.
    Renames,
    /// Many files that are put into apps beside those of Microsoft within an hour.
    Handover,
    /// Somebody acts whose account was closed.
    ClosedAccount,
    /// Several administrative activities within an hour of the night, by somebody who does not administer at night.
    NightAdministration,
    /// An application acts through a provider that it has never used.
    NewProvider,
    /// A connector that fails: the product raises the alert itself.
    DeadConnector,
    /// Nothing that is worked out here: a storyline brings its alert along, see `stories::ScriptedAlert`.
    Scripted,
}

/// How long somebody or something is watched before anything about them is news.
pub const LEARNING: Span = Span::days(7);

impl Rule {
    /// Its thresholds, if it has any: how many within how many seconds.
    pub const fn limits(self) -> Option<(u32, i64)> {
        match self {
            Self::FailedSignIns { count, seconds } | Self::Downloads { count, seconds } => {
                Some((count, seconds))
            }
            _ => None,
        }
    }

    /// What it looks for.
    const fn about(self) -> &'static str {
        match self {
            Self::ImpossibleTravel => "A user is active in two countries within a time that no journey takes",
            Self::FailedSignIns { .. } => "A user fails to sign in many times in a short time",
            Self::Downloads { .. } => "A user downloads many files in a short time",
            Self::InfrequentCountry => {
                "A user is active in a country in which nobody has seen that user lately"
            }
            Self::UnusualDownloads => "A user downloads many more files in a day than on other days",
            Self::UnusualDeletions => "A user deletes many more items in a day than on other days",
            Self::AdministrationFromOutside => {
                "Somebody administers an app from an address that is not the company's"
            }
            Self::RiskySignIn => "A user signs in from an address in the category Risky",
            Self::ExternalSharing => "A file is shared with somebody outside of the company",
            Self::InboxRule => "A user makes an inbox rule that hides, deletes or forwards mail",
            Self::ForeignLetters => {
                "A user consents to an app whose name holds foreign letters that look like Latin ones"
            }
            Self::Renames => "A user changes and renames files at a rate and in a way that ransomware does",
            Self::Handover => "A user moves an unusual amount of data to an app that is not sanctioned",
            Self::ClosedAccount => "Somebody whose account was closed is active in an app",
            Self::NightAdministration => {
                "A user performs administrative activities that are unusual for that user"
            }
            Self::NewProvider => "An app is used through an internet provider that it has not used before",
            Self::DeadConnector => "An app connector fails",
            Self::Scripted => "The service recognises what it knows of attacks",
        }
    }

    /// The same rule with other thresholds.
    fn tuned(self, to_count: Option<u32>, to_seconds: Option<u32>) -> Self {
        let mut rule = self;
        if let Self::FailedSignIns { count, seconds } | Self::Downloads { count, seconds } = &mut rule {
            *count = to_count.unwrap_or(*count);
            *seconds = to_seconds.map_or(*seconds, i64::from);
        }
        rule
    }

    /// An activity that is evidence is one of those that the alert counts.
    pub fn counts(self, action: Action) -> bool {
        // The successful sign-in after the failures belongs to the evidence, but does not count as a failure.
        !matches!(self, Self::FailedSignIns { .. }) || action == Action::FailedSignIn
    }

    /// An activity of this kind can be evidence for it.
    pub fn covers(self, action: Action, administrative: bool) -> bool {
        match self {
            // A failed sign-in does not prove where the user was.
            Self::ImpossibleTravel | Self::InfrequentCountry => !action.is_vain(),
            Self::ClosedAccount => !action.is_vain(),
            Self::NightAdministration => administrative || action == Action::SignIn,
            Self::NewProvider
            | Self::RiskySignIn
            | Self::InboxRule
            | Self::ForeignLetters
            | Self::DeadConnector
            | Self::Scripted => true,
            Self::Renames => matches!(action, Action::Edit | Action::Delete | Action::Upload),
            Self::Handover => matches!(action, Action::Upload | Action::Download),
            Self::UnusualDownloads => action == Action::Download,
            Self::UnusualDeletions => action == Action::Delete,
            Self::FailedSignIns { .. } => matches!(action, Action::FailedSignIn | Action::SignIn),
            Self::Downloads { .. } => action == Action::Download,
            Self::AdministrationFromOutside => administrative,
            Self::ExternalSharing => action == Action::ShareExternal,
        }
    }
}

impl Policy {
    /// What it looks for.
    pub fn about(&self) -> &'static str {
        match self.name {
            "Suspicious inbox forwarding" => {
                "A user makes a rule that forwards mail to an address outside of the company"
            }
            "Unusual addition of credentials to an OAuth app" => {
                "Credentials are added to an app in a way that is unusual"
            }
            "Malicious OAuth app consent" => "A user consents to an app that is known to be malicious",
            _ => self.rule.about(),
        }
    }
}

/// A policy of a tenant, as it is tuned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policing {
    /// The specification switches it on or off; else the services of the month decide.
    pub switched: Option<bool>,
    /// What makes it speak.
    pub rule: Rule,
    /// Severity of its alerts.
    pub severity: Severity,
}

/// The policies as a specification tunes them: index = policy.
pub(crate) fn policing(spec: &Specification) -> Vec<Policing> {
    let tuned = |policy: &Policy| {
        let plain = Policing { switched: None, rule: policy.rule, severity: policy.severity };
        match spec.settings.policies.get(policy.name) {
            None => plain,
            Some(PolicySpec::Switch(on)) => Policing { switched: Some(*on), ..plain },
            Some(PolicySpec::Tuned { count, seconds, severity }) => Policing {
                switched: Some(true),
                rule: policy.rule.tuned(*count, *seconds),
                severity: severity.unwrap_or(policy.severity),
            },
        }
    };
    POLICIES.iter().map(tuned).collect()
}

/// The policy that speaks by this rule; every rule has one.
pub fn speaking_by(rule: impl Fn(Rule) -> bool) -> PolicyIx {
    let found = PolicyIx::numbered(POLICIES).find(|(_, policy)| rule(policy.rule));
    found.map_or(PolicyIx::new(0), |(index, _)| index)
}
