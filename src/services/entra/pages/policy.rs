//! What a page is allowed to do, as a `Content-Security-Policy`, and which addresses it may name.
//!
//! `form-action` is left unset on purpose: browsers hold it against the redirect that follows a `POST`, too, and a
//! sign-in ends in a redirect to whatever URI the application has registered.
//!
//! Must never know: what stands on a page. Source: <https://www.w3.org/TR/CSP3/>.

use std::sync::LazyLock;

use super::{PANEL_STYLE, STYLE};
use crate::portal::hash;

/// For pages without a script and without frames. The one image is the empty icon, which keeps browsers from asking
/// for `/favicon.ico`.
static PLAIN: LazyLock<String> = LazyLock::new(|| with_styles(&hash(&STYLE)));

/// The same, with the presenter panel beside the page, which has a style of its own.
static PRESENTED: LazyLock<String> =
    LazyLock::new(|| with_styles(&format!("{} {}", hash(&STYLE), hash(&PANEL_STYLE))));

fn with_styles(styles: &str) -> String {
    format!("default-src 'none'; img-src data:; style-src {styles}; base-uri 'none'; frame-ancestors 'none'")
}

pub(super) fn plain(presented: bool) -> String {
    if presented { PRESENTED.clone() } else { PLAIN.clone() }
}

/// For a page with this one script, written in the page itself.
pub(super) fn with_script(presented: bool, script: &str) -> String {
    format!("{}; script-src {}", plain(presented), hash(script))
}

/// For a page that loads pages of applications into frames. Their origins are not listed: a policy can not name
/// every host (IPv6 literals, for one), and it would hold the list against where they redirect to.
pub(super) fn with_frames(presented: bool) -> String {
    format!("{}; frame-src http: https:", plain(presented))
}

/// An absolute `http` or `https` address.
pub(super) fn is_web(url: &str) -> bool {
    scheme(url)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

/// An absolute address that a browser goes to, or hands to an application of the device, rather than running what
/// it says or showing it as a page of ours.
pub(super) fn is_link(url: &str) -> bool {
    const RUN: [&str; 6] = ["javascript", "vbscript", "data", "blob", "filesystem", "view-source"];
    scheme(url).is_some_and(|scheme| !RUN.iter().any(|run| scheme.eq_ignore_ascii_case(run)))
}

/// The scheme of an absolute address (RFC 3986, 3.1). Browsers skip leading blanks and drop tabs and line breaks
/// anywhere; an address with those has no scheme here, so nothing hides behind them.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let legal = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    legal.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_posted_to_and_loaded() {
        for url in ["https://app.example/", "HTTP://localhost:1", "http://[::1]/"] {
            assert!(is_web(url) && is_link(url), "{url}");
        }
        for url in ["msauth.app://done", "urn:ietf:wg:oauth:2.0:oob", "my-app:back"] {
            assert!(!is_web(url) && is_link(url), "{url}");
        }
    }

    #[test]
    fn javascript_urls_are_neither_form_targets_nor_links() {
        for url in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "vbscript:x",
            "data:text/html,x",
            "blob:https://app.example/x",
            "//app.example",
            "/path",
            ":x",
            "",
        ] {
            assert!(!is_web(url) && !is_link(url), "{url:?}");
        }
    }
}
