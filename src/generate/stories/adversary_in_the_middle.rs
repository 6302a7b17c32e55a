//! Somebody signs in by a page that passes everything on to Entra ID, the second factor included, and keeps the session.
//!
//! The sign-in comes from the machine of that page, and what follows from another address: the session alone ties them
//! (<https://attack.mitre.org/techniques/T1557/>).

use super::cast::{called, city, ordinary, stranger_nearby};
use super::script::{Script, local};
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::directory::HIDE_PAYMENTS;
use crate::catalogue::kinds;
use crate::generate::days::cell::Client;
use crate::generate::objects::sign_ins::About;
use crate::generate::objects::{directory, mails, rules};
use crate::generate::world::World;
use crate::model::index::ActorCode;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "adversary-in-the-middle",
    when: When::Office,
    size: (3, 8),
    minutes: 110,
    days: 0,
    unfit: ordinary,
    cast: stranger_nearby,
    summary,
    policy: None,
    detected_by: &["Suspicious inbox manipulation rules"],
    attack: &[
        attack::SPEARPHISHING_LINK,
        attack::ADVERSARY_IN_THE_MIDDLE,
        attack::STEAL_WEB_SESSION_COOKIE,
        attack::WEB_SESSION_COOKIE,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::DEVICE_REGISTRATION,
        attack::EMAIL_HIDING_RULES,
        attack::INTERNAL_SPEARPHISHING,
    ],
    motive: "To send letters from a mailbox that people trust, and to come back without the password.",
    questions: &[
        Question::new("In which session is it done?", Answer::Sessions),
        Question::new("Which sign-in began that session?", Answer::Kinds(&[kinds::USER_LOGGED_IN])),
        Question::new(
            "What lets whoever it was come back, and what hides mail from the owner?",
            Answer::Kinds(&[kinds::REGISTER_SECURITY_INFO, kinds::NEW_INBOX_RULE]),
        ),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} opens a link in a letter and signs in by a page that passes password and second factor on; the session is \
         then used from {}: mail is read, another way to sign in registered, a rule made and {} letters sent.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let actor = ActorCode::of_person(user);
    // The letter with the link.
    let letter = mails::received(user, script.chance.below(2_048));
    script.meanwhile(0, kinds::MAIL_ITEMS_ACCESSED, letter);
    script.wait(90, 400);
    // The page runs on a rented machine, and hands on what the victim's browser says of itself.
    let machine = *script.chance.pick(&world.hosts);
    let page = Client {
        address: machine.at(script.chance.below(machine.count)),
        agent: world.person(user).agents[0],
    };
    let day = local(world, actor, script.now()).0;
    let about = About::in_a_story(day, script.story.ordinal.get().into()).with_a_factor().object();
    script.by(actor, page, kinds::SECOND_FACTOR_REQUIRED, about);
    script.wait(14, 40);
    script.by(actor, page, kinds::STAY_SIGNED_IN_ASKED, about);
    script.wait(2, 6);
    script.by(actor, page, kinds::USER_LOGGED_IN, about);
    script.wait(4 * 60, 14 * 60);
    for _ in 0..script.chance.between(5, 9) {
        script.wait(20, 120);
        let object = mails::received(user, script.chance.below(2_048));
        script.act(kinds::MAIL_ITEMS_ACCESSED, object);
    }
    script.wait(60, 300);
    script.act(kinds::REGISTER_SECURITY_INFO, directory::person(user));
    script.wait(60, 400);
    script.act(kinds::NEW_INBOX_RULE, rules::rule(user, HIDE_PAYMENTS));
    let first = script.chance.below(2_048);
    for index in 0..script.story.size {
        script.pace(script.story.size, 30);
        script.act(kinds::SEND, mails::sent(user, first + index));
    }
}
