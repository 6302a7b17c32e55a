//! A behavior: what it says of itself, whom and what it is about.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/behaviors>

use crate::model::behavior::Behavior;
use crate::model::ids::Hex24;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::behaviors::behaviors;
use crate::tenant::nouns::storylines::truth::stories_behind;

use super::description::Description;
use super::ids::{self, ActivityId};
use super::observation::ObservationFacts;
use super::{ActivityFacts, StoryNo};

/// A behavior.
#[derive(Clone, Copy)]
pub struct BehaviorFacts<'a> {
    view: &'a TenantView,
    behavior: &'a Behavior,
}

impl<'a> BehaviorFacts<'a> {
    /// Every behavior that is to be seen, oldest first.
    pub fn all(view: &'a TenantView) -> impl DoubleEndedIterator<Item = Self> {
        behaviors(&view.state, view.now).map(move |behavior| Self { view, behavior })
    }

    /// Its id. (How real ones look is unverified.)
    pub fn id(&self) -> Hex24 {
        ids::behavior(self.view, self.behavior.ordinal)
    }

    /// What was noticed.
    pub fn seen(&self) -> ObservationFacts<'a> {
        ObservationFacts::of(self.view, &self.behavior.seen)
    }

    /// When it was made.
    pub fn made(&self) -> VirtualTime {
        self.behavior.seen.raised
    }

    /// What kind of behavior it is, as hunting calls it (`ActionType`).
    pub fn action_type(&self) -> &'static str {
        self.seen().policy().behavior().unwrap_or_default()
    }

    /// Title: that of the alerts that its policy raised.
    pub fn title(&self) -> &'static str {
        self.seen().policy().title
    }

    /// Name of the policy by whose rule it was noticed.
    pub fn policy_name(&self) -> &'static str {
        self.seen().policy().name
    }

    /// Text, in HTML as that of alerts.
    pub fn description(&self) -> Description<'a> {
        Description::of_behavior(self.seen())
    }

    /// MITRE ATT&CK tactic and technique.
    pub fn mitre(&self) -> (&'static str, &'static str) {
        self.seen().policy().mitre
    }

    /// Ids of the activities behind it, oldest first: those that have left the log, too.
    pub fn evidence(&self) -> impl Iterator<Item = ActivityId> + use<'a> {
        let view = self.view;
        let rows = self.behavior.seen.activities.iter();
        rows.filter_map(move |row| Some(ActivityFacts::ever(view, *row)?.id()))
    }

    /// The storylines that it is about.
    pub fn stories(&self) -> impl Iterator<Item = StoryNo> + use<> {
        stories_behind(&self.view.state, &self.behavior.seen).into_iter()
    }
}
