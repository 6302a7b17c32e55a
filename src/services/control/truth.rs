//! Ground truth: which records belong to which storyline, by the ids that the emulated services show.

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::facts::StoryFacts;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::ids::{Guid, Hex24};
use crate::model::time::VirtualTime;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Story<'a> {
    storyline: &'a str,
    summary: &'a str,
    begins: VirtualTime,
    size: u32,
    user: User<'a>,
    attacker: Attacker<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<VirtualTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<VirtualTime>,
    activities: Vec<String>,
    alerts: Vec<Hex24>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    id: Guid,
    upn: &'a str,
    display_name: &'a str,
}

#[derive(Serialize)]
struct Attacker<'a> {
    ip: String,
    country: &'a str,
}

/// `GET …/truth`
pub fn get(ctx: &Ctx<'_>) -> Handled {
    let stories: Vec<StoryFacts<'_>> = StoryFacts::all(&ctx.view).collect();
    let stories: Vec<Story<'_>> = stories.iter().filter_map(story).collect();
    Ok(Answer::json(StatusCode::OK, &json!({"storylines": stories})))
}

fn story<'a>(story: &'a StoryFacts<'_>) -> Option<Story<'a>> {
    let (user, address) = (story.user()?, story.attacker());
    let times: Vec<VirtualTime> = story.activities().map(|activity| activity.happened()).collect();
    Some(Story {
        storyline: story.name(),
        summary: story.summary(),
        begins: story.begins(),
        size: story.size(),
        user: User { id: user.id(), upn: user.upn(), display_name: user.display_name() },
        attacker: Attacker { ip: address.ip.to_string(), country: &address.place.country },
        first: times.iter().min().copied(),
        last: times.iter().max().copied(),
        activities: story.activity_ids().map(|id| id.to_string()).collect(),
        alerts: story.alert_ids().collect(),
    })
}
