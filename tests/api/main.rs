//! The Cloud Apps API: what its lists, records, closings and refusals are, whatever is asked of it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod cloudapps_activities;
mod cloudapps_administration;
mod cloudapps_alerts;
mod cloudapps_connectors;
mod cloudapps_entities;
mod cloudapps_files;
mod cloudapps_ip_ranges;
mod cloudapps_other_routes;
mod cloudapps_refusals;
mod consistency;
mod discovery;
mod filters;
mod hostile_requests;
mod inject;
#[path = "../kit/mod.rs"]
mod kit;
mod query;
mod scan;
mod security_extensions;
