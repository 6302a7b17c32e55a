//! Things inside connected apps (records, files, repositories, tickets, …): pure functions of an object number.
//!
//! An object number is a class and an index within it. What a class is called, how its ids look and where its names
//! come from is data, so that a surface can render things of any app alike.
//!
//! Ids of Salesforce have fifteen characters, the first three of which name the type; three more make them safe to
//! compare without case. Source: <https://help.salesforce.com/s/articleView?id=000385008> (prefixes) and
//! <https://help.salesforce.com/s/articleView?id=000385585> (the longer form).

use super::files;
use crate::catalogue::app_words::{
    APPS_BEHIND_OKTA, AWS_ROLES, BOARDS, CHAT_APPS, CHATS_WITH_COPILOT, MEETINGS, PAGES, REPOSITORIES,
    SETTINGS_OF_GOOGLE, SETTINGS_OF_ZOOM, THREADS, TICKET_LISTS, TICKETS,
};
use crate::catalogue::companies::COMPANIES;
use crate::catalogue::departments::{COMMON_TOPICS, DEPARTMENTS, QUALIFIERS};
use crate::catalogue::kinds;
use crate::catalogue::kinds::{
    AWS, AZURE, BOX, COPILOT, DROPBOX, GITHUB, GOOGLE, NOTION, OKTA, POWER_BI, SALESFORCE, SERVICENOW, SLACK,
    YAMMER, ZOOM,
};
use crate::catalogue::words::{CASE_SUBJECTS, REPORTS};
use crate::generate::birth::names;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::ids::Kind;
use crate::model::index::{KindCode, ObjectNo, PersonIx};

/// Bits of an object number that hold the index; the class is above them.
const INDEX_BITS: u32 = 22;

/// A class of things.
pub(in crate::generate) struct Class {
    /// The app whose things they are; 0 for those of any app.
    pub(in crate::generate) app: u32,
    /// What the app calls them.
    kind: &'static str,
    id: Shape,
    names: Names,
    /// How many there are.
    pub(in crate::generate) count: u32,
}

/// How ids of a class look.
enum Shape {
    /// Eighteen characters behind this prefix.
    Salesforce(&'static str),
    /// So many digits.
    Digits(u32),
    /// So many hexadecimal digits behind a prefix.
    Hex(&'static str, usize),
    /// So many capitals and digits behind a prefix.
    Capitals(&'static str, usize),
    /// So many letters and digits behind a prefix.
    Letters(&'static str, usize),
    /// A GUID.
    Guid,
    /// A prefix and the name.
    Named(&'static str),
}

/// Where names of a class come from.
enum Names {
    /// Companies with a legal form.
    Companies,
    /// People outside the company.
    Outsiders,
    /// Deals.
    Deals,
    /// Numbers and subjects.
    Cases,
    /// A list, with copies counted; `{}` is a project in lower case.
    List(&'static [&'static str]),
    /// The same for things that may share a name.
    Topics(&'static [&'static str]),
    /// Files of the departments.
    Files,
    /// Folders of the departments.
    Folders,
    /// A prefix and seven digits, then a subject.
    Tickets,
    /// Machines.
    Machines,
    /// A colleague: the index is a person's.
    Colleague,
}

/// A thing inside a connected app, as activities refer to it.
#[derive(Clone, Debug)]
pub struct AppObject {
    /// Number of the app; 0 for things that any app has.
    pub app: u32,
    /// Its id, in the shape that the app gives.
    pub id: String,
    /// What a person sees.
    pub name: String,
    /// `Account`, `file`, `incident`, …
    pub kind: &'static str,
    /// What it is in (a folder, an organisation, a workspace); empty where nothing is worth telling.
    pub parent: String,
    /// The person it stands for, where it is somebody's account.
    pub person: Option<PersonIx>,
    /// A stable number for whatever else a surface must tell about it.
    pub number: u64,
}

macro_rules! classes {
    ($($name:ident = $app:expr, $kind:expr, $id:expr, $names:expr, $count:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the rows")]
        enum Row { $($name),* }
        $(pub(in crate::generate) const $name: u32 = Row::$name as u32;)*
        /// The classes; the index is the code.
        pub(in crate::generate) static CLASSES: &[Class] =
            &[$(Class { app: $app, kind: $kind, id: $id, names: $names, count: $count }),*];
    };
}

classes! {
    ACCOUNT = SALESFORCE, "Account", Shape::Salesforce("001"), Names::Companies, 4_000;
    CONTACT = SALESFORCE, "Contact", Shape::Salesforce("003"), Names::Outsiders, 4_000;
    OPPORTUNITY = SALESFORCE, "Opportunity", Shape::Salesforce("006"), Names::Deals, 4_000;
    LEAD = SALESFORCE, "Lead", Shape::Salesforce("00Q"), Names::Outsiders, 4_000;
    CASE = SALESFORCE, "Case", Shape::Salesforce("500"), Names::Cases, 4_000;
    REPORT = SALESFORCE, "Report", Shape::Salesforce("00O"), Names::List(REPORTS), 60;
    BOX_FILE = BOX, "file", Shape::Digits(13), Names::Files, 20_000;
    BOX_FOLDER = BOX, "folder", Shape::Digits(12), Names::Folders, 200;
    BOX_GROUP = BOX, "group", Shape::Digits(8), Names::Folders, 40;
    DROPBOX_FILE = DROPBOX, "file", Shape::Letters("id:", 22), Names::Files, 20_000;
    GOOGLE_DOCUMENT = GOOGLE, "document", Shape::Letters("1", 43), Names::Files, 20_000;
    GOOGLE_SETTING = GOOGLE, "setting", Shape::Named(""), Names::List(SETTINGS_OF_GOOGLE), 6;
    AWS_INSTANCE = AWS, "AWS::EC2::Instance", Shape::Hex("i-", 17), Names::Machines, 400;
    AWS_OBJECT = AWS, "AWS::S3::Object", Shape::Named("arn:aws:s3:::"), Names::Files, 9_000;
    AWS_ROLE = AWS, "AWS::IAM::Role", Shape::Named("arn:aws:iam::123456789012:role/"), Names::List(AWS_ROLES), 12;
    AZURE_MACHINE = AZURE, "Microsoft.Compute/virtualMachines", Shape::Named("virtualMachines/"), Names::Machines, 300;
    AZURE_STORAGE = AZURE, "Microsoft.Storage/storageAccounts", Shape::Named("storageAccounts/"), Names::List(&["st{}prod", "st{}test", "st{}logs"]), 90;
    AZURE_DEPLOYMENT = AZURE, "Microsoft.Resources/deployments", Shape::Named("deployments/"), Names::List(&["{}-network", "{}-app", "{}-database", "{}-monitoring"]), 160;
    AZURE_GROUP = AZURE, "Microsoft.Resources/resourceGroups", Shape::Named("resourceGroups/"), Names::List(&["rg-{}-prod", "rg-{}-test"]), 80;
    REPOSITORY = GITHUB, "repo", Shape::Digits(9), Names::List(REPOSITORIES), 240;
    SLACK_FILE = SLACK, "file", Shape::Capitals("F0", 9), Names::Files, 20_000;
    SLACK_CHANNEL = SLACK, "channel", Shape::Capitals("C0", 9), Names::List(BOARDS), 200;
    SLACK_APP = SLACK, "app", Shape::Capitals("A0", 9), Names::List(CHAT_APPS), 8;
    TICKET = SERVICENOW, "incident", Shape::Hex("", 32), Names::Tickets, 30_000;
    TICKET_LIST = SERVICENOW, "incident_list", Shape::Hex("", 32), Names::List(TICKET_LISTS), 6;
    OKTA_APP = OKTA, "AppInstance", Shape::Letters("0oa", 17), Names::List(APPS_BEHIND_OKTA), 12;
    ZOOM_MEETING = ZOOM, "meeting", Shape::Digits(11), Names::Topics(MEETINGS), 600;
    ZOOM_RECORDING = ZOOM, "recording", Shape::Letters("", 22), Names::Topics(MEETINGS), 300;
    ZOOM_SETTING = ZOOM, "setting", Shape::Named(""), Names::List(SETTINGS_OF_ZOOM), 5;
    NOTION_PAGE = NOTION, "page", Shape::Guid, Names::Topics(PAGES), 800;
    POWER_BI_REPORT = POWER_BI, "Report", Shape::Guid, Names::List(REPORTS), 90;
    POWER_BI_DASHBOARD = POWER_BI, "Dashboard", Shape::Guid, Names::List(REPORTS), 30;
    POWER_BI_DATASET = POWER_BI, "Dataset", Shape::Guid, Names::List(REPORTS), 40;
    YAMMER_THREAD = YAMMER, "Thread", Shape::Digits(16), Names::Topics(THREADS), 500;
    COPILOT_CHAT = COPILOT, "Chat", Shape::Guid, Names::Topics(CHATS_WITH_COPILOT), 4_000;
    ACCOUNT_OF_A_COLLEAGUE = 0, "user", Shape::Letters("", 20), Names::Colleague, u16::MAX as u32;
}

/// How many things of a class a company has: what is called after projects goes by their number.
pub(in crate::generate) fn count(world: &World, class: u32) -> u32 {
    let class = &CLASSES[class as usize];
    match class.names {
        Names::List(list) if list.iter().any(|row| row.contains("{}")) => {
            class.count.min((list.len() * files::projects(world.figures.scale).len()) as u32)
        }
        _ => class.count,
    }
}

/// The object number of the `index`th thing of a class.
pub(in crate::generate) fn object(class: u32, index: u32) -> ObjectNo {
    ObjectNo::new(1 + ((class << INDEX_BITS) | (index % CLASSES[class as usize].count)))
}

/// The next thing of the same class, round.
pub(in crate::generate) fn next(world: &World, thing: ObjectNo) -> ObjectNo {
    let code = thing.get().saturating_sub(1);
    let class = (code >> INDEX_BITS).min(CLASSES.len() as u32 - 1);
    let index = code & ((1 << INDEX_BITS) - 1);
    object(class, (index + 1) % count(world, class).max(1))
}

/// The object number of a file of a department's own topics in an app whose files go by departments, and the index
/// of its twin in the library of the department.
pub(in crate::generate) fn file_and_twin(class: u32, department: u8, index: u32) -> (ObjectNo, u32) {
    let topics = DEPARTMENTS[usize::from(department)].topics.len() as u32;
    let (topic, qualifier) = (index % topics, index / topics % QUALIFIERS.len() as u32);
    let departments = DEPARTMENTS.len() as u32;
    let here = u32::from(department) + departments * (topic + 12 * qualifier);
    (object(class, here), topic + qualifier * (topics + COMMON_TOPICS.len() as u32))
}

/// Where files are handed over: kind of the upload, class of what appears there. Every company has the last.
const SHARED_PLACES: [(KindCode, u32); 4] = [
    (kinds::DROPBOX_ADD, DROPBOX_FILE),
    (kinds::GOOGLE_CREATE, GOOGLE_DOCUMENT),
    (kinds::SLACK_FILE_UPLOADED, SLACK_FILE),
    (kinds::BOX_UPLOAD, BOX_FILE),
];

/// The first of those whose app the company has connected.
pub(in crate::generate) fn shared_place(world: &World) -> (KindCode, u32) {
    let connected = |place: &&(KindCode, u32)| world.connects(kinds::kind(place.0).app);
    *SHARED_PLACES.iter().find(connected).unwrap_or(&SHARED_PLACES[3])
}

impl World {
    /// The thing of a connected app that `object` names is a file.
    pub fn is_app_file(object: ObjectNo) -> bool {
        let class = (object.get().saturating_sub(1) >> INDEX_BITS) as usize;
        CLASSES.get(class).is_some_and(|class| matches!(class.names, Names::Files))
    }
}

/// The object number of a report of Salesforce.
pub(in crate::generate) fn report(index: u32) -> ObjectNo {
    object(REPORT, index)
}

/// See [`World::app_object`].
pub(in crate::generate) fn app_object(world: &World, object: ObjectNo) -> AppObject {
    let code = object.get().saturating_sub(1);
    let class_code = (code >> INDEX_BITS).min(CLASSES.len() as u32 - 1);
    let class = &CLASSES[class_code as usize];
    let index = (code & ((1 << INDEX_BITS) - 1)) % class.count;
    let mut chance = Stream::new(world.spec.seed, "crm", u64::from(code), "name");
    let number = world.ids.number(Kind::AppObject, u64::from(code));
    let (name, parent) = name(world, class, index, &mut chance);
    let id = match class.id {
        Shape::Salesforce(prefix) => id(prefix, number, index),
        Shape::Digits(digits) => {
            let first = 10u64.pow(digits - 1);
            // Pseudo-random high digits, the index in the low five: unique and plausible.
            (first + number % (first / 100_000 * 8) * 100_000 + u64::from(index)).to_string()
        }
        Shape::Hex(prefix, length) => letters(prefix, length, 16, number, index),
        Shape::Capitals(prefix, length) => letters(prefix, length, 36, number, index),
        Shape::Letters(prefix, length) => letters(prefix, length, 62, number, index),
        Shape::Guid => world.ids.guid(Kind::AppObject, u64::from(code)).to_string(),
        Shape::Named(prefix) if parent.is_empty() => format!("{prefix}{name}"),
        Shape::Named(prefix) => format!("{prefix}{parent}/{name}"),
    };
    let person =
        matches!(class.names, Names::Colleague).then_some(PersonIx::new(index % world.figures.at_birth));
    AppObject { app: class.app, id, name, kind: class.kind, parent, person, number }
}

/// The name of the `index`th thing of a class, and what it is in.
fn name(world: &World, class: &Class, index: u32, chance: &mut Stream) -> (String, String) {
    let at = index as usize;
    let topics = || {
        let department = &DEPARTMENTS[at % DEPARTMENTS.len()];
        &department.topics[at / DEPARTMENTS.len() % department.topics.len()]
    };
    let alone = |name: String| (name, String::new());
    match class.names {
        Names::Companies => alone(format!(
            "{} {}",
            chance.pick(COMPANIES),
            ["Ltd.", "Inc.", "Group", "Holding"][chance.below(4) as usize]
        )),
        Names::Outsiders => {
            let (given, surname) = names::draw("", chance);
            alone(format!("{given} {surname}"))
        }
        Names::Deals => alone(format!("{} - {} seats", chance.pick(COMPANIES), 10 * chance.between(1, 60))),
        Names::Cases => alone(format!("{:08} {}", 1_000 + index, chance.pick(CASE_SUBJECTS))),
        Names::Tickets => alone(format!("INC{:07} {}", 10_000 + index, chance.pick(TICKETS))),
        Names::Files => {
            let (folder, stem, extension) = topics();
            let qualifier = QUALIFIERS[at / (DEPARTMENTS.len() * 12) % QUALIFIERS.len()];
            let year = match at / (DEPARTMENTS.len() * 12 * QUALIFIERS.len()) {
                0 => String::new(),
                copy => format!(" ({copy})"),
            };
            (format!("{stem}{qualifier}{year}.{extension}"), (*folder).to_owned())
        }
        Names::Folders => {
            let department = &DEPARTMENTS[at % DEPARTMENTS.len()];
            (format!("{} {}", department.name, topics().0), "All Files".to_owned())
        }
        Names::Machines => {
            let project = project(world, index);
            let number = 1 + at / files::projects(world.figures.scale).len();
            let role = ["web", "db", "worker", "build"][at % 4];
            (format!("vm-{project}-{role}-{number:02}"), format!("rg-{project}-prod"))
        }
        Names::Colleague => {
            let person = &world.people[at % world.figures.at_birth as usize];
            (person.upn.clone(), String::new())
        }
        Names::List(list) | Names::Topics(list) => {
            let row = list[at % list.len()];
            let copy = at / list.len();
            let projects = files::projects(world.figures.scale).len();
            let (name, again) = if row.contains("{}") {
                (row.replace("{}", &project(world, copy as u32)), copy / projects)
            } else {
                (row.to_owned(), copy)
            };
            let counted = matches!(class.names, Names::List(_)) && again > 0;
            let again = if !counted { String::new() } else { format!(" ({})", again + 1) };
            (format!("{name}{again}"), world.company.label.clone())
        }
    }
}

/// The project at an index, counted round, in lower case.
fn project(world: &World, index: u32) -> String {
    let projects = files::projects(world.figures.scale);
    projects[index as usize % projects.len()].to_ascii_lowercase()
}

/// Digits of a base behind a prefix: the last four count within the class, so that no two are equal.
fn letters(prefix: &str, length: usize, base: u64, number: u64, index: u32) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digit = |value: u64| {
        let digit = DIGITS[(value % base) as usize];
        char::from(if base == 16 { digit.to_ascii_lowercase() } else { digit })
    };
    let mut text = prefix.to_owned();
    let mut noise = number | 1;
    for _ in 4..length {
        text.push(digit(noise >> 7));
        noise = noise.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    }
    for power in [3, 2, 1, 0] {
        text.push(digit(u64::from(index) / base.pow(power)));
    }
    text
}

/// Eighteen characters: prefix, instance, a reserved zero, nine base-62 digits, three for the upper-case letters.
///
/// The first five digits look drawn, the last four count, so that ids of one type never collide.
fn id(prefix: &str, noise: u64, number: u32) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const CASES: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut text = format!("{prefix}5g0");
    let mut noise = noise;
    for _ in 0..5 {
        text.push(char::from(DIGITS[(noise % 62) as usize]));
        noise /= 62;
    }
    for power in [62 * 62 * 62, 62 * 62, 62, 1] {
        text.push(char::from(DIGITS[(number / power % 62) as usize]));
    }
    let cases: Vec<usize> = text
        .as_bytes()
        .chunks(5)
        .map(|five| five.iter().rev().fold(0, |bits, c| bits << 1 | usize::from(c.is_ascii_uppercase())))
        .collect();
    text.extend(cases.into_iter().map(|bits| char::from(CASES[bits])));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{Size, Specification};
    use crate::model::time::VirtualTime;

    #[test]
    fn the_suffix_of_an_18_character_salesforce_id_encodes_upper_case() {
        // 15 characters in three groups; bit i of a group is set when its i-th character is upper case.
        let text = id("001", 0, 0);
        assert_eq!(text.len(), 18);
        assert_eq!(&text[..6], "0015g0");
        assert_eq!(&text[15..], "AAA");
        assert_eq!(&id("00Q", 0, 0)[15..16], "E");
    }

    #[test]
    fn ids_differ_within_a_class_and_names_hold_no_placeholder() {
        let start = VirtualTime::of_day(20_000);
        let world = World::new(&Specification::plain(1, Size::Tiny, start));
        for (code, class) in (0u32..).zip(CLASSES) {
            let of_people = matches!(class.names, Names::Colleague);
            let count = if of_people { world.figures.at_birth } else { class.count.min(6_000) };
            let ids: std::collections::BTreeSet<String> = (0..count)
                .map(|index| {
                    let thing = world.app_object(object(code, index));
                    assert!(!thing.name.contains("{}") && !thing.name.is_empty(), "{thing:?}");
                    assert_eq!(thing.kind, class.kind);
                    thing.id
                })
                .collect();
            assert_eq!(ids.len() as u32, count, "{}", class.kind);
        }
    }
}
