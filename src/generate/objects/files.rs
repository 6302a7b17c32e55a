//! Files and the libraries that hold them: pure functions of an object number, no table per file.
//!
//! Object numbers count libraries first (every person's OneDrive, then the sites), then files within one. What a
//! file is called follows from its number by mixed radix, so that no two files of a library share a path.

use super::paths;
use super::targets::Place;
use crate::catalogue::companies::COMPANIES;
use crate::catalogue::departments::{
    COMMON_TOPICS, DEPARTMENTS, ENGINEERING, HUMAN_RESOURCES, OPERATIONS, QUALIFIERS,
};
use crate::catalogue::words::PROJECTS;
use crate::generate::birth::names;
use crate::generate::birth::people::{CompanyOutline, Staff};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::company::label;
use crate::generate::world::{File, World};
use crate::model::activity::Event;
use crate::model::ids::Kind;
use crate::model::index::{ObjectNo, PersonIx};
use crate::model::spec::Size;

/// Files of one library.
pub(in crate::generate) const FILES: u32 = (12 + COMMON_TOPICS.len() as u32) * QUALIFIERS.len() as u32;

/// A site that holds files.
#[derive(Clone, Debug)]
pub(in crate::generate) struct Library {
    /// Display name.
    pub(in crate::generate) name: String,
    /// Path segment below `/sites/`.
    pub(in crate::generate) label: String,
    /// Index of the department of the catalogue whose topics its files are about.
    pub(in crate::generate) department: u8,
    /// Who owns it.
    pub(in crate::generate) owner: PersonIx,
}

/// The projects that a company of this size runs.
pub(in crate::generate) fn projects(size: Size) -> &'static [&'static str] {
    match size {
        Size::Tiny => &PROJECTS[..2],
        Size::Small => &PROJECTS[..4],
        Size::Medium => &PROJECTS[..14],
        Size::Large => PROJECTS,
    }
}

/// The sites of a company: the intranet, one for each staffed department, office and project; then those that may be
/// founded later.
pub(in crate::generate) fn libraries(ground: CompanyOutline<'_>, staff: &Staff) -> Vec<Library> {
    let head = PersonIx::new(0);
    let lead = |department: u8| staff.departments[usize::from(department)].first().copied().unwrap_or(head);
    let site = |name: String, department: u8, owner: PersonIx| {
        let label = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        Library { name, label, department, owner }
    };
    let mut all = vec![site("Intranet".to_owned(), HUMAN_RESOURCES, head)];
    for (index, branch) in (0u8..).zip(ground.branches) {
        if !staff.departments[usize::from(index)].is_empty() {
            let mut library = site(branch.name.to_string(), branch.work, lead(index));
            library.label = branch.label.to_string();
            all.push(library);
        }
    }
    for office in ground.offices {
        all.push(site(format!("Office {}", names::fold_case(&office.city)), OPERATIONS, lead(OPERATIONS)));
    }
    let mut chance = Stream::new(ground.spec.seed, "company", 0, "projects");
    // Where nobody is in engineering, those who are most own the projects.
    let engineers = [usize::from(ENGINEERING), usize::from(ground.rest)];
    let engineers = engineers.map(|at| &staff.departments[at]).into_iter().find(|of| !of.is_empty());
    let first = projects(ground.figures.scale);
    let mut project = |name: String| {
        let owner = engineers.map_or(head, |engineers| *chance.pick(engineers));
        all.push(site(format!("Project {name}"), ENGINEERING, owner));
    };
    first.iter().for_each(|name| project((*name).to_owned()));
    // Later ones take the next names; once all are taken, the first ones come again.
    for at in (first.len()..).take(ground.figures.later_sites as usize) {
        let again = if at < PROJECTS.len() { "" } else { " II" };
        project(format!("{}{again}", PROJECTS[at % PROJECTS.len()]));
    }
    all
}

/// How many libraries there are: a OneDrive each, then the sites.
pub(in crate::generate) fn library_count(world: &World) -> u32 {
    (world.people.len() + world.libraries.len()) as u32
}

/// The number of somebody's OneDrive as a library.
pub(in crate::generate) fn onedrive(person: PersonIx) -> u32 {
    person.get()
}

/// The number of the `index`th site as a library.
pub(in crate::generate) fn site_library(world: &World, index: u32) -> u32 {
    world.people.len() as u32 + index % world.libraries.len() as u32
}

/// The object number of the `index`th file of a library.
pub(in crate::generate) fn object(library: u32, index: u32) -> ObjectNo {
    ObjectNo::new(1 + library * FILES + index % FILES)
}

/// The next file of the same library, round.
pub(in crate::generate) fn next(world: &World, file: ObjectNo) -> ObjectNo {
    let (library, index) = split(world, file);
    paths::like(file, object(library, index + 1))
}

fn split(world: &World, object: ObjectNo) -> (u32, u32) {
    let number = paths::plain(object).get().saturating_sub(1) % (library_count(world) * FILES);
    (number / FILES, number % FILES)
}

/// Whether a file is in somebody's OneDrive.
pub(in crate::generate) fn in_onedrive(world: &World, object: ObjectNo) -> bool {
    paths::owner_of_onedrive(world, split(world, object).0).is_some()
}

/// See [`World::file`].
pub(in crate::generate) fn file(world: &World, object: ObjectNo) -> File<'_> {
    let (library, index) = split(world, object);
    let department = match paths::owner_of_onedrive(world, library) {
        Some(person) => world.habits[person.index()].work,
        None => world.libraries[library as usize - world.people.len()].department,
    };
    let own = DEPARTMENTS[usize::from(department)].topics;
    let topic = index as usize % (own.len() + COMMON_TOPICS.len());
    let (folder, stem, extension) = *own.get(topic).unwrap_or_else(|| &COMMON_TOPICS[topic - own.len()]);
    let qualifier = QUALIFIERS[index as usize / (own.len() + COMMON_TOPICS.len()) % QUALIFIERS.len()];
    let folder = paths::folder(world, library, index, folder);
    let name = [stem, qualifier, ".", extension].concat();
    File {
        world,
        name: paths::name(world, object, name),
        id: world.ids.guid(Kind::File, paths::of_what(object) << 32 | u64::from(library * FILES + index)),
        site: world.ids.guid(Kind::Site, u64::from(library)),
        library,
        folder,
    }
}

/// The site that holds a file, as what an activity was done in.
pub(in crate::generate) fn place(world: &World, object: ObjectNo) -> Place {
    let (library, _) = split(world, object);
    let onedrive = paths::owner_of_onedrive(world, library).is_some();
    Place {
        id: world.ids.guid(Kind::Site, u64::from(library)).to_string(),
        name: paths::site_url(world, library),
        class: if onedrive { "OneDrive Site Collection" } else { "SharePoint Site Collection" },
    }
}

/// See [`World::outside_recipient`].
pub(in crate::generate) fn outside_recipient(world: &World, object: ObjectNo) -> String {
    let mut chance = Stream::new(world.spec.seed, "file", object.ordinal(), "outside");
    let owner = world.person(file_owner(world, object));
    if chance.chance(Chance::percent(35)) {
        let (given, surname) = (names::fold(&owner.given_name), names::fold(&owner.surname));
        return format!(
            "{}{}@mail.example",
            given.replace(' ', ""),
            surname.chars().take(1).collect::<String>()
        );
    }
    let office = &world.offices[owner.office.index()];
    let (given, surname) = names::draw(&office.country, &mut chance);
    format!("{}@{}.example", names::local_part(given, surname), partner(world, &mut chance).1)
}

/// With whom inside the company a file is shared: somebody who works here on the day, and is not the one who shares.
pub(in crate::generate) fn inside_recipient(world: &World, event: &Event) -> PersonIx {
    let mut chance = Stream::new(world.spec.seed, "file", event.object.ordinal(), "inside");
    let owner = file_owner(world, event.object);
    let near = &world.departments[usize::from(world.habits[owner.index()].department)];
    let near = near.get(chance.below(near.len().max(1) as u32) as usize).copied();
    let anybody = PersonIx::new(chance.below(world.figures.members));
    let first = near.filter(|_| chance.chance(Chance::percent(70))).unwrap_or(anybody);
    let day = (event.timestamp().day() - world.spec.start.day()) as i32;
    world.colleague_from(first, world.person_of_actor(event.actor), day)
}

impl World {
    /// Whose file it is: the person whose OneDrive holds it, or who owns the site.
    pub fn owner_of_file(&self, object: ObjectNo) -> PersonIx {
        file_owner(self, object)
    }

    /// The display name of the site that holds a file; nothing where that is somebody's OneDrive.
    pub fn site_of_file(&self, object: ObjectNo) -> Option<&str> {
        let (library, _) = split(self, object);
        let index = (library as usize).checked_sub(self.people.len())?;
        self.libraries.get(index).map(|library| library.name.as_str())
    }
}

fn file_owner(world: &World, object: ObjectNo) -> PersonIx {
    let (library, _) = split(world, object);
    let site = || world.libraries[library as usize - world.people.len()].owner;
    paths::owner_of_onedrive(world, library).unwrap_or_else(site)
}

/// The name and host label of another company.
pub(in crate::generate) fn partner(world: &World, chance: &mut Stream) -> (&'static str, String) {
    loop {
        let name = *chance.pick::<&str>(COMPANIES);
        let label = label(name);
        if label != world.company.label {
            return (name, label);
        }
    }
}
