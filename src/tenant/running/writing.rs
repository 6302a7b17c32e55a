//! Steps on their way into the journal: shown once they are durable, undone when they are lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;

use crate::model::time::VirtualTime;
use crate::tenant::journal::store::{Lost, NotWritten, Ticket};
use crate::tenant::journal::{Step, TenantFile};

use super::shown::{Life, Shown, ShownClock, Snapshot};
use super::{MOST_STEPS, Tenant, Writer};

/// A journal with so few lines is not worth being written anew.
const FEW_LINES: usize = 16;

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
    pub fn has_lost_its_journal(&self) -> bool {
        self.published.lost.load(Ordering::Acquire)
    }

    /// The journal takes another step.
    pub(super) fn takes(&self, writer: &Writer) -> Result<(), NotWritten> {
        if self.has_lost_its_journal() {
            return Err(NotWritten::Refused);
        }
        let has_room = writer.head.script.path().len() < MOST_STEPS && writer.held.has_room();
        if has_room { Ok(()) } else { Err(NotWritten::Full) }
    }

    /// Every step so far is durable and shown; the writer's lock is held, so no other comes between. What changes the
    /// clock, or goes back, begins with this.
    pub(super) fn all_shown(&self, writer: &mut Writer) -> Result<(), NotWritten> {
        let waits = self.published.pending.load(Ordering::Acquire) > 0;
        let journal = self.journal.get().filter(|_| waits);
        self.settle_held(writer, journal.map(|journal| journal.append(String::new(), || {})))
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
        let line = self.journal.get().map(|_| line);
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
        let numbers = goes_back.then(|| self.numbers());
        let anew = numbers.as_ref().and_then(|numbers| self.written_anew(writer, numbers.taken()));
        let then = move || {
            published.show(&life, &clock, goes_back);
            published.pending.fetch_sub(1, Ordering::AcqRel);
        };
        writer.lines += 1;
        Some(match anew {
            None => journal.append(line, then),
            Some(file) => {
                writer.lines = file.steps.len();
                journal.replace(file.write(), Some(line), then)
            }
        })
    }

    /// The journal as it is without what was undone, if most of what stands in it was.
    fn written_anew(&self, writer: &Writer, taken: Option<u64>) -> Option<TenantFile> {
        let is_most = |living: usize| writer.lines > 2 * living + FEW_LINES;
        if !is_most(writer.head.script.path().len()) {
            return None;
        }
        Some(self.file_of(&writer.head.script, taken)).filter(|file| is_most(file.steps.len()))
    }

    /// Stops the clock that is shown where it stands while the wall clock shows `wall`, so that nobody is told a later
    /// instant than what is written down. It runs on once the step with its successor is durable. Everything is shown,
    /// and the writer's lock is held.
    pub(super) fn hold_clock(&self, wall: VirtualTime) -> VirtualTime {
        let shown = self.published.shown.load_full();
        let now = shown.clock.replace(wall);
        self.published.put_clock(&ShownClock::standing(shown.clock.clock, now));
        now
    }

    /// Waits for a step to be durable, without holding the writer's lock.
    pub(super) fn settle(&self, ticket: Option<Ticket>) -> Result<(), NotWritten> {
        let outcome = ticket.map_or(Ok(()), Ticket::wait);
        outcome.map_err(|lost| self.undo(&mut self.writer(), lost))
    }

    /// The same, with the writer's lock held: nobody comes between.
    pub(super) fn settle_held(&self, writer: &mut Writer, ticket: Option<Ticket>) -> Result<(), NotWritten> {
        let outcome = ticket.map_or(Ok(()), Ticket::wait);
        outcome.map_err(|lost| self.undo(writer, lost))
    }

    /// The journal is lost: the tenant stands where it was last shown, its clock too, and nobody finds what was refused.
    pub(super) fn undo(&self, writer: &mut Writer, lost: Lost) -> NotWritten {
        if !self.published.lost.swap(true, Ordering::AcqRel) {
            tracing::error!("tenant {}: {lost}; it takes no more commands", self.identity().id);
            self.hold_clock(VirtualTime::from_millis(0));
        }
        self.published.pending.store(0, Ordering::Release);
        writer.head = self.published.shown.load().life.clone();
        lost.into()
    }
}
