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

/// How many office sites a company of this size has.
pub(super) const fn office_count(size: Size) -> usize {
    match size {
        Size::Tiny => 1,
        Size::Small => 3,
        Size::Medium => 6,
        Size::Large => 8,
    }
}

/// The offices; the index is that of the site in the catalogue.
pub(super) fn offices(size: Size, networks: &[Networks]) -> Vec<Office> {
    SITES
        .iter()
        .zip(networks)
        .take(office_count(size))
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
