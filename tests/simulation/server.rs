//! A server in a simulation: its tenants in a registry, on a simulated disk or in memory, by a wall clock that is moved
//! by hand.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use mock_defender::gateway::registry::{Persistence, Registry, RegistryError, Revival};
use mock_defender::model::alert::Resolution;
use mock_defender::model::command::{AccountCommand, AlertCommand, By, Command, SettingCommand};
use mock_defender::model::copilot::CopilotCommand;
use mock_defender::model::ids::Guid;
use mock_defender::model::index::{AlertNo, PersonIx};
use mock_defender::model::stamps::TokenStamps;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::specification::{self, Absent};
use mock_defender::tenant::journal::TenantFile;
use mock_defender::tenant::journal::store::JournalStore;
use mock_defender::tenant::{
    Aim, ClockError, CommandRefusal, Mode, NotWritten, Runs, SnapshotError, Tenant, TenantView, Wall,
};

use crate::kit::{START, at};

use super::disk::SimulatedDisk;
use super::steps::{Order, Run, Step};

/// What became of a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It was done, and this was told about it.
    Done(String),
    /// It is none that can be done.
    Refused(String),
    /// The journal did not take it.
    NotWritten,
    /// Nobody knows.
    Unknown,
}

/// A server.
pub(crate) struct Server {
    pub(crate) registry: Registry,
    pub(crate) wall: Wall,
    /// Forks that are not kept.
    in_memory: Mutex<Vec<Guid>>,
}

/// A tenant that is born by a seed. Small, since many are; each is computed once, since what a simulation looks for are
/// not births (those of a restart are computed whenever it needs one).
fn born(seed: u64, mode: u64, wall: &Wall) -> Tenant {
    static BORN: Mutex<BTreeMap<(u64, u64), Tenant>> = Mutex::new(BTreeMap::new());
    let mode = mode % 3;
    let mut born = BORN.lock().unwrap();
    let same = born.entry((seed, mode)).or_insert_with(|| {
        let text = format!(
            "{{\"seed\": {seed}, \"size\": \"tiny\", \"historyDays\": 1, \"users\": 10, \"storylines\": [], \"activity\": {{\"perWorkingDay\": 4}}}}"
        );
        let birth = specification::read(&text, Absent::starting(at(START))).unwrap();
        let mode = [Mode::Frozen, Mode::FollowFromStart, Mode::FollowWall][mode as usize];
        Tenant::born(&birth.spec, mode, self::wall())
    });
    same.as_born(wall.clone())
}

/// The wall clock as a simulation begins.
pub(crate) fn wall() -> Wall {
    let start: VirtualTime = at(START);
    Wall::manual(start + Span::hours(5))
}

impl Server {
    /// Starts in memory, with the first tenant.
    pub(crate) fn in_memory(first: u64, wall: &Wall) -> Self {
        let registry = Registry::new(Arc::new(born(100, first, wall)));
        Self { registry, wall: wall.clone(), in_memory: Mutex::default() }
    }

    /// Starts on a disk. An error says why it does not.
    pub(crate) fn on(disk: &SimulatedDisk, first: u64, wall: &Wall) -> Result<Self, String> {
        let store = JournalStore::open_without_thread(Arc::new(disk.clone()), Path::new("/data"))
            .map_err(|error| error.to_string())?;
        let registry = Registry::kept(store, || born(100, first, wall), wall, Revival::default(), |_| {})
            .map_err(|error| error.to_string())?;
        Ok(Self { registry, wall: wall.clone(), in_memory: Mutex::default() })
    }

    /// The tenant at this place, counted round.
    pub(crate) fn tenant(&self, place: usize) -> Arc<Tenant> {
        let all = self.registry.list();
        Arc::clone(&all[place % all.len()].tenant)
    }

    /// Does a step that concerns tenants.
    pub(crate) fn step(&self, step: &Step) -> Outcome {
        match step {
            Step::Command(place, order) | Step::Meanwhile(place, order) => {
                let tenant = self.tenant(*place);
                let at = tenant.now();
                command(tenant.submit(at, order.command(&tenant.read())))
            }
            Step::Advance(place, way) => clock(self.tenant(*place).advance(Span::millis(*way))),
            Step::Clock(place, run, way) => {
                let runs = match run {
                    Run::Follow => Runs::Follow,
                    Run::Frozen => Runs::Frozen,
                    Run::Rate(times) => Runs::Rate(times * 1_000),
                };
                clock(self.tenant(*place).move_clock(Aim::By(Span::millis(*way)), Some(runs), &|| true))
            }
            Step::Snapshot(place, name) => snapshot(self.tenant(*place).snapshot(&name_of(*name))),
            Step::Restore(place, name) => snapshot(self.tenant(*place).restore(&name_of(*name))),
            Step::Reset(place) => match self.tenant(*place).reset() {
                Ok(()) => Outcome::Done(String::new()),
                Err(why) => not_written(why),
            },
            Step::Fork(place, kept) => {
                let lifetime = if *kept { Persistence::OnDisk } else { Persistence::InMemory(None) };
                self.added(self.tenant(*place).fork(), lifetime)
            }
            Step::Rewind(place, way) => {
                let tenant = self.tenant(*place);
                match tenant.rewound(tenant.now() - Span::millis(*way)) {
                    Some(past) => self.added(past, Persistence::OnDisk),
                    None => Outcome::Refused("before its birth".into()),
                }
            }
            Step::Create(seed) => self.added(born(*seed, *seed, &self.wall), Persistence::OnDisk),
            Step::Delete(place) => match self.registry.remove(self.tenant(*place).identity().id) {
                Ok(()) => Outcome::Done(String::new()),
                Err(error) => refused(&error),
            },
            Step::Export(_) | Step::Wait(_) | Step::Restart(..) | Step::Room(_) => {
                Outcome::Done(String::new())
            }
        }
    }

    /// As a server that starts anew: what it did not keep is gone.
    pub(crate) fn drop_forks_in_memory(&self) {
        let gone = std::mem::take(&mut *self.in_memory.lock().unwrap());
        for id in gone {
            // It may have been deleted.
            let _ = self.registry.remove(id);
        }
    }

    fn added(&self, tenant: Tenant, lifetime: Persistence) -> Outcome {
        let id = tenant.identity().id;
        match self.registry.add(tenant, lifetime) {
            Ok(_) => {
                if lifetime == Persistence::InMemory(None) {
                    self.in_memory.lock().unwrap().push(id);
                }
                Outcome::Done(String::new())
            }
            Err(error) => refused(&error),
        }
    }
}

fn name_of(number: u8) -> String {
    format!("s{number}")
}

fn not_written(why: NotWritten) -> Outcome {
    match why {
        NotWritten::Unknown => Outcome::Unknown,
        NotWritten::Refused | NotWritten::Full => Outcome::NotWritten,
    }
}

fn command(given: Result<mock_defender::tenant::Outcome, CommandRefusal>) -> Outcome {
    match given {
        Ok(outcome) => Outcome::Done(format!("{outcome:?}")),
        Err(CommandRefusal::Journal(why)) => not_written(why),
        Err(refusal) => Outcome::Refused(refusal.to_string()),
    }
}

fn clock(moved: Result<VirtualTime, ClockError>) -> Outcome {
    match moved {
        Ok(now) => Outcome::Done(now.to_string()),
        Err(ClockError::Journal(why)) => not_written(why),
        Err(error) => Outcome::Refused(error.to_string()),
    }
}

fn snapshot(taken: Result<VirtualTime, SnapshotError>) -> Outcome {
    match taken {
        Ok(at) => Outcome::Done(at.to_string()),
        Err(SnapshotError::Journal(why)) => not_written(why),
        Err(error) => Outcome::Refused(error.to_string()),
    }
}

/// Beginning or dropping a journal has no words of its own for what nobody knows: it may be so or not.
fn refused(error: &RegistryError) -> Outcome {
    match error {
        RegistryError::Disk(_) | RegistryError::Undeleted(_) => Outcome::Unknown,
        // A tenant that was made before has another id in memory and on disk: forks are numbered there by the block.
        RegistryError::Exists { .. } => Outcome::Refused("exists".into()),
        error => Outcome::Refused(error.to_string()),
    }
}

impl Order {
    fn command(self, view: &TenantView) -> Command {
        let person = PersonIx::new(3);
        let admin = By::Person(PersonIx::new(0));
        let alerts: Arc<[AlertNo]> = view.state.alerts(view.now).map(|alert| alert.ordinal).take(2).collect();
        match self {
            Self::Enable(enabled) => AccountCommand::SetUserEnabled { user: person, enabled }.into(),
            Self::Close => AlertCommand::CloseAlerts {
                alerts,
                resolution: Resolution::Benign,
                comment: None,
                by: By::Operator,
            }
            .into(),
            Self::Reopen => AlertCommand::ReopenAlerts { alerts, by: By::Operator }.into(),
            Self::Stamps(wall) => {
                let stamps = if wall { TokenStamps::Wall } else { TokenStamps::Virtual };
                SettingCommand::SetTokenStamps { stamps }.into()
            }
            Self::Toggle(on) => CopilotCommand::SetCopilotToggle { on, by: admin, browser: None }.into(),
            Self::Decline => {
                CopilotCommand::AnswerCopilotDialog { dialog: None, by: admin, consent: None }.into()
            }
        }
    }
}

/// What is shown of a tenant: everything that a restart has to bring back. Its identity apart, since forks are numbered
/// otherwise on a disk, and in memory.
pub(crate) fn shown(tenant: &Tenant) -> String {
    let view = tenant.read();
    let (state, now) = (&view.state, view.now);
    let clock = tenant.clock();
    let rows: usize = state.core().log.chunks(now).map(|(_, _, shown)| shown).sum();
    let alerts: Vec<_> = state.alerts(now).collect();
    let commands: Vec<_> = state.journal().iter().collect();
    format!(
        "now {now} {:?} {:?}\nsnapshots {:?}\ncommands {commands:?}\nrows {rows}\nalerts {alerts:?}\nstamps {:?}\n\
         copilot {:?}\nbegan {}",
        clock.runs,
        tenant.clock_stop(),
        tenant.snapshots(),
        state.token_stamps(),
        state.core().copilot,
        tenant.began(),
    )
}

/// The tenant of a file, elsewhere.
pub(crate) fn elsewhere(tenant: &Tenant, wall: &Wall) -> Result<Tenant, String> {
    let file = TenantFile::read(&tenant.file().write()).map_err(|error| error.to_string())?;
    specification::judge_file(&file, wall.now()).map_err(|error| error.to_string())?;
    let mut skipped = None;
    let back = Tenant::revived(&file, wall.clone(), |step, refusal| {
        skipped.get_or_insert(format!("{step:?}: {refusal}"));
    });
    skipped.map_or(Ok(back), Err)
}
