//! Somebody has a flow copy files outside, every working night.

use super::cast::{called, insider, ordinary};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::cell::Client;
use crate::generate::objects::{directory, files};
use crate::generate::world::World;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "power-automate-exfiltration",
    when: When::Office,
    size: (3, 7),
    minutes: 40,
    days: 28,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[
        attack::SERVERLESS_EXECUTION,
        attack::SHAREPOINT,
        attack::DATA_FROM_CLOUD_STORAGE,
        attack::AUTOMATED_EXFILTRATION,
        attack::EXFILTRATION_OVER_WEB,
    ],
    motive: "To have a copy of everything that the department writes, without doing anything for it oneself.",
    questions: &[
        Question::new("Which activity made the flow?", Answer::Kinds(&[kinds::CREATE_FLOW])),
        Question::new("What is the flow called?", Answer::Things(&[kinds::CREATE_FLOW])),
        Question::new("Which files did it copy?", Answer::Files),
    ],
    unfold,
};

/// The flow that copies new files, by its place among the flows.
const COPIES: u32 = 1;

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} makes a flow that copies up to {} files of {} outside every night for {} days.",
        called(world, story.user),
        story.size,
        world.person(story.user).department,
        story.days,
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    let desk = script.desk();
    script.by_user(desk, kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.wait(100, 400);
    script.by_user(desk, kinds::CREATE_FLOW, directory::setting(kinds::CREATE_FLOW, COPIES));
    let site = script.department_site();
    // Flows run in the cloud, in the name of who made them.
    let cloud = world.clouds[0];
    let flow = Client { address: cloud.at(script.chance.below(cloud.count)), agent: world.machines[2] };
    for night in 1..=script.story.days {
        script.on_day(night, 2 * 60, 2 * 60 + 10);
        for _ in 0..script.chance.between(1, script.story.size) {
            script.wait(2, 30);
            let object = files::object(site, script.chance.below(files::FILES));
            script.by_user(flow, kinds::FILE_DOWNLOADED, object);
        }
    }
}
