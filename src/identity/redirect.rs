//! Redirect URIs: which may be registered, which is the one that was registered, and how an answer is added to it.
//!
//! A mistake here sends a code to a stranger, so whatever looks odd neither is registered nor matches. Which URIs an
//! application has, and what is sent to them, is not known here.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/reply-url>, RFC 8252 (loopback and custom schemes),
//! RFC 9700, section 4.1 (comparing letter by letter), RFC 3986 (form).

/// Longest URI that can be registered.
pub const MAX_URI: usize = 256;

/// Schemes that a browser runs, or opens with what it finds, instead of handing the URI to an application.
const REFUSED_SCHEMES: [&str; 18] = [
    "about",
    "blob",
    "chrome",
    "data",
    "feed",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "mailto",
    "mhtml",
    "resource",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Whether `asked` is the registered URI: the same letters, but any port for `http` on the own machine, where native
/// applications listen on whichever port is free, and there with or without the slash of the root, which libraries add
/// and leave out. What could not be registered is never equal to anything.
pub fn is_registered(registered: &str, asked: &str) -> bool {
    let same = || match (loopback(registered), loopback(asked)) {
        (Some(registered), Some(asked)) => registered == asked,
        _ => registered == asked,
    };
    check(asked).is_ok() && same()
}

/// Whether a URI may be registered.
///
/// # Errors
/// What is wrong with it.
pub fn check(uri: &str) -> Result<(), &'static str> {
    if uri.len() > MAX_URI {
        return Err("longer than 256 characters");
    }
    if uri.contains('#') {
        return Err("with a fragment");
    }
    if uri.contains('*') {
        return Err("with a wildcard");
    }
    if !well_spelled(uri) {
        return Err("with a character that is not allowed");
    }
    let Some((scheme, rest)) = uri.split_once(':') else { return Err("without a scheme") };
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    if !scheme.starts_with(|first: char| first.is_ascii_lowercase()) || !scheme.bytes().all(letters) {
        return Err("with a scheme that is none, or not in lower case");
    }
    if REFUSED_SCHEMES.contains(&scheme) {
        return Err("with a scheme that no application can own");
    }
    let Some(rest) = rest.strip_prefix("//") else {
        // `urn:ietf:wg:oauth:2.0:oob`, which out-of-band clients use.
        let is_name = scheme == "urn" && !rest.is_empty();
        return if is_name { Ok(()) } else { Err("without an authority") };
    };
    let (authority, _) = split_authority(rest);
    match scheme {
        "http" if loopback(uri).is_none() => Err("http is for localhost and 127.0.0.1 only"),
        "http" | "https" if host_and_port(authority).is_none() => Err("without a plain host name"),
        _ if authority.contains('@') => Err("with user information"),
        // `msal…://auth`, `ms-appx-web://…`; a path alone (`app:///x`) is no less clear.
        _ if rest.is_empty() => Err("without an authority"),
        _ => Ok(()),
    }
}

/// The URI with these parameters in its query, behind those that it has already.
pub fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    let (front, fragment) = uri.find('#').map_or((uri, ""), |at| uri.split_at(at));
    let mut out = rooted(front);
    append(&mut out, '?', front.contains('?'), parameters);
    out + &harmless(fragment)
}

/// The URI with these parameters as its fragment.
pub fn with_fragment(uri: &str, parameters: &[(&str, &str)]) -> String {
    let front = uri.split_once('#').map_or(uri, |(front, _)| front);
    let mut out = rooted(front);
    append(&mut out, '#', false, parameters);
    out
}

/// Only characters that a URI may have (RFC 3986, section 2), less those that the service does not take
/// (`! $ ' ( ) , ;`) and less brackets, since it takes no IPv6 address.
fn well_spelled(uri: &str) -> bool {
    let bytes = uri.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => digit(at + 1) && digit(at + 2),
        _ => byte.is_ascii_alphanumeric() || b"-._~:/?#@&+=*".contains(byte),
    })
}

/// A URI of `http` on the own machine without its port: host and what follows.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let (authority, rest) = split_authority(uri.strip_prefix("http://")?);
    let host = host_and_port(authority)?;
    ["localhost", "127.0.0.1"].contains(&host).then_some((host, if rest == "/" { "" } else { rest }))
}

/// What follows `//`, as authority and the rest.
fn split_authority(text: &str) -> (&str, &str) {
    text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()))
}

/// The host of an authority of nothing but a host name and perhaps a port.
fn host_and_port(authority: &str) -> Option<&str> {
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let number = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let good = !host.is_empty() && host.bytes().all(named) && port.is_none_or(number);
    good.then_some(host)
}

/// A URI of the web without a path gets the path of the root, as the service answers it.
fn rooted(uri: &str) -> String {
    let web = ["https://", "http://"].iter().find(|scheme| uri.starts_with(**scheme));
    let Some(scheme) = web else { return harmless(uri) };
    let (authority, rest) = split_authority(&uri[scheme.len()..]);
    let slash = if rest.starts_with('/') { "" } else { "/" };
    harmless(&format!("{scheme}{authority}{slash}{rest}"))
}

/// Line ends and the like can not come from a registered URI; nothing of the kind gets into a header all the same.
fn harmless(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    for byte in uri.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn append(out: &mut String, mark: char, begun: bool, parameters: &[(&str, &str)]) {
    let mut begun = begun;
    for (name, value) in parameters {
        match (begun, out.ends_with(['?', '&'])) {
            (false, _) => out.push(mark),
            (true, false) => out.push('&'),
            (true, true) => {}
        }
        begun = true;
        encode(out, name);
        out.push('=');
        encode(out, value);
    }
}

/// A blank becomes `%20`, which form readers and URI readers alike take for a blank; `+` only the former do.
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_matches_exactly() {
        let registered = "https://app.example/auth/callback?x=1";
        assert!(is_registered(registered, registered));
        for other in [
            "https://app.example/auth/callback",
            "https://app.example/auth/callback?x=1&y=2",
            "https://app.example/auth/callback?x=1/",
            "https://app.example/auth/Callback?x=1",
            "https://app.example:443/auth/callback?x=1",
            "http://app.example/auth/callback?x=1",
            "https://app.example/auth/../auth/callback?x=1",
            "https://app.example.evil.example/auth/callback?x=1",
            "https://app.example@evil.example/auth/callback?x=1",
            "https://evil.example/?https://app.example/auth/callback?x=1",
            "https://app.example/auth/callback?x=1#",
            " https://app.example/auth/callback?x=1",
            "https://app.example/auth/callback?x=1\r\n",
            "",
        ] {
            assert!(!is_registered(registered, other), "{other:?}");
        }
        assert!(!is_registered("https://app.example/cb", "https://app.example/cb/"));
    }

    #[test]
    fn the_port_of_a_loopback_redirect_uri_is_ignored() {
        for registered in ["http://localhost/cb", "http://localhost:3000/cb"] {
            for asked in ["http://localhost/cb", "http://localhost:3000/cb", "http://localhost:65535/cb"] {
                assert!(is_registered(registered, asked), "{registered} {asked}");
            }
            for asked in [
                "http://localhost:3000/CB",
                "http://localhost:3000/cb/",
                "http://localhost:3000",
                "http://localhost:3000/cb?x=1",
                "http://localhost:65536/cb",
                "http://localhost:+80/cb",
                "http://localhost:x/cb",
                "http://localhost:80:80/cb",
                "http://localhost:80@evil.example/cb",
                "http://localhost@evil.example/cb",
                "http://localhost.evil.example/cb",
                "http://evil.example/cb",
                "http://127.0.0.1:3000/cb",
                "http://[::1]:3000/cb",
                "http://localhost\\@evil.example/cb",
                "https://localhost:3000/cb",
                "http:localhost:3000/cb",
            ] {
                assert!(!is_registered(registered, asked), "{registered} {asked}");
            }
        }
        assert!(is_registered("http://127.0.0.1", "http://127.0.0.1:49152"));
        assert!(is_registered("http://localhost", "http://localhost:8400"));
        assert!(is_registered("http://localhost", "http://localhost:8400/"));
        assert!(is_registered("http://localhost:3000/", "http://localhost"));
        assert!(!is_registered("http://localhost", "http://localhost:8400//"));
        assert!(!is_registered("http://localhost", "http://localhost:8400/?"));
        assert!(!is_registered("https://localhost", "https://localhost/"));
        assert!(!is_registered("https://localhost/cb", "https://localhost:3000/cb"));
        assert!(!is_registered("http://127.0.0.1/cb", "http://127.0.0.2/cb"));
    }

    #[test]
    fn web_native_and_custom_scheme_redirect_uris_can_be_registered() {
        for uri in [
            "https://app.example",
            "https://app.example:8443/cb?tenant=a%20b&x",
            "https://xn--bcher-kva.example/cb",
            "http://localhost",
            "http://localhost:5000/signin-oidc",
            "http://127.0.0.1:9/",
            "msal04b07795-8ddb-461a-bbee-02f9e1bf7b46://auth",
            "ms-appx-web://microsoft.aad.brokerplugin/04b07795-8ddb-461a-bbee-02f9e1bf7b46",
            "msauth.com.example.app://auth",
            "urn:ietf:wg:oauth:2.0:oob",
            "https://login.microsoftonline.com/common/oauth2/nativeclient",
        ] {
            assert_eq!(check(uri), Ok(()), "{uri}");
            assert!(is_registered(uri, uri), "{uri}");
        }
    }

    #[test]
    fn hostile_redirect_uris_are_neither_registered_nor_matched() {
        let long = format!("https://app.example/{}", "a".repeat(MAX_URI));
        for uri in [
            "",
            "/cb",
            "app.example/cb",
            "//app.example/cb",
            "https:",
            "https://",
            "https:///cb",
            "https://:443/cb",
            "https://app.example:/cb",
            "https://app.example:99999/cb",
            "https://user@app.example/cb",
            "https://user:secret@app.example/cb",
            "https://app.example/cb#fragment",
            "https://*.app.example/cb",
            "https://app.example/*",
            "https://app%2eexample/cb",
            "https://app.example/%zz",
            "https://app.example/%",
            "https://app.example/a b",
            "https://app.example/\"",
            "https://app.example/'",
            "https://app.example/(x)",
            "https://app.example/<script>",
            "https://app.example\\cb",
            "https://app.example/\r\nSet-Cookie:x=1",
            "https://app.example/\0",
            "https://bücher.example/cb",
            "https://[::1]/cb",
            "HTTPS://app.example/cb",
            "http://app.example/cb",
            "http://localhost.evil.example/cb",
            "http://user@localhost/cb",
            "http://0.0.0.0/cb",
            "javascript:alert",
            "javascript://app.example/%0aalert",
            "JavaScript://app.example/",
            "java\tscript:alert",
            "data:text/html,x",
            "data://text/html",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://app.example/x",
            "view-source://app.example",
            "mailto:a@app.example",
            "app:cb",
            "app://",
            "app://user@host/",
            "1app://auth",
            ":",
            "urn:",
            &long,
        ] {
            assert!(check(uri).is_err(), "{uri:?}");
            assert!(!is_registered(uri, uri), "{uri:?}");
        }
    }

    const ANSWER: [(&str, &str); 3] =
        [("code", "1.AXYZ-_"), ("state", "a b&c=d#e+f/é\r\n\"'<>"), ("session_state", "")];

    #[test]
    fn a_query_response_is_appended_to_an_existing_query() {
        for (uri, front) in [
            ("https://app.example/cb", "https://app.example/cb?"),
            ("https://app.example/cb?x=1", "https://app.example/cb?x=1&"),
            ("https://app.example/cb?x=1&", "https://app.example/cb?x=1&"),
            ("https://app.example/cb?", "https://app.example/cb?"),
            ("https://app.example", "https://app.example/?"),
            ("https://app.example?x=1", "https://app.example/?x=1&"),
            ("http://localhost:7071", "http://localhost:7071/?"),
            ("msal1://auth", "msal1://auth?"),
            ("urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:oob?"),
        ] {
            let state = "a%20b%26c%3Dd%23e%2Bf%2F%C3%A9%0D%0A%22%27%3C%3E";
            let expected = format!("{front}code=1.AXYZ-_&state={state}&session_state=");
            assert_eq!(with_query(uri, &ANSWER), expected);
        }
    }

    #[test]
    fn a_fragment_response_keeps_the_query() {
        let one = [("id_token", "a.b.c"), ("state", "x y")];
        let front = "id_token=a.b.c&state=x%20y";
        assert_eq!(with_fragment("https://app.example", &one), format!("https://app.example/#{front}"));
        assert_eq!(with_fragment("https://a.example/?x=1", &one), format!("https://a.example/?x=1#{front}"));
        assert_eq!(with_fragment("https://a.example/#old", &one), format!("https://a.example/#{front}"));
        assert_eq!(with_fragment("msal1://auth", &[]), "msal1://auth");
    }

    #[test]
    fn a_redirect_location_never_holds_a_line_break() {
        for made in [
            with_query("https://a.example/\r\nX: y", &ANSWER),
            with_fragment("x:\r\n\"<>", &ANSWER),
            with_query("https://a.example/#\r\n", &[]),
        ] {
            assert!(made.bytes().all(|byte| byte.is_ascii_graphic()), "{made:?}");
            assert!(!made.contains(['"', '<', '>']), "{made:?}");
        }
        assert_eq!(with_query("https://a.example/#f", &[("x", "1")]), "https://a.example/?x=1#f");
    }
}
