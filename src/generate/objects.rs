//! The objects of activities (files, mails, records): pure functions of an object number, no table per object.

pub(in crate::generate) mod app_objects;
pub mod directory;
pub(in crate::generate) mod files;
pub mod groups;
pub(in crate::generate) mod mails;
pub mod rules;
pub mod sessions;
pub mod sign_ins;
pub mod targets;
pub(in crate::generate) mod teams;
