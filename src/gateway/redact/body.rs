//! The body of a request as the log keeps it: forms and JSON without secrets, and nothing that is large.

use serde_json::Value as Json;

use super::{fields, json};
use crate::gateway::form;

/// Bodies above this many bytes are not kept.
pub const LARGEST_BODY: usize = 8 << 10;

/// What the log keeps of a request's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// There was none.
    #[default]
    None,
    /// JSON, secrets cut out.
    Json(Box<str>),
    /// A urlencoded form, secrets cut out.
    Form(Box<str>),
    /// Nothing, for this reason.
    Left(&'static str),
}

impl Body {
    /// What is kept of this one. `is_form`: its content type says that it is a urlencoded form.
    pub fn of(body: &[u8], is_form: bool) -> Self {
        let body = body.trim_ascii();
        let Some(first) = body.first() else { return Self::None };
        if body.len() > LARGEST_BODY {
            return Self::Left("it is larger than 8 KiB");
        }
        if matches!(first, b'{' | b'[')
            && let Ok(mut value) = serde_json::from_slice::<Json>(body)
        {
            json(&mut value);
            return Self::Json(value.to_string().into_boxed_str());
        }
        let plain = |text: &&str| is_form && text.contains('=') && !text.contains(|c: char| c.is_control());
        match std::str::from_utf8(body).ok().filter(plain) {
            Some(text) => Self::Form(fields(text).into_boxed_str()),
            None => Self::Left("it is neither JSON nor a urlencoded form"),
        }
    }

    /// The body as JSON: a form reads as an object of texts.
    pub fn value(&self) -> Option<Json> {
        match self {
            Self::Json(text) => serde_json::from_slice(text.as_bytes()).ok(),
            Self::Form(text) => {
                let form = form::Form::read(text.as_bytes());
                Some(form.fields().map(|(name, value)| (name.to_owned(), Json::from(value))).collect())
            }
            Self::None | Self::Left(_) => None,
        }
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Json(text) | Self::Form(text) => text.len(),
            Self::None | Self::Left(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateway::redact::CUT;

    #[test]
    fn forms_and_json_bodies_are_kept_and_others_are_not() {
        assert_eq!(Body::of(b" ", true), Body::None);
        assert_eq!(Body::of(b"{\"a\": 1}", true), Body::Json("{\"a\":1}".into()));
        assert_eq!(
            Body::of(b"a=1&client_secret=x", true).value(),
            Some(json!({"a": "1", "client_secret": "…"}))
        );
        assert!(matches!(Body::of(b"\xff=\xfe", true), Body::Left(_)));
        assert!(matches!(Body::of(&[b'['; 9_000], true), Body::Left("it is larger than 8 KiB")));
        assert_eq!(Body::of(b"c2VjcmV0OnNlY3JldA==", true), Body::Form(CUT.into()));
        // Not JSON after all, and not kept as anything else that could hide a secret.
        assert!(matches!(Body::of(b"{\"client_secret\": \"x\"", false), Body::Left(_)));
    }
}
