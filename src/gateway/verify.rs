//! Assertions over the request log: were these requests sent, so often, in this order?
//!
//! The answer may be that nobody knows: entries that made room, and headers and bodies that were not kept, could
//! have been what was asked for.

use serde::{Deserialize, Serialize};

use super::log::{Entry, Listed};
use super::matcher::{BadField, Difference, Matcher};
use super::service::Service;

/// The numbers of no more requests are listed.
const MOST_LISTED: usize = 100;

/// What is asked. Without a count: at least one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    /// Only requests with a higher number.
    pub since: Option<u64>,
    /// Only requests with this number or a lower one.
    pub until: Option<u64>,
    /// The requests that are meant.
    pub r#match: Option<Matcher>,
    /// How many there must be.
    pub count: Option<Count>,
    /// Instead of `match`: one request for each matcher, each after the one before.
    pub order: Option<Vec<Matcher>>,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Count {
    /// As many.
    pub exactly: Option<usize>,
    /// As many or more.
    pub at_least: Option<usize>,
    /// As many or fewer.
    pub at_most: Option<usize>,
}

/// The answer. Requests are told by their numbers, or as whoever asked tells them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict<Request = u64, Near = Nearest> {
    /// `null`: the log no longer holds what would decide it.
    pub verified: Option<bool>,
    /// How many requests were looked at.
    pub considered: usize,
    /// How many are what was meant.
    pub count: usize,
    /// Which; at most 100.
    pub matched: Vec<Request>,
    /// How many may be.
    pub undecided: usize,
    /// How many made room and may have been.
    pub evicted: u64,
    /// Why it is not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The request that comes nearest to what was meant and missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Near>,
}

impl Verdict {
    /// The same verdict, with each request told another way; those that can't be are left out.
    pub fn told<Request, Near>(
        self,
        request: impl Fn(u64) -> Option<Request>,
        near: impl FnOnce(Nearest) -> Option<Near>,
    ) -> Verdict<Request, Near> {
        let Self { verified, considered, count, matched, undecided, evicted, reason, nearest } = self;
        Verdict {
            verified,
            considered,
            count,
            matched: matched.into_iter().filter_map(request).collect(),
            undecided,
            evicted,
            reason,
            nearest: nearest.and_then(near),
        }
    }
}

/// A request that is nearly what was meant.
#[derive(Clone, Debug, Serialize)]
pub struct Nearest {
    /// Its number.
    pub id: u64,
    /// Method and path.
    pub request: String,
    /// What is different.
    pub differences: Vec<Difference>,
}

/// Judges.
///
/// # Errors
/// What is wrong with the question.
pub fn verify(ask: &Ask, log: &Listed) -> Result<Verdict, BadField> {
    let since = ask.since.unwrap_or(0);
    let until = ask.until.unwrap_or(u64::MAX);
    let entries: Vec<&Entry> =
        log.entries.iter().filter(|entry| entry.id > since && entry.id <= until).collect();
    // What made room before `since` can not have mattered.
    let evicted = if log.evicted_to > since { log.evicted } else { 0 };
    let verdict = match (&ask.r#match, &ask.order) {
        (Some(matcher), None) => {
            matcher.check().map_err(|error| within("match", error))?;
            counted(matcher, ask.count.unwrap_or_default(), &entries, evicted)
        }
        (None, Some(matchers)) if !matchers.is_empty() && ask.count.is_none() => {
            for (at, matcher) in matchers.iter().enumerate() {
                matcher.check().map_err(|error| within(&format!("order[{at}]"), error))?;
            }
            ordered(matchers, &entries, evicted)
        }
        (None, Some(_)) => {
            let expected = "a list of matchers, without `count` beside it";
            return Err(("order".to_owned(), expected, "something else".to_owned()));
        }
        (given, _) => {
            let got = if given.is_some() { "both" } else { "neither" };
            return Err(("match".to_owned(), "either `match` or `order`", got.to_owned()));
        }
    };
    Ok(verdict)
}

fn within(place: &str, (field, expected, got): BadField) -> BadField {
    (format!("{place}.{field}"), expected, got)
}

/// How a request stands to a matcher.
enum Fit {
    Yes,
    Maybe,
    No,
}

fn fit(differences: &[Difference]) -> Fit {
    match differences {
        [] => Fit::Yes,
        all if all.iter().all(|difference| difference.unknown) => Fit::Maybe,
        _ => Fit::No,
    }
}

fn counted(matcher: &Matcher, count: Count, entries: &[&Entry], evicted: u64) -> Verdict {
    let mut matched = Vec::new();
    let mut undecided = 0;
    for entry in entries {
        match fit(&matcher.differences(entry)) {
            Fit::Yes => matched.push(entry.id),
            Fit::Maybe => undecided += 1,
            Fit::No => {}
        }
    }
    let nothing_said = count == Count::default();
    let least = count.exactly.or(count.at_least).unwrap_or(usize::from(nothing_said));
    let most = count.exactly.or(count.at_most).unwrap_or(usize::MAX);
    let low = matched.len();
    let high = if evicted > 0 { usize::MAX } else { low + undecided };
    let verified = match (low >= least && high <= most, low > most || high < least) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let expected = match (least, most) {
        (least, usize::MAX) => format!("at least {least}"),
        (least, most) if least == most => format!("exactly {least}"),
        (0, most) => format!("at most {most}"),
        (least, most) => format!("{least} to {most}"),
    };
    let reason = match verified {
        Some(true) => None,
        Some(false) => Some(format!("expected {expected}, got {low}")),
        None => Some(format!("expected {expected}, got {low}; {}", doubt(undecided, evicted))),
    };
    let lacking = verified != Some(true) && low < least;
    Verdict {
        verified,
        considered: entries.len(),
        count: low,
        matched: matched.into_iter().take(MOST_LISTED).collect(),
        undecided,
        evicted,
        reason,
        nearest: if lacking { nearest(matcher, entries) } else { None },
    }
}

fn doubt(undecided: usize, evicted: u64) -> String {
    let mut doubts = Vec::new();
    if evicted > 0 {
        doubts.push(format!("{evicted} requests made room in the log and may have been among them"));
    }
    if undecided > 0 {
        doubts.push(format!("of {undecided} requests not enough was kept to tell"));
    }
    doubts.join("; ")
}

fn ordered(matchers: &[Matcher], entries: &[&Entry], evicted: u64) -> Verdict {
    let mut verdict = Verdict {
        verified: Some(true),
        considered: entries.len(),
        count: 0,
        matched: Vec::new(),
        undecided: 0,
        evicted,
        reason: None,
        nearest: None,
    };
    // The earliest fitting request for each leaves the most to those after it.
    let mut from = 0;
    for (number, matcher) in matchers.iter().enumerate() {
        let rest = &entries[from..];
        let found = rest.iter().position(|entry| matches!(fit(&matcher.differences(entry)), Fit::Yes));
        if let Some(at) = found {
            verdict.count += 1;
            if verdict.matched.len() < MOST_LISTED {
                verdict.matched.push(rest[at].id);
            }
            from += at + 1;
            continue;
        }
        let known = possible(matchers, entries);
        verdict.undecided = known;
        verdict.verified = if evicted > 0 || known > 0 { None } else { Some(false) };
        let before = entries[..from]
            .iter()
            .rev()
            .find(|entry| matches!(fit(&matcher.differences(entry)), Fit::Yes))
            .map(|entry| entry.id);
        let after = from.checked_sub(1).map(|last| entries[last].id);
        let mut reason = match after {
            Some(id) => {
                format!("matcher {} of {} has no request after number {id}", number + 1, matchers.len())
            }
            None => format!("matcher {} of {} has no request", number + 1, matchers.len()),
        };
        if let Some(id) = before {
            reason.push_str(&format!("; number {id} would be one, but comes before"));
        }
        if verdict.verified.is_none() {
            reason.push_str(&format!("; {}", doubt(known, evicted)));
        }
        verdict.reason = Some(reason);
        verdict.nearest = nearest(matcher, rest);
        break;
    }
    verdict
}

/// How many requests may stand where none surely does, if that makes the order possible; else none.
fn possible(matchers: &[Matcher], entries: &[&Entry]) -> usize {
    let mut from = 0;
    let mut maybe = 0;
    for matcher in matchers {
        let fits = |entry: &&Entry| !matches!(fit(&matcher.differences(entry)), Fit::No);
        let Some(at) = entries[from..].iter().position(fits) else { return 0 };
        maybe += usize::from(matches!(fit(&matcher.differences(entries[from + at])), Fit::Maybe));
        from += at + 1;
    }
    maybe
}

/// The request with the fewest differences that is none of those meant; of equals the latest.
fn nearest(matcher: &Matcher, entries: &[&Entry]) -> Option<Nearest> {
    let candidates = entries
        .iter()
        .rev()
        .filter(|entry| matcher.service.is_some() || !entry.service.is_some_and(Service::is_operators));
    let judged = candidates.map(|entry| (entry, matcher.differences(entry)));
    let (entry, differences) = judged
        .filter(|(_, differences)| !differences.is_empty())
        // A different path is probably another request; a different value in the body is probably a mistake.
        .min_by_key(|(_, all)| {
            let weight = |difference: &Difference| match difference.field.as_str() {
                "service" | "path" => 4,
                "method" => 3,
                _ => 1,
            };
            all.iter().map(weight).sum::<usize>()
        })?;
    Some(Nearest { id: entry.id, request: format!("{} {}", entry.method, entry.path), differences })
}
