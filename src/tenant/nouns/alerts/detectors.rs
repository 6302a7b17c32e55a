//! Detectors: folds over the log that notice what a policy looks for.
//!
//! Their state lives in the tenant and depends only on the rows seen so far; what they notice becomes an alert at
//! least one slot later.

mod country;
mod night;
mod provider;
pub(super) mod travel;
mod volume;

use crate::catalogue::kinds;
use crate::catalogue::policies::{Consequence, Rule};
use crate::generate::world::IpCategory;
use crate::model::activity::{Action, Event};
use crate::model::index::{ActorCode, AddressCode, PersonIx, PolicyIx};
use crate::model::time::{Span, VirtualTime};

use crate::generate::World;
use crate::tenant::codebook::Codebook;
use crate::tenant::per_person::PerPerson;
use country::Countries;
use night::Nights;
use provider::Providers;
use travel::Travel;
use volume::Volume;

/// So many renamed files within so many seconds are what ransomware does (unverified).
const RENAMES: (u32, i64) = (30, 1_800);
/// So many files handed over within so many seconds are more than usual (unverified).
const HANDOVER: (u32, i64) = (10, 3_600);

/// One policy speaks about one person at most once within this time.
const QUIET: Span = Span::hours(24);

/// What a detector noticed.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// The policy.
    pub policy: PolicyIx,
    /// The person whom it is about.
    pub person: ActorCode,
    /// Who acted: that person, or an application.
    pub actor: ActorCode,
    /// Activities that happened from here …
    pub from: VirtualTime,
    /// … to here, both included, are the evidence …
    pub to: VirtualTime,
    /// … if they come from this address, where one is given.
    pub address: Option<AddressCode>,
    /// The policy has said so of that person not long before.
    pub again: bool,
}

/// The state of all detectors.
#[derive(Clone)]
pub struct Detectors {
    travel: Travel,
    countries: Countries,
    downloaded: Volume,
    deleted: Volume,
    failures: PerPerson<Count>,
    downloads: PerPerson<Count>,
    renames: PerPerson<Count>,
    handovers: PerPerson<Count>,
    nights: Nights,
    providers: Providers,
    /// (policy, person) → until when that policy has said enough about that person.
    quiet: imbl::OrdMap<(PolicyIx, ActorCode), VirtualTime>,
}

/// How many since when.
#[derive(Clone, Copy, Default)]
struct Count {
    since: VirtualTime,
    count: u32,
}

impl Detectors {
    /// Detectors that have seen nothing yet of the people of `world`.
    pub fn new(world: &World) -> Self {
        let people = world.people.len();
        Self {
            travel: Travel::new(people),
            countries: Countries::new(world),
            downloaded: Volume::new(people),
            deleted: Volume::new(people),
            failures: PerPerson::new(Count::default(), people),
            downloads: PerPerson::new(Count::default(), people),
            renames: PerPerson::new(Count::default(), people),
            handovers: PerPerson::new(Count::default(), people),
            nights: Nights::new(people),
            providers: Providers::new(world),
            quiet: imbl::OrdMap::new(),
        }
    }

    /// Sees one more row of the log, and answers what it gives cause to suspect. Of applications it looks at where they
    /// come from; others who are no people of the directory are not looked at. `closed` says that the account of who
    /// acted is closed. What a policy has said already of somebody is answered only if `repeats` are wanted. `told` says
    /// what comes of it when the rule of a policy speaks.
    pub fn see(
        &mut self,
        codebook: Codebook<'_>,
        event: &Event,
        closed: bool,
        repeats: bool,
        told: &dyn Fn(PolicyIx) -> Consequence,
    ) -> Vec<Detection> {
        // An empty vector allocates nothing, and most rows raise no suspicion.
        let mut found = Vec::new();
        self.providers.watch(event);
        let Some(person) = codebook.world.person_of_actor(event.actor) else {
            found.extend(self.application(codebook, event));
            self.keep_news(told, repeats, event, &mut found);
            return found;
        };
        let (action, administrative) = codebook.action(event.kind);
        if !action.is_vain() {
            found.extend(self.whereabouts(codebook, person, event, told));
        }
        match action {
            Action::FailedSignIn => {
                found.extend(count(&mut self.failures, codebook, person, event, |rule| match rule {
                    Rule::FailedSignIns { count, seconds } => Some((count, seconds)),
                    _ => None,
                }))
            }
            Action::Download => {
                found.extend(count(&mut self.downloads, codebook, person, event, |rule| match rule {
                    Rule::Downloads { count, seconds } => Some((count, seconds)),
                    _ => None,
                }));
                found.extend(unusual(&mut self.downloaded, person, event, Rule::UnusualDownloads));
            }
            Action::Delete => found.extend(unusual(&mut self.deleted, person, event, Rule::UnusualDeletions)),
            Action::Upload if is_handed_over(codebook, event) => {
                found.extend(count(&mut self.handovers, codebook, person, event, |rule| {
                    (rule == Rule::Handover).then_some(HANDOVER)
                }));
            }
            _ if matches!(event.kind, kinds::FILE_RENAMED | kinds::ONEDRIVE_FILE_RENAMED) => {
                found.extend(count(&mut self.renames, codebook, person, event, |rule| {
                    (rule == Rule::Renames).then_some(RENAMES)
                }));
            }
            _ => {}
        }
        found.extend(of_itself(codebook, event, action, administrative));
        if closed && !action.is_vain() {
            let (policy, at) = (policy_of(Rule::ClosedAccount), event.timestamp());
            found.push(detection(policy, event, at, at + Span::hours(2), None));
        }
        if administrative && let Some(since) = self.nights.see(codebook, person, event) {
            let (policy, at) = (policy_of(Rule::NightAdministration), event.timestamp());
            found.push(detection(policy, event, since, at + night::WINDOW, None));
        }
        self.keep_news(told, repeats, event, &mut found);
        found
    }

    /// What is suspicious about where an application comes from.
    fn application(&mut self, codebook: Codebook<'_>, event: &Event) -> Option<Detection> {
        let app = codebook.world.principal_of_actor(event.actor)?;
        if codebook.action(event.kind).0.is_vain() || !self.providers.see(codebook, app, event) {
            return None;
        }
        let (policy, at) = (policy_of(Rule::NewProvider), event.timestamp());
        let found = detection(policy, event, at, at + Span::hours(2), Some(event.address));
        Some(Detection { person: provider::owner(codebook.world), ..found })
    }

    /// Keeps of what was found what something comes of, and has not just come of.
    fn keep_news(
        &mut self,
        told: &dyn Fn(PolicyIx) -> Consequence,
        repeats: bool,
        event: &Event,
        found: &mut Vec<Detection>,
    ) {
        found.retain_mut(|detection| {
            let wanted = told(detection.policy);
            detection.again = wanted.is_any() && !self.is_news(detection, event.created);
            // Only alerts are joined by what is noticed again.
            wanted.is_any() && (!detection.again || repeats && wanted.alert.is_some())
        });
    }

    /// What is suspicious about where somebody is.
    fn whereabouts(
        &mut self,
        codebook: Codebook<'_>,
        person: PersonIx,
        event: &Event,
        told: &dyn Fn(PolicyIx) -> Consequence,
    ) -> Option<Detection> {
        let at = event.timestamp();
        let travelled = self.travel.see(codebook, person, event).map(|since| {
            detection(policy_of(Rule::ImpossibleTravel), event, since, at + Span::hours(2), None)
        });
        let abroad = self.countries.see(codebook, person, event);
        let infrequent = policy_of(Rule::InfrequentCountry);
        // If impossible travel is detected, the infrequent country is not reported as well.
        travelled.filter(|detection| told(detection.policy).is_any()).or_else(|| {
            abroad.then(|| detection(infrequent, event, at, at + Span::hours(1), Some(event.address)))
        })
    }

    fn is_news(&mut self, found: &Detection, at: VirtualTime) -> bool {
        let key = (found.policy, found.actor);
        if self.quiet.get(&key).is_some_and(|until| *until > at) {
            return false;
        }
        self.quiet.insert(key, at + QUIET);
        true
    }
}

/// What is suspicious about an activity by itself.
fn of_itself(
    codebook: Codebook<'_>,
    event: &Event,
    action: Action,
    administrative: bool,
) -> Option<Detection> {
    let at = event.timestamp();
    match action {
        Action::ShareExternal => {
            Some(detection(policy_of(Rule::ExternalSharing), event, at, at, Some(event.address)))
        }
        Action::SignIn if category(codebook, event) == IpCategory::Risky => {
            let policy = policy_of(Rule::RiskySignIn);
            Some(detection(policy, event, at, at + Span::hours(1), Some(event.address)))
        }
        _ if event.kind == kinds::NEW_INBOX_RULE && codebook.world.is_odd_rule(event.object) => {
            let policy = policy_of(Rule::InboxRule);
            Some(detection(policy, event, at - Span::minutes(30), at, Some(event.address)))
        }
        _ if event.kind == kinds::USER_CONSENT && has_foreign_letters(codebook, event) => {
            let policy = policy_of(Rule::ForeignLetters);
            Some(detection(policy, event, at - Span::minutes(30), at, Some(event.address)))
        }
        _ if administrative && is_outside(category(codebook, event)) => {
            let policy = policy_of(Rule::AdministrationFromOutside);
            Some(detection(policy, event, at, at, Some(event.address)))
        }
        _ => None,
    }
}

/// A file is put into an app of another vendor, in which companies share with others.
fn is_handed_over(codebook: Codebook<'_>, event: &Event) -> bool {
    let app = codebook.kind(event.kind).app;
    matches!(app, kinds::BOX | kinds::DROPBOX | kinds::GOOGLE | kinds::SLACK)
}

/// The application that is consented to has a name that mixes letters of several scripts.
fn has_foreign_letters(codebook: Codebook<'_>, event: &Event) -> bool {
    let name = &codebook.world.application(event.object).display_name;
    // Greek and Cyrillic.
    let foreign = |letter: char| ('\u{370}'..'\u{530}').contains(&letter);
    name.chars().any(foreign) && name.chars().any(|letter| letter.is_ascii_alphabetic())
}

/// Counts an event in its person's day; a day that has become unusual is a detection.
fn unusual(volume: &mut Volume, person: PersonIx, event: &Event, rule: Rule) -> Option<Detection> {
    let day = volume.see(person, event)?;
    Some(detection(policy_of(rule), event, day, Volume::end(day), None))
}

fn policy_of(rule: Rule) -> PolicyIx {
    crate::catalogue::policies::speaking_by(|other| other == rule)
}

fn detection(
    policy: PolicyIx,
    event: &Event,
    from: VirtualTime,
    to: VirtualTime,
    address: Option<AddressCode>,
) -> Detection {
    Detection { policy, person: event.actor, actor: event.actor, from, to, address, again: false }
}

fn category(codebook: Codebook<'_>, event: &Event) -> IpCategory {
    // A row without an address raises no suspicion about its place: treat it like the company's network.
    codebook.address(event.address).map_or(IpCategory::Corporate, |address| address.place.category)
}

fn is_outside(category: IpCategory) -> bool {
    !matches!(category, IpCategory::Corporate | IpCategory::Administrative | IpCategory::Vpn)
}

/// Counts an event in its person's window; a full window is a detection.
fn count(
    counts: &mut PerPerson<Count>,
    codebook: Codebook<'_>,
    person: PersonIx,
    event: &Event,
    limits: impl Fn(Rule) -> Option<(u32, i64)>,
) -> Option<Detection> {
    let (policy, (limit, seconds)) = PolicyIx::numbered(&codebook.world.policies)
        .find_map(|(index, policy)| Some((index, limits(policy.rule)?)))?;
    let at = event.timestamp();
    let slot = counts.get_mut(person)?;
    let window = Span::seconds(seconds);
    // A row that was stored late may have happened before the window: it then begins nothing new, but counts if it is
    // near.
    if at < slot.since && slot.since - at > window {
        return None;
    }
    if at > slot.since + window {
        *slot = Count { since: at, count: 0 };
    }
    slot.since = slot.since.min(at);
    slot.count += 1;
    (slot.count == limit)
        .then(|| detection(policy, event, slot.since, slot.since + Span::seconds(seconds), None))
}
