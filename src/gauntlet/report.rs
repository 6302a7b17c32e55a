//! What came of it: for people in lines and tables, for machines as JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value as Json;

use super::bisect::{Found, Lost};
use super::course::Course;
use super::judge::{End, Verdict};
use super::log::{Exchange, Sending, Wait, rounded};
use super::run::{Ran, Round, RunError};

use crate::model::json::json;

/// Requests that are shown before and behind one that matters.
const AROUND: usize = 2;

/// Requests of a failure that are shown, at most: the JSON has all.
const MOST_SHOWN: usize = 60;

/// Lines of a client's last words that are shown.
const LAST_LINES: usize = 8;

/// Characters of a query or body that are shown.
const SHORT: usize = 100;

/// One line on how it went.
pub fn line(course: &Course, ran: &Result<Ran, RunError>) -> String {
    match ran {
        Err(error) => format!("not run     {:<32} {error}", course.name()),
        Ok(ran) => {
            let mark = if ran.verdict.passed { "passed" } else { "FAILED" };
            let rounds = counted(ran.rounds.len() as u64, "round", "rounds");
            let requests = counted(ran.log.len() as u64 + ran.beyond, "request", "requests");
            format!(
                "{mark}  {:<40} {:<28} {rounds}, {requests}, {}",
                course.name(),
                ran.verdict.to_string(),
                seconds(ran.took)
            )
        }
    }
}

/// Everything that helps with a failure: what happened, what was found, the requests around it, and how to have it again.
pub fn failure(course: &Course, ran: &Ran, replay: &str) -> String {
    let mut text = format!("── {}: {}\n", course.name(), ran.verdict);
    let mut told = |what: &str, sentence: &str| {
        if !sentence.is_empty() {
            let _ = writeln!(text, "   {what:<12}{sentence}");
        }
    };
    told("scenario", &course.scenario.summary);
    told("noticed by", &course.scenario.notice);
    told("remedy", &course.scenario.remedy);
    for finding in &ran.verdict.findings {
        told("found", &finding.detail);
        if !finding.ids.is_empty() {
            let more = finding.count - finding.ids.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            told("", &format!("{}{more}", finding.ids.join(" ")));
        }
    }
    if let Some(folder) = &ran.folder {
        told("kept in", &folder.display().to_string());
    }
    for line in last_words(&ran.rounds) {
        let _ = writeln!(text, "   | {line}");
    }
    text.push_str(&table(ran));
    let _ = writeln!(text, "   again:      {replay}");
    text
}

/// What the client said last, where it did not end well.
fn last_words(rounds: &[Round]) -> Vec<&str> {
    let bad = rounds.iter().rev().find(|round| round.end != End::Exit(0));
    let lines: Vec<&str> = bad.map(|round| round.said.trim_end().lines().collect()).unwrap_or_default();
    lines[lines.len().saturating_sub(LAST_LINES)..].to_vec()
}

/// The requests that matter, and those around them.
fn table(ran: &Ran) -> String {
    let mut text = String::new();
    let shown = shown(&ran.log, &ran.verdict);
    if shown.is_empty() {
        return "   It asked nothing.\n".to_owned();
    }
    let _ =
        writeln!(text, "   {:>5} {:>5}  {:<20} {:>9}       request", "no.", "round", "virtual time", "pause");
    let mut next = 0;
    for place in &shown {
        gap(&mut text, place - next, 0);
        next = place + 1;
        row(&mut text, &ran.log[*place]);
    }
    gap(&mut text, ran.log.len() - next, ran.beyond);
    text
}

fn gap(text: &mut String, left: usize, beyond: u64) {
    let left = left as u64 + beyond;
    if left > 0 {
        let _ = writeln!(text, "         … {}", counted(left, "request", "requests"));
    }
}

/// Places of the requests to be shown.
fn shown(log: &[Exchange], verdict: &Verdict) -> Vec<usize> {
    let named =
        |exchange: &Exchange| verdict.findings.iter().any(|finding| finding.request == Some(exchange.number));
    let matters = |exchange: &Exchange| exchange.is_disturbed() || exchange.is_failed() || named(exchange);
    let mut places: BTreeSet<usize> = BTreeSet::new();
    let all_matter = log.len() <= MOST_SHOWN / 2;
    let centres = log.iter().enumerate().filter(|(_, exchange)| all_matter || matters(exchange));
    for (place, _) in centres {
        places.extend(place.saturating_sub(AROUND)..(place + AROUND + 1).min(log.len()));
    }
    // How it went on, and how it ended.
    places.extend(log.len().saturating_sub(AROUND)..log.len());
    let places: Vec<usize> = places.into_iter().collect();
    if places.len() <= MOST_SHOWN {
        return places;
    }
    let (half, rest) = (MOST_SHOWN / 2, places.len() - MOST_SHOWN / 2);
    [&places[..half], &places[rest..]].concat()
}

fn row(text: &mut String, exchange: &Exchange) {
    let Exchange { number, round, at, method, path, status, .. } = exchange;
    let at = at.to_spaced();
    let pause = format!("{:.3} s", exchange.wall.pause.as_secs_f64());
    let _ = write!(text, "   {number:>5} {round:>5}  {at:<20} {pause:>9}  {status:<3} {method} {path}");
    if !exchange.query.is_empty() {
        let _ = write!(text, "?{}", short(&exchange.query));
    }
    if let Some(body) = &exchange.body {
        let _ = write!(text, " {}", short(&body.to_string()));
    }
    match exchange.sending {
        Sending::Whole => {}
        Sending::Late => text.push_str(" (late)"),
        Sending::Drip => text.push_str(" (dripping)"),
        Sending::Hang => text.push_str(" (never answered)"),
        Sending::Reset => text.push_str(" (connection reset)"),
        Sending::Truncated => text.push_str(" (broken off)"),
    }
    match exchange.wait {
        Some(Wait::For(time)) => drop(write!(text, " (wait {} s)", time.as_secs_f64())),
        Some(Wait::Unsaid) => text.push_str(" (wait, not said how long)"),
        None => {}
    }
    if let Some(fault) = &exchange.fault {
        let _ = write!(text, " ← {fault}");
    }
    text.push('\n');
}

fn short(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    text.chars().take(SHORT).chain(['…']).collect()
}

/// So many of something.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Real time, for people.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// A scenario's part of the JSON. What depends on real time stands under `wall`.
pub fn json(course: &Course, ran: &Result<Ran, RunError>, replay: &str) -> Json {
    let mut told = json!({
        "name": course.name(),
        "recoverable": course.scenario.recoverable,
        "seed": course.specification.seed,
    });
    match ran {
        Err(error) => told["error"] = error.to_string().into(),
        Ok(ran) => {
            told["verdict"] = ran.verdict.word().into();
            told["text"] = ran.verdict.to_string().into();
            told["passed"] = ran.verdict.passed.into();
            told["findings"] = serde_json::to_value(&ran.verdict.findings).unwrap_or_default();
            told["due"] = ran.due.into();
            told["rounds"] = ran.rounds.iter().map(round).collect();
            told["requests"] = serde_json::to_value(&ran.log).unwrap_or_default();
            if ran.beyond > 0 {
                told["requestsBeyond"] = ran.beyond.into();
            }
            if let Some(folder) = &ran.folder {
                told["folder"] = folder.display().to_string().into();
            }
            told["replay"] = replay.into();
            told["wall"] = json!({"seconds": rounded(ran.took)});
        }
    }
    told
}

fn round(round: &Round) -> Json {
    let (word, value) = match &round.end {
        End::Exit(status) => ("exit", Json::from(*status)),
        End::Panic(status, _) => ("exit", Json::from(*status)),
        End::Signal(signal) => ("signal", Json::from(*signal)),
        End::Timeout(time) => ("timeout", Json::from(time.as_secs_f64())),
        End::Flood(bytes) => ("flood", Json::from(*bytes)),
        End::Unreadable(problem) => ("unreadable", Json::from(problem.as_str())),
    };
    let mut told = json!({"reported": round.reported, "wall": {"seconds": rounded(round.took)}});
    told[word] = value;
    if round.end != End::Exit(0) {
        told["said"] = round.said.as_str().into();
    }
    told
}

/// Where a client is lost.
pub fn found(course: &Course, found: &Found, replay: &str) -> String {
    let name = course.name();
    match found {
        Found::Survives => format!("{name}: the client passes; there is nothing to find.\n"),
        Found::Always(ran) => format!(
            "{name}: the client fails though nothing happens, so it is not the scenario that it fails by.\n{}",
            failure(course, ran, replay)
        ),
        Found::Nowhere(ran) => format!(
            "{name}: the client ends well where it should end with an error; no single request is to blame.\n{}",
            failure(course, ran, replay)
        ),
        Found::Step(lost) => at_step(course, lost, replay),
    }
}

fn at_step(course: &Course, lost: &Lost, replay: &str) -> String {
    let mut text = format!("{}: lost at step {}, at {}: {}\n", course.name(), lost.step, lost.at, lost.what);
    match (&lost.request, lost.disturbance) {
        (Some(request), Some(nth)) => {
            let _ = writeln!(text, "It survives if request {} is left in peace:", request.number);
            row(&mut text, request);
            let told = match (nth, lost.alone) {
                (1, _) => "It is the first that the fault acts on.".to_owned(),
                (nth, true) => format!("It is the {nth}. that the fault acts on, and would do alone."),
                (nth, false) => format!("It takes the {nth} requests that the fault acts on up to there."),
            };
            let _ = writeln!(text, "{told}");
        }
        (Some(request), None) => {
            text.push_str("The first request behind it:\n");
            row(&mut text, request);
        }
        (None, _) => text.push_str("No request follows it.\n"),
    }
    text.push_str("With everything up to there, and nothing behind it:\n");
    text.push_str(&failure(&lost.course, &lost.ran, replay));
    text
}

/// A command as a shell reads it.
pub fn quoted(words: &[String]) -> String {
    let plain = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c))
    };
    let quote = |word: &String| {
        if plain(word) { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::log::tests::exchange;
    use super::*;

    #[test]
    fn commands_are_quoted_where_a_shell_would_read_more_than_a_word() {
        let words = ["sh", "-c", "echo it's $HOME", ""].map(str::to_owned);
        assert_eq!(quoted(&words), "sh -c 'echo it'\\''s $HOME' ''");
    }

    #[test]
    fn of_a_long_log_what_matters_is_shown() {
        let mut log: Vec<Exchange> = (1..=200).map(|number| exchange(number, 200)).collect();
        log[99].fault = Some("too-many".into());
        let verdict = Verdict { passed: false, findings: Vec::new() };
        assert_eq!(shown(&log, &verdict), [97, 98, 99, 100, 101, 198, 199]);
        for exchange in &mut log {
            exchange.status = 500;
        }
        let places = shown(&log, &verdict);
        assert_eq!((places.len(), places[0], places[59]), (MOST_SHOWN, 0, 199));
    }
}
