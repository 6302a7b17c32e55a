//! The files that activities are about: where each lies, whose it is, with whom it is shared, whether it is still there.
//!
//! A file is known from the first activity about it that is in the log; what it is called, where it lies and whose it is
//! is what activities and alerts say. Its size, and when it was made where the log does not tell, are drawn from its
//! number.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/file-filters>.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::catalogue::{apps, kinds};
use crate::generate::world::{AppObject, File};
use crate::model::activity::{Action, Event};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::index::{ActorCode, PersonIx};
use crate::model::time::{DAY, Span, VirtualTime};
use crate::tenant::TenantView;
use crate::tenant::timeline::digest::{FileTrace, LogDigest};

use super::entity::mail;
use super::{ActorView, AlertFacts, PersonFacts};

pub use crate::tenant::timeline::digest::Presence;

/// Who can read a file, as the API numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Access {
    /// Its owner.
    Private = 0,
    /// People of the company.
    Internal = 1,
    /// Somebody outside.
    External = 2,
    /// Whoever has a link.
    Public = 3,
}

impl Access {
    /// Its name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "PRIVATE",
            Self::Internal => "INTERNAL",
            Self::External => "EXTERNAL",
            Self::Public => "PUBLIC",
        }
    }
}

/// What kind of file it is: number and name of the API, and the media type.
type Sort = (u8, &'static str, &'static str);

/// By the extension: what the API calls files of its kind, and their media type.
/// Source of media types: <https://www.iana.org/assignments/media-types/>.
fn sort(extension: &str) -> Sort {
    const DOCUMENT: (u8, &str) = (1, "DOCUMENT");
    const SHEET: (u8, &str) = (2, "SPREADSHEET");
    let of = |(number, name): (u8, &'static str), media| (number, name, media);
    match extension.to_ascii_lowercase().as_str() {
        "docx" => of(DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "doc" => of(DOCUMENT, "application/msword"),
        "pdf" => of(DOCUMENT, "application/pdf"),
        "one" => of(DOCUMENT, "application/onenote"),
        "vsdx" => of(DOCUMENT, "application/vnd.ms-visio.drawing"),
        "xlsx" => of(SHEET, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "xls" => of(SHEET, "application/vnd.ms-excel"),
        "csv" => of(SHEET, "text/csv"),
        "pptx" => {
            (3, "PRESENTATION", "application/vnd.openxmlformats-officedocument.presentationml.presentation")
        }
        "ppt" => (3, "PRESENTATION", "application/vnd.ms-powerpoint"),
        "txt" | "log" | "md" => (4, "TEXT", "text/plain"),
        "html" | "hta" => (4, "TEXT", "text/html"),
        "json" => (4, "TEXT", "application/json"),
        "xml" => (4, "TEXT", "application/xml"),
        "png" => (5, "IMAGE", "image/png"),
        "jpg" | "jpeg" => (5, "IMAGE", "image/jpeg"),
        "svg" => (5, "IMAGE", "image/svg+xml"),
        "zip" => (0, "OTHER", "application/zip"),
        "mp4" => (0, "OTHER", "video/mp4"),
        _ => (0, "OTHER", "application/octet-stream"),
    }
}

/// Every file that is known at an instant, in the order in which they became known.
pub struct Files<'a> {
    view: &'a TenantView,
    digest: LogDigest,
    traces: Vec<FileTrace>,
    /// The policies that a file matched, by its item. Found out when it is first asked for.
    matches: OnceLock<BTreeMap<u64, Vec<String>>>,
}

impl<'a> Files<'a> {
    /// Those that `view` shows.
    pub fn new(view: &'a TenantView) -> Self {
        let digest = view.state.digest(view.now);
        let traces = digest.files();
        Self { view, digest, traces, matches: OnceLock::new() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.traces.len()
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }

    /// Whether one of them is still there.
    pub fn presence(&self, row: usize) -> Option<Presence> {
        self.traces.get(row).map(|trace| trace.presence)
    }

    /// When one of them was made, when it was changed last and when it was last used: at what they cost, since lists are
    /// ordered by them.
    pub fn times(&self, row: usize) -> Option<[VirtualTime; 3]> {
        let trace = self.traces.get(row)?;
        let number = number(self.view, trace);
        Some([created(trace, number), modified(trace, number), trace.last])
    }

    /// One of them.
    pub fn at(&self, row: usize) -> Option<FileFacts<'_>> {
        let trace = *self.traces.get(row)?;
        let world = self.view.state.world();
        let thing = match trace.is_of_an_app() {
            true => Thing::OfApp(world.app_object(trace.object)),
            false => Thing::Office(world.file(trace.object)),
        };
        Some(FileFacts { all: self, trace, thing })
    }

    /// The rows of the files with this id: that of the record, that of the app, or the part of it that names the item.
    pub fn rows(&self, id: &str) -> Vec<usize> {
        let rows = 0..self.traces.len();
        if let Ok(key) = id.parse::<Hex24>() {
            let item = self.view.state.world().ids.hex24_ordinal(Kind::File, key);
            return rows.filter(|row| Some(self.traces[*row].item) == item).collect();
        }
        let guid = id.rsplit('|').next().and_then(|item| item.parse::<Guid>().ok());
        let called = |row: &usize| match guid {
            Some(guid) => {
                let world = self.view.state.world();
                let trace = &self.traces[*row];
                !trace.is_of_an_app() && world.file(trace.object).id == guid
            }
            None => self.at(*row).is_some_and(|file| file.id().eq_ignore_ascii_case(id)),
        };
        // Only items of apps have ids of another shape.
        let of_the_kind = |row: &usize| self.traces[*row].is_of_an_app() == guid.is_none();
        let found: Vec<usize> = rows.filter(of_the_kind).filter(called).collect();
        found.into_iter().filter(|row| !id.contains('|') || self.is(*row, id)).collect()
    }

    fn is(&self, row: usize, id: &str) -> bool {
        self.at(row).is_some_and(|file| file.id().eq_ignore_ascii_case(id))
    }

    fn matches(&self) -> &BTreeMap<u64, Vec<String>> {
        self.matches.get_or_init(|| {
            let mut matches: BTreeMap<u64, Vec<String>> = BTreeMap::new();
            for alert in AlertFacts::all(self.view).filter(|alert| alert.policy_type() == "FILE") {
                let policy = alert.policy_id().to_string();
                for activity in alert.activities() {
                    let (target, object) = (activity.kind().target, activity.event().object);
                    let Some(item) = FileTrace::item_of(target, object) else { continue };
                    let known = matches.entry(item).or_default();
                    if !known.contains(&policy) {
                        known.push(policy.clone());
                    }
                }
            }
            matches
        })
    }
}

enum Thing<'e> {
    Office(File<'e>),
    OfApp(AppObject),
}

/// A file.
pub struct FileFacts<'e> {
    all: &'e Files<'e>,
    trace: FileTrace,
    thing: Thing<'e>,
}

/// With whom a file is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collaborator<'e> {
    /// Their name.
    pub name: Cow<'e, str>,
    /// Their address; of a group its name.
    pub address: Cow<'e, str>,
    /// Their object id, if the directory knows them.
    pub id: Option<Guid>,
    /// Not of the company.
    pub external: bool,
    /// Those who use a site together, not one person.
    pub group: bool,
}

impl<'e> FileFacts<'e> {
    fn view(&self) -> &'e TenantView {
        self.all.view
    }

    fn number(&self) -> u64 {
        number(self.view(), &self.trace)
    }

    /// The number of its tenant in the API.
    pub fn tenant(&self) -> u32 {
        self.view().state.identity().number
    }

    /// The id of its record.
    pub fn key(&self) -> Hex24 {
        self.view().state.world().ids.hex24(Kind::File, self.trace.item)
    }

    /// Its id wherever activities and alerts name it.
    pub fn id(&self) -> String {
        match &self.thing {
            Thing::Office(file) => file.key(),
            Thing::OfApp(thing) => thing.id.clone(),
        }
    }

    /// The part of that which names the item; all of it in apps that name no site.
    pub fn item(&self) -> String {
        match &self.thing {
            Thing::Office(file) => file.id.to_string(),
            Thing::OfApp(thing) => thing.id.clone(),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match &self.thing {
            Thing::Office(file) => &file.name,
            Thing::OfApp(thing) => &thing.name,
        }
    }

    /// What stands behind the last dot of that.
    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// What kind of file it is: number and name.
    pub fn sort(&self) -> (u8, &'static str) {
        let (number, name, _) = sort(self.extension());
        (number, name)
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        sort(self.extension()).2
    }

    /// Number of its app.
    pub fn app(&self) -> u32 {
        match &self.thing {
            Thing::Office(file) if file.is_personal() => kinds::ONEDRIVE,
            Thing::Office(_) => kinds::SHAREPOINT,
            Thing::OfApp(thing) => thing.app,
        }
    }

    /// Name of its app.
    pub fn app_name(&self) -> &'static str {
        apps::app(self.app()).map_or("Unknown", |app| app.name)
    }

    /// Its size in bytes: drawn from its number, most files being small.
    pub fn size(&self) -> u64 {
        let number = self.number();
        let magnitude = 12 + number % 11;
        (1 << magnitude) + (number >> 8) % (1 << magnitude)
    }

    /// When it was made: when it was uploaded, or before anything is known of it.
    pub fn created(&self) -> VirtualTime {
        created(&self.trace, self.number())
    }

    /// When it was changed last.
    pub fn modified(&self) -> VirtualTime {
        modified(&self.trace, self.number())
    }

    /// When somebody did something with it last.
    pub fn touched(&self) -> VirtualTime {
        self.trace.last
    }

    /// Whether it is still there.
    pub fn presence(&self) -> Presence {
        self.trace.presence
    }

    /// Its web address.
    pub fn url(&self) -> String {
        match &self.thing {
            Thing::Office(file) => file.url(),
            Thing::OfApp(thing) => match thing.app {
                kinds::BOX => format!("https://app.box.com/file/{}", thing.id),
                kinds::DROPBOX => format!("https://www.dropbox.com/home/{}/{}", thing.parent, thing.name),
                kinds::GOOGLE => format!("https://docs.google.com/document/d/{}/edit", thing.id),
                kinds::SLACK => {
                    format!("https://{}.slack.com/files/{}", super::company(self.view()).label, thing.id)
                }
                _ => thing.id.clone(),
            },
        }
    }

    /// The site that holds it, with the folder: of SharePoint and OneDrive alone.
    pub fn site(&self) -> Option<Site> {
        let Thing::Office(file) = &self.thing else { return None };
        let url = file.site_url();
        let host = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
        let path = url[host..].trim_end_matches('/').to_owned();
        Some(Site {
            id: file.site,
            list: file.list(),
            folder: self.folder_id(file),
            domain: url[..host].to_owned(),
            file_path: format!("{path}/{}/{}", file.path(), file.name),
            folder_path: format!("{path}/{}", file.path()),
            path,
        })
    }

    /// The id of the folder that a file lies in: of each site and path another one.
    fn folder_id(&self, file: &File<'_>) -> Guid {
        let path = file.path();
        let fold = |key: u64, byte: u8| key.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
        let key = path.bytes().fold(file.site.bits() as u64, fold);
        self.view().state.world().ids.guid(Kind::File, 1 << 60 | key >> 5)
    }

    /// The folder that holds it, by its id: in apps other than Microsoft's by its name.
    pub fn parent(&self) -> String {
        match &self.thing {
            Thing::Office(file) => format!("{}|{}", file.site, self.folder_id(file)),
            Thing::OfApp(thing) => thing.parent.clone(),
        }
    }

    /// Whose it is: of a site, who owns the site; in other apps, who was first to do something with it.
    pub fn owner(&self) -> Option<ActorView<'e>> {
        let world = self.view().state.world();
        let code = match self.trace.is_of_an_app() {
            true => self.trace.first_actor,
            false => ActorCode::of_person(world.owner_of_file(self.trace.object)),
        };
        self.view().state.codebook().actor(code)
    }

    /// The department of the owner.
    pub fn owner_unit(&self) -> Option<&'e str> {
        let owner = PersonFacts::of(self.view(), self.owner()?.person?)?;
        Some(owner.department()).filter(|department| !department.is_empty())
    }

    /// The address of the owner; services have none.
    pub fn owner_address(&self) -> Option<Cow<'e, str>> {
        self.owner().filter(|owner| owner.user).map(|owner| mail(owner.account))
    }

    fn shares(&self) -> impl Iterator<Item = &'e Event> + use<'e> {
        self.all.digest.shares(self.trace.item)
    }

    /// Who can read it, as it was shared; as long as nothing says more, a file of a site is for the company.
    pub fn access(&self) -> Access {
        let codebook = self.view().state.codebook();
        let usual = match (&self.thing, self.app()) {
            (Thing::Office(file), _) if !file.is_personal() => Access::Internal,
            (_, kinds::SLACK) => Access::Internal,
            _ => Access::Private,
        };
        let shared = self.shares().map(|event| match codebook.action(event.kind).0 {
            _ if is_a_link(event) => Access::Public,
            // Links are the only way in which these apps share with somebody outside.
            Action::ShareExternal if self.trace.is_of_an_app() => Access::Public,
            Action::ShareInternal => Access::Internal,
            _ => Access::External,
        });
        shared.fold(usual, Access::max)
    }

    /// With whom it is shared, each once: whoever uses the site first, then in the order of sharing.
    pub fn collaborators(&self) -> Vec<Collaborator<'e>> {
        let (view, world) = (self.view(), self.view().state.world());
        let codebook = view.state.codebook();
        let mut all: Vec<Collaborator<'e>> = Vec::new();
        if let (Thing::Office(_), Some(site)) = (&self.thing, world.site_of_file(self.trace.object)) {
            let name: Cow<'_, str> = format!("{site} Members").into();
            all.push(Collaborator { address: name.clone(), name, id: None, external: false, group: true });
        }
        for event in self.shares().filter(|event| !self.trace.is_of_an_app() && !is_a_link(event)) {
            let found = match codebook.action(event.kind).0 {
                Action::ShareInternal => person(view, world.inside_recipient(event)),
                _ => Some(outsider(world.outside_recipient(event.object))),
            };
            let Some(found) = found else { continue };
            if !all.iter().any(|known| known.address == found.address) {
                all.push(found);
            }
        }
        all
    }

    /// It is shared otherwise than what holds it.
    pub fn is_shared_apart(&self) -> bool {
        self.shares().next().is_some()
    }

    /// Ids of the policies for files that it matched.
    pub fn policies(&self) -> &'e [String] {
        self.all.matches().get(&self.trace.item).map_or(&[], Vec::as_slice)
    }
}

/// Whoever has the link gets in.
fn is_a_link(event: &Event) -> bool {
    matches!(
        event.kind,
        kinds::ANONYMOUS_LINK_CREATED
            | kinds::ONEDRIVE_ANONYMOUS_LINK_CREATED
            | kinds::ANONYMOUS_LINK_USED
            | kinds::ONEDRIVE_ANONYMOUS_LINK_USED
    )
}

fn person(view: &TenantView, index: PersonIx) -> Option<Collaborator<'_>> {
    let person = PersonFacts::of(view, index)?;
    Some(Collaborator {
        name: person.display_name().into(),
        address: mail(person.upn()),
        id: Some(person.id()),
        external: person.guest(),
        group: false,
    })
}

fn outsider<'e>(address: String) -> Collaborator<'e> {
    let name = address.split('@').next().unwrap_or_default().to_owned();
    Collaborator { name: name.into(), address: address.into(), id: None, external: true, group: false }
}

/// A stable number for what must be told of a file beside what the log tells.
fn number(view: &TenantView, trace: &FileTrace) -> u64 {
    view.state.world().ids.number(Kind::File, 2 << 40 | trace.item)
}

/// See [`FileFacts::created`].
fn created(trace: &FileTrace, number: u64) -> VirtualTime {
    if trace.brought {
        return trace.first;
    }
    let (days, millis) = (1 + number % 700, (number >> 20) % DAY.as_millis() as u64);
    trace.first - Span::days(days as i64) - Span::millis(millis as i64)
}

/// See [`FileFacts::modified`]: where no activity tells, between its making and the first activity about it.
fn modified(trace: &FileTrace, number: u64) -> VirtualTime {
    let created = created(trace, number);
    let part = (number >> 50) as i64 % 100;
    let before = (trace.first - created).as_millis() * part / 100;
    trace.changed.map_or(created + Span::millis(before), |(at, _)| at)
}

/// Where a file of SharePoint or OneDrive lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Id of the site.
    pub id: Guid,
    /// Id of the library.
    pub list: Guid,
    /// Id of the folder.
    pub folder: Guid,
    /// The origin: `https://contoso.sharepoint.com`.
    pub domain: String,
    /// The path of the site below that, without a slash at its end.
    pub path: String,
    /// The path of the folder, that of the site included.
    pub folder_path: String,
    /// The path of the file, likewise.
    pub file_path: String,
}
