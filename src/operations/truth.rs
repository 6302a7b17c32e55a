//! Ground truth: which records belong to which storyline, by the ids that the emulated services show.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::model::ids::{Guid, Hex24, Kind};
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;
use crate::tenant::nouns::storylines::truth::truth as left_by;
use crate::views::activities::public_id;

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
    let (state, now, world) = (&view.state, view.now, view.state.world());
    left_by(state, now)
        .into_iter()
        .zip(state.storylines())
        .map(|(truth, storyline)| {
            let person = world.person(storyline.user);
            let address = world.address(storyline.attacker);
            let times = truth.activities.iter().filter_map(|row| state.activity(*row, now));
            let times: Vec<VirtualTime> = times.map(|event| event.timestamp()).collect();
            let alerts = truth.alerts.iter();
            Storyline {
                storyline: storyline.name.to_owned(),
                summary: storyline.summary.clone(),
                begins: world.spec.start + storyline.begins,
                size: storyline.size,
                user: Victim {
                    id: person.id,
                    upn: person.upn.clone(),
                    display_name: person.display_name.clone(),
                },
                attacker: Attacker { ip: address.ip, country: address.place.country.to_string() },
                first: times.iter().min().copied(),
                last: times.iter().max().copied(),
                activities: truth.activities.iter().filter_map(|row| public_id(view, *row)).collect(),
                alerts: alerts.map(|ordinal| world.ids.hex24(Kind::Alert, u64::from(*ordinal))).collect(),
            }
        })
        .collect()
}
