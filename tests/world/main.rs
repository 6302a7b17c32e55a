//! How believable a tenant is, measured: what gives attacks away, how people work, what the truth says. What is measured
//! is printed as a score card (`cargo test --all-features --test world -- --nocapture`); with `MOCK_DEFENDER_TESTS=full`
//! larger companies are measured, too.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod boosting;
#[path = "../kit/effort.rs"]
mod effort;
mod lived;
mod rates;
mod schema;
mod separability;
mod state;
mod together;
mod variety;
