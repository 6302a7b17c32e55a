//! Those who may join the company from the start on: nobody knows of them before their account is made.

use super::{CompanyOutline, HEAD, Staff};
use crate::catalogue::departments::{EXECUTIVE, IT, LEGAL};
use crate::generate::stream::Stream;
use crate::generate::world::branches::Branch;
use crate::model::index::{OfficeIx, PersonIx};
use crate::model::person::Person;

/// The department that a newcomer joins: the larger ones hire more. Executives, IT and Legal keep those whom they have.
pub(super) fn department(ground: CompanyOutline<'_>, index: PersonIx) -> u8 {
    let hires = |branch: &Branch| !matches!(branch.work, EXECUTIVE | IT | LEGAL);
    let weights: Vec<u32> =
        ground.branches.iter().map(|branch| if hires(branch) { branch.members } else { 0 }).collect();
    let total: u32 = weights.iter().sum();
    let mut chance = Stream::new(ground.spec.seed, "person", index.ordinal(), "joins");
    if total == 0 { ground.rest } else { chance.weighted(&weights) as u8 }
}

/// Titles and managers of the newcomers, once everybody else has theirs.
pub(super) fn appoint(ground: CompanyOutline<'_>, staff: &mut Staff) {
    let first = ground.figures.at_birth;
    for index in (first..first + ground.figures.newcomers).map(PersonIx::new) {
        let department = staff.habits[index.index()].department;
        let branch = &ground.branches[usize::from(department)];
        let mut chance = Stream::new(ground.spec.seed, "person", index.ordinal(), "title");
        let office = staff.people[index.index()].office;
        let manager = manager(&staff.people, &staff.departments, branch, department, office);
        let person = &mut staff.people[index.index()];
        person.title = chance.pick(&branch.titles).to_string();
        person.manager = Some(manager);
    }
}

/// Whom somebody who comes to a department works for: a lead in the same office, any lead, or its head.
pub(in crate::generate) fn manager(
    people: &[Person],
    departments: &[Vec<PersonIx>],
    branch: &Branch,
    department: u8,
    office: OfficeIx,
) -> PersonIx {
    let of = &departments[usize::from(department)];
    let leads = || of.iter().copied().filter(|at| people[at.index()].title == branch.lead);
    let near = leads().find(|at| people[at.index()].office == office);
    near.or_else(|| leads().next()).or_else(|| of.first().copied()).unwrap_or(HEAD)
}
