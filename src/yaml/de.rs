//! From a tree to a type, where an error says at which line and column the text does not fit.

use std::fmt::{self, Display};

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Number, Value as Json};

use super::near::nearest;
use super::problem::{BadField, Problem};
use super::tree::{Node, Place, Value};

impl Node {
    /// Reads it as a type; `key` is where it stands in the whole, for messages.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn read<'t, T: Deserialize<'t>>(&'t self, key: &str) -> Result<T, Problem> {
        T::deserialize(Read(self)).map_err(|misfit| misfit.within("", self).problem(key))
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

/// What does not fit, on its way to the outside: each level adds its key, the innermost says where it stands.
#[derive(Debug)]
struct Misfit {
    place: Option<Place>,
    key: String,
    error: BadField,
}

impl Misfit {
    fn new(error: BadField) -> Self {
        Self { place: None, key: String::new(), error }
    }

    /// Behind this part of a key, in this node.
    fn within(mut self, part: &str, node: &Node) -> Self {
        if self.place.is_none() {
            self.place = Some(node.place);
            if let BadField::Value { got, .. } = &mut self.error {
                *got = node.value.to_string();
            }
        }
        self.key = joined(part, &self.key);
        self
    }

    fn problem(self, key: &str) -> Problem {
        let (line, column) = self.place.unwrap_or((1, 1));
        Problem { line, column, key: joined(key, &self.key), error: self.error }
    }
}

fn joined(outer: &str, inner: &str) -> String {
    let dot = if outer.is_empty() || inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    [outer, dot, inner].concat()
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: Display>(told: T) -> Self {
        Self::new(BadField::Contradiction(told.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_value(unexpected, expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(BadField::Value { expected: in_words(&expected.to_string()), got: unexpected.to_string() })
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        let known = nearest(name, known).join(", ");
        Self::new(BadField::Value { expected: format!("one of {known}"), got: format!("{name:?}") })
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(BadField::Unknown { name: name.to_owned(), known: nearest(name, known) })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(BadField::Contradiction(format!("`{name}` is missing")))
    }
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

/// A node that is read.
struct Read<'t>(&'t Node);

impl<'de> Deserializer<'de> for Read<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::Whole(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (_, Ok(number)) => visitor.visit_u64(number),
                (Ok(number), _) => visitor.visit_i64(number),
                _ => visitor.visit_i128(*number),
            },
            Value::Decimal(number) => visitor.visit_f64(*number),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(Items(items.iter().enumerate())),
            Value::Map(members) => visitor.visit_map(Members { rest: members.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match &self.0.value {
            Value::Text(name) => visitor.visit_enum(Variant { name, place: self.0.place, content: None }),
            Value::Map(members) if members.len() == 1 => {
                let (name, place, content) = &members[0];
                if !variants.contains(&name.as_str()) {
                    let misfit = Misfit::unknown_field(name, variants);
                    return Err(Misfit { place: Some(*place), ..misfit });
                }
                visitor.visit_enum(Variant { name, place: *place, content: Some(content) })
            }
            _ => {
                let expected = format!("one of {}, and nothing beside it", variants.join(", "));
                Err(Misfit::new(BadField::Value { expected, got: String::new() }))
            }
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'t>(std::iter::Enumerate<std::slice::Iter<'t, Node>>);

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some((at, item)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Read(item)).map(Some).map_err(|misfit| misfit.within(&format!("[{at}]"), item))
    }
}

struct Members<'t> {
    rest: std::slice::Iter<'t, (String, Place, Node)>,
    value: Option<(&'t str, &'t Node)>,
}

impl<'t> MapAccess<'t> for Members<'t> {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some((key, place, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some((key, value));
        let key = seed.deserialize(de::value::BorrowedStrDeserializer::new(key));
        key.map(Some).map_err(|misfit: Misfit| Misfit { place: misfit.place.or(Some(*place)), ..misfit })
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let (key, value) =
            self.value.take().ok_or_else(|| Misfit::custom("a value was asked for before its key"))?;
        seed.deserialize(Read(value)).map_err(|misfit| misfit.within(key, value))
    }
}

struct Variant<'t> {
    name: &'t str,
    place: Place,
    content: Option<&'t Node>,
}

impl<'t> EnumAccess<'t> for Variant<'t> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<(S::Value, Self), Misfit> {
        let name = seed.deserialize(de::value::BorrowedStrDeserializer::new(self.name));
        let name =
            name.map_err(|misfit: Misfit| Misfit { place: misfit.place.or(Some(self.place)), ..misfit })?;
        Ok((name, self))
    }
}

impl<'t> Variant<'t> {
    /// What stands behind its name.
    fn behind<T>(self, read: impl FnOnce(&'t Node) -> Result<T, Misfit>) -> Result<T, Misfit> {
        match self.content {
            Some(content) => read(content).map_err(|misfit| misfit.within(self.name, content)),
            None => {
                let told =
                    format!("`{}` alone says too little: a map or value must stand behind it", self.name);
                Err(Misfit { place: Some(self.place), ..Misfit::custom(told) })
            }
        }
    }
}

impl<'t> VariantAccess<'t> for Variant<'t> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.content {
            None => Ok(()),
            Some(content) if content.value == Value::Null => Ok(()),
            Some(content) => {
                let error = BadField::Value { expected: "nothing behind it".to_owned(), got: String::new() };
                Err(Misfit::new(error).within(self.name, content))
            }
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<S::Value, Misfit> {
        self.behind(|content| seed.deserialize(Read(content)))
    }

    fn tuple_variant<V: Visitor<'t>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.behind(|content| Read(content).deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.behind(|content| Read(content).deserialize_any(visitor))
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
        ];
        for (text, told) in mistakes {
            assert!(problem(text).starts_with(told), "{text}: {}", problem(text));
        }
    }
}
