//! What became of the policies in the services, month by month: which of them customers find switched on, what takes the
//! place of the others, and how alerts are called.
//!
//! Sources: <https://learn.microsoft.com/defender-cloud-apps/behaviors> (policies whose detections are behaviors, and
//! their `ActionType`), <https://learn.microsoft.com/defender-cloud-apps/anomaly-detection-policy> (policies that were
//! switched off in June 2025, and under which titles their alerts go on).

use super::Policy;
use crate::catalogue::service_dates::{BEHAVIORS, DEPROVISIONED_USERS, MANAGED_DETECTIONS};
use crate::model::service_date::ServiceDate;

/// Policies whose rules make behaviors, with the `ActionType` of these.
const BEHAVE: [(&str, &str); 7] = [
    ("Activity from infrequent country", "ActivityFromInfrequentCountry"),
    ("Impossible travel", "ImpossibleTravelActivity"),
    ("Multiple failed login attempts", "MultipleFailedLoginAttempts"),
    ("Unusual addition of credentials to an OAuth app", "UnusualAdditionOfCredentialsToAnOauthApp"),
    ("Unusual administrative activity (by user)", "SuspiciousAdministrativeActivity"),
    ("Unusual file deletion activity (by user)", "MassDelete"),
    ("Unusual file download (by user)", "MassDownload"),
];

/// Policies whose place detections of the service took, with the title of their alerts. (No title is told of the rules
/// that hide mail: unverified.)
const MANAGED: [(&str, &str); 4] = [
    ("Ransomware activity", "Ransomware payment instruction file uploaded to {Application}"),
    ("Suspicious inbox forwarding", "Suspicious email forwarding rule created by third-party app"),
    ("Suspicious inbox manipulation rules", "Suspicious inbox manipulation rule"),
    ("Unusual ISP for an OAuth app", "OAuth application activity from an unknown ISP"),
];

/// Policies whose alerts got another title, and since when.
const RENAMED: [(&str, ServiceDate, &str); 1] = [(
    "Activity performed by terminated user",
    DEPROVISIONED_USERS,
    "Activity by a deprovisioned user (preview)",
)];

/// What comes of it when the rule of a policy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// The title of an alert, if one is raised. `{Application}` stands for the app concerned.
    pub alert: Option<&'static str>,
    /// The `ActionType` of a behavior, if one is made.
    pub behavior: Option<&'static str>,
}

impl Consequence {
    /// Something comes of it.
    pub const fn is_any(self) -> bool {
        self.alert.is_some() || self.behavior.is_some()
    }
}

impl Policy {
    /// What comes of it when its rule speaks, with the services of a month. `switched` says that somebody has switched
    /// the policy on or off: that decides about its own alerts, not about behaviors and detections of the service,
    /// which no customer switches.
    pub fn consequence(&self, date: ServiceDate, switched: Option<bool>) -> Consequence {
        let behavior = self.behavior().filter(|_| date >= BEHAVIORS);
        let managed = (date >= MANAGED_DETECTIONS).then(|| named(&MANAGED, self.name)).flatten();
        let on = switched.unwrap_or_else(|| self.is_usually_on(date));
        let alert = if on { Some(self.title_of(date)) } else { managed };
        Consequence { alert, behavior }
    }

    /// The `ActionType` of the behaviors that its rule makes, if it makes any.
    pub fn behavior(&self) -> Option<&'static str> {
        named(&BEHAVE, self.name)
    }

    /// Customers find it switched on.
    pub fn is_usually_on(&self, date: ServiceDate) -> bool {
        let behaves = date >= BEHAVIORS && self.behavior().is_some();
        let managed = date >= MANAGED_DETECTIONS && named(&MANAGED, self.name).is_some();
        !behaves && !managed
    }

    /// The title of its own alerts, with the services of a month.
    fn title_of(&self, date: ServiceDate) -> &'static str {
        let renamed = RENAMED.iter().find(|(name, since, _)| *name == self.name && date >= *since);
        renamed.map_or(self.title, |(_, _, title)| title)
    }
}

fn named(rows: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    rows.iter().find(|(of, _)| *of == name).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::super::POLICIES;
    use super::*;

    fn policy(name: &str) -> &'static Policy {
        POLICIES.iter().find(|policy| policy.name == name).unwrap()
    }

    #[test]
    fn every_row_is_about_a_policy_that_there_is() {
        let rows = BEHAVE.iter().chain(&MANAGED).map(|row| row.0).chain(RENAMED.iter().map(|row| row.0));
        rows.for_each(|name| assert_eq!(policy(name).name, name));
    }

    #[test]
    fn before_june_2025_every_policy_raises_alerts_unless_it_is_switched_off() {
        let before = ServiceDate::new(2025, 5);
        for policy in POLICIES {
            let alert = Some(policy.title);
            assert_eq!(policy.consequence(before, None), Consequence { alert, behavior: None });
            assert!(!policy.consequence(before, Some(false)).is_any());
        }
    }

    #[test]
    fn since_june_2025_weak_detections_are_behaviors_and_alerts_only_where_somebody_wants_them() {
        let travel = policy("Impossible travel");
        let behavior = Some("ImpossibleTravelActivity");
        for date in [BEHAVIORS, ServiceDate::new(2026, 6)] {
            assert_eq!(travel.consequence(date, None), Consequence { alert: None, behavior });
            assert_eq!(travel.consequence(date, Some(false)), Consequence { alert: None, behavior });
            let alert = Some("Impossible travel activity");
            assert_eq!(travel.consequence(date, Some(true)), Consequence { alert, behavior });
        }
    }

    #[test]
    fn alerts_of_the_services_own_detections_go_on_under_other_titles() {
        let provider = policy("Unusual ISP for an OAuth app");
        let title = |switched| provider.consequence(MANAGED_DETECTIONS, switched).alert.unwrap();
        assert_eq!(title(None), "OAuth application activity from an unknown ISP");
        assert_eq!(title(Some(false)), "OAuth application activity from an unknown ISP");
        assert_eq!(title(Some(true)), "Unusual ISP for an OAuth app");
        let left = policy("Activity performed by terminated user");
        let title = |date| left.consequence(date, None).alert.unwrap();
        assert_eq!(title(ServiceDate::new(2026, 5)), "Activity performed by terminated user");
        assert_eq!(title(ServiceDate::new(2026, 6)), "Activity by a deprovisioned user (preview)");
    }
}
