//! The governance log at an instant: which tasks are pending, and how the others ended.

use std::borrow::Cow;

use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::index::{GovernanceNo, StreamNo};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::governance::{GovernanceEntry, GovernanceLog, Outcome, Task};

use super::{AppFacts, ids};

pub use crate::tenant::nouns::governance::Parameter;

/// An entry of the log at an instant.
#[derive(Clone, Copy)]
pub struct GovernanceFacts<'a> {
    view: &'a TenantView,
    number: GovernanceNo,
    entry: &'a GovernanceEntry,
}

fn log(view: &TenantView) -> &GovernanceLog {
    &view.state.core().governance
}

impl<'a> GovernanceFacts<'a> {
    /// The entries that are kept, oldest first.
    pub fn all(view: &'a TenantView) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        log(view).all().map(move |(number, entry)| Self { view, number, entry })
    }

    /// The entry with this number.
    pub fn at(view: &'a TenantView, number: GovernanceNo) -> Option<Self> {
        log(view).get(number).map(|entry| Self { view, number, entry })
    }

    /// The entry with this id.
    pub fn by_id(view: &'a TenantView, id: Hex24) -> Option<Self> {
        let ordinal = ids::minter(view).hex24_ordinal(Kind::Governance, id)?;
        Self::at(view, GovernanceNo::new(u32::try_from(ordinal).ok()?))
    }

    /// Its number.
    pub fn number(&self) -> GovernanceNo {
        self.number
    }

    /// Its id in the Cloud Apps API.
    pub fn id(&self) -> Hex24 {
        ids::minter(self.view).hex24(Kind::Governance, self.number.ordinal())
    }

    /// What is done, as the product calls it.
    pub fn task(&self) -> &'static str {
        self.entry.task.name()
    }

    /// The stream whose log is read, if it is about one.
    pub fn stream(&self) -> Option<StreamNo> {
        match self.entry.task {
            Task::ParseLog { stream } => Some(stream),
            Task::User { .. } | Task::App { .. } => None,
        }
    }

    /// Whom or what an action is about: the id in the directory, and the name.
    pub fn target(&self) -> Option<(Guid, Cow<'a, str>)> {
        match self.entry.task {
            Task::ParseLog { .. } => None,
            Task::User { user, .. } => {
                let person = super::person(self.view, user);
                Some((person.id, Cow::Borrowed(&person.upn)))
            }
            Task::App { app, .. } => {
                let known = AppFacts::by_client(self.view, app);
                Some((app, known.map_or(Cow::Borrowed(""), |known| Cow::Borrowed(known.display_name()))))
            }
        }
    }

    /// Number of the app that it is done in.
    pub fn app(&self) -> u32 {
        self.entry.app
    }

    /// When it was asked for.
    pub fn asked(&self) -> VirtualTime {
        self.entry.at
    }

    /// When it changed last.
    pub fn updated(&self) -> VirtualTime {
        if self.outcome().is_some() { self.entry.decided } else { self.entry.at }
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<&'a Outcome> {
        (self.entry.decided <= self.view.now).then_some(&self.entry.outcome)
    }
}
