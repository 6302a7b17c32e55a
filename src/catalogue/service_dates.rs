//! When the services changed, as far as tenants show it: see [`ServiceDate`].

use crate::model::service_date::ServiceDate;

/// The end of SIEM agents was announced.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/release-notes> (May 2025).
pub const SIEM_AGENTS_ENDING: ServiceDate = ServiceDate::new(2025, 5);

/// SIEM agents are deprecated: those that there are stay, and none is added. (The vendor's page about them says that
/// none could be added since June 19, 2025 already.)
/// Source: <https://learn.microsoft.com/defender-cloud-apps/siem>
pub const SIEM_AGENTS_ENDED: ServiceDate = ServiceDate::new(2025, 11);
