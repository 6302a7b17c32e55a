//! The label of an alert: whether it is about an attack, harmless, or wrong, and why. What it rests on outlives the log.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalogue::policies::{POLICIES, Rule};
use crate::generate::world::{IpCategory, Place};
use crate::model::alert::Alert;
use crate::model::ids::Hex24;
use crate::model::index::{AddressCode, StoryNo};
use crate::tenant::TenantView;
use crate::tenant::nouns::storylines::truth::stories_behind;

use super::AlertFacts;
use super::activity::ActivityFacts;
use super::ids::{self, ActivityId};

/// What an alert is, in the words in which alerts are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is about an attack or a misdeed.
    TruePositive,
    /// What it says happened, and is harmless.
    BenignPositive,
    /// What it says did not happen.
    FalsePositive,
    /// It was put in from outside, and nothing in the tenant says what it is.
    Unknown,
}

/// The label of an alert.
pub struct LabelFacts<'a> {
    view: &'a TenantView,
    alert: &'a Alert,
    stories: BTreeSet<StoryNo>,
}

impl<'a> LabelFacts<'a> {
    /// The labels of all alerts that are to be seen, oldest first.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        view.state.alerts(view.now).map(move |alert| {
            let alert = &**alert;
            Self { view, alert, stories: stories_behind(&view.state, &alert.seen) }
        })
    }

    /// Id of the alert.
    pub fn id(&self) -> Hex24 {
        ids::alert(self.view, self.alert.ordinal)
    }

    /// Its title.
    pub fn title(&self) -> Cow<'a, str> {
        AlertFacts::of(self.view, self.alert).title()
    }

    /// The storylines that it is about, by their numbers.
    pub fn stories(&self) -> impl Iterator<Item = StoryNo> + '_ {
        self.stories.iter().copied()
    }

    /// The activities behind it, oldest first: those that have left the log, too.
    pub fn evidence(&self) -> impl Iterator<Item = ActivityId> + '_ {
        self.activities().map(|activity| activity.id())
    }

    fn activities(&self) -> impl Iterator<Item = ActivityFacts<'a>> + '_ {
        let rows = self.alert.seen.activities.iter();
        rows.filter_map(|row| ActivityFacts::ever(self.view, *row))
    }

    /// What it is.
    pub fn verdict(&self) -> Verdict {
        match self.rule() {
            _ if !self.stories.is_empty() => Verdict::TruePositive,
            None => Verdict::Unknown,
            Some(Rule::ImpossibleTravel | Rule::Renames | Rule::ForeignLetters) => Verdict::FalsePositive,
            Some(Rule::InfrequentCountry) if self.is_elsewhere() => Verdict::FalsePositive,
            Some(_) => Verdict::BenignPositive,
        }
    }

    /// The rule by which it was raised; none if it was put in from outside.
    fn rule(&self) -> Option<Rule> {
        self.alert.injected.is_none().then(|| POLICIES[self.alert.seen.policy.index()].rule)
    }

    /// Why it is that, in a sentence.
    pub fn reason(&self) -> String {
        if let Some(story) = self.stories.first() {
            let story = self.view.state.storylines().nth(story.index());
            return story.map_or_else(String::new, |story| story.summary.clone());
        }
        let Some(rule) = self.rule() else {
            return "It was put in from outside: nothing in the tenant says what is behind it.".to_owned();
        };
        let actor = self.view.state.codebook().actor(self.alert.seen.person);
        let who = actor.map_or("Somebody", |actor| actor.name);
        let from = self.places();
        match rule {
            Rule::ImpossibleTravel => format!(
                "Nobody travelled: the addresses are only where the connections of {who} come out: {from}."
            ),
            Rule::FailedSignIns { .. } => format!(
                "{who} had forgotten a new password, or a device kept trying the old one; the attempts come from \
                 {from}, where {who} works."
            ),
            Rule::Downloads { .. } | Rule::UnusualDownloads => {
                format!("{who} took whole folders along for work.")
            }
            Rule::UnusualDeletions => format!("{who} tidied up."),
            Rule::InfrequentCountry if self.is_elsewhere() => {
                format!("{who} was not there: it is where a connection comes out: {from}.")
            }
            Rule::InfrequentCountry if self.has_moved() => {
                format!("{who} moved to the office there: {from}.")
            }
            Rule::InfrequentCountry => format!("{who} was there on business: {from}."),
            Rule::AdministrationFromOutside => {
                format!("{who} did something urgent without the company's VPN, from {from}.")
            }
            Rule::RiskySignIn => {
                format!("{who} used a privacy service of their own: {from}.")
            }
            Rule::ExternalSharing => format!("{who} shared with a partner or a private mailbox for work."),
            Rule::InboxRule => {
                format!(
                    "{who} made the rule, in a hurry or as a joke: it hides nothing from the mailbox's owner."
                )
            }
            Rule::ForeignLetters => {
                "The application is what it says: its makers write its name with letters of their own."
                    .to_owned()
            }
            Rule::Renames => format!("{who} tidied up a folder: nothing was encrypted."),
            Rule::Handover => format!("{who} handed a folder over to a partner who needs it."),
            Rule::ClosedAccount => {
                format!("{who} had left, and handed over what was open a few days later, as was agreed.")
            }
            Rule::NightAdministration => {
                format!("{who} had a change window: what can't be done by day was done at night.")
            }
            Rule::NewProvider => format!("The application's makers run it elsewhere now: {from}."),
            Rule::Scripted => format!("{who} did this as part of the work."),
        }
    }

    /// Its user had moved to an office in the country by then.
    fn has_moved(&self) -> bool {
        let world = self.view.state.world();
        let person = world.person_of_actor(self.alert.seen.person);
        let moved =
            person.and_then(|person| self.view.state.core().moved(world, person, self.alert.seen.raised));
        let country =
            moved.and_then(|moved| world.offices.get(moved.office.index())).map(|office| &office.country);
        let codebook = self.view.state.codebook();
        let mut places = self.alert.seen.addresses.iter().filter_map(|code| codebook.address(*code));
        country.is_some_and(|country| places.any(|at| at.place.country == *country))
    }

    /// It comes from where machines stand, not people.
    fn is_elsewhere(&self) -> bool {
        let codebook = self.view.state.codebook();
        let mut places = self.alert.seen.addresses.iter().filter_map(|code| codebook.address(*code));
        places.any(|at| matches!(at.place.category, IpCategory::CloudProvider | IpCategory::Risky))
    }

    /// Where its addresses are, for people.
    fn places(&self) -> String {
        let codebook = self.view.state.codebook();
        let told = |code: &AddressCode| codebook.address(*code).map(|address| place(address.place));
        let mut places: Vec<String> = self.alert.seen.addresses.iter().filter_map(told).collect();
        places.dedup();
        places.truncate(3);
        if places.is_empty() {
            "an address of which nothing is known".to_owned()
        } else {
            places.join(" and ")
        }
    }
}

fn place(place: &Place) -> String {
    let through = match place.category {
        IpCategory::Vpn => "the VPN in ",
        IpCategory::Risky => "an anonymiser in ",
        IpCategory::CloudProvider => "a cloud in ",
        _ => "",
    };
    let city = if place.city.is_empty() { &place.country_name } else { &place.city };
    format!("{through}{city} ({})", place.provider)
}
