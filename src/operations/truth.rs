//! Ground truth: which records belong to which storyline, and what each alert is, by the ids that the emulated services
//! show. It is kept whatever leaves the log.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::facts::{Answered, BehaviorFacts, Expected, LabelFacts, StoryFacts, Technique, Verdict};
use crate::model::ids::{Guid, Hex24};
use crate::model::index::StoryNo;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

/// What a storyline has left in the tenant so far.
///
/// ```
/// use std::time::Duration;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("impossible-travel")?;
/// mock.advance(Duration::from_secs(24 * 3_600))?;
/// let truth = mock.truth();
/// let played = truth.last().expect("it was played");
/// assert!(!played.activities.is_empty() && !played.alerts.is_empty());
/// assert!(played.first <= played.last);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Storyline {
    /// Its number, which labels of alerts name.
    #[serde(default)]
    pub number: u32,
    /// Its name.
    pub storyline: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// When it begins.
    pub begins: VirtualTime,
    /// How big it is.
    pub size: u32,
    /// Whom it happens to, or who does it.
    pub user: Victim,
    /// From where.
    pub attacker: Attacker,
    /// When its first activity happened, if one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<VirtualTime>,
    /// When its latest did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<VirtualTime>,
    /// Ids of its activities.
    pub activities: Vec<String>,
    /// Ids of the alerts that have at least one of them as evidence.
    pub alerts: Vec<Hex24>,
    /// Ids of the behaviors that have.
    #[serde(default)]
    pub behaviors: Vec<Hex24>,
    /// What is done in it, as MITRE ATT&CK names it.
    #[serde(default)]
    pub attack: Vec<AttackStep>,
    /// What it is about.
    #[serde(default)]
    pub entities: Entities,
    /// What whoever does it wants, in a sentence.
    #[serde(default)]
    pub motive: String,
    /// What an investigation asks, with the answers as far as it has come to that.
    #[serde(default)]
    pub questions: Vec<StoryQuestion>,
    /// The alerts that should be raised about it.
    #[serde(default)]
    pub expected: Vec<ExpectedAlert>,
}

/// A technique of MITRE ATT&CK in a storyline.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("password-spray-then-success")?;
/// let story = mock.truth().pop().expect("it was played");
/// let spray = &story.attack[0];
/// assert_eq!((spray.tactic.as_str(), spray.technique.as_str()), ("Credential Access", "T1110"));
/// assert_eq!(spray.sub_technique.as_deref(), Some("T1110.003"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AttackStep {
    /// What it is for.
    pub tactic: String,
    /// Id of the technique.
    pub technique: String,
    /// Id of the sub-technique, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_technique: Option<String>,
    /// Its name; of a sub-technique, without that of the technique above it.
    pub name: String,
}

/// What a storyline is about.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let story = mock.truth().remove(0);
/// assert!(story.entities.users.contains(&story.user.upn));
/// assert!(story.entities.addresses.contains(&story.attacker.ip));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entities {
    /// Principal names of the users whom it happens to, who act in it, and to whom something is done.
    pub users: Vec<String>,
    /// The addresses that it comes from.
    pub addresses: Vec<IpAddr>,
    /// The applications that act in it or are changed.
    pub applications: Vec<StoryApplication>,
    /// Ids of the files, as their apps call them.
    pub files: Vec<String>,
}

/// A question of an investigation, and what answers it.
///
/// ```
/// use std::time::Duration;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("password-spray-then-success")?;
/// mock.advance(Duration::from_secs(24 * 3_600))?;
/// let story = mock.truth().pop().expect("it was played");
/// let asked = story.questions.iter().find(|asked| asked.question == "Which sign-in succeeded?");
/// let asked = asked.expect("that is what has to be found");
/// assert_eq!((asked.kind.as_str(), asked.answers.len()), ("activities", 1));
/// assert!(story.activities.contains(&asked.answers[0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoryQuestion {
    /// The question.
    pub question: String,
    /// What the answers are: `users` (principal names), `addresses`, `countries`, `applications` (client ids), `files`,
    /// `activities`, `alerts` and `sessions` (ids), `names` or `instants`.
    pub kind: String,
    /// The answers; none as long as nothing of it has happened.
    pub answers: Vec<String>,
}

/// An application in a storyline.
///
/// ```
/// use std::time::Duration;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("dormant-app-reawakened")?;
/// mock.advance(Duration::from_secs(6 * 3_600))?;
/// let story = mock.truth().pop().expect("it was played");
/// assert_eq!(story.entities.applications[0].name, "Mailroom Archive");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoryApplication {
    /// Application (client) id.
    pub id: Guid,
    /// Display name.
    pub name: String,
}

/// An alert that should be raised about a storyline, or a behavior that should be made of it.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("impossible-travel")?;
/// let story = mock.truth().pop().expect("it was played");
/// assert_eq!(story.expected[0].policy, "Impossible travel");
/// assert!(story.expected[0].raised.is_empty(), "not yet");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExpectedAlert {
    /// Name of the policy that raises it.
    pub policy: String,
    /// Its title.
    pub title: String,
    /// Not before this.
    pub from: VirtualTime,
    /// By this, as long as records come in as they usually do.
    pub until: VirtualTime,
    /// The policy raises no alerts with the services of the tenant's month: a behavior is made instead.
    #[serde(default)]
    pub behavior: bool,
    /// What was raised.
    pub raised: Vec<RaisedAlert>,
}

/// An alert about a storyline that was raised as expected, or a behavior.
///
/// ```
/// use std::time::Duration;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("impossible-travel")?;
/// mock.advance(Duration::from_secs(24 * 3_600))?;
/// let story = mock.truth().pop().expect("it was played");
/// let noticed = story.expected.iter().find(|expected| !expected.raised.is_empty()).expect("it is noticed");
/// assert!(story.alerts.contains(&noticed.raised[0].id) && noticed.raised[0].at <= noticed.until);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RaisedAlert {
    /// Its id.
    pub id: Hex24,
    /// When it was raised.
    pub at: VirtualTime,
}

/// What an alert is.
///
/// ```
/// use mock_defender::{Label, Verdict};
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let attacks = |label: &&Label| label.verdict == Verdict::TruePositive;
/// let labels = mock.labels();
/// let attack = labels.iter().find(attacks).expect("this tenant has been attacked");
/// assert!(!attack.storylines.is_empty() && !attack.evidence.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Label {
    /// Id of the alert.
    pub alert: Hex24,
    /// Its title.
    pub title: String,
    /// What it is.
    pub verdict: AlertVerdict,
    /// Why, in a sentence.
    pub reason: String,
    /// Numbers of the storylines that it is about.
    pub storylines: Vec<u32>,
    /// Ids of the activities behind it, those that have left the log included.
    pub evidence: Vec<String>,
}

/// A behavior of the tenant: what was noticed by the rule of a policy whose detections are no alerts any more, since June
/// 2025.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().specification("serviceDate: 2025-11").start()?;
/// let behavior = mock.behaviors().remove(0);
/// assert!(!behavior.action_type.is_empty() && !behavior.evidence.is_empty());
/// assert!(behavior.start <= behavior.end && behavior.end <= behavior.at);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Behavior {
    /// Its id.
    pub id: Hex24,
    /// What kind it is, as hunting calls it.
    pub action_type: String,
    /// Title.
    pub title: String,
    /// Name of the policy by whose rule it was noticed.
    pub policy: String,
    /// When it was made.
    pub at: VirtualTime,
    /// Principal name of the user whom it is about, or what else the account is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When the first of the activities behind it happened …
    pub start: VirtualTime,
    /// … and the last.
    pub end: VirtualTime,
    /// Text, in HTML.
    pub description: String,
    /// MITRE ATT&CK tactic.
    pub tactic: String,
    /// MITRE ATT&CK technique.
    pub technique: String,
    /// The addresses concerned.
    pub addresses: Vec<IpAddr>,
    /// Numbers of the apps concerned.
    pub apps: Vec<u32>,
    /// Numbers of the storylines that it is about.
    pub storylines: Vec<u32>,
    /// Ids of the activities behind it, those that have left the log included.
    pub evidence: Vec<String>,
}

/// What an alert is, in the words in which alerts are closed.
///
/// ```
/// use mock_defender::Verdict;
///
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.inject(serde_json::json!({"alert": {"title": "Odd"}}))?;
/// assert_eq!(mock.labels().last().map(|label| label.verdict), Some(Verdict::Unknown));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum AlertVerdict {
    /// It is about an attack or a misdeed.
    TruePositive,
    /// What it says happened, and is harmless.
    BenignPositive,
    /// What it says did not happen.
    FalsePositive,
    /// It was put in from outside, and nothing in the tenant says what it is.
    Unknown,
}

/// The user of a storyline.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// let played = mock.play("impossible-travel")?;
/// let truth = mock.truth();
/// assert_eq!(truth.last().map(|story| &story.user.upn), Some(&played.user));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Victim {
    /// Object id.
    pub id: Guid,
    /// Principal name.
    pub upn: String,
    /// Display name.
    pub display_name: String,
}

/// Where a storyline's attacker sits.
///
/// ```
/// let mock = mock_defender::MockDefender::builder().start()?;
/// mock.play("impossible-travel")?;
/// let truth = mock.truth();
/// assert!(truth.iter().all(|story| story.attacker.country.len() == 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attacker {
    /// Address.
    pub ip: IpAddr,
    /// Country of the address, as two letters.
    pub country: String,
}

/// What every storyline has left in the tenant so far: those of its history, then those that were played.
pub fn truth(view: &TenantView) -> Vec<Storyline> {
    StoryFacts::all(view).filter_map(|story| told(&story)).collect()
}

/// What each alert of the tenant is, oldest first.
pub fn labels(view: &TenantView) -> Vec<Label> {
    LabelFacts::all(view).map(|label| labelled(&label)).collect()
}

/// The behaviors of the tenant, oldest first.
pub fn behaviors(view: &TenantView) -> Vec<Behavior> {
    BehaviorFacts::all(view).map(|behavior| noticed(&behavior)).collect()
}

fn noticed(behavior: &BehaviorFacts<'_>) -> Behavior {
    let (seen, (tactic, technique)) = (behavior.seen(), behavior.mitre());
    let (start, end) =
        seen.evidence().map_or((behavior.made(), behavior.made()), |all| (all.first, all.last));
    Behavior {
        id: behavior.id(),
        action_type: behavior.action_type().to_owned(),
        title: behavior.title().to_owned(),
        policy: behavior.policy_name().to_owned(),
        at: behavior.made(),
        user: seen.actor().map(|actor| actor.account.to_owned()),
        start,
        end,
        description: behavior.description().to_string(),
        tactic: tactic.to_owned(),
        technique: technique.to_owned(),
        addresses: seen.addresses().map(|address| address.ip).collect(),
        apps: seen.apps().map(|(number, _)| number).collect(),
        storylines: behavior.stories().map(number).collect(),
        evidence: behavior.evidence().map(|id| id.to_string()).collect(),
    }
}

fn labelled(label: &LabelFacts<'_>) -> Label {
    Label {
        alert: label.id(),
        title: label.title().into_owned(),
        verdict: match label.verdict() {
            Verdict::TruePositive => AlertVerdict::TruePositive,
            Verdict::BenignPositive => AlertVerdict::BenignPositive,
            Verdict::FalsePositive => AlertVerdict::FalsePositive,
            Verdict::Unknown => AlertVerdict::Unknown,
        },
        reason: label.reason(),
        storylines: label.stories().map(number).collect(),
        evidence: label.evidence().map(|id| id.to_string()).collect(),
    }
}

fn number(story: StoryNo) -> u32 {
    u32::from(story.get())
}

fn steps(story: &StoryFacts<'_>) -> Vec<AttackStep> {
    let step = |technique: &Technique| AttackStep {
        tactic: technique.tactic.to_owned(),
        technique: technique.technique().to_owned(),
        sub_technique: technique.sub_technique().map(str::to_owned),
        name: technique.name.to_owned(),
    };
    story.attack().iter().map(step).collect()
}

fn entities(story: &StoryFacts<'_>) -> Entities {
    let applications = story.applications().into_iter();
    Entities {
        users: story.users().into_iter().map(str::to_owned).collect(),
        addresses: story.addresses(),
        applications: applications.map(|(id, name)| StoryApplication { id, name: name.to_owned() }).collect(),
        files: story.files(),
    }
}

fn asked(question: Answered) -> StoryQuestion {
    let Answered { question, kind, answers } = question;
    StoryQuestion { question: question.to_owned(), kind: kind.to_owned(), answers }
}

fn expected(alert: Expected) -> ExpectedAlert {
    ExpectedAlert {
        policy: alert.policy.to_owned(),
        title: alert.title.into_owned(),
        behavior: alert.behavior,
        from: alert.from,
        until: alert.until,
        raised: alert.raised.into_iter().map(|(id, at)| RaisedAlert { id, at }).collect(),
    }
}

fn told(story: &StoryFacts<'_>) -> Option<Storyline> {
    let (user, address) = (story.user()?, story.attacker());
    let times: Vec<VirtualTime> = story.activities().map(|activity| activity.happened()).collect();
    Some(Storyline {
        number: number(story.number()),
        storyline: story.name().to_owned(),
        summary: story.summary().to_owned(),
        begins: story.begins(),
        size: story.size(),
        user: Victim {
            id: user.id(),
            upn: user.upn().to_owned(),
            display_name: user.display_name().to_owned(),
        },
        attacker: Attacker { ip: address.ip, country: address.place.country.to_string() },
        first: times.iter().min().copied(),
        last: times.iter().max().copied(),
        activities: story.activity_ids().map(|id| id.to_string()).collect(),
        alerts: story.alert_ids().collect(),
        behaviors: story.behavior_ids().collect(),
        attack: steps(story),
        entities: entities(story),
        motive: story.motive().to_owned(),
        questions: story.questions().into_iter().map(asked).collect(),
        expected: story.expected().into_iter().map(expected).collect(),
    })
}
