//! The scenarios that are shipped: one line for each file of the folder `scenarios`, held to it by a test.

/// Names and texts.
macro_rules! scenarios {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../scenarios/", $name, ".yaml")))),*]
    };
}

/// The shipped scenarios: names and texts, by name.
pub static SHIPPED: &[(&str, &str)] = scenarios! {
    "access-blocked"
    "activities-an-hour-late"
    "admin-approval-required"
    "alerts-out-of-order"
    "api-token-revoked"
    "application-disabled"
    "attack-under-way"
    "certificate-expired"
    "clock-behind"
    "clock-skew-of-assertions"
    "connection-reset"
    "connector-credentials-expired"
    "connector-licence-missing"
    "connector-permission-missing"
    "connector-quota-used-up"
    "connector-service-down"
    "consent-declined"
    "consent-pending"
    "consent-revoked"
    "cursor-stands-still"
    "disconnected-capacity-deleted"
    "disconnected-capacity-detached"
    "disconnected-capacity-provisioning"
    "disconnected-channel-unreachable"
    "disconnected-consent-declined"
    "disconnected-consent-expired"
    "disconnected-consent-pending"
    "disconnected-consent-revoked"
    "disconnected-cookies-blocked"
    "disconnected-copilot-not-enabled"
    "disconnected-dialog-timed-out"
    "disconnected-endpoint-blackholed"
    "disconnected-endpoint-failing"
    "disconnected-endpoint-unknown"
    "disconnected-endpoint-unreachable"
    "disconnected-endpoint-untrusted"
    "disconnected-for-several-reasons"
    "disconnected-license-missing"
    "disconnected-popups-blocked"
    "disconnected-session-expired"
    "disconnected-session-revoked"
    "disconnected-toggle-off"
    "disconnected-toggle-too-soon"
    "disconnected-until-set-up"
    "duplicate-alerts"
    "empty-answer"
    "empty-page-with-has-next"
    "equal-timestamps"
    "five-minutes-late"
    "hanging-requests"
    "host-of-another-region"
    "hours-late"
    "html-error-page"
    "html-instead-of-json"
    "huge-payload"
    "incomplete-pages"
    "key-rotation"
    "malformed-json"
    "missing-fields"
    "more-that-never-comes"
    "no-active-connector"
    "no-activities"
    "not-subscribed"
    "outage-and-slow-recovery"
    "page-fails-for-ever"
    "paging-drift"
    "password-changed"
    "permission-taken-away"
    "redirected"
    "refresh-token-expired"
    "reset-in-mid-body"
    "role-lost"
    "second-factor-demanded"
    "secret-expired"
    "server-errors-in-bursts"
    "session-expired"
    "session-revoked"
    "sign-in-unavailable"
    "signed-with-an-unknown-key"
    "slow-answers"
    "slow-by-drops"
    "stale-answers"
    "state-changes-after-read"
    "throttled-after-a-quiet-hour"
    "throttled-in-fractions"
    "throttled-in-seconds"
    "throttled-in-words"
    "throttled-sign-in"
    "throttled-until-a-date"
    "throttled-without-a-word"
    "throttled-without-end"
    "times-by-the-minute"
    "token-expires"
    "token-for-another-audience"
    "token-refused-once"
    "total-is-wrong"
    "truncated-answer"
    "truncated-json"
    "unknown-fields"
    "unknown-values"
    "updates-of-one-alert"
    "user-disabled"
    "wrong-content-type"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_by_name() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, files, "src/scenario/shipped.rs lists the files of scenarios/, in order");
    }
}
