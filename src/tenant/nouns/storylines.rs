//! Storylines: those that were planned at birth, and those that are played on command.

pub mod truth;

use std::sync::Arc;

use crate::generate::World;
use crate::generate::stories::{self, StoryError, Storyline};
use crate::model::activity::Event;
use crate::model::command::StorylineCommand;
use crate::model::index::StoryNo;
use crate::model::time::VirtualTime;
use crate::tenant::timeline::fold::Core;

use super::{Made, Moment, activities, alerts};

/// No tenant tells more storylines.
pub const MOST_STORIES: u16 = 10_000;

/// Why a command about storylines is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorylineRefusal {
    /// A storyline that can't be told so.
    #[error("{0}")]
    Story(#[from] StoryError),
    /// A storyline that would have begun already.
    #[error("a storyline can't begin in the past: {begins} is before {now}")]
    InThePast {
        /// When it should begin.
        begins: VirtualTime,
        /// When the command was given.
        now: VirtualTime,
    },
    /// Too many storylines.
    #[error("a tenant tells at most {MOST_STORIES} storylines")]
    TooMany,
}

pub(super) fn decide(
    core: &mut Core,
    moment: Moment<'_>,
    command: &StorylineCommand,
) -> Result<Made, StorylineRefusal> {
    let Moment { world, at } = moment;
    match command {
        StorylineCommand::PlayStory { name, user, begins, size } => {
            if *begins < at {
                return Err(StorylineRefusal::InThePast { begins: *begins, now: at });
            }
            let number = world.storylines.len() + core.played.len();
            let ordinal = StoryNo::at(number).filter(|ordinal| ordinal.get() < MOST_STORIES);
            let ordinal = ordinal.ok_or(StorylineRefusal::TooMany)?;
            let (story, events) = stories::play(world, name, Some(*user), *begins, Some(*size), ordinal)?;
            play(core, world, story, &events);
            Ok(Made::Story(ordinal))
        }
    }
}

/// Lets a storyline happen: what it leaves is scheduled.
fn play(core: &mut Core, world: &World, story: Storyline, events: &[Event]) {
    for event in events {
        activities::plan(core, event);
    }
    alerts::plan_scripted(core, world, &story);
    core.played.push_back(Arc::new(story));
}
