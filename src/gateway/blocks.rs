//! Parts of a large file that are sent apart and put together later, at the word of who sent them. Not part of a
//! tenant's state: bounded, lost at restart, empty in a fork.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::model::ids::Guid;

/// A tenant keeps no more bytes of them; the oldest are dropped.
pub const MOST_BYTES: usize = 128 << 20;

/// All tenants of the process together keep no more bytes: a part that does not fit is not kept, and the list that names
/// it finds it missing.
pub const MOST_BYTES_OF_ALL: usize = 512 << 20;

/// What all tenants of the process keep.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// A tenant keeps no more of them.
pub const MOST_BLOCKS: usize = 50_000;

/// The parts that were sent to one tenant.
#[derive(Default)]
pub struct Blocks(Mutex<VecDeque<Block>>);

struct Block {
    file: Guid,
    id: String,
    bytes: Bytes,
}

impl Block {
    /// A part, if there is room for it in the process.
    fn kept(file: Guid, id: &str, bytes: Bytes) -> Option<Self> {
        let fits = |kept: usize| kept.checked_add(bytes.len()).filter(|sum| *sum <= MOST_BYTES_OF_ALL);
        KEPT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).ok()?;
        Some(Self { file, id: id.to_owned(), bytes })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        KEPT.fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

impl Blocks {
    /// Keeps a part; one of the same file with the same id is replaced.
    pub fn put(&self, file: Guid, id: &str, bytes: Bytes) {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.retain(|block| block.file != file || block.id != id);
        let mut sum: usize = bytes.len() + blocks.iter().map(|block| block.bytes.len()).sum::<usize>();
        while sum > MOST_BYTES || blocks.len() >= MOST_BLOCKS {
            let Some(oldest) = blocks.pop_front() else { break };
            sum -= oldest.bytes.len();
        }
        blocks.extend(Block::kept(file, id, bytes));
    }

    /// The parts of a file with these ids, in this order; all that were sent of it are forgotten then. Nothing where one of
    /// them is not there.
    pub fn take(&self, file: Guid, ids: &[String]) -> Option<Vec<Bytes>> {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |id: &String| blocks.iter().find(|block| block.file == file && block.id == *id);
        let found =
            ids.iter().map(|id| find(id).map(|block| block.bytes.clone())).collect::<Option<Vec<_>>>()?;
        blocks.retain(|block| block.file != file);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_together_in_the_order_that_is_asked_for() {
        let (blocks, file, other) = (Blocks::default(), Guid::from_bits(1), Guid::from_bits(2));
        let put = |file, id, text: &'static str| blocks.put(file, id, Bytes::from_static(text.as_bytes()));
        put(file, "b", "old");
        put(file, "a", "1");
        put(other, "a", "x");
        put(file, "b", "2");
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(blocks.take(file, &ids(&["a", "c"])), None);
        assert_eq!(blocks.take(file, &ids(&["b", "a"])).unwrap().concat(), b"21");
        assert_eq!(blocks.take(file, &ids(&["a"])), None, "they are forgotten");
        assert!(blocks.take(other, &ids(&["a"])).is_some());
    }

    #[test]
    fn what_is_forgotten_makes_room_for_others() {
        let file = Guid::from_bits(1);
        assert!(Block::kept(file, "a", Bytes::from(vec![0; MOST_BYTES_OF_ALL + 1])).is_none());
        // More than fits at once, one after the other.
        for _ in 0..9 {
            let blocks = Blocks::default();
            blocks.put(file, "a", Bytes::from(vec![0; MOST_BYTES / 2]));
            assert!(blocks.take(file, &["a".to_owned()]).is_some());
        }
    }

    #[test]
    fn the_oldest_are_dropped_for_want_of_room() {
        let (blocks, file) = (Blocks::default(), Guid::from_bits(1));
        let half = Bytes::from(vec![0; MOST_BYTES / 2]);
        for id in ["a", "b", "c"] {
            blocks.put(file, id, half.clone());
        }
        assert_eq!(blocks.take(file, &["a".to_owned()]), None);
        assert!(blocks.take(file, &["b".to_owned(), "c".to_owned()]).is_some());
    }
}
