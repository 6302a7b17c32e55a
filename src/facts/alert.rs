//! An alert: what it says of itself (in its policy's words, or in those it was put in with), whom and what it is
//! about, how it was handled.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalogue::policies::Policy;
use crate::generate::world::File;
use crate::model::activity::Target;
use crate::model::alert::{Alert, Handling};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::index::{ActorCode, AlertNo};
use crate::model::injected::{InjectedAlert, InjectedPolicy};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantView;

use super::activity::ActivityFacts;
use super::description::Description;
use super::ids::{self, ActivityId, PolicyId};
use super::observation::ObservationFacts;
use super::{ActorView, Address};

/// How far back alerts count for a user's priority.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/tutorial-ueba> (the user's alerts of the last week).
pub(super) const WEEK: Span = Span::days(7);

/// How many alerts are looked at for it, at most.
const MOST: usize = 2_000;

/// What an alert of each severity adds to it (unverified).
pub(super) const WEIGHTS: [u32; 4] = [10, 25, 50, 0];

/// An alert.
#[derive(Clone, Copy)]
pub struct AlertFacts<'a> {
    view: &'a TenantView,
    alert: &'a Alert,
}

impl<'a> AlertFacts<'a> {
    /// What is known of `alert`, an alert of this snapshot.
    pub fn of(view: &'a TenantView, alert: &'a Alert) -> Self {
        Self { view, alert }
    }

    /// The alert with this number, if it is to be seen.
    pub fn at(view: &'a TenantView, number: AlertNo) -> Option<Self> {
        Some(Self::of(view, view.state.alert(number, view.now)?))
    }

    /// The alert with this id, if it is to be seen.
    pub fn by_id(view: &'a TenantView, id: Hex24) -> Option<Self> {
        Some(Self::of(view, view.state.alert_by_id(id, view.now)?))
    }

    /// Every alert that is to be seen, oldest first.
    pub fn all(view: &'a TenantView) -> impl DoubleEndedIterator<Item = Self> {
        view.state.alerts(view.now).map(move |alert| Self::of(view, alert))
    }

    /// The Entra tenant that it is an alert of.
    pub fn tenant_id(&self) -> Guid {
        self.view.state.identity().id
    }

    /// Its place in the order of raising.
    pub fn number(&self) -> AlertNo {
        self.alert.ordinal
    }

    /// Its id in the Cloud Apps API.
    pub fn id(&self) -> Hex24 {
        ids::alert(self.view, self.alert.ordinal)
    }

    /// What it was put in with, if it was put in from outside.
    fn given(&self) -> Option<&'a InjectedAlert> {
        self.alert.injected.as_deref()
    }

    fn policy(&self) -> &'static Policy {
        self.seen().policy()
    }

    /// Fields that it was put in with: a JSON object that is shown as it is.
    pub fn given_fields(&self) -> Option<&'a str> {
        self.given().map(|given| &*given.fields)
    }

    /// When it was raised.
    pub fn raised(&self) -> VirtualTime {
        self.alert.seen.raised
    }

    /// When it was stored.
    pub(super) fn stored(&self) -> VirtualTime {
        self.alert.seen.stored
    }

    /// Title.
    pub fn title(&self) -> Cow<'a, str> {
        match self.given() {
            Some(given) => Cow::Borrowed(&*given.title),
            None => titled(self.alert.title, self.seen()),
        }
    }

    /// Text, in HTML: what is told of this alert is put into the words of its policy as it is written.
    pub fn description(&self) -> Description<'a> {
        Description::of(*self)
    }

    /// Severity, as the Cloud Apps API numbers it.
    pub fn severity(&self) -> u8 {
        match self.given() {
            Some(given) => given.severity,
            None => {
                let tuned = self.view.state.world().policies.get(self.alert.seen.policy.index());
                tuned.map_or(self.policy().severity, |policy| policy.severity) as u8
            }
        }
    }

    /// Number of the alert type.
    pub fn id_value(&self) -> u32 {
        self.given().map_or(self.policy().id_value, |given| given.id_value)
    }

    /// Risk categories.
    pub fn stories(&self) -> &'a [u8] {
        self.given().map_or(self.policy().stories, |given| &given.stories)
    }

    /// Stages of the kill chain.
    pub fn intent(&self) -> &'a [u8] {
        self.given().map_or(self.policy().intent, |given| &given.intent)
    }

    /// Id of the policy that raised it.
    pub fn policy_id(&self) -> PolicyId<'a> {
        ids::policy(self.view, self.alert)
    }

    /// Name of that policy.
    pub fn policy_name(&self) -> &'a str {
        match self.given() {
            Some(given) => given.policy.as_ref().map_or(&given.title, |policy| &policy.name),
            None => self.policy().name,
        }
    }

    /// Type of that policy.
    pub fn policy_type(&self) -> &'a str {
        match self.given() {
            Some(given) => given.policy.as_ref().map_or(InjectedPolicy::USUAL, |policy| &policy.kind),
            None => self.policy().policy_type,
        }
    }

    /// What the `source` filter calls that policy.
    pub fn source(&self) -> &'static str {
        if self.policy_type() == "ANOMALY_DETECTION" { "built-in" } else { "policy" }
    }

    /// MITRE ATT&CK tactic and technique, where known.
    pub fn mitre(&self) -> Option<(&'static str, &'static str)> {
        self.given().is_none().then(|| self.policy().mitre)
    }

    /// What was noticed: whom and what it is about.
    pub fn seen(&self) -> ObservationFacts<'a> {
        ObservationFacts::of(self.view, &self.alert.seen)
    }

    /// The user or application that it is about.
    pub fn actor(&self) -> Option<ActorView<'a>> {
        self.seen().actor()
    }

    /// Names and ids of further users.
    pub fn others(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.given().into_iter().flat_map(|given| &given.others).map(|other| &**other)
    }

    /// Numbers and names of the apps concerned.
    pub fn apps(&self) -> impl Iterator<Item = (u32, &'static str)> + use<'a> {
        self.seen().apps()
    }

    /// The addresses concerned.
    pub fn addresses(&self) -> impl Iterator<Item = Address<'a>> + use<'a> {
        self.seen().addresses()
    }

    /// Codes of the countries of those addresses, each once.
    pub fn countries(&self) -> Vec<&'a str> {
        self.seen().countries()
    }

    /// The files concerned: those that a file policy is about.
    pub fn files(&self) -> Vec<File<'a>> {
        if self.given().is_some() || self.policy_type() != "FILE" {
            return Vec::new();
        }
        let mut objects = Vec::new();
        for activity in self.activities().filter(|activity| activity.kind().target == Target::File) {
            let object = activity.event().object;
            if !objects.contains(&object) {
                objects.push(object);
            }
        }
        objects.into_iter().map(|object| self.view.state.world().file(object)).collect()
    }

    /// Ids of files that it was put in with.
    pub fn given_files(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.given().into_iter().flat_map(|given| &given.files).map(|file| &**file)
    }

    /// The activities behind it that are to be seen, oldest first.
    pub fn activities(&self) -> impl Iterator<Item = ActivityFacts<'a>> + use<'a> {
        self.seen().activities()
    }

    /// Their ids.
    pub fn activity_ids(&self) -> impl Iterator<Item = ActivityId> + use<'a> {
        self.activities().map(|activity| activity.id())
    }

    /// What people did with it.
    pub fn handling(&self) -> &'a Handling {
        &self.alert.handling
    }

    /// The investigation priority (0 to 1,000) that the user had when it was raised; nothing for an alert that is
    /// about no user. It adds up what was known against the user in the week before, the alert included, so that the
    /// second alert of a week weighs more than the first. The weights are (unverified).
    pub fn priority(&self) -> Option<u32> {
        if !self.actor()?.user {
            return None;
        }
        let (view, alert) = (self.view, self.alert);
        let about = self.of_the_week().filter(|other| other.seen.person == alert.seen.person);
        let sum: u32 = about.map(|other| WEIGHTS[usize::from(Self::of(view, other).severity() & 3)]).sum();
        Some(priority(view, alert.seen.person, sum))
    }

    /// The user or application that it is about, by its code.
    pub(super) fn actor_code(&self) -> ActorCode {
        self.alert.seen.person
    }

    /// Of how many of the company's users its policy raised an alert in the week up to then, and how many in a hundred
    /// these are: the reason that is given for the priority. (What the two numbers count is unverified; recorded are one
    /// user and 12 percent, of a small company.) Nothing for what was put in, which has no policy of the tenant.
    pub fn prevalence(&self) -> Option<(usize, usize)> {
        if self.given().is_some() || !self.actor()?.user {
            return None;
        }
        let alike = self
            .of_the_week()
            .filter(|other| other.injected.is_none() && other.seen.policy == self.alert.seen.policy);
        let users: BTreeSet<ActorCode> = alike.map(|other| other.seen.person).collect();
        let people = self.view.state.world().people_at_birth().len().max(1);
        Some((users.len(), 100 * users.len().min(people) / people))
    }

    /// The alerts of the week before it was raised, itself included, newest first.
    fn of_the_week(&self) -> impl Iterator<Item = &'a Alert> + use<'a> {
        let alert = self.alert;
        // Alerts are ordered by the time of storing: all before a visible one are visible too.
        let before = self.view.state.alerts_back_from(alert.ordinal).take(MOST).map(|other| &**other);
        let week = |at: VirtualTime| at > alert.seen.raised - WEEK && at <= alert.seen.raised;
        before
            .take_while(|other| other.seen.stored > alert.seen.raised - WEEK)
            .filter(move |other| week(other.seen.raised))
    }

    /// Its text before anything is told of it: that of its policy, or the one that it was put in with.
    pub(super) fn wording(&self) -> Wording<'a> {
        match self.given() {
            Some(given) => Wording::Given(&given.description),
            None => Wording::Template(self.policy().description),
        }
    }
}

/// A title of the catalogue, with the app in it where it names one.
pub(super) fn titled<'a>(title: &'static str, seen: ObservationFacts<'a>) -> Cow<'a, str> {
    const PLACE: &str = "{Application}";
    if !title.contains(PLACE) {
        return Cow::Borrowed(title);
    }
    let app = seen.apps().next().map_or("a cloud app", |(_, name)| name);
    Cow::Owned(title.replace(PLACE, app))
}

/// The priority of a user against whom so much is known: people differ a little.
pub(super) fn priority(view: &TenantView, user: ActorCode, sum: u32) -> u32 {
    let people_differ = (view.state.world().ids.number(Kind::User, user.ordinal()) % 10) as u32;
    (sum + people_differ).min(1_000)
}

/// Where the text of an alert comes from.
#[derive(Clone, Copy)]
pub(super) enum Wording<'a> {
    /// It is shown as it was given.
    Given(&'a str),
    /// Its policy's, with places for what is told of each alert.
    Template(&'static str),
}
