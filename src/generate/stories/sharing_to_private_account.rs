//! Somebody invites the own private mailbox to files of the company.

use super::cast::{called, insider, ordinary};
use super::script::{Script, presence};
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::files;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "sharing-to-private-account",
    when: When::Office,
    size: (4, 9),
    minutes: 40,
    days: 0,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: None,
    detected_by: &["File shared with an external address"],
    attack: &[attack::DATA_FROM_CLOUD_STORAGE, attack::TRANSFER_TO_CLOUD_ACCOUNT],
    motive: "To go on working with the files at home, or elsewhere.",
    questions: &[
        Question::new("Which files were shared?", Answer::Files),
        Question::new("Which activities shared them?", Answer::Doing(Action::ShareExternal)),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!("{} invites a private mailbox to {} files.", called(world, story.user), story.size)
}

/// Own files that go to a private mailbox when they are shared, from some place on.
fn private(world: &World, user: PersonIx, first: u32) -> impl Iterator<Item = ObjectNo> {
    (0..files::FILES)
        .map(move |index| files::object(files::onedrive(user), first + index))
        .filter(|&object| world.outside_recipient(object).ends_with("@mail.example"))
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let desk = presence(world, user, script.now());
    let first = script.chance.below(files::FILES);
    let objects: Vec<ObjectNo> = private(world, user, first).take(script.story.size as usize).collect();
    for object in objects {
        script.by(ActorCode::of_person(user), desk, kinds::ONEDRIVE_FILE_ACCESSED, object);
        script.wait(10, 60);
        script.by(ActorCode::of_person(user), desk, kinds::ONEDRIVE_SHARING_INVITATION_CREATED, object);
        script.pace(script.story.size, 25);
    }
}
