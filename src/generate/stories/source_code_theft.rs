//! A stolen key clones the company's repositories, one after the other.

use super::cast::{called, city, ordinary, stranger_abroad};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::departments::{ENGINEERING, IT};
use crate::catalogue::kinds;
use crate::generate::days::cell::Client;
use crate::generate::objects::app_objects;
use crate::generate::world::World;
use crate::model::index::PersonIx;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "source-code-theft",
    when: When::Any,
    size: (8, 20),
    minutes: 100,
    days: 9,
    unfit,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[attack::CLOUD_ACCOUNTS, attack::CODE_REPOSITORIES, attack::CREDENTIALS_IN_FILES],
    motive: "To own the company's source, and to look for keys that were left in it.",
    questions: &[
        Question::new(
            "Which repositories were copied?",
            Answer::Things(&[kinds::GITHUB_CLONE, kinds::GITHUB_DOWNLOAD_ZIP]),
        ),
        Question::new(
            "Which activities copied them?",
            Answer::Kinds(&[kinds::GITHUB_CLONE, kinds::GITHUB_DOWNLOAD_ZIP]),
        ),
    ],
    unfold,
};

fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if !world.connects(kinds::GITHUB) {
        return Some("the company has not connected GitHub");
    }
    if !matches!(world.habits[user.index()].work, ENGINEERING | IT) {
        return Some("has nothing to do with source code");
    }
    ordinary(world, user, at)
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "With a key of {}, somebody in {} clones {} repositories in {} days.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
        story.days + 1,
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    let mut client = Client { agent: world.git, ..script.attacker() };
    let count = app_objects::count(world, app_objects::REPOSITORY);
    let first = script.chance.below(count);
    for index in 0..script.story.size {
        if index > 0 && index == script.story.size / 2 {
            script.on_day(script.story.days, 8 * 60, 18 * 60);
            script.comes_back();
            client.address = script.attacker().address;
        }
        script.pace(script.story.size, 80);
        let kind = if index % 5 == 4 { kinds::GITHUB_DOWNLOAD_ZIP } else { kinds::GITHUB_CLONE };
        script.by_user(client, kind, app_objects::object(app_objects::REPOSITORY, (first + index) % count));
    }
}
