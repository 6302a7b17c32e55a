//! What the request log may keep of queries, headers and bodies: no secrets, and not much.
//!
//! A secret is known by the name of its field, by where it stands, and by its shape: whatever looks like a signed token, a
//! secret of an application or a key is cut out wherever it stands. Of a credential only the scheme is kept.

mod body;
mod headers;
mod shapes;

use std::borrow::Cow;

use http::Method;
use serde_json::Value as Json;

use super::form;

pub use body::{Body, LARGEST_BODY};
pub use headers::Headers;
pub(super) use shapes::is_token;

/// What stands where a secret stood.
pub const CUT: &str = "…";

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
    // A prefix of a valid method is a valid method.
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
    const EXACTLY: [&str; 18] = [
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
        "idtokenhint",
        "samlresponse",
        "pwd",
        "otc",
        "otp",
        "onetimecode",
        "passcode",
    ];
    const ENDINGS: [&str; 19] = [
        "token",
        "secret",
        "secrettext",
        "secretvalue",
        "signature",
        "functionkey",
        "functionskey",
        "subscriptionkey",
        "accountkey",
        "accesskey",
        "privatekey",
        "signingkey",
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

/// A parameter of this name, in a query or a form, holds a secret: names that mean other things elsewhere, too.
fn is_secret_parameter(name: &str) -> bool {
    is_secret(name) || name.eq_ignore_ascii_case("key")
}

/// A sentence for an entry: without tokens, and never longer than it may be.
pub fn text(text: &str) -> String {
    cut(shapes::without(text).as_deref().unwrap_or(text))
}

/// A path for an entry: without secrets, and never longer than it may be.
pub fn path(text: &str) -> String {
    cut(&shapes::path(text))
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
        // Not a field but a bare secret in base64, whose padding looks like an empty value.
        Some((name, value)) if value.trim_matches('=').is_empty() && is_long(name) => CUT.to_owned(),
        Some((name, value)) => {
            if is_secret_parameter(&form::decode(name.as_bytes())) {
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

/// The text without secrets, if it held any: by shape, or in JSON.
fn text_within(text: &str, depth: usize) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[']) {
        return shapes::without(text);
    }
    if depth >= DEEPEST {
        return shapes::without(text);
    }
    match serde_json::from_slice::<Json>(text.as_bytes()) {
        Ok(mut value) => json_within(&mut value, depth + 1).then(|| value.to_string()),
        Err(_) => shapes::without(text),
    }
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
        assert_eq!(fields("otc=123456&key=x&monkey=y&sig=z"), "otc=…&key=…&monkey=y&sig=…");
        assert_eq!(fields(&format!("back=/a?b={JWT}")), "back=/a?b%3D…");
    }

    #[test]
    fn secrets_are_cut_out_of_json_at_every_depth() {
        let mut value = json!({
            "clientSecret": "x", "nested": [{"refresh_token": {"a": 1}}], "countryCode": "DE", "statusCode": 5,
            "note": format!("it is {JWT}"), "secretText": "x", "key": "name", "xSignature": "x", "inner": "{\"assertion\":\"x\"}", "password": null
        });
        assert!(json(&mut value));
        assert_eq!(
            value,
            json!({
                "clientSecret": "…", "nested": [{"refresh_token": "…"}], "countryCode": "DE", "statusCode": 5,
                "note": "it is …", "secretText": "…", "key": "name", "xSignature": "…", "inner": "{\"assertion\":\"…\"}", "password": null
            })
        );
    }

    #[test]
    fn an_unknown_authorization_scheme_is_redacted() {
        assert_eq!((&*scheme("TOKEN"), &*scheme("Bearer"), &*scheme("0123abcd")), ("TOKEN", "Bearer", "…"));
    }
}
