//! The world of a tenant: everything about it that never changes after birth.
//!
//! A pure function of the specification; shared by all forks of a tenant.

pub(in crate::generate) mod addresses;
pub(in crate::generate) mod agents;
pub mod branches;
pub mod company;
pub mod figures;
pub mod sites;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::birth::people;
use super::birth::people::{CompanyOutline, Habits};
use super::birth::principals;
use super::birth::principals::Principal;
use super::birth::registrations;
use super::birth::turnover;
use super::birth::turnover::Turnover;
use super::objects::files;
use super::objects::files::Library;
use super::objects::{app_objects, mails, paths, teams};
use super::stories::{self, Planned};
use crate::catalogue::agents::Use;
use crate::catalogue::apps::App;
use crate::catalogue::policies::{self, POLICIES, Policing};
use crate::generate::birth::connected_apps;
use crate::model::activity::Event;
use crate::model::ids::{Guid, Kind, Minter};
use crate::model::index::{AddressCode, AgentCode, ObjectNo, PersonIx, PolicyIx};
use crate::model::person::{Person, Persona};
use crate::model::registration::Registration;
use crate::model::spec::Specification;
use addresses::{Codes, Directions, Networks};
use branches::Branch;
use figures::Figures;

pub use super::birth::turnover::Move;
pub use super::objects::app_objects::AppObject;
pub use super::objects::mails::Mail;
pub use super::objects::teams::{Meeting, Team};
pub use super::stories::{StoryError, Storyline};

/// The company, its people and everything that codes in events refer to.
pub struct World {
    /// What it was born from.
    pub spec: Specification,
    /// The numbers that it is drawn with.
    pub figures: Figures,
    /// Its departments.
    pub branches: Vec<Branch>,
    /// Which policies are on, and how they are tuned: index = policy.
    pub policies: Vec<Policing>,
    /// What of the wished storylines can not be told: place in the wishes, and why.
    pub untold: Vec<(usize, StoryError)>,
    /// Makes and reads its ids.
    pub ids: Minter,
    /// The company.
    pub company: Company,
    /// Its offices; index 0 is the head office.
    pub offices: Vec<Office>,
    /// Its people: index = actor code. Members first, then guests; then those who may come later, members first.
    pub people: Vec<Person>,
    /// The apps that it has connected, in the order of the catalogue.
    pub apps: Vec<&'static App>,
    /// Its application registrations.
    pub registrations: Vec<Arc<Registration>>,
    /// Its applications: index = actor code less the number of people. The registrations come first.
    pub principals: Vec<Principal>,
    /// Every address that anybody may come from.
    pub addresses: AddressBook,
    /// Every release of every browser and client app.
    pub agents: &'static [Agent],
    /// The storylines that it has behind it: index = the number that their events carry, less one.
    pub storylines: Vec<Storyline>,
    /// Habits of each person, by the same index.
    pub(super) habits: Vec<Habits>,
    /// Members of each department, by its index in `branches`.
    pub(super) departments: Vec<Vec<PersonIx>>,
    /// What each department of the catalogue works in: indexes into `connected_apps::USAGE`, with weights.
    pub(super) uses: Vec<Vec<(u8, u32)>>,
    /// Sites that hold files, each with a team.
    pub(super) libraries: Vec<Library>,
    /// Networks around each office, by the same index.
    pub(super) networks: Vec<Networks>,
    /// Connections in cities without an office.
    pub(super) abroad: Vec<Codes>,
    /// Clouds from which programs act, in the order of the catalogue.
    pub(super) clouds: Vec<Codes>,
    /// Smaller hosts of machines, in the order of the catalogue.
    pub(super) hosts: Vec<Codes>,
    /// Exits of anonymisers, in the order of the catalogue.
    pub(super) anonymisers: Vec<Codes>,
    /// What git calls itself.
    pub(super) git: AgentCode,
    /// What programs call themselves.
    pub(super) machines: Vec<AgentCode>,
    /// What attackers use.
    pub(super) attackers: Vec<AgentCode>,
    /// Who starts and who leaves.
    pub(super) turnover: Turnover,
    /// What the storylines leave, and when they need whom.
    pub(super) planned: Planned,
    by_upn: BTreeMap<String, PersonIx>,
}

/// The company's names.
#[derive(Clone, Debug)]
pub struct Company {
    /// For example "Contoso".
    pub name: String,
    /// Host label: `contoso`.
    pub label: String,
    /// Initial domain: `contoso.onmicrosoft.com`. User principal names live in it.
    pub domain: String,
}

/// An office.
#[derive(Clone, Debug)]
pub struct Office {
    /// For example "Seattle".
    pub city: Cow<'static, str>,
    /// ISO country code.
    pub country: Cow<'static, str>,
    /// IANA time zone, for example `America/Los_Angeles`.
    pub zone: Cow<'static, str>,
    /// Minutes east of UTC, resolved once for a fixed reference date.
    pub utc_offset_minutes: i32,
    /// First code of its corporate addresses.
    pub first_address: AddressCode,
    /// How many of them.
    pub addresses: u32,
}

/// Where a block of addresses is and who runs it.
#[derive(Clone, Debug)]
pub struct Place {
    /// ISO country code.
    pub country: Cow<'static, str>,
    /// Country name in English.
    pub country_name: Cow<'static, str>,
    /// City.
    pub city: Cow<'static, str>,
    /// Region name and its code.
    pub region: (Cow<'static, str>, Cow<'static, str>),
    /// Postal code.
    pub postal: Cow<'static, str>,
    /// Degrees north, in thousandths.
    pub latitude_milli: i32,
    /// Degrees east, in thousandths.
    pub longitude_milli: i32,
    /// Name of the internet provider or organisation.
    pub provider: String,
    /// Category of the addresses.
    pub category: IpCategory,
    /// Ids of built-in IP tags (see the Cloud Apps documentation of IP tags).
    pub tags: &'static [&'static str],
    /// Anonymous proxy, Tor and the like.
    pub anonymous: bool,
}

/// Category of an address, as the Cloud Apps API numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IpCategory {
    /// 0: none
    None = 0,
    /// 1
    Corporate = 1,
    /// 2
    Administrative = 2,
    /// 3
    Risky = 3,
    /// 4
    Vpn = 4,
    /// 5
    CloudProvider = 5,
    /// 6
    Other = 6,
}

/// Dense codes for addresses, in blocks that share a place.
pub struct AddressBook {
    /// Blocks in order of their first code.
    pub(super) blocks: Vec<Block>,
}

/// A run of consecutive addresses.
pub(super) struct Block {
    pub(super) first_code: AddressCode,
    pub(super) count: u32,
    pub(super) base: IpAddr,
    pub(super) place: Arc<Place>,
}

/// An address and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// The address.
    pub ip: IpAddr,
    /// Where it is and who runs it.
    pub place: &'a Place,
}

/// A browser or client app.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The user-agent header.
    pub text: String,
    /// For example `CHROME`.
    pub family: &'static str,
    /// For example `Chrome`.
    pub name: &'static str,
    /// Full version.
    pub version: String,
    /// `Browser`, `Application`, …
    pub kind: &'static str,
    /// For example ("Windows 10", "Windows").
    pub system: (&'static str, &'static str),
    /// `os` key of the activity record, for example `windows_10`.
    pub os_key: &'static str,
    /// `DESKTOP`, `MOBILE`, `TABLET`, `OTHER`.
    pub device: &'static str,
    /// A native client rather than a browser.
    pub native: bool,
}

/// A file, as activities refer to it.
pub struct File<'w> {
    pub(in crate::generate) world: &'w World,
    /// `Q3 forecast.xlsx`
    pub name: String,
    /// Id of the file.
    pub id: Guid,
    /// Id of the site or drive.
    pub site: Guid,
    /// The library that holds it, by its number.
    pub(in crate::generate) library: u32,
    /// Path below the root of the library, without the name.
    pub folder: String,
}

impl File<'_> {
    /// Its id wherever a service names it: the site's and the item's.
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(73);
        self.site.append_to(&mut key);
        key.push('|');
        self.id.append_to(&mut key);
        key
    }

    /// Web URL of the file, host included.
    pub fn url(&self) -> String {
        format!("{}{}/{}", self.site_url(), self.path(), self.name)
    }

    /// Web URL of the site that holds it, with the slash at its end.
    pub fn site_url(&self) -> String {
        paths::site_url(self.world, self.library)
    }

    /// The path of the folder below the site.
    pub fn path(&self) -> String {
        paths::below_site(self.world, self.library, &self.folder)
    }

    /// Id of the list that the library is.
    pub fn list(&self) -> Guid {
        self.world.ids.guid(Kind::Site, 1 << 40 | u64::from(self.library))
    }

    /// Id of the web that the site is.
    pub fn web(&self) -> Guid {
        self.world.ids.guid(Kind::Site, 2 << 40 | u64::from(self.library))
    }

    /// It is in somebody's OneDrive.
    pub fn is_personal(&self) -> bool {
        paths::owner_of_onedrive(self.world, self.library).is_some()
    }
}

impl World {
    /// The world of a specification. Pure: equal specifications give equal worlds.
    pub fn new(spec: &Specification) -> Self {
        Self::new_while(spec, &mut || true).expect("it is only left off where it is not wanted any more")
    }

    /// Something comes of it when the rule of a policy speaks, as the tenant is born.
    pub(in crate::generate) fn is_heard(&self, policy: PolicyIx) -> bool {
        let switched = self.policies[policy.index()].switched;
        POLICIES[policy.index()].consequence(self.spec.settings.service_date, switched).is_any()
    }

    /// The company has connected this app.
    pub(in crate::generate) fn connects(&self, app: u32) -> bool {
        self.apps.iter().any(|connected| connected.number == app)
    }

    /// The same, as long as `wanted` says so: it is asked between the parts of the work, and once per thousand people.
    pub fn new_while(spec: &Specification, wanted: &mut dyn FnMut() -> bool) -> Option<Self> {
        let ids = Minter::new(spec.seed);
        let figures = Figures::of(spec);
        let (branches, rest) = branches::branches(spec, &figures);
        let company = company::company(spec);
        let sites = sites::sites(spec, &figures);
        let Directions { book: addresses, sites: around, abroad, clouds, hosts, anonymisers } =
            addresses::book(&company.name, &sites);
        let networks: Vec<Networks> = sites.iter().map(|site| around[site.number].clone()).collect();
        let offices = sites::offices(&sites, &networks);
        let ground = CompanyOutline {
            spec,
            figures: &figures,
            branches: &branches,
            rest,
            ids,
            company: &company,
            offices: &offices,
            weights: &sites::weights(&sites, &figures),
            networks: &networks,
        };
        let staff = people::staff(ground, wanted)?;
        let libraries = files::libraries(ground, &staff);
        let apps = connected_apps::connected(spec, &figures);
        let by_upn =
            PersonIx::numbered(&staff.people).map(|(index, person)| (person.upn.to_lowercase(), index));
        let by_upn = by_upn.collect();
        wanted().then_some(())?;
        let registrations = registrations::registrations(spec, ids);
        let mut world = Self {
            spec: spec.clone(),
            ids,
            company,
            offices,
            people: staff.people,
            uses: connected_apps::uses(&apps),
            apps,
            principals: principals::principals(figures.scale, ids, &registrations),
            registrations,
            addresses,
            agents: agents::all(),
            habits: staff.habits,
            departments: staff.departments,
            libraries,
            networks,
            abroad,
            clouds,
            hosts,
            anonymisers,
            git: agents::any(Use::Git),
            machines: agents::machines(),
            attackers: agents::attackers(),
            turnover: Turnover::default(),
            policies: policies::policing(spec),
            untold: Vec::new(),
            figures,
            branches,
            storylines: Vec::new(),
            planned: Planned::default(),
            by_upn,
        };
        world.turnover = turnover::draw(&world);
        wanted().then_some(())?;
        stories::plan(&mut world);
        wanted().then_some(world)
    }

    /// A person.
    ///
    /// # Panics
    /// When there is no such person; events hold valid indexes only.
    pub fn person(&self, index: PersonIx) -> &Person {
        &self.people[index.index()]
    }

    /// The office of a person.
    pub fn office_of(&self, person: PersonIx) -> &Office {
        &self.offices[self.person(person).office.index()]
    }

    /// The person who plays a persona. Every persona is played in every size.
    pub fn persona(&self, persona: Persona) -> Option<PersonIx> {
        let found = PersonIx::numbered(&self.people).find(|(_, person)| person.persona == Some(persona));
        found.map(|(index, _)| index)
    }

    /// The person with this user principal name, case ignored.
    pub fn person_by_upn(&self, upn: &str) -> Option<PersonIx> {
        self.by_upn.get(&upn.to_lowercase()).copied()
    }

    /// The person with this object id.
    pub fn person_by_id(&self, id: Guid) -> Option<PersonIx> {
        let ordinal = u32::try_from(self.ids.guid_ordinal(Kind::User, id)?).ok()?;
        Some(PersonIx::new(ordinal)).filter(|index| index.index() < self.people.len())
    }

    /// How many sites there are from birth on; the others may be founded later.
    pub(in crate::generate) fn first_sites(&self) -> u32 {
        self.libraries.len() as u32 - self.figures.later_sites
    }

    /// The sites that may be founded later.
    pub(in crate::generate) fn later_sites(&self) -> &[Library] {
        &self.libraries[self.first_sites() as usize..]
    }

    /// May join, or be invited, after the start: nobody knows of them before their account is made.
    pub fn is_newcomer(&self, person: PersonIx) -> bool {
        person.get() >= self.figures.at_birth
    }

    /// Everybody whom the company is born with.
    pub fn people_at_birth(&self) -> &[Person] {
        &self.people[..self.figures.at_birth as usize]
    }

    /// The address behind a code. A code past the end gives the last address.
    pub fn address(&self, code: AddressCode) -> Address<'_> {
        self.addresses.get(code)
    }

    /// The code of an address, if anybody may come from it.
    pub fn address_of_ip(&self, ip: IpAddr) -> Option<AddressCode> {
        self.addresses.code(ip)
    }

    /// The file that `Event::object` names under a kind whose target is a file.
    pub fn file(&self, object: ObjectNo) -> File<'_> {
        files::file(self, object)
    }

    /// Under which folder (below the site) and name the file that `Event::object` names was known before it was renamed or
    /// moved; `None` under other kinds.
    pub fn former_path(&self, event: &Event) -> Option<(String, String)> {
        paths::former(self, event)
    }

    /// To whom outside the company a file is shared, when it is shared with somebody.
    pub fn outside_recipient(&self, object: ObjectNo) -> String {
        files::outside_recipient(self, object)
    }

    /// With whom inside the company the file of an event is shared.
    pub fn inside_recipient(&self, event: &Event) -> PersonIx {
        files::inside_recipient(self, event)
    }

    /// The mailbox item that `Event::object` names under a kind whose target is a mail.
    pub fn mail(&self, object: ObjectNo) -> Mail {
        mails::mail(self, object)
    }

    /// The thing inside a connected app that `Event::object` names.
    pub fn app_object(&self, object: ObjectNo) -> AppObject {
        app_objects::app_object(self, object)
    }

    /// The team or chat that `Event::object` names.
    pub fn team(&self, object: ObjectNo) -> Team {
        teams::team(self, object)
    }
}
