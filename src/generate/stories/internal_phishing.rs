//! From one mailbox to the next: a stolen account writes to colleagues, and uses the accounts of those who answer.

use super::cast::{called, city, colleagues, ordinary, stranger_abroad};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::directory::HIDE_SECURITY;
use crate::catalogue::kinds;
use crate::generate::objects::{mails, rules};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "internal-phishing-campaign",
    when: When::Any,
    size: (6, 14),
    minutes: 150,
    days: 24,
    unfit: ordinary,
    cast,
    summary,
    policy: None,
    detected_by: &["Suspicious inbox manipulation rules"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::EMAIL_HIDING_RULES,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::INTERNAL_SPEARPHISHING,
        attack::MALICIOUS_LINK,
        attack::CLEAR_MAILBOX_DATA,
    ],
    motive: "To get from the first account that gave way to those of people who can pay.",
    questions: &[
        Question::new(
            "Which activity hid the answers from the first mailbox's owner?",
            Answer::Kinds(&[kinds::NEW_INBOX_RULE]),
        ),
        Question::new("Which letters carried the link?", Answer::Kinds(&[kinds::SEND])),
        Question::new(
            "Which traces were removed?",
            Answer::Kinds(&[kinds::HARD_DELETE, kinds::REMOVE_INBOX_RULE]),
        ),
        Question::new("In whose names did signing in fail?", Answer::Attempted),
    ],
    unfold,
};

/// How many of those who are written to lose their accounts.
const FALL: usize = 2;

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    Cast {
        others: colleagues(world, user, size.div_ceil(2), chance),
        ..stranger_abroad(world, user, size, chance)
    }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {}; a rule hides what its owner should see. Over {} days it writes to {} \
         colleagues, and the accounts of {} are used, too.",
        called(world, story.user),
        city(world, story.attacker),
        story.days + 1,
        story.others.len(),
        story.others.len().min(FALL),
    )
}

fn unfold(script: &mut Script<'_>) {
    let (user, client) = (script.story.user, script.attacker());
    let others = script.story.others.clone();
    let owner = ActorCode::of_person(user);
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.read_mail((owner, client), user, 6, (20, 120));
    script.wait(40, 120);
    script.act(kinds::NEW_INBOX_RULE, rules::rule(user, HIDE_SECURITY));
    // A third of the time nothing happens but reading along.
    script.on_day(script.story.days / 3, 9 * 60, 16 * 60);
    script.wait(60, 600);
    let count = script.chance.between(3, 6);
    script.read_mail((owner, client), user, count, (20, 120));
    script.on_day(script.story.days * 2 / 3, 9 * 60, 15 * 60);
    let first = script.chance.below(1_900);
    for index in 0..script.story.size {
        script.pace(script.story.size, 30);
        let letter = mails::sent(user, first + index);
        script.act(kinds::SEND, letter);
        script.wait(3, 20);
        script.act(kinds::HARD_DELETE, letter);
    }
    script.on_day(script.story.days, 9 * 60, 14 * 60);
    script.wait(60, 600);
    for (at, &other) in others.iter().enumerate() {
        let actor = ActorCode::of_person(other);
        if at >= FALL {
            // Their second factor holds.
            script.wait(60, 400);
            script.by(actor, client, kinds::USER_LOGIN_FAILED, ObjectNo::NONE);
            continue;
        }
        script.by(actor, client, kinds::USER_LOGGED_IN, ObjectNo::NONE);
        let count = script.chance.between(4, 7);
        script.read_mail((actor, client), other, count, (20, 120));
    }
    script.wait(60, 300);
    script.act(kinds::REMOVE_INBOX_RULE, rules::rule(user, HIDE_SECURITY));
}
