//! Parameters: `${name}` in a file stands for a value. Alone it is the value itself, whatever its type; inside a longer
//! text it is written out. `$${` is a plain `${`.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::yaml::{Node, Place, Value};

/// Values by name.
pub(super) type Values = BTreeMap<String, Node>;

/// A name that is used and not known, or can't stand where it is used.
pub(super) struct Misused {
    pub(super) place: Place,
    pub(super) told: String,
}

/// A node with values in place of parameters.
pub(super) fn filled(node: &Node, values: &Values, misused: &mut Vec<Misused>) -> Node {
    let value = match &node.value {
        Value::Text(text) if text.contains("${") => match text_filled(text, values) {
            Ok(value) => value,
            Err(told) => {
                misused.push(Misused { place: node.place, told });
                Value::Null
            }
        },
        Value::List(items) => Value::List(items.iter().map(|item| filled(item, values, misused)).collect()),
        Value::Map(members) => {
            let member = |(key, place, value): &(String, Place, Node)| {
                (key.clone(), *place, filled(value, values, misused))
            };
            Value::Map(members.iter().map(member).collect())
        }
        other => other.clone(),
    };
    Node { place: node.place, value }
}

fn text_filled(text: &str, values: &Values) -> Result<Value, String> {
    let find = |name: &str| {
        values.get(name).map(|node| &node.value).ok_or_else(|| {
            let known: Vec<&str> = values.keys().map(String::as_str).collect();
            match known[..] {
                [] => format!("${{{name}}}: this scenario has no parameters"),
                _ => format!("${{{name}}}: there is no such parameter; there is {}", known.join(", ")),
            }
        })
    };
    let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some(name) = whole.filter(|name| !name.contains(['{', '}', '$'])) {
        return find(name).cloned();
    }
    let (mut written, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        let (before, behind) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            written.push_str(before);
            written.push_str("${");
            rest = &behind[2..];
            continue;
        }
        written.push_str(before);
        let (name, after) =
            behind[2..].split_once('}').ok_or("`${` without `}`; a plain one is written `$${`")?;
        match find(name)? {
            Value::Text(value) => written.push_str(value),
            Value::Null | Value::List(_) | Value::Map(_) => {
                return Err(format!(
                    "${{{name}}} is no text, number or flag, so it can't stand inside a text"
                ));
            }
            value => written.push_str(&value.to_string()),
        }
        rest = after;
    }
    written.push_str(rest);
    Ok(Value::Text(written))
}

/// Writes JSON so that its texts are read as they are, though they look like parameters.
pub(super) fn protect(json: &mut Json) {
    match json {
        Json::String(text) => *text = text.replace("${", "$${"),
        Json::Array(items) => items.iter_mut().for_each(protect),
        Json::Object(members) => members.values_mut().for_each(protect),
        _ => {}
    }
}

/// A value that was given as JSON, as if it stood at `place`.
pub(super) fn node(json: &Json, place: Place) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Whole(number.into()),
            (_, Some(number)) => Value::Whole(number.into()),
            _ => Value::Decimal(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(|item| node(item, place)).collect()),
        Json::Object(members) => {
            Value::Map(members.iter().map(|(key, value)| (key.clone(), place, node(value, place))).collect())
        }
    };
    Node { place, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, String> {
        let values = serde_json::json!({"wait": "30s", "times": 3, "list": [1]});
        let values = values.as_object().unwrap();
        let values = values.iter().map(|(name, value)| (name.clone(), node(value, (1, 1)))).collect();
        text_filled(text, &values).map(|value| value.to_string())
    }

    #[test]
    fn a_parameter_alone_keeps_its_type_and_is_written_out_within_a_text() {
        for (text, expected) in [
            ("${wait}", "\"30s\""),
            ("${times}", "3"),
            ("${list}", "a list"),
            ("after ${wait}, ${times} times", "\"after 30s, 3 times\""),
            ("$${wait} is ${wait}", "\"${wait} is 30s\""),
        ] {
            assert_eq!(written(text).as_deref(), Ok(expected), "{text}");
        }
        for (text, told) in [
            ("${wiat}", "there is no such parameter; there is list, times, wait"),
            ("so ${list}", "can't stand inside a text"),
            ("so ${wait", "`${` without `}`"),
        ] {
            assert!(written(text).unwrap_err().contains(told), "{text}");
        }
    }
}
