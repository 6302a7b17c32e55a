//! Files of the company end up in an app that is not meant for them.

use super::cast::{called, insider, ordinary};
use super::script::{Script, presence};
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::apps::{App, app};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::themes;
use crate::generate::objects::app_objects;
use crate::generate::objects::files;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ActorCode, ObjectNo};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "unsanctioned-upload",
    when: When::Office,
    size: (12, 30),
    minutes: 70,
    days: 0,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: None,
    detected_by: &["Data exfiltration to unsanctioned apps"],
    attack: &[attack::SHAREPOINT, attack::EXFILTRATION_TO_CLOUD_STORAGE],
    motive: "To work with the files in a tool that is handier, or to keep them.",
    questions: &[
        Question::new("Which files were taken out of SharePoint?", Answer::Kinds(&[kinds::FILE_DOWNLOADED])),
        Question::new("Which activities put them elsewhere?", Answer::Doing(Action::Upload)),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} downloads {} files of {} and uploads them to {}, where they do not belong.",
        called(world, story.user),
        story.size,
        world.person(story.user).department,
        app(kinds::kind(app_objects::shared_place(world).0).app).map_or("another app", |app: &App| app.name),
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let desk = presence(world, user, script.now());
    let department = usize::from(world.habits[user.index()].department);
    let site = files::site_library(world, themes::site_of_department(world, department));
    let department = world.habits[user.index()].work;
    let (upload, class) = app_objects::shared_place(world);
    let first = script.chance.below(240);
    let pairs: Vec<(ObjectNo, u32)> = (0..script.story.size)
        .map(|index| app_objects::file_and_twin(class, department, first + index))
        .collect();
    for &(_, twin) in &pairs {
        script.by(ActorCode::of_person(user), desk, kinds::FILE_DOWNLOADED, files::object(site, twin));
        script.pace(script.story.size, 25);
    }
    script.wait(120, 400);
    for &(uploaded, _) in &pairs {
        script.by(ActorCode::of_person(user), desk, upload, uploaded);
        script.pace(script.story.size, 20);
    }
}
