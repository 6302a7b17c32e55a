//! Storylines: which there are, and telling one.

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::generate::stories::{self, StoryFault};
use crate::model::command::{Command, StorylineCommand};
use crate::model::index::StoryNo;
use crate::model::time::VirtualTime;
use crate::tenant::Made;

use super::body;
use super::commands::user as user_named;
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
    let play: Play = body::read(ctx)?;
    let command = command(ctx, &play.storyline, play.user.as_deref(), play.at, play.size)?;
    let outcome = ctx.submit(command);
    let outcome = outcome
        .map_err(|refusal| Refused::from(ControlRefusal::Conflict { problem: refusal.to_string() }))?;
    let view = ctx.tenant.read();
    let story = match outcome.made {
        Made::Story(number) => view.state.storylines().nth(number.index()),
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

/// The command that tells a story. What is left open is drawn here, so that the journal holds it.
pub(super) fn command(
    ctx: &Ctx<'_>,
    name: &str,
    user: Option<&str>,
    at: Option<VirtualTime>,
    size: Option<u32>,
) -> Result<Command, Refused> {
    let world = ctx.world();
    let user = user.map(|user| user_named(world, "user", user)).transpose()?;
    let begins = at.unwrap_or_else(|| ctx.now());
    if begins < ctx.now() {
        return Err(body::bad_field("at", &format!("an instant from {} on", ctx.now()), &begins.to_string()));
    }
    let number = ctx.view.state.storylines().count();
    let ordinal = StoryNo::at(number).unwrap_or(StoryNo::new(u16::MAX));
    let (story, _) = stories::play(world, name, user, begins, size, ordinal).map_err(|fault| {
        let refuse = |field: &str, expected: String, got: String| body::bad_value(field, &expected, got);
        match &fault {
            StoryFault::Unknown { known, .. } => {
                refuse("storyline", format!("one of {}", known.join(", ")), format!("{name:?}"))
            }
            StoryFault::Nobody { reason, .. } => {
                let got = format!("{name:?}: of whoever was looked at, {reason}");
                refuse("storyline", "a storyline that can happen to somebody of this tenant".to_owned(), got)
            }
            StoryFault::Unsuitable { user, reason, .. } => {
                let got = format!("{user:?}: {reason}");
                refuse("user", format!("somebody to whom {name} can happen"), got)
            }
            StoryFault::Stranger { user, .. } => {
                refuse("user", "somebody of this tenant".to_owned(), format!("{user:?}"))
            }
            StoryFault::Size { least, most, .. } => {
                let got = size.map_or_else(|| "nothing".to_owned(), |size| size.to_string());
                refuse("size", format!("a whole number from {least} to {most}"), got)
            }
        }
    })?;
    Ok(StorylineCommand::PlayStory { name: story.name.into(), user: story.user, begins, size: story.size }
        .into())
}
