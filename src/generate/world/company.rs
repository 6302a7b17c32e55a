//! The company's names.

use super::Company;
use crate::catalogue::companies::COMPANIES;
use crate::generate::birth::names::fold;
use crate::generate::stream::Stream;
use crate::model::spec::Specification;

/// Longest label that Entra ID takes for an initial domain.
const LONGEST_LABEL: usize = 27;

/// The company of a specification.
pub fn company(spec: &Specification) -> Company {
    let name = match &spec.name {
        Some(name) => name.clone(),
        None if spec.seed == 1 => COMPANIES[0].to_owned(),
        None => (*Stream::new(spec.seed, "company", 0, "name").pick(COMPANIES)).to_owned(),
    };
    let label = spec.settings.label.clone().unwrap_or_else(|| label(&name));
    let domain = spec.settings.domain.clone().unwrap_or_else(|| format!("{label}.onmicrosoft.com"));
    Company { name, label, domain }
}

/// The host label of a name: its lower-case letters, digits and inner hyphens; never empty.
pub(in crate::generate) fn label(name: &str) -> String {
    let mut label = fold(name);
    label.retain(|c| c.is_ascii_alphanumeric() || c == '-');
    label.truncate(LONGEST_LABEL);
    let label = label.trim_matches('-');
    if label.is_empty() { "company".to_owned() } else { label.to_owned() }
}
