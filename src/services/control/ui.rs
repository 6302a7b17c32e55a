//! The console: a page for one's own run. It holds no data: what it shows and does it asks of the control API, as
//! anybody can.
//!
//! Its files stand under a name that changes with their content, so that a browser may keep them and never mixes two
//! versions. Must never know: tenants, requests. Sources of the headers: <https://www.w3.org/TR/CSP3/>,
//! <https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html>.

use std::sync::LazyLock;

use aws_lc_rs::digest::{Context, SHA256};
use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};

use super::refusals::ControlRefusal;

/// What stands in the page for the version of its files.
const VERSION_MARK: &str = "{version}";

/// A file of the page.
struct File {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
}

macro_rules! files {
    ($($name:literal: $kind:literal,)*) => {
        &[
            File { name: "look.css", kind: "text/css; charset=utf-8", content: crate::portal::LOOK },
            $(File { name: $name, kind: $kind, content: include_str!(concat!("ui/", $name)) }),*
        ]
    };
}

/// What the page loads.
static FILES: &[File] = files! {
    "frame.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "main.js": "text/javascript; charset=utf-8",
    "api.js": "text/javascript; charset=utf-8",
    "dom.js": "text/javascript; charset=utf-8",
    "time.js": "text/javascript; charset=utf-8",
    "events.js": "text/javascript; charset=utf-8",
    "tenants.js": "text/javascript; charset=utf-8",
    "requests.js": "text/javascript; charset=utf-8",
    "faults.js": "text/javascript; charset=utf-8",
    "fault-form.js": "text/javascript; charset=utf-8",
    "scenarios.js": "text/javascript; charset=utf-8",
    "truth.js": "text/javascript; charset=utf-8",
};

/// The version of the files: twelve hexadecimal digits of the digest of all.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Context::new(&SHA256);
    for file in FILES {
        digest.update(file.name.as_bytes());
        digest.update(file.content.as_bytes());
    }
    digest.finish().as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// The page, with the addresses of its files.
static HTML: LazyLock<String> =
    LazyLock::new(|| include_str!("ui/page.html").replace(VERSION_MARK, &VERSION));

/// Only its own files and the control API of the same origin; no markup is made from text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// `GET /_mock/ui`
pub(super) fn page(_ctx: &Ctx<'_>) -> Handled {
    let answer = Answer::with_type(StatusCode::OK, "text/html; charset=utf-8", HTML.clone());
    Ok(guarded(answer).header("content-security-policy", POLICY).header("cache-control", "no-cache"))
}

/// `GET /_mock/ui/{version}/{file}`
pub(super) fn file(ctx: &Ctx<'_>) -> Handled {
    let (version, name) = (ctx.param("version"), ctx.param("file"));
    let known = FILES.iter().find(|file| file.name == name).filter(|_| version == *VERSION);
    let file = known
        .ok_or_else(|| ControlRefusal::NoPageFile { version: version.to_owned(), name: name.to_owned() })?;
    let answer = Answer::with_type(StatusCode::OK, file.kind, file.content);
    Ok(guarded(answer).header("cache-control", "public, max-age=31536000, immutable"))
}

/// Nobody may frame it, guess its type or learn from where it is left.
fn guarded(answer: Answer) -> Answer {
    answer
        .header("x-frame-options", "DENY")
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "no-referrer")
        .header("cross-origin-opener-policy", "same-origin")
        .header("cross-origin-resource-policy", "same-origin")
}
