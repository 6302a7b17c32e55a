//! Records in the form of the Cloud Apps API.
//!
//! Sources: <https://learn.microsoft.com/defender-cloud-apps/api-activities>,
//! <https://learn.microsoft.com/defender-cloud-apps/api-alerts>; recorded answers where they differ from these.

pub mod members;
pub mod read;
