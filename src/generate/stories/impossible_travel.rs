//! Somebody works here while their account is used on another continent.

use super::cast::{called, city, ordinary, stranger_abroad};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::directory::HIDE_PAYMENTS;
use crate::catalogue::kinds;
use crate::generate::days::themes;
use crate::generate::objects::{files, mails, rules};
use crate::generate::world::World;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "impossible-travel",
    when: When::Office,
    size: (5, 12),
    minutes: 95,
    days: 0,
    unfit: ordinary,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &["Impossible travel", "Suspicious inbox manipulation rules"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::EMAIL_HIDING_RULES,
        attack::DATA_FROM_CLOUD_STORAGE,
        attack::SHAREPOINT,
    ],
    motive: "To look through mail and files of somebody whose password was bought, and to stay unnoticed meanwhile.",
    questions: &[
        Question::new("From which countries does it come?", Answer::Countries),
        Question::new(
            "Which activity hides mail from the mailbox's owner?",
            Answer::Kinds(&[kinds::NEW_INBOX_RULE]),
        ),
        Question::new("Which files were looked at or taken?", Answer::Files),
    ],
    unfold,
};

/// Minutes that the attack takes, at most.
const ATTACK_MINUTES: u32 = 45;

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} works in {} while somebody signs in to the account from {}, reads mail, takes files and sets an inbox rule.",
        called(world, story.user),
        world.office_of(story.user).city,
        city(world, story.attacker),
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let mail = |script: &mut Script<'_>| mails::received(user, script.chance.below(2_048));
    // The victim is at work, before and meanwhile.
    for (low, high) in [(0, 0), (40, 55), (65, 80)] {
        let minutes = script.chance.between(low, high);
        let object = mail(script);
        script.meanwhile(minutes, kinds::MAIL_ITEMS_ACCESSED, object);
    }
    script.wait(20 * 60, 38 * 60);
    let letters = script.chance.between(4, 8);
    let steps = 2 + letters + 2 * script.story.size;
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for _ in 0..letters {
        script.pace(steps, ATTACK_MINUTES);
        let object = mail(script);
        script.act(kinds::MAIL_ITEMS_ACCESSED, object);
    }
    script.pace(steps, ATTACK_MINUTES);
    script.act(kinds::NEW_INBOX_RULE, rules::rule(user, HIDE_PAYMENTS));
    let department = usize::from(world.habits[user.index()].department);
    let site = files::site_library(world, themes::site_of_department(world, department));
    for index in 0..script.story.size {
        let (library, preview, download) = if index % 3 == 2 {
            (site, kinds::FILE_PREVIEWED, kinds::FILE_DOWNLOADED)
        } else {
            (files::onedrive(user), kinds::ONEDRIVE_FILE_PREVIEWED, kinds::ONEDRIVE_FILE_DOWNLOADED)
        };
        let object = files::object(library, script.chance.below(files::FILES));
        for kind in [preview, download] {
            script.pace(steps, ATTACK_MINUTES);
            script.act(kind, object);
        }
    }
}
