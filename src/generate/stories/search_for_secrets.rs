//! A stolen account searches for passwords in SharePoint, and opens what it finds.

use super::cast::{called, city, ordinary, stranger_abroad};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::files;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "search-for-secrets",
    when: When::Any,
    size: (10, 24),
    minutes: 90,
    days: 3,
    unfit: ordinary,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::CLOUD_STORAGE_DISCOVERY,
        attack::SHAREPOINT,
        attack::CREDENTIALS_IN_FILES,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To find passwords and keys that people keep in files, and with them a way to more.",
    questions: &[
        Question::new("Which searches are part of it?", Answer::Kinds(&[kinds::SEARCH_QUERY_PERFORMED])),
        Question::new("Which files were opened?", Answer::Files),
        Question::new("Which of it were downloads?", Answer::Doing(Action::Download)),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to search {} times for what looks like a password, and to open what is found.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    let visits = 1 + script.story.days.min(1);
    for visit in 0..visits {
        if visit > 0 {
            script.on_day(script.story.days, 9 * 60, 17 * 60);
        }
        script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
        for index in 0..script.story.size.div_ceil(visits) {
            script.pace(script.story.size, 55);
            script.act(kinds::SEARCH_QUERY_PERFORMED, ObjectNo::NONE);
            if index % 2 == 1 {
                script.wait(5, 40);
                let library = files::site_library(world, script.chance.below(world.libraries.len() as u32));
                let object = files::object(library, script.chance.below(files::FILES));
                script.act(kinds::FILE_PREVIEWED, object);
                if index % 4 == 3 {
                    script.wait(5, 30);
                    script.act(kinds::FILE_DOWNLOADED, object);
                }
            }
        }
    }
}
