//! A storyline with its truth: what it has left in the tenant so far.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::catalogue::attack::Technique;
use crate::catalogue::kinds;
use crate::catalogue::policies::{Consequence, POLICIES};
use crate::generate::stories::{self, Answer, Question, Storyline};
use crate::model::activity::Target;
use crate::model::ids::{Guid, Hex24};
use crate::model::index::{PersonIx, PolicyIx, StoryNo};
use crate::model::time::{Span, VirtualTime};
use crate::tenant::TenantView;
use crate::tenant::nouns::storylines::truth::{Truth, truth};

use super::Address;
use super::activity::ActivityFacts;
use super::alert::AlertFacts;
use super::ids::{self, ActivityId};
use super::person::PersonFacts;

/// The longest that a detector takes, two slots and a quarter of an hour, from the slot after the activity on.
const SLOWEST: Span = Span::minutes(5 + 10 + 15);

/// An alert that should be raised about a storyline.
pub struct Expected {
    /// Name of the policy that raises it.
    pub policy: &'static str,
    /// Its title.
    pub title: Cow<'static, str>,
    /// The policy raises no alerts with the services of the tenant's month: a behavior is made instead.
    pub behavior: bool,
    /// Not before this.
    pub from: VirtualTime,
    /// By this, as long as records come in as they usually do.
    pub until: VirtualTime,
    /// What was raised: id and instant.
    pub raised: Vec<(Hex24, VirtualTime)>,
}

/// A question of an investigation with its answers, as far as it has come to that.
pub struct Answered {
    /// The question.
    pub question: &'static str,
    /// What the answers are: `users`, `addresses`, `countries`, `applications`, `files`, `activities`, `alerts`,
    /// `sessions`, `names` or `instants`.
    pub kind: &'static str,
    /// The answers, by the ids and names that the services show.
    pub answers: Vec<String>,
}

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

    /// What is done in it, as ATT&CK names it.
    pub fn attack(&self) -> &'static [Technique] {
        stories::attack(self.story)
    }

    /// What whoever does it wants.
    pub fn motive(&self) -> &'static str {
        stories::motive(self.story)
    }

    /// What its investigation asks, and the answers.
    pub fn questions(&self) -> Vec<Answered> {
        let answered = |question: Question| {
            let (kind, answers) = self.answers(question.answer);
            Answered { question: question.asks, kind, answers }
        };
        stories::questions(self.story).map(answered).collect()
    }

    fn answers(&self, answer: Answer) -> (&'static str, Vec<String>) {
        let chosen = |wanted: &dyn Fn(&ActivityFacts<'_>) -> bool| {
            self.activities().filter(|activity| wanted(activity)).collect::<Vec<ActivityFacts<'_>>>()
        };
        let ids = |of: Vec<ActivityFacts<'_>>| of.iter().map(|activity| activity.id().to_string()).collect();
        let world = self.view.state.world();
        let users = |people: BTreeSet<PersonIx>| {
            people.into_iter().map(|person| world.person(person).upn.clone()).collect::<Vec<String>>()
        };
        let actors = |of: Vec<ActivityFacts<'_>>| {
            users(of.iter().filter_map(|activity| world.person_of_actor(activity.event().actor)).collect())
        };
        match answer {
            Answer::Accounts => ("users", actors(chosen(&|of| !of.kind().action.is_vain()))),
            Answer::Attempted => ("users", actors(chosen(&|of| of.kind().action.is_vain()))),
            Answer::Targets => {
                let things = self.activities().filter_map(|activity| world.thing(activity.event())?.person);
                let own = self.mailboxes();
                ("users", users(things.chain(own).collect()))
            }
            Answer::Addresses => {
                ("addresses", self.addresses().into_iter().map(|address| address.to_string()).collect())
            }
            Answer::Countries => {
                let countries = self
                    .activities()
                    .filter_map(|activity| Some(activity.address()?.place.country.to_string()));
                ("countries", countries.collect::<BTreeSet<String>>().into_iter().collect())
            }
            Answer::Applications => {
                ("applications", self.applications().into_iter().map(|(id, _)| id.to_string()).collect())
            }
            Answer::Files => ("files", self.files()),
            Answer::Kinds(kinds) => ("activities", ids(chosen(&|of| kinds.contains(&of.event().kind)))),
            Answer::Doing(action) => ("activities", ids(chosen(&|of| of.kind().action == action))),
            Answer::Things(kinds) => {
                let done = chosen(&|of| kinds.contains(&of.event().kind));
                let name = |of: &ActivityFacts<'_>| match of.kind().target {
                    // The record is about who was put into it.
                    Target::Group => Some(world.group_of(of.event().object).name),
                    _ => Some(world.thing(of.event())?.name),
                };
                let names = done.iter().filter_map(name);
                ("names", names.collect::<BTreeSet<String>>().into_iter().collect())
            }
            Answer::Sessions => {
                let sessions = self.activities().filter_map(|activity| activity.entra_session());
                (
                    "sessions",
                    sessions.map(|id| id.to_string()).collect::<BTreeSet<String>>().into_iter().collect(),
                )
            }
            Answer::Times => {
                let ordered = self.in_time();
                let ends = ordered.first().into_iter().chain(ordered.last());
                ("instants", ends.map(|activity| activity.happened().to_string()).collect())
            }
            Answer::Alerts => ("alerts", self.alert_ids().map(|id| id.to_string()).collect()),
        }
    }

    /// Its activities, in the order of happening.
    fn in_time(&self) -> Vec<ActivityFacts<'a>> {
        let mut ordered: Vec<ActivityFacts<'a>> = self.activities().collect();
        ordered.sort_by_key(ActivityFacts::happened);
        ordered
    }

    /// Owners of the mailboxes that are read in it.
    fn mailboxes(&self) -> impl Iterator<Item = PersonIx> + '_ {
        let world = self.view.state.world();
        let of_mail = self.activities().filter(|activity| activity.kind().target == Target::Mail);
        of_mail.map(move |activity| world.mail(activity.event().object).mailbox)
    }

    /// The alerts that should be raised about it, and those that were.
    pub fn expected(&self) -> Vec<Expected> {
        let (state, begins) = (&self.view.state, self.begins());
        let stored = begins + self.story.stored;
        let policies = stories::noticed_by(state.world(), self.story).into_iter();
        let expected = policies.map(|policy| {
            let scripted = self.story.alert.filter(|alert| alert.policy == policy);
            // What a detector has noticed becomes an alert within so long.
            let until = scripted.map_or(stored + SLOWEST, |alert| begins + alert.after);
            let told = state.core().policies.consequence(state.world(), state.service_date(), policy);
            let title = self.expected_title(policy, told);
            let behavior = told.alert.is_none();
            let raised = if behavior { self.made_by(policy) } else { self.raised_by(policy) };
            let policy = POLICIES[policy.index()].name;
            Expected { policy, title, behavior, from: begins, until, raised }
        });
        expected.collect()
    }

    /// The title of the alert that a policy should raise about it, or of the behavior.
    fn expected_title(&self, policy: PolicyIx, told: Consequence) -> Cow<'static, str> {
        let raised = self.truth.alerts.iter().filter_map(|alert| AlertFacts::at(self.view, *alert));
        let raised = raised.filter(|alert| alert.policy_name() == POLICIES[policy.index()].name);
        let known = raised.map(|alert| Cow::Owned(alert.title().into_owned())).next();
        known.unwrap_or_else(|| Cow::Borrowed(told.alert.unwrap_or(POLICIES[policy.index()].title)))
    }

    /// The alerts of a policy about it: id and instant.
    fn raised_by(&self, policy: PolicyIx) -> Vec<(Hex24, VirtualTime)> {
        let (view, now) = (self.view, self.view.now);
        let alerts = self.truth.alerts.iter().filter_map(|alert| view.state.alert(*alert, now));
        let raised = alerts.filter(|alert| alert.injected.is_none() && alert.seen.policy == policy);
        raised.map(|alert| (ids::alert(view, alert.ordinal), alert.seen.raised)).collect()
    }

    /// The behaviors of a policy about it: id and instant.
    fn made_by(&self, policy: PolicyIx) -> Vec<(Hex24, VirtualTime)> {
        let all = &self.view.state.core().behaviors;
        let behaviors = self.truth.behaviors.iter().filter_map(|behavior| all.get(behavior.index()));
        let made = behaviors.filter(|behavior| behavior.seen.policy == policy);
        made.map(|behavior| (ids::behavior(self.view, behavior.ordinal), behavior.seen.raised)).collect()
    }

    /// Principal names of the users that it is about: whom it happens to, who acts in it, and to whom something is done.
    pub fn users(&self) -> Vec<&'a str> {
        let world = self.view.state.world();
        let concerned = self.story.others.iter().copied().chain([self.story.user]);
        let mut users: BTreeSet<PersonIx> = concerned.collect();
        for activity in self.activities() {
            users.extend(activity.actor().and_then(|actor| actor.person));
            users.extend(world.thing(activity.event()).and_then(|thing| thing.person));
        }
        users.into_iter().map(|user| world.person(user).upn.as_str()).collect()
    }

    /// The addresses that it comes from.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let addresses = self.activities().filter_map(|activity| Some(activity.address()?.ip));
        addresses.collect::<BTreeSet<IpAddr>>().into_iter().collect()
    }

    /// The applications that act in it or are changed, by client id and name.
    pub fn applications(&self) -> Vec<(Guid, &'a str)> {
        let world = self.view.state.world();
        let mut applications = BTreeSet::new();
        for activity in self.activities() {
            let event = activity.event();
            let changed = activity.kind().target == Target::Application;
            let app = world.principal_of_actor(event.actor).map(|index| world.principal(index));
            let app = app.or_else(|| changed.then(|| world.application(event.object)));
            applications.extend(app.map(|app| (app.client_id, &*app.display_name)));
        }
        applications.into_iter().collect()
    }

    /// Ids of the files that it is about, as their apps call them.
    pub fn files(&self) -> Vec<String> {
        let world = self.view.state.world();
        let of_files = self.activities().filter(|activity| kinds::kind(activity.event().kind).file);
        let files = of_files.filter_map(|activity| Some(world.thing(activity.event())?.id));
        files.collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// Its activities, in the order of being stored.
    pub fn activities(&self) -> impl Iterator<Item = ActivityFacts<'a>> {
        self.truth.activities.iter().filter_map(|row| ActivityFacts::ever(self.view, *row))
    }

    /// Their ids.
    pub fn activity_ids(&self) -> impl Iterator<Item = ActivityId> {
        self.activities().map(|activity| activity.id())
    }

    /// Ids of the behaviors that have at least one of them for evidence.
    pub fn behavior_ids(&self) -> impl Iterator<Item = Hex24> {
        self.truth.behaviors.iter().map(|behavior| ids::behavior(self.view, *behavior))
    }

    /// Ids of the alerts that have at least one of them for evidence.
    pub fn alert_ids(&self) -> impl Iterator<Item = Hex24> {
        self.truth.alerts.iter().map(|alert| ids::alert(self.view, *alert))
    }
}
