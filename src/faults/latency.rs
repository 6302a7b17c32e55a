//! How long an answer is late, in real time.

use std::time::Duration;

use crate::generate::Stream;
use crate::model::fault::Latency;
use crate::model::time::Span;

/// The draw of a standard normal variate that one in a hundred exceeds.
const P99: f64 = 2.326_348;

/// A length of real time; one that is below zero is none.
pub fn real(span: Span) -> Duration {
    Duration::from_millis(u64::try_from(span.as_millis()).unwrap_or(0))
}

/// How long this answer is late.
pub fn drawn(latency: &Latency, chance: &mut Stream) -> Duration {
    match latency {
        Latency::Fixed(span) => real(*span),
        Latency::Between { least, most } => {
            let (least, most) = (real(*least), real(*most));
            least + (most.saturating_sub(least)).mul_f64(share(chance))
        }
        Latency::Tail { median, p99 } => {
            let (median, p99) = (real(*median).as_secs_f64(), real(*p99).as_secs_f64());
            if median <= 0.0 || p99 <= median {
                return Duration::from_secs_f64(median.max(0.0));
            }
            // Log-normal: what services' latencies look like.
            let drawn = median * ((p99 / median).ln() / P99 * normal(chance)).exp();
            Duration::from_secs_f64(drawn.min(10.0 * p99))
        }
    }
}

/// Uniform from 0 to below 1.
fn share(chance: &mut Stream) -> f64 {
    f64::from(chance.below(1 << 30)) / f64::from(1 << 30)
}

/// A standard normal variate, nearly: the sum of twelve uniform ones, less six.
fn normal(chance: &mut Stream) -> f64 {
    (0..12).map(|_| share(chance)).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(latency: &Latency) -> Vec<Duration> {
        let draw = |number| drawn(latency, &mut Stream::new(1, "test", number, "late"));
        let mut all: Vec<Duration> = (0..10_000).map(draw).collect();
        all.sort();
        all
    }

    #[test]
    fn half_of_a_long_tail_lies_below_the_median_and_one_in_a_hundred_above_p99() {
        let all = sorted(&Latency::Tail { median: Span::millis(50), p99: Span::seconds(2) });
        let median = all[5_000].as_secs_f64();
        assert!((0.045..0.055).contains(&median), "{median}");
        let above = all.iter().filter(|late| **late > Duration::from_secs(2)).count();
        assert!((50..150).contains(&above), "{above}");
    }

    #[test]
    fn latency_between_two_bounds_is_spread_over_them() {
        let all = sorted(&Latency::Between { least: Span::millis(100), most: Span::millis(300) });
        assert!(all[0] >= Duration::from_millis(100) && all[9_999] <= Duration::from_millis(300));
        assert!((190..210).contains(&all[5_000].as_millis()), "{:?}", all[5_000]);
    }
}
