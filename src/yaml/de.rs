//! From a tree to a type, where an error says at which line and column the text does not fit.
//!
//! The tree is written as JSON, which the reader reads that every type has anyway: one of its own would have to be
//! compiled for each of them. What that reader tells is told again in the words of people who write files, at the
//! place of the part at which it stopped.

use serde::de::DeserializeOwned;
use serde_json::{Error, Map, Number, Value as Json};

use crate::model::json::{NONE_OF_SEVERAL, words};

use super::near::nearest;
use super::problem::{BadField, Problem};
use super::tree::{Node, Place, Value};

impl Node {
    /// Reads it as a type; `key` is where it stands in the whole, for messages.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn read<T: DeserializeOwned>(&self, key: &str) -> Result<T, Problem> {
        read(&Written::of(self).text)
            .map_err(|error| misfit(self, key, &error, &|text| read::<T>(text).err()))
    }

    /// As JSON. Numbers that JSON does not have are nothing.
    pub fn json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Flag(flag) => Json::from(*flag),
            Value::Whole(number) => {
                let signed = i64::try_from(*number).map(Json::from);
                signed.or_else(|_| u64::try_from(*number).map(Json::from)).unwrap_or(Json::Null)
            }
            Value::Decimal(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
            Value::Text(text) => Json::from(text.as_str()),
            Value::List(items) => items.iter().map(Self::json).collect(),
            Value::Map(members) => Json::Object(
                members.iter().map(|(key, _, value)| (key.clone(), value.json())).collect::<Map<_, _>>(),
            ),
        }
    }
}

/// Once for each type.
#[inline(never)]
fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(text)
}

/// A tree as JSON.
#[derive(Default)]
struct Written<'t> {
    text: Vec<u8>,
    /// The key of what is being written.
    path: String,
    /// What the text consists of, in order, if that is asked for.
    tokens: Option<Vec<Token<'t>>>,
}

/// A bracket, a key or a value of the text; with the comma or colon before it.
struct Token<'t> {
    /// Where it ends.
    end: usize,
    /// What it belongs to: a value, or the list or map that it opens or closes, or in which it is a key.
    node: &'t Node,
    /// Where that begins.
    start: usize,
    /// The key of that.
    path: String,
    /// The key that it is, and its place.
    key: Option<(&'t str, Place)>,
}

impl<'t> Written<'t> {
    fn of(node: &'t Node) -> Self {
        let mut written = Self::default();
        written.node(node);
        written
    }

    fn in_tokens(node: &'t Node) -> (Vec<u8>, Vec<Token<'t>>) {
        let mut written = Self { tokens: Some(Vec::new()), ..Self::default() };
        written.node(node);
        (written.text, written.tokens.unwrap_or_default())
    }

    fn node(&mut self, node: &'t Node) {
        let (start, outer) = (self.text.len(), self.path.len());
        match &node.value {
            Value::Null => self.text.extend(b"null"),
            Value::Flag(flag) => self.text.extend(flag.to_string().bytes()),
            Value::Whole(number) => self.text.extend(number.to_string().bytes()),
            // Always finite: the parser of YAML takes nothing else.
            Value::Decimal(number) => self.text.extend(format!("{number:?}").bytes()),
            Value::Text(text) => self.string(text),
            Value::List(items) => {
                self.text.push(b'[');
                self.token(node, start, None);
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        self.text.push(b',');
                    }
                    self.path.push_str(&format!("[{at}]"));
                    self.node(item);
                    self.path.truncate(outer);
                }
                self.text.push(b']');
            }
            Value::Map(members) => {
                self.text.push(b'{');
                self.token(node, start, None);
                for (at, (key, place, value)) in members.iter().enumerate() {
                    if at > 0 {
                        self.text.push(b',');
                    }
                    self.string(key);
                    self.token(node, start, Some((key, *place)));
                    self.text.push(b':');
                    self.path = joined(&self.path, key);
                    self.node(value);
                    self.path.truncate(outer);
                }
                self.text.push(b'}');
            }
        }
        self.token(node, start, None);
    }

    fn string(&mut self, text: &str) {
        self.text.extend(Json::from(text).to_string().bytes());
    }

    fn token(&mut self, node: &'t Node, start: usize, key: Option<(&'t str, Place)>) {
        if let Some(tokens) = &mut self.tokens {
            tokens.push(Token { end: self.text.len(), node, start, path: self.path.clone(), key });
        }
    }
}

fn joined(outer: &str, inner: &str) -> String {
    let dot = if outer.is_empty() || inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    [outer, dot, inner].concat()
}

/// What is wrong with a tree, and where, when its reader stops with an error.
fn misfit(node: &Node, key: &str, error: &Error, read: &dyn Fn(&[u8]) -> Option<Error>) -> Problem {
    let told = words(error);
    let (text, tokens) = Written::in_tokens(node);
    // The reader looks at one part after the other: what it says of the whole it says of every beginning of it that
    // holds the part at which it stops, and of no shorter one.
    let unread = |token: &Token<'_>| read(&text[..token.end]).is_none_or(|error| words(&error) != told);
    let at = tokens.partition_point(unread).min(tokens.len() - 1);
    let token = &tokens[at];
    let variants = || {
        // It names them when it finds another name there.
        let other = [&text[..token.start], b"\"\""].concat();
        read(&other).map(|error| words(&error)).filter(|told| told.starts_with("unknown variant"))
    };
    let error = token.misfit(&told, &variants);
    // A key that should not be there is named; a second one beside it makes the whole map unfit.
    let (line, column) = match token.key {
        Some((_, place)) if told != NONE_OF_SEVERAL => place,
        _ => token.node.place,
    };
    Problem { line, column, key: joined(key, &token.path), error }
}

impl Token<'_> {
    /// What is wrong with it, in the words of people who write files.
    fn misfit(&self, told: &str, variants: &dyn Fn() -> Option<String>) -> BadField {
        let got = || match self.key {
            Some((key, _)) => format!("{key:?}"),
            None => self.node.value.to_string(),
        };
        let (what, expected) = told.rsplit_once(", expected ").unwrap_or((told, ""));
        if let Some(name) = quoted(what, "unknown field `") {
            return BadField::Unknown { name: name.to_owned(), known: nearest(name, &names(expected)) };
        }
        if let Some(name) = quoted(what, "unknown variant `") {
            let known = nearest(name, &names(expected));
            return match self.key {
                Some(_) => BadField::Unknown { name: name.to_owned(), known },
                None => BadField::Value { expected: format!("one of {}", known.join(", ")), got: got() },
            };
        }
        if let Some(name) = quoted(told, "missing field `") {
            return BadField::Contradiction(format!("`{name}` is missing"));
        }
        if let ("invalid type: unit variant", Value::Text(name)) = (what, &self.node.value) {
            let told = format!("`{name}` alone says too little: a map or value must stand behind it");
            return BadField::Contradiction(told);
        }
        if what.starts_with("invalid type: ") || what.starts_with("invalid value: ") {
            return BadField::Value { expected: in_words(expected), got: got() };
        }
        // It stands where a name is expected, alone or with one thing behind it.
        if told == NONE_OF_SEVERAL
            && let Some(known) = variants()
        {
            let known = names(known.rsplit_once(", expected ").map_or("", |(_, known)| known)).join(", ");
            let expected = format!("one of {known}, and nothing beside it");
            return BadField::Value { expected, got: self.node.value.to_string() };
        }
        BadField::Contradiction(told.to_owned())
    }
}

/// The name that an error quotes behind these words.
fn quoted<'t>(told: &'t str, words: &str) -> Option<&'t str> {
    let rest = told.strip_prefix(words)?;
    rest.rsplit_once('`').map(|(name, _)| name)
}

/// The names that an error quotes.
fn names(told: &str) -> Vec<&str> {
    told.split('`').skip(1).step_by(2).collect()
}

/// What is expected, in the words of people who write files.
fn in_words(expected: &str) -> String {
    let first = expected.split(' ').next().unwrap_or_default();
    match first {
        "struct" | "tuple" => "a map".to_owned(),
        "unit" => "nothing behind it".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        _ => match expected {
            "a string" | "string" => "a text".to_owned(),
            "a boolean" => "true or false".to_owned(),
            "a sequence" => "a list".to_owned(),
            other => other.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fault::Fault;

    fn problem(text: &str) -> String {
        Node::parse(text).unwrap().read::<Fault>("fault").unwrap_err().to_string()
    }

    #[test]
    fn what_fits_is_read() {
        let text = "match: {service: cloudApps}\nwhen: {times: 3}\neffect: {throttle: {wait: 30s}}";
        let read: Fault = Node::parse(text).unwrap().read("fault").unwrap();
        let written = r#"{"match":{"service":"cloudApps"},"when":{"times":3},"effect":{"throttle":{"wait":"PT30S","retryAfter":"seconds"}}}"#;
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        for text in
            ["effect: {token: expired}", "effect: {reset: {}}", "effect: {edit: [{remove: {at: /a}}]}"]
        {
            Node::parse(text).unwrap().read::<Fault>("").unwrap();
        }
    }

    #[test]
    fn what_does_not_fit_is_told_where_it_stands() {
        let mistakes = [
            (
                "effect:\n  throtle: {wait: 1s}",
                "line 2 column 3: unknown field `throtle`, expected one of throttle, ",
            ),
            (
                "effect: {throttle: {wait: soon}}",
                "line 1 column 27: fault.effect.throttle.wait: \"soon\" is no length",
            ),
            ("effect: {throttle: 3}", "line 1 column 20: fault.effect.throttle: expected a map, got 3"),
            ("effect: throttle", "line 1 column 9: fault.effect: `throttle` alone says too little"),
            (
                "effect: {token: expired}\nwhen: {tims: 2}",
                "line 2 column 8: unknown field `tims`, expected one of times, ",
            ),
            (
                "effect: {token: expired}\nwhen: {times: many}",
                "line 2 column 15: fault.when.times: expected a whole number",
            ),
            ("when: {times: 2}", "line 1 column 1: fault: `effect` is missing"),
            (
                "effect: {edit: [{set: {at: /a, to: 1}}, {drop: {}}]}",
                "line 1 column 42: unknown field `drop`, expected one of ",
            ),
            (
                "effect: {token: expired, reset: {}}",
                "line 1 column 9: fault.effect: expected one of respond, ",
            ),
            ("effect: 3", "line 1 column 9: fault.effect: expected one of respond, "),
            ("effect: {}", "line 1 column 9: fault.effect: expected one of respond, "),
            ("effect: {token: [1]}", "line 1 column 17: fault.effect.token: expected one of missing, "),
            (
                "effect: {token: expird}",
                "line 1 column 17: fault.effect.token: expected one of expired, revoked, missing, ",
            ),
            (
                "effect:\n  edit:\n    - set: {at: /a, to: 1}\n    - remove: {at: 2}",
                "line 4 column 20: fault.effect.edit[1].remove.at: expected a text, got 2",
            ),
            (
                "effect:\n  edit:\n    - remove: {}\n    - remove: {at: /a}",
                "line 3 column 15: fault.effect.edit[0].remove: `at` is missing",
            ),
            (
                "effect: {reset: {}}\nmatch: {header: {a: true}}",
                "line 2 column 21: fault.match.header.a: expected a text, got true",
            ),
        ];
        for (text, told) in mistakes {
            assert!(problem(text).starts_with(told), "{text}: {}", problem(text));
        }
    }
}
