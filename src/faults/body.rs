//! Bodies that come damaged or cut.

use crate::generate::Stream;
use crate::model::spec::Thousandths;

/// How many bytes of a body of this length are left: fewer than all, if there are any.
pub fn kept(length: usize, keep: Thousandths) -> usize {
    let share = (length as u64 * u64::from(keep.0) / 1_000) as usize;
    share.min(length.saturating_sub(1))
}

/// Makes so many bytes, at drawn places, others than they were. Fewer, where places are drawn twice.
pub fn corrupt(body: &mut [u8], bytes: u32, chance: &mut Stream) {
    let Ok(length) = u32::try_from(body.len()) else { return };
    if length == 0 {
        return;
    }
    for _ in 0..bytes.min(length) {
        let place = chance.below(length) as usize;
        body[place] ^= chance.between(1, 255) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_body_is_always_shorter_than_the_whole() {
        assert_eq!(kept(1_000, Thousandths(500)), 500);
        assert_eq!(kept(10, Thousandths(999)), 9);
        assert_eq!(kept(1, Thousandths(999)), 0);
        assert_eq!(kept(0, Thousandths(500)), 0);
    }

    #[test]
    fn a_corrupt_body_has_the_same_length_and_differs_in_so_many_bytes() {
        let damaged = |bytes| {
            let mut body = vec![b'x'; 10_000];
            corrupt(&mut body, bytes, &mut Stream::new(1, "test", 0, "corrupt"));
            body.iter().filter(|byte| **byte != b'x').count()
        };
        assert_eq!(damaged(1), 1);
        assert_eq!(damaged(5), 5, "ten thousand places seldom meet");
        corrupt(&mut [], 3, &mut Stream::new(1, "test", 0, "corrupt"));
    }
}
