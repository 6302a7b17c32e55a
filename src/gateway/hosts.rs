//! Host names: the genuine ones, as the services bring them, and the simulator's own.

use std::borrow::Cow;

use super::authority::Site;
use super::profile::ServiceProfile;
use super::service::Service;

/// A cloud of the vendor. Links lead from a service to another of the same cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// The cloud for everybody.
    Worldwide,
    /// GCC, for the government of the United States: names of its own for some services only, those of the worldwide
    /// cloud for the others.
    Gcc,
    /// GCC High, likewise, with names of its own nearly everywhere.
    GccHigh,
}

/// The genuine host names of a service.
#[derive(Clone, Copy, Debug)]
pub struct Hosts {
    /// Its names in each cloud that has some; the worldwide cloud first.
    pub clouds: &'static [CloudHosts],
    /// The domains that all of them lie in: what a certificate authority must be allowed to sign for.
    pub domains: &'static [&'static str],
    /// What stands before its paths on the simulator's own names, where they would not be told from others: a first
    /// segment of the service, with its slash.
    pub own_prefix: &'static str,
}

/// The names of a service in one cloud.
#[derive(Clone, Copy, Debug)]
pub struct CloudHosts {
    /// Which.
    pub cloud: Cloud,
    /// Names that name no tenant, all equal; the first is that of links.
    pub plain: &'static [&'static str],
    /// Names that do.
    pub of_tenants: Option<TenantHosts>,
}

/// Host names with a tenant's label: `label.below` and `label.region.below`.
#[derive(Clone, Copy, Debug)]
pub struct TenantHosts {
    /// What they end in.
    pub below: &'static str,
    /// Regions that may stand in between.
    pub regions: &'static [&'static str],
    /// The region of links.
    pub link_region: &'static str,
}

impl Hosts {
    /// A service that has no genuine name.
    pub const NONE: Self = Self { clouds: &[], domains: &[], own_prefix: "" };

    /// If a host name (lower case, no port) is one of these: its cloud, and the tenant's label in it, if it has one.
    pub fn read<'h>(&self, host: &'h str) -> Option<(Cloud, Option<&'h str>)> {
        self.clouds.iter().find_map(|names| Some((names.cloud, names.read(host)?)))
    }

    /// The host of links in a cloud; `label` is the tenant's.
    pub fn link(&self, cloud: Cloud, label: &str) -> Cow<'static, str> {
        match self.in_cloud(cloud) {
            Some(CloudHosts { of_tenants: Some(TenantHosts { below, link_region, .. }), .. }) => {
                format!("{label}.{link_region}.{below}").into()
            }
            Some(CloudHosts { plain: [first, ..], .. }) => (*first).into(),
            _ => "localhost".into(),
        }
    }

    /// The host of pages for people, which names no region.
    pub fn page(&self, cloud: Cloud, label: &str) -> Cow<'static, str> {
        match self.in_cloud(cloud).and_then(|names| names.of_tenants) {
            Some(TenantHosts { below, .. }) => format!("{label}.{below}").into(),
            None => self.link(cloud, label),
        }
    }

    /// The host that names no tenant, where the service has one; else that of links.
    pub fn plain(&self, cloud: Cloud, label: &str) -> Cow<'static, str> {
        match self.in_cloud(cloud) {
            Some(CloudHosts { plain: [first, ..], .. }) => (*first).into(),
            _ => self.link(cloud, label),
        }
    }

    /// The names in a cloud; where it has none of its own, those of the worldwide cloud.
    fn in_cloud(&self, cloud: Cloud) -> Option<&'static CloudHosts> {
        self.clouds.iter().find(|names| names.cloud == cloud).or_else(|| self.clouds.first())
    }
}

impl CloudHosts {
    fn read<'h>(&self, host: &'h str) -> Option<Option<&'h str>> {
        if self.plain.contains(&host) {
            return Some(None);
        }
        let tenants = self.of_tenants?;
        let front = host.strip_suffix(tenants.below)?.strip_suffix('.')?;
        let label = match front.split_once('.') {
            None => front,
            Some((label, region)) if tenants.regions.contains(&region) => label,
            Some(_) => return None,
        };
        // A region alone is one without a tenant.
        let label = (!tenants.regions.contains(&label)).then_some(label);
        label.is_none_or(is_label).then_some(label)
    }
}

/// Every host name that is played.
pub struct HostTable {
    own: Vec<String>,
    genuine: Vec<(Service, Hosts)>,
}

impl HostTable {
    /// The names of these services, and the simulator's own besides `localhost` and loopback addresses.
    pub fn new(own: &[String], profiles: &[&'static ServiceProfile]) -> Self {
        let genuine = profiles.iter().map(|profile| (profile.service, profile.hosts)).collect();
        Self { own: own.to_vec(), genuine }
    }

    /// What a host name (lower case, no port) stands for.
    pub fn site_of(&self, host: &str) -> Site {
        if let Some(site) = self.genuine_site(host) {
            return site;
        }
        if self.own.iter().any(|name| name == host) || is_loopback(host) {
            return Site::Own { label: None };
        }
        if let Some(front) = host.strip_suffix(".localhost") {
            // `graph.microsoft.com.localhost` is the genuine name for clients that resolve only *.localhost.
            if let Some(site) = self.genuine_site(front) {
                return site;
            }
            if is_label(front) {
                return Site::Own { label: Some(front.to_owned()) };
            }
        }
        Site::Foreign
    }

    fn genuine_site(&self, host: &str) -> Option<Site> {
        self.genuine.iter().find_map(|(service, hosts)| {
            let (cloud, label) = hosts.read(host)?;
            Some(Site::Genuine { service: *service, cloud, label: label.map(str::to_owned) })
        })
    }

    /// The genuine names of a service.
    pub fn of(&self, service: Service) -> Hosts {
        let known = self.genuine.iter().find(|(known, _)| *known == service);
        known.map_or(Hosts::NONE, |(_, hosts)| *hosts)
    }
}

/// A DNS label: letters, digits and hyphens.
fn is_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A table for tests: one service with plain names, one with names of tenants in two clouds.
#[cfg(test)]
pub(super) fn sample(own: &[&str]) -> HostTable {
    const fn portal(cloud: Cloud, plain: &'static [&'static str], below: &'static str) -> CloudHosts {
        let of_tenants = TenantHosts { below, regions: &["us", "eu2"], link_region: "eu2" };
        CloudHosts { cloud, plain, of_tenants: Some(of_tenants) }
    }
    const PLAIN: &[CloudHosts] = &[CloudHosts {
        cloud: Cloud::Worldwide,
        plain: &["sign-in.example", "login.example"],
        of_tenants: None,
    }];
    const PORTALS: &[CloudHosts] = &[
        portal(Cloud::Worldwide, &["portal.example"], "portal.example"),
        portal(Cloud::GccHigh, &[], "portal.test"),
    ];
    let plain = Hosts { clouds: PLAIN, domains: &["example"], own_prefix: "" };
    let tenants = Hosts { clouds: PORTALS, domains: &["example", "test"], own_prefix: "" };
    HostTable {
        own: own.iter().map(|&name| name.to_owned()).collect(),
        genuine: vec![(Service::Entra, plain), (Service::CloudApps, tenants)],
    }
}

#[cfg(test)]
mod tests {
    use crate::gateway::hosts::*;

    #[test]
    fn tenant_hosts_carry_the_label() {
        let hosts = sample(&[]).of(Service::CloudApps);
        let read = |host| hosts.read(host).map(|(_, label)| label);
        assert_eq!(read("portal.example"), Some(None));
        assert_eq!(read("contoso.portal.example"), Some(Some("contoso")));
        assert_eq!(read("contoso.eu2.portal.example"), Some(Some("contoso")));
        assert_eq!(read("eu2.portal.example"), Some(None));
        assert_eq!(read("contoso.xx9.portal.example"), None);
        assert_eq!(read("evilportal.example"), None);
        assert_eq!(hosts.link(Cloud::Worldwide, "contoso"), "contoso.eu2.portal.example");
        assert_eq!(hosts.page(Cloud::Worldwide, "contoso"), "contoso.portal.example");
    }

    #[test]
    fn links_use_host_names_of_their_own_cloud_where_it_has_any() {
        let table = sample(&[]);
        let hosts = table.of(Service::CloudApps);
        assert_eq!(hosts.read("contoso.us.portal.test"), Some((Cloud::GccHigh, Some("contoso"))));
        assert_eq!(hosts.link(Cloud::GccHigh, "contoso"), "contoso.eu2.portal.test");
        assert_eq!(hosts.page(Cloud::GccHigh, "contoso"), "contoso.portal.test");
        assert_eq!(hosts.page(Cloud::Gcc, "contoso"), "contoso.portal.example");
        assert_eq!(table.of(Service::Entra).link(Cloud::GccHigh, "contoso"), "sign-in.example");
    }

    #[test]
    fn own_genuine_and_foreign_hosts_are_distinguished() {
        let table = sample(&["sim.test"]);
        let own = |label: Option<&str>| Site::Own { label: label.map(str::to_owned) };
        for (host, site) in [
            ("localhost", own(None)),
            ("127.0.0.1", own(None)),
            ("[::1]", own(None)),
            ("sim.test", own(None)),
            ("contoso.localhost", own(Some("contoso"))),
            (
                "login.example.localhost",
                Site::Genuine { service: Service::Entra, cloud: Cloud::Worldwide, label: None },
            ),
            ("example.org", Site::Foreign),
        ] {
            assert_eq!(table.site_of(host), site, "{host}");
        }
    }
}
