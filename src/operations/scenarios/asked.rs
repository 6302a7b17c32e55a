//! Sending what an expectation says: as a client would, with the means of the gateway and without a socket.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{Request, header};
use serde_json::Value as Json;

use crate::gateway::authority::Site;
use crate::gateway::profile::Authentication;
use crate::gateway::{Answer, Gateway};
use crate::identity::api_token;
use crate::model::ids::Guid;
use crate::model::person::Persona;
use crate::operations::tokens::{Asked, MintRequest, mint};
use crate::scenario::{Sent, TokenFrom};
use crate::tenant::Tenant;

use super::placeholders::Placeholders;

/// The origin that is asked where an expectation names none.
const ORIGIN: &str = "https://localhost:8443";
/// The word for who uses the tenant's API token.
const API_TOKEN: &str = "apiToken";

/// A client that was told what to ask.
pub(super) struct Client<'a> {
    gateway: &'a Gateway,
    tenant: &'a Tenant,
    /// Tokens of the start, by who asks which URL.
    early: BTreeMap<(String, String), String>,
}

impl<'a> Client<'a> {
    pub(super) fn new(gateway: &'a Gateway, tenant: &'a Tenant) -> Self {
        Self { gateway, tenant, early: BTreeMap::new() }
    }

    /// Gets the tokens that are to be of the start.
    pub(super) fn prepare(&mut self, sent: &Sent, placeholders: &Placeholders) -> Result<(), String> {
        if let (Some(caller), TokenFrom::Start) = (&sent.caller, sent.token) {
            // What an alert is called is not known yet; which service is asked does not depend on it.
            let target = placeholders.text(&sent.target, &escaped).unwrap_or_else(|_| sent.target.clone());
            let credential = self.credential(caller, &url(&target))?;
            self.early.insert((caller.clone(), sent.target.clone()), credential);
        }
        Ok(())
    }

    /// Sends it once.
    ///
    /// # Errors
    /// Why it can't be sent.
    pub(super) fn ask(&self, sent: &Sent, placeholders: &Placeholders) -> Result<Answer, String> {
        let url = url(&placeholders.text(&sent.target, &escaped)?);
        let mut request = Request::builder().method(sent.method.as_str()).uri(&url);
        for (name, value) in &sent.headers {
            request = request.header(name, placeholders.text(value, &str::to_owned)?);
        }
        if let Some(caller) = &sent.caller {
            let early = self.early.get(&(caller.clone(), sent.target.clone()));
            let credential = match (sent.token, early) {
                (TokenFrom::Start, Some(early)) => early.clone(),
                _ => self.credential(caller, &url)?,
            };
            request = request.header(header::AUTHORIZATION, credential);
        }
        let (kind, body) = body(sent, placeholders)?;
        if let Some(kind) = kind.filter(|_| !sent.headers.contains_key("content-type")) {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(body).map_err(|error| format!("{} {url}: {error}", sent.method))?;
        Ok(self.gateway.ask(request))
    }

    /// What `Authorization` says for somebody who asks a URL.
    fn credential(&self, caller: &str, url: &str) -> Result<String, String> {
        if caller == API_TOKEN {
            return Ok(format!("Token {}", api_token::mint(self.tenant.identity())));
        }
        let view = self.tenant.read();
        let is_user = caller.contains('@') || Persona::ALL.into_iter().any(|known| known.name() == caller);
        let (app, user) = if is_user { (None, Some(caller)) } else { (Some(caller), None) };
        let request = MintRequest {
            audience: self.audience(url).map(str::to_owned),
            app: app.map(str::to_owned),
            user: user.map(str::to_owned),
            ..MintRequest::default()
        };
        let asked =
            Asked { request_id: Guid::from_bits(1), origin: ORIGIN, peer: Ipv4Addr::LOCALHOST.into() };
        let minted = mint(&view, &asked, &request).map_err(|error| format!("as {caller}: {error}"))?;
        Ok(minted.authorization)
    }

    /// For whom a token must be that the service of a URL takes.
    fn audience(&self, url: &str) -> Option<&'static str> {
        let uri: http::Uri = url.parse().ok()?;
        let service = match self.gateway.hosts.site_of(uri.host()?) {
            Site::Genuine { service, .. } => Some(service),
            Site::Own { .. } | Site::Foreign => self.gateway.service_of_path(uri.path()),
        };
        match self.gateway.profile(service?)?.authentication {
            Authentication::Bearer { audiences, .. } => audiences.first().copied(),
            Authentication::None | Authentication::Operator => None,
        }
    }
}

fn url(target: &str) -> String {
    if target.starts_with('/') { [ORIGIN, target].concat() } else { target.to_owned() }
}

/// The body of a request, and its type.
fn body(sent: &Sent, placeholders: &Placeholders) -> Result<(Option<&'static str>, Bytes), String> {
    if let Some(form) = &sent.form {
        let mut fields = Vec::new();
        for (name, value) in form {
            let value = placeholders.text(value, &str::to_owned)?;
            fields.push(format!("{}={}", escaped(name), escaped(&value)));
        }
        return Ok((Some("application/x-www-form-urlencoded"), fields.join("&").into()));
    }
    match &sent.body {
        None => Ok((None, Bytes::new())),
        Some(Json::String(text)) => Ok((Some("text/plain"), placeholders.text(text, &str::to_owned)?.into())),
        Some(value) => Ok((Some("application/json"), placeholders.json(value)?.to_string().into())),
    }
}

/// A text as a part of a path, a query or a form.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
