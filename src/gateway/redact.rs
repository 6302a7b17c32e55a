//! What the request log may keep of queries, headers and bodies: no secrets, and not much.
//!
//! A secret is known by the name of its field. Of a credential only the scheme is kept. Whatever looks like a signed
//! token is cut out wherever it stands.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value as Json;

use super::form;

/// What stands where a secret stood.
pub const CUT: &str = "…";

/// Bodies above this many bytes are not kept.
pub const LARGEST_BODY: usize = 8 << 10;

/// Bytes that the headers of one request may take.
const MOST_HEADERS: usize = 2 << 10;

/// No header's value is kept longer.
const LONGEST_VALUE: usize = 256;

/// No text of an entry is longer, in bytes.
const LONGEST_TEXT: usize = 2_048;

/// Characters that are left of a longer one.
pub const CUT_TO: usize = LONGEST_TEXT / 4;

/// Texts within texts (JSON in a form, say) are looked through this deep.
const DEEPEST: usize = 4;

/// A text may stand in an entry as it is.
pub fn is_short(text: &str) -> bool {
    text.len() <= LONGEST_TEXT
}

/// A text for an entry: never longer than it may be.
pub fn cut(text: &str) -> String {
    if is_short(text) {
        return text.to_owned();
    }
    text.chars().take(CUT_TO).chain(['…']).collect()
}

/// A method for an entry.
pub fn method(method: &Method) -> Method {
    if is_short(method.as_str()) {
        return method.clone();
    }
    // The beginning of a method is one, too.
    Method::from_bytes(&method.as_str().as_bytes()[..CUT_TO]).unwrap_or_default()
}

/// The scheme of a credential, as far as it is one: where clients forget it, the secret stands in its place.
pub fn scheme(text: &str) -> Cow<'static, str> {
    const SCHEMES: [&str; 6] = ["basic", "bearer", "digest", "negotiate", "ntlm", "token"];
    match text {
        "Bearer" => Cow::Borrowed("Bearer"),
        "Token" => Cow::Borrowed("Token"),
        text if SCHEMES.iter().any(|known| text.eq_ignore_ascii_case(known)) => Cow::Owned(text.to_owned()),
        _ => Cow::Borrowed(CUT),
    }
}

/// A field of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    const EXACTLY: [&str; 16] = [
        "authorization",
        "proxyauthorization",
        "cookie",
        "setcookie",
        "code",
        "devicecode",
        "usercode",
        "authcode",
        "authorizationcode",
        "codeverifier",
        "sig",
        "signature",
        "idtokenhint",
        "samlresponse",
        "privatekey",
        "pwd",
    ];
    const ENDINGS: [&str; 9] = [
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "assertion",
        "apikey",
        "credential",
        "credentials",
    ];
    // Compared from the end, without separators and case: `client_secret`, `clientSecret`, `Client-Secret`.
    let ends = |with: &str| {
        let mut name = name.bytes().rev().filter(u8::is_ascii_alphanumeric);
        let fits =
            with.bytes().rev().all(|byte| name.next().is_some_and(|own| own.to_ascii_lowercase() == byte));
        fits.then(|| name.next().is_none())
    };
    EXACTLY.iter().any(|known| ends(known) == Some(true))
        || ENDINGS.iter().any(|ending| ends(ending).is_some())
}

/// It has the three parts of a signed token, the first of which begins like a JSON object.
pub(super) fn is_token(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("eyJ") && text.len() > 40 && text.bytes().filter(|byte| *byte == b'.').count() >= 2
}

/// A query string or urlencoded form without secrets.
pub fn fields(query: &str) -> String {
    fields_within(query, 0)
}

fn fields_within(query: &str, depth: usize) -> String {
    if query.is_empty() {
        return String::new();
    }
    let fields = query.split('&').map(|field| match field.split_once('=') {
        // Padding of a secret that stands in the place of the fields.
        Some((name, value)) if value.trim_matches('=').is_empty() && is_long(name) => CUT.to_owned(),
        Some((name, value)) => {
            if is_secret(&form::decode(name.as_bytes())) {
                return format!("{name}={CUT}");
            }
            let decoded = form::decode(value.as_bytes());
            match text_within(&decoded, depth) {
                Some(changed) => format!("{name}={}", encode(&changed)),
                None => field.to_owned(),
            }
        }
        None if is_long(field) => CUT.to_owned(),
        None => field.to_owned(),
    });
    fields.collect::<Vec<_>>().join("&")
}

/// Too long for the name of a field without a value.
fn is_long(name: &str) -> bool {
    name.len() > 16
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '%' | '&' | '+' | '#' | '=' => out.push_str(&format!("%{:02X}", u32::from(char))),
            ' ' => out.push('+'),
            _ => out.push(char),
        }
    }
    out
}

/// The text without secrets, if it held any: a token, or JSON.
fn text_within(text: &str, depth: usize) -> Option<String> {
    if is_token(text) {
        return Some(CUT.to_owned());
    }
    if depth >= DEEPEST || !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut value: Json = serde_json::from_str(text).ok()?;
    json_within(&mut value, depth + 1).then(|| value.to_string())
}

/// Cuts secrets out of a JSON value; true if there were any.
pub fn json(value: &mut Json) -> bool {
    json_within(value, 0)
}

fn json_within(value: &mut Json, depth: usize) -> bool {
    match value {
        Json::Object(members) => {
            let mut changed = false;
            for (name, member) in members.iter_mut() {
                if is_secret(name) && !matches!(member, Json::Null | Json::Bool(_)) {
                    *member = CUT.into();
                    changed = true;
                } else {
                    changed |= json_within(member, depth);
                }
            }
            changed
        }
        Json::Array(items) => {
            let mut changed = false;
            for item in items {
                changed |= json_within(item, depth);
            }
            changed
        }
        Json::String(text) => match text_within(text, depth) {
            Some(without) => {
                *text = without;
                true
            }
            None => false,
        },
        _ => false,
    }
}

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
    if (!HARMLESS.contains(name) && (is_secret(name.as_str()) || sounds_secret(name.as_str())))
        || is_token(&value)
    {
        return (Cow::Borrowed(CUT), "");
    }
    let may_query = [header::REFERER, header::LOCATION, header::ORIGIN].contains(name);
    let without = value.split_once('?').filter(|_| may_query);
    match without.map(|(front, query)| format!("{front}?{}", fields(query))) {
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
    ["key", "secret", "token", "auth", "passw"].iter().any(|sound| name.contains(sound))
}

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
            Self::Json(text) => serde_json::from_str(text).ok(),
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

    const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4eHh4eHh4eHh4eHh4In0.c2lnbmF0dXJl";

    #[test]
    fn secrets_are_cut_out_of_queries_and_forms() {
        assert_eq!(fields("a=1&client_secret=x&Code=y&b"), "a=1&client_secret=…&Code=…&b");
        assert_eq!(fields("client%5Fsecret=x"), "client%5Fsecret=…");
        assert_eq!(fields(&format!("state={JWT}")), "state=…");
        assert_eq!(fields("filters=%7B%22password%22%3A%22x%22%7D"), "filters={\"password\":\"…\"}");
        assert_eq!(fields("filters=%7B%22a%22%3A1%7D"), "filters=%7B%22a%22%3A1%7D");
    }

    #[test]
    fn secrets_are_cut_out_of_json_at_every_depth() {
        let mut value = json!({
            "clientSecret": "x", "nested": [{"refresh_token": {"a": 1}}], "countryCode": "DE", "statusCode": 5,
            "note": JWT, "inner": "{\"assertion\":\"x\"}", "password": null
        });
        assert!(json(&mut value));
        assert_eq!(
            value,
            json!({
                "clientSecret": "…", "nested": [{"refresh_token": "…"}], "countryCode": "DE", "statusCode": 5,
                "note": "…", "inner": "{\"assertion\":\"…\"}", "password": null
            })
        );
    }

    #[test]
    fn headers_keep_schemes_and_are_bounded() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer sesame".parse().unwrap());
        headers.insert("x-api-key", "sesame".parse().unwrap());
        headers.insert("cookie", "a=sesame".parse().unwrap());
        headers.insert("x-functions-key-v2", "sesame".parse().unwrap());
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
    fn bodies_are_kept_as_far_as_they_can_be_read() {
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

    #[test]
    fn what_is_no_scheme_may_be_a_secret() {
        assert_eq!((&*scheme("TOKEN"), &*scheme("Bearer"), &*scheme("0123abcd")), ("TOKEN", "Bearer", "…"));
    }

    #[test]
    fn headers_that_are_not_looked_at_are_none_of_a_secret() {
        for name in HARMLESS {
            assert!(!is_secret(name.as_str()) && !sounds_secret(name.as_str()), "{name}");
        }
    }
}
