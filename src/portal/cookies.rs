//! Cookies of pages: reading those of a request, and setting others on an answer.

use http::header::{self, HeaderMap, HeaderValue, SET_COOKIE};

use crate::gateway::{Answer, Inbound};

/// The value of a cookie of a request.
pub fn cookie<'r>(ctx: &'r Inbound<'_>, name: &str) -> Option<&'r str> {
    cookie_of(ctx.request.headers(), name)
}

/// The names of the cookies of a request that begin so, in the order in which the browser sends them.
pub(super) fn named<'r>(ctx: &'r Inbound<'_>, beginning: &'static str) -> impl Iterator<Item = &'r str> {
    cookies(ctx.request.headers()).map(|(name, _)| name).filter(move |name| name.starts_with(beginning))
}

/// The value of a cookie.
pub(super) fn cookie_of<'r>(headers: &'r HeaderMap, name: &str) -> Option<&'r str> {
    cookies(headers).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Names and values of the cookies of a request.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    fields.flat_map(|field| field.split(';')).filter_map(|one| one.trim().split_once('='))
}

/// The cookie of this name, to be dropped.
pub(super) fn ended(ctx: &Inbound<'_>, name: &str, site: &str) -> String {
    format!("{}; Max-Age=0", written(ctx, name, "", site))
}

/// A cookie for all paths that no script reads. Over plain HTTP a browser would drop a secure one.
pub(super) fn written(ctx: &Inbound<'_>, name: &str, value: &str, site: &str) -> String {
    match ctx.arrival.secure {
        true => format!("{name}={value}; Path=/; HttpOnly; Secure; SameSite={site}"),
        false => format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax"),
    }
}

/// The same answer with this cookie.
pub(super) fn with_cookie(mut answer: Answer, cookie: &str) -> Answer {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        answer.headers.append(SET_COOKIE, value);
    }
    answer
}

/// The answer with a cookie of this name, which is there and says no more, beside others that begin alike: above so many
/// of them those that the browser has had longest are dropped. Browsers send those first (RFC 6265, 5.4).
pub fn begun(
    ctx: &Inbound<'_>,
    answer: Answer,
    beginning: &'static str,
    name: &str,
    site: &str,
    most: usize,
) -> Answer {
    let answer = with_cookie(answer, &written(ctx, name, "1", site));
    bounded(ctx, answer, beginning, name, site, most)
}

/// The answer that drops the oldest cookies which begin so, besides this one, above so many.
pub(super) fn bounded(
    ctx: &Inbound<'_>,
    answer: Answer,
    beginning: &'static str,
    name: &str,
    site: &str,
    most: usize,
) -> Answer {
    let others: Vec<&str> = named(ctx, beginning).filter(|other| *other != name).collect();
    let surplus = (others.len() + 1).saturating_sub(most);
    others.iter().take(surplus).fold(answer, |answer, other| with_cookie(answer, &ended(ctx, other, site)))
}
