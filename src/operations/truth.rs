//! Ground truth: which records belong to which storyline, by the ids that the emulated services show.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::facts::StoryFacts;
use crate::model::ids::{Guid, Hex24};
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

fn told(story: &StoryFacts<'_>) -> Option<Storyline> {
    let (user, address) = (story.user()?, story.attacker());
    let times: Vec<VirtualTime> = story.activities().map(|activity| activity.happened()).collect();
    Some(Storyline {
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
    })
}
