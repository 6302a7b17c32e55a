//! Which documentation ranges stand for which networks.
//!
//! Only ranges that nobody owns: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737), 198.18.0.0/15
//! (RFC 2544) and 2001:db8::/32 (RFC 3849). Ids of the built-in tags: see the product documentation of IP
//! ranges and tags, <https://learn.microsoft.com/defender-cloud-apps/ip-tags>.

/// Egress addresses per office, of the /28 that each has in 192.0.2.0/24.
pub(crate) const EGRESS: u32 = 6;
/// Addresses of one town's home block: a /21 in 198.18.0.0/16.
pub(crate) const HOMES: u32 = 2_048;
/// Addresses of a country's mobile block: a /22 in 198.18.0.0/16.
pub(crate) const MOBILES: u32 = 1_024;
/// Home connections of an office's IPv6 block: a /56 each below 2001:db8::/32.
pub(crate) const HOMES_V6: u32 = 256;

/// Built-in tag "Anonymous proxy".
pub(crate) const ANONYMOUS_PROXY: &str = "000000030000000000000000";
/// Built-in tag "Tor".
pub(crate) const TOR: &str = "2dfa95cd7922d979d66fcff5";
/// Built-in tag "Microsoft Azure".
pub(crate) const AZURE: &str = "0000002a0000000000000000";
/// Built-in tag "Amazon Web Services".
pub(crate) const AWS: &str = "000000290000000000000000";
/// Built-in tag "Google Cloud Platform".
pub(crate) const GOOGLE: &str = "000000280000000000000000";
/// Built-in tag "Salesforce Cloud".
pub(crate) const SALESFORCE: &str = "000000390000000000000000";

/// Gateways of the company VPN in 198.51.100.0/25: index into `HOSTING`; a site uses the one of its row.
pub(crate) const VPN_GATEWAYS: &[usize] = &[0, 2, 4];
/// The gateway of each office site, as an index into [`VPN_GATEWAYS`].
pub(crate) const VPN_OF_SITE: &[usize] = &[0, 1, 1, 2, 2, 0, 1, 1, 1];

/// Clouds in 198.51.100.128/25, a /28 each: city in `HOSTING`, provider, tags.
pub(crate) const CLOUDS: &[(usize, &str, &[&str])] = &[
    (0, "Microsoft Azure", &[AZURE]),
    (2, "Microsoft Azure", &[AZURE]),
    (4, "Microsoft Azure", &[AZURE]),
    (0, "Amazon Web Services", &[AWS]),
    (6, "Amazon Web Services", &[AWS]),
    (0, "Google Cloud Platform", &[GOOGLE]),
    (0, "Salesforce", &[SALESFORCE]),
    (6, "Salesforce", &[SALESFORCE]),
];

/// How many of the first clouds rent machines to people.
pub(crate) const PEOPLE_CLOUDS: usize = 6;

/// Smaller hosts that rent machines to anybody, in 198.19.88.0/23, a /28 each: city in `HOSTING`, invented provider.
pub(crate) const HOSTS: &[(usize, &str)] = &[
    (0, "Polder Hosting"),
    (1, "Polder Hosting"),
    (2, "Polder Hosting"),
    (3, "Straits Virtual"),
    (4, "Straits Virtual"),
    (5, "Straits Virtual"),
    (6, "Norrsken Servers"),
    (7, "Norrsken Servers"),
    (8, "Taiga Hosting"),
    (9, "Taiga Hosting"),
    (10, "Norrsken Servers"),
    (11, "Norrsken Servers"),
];

/// Anonymisers in 203.0.113.0/24, a /28 each: city in `HOSTING`, invented operator, tags. The first nine are in
/// the countries of the office sites, in their order.
pub(crate) const ANONYMISERS: &[(usize, &str, &[&str])] = &[
    (0, "Cloakway Proxy", &[ANONYMOUS_PROXY]),
    (1, "Cloakway Proxy", &[ANONYMOUS_PROXY]),
    (2, "Onion Exit Collective", &[ANONYMOUS_PROXY, TOR]),
    (3, "Veilhop VPN", &[ANONYMOUS_PROXY]),
    (4, "Veilhop VPN", &[ANONYMOUS_PROXY]),
    (5, "Cloakway Proxy", &[ANONYMOUS_PROXY]),
    (6, "Onion Exit Collective", &[ANONYMOUS_PROXY, TOR]),
    (7, "Veilhop VPN", &[ANONYMOUS_PROXY]),
    (8, "Nochnoy Proxy", &[ANONYMOUS_PROXY]),
    (9, "Onion Exit Collective", &[ANONYMOUS_PROXY, TOR]),
    (10, "Onion Exit Collective", &[ANONYMOUS_PROXY, TOR]),
    (11, "Veilhop VPN", &[ANONYMOUS_PROXY]),
];
