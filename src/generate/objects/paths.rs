//! Where files lie and what they are called: nested folders, earlier names and places, names under ransomware.
//!
//! Pure functions of an object number. Its two highest bits say that the file is not the plain one: malware has
//! encrypted it, or it is the note that malware leaves beside it. No library has so many files that they are needed.

use super::files::{self, FILES};
use crate::catalogue::kinds;
use crate::catalogue::languages::Language;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::ids::Kind;
use crate::model::index::{ObjectNo, PersonIx};

const ENCRYPTED: u32 = 1 << 31;
const NOTE: u32 = 1 << 30;

/// What malware appends to names (of its kind, none of an existing one).
const ENDINGS: &[&str] = &[
    "locked",
    "crypt",
    "enc",
    "crypted",
    "lckd",
    "encrypted",
    "rnsm",
    "x1x",
    "vault",
    "zk7",
    "kraken",
    "0day",
];
/// What it calls its notes.
const NOTES: &[&str] = &[
    "README_TO_RESTORE.txt",
    "HOW_TO_DECRYPT.html",
    "RECOVER_FILES.txt",
    "_readme_.txt",
    "RESTORE-MY-FILES.hta",
    "DECRYPT_INSTRUCTIONS.txt",
];

/// The file, encrypted.
pub(in crate::generate) fn encrypted(file: ObjectNo) -> ObjectNo {
    ObjectNo::new(plain(file).get() | ENCRYPTED)
}

/// The note in the folder of a file.
pub(in crate::generate) fn note_beside(file: ObjectNo) -> ObjectNo {
    ObjectNo::new(plain(file).get() | NOTE)
}

/// The file as it is without malware.
pub(in crate::generate) fn plain(file: ObjectNo) -> ObjectNo {
    ObjectNo::new(file.get() & !(ENCRYPTED | NOTE))
}

impl World {
    /// The item of its library that a file is, whatever became of it: malware that encrypts it makes no other item of it.
    pub fn item_of(file: ObjectNo) -> ObjectNo {
        ObjectNo::new(file.get() & !ENCRYPTED)
    }
}

/// Another file, in the state in which `file` is.
pub(in crate::generate) fn like(file: ObjectNo, other: ObjectNo) -> ObjectNo {
    ObjectNo::new(other.get() | file.get() & (ENCRYPTED | NOTE))
}

/// Which item of its number it is: an encrypted file is still the item that it was, a note is another.
pub(in crate::generate) fn of_what(file: ObjectNo) -> u64 {
    u64::from(file.get() & NOTE != 0)
}

/// The name of a file that is plainly called `name`.
pub(in crate::generate) fn name(world: &World, file: ObjectNo, name: String) -> String {
    if file.get() & (ENCRYPTED | NOTE) == 0 {
        return name;
    }
    let mut malware = Stream::new(world.spec.seed, "company", 0, "malware");
    let (ending, note) = (*malware.pick::<&str>(ENDINGS), *malware.pick::<&str>(NOTES));
    if file.get() & NOTE != 0 { note.to_owned() } else { format!("{name}.{ending}") }
}

/// The person whose OneDrive a library is.
pub(in crate::generate) fn owner_of_onedrive(world: &World, library: u32) -> Option<PersonIx> {
    Some(PersonIx::new(library)).filter(|person| person.index() < world.people.len())
}

/// The web URL of a library's site, with the slash at its end.
pub(in crate::generate) fn site_url(world: &World, library: u32) -> String {
    let label = &world.company.label;
    if let Some(person) = owner_of_onedrive(world, library) {
        let account =
            world.person(person).upn.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
        return format!("https://{label}-my.sharepoint.com/personal/{}/", account.collect::<String>());
    }
    format!(
        "https://{label}.sharepoint.com/sites/{}/",
        world.libraries[library as usize - world.people.len()].label
    )
}

/// The path of a folder below its site. Libraries keep their English address whatever language they are shown in.
pub(in crate::generate) fn below_site(world: &World, library: u32, folder: &str) -> String {
    let root = if owner_of_onedrive(world, library).is_some() { "Documents" } else { "Shared Documents" };
    if folder.is_empty() { root.to_owned() } else { format!("{root}/{folder}") }
}

/// The language that people of a library write in: that of their office.
fn language(world: &World, library: u32) -> Language {
    let office = match owner_of_onedrive(world, library) {
        Some(person) => Some(world.office_of(person)),
        None => {
            let name = &world.libraries[library as usize - world.people.len()].name;
            let of_office = |office: &&crate::generate::world::Office| name.ends_with(&*office.city);
            world.offices.iter().find(of_office).filter(|_| name.starts_with("Office "))
        }
    };
    office.map_or(Language::English, |office| Language::of_country(&office.country))
}

/// A number that belongs to a file, for whatever must be told about it.
fn number(world: &World, library: u32, index: u32) -> u64 {
    world.ids.number(Kind::File, u64::from(library * FILES + index))
}

/// The folder of the `index`th file of a library, below that of its topic: up to three deep.
pub(in crate::generate) fn folder(world: &World, library: u32, index: u32, topic: &str) -> String {
    let (number, words) = (number(world, library, index), language(world, library).file_words());
    let pick = |list: &[&'static str], shift: u32| list[(number >> shift) as usize % list.len()];
    match number % 10 {
        0..=3 => topic.to_owned(),
        4..=6 => format!("{topic}/{}", pick(words.folders, 8)),
        7 => format!("{topic}/{}", pick(files::projects(world.figures.scale), 8)),
        8 => format!("{topic}/{}/{}", pick(words.folders, 8), pick(words.deeper, 16)),
        _ => {
            let project = pick(files::projects(world.figures.scale), 24);
            format!("{topic}/{project}/{}/{}", pick(words.folders, 8), pick(words.deeper, 16))
        }
    }
}

/// See [`World::former_path`].
pub(in crate::generate) fn former(world: &World, event: &Event) -> Option<(String, String)> {
    let file = world.file(event.object);
    let number = world.ids.number(Kind::File, 1 << 40 | event.object.ordinal());
    let words = language(world, file.library).file_words();
    match event.kind {
        kinds::FILE_RENAMED | kinds::ONEDRIVE_FILE_RENAMED => {
            let before = world.file(plain(event.object)).name;
            let name = if before == file.name {
                earlier_name(&before, number, words.copy_of, words.unnamed)
            } else {
                before
            };
            Some((file.path(), name))
        }
        kinds::FILE_MOVED | kinds::ONEDRIVE_FILE_MOVED => {
            let folder = match number % 4 {
                0 => String::new(),
                1 => words.folders[number as usize / 4 % words.folders.len()].to_owned(),
                2 => format!("{}/{}", words.unnamed, words.deeper[number as usize / 4 % words.deeper.len()]),
                _ => words.deeper[number as usize / 4 % words.deeper.len()].to_owned(),
            };
            Some((below_site(world, file.library, &folder), file.name.clone()))
        }
        _ => None,
    }
}

/// What a file was called before it got its name.
fn earlier_name(name: &str, number: u64, copy_of: &str, unnamed: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    match number % 6 {
        0 => format!("{copy_of}{name}"),
        1 => format!("{stem} ({}).{extension}", 1 + number / 6 % 3),
        2 => format!("{stem}_old.{extension}"),
        3 => format!("{unnamed}.{extension}"),
        4 => format!("{}.{extension}", stem.to_lowercase().replace(' ', "_")),
        _ => format!("{stem}-{}.{extension}", number / 6 % 90 + 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{Size, Specification};
    use crate::model::time::VirtualTime;

    #[test]
    fn what_malware_does_to_a_file_leaves_its_place_and_its_id() {
        let world = World::new(&Specification::plain(1, Size::Tiny, VirtualTime::of_day(20_000)));
        for index in 0..FILES {
            let object = files::object(3, index);
            let (file, locked, note) =
                (world.file(object), world.file(encrypted(object)), world.file(note_beside(object)));
            assert!(locked.name.starts_with(&file.name) && locked.name.len() > file.name.len());
            assert_eq!((&locked.folder, locked.id), (&file.folder, file.id));
            assert_eq!(note.folder, file.folder);
            assert_ne!(note.id, file.id);
        }
        assert!(files::library_count(&world) * FILES < NOTE);
        // The most people, by specification, and more sites than any company has.
        const { assert!((28_502 + 2_000) * FILES < NOTE) };
    }

    #[test]
    fn folders_are_nested_and_follow_the_language_of_the_office() {
        let world = World::new(&Specification::plain(1, Size::Large, VirtualTime::of_day(20_000)));
        let german = PersonIx::numbered(&world.people)
            .find(|(at, _)| world.office_of(*at).country == "DE")
            .map(|(at, _)| files::onedrive(at))
            .unwrap();
        let folders: Vec<String> =
            (0..FILES).map(|index| world.file(files::object(german, index)).folder).collect();
        assert!(folders.iter().any(|folder| folder.matches('/').count() == 3), "{folders:?}");
        assert!(folders.iter().any(|folder| folder.contains("Entwürfe")), "{folders:?}");
    }
}
