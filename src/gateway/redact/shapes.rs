//! Secrets that are known by what they look like, whatever they are called and wherever they stand.
//!
//! Sources: RFC 7515, 7.1 (signed tokens);
//! <https://learn.microsoft.com/azure/azure-functions/function-keys-how-to> (keys in base64, which say by `AzFu` what they
//! are); secrets of applications as Entra ID makes them, with `Q~` behind three characters and a digit (unverified).

use std::borrow::Cow;

use super::CUT;
use crate::gateway::form;

/// No secret of a known shape is shorter.
const SHORTEST: usize = 37;

/// A text that holds one is nothing else.
pub(super) fn is_secret(text: &str) -> bool {
    let text = text.trim();
    text.len() >= SHORTEST && (is_token(text) || is_client_secret(text) || is_key(text))
}

/// It has the three parts of a signed token, the first of which begins like a JSON object.
pub(in crate::gateway) fn is_token(text: &str) -> bool {
    let text = text.trim();
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    text.starts_with("eyJ") && text.len() > 40 && dots >= 2 && text.bytes().all(is_of_token)
}

/// A byte of a token.
fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// It has the form of an application's secret.
fn is_client_secret(text: &str) -> bool {
    let Some(marked) = text.as_bytes().first_chunk::<6>() else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.len() <= 44 && marked[3].is_ascii_digit() && &marked[4..] == b"Q~" && text.bytes().all(plain)
}

/// It has the form of a key in base64: of a function, of a storage account.
fn is_key(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    let marked = (1..=2).contains(&padding) || bare.contains("AzFu");
    let mixed = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit]
        .iter()
        .all(|kind| bare.bytes().any(|byte| kind(&byte)));
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    marked && mixed && text.len() <= 128 && bare.bytes().all(base64)
}

/// The text without secrets, if it held any: itself, or tokens within it.
pub(super) fn without(text: &str) -> Option<String> {
    if is_secret(text) {
        return Some(CUT.to_owned());
    }
    let (mut out, mut rest, mut found) = (String::new(), text, false);
    while let Some(at) = rest.find("eyJ") {
        let (front, behind) = rest.split_at(at);
        let end = behind.bytes().position(|byte| !is_of_token(byte));
        let (word, after) = behind.split_at(end.unwrap_or(behind.len()));
        let is_one = is_token(word);
        out.extend([front, if is_one { CUT } else { word }]);
        (rest, found) = (after, found || is_one);
    }
    found.then(|| [&out, rest].concat())
}

/// A path without secrets: a segment that holds one is none any more.
pub(super) fn path(path: &str) -> Cow<'_, str> {
    if path.split('/').all(|segment| segment.len() < SHORTEST) {
        return Cow::Borrowed(path);
    }
    let cut = |segment| if without(&form::decode(str::as_bytes(segment))).is_some() { CUT } else { segment };
    Cow::Owned(path.split('/').map(cut).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4eHh4eHh4eHh4eHh4In0.c2lnbmF0dXJl";
    const SECRET: &str = "gxD8Q~HT~eZ9WWqyClrK4XJ23pwNXY9ST9t-SQUr";
    const KEY: &str = "Zk3vT9qLm2XwRb7Yc5NdHs8JgUe1Pf4Ao6Ki0Vt-_AzFuQm8LxWw==";

    #[test]
    fn secrets_are_known_by_their_shape() {
        for secret in [JWT, SECRET, KEY, "bXlzdG9yYWdlYWNjb3VudGtleTEyMzQ1Njc4OTBBQkNERUY="] {
            assert!(is_secret(secret), "{secret}");
        }
        let unsigned = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4eHh4eHh4eHh4eHh4In0.";
        assert_eq!(without(unsigned).as_deref(), Some("…"));
    }

    #[test]
    fn what_only_is_long_is_none() {
        for text in [
            "2c0ea8ac-1272-4451-a80b-a9ed7a5bb8a3/2c0ea8ac-1272-4451-a80b-a9ed7a5bb8a3",
            // A digest, by which files are looked for.
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "security-extensions-and-what-is-connected-to-them",
            "https://graph.microsoft.com/SecurityAlert.Read.All",
            "eyJ is how a token begins, but this is a sentence. And another one. And one more.",
        ] {
            assert_eq!(without(text), None, "{text}");
        }
    }

    #[test]
    fn tokens_are_cut_out_of_longer_texts_and_segments_of_paths() {
        assert_eq!(without(&format!("Bearer {JWT}, twice: {JWT}")).as_deref(), Some("Bearer …, twice: …"));
        assert_eq!(path(&format!("/api/v1/{JWT}/alerts/")), "/api/v1/…/alerts/");
        let escaped = JWT.replace('.', "%2E");
        assert_eq!(path(&format!("/api/{escaped}")), "/api/…");
        assert_eq!(path(&format!("/hooks/{KEY}/run")), "/hooks/…/run");
        assert_eq!(path("/api/v1/alerts/"), "/api/v1/alerts/");
    }
}
