//! With a stolen account, machines are started in the company's cloud that compute for somebody else.

use super::cast::{called, city, ordinary, stranger_abroad};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::departments::{ENGINEERING, IT};
use crate::catalogue::kinds;
use crate::generate::objects::app_objects;
use crate::generate::world::World;
use crate::model::index::{KindCode, ObjectNo, PersonIx};
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "cloud-mining",
    when: When::Any,
    size: (5, 11),
    minutes: 80,
    days: 0,
    unfit,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::CLOUD_INFRASTRUCTURE_DISCOVERY,
        attack::ADDITIONAL_CLOUD_CREDENTIALS,
        attack::CREATE_CLOUD_INSTANCE,
        attack::COMPUTE_HIJACKING,
    ],
    motive: "To earn a currency on machines that the company pays for.",
    questions: &[
        Question::new(
            "Which machines were started?",
            Answer::Things(&[kinds::AWS_RUN_INSTANCES, kinds::AZURE_WRITE_VM]),
        ),
        Question::new(
            "Which activity gave lasting access?",
            Answer::Kinds(&[kinds::AWS_CREATE_ACCESS_KEY, kinds::AZURE_WRITE_ROLE_ASSIGNMENT]),
        ),
    ],
    unfold,
};

fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if !world.connects(kinds::AWS) && !world.connects(kinds::AZURE) {
        return Some("the company has connected neither Amazon Web Services nor Microsoft Azure");
    }
    if !matches!(world.habits[user.index()].work, ENGINEERING | IT) {
        return Some("has nothing to do with machines");
    }
    ordinary(world, user, at)
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to start {} machines in {}.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
        if world.connects(kinds::AWS) { "Amazon Web Services" } else { "Microsoft Azure" },
    )
}

/// What is looked at, what gives lasting access, what is started: kind and class of objects.
type Steps = [(KindCode, u32); 3];
const IN_AWS: Steps = [
    (kinds::AWS_DESCRIBE_INSTANCES, app_objects::AWS_INSTANCE),
    (kinds::AWS_CREATE_ACCESS_KEY, app_objects::ACCOUNT_OF_A_COLLEAGUE),
    (kinds::AWS_RUN_INSTANCES, app_objects::AWS_INSTANCE),
];
const IN_AZURE: Steps = [
    (kinds::AZURE_LIST_KEYS, app_objects::AZURE_STORAGE),
    (kinds::AZURE_WRITE_ROLE_ASSIGNMENT, app_objects::AZURE_GROUP),
    (kinds::AZURE_WRITE_VM, app_objects::AZURE_MACHINE),
];

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let aws = world.connects(kinds::AWS);
    let [look, access, start] = if aws { IN_AWS } else { IN_AZURE };
    script.act(if aws { kinds::AWS_CONSOLE_LOGIN } else { kinds::USER_LOGGED_IN }, ObjectNo::NONE);
    let thing = |script: &mut Script<'_>, class: u32| {
        let count = app_objects::count(world, class);
        app_objects::object(class, script.chance.below(count))
    };
    for _ in 0..script.chance.between(3, 6) {
        script.wait(20, 120);
        let object = thing(script, look.1);
        script.act(look.0, object);
    }
    script.wait(60, 300);
    let object = if aws { app_objects::object(access.1, user.get()) } else { thing(script, access.1) };
    script.act(access.0, object);
    for _ in 0..script.story.size {
        script.pace(script.story.size, 40);
        let object = thing(script, start.1);
        script.act(start.0, object);
    }
}
