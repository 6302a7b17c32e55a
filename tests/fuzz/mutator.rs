//! Changes bytes as somebody might who means harm or makes mistakes: by the seed, so that a case can be had again.

use mock_defender::generate::Stream;
use serde_json::{Map, Value};

/// What programs stumble over.
const TOKENS: [&str; 34] = [
    "null",
    "true",
    "-1",
    "0",
    "1",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "1e999",
    "-0.0",
    "0.1",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\u{202e}",
    "\u{feff}",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    ",",
    ":",
    "\n",
    "&",
    "=",
    "%00",
    "*x",
    "&a [*a]",
    "2999-01-01T00:00:00Z",
];

/// Texts where a text, an instant, a length or a name is meant.
const TEXTS: [&str; 24] = [
    "",
    " ",
    "x",
    "é",
    "\u{0}",
    "\u{202e}",
    "..",
    "../../x",
    "user",
    "global-admin",
    "full",
    "PT1H",
    "P400D",
    "-PT1H",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "2026-11-24T01:00:00Z",
    "now-5m",
    "$label",
    "follow",
    "*",
    "%",
    "https://evil.example/?a=b#c",
    "00000000-0000-0000-0000-000000000000",
];

/// The bytes, changed.
pub(crate) fn mutated(bytes: &[u8], chance: &mut Stream) -> Vec<u8> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(mut value) if chance.below(4) > 0 => {
            for _ in 0..chance.between(1, 3) {
                value = edited(&value, chance);
            }
            let written = serde_json::to_vec(&value).unwrap_or_default();
            if chance.below(8) == 0 { scratched(&written, chance) } else { written }
        }
        _ => {
            let mut bytes = bytes.to_vec();
            for _ in 0..chance.between(1, 3) {
                bytes = scratched(&bytes, chance);
            }
            bytes
        }
    }
}

/// Some value within it is another, gone, doubled or called differently.
fn edited(value: &Value, chance: &mut Stream) -> Value {
    match value {
        Value::Object(map) if !map.is_empty() && chance.below(6) > 0 => {
            let at = chance.below(map.len() as u32) as usize;
            let what = chance.below(12);
            let mut edited = Map::new();
            for (place, (key, inner)) in map.iter().enumerate() {
                match what {
                    _ if place != at => drop(edited.insert(key.clone(), inner.clone())),
                    0 => {}
                    1 => drop(edited.insert((*chance.pick(&TEXTS)).to_owned(), inner.clone())),
                    2 => {
                        edited.insert(key.clone(), inner.clone());
                        edited.insert(format!("{key}X"), inner.clone());
                    }
                    _ => {
                        let inner = self::edited(inner, chance);
                        edited.insert(key.clone(), inner);
                    }
                }
            }
            Value::Object(edited)
        }
        Value::Array(list) if !list.is_empty() && chance.below(6) > 0 => {
            let mut list = list.clone();
            let at = chance.below(list.len() as u32) as usize;
            match chance.below(6) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                2 => list = vec![list[at].clone(); 300],
                _ => list[at] = edited(&list[at], chance),
            }
            Value::Array(list)
        }
        old => other(old, chance),
    }
}

fn other(old: &Value, chance: &mut Stream) -> Value {
    match chance.below(16) {
        0 => Value::Null,
        1 => Value::Bool(chance.below(2) == 0),
        2 => Value::from(chance.below(20)),
        3 => Value::from(-i64::from(chance.below(20))),
        4 => Value::from(*chance.pick(&[u64::MAX, u64::from(u32::MAX), 1 << 40, 65_536, 256])),
        5 => Value::from(i64::MIN),
        6 => Value::from(1e300),
        7 => Value::from(0.5),
        8 => Value::from("x".repeat(chance.between(100, 6_000) as usize)),
        9 => Value::Array(vec![old.clone()]),
        10 => Value::Array(Vec::new()),
        11 => Value::Object(Map::new()),
        12 => nested(chance.between(2, 60)),
        _ => Value::from(*chance.pick(&TEXTS)),
    }
}

fn nested(depth: u32) -> Value {
    (0..depth).fold(Value::from(1), |inner, _| Value::Array(vec![inner]))
}

/// Some bytes are others, gone, doubled, or pushed in between.
fn scratched(bytes: &[u8], chance: &mut Stream) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = chance.below(bytes.len() as u32 + 1) as usize;
    let end = (at + chance.between(1, 24) as usize).min(bytes.len());
    match chance.below(10) {
        0 | 1 => drop(bytes.drain(at..end)),
        2 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        3 => bytes.truncate(at),
        4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
        5 => {
            drop(bytes.splice(at..at, (0..chance.below(8)).map(|_| chance.bits() as u8).collect::<Vec<u8>>()))
        }
        6 if chance.below(20) == 0 => {
            drop(bytes.splice(at..at, "[".repeat(chance.between(200, 20_000) as usize).into_bytes()));
        }
        _ => drop(bytes.splice(at..end.min(at + 4), chance.pick(&TOKENS).bytes().collect::<Vec<u8>>())),
    }
    bytes
}
