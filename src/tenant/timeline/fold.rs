//! The fold itself: intents and scheduled items in order of time become records.
//!
//! What a [`Core`] holds after `run(…, to)` depends on the world, on what it held before and on the intents and
//! items up to `to`; not on the number of steps. At one instant intents come first, then scheduled items; commands
//! are applied by `apply` after both.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalogue::kinds;
use crate::catalogue::policies;
use crate::generate::stories::Storyline;
use crate::generate::stream::Chance;
use crate::generate::world::{IpCategory, Place};
use crate::generate::{Stream, World};
use crate::model::activity::{Action, Event};
use crate::model::alert::{Alert, Handling, Resolution};
use crate::model::index::{
    ActorCode, AddressCode, AgentCode, AlertNo, KindCode, ObjectNo, PersonIx, PolicyIx, RowNo, StoryNo,
};
use crate::model::injected::{InjectedActivity, InjectedAlert};
use crate::model::person::{Persona, Role};
use crate::model::stamps::TokenStamps;
use crate::model::time::{DAY, SLOT, Span, VirtualTime};

use super::log::EventLog;
use super::planner::Planner;
use crate::tenant::codebook::{Codebook, CodebookAdditions};
use crate::tenant::nouns::alerts::detectors::{Detection, Detectors};
use crate::tenant::nouns::company::CompanyState;
use crate::tenant::nouns::directory::Directory;

/// How long activities stay in the log.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/activity-filters> (30 days in the activity log).
pub const RETENTION: Span = Span::days(30);

/// The part of a tenant that changes. Cloning it is cheap: every part is shared until it is written to.
#[derive(Clone)]
pub struct Core {
    /// The activities.
    pub log: EventLog,
    /// The alerts, by ordinal.
    pub alerts: imbl::Vector<Arc<Alert>>,
    /// People who may not sign in.
    pub disabled: Arc<BTreeSet<PersonIx>>,
    /// Which time tokens carry.
    pub(in crate::tenant) token_stamps: TokenStamps,
    /// Applications, consent, accounts, policies.
    pub directory: Arc<Directory>,
    /// Storylines that were played, in this order; they are numbered after the planned ones.
    pub(in crate::tenant) played: imbl::Vector<Arc<Storyline>>,
    /// What was put in from outside.
    pub(in crate::tenant) additions: CodebookAdditions,
    /// What activities have changed about the company.
    pub(in crate::tenant) company: CompanyState,
    detectors: Detectors,
    agenda: imbl::OrdMap<(VirtualTime, u64), Item>,
    scheduled: u64,
}

/// Something that is due at an instant.
#[derive(Clone, Debug)]
enum Item {
    /// A detector's detection becomes an alert.
    Raise(Detection),
    /// An activity of a storyline that was played.
    Happen(Event),
    /// The product raises an alert about a storyline, where no detector of the tenant does.
    Tell { story: StoryNo, policy: PolicyIx, person: PersonIx, begins: VirtualTime },
    /// Somebody of the company's own security team looks at an alert.
    Triage { alert: AlertNo, resolution: Resolution },
    /// Rows beyond retention leave.
    Housekeeping,
}

impl Core {
    /// A tenant in which nothing has happened before `at`.
    pub fn empty(world: &World, at: VirtualTime) -> Self {
        let disabled = PersonIx::numbered(&world.people).filter(|(_, person)| person.disabled);
        let mut core = Self {
            log: EventLog::default(),
            alerts: imbl::Vector::new(),
            disabled: Arc::new(disabled.map(|(index, _)| index).collect()),
            token_stamps: world.spec.settings.token_stamps,
            directory: Arc::new(Directory::born(world)),
            played: imbl::Vector::new(),
            additions: CodebookAdditions::default(),
            company: CompanyState::default(),
            detectors: Detectors::new(world),
            agenda: imbl::OrdMap::new(),
            scheduled: 0,
        };
        core.schedule(VirtualTime::of_day(at.day() + 1), Item::Housekeeping);
        for story in &world.storylines {
            core.script_alert(world, story);
        }
        core
    }

    /// Schedules the alert that a storyline brings along.
    fn script_alert(&mut self, world: &World, story: &Storyline) {
        if let Some(alert) = story.alert {
            let begins = world.spec.start + story.begins;
            let (policy, person) = (alert.policy, alert.person);
            self.schedule(begins + alert.after, Item::Tell { story: story.ordinal, policy, person, begins });
        }
    }

    /// Lets a storyline happen: what it leaves is scheduled.
    pub(in crate::tenant) fn play(&mut self, world: &World, story: Storyline, events: &[Event]) {
        for event in events {
            self.schedule(event.created, Item::Happen(*event));
        }
        self.script_alert(world, &story);
        self.played.push_back(Arc::new(story));
    }

    fn schedule(&mut self, due: VirtualTime, item: Item) {
        self.scheduled += 1;
        self.agenda.insert((due, self.scheduled), item);
    }

    /// Lives through `(from, to]`.
    pub fn run(&mut self, world: &World, planner: &mut Planner, from: VirtualTime, to: VirtualTime) {
        planner.between(from, to, |intents| {
            for intent in intents {
                self.run_items(world, intent.created - Span::millis(1));
                self.outcome(world, intent);
            }
        });
        self.run_items(world, to);
    }

    /// Runs the items that are due at or before `limit`, in order.
    fn run_items(&mut self, world: &World, limit: VirtualTime) {
        while let Some(&((due, number), _)) = self.agenda.get_min().filter(|((due, _), _)| *due <= limit) {
            let Some(item) = self.agenda.remove(&(due, number)) else { return };
            self.run_item(world, due, item);
        }
    }

    fn run_item(&mut self, world: &World, due: VirtualTime, item: Item) {
        match item {
            Item::Raise(detection) => {
                let evidence = self.evidence(world, &detection, due);
                self.raise(world, due, detection.policy, detection.actor, evidence);
            }
            Item::Happen(event) => self.outcome(world, &event),
            Item::Tell { story, policy, person, begins } => {
                let evidence = self.rows_of_story(story, begins, due);
                if !evidence.is_empty() {
                    self.raise(world, due, policy, ActorCode::of_person(person), evidence);
                }
            }
            Item::Triage { alert, resolution } => self.triage(world, due, alert, resolution),
            Item::Housekeeping => {
                self.log.retain_from(due - RETENTION);
                self.schedule(due + DAY, Item::Housekeeping);
            }
        }
    }

    /// Passes an intent through the state: what comes of it, if anything.
    fn outcome(&mut self, world: &World, intent: &Event) {
        let person = world.person_of_actor(intent.actor);
        if person.is_some_and(|person| self.disabled.contains(&person)) {
            // A disabled user's sign-ins fail; what would have followed them does not happen.
            if let Some(kind) = failed_twin(intent.kind) {
                self.record(world, &Event { kind, object: ObjectNo::NONE, ..*intent });
            }
            return;
        }
        if let Some(event) = self.company.pass(world, &self.disabled, intent) {
            self.record(world, &event);
            self.company.note(world, &event);
        }
    }

    /// Somebody's account is open: neither a command nor the company itself has closed it.
    pub fn enabled(&self, person: PersonIx, now: VirtualTime) -> bool {
        !self.disabled.contains(&person) && !self.company.closed(person, now)
    }

    /// The directory roles that somebody holds now: those that a command said, else those of birth, as administrators
    /// have changed them since.
    pub fn roles(&self, world: &World, person: PersonIx, now: VirtualTime) -> Vec<Role> {
        match self.directory.account(person).and_then(|account| account.roles.as_ref()) {
            Some(roles) => roles.clone(),
            None => self.company.roles(world, person, now),
        }
    }

    fn record(&mut self, world: &World, event: &Event) -> RowNo {
        let row = self.log.push(event);
        for detection in self.detectors.see(Codebook::new(world, &self.additions), event) {
            // A detector takes its time, and its effect lies at least one slot ahead (law of the timeline).
            let mut stream = Stream::new(world.spec.seed, "detector", row.get(), "delay");
            let delay = SLOT + SLOT + Span::seconds(i64::from(stream.between(20, 900)));
            self.schedule(event.created.slot_floor() + delay, Item::Raise(detection));
        }
        row
    }

    /// Puts an activity in, stored at `at`: its row, or nothing if no more codes are left for its kind.
    pub(in crate::tenant) fn inject_activity(
        &mut self,
        world: &World,
        at: VirtualTime,
        given: &InjectedActivity,
    ) -> Option<RowNo> {
        let address = given
            .address
            .as_ref()
            .map_or(AddressCode::NOWHERE, |address| self.additions.address(world, address));
        let agent = given.agent.as_ref().map_or(AgentCode::NONE, |agent| self.additions.agent(world, agent));
        let event = Event {
            created: at,
            lag: u32::try_from((at - given.happened).as_millis()).unwrap_or(u32::MAX),
            actor: self.additions.actor(world, &given.actor),
            kind: self.additions.kind(&given.kind)?,
            address,
            agent,
            object: ObjectNo::NONE,
            story: None,
        };
        let row = self.record(world, &event);
        self.additions.fields.insert(row, Arc::clone(&given.fields));
        Some(row)
    }

    /// Puts an alert in, stored at `at`: its number.
    pub(in crate::tenant) fn inject_alert(
        &mut self,
        world: &World,
        at: VirtualTime,
        given: &Arc<InjectedAlert>,
    ) -> AlertNo {
        let ordinal = self.next_alert();
        let addresses =
            given.addresses.iter().map(|address| self.additions.address(world, address)).collect();
        let person =
            given.actor.as_ref().map_or(ActorCode::NOBODY, |actor| self.additions.actor(world, actor));
        self.alerts.push_back(Arc::new(Alert {
            ordinal,
            policy: PolicyIx::new(0),
            stored: at,
            raised: given.raised,
            person,
            activities: given.activities.clone().into(),
            apps: given.apps.clone().into(),
            addresses,
            handling: given.handling.clone(),
            injected: Some(Arc::clone(given)),
        }));
        ordinal
    }

    fn next_alert(&self) -> AlertNo {
        AlertNo::new(self.alerts.len() as u32)
    }

    fn raise(
        &mut self,
        world: &World,
        at: VirtualTime,
        policy: PolicyIx,
        person: ActorCode,
        activities: Vec<RowNo>,
    ) {
        let (mut apps, mut addresses) = (Vec::new(), Vec::new());
        for &row in &activities {
            let Some(event) = self.log.row(row, at) else { continue };
            let app = Codebook::new(world, &self.additions).kind(event.kind).app;
            if !apps.contains(&app) {
                apps.push(app);
            }
            if !addresses.contains(&event.address) {
                addresses.push(event.address);
            }
        }
        let attack =
            activities.iter().any(|row| self.log.row(*row, at).is_some_and(|event| event.story.is_some()));
        let ordinal = self.next_alert();
        self.alerts.push_back(Arc::new(Alert {
            ordinal,
            policy,
            stored: at,
            raised: at,
            person,
            activities: activities.into(),
            apps: apps.into(),
            addresses: addresses.into(),
            handling: Handling::default(),
            injected: None,
        }));
        // What belongs to a storyline is left for whoever uses the simulator to find.
        if !attack {
            self.plan_triage(world, ordinal, at);
        }
    }

    /// The rows behind a detection: what its person did in its window, as far as the policy cares.
    fn evidence(&self, world: &World, detection: &Detection, at: VirtualTime) -> Vec<RowNo> {
        let codebook = Codebook::new(world, &self.additions);
        let rule = policies::POLICIES[detection.policy.index()].rule;
        let covers = |event: &Event| {
            let (action, administrative) = codebook.action(event.kind);
            rule.covers(action, administrative)
        };
        let mut rows = Vec::new();
        // Rows are ordered by the time of being stored, which is never before that of happening.
        for (first, chunk, shown) in self.log.chunks(at).rev() {
            if shown == 0 || chunk.created_at(shown - 1) < detection.from {
                break;
            }
            for index in (0..shown).rev() {
                if chunk.actor[index] != detection.actor.get() {
                    continue;
                }
                let event = chunk.event(index);
                if event.created < detection.from {
                    break;
                }
                let happened = event.timestamp();
                if happened >= detection.from
                    && happened <= detection.to
                    && detection.address.is_none_or(|address| address == event.address)
                    && covers(&event)
                {
                    rows.push(first.plus(index));
                }
            }
        }
        rows.reverse();
        rows
    }

    /// The rows of a storyline.
    fn rows_of_story(&self, story: StoryNo, begins: VirtualTime, at: VirtualTime) -> Vec<RowNo> {
        let wanted = StoryNo::to_column(Some(story));
        let mut rows = Vec::new();
        for (first, chunk, shown) in self.log.chunks(at).rev() {
            if shown == 0 || chunk.created_at(shown - 1) < begins {
                break;
            }
            let of_story = (0..shown).rev().filter(|row| chunk.story[*row] == wanted);
            rows.extend(of_story.map(|row| first.plus(row)));
        }
        rows.reverse();
        rows
    }

    /// In the tenant's history its own security team has dealt with some of the alerts. From the start on, that
    /// is for whoever uses the simulator.
    fn plan_triage(&mut self, world: &World, alert: AlertNo, raised: VirtualTime) {
        let mut stream = Stream::new(world.spec.seed, "triage", alert.ordinal(), "");
        if !stream.chance(Chance::percent(55)) {
            return;
        }
        let resolution = match stream.weighted(&[30, 30, 25, 15]) {
            0 => Resolution::Open,
            1 => Resolution::Benign,
            2 => Resolution::FalsePositive,
            _ => Resolution::TruePositive,
        };
        // The next working hours of the head office, some way into the day.
        let office =
            Span::minutes(i64::from(world.offices.first().map_or(0, |office| office.utc_offset_minutes)));
        let mut day = (raised + office).day() + 1;
        while !is_weekday(day) {
            day += 1;
        }
        let minute = i64::from(stream.between(9 * 60, 16 * 60));
        let due = VirtualTime::of_day(day) - office
            + Span::minutes(minute)
            + Span::seconds(i64::from(stream.below(60)));
        if due < world.spec.start && due > raised + SLOT {
            self.schedule(due, Item::Triage { alert, resolution });
        }
    }

    fn triage(&mut self, world: &World, at: VirtualTime, ordinal: AlertNo, resolution: Resolution) {
        let Some(analyst) = world.persona(Persona::SecurityAdmin) else { return };
        let upn: Arc<str> = world.person(analyst).upn.as_str().into();
        self.edit_alert(ordinal, |handling| {
            handling.read = true;
            if resolution != Resolution::Open {
                handling.resolution = resolution;
                handling.resolved = Some(at);
                handling.by = Some(upn);
                handling.comment = Some(triage_comment(resolution).into());
            }
        });
        if resolution != Resolution::Open {
            self.record_product_event(world, at, ActorCode::of_person(analyst), ordinal, resolution);
        }
    }

    /// Changes how an alert was handled; the alert exists. What leaves it as it was is no new version.
    pub(in crate::tenant) fn edit_alert(&mut self, ordinal: AlertNo, edit: impl FnOnce(&mut Handling)) {
        if let Some(alert) = self.alerts.get_mut(ordinal.index()) {
            let before = alert.handling.clone();
            let handling = &mut Arc::make_mut(alert).handling;
            edit(handling);
            handling.version += u32::from(*handling != before);
        }
    }

    /// The product logs what administrators do with alerts.
    pub(in crate::tenant) fn record_product_event(
        &mut self,
        world: &World,
        at: VirtualTime,
        actor: ActorCode,
        alert: AlertNo,
        resolution: Resolution,
    ) {
        let kind =
            if resolution == Resolution::TruePositive { kinds::RESOLVE_ALERT } else { kinds::DISMISS_ALERT };
        // People sit in their office; an application calls from a cloud, and with no browser.
        let person = world.person_of_actor(actor).map(|person| world.person(person));
        let office = person.and_then(|person| world.offices.get(person.office.index()));
        let cloud = || {
            let of_cloud =
                |(.., place): &(AddressCode, u32, &Place)| place.category == IpCategory::CloudProvider;
            world.addresses.places().find(of_cloud).map_or(AddressCode::NOWHERE, |(code, ..)| code)
        };
        let address = office.map_or_else(cloud, |office| office.first_address);
        let agent = person.and_then(|person| person.agents.first().copied()).unwrap_or(AgentCode::NONE);
        self.record(
            world,
            &Event {
                created: at,
                lag: 0,
                actor,
                kind,
                address,
                agent,
                object: ObjectNo::of_alert(alert),
                story: None,
            },
        );
    }
}

/// The kind by which the same app reports that a sign-in failed.
fn failed_twin(kind: KindCode) -> Option<KindCode> {
    let signed_in = kinds::kind(kind);
    if signed_in.action != Action::SignIn {
        return None;
    }
    kinds::of_app(signed_in.app).find(|other| kinds::kind(*other).action == Action::FailedSignIn)
}

/// Monday to Friday, of a day since the epoch (which was a Thursday).
fn is_weekday(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

fn triage_comment(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Benign => "Confirmed with the user",
        Resolution::FalsePositive => "Known behaviour, alert is not accurate",
        Resolution::TruePositive => "Incident handled, password reset",
        Resolution::Open => "",
    }
}
