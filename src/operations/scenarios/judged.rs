//! Whether an answer is what was expected; what differs, in words.

use serde_json::Value as Json;

use crate::gateway::Answer;
use crate::gateway::exchange::Delivery;
use crate::scenario::{Amount, Delivered, HeaderTest, Test, ValueTest};

use super::placeholders::Placeholders;

/// No more of a value is told, in characters.
const MOST_TOLD: usize = 200;

/// How an answer is sent.
fn delivered(answer: &Answer) -> Delivered {
    match answer.delivery.as_deref() {
        None | Some(Delivery::Feed(_) | Delivery::Pieces(_)) => Delivered::Whole,
        Some(Delivery::Late(_)) => Delivered::Late,
        Some(Delivery::Drip { .. }) => Delivered::Drip,
        Some(Delivery::Hang(_)) => Delivered::Hang,
        Some(Delivery::Reset(_)) => Delivered::Reset,
        Some(Delivery::Truncated(_)) => Delivered::Truncated,
    }
}

/// What differs from what was expected.
///
/// # Errors
/// A placeholder that stands for nothing.
pub(super) fn differences(
    test: &Test,
    answer: &Answer,
    placeholders: &Placeholders,
) -> Result<Vec<String>, String> {
    let mut told = Vec::new();
    if let Some(status) = test.status.filter(|status| *status != answer.status.as_u16()) {
        told.push(format!("status: expected {status}, got {}", answer.status.as_u16()));
    }
    let how = delivered(answer);
    if let Some(delivery) = test.delivery.filter(|delivery| *delivery != how) {
        told.push(format!("delivery: expected {delivery:?}, got {how:?}").to_lowercase());
    }
    for (name, test) in &test.headers {
        let got =
            answer.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        told.extend(
            header(test, got.as_deref(), placeholders)?.map(|problem| format!("header {name}: {problem}")),
        );
    }
    let text = String::from_utf8_lossy(&answer.body);
    if !test.json.is_empty() {
        match serde_json::from_slice::<Json>(text.as_bytes()) {
            Err(error) => told.push(format!("body: expected JSON, {error}")),
            Ok(json) => {
                for (pointer, test) in &test.json {
                    let problem = value(test, json.pointer(pointer), placeholders)?;
                    told.extend(problem.map(|problem| format!("{pointer}: {problem}")));
                }
            }
        }
    }
    for (word, wanted, is_there) in
        [("contains", &test.text.contains, true), ("does not contain", &test.text.lacks, false)]
    {
        let Some(wanted) = wanted else { continue };
        let wanted = placeholders.text(wanted, &str::to_owned)?;
        if text.contains(&wanted) != is_there {
            told.push(format!("text: expected one that {word} {wanted:?}"));
        }
    }
    Ok(told)
}

fn header(
    test: &HeaderTest,
    got: Option<&str>,
    placeholders: &Placeholders,
) -> Result<Option<String>, String> {
    let shown = || got.map_or_else(|| "none".to_owned(), |got| format!("{got:?}"));
    Ok(match test {
        HeaderTest::Is(wanted) => {
            let wanted = placeholders.text(wanted, &str::to_owned)?;
            (got != Some(wanted.as_str())).then(|| format!("expected {wanted:?}, got {}", shown()))
        }
        HeaderTest::Contains(wanted) => {
            let wanted = placeholders.text(wanted, &str::to_owned)?;
            let contains = got.is_some_and(|got| got.contains(&wanted));
            (!contains).then(|| format!("expected one that contains {wanted:?}, got {}", shown()))
        }
        HeaderTest::Exists(true) => got.is_none().then(|| "expected one, got none".to_owned()),
        HeaderTest::Exists(false) => got.map(|got| format!("expected none, got {got:?}")),
    })
}

fn value(
    test: &ValueTest,
    got: Option<&Json>,
    placeholders: &Placeholders,
) -> Result<Option<String>, String> {
    let mut expected = Vec::new();
    if let Some(is) = &test.is {
        let is = placeholders.json(is)?;
        if !got.is_some_and(|got| same(got, &is)) {
            expected.push(cut(&is));
        }
    }
    if let Some(not) = &test.not {
        let not = placeholders.json(not)?;
        if got.is_some_and(|got| same(got, &not)) {
            expected.push(format!("something else than {}", cut(&not)));
        }
    }
    if let Some(exists) = test.exists.filter(|exists| *exists != got.is_some()) {
        expected.push(if exists { "a value".to_owned() } else { "nothing".to_owned() });
    }
    if let Some(part) = &test.contains {
        let part = placeholders.json(part)?;
        if !got.is_some_and(|got| contains(got, &part)) {
            expected.push(format!("what contains {}", cut(&part)));
        }
    }
    let number = got.and_then(Json::as_f64);
    if let Some(least) = &test.least
        && !number.zip(least.as_f64()).is_some_and(|(got, least)| got >= least)
    {
        expected.push(format!("a number of at least {least}"));
    }
    if let Some(most) = &test.most
        && !number.zip(most.as_f64()).is_some_and(|(got, most)| got <= most)
    {
        expected.push(format!("a number of at most {most}"));
    }
    if let Some(amount) = &test.count {
        let count = got.and_then(length);
        if !count.is_some_and(|count| (amount.least..=amount.most).contains(&count)) {
            expected.push(amount_told(amount));
        }
    }
    if expected.is_empty() {
        return Ok(None);
    }
    let got = got.map_or_else(|| "nothing".to_owned(), cut);
    Ok(Some(format!("expected {}, got {got}", expected.join(" and "))))
}

fn amount_told(Amount { least, most }: &Amount) -> String {
    match (least, most) {
        (least, most) if least == most => format!("{least} of them"),
        (least, &u64::MAX) => format!("at least {least} of them"),
        (least, most) => format!("{least} to {most} of them"),
    }
}

/// Equal, whether numbers are written with decimals or without.
fn same(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(x), Some(y)) => a == b || x == y,
        _ => a == b,
    }
}

fn contains(got: &Json, part: &Json) -> bool {
    match (got, part) {
        (Json::String(text), Json::String(part)) => text.contains(part),
        (Json::Array(items), part) => items.iter().any(|item| same(item, part)),
        _ => false,
    }
}

fn length(value: &Json) -> Option<u64> {
    Some(match value {
        Json::Array(items) => items.len(),
        Json::Object(members) => members.len(),
        Json::String(text) => text.chars().count(),
        _ => return None,
    } as u64)
}

fn cut(value: &Json) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MOST_TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
