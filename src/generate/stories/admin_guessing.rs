//! Somebody guesses at the password of one administrator, night after night, and never gets in.

use super::cast::{administrator, called, city, stranger_behind_a_proxy};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "password-guessing-at-an-administrator",
    when: When::Night,
    size: (12, 20),
    minutes: 20,
    days: 7,
    unfit: administrator,
    cast: stranger_behind_a_proxy,
    summary,
    policy: None,
    detected_by: &["Multiple failed login attempts"],
    attack: &[attack::PASSWORD_GUESSING, attack::MULTI_HOP_PROXY],
    motive: "To become an administrator with a password that somebody has used elsewhere. It comes to nothing.",
    questions: &[
        Question::new("At whose password was guessed?", Answer::Attempted),
        Question::new("Which attempts are part of it?", Answer::Doing(Action::FailedSignIn)),
        Question::new("Did any attempt succeed? These did:", Answer::Doing(Action::SignIn)),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "Somebody behind a proxy in {} tries {} passwords a night at the account of {} in {} nights; none fits.",
        city(world, story.attacker),
        story.size,
        called(world, story.user),
        story.days + 1,
    )
}

fn unfold(script: &mut Script<'_>) {
    for night in 0..=script.story.days {
        if night > 0 {
            script.on_day(night, 70, 200);
        }
        for _ in 0..script.story.size {
            script.act(kinds::USER_LOGIN_FAILED, ObjectNo::NONE);
            script.wait(8, 28);
        }
    }
}
