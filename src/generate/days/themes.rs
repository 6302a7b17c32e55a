//! What people do in one burst of work: the kinds and objects of each theme.

use super::administration;
use super::cell::Today;
use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::kinds;
use crate::generate::birth::connected_apps::{USAGE, Usage};
use crate::generate::objects::app_objects;
use crate::generate::objects::{files, mails, rules, teams};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::index::{KindCode, ObjectNo, PersonIx};

/// What a burst of work is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::generate) enum Theme {
    Mail,
    Files,
    Chats,
    Salesforce,
    Administration,
    /// A connected app, by index into `connected_apps::USAGE`.
    App(u8),
}

/// The steps of one burst.
pub(in crate::generate) struct Steps {
    theme: Theme,
    /// Library, record type or role that the burst stays with.
    around: u32,
    /// The file, record or team it is at.
    object: ObjectNo,
    /// Something that is done once in a burst has been done: a meeting attended, a portal logged on to.
    done: bool,
}

const MAIL: &[(KindCode, u32)] = &[
    (kinds::MAIL_ITEMS_ACCESSED, 560),
    (kinds::SEND, 280),
    (kinds::MOVE_TO_DELETED_ITEMS, 100),
    (kinds::SOFT_DELETE, 25),
    (kinds::HARD_DELETE, 22),
    (kinds::MAIL_CREATED, 32),
    (kinds::NEW_INBOX_RULE, 3),
];
const FILES: &[(KindCode, u32)] = &[
    (kinds::FILE_ACCESSED, 340),
    (kinds::FILE_PREVIEWED, 200),
    (kinds::FILE_MODIFIED, 230),
    (kinds::FILE_DOWNLOADED, 80),
    (kinds::FILE_UPLOADED, 90),
    (kinds::SHARING_SET, 28),
    (kinds::FILE_DELETED, 20),
    (kinds::FILE_RENAMED, 26),
];
/// What guests may do with the files of a site.
const GUEST_FILES: &[(KindCode, u32)] =
    &[(kinds::FILE_ACCESSED, 50), (kinds::FILE_PREVIEWED, 35), (kinds::FILE_DOWNLOADED, 15)];
const CHATS: &[(KindCode, u32)] =
    &[(kinds::MESSAGE_SENT, 760), (kinds::MEETING_PARTICIPANT_DETAIL, 210), (kinds::MEMBER_ADDED, 30)];
const SALESFORCE: &[(KindCode, u32)] = &[
    (kinds::SALESFORCE_VIEW, 500),
    (kinds::SALESFORCE_EDIT, 260),
    (kinds::SALESFORCE_CREATE, 80),
    (kinds::SALESFORCE_RUN_REPORT, 115),
    (kinds::SALESFORCE_EXPORT_REPORT, 35),
    (kinds::SALESFORCE_DELETE, 10),
];

/// Records of Salesforce that bursts are about.
const RECORDS: [u32; 5] = [
    app_objects::ACCOUNT,
    app_objects::CONTACT,
    app_objects::OPPORTUNITY,
    app_objects::LEAD,
    app_objects::CASE,
];

fn pick(table: &[(KindCode, u32)], chance: &mut Stream) -> KindCode {
    let total: u32 = table.iter().map(|row| row.1).sum();
    let mut left = chance.below(total);
    for &(kind, weight) in table {
        if left < weight {
            return kind;
        }
        left -= weight;
    }
    table[0].0
}

impl Steps {
    pub(in crate::generate) fn new(today: &Today<'_>, theme: Theme, chance: &mut Stream) -> Self {
        let mut steps = Self { theme, around: 0, object: ObjectNo::NONE, done: false };
        match theme {
            Theme::Files => {
                steps.around = library(today, chance);
                steps.object = some_file(steps.around, chance);
            }
            Theme::Chats => steps.object = conversation(today, chance),
            Theme::Salesforce => {
                steps.around = RECORDS[chance.weighted(&[30, 20, 28, 8, 14])];
                steps.object = app_objects::object(steps.around, chance.zipf(4_000));
            }
            Theme::Mail | Theme::Administration | Theme::App(_) => {}
        }
        steps
    }

    /// The kind and object of the next step.
    pub(in crate::generate) fn next(
        &mut self,
        today: &Today<'_>,
        chance: &mut Stream,
    ) -> (KindCode, ObjectNo) {
        match self.theme {
            Theme::Mail => mail(today, chance),
            Theme::Files => self.file(today, chance),
            Theme::Chats => self.chat(today, chance),
            Theme::Salesforce => {
                let kind = pick(SALESFORCE, chance);
                if matches!(kind, kinds::SALESFORCE_RUN_REPORT | kinds::SALESFORCE_EXPORT_REPORT) {
                    return (kind, app_objects::report(chance.zipf(60)));
                }
                if chance.chance(Chance::percent(40)) {
                    self.object = app_objects::object(self.around, chance.zipf(4_000));
                }
                (kind, self.object)
            }
            Theme::App(usage) => self.app(today, &USAGE[usize::from(usage)], chance),
            Theme::Administration => {
                let step = administration::step(today, chance);
                let again = step.0 == kinds::PRODUCT_LOG_ON && self.done;
                self.done |= step.0 == kinds::PRODUCT_LOG_ON;
                if again { mail(today, chance) } else { step }
            }
        }
    }

    fn app(&mut self, today: &Today<'_>, usage: &Usage, chance: &mut Stream) -> (KindCode, ObjectNo) {
        let total: u32 = usage.steps.iter().map(|step| step.1).sum();
        let mut left = chance.below(total);
        let step = usage.steps.iter().find(|step| {
            let here = left < step.1;
            left = left.saturating_sub(step.1);
            here
        });
        let &(kind, _, class) = step.unwrap_or(&usage.steps[0]);
        // People stay with the same few things: their own corner of the class, and recent ones first.
        if self.object == ObjectNo::NONE || self.around != class || chance.chance(Chance::percent(45)) {
            self.around = class;
            self.object = app_objects::object(class, corner(today, class, chance));
        }
        (kind, self.object)
    }

    fn chat(&mut self, today: &Today<'_>, chance: &mut Stream) -> (KindCode, ObjectNo) {
        if chance.chance(Chance::percent(20)) {
            self.object = conversation(today, chance);
        }
        match pick(CHATS, chance) {
            kinds::MEETING_PARTICIPANT_DETAIL if self.done => (kinds::MESSAGE_SENT, self.object),
            kinds::MEETING_PARTICIPANT_DETAIL => {
                self.done = true;
                (kinds::MEETING_PARTICIPANT_DETAIL, teams::of_site(today.world, own_team(today, chance)))
            }
            // Members are added to teams, not to chats.
            kinds::MEMBER_ADDED => {
                (kinds::MEMBER_ADDED, teams::of_site(today.world, own_team(today, chance)))
            }
            kind => (kind, self.object),
        }
    }

    fn file(&mut self, today: &Today<'_>, chance: &mut Stream) -> (KindCode, ObjectNo) {
        let own = self.around == files::onedrive(today.person);
        let onedrive = files::in_onedrive(today.world, self.object);
        if chance.chance(Chance::percent(if onedrive && !own { 75 } else { 45 })) {
            self.object = some_file(self.around, chance);
        }
        let kind = if today.world.person(today.person).guest {
            pick(GUEST_FILES, chance)
        } else {
            pick(FILES, chance)
        };
        // Another person's OneDrive is read, not rearranged.
        let rearranges = matches!(
            kind,
            kinds::FILE_UPLOADED | kinds::SHARING_SET | kinds::FILE_DELETED | kinds::FILE_RENAMED
        );
        let kind = if onedrive && !own && rearranges { kinds::FILE_ACCESSED } else { kind };
        if kind == kinds::FILE_DELETED {
            // What goes is seldom what everybody uses.
            self.object = files::object(self.around, chance.below(files::FILES));
        }
        (if onedrive { kinds::onedrive_twin(kind) } else { kind }, self.object)
    }
}

/// The index of a thing of a class among those that the actor's department works with.
fn corner(today: &Today<'_>, class: u32, chance: &mut Stream) -> u32 {
    let count = app_objects::count(today.world, class);
    let department = u32::from(today.habits.work);
    let departments = DEPARTMENTS.len() as u32;
    // Files and folders of the classes go round the departments.
    let index = chance.zipf((count / departments).max(1)) * departments + department;
    if count > 500 { index % count } else { chance.zipf(count) }
}

/// A few files of a library are used most, other ones in each.
fn some_file(library: u32, chance: &mut Stream) -> ObjectNo {
    files::object(library, chance.zipf(files::FILES) + library.wrapping_mul(37) % files::FILES)
}

/// One's own OneDrive, the department's site, another site, a colleague's OneDrive.
fn library(today: &Today<'_>, chance: &mut Stream) -> u32 {
    let world = today.world;
    if world.person(today.person).guest {
        // Each guest was invited to one project.
        return files::site_library(world, world.first_sites() - 1 - today.person.get() % 2);
    }
    match chance.weighted(&[42, 34, 16, 8]) {
        0 => files::onedrive(today.person),
        1 => files::site_library(world, department_site(today)),
        2 => files::site_library(world, other_site(today, chance)),
        _ => files::onedrive(colleague(today, chance)),
    }
}

/// The index of the site of the actor's department.
pub(in crate::generate) fn department_site(today: &Today<'_>) -> u32 {
    site_of_department(today.world, usize::from(today.habits.department))
}

/// The index of the site of a department: the intranet comes first, then the staffed departments.
pub(in crate::generate) fn site_of_department(world: &World, department: usize) -> u32 {
    1 + staffed(world, department)
}

/// How many of the first departments of the catalogue have members.
fn staffed(world: &World, first: usize) -> u32 {
    world.departments[..first].iter().filter(|of| !of.is_empty()).count() as u32
}

/// One of the actor's two projects, the site of the office, or the intranet.
fn other_site(today: &Today<'_>, chance: &mut Stream) -> u32 {
    let world = today.world;
    let projects = files::projects(world.figures.scale).len() as u32;
    // Of those that were founded later everybody knows one, and half of the work is there.
    let newer = world.sites_on(today.day) - world.first_sites();
    let newer = if newer > 0 && chance.chance(Chance::percent(50)) { newer } else { 0 };
    match chance.weighted(&[70, 18, 12]) {
        0 => match newer {
            0 => world.first_sites() - 1 - (today.person.get() * 7 + chance.below(2)) % projects,
            newer => world.first_sites() + today.person.get() % newer,
        },
        1 => 1 + staffed(world, world.departments.len()) + u32::from(today.office.get()),
        _ => 0,
    }
}

fn own_team(today: &Today<'_>, chance: &mut Stream) -> u32 {
    if today.world.person(today.person).guest {
        return today.world.first_sites() - 1 - today.person.get() % 2;
    }
    if chance.chance(Chance::percent(65)) { department_site(today) } else { other_site(today, chance) }
}

/// Somebody of the same department, or oneself.
fn colleague(today: &Today<'_>, chance: &mut Stream) -> PersonIx {
    let world = today.world;
    let department = today.habits.department;
    let at_birth = &world.departments[usize::from(department)];
    let newcomers = world.figures.newcomers;
    let drawn = chance.below((at_birth.len() as u32 + newcomers / 8).max(1));
    if let Some(&one) = at_birth.get(drawn as usize) {
        let here = world.works(one, today.day) && world.habits_on(one, today.day).department == department;
        return if here { one } else { today.person };
    }
    // Among those who joined later: somebody of the department, if the draw meets one.
    let newcomer = PersonIx::new(world.figures.at_birth + chance.below(newcomers));
    let fits = world.works(newcomer, today.day) && world.habits[newcomer.index()].department == department;
    if fits { newcomer } else { today.person }
}

fn conversation(today: &Today<'_>, chance: &mut Stream) -> ObjectNo {
    let world = today.world;
    if world.person(today.person).guest {
        return teams::of_site(world, world.first_sites() - 1 - today.person.get() % 2);
    }
    match chance.weighted(&[35, 15, 35, 15]) {
        0 => teams::of_site(world, department_site(today)),
        1 => teams::of_site(world, other_site(today, chance)),
        2 => {
            let other = colleague(today, chance);
            if other == today.person {
                teams::of_site(world, department_site(today))
            } else {
                teams::chat(world, other)
            }
        }
        _ => teams::chat(world, administration::another_member(today, chance)),
    }
}

pub(in crate::generate) fn mail(today: &Today<'_>, chance: &mut Stream) -> (KindCode, ObjectNo) {
    let kind = pick(MAIL, chance);
    let index = chance.below(2_048);
    let object = match kind {
        kinds::NEW_INBOX_RULE => rules::ordinary(today.person, index),
        kinds::SEND | kinds::MAIL_CREATED => mails::sent(today.person, index),
        _ => mails::received(today.person, index),
    };
    (kind, object)
}
