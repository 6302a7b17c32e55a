//! Who works there: members with department, title, manager, office, roles and habits; and guests.
//!
//! Roles that detectors and tests lean on are given by rule, so that every size has every persona.

use std::collections::BTreeSet;

use super::addresses::Networks;
use super::agents;
use super::catalogues::companies::COMPANIES;
use super::catalogues::departments::{DEPARTMENTS, ENGINEERING, EXECUTIVE, IT, LEGAL, SALES, SUPPORT};
use super::company::label;
use super::names;
use super::stream::{Chance, Stream};
use super::world::{Company, Office};
use crate::model::ids::{Kind, Minter};
use crate::model::person::{Person, Persona, Role};
use crate::model::spec::{Size, Specification};

/// What is needed of a person to draw days, and not told to anybody else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// Index into the departments of the catalogue; for guests, the one they work with.
    pub(super) department: u8,
    /// Local minute at which the working day begins.
    pub(super) start: u32,
    /// Minutes from then to its end, lunch included.
    pub(super) length: u32,
    /// Bit 0 is Monday: days worked at home.
    pub(super) home_days: u8,
    /// Activities as a percentage of the usual number.
    pub(super) intensity: u32,
    /// Works on a day of the weekend, per thousand.
    pub(super) weekends: u32,
    /// Does administrative work.
    pub(super) admin: bool,
    /// Works in shifts at the support desk abroad.
    pub(super) desk: bool,
}

/// Everybody, with their habits.
pub(super) struct Staff {
    pub(super) people: Vec<Person>,
    pub(super) habits: Vec<Habits>,
    /// Members of each department, its head first.
    pub(super) departments: Vec<Vec<u32>>,
}

/// Shares of the offices, in the order of the sites.
const OFFICE_WEIGHTS: [u32; 8] = [38, 18, 10, 14, 7, 7, 4, 3];
/// Titles of people in IT by what they administer.
const ADMIN_TITLES: [(Role, &str); 8] = [
    (Role::GlobalAdministrator, "Cloud Platform Administrator"),
    (Role::SecurityAdministrator, "Security Engineer"),
    (Role::CloudAppSecurityAdministrator, "Cloud Security Engineer"),
    (Role::UserAdministrator, "Identity Administrator"),
    (Role::ExchangeAdministrator, "Messaging Administrator"),
    (Role::SharePointAdministrator, "Collaboration Administrator"),
    (Role::ApplicationAdministrator, "Application Administrator"),
    (Role::SecurityOperator, "Security Analyst"),
];

/// Administrators on contract, who sit at the support desk abroad: two from small companies on.
pub(super) const fn desk_size(size: Size) -> u32 {
    match size {
        Size::Tiny => 0,
        Size::Small | Size::Medium | Size::Large => 2,
    }
}

const fn guest_count(size: Size) -> u32 {
    match size {
        Size::Tiny => 1,
        Size::Small => 3,
        Size::Medium => 20,
        Size::Large => 80,
    }
}

/// Everybody of a company.
pub(super) fn staff(
    spec: &Specification,
    ids: Minter,
    company: &Company,
    offices: &[Office],
    networks: &[Networks],
) -> Staff {
    let departments = seats(spec);
    let (members, guests) = (spec.size.users(), guest_count(spec.size));
    let mut hiring =
        Hiring { spec, ids, company, offices, networks, taken: BTreeSet::new(), homes: BTreeSet::new() };
    let mut staff = Staff { people: Vec::new(), habits: Vec::new(), departments };
    for index in 0..members + guests {
        let (person, habits) = hiring.hire(index, index >= members, &staff.departments);
        staff.people.push(person);
        staff.habits.push(habits);
    }
    appoint(spec, &mut staff);
    cast(spec, &mut staff, members);
    staff
}

/// Who sits in which department: index 0 is the head of the company, the others are shuffled.
fn seats(spec: &Specification) -> Vec<Vec<u32>> {
    let members = spec.size.users();
    let mut seats: Vec<u8> = Vec::with_capacity(members as usize);
    for (index, department) in (0u8..).zip(DEPARTMENTS) {
        let heads = if index == EXECUTIVE {
            members / 120
        } else {
            let support_desk = if index == IT { desk_size(spec.size) } else { 0 };
            (members * department.per_mille / 1_000).max(department.at_least) + support_desk
        };
        seats.extend((0..heads).map(|_| index));
    }
    // What rounding leaves over goes to the largest department.
    seats.resize(members as usize - 1, ENGINEERING);
    let mut chance = Stream::new(spec.seed, "company", 0, "seats");
    for last in (1..seats.len()).rev() {
        seats.swap(last, chance.below(last as u32 + 1) as usize);
    }
    let mut departments = vec![Vec::new(); DEPARTMENTS.len()];
    departments[usize::from(EXECUTIVE)].push(0);
    for (seat, index) in seats.into_iter().zip(1..) {
        departments[usize::from(seat)].push(index);
    }
    departments
}

struct Hiring<'a> {
    spec: &'a Specification,
    ids: Minter,
    company: &'a Company,
    offices: &'a [Office],
    networks: &'a [Networks],
    taken: BTreeSet<String>,
    homes: BTreeSet<u32>,
}

impl Hiring<'_> {
    fn stream(&self, index: u32, facet: &str) -> Stream {
        Stream::new(self.spec.seed, "person", u64::from(index), facet)
    }

    fn hire(&mut self, index: u32, guest: bool, departments: &[Vec<u32>]) -> (Person, Habits) {
        let department = if guest {
            SALES
        } else {
            (0u8..)
                .zip(departments)
                .find(|(_, of)| of.binary_search(&index).is_ok())
                .map_or(ENGINEERING, |found| found.0)
        };
        let head = departments[usize::from(department)].first() == Some(&index);
        // The last two of IT sit at the support desk, which is the last office.
        let desk = desk_size(self.spec.size) as usize;
        let contractor =
            departments[usize::from(IT)].iter().rev().take(desk).any(|&at| at == index) && !guest;
        let office = if contractor {
            self.offices.len() - 1
        } else if head || department == EXECUTIVE {
            0
        } else {
            self.stream(index, "office")
                .weighted(&OFFICE_WEIGHTS[..self.offices.len() - usize::from(desk > 0)])
        };
        let (given, surname) = self.name(index, self.offices[office].country);
        let upn = self.upn(index, guest, given, surname);
        let mut habits = self.habits(index, department);
        habits.desk = contractor;
        let person = Person {
            id: self.ids.guid(Kind::User, u64::from(index)),
            upn,
            display_name: format!("{given} {surname}"),
            given_name: given.to_owned(),
            surname: surname.to_owned(),
            department: if guest { "" } else { DEPARTMENTS[usize::from(department)].name },
            title: String::new(),
            manager: None,
            office: office as u16,
            roles: Vec::new(),
            persona: None,
            guest,
            disabled: false,
            password: names::password(&mut self.stream(index, "password")),
            home: self.home(index, office),
            agents: agents::draw(department, &mut self.stream(index, "agents")),
        };
        (person, habits)
    }

    fn name(&self, index: u32, country: &str) -> (&'static str, &'static str) {
        let mut chance = self.stream(index, "name");
        // One in eight has a name from elsewhere.
        let country = if chance.chance(Chance::of(1, 8)) {
            *chance.pick(&["US", "NL", "IN", "SG", "BR", "DE", "FR"])
        } else {
            country
        };
        names::draw(country, &mut chance)
    }

    fn upn(&mut self, index: u32, guest: bool, given: &str, surname: &str) -> String {
        let local = names::local_part(given, surname);
        let partner = guest.then(|| {
            let others: Vec<String> = COMPANIES
                .iter()
                .map(|name| label(name))
                .filter(|other| *other != self.company.label)
                .collect();
            // Guests come from a handful of partners.
            let first = Stream::new(self.spec.seed, "company", 0, "partners").below(others.len() as u32);
            let next = self.stream(index, "partner").below(5);
            others[(first + next) as usize % others.len()].clone()
        });
        (1u32..)
            .map(|number| {
                let number = if number == 1 { String::new() } else { number.to_string() };
                match &partner {
                    None => format!("{local}{number}@{}", self.company.domain),
                    Some(partner) => {
                        format!("{local}{number}_{partner}.example#EXT#@{}", self.company.domain)
                    }
                }
            })
            .find(|upn| self.taken.insert(upn.clone()))
            .unwrap_or_default()
    }

    fn habits(&self, index: u32, department: u8) -> Habits {
        let mut chance = self.stream(index, "habits");
        let start = 420 + chance.below(90) + chance.below(91);
        let length = 495 + chance.below(50);
        let often = [0, 0, 1, 2, 2, 3, 5][chance.below(7) as usize];
        let often = if department == EXECUTIVE { often.min(1) } else { often };
        let mut home_days = 0;
        for _ in 0..often {
            home_days |= 1 << chance.below(5);
        }
        let intensity = 50 + chance.below(51) + chance.below(51);
        let weekends = match department {
            EXECUTIVE => 300,
            IT | SUPPORT => 220,
            _ => 110,
        };
        Habits { department, start, length, home_days, intensity, weekends, admin: false, desk: false }
    }

    /// A home connection of its own, near the office.
    fn home(&mut self, index: u32, office: usize) -> u32 {
        let mut chance = self.stream(index, "home");
        let homes = &self.networks[office].homes;
        loop {
            let run = homes[chance.weighted(&[44, 24, 18, 14][..homes.len()])];
            let code = run.at(chance.below(run.count));
            if self.homes.insert(code) {
                return code;
            }
        }
    }
}

/// Titles and managers: the head of each department, leads for every nine, and the others below the leads.
fn appoint(spec: &Specification, staff: &mut Staff) {
    for (of, department) in staff.departments.iter().zip(DEPARTMENTS) {
        let executive = department.per_mille == 0;
        let leads = if executive || of.len() <= 12 { 0 } else { (of.len() - 1).div_ceil(10) };
        for (at, &index) in of.iter().enumerate() {
            let mut chance = Stream::new(spec.seed, "person", u64::from(index), "title");
            let (title, manager) = match at {
                0 if of.len() > 1 || executive => (department.head, (index != 0).then_some(0)),
                _ if executive || of.len() == 1 => (*chance.pick(department.titles), Some(0)),
                at if at <= leads => (department.lead, Some(of[0])),
                at if leads == 0 => (department.titles[at % department.titles.len()], Some(of[0])),
                at => {
                    let office = staff.people[index as usize].office;
                    let near =
                        of[1..=leads].iter().filter(|&&lead| staff.people[lead as usize].office == office);
                    let near: Vec<u32> = near.copied().collect();
                    let lead = if near.is_empty() { of[1 + at % leads] } else { near[at % near.len()] };
                    (*chance.pick(department.titles), Some(lead))
                }
            };
            let person = &mut staff.people[index as usize];
            person.title = title.to_owned();
            person.manager = manager;
        }
    }
}

/// Hands out personas and directory roles.
fn cast(spec: &Specification, staff: &mut Staff, members: u32) {
    let mut chance = Stream::new(spec.seed, "company", 0, "cast");
    let mut technicians = staff.departments[usize::from(IT)].clone();
    // The support desk does what administrators of users do, and nothing more.
    for _ in 0..desk_size(spec.size) {
        if let Some(index) = technicians.pop() {
            give(staff, index, Role::UserAdministrator);
            staff.people[index as usize].title = "Contract Administrator".to_owned();
        }
    }
    // The head of a larger department signs papers, not configurations.
    if technicians.len() > 3 {
        technicians.remove(0);
    }
    let mut take = |from: &mut Vec<u32>| from.swap_remove(chance.below(from.len() as u32) as usize);
    let admins = [
        (Persona::GlobalAdmin, Role::GlobalAdministrator),
        (Persona::SecurityAdmin, Role::SecurityAdministrator),
        (Persona::CloudAppSecurityAdmin, Role::CloudAppSecurityAdministrator),
    ];
    for (persona, role) in admins {
        let index = take(&mut technicians);
        staff.people[index as usize].persona = Some(persona);
        give(staff, index, role);
    }
    let reader = *staff.departments[usize::from(LEGAL)].last().unwrap_or(&0);
    staff.people[reader as usize].persona = Some(Persona::SecurityReader);
    staff.people[reader as usize].title = "Compliance Analyst".to_owned();
    staff.people[reader as usize].roles.push(Role::SecurityReader);

    let manages: BTreeSet<u32> = staff.people.iter().filter_map(|person| person.manager).collect();
    let mut ordinary: Vec<u32> = (1..members)
        .filter(|index| !manages.contains(index))
        .filter(|&index| !matches!(staff.habits[index as usize].department, EXECUTIVE | IT | LEGAL))
        .collect();
    let user = take(&mut ordinary);
    staff.people[user as usize].persona = Some(Persona::User);
    let leaver = take(&mut ordinary);
    staff.people[leaver as usize].persona = Some(Persona::Disabled);
    staff.people[leaver as usize].disabled = true;
    if let Some(guest) = staff.people.get_mut(members as usize) {
        guest.persona = Some(Persona::Guest);
    }

    for index in technicians {
        let mut chance = Stream::new(spec.seed, "person", u64::from(index), "role");
        if chance.chance(Chance::percent(35)) {
            let role = ADMIN_TITLES[chance.weighted(&[4, 10, 6, 30, 15, 15, 10, 10])].0;
            give(staff, index, role);
        }
    }
}

fn give(staff: &mut Staff, index: u32, role: Role) {
    let person = &mut staff.people[index as usize];
    person.roles.push(role);
    let lead = person.title == DEPARTMENTS[usize::from(IT)].lead
        || person.title == DEPARTMENTS[usize::from(IT)].head;
    if let Some((_, title)) = ADMIN_TITLES.iter().find(|(of, _)| *of == role).filter(|_| !lead) {
        person.title = (*title).to_owned();
    }
    staff.habits[index as usize].admin = true;
}
