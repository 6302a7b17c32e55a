//! The tenant's data under the names that surfaces use, as tables for the query engine.
//!
//! Knows the tenant and the world; knows no HTTP and no wire form of records.

pub mod activities;
pub mod alerts;
pub mod cloud_apps;
pub mod connectors;
pub mod entities;
pub mod files;
pub mod governance;
pub mod ip_ranges;
pub mod listing;
pub mod policies;
pub mod tables;
