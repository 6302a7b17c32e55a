//! What the log amounts to: who was last seen in which app, whose sign-ins failed how often, which files there are and
//! what became of them.
//!
//! A list of accounts or of files would have to walk the whole log at each request without this. What the full chunks of
//! a log amount to never changes, so it is added up when it is first asked for, kept beside the log, and carried on from
//! chunk to chunk; the rows of the open chunk are added at each request. Forks share what they have in common. What a
//! digest says follows from the rows alone: that it was asked for before changes nothing. Rows that have left the log
//! are not counted.
//!
//! Must never know: what a surface calls any of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::generate::World;
use crate::model::activity::{Action, Event, Target};
use crate::model::index::{ActorCode, KindCode, ObjectNo, RowNo};
use crate::model::time::VirtualTime;
use crate::tenant::codebook::{Codebook, KindView};

use super::log::Chunk;
use super::state::State;

/// How many digests of full chunks are kept for a tenant and its forks together.
const KEPT: usize = 3;
/// How many acts of sharing are kept of a file.
const MOST_SHARES: usize = 16;

/// Where somebody was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Number of the app.
    pub app: u32,
    /// When last, by the time of happening.
    pub last: VirtualTime,
}

/// What the log says of an actor.
#[derive(Clone, Default)]
struct Sightings {
    /// One for each app, in the order of the first sight.
    seen: Vec<Sighting>,
    /// How many sign-ins failed on which day, ascending.
    failed: Vec<(i64, u32)>,
}

/// Whether a file is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// It is.
    Exists,
    /// It is in a recycle bin.
    Trashed,
    /// It has left that, too.
    Deleted,
}

/// What the log says of a file.
#[derive(Clone, Copy, Debug)]
pub struct FileTrace {
    /// Which item it is, see [`FileTrace::item_of`].
    pub item: u64,
    /// By which number it was named last.
    pub object: ObjectNo,
    /// When something was done with it first.
    pub first: VirtualTime,
    /// Who did that.
    pub first_actor: ActorCode,
    /// That was its upload, so that it was not there before.
    pub brought: bool,
    /// When something was done with it last.
    pub last: VirtualTime,
    /// When it was changed last, if it was, and by whom.
    pub changed: Option<(VirtualTime, ActorCode)>,
    /// Whether it is still there.
    pub presence: Presence,
    /// Since when that holds.
    since: VirtualTime,
}

impl FileTrace {
    const OF_APPS: u64 = 1 << 32;

    /// The item that an object number names under a kind with this target, if it is a file.
    pub fn item_of(target: Target, object: ObjectNo) -> Option<u64> {
        match target {
            Target::File => Some(World::item_of(object).ordinal()),
            Target::AppObject if World::is_app_file(object) => Some(Self::OF_APPS | object.ordinal()),
            _ => None,
        }
    }

    /// It is in an app other than SharePoint and OneDrive.
    pub fn is_of_an_app(&self) -> bool {
        self.item & Self::OF_APPS != 0
    }

    fn see(&mut self, event: &Event, deed: Deed) {
        let at = event.timestamp();
        if at < self.first {
            (self.first, self.first_actor, self.brought) = (at, event.actor, deed == Deed::Upload);
        }
        if at >= self.last {
            (self.last, self.object) = (at, event.object);
        }
        let later = |known: &Option<(VirtualTime, ActorCode)>| known.is_none_or(|(known, _)| at >= known);
        if matches!(deed, Deed::Upload | Deed::Edit) && later(&self.changed) {
            self.changed = Some((at, event.actor));
        }
        let presence = match deed {
            Deed::Upload => Presence::Exists,
            Deed::Delete => Presence::Trashed,
            Deed::Empty => Presence::Deleted,
            _ => return,
        };
        if at >= self.since {
            (self.presence, self.since) = (presence, at);
        }
    }
}

/// What a kind does to a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Look,
    Upload,
    Edit,
    Delete,
    Empty,
    Share,
}

/// What a digest has to know of a kind.
#[derive(Clone, Copy)]
struct KindNote {
    app: u32,
    target: Target,
    deed: Deed,
    failed: bool,
    vain: bool,
}

impl KindNote {
    fn of(code: KindCode, kind: &KindView<'_>) -> Self {
        use crate::catalogue::kinds;
        let deed = match (code, kind.action) {
            (kinds::RECYCLE_BIN_EMPTIED | kinds::SECOND_RECYCLE_BIN_EMPTIED, _) => Deed::Empty,
            // Whoever follows a link or accepts an invitation tells by it how the file is shared.
            (
                kinds::ANONYMOUS_LINK_USED
                | kinds::ONEDRIVE_ANONYMOUS_LINK_USED
                | kinds::SHARING_INVITATION_ACCEPTED
                | kinds::ONEDRIVE_SHARING_INVITATION_ACCEPTED,
                _,
            )
            | (_, Action::ShareInternal | Action::ShareExternal) => Deed::Share,
            (_, Action::Upload) => Deed::Upload,
            (_, Action::Edit) => Deed::Edit,
            (_, Action::Delete) => Deed::Delete,
            _ => Deed::Look,
        };
        let (failed, vain) = (kind.action == Action::FailedSignIn, kind.action.is_vain());
        Self { app: kind.app, target: kind.target, deed, failed, vain }
    }
}

/// What some rows amount to.
#[derive(Clone, Default)]
struct Digest {
    /// By the code of the actor.
    actors: Vec<Sightings>,
    /// In the order of the first row about each.
    files: Vec<FileTrace>,
    /// The place of an item in `files`.
    places: BTreeMap<u64, u32>,
    shares: BTreeMap<u64, Vec<Event>>,
    /// Found out when it is first asked for, since addresses cost more than all the rest.
    invited: OnceLock<BTreeMap<String, Invited>>,
}

/// Somebody outside who was invited to files.
#[derive(Clone, Copy, Debug)]
pub struct Invited {
    /// The file of the lowest number.
    pub object: ObjectNo,
    /// When an invitation was accepted last.
    pub accepted: Option<VirtualTime>,
}

impl Invited {
    fn join(&mut self, other: Self) {
        self.object = self.object.min(other.object);
        self.accepted = self.accepted.max(other.accepted);
    }
}

impl Digest {
    /// Adds a row. Of files, what `before` says is carried on.
    fn add(&mut self, before: Option<&Self>, notes: &[KindNote], event: &Event) {
        let Some(note) = notes.get(event.kind.index()) else { return };
        if event.actor != ActorCode::NOBODY {
            self.see(event, note);
        }
        let Some(item) = FileTrace::item_of(note.target, event.object) else { return };
        self.trace(before, item, event, note.deed).see(event, note.deed);
        if note.deed == Deed::Share {
            let shares = self.shares.entry(item).or_default();
            if shares.len() < MOST_SHARES {
                shares.push(*event);
            }
        }
    }

    /// By address.
    fn invited(&self, world: &World) -> &BTreeMap<String, Invited> {
        use crate::catalogue::kinds;
        self.invited.get_or_init(|| {
            let mut invited: BTreeMap<String, Invited> = BTreeMap::new();
            for event in self.shares.values().flatten() {
                let accepted = match event.kind {
                    kinds::SHARING_INVITATION_CREATED | kinds::ONEDRIVE_SHARING_INVITATION_CREATED => None,
                    kinds::SHARING_INVITATION_ACCEPTED | kinds::ONEDRIVE_SHARING_INVITATION_ACCEPTED => {
                        Some(event.timestamp())
                    }
                    _ => continue,
                };
                let one = Invited { object: event.object, accepted };
                invited.entry(world.outside_recipient(event.object)).or_insert(one).join(one);
            }
            invited
        })
    }

    fn see(&mut self, event: &Event, note: &KindNote) {
        let actor = event.actor.index();
        if self.actors.len() <= actor {
            self.actors.resize_with(actor + 1, Sightings::default);
        }
        let (known, at) = (&mut self.actors[actor], event.timestamp());
        if note.failed {
            let day = at.day();
            match known.failed.binary_search_by_key(&day, |(day, _)| *day) {
                Ok(place) => known.failed[place].1 += 1,
                Err(place) => known.failed.insert(place, (day, 1)),
            }
        }
        // Whoever did not get in has not been here.
        if note.vain {
            return;
        }
        match known.seen.iter_mut().find(|sighting| sighting.app == note.app) {
            Some(sighting) => sighting.last = sighting.last.max(at),
            None => known.seen.push(Sighting { app: note.app, last: at }),
        }
    }

    fn trace(&mut self, before: Option<&Self>, item: u64, event: &Event, deed: Deed) -> &mut FileTrace {
        let place = *self.places.entry(item).or_insert_with(|| {
            let at = event.timestamp();
            let known = before.and_then(|before| Some(before.files[*before.places.get(&item)? as usize]));
            self.files.push(known.unwrap_or(FileTrace {
                item,
                object: event.object,
                first: at,
                first_actor: event.actor,
                brought: deed == Deed::Upload,
                last: at,
                changed: None,
                presence: Presence::Exists,
                since: at,
            }));
            self.files.len() as u32 - 1
        });
        &mut self.files[place as usize]
    }
}

/// What full chunks amount to, from the first of the log to one of them.
struct Kept {
    first: RowNo,
    /// The last of them. Who has that chunk has all before it, too, as far as they are still there.
    last: Arc<Chunk>,
    digest: Arc<Digest>,
}

/// The digests that are kept beside a log. A clone shares them.
#[derive(Clone, Default)]
pub(super) struct Digests(Arc<Mutex<Vec<Kept>>>);

impl Digests {
    /// What these chunks amount to, all of which are full; none gives nothing.
    fn of(&self, full: &[(RowNo, &Arc<Chunk>)], notes: &[KindNote]) -> Arc<Digest> {
        let (Some((first, _)), Some((_, last))) = (full.first(), full.last()) else {
            return Arc::default();
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = |kept: &Kept| {
            let is_last = |(_, chunk): &(RowNo, &Arc<Chunk>)| Arc::ptr_eq(chunk, &kept.last);
            if kept.first == *first { full.iter().rposition(is_last) } else { None }
        };
        let nearest =
            kept.iter().filter_map(|kept| Some((place(kept)?, &kept.digest))).max_by_key(|near| near.0);
        let (done, mut digest) =
            nearest.map_or((0, Arc::default()), |(at, known)| (at + 1, Arc::clone(known)));
        if done < full.len() {
            let sum = Arc::make_mut(&mut digest);
            sum.invited = OnceLock::new();
            for (_, chunk) in &full[done..] {
                (0..chunk.len()).for_each(|row| sum.add(None, notes, &chunk.event(row)));
            }
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push(Kept { first: *first, last: Arc::clone(last), digest: Arc::clone(&digest) });
        }
        digest
    }
}

/// What the log amounts to at an instant.
pub struct LogDigest {
    full: Arc<Digest>,
    recent: Digest,
}

impl State {
    /// What the rows stored at or before `now` amount to.
    pub fn digest(&self, now: VirtualTime) -> LogDigest {
        let codebook: Codebook<'_> = self.codebook();
        let notes: Vec<KindNote> =
            KindCode::first(codebook.kinds()).map(|code| KindNote::of(code, &codebook.kind(code))).collect();
        let log = &self.core().log;
        let chunks: Vec<(RowNo, &Arc<Chunk>, usize)> = log.chunks(now).collect();
        // A chunk behind which there is another one is full; of one that lies partly ahead, only a part counts.
        let ahead = |(_, chunk, shown): &(RowNo, &Arc<Chunk>, usize)| *shown < chunk.len();
        let open = chunks.iter().position(ahead).unwrap_or(chunks.len().saturating_sub(1));
        let full: Vec<(RowNo, &Arc<Chunk>)> =
            chunks[..open].iter().map(|(first, chunk, _)| (*first, *chunk)).collect();
        let full = log.digests().of(&full, &notes);
        let mut recent = Digest::default();
        for (_, chunk, shown) in &chunks[open..] {
            (0..*shown).for_each(|row| recent.add(Some(&*full), &notes, &chunk.event(row)));
        }
        LogDigest { full, recent }
    }
}

impl LogDigest {
    fn parts(&self) -> [&Digest; 2] {
        [&self.full, &self.recent]
    }

    /// Where an actor was last seen, each app once.
    pub fn sightings(&self, actor: ActorCode) -> Vec<Sighting> {
        let mut seen: Vec<Sighting> = Vec::new();
        for known in self.parts().into_iter().filter_map(|part| part.actors.get(actor.index())) {
            for sighting in &known.seen {
                match seen.iter_mut().find(|other| other.app == sighting.app) {
                    Some(other) => other.last = other.last.max(sighting.last),
                    None => seen.push(*sighting),
                }
            }
        }
        seen
    }

    /// Everybody whose sign-ins failed from `day` on: how many on which day. The same day may come twice.
    pub fn failed_since(&self, day: i64) -> impl Iterator<Item = (ActorCode, i64, u32)> {
        self.parts().into_iter().flat_map(move |part| {
            (0..).map(ActorCode::new).zip(&part.actors).flat_map(move |(actor, known)| {
                let from = known.failed.partition_point(|(on, _)| *on < day);
                known.failed[from..].iter().map(move |(on, times)| (actor, *on, *times))
            })
        })
    }

    /// Every file that somebody did something with, in the order of the first row about each.
    pub fn files(&self) -> Vec<FileTrace> {
        let mut files = self.full.files.clone();
        for trace in &self.recent.files {
            match self.full.places.get(&trace.item) {
                Some(place) => files[*place as usize] = *trace,
                None => files.push(*trace),
            }
        }
        files
    }

    /// How a file was shared, oldest record first: the first [`MOST_SHARES`] times.
    pub fn shares(&self, item: u64) -> impl Iterator<Item = &Event> {
        let shares = self.parts().into_iter().filter_map(move |part| part.shares.get(&item));
        shares.flatten().take(MOST_SHARES)
    }

    /// Whom files were shared with by invitation, by address.
    pub fn invited(&self, world: &World) -> BTreeMap<String, Invited> {
        let mut invited = self.full.invited(world).clone();
        for (address, one) in self.recent.invited(world) {
            invited.entry(address.clone()).or_insert(*one).join(*one);
        }
        invited
    }
}
