//! Reading what a client must see.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Number, Value as Json};

use crate::model::time::Span;
use crate::yaml::{Node, Value};

use super::expectation::{
    Amount, Asked, BodyTest, Delivered, Expectation, Expected, HeaderTest, Sent, Test, TokenFrom, ValueTest,
};
use super::read::{Reader, is_label};
use super::steps::Timeline;
use super::{Origin, connection};

/// What an expectation may say.
pub(super) const KEYS: [&str; 22] = [
    "at",
    "after",
    "get",
    "post",
    "patch",
    "put",
    "delete",
    "head",
    "as",
    "tokenFrom",
    "send",
    "body",
    "form",
    "times",
    "each",
    "status",
    "headers",
    "json",
    "text",
    "delivery",
    "keep",
    "connection",
];
/// The methods, as they are written.
pub(super) const METHODS: [&str; 6] = ["get", "post", "patch", "put", "delete", "head"];
/// What can be tested of a value.
pub(super) const VALUE_TESTS: [&str; 7] = ["is", "not", "exists", "contains", "least", "most", "count"];
/// No scenario expects more.
const MOST: usize = 1_000;
/// No request is repeated more often.
const MOST_TIMES: u32 = 10_000;

/// What is not written as nodes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    at: Option<Span>,
    after: Option<Span>,
    #[serde(rename = "as")]
    caller: Option<String>,
    token_from: Option<WrittenToken>,
    #[serde(default)]
    send: BTreeMap<String, Json>,
    body: Option<Json>,
    form: Option<BTreeMap<String, Json>>,
    times: Option<u32>,
    #[serde(default)]
    each: Vec<u16>,
    status: Option<u16>,
    text: Option<WrittenText>,
    delivery: Option<WrittenDelivery>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum WrittenToken {
    Now,
    Start,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenText {
    contains: Option<String>,
    not: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WrittenDelivery {
    Whole,
    Late,
    Drip,
    Hang,
    Reset,
    Truncated,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenTest {
    #[serde(default, deserialize_with = "some")]
    is: Option<Json>,
    #[serde(default, deserialize_with = "some")]
    not: Option<Json>,
    exists: Option<bool>,
    #[serde(default, deserialize_with = "some")]
    contains: Option<Json>,
    least: Option<Number>,
    most: Option<Number>,
    count: Option<WrittenAmount>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenAmount {
    Exactly(u64),
    Between(WrittenBounds),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBounds {
    least: Option<u64>,
    most: Option<u64>,
}

/// Null is a value here, as anything else that is said.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// Reads what a file expects, whose parameters are filled in; in order of time.
pub(super) fn read(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    node: &Node,
    timeline: &Timeline,
) -> Vec<Expectation> {
    let Value::List(items) = &node.value else {
        reader.expected(file, node, "expect", "a list");
        return Vec::new();
    };
    if items.len() > MOST {
        reader.wrong(file, node.place, "expect", format!("a scenario expects at most {MOST} answers"));
        return Vec::new();
    }
    let mut now = timeline.now;
    let mut read: Vec<Expectation> = items
        .iter()
        .enumerate()
        .filter_map(|(at, node)| one(reader, file, node, &format!("expect[{at}]"), &mut now))
        .collect();
    // Stable: those of one instant keep their order.
    read.sort_by_key(|expectation| expectation.at);
    read
}

fn one(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    node: &Node,
    key: &str,
    now: &mut Span,
) -> Option<Expectation> {
    let Value::Map(members) = &node.value else {
        reader.expected(
            file,
            node,
            key,
            "a map with a method such as get and what must be true of the answer, or with connection",
        );
        return None;
    };
    let mut fits = true;
    for (member, place, _) in members.iter().filter(|(member, ..)| !KEYS.contains(&member.as_str())) {
        reader.unknown(file, (member, *place), &format!("{key}.{member}"), &KEYS);
        fits = false;
    }
    if let Some(stands) = node.get("connection") {
        let what = Expected::Connection(connection::read(reader, file, (node, stands), key)?);
        let written = reader.typed::<Written>(file, node, key)?;
        let at = instant(reader, file, node, key, &written, now)?;
        return fits.then(|| Expectation { at, what, origin: origin(file, node) });
    }
    let methods: Vec<&str> = METHODS.into_iter().filter(|method| node.get(method).is_some()).collect();
    let [method] = methods[..] else {
        let told = format!("it asks once: exactly one of {}; or `connection`", METHODS.join(", "));
        reader.wrong(file, node.place, key, told);
        return None;
    };
    let target = reader.typed::<String>(file, node.get(method)?, &format!("{key}.{method}"))?;
    if !target.starts_with('/') && !target.starts_with("https://") && !target.starts_with("http://") {
        reader.expected(
            file,
            node.get(method)?,
            &format!("{key}.{method}"),
            "a path such as /api/v1/alerts/, or a URL",
        );
        return None;
    }
    let written = reader.typed::<Written>(file, node, key)?;
    let at = instant(reader, file, node, key, &written, now)?;
    if written.body.is_some() && written.form.is_some() {
        reader.wrong(file, node.place, key, "`body` or `form`, not both");
        fits = false;
    }
    if !written.each.is_empty() && (written.times.is_some() || written.status.is_some()) {
        reader.wrong(
            file,
            node.place,
            key,
            "`each` says how often it is asked and with which statuses: no `times` or `status` beside it",
        );
        fits = false;
    }
    if let Some(times) = written.times.filter(|times| !(1..=MOST_TIMES).contains(times)) {
        let times_node = node.get("times").unwrap_or(node);
        reader.expected(
            file,
            times_node,
            &format!("{key}.times"),
            &format!("a whole number from 1 to {MOST_TIMES}"),
        );
        fits = fits && times == 1;
    }
    for (name, pointer) in &written.keep {
        if !is_label(name) || !is_pointer(pointer) {
            let keep = node.get("keep").unwrap_or(node);
            reader.wrong(
                file,
                keep.place,
                &format!("{key}.keep.{name}"),
                "a name, and a JSON pointer such as /data/0/_id",
            );
            fits = false;
        }
    }
    if written.token_from.is_some() && written.caller.is_none() {
        let told = "there is no token without `as`";
        reader.wrong(file, node.get("tokenFrom").unwrap_or(node).place, &format!("{key}.tokenFrom"), told);
        fits = false;
    }
    let sent = Sent {
        method: method.to_ascii_uppercase(),
        target,
        caller: written.caller,
        token: match written.token_from {
            Some(WrittenToken::Start) => TokenFrom::Start,
            Some(WrittenToken::Now) | None => TokenFrom::Now,
        },
        headers: written
            .send
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), plain(&value)))
            .collect(),
        body: written.body,
        form: written.form.map(|form| form.into_iter().map(|(name, value)| (name, plain(&value))).collect()),
    };
    let test = Test {
        status: written.status,
        headers: headers(reader, file, node.get("headers"), key),
        json: values(reader, file, node.get("json"), key),
        text: written
            .text
            .map_or_else(BodyTest::default, |text| BodyTest { contains: text.contains, lacks: text.not }),
        delivery: written.delivery.map(|delivery| match delivery {
            WrittenDelivery::Whole => Delivered::Whole,
            WrittenDelivery::Late => Delivered::Late,
            WrittenDelivery::Drip => Delivered::Drip,
            WrittenDelivery::Hang => Delivered::Hang,
            WrittenDelivery::Reset => Delivered::Reset,
            WrittenDelivery::Truncated => Delivered::Truncated,
        }),
    };
    if test == Test::default() && written.each.is_empty() && written.keep.is_empty() {
        reader.wrong(
            file,
            node.place,
            key,
            "it says nothing of the answer: status, headers, json, text, delivery or each",
        );
        fits = false;
    }
    let times = written.times.unwrap_or(1);
    let asked = Asked { sent, times, each: written.each, test, keep: written.keep };
    fits.then(|| Expectation { at, what: Expected::Answer(Box::new(asked)), origin: origin(file, node) })
}

fn origin(file: Option<&Rc<str>>, node: &Node) -> Origin {
    Origin { file: file.map(|file| file.to_string()), place: node.place }
}

fn instant(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    node: &Node,
    key: &str,
    written: &Written,
    now: &mut Span,
) -> Option<Span> {
    let known = |span: &Span| (Span::default()..=Span::days(400)).contains(span);
    match (written.at, written.after) {
        (Some(_), Some(_)) => {
            reader.wrong(file, node.place, key, "`after` or `at`, not both");
            return None;
        }
        (Some(at), None) if known(&at) => {
            // Without word of time, one is asked when the one above was, or later.
            *now = at.max(*now);
            return Some(at);
        }
        (None, Some(after)) if known(&after) => *now = *now + after,
        (None, None) => {}
        _ => {
            reader.wrong(file, node.place, key, "times are from 0 to 400d");
            return None;
        }
    }
    Some(*now)
}

/// A number or flag as it is written in a header or form.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_pointer(text: &str) -> bool {
    text.is_empty() || text.starts_with('/')
}

fn headers(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    node: Option<&Node>,
    key: &str,
) -> BTreeMap<String, HeaderTest> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Written {
        Exists(bool),
        Contains(String),
    }
    let key = format!("{key}.headers");
    let mut tests = BTreeMap::new();
    let Some(members) = members(reader, file, node, &key) else { return tests };
    for (name, _, node) in members {
        let key = format!("{key}.{name}");
        let test = match &node.value {
            Value::Map(_) => reader.typed::<Written>(file, node, &key).map(|written| match written {
                Written::Exists(exists) => HeaderTest::Exists(exists),
                Written::Contains(text) => HeaderTest::Contains(text),
            }),
            Value::List(_) => {
                reader.expected(file, node, &key, "a text, or a map with exists or contains");
                None
            }
            _ => Some(HeaderTest::Is(plain(&node.json()))),
        };
        tests.extend(test.map(|test| (name.to_ascii_lowercase(), test)));
    }
    tests
}

fn values(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    node: Option<&Node>,
    key: &str,
) -> BTreeMap<String, ValueTest> {
    let key = format!("{key}.json");
    let mut tests = BTreeMap::new();
    let Some(members) = members(reader, file, node, &key) else { return tests };
    for (pointer, place, node) in members {
        let key = format!("{key}.{pointer}");
        if !is_pointer(pointer) {
            reader.wrong(file, *place, &key, "a JSON pointer such as /data/0/title begins with a slash");
            continue;
        }
        let test = match &node.value {
            Value::Map(_) => reader.typed::<WrittenTest>(file, node, &key).and_then(|written| {
                let count = match written.count {
                    None => None,
                    Some(WrittenAmount::Exactly(count)) => Some(Amount { least: count, most: count }),
                    Some(WrittenAmount::Between(bounds)) => Some(Amount {
                        least: bounds.least.unwrap_or(0),
                        most: bounds.most.unwrap_or(u64::MAX),
                    }),
                };
                let WrittenTest { is, not, exists, contains, least, most, .. } = written;
                let test = ValueTest { is, not, exists, contains, least, most, count };
                if test == ValueTest::default() {
                    let told = format!("a value, or a map with {}", VALUE_TESTS.join(", "));
                    reader.expected(file, node, &key, &told);
                    return None;
                }
                Some(test)
            }),
            _ => Some(ValueTest { is: Some(node.json()), ..ValueTest::default() }),
        };
        tests.extend(test.map(|test| (pointer.clone(), test)));
    }
    tests
}

type Members<'n> = Option<&'n [(String, crate::yaml::Place, Node)]>;

fn members<'n>(
    reader: &mut Reader<'_>,
    file: Option<&Rc<str>>,
    node: Option<&'n Node>,
    key: &str,
) -> Members<'n> {
    match node.map(|node| (node, &node.value)) {
        None => None,
        Some((_, Value::Map(members))) => Some(members),
        Some((node, _)) => {
            reader.expected(file, node, key, "a map");
            None
        }
    }
}
