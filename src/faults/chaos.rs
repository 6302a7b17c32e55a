//! Chaos: faults by the handful, at three levels. What they do at which request is drawn from the tenant's seed, so that
//! a run that went wrong can be had again.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::fault::Fault;

/// What the names of its faults begin with.
pub const PREFIX: &str = "chaos-";

/// How much goes wrong.
///
/// ```
/// use mock_defender::{Chaos, MockDefender};
///
/// let mock = MockDefender::builder().chaos(Chaos::Mild).start()?;
/// assert!(mock.faults().iter().all(|fault| fault.id.starts_with("chaos-")));
/// # Ok::<(), mock_defender::StartError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chaos {
    /// What happens on any day: any client that tries again ends with the truth.
    Mild,
    /// A bad day: answers break off, tokens end early, proxies speak in between.
    Rough,
    /// Whatever is thinkable, wrong answers included: a client can only notice, and end by itself.
    Evil,
}

impl Chaos {
    /// Every level, the mildest first.
    pub const ALL: [Self; 3] = [Self::Mild, Self::Rough, Self::Evil];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mild => "mild",
            Self::Rough => "rough",
            Self::Evil => "evil",
        }
    }

    /// Its faults with their names, in the order in which they are tried: those of milder levels first.
    pub fn faults(self) -> Vec<(String, Arc<Fault>)> {
        let levels = Self::ALL.into_iter().take_while(|level| *level as usize <= self as usize);
        let rows = levels.flat_map(|level| level.rows());
        rows.map(|(name, fault)| {
            let fault = serde_json::from_slice(fault.as_bytes()).expect("a test reads every row");
            (format!("{PREFIX}{name}"), Arc::new(fault))
        })
        .collect()
    }

    /// What this level adds to the milder ones.
    const fn rows(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Mild => MILD,
            Self::Rough => ROUGH,
            Self::Evil => EVIL,
        }
    }
}

impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Chaos {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let level = Self::ALL.into_iter().find(|level| level.name() == text);
        level.ok_or_else(|| "a level of chaos: mild, rough or evil".to_owned())
    }
}

/// One request in fifteen fails, and can be sent again as it was.
const MILD: &[(&str, &str)] = &[
    (
        "throttled",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.03},"effect":{"throttle":{"wait":"1s"}}}"#,
    ),
    (
        "unavailable",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.02},"effect":{"respond":{"status":503,"headers":{"retry-after":"1"},"body":"Service Unavailable"}}}"#,
    ),
    (
        "transient",
        r#"{"match":{"service":"entra","method":"POST","path":"/*/oauth2/**"},"when":{"probability":0.03},"effect":{"refuse":{"refusal":"Transient90033"}}}"#,
    ),
    ("reset", r#"{"when":{"probability":0.01},"effect":{"reset":{}}}"#),
    (
        "slow",
        r#"{"when":{"probability":0.2},"effect":{"latency":{"between":{"least":"20ms","most":"300ms"}}}}"#,
    ),
];

const ROUGH: &[(&str, &str)] = &[
    (
        "throttled-by-date",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.02},"effect":{"throttle":{"wait":"2s","retryAfter":"date"}}}"#,
    ),
    (
        "throttled-untold",
        r#"{"when":{"probability":0.02},"effect":{"throttle":{"wait":"2s","retryAfter":"absent"}}}"#,
    ),
    (
        "token-expired",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.02},"effect":{"token":"expired"}}"#,
    ),
    (
        "gateway",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.03},"effect":{"html":{"status":502}}}"#,
    ),
    (
        "gateway-timeout",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.01},"effect":{"respond":{"status":504,"body":{"error":{"code":"GatewayTimeout"}}}}}"#,
    ),
    ("cut", r#"{"when":{"probability":0.02},"effect":{"truncate":{"keep":0.6}}}"#),
    ("broken-off", r#"{"when":{"probability":0.01},"effect":{"reset":{"after":200}}}"#),
    (
        "twice",
        r#"{"match":{"service":"cloud-apps","path":"/api/v1/*"},"when":{"probability":0.05},"effect":{"list":{"change":"duplicate","items":{"share":0.2}}}}"#,
    ),
    (
        "long-tail",
        r#"{"when":{"probability":0.3},"effect":{"latency":{"tail":{"median":"50ms","p99":"2s"}}}}"#,
    ),
];

const EVIL: &[(&str, &str)] = &[
    ("hang", r#"{"when":{"probability":0.01},"effect":{"hang":{"for":"30s"}}}"#),
    ("drip", r#"{"when":{"probability":0.02},"effect":{"drip":{"bytes":256,"every":"50ms"}}}"#),
    ("cut-in-frame", r#"{"when":{"probability":0.02},"effect":{"truncate":{"keep":0.8,"framed":true}}}"#),
    ("corrupt", r#"{"when":{"probability":0.02},"effect":{"corrupt":{"bytes":3}}}"#),
    ("html-type", r#"{"when":{"probability":0.02},"effect":{"contentType":"text/html; charset=utf-8"}}"#),
    (
        "page-of-success",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.02},"effect":{"html":{"status":200,"title":"Sign in"}}}"#,
    ),
    (
        "throttled-for-long",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.01},"effect":{"throttle":{"wait":"90500ms","retryAfter":"fraction"}}}"#,
    ),
    (
        "token-forbidden",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.01},"effect":{"token":"forbidden"}}"#,
    ),
    (
        "secret-ended",
        r#"{"match":{"service":"entra","method":"POST","path":"/*/oauth2/**"},"when":{"probability":0.02},"effect":{"token":"expired"}}"#,
    ),
    (
        "stale",
        r#"{"match":{"service":"cloud-apps"},"when":{"probability":0.05},"effect":{"stale":{"by":"1h"}}}"#,
    ),
    (
        "missing",
        r#"{"match":{"service":"cloud-apps","path":"/api/v1/*"},"when":{"probability":0.03},"effect":{"list":{"change":"drop","items":{"share":0.1}}}}"#,
    ),
    (
        "shuffled",
        r#"{"match":{"service":"cloud-apps","path":"/api/v1/*"},"when":{"probability":0.05},"effect":{"list":{"change":"shuffle"}}}"#,
    ),
    (
        "nulls",
        r#"{"match":{"service":"cloud-apps","path":"/api/v1/*"},"when":{"probability":0.03},"effect":{"edit":[{"set":{"at":"/data/*/description","to":null}},{"remove":{"at":"/total"}}]}}"#,
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::fault::{Effect, Latency};
    use crate::model::time::Span;

    #[test]
    fn every_fault_of_every_level_can_be_played_under_a_name_of_its_own() {
        let all = Chaos::Evil.faults();
        assert_eq!(all.len(), MILD.len() + ROUGH.len() + EVIL.len());
        for (name, fault) in &all {
            assert_eq!(fault.check(), Ok(()), "{name}");
            assert!(fault.when.probability.is_some(), "{name}");
        }
        let names: BTreeSet<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), all.len());
    }

    /// A request that fails so can be sent again as it was: nothing has been done, and nothing wrong was said.
    #[test]
    fn mild_chaos_fails_before_anything_is_done_and_says_nothing_wrong() {
        let mut failing = 0;
        for (name, fault) in Chaos::Mild.faults() {
            match &fault.effect {
                Effect::Throttle { wait, .. } => assert!(*wait <= Span::seconds(1), "{name}"),
                Effect::Respond { status, .. } => assert_eq!(*status, 503, "{name}"),
                Effect::Refuse { refusal, .. } => assert!(refusal.starts_with("Transient"), "{name}"),
                Effect::Reset { after } => assert_eq!(*after, None, "{name}"),
                Effect::Latency(Latency::Between { most, .. }) => {
                    assert!(*most < Span::seconds(1), "{name}");
                    continue;
                }
                other => panic!("{name}: {other:?}"),
            }
            failing += fault.when.probability.unwrap().0;
        }
        assert!(failing <= 100, "one in ten at most: {failing}");
    }
}
