//! The authority that was asked: which service it stands for.

use std::sync::Arc;

use super::hosts::{Cloud, HostTable};
use super::service::Service;

/// Scheme, host and port of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// `https` or `http`.
    pub scheme: &'static str,
    /// Lower case, without port; brackets kept around an IPv6 address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What the host stands for.
    pub site: Site,
    origin: String,
    host_and_port: Arc<str>,
}

/// What a host stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// A genuine name: one service, maybe one tenant.
    Genuine {
        /// The service.
        service: Service,
        /// The cloud whose name it is.
        cloud: Cloud,
        /// The tenant's host label.
        label: Option<String>,
    },
    /// One of the simulator's own names: the path decides; `label.localhost` also names a tenant.
    Own {
        /// The tenant's host label.
        label: Option<String>,
    },
    /// Neither: not played here.
    Foreign,
}

impl Site {
    /// The cloud that is asked; the simulator's own names are of none in particular.
    pub fn cloud(&self) -> Cloud {
        match self {
            Self::Genuine { cloud, .. } => *cloud,
            Self::Own { .. } | Self::Foreign => Cloud::Worldwide,
        }
    }
}

impl Authority {
    /// An authority of these parts.
    pub fn new(scheme: &'static str, host: String, port: u16, site: Site) -> Self {
        let standard = if scheme == "https" { 443 } else { 80 };
        let host_and_port: Arc<str> =
            if port == standard { host.as_str().into() } else { format!("{host}:{port}").into() };
        let origin = format!("{scheme}://{host_and_port}");
        Self { scheme, host, port, site, origin, host_and_port }
    }

    /// Reads the authority of a request. `text` is the `Host` header or `:authority`.
    pub fn read(text: &str, secure: bool, default_port: u16, hosts: &HostTable) -> Option<Self> {
        let text = text.trim();
        let (host, port) = split_port(text)?;
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').map_or(host.clone(), str::to_owned);
        let site = hosts.site_of(&host);
        // A genuine name without a port means the scheme's own port, whatever port the tunnel ends at.
        let standard = if secure { 443 } else { 80 };
        let port = port.unwrap_or(match site {
            Site::Genuine { .. } => standard,
            _ if text.is_empty() => default_port,
            _ => standard,
        });
        Some(Self::new(if secure { "https" } else { "http" }, host, port, site))
    }

    /// `https://localhost:8443`, without the port where it is the scheme's own.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `localhost:8443`: the host with its port, unless that is the scheme's own.
    pub fn host_and_port(&self) -> &Arc<str> {
        &self.host_and_port
    }
}

/// Splits `host:port`, `host`, `[v6]:port` and `[v6]`.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let end = rest.find(']')? + 2;
        let (host, port) = text.split_at(end);
        return match port.strip_prefix(':') {
            None if port.is_empty() => Some((host, None)),
            None => None,
            Some(port) => Some((host, Some(port.parse().ok()?))),
        };
    }
    match text.split_once(':') {
        None => Some((text, None)),
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
    }
}

#[cfg(test)]
mod tests {
    use crate::gateway::authority::*;
    use crate::gateway::hosts::sample;

    #[test]
    fn ports_are_read_in_every_form() {
        let origin = |text| Authority::read(text, true, 8443, &sample(&[])).map(|a| a.origin().to_owned());
        assert_eq!(origin("[::1]:8443").as_deref(), Some("https://[::1]:8443"));
        assert_eq!(origin("LOCALHOST").as_deref(), Some("https://localhost"));
        assert_eq!(origin("localhost:x"), None);
    }
}
