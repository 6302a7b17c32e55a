//! Checks of named people: unknown departments or offices, names that are taken, impossible personas.

use std::collections::BTreeSet;

use super::read::Reader;
use crate::generate::world::{branches, company, sites};
use crate::model::person::Persona;
use crate::model::spec::{PersonSpec, Specification};

/// Notes what is wrong with people and personas.
pub(super) fn check(spec: &Specification, reader: &mut Reader) {
    let domain = company::company(spec).domain;
    let mut names = BTreeSet::new();
    let mut personas = BTreeSet::new();
    for (at, person) in spec.settings.people.iter().enumerate() {
        let path = format!("people[{at}]");
        employment(spec, person, &path, reader);
        part(person, &path, reader);
        if let Some(persona) = person.persona.filter(|persona| !personas.insert(*persona)) {
            reader.contradiction(&format!("{path}.persona"), format!("two people play {}", persona.name()));
        }
        if let Some(upn) = &person.upn {
            principal_name(upn, &domain, &mut names, &format!("{path}.upn"), reader);
        }
    }
    for (persona, told) in &spec.settings.personas {
        let path = format!("personas.{}", persona.name());
        if personas.contains(persona) {
            let told = format!("somebody in people plays {}: name them there", persona.name());
            reader.contradiction(&path, told);
        } else if *persona == Persona::Guest && spec.settings.guests == Some(0) {
            reader.contradiction(&path, "there are no guests to play it".to_owned());
        }
        match &told.upn {
            Some(_) if *persona == Persona::Guest => {
                reader.contradiction(&format!("{path}.upn"), guests_have())
            }
            Some(upn) => principal_name(upn, &domain, &mut names, &format!("{path}.upn"), reader),
            None => {}
        }
    }
}

fn employment(spec: &Specification, person: &PersonSpec, path: &str, reader: &mut Reader) {
    if let Some(department) = &person.department {
        let known = departments(spec);
        if !known.contains(department) {
            let got = format!("{department:?}");
            reader.value(&format!("{path}.department"), format!("one of {}", known.join(", ")), got);
        }
    }
    if let Some(office) = &person.office {
        let known = sites::cities(spec);
        if !known.contains(office) {
            let got = format!("{office:?}");
            reader.value(&format!("{path}.office"), format!("one of {}", known.join(", ")), got);
        }
    }
}

fn departments(spec: &Specification) -> Vec<String> {
    match &spec.settings.departments {
        None => branches::known().map(|known| known.0.to_owned()).collect(),
        Some(given) => {
            let needed = branches::known().filter(|known| branches::is_needed(known.0));
            let mut all: Vec<String> = given.iter().map(|department| department.name.clone()).collect();
            for (name, _) in needed {
                if !all.iter().any(|known| known == name) {
                    all.push(name.to_owned());
                }
            }
            all
        }
    }
}

/// What somebody is in the tenant.
fn part(person: &PersonSpec, path: &str, reader: &mut Reader) {
    if person.guest {
        if person.upn.is_some() {
            reader.contradiction(&format!("{path}.upn"), guests_have());
        }
        if !person.roles.is_empty() {
            reader.contradiction(&format!("{path}.roles"), "guests hold no roles here".to_owned());
        }
    }
    let Some(persona) = person.persona else { return };
    let at = format!("{path}.persona");
    if (persona == Persona::Guest) != person.guest {
        let told = if person.guest { "a guest can only play guest" } else { "only a guest can play guest" };
        reader.contradiction(&at, told.to_owned());
    }
    if person.disabled && persona != Persona::Disabled {
        let told = format!("the account is disabled, and {} signs in", persona.name());
        reader.contradiction(&at, told);
    }
    if matches!(persona, Persona::User | Persona::Disabled) && !person.roles.is_empty() {
        reader.contradiction(&format!("{path}.roles"), format!("{} holds no roles", persona.name()));
    }
}

fn guests_have() -> String {
    "guests have principal names that are made of their own organisation's".to_owned()
}

fn principal_name(upn: &str, domain: &str, names: &mut BTreeSet<String>, path: &str, reader: &mut Reader) {
    let (local, of) = upn.split_once('@').unwrap_or((upn, domain));
    if !of.eq_ignore_ascii_case(domain) {
        reader.value(path, format!("a name in the company's domain, {domain}"), format!("{upn:?}"));
    }
    if !names.insert(local.to_ascii_lowercase()) {
        reader.contradiction(path, format!("two people are called {local}"));
    }
}
