//! Storylines: attacks and misdeeds that unfold in a tenant, with their truth.
//!
//! Each is a file below `stories/`: whom it can happen to, how it is told, and what it leaves. A storyline is told
//! in two ways from the same parameters: planned at birth, when its events come with the cells of those who act, or
//! played in a running tenant by [`play`]. Everything that a storyline leaves carries its number; the few things
//! that its victim must be seen doing meanwhile are ordinary and carry none.

mod cast;
mod plan;
mod questions;
mod script;

mod admin_from_new_country;
mod admin_guessing;
mod adversary_in_the_middle;
mod anonymous_links;
mod application_permissions;
mod audit_log_disabled;
mod cloud_mining;
mod dormant_app;
mod federation_trust;
mod flow_exfiltration;
mod group_escalation;
mod guest_account;
mod impossible_travel;
mod inbox_rule_fraud;
mod internal_phishing;
mod mailbox_delegate;
mod mass_download;
mod mfa_fatigue;
mod oauth_consent_phishing;
mod password_spray;
mod ransomware;
mod recycle_bins;
mod refresh_token_theft;
mod role_grant_at_night;
mod search_for_secrets;
mod service_principal;
mod sharing_to_private_account;
mod slow_drift;
mod source_code_theft;
mod teams_phishing;
mod terminated_user;
mod transport_rule;
mod unsanctioned_upload;

use super::stream::Stream;
use super::world::World;
use crate::catalogue::attack::Technique;
use crate::catalogue::policies::{LEARNING, POLICIES, Policy, Rule};
use crate::model::activity::Event;
use crate::model::index::{ActorCode, AddressCode, AgentCode, PersonIx, PolicyIx, StoryNo};
use crate::model::person::Persona;
use crate::model::time::{SLOT, Span, VirtualTime};

pub(super) use plan::{Planned, plan};
pub use questions::{Answer, Question};
use script::Script;

/// A story that unfolds in the tenant, with its truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storyline {
    /// For example `impossible-travel`.
    pub name: &'static str,
    /// One sentence for people.
    pub summary: String,
    /// Whom it happens to, or who does it.
    pub user: PersonIx,
    /// Other people concerned; what they are in it depends on the story.
    pub others: Vec<PersonIx>,
    /// When it begins, counted from the tenant's start (negative: history).
    pub begins: Span,
    /// How big it is: files, mails or accounts, as the story has it.
    pub size: u32,
    /// Over how many days beyond the first it goes.
    pub days: u32,
    /// The address from which it is done.
    pub attacker: AddressCode,
    /// By what it is done.
    pub agent: AgentCode,
    /// How long after the begin the last of what it leaves is stored.
    pub stored: Span,
    /// The alert that the product raises about it, where no detector of the tenant does.
    pub alert: Option<ScriptedAlert>,
    /// Its number.
    pub ordinal: StoryNo,
}

/// In whose hands an account is while something of a storyline is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Its owner's, at the owner's own devices.
    Own,
    /// A stranger's, in a session of their own.
    Stranger,
    /// A stranger's who goes on in a session of the owner.
    Thief,
}

impl Storyline {
    /// In whose hands the account of `actor` is in what the storyline leaves.
    pub fn hand(&self, world: &World, actor: ActorCode) -> Hand {
        let user = ActorCode::of_person(self.user) == actor;
        match world.people.get(self.user.index()) {
            Some(_) if user && self.name == refresh_token_theft::TEMPLATE.name => Hand::Thief,
            // Insiders act from home.
            Some(person) if user && person.home == self.attacker => Hand::Own,
            _ => Hand::Stranger,
        }
    }
}

/// An alert that a storyline brings along. What it has for evidence are the events of the storyline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptedAlert {
    /// The policy that speaks.
    pub policy: PolicyIx,
    /// How long after the begin it is raised: later than everything that it is about is stored, by two slots.
    pub after: Span,
    /// The person whom it is about.
    pub person: PersonIx,
}

/// Why a storyline can not be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoryError {
    /// No storyline has this name.
    #[error("there is no storyline {name:?}; known are {}", .known.join(", "))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// It can not happen to this person.
    #[error("{name} can not happen to {user}: {reason}")]
    Unsuitable {
        /// Name of the storyline.
        name: &'static str,
        /// The person's principal name.
        user: String,
        /// Why not.
        reason: &'static str,
    },
    /// Nobody has this name.
    #[error("{name} is about {user:?}, and nobody here is called that")]
    Stranger {
        /// Name of the storyline.
        name: &'static str,
        /// Who is meant.
        user: String,
    },
    /// It can happen to nobody in this tenant.
    #[error("{name} can happen to nobody in this tenant: {reason}")]
    Nobody {
        /// Name of the storyline.
        name: &'static str,
        /// Why the last person looked at does not fit.
        reason: &'static str,
    },
    /// It is not told that big or that small.
    #[error("{name} has a size from {least} to {most}")]
    Size {
        /// Name of the storyline.
        name: &'static str,
        /// The smallest size.
        least: u32,
        /// The biggest size.
        most: u32,
    },
}

/// At which time of the day of its user a story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Within working hours; the user must be at work.
    Office,
    /// In the afternoon, at work or not.
    Afternoon,
    /// In the small hours.
    Night,
    /// At any time.
    Any,
}

/// How a story is told.
struct StoryTemplate {
    name: &'static str,
    when: When,
    /// Its usual sizes; twice the upper one is the most that can be asked for.
    size: (u32, u32),
    /// Minutes within which it is over, at its usual sizes; of a campaign, what happens on one of its days.
    minutes: u32,
    /// The most days over which it goes, beyond the first: 0 for what is over in a sitting. Where the history is too
    /// short for them, a storyline of it takes fewer.
    days: u32,
    /// Why it can not happen to a member at an instant.
    unfit: fn(&World, PersonIx, VirtualTime) -> Option<&'static str>,
    /// Draws from where and by what it is done, and who else is concerned.
    cast: fn(&World, PersonIx, u32, &mut Stream) -> Cast,
    summary: fn(&World, &Storyline) -> String,
    /// Name of the policy whose alert it brings along, where no detector speaks.
    policy: Option<&'static str>,
    /// Names of the policies whose detectors notice it.
    detected_by: &'static [&'static str],
    /// What is done in it.
    attack: &'static [Technique],
    /// What whoever does it wants, in a sentence.
    motive: &'static str,
    /// What its investigation asks beside [`questions::ALWAYS`].
    questions: &'static [Question],
    unfold: fn(&mut Script<'_>),
}

/// Who and what takes part besides the user.
struct Cast {
    others: Vec<PersonIx>,
    attacker: AddressCode,
    agent: AgentCode,
}

/// How many storylines there are.
pub const COUNT: usize = 33;

/// The stories. Places in this list are part of what a seed tells: new ones come last.
static TEMPLATES: [&StoryTemplate; COUNT] = [
    &impossible_travel::TEMPLATE,
    &password_spray::TEMPLATE,
    &inbox_rule_fraud::TEMPLATE,
    &mass_download::TEMPLATE,
    &oauth_consent_phishing::TEMPLATE,
    &ransomware::TEMPLATE,
    &sharing_to_private_account::TEMPLATE,
    &admin_from_new_country::TEMPLATE,
    &dormant_app::TEMPLATE,
    &unsanctioned_upload::TEMPLATE,
    &role_grant_at_night::TEMPLATE,
    &terminated_user::TEMPLATE,
    &slow_drift::TEMPLATE,
    &guest_account::TEMPLATE,
    &service_principal::TEMPLATE,
    &federation_trust::TEMPLATE,
    &mailbox_delegate::TEMPLATE,
    &transport_rule::TEMPLATE,
    &teams_phishing::TEMPLATE,
    &internal_phishing::TEMPLATE,
    &admin_guessing::TEMPLATE,
    &application_permissions::TEMPLATE,
    &flow_exfiltration::TEMPLATE,
    &search_for_secrets::TEMPLATE,
    &anonymous_links::TEMPLATE,
    &audit_log_disabled::TEMPLATE,
    &recycle_bins::TEMPLATE,
    &group_escalation::TEMPLATE,
    &cloud_mining::TEMPLATE,
    &source_code_theft::TEMPLATE,
    &adversary_in_the_middle::TEMPLATE,
    &mfa_fatigue::TEMPLATE,
    &refresh_token_theft::TEMPLATE,
];

/// Name of the storyline in which somebody works here while their account is used on another continent.
pub const IMPOSSIBLE_TRAVEL: &str = impossible_travel::TEMPLATE.name;
/// The storyline that brings an application of its own.
pub const BRINGS_AN_APP: &str = oauth_consent_phishing::TEMPLATE.name;

/// Every storyline by name, with the biggest size that can be asked for.
pub fn catalogue() -> impl Iterator<Item = (&'static str, u32)> {
    TEMPLATES.iter().map(|template| (template.name, most(template)))
}

const fn most(template: &StoryTemplate) -> u32 {
    2 * template.size.1
}

/// Whether a name or persona that a specification gives means somebody, and whom: a persona, a principal name, or
/// what stands before the `@` of one.
pub fn user_named(world: &World, name: &str) -> Option<PersonIx> {
    if let Some(persona) = Persona::ALL.into_iter().find(|persona| persona.name() == name) {
        return world.persona(persona);
    }
    let full = || format!("{name}@{}", world.company.domain);
    world.person_by_upn(name).or_else(|| world.person_by_upn(&full()))
}

/// The names of all storylines.
pub fn names() -> Vec<&'static str> {
    TEMPLATES.iter().map(|template| template.name).collect()
}

/// What is done in a storyline, as ATT&CK names it.
pub fn attack(story: &Storyline) -> &'static [Technique] {
    template(story).map_or(&[], |template| template.attack)
}

/// What whoever does it wants.
pub fn motive(story: &Storyline) -> &'static str {
    template(story).map_or("", |template| template.motive)
}

/// What an investigation of a storyline asks.
pub fn questions(story: &Storyline) -> impl Iterator<Item = Question> {
    let own = template(story).map_or(&[][..], |template| template.questions);
    questions::ALWAYS.into_iter().chain(own.iter().copied())
}

/// The policies of a tenant that should raise an alert about a storyline: those that speak in it.
pub fn noticed_by(world: &World, story: &Storyline) -> Vec<PolicyIx> {
    let names = template(story).map_or(&[][..], |template| template.detected_by);
    let on = |policy: &PolicyIx| world.is_heard(*policy);
    let detected = PolicyIx::numbered(POLICIES)
        .filter(|(_, policy)| names.contains(&policy.name) && has_learnt(world, story, policy));
    let detected = detected.map(|(index, _)| index).filter(on);
    detected.chain(story.alert.map(|alert| alert.policy)).collect()
}

/// What of a storyline must have been learnt before a policy can notice it is known by then.
fn has_learnt(world: &World, story: &Storyline, policy: &Policy) -> bool {
    let watched = story.begins + Span::days(i64::from(world.figures.history_days));
    policy.rule != Rule::NewProvider || watched > LEARNING
}

fn template(story: &Storyline) -> Option<&'static StoryTemplate> {
    TEMPLATES.into_iter().find(|template| template.name == story.name)
}

/// What a storyline leaves in the tenant, ordered by the time of being stored: a pure function of the world and of
/// the storyline.
pub fn unfold(world: &World, story: &Storyline) -> Vec<Event> {
    let Some(template) = template(story) else { return Vec::new() };
    let mut script = Script::new(world, story);
    (template.unfold)(&mut script);
    script.finish()
}

/// Tells a story in a running tenant.
///
/// `user` is whom it happens to (drawn if not given), `begins` the instant before which nothing of it happens (what
/// happens at night begins in the night after it), `size` how big it is (drawn if not given), `ordinal` its number in the tenant: no two storylines of a tenant have
/// the same, and the planned ones have the first.
pub fn play(
    world: &World,
    name: &str,
    user: Option<PersonIx>,
    begins: VirtualTime,
    size: Option<u32>,
    ordinal: StoryNo,
) -> Result<(Storyline, Vec<Event>), StoryError> {
    let template = TEMPLATES
        .iter()
        .find(|template| template.name == name)
        .ok_or_else(|| StoryError::Unknown { name: name.to_owned(), known: names() })?;
    let mut chance = draws(world, ordinal, "play");
    let user = match user {
        Some(user) => {
            if let Some(reason) = unfit(world, template, user, begins) {
                let user = world.people.get(user.index()).map_or_else(String::new, |of| of.upn.clone());
                return Err(StoryError::Unsuitable { name: template.name, user, reason });
            }
            user
        }
        None => {
            let fit: Vec<PersonIx> = PersonIx::first(world.people.len())
                .filter(|&user| unfit(world, template, user, begins).is_none())
                .collect();
            match fit.get(chance.below(fit.len() as u32) as usize) {
                Some(user) => *user,
                None => {
                    let reason = unfit(world, template, PersonIx::new(0), begins).unwrap_or("nobody fits");
                    return Err(StoryError::Nobody { name: template.name, reason });
                }
            }
        }
    };
    let (least, most) = (1, most(template));
    let size = size.unwrap_or_else(|| chance.between(template.size.0, template.size.1));
    if !(least..=most).contains(&size) {
        return Err(StoryError::Size { name: template.name, least, most });
    }
    let begins = match template.when {
        When::Night => plan::night_from(world, user, begins),
        _ => begins,
    };
    let told = Told { template, user, begins: begins - world.spec.start, size, ordinal, room: u32::MAX };
    let story = tell(world, told, &mut chance);
    let events = unfold(world, &story);
    Ok((story, events))
}

fn unfit(world: &World, template: &StoryTemplate, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    cast::unfit(world, user).or_else(|| (template.unfit)(world, user, at))
}

/// The chance of a storyline, for one purpose.
fn draws(world: &World, ordinal: StoryNo, facet: &str) -> Stream {
    Stream::new(world.spec.seed, "story", ordinal.ordinal(), facet)
}

/// What a storyline is told from.
struct Told {
    template: &'static StoryTemplate,
    user: PersonIx,
    begins: Span,
    size: u32,
    ordinal: StoryNo,
    /// The most days over which it may go, beyond the first.
    room: u32,
}

/// The storyline with everything that can be drawn about it.
fn tell(world: &World, told: Told, chance: &mut Stream) -> Storyline {
    let Told { template, user, begins, size, ordinal, room } = told;
    let Cast { others, attacker, agent } = (template.cast)(world, user, size, chance);
    let mut story = Storyline {
        name: template.name,
        summary: String::new(),
        user,
        others,
        begins,
        size,
        days: chance.between(template.days / 2, template.days).min(room),
        attacker,
        agent,
        stored: Span::default(),
        alert: None,
        ordinal,
    };
    story.summary = (template.summary)(world, &story);
    let stored = unfold(world, &story).last().map_or(begins, |event| event.created - world.spec.start);
    story.stored = Span::millis(stored.as_millis() - begins.as_millis());
    let policy = PolicyIx::numbered(POLICIES).find(|(_, policy)| Some(policy.name) == template.policy);
    if let Some((policy, _)) = policy.filter(|(policy, _)| world.is_heard(*policy)) {
        let late = Span::seconds(i64::from(chance.between(120, 1_500)));
        let after = story.stored + SLOT + SLOT + late;
        story.alert = Some(ScriptedAlert { policy, after, person: user });
    }
    story
}
