//! The catalogue of cloud apps against which traffic is held: a few hundred, most of them invented.
//!
//! A row of `cloud_apps.txt` has number, name, domains, category, country of the headquarters, year of founding, general
//! score, and the factors of security, compliance and law that hold, as bits in hexadecimal digits. Domains of
//! invented apps lie below `.example` (RFC 2606). Since many firewalls log addresses only, each app has a network, too:
//! of 198.18.0.0/15, which RFC 2544 keeps free, that whose number is the app's place.
//!
//! Source of numbers and of what scores mean: <https://learn.microsoft.com/defender-cloud-apps/risk-score>. What is true of
//! an app is invented.

use std::net::Ipv4Addr;
use std::sync::OnceLock;

use super::app_categories::{AppCategory, category};
use super::risk_factors::{COMPLIANCE, LEGAL, SECURITY};

/// An app of the catalogue.
#[derive(Debug)]
pub struct CloudApp {
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    domains: &'static str,
    /// Its category.
    pub category: &'static AppCategory,
    /// The country of its headquarters, by two letters.
    pub headquarters: &'static str,
    /// The year in which its vendor was founded.
    pub founded: u16,
    /// Its place in the catalogue.
    place: u32,
    general: u8,
    /// Which factors hold, by dimension: bit 0 is the first.
    security: u32,
    compliance: u32,
    legal: u32,
}

/// How an app stands, from 0 (bad) to 10 (good).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// By what is known of the vendor.
    pub general: u8,
    /// By its measures of security.
    pub security: u8,
    /// By the standards that it meets.
    pub compliance: u8,
    /// By its terms.
    pub legal: u8,
    /// All of them, equally weighted; at least 1.
    pub total: u8,
}

struct Catalogue {
    apps: Vec<CloudApp>,
    /// Places, in the order of numbers.
    by_number: Vec<u32>,
    /// Domains with places, in order of domains.
    by_domain: Vec<(&'static str, u32)>,
}

fn catalogue() -> &'static Catalogue {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    READ.get_or_init(|| {
        let lines = include_str!("cloud_apps.txt").lines();
        let apps: Vec<CloudApp> = lines.zip(0..).filter_map(|(line, place)| read(line, place)).collect();
        let mut by_number: Vec<u32> = (0..).take(apps.len()).collect();
        by_number.sort_by_key(|place| apps[*place as usize].number);
        let mut by_domain: Vec<(&str, u32)> =
            apps.iter().flat_map(|app| app.domains().map(|domain| (domain, app.place))).collect();
        by_domain.sort_unstable();
        Catalogue { apps, by_number, by_domain }
    })
}

fn read(line: &'static str, place: u32) -> Option<CloudApp> {
    let mut fields = line.split('|');
    let mut next = || fields.next();
    let bits = |digits: &str| u32::from_str_radix(digits, 16).ok();
    Some(CloudApp {
        number: next()?.parse().ok()?,
        name: next()?,
        domains: next()?,
        category: category(next()?)?,
        headquarters: next()?,
        founded: next()?.parse().ok()?,
        place,
        general: next()?.parse().ok()?,
        security: bits(next()?)?,
        compliance: bits(next()?)?,
        legal: bits(next()?)?,
    })
}

/// Every app, in the order of the catalogue.
pub fn all() -> &'static [CloudApp] {
    &catalogue().apps
}

/// The app with this number.
pub fn app(number: u32) -> Option<&'static CloudApp> {
    let Catalogue { apps, by_number, .. } = catalogue();
    let at = by_number.binary_search_by_key(&number, |place| apps[*place as usize].number).ok()?;
    Some(&apps[by_number[at] as usize])
}

/// The app that is reached at a host (in lower case) or an address: a domain of it, or a name below one.
pub fn of_host(host: &str) -> Option<&'static CloudApp> {
    let Catalogue { apps, by_domain, .. } = catalogue();
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        let place = u32::from(address).checked_sub(NETWORKS)? >> 8;
        return apps.get(place as usize);
    }
    let mut name = host;
    loop {
        if let Ok(at) = by_domain.binary_search_by_key(&name, |(domain, _)| domain) {
            return apps.get(by_domain[at].1 as usize);
        }
        name = name.split_once('.')?.1;
    }
}

/// 198.18.0.0
const NETWORKS: u32 = 0xc612_0000;

impl CloudApp {
    /// Its domains.
    pub fn domains(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.domains.split(' ')
    }

    /// The first address of its network, which has 256.
    pub fn network(&self) -> Ipv4Addr {
        Ipv4Addr::from(NETWORKS + (self.place << 8))
    }

    /// How it stands.
    pub fn score(&self) -> Score {
        let share = |bits: u32, of: usize| (20 * bits.count_ones() as usize + of) / (2 * of);
        let [security, compliance, legal] = [
            share(self.security, SECURITY.len()),
            share(self.compliance, COMPLIANCE.len()),
            share(self.legal, LEGAL.len()),
        ]
        .map(|score| score as u8);
        let total = (2 * (self.general + security + compliance + legal) + 4) / 8;
        Score { general: self.general, security, compliance, legal, total: total.clamp(1, 10) }
    }

    /// The factors of its risk by name, and whether each of them holds.
    pub fn factors(&self) -> impl Iterator<Item = (&'static str, bool)> + use<> {
        let of = |names: &'static [&'static str], bits: u32| {
            names.iter().enumerate().map(move |(bit, name)| (*name, bits >> bit & 1 == 1))
        };
        of(&SECURITY, self.security).chain(of(&COMPLIANCE, self.compliance)).chain(of(&LEGAL, self.legal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_catalogue_is_read() {
        assert_eq!(all().len(), include_str!("cloud_apps.txt").lines().count());
        assert!(all().len() > 300 && all().len() <= 512, "the networks suffice for 512");
        for known in all() {
            assert_eq!(app(known.number).map(|found| found.name), Some(known.name));
            for domain in known.domains() {
                assert_eq!(of_host(domain).map(|found| found.name), Some(known.name), "{domain}");
            }
            let scores = known.score();
            assert!((1..=10).contains(&scores.total) && known.factors().count() == 65, "{}", known.name);
        }
    }

    #[test]
    fn apps_are_found_by_hosts_below_their_domains_and_by_address() {
        let name = |host: &str| of_host(host).map(|app| app.name);
        assert_eq!(name("content.dropboxapi.com"), Some("Dropbox"));
        assert_eq!(name("notdropbox.com"), None);
        assert_eq!(name("com"), None);
        assert_eq!(name(""), None);
        let last = all().last().unwrap();
        assert_eq!(name(&last.network().to_string()), Some(last.name));
        assert_eq!((name("198.17.255.255"), name("198.19.255.255"), name("203.0.113.9")), (None, None, None));
    }

    #[test]
    fn scores_spread_from_bad_to_good() {
        let with = |range: std::ops::RangeInclusive<u8>| {
            all().iter().filter(|app| range.contains(&app.score().total)).count()
        };
        assert!(with(1..=3) > 20 && with(4..=6) > 60 && with(7..=10) > 60);
    }
}
