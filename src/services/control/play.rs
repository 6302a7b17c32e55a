//! Playing a storyline.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::operations::play::{self, Play};

use super::{body, subject};

/// `POST …/play`: `{"storyline": …, "user": …, "at": …, "size": …}`; all but the first may be left out.
pub(super) fn play(ctx: &Ctx<'_>) -> Handled {
    let play: Play = body::read(ctx)?;
    Ok(Answer::json(StatusCode::CREATED, &play::play(&subject(ctx), play)?))
}
