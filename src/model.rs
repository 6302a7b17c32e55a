//! The nouns of the simulator as plain data: ids, virtual time, people, activities, alerts, commands.
//!
//! No behaviour beyond parsing and printing itself, no wire format of any service. Every other room speaks
//! in these types.

pub mod activity;
pub mod alert;
pub mod alerting;
pub mod base64;
pub mod behavior;
pub mod command;
pub mod connector;
pub mod copilot;
pub mod directory;
pub mod discovery;
pub mod fault;
pub mod field_error;
pub mod governance;
pub mod identity;
pub mod ids;
pub mod index;
pub mod ingestion;
pub mod injected;
pub mod ip_range;
pub mod json;
pub mod observation;
pub mod person;
pub mod policy;
pub mod registration;
pub mod scenario;
pub mod security_team;
pub mod service_date;
pub mod siem_agent;
pub mod spec;
pub mod stamps;
pub mod time;
