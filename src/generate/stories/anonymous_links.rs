//! Somebody makes links that anyone can use to dozens of files of the company.

use super::cast::{called, insider, ordinary};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::files;
use crate::generate::world::World;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "anonymous-links-in-bulk",
    when: When::Office,
    size: (15, 35),
    minutes: 60,
    days: 0,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: None,
    detected_by: &["File shared with an external address"],
    attack: &[attack::SHAREPOINT, attack::DATA_FROM_CLOUD_STORAGE, attack::EXFILTRATION_OVER_WEB],
    motive: "To reach the files from anywhere, without an account that could be closed.",
    questions: &[
        Question::new("Which files can anyone open?", Answer::Files),
        Question::new(
            "Which activities made the links?",
            Answer::Kinds(&[kinds::ANONYMOUS_LINK_CREATED, kinds::ONEDRIVE_ANONYMOUS_LINK_CREATED]),
        ),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} makes links for anyone to {} files of {} within an hour.",
        called(world, story.user),
        story.size,
        world.person(story.user).department,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (desk, site) = (script.desk(), script.department_site());
    let own = files::onedrive(script.story.user);
    let first = script.chance.below(files::FILES);
    script.by_user(desk, kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for index in 0..script.story.size {
        script.pace(script.story.size, 45);
        let (library, kind) = if index % 3 == 2 {
            (own, kinds::ONEDRIVE_ANONYMOUS_LINK_CREATED)
        } else {
            (site, kinds::ANONYMOUS_LINK_CREATED)
        };
        script.by_user(desk, kind, files::object(library, first + index));
    }
}
