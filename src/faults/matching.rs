//! Which requests a fault is about.

use http::HeaderMap;

use crate::model::fault::RequestMatch;

use super::glob::{fits_path, glob, glob_of_body};

/// What is known of a request before anybody knows who sent it.
pub struct Asked<'a> {
    /// The name of the service that is asked.
    pub service: &'a str,
    /// The method.
    pub method: &'a str,
    /// The path as it is sent.
    pub path: &'a str,
    /// The template of the route, if one answers.
    pub route: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The query as it is sent.
    pub query: &'a str,
    /// The body as it is sent.
    pub body: &'a [u8],
    /// Whether it says that it is from this client: asked last, since the answer may have to be dug out.
    pub claims: &'a dyn Fn(&str) -> bool,
}

/// All that is said holds for the request.
pub fn matches(wanted: &RequestMatch, asked: &Asked<'_>) -> bool {
    let holds = |wanted: &Option<_>, fits: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(fits);
    holds(&wanted.service, &|name| is_service(name, asked.service))
        && holds(&wanted.method, &|method| method.eq_ignore_ascii_case(asked.method))
        && holds(&wanted.path, &|path| fits_path(path, asked.path))
        && holds(&wanted.route, &|route| asked.route.is_some_and(|known| fits_path(route, known)))
        && wanted.header.iter().all(|(name, value)| {
            let mut values = asked.headers.get_all(&**name).iter();
            values.any(|got| got.to_str().is_ok_and(|got| glob(value, got, false)))
        })
        && holds(&wanted.query, &|query| glob(query, asked.query, false))
        && holds(&wanted.body, &|body| glob_of_body(body, asked.body))
        && holds(&wanted.client, asked.claims)
}

/// Whether a name means the service that is called `known`: `cloudApps` and `cloud-apps` are one.
pub fn is_service(name: &str, known: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase())
    }
    name == known || letters(name).eq(letters(known))
}
