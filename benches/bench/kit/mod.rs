//! What the benches share: a table, samples, a load client, child processes, peers to be measured beside.
//!
//! A bench is a program that measures and prints; it asserts nothing about time, since machines are noisy. Every
//! figure stands beside a reference that was measured in the same run, turn by turn, so that what slows the one
//! slows the other.
#![allow(missing_docs, unreachable_pub, reason = "a kit within one program")]

pub mod child;
pub mod client;
pub mod house;
pub mod peers;
pub mod sample;
pub mod table;

/// How much time a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Enough to see the order of magnitude: `cargo bench -- --quick`, or `MOCK_DEFENDER_BENCH=quick`.
    Quick,
    /// Enough for figures to quote.
    Full,
}

impl Effort {
    /// One of the two, by effort.
    pub fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// The effort asked for; nothing when this is no bench run: `cargo test --all-targets` starts benches too.
pub fn asked() -> Option<Effort> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if !args.iter().any(|arg| arg == "--bench") {
        println!("nothing measured: run `cargo bench`");
        return None;
    }
    let quick = args.iter().any(|arg| arg == "--quick")
        || std::env::var("MOCK_DEFENDER_BENCH").is_ok_and(|effort| effort == "quick");
    Some(if quick { Effort::Quick } else { Effort::Full })
}
