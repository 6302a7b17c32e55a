//! Files of the company end up in an app that is not meant for them.

use super::cast::{called, insider, ordinary};
use super::script::{Script, presence};
use super::{StoryTemplate, Storyline, When};
use crate::catalogue::apps::{App, app};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::themes;
use crate::generate::objects::app_objects;
use crate::generate::objects::files;
use crate::generate::world::World;
use crate::model::index::{ActorCode, KindCode, ObjectNo};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "unsanctioned-upload",
    when: When::Office,
    size: (12, 30),
    minutes: 70,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: Some("Data exfiltration to unsanctioned apps"),
    detected_by: &[],
    attack: &[attack::SHAREPOINT, attack::EXFILTRATION_TO_CLOUD_STORAGE],
    unfold,
};

/// Where files may end up: app, kind of the upload, class of what appears there. Every company has the last.
const PLACES: [(u32, KindCode, u32); 4] = [
    (kinds::DROPBOX, kinds::DROPBOX_ADD, app_objects::DROPBOX_FILE),
    (kinds::GOOGLE, kinds::GOOGLE_CREATE, app_objects::GOOGLE_DOCUMENT),
    (kinds::SLACK, kinds::SLACK_FILE_UPLOADED, app_objects::SLACK_FILE),
    (kinds::BOX, kinds::BOX_UPLOAD, app_objects::BOX_FILE),
];

fn place(world: &World) -> (u32, KindCode, u32) {
    let connected = |place: &&(u32, KindCode, u32)| world.apps.iter().any(|app| app.number == place.0);
    *PLACES.iter().find(connected).unwrap_or(&PLACES[3])
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} downloads {} files of {} and uploads them to {}, where they do not belong.",
        called(world, story.user),
        story.size,
        world.person(story.user).department,
        app(place(world).0).map_or("another app", |app: &App| app.name),
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let desk = presence(world, user, script.now());
    let department = usize::from(world.habits[user.index()].department);
    let site = files::site_library(world, themes::site_of_department(world, department));
    let department = world.habits[user.index()].work;
    let (_, upload, class) = place(world);
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
