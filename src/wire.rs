//! The records of a surface as bytes: what a record looks like there, written and read.
//!
//! Must never know: HTTP, who asks, which route is answered.

pub mod cloudapps;
