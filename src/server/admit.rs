//! What the transport checks and completes in a request head before the rooms below see it.
//!
//! Must never look at paths. Forms of a request target: RFC 9112 section 3.2; misdirected requests: RFC 9110
//! section 7.4; fields that a proxy consumes: RFC 9110 sections 7.6.1 and 11.7.2.

use http::{HeaderValue, Method, Version, header, request};

use super::basic;
use super::names::{self, Names};
use super::refusal::Refusal;
use crate::gateway::{Arrival, Stray};

/// Completes head and arrival, or refuses the request.
pub(super) fn admit(
    head: &mut request::Parts,
    arrival: &mut Arrival,
    names: &Names,
    most_fields: usize,
) -> Result<(), Refusal> {
    if head.method == Method::CONNECT {
        return Err(Refusal::bad_request("CONNECT must be the first request of a connection"));
    }
    if head.headers.len() > most_fields {
        return Err(Refusal::head_too_large());
    }
    // Readers differ in which of two they believe: RFC 9112 section 3.2, RFC 9110 section 5.3.
    for name in [header::HOST, header::ORIGIN] {
        if head.headers.get_all(&name).iter().count() > 1 {
            return Err(Refusal::bad_request(&format!("there is more than one {name} field")));
        }
    }
    if head.version < Version::HTTP_2 && head.uri.authority().is_some() {
        take_absolute_form(head, arrival, names)?;
    }
    match &arrival.sni {
        Some(sni) => agrees_with(sni, head, names),
        None => Ok(()),
    }
}

/// Refuses a request for another host than the one that the connection was made to, where both are genuine.
fn agrees_with(sni: &str, head: &request::Parts, names: &Names) -> Result<(), Refusal> {
    let Some(authority) = names::requested_authority(head) else { return Ok(()) };
    // The usual case: host and server name are equal, and nothing needs to be parsed.
    if authority.strip_prefix(sni).is_some_and(|port| port.is_empty() || port.starts_with(':')) {
        return Ok(());
    }
    match names::host_and_port(authority) {
        Some((host, _)) if host != sni && names.is_genuine(sni) && names.is_genuine(&host) => {
            Err(Refusal::misdirected(&host, sni))
        }
        _ => Ok(()),
    }
}

/// `GET http://host/path`: what a client sends to a plain HTTP proxy.
fn take_absolute_form(
    head: &mut request::Parts,
    arrival: &mut Arrival,
    names: &Names,
) -> Result<(), Refusal> {
    let malformed = || Refusal::bad_request("the target of the request is malformed");
    let authority = head.uri.authority().ok_or_else(malformed)?.as_str();
    let (host, port) = names::host_and_port(authority).ok_or_else(malformed)?;
    let is_https = head.uri.scheme_str() == Some("https");
    arrival.port = port.unwrap_or(if is_https { 443 } else { 80 });
    if let Some(credentials) = head.headers.remove(header::PROXY_AUTHORIZATION) {
        let malformed = || Refusal::bad_request("the proxy authorization is malformed");
        let text = credentials.to_str().map_err(|_| malformed())?;
        if let Some(user) = basic::user(text).map_err(|()| malformed())? {
            arrival.proxy_user = Some(user.into());
        }
    }
    if !names.plays(&host) {
        let stray = Stray {
            method: &head.method,
            host: &host,
            port,
            path: head.uri.path(),
            version: if head.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
            headers: &head.headers,
        };
        return Err(names.refuse(&stray, arrival));
    }
    // The target counts, whatever the field said: so nobody below needs to know of two places.
    let field = HeaderValue::from_str(authority).map_err(|_| malformed())?;
    head.headers.insert(header::HOST, field);
    Ok(())
}
