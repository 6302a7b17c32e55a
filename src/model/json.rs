//! JSON in little code: trees that are written out in the source, and from type to type by way of text.
//!
//! Schemas and answers are large, and run once: [`json!`] makes them by calls, one for each member.
//!
//! `serde_json` has another reader for its trees than for text, and each of them is compiled anew for every type that
//! it reads: for the commands that were half a megabyte. So everything here is read from text, and from bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// What is said, as another type that says the same: a tree as what it describes, or what is described as a tree.
///
/// # Errors
/// Why it is none.
pub fn retyped<T: DeserializeOwned>(said: &impl Serialize) -> Result<T, String> {
    let text = serde_json::to_vec(said).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| match words(&error) {
        told if told == NONE_OF_SEVERAL => "expected a text, or an object with one member".to_owned(),
        told => told,
    })
}

/// What is said, as a tree; nothing, where JSON can't say it.
pub fn tree(said: &impl Serialize) -> Json {
    retyped(said).unwrap_or_default()
}

/// What the reader tells where one of several things with names is expected, and nothing of that form stands; of a
/// text that is JSON it tells that nowhere else.
pub const NONE_OF_SEVERAL: &str = "expected value";

/// An error without its place, for texts that nobody wrote.
pub fn words(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    told.strip_suffix(&place).map(str::to_owned).unwrap_or(told)
}

/// A tree, written as JSON: `json!({"name": value, "list": [1, {"more": null}]})`.
///
/// The same as the macro of `serde_json`, whose code is several times as large, since it puts all that an insertion
/// does wherever one is written.
macro_rules! json {
    (null) => { $crate::model::json::Tree::Null };
    ({ $($members:tt)* }) => {{
        #[allow(unused_mut, reason = "it may have no members")]
        let mut object = $crate::model::json::Object::new();
        $crate::model::json::json!(@members object $($members)*);
        $crate::model::json::Tree::Object(object)
    }};
    ([ $($items:tt)* ]) => {{
        #[allow(unused_mut, reason = "it may have no items")]
        let mut list = Vec::new();
        $crate::model::json::json!(@items list $($items)*);
        $crate::model::json::Tree::Array(list)
    }};

    (@members $object:ident) => {};
    (@members $object:ident $name:tt : null $(, $($rest:tt)*)?) => {
        $crate::model::json::put(&mut $object, $name, $crate::model::json::Tree::Null);
        $crate::model::json::json!(@members $object $($($rest)*)?)
    };
    (@members $object:ident $name:tt : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::model::json::put(&mut $object, $name, $crate::model::json::json!({ $($inner)* }));
        $crate::model::json::json!(@members $object $($($rest)*)?)
    };
    (@members $object:ident $name:tt : [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::model::json::put(&mut $object, $name, $crate::model::json::json!([ $($inner)* ]));
        $crate::model::json::json!(@members $object $($($rest)*)?)
    };
    (@members $object:ident $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $crate::model::json::put(&mut $object, $name, $crate::model::json::leaf(&$value));
        $crate::model::json::json!(@members $object $($($rest)*)?)
    };

    (@items $list:ident) => {};
    (@items $list:ident null $(, $($rest:tt)*)?) => {
        $crate::model::json::add(&mut $list, $crate::model::json::Tree::Null);
        $crate::model::json::json!(@items $list $($($rest)*)?)
    };
    (@items $list:ident { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::model::json::add(&mut $list, $crate::model::json::json!({ $($inner)* }));
        $crate::model::json::json!(@items $list $($($rest)*)?)
    };
    (@items $list:ident [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::model::json::add(&mut $list, $crate::model::json::json!([ $($inner)* ]));
        $crate::model::json::json!(@items $list $($($rest)*)?)
    };
    (@items $list:ident $item:expr $(, $($rest:tt)*)?) => {
        $crate::model::json::add(&mut $list, $crate::model::json::leaf(&$item));
        $crate::model::json::json!(@items $list $($($rest)*)?)
    };

    ($value:expr) => { $crate::model::json::leaf(&$value) };
}
pub(crate) use json;

#[doc(hidden)]
pub use serde_json::{Map as ObjectOf, Value as Tree};

/// The members of an object.
pub type Object = ObjectOf<String, Tree>;

/// A part that is an expression.
///
/// # Panics
/// When its type can't be said in JSON, as a map whose keys are no texts.
#[doc(hidden)]
#[inline(never)]
pub fn leaf<T: Serialize>(value: &T) -> Json {
    serde_json::to_value(value).expect("what is written in the source can be said in JSON")
}

#[doc(hidden)]
#[inline(never)]
pub fn put(object: &mut Object, name: &str, value: Json) {
    object.insert(name.to_owned(), value);
}

#[doc(hidden)]
#[inline(never)]
pub fn add(list: &mut Vec<Json>, item: Json) {
    list.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fault::Fault;

    #[test]
    fn trees_are_those_that_serde_json_makes() {
        let (name, list) = ("a".to_owned(), vec![1, 2]);
        macro_rules! both {
            ($($written:tt)*) => { assert_eq!(json!($($written)*), serde_json::json!($($written)*)) };
        }
        both!(null);
        both!({});
        both!([]);
        both!(name);
        both!({"a": name, "b": null, "c": {}, "d": [], "e": [null, [1], {"f": -1.5}, list.len() + 1, true]});
        both!([{"oneOf": [{"x": Some(&list)}, if list.is_empty() { 1 } else { 2 },],},]);
        both!({"at": u32::MAX});
    }

    #[test]
    fn a_tree_is_read_as_what_it_describes_and_written_as_it_was() {
        let written = json!({"when": {"times": 3, "probability": 0.1}, "effect": {"reset": {}}});
        let fault: Fault = retyped(&written).unwrap();
        assert_eq!(fault.when.times, Some(3));
        assert_eq!(tree(&fault), written);
    }

    #[test]
    fn an_error_names_no_place() {
        let told = |written: Json| retyped::<Fault>(&written).unwrap_err();
        assert_eq!(told(json!({})), "missing field `effect`");
        assert_eq!(told(json!({"effect": 3})), "expected a text, or an object with one member");
    }
}
