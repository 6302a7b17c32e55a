//! The one source of chance.
//!
//! A stream is ChaCha8 under a key that *is* (seed, kind, key, facet): asking for another facet never shifts the
//! draws of this one, so a feature can be added without reshuffling what exists. Only integer arithmetic is used,
//! so that every machine draws the same.

use super::chacha::Words;

/// Chance, keyed. See the module's text.
pub struct Stream(Words);

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
        let mut words = [0; 8];
        for (two, part) in words.chunks_exact_mut(2).zip([seed, label(kind), key, label(facet)]) {
            (two[0], two[1]) = (part as u32, (part >> 32) as u32);
        }
        Self(Words::of(words))
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        let low = u64::from(self.0.next());
        low | u64::from(self.0.next()) << 32
    }

    /// Uniform below `bound`; 0 when `bound` is 0. (Multiply and shift: the bias is below one in 2^32.)
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next()) * u64::from(bound)) >> 32) as u32
    }

    /// Uniform from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True with this chance.
    pub fn chance(&mut self, chance: Chance) -> bool {
        self.0.next() < chance.0
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

    /// A log-normal draw with mean 1,000: most are below, a few far above. Its logarithm has a standard deviation of 1.
    pub fn log_normal(&mut self) -> u32 {
        log_normal(self.0.next())
    }

    /// An index below `bound`, the first ones far more often: about as often as their number, counted from 1, divides
    /// (Zipf's law).
    pub fn zipf(&mut self, bound: u32) -> u32 {
        let doublings = bound.max(1).ilog2() + 1;
        loop {
            let base = 1u32 << self.below(doublings);
            let index = base - 1 + self.below(base);
            if index < bound.max(1) {
                return index;
            }
        }
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
                product = (product * u64::from(self.0.next())) >> 32;
                if product < limit {
                    break;
                }
                count += 1;
            }
        }
        count.min(255)
    }
}

/// The log-normal quantile, with mean 1,000, at `at / 2^32`.
pub(in crate::generate) fn log_normal(at: u32) -> u32 {
    let (step, within) = ((at >> 26) as usize, u64::from(at & 0x03ff_ffff));
    let (low, high) = (u64::from(LOG_NORMAL[step]), u64::from(LOG_NORMAL[step + 1]));
    (low + (((high - low) * within) >> 26)) as u32
}

/// Quantiles of exp(z), z standard normal, at 0, 1/64, … 1 (the ends at 0.4 % and 99.6 %), divided by their mean.
const LOG_NORMAL: [u32; 65] = [
    43, 71, 95, 115, 133, 149, 165, 180, 195, 209, 224, 239, 253, 268, 283, 298, 313, 329, 345, 361, 377,
    394, 411, 429, 447, 466, 485, 505, 525, 547, 569, 591, 615, 639, 665, 692, 720, 749, 779, 812, 846, 881,
    919, 960, 1_002, 1_048, 1_097, 1_150, 1_207, 1_269, 1_337, 1_411, 1_493, 1_585, 1_688, 1_806, 1_943,
    2_103, 2_297, 2_538, 2_851, 3_286, 3_961, 5_299, 8_721,
];

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
fn label(text: &str) -> u64 {
    debug_assert!(text.len() <= 8, "a stream label has at most eight bytes: {text}");
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_le_bytes(bytes)
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
    fn log_normal_draws_have_their_mean_and_a_long_tail() {
        let mut stream = Stream::new(1, "test", 0, "lognorm");
        let draws: Vec<u64> = (0..50_000).map(|_| u64::from(stream.log_normal())).collect();
        let mean = draws.iter().sum::<u64>() / 50_000;
        assert!(mean.abs_diff(1_000) < 30, "{mean}");
        let share = |of: &dyn Fn(u64) -> bool| draws.iter().filter(|draw| of(**draw)).count() / 500;
        assert!((65..75).contains(&share(&|draw| draw < 1_000)), "most are below the mean");
        assert!((3..6).contains(&share(&|draw| draw > 3_500)), "some are far above");
    }

    #[test]
    fn the_first_of_a_zipf_draw_come_most_often() {
        let mut stream = Stream::new(1, "test", 0, "zipf");
        let mut hits = vec![0u32; 300];
        for _ in 0..90_000 {
            hits[stream.zipf(300) as usize] += 1;
        }
        let tenth: u32 = hits[..30].iter().sum();
        assert!(hits[0] > 8 * hits[20] && tenth > 45_000, "{hits:?}");
        assert!(hits[299] > 0);
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
