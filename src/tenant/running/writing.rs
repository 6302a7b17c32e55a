//! Steps on their way into the journal: shown once they are durable, undone when they are lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;

use crate::model::time::VirtualTime;
use crate::tenant::journal::store::{Lost, Ticket};
use crate::tenant::journal::{Step, sealed};
use crate::tenant::timeline::clock::Clock;

use super::shown::{Life, Shown, ShownClock, Snapshot};
use super::{MOST_STEPS, Tenant, Writer};

/// What readers see, with what is still on its way there.
pub(super) struct Published {
    pub(super) shown: ArcSwap<Shown>,
    /// Steps that are not durable yet.
    pending: AtomicUsize,
    /// A step was lost: nothing more is taken.
    lost: AtomicBool,
}

/// The clock of what is shown next.
pub(super) enum NextClock {
    /// Runs on.
    Same,
    /// Is another.
    New(Arc<ShownClock>),
}

impl Published {
    pub(super) fn new(life: Life, clock: Arc<ShownClock>) -> Self {
        Self {
            shown: ArcSwap::from_pointee(Shown { life, clock, lives: 0 }),
            pending: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
        }
    }

    /// Shows a life. Called by one at a time: by whoever holds the writer's lock while nothing is pending, else by the
    /// thread of the journal.
    fn show(&self, life: &Life, clock: &NextClock, goes_back: bool) {
        self.shown.rcu(|shown| Shown {
            life: life.clone(),
            clock: match clock {
                NextClock::Same => Arc::clone(&shown.clock),
                NextClock::New(clock) => Arc::clone(clock),
            },
            lives: shown.lives + u64::from(goes_back),
        });
    }

    /// Shows another clock.
    pub(super) fn put_clock(&self, clock: &Arc<ShownClock>) {
        self.shown.rcu(|shown| Shown {
            life: shown.life.clone(),
            clock: Arc::clone(clock),
            lives: shown.lives,
        });
    }
}

impl Tenant {
    /// A step could not be written to the journal on disk: the tenant stands where it stood before, and takes no more.
    pub(super) fn has_lost_its_journal(&self) -> bool {
        self.published.lost.load(Ordering::Acquire)
    }

    /// The journal takes another step.
    pub(super) fn takes(&self, writer: &Writer) -> bool {
        !self.has_lost_its_journal() && writer.head.script.path().len() < MOST_STEPS && writer.held.has_room()
    }

    /// Every step so far is durable and shown; the writer's lock is held, so no other comes between. What changes the
    /// clock, or goes back, begins with this.
    pub(super) fn all_shown(&self, writer: &mut Writer) -> Result<(), Lost> {
        if let Some(journal) = self.journal.get()
            && self.published.pending.load(Ordering::Acquire) > 0
            && let Err(lost) = journal.append(String::new(), || {}).wait()
        {
            self.undo(writer, &lost);
            return Err(lost);
        }
        Ok(())
    }

    /// Shows what is computed.
    pub(super) fn publish(&self, writer: &mut Writer) {
        if writer.head.state.horizon() <= self.published.shown.load().life.state.horizon() {
            return;
        }
        // The head may hold commands that are not durable yet: it is shown when they are.
        if self.all_shown(writer).is_ok() {
            self.published.show(&writer.head, &NextClock::Same, false);
        }
    }

    /// Takes the step that led to the state of the head: into the journal, and the head is shown once it is durable.
    pub(super) fn step(&self, writer: &mut Writer, step: Step, clock: NextClock) -> Option<Ticket> {
        let goes_back = matches!(step, Step::Restore { .. } | Step::Reset { .. });
        let line = step.line();
        writer.held.add(line.len());
        let line = self.journal.get().map(|_| sealed(&line));
        let Life { state, script } = &mut writer.head;
        let at = step.instant().unwrap_or_else(|| self.now());
        script.take(Arc::new(step), || Snapshot::of(state, at, self.clock().runs));
        let life = writer.head.clone();
        let (Some(journal), Some(line)) = (self.journal.get(), line) else {
            self.published.show(&life, &clock, goes_back);
            return None;
        };
        let published = Arc::clone(&self.published);
        published.pending.fetch_add(1, Ordering::AcqRel);
        Some(journal.append(line, move || {
            published.show(&life, &clock, goes_back);
            published.pending.fetch_sub(1, Ordering::AcqRel);
        }))
    }

    /// Stops the clock that is shown, so that nobody is told a later instant than the one that is written down: the last
    /// one that anybody was told, or `at_least`, whichever is later. It runs on once the step with its successor is
    /// durable. Everything is shown, and the writer's lock is held.
    pub(super) fn hold_clock(&self, at_least: impl FnOnce(&Clock) -> VirtualTime) -> VirtualTime {
        let shown = self.published.shown.load_full();
        let least = at_least(&shown.clock.clock);
        let now = shown.clock.replace().max(least);
        self.published.put_clock(&ShownClock::standing(shown.clock.clock, now));
        now
    }

    /// Waits for a step to be durable, without holding the writer's lock.
    pub(super) fn settle(&self, ticket: Option<Ticket>) -> Result<(), Lost> {
        let outcome = ticket.map_or(Ok(()), Ticket::wait);
        if let Err(lost) = &outcome {
            self.undo(&mut self.writer(), lost);
        }
        outcome
    }

    /// The same, with the writer's lock held: nobody comes between.
    pub(super) fn settle_held(&self, writer: &mut Writer, ticket: Option<Ticket>) -> Result<(), Lost> {
        let outcome = ticket.map_or(Ok(()), Ticket::wait);
        if let Err(lost) = &outcome {
            self.undo(writer, lost);
        }
        outcome
    }

    /// The journal is lost: the tenant stands where it was last shown, its clock too, and nobody finds what was refused.
    fn undo(&self, writer: &mut Writer, lost: &Lost) {
        if !self.published.lost.swap(true, Ordering::AcqRel) {
            tracing::error!("tenant {}: {lost}; it takes no more commands", self.identity().id);
            self.hold_clock(|_| VirtualTime::from_millis(i64::MIN));
        }
        self.published.pending.store(0, Ordering::Release);
        writer.head = self.published.shown.load().life.clone();
    }
}
