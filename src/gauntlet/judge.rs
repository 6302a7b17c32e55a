//! The verdict on a client in a scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::log::Exchange;
use super::patience::{Impatience, MOST_IN_VAIN, impatience};

/// Ids that a finding names, at most.
const MOST_NAMED: usize = 20;

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit status.
    Exit(i32),
    /// By itself, with an exit status other than 0 and what programs say that fail unforeseen.
    Panic(i32, String),
    /// By this signal, which nobody here sent.
    Signal(i32),
    /// It was ended, since it took longer than this.
    Timeout(Duration),
    /// It was ended, since it wrote more than so many bytes of output.
    Flood(u64),
    /// What it reported can't be read.
    Unreadable(String),
}

/// What there was to collect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// What was to be seen when the last round began: all of it must have been reported.
    pub due: BTreeSet<String>,
    /// What was ever to be seen.
    pub known: BTreeSet<String>,
}

/// What is judged.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// A careful client ends with exactly the truth; else it ends by itself, with an error.
    pub recoverable: bool,
    /// How each round ended.
    pub ends: &'a [End],
    /// What was reported, round by round.
    pub reported: &'a [Vec<String>],
    /// What there was.
    pub truth: &'a Truth,
    /// What was asked.
    pub log: &'a [Exchange],
}

/// What can be said of a client, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// It ended unforeseen.
    Crashed,
    /// It did not end in time.
    Hung,
    /// It ended with an error.
    GaveUp,
    /// It has not reported what there was.
    Lost,
    /// It has reported things more than once.
    Duplicated,
    /// It has reported what there never was.
    Invented,
    /// It came back before it should.
    KeptAsking,
    /// It asked what fails again and again.
    Hammered,
    /// It ended as if nothing had happened, where nothing that it does would help.
    NoticedNothing,
}

/// Something that is said of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// How many ids, requests or rounds it is about.
    pub count: usize,
    /// The round, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// The request that shows it, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<u64>,
    /// The first of these ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// A sentence.
    pub detail: String,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It has passed.
    pub passed: bool,
    /// What is said, the worst first.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// What it comes to.
    pub fn worst(&self) -> Option<&Finding> {
        self.findings.first()
    }

    /// One word for machines: `survived`, or the worst kind.
    pub fn word(&self) -> String {
        let kind = self.worst().map(|finding| serde_json::to_value(finding.kind).unwrap_or_default());
        kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or("survived").to_owned()
    }
}

/// In words: `survived`, `lost 3, duplicated 1`, …
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() {
            return f.write_str("survived");
        }
        for (place, finding) in self.findings.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            finding.fmt(f)?;
        }
        if self.passed { f.write_str(", as it should") } else { Ok(()) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Crashed => f.write_str("crashed"),
            Kind::Hung => f.write_str("hung"),
            Kind::GaveUp => f.write_str("gave up"),
            Kind::Lost => write!(f, "lost {}", self.count),
            Kind::Duplicated => write!(f, "duplicated {}", self.count),
            Kind::Invented => write!(f, "invented {}", self.count),
            Kind::KeptAsking => f.write_str("kept asking while throttled"),
            Kind::Hammered => f.write_str("hammered"),
            Kind::NoticedNothing => f.write_str("noticed nothing"),
        }
    }
}

/// Judges.
pub fn verdict(evidence: &Evidence<'_>) -> Verdict {
    let mut findings: Vec<Finding> = bad_end(evidence.ends).into_iter().collect();
    let ended_early = !findings.is_empty();
    findings.extend(ids(evidence, ended_early));
    findings.extend(impatience(evidence.log).into_iter().map(of_impatience));
    if !evidence.recoverable {
        findings.extend(in_vain(evidence.log));
        let unnoticed = unnoticed(evidence, &findings, ended_early);
        findings.extend(unnoticed);
        // What can't be had is not lost.
        findings.retain(|finding| finding.kind != Kind::Lost);
    }
    findings.sort_by_key(|finding| finding.kind);
    let gave_up = matches!(findings[..], [Finding { kind: Kind::GaveUp, .. }]);
    Verdict { passed: findings.is_empty() || (!evidence.recoverable && gave_up), findings }
}

/// Where nothing helps, a client that ends well has noticed nothing; unless nothing of it all came its way, so that it
/// has everything.
fn unnoticed(evidence: &Evidence<'_>, findings: &[Finding], ended_early: bool) -> Option<Finding> {
    let lost = findings.iter().any(|finding| finding.kind == Kind::Lost);
    let concerned = evidence.log.iter().any(|exchange| exchange.is_failed() || exchange.is_disturbed());
    let detail = "it ended with status 0, though it could not go on: it should end with an error";
    (!ended_early && (lost || concerned)).then(|| finding(Kind::NoticedNothing, 1, detail.to_owned()))
}

fn finding(kind: Kind, count: usize, detail: String) -> Finding {
    Finding { kind, count, round: None, request: None, ids: Vec::new(), detail }
}

/// The first round that did not end well: no round follows it.
fn bad_end(ends: &[End]) -> Option<Finding> {
    let (place, end) = ends.iter().enumerate().find(|(_, end)| **end != End::Exit(0))?;
    let (kind, detail) = match end {
        End::Exit(status) => (Kind::GaveUp, format!("it ended with status {status}")),
        End::Panic(status, said) => (Kind::Crashed, format!("it ended with status {status}: {said}")),
        End::Signal(signal) => (Kind::Crashed, format!("it was ended by signal {signal}")),
        End::Timeout(time) => {
            (Kind::Hung, format!("it had not ended after {} s of real time", time.as_secs_f64()))
        }
        End::Flood(bytes) => (Kind::Hung, format!("it wrote more than {bytes} bytes of output")),
        End::Unreadable(problem) => (Kind::Crashed, problem.clone()),
    };
    let round = u32::try_from(place + 1).ok();
    let detail = format!("round {}: {detail}", place + 1);
    Some(Finding { round, ..finding(kind, 1, detail) })
}

/// What was lost, reported more than once, or invented. Of a client that ended early nothing is lost: it may well have
/// gone on later.
fn ids(evidence: &Evidence<'_>, ended_early: bool) -> Vec<Finding> {
    let Evidence { truth, reported, .. } = evidence;
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for id in reported.iter().flatten() {
        *times.entry(id).or_default() += 1;
    }
    let lost: Vec<&str> = truth.due.iter().map(String::as_str).filter(|id| !times.contains_key(id)).collect();
    let known = |id: &str| truth.known.contains(id) || truth.due.contains(id);
    let (ours, invented): (Vec<_>, Vec<_>) = times.iter().partition(|(id, _)| known(id));
    let doubled: Vec<&str> = ours.iter().filter(|(_, times)| **times > 1).map(|(id, _)| **id).collect();
    let invented: Vec<&str> = invented.iter().map(|(id, _)| **id).collect();
    let named = |kind, ids: &[&str], detail: String| {
        (!ids.is_empty()).then(|| Finding {
            ids: ids.iter().take(MOST_NAMED).map(|id| (*id).to_owned()).collect(),
            ..finding(kind, ids.len(), detail)
        })
    };
    let found = [
        named(
            Kind::Lost,
            if ended_early { &[] } else { &lost },
            format!(
                "of {} that were there when the last round began, {} were never reported",
                truth.due.len(),
                lost.len()
            ),
        ),
        named(Kind::Duplicated, &doubled, format!("{} were reported more than once", doubled.len())),
        named(Kind::Invented, &invented, format!("{} that were reported were never there", invented.len())),
    ];
    found.into_iter().flatten().collect()
}

fn of_impatience(impatience: Impatience) -> Finding {
    match impatience {
        Impatience::Early { times, request, how } => {
            Finding { request: Some(request), ..finding(Kind::KeptAsking, times, format!("it {how}")) }
        }
        Impatience::Hammered { times, request } => {
            let detail =
                format!("it asked what fails {times} times in a row, without longer and longer pauses");
            Finding { request: Some(request), ..finding(Kind::Hammered, times, detail) }
        }
    }
}

/// Where nothing helps, a client shall give up soon.
fn in_vain(log: &[Exchange]) -> Option<Finding> {
    let last = log.last()?.round;
    let failed: Vec<&Exchange> =
        log.iter().filter(|exchange| exchange.round == last && exchange.is_failed()).collect();
    let request = failed.last()?.number;
    (failed.len() > MOST_IN_VAIN).then(|| {
        let detail = format!("{} requests of a round failed before it ended", failed.len());
        Finding { request: Some(request), ..finding(Kind::Hammered, failed.len(), detail) }
    })
}

#[cfg(test)]
mod tests {
    use super::super::log::Wait;
    use super::super::log::tests::{after, failing, throttled};
    use super::*;

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn rounds(reported: &[&[&str]]) -> Vec<Vec<String>> {
        reported.iter().map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()).collect()
    }

    /// The verdict of a run with three things, the third of which came in the last round.
    fn judged(recoverable: bool, ends: &[End], reported: &[&[&str]], log: &[Exchange]) -> Verdict {
        let truth = Truth { due: set(&["a", "b"]), known: set(&["a", "b", "c"]) };
        verdict(&Evidence { recoverable, ends, reported: &rounds(reported), truth: &truth, log })
    }

    const WELL: &[End] = &[End::Exit(0), End::Exit(0)];

    #[test]
    fn exactly_the_truth_survives_with_or_without_what_came_late() {
        for reported in [&[&["a"][..], &["b"]], &[&["a", "b"][..], &["c"]]] {
            let verdict = judged(true, WELL, reported, &[]);
            assert!(verdict.passed);
            assert_eq!((verdict.to_string().as_str(), verdict.word().as_str()), ("survived", "survived"));
        }
    }

    #[test]
    fn what_is_lost_doubled_or_invented_is_counted_by_id() {
        let verdict = judged(true, WELL, &[&["a", "x", "c"], &["a", "a", "c", "y"]], &[]);
        assert_eq!(verdict.to_string(), "lost 1, duplicated 2, invented 2");
        assert_eq!(verdict.word(), "lost");
        assert!(!verdict.passed);
        let ids: Vec<_> = verdict.findings.iter().map(|finding| finding.ids.join(" ")).collect();
        assert_eq!(ids, ["b", "a c", "x y"]);
    }

    #[test]
    fn many_ids_are_counted_and_the_first_are_named() {
        let many: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
        let truth = Truth { due: many.iter().cloned().collect(), known: BTreeSet::new() };
        let evidence =
            Evidence { recoverable: true, ends: WELL, reported: &[vec![]], truth: &truth, log: &[] };
        let found = verdict(&evidence);
        assert_eq!((found.findings[0].count, found.findings[0].ids.len()), (100, 20));
    }

    #[test]
    fn who_ends_early_loses_nothing_but_still_must_not_say_what_is_wrong() {
        let ends = [End::Exit(0), End::Exit(3)];
        assert_eq!(judged(true, &ends, &[&["a"], &[]], &[]).to_string(), "gave up");
        assert_eq!(judged(true, &ends, &[&["a"], &["a"]], &[]).to_string(), "gave up, duplicated 1");
    }

    #[test]
    fn every_end_has_its_word_and_its_round() {
        for (end, word) in [
            (End::Exit(1), "gave up"),
            (End::Panic(101, "panicked".to_owned()), "crashed"),
            (End::Signal(11), "crashed"),
            (End::Unreadable("no JSON".to_owned()), "crashed"),
            (End::Timeout(Duration::from_secs(60)), "hung"),
            (End::Flood(7), "hung"),
        ] {
            let found = judged(true, &[End::Exit(0), end], &[], &[]);
            assert_eq!(found.to_string(), word);
            assert_eq!(found.findings[0].round, Some(2));
            assert!(found.findings[0].detail.starts_with("round 2: "), "{}", found.findings[0].detail);
            assert!(!found.passed);
        }
    }

    #[test]
    fn where_nothing_helps_giving_up_passes_and_nothing_else() {
        let gave_up = [End::Exit(0), End::Exit(1)];
        let passed = judged(false, &gave_up, &[&["a"], &[]], &[]);
        assert!(passed.passed);
        assert_eq!(passed.to_string(), "gave up, as it should");
        assert_eq!(judged(false, WELL, &[&["a"], &[]], &[]).to_string(), "noticed nothing");
        assert_eq!(judged(false, WELL, &[&["a", "b"], &[]], &[failing(1)]).to_string(), "noticed nothing");
        assert!(!judged(false, &gave_up, &[&["a", "a"], &[]], &[]).passed);
        assert!(!judged(false, &[End::Signal(6)], &[], &[]).passed);
    }

    #[test]
    fn whom_nothing_of_it_concerns_survives_where_nothing_helps() {
        let calm = [super::super::log::tests::exchange(1, 200)];
        let found = judged(false, WELL, &[&["a", "b"], &[]], &calm);
        assert!(found.passed);
        assert_eq!(found.to_string(), "survived");
    }

    #[test]
    fn giving_up_after_too_many_requests_does_not_pass() {
        let log: Vec<Exchange> = (1..=61).map(|number| after(failing(number), 10_000 * number)).collect();
        let found = judged(false, &[End::Exit(1)], &[], &log);
        assert_eq!(found.to_string(), "gave up, hammered");
        assert!(judged(false, &[End::Exit(1)], &[], &log[..60]).passed);
    }

    #[test]
    fn impatience_fails_a_client_that_has_everything() {
        let log: Vec<Exchange> = (1..=3)
            .map(|number| after(throttled(number, Wait::For(Duration::from_secs(1))), number))
            .collect();
        let found = judged(true, WELL, &[&["a"], &["b"]], &log);
        assert_eq!(
            (found.to_string().as_str(), found.word().as_str()),
            ("kept asking while throttled", "keptAsking")
        );
        assert_eq!(found.findings[0].request, Some(3));
    }
}
