//! The directory of a tenant as it stands: applications with their service principals, consent, accounts, groups,
//! policies. One store, whoever asks: the token endpoint, the consent page, Microsoft Graph.
//!
//! Must never know: HTTP, how refusals are worded, whether somebody *may* do what a command says; the rules are in
//! [`identity`](crate::identity).

mod account;
mod applications;
mod change;
mod consent;
mod groups;
mod policies;

pub use change::DirectoryRefusal;
pub(super) use change::{decide, decide_account};

use std::sync::Arc;

use crate::generate::World;
use crate::model::directory::{
    Account, App, ConsentRequest, DeviceDecision, Failure, Grant, Group, Policies,
};
use crate::model::ids::Guid;
use crate::model::index::{AppIx, PersonIx};
use crate::model::person::Person;
use crate::model::registration::{Permission, Registration};
use crate::model::time::{Span, VirtualTime};

/// No tenant knows more applications.
pub const MOST_APPS: usize = 1_000;

/// No tenant is given more groups, beside those that it is born with.
pub const MOST_GROUPS: usize = 1_000;

/// No tenant keeps more policies of Conditional Access, ordered errors, trusted issuers or requests for consent.
pub const MOST_OF_A_KIND: usize = 200;

/// Wrong passwords after which an account is locked, and for how long.
/// Source: <https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout>
pub const LOCKOUT_THRESHOLD: u32 = 10;
/// See [`LOCKOUT_THRESHOLD`].
pub const LOCKOUT: Span = Span::seconds(60);

/// How long a request for consent waits for an administrator.
/// Source: <https://learn.microsoft.com/entra/identity/enterprise-apps/configure-admin-consent-workflow>
pub const REQUEST_LIFETIME: Span = Span::days(30);

/// How long a key is still published after the next one took its place.
pub const KEY_OVERLAP: Span = Span::hours(24);

/// How many signing keys there are, which are taken in turns.
pub const SIGNING_KEYS: u32 = 64;

/// How long a key that was rotated out stays away: no token that it signed is valid for so long.
pub const KEY_REST: Span = Span::days(2);

/// How long it is remembered that a code was redeemed; far longer than a code lives.
const REMEMBER_CODES: Span = Span::hours(1);

/// A client, a resource, and for whom: everybody, or a user.
pub type GrantKey = (Guid, Guid, Option<PersonIx>);

/// The directory. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// The applications: the registrations of birth first, in their order.
    pub apps: imbl::Vector<Arc<App>>,
    /// Delegated permissions by client, resource and user.
    pub grants: imbl::OrdMap<GrantKey, Arc<Grant>>,
    /// Application permissions by client and permission, with their place in the order of making.
    pub roles: imbl::OrdMap<(Guid, Permission), u64>,
    /// Who is assigned to which client.
    pub assigned: imbl::OrdSet<(Guid, PersonIx)>,
    /// The groups that commands made, in the order of making.
    pub groups: imbl::Vector<Arc<Group>>,
    /// Whom commands put into which group, by object id, and whom they took out.
    members: imbl::OrdMap<(PersonIx, Guid), bool>,
    /// Policies.
    pub policies: Arc<Policies>,
    /// Which app roles users have: of which client, who, which.
    user_roles: imbl::OrdSet<(Guid, PersonIx, Arc<str>)>,
    /// Errors that were ordered.
    pub failures: imbl::Vector<Arc<Failure>>,
    /// People who may not sign in, by index.
    disabled: imbl::OrdSet<PersonIx>,
    requests: imbl::Vector<Arc<ConsentRequest>>,
    accounts: imbl::OrdMap<PersonIx, Arc<Account>>,
    issuers: imbl::OrdMap<Arc<str>, Arc<str>>,
    redeemed: Recent<()>,
    devices: Recent<DeviceDecision>,
    rotations: u32,
    /// When keys were rotated out: the last of them, the newest at the end; no more than can matter.
    rotated: imbl::Vector<VirtualTime>,
    made: u64,
}

impl Directory {
    /// The directory at birth: what the registrations say was consented to is granted.
    pub fn born(world: &World) -> Self {
        let disabled = PersonIx::numbered(&world.people).filter(|(_, person)| person.disabled);
        let disabled = disabled.map(|(index, _)| index);
        let mut directory = Self { disabled: disabled.collect(), ..Self::default() };
        for registration in &world.registrations {
            directory.apps.push_back(Arc::new(App::own(Arc::clone(registration))));
            directory.grant_at_birth(registration);
        }
        directory
    }

    /// The application with this client id, and its place. One whose service principal is gone counts too.
    pub fn app(&self, client: Guid) -> Option<(AppIx, &Arc<App>)> {
        AppIx::numbered(&self.apps).find(|(_, app)| app.registration.client_id == client)
    }

    /// The application of this place.
    pub fn app_at(&self, index: AppIx) -> Option<&Arc<App>> {
        self.apps.get(index.index())
    }

    /// The application with this short name, and its place.
    pub fn app_named(&self, name: &str) -> Option<(AppIx, &Arc<App>)> {
        AppIx::numbered(&self.apps).find(|(_, app)| app.registration.name == name)
    }

    /// Application permissions that a client was granted, of every resource.
    pub fn roles_of(&self, client: Guid) -> impl Iterator<Item = &Permission> {
        // The least permission: the permissions of a client stand together.
        let first = (client, Permission { resource: Guid::from_bits(0), value: "".into() });
        self.roles
            .range(first..)
            .map(|((of, role), _)| (of, role))
            .take_while(move |(of, _)| **of == client)
            .map(|(_, role)| role)
    }

    /// Delegated permissions that a client was granted for everybody and, if a user is named, by that user.
    pub fn scopes_of(&self, client: Guid, resource: Guid, user: Option<PersonIx>) -> Vec<Arc<str>> {
        let mut scopes: Vec<Arc<str>> = Vec::new();
        let mut keys = vec![(client, resource, None)];
        keys.extend(user.map(|user| (client, resource, Some(user))));
        for grant in keys.iter().filter_map(|key| self.grants.get(key)) {
            for scope in &grant.scopes {
                if !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                    scopes.push(Arc::clone(scope));
                }
            }
        }
        scopes
    }

    /// The app roles of a client that a user was given.
    pub fn roles_of_user(&self, client: Guid, user: PersonIx) -> impl Iterator<Item = &Arc<str>> {
        let first = (client, user, Arc::from(""));
        self.user_roles
            .range(first..)
            .take_while(move |(of, whose, _)| (*of, *whose) == (client, user))
            .map(|(.., role)| role)
    }

    /// Requests for consent that wait for an administrator.
    pub fn requests(&self, now: VirtualTime) -> impl Iterator<Item = &ConsentRequest> {
        self.requests
            .iter()
            .map(|request| &**request)
            .filter(move |request| now - request.at < REQUEST_LIFETIME)
    }

    /// What commands changed about a person's account.
    pub fn account(&self, user: PersonIx) -> Option<&Account> {
        self.accounts.get(&user).map(|account| &**account)
    }

    /// Somebody may not sign in, because a command or birth said so.
    pub fn is_disabled(&self, user: PersonIx) -> bool {
        self.disabled.contains(&user)
    }

    /// When something that a person does at `at` counts as done: after the last time that sessions were ended, even if
    /// that was at the same instant.
    pub fn counted(&self, user: PersonIx, at: VirtualTime) -> VirtualTime {
        self.account(user).and_then(|account| account.valid_from).map_or(at, |from| from.max(at))
    }

    /// The key set of an issuer of federated tokens, as JSON text.
    pub fn issuer_keys(&self, issuer: &str) -> Option<&str> {
        self.issuers.get(issuer).map(|keys| &**keys)
    }

    /// The issuers of federated tokens that are trusted.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.issuers.keys().map(|issuer| &**issuer)
    }

    /// A code was redeemed already.
    pub fn is_redeemed(&self, code: Guid) -> bool {
        self.redeemed.get(code).is_some()
    }

    /// What was decided about a device code.
    pub fn device(&self, device: Guid) -> Option<DeviceDecision> {
        self.devices.get(device).copied()
    }

    /// Which of the signing keys signs, counted on for ever.
    pub fn signing_key(&self) -> u32 {
        self.rotations
    }

    /// The signing keys by which tokens are judged at `now`: the one that signs, and those before it, each for a day
    /// after the next one took its place. The next one has signed nothing yet.
    pub fn judging_keys(&self, now: VirtualTime) -> impl Iterator<Item = u32> {
        let before = self.rotated.iter().rev().take_while(move |&&at| now - at < KEY_OVERLAP);
        let before = (1..).zip(before).map(|(back, _)| self.rotations - back);
        std::iter::once(self.rotations).chain(before)
    }

    /// The signing keys that are published at `now`: those by which tokens are judged, and the next.
    pub fn published_keys(&self, now: VirtualTime) -> impl Iterator<Item = u32> {
        let mut judging = self.judging_keys(now);
        judging.next().into_iter().chain([self.rotations + 1]).chain(judging)
    }

    /// Signs with the next key from now on.
    fn rotate(&mut self, at: VirtualTime) -> Result<(), DirectoryRefusal> {
        // The key that is published as the next one then.
        let rested = SIGNING_KEYS as usize - 2;
        if let Some(&out) = self.rotated.front().filter(|_| self.rotated.len() == rested) {
            if at - out < KEY_REST {
                return Err(DirectoryRefusal::NoFreshKey { from: out + KEY_REST });
            }
            self.rotated.pop_front();
        }
        self.rotated.push_back(at);
        self.rotations += 1;
        Ok(())
    }

    /// The password of a person.
    pub fn password_of<'a>(&'a self, user: PersonIx, person: &'a Person) -> &'a str {
        self.account(user).and_then(|account| account.password.as_deref()).unwrap_or(&person.password)
    }

    /// A guest, now.
    pub fn is_guest(&self, user: PersonIx, person: &Person) -> bool {
        self.account(user).and_then(|account| account.guest).unwrap_or(person.guest)
    }
}

/// What happened to codes, as long as a code may live.
#[derive(Clone, Debug)]
struct Recent<V: Clone> {
    known: imbl::OrdMap<Guid, V>,
    in_order: imbl::Vector<(VirtualTime, Guid)>,
}

impl<V: Clone> Default for Recent<V> {
    fn default() -> Self {
        Self { known: imbl::OrdMap::new(), in_order: imbl::Vector::new() }
    }
}

impl<V: Clone> Recent<V> {
    fn get(&self, code: Guid) -> Option<&V> {
        self.known.get(&code)
    }

    /// Adds one, and drops those that are too old to matter; `false` if it is there already.
    fn add(&mut self, code: Guid, value: V, at: VirtualTime) -> bool {
        while let Some(&(since, oldest)) =
            self.in_order.front().filter(|(since, _)| at - *since >= REMEMBER_CODES)
        {
            debug_assert!(since <= at);
            self.known.remove(&oldest);
            self.in_order.pop_front();
        }
        if self.known.contains_key(&code) {
            return false;
        }
        self.known.insert(code, value);
        self.in_order.push_back((at, code));
        true
    }
}

impl App {
    /// An application in its home tenant.
    pub(in crate::tenant) fn own(registration: Arc<Registration>) -> Self {
        Self {
            home: None,
            principal: registration.principal,
            installed: true,
            enabled: true,
            assignment_required: false,
            registration,
        }
    }
}
