//! What a company is born with: its people and their names, its applications, who starts and who leaves.

pub(in crate::generate) mod connected_apps;
pub(in crate::generate) mod names;
pub(in crate::generate) mod people;
pub mod principals;
pub mod registrations;
pub(in crate::generate) mod turnover;
