//! Samples of one quantity, and how they are written for people.

use std::hint::black_box;

use mock_defender::tenant::wall::Stopwatch;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Bytes,
    PerSecond,
    Count,
}

impl Unit {
    /// `12.3 ms`, `8.51 MB`, `27.1 k/s`, `1.02 M`.
    pub fn write(self, value: f64) -> String {
        let (scales, unit): (&[(f64, &str)], &str) = match self {
            Self::Seconds => (&[(1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")], "s"),
            Self::Bytes => (&[(1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, "")], "B"),
            Self::PerSecond => (&[(1e6, "M"), (1e3, "k"), (1.0, "")], "/s"),
            Self::Count => (&[(1e6, "M"), (1e3, "k"), (1.0, "")], ""),
        };
        let fits = |(scale, _): &&(f64, &str)| value.abs() >= *scale;
        // Too small for every scale: the last one.
        let &(scale, prefix) = scales.iter().find(fits).unwrap_or(&scales[scales.len() - 1]);
        let scaled = value / scale;
        let text = match scaled.abs() {
            size if size >= 100.0 => format!("{scaled:.0}"),
            size if size >= 10.0 => format!("{scaled:.1}"),
            _ => format!("{scaled:.2}"),
        };
        format!("{text} {prefix}{unit}").trim_end().to_owned()
    }
}

/// Measurements of one quantity.
#[derive(Clone, Debug)]
pub struct Samples {
    pub unit: Unit,
    values: Vec<f64>,
}

impl Samples {
    pub fn new(unit: Unit) -> Self {
        Self { unit, values: Vec::new() }
    }

    pub fn one(unit: Unit, value: f64) -> Self {
        Self { unit, values: vec![value] }
    }

    pub fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// The value below which this share of the samples lies; not a number when there are none.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1) as f64;
        sorted.get((last * share).round() as usize).copied().unwrap_or(f64::NAN)
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub fn min(&self) -> f64 {
        self.quantile(0.0)
    }

    pub fn max(&self) -> f64 {
        self.quantile(1.0)
    }

    /// How many times as much as `other`: by turns, where both were measured turn by turn, since a machine that
    /// slows down slows both.
    pub fn ratio(&self, other: &Self) -> f64 {
        if self.values.len() != other.values.len() {
            return self.median() / other.median();
        }
        let values = self.values.iter().zip(&other.values).map(|(ours, theirs)| ours / theirs).collect();
        Self { unit: Unit::Count, values }.median()
    }

    /// The 99th percentile as a sample of its own.
    pub fn p99(&self) -> Self {
        Self::one(self.unit, self.quantile(0.99))
    }
}

/// Seconds that `work` takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let watch = Stopwatch::start();
    let result = black_box(work());
    (result, watch.elapsed().as_secs_f64())
}

/// Seconds of one call, from `calls` of them.
pub fn each<T>(calls: u32, mut work: impl FnMut() -> T) -> f64 {
    let watch = Stopwatch::start();
    for _ in 0..calls {
        black_box(work());
    }
    watch.elapsed().as_secs_f64() / f64::from(calls)
}

/// Measures two things turn by turn.
pub fn turns(rounds: u32, mut ours: impl FnMut() -> f64, mut theirs: impl FnMut() -> f64) -> [Samples; 2] {
    let mut samples = [Samples::new(Unit::Seconds), Samples::new(Unit::Seconds)];
    for _ in 0..rounds {
        samples[0].push(ours());
        samples[1].push(theirs());
    }
    samples
}

/// A fixed piece of integer work (some 40 ms): says how fast this machine is at this moment.
pub fn yardstick() -> u64 {
    let mut state = black_box(0x9e37_79b9_7f4a_7c15_u64);
    let mut sum = 0_u64;
    for _ in 0..20_000_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        sum = sum.wrapping_add(state);
    }
    sum
}
