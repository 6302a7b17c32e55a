//! What a tenant is, and how time and commands change it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod advance;
mod alerting;
mod behaviors;
mod commands;
mod company;
mod connection;
mod connectors;
mod data_directory;
#[path = "../simulation/disk.rs"]
mod disk;
mod forged;
mod forks;
mod governance;
mod ingestion;
mod journals_on_disk;
#[path = "../kit/mod.rs"]
mod kit;
mod laws;
mod long_work;
mod rewinds;
mod scenario_runs;
mod scheduled;
mod security_team;
mod siem_agents;
#[path = "../simulation/mod.rs"]
mod simulation;
mod sizes;
mod stories;
mod triage;
mod truth;
mod world;
