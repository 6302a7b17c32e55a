//! Users and accounts as the product knows them: the people of the directory, applications, accounts in connected apps,
//! and whoever is known only from what was done by them or shared with them.
//!
//! A user is one of the directory, or somebody who acts without being in there; an account is what somebody has in one
//! app. Accounts in apps other than Microsoft's are known from the log, since it is from their connectors that the
//! product learns of them (that an account nobody has used for as long as the log goes back is not listed is a
//! simplification).
//! Source: <https://learn.microsoft.com/defender-cloud-apps/accounts>.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::catalogue::{apps, kinds};
use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::index::{ActorCode, ObjectNo, PersonIx, PrincipalIx};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::timeline::digest::{Invited, LogDigest, Sighting};

use super::priority::{Priorities, Priority};
use super::{ActorView, AppFacts, PersonFacts};

/// How an account stands, as the API numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Standing {
    /// Nothing is known of it.
    Unknown = 0,
    /// Made, and not used yet.
    Staged = 1,
    /// In use.
    Active = 2,
    /// Closed.
    Suspended = 3,
    /// Gone.
    Deleted = 4,
}

impl Standing {
    /// Its name among the values of filters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "N/A",
            Self::Staged => "Staged",
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Deleted => "Deleted",
        }
    }
}

/// A group into which the product puts users by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserGroup {
    /// Administrators of Microsoft 365: the group that activities name.
    Administrators,
    /// Whoever is not of the company.
    External,
    /// Applications.
    Applications,
}

impl UserGroup {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Administrators, Self::External, Self::Applications];

    /// Its name and what is said of it.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Administrators => (
                "Office 365 administrator",
                "Company administrators, user account administrators, helpdesk administrators, service support \
                 administrators, and billing administrators",
            ),
            Self::External => (
                "External users",
                "Users who are not members of any of the managed domains of the organization",
            ),
            Self::Applications => {
                ("Application (Cloud App Security)", "Activities that applications did, not users")
            }
        }
    }

    /// The app to which it belongs, if to one.
    pub const fn app(self) -> Option<u32> {
        match self {
            Self::Administrators => Some(kinds::MICROSOFT_365),
            Self::External | Self::Applications => None,
        }
    }
}

/// Who a row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Somebody of the directory.
    Person(PersonIx),
    /// An application, by its place among those of the list.
    Application(usize),
    /// A user whom the directory does not know.
    Stranger(ActorCode),
    /// What somebody of the directory has in an app with a connector of its own.
    Account(PersonIx, u32),
    /// Somebody with whom a file was shared, by the place among those of the list.
    Outsider(usize),
}

/// Somebody outside with whom files were shared.
struct Outsider {
    address: String,
    /// The first file that was.
    object: ObjectNo,
    /// When an invitation was accepted last.
    seen: Option<VirtualTime>,
}

/// Everybody whom the product knows at an instant: users first, then applications, accounts, people outside.
pub struct Entities<'a> {
    view: &'a TenantView,
    digest: LogDigest,
    applications: Vec<(AppFacts<'a>, Option<ActorCode>)>,
    outsiders: Vec<Outsider>,
    rows: Vec<Who>,
    priorities: OnceLock<Priorities>,
    sizes: OnceLock<[usize; 3]>,
}

impl<'a> Entities<'a> {
    /// Those whom `view` shows.
    pub fn new(view: &'a TenantView) -> Self {
        let digest = view.state.digest(view.now);
        let people: Vec<PersonIx> = PersonFacts::all(view).map(|person| person.index()).collect();
        let applications = applications(view);
        let mut rows: Vec<Who> = people.iter().copied().map(Who::Person).collect();
        rows.extend(strangers(view).map(Who::Stranger));
        rows.extend((0..applications.len()).map(Who::Application));
        for person in &people {
            let seen = digest.sightings(ActorCode::of_person(*person));
            let apps: BTreeSet<u32> = seen.iter().map(|sighting| connector(sighting.app)).collect();
            let others = apps.into_iter().filter(|app| !is_of_microsoft(*app));
            rows.extend(others.map(|app| Who::Account(*person, app)));
        }
        let outsiders = outsiders(view, &digest);
        rows.extend((0..outsiders.len()).map(Who::Outsider));
        let (priorities, sizes) = (OnceLock::new(), OnceLock::new());
        Self { view, digest, applications, outsiders, rows, priorities, sizes }
    }

    /// The same without the accounts that users have in apps.
    pub fn standalone(view: &'a TenantView) -> Self {
        let mut all = Self::new(view);
        all.rows.retain(|who| !matches!(who, Who::Account(..)));
        all
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Nobody; no tenant is without anybody.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One of them.
    pub fn at(&self, row: usize) -> Option<EntityFacts<'_>> {
        self.rows.get(row).map(|who| EntityFacts { all: self, who: *who })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = EntityFacts<'_>> {
        self.rows.iter().map(|who| EntityFacts { all: self, who: *who })
    }

    /// The one with this id in this app; without one, in any. Microsoft's apps share their accounts.
    pub fn find(&self, id: &str, app: Option<u32>) -> Option<EntityFacts<'_>> {
        let within = |entity: &EntityFacts<'_>| {
            app.is_none_or(|app| app == entity.app() || connector(app) == entity.app())
        };
        self.iter().filter(within).find(|entity| entity.is_called(id))
    }

    /// How many users are in a group.
    pub fn size(&self, group: UserGroup) -> usize {
        self.sizes.get_or_init(|| {
            let mut sizes = [0; 3];
            for entity in self.iter() {
                entity.groups().into_iter().for_each(|group| sizes[group as usize] += 1);
            }
            sizes
        })[group as usize]
    }

    /// The id of a group.
    pub fn group_id(&self, group: UserGroup) -> Hex24 {
        match group {
            UserGroup::Administrators => self.view.state.world().ids.hex24(Kind::Group, 0),
            // Built-in tags, as recorded.
            UserGroup::External => Hex24::built_in(0x20),
            UserGroup::Applications => Hex24::built_in(0x3b),
        }
    }

    /// The id of a group as a record of its own.
    pub fn group_key(&self, group: UserGroup) -> Hex24 {
        self.view.state.world().ids.hex24(Kind::Group, 1 << 40 | group as u64)
    }

    fn priorities(&self) -> &Priorities {
        self.priorities.get_or_init(|| Priorities::new(self.view, &self.digest))
    }

    /// Whom an actor of the directory is, if there is such an account.
    fn person(&self, person: PersonIx) -> Option<PersonFacts<'a>> {
        PersonFacts::of(self.view, person)
    }
}

/// The app whose connector tells of an app.
fn connector(app: u32) -> u32 {
    apps::app(app).map_or(app, |app| app.connector)
}

/// Its accounts are those of the directory: apps of Microsoft, and the product itself.
fn is_of_microsoft(app: u32) -> bool {
    app == kinds::MICROSOFT_365 || app == kinds::CLOUD_APPS
}

/// The applications that are installed, with their actor codes as far as they have one.
fn applications(view: &TenantView) -> Vec<(AppFacts<'_>, Option<ActorCode>)> {
    let (world, codebook) = (view.state.world(), view.state.codebook());
    let mut codes: BTreeMap<Guid, ActorCode> = BTreeMap::new();
    for (index, principal) in PrincipalIx::numbered(&world.principals) {
        codes.insert(principal.id, world.actor_of_principal(index));
    }
    let later = (world.operator().get() + 1..codebook.actors() as u32).map(ActorCode::new);
    for code in later {
        if let Some(actor) = codebook.actor(code).filter(|actor| !actor.user) {
            codes.insert(actor.id, code);
        }
    }
    let added = AppFacts::all_registered(view).filter(|app| !app.born());
    let installed = AppFacts::all_principals(view).chain(added).filter(AppFacts::installed);
    installed.map(|app| (app, codes.get(&app.object_id()).copied())).collect()
}

/// Users who were put in from outside.
fn strangers(view: &TenantView) -> impl Iterator<Item = ActorCode> {
    let codebook = view.state.codebook();
    let added = view.state.world().operator().get() + 1..codebook.actors() as u32;
    added.map(ActorCode::new).filter(move |code| codebook.actor(*code).is_some_and(|actor| actor.user))
}

/// Whom files were shared with outside the company, guests left out, in the order of their addresses.
fn outsiders(view: &TenantView, digest: &LogDigest) -> Vec<Outsider> {
    let guests: BTreeSet<String> = PersonFacts::all(view)
        .filter(PersonFacts::guest)
        .map(|guest| mail(guest.upn()).into_owned())
        .collect();
    let invited = digest.invited(view.state.world()).into_iter();
    let outside = invited.filter(|(address, _)| !guests.contains(address));
    outside
        .map(|(address, Invited { object, accepted })| Outsider { address, object, seen: accepted })
        .collect()
}

/// The mail address behind a user principal name: that of a guest holds it in another form.
pub(super) fn mail(upn: &str) -> Cow<'_, str> {
    let Some((home, _)) = upn.split_once("#EXT#") else { return Cow::Borrowed(upn) };
    match home.rsplit_once('_') {
        Some((local, domain)) => Cow::Owned(format!("{local}@{domain}")),
        None => Cow::Borrowed(home),
    }
}

/// A user or an account.
#[derive(Clone, Copy)]
pub struct EntityFacts<'e> {
    all: &'e Entities<'e>,
    who: Who,
}

/// What a user has in an app, as it stands within the user's record.
#[derive(Clone, Debug)]
pub struct AccountOf {
    /// Number of the app.
    pub app: u32,
    /// Its id there.
    pub id: String,
    /// It is but a place for what the user did there: the account is that of the directory.
    pub placeholder: bool,
    /// When it was last seen.
    pub last_seen: VirtualTime,
}

impl<'e> EntityFacts<'e> {
    fn view(&self) -> &'e TenantView {
        self.all.view
    }

    fn actor(&self) -> Option<ActorCode> {
        match self.who {
            Who::Person(person) | Who::Account(person, _) => Some(ActorCode::of_person(person)),
            Who::Application(at) => self.all.applications[at].1,
            Who::Stranger(code) => Some(code),
            Who::Outsider(_) => None,
        }
    }

    fn person(&self) -> Option<PersonFacts<'e>> {
        match self.who {
            Who::Person(person) | Who::Account(person, _) => self.all.person(person),
            _ => None,
        }
    }

    fn stranger(&self) -> Option<ActorView<'e>> {
        match self.who {
            Who::Stranger(code) => self.view().state.codebook().actor(code),
            _ => None,
        }
    }

    /// It is a user, and not an account.
    pub fn is_user(&self) -> bool {
        matches!(self.who, Who::Person(_) | Who::Stranger(_))
    }

    /// It is an application.
    pub fn is_application(&self) -> bool {
        matches!(self.who, Who::Application(_))
    }

    /// The id of its record.
    pub fn key(&self) -> Hex24 {
        let ids = self.view().state.world().ids;
        match self.who {
            Who::Person(person) => ids.hex24(Kind::User, person.ordinal()),
            Who::Stranger(code) => ids.hex24(Kind::User, 1 << 40 | code.ordinal()),
            Who::Account(person, app) => {
                ids.hex24(Kind::User, 1 << 46 | (u64::from(app) & 0xff_ffff) << 20 | person.ordinal())
            }
            Who::Outsider(at) => ids.hex24(Kind::User, 1 << 41 | self.all.outsiders[at].object.ordinal()),
            Who::Application(at) => {
                let (app, code) = &self.all.applications[at];
                let unused = || 1 << 40 | (app.object_id().bits() as u64 & 0xff_ffff_ffff);
                ids.hex24(Kind::ServicePrincipal, code.map_or_else(unused, ActorCode::ordinal))
            }
        }
    }

    /// Its id in its app: the object id of the directory, or what the app itself numbers its users by.
    pub fn id(&self) -> String {
        match self.who {
            Who::Person(_) => self.person().map(|person| person.id().to_string()).unwrap_or_default(),
            Who::Stranger(_) => self.stranger().map(|actor| actor.id.to_string()).unwrap_or_default(),
            Who::Application(at) => self.all.applications[at].0.object_id().to_string(),
            Who::Outsider(at) => self.all.outsiders[at].address.clone(),
            Who::Account(person, app) => {
                let number =
                    self.view().state.world().ids.number(Kind::User, ActorCode::of_person(person).ordinal());
                let name = self.account();
                id_in_app(app, number, &name)
            }
        }
    }

    /// It goes by this name: its id, the id of its record, its account or its address; upper and lower case are the same.
    pub fn is_called(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.id())
            || name.eq_ignore_ascii_case(&self.account())
            || name.eq_ignore_ascii_case(&self.key().to_string())
            || self.email().is_some_and(|email| name.eq_ignore_ascii_case(&email))
    }

    /// Number of its app.
    pub fn app(&self) -> u32 {
        match self.who {
            Who::Account(_, app) => app,
            _ => kinds::MICROSOFT_365,
        }
    }

    /// Its display name.
    pub fn name(&self) -> Cow<'e, str> {
        match self.who {
            Who::Person(_) | Who::Account(..) => {
                self.person().map_or(Cow::Borrowed(""), |person| Cow::Borrowed(person.display_name()))
            }
            Who::Stranger(_) => self.stranger().map_or(Cow::Borrowed(""), |actor| Cow::Borrowed(actor.name)),
            Who::Application(at) => Cow::Borrowed(self.all.applications[at].0.display_name()),
            Who::Outsider(at) => Cow::Borrowed(self.all.outsiders[at].address.as_str()),
        }
    }

    /// The name under which it acts: the principal name of a user, the display name of an application.
    pub fn account(&self) -> Cow<'e, str> {
        match self.who {
            Who::Person(_) | Who::Account(..) => {
                self.person().map_or(Cow::Borrowed(""), |person| Cow::Borrowed(person.upn()))
            }
            Who::Stranger(_) => {
                self.stranger().map_or(Cow::Borrowed(""), |actor| Cow::Borrowed(actor.account))
            }
            Who::Application(_) | Who::Outsider(_) => self.name(),
        }
    }

    /// Its mail address.
    pub fn email(&self) -> Option<Cow<'e, str>> {
        match self.who {
            Who::Person(_) | Who::Account(..) => self.person().map(|person| mail(person.upn())),
            Who::Stranger(_) => {
                self.stranger().map(|actor| Cow::Borrowed(actor.account)).filter(|name| name.contains('@'))
            }
            Who::Outsider(_) => Some(self.name()),
            Who::Application(_) => None,
        }
    }

    /// The domain of that.
    pub fn domain(&self) -> Option<String> {
        self.email().and_then(|email| Some(email.rsplit_once('@')?.1.to_owned()))
    }

    /// The organisational unit: the department.
    pub fn organization(&self) -> Option<&'e str> {
        self.person().map(|person| person.department()).filter(|department| !department.is_empty())
    }

    /// Not of the company. Applications count as such, as recorded.
    pub fn external(&self) -> bool {
        match self.who {
            Who::Person(_) | Who::Account(..) => self.person().is_some_and(|person| person.guest()),
            Who::Stranger(_) => {
                self.domain().is_none_or(|domain| domain != super::company(self.view()).domain)
            }
            Who::Outsider(_) | Who::Application(_) => true,
        }
    }

    /// The product made it up from what was done by it or shared with it.
    pub fn is_placeholder(&self) -> bool {
        matches!(self.who, Who::Stranger(_) | Who::Outsider(_))
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        match self.who {
            Who::Person(_) => match self.person() {
                Some(person) if !person.enabled() => Standing::Suspended,
                // Guests who were invited and have not come (unverified).
                Some(person) if person.guest() && self.last_seen().is_none() => Standing::Staged,
                _ => Standing::Active,
            },
            Who::Application(at) if !self.all.applications[at].0.enabled() => Standing::Suspended,
            Who::Application(_) | Who::Account(..) => Standing::Active,
            Who::Stranger(_) | Who::Outsider(_) => Standing::Unknown,
        }
    }

    /// It holds a role of the directory.
    pub fn is_admin(&self) -> bool {
        self.role().is_some()
    }

    /// The first of its roles, by name.
    pub fn role(&self) -> Option<&'static str> {
        match self.who {
            Who::Person(_) => self.person()?.roles().first().map(|role| role.name()),
            _ => None,
        }
    }

    fn sightings(&self) -> Vec<Sighting> {
        self.actor().map(|actor| self.all.digest.sightings(actor)).unwrap_or_default()
    }

    /// When it was last seen to do something: a sign-in that failed does not count.
    pub fn last_seen(&self) -> Option<VirtualTime> {
        match self.who {
            Who::Outsider(at) => self.all.outsiders[at].seen,
            Who::Account(_, app) => {
                let here = self.sightings().into_iter().filter(|sighting| connector(sighting.app) == app);
                here.map(|sighting| sighting.last).max()
            }
            _ => self.sightings().into_iter().map(|sighting| sighting.last).max(),
        }
    }

    /// The groups into which the product puts it.
    pub fn groups(&self) -> Vec<UserGroup> {
        let mut groups = Vec::new();
        if let Who::Person(person) = self.who {
            let told = self.view().state.codebook().groups(ActorCode::of_person(person));
            groups.extend((!told.is_empty()).then_some(UserGroup::Administrators));
        }
        groups.extend(self.external().then_some(UserGroup::External));
        groups.extend(self.is_application().then_some(UserGroup::Applications));
        groups
    }

    /// The source of what is said of groups.
    pub fn all(&self) -> &'e Entities<'e> {
        self.all
    }

    /// The investigation priority; nothing for accounts, and for users who were never seen.
    pub fn priority(&self) -> Option<u32> {
        let actor = self.actor().filter(|_| self.is_user())?;
        let seen = self.last_seen().is_some();
        let priority = self.all.priorities().now(actor);
        (seen || priority > 0).then_some(priority)
    }

    /// The same by day, oldest first; none where there is none now.
    pub fn history(&self) -> Vec<Priority> {
        match (self.priority(), self.actor()) {
            (Some(_), Some(actor)) => self.all.priorities().history(actor).collect(),
            _ => Vec::new(),
        }
    }

    /// When the priority was worked out.
    pub fn rated(&self) -> VirtualTime {
        self.view().now
    }

    /// The id of the record of one of a user's accounts.
    pub fn key_of(&self, account: &AccountOf) -> Hex24 {
        match self.who {
            Who::Person(person) => {
                EntityFacts { all: self.all, who: Who::Account(person, account.app) }.key()
            }
            _ => self.key(),
        }
    }

    /// What a user has in apps, in the order of their numbers.
    pub fn accounts(&self) -> Vec<AccountOf> {
        if !self.is_user() {
            return Vec::new();
        }
        let mut accounts: BTreeMap<u32, AccountOf> = BTreeMap::new();
        for Sighting { app, last } in self.sightings() {
            let placeholder = is_of_microsoft(connector(app));
            let app = if placeholder { app } else { connector(app) };
            let known = accounts.entry(app).or_insert_with(|| {
                let own = match self.who {
                    Who::Person(person) if !placeholder => {
                        EntityFacts { all: self.all, who: Who::Account(person, app) }.id()
                    }
                    _ => self.id(),
                };
                AccountOf { app, id: own, placeholder, last_seen: last }
            });
            known.last_seen = known.last_seen.max(last);
        }
        accounts.into_values().collect()
    }

    /// The user whose account it is, and the user's accounts that are entities of their own; a user comes first itself.
    pub fn tree(&self) -> Vec<EntityFacts<'e>> {
        let (all, whose) = (
            self.all,
            match self.who {
                Who::Person(person) | Who::Account(person, _) => person,
                _ => return vec![*self],
            },
        );
        let of_them = |who: &&Who| matches!(who, Who::Person(of) | Who::Account(of, _) if *of == whose);
        all.rows.iter().filter(of_them).map(|who| EntityFacts { all, who: *who }).collect()
    }

    /// The numbers of the apps in which it is known.
    pub fn apps(&self) -> BTreeSet<u32> {
        let accounts = self.accounts().into_iter().map(|account| account.app);
        accounts.chain([self.app()]).collect()
    }

    /// From which countries it acted: how often, and when last, most often first. What does not say from where does not
    /// count.
    pub fn countries(&self) -> Vec<(String, u64, VirtualTime)> {
        let Some(actor) = self.actor() else { return Vec::new() };
        let codebook = self.view().state.codebook();
        let mut countries: BTreeMap<&str, (u64, VirtualTime)> = BTreeMap::new();
        for (_, chunk, shown) in self.view().state.core().log.chunks(self.view().now) {
            let rows = (0..shown).filter(|row| chunk.actor[*row] == actor.get());
            for event in rows.map(|row| chunk.event(row)) {
                let Some(address) = codebook.address(event.address) else { continue };
                let known = countries.entry(&address.place.country).or_insert((0, event.timestamp()));
                *known = (known.0 + 1, known.1.max(event.timestamp()));
            }
        }
        countries.remove("");
        let mut countries: Vec<(String, u64, VirtualTime)> =
            countries.into_iter().map(|(country, (times, last))| (country.to_owned(), times, last)).collect();
        countries.sort_by_key(|country| std::cmp::Reverse(country.1));
        countries
    }
}

/// The id by which an app numbers its users, as its own log writes it; apps of which that is not known name the account.
fn id_in_app(app: u32, number: u64, account: &str) -> String {
    match app {
        kinds::BOX => (10_000_000_000 + number % 9_000_000_000).to_string(),
        kinds::DROPBOX => format!("dbid:AA{number:016x}"),
        kinds::GOOGLE => format!("1{number:020}"),
        kinds::GITHUB => (number % 200_000_000).to_string(),
        kinds::SLACK => format!("U0{:09X}", number & 0xf_ffff_ffff),
        kinds::OKTA => format!("00u{number:016x}"),
        kinds::AWS => format!("AROA{number:016X}:{account}"),
        _ => account.to_owned(),
    }
}
