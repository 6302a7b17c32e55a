//! Ground truth: which records belong to which storyline, by the ids that the emulated services show.

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::model::ids::{Guid, Hex24};
use crate::model::time::VirtualTime;
use crate::tenant::nouns::storylines::truth::truth;
use crate::views::activities::public_id;

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
    let world = ctx.world();
    let (state, now) = (&ctx.view.state, ctx.now());
    let stories: Vec<Story<'_>> = truth(state, now)
        .into_iter()
        .zip(state.storylines())
        .map(|(truth, storyline)| {
            let person = world.person(storyline.user);
            let address = world.address(storyline.attacker);
            let times = truth.activities.iter().filter_map(|row| state.activity(*row, now));
            let times: Vec<VirtualTime> = times.map(|event| event.timestamp()).collect();
            Story {
                storyline: storyline.name,
                summary: &storyline.summary,
                begins: world.spec.start + storyline.begins,
                size: storyline.size,
                user: User { id: person.id, upn: &person.upn, display_name: &person.display_name },
                attacker: Attacker { ip: address.ip.to_string(), country: &address.place.country },
                first: times.iter().min().copied(),
                last: times.iter().max().copied(),
                activities: truth.activities.iter().filter_map(|row| public_id(&ctx.view, *row)).collect(),
                alerts: truth.alerts.iter().map(|alert| world.ids.alert(*alert)).collect(),
            }
        })
        .collect();
    Ok(Answer::json(StatusCode::OK, &json!({"storylines": stories})))
}
