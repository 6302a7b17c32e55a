//! Tables from which worlds are drawn: plain data, no chance, no behaviour.
//!
//! Adding a row at the end of a table may change what a seed draws; the generator's number must then be raised.

pub(super) mod agents;
pub(super) mod app_words;
pub(super) mod cities;
pub(super) mod companies;
pub(super) mod departments;
pub(super) mod directory;
pub(super) mod networks;
pub(super) mod words;
