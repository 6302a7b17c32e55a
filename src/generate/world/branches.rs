//! The departments of a company: the ten of the catalogue, then those that only the specification knows.
//!
//! The catalogue's keep their places even where nobody is in them: executives, IT and legal are needed by every
//! tenant. What a department of its own does is what one of the catalogue does.

use std::borrow::Cow;

use super::figures::Figures;
use crate::catalogue::departments::{DEPARTMENTS, ENGINEERING, EXECUTIVE, IT, LEGAL, OPERATIONS};
use crate::model::spec::{DepartmentSpec, Specification};

/// A department of a company.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Name.
    pub name: Cow<'static, str>,
    /// Host-safe short name, for its site.
    pub(in crate::generate) label: Cow<'static, str>,
    /// Members.
    pub(in crate::generate) members: u32,
    /// Title of its head.
    pub(in crate::generate) head: Cow<'static, str>,
    /// Title of a team lead.
    pub(in crate::generate) lead: Cow<'static, str>,
    /// Titles of everybody else.
    pub(in crate::generate) titles: Vec<Cow<'static, str>>,
    /// The department of the catalogue whose work it does.
    pub(in crate::generate) work: u8,
}

/// The departments, each with as many members as it gets, the head of the company not counted; and which of them
/// gets those that rounding leaves over.
pub(in crate::generate) fn branches(spec: &Specification, figures: &Figures) -> (Vec<Branch>, u8) {
    let mut all: Vec<Branch> = (0u8..).zip(DEPARTMENTS).map(|(index, _)| catalogued(index)).collect();
    let mut weights: Vec<u32> = DEPARTMENTS.iter().map(|department| department.per_mille).collect();
    let mut least: Vec<u32> = DEPARTMENTS.iter().map(|department| department.at_least).collect();
    least[usize::from(EXECUTIVE)] = 0;
    let mut whole = 1_000;
    if let Some(own) = &spec.settings.departments {
        weights.fill(0);
        least.fill(0);
        for department in own {
            let at = place(&mut all, department);
            weights.resize(all.len(), 0);
            least.resize(all.len(), 0);
            weights[at] = weight(department);
            dress(&mut all[at], department);
        }
        whole = weights.iter().sum::<u32>().max(1);
        least[usize::from(IT)] = 3;
        least[usize::from(LEGAL)] = 1;
        // Somebody must be left for the personas that hold no role.
        least[largest(&all, &weights)] = 3;
    }
    let seats = figures.drawn - 1;
    for (at, branch) in all.iter_mut().enumerate() {
        let share = (u64::from(figures.drawn) * u64::from(weights[at]) / u64::from(whole)) as u32;
        branch.members = share.max(least[at]);
        if at == usize::from(IT) {
            branch.members += figures.desk;
            least[at] += figures.desk;
        }
    }
    all[usize::from(EXECUTIVE)].members += figures.drawn / 120;
    // What is taken too much comes from the last ones.
    let mut over = all.iter().map(|branch| branch.members).sum::<u32>().saturating_sub(seats);
    for (branch, least) in all.iter_mut().zip(least).rev() {
        let gives = over.min(branch.members.saturating_sub(least));
        branch.members -= gives;
        over -= gives;
    }
    let rest = largest(&all, &weights) as u8;
    (all, rest)
}

/// The weight of a department that does not say.
pub const WEIGHT: u32 = 100;

fn weight(department: &DepartmentSpec) -> u32 {
    let known = DEPARTMENTS.iter().find(|known| known.name == department.name);
    department.weight.unwrap_or_else(|| known.map_or(WEIGHT, |known| known.per_mille))
}

/// The largest by weight of those whose members hold no role by rule.
fn largest(all: &[Branch], weights: &[u32]) -> usize {
    let ordinary = |at: &usize| !matches!(all[*at].work, EXECUTIVE | IT | LEGAL);
    // `max_by_key` takes the last maximum: reversed, so that the first of equal ones wins.
    (0..all.len()).rev().filter(ordinary).max_by_key(|&at| weights[at]).unwrap_or(usize::from(ENGINEERING))
}

fn catalogued(index: u8) -> Branch {
    let department = &DEPARTMENTS[usize::from(index)];
    Branch {
        name: department.name.into(),
        label: department.label.into(),
        members: 0,
        head: department.head.into(),
        lead: department.lead.into(),
        titles: department.titles.iter().map(|title| Cow::Borrowed(*title)).collect(),
        work: index,
    }
}

/// The place of a department among all; a new one, if need be.
fn place(all: &mut Vec<Branch>, department: &DepartmentSpec) -> usize {
    if let Some(at) = all.iter().position(|branch| branch.name == department.name) {
        return at;
    }
    let like = department.like.as_deref();
    let work = DEPARTMENTS.iter().position(|known| Some(known.name) == like);
    let mut branch = catalogued(work.map_or(OPERATIONS, |at| at as u8));
    branch.label = department.name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().into();
    if branch.label.is_empty() {
        branch.label = format!("Department{}", all.len()).into();
    }
    branch.head = format!("Head of {}", department.name).into();
    branch.lead = format!("{} Manager", department.name).into();
    branch.name = department.name.clone().into();
    all.push(branch);
    all.len() - 1
}

fn dress(branch: &mut Branch, department: &DepartmentSpec) {
    if let Some(head) = &department.head {
        branch.head = head.clone().into();
    }
    if let Some(lead) = &department.lead {
        branch.lead = lead.clone().into();
    }
    if !department.titles.is_empty() {
        branch.titles = department.titles.iter().map(|title| title.clone().into()).collect();
    }
}

/// The departments of the catalogue, with the weights that they have there.
pub fn known() -> impl Iterator<Item = (&'static str, u32)> {
    DEPARTMENTS.iter().map(|department| (department.name, department.per_mille))
}

/// True if somebody must be in a department like this one of the catalogue, and its people hold roles by rule.
pub fn is_needed(name: &str) -> bool {
    [EXECUTIVE, IT, LEGAL].iter().any(|&at| DEPARTMENTS[usize::from(at)].name == name)
}
