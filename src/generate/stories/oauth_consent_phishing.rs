//! A letter talks somebody into consenting to an app that calls itself something it is not; the app reads the mail.

use super::cast::{called, city, far_machine, ordinary};
use super::script::{Script, presence};
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::birth::principals;
use crate::generate::birth::principals::Duty;
use crate::generate::objects::{files, mails};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "oauth-consent-phishing",
    when: When::Office,
    size: (25, 60),
    minutes: 150,
    days: 0,
    unfit: ordinary,
    cast,
    summary,
    policy: None,
    detected_by: &["Misleading OAuth app name"],
    attack: &[
        attack::SPEARPHISHING_LINK,
        attack::MATCH_LEGITIMATE_NAME,
        attack::STEAL_APPLICATION_TOKEN,
        attack::APPLICATION_TOKEN,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To read mail and files for as long as nobody takes the consent back, whatever becomes of the password.",
    questions: &[
        Question::new("Which activity gave the consent?", Answer::Kinds(&[kinds::USER_CONSENT])),
        Question::new("Which application was consented to?", Answer::Applications),
        Question::new("Which files did it take?", Answer::Files),
    ],
    unfold,
};

/// The app runs where its makers are, and is a program.
fn cast(world: &World, user: PersonIx, _size: u32, chance: &mut Stream) -> Cast {
    Cast { others: Vec::new(), attacker: far_machine(world, user, chance), agent: world.machines[1] }
}

fn summary(world: &World, story: &Storyline) -> String {
    let app = world.principal_on(Duty::Rogue).map_or("", |app| &*world.principal(app).display_name);
    format!(
        "{} follows a letter and consents to {app}, which is not what it says: from {} it reads {} letters and takes \
         files.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let Some(app) = world.principal_on(Duty::Rogue) else { return };
    let (rogue, mut client) = (world.actor_of_principal(app), script.attacker());
    let desk = presence(world, user, script.now());
    let letter = mails::received(user, script.chance.below(2_048));
    script.by(ActorCode::of_person(user), desk, kinds::MAIL_ITEMS_ACCESSED, letter);
    script.wait(40, 150);
    script.by(ActorCode::of_person(user), desk, kinds::USER_CONSENT, principals::application(app, 0));
    script.wait(60, 300);
    script.by(rogue, client, kinds::TOKEN_ISSUED, ObjectNo::NONE);
    for _ in 0..script.story.size {
        script.pace(script.story.size, 110);
        client = script.moved_on(client);
        let object = mails::received(user, script.chance.below(2_048));
        script.by(rogue, client, kinds::MAIL_ITEMS_ACCESSED, object);
    }
    for _ in 0..script.chance.between(4, 9) {
        script.wait(5, 40);
        let object = files::object(files::onedrive(user), script.chance.below(files::FILES));
        script.by(rogue, client, kinds::ONEDRIVE_FILE_DOWNLOADED, object);
    }
}
