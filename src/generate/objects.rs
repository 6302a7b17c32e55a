//! The objects of activities (files, mails, records): pure functions of an object number, no table per object.

pub(in crate::generate) mod app_objects;
mod cmdlets;
pub mod directory;
pub(in crate::generate) mod files;
pub mod groups;
mod mailboxes;
pub(in crate::generate) mod mails;
pub(in crate::generate) mod paths;
pub mod rules;
pub mod sessions;
pub mod sign_ins;
pub mod targets;
pub(in crate::generate) mod teams;
