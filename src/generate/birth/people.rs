//! Who works there: members with department, title, manager, office, roles and habits; and guests.
//!
//! Roles that detectors and tests lean on are given by rule, so that every size has every persona.

mod named;
pub(in crate::generate) mod newcomers;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::names;
use crate::catalogue::companies::COMPANIES;
use crate::catalogue::departments::{ENGINEERING, EXECUTIVE, IT, LEGAL, OPERATIONS, SALES, SUPPORT};
use crate::generate::stream::{Chance, Stream, log_normal};
use crate::generate::world::addresses::Networks;
use crate::generate::world::agents;
use crate::generate::world::branches::Branch;
use crate::generate::world::company::label;
use crate::generate::world::figures::Figures;
use crate::generate::world::{Company, Office};
use crate::model::ids::{Kind, Minter};
use crate::model::index::{AddressCode, OfficeIx, PersonIx};
use crate::model::person::{Person, Persona, Role};
use crate::model::spec::{PersonSpec, Specification};

/// What is needed of a person to draw days, and not told to anybody else.
#[derive(Clone, Copy, Debug)]
pub(in crate::generate) struct Habits {
    /// Index of the department in `World::branches`; for guests, the one they work with.
    pub(in crate::generate) department: u8,
    /// Index of the department of the catalogue whose work this is.
    pub(in crate::generate) work: u8,
    /// Local minute at which the working day begins.
    pub(in crate::generate) start: u32,
    /// Minutes from then to its end, lunch included.
    pub(in crate::generate) length: u32,
    /// Bit 0 is Monday: days worked at home.
    pub(in crate::generate) home_days: u8,
    /// Activities as a percentage of the usual number.
    pub(in crate::generate) intensity: u32,
    /// Works on a day of the weekend, per thousand.
    pub(in crate::generate) weekends: u32,
    /// Does administrative work.
    pub(in crate::generate) admin: bool,
    /// Works in shifts at the support desk abroad.
    pub(in crate::generate) desk: bool,
}

/// Everybody, with their habits.
pub(in crate::generate) struct Staff {
    pub(in crate::generate) people: Vec<Person>,
    pub(in crate::generate) habits: Vec<Habits>,
    /// Members of each department, its head first.
    pub(in crate::generate) departments: Vec<Vec<PersonIx>>,
}

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

/// The head of the company.
const HEAD: PersonIx = PersonIx::new(0);

/// How often a connection that nobody has is looked for.
const MOST_TRIES: u32 = 64;

/// What a company is before anybody works there.
#[derive(Clone, Copy)]
pub(in crate::generate) struct CompanyOutline<'a> {
    pub(in crate::generate) spec: &'a Specification,
    pub(in crate::generate) figures: &'a Figures,
    pub(in crate::generate) branches: &'a [Branch],
    /// The department that gets those whom rounding leaves over.
    pub(in crate::generate) rest: u8,
    pub(in crate::generate) ids: Minter,
    pub(in crate::generate) company: &'a Company,
    pub(in crate::generate) offices: &'a [Office],
    /// Shares of the offices, the support desk left out.
    pub(in crate::generate) weights: &'a [u32],
    pub(in crate::generate) networks: &'a [Networks],
}

/// How many people are hired between two looks at whether that is still wanted.
const CROWD: usize = 1_000;

/// Everybody of a company: drawn members, members known by name, drawn guests, guests known by name; then those who may
/// join later, and the guests who may be invited. `None` if `wanted` says no on the way.
pub(in crate::generate) fn staff(
    ground: CompanyOutline<'_>,
    wanted: &mut dyn FnMut() -> bool,
) -> Option<Staff> {
    let CompanyOutline { spec, figures, .. } = ground;
    let departments = seats(ground);
    let taken = named::principal_names(spec, &ground.company.domain).collect();
    let mut hiring = Hiring { ground, taken, homes: BTreeSet::new() };
    let mut staff = Staff { people: Vec::new(), habits: Vec::new(), departments };
    let of_kind = |guest: bool| spec.settings.people.iter().filter(move |person| person.guest == guest);
    let members = (0..figures.drawn).map(|_| None).chain(of_kind(false).map(Some));
    let guests = (0..figures.guests).map(|_| None).chain(of_kind(true).map(Some));
    let later = |guest: bool, count: u32| (0..count).map(move |_| (guest, None));
    let everybody = members.map(|known| (false, known)).chain(guests.map(|known| (true, known)));
    let everybody = everybody.chain(later(false, figures.newcomers)).chain(later(true, figures.later_guests));
    for (index, (guest, known)) in PersonIx::numbered(everybody) {
        if index.index() % CROWD == CROWD - 1 && !wanted() {
            return None;
        }
        let (person, habits) = hiring.hire(index, guest, known, &staff.departments);
        staff.people.push(person);
        staff.habits.push(habits);
    }
    for (index, habits) in (figures.drawn..figures.members).zip(&staff.habits[figures.drawn as usize..]) {
        let index = PersonIx::new(index);
        staff.departments[usize::from(habits.department)].push(index);
    }
    wanted().then_some(())?;
    appoint(ground, &mut staff);
    wanted().then_some(())?;
    cast(ground, &mut staff);
    named::introduce(ground, &mut staff);
    newcomers::appoint(ground, &mut staff);
    Some(staff)
}

/// Who sits in which department: index 0 is the head of the company, the others are shuffled.
fn seats(ground: CompanyOutline<'_>) -> Vec<Vec<PersonIx>> {
    let members = ground.figures.drawn;
    let mut seats: Vec<u8> = Vec::with_capacity(members as usize);
    for (index, branch) in (0u8..).zip(ground.branches) {
        seats.extend((0..branch.members).map(|_| index));
    }
    // What rounding leaves over goes to the largest department.
    seats.resize(members as usize - 1, ground.rest);
    let mut chance = Stream::new(ground.spec.seed, "company", 0, "seats");
    for last in (1..seats.len()).rev() {
        seats.swap(last, chance.below(last as u32 + 1) as usize);
    }
    let mut departments = vec![Vec::new(); ground.branches.len()];
    departments[usize::from(EXECUTIVE)].push(PersonIx::new(0));
    for (seat, index) in seats.into_iter().zip((1..).map(PersonIx::new)) {
        departments[usize::from(seat)].push(index);
    }
    departments
}

struct Hiring<'a> {
    ground: CompanyOutline<'a>,
    taken: BTreeSet<String>,
    homes: BTreeSet<AddressCode>,
}

impl Hiring<'_> {
    fn stream(&self, index: PersonIx, facet: &str) -> Stream {
        Stream::new(self.ground.spec.seed, "person", index.ordinal(), facet)
    }

    fn hire(
        &mut self,
        index: PersonIx,
        guest: bool,
        known: Option<&PersonSpec>,
        departments: &[Vec<PersonIx>],
    ) -> (Person, Habits) {
        let CompanyOutline { figures, branches, offices, .. } = self.ground;
        let department = match known {
            Some(known) => named::department(branches, known, guest),
            None if guest => SALES,
            None if index.get() >= figures.at_birth => newcomers::department(self.ground, index),
            None => (0u8..)
                .zip(departments)
                .find(|(_, of)| of.binary_search(&index).is_ok())
                .map_or(ENGINEERING, |found| found.0),
        };
        let head = departments[usize::from(department)].first() == Some(&index);
        // The last two of IT sit at the support desk, which is the last office.
        let desk = figures.desk as usize;
        let contractor =
            departments[usize::from(IT)].iter().rev().take(desk).any(|&at| at == index) && !guest;
        let wished = known.and_then(|known| named::office(offices, known));
        let office = if contractor {
            offices.len() - 1
        } else if let Some(office) = wished {
            office
        } else if head || department == EXECUTIVE {
            0
        } else {
            self.stream(index, "office").weighted(self.ground.weights)
        };
        let (given, surname) = match known {
            Some(known) => PersonSpec::names(&known.display_name),
            None => self.name(index, &offices[office].country),
        };
        let upn = known
            .and_then(|known| named::principal_name(known.upn.as_deref()?, &self.ground.company.domain))
            .unwrap_or_else(|| self.upn(index, guest, given, surname));
        let mut habits = self.habits(index, department);
        habits.desk = contractor;
        let person = Person {
            id: self.ground.ids.guid(Kind::User, index.ordinal()),
            upn,
            display_name: known
                .map_or_else(|| format!("{given} {surname}"), |known| known.display_name.trim().to_owned()),
            given_name: given.to_owned(),
            surname: surname.to_owned(),
            department: if guest {
                Cow::Borrowed("")
            } else {
                branches[usize::from(department)].name.clone()
            },
            title: String::new(),
            manager: None,
            office: OfficeIx::new(office as u16),
            roles: Vec::new(),
            persona: None,
            guest,
            disabled: false,
            password: names::password(&mut self.stream(index, "password")),
            home: self.home(index, office),
            agents: agents::draw(habits.work, &mut self.stream(index, "agents")),
        };
        (person, habits)
    }

    fn name(&self, index: PersonIx, country: &str) -> (&'static str, &'static str) {
        let mut chance = self.stream(index, "name");
        // One in eight has a name from elsewhere.
        let country = if chance.chance(Chance::of(1, 8)) {
            *chance.pick(&["US", "NL", "IN", "SG", "BR", "DE", "FR"])
        } else {
            country
        };
        names::draw(country, &mut chance)
    }

    fn upn(&mut self, index: PersonIx, guest: bool, given: &str, surname: &str) -> String {
        let local = names::local_part(given, surname);
        let partner = guest.then(|| {
            let others: Vec<String> = COMPANIES
                .iter()
                .map(|name| label(name))
                .filter(|other| *other != self.ground.company.label)
                .collect();
            // Guests come from a handful of partners.
            let first =
                Stream::new(self.ground.spec.seed, "company", 0, "partners").below(others.len() as u32);
            let next = self.stream(index, "partner").below(5);
            others[(first + next) as usize % others.len()].clone()
        });
        (1u32..)
            .map(|number| {
                let number = if number == 1 { String::new() } else { number.to_string() };
                match &partner {
                    None => format!("{local}{number}@{}", self.ground.company.domain),
                    Some(partner) => {
                        format!("{local}{number}_{partner}.example#EXT#@{}", self.ground.company.domain)
                    }
                }
            })
            .find(|upn| self.taken.insert(upn.clone()))
            .unwrap_or_default()
    }

    fn habits(&self, index: PersonIx, department: u8) -> Habits {
        let mut chance = self.stream(index, "habits");
        let work = self.ground.branches[usize::from(department)].work;
        let start = 420 + chance.below(90) + chance.below(91);
        let length = 495 + chance.below(50);
        let often = [0, 0, 1, 2, 2, 3, 5][chance.below(7) as usize];
        let often = if work == EXECUTIVE { often.min(1) } else { often };
        let mut home_days = 0;
        for _ in 0..often {
            home_days |= 1 << chance.below(5);
        }
        let intensity = self.intensity(index, work);
        let weekends = match work {
            EXECUTIVE => 300,
            IT | SUPPORT => 220,
            _ => 110,
        };
        let weekends = (weekends * self.ground.figures.weekends / 100).min(1_000);
        Habits { department, work, start, length, home_days, intensity, weekends, admin: false, desk: false }
    }

    /// Activities as a percentage of the usual number: many have few, a few have many. Evenly over the quantiles, so that
    /// even a small company has the volume that its size promises.
    fn intensity(&self, index: PersonIx, work: u8) -> u32 {
        let phase = Stream::new(self.ground.spec.seed, "company", 0, "busy").bits() as u32;
        let quantile = phase.wrapping_add(index.get().wrapping_mul(0x9e37_79b9));
        let drawn = log_normal(quantile);
        // Steeper than drawn, since weekends, errands and slips come alike to all.
        let busy = (3 * (3 * drawn + drawn * drawn / 1_000) / 16).min(7_000);
        let department = match work {
            SALES => 140,
            SUPPORT => 130,
            EXECUTIVE | IT => 110,
            OPERATIONS => 50,
            _ => 95,
        };
        busy * department / 1_000
    }

    /// A home connection of its own, near the office.
    fn home(&mut self, index: PersonIx, office: usize) -> AddressCode {
        let mut chance = self.stream(index, "home");
        let homes = &self.ground.networks[office].homes;
        let mut tries = 0;
        loop {
            let run = homes[chance.weighted(&[44, 24, 18, 14][..homes.len()])];
            let code = run.at(chance.below(run.count));
            tries += 1;
            // Where more people live than there are connections, some share one.
            if self.homes.insert(code) || tries == MOST_TRIES {
                return code;
            }
        }
    }
}

/// Titles and managers: the head of each department, leads for every nine, and the others below the leads.
fn appoint(ground: CompanyOutline<'_>, staff: &mut Staff) {
    for (at, (of, branch)) in staff.departments.iter().zip(ground.branches).enumerate() {
        let executive = at == usize::from(EXECUTIVE);
        let leads = if executive || of.len() <= 12 { 0 } else { (of.len() - 1).div_ceil(10) };
        for (at, &index) in of.iter().enumerate() {
            let mut chance = Stream::new(ground.spec.seed, "person", index.ordinal(), "title");
            let (title, manager) = match at {
                0 if of.len() > 1 || executive => (&branch.head, (index != HEAD).then_some(HEAD)),
                _ if executive || of.len() == 1 => (chance.pick(&branch.titles), Some(HEAD)),
                at if at <= leads => (&branch.lead, Some(of[0])),
                at if leads == 0 => (&branch.titles[at % branch.titles.len()], Some(of[0])),
                at => {
                    let office = staff.people[index.index()].office;
                    let near =
                        of[1..=leads].iter().filter(|&&lead| staff.people[lead.index()].office == office);
                    let near: Vec<PersonIx> = near.copied().collect();
                    let lead = if near.is_empty() { of[1 + at % leads] } else { near[at % near.len()] };
                    (chance.pick(&branch.titles), Some(lead))
                }
            };
            let person = &mut staff.people[index.index()];
            person.title = title.to_string();
            person.manager = manager;
        }
    }
}

/// Hands out personas and directory roles among those who are drawn.
fn cast(ground: CompanyOutline<'_>, staff: &mut Staff) {
    let CompanyOutline { spec, figures, .. } = ground;
    let mut chance = Stream::new(spec.seed, "company", 0, "cast");
    let drawn = |department: u8, staff: &Staff| -> Vec<PersonIx> {
        let all = &staff.departments[usize::from(department)];
        all.iter().copied().filter(|index| index.get() < figures.drawn).collect()
    };
    let mut technicians = drawn(IT, staff);
    // The support desk does what administrators of users do, and nothing more.
    for _ in 0..figures.desk {
        if let Some(index) = technicians.pop() {
            give(ground, staff, index, Role::UserAdministrator);
            staff.people[index.index()].title = "Contract Administrator".to_owned();
        }
    }
    // The head of a larger department signs papers, not configurations.
    if technicians.len() > 3 {
        technicians.remove(0);
    }
    let mut take = |from: &mut Vec<PersonIx>| from.swap_remove(chance.below(from.len() as u32) as usize);
    let admins = [
        (Persona::GlobalAdmin, Role::GlobalAdministrator),
        (Persona::SecurityAdmin, Role::SecurityAdministrator),
        (Persona::CloudAppSecurityAdmin, Role::CloudAppSecurityAdministrator),
    ];
    for (persona, role) in admins {
        let index = take(&mut technicians);
        staff.people[index.index()].persona = Some(persona);
        give(ground, staff, index, role);
    }
    let reader = drawn(LEGAL, staff).last().copied().unwrap_or(HEAD);
    staff.people[reader.index()].persona = Some(Persona::SecurityReader);
    staff.people[reader.index()].title = "Compliance Analyst".to_owned();
    staff.people[reader.index()].roles.push(Role::SecurityReader);

    let manages: BTreeSet<PersonIx> = staff.people.iter().filter_map(|person| person.manager).collect();
    let mut ordinary: Vec<PersonIx> = (1..figures.drawn)
        .map(PersonIx::new)
        .filter(|index| !manages.contains(index))
        .filter(|&index| !matches!(staff.habits[index.index()].department, EXECUTIVE | IT | LEGAL))
        .collect();
    let user = take(&mut ordinary);
    staff.people[user.index()].persona = Some(Persona::User);
    let leaver = take(&mut ordinary);
    staff.people[leaver.index()].persona = Some(Persona::Disabled);
    staff.people[leaver.index()].disabled = true;
    if let Some(guest) = staff.people.get_mut(figures.members as usize) {
        guest.persona = Some(Persona::Guest);
    }

    for index in technicians {
        let mut chance = Stream::new(spec.seed, "person", index.ordinal(), "role");
        if chance.chance(Chance::percent(35)) {
            let role = ADMIN_TITLES[chance.weighted(&[4, 10, 6, 30, 15, 15, 10, 10])].0;
            give(ground, staff, index, role);
        }
    }
}

fn give(ground: CompanyOutline<'_>, staff: &mut Staff, index: PersonIx, role: Role) {
    let person = &mut staff.people[index.index()];
    person.roles.push(role);
    let it = &ground.branches[usize::from(IT)];
    let lead = person.title == it.lead || person.title == it.head;
    if let Some((_, title)) = ADMIN_TITLES.iter().find(|(of, _)| *of == role).filter(|_| !lead) {
        person.title = (*title).to_owned();
    }
    staff.habits[index.index()].admin = true;
}
