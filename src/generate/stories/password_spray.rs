//! A few passwords are tried at many accounts, once or twice each; one of them gives way.

use super::cast::{called, city, colleagues, ordinary, stranger_behind_a_proxy};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::{files, mails};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "password-spray-then-success",
    when: When::Any,
    size: (8, 30),
    minutes: 110,
    days: 0,
    unfit: ordinary,
    cast,
    summary,
    policy: None,
    detected_by: &["Logon from a risky IP address"],
    attack: &[
        attack::PASSWORD_SPRAYING,
        attack::MULTI_HOP_PROXY,
        attack::CLOUD_ACCOUNTS,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To find the one account whose password is a common one.",
    questions: &[
        Question::new("In whose names did signing in fail?", Answer::Attempted),
        Question::new("Which attempts are part of it?", Answer::Doing(Action::FailedSignIn)),
        Question::new("Which sign-in succeeded?", Answer::Doing(Action::SignIn)),
        Question::new("Which files were looked at?", Answer::Files),
    ],
    unfold,
};

/// Minutes that the guessing takes.
const MINUTES: u32 = 70;

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    let stranger = stranger_behind_a_proxy(world, user, size, chance);
    Cast { others: colleagues(world, user, size, chance), ..stranger }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "Somebody behind a proxy in {} tries common passwords at {} accounts; the one of {} gives way, and mail and \
         files are looked through.",
        city(world, story.attacker),
        story.others.len() + 1,
        called(world, story.user),
    )
}

fn unfold(script: &mut Script<'_>) {
    let (user, client) = (script.story.user, script.attacker());
    let accounts: Vec<PersonIx> = script.story.others.iter().copied().chain([user]).collect();
    let rounds = 2;
    for _ in 0..rounds {
        for &account in &accounts {
            script.by(ActorCode::of_person(account), client, kinds::USER_LOGIN_FAILED, ObjectNo::NONE);
            script.pace(rounds * accounts.len() as u32, MINUTES);
        }
    }
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for _ in 0..script.chance.between(5, 9) {
        script.wait(30, 150);
        let object = mails::received(user, script.chance.below(2_048));
        script.act(kinds::MAIL_ITEMS_ACCESSED, object);
    }
    for _ in 0..script.chance.between(2, 5) {
        script.wait(20, 120);
        let object = files::object(files::onedrive(user), script.chance.below(files::FILES));
        script.act(kinds::ONEDRIVE_FILE_PREVIEWED, object);
    }
}
