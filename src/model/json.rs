//! From type to type by way of JSON text.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fault::Fault;
    use serde_json::json;

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
