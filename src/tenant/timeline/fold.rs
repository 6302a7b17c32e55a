//! The fold itself: intents and due items in order of time become records.
//!
//! What a [`Core`] holds after `run(…, to)` depends on the world, on what it held before and on the intents and
//! items up to `to`; not on the number of steps. At one instant intents come first, then due items; commands
//! are decided after both. What an intent, an item or a command does is the nouns' to say.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::generate::World;
use crate::generate::stories::Storyline;
use crate::generate::world::Move;
use crate::model::activity::Event;
use crate::model::alert::{Alert, Closing};
use crate::model::behavior::Behavior;
use crate::model::ids::Guid;
use crate::model::index::{PersonIx, RowNo};
use crate::model::person::Role;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::codebook::CodebookAdditions;
use crate::tenant::nouns::alerts::detectors::Detectors;
use crate::tenant::nouns::company::CompanyState;
use crate::tenant::nouns::connectors::Connectors;
use crate::tenant::nouns::copilot::Connection;
use crate::tenant::nouns::directory::Directory;
use crate::tenant::nouns::discovery::Discovery;
use crate::tenant::nouns::faults::Faults;
use crate::tenant::nouns::governance::GovernanceLog;
use crate::tenant::nouns::ip_ranges::IpRanges;
use crate::tenant::nouns::policies::Policies;
use crate::tenant::nouns::scenarios::Scenarios;
use crate::tenant::nouns::settings::Settings;
use crate::tenant::nouns::siem_agents::SiemAgents;
use crate::tenant::nouns::storylines::truth::TruthNotes;
use crate::tenant::nouns::{self, Due, Moment, activities, alerts};

use super::log::EventLog;
use super::planner::Planner;

/// The part of a tenant that changes. Cloning it is cheap: every part is shared until it is written to.
#[derive(Clone)]
pub struct Core {
    /// The activities.
    pub log: EventLog,
    /// The alerts, by ordinal.
    pub alerts: imbl::Vector<Arc<Alert>>,
    /// The behaviors, by ordinal.
    pub behaviors: imbl::Vector<Arc<Behavior>>,
    /// What is told of closing alerts, by the row of the activity that it left.
    pub closings: imbl::OrdMap<RowNo, Closing>,
    /// Applications, consent, accounts, policies.
    pub directory: Arc<Directory>,
    /// Settings of the tenant.
    pub(in crate::tenant) settings: Settings,
    /// The connection of Copilot.
    pub copilot: Arc<Connection>,
    /// The SIEM agents.
    pub siem_agents: SiemAgents,
    /// The policies of the product.
    pub policies: Policies,
    /// The app connectors.
    pub connectors: Connectors,
    /// Cloud Discovery.
    pub discovery: Discovery,
    /// What the product did in the background.
    pub governance: GovernanceLog,
    /// The ranges of addresses.
    pub ip_ranges: IpRanges,
    /// Disturbances that were asked for.
    pub faults: Faults,
    /// Scenarios that were started.
    pub scenarios: Scenarios,
    /// Storylines that were played, in this order; they are numbered after the planned ones.
    pub(in crate::tenant) played: imbl::Vector<Arc<Storyline>>,
    /// Which records belong to which storyline.
    pub truth: TruthNotes,
    /// What was put in from outside.
    pub(in crate::tenant) additions: CodebookAdditions,
    /// What activities have changed about the company.
    pub(in crate::tenant) company: CompanyState,
    pub(in crate::tenant) detectors: Detectors,
    agenda: imbl::OrdMap<(VirtualTime, u64), Due>,
    /// What of the agenda changes something that carries no instant; see [`Due::changes_the_undated`].
    undated: imbl::OrdSet<(VirtualTime, u64)>,
    scheduled: u64,
}

impl Core {
    /// A tenant in which nothing has happened before `at`.
    pub fn empty(world: &World, at: VirtualTime) -> Self {
        let mut core = Self {
            log: EventLog::default(),
            alerts: imbl::Vector::new(),
            behaviors: imbl::Vector::new(),
            closings: imbl::OrdMap::new(),
            directory: Arc::new(Directory::born(world)),
            settings: Settings::born(&world.spec.settings),
            copilot: Arc::new(Connection::born()),
            siem_agents: SiemAgents::default(),
            policies: Policies::default(),
            connectors: Connectors::born(world, at),
            discovery: Discovery::born(at),
            governance: GovernanceLog::default(),
            ip_ranges: IpRanges::default(),
            faults: Faults::default(),
            scenarios: Scenarios::default(),
            played: imbl::Vector::new(),
            truth: TruthNotes::default(),
            additions: CodebookAdditions::default(),
            company: CompanyState::default(),
            detectors: Detectors::new(world),
            agenda: imbl::OrdMap::new(),
            undated: imbl::OrdSet::new(),
            scheduled: 0,
        };
        activities::plan_housekeeping(&mut core, VirtualTime::of_day(at.day() + 1));
        for story in &world.storylines {
            alerts::plan_scripted(&mut core, world, story);
        }
        core
    }

    /// Lets something fall due at an instant; of several at one instant the first scheduled comes first.
    pub(in crate::tenant) fn schedule(&mut self, at: VirtualTime, due: Due) {
        self.scheduled += 1;
        if due.changes_the_undated() {
            self.undated.insert((at, self.scheduled));
        }
        self.agenda.insert((at, self.scheduled), due);
    }

    /// The first instant ahead at which something changes that carries no instant: who looks before it must not see what
    /// comes of it, so nothing may be lived beyond it ahead of time.
    pub fn next_undated(&self) -> Option<VirtualTime> {
        self.undated.get_min().map(|(at, _)| *at)
    }

    /// When the first of those that `wanted` picks falls due.
    pub(in crate::tenant) fn first_due(&self, wanted: impl Fn(&Due) -> bool) -> Option<VirtualTime> {
        self.agenda.iter().find(|(_, due)| wanted(due)).map(|((at, _), _)| *at)
    }

    /// Lives through `(from, to]`.
    pub fn run(&mut self, world: &World, planner: &mut Planner, from: VirtualTime, to: VirtualTime) {
        planner.between(from, to, |intents| {
            for intent in intents {
                self.run_due(world, intent.created - Span::millis(1));
                activities::happen(self, world, intent);
            }
        });
        self.run_due(world, to);
    }

    /// Runs what is due at or before `limit`, in order.
    fn run_due(&mut self, world: &World, limit: VirtualTime) {
        while let Some(&((at, number), _)) = self.agenda.get_min().filter(|((at, _), _)| *at <= limit) {
            let Some(due) = self.agenda.remove(&(at, number)) else { return };
            self.undated.remove(&(at, number));
            nouns::run(self, Moment { world, at }, due);
        }
    }

    /// Writes a row into the log and shows it to the nouns that watch: its number.
    pub(in crate::tenant) fn record(&mut self, world: &World, event: &Event) -> RowNo {
        let row = self.log.push(event);
        nouns::see(self, world, row, event);
        row
    }

    /// Somebody's account is open: neither a command nor the company itself has closed it.
    pub fn enabled(&self, person: PersonIx, now: VirtualTime) -> bool {
        !self.directory.is_disabled(person) && !self.company.closed(person, now)
    }

    /// Somebody has an account now: it was there at birth, or made since.
    pub fn has_account(&self, world: &World, person: PersonIx, now: VirtualTime) -> bool {
        self.company.has_account(world, person, now)
    }

    /// Where somebody works now who has moved within the company.
    pub fn moved<'w>(&self, world: &'w World, person: PersonIx, now: VirtualTime) -> Option<&'w Move> {
        self.company.moved(world, person, now)
    }

    /// The directory roles that somebody holds now: those that a command said, else those of birth, as administrators
    /// have changed them since.
    pub fn roles(&self, world: &World, person: PersonIx, now: VirtualTime) -> Vec<Role> {
        match self.directory.account(person).and_then(|account| account.roles.as_ref()) {
            Some(roles) => roles.clone(),
            None => self.company.roles(world, person, now),
        }
    }

    /// The groups that somebody is in now, by object id: those of department, office and projects, as administrators
    /// have changed that since, and above all what commands said. Guests and who has left are in those only into which
    /// somebody put them: guests by an activity or a command, who has left by a command.
    pub fn groups(&self, world: &World, person: PersonIx, now: VirtualTime) -> BTreeSet<Guid> {
        let mut groups = BTreeSet::new();
        let mut set = |group: Guid, member: bool| match member {
            true => drop(groups.insert(group)),
            false => drop(groups.remove(&group)),
        };
        if self.has_account(world, person, now) && !world.has_left(person, now) {
            let born = world.person(person);
            if !born.guest && !self.directory.is_guest(person, born) {
                world
                    .groups_by_work(person, self.company.moved(world, person, now))
                    .into_iter()
                    .for_each(|group| set(world.group_id(group), true));
            }
            self.company.groups(person, now).for_each(|(group, member)| set(world.group_id(group), member));
        }
        self.directory.groups_told(person).for_each(|(group, member)| set(group, member));
        groups
    }
}
