//! The one source of chance.
//!
//! A stream is ChaCha8 under a key that *is* (seed, kind, key, facet): asking for another facet never shifts the
//! draws of this one, so a feature can be added without reshuffling what exists. Only integer arithmetic is used,
//! so that every machine draws the same.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Chance, keyed. See the module's text.
pub struct Stream(ChaCha8Rng);

/// One in 2^32 steps of a probability: `Chance::percent(3)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chance(u32);

impl Chance {
    /// `n` in a hundred.
    pub const fn percent(n: u32) -> Self {
        Self::of(n, 100)
    }
    /// `n` in a thousand.
    pub const fn per_mille(n: u32) -> Self {
        Self::of(n, 1_000)
    }
    /// `n` in `of`.
    pub const fn of(n: u32, of: u32) -> Self {
        let steps = (n as u64 * (1 << 32)) / of as u64;
        Self(if steps > u32::MAX as u64 { u32::MAX } else { steps as u32 })
    }
}

impl Stream {
    /// The stream of (seed, kind, key, facet). `kind` and `facet` are short labels of at most eight bytes.
    pub fn new(seed: u64, kind: &str, key: u64, facet: &str) -> Self {
        let mut bytes = [0u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&label(kind));
        bytes[16..24].copy_from_slice(&key.to_le_bytes());
        bytes[24..].copy_from_slice(&label(facet));
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform below `bound`; 0 when `bound` is 0. (Multiply and shift: the bias is below one in 2^32.)
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// Uniform from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True with this chance.
    pub fn chance(&mut self, chance: Chance) -> bool {
        self.0.next_u32() < chance.0
    }

    /// One of the items, uniformly; the slice is not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// An index, drawn by weight; the weights have a positive sum.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut left = self.below(total);
        for (index, &weight) in weights.iter().enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        weights.len() - 1
    }

    /// A Poisson draw with mean `milli / 1000`, at most 255: as many arrivals as exponential steps fit in.
    ///
    /// Knuth's product method in 32-bit fixed point, with the mean taken in pieces small enough for it.
    pub fn poisson(&mut self, milli: u32) -> u32 {
        let mut left = milli;
        let mut count = 0;
        while left > 0 && count < 255 {
            let piece = left.min(4_000);
            left -= piece;
            let limit = exp_minus(piece);
            let mut product = u64::from(u32::MAX);
            loop {
                product = (product * u64::from(self.0.next_u32())) >> 32;
                if product < limit {
                    break;
                }
                count += 1;
            }
        }
        count.min(255)
    }
}

/// exp(-milli/1000) in units of 2^-32, by its power series over halved arguments: integers only.
fn exp_minus(milli: u32) -> u64 {
    const ONE: u64 = 1 << 32;
    // exp(-x) = exp(-x/16)^16; the series converges fast for x/16 <= 1/4.
    let x = (u64::from(milli) * ONE) / 16_000;
    let mut term = ONE;
    let mut sum = ONE as i64;
    for n in 1..12u64 {
        term = ((u128::from(term) * u128::from(x)) >> 32) as u64 / n;
        sum += if n % 2 == 1 { -(term as i64) } else { term as i64 };
    }
    let mut power = sum as u64;
    for _ in 0..4 {
        power = ((u128::from(power) * u128::from(power)) >> 32) as u64;
    }
    power
}

/// The first eight bytes of a label.
fn label(text: &str) -> [u8; 8] {
    debug_assert!(text.len() <= 8, "a stream label has at most eight bytes: {text}");
    let mut bytes = [0u8; 8];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_stream_keys_draw_equal_numbers_and_other_facets_differ() {
        let draw = |facet| Stream::new(1, "person", 5, facet).bits();
        assert_eq!(draw("name"), draw("name"));
        assert_ne!(draw("name"), draw("home"));
    }

    #[test]
    fn poisson_has_its_mean() {
        for milli in [300, 2_000, 9_500] {
            let mut stream = Stream::new(1, "test", u64::from(milli), "poisson");
            let sum: u32 = (0..20_000).map(|_| stream.poisson(milli)).sum();
            let mean = sum / 20;
            assert!(mean.abs_diff(milli) < milli / 20 + 30, "asked {milli}, got {mean}");
        }
    }

    #[test]
    fn weighted_choice_follows_its_weights() {
        let mut stream = Stream::new(1, "test", 0, "weights");
        let mut hits = [0u32; 3];
        for _ in 0..30_000 {
            hits[stream.weighted(&[1, 0, 2])] += 1;
        }
        assert_eq!(hits[1], 0);
        assert!(hits[2].abs_diff(20_000) < 600, "{hits:?}");
    }
}
