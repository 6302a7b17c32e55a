//! Somebody takes the department's files along before leaving.

use super::cast::{called, insider, ordinary};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::themes;
use crate::generate::objects::{files, mails};
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "mass-download-before-leaving",
    when: When::Afternoon,
    size: (60, 130),
    minutes: 75,
    days: 0,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: None,
    detected_by: &["Mass download by a single user"],
    attack: &[attack::SHAREPOINT, attack::DATA_FROM_CLOUD_STORAGE, attack::CLEAR_MAILBOX_DATA],
    motive: "To have something to show at the next job.",
    questions: &[
        Question::new("Which files were taken?", Answer::Files),
        Question::new("Which activities are downloads?", Answer::Doing(Action::Download)),
        Question::new("What was thrown away afterwards?", Answer::Kinds(&[kinds::SOFT_DELETE])),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{}, who is about to leave, downloads {} files of {} at home within an hour.",
        called(world, story.user),
        story.size,
        world.person(story.user).department,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let department = usize::from(world.habits[user.index()].department);
    let site = files::site_library(world, themes::site_of_department(world, department));
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for _ in 0..3 {
        script.wait(20, 90);
        let object = files::object(site, script.chance.below(files::FILES));
        script.act(kinds::FILE_PREVIEWED, object);
    }
    // One folder after the other, at the pace of somebody who selects and clicks.
    let first = script.chance.below(files::FILES);
    for index in 0..script.story.size {
        script.pace(script.story.size, 48);
        let own = index % 4 == 3;
        let (library, kind) = if own {
            (files::onedrive(user), kinds::ONEDRIVE_FILE_DOWNLOADED)
        } else {
            (site, kinds::FILE_DOWNLOADED)
        };
        script.act(kind, files::object(library, first + index));
    }
    for _ in 0..2 {
        script.wait(60, 240);
        let object = mails::sent(user, script.chance.below(2_048));
        script.act(kinds::SOFT_DELETE, object);
    }
}
