//! The account of a guest sends a link through Teams; one of those who follow it loses the session.

use super::cast::{called, city, colleagues, guest_abroad, hosts_guests};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::{files, teams};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "teams-phishing-by-a-guest",
    when: When::Office,
    size: (5, 12),
    minutes: 120,
    days: 0,
    unfit: hosts_guests,
    cast,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[
        attack::TRUSTED_RELATIONSHIP,
        attack::SPEARPHISHING_SERVICE,
        attack::MALICIOUS_LINK,
        attack::CLOUD_ACCOUNTS,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To reach employees where no mail filter looks, and to use the account of whoever believes it.",
    questions: &[
        Question::new("Which messages carried the link?", Answer::Kinds(&[kinds::MESSAGE_SENT])),
        Question::new("Who was written to?", Answer::Things(&[kinds::MESSAGE_SENT])),
        Question::new("Which files were opened afterwards?", Answer::Files),
    ],
    unfold,
};

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    let mut cast = guest_abroad(world, user, size, chance);
    cast.others.extend(colleagues(world, user, size, chance));
    cast
}

fn summary(world: &World, story: &Storyline) -> String {
    let guest = story.others.first().map_or_else(String::new, |guest| called(world, *guest));
    format!(
        "The account of the guest {guest} sends a link to {} people in Teams; {} follows it, and the account is used \
         from {}.",
        story.others.len(),
        called(world, story.user),
        city(world, story.attacker),
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let Some((&guest, asked)) = script.story.others.split_first() else { return };
    let (guest, client) = (ActorCode::of_person(guest), script.attacker());
    script.by(guest, client, kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for &person in asked.iter().chain([&user]) {
        script.pace(script.story.size, 25);
        script.by(guest, client, kinds::MESSAGE_SENT, teams::chat(world, person));
    }
    script.wait(400, 1_500);
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    let count = script.chance.between(4, 8);
    script.read_mail((ActorCode::of_person(user), client), user, count, (20, 150));
    for _ in 0..script.chance.between(2, 5) {
        script.wait(20, 120);
        let object = files::object(files::onedrive(user), script.chance.below(files::FILES));
        script.act(kinds::ONEDRIVE_FILE_PREVIEWED, object);
    }
}
