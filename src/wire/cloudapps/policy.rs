//! A policy as the API writes it. No public record shows one: the names beside `_id` and `policyType` are (unverified).

use crate::facts::PolicyFacts;
use crate::wire::json::object;

/// Writes a policy.
pub fn write(policy: &PolicyFacts<'_>, out: &mut Vec<u8>) {
    object(out, |record| {
        record
            .set("_id", policy.id())
            .set("name", policy.name())
            .set("description", &*policy.about())
            .set("policyType", policy.policy_type())
            .set("enabled", policy.enabled())
            .set("severity", policy.severity() as u8)
            .set("stories", policy.stories())
            .set("alertsCount", policy.alerts())
            .set("lastModified", policy.modified().millis())
            .set("isBuiltIn", policy.built_in());
        if let Some((count, seconds)) = policy.limits() {
            record.object("threshold", |threshold| {
                threshold.set("repetitions", count).set("timeframeMinutes", seconds / 60);
            });
        }
    });
}
