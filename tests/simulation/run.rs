//! Runs a simulation: the same steps on a server that keeps its tenants on a disk that fails, and on a twin in memory that
//! never does. What is shown must be the same on both after every step, and after every restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use mock_defender::model::ids::Guid;
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::tenant::{Runs, Tenant, Wall};

use super::disk::{Plan, SimulatedDisk};
use super::server::{Outcome, Server, elsewhere, shown, wall};
use super::steps::{End, Script, Step};

/// What was met on the way, by name: how often.
pub(crate) type Met = BTreeMap<&'static str, u64>;

/// A clock stops when it has run so long without being read.
const LONGEST: i64 = 400 * 86_400_000;

/// Runs those steps of a script that stand at these places.
///
/// # Errors
/// What was found wrong, and at which step.
pub(crate) fn run(script: &Script, places: &[usize], met: &mut Met) -> Result<(), String> {
    let mut simulation = Simulation::begun(script)?;
    for &place in places {
        let step = &script.steps[place];
        if std::env::var_os("MOCK_DEFENDER_SIMULATION_STEPS").is_some() {
            eprintln!("{place} {step:?} at {}, {:?}", simulation.server.wall.now(), simulation.disk.met());
        }
        let told = simulation.step(place, step);
        told.map_err(|problem| format!("step {place} {step:?}: {problem}"))?;
    }
    let told = simulation.restart(End::Kill, 1_000);
    for (what, times) in simulation.met {
        *met.entry(what).or_default() += times;
    }
    told.map_err(|problem| format!("at the end: {problem}"))
}

struct Simulation<'s> {
    script: &'s Script,
    disk: SimulatedDisk,
    server: Server,
    twin: Server,
    /// What the twin has done.
    history: Vec<Event>,
    /// A step of which nobody knows whether it was done.
    unknown: Option<Step>,
    /// Ids that tenants had, with their seeds: none comes back for another.
    ids: BTreeMap<Guid, u64>,
    met: Met,
}

#[derive(Clone)]
enum Event {
    /// The wall clock was set to this.
    Wall(VirtualTime),
    Step(Step),
    /// The server was started anew: forks in memory are gone.
    Restarted,
}

impl<'s> Simulation<'s> {
    fn begun(script: &'s Script) -> Result<Self, String> {
        let disk = SimulatedDisk::new(script.seed);
        let server = Server::on(&disk, script.first, &wall())?;
        let twin = Server::in_memory(script.first, &wall());
        let mut begun = Self {
            script,
            disk,
            server,
            twin,
            history: Vec::new(),
            unknown: None,
            ids: BTreeMap::new(),
            met: Met::new(),
        };
        begun.disk_fails();
        begun.compare()?;
        Ok(begun)
    }

    fn disk_fails(&self) {
        let (in_a_thousand, faults) = self.script.faults.clone();
        if in_a_thousand > 0 {
            self.disk.plan(Plan::Chance { in_a_thousand, faults });
        }
    }

    fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    fn step(&mut self, place: usize, step: &Step) -> Result<(), String> {
        match step {
            Step::Wait(way) => self.wait(*way),
            Step::Room(bytes) => self.disk.leave_room(*bytes),
            Step::Restart(end, down) => return self.restart(*end, *down),
            Step::Export(place) => self.export(*place)?,
            Step::Meanwhile(place, _) => self.meanwhile(*place, step)?,
            // It stands where it was last shown, and its twin need not.
            Step::Fork(place, _) | Step::Rewind(place, _)
                if self.server.tenant(*place).has_lost_its_journal() => {}
            _ => self.do_both(step)?,
        }
        if self.unknown.is_some() {
            // What is not known is told by the next start.
            let ends = [End::Kill, End::Crash(place as u64), End::Crash(place as u64 + 1)];
            return self.restart(ends[place % 3], 0);
        }
        self.compare()
    }

    fn wait(&mut self, way: i64) {
        let to = self.server.wall.now() + Span::millis(way);
        self.server.wall.set(to);
        self.happened(Event::Wall(to));
    }

    fn happened(&mut self, event: Event) -> Option<Outcome> {
        self.history.push(event.clone());
        self.twin.does(&event)
    }

    /// A step on the server, and on the twin if it was done.
    fn do_both(&mut self, step: &Step) -> Result<(), String> {
        let renames = self.disk.renames();
        let done = self.server.step(step);
        if matches!(step, Step::Reset(_) | Step::Restore(..)) && self.disk.renames() > renames {
            self.meet("a journal was written anew");
        }
        if self.disk.is_off() || done == Outcome::Unknown {
            self.unknown = Some(step.clone());
            return Ok(());
        }
        if done == Outcome::NotWritten {
            self.meet("a step was refused by the journal");
            return Ok(());
        }
        if matches!(done, Outcome::Done(_)) {
            self.identify(step)?;
        }
        let on_twin = self.happened(Event::Step(step.clone()));
        if on_twin.as_ref() != Some(&done) {
            return Err(format!("{done:?} on disk, {on_twin:?} in memory"));
        }
        Ok(())
    }

    /// A step made a tenant, perhaps: its id was no other's.
    fn identify(&mut self, step: &Step) -> Result<(), String> {
        let all = self.server.registry.list();
        let made = all.last().map(|entry| entry.tenant.identity().id);
        match step {
            Step::Fork(..) | Step::Rewind(..) if made.is_none_or(|id| self.ids.contains_key(&id)) => {
                return Err(format!("the id {made:?} was another's"));
            }
            // A tenant that is deleted and made anew is the same to everybody, and so are the forks it will have.
            Step::Create(seed) => self.ids.retain(|_, of| of != seed),
            _ => {}
        }
        self.note_ids();
        Ok(())
    }

    fn note_ids(&mut self) {
        let all = self.server.registry.list();
        self.ids.extend(all.iter().map(|entry| (entry.tenant.identity().id, entry.tenant.spec().seed)));
    }

    /// A file of the tenant brings it back as it is.
    fn export(&mut self, place: usize) -> Result<(), String> {
        let tenant = self.server.tenant(place);
        let back = elsewhere(&tenant, &self.server.wall)?;
        let (found, expected) = (shown(&back), shown(&tenant));
        // Whose journal is lost stands; the tenant of the file has none.
        let told = |text: &str| text.lines().skip(1).collect::<Vec<_>>().join("\n");
        let (found, expected) = match tenant.has_lost_its_journal() {
            true => (told(&found), told(&expected)),
            false => (found, expected),
        };
        same(&found, &expected, "an imported export and the tenant")?;
        self.meet("a tenant was exported");
        Ok(())
    }

    /// While a command is being written, a fork and an export know nothing of it.
    fn meanwhile(&mut self, place: usize, step: &Step) -> Result<(), String> {
        let tenant = self.server.tenant(place);
        if tenant.has_lost_its_journal() {
            return Ok(());
        }
        // A fork before: so the next one needs no line of its own, for its number.
        drop(tenant.fork());
        let before = shown(&tenant.fork());
        let exported = shown(&elsewhere(&tenant, &self.server.wall)?);
        let seen = Arc::new(Mutex::new(None));
        let (subject, wall, see) = (Arc::clone(&tenant), self.server.wall.clone(), Arc::clone(&seen));
        self.disk.meanwhile(move || {
            let fork = shown(&subject.fork());
            let back = elsewhere(&subject, &wall).map(|back| shown(&back));
            *see.lock().unwrap() = Some((fork, back));
        });
        self.do_both(step)?;
        self.disk.nothing_meanwhile();
        let Some((fork, back)) = seen.lock().unwrap().take() else { return Ok(()) };
        self.meet("a tenant was forked while a command was being written");
        same(&fork, &before, "a fork meanwhile and one before")?;
        same(&back?, &exported, "an export meanwhile and one before")
    }

    /// What is shown on disk is what is shown in memory.
    fn compare(&mut self) -> Result<(), String> {
        let (all, twins) = (self.server.registry.list(), self.twin.registry.list());
        if all.len() != twins.len() {
            return Err(format!("{} tenants on disk, {} in memory", all.len(), twins.len()));
        }
        for (place, (entry, twin)) in all.iter().zip(twins.iter()).enumerate() {
            let (tenant, twin) = (&entry.tenant, &twin.tenant);
            let (found, expected) = (shown(tenant), shown(twin));
            if tenant.has_lost_its_journal() {
                // It stands; nothing that was refused is there.
                let lines =
                    |text: &str| -> Vec<String> { text.lines().skip(1).take(2).map(str::to_owned).collect() };
                if lines(&found) != lines(&expected) {
                    return Err(format!("what was refused is there:\n{found}\ninstead of\n{expected}"));
                }
                self.meet("a tenant without its journal was read");
                continue;
            }
            let what = format!("tenant {place} of {} on disk and in memory", all.len());
            same(&found, &expected, &what)?;
            if tenant.clock_stop().is_some() {
                self.meet("a clock stopped since it had run too far");
            }
        }
        Ok(())
    }

    /// The server ends, another one starts: what was shown is there, what was refused is not.
    fn restart(&mut self, end: End, down: i64) -> Result<(), String> {
        let (kept, running, lost) = self.tenants();
        let off = self.disk.is_off();
        self.meet(match end {
            _ if off => "the machine died within a call",
            End::Stop => "the server was stopped",
            End::Kill => "the server was killed",
            End::Crash(_) => "the machine died",
        });
        let disk = match end {
            _ if off => self.disk.after_crash(self.script.seed ^ 7),
            End::Stop => {
                let _ = self.server.registry.stop();
                self.disk.after_kill()
            }
            End::Kill => self.disk.after_kill(),
            End::Crash(seed) => self.disk.after_crash(seed),
        };
        // How far a clock has come is not written down once the journal is lost: none may come to its end meanwhile.
        let down = if lost { down.min(LONGEST / 100_000) } else { down };
        let now = self.server.wall.now() + Span::millis(down);
        self.happened(Event::Restarted);
        self.happened(Event::Wall(now));
        self.start(disk, now)?;
        if kept > 1 {
            self.meet("another tenant than the first came back");
        }
        if running && down > 0 {
            self.meet("a clock ran on while the server was down");
        }
        self.compare_unknown()
    }

    /// Starts on a disk that fails at first, perhaps, and then does not.
    fn start(&mut self, disk: SimulatedDisk, now: VirtualTime) -> Result<(), String> {
        let wall = Wall::manual(now);
        self.disk = disk;
        if self.script.seed.is_multiple_of(4) {
            self.disk_fails();
            let failed = Server::on(&self.disk, self.script.first, &wall).is_err();
            self.meet(if failed { "a start failed with the disk" } else { "a start was tried before" });
            self.disk = self.disk.after_kill();
        }
        self.disk.leave_room(usize::MAX / 2);
        self.server = Server::on(&self.disk, self.script.first, &wall)
            .map_err(|problem| format!("it does not start: {problem}"))?;
        self.disk_fails();
        self.note_ids();
        Ok(())
    }

    /// The same as the twin, which has done what is not known, or has not.
    fn compare_unknown(&mut self) -> Result<(), String> {
        let Some(step) = self.unknown.take() else { return self.compare() };
        let without = self.compare();
        if without.is_ok() {
            self.meet("a step of which nobody knew was not there");
            return Ok(());
        }
        // Before the server ended.
        let place = self.history.len() - 2;
        self.history.insert(place, Event::Step(step));
        self.twin = Server::in_memory(self.script.first, &wall());
        for event in &self.history {
            self.twin.does(event);
        }
        self.meet("a step of which nobody knew was there");
        self.compare().map_err(|with| format!("{with}\n-- and without the step --\n{}", without.unwrap_err()))
    }

    /// How many tenants are kept, whether the clock of one runs, and whether one has lost its journal.
    fn tenants(&self) -> (usize, bool, bool) {
        let all = self.server.registry.list();
        let runs = |tenant: &Tenant| tenant.clock().runs != Runs::Frozen;
        (
            all.len(),
            all.iter().any(|entry| runs(&entry.tenant)),
            all.iter().any(|entry| entry.tenant.has_lost_its_journal()),
        )
    }
}

impl Server {
    fn does(&self, event: &Event) -> Option<Outcome> {
        let outcome = match event {
            Event::Wall(to) => {
                self.wall.set(*to);
                None
            }
            Event::Step(step) => Some(self.step(step)),
            Event::Restarted => {
                self.drop_forks_in_memory();
                None
            }
        };
        for entry in self.registry.list().iter() {
            entry.tenant.read();
        }
        outcome
    }
}

fn same(found: &str, expected: &str, what: &str) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let differs = found.lines().zip(expected.lines()).find(|(one, other)| one != other);
    let (one, other) = differs.unwrap_or((found, expected));
    let cut = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let near = |text: &str| -> String { text.chars().skip(cut.saturating_sub(60)).take(300).collect() };
    Err(format!("{what} differ:\n  {}\n  {}", near(one), near(other)))
}
