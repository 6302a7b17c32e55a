//! Somebody guesses at the password of one administrator, night after night, and never gets in.

use super::cast::{administrator, called, city};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::noise;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "password-guessing-at-an-administrator",
    when: When::Night,
    size: (10, 14),
    minutes: 20,
    days: 3,
    unfit: administrator,
    cast,
    summary,
    policy: None,
    detected_by: &["Multiple failed login attempts"],
    attack: &[attack::PASSWORD_GUESSING],
    motive: "To become an administrator with a password that somebody has used elsewhere. It comes to nothing.",
    questions: &[
        Question::new("At whose password was guessed?", Answer::Attempted),
        Question::new("Which attempts are part of it?", Answer::Doing(Action::FailedSignIn)),
        Question::new("Did any attempt succeed? These did:", Answer::Doing(Action::SignIn)),
    ],
    unfold,
};

/// One of those who guess at everybody's password, for once at one alone.
fn cast(world: &World, _user: PersonIx, _size: u32, chance: &mut Stream) -> Cast {
    let client = noise::stranger(world, chance);
    Cast { others: Vec::new(), attacker: client.address, agent: client.agent }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "Somebody, at first in {}, tries {} passwords a night at the account of {} in {} nights; none fits.",
        city(world, story.attacker),
        story.size.max(10),
        called(world, story.user),
        story.days + 1,
    )
}

fn unfold(script: &mut Script<'_>) {
    for night in 0..=script.story.days {
        let mut client = script.attacker();
        if night > 0 {
            script.on_day(night, 70, 200);
            // Every night from somewhere else.
            client = noise::stranger(script.world, &mut script.chance);
        }
        for _ in 0..script.story.size.max(10) {
            script.by_user(client, kinds::USER_LOGIN_FAILED, ObjectNo::NONE);
            script.wait(8, 28);
        }
    }
}
