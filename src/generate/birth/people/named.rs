//! People whom the specification knows by name: those on top of the drawn ones, and those who play personas.
//!
//! What can not be is refused before a world is made, see `specification`; here the nearest thing is done.

use super::{CompanyOutline, Staff, give};
use crate::catalogue::departments::{OPERATIONS, SALES};
use crate::generate::world::Office;
use crate::generate::world::branches::Branch;
use crate::model::index::PersonIx;
use crate::model::person::{Persona, Role};
use crate::model::spec::{PersonSpec, Specification};

/// The role without which a persona is none.
pub(in crate::generate) const fn role_of(persona: Persona) -> Option<Role> {
    match persona {
        Persona::GlobalAdmin => Some(Role::GlobalAdministrator),
        Persona::SecurityAdmin => Some(Role::SecurityAdministrator),
        Persona::CloudAppSecurityAdmin => Some(Role::CloudAppSecurityAdministrator),
        Persona::SecurityReader => Some(Role::SecurityReader),
        Persona::User | Persona::Guest | Persona::Disabled => None,
    }
}

/// A principal name in full, of what the specification says.
pub(super) fn principal_name(given: &str, domain: &str) -> Option<String> {
    let local = given.split('@').next().filter(|local| !local.is_empty())?;
    Some(format!("{}@{domain}", local.to_ascii_lowercase()))
}

/// Every principal name that the specification gives away: nobody who is drawn gets it.
pub(super) fn principal_names<'a>(
    spec: &'a Specification,
    domain: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let people = spec.settings.people.iter().filter_map(|person| person.upn.as_deref());
    let personas = spec.settings.personas.values().filter_map(|persona| persona.upn.as_deref());
    people.chain(personas).filter_map(|upn| principal_name(upn, domain))
}

/// The department that somebody works in, or with.
pub(super) fn department(branches: &[Branch], person: &PersonSpec, guest: bool) -> u8 {
    let wished = person.department.as_deref();
    let at = branches.iter().position(|branch| Some(&*branch.name) == wished);
    at.map_or(if guest { SALES } else { OPERATIONS }, |at| at as u8)
}

/// The office that somebody works in, where that is told.
pub(super) fn office(offices: &[Office], person: &PersonSpec) -> Option<usize> {
    let city = person.office.as_deref()?;
    offices.iter().position(|office| office.city == city)
}

/// Gives those who are known by name what is told about them, once everybody is there.
pub(super) fn introduce(ground: CompanyOutline<'_>, staff: &mut Staff) {
    let settings = &ground.spec.settings;
    let members = settings.people.iter().filter(|person| !person.guest);
    let guests = settings.people.iter().filter(|person| person.guest);
    let first_guest = ground.figures.members + ground.figures.guests;
    for (index, known) in (ground.figures.drawn..).zip(members).chain((first_guest..).zip(guests)) {
        let index = PersonIx::new(index);
        if let Some(persona) = known.persona {
            for other in staff.people.iter_mut().filter(|other| other.persona == Some(persona)) {
                other.persona = None;
            }
            staff.people[index.index()].persona = Some(persona);
        }
        let told = Role::ALL.into_iter().filter(|role| known.roles.iter().any(|name| name == role.name()));
        let mut roles: Vec<Role> = told.collect();
        if let Some(role) = known.persona.and_then(role_of) {
            roles.retain(|other| *other != role);
            roles.insert(0, role);
        }
        for role in roles {
            // Readers administer nothing.
            if role == Role::SecurityReader {
                staff.people[index.index()].roles.push(role);
            } else {
                give(ground, staff, index, role);
            }
        }
        let person = &mut staff.people[index.index()];
        person.disabled = known.disabled || known.persona == Some(Persona::Disabled);
        if let Some(title) = &known.title {
            person.title.clone_from(title);
        }
    }
    for (persona, told) in &settings.personas {
        let Some(person) = staff.people.iter_mut().find(|person| person.persona == Some(*persona)) else {
            continue;
        };
        if let Some(name) = &told.display_name {
            let (given, surname) = PersonSpec::names(name);
            person.given_name = given.to_owned();
            person.surname = surname.to_owned();
            person.display_name = name.trim().to_owned();
        }
        if let Some(upn) = told.upn.as_deref().and_then(|upn| principal_name(upn, &ground.company.domain)) {
            person.upn = upn;
        }
    }
}
