//! A storyline with its truth: what it has left in the tenant so far.

use crate::generate::stories::{self, Storyline};
use crate::model::ids::Hex24;
use crate::model::index::StoryNo;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::storylines::truth::{Truth, truth};

use super::Address;
use super::activity::ActivityFacts;
use super::ids::{self, ActivityId};
use super::person::PersonFacts;

/// A storyline.
pub struct StoryFacts<'a> {
    view: &'a TenantView,
    story: &'a Storyline,
    truth: Truth,
}

impl<'a> StoryFacts<'a> {
    /// Names of the storylines that can be told.
    pub fn known() -> Vec<&'static str> {
        stories::names()
    }

    /// Every storyline: the planned ones, then those that were played. The whole log is read for it.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        let truths = truth(&view.state, view.now).into_iter().zip(view.state.storylines());
        truths.map(move |(truth, story)| Self { view, story, truth })
    }

    /// How many those are.
    pub fn count(view: &TenantView) -> u64 {
        view.state.storylines().count() as u64
    }

    /// Its number.
    pub fn number(&self) -> StoryNo {
        self.truth.story
    }

    /// Name.
    pub fn name(&self) -> &'static str {
        self.story.name
    }

    /// One sentence for people.
    pub fn summary(&self) -> &'a str {
        &self.story.summary
    }

    /// When it begins.
    pub fn begins(&self) -> VirtualTime {
        self.view.state.world().spec.start + self.story.begins
    }

    /// How big it is: files, mails or accounts, as the story has it.
    pub fn size(&self) -> u32 {
        self.story.size
    }

    /// Whom it happens to, or who does it.
    pub fn user(&self) -> Option<PersonFacts<'a>> {
        PersonFacts::of(self.view, self.story.user)
    }

    /// From where it is done.
    pub fn attacker(&self) -> Address<'a> {
        self.view.state.world().address(self.story.attacker)
    }

    /// Its activities, in the order of being stored.
    pub fn activities(&self) -> impl Iterator<Item = ActivityFacts<'a>> {
        self.truth.activities.iter().filter_map(|row| ActivityFacts::at(self.view, *row))
    }

    /// Their ids.
    pub fn activity_ids(&self) -> impl Iterator<Item = ActivityId> {
        self.activities().map(|activity| activity.id())
    }

    /// Ids of the alerts that have at least one of them for evidence.
    pub fn alert_ids(&self) -> impl Iterator<Item = Hex24> {
        self.truth.alerts.iter().map(|alert| ids::alert(self.view, *alert))
    }
}
