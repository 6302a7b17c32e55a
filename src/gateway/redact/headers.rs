//! The headers of a request as the log keeps them: of credentials the scheme, of secrets nothing, and of long values the
//! beginning.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{CUT, fields, is_secret, scheme, shapes};

/// No header's value is kept longer.
const LONGEST_VALUE: usize = 256;

/// Bytes that the headers of one request may take.
const MOST_HEADERS: usize = 2 << 10;

/// The headers of a request as the log keeps them: a line each, `name: value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    lines: String,
    /// Some did not fit.
    pub cut: bool,
}

impl Headers {
    /// What is kept of these.
    pub fn of(headers: &HeaderMap) -> Self {
        let kept = |value: &HeaderValue| value.len().min(LONGEST_VALUE) + ": \n".len();
        let all: usize = headers.iter().map(|(name, value)| name.as_str().len() + kept(value)).sum();
        let mut lines = String::with_capacity(all.min(MOST_HEADERS));
        let mut cut = false;
        for (name, value) in headers {
            let (value, rest) = header_value(name, value);
            let name = name.as_str();
            let length = value.len() + rest.len();
            // What is put behind a scheme is short.
            let value = if length <= LONGEST_VALUE {
                &*value
            } else {
                cut = true;
                let end = (0..=LONGEST_VALUE).rev().find(|at| value.is_char_boundary(*at)).unwrap_or(0);
                &value[..end]
            };
            if lines.len() + name.len() + value.len() + rest.len() + 3 > MOST_HEADERS {
                cut = true;
                continue;
            }
            // A header's value holds no line end.
            lines.extend([name, ": ", value, rest, "\n"]);
        }
        Self { lines, cut }
    }

    /// Names, lower case, and values, in the order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.lines().filter_map(|line| line.split_once(": "))
    }

    /// Bytes that they take.
    pub fn bytes(&self) -> usize {
        self.lines.capacity()
    }
}

/// A header's value as text. Nearly all are ASCII, which is told faster than what is only nearly UTF-8 is mended.
fn text_of(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(value.as_bytes()),
    }
}

/// What is kept of a header's value, in two parts.
fn header_value<'v>(name: &HeaderName, value: &'v HeaderValue) -> (Cow<'v, str>, &'static str) {
    if *name == header::AUTHORIZATION || *name == header::PROXY_AUTHORIZATION {
        // Of a long credential no more is read than is kept.
        let words = value.as_bytes().trim_ascii_start();
        let first = words.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let scheme = scheme(std::str::from_utf8(first).unwrap_or(CUT));
        let rest = if scheme == CUT { "" } else { BEHIND_SCHEME };
        return (scheme, rest);
    }
    let value = text_of(value);
    if !HARMLESS.contains(name) && (is_secret(name.as_str()) || sounds_secret(name.as_str())) {
        return (Cow::Borrowed(CUT), "");
    }
    let value = match shapes::without(&value) {
        Some(without) => Cow::Owned(without),
        None => value,
    };
    let may_query = [header::REFERER, header::LOCATION, header::ORIGIN].contains(name);
    let without = value.split_once('?').filter(|_| may_query);
    match without.map(|(front, query)| format!("{}?{}", shapes::path(front), fields(query))) {
        Some(without) => (Cow::Owned(without), ""),
        None => (value, ""),
    }
}

/// What stands for a credential behind its scheme.
const BEHIND_SCHEME: &str = " …";

/// Headers that most requests have, and whose names are none of a secret.
const HARMLESS: [HeaderName; 8] = [
    header::HOST,
    header::USER_AGENT,
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONNECTION,
    header::ACCEPT_LANGUAGE,
];

/// A header whose name speaks of a credential, such as `X-Api-Key-Id` or `Ocp-Apim-Subscription-Key`: clients send
/// their own, so the names can't be listed.
fn sounds_secret(name: &str) -> bool {
    ["key", "secret", "token", "auth", "passw", "signature"].iter().any(|sound| name.contains(sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_keep_schemes_and_are_bounded() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer sesame".parse().unwrap());
        headers.insert("x-api-key", "sesame".parse().unwrap());
        headers.insert("cookie", "a=sesame".parse().unwrap());
        headers.insert("x-functions-key-v2", "sesame".parse().unwrap());
        headers.insert("x-hub-signature-256", "sha256=sesame".parse().unwrap());
        headers.insert("referer", "https://x.example/?code=sesame&a=1".parse().unwrap());
        headers.insert("accept", "*/*".parse().unwrap());
        let kept = Headers::of(&headers);
        let lines: Vec<_> = kept.iter().collect();
        assert!(lines.contains(&("authorization", "Bearer …")), "{lines:?}");
        assert!(lines.contains(&("referer", "https://x.example/?code=…&a=1")), "{lines:?}");
        assert!(lines.contains(&("accept", "*/*")) && !kept.cut, "{lines:?}");
        assert!(!format!("{kept:?}").contains("sesame"));
        for number in 0..100 {
            let name: HeaderName = format!("x-{number}").parse().unwrap();
            headers.insert(name, "v".repeat(1_000).parse().unwrap());
        }
        let kept = Headers::of(&headers);
        assert!(kept.cut && kept.bytes() <= MOST_HEADERS);
    }

    #[test]
    fn headers_that_skip_redaction_never_carry_secrets() {
        for name in HARMLESS {
            assert!(!is_secret(name.as_str()) && !sounds_secret(name.as_str()), "{name}");
        }
    }
}
