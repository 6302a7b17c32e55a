//! Records of the Defender for Cloud Apps API.
//!
//! Sources: <https://learn.microsoft.com/defender-cloud-apps/api-alerts>,
//! <https://learn.microsoft.com/defender-cloud-apps/api-activities>; recorded answers where they differ from it.

mod actions;
pub mod activity;
pub mod alert;
pub mod connector;
pub mod discovery;
pub mod entity;
pub mod extension;
pub mod file;
mod given;
pub mod governance;
pub mod ip_range;
pub mod list;
pub mod members;
pub mod policy;
pub mod read;
pub mod user_group;

/// Accounts of Entra users belong to Microsoft 365 in the catalogue of services.
const MICROSOFT_365: u32 = crate::catalogue::kinds::MICROSOFT_365;

/// The links of records.
pub struct Links {
    /// The origin of the portal's pages, as the asked authority names it.
    pub portal: String,
}
