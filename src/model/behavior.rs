//! Behaviors: what was noticed and is no alert. Analysts meet them in hunting, beside the activities.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/behaviors>

use super::index::BehaviorNo;
use super::observation::Observation;

/// One behavior of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Behavior {
    /// Its place in the order of being stored; its id derives from it.
    pub ordinal: BehaviorNo,
    /// What was noticed. An activity is behind it, at least.
    pub seen: Observation,
}
