//! The settings for people to read: a commented file with every default, and the help of the command line.

use serde_json::Value as Json;

use super::shape::{Basis, Setting, Shape};
use super::table::SETTINGS;
use crate::model::spec::{Size, Specification};
use crate::model::time::VirtualTime;

/// How wide comments are.
const WIDTH: usize = 100;

/// A specification with every setting at what it is for a size: YAML that reads back as if it said nothing else.
pub fn sample(size: Size) -> String {
    let basis = Basis::new(Specification::plain(1, size, VirtualTime::default()));
    let mut text = format!(
        "# A specification of mock-defender: every setting, at what it is for a {size} company when it is absent.\n\
         # Keep what you change and delete the rest. What is drawn otherwise stands in comments.\n"
    );
    for setting in SETTINGS {
        text.push('\n');
        write(setting, &basis, 0, &mut text);
    }
    text
}

fn write(setting: &Setting, basis: &Basis, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let allowed = match &setting.shape {
        Shape::Keys(_) | Shape::Named(..) => String::new(),
        shape => format!(" Allowed: {}.", shape.told()),
    };
    for line in wrapped(&format!("{}{allowed}", setting.doc), WIDTH - 2 - indent.len()) {
        text.push_str(&format!("{indent}# {line}\n"));
    }
    let key = setting.key;
    if let Shape::Keys(inner) = &setting.shape {
        text.push_str(&format!("{indent}{key}:\n"));
        for setting in *inner {
            write(setting, basis, depth + 1, text);
        }
        return;
    }
    match (setting.default)(basis) {
        Json::Null => text.push_str(&format!("{indent}# {key}: {}\n", setting.example)),
        Json::Array(list) => {
            text.push_str(&format!("{indent}{key}:\n"));
            for item in list {
                text.push_str(&format!("{indent}  - {}\n", flow(&item)));
            }
        }
        Json::Object(map) => {
            text.push_str(&format!("{indent}{key}:\n"));
            for (name, value) in map {
                text.push_str(&format!("{indent}  {}: {}\n", scalar(&name), flow(&value)));
            }
        }
        value => text.push_str(&format!("{indent}{key}: {}\n", flow(&value))),
    }
}

/// A value on one line.
fn flow(value: &Json) -> String {
    match value {
        Json::String(text) => scalar(text),
        Json::Array(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(map) => {
            let pair = |(key, value): (&String, &Json)| format!("{}: {}", scalar(key), flow(value));
            format!("{{{}}}", map.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A text, in quotes where it could be taken for something else.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || " -./()".contains(c))
        && !matches!(text.to_lowercase().as_str(), "on" | "off" | "yes" | "no" | "true" | "false" | "null");
    if plain { text.to_owned() } else { Json::from(text).to_string() }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Every setting on a line or two, for the command line.
pub fn help() -> String {
    let mut text = String::from("Settings:\n");
    for setting in SETTINGS {
        line(setting, 1, &mut text);
    }
    text
}

fn line(setting: &Setting, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    text.push_str(&format!("{indent}{:<width$} {}\n", setting.key, setting.doc, width = 18 - indent.len()));
    let inner = match &setting.shape {
        Shape::Keys(inner) => inner,
        Shape::List(Shape::Keys(inner), ..) => inner,
        Shape::Named(_, Shape::Keys(inner)) => inner,
        Shape::Either([.., Shape::List(Shape::Keys(inner), ..) | Shape::Keys(inner)]) => inner,
        _ => return,
    };
    for setting in *inner {
        line(setting, depth + 1, text);
    }
}
