//! YAML as a tree whose every part knows where it stands.
//!
//! Aliases stand where they are used, so that a message names the line that somebody would change.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::problem::{BadField, Problem};

/// How much aliases may repeat: they would let a short text grow without bound.
const MOST_REPEATED: usize = 20_000;

/// How deeply lists and maps may stand within each other: reading them takes stack, and nothing that people write here
/// comes near it.
pub const DEEPEST: usize = 24;

/// Line and column, counted from 1.
pub type Place = (u64, u64);

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Flag(bool),
    /// A number without decimals.
    Whole(i128),
    /// Another number.
    Decimal(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map: keys with their places, in the order of the text.
    Map(Vec<(String, Place, Node)>),
}

impl Node {
    /// Reads a text. An empty one is nothing.
    ///
    /// # Errors
    /// Where it is no YAML.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let options = serde_saphyr::options! {
            // `NO` is a country.
            strict_booleans: true,
            budget: serde_saphyr::budget! { max_depth: DEEPEST },
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPEATED },
        };
        let parsed: Result<Spanned<Value>, _> = serde_saphyr::from_str_with_options(text, options);
        parsed.map(Self::from).map_err(|error| {
            let error = error.without_snippet();
            let place = error.location().map_or((1, 1), |at| (at.line().max(1), at.column().max(1)));
            let told = error.to_string();
            let told = told.split(" at line ").next().unwrap_or_default();
            // The parser's message suggests an option of the library, which is of no use to the author of a file.
            let told = match told.split(", set ").next().unwrap_or_default() {
                told if told.starts_with("budget breached: Depth") || told == "recursion limit exceeded" => {
                    format!("lists and maps stand within each other more than {DEEPEST} deep")
                }
                told => told.to_owned(),
            };
            Problem { line: place.0, column: place.1, key: String::new(), error: BadField::Syntax(told) }
        })
    }
}

impl Node {
    /// A member of a map, if it is there and something.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Map(members) = &self.value else { return None };
        let member = members.iter().find(|(known, ..)| known == key);
        member.map(|(.., node)| node).filter(|node| node.value != Value::Null)
    }

    /// The node at a key whose parts are joined by dots, or the last one on the way that is there.
    pub fn deepest(&self, key: &str) -> &Self {
        let (first, rest) = key.split_once('.').unwrap_or((key, ""));
        self.get(first).map_or(self, |inner| if rest.is_empty() { inner } else { inner.deepest(rest) })
    }
}

impl From<Spanned<Value>> for Node {
    fn from(spanned: Spanned<Value>) -> Self {
        let at = spanned.referenced;
        Self { place: (at.line().max(1), at.column().max(1)), value: spanned.value }
    }
}

/// How a value is told in a message.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("nothing"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{:?}", text.chars().take(80).collect::<String>()),
            Self::List(_) => f.write_str("a list"),
            Self::Map(_) => f.write_str("a map"),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Whole(number.into()))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Whole(number.into()))
    }
    fn visit_i128<E>(self, number: i128) -> Result<Value, E> {
        Ok(Value::Whole(number))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Decimal(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element::<Spanned<Value>>()? {
            list.push(item.into());
        }
        Ok(Value::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some((key, value)) = access.next_entry::<Spanned<String>, Spanned<Value>>()? {
            let at = key.referenced;
            map.push((key.value, (at.line(), at.column()), value.into()));
        }
        Ok(Value::Map(map))
    }
}
