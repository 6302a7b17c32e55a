//! The account of a guest is in the hands of somebody else, who looks through what the guest was let into.

use super::cast::{called, city, guest_abroad, hosts_guests};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::files;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ActorCode, ObjectNo};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "guest-account-abuse",
    when: When::Any,
    size: (10, 25),
    minutes: 90,
    days: 6,
    unfit: hosts_guests,
    cast: guest_abroad,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[
        attack::TRUSTED_RELATIONSHIP,
        attack::CLOUD_ACCOUNTS,
        attack::SHAREPOINT,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To get at a company that protects its own accounts through a partner that does not.",
    questions: &[
        Question::new("Which files were looked at or taken?", Answer::Files),
        Question::new("Which of it were downloads?", Answer::Doing(Action::Download)),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    let guest = story.others.first().map_or_else(String::new, |guest| called(world, *guest));
    format!(
        "The account of the guest {guest} is used from {}: it looks at {} files of a team of {} and takes some along.",
        city(world, story.attacker),
        story.size,
        called(world, story.user),
    )
}

fn unfold(script: &mut Script<'_>) {
    let Some(&guest) = script.story.others.first() else { return };
    let (guest, client, site) = (ActorCode::of_person(guest), script.attacker(), script.department_site());
    let visits = 1 + script.story.days.min(2);
    for visit in 0..visits {
        if visit > 0 {
            script.on_day(visit * script.story.days / (visits - 1), 8 * 60, 18 * 60);
        }
        script.by(guest, client, kinds::USER_LOGGED_IN, ObjectNo::NONE);
        for index in 0..script.story.size.div_ceil(visits) {
            script.pace(script.story.size, 60);
            let object = files::object(site, script.chance.below(files::FILES));
            let kind = if index % 3 == 2 { kinds::FILE_DOWNLOADED } else { kinds::FILE_PREVIEWED };
            script.by(guest, client, kind, object);
        }
    }
}
