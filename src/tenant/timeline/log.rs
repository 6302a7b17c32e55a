//! The event log: activities in the order in which they were stored, in columns.
//!
//! Rows have numbers that never change (0 is the first row ever stored). Full chunks are shared by all snapshots;
//! the open tail is copied when a snapshot still holds it, which is why chunks are smaller than the 64 K rows that
//! would suit a scan alone. 26 bytes a row.

use std::sync::Arc;

use crate::model::activity::Event;
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, ObjectNo, RowNo, StoryNo};
use crate::model::time::VirtualTime;

use super::digest::Digests;

/// Rows per chunk.
pub const CHUNK_ROWS: usize = 8 * 1024;

/// The log. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct EventLog {
    sealed: imbl::Vector<Arc<Chunk>>,
    tail: Arc<Chunk>,
    /// Number of the first row that is still there.
    first: RowNo,
    /// Number of the first row of the tail.
    tail_first: RowNo,
    /// What its full chunks amount to, once somebody has asked.
    digests: Digests,
}

/// A run of rows, by column. Every vector has the same length. Columns hold plain numbers, since they are scanned.
#[derive(Clone, Default)]
pub struct Chunk {
    /// Number of the first row.
    pub first: RowNo,
    /// `created` of the first row, to which `created` is relative.
    pub base: VirtualTime,
    /// Milliseconds after `base`.
    pub created: Vec<u32>,
    /// Milliseconds from happening to being stored.
    pub lag: Vec<u32>,
    /// Who.
    pub actor: Vec<u32>,
    /// What.
    pub kind: Vec<u16>,
    /// From where.
    pub address: Vec<u32>,
    /// With what.
    pub agent: Vec<u16>,
    /// To what.
    pub object: Vec<u32>,
    /// In which story.
    pub story: Vec<u16>,
    /// Earliest and latest time of happening.
    pub happened: (VirtualTime, VirtualTime),
}

impl Chunk {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.created.len()
    }

    /// No rows.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty()
    }

    /// When row `at` was stored.
    pub fn created_at(&self, at: usize) -> VirtualTime {
        VirtualTime::from_millis(self.base.millis() + i64::from(self.created[at]))
    }

    /// Row `at`.
    pub fn event(&self, at: usize) -> Event {
        Event {
            created: self.created_at(at),
            lag: self.lag[at],
            actor: ActorCode::new(self.actor[at]),
            kind: KindCode::new(self.kind[at]),
            address: AddressCode::new(self.address[at]),
            agent: AgentCode::new(self.agent[at]),
            object: ObjectNo::new(self.object[at]),
            story: StoryNo::of_column(self.story[at]),
        }
    }

    /// How many rows were stored at or before `now`.
    pub fn visible(&self, now: VirtualTime) -> usize {
        let offset = now.millis() - self.base.millis();
        self.created.partition_point(|&created| i64::from(created) <= offset)
    }

    /// A row can still be added: there is room, and its time can be written relative to the base.
    fn takes(&self, created: VirtualTime) -> bool {
        self.len() < CHUNK_ROWS
            && (self.is_empty() || u32::try_from(created.millis() - self.base.millis()).is_ok())
    }

    fn push(&mut self, number: RowNo, event: &Event) {
        let happened = event.timestamp();
        if self.is_empty() {
            self.first = number;
            self.base = event.created;
            self.happened = (happened, happened);
        }
        self.happened = (self.happened.0.min(happened), self.happened.1.max(happened));
        self.created.push((event.created.millis() - self.base.millis()) as u32);
        self.lag.push(event.lag);
        self.actor.push(event.actor.get());
        self.kind.push(event.kind.get());
        self.address.push(event.address.get());
        self.agent.push(event.agent.get());
        self.object.push(event.object.get());
        self.story.push(StoryNo::to_column(event.story));
    }

    fn shrink(&mut self) {
        self.created.shrink_to_fit();
        self.lag.shrink_to_fit();
        self.actor.shrink_to_fit();
        self.kind.shrink_to_fit();
        self.address.shrink_to_fit();
        self.agent.shrink_to_fit();
        self.object.shrink_to_fit();
        self.story.shrink_to_fit();
    }
}

impl EventLog {
    /// Adds a row and returns its number. Rows come in the order of `created`.
    pub fn push(&mut self, event: &Event) -> RowNo {
        debug_assert!(
            self.last_created().is_none_or(|last| last <= event.created),
            "the log is ordered by created"
        );
        if !self.tail.takes(event.created) {
            let mut full = std::mem::take(&mut self.tail);
            self.tail_first = self.tail_first.plus(full.len());
            Arc::make_mut(&mut full).shrink();
            self.sealed.push_back(full);
        }
        let number = self.end();
        Arc::make_mut(&mut self.tail).push(number, event);
        number
    }

    fn last_created(&self) -> Option<VirtualTime> {
        self.tail.len().checked_sub(1).map(|at| self.tail.created_at(at))
    }

    /// What its full chunks amount to, as far as that is known.
    pub(super) fn digests(&self) -> &Digests {
        &self.digests
    }

    /// Number of the first row that is still there.
    pub fn first(&self) -> RowNo {
        self.first
    }

    /// One more than the number of the last row.
    pub fn end(&self) -> RowNo {
        self.tail_first.plus(self.tail.len())
    }

    /// The chunks that hold rows stored at or before `now`: number of the first row, the chunk, rows to show.
    pub fn chunks(&self, now: VirtualTime) -> impl DoubleEndedIterator<Item = (RowNo, &Arc<Chunk>, usize)> {
        let mut shown = Vec::with_capacity(self.sealed.len() + 1);
        for chunk in self.sealed.iter().chain(std::iter::once(&self.tail)) {
            if chunk.is_empty() || chunk.base > now {
                break;
            }
            shown.push((chunk.first, chunk, chunk.visible(now)));
        }
        shown.into_iter()
    }

    /// The rows about an object that were stored after `since`, newest first. Objects of several kinds share numbers.
    pub fn later_about(&self, object: ObjectNo, since: VirtualTime) -> impl Iterator<Item = Event> {
        let chunks = std::iter::once(&self.tail).chain(self.sealed.iter().rev());
        let rows = chunks.flat_map(|chunk| (0..chunk.len()).rev().map(move |row| (chunk, row)));
        rows.take_while(move |(chunk, row)| chunk.created_at(*row) > since)
            .filter(move |(chunk, row)| chunk.object[*row] == object.get())
            .map(|(chunk, row)| chunk.event(row))
    }

    /// The row with this number, if it is still there and was stored at or before `now`.
    pub fn row(&self, number: RowNo, now: VirtualTime) -> Option<Event> {
        let chunk = if number >= self.tail_first {
            &self.tail
        } else {
            let next = self.sealed.binary_search_by(|chunk| {
                if chunk.first <= number { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
            });
            self.sealed.get(next.unwrap_or_else(|next| next).checked_sub(1)?)?
        };
        let at = usize::try_from(number.get().checked_sub(chunk.first.get())?).ok()?;
        (at < chunk.len() && chunk.created_at(at) <= now).then(|| chunk.event(at))
    }

    /// Lets go of whole chunks whose last row was stored before `limit`, and hands them over, oldest first.
    pub fn retain_from(&mut self, limit: VirtualTime) -> Vec<Arc<Chunk>> {
        let mut gone = Vec::new();
        while let Some(chunk) = self.sealed.front()
            && chunk.len().checked_sub(1).is_some_and(|last| chunk.created_at(last) < limit)
        {
            self.first = self.first.plus(chunk.len());
            gone.extend(self.sealed.pop_front());
        }
        gone
    }

    /// Bytes that its columns take.
    pub fn bytes(&self) -> usize {
        (self.end().index() - self.first.index()) * 26
    }
}
