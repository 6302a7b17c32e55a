//! The command that tells a storyline.

use serde_json::Value as Json;

use crate::generate::stories::{self, StoryError};
use crate::model::command::StorylineCommand;
use crate::model::field_error::FieldError;
use crate::model::index::StoryNo;
use crate::model::json::json;
use crate::model::time::VirtualTime;
use crate::tenant::TenantView;

use super::json_schema::{count, instant, needing, object, text};
use super::user as user_named;

/// The command that tells a story. What is left open is drawn here, so that the journal holds it.
pub(super) fn play(
    view: &TenantView,
    name: &str,
    user: Option<&str>,
    at: Option<VirtualTime>,
    size: Option<u32>,
) -> Result<StorylineCommand, FieldError> {
    let world = view.state.world();
    let user = user.map(|user| user_named(view, "user", user)).transpose()?;
    let begins = at.unwrap_or(view.now);
    if begins < view.now {
        let expected = format!(
            "an instant from {} on; what a tenant has behind it is told by the specification of a new one, such as \
             storylines: [{{name: {name}, when: \"-2d 14:30\"}}]",
            view.now
        );
        return Err(FieldError::text("at", &expected, &begins.to_string()));
    }
    let number = view.state.storylines().count();
    let ordinal = StoryNo::at(number).unwrap_or(StoryNo::new(u16::MAX));
    let (story, _) = stories::play(world, name, user, begins, size, ordinal).map_err(|error| {
        let refuse = |field: &str, expected: String, got: String| FieldError::value(field, &expected, got);
        match &error {
            StoryError::Unknown { known, .. } => {
                refuse("storyline", format!("one of {}", known.join(", ")), format!("{name:?}"))
            }
            StoryError::Nobody { reason, .. } => {
                let got = format!("{name:?}: of whoever was looked at, {reason}");
                refuse("storyline", "a storyline that can happen to somebody of this tenant".to_owned(), got)
            }
            StoryError::Unsuitable { user, reason, .. } => {
                let got = format!("{user:?}: {reason}");
                refuse("user", format!("somebody to whom {name} can happen"), got)
            }
            StoryError::Stranger { user, .. } => {
                refuse("user", "somebody of this tenant".to_owned(), format!("{user:?}"))
            }
            StoryError::Size { least, most, .. } => {
                let got = size.map_or_else(|| "nothing".to_owned(), |size| size.to_string());
                refuse("size", format!("a whole number from {least} to {most}"), got)
            }
        }
    })?;
    Ok(StorylineCommand::PlayStory { name: story.name.into(), user: story.user, begins, size: story.size })
}

/// How it is written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let play = object(json!({"name": text(), "user": text(), "at": instant(), "size": count()}));
    vec![("playStory", needing(play, &["name"]))]
}
