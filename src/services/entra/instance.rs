//! Instance discovery: client libraries ask a host they trust about one they do not know.
//!
//! The asker follows the endpoint that it is given, and some askers lose the port of the host that they ask about;
//! so the endpoint is on the origin that was asked, or else on the port that the server listens on.
//!
//! Source: <https://github.com/AzureAD/microsoft-authentication-library-for-python/blob/dev/msal/authority.py>

use http::Uri;
use serde::Serialize;

use crate::gateway::authority::{Authority, Site};
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Refused, Service};

use super::refusals::EntraRefusal;
use super::wire;

#[derive(Serialize)]
struct Instance {
    tenant_discovery_endpoint: String,
    #[serde(rename = "api-version")]
    api_version: String,
    metadata: Vec<Cloud>,
}

/// Hosts that are one and the same cloud.
#[derive(Serialize)]
struct Cloud {
    preferred_network: String,
    preferred_cache: String,
    aliases: Vec<String>,
}

/// The clouds of the genuine answer: the name to ask, the name to cache under, all names.
const CLOUDS: [(&str, &str, &[&str]); 5] = [
    (
        "login.microsoftonline.com",
        "login.windows.net",
        &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    ),
    (
        "login.partner.microsoftonline.cn",
        "login.partner.microsoftonline.cn",
        &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    ),
    ("login.microsoftonline.de", "login.microsoftonline.de", &["login.microsoftonline.de"]),
    (
        "login.microsoftonline.us",
        "login.microsoftonline.us",
        &["login.microsoftonline.us", "login.usgovcloudapi.net"],
    ),
    ("login-us.microsoftonline.com", "login-us.microsoftonline.com", &["login-us.microsoftonline.com"]),
];

/// Vouches for the host of `authorization_endpoint`.
pub fn discover(ctx: &Ctx<'_>) -> Handled {
    let query = Form::read(ctx.query().as_bytes());
    let asked = wire::field(&query, "authorization_endpoint")
        .ok_or(EntraRefusal::MissingParameter { name: "authorization_endpoint".into() })?;
    let unknown = || {
        Refused::from(EntraRefusal::UnknownInstance).because(format!("{asked:?} is at no host of Entra ID"))
    };
    let asked: Uri = asked.parse().map_err(|_| unknown())?;
    let host = asked.host().ok_or_else(unknown)?.to_ascii_lowercase();
    let known = CLOUDS.iter().any(|(_, _, aliases)| aliases.contains(&host.as_str()));
    let site = ctx.gateway.hosts.site_of(&host);
    let ours = matches!(site, Site::Own { .. } | Site::Genuine { service: Service::Entra, .. });
    if !known && !ours {
        return Err(unknown());
    }
    let mut metadata: Vec<Cloud> = CLOUDS
        .iter()
        .map(|(network, cache, aliases)| Cloud {
            preferred_network: (*network).to_owned(),
            preferred_cache: (*cache).to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        })
        .collect();
    let path = discovery_path(asked.path());
    let endpoint = if known {
        ctx.url(Service::Entra, &path)
    } else {
        let authority = own_authority(ctx, &host, asked.port_u16()).ok_or_else(unknown)?;
        let name = authority.host_and_port().to_string();
        let mut aliases = vec![name.clone()];
        if name != host {
            aliases.push(host);
        }
        metadata.push(Cloud { preferred_network: name.clone(), preferred_cache: name, aliases });
        ctx.gateway.url(&authority, Service::Entra, "", &path)
    };
    let api_version = wire::field(&query, "api-version").unwrap_or("1.1").to_owned();
    Ok(wire::cacheable(ctx, &Instance { tenant_discovery_endpoint: endpoint, api_version, metadata }))
}

/// The authority under which `host`, one of the simulator's own names, is reached: the one that was asked if it is
/// the same host, else at the port named with it, else at the port that the server listens on.
fn own_authority(ctx: &Ctx<'_>, host: &str, port: Option<u16>) -> Option<Authority> {
    if matches!(ctx.authority.site, Site::Own { .. }) && (port.is_none() || port == Some(ctx.authority.port))
    {
        let Authority { scheme, port, site, .. } = ctx.authority;
        return Some(Authority::new(scheme, host.to_owned(), *port, site.clone()));
    }
    let listening =
        ctx.gateway.listening.get().and_then(|listening| listening.url.parse::<Uri>().ok()?.port_u16());
    let text = match port.or(listening) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    Authority::read(&text, true, ctx.arrival.port, &ctx.gateway.hosts)
}

/// The discovery document that belongs to an authorization endpoint: `/{tenant}/oauth2[/v2.0]/authorize`.
fn discovery_path(authorize: &str) -> String {
    let mut segments = authorize.split('/').filter(|segment| !segment.is_empty());
    let legal = |segment: &&str| segment.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    let tenant = segments.next().filter(legal).unwrap_or("common");
    let version = if segments.any(|segment| segment.eq_ignore_ascii_case("v2.0")) { "/v2.0" } else { "" };
    format!("/{tenant}{version}/.well-known/openid-configuration")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_discovery_document_path_follows_the_authorize_endpoint() {
        for (endpoint, document) in [
            ("/contoso.onmicrosoft.com/oauth2/v2.0/authorize", "/contoso.onmicrosoft.com/v2.0"),
            ("/common/oauth2/authorize", "/common"),
            ("/", "/common"),
            ("/a%2Fb/oauth2/v2.0/authorize", "/common/v2.0"),
        ] {
            assert_eq!(discovery_path(endpoint), format!("{document}/.well-known/openid-configuration"));
        }
    }
}
