//! What is fixed everywhere: kinds of activities, apps, policies, and the tables from which worlds are drawn.
//!
//! Plain data, no chance, no tenant. Adding a row at the end of a table that worlds are drawn from may change what a
//! seed draws; the generator's number must then be raised.

pub(crate) mod agents;
pub mod app_categories;
pub(crate) mod app_words;
pub mod apps;
pub mod attack;
pub(crate) mod cities;
pub mod cloud_apps;
pub(crate) mod companies;
pub mod connector_errors;
pub mod connectors;
pub mod copilot;
pub(crate) mod departments;
pub(crate) mod directory;
pub mod first_party;
pub(crate) mod holidays;
pub mod ip_tags;
pub mod kinds;
pub(crate) mod languages;
pub mod log_types;
pub(crate) mod networks;
pub mod permissions;
pub mod policies;
pub mod real_routes;
pub(crate) mod releases;
pub mod resources;
pub mod risk_factors;
pub mod service_dates;
pub mod sign_ins;
pub(crate) mod subjects;
pub(crate) mod words;
