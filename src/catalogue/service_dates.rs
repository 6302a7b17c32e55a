//! When the services changed, as far as tenants show it: see [`ServiceDate`].

use crate::model::service_date::ServiceDate;

/// The end of SIEM agents was announced.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/release-notes> (May 2025).
pub const SIEM_AGENTS_ENDING: ServiceDate = ServiceDate::new(2025, 5);

/// SIEM agents are deprecated: those that there are stay, and none is added. (The vendor's page about them says that
/// none could be added since June 19, 2025 already.)
/// Source: <https://learn.microsoft.com/defender-cloud-apps/siem>
pub const SIEM_AGENTS_ENDED: ServiceDate = ServiceDate::new(2025, 11);

/// Behaviors are generally available: what weak detections notice is told in hunting, and the policies whose rules they
/// are raise no alerts any more, unless somebody switches them on.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/behaviors>
pub const BEHAVIORS: ServiceDate = ServiceDate::new(2025, 6);

/// Detections that the service manages itself take the place of some policies, which are switched off.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> ("Dynamic threat detection model").
pub const MANAGED_DETECTIONS: ServiceDate = ServiceDate::new(2025, 6);

/// Alerts about people who have left are called otherwise.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/release-notes> (June 2026).
pub const DEPROVISIONED_USERS: ServiceDate = ServiceDate::new(2026, 6);
