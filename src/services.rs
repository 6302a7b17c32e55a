//! The emulated origins, one folder each: routes, handlers, wire forms, error catalogue.
//!
//! Services never call each other; what two of them need lives below.

pub mod classic;
pub mod cloudapps;
pub mod control;
pub mod copilot;
pub mod defender;
pub mod entra;
pub mod graph;
pub mod storage;

use crate::gateway::ServiceProfile;

/// Every service, as the gateway is given them.
pub fn all() -> [&'static ServiceProfile; 8] {
    [
        &entra::PROFILE,
        &cloudapps::PROFILE,
        &graph::PROFILE,
        &defender::PROFILE,
        &copilot::PROFILE,
        &classic::PROFILE,
        &storage::PROFILE,
        &control::PROFILE,
    ]
}

/// Domains of services that are not played yet. A certificate authority is made once and trusted from then on, so it
/// may sign for them from the start.
/// Those of the clouds of the government of the United States:
/// <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>.
const PLANNED: [&str; 2] = ["azure.com", "azure.us"];

/// The domains that the genuine host names lie in.
pub fn domains() -> Vec<&'static str> {
    let mut domains = Vec::new();
    for domain in all().iter().flat_map(|profile| profile.hosts.domains).chain(&PLANNED) {
        if !domains.contains(domain) {
            domains.push(*domain);
        }
    }
    domains
}

/// The parity table of the README: every route, how far it goes, and its witness.
pub fn parity_table() -> String {
    let mut table = String::from("| service | route | what | fidelity | witness |\n|---|---|---|---|---|\n");
    for profile in all() {
        for route in profile.all_routes() {
            let fidelity = format!("{:?}", route.fidelity).to_lowercase();
            table.push_str(&format!(
                "| {} | `{} {}` | {} | {fidelity} | `{}` |\n",
                route.service.name(),
                route.method,
                route.path,
                route.summary,
                route.witness
            ));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use crate::gateway::Service;
    use crate::gateway::authority::Site;
    use crate::gateway::hosts::{Cloud, CloudHosts, HostTable};
    use crate::gateway::profile::{GatewayRefusal, service_of_path};
    use crate::tenant::NotWritten;

    use super::{all, domains};

    #[test]
    fn genuine_hosts_are_those_of_their_services() {
        let table = HostTable::new(&[], &all());
        for (host, expected) in [
            ("login.windows.net", Some((Service::Entra, Cloud::Worldwide, None))),
            ("sts.windows.net", Some((Service::Entra, Cloud::Worldwide, None))),
            ("portal.cloudappsecurity.com", Some((Service::CloudApps, Cloud::Worldwide, None))),
            (
                "contoso.portal.cloudappsecurity.com",
                Some((Service::CloudApps, Cloud::Worldwide, Some("contoso"))),
            ),
            (
                "contoso.us2.portal.cloudappsecurity.com",
                Some((Service::CloudApps, Cloud::Worldwide, Some("contoso"))),
            ),
            ("us2.portal.cloudappsecurity.com", Some((Service::CloudApps, Cloud::Worldwide, None))),
            ("contoso.xx9.portal.cloudappsecurity.com", None),
            ("evilportal.cloudappsecurity.com", None),
            ("security.microsoft.com", Some((Service::Defender, Cloud::Worldwide, None))),
            ("securitycopilot.microsoft.com", Some((Service::Copilot, Cloud::Worldwide, None))),
            ("api.security.microsoft.com", None),
            ("contoso.security.microsoft.com", None),
            ("graph.microsoft.com", Some((Service::Graph, Cloud::Worldwide, None))),
            ("prod5usw2console1.blob.core.windows.net", Some((Service::Storage, Cloud::Worldwide, None))),
            ("contoso.blob.core.windows.net", None),
            ("graph.windows.net", None),
            ("login.microsoftonline.us", Some((Service::Entra, Cloud::GccHigh, None))),
            ("graph.microsoft.us", Some((Service::Graph, Cloud::GccHigh, None))),
            (
                "contoso.us1.portal.cloudappsecurity.us",
                Some((Service::CloudApps, Cloud::GccHigh, Some("contoso"))),
            ),
            (
                "contoso.us1.portal.cloudappsecuritygov.com",
                Some((Service::CloudApps, Cloud::Gcc, Some("contoso"))),
            ),
            ("contoso.us2.portal.cloudappsecurity.us", None),
        ] {
            let expected = match expected {
                Some((service, cloud, label)) => {
                    Site::Genuine { service, cloud, label: label.map(str::to_owned) }
                }
                None => Site::Foreign,
            };
            assert_eq!(table.site_of(host), expected, "{host}");
        }
    }

    #[test]
    fn every_genuine_host_lies_in_a_domain_that_can_be_signed_for() {
        let domains = domains();
        assert_eq!(
            domains,
            [
                "microsoftonline.com",
                "windows.net",
                "microsoft.com",
                "microsoftonline.us",
                "usgovcloudapi.net",
                "cloudappsecurity.com",
                "cloudappsecuritygov.com",
                "cloudappsecurity.us",
                "microsoft.us",
                "azure.com",
                "azure.us"
            ],
            "an authority that was made for others would have to be made and trusted anew"
        );
        for profile in all() {
            let below = |names: &CloudHosts| names.of_tenants.map(|tenants| tenants.below);
            let names = |names: &'static CloudHosts| names.plain.iter().copied().chain(below(names));
            for host in profile.hosts.clouds.iter().flat_map(names) {
                let lies_in =
                    |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
                assert!(profile.hosts.domains.iter().any(|domain| lies_in(domain)), "{host}");
            }
        }
    }

    #[test]
    fn a_host_of_two_services_is_that_of_the_first_and_the_second_says_so() {
        let all = all();
        for profile in all {
            let first = |host: &str| match HostTable::new(&[], &all).site_of(host) {
                Site::Genuine { service, .. } => Some(service),
                Site::Own { .. } | Site::Foreign => None,
            };
            for host in profile.hosts.clouds.iter().flat_map(|names| names.plain) {
                assert_eq!(first(host) != Some(profile.service), profile.shares_hosts, "{host}");
            }
            // Its pages are told from others on own names by a prefix that is one of its own first segments.
            let prefix = profile.hosts.own_prefix;
            let named = profile.segments.first.iter().any(|first| prefix == format!("/{first}"));
            assert!(prefix.is_empty() || named, "{prefix}");
        }
    }

    #[test]
    fn every_service_has_a_503_for_a_lost_journal() {
        for profile in all() {
            let refused = (profile.refuse)(GatewayRefusal::JournalLost(NotWritten::Refused));
            assert_eq!(refused.row().status, 503, "{}", profile.service.name());
            assert_eq!(refused.row().service, profile.service);
        }
    }

    #[test]
    fn services_on_own_names_are_chosen_by_the_first_path_segment() {
        let service = |path| service_of_path(all().into_iter(), path).map(|profile| profile.service);
        assert_eq!(service("/_mock/health"), Some(Service::Control));
        assert_eq!(service("//cas/api/v1/alerts/"), Some(Service::CloudApps));
        assert_eq!(service("/Common/discovery/instance"), Some(Service::Entra));
        assert_eq!(service("/contoso.onmicrosoft.com/oauth2/v2.0/token"), Some(Service::Entra));
        assert_eq!(service("/nobody/oauth2/v2.0/token"), Some(Service::Entra));
        assert_eq!(service("/v1.0/me"), Some(Service::Graph));
        assert_eq!(service("/device"), Some(Service::Entra));
        assert_eq!(service("/defender/settings/security-extensions"), Some(Service::Defender));
        assert_eq!(service("/defender"), Some(Service::Defender));
        assert_eq!(service("/copilot/sources"), Some(Service::Copilot));
        assert_eq!(service("/classic/"), Some(Service::Classic));
        assert_eq!(service("/storage/logs-0/b/SQUID/f"), Some(Service::Storage));
        assert_eq!(service("/sources"), None, "without its prefix a page is nobody's");
        assert_eq!(service("/"), Some(Service::Control));
        assert_eq!(service("/nothing"), None);
    }
}
