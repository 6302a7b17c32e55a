//! A refresh token is taken from somebody's computer, and redeemed elsewhere: nobody signs in, and every token of the
//! family of applications is to be had for it (<https://github.com/secureworks/family-of-client-ids-research>).
//!
//! What is done with it carries the session of the victim, who is at work in that same session.

use super::cast::{called, city, ordinary, stranger_abroad};
use super::script::{Script, local};
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::{AZURE_CLI, Application, Failure, OFFICE, SYNC, TEAMS};
use crate::generate::objects::sign_ins::About;
use crate::generate::objects::{files, mails};
use crate::generate::world::World;
use crate::model::index::ActorCode;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "refresh-token-theft",
    when: When::Office,
    size: (5, 14),
    minutes: 110,
    days: 0,
    unfit: ordinary,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &["Impossible travel"],
    attack: &[
        attack::STEAL_APPLICATION_TOKEN,
        attack::APPLICATION_TOKEN,
        attack::CLOUD_ACCOUNTS,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To read along and take files with what malware has found on a computer, without any sign-in.",
    questions: &[
        Question::new("In which session is it done, which the victim uses, too?", Answer::Sessions),
        Question::new("Which tokens were redeemed?", Answer::Kinds(&[kinds::TOKEN_ISSUED])),
        Question::new("Which were refused?", Answer::Kinds(&[kinds::TOKEN_REFUSED])),
        Question::new("Which files were taken?", Answer::Files),
    ],
    unfold,
};

/// Minutes that the taking takes, at most.
const MINUTES: u32 = 45;

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "A refresh token of {}, who is at work, is redeemed in {} without a sign-in: mail is read and {} files are taken \
         in the victim's own session.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let user = script.story.user;
    for (low, high) in [(0, 0), (35, 50), (62, 80)] {
        let minutes = script.chance.between(low, high);
        let object = mails::received(user, script.chance.below(2_048));
        script.meanwhile(minutes, kinds::MAIL_ITEMS_ACCESSED, object);
    }
    script.wait(18 * 60, 34 * 60);
    let day = local(script.world, ActorCode::of_person(user), script.now()).0;
    let first = u32::from(script.story.ordinal.get()) * 8;
    let asks = |number: u32, application: Application| About::in_a_story(day, first + number).to(application);
    let token = |script: &mut Script<'_>, about: About| {
        script.act(kinds::TOKEN_ISSUED, about.object());
        script.wait(1, 6);
    };
    token(script, asks(0, OFFICE));
    token(script, asks(1, TEAMS));
    // The command line of Azure is guarded better.
    let refused = asks(2, AZURE_CLI).failing(Failure::FactorForToken).object();
    script.act(kinds::TOKEN_REFUSED, refused);
    script.wait(20, 90);
    let letters = script.chance.between(5, 9);
    let steps = letters + script.story.size;
    for _ in 0..letters {
        script.pace(steps, MINUTES);
        let object = mails::received(user, script.chance.below(2_048));
        script.act(kinds::MAIL_ITEMS_ACCESSED, object);
    }
    token(script, asks(3, SYNC));
    let first = script.chance.below(files::FILES);
    for index in 0..script.story.size {
        script.pace(steps, MINUTES);
        let object = files::object(files::onedrive(user), first + index);
        script.act(kinds::ONEDRIVE_FILE_DOWNLOADED, object);
    }
    // Its owner signs in anew, and the token is worth nothing any more.
    script.wait(60, 240);
    script.act(kinds::TOKEN_REFUSED, asks(4, OFFICE).failing(Failure::OldToken).object());
}
