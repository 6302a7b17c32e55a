//! Names that stand for what is not known before a scenario runs: `$odd` for the id of the alert that the step `odd`
//! makes, where commands hold ids of alerts; `$now`, `$now+2h` and `$now-1d` for instants counted from that of the step.

use serde_json::Value as Json;

use crate::model::time::{Span, VirtualTime};
use crate::yaml::{Node, Place, Value};

/// Which members of commands hold ids of alerts.
const ALERTS: [&str; 2] = ["alert", "alerts"];
/// Which members hold instants in milliseconds since 1970, as records of the Cloud Apps API do.
const MILLIS: [&str; 1] = ["timestamp"];

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use<'t> {
    /// The alert of this label.
    Alert(&'t str),
    /// So long after the step.
    Now(Span),
}

/// What a text stands for, if it is such a name; `alerts` says that ids of alerts stand there.
fn used(text: &str, alerts: bool) -> Result<Option<Use<'_>>, String> {
    let Some(name) = text.strip_prefix('$') else { return Ok(None) };
    if alerts {
        return Ok(Some(Use::Alert(name)));
    }
    let Some(rest) = name.strip_prefix("now") else { return Ok(None) };
    let rest = rest.trim();
    let (sign, span) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
        (Some(span), _) => (1, span),
        (_, Some(span)) => (-1, span),
        _ if rest.is_empty() => return Ok(Some(Use::Now(Span::default()))),
        // Some text that begins so.
        _ => return Ok(None),
    };
    let length = Span::parse(span).ok_or_else(|| format!("{text:?}: an instant is written like $now+2h"))?;
    Ok(Some(Use::Now(Span::millis(sign * length.as_millis()))))
}

/// Calls `each` for every name in a command.
pub(super) fn each_in_node(node: &Node, each: &mut dyn FnMut(Place, Result<Use<'_>, String>)) {
    each_within(node, false, each);
}

fn each_within(node: &Node, alerts: bool, each: &mut dyn FnMut(Place, Result<Use<'_>, String>)) {
    match &node.value {
        Value::Text(text) => match used(text, alerts) {
            Ok(None) => {}
            Ok(Some(found)) => each(node.place, Ok(found)),
            Err(told) => each(node.place, Err(told)),
        },
        Value::List(items) => items.iter().for_each(|item| each_within(item, alerts, each)),
        Value::Map(members) => {
            for (key, _, value) in members {
                each_within(value, ALERTS.contains(&key.as_str()), each);
            }
        }
        _ => {}
    }
}

/// A command with `put` in place of names.
pub(super) fn replaced_in_node(node: &Node, put: &dyn Fn(Use<'_>) -> Option<String>) -> Node {
    replaced_within(node, false, put)
}

fn replaced_within(node: &Node, alerts: bool, put: &dyn Fn(Use<'_>) -> Option<String>) -> Node {
    let value = match &node.value {
        Value::Text(text) => {
            let found = used(text, alerts).ok().flatten().and_then(put);
            Value::Text(found.unwrap_or_else(|| text.clone()))
        }
        Value::List(items) => {
            Value::List(items.iter().map(|item| replaced_within(item, alerts, put)).collect())
        }
        Value::Map(members) => {
            let member = |(key, place, value): &(String, Place, Node)| {
                (key.clone(), *place, replaced_within(value, ALERTS.contains(&key.as_str()), put))
            };
            Value::Map(members.iter().map(member).collect())
        }
        other => other.clone(),
    };
    Node { place: node.place, value }
}

/// The same of a command as JSON.
pub(super) fn replace(json: &mut Json, put: &dyn Fn(Use<'_>) -> Option<String>) {
    replace_within(json, false, put);
}

fn replace_within(json: &mut Json, alerts: bool, put: &dyn Fn(Use<'_>) -> Option<String>) {
    match json {
        Json::String(text) => {
            if let Some(found) = used(text, alerts).ok().flatten().and_then(put) {
                *text = found;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| replace_within(item, alerts, put)),
        Json::Object(members) => {
            for (key, value) in members {
                let is_millis = MILLIS.contains(&key.as_str()) && is_instant(value);
                replace_within(value, ALERTS.contains(&key.as_str()), put);
                if let Some(at) = value.as_str().filter(|_| is_millis).and_then(VirtualTime::parse) {
                    *value = at.millis().into();
                }
            }
        }
        _ => {}
    }
}

/// Whether a value is the name of an instant.
fn is_instant(value: &Json) -> bool {
    value.as_str().is_some_and(|text| matches!(used(text, false), Ok(Some(Use::Now(_)))))
}

/// The labels of alerts that a command names.
pub(super) fn named(json: &Json) -> Vec<String> {
    let mut names = Vec::new();
    let mut copy = json.clone();
    let noted = std::cell::RefCell::new(&mut names);
    replace(&mut copy, &|used| {
        if let Use::Alert(label) = used {
            noted.borrow_mut().push(label.to_owned());
        }
        None
    });
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_instant_is_written_as_its_member_holds_it() {
        let mut command = json!({
            "injectAlert": {"title": "$now-5m", "timestamp": "$now-5m", "comment": "$later"},
            "addSecret": {"ends": "$now+1h"},
        });
        let now = VirtualTime::from_millis(600_000);
        replace(&mut command, &|used| match used {
            Use::Now(span) => Some((now + span).to_string()),
            Use::Alert(_) => None,
        });
        assert_eq!(command["injectAlert"]["timestamp"], 300_000);
        assert_eq!(command["injectAlert"]["comment"], "$later");
        assert_eq!(command["addSecret"]["ends"], "1970-01-01T01:10:00.000Z");
    }
}
