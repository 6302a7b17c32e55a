//! The origins that the simulator plays, and the genuine host names by which clients ask for them.

/// An emulated origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Entra ID: discovery, keys, tokens.
    Entra,
    /// The Defender for Cloud Apps API.
    CloudApps,
    /// Microsoft Graph: facts about who signed in.
    Graph,
    /// The simulator's own control API under `/_mock/`.
    Control,
}

impl Service {
    /// Every service, in the order of documentation.
    pub const ALL: [Self; 4] = [Self::Entra, Self::CloudApps, Self::Graph, Self::Control];

    /// The word for it in lists and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::CloudApps => "cloud-apps",
            Self::Graph => "graph",
            Self::Control => "control",
        }
    }

    /// A genuine host of this service, for links; `label` is the tenant's host label.
    pub fn genuine_host(self, label: &str) -> String {
        match self {
            Self::Entra => "login.microsoftonline.com".to_owned(),
            Self::CloudApps => format!("{label}.us2.portal.cloudappsecurity.com"),
            Self::Graph => GRAPH_HOST.to_owned(),
            Self::Control => "localhost".to_owned(),
        }
    }
}

/// Hosts of Entra ID, all equal.
const ENTRA_HOSTS: [&str; 4] =
    ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"];

/// The host of Microsoft Graph.
const GRAPH_HOST: &str = "graph.microsoft.com";

/// The generic host of the Cloud Apps API, and the suffix of tenant hosts.
const CLOUD_APPS_HOST: &str = "portal.cloudappsecurity.com";

/// Regions that a tenant host may name.
/// Source: <https://learn.microsoft.com/defender-cloud-apps/network-requirements>
const REGIONS: [&str; 5] = ["us", "us2", "us3", "eu", "eu2"];

/// What a genuine host name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genuine<'a> {
    /// Whose name it is.
    pub service: Service,
    /// The tenant's host label, if the name carries one.
    pub label: Option<&'a str>,
}

/// Reads a host name (lower case, no port) as a genuine name of an emulated service.
pub fn genuine(host: &str) -> Option<Genuine<'_>> {
    if ENTRA_HOSTS.contains(&host) {
        return Some(Genuine { service: Service::Entra, label: None });
    }
    if host == GRAPH_HOST {
        return Some(Genuine { service: Service::Graph, label: None });
    }
    let front = host.strip_suffix(CLOUD_APPS_HOST)?;
    let Some(front) = front.strip_suffix('.') else {
        return front.is_empty().then_some(Genuine { service: Service::CloudApps, label: None });
    };
    let label = match front.split_once('.') {
        None => front,
        Some((label, region)) if REGIONS.contains(&region) => label,
        Some(_) => return None,
    };
    // `us2.portal…` alone is a region without a tenant.
    let label = (!REGIONS.contains(&label)).then_some(label);
    label.is_none_or(is_label).then_some(Genuine { service: Service::CloudApps, label })
}

/// A DNS label: letters, digits and hyphens.
pub fn is_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use crate::gateway::service::*;

    #[test]
    fn tenant_hosts_carry_the_label() {
        let label = |host| genuine(host).map(|g| (g.service, g.label));
        assert_eq!(label("login.windows.net"), Some((Service::Entra, None)));
        assert_eq!(label("portal.cloudappsecurity.com"), Some((Service::CloudApps, None)));
        assert_eq!(label("contoso.portal.cloudappsecurity.com"), Some((Service::CloudApps, Some("contoso"))));
        assert_eq!(
            label("contoso.us2.portal.cloudappsecurity.com"),
            Some((Service::CloudApps, Some("contoso")))
        );
        assert_eq!(label("us2.portal.cloudappsecurity.com"), Some((Service::CloudApps, None)));
        assert_eq!(label("contoso.xx9.portal.cloudappsecurity.com"), None);
        assert_eq!(label("evilportal.cloudappsecurity.com"), None);
        assert_eq!(label("graph.microsoft.com"), Some((Service::Graph, None)));
        assert_eq!(label("graph.windows.net"), None);
    }
}
