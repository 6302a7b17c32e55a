//! Storylines: which there are, and telling one.

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::commands::CommandDto;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::time::VirtualTime;
use crate::tenant::apply::Made;

use super::body;
use super::commands::resolved;
use super::refusals::ControlRefusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Play {
    storyline: String,
    user: Option<String>,
    at: Option<VirtualTime>,
    size: Option<u32>,
}

/// `POST …/play`: `{"storyline": …, "user": …, "at": …, "size": …}`; all but the first may be left out.
pub fn play(ctx: &Ctx<'_>) -> Handled {
    let Play { storyline: name, user, at, size } = body::read(ctx)?;
    let command = resolved(ctx, &CommandDto::PlayStory { name, user, at, size })?;
    let outcome = ctx.submit(command);
    let outcome = outcome
        .map_err(|refusal| Refused::from(ControlRefusal::Conflict { problem: refusal.to_string() }))?;
    let view = ctx.tenant.read();
    let story = match outcome.made {
        Made::Story(number) => view.state.storylines().nth(usize::from(number)),
        _ => None,
    };
    let world = ctx.world();
    let told = story.map(|story| {
        json!({
            "storyline": story.name,
            "summary": story.summary,
            "user": world.person(story.user).upn,
            "begins": world.spec.start + story.begins,
            "size": story.size,
        })
    });
    Ok(Answer::json(StatusCode::CREATED, &told))
}
