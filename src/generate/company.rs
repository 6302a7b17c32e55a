//! The company's names and offices.

use super::addresses::Networks;
use super::catalogues::cities::SITES;
use super::catalogues::companies::COMPANIES;
use super::names::fold;
use super::stream::Stream;
use super::world::{Company, Office};
use crate::model::spec::{Size, Specification};

/// Longest label that Entra ID takes for an initial domain.
const LONGEST_LABEL: usize = 27;

/// The company of a specification.
pub(super) fn company(spec: &Specification) -> Company {
    let name = match &spec.name {
        Some(name) => name.clone(),
        None if spec.seed == 1 => COMPANIES[0].to_owned(),
        None => (*Stream::new(spec.seed, "company", 0, "name").pick(COMPANIES)).to_owned(),
    };
    let label = label(&name);
    let domain = format!("{label}.onmicrosoft.com");
    Company { name, label, domain }
}

/// The host label of a name: its lower-case letters, digits and inner hyphens; never empty.
pub(super) fn label(name: &str) -> String {
    let mut label = fold(name);
    label.retain(|c| c.is_ascii_alphanumeric() || c == '-');
    label.truncate(LONGEST_LABEL);
    let label = label.trim_matches('-');
    if label.is_empty() { "company".to_owned() } else { label.to_owned() }
}

/// The site of the support desk: a small office where two administrators on contract cover nights and weekends.
const SUPPORT_DESK: usize = 8;

/// The sites of the catalogue in which a company of this size has an office; the support desk comes last.
pub(super) fn sites(size: Size) -> Vec<usize> {
    let mut sites: Vec<usize> = match size {
        Size::Tiny => return vec![0],
        Size::Small => (0..3).collect(),
        Size::Medium => (0..6).collect(),
        Size::Large => (0..8).collect(),
    };
    sites.push(SUPPORT_DESK);
    sites
}

/// The offices in these sites, whose networks are given in the same order.
pub(super) fn offices(sites: &[usize], networks: &[Networks]) -> Vec<Office> {
    sites
        .iter()
        .zip(networks)
        .map(|(&site, networks)| (&SITES[site], networks))
        .map(|(site, networks)| Office {
            city: site.city.name,
            country: site.city.country,
            zone: site.zone,
            utc_offset_minutes: site.offset,
            first_address: networks.egress.first,
            addresses: networks.egress.count,
        })
        .collect()
}
