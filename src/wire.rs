//! The records of surfaces as bytes.
//!
//! A wire form takes facts, and the links that only the asked authority knows, and writes straight into the body of
//! the answer. Which member stands where, under which name and of which type is decided here; what it says is not.
//!
//! Must never know: requests, callers, where a fact comes from.

pub mod cloudapps;
mod json;
