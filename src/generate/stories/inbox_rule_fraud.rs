//! A mailbox is taken over to redirect a payment: a rule hides the answers from its owner.

use super::cast::{called, city, ordinary, stranger_nearby};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::directory::FORWARD_PAYMENTS;
use crate::catalogue::kinds;
use crate::generate::objects::{mails, rules};
use crate::generate::world::World;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "inbox-rule-fraud",
    when: When::Any,
    size: (3, 6),
    minutes: 60,
    days: 0,
    unfit: ordinary,
    cast: stranger_nearby,
    summary,
    policy: None,
    detected_by: &["Suspicious inbox manipulation rules"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::EMAIL_FORWARDING_RULE,
        attack::CLEAR_MAILBOX_DATA,
        attack::FINANCIAL_THEFT,
    ],
    motive: "To have a payment made to another bank account.",
    questions: &[
        Question::new("Which activity made the rule?", Answer::Kinds(&[kinds::NEW_INBOX_RULE])),
        Question::new("Which letters were sent in the victim's name?", Answer::Kinds(&[kinds::SEND])),
        Question::new("Which of their copies were destroyed?", Answer::Kinds(&[kinds::HARD_DELETE])),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "Somebody in {} reads the mailbox of {}, makes a rule that sends mail about payments outside, and writes \
         {} letters about a changed bank account.",
        city(world, story.attacker),
        called(world, story.user),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let user = script.story.user;
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for _ in 0..script.chance.between(5, 9) {
        script.wait(20, 90);
        let object = mails::received(user, script.chance.below(2_048));
        script.act(kinds::MAIL_ITEMS_ACCESSED, object);
    }
    script.wait(40, 120);
    script.act(kinds::NEW_INBOX_RULE, rules::rule(user, FORWARD_PAYMENTS));
    let steps = 2 * script.story.size;
    for _ in 0..script.story.size {
        script.pace(steps, 36);
        let letter = letter(script);
        script.act(kinds::SEND, letter);
        script.wait(3, 20);
        // The sent copy must not be found.
        script.act(kinds::HARD_DELETE, letter);
    }
}

/// A letter of the user to another company that can be about money.
fn letter(script: &mut Script<'_>) -> ObjectNo {
    let user = script.story.user;
    let first = script.chance.below(2_048);
    let about_money = |letter: &ObjectNo| {
        let subject = script.world.mail(*letter).subject;
        ["Invoice", "Contract", "renewal", "order form", "offer"].iter().any(|word| subject.contains(word))
    };
    let letters = (0..200).map(|index| mails::sent(user, first + index));
    letters.clone().find(about_money).unwrap_or(mails::sent(user, first))
}
