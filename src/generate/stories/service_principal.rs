//! An administrator's account gives an application another secret; days later, somebody else signs in as the application.

use super::cast::{called, city, far_machine, keeper_of_applications, leaders, stranger_abroad};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::birth::principals;
use crate::generate::birth::principals::{Duty, SECRET};
use crate::generate::days::cell::Client;
use crate::generate::objects::files;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ObjectNo, PersonIx, PrincipalIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "service-principal-backdoor",
    when: When::Any,
    size: (20, 50),
    minutes: 200,
    days: 14,
    unfit: keeper_of_applications,
    cast,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::ADDITIONAL_CLOUD_CREDENTIALS,
        attack::APPLICATION_TOKEN,
        attack::DATA_FROM_CLOUD_STORAGE,
        attack::SHAREPOINT,
    ],
    motive: "To keep a way in that outlives the administrator's next password, and to read files through it.",
    questions: &[
        Question::new("Which application was given the secret?", Answer::Applications),
        Question::new("Which activity gave it?", Answer::Kinds(&[kinds::ADD_CREDENTIALS])),
        Question::new(
            "Which sign-ins of the application were not its own?",
            Answer::Kinds(&[kinds::TOKEN_ISSUED]),
        ),
        Question::new("Which files were read?", Answer::Files),
    ],
    unfold,
};

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    Cast { others: leaders(world).take(3).collect(), ..stranger_abroad(world, user, size, chance) }
}

fn app(world: &World) -> PrincipalIx {
    world.principal_on(Duty::Backup).unwrap_or(PrincipalIx::new(0))
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to give {} another secret; {} days later somebody signs in with it and reads \
         {} files.",
        called(world, story.user),
        city(world, story.attacker),
        world.principal(app(world)).display_name,
        story.days,
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.wait(60, 400);
    script.act(kinds::ADD_CREDENTIALS, principals::application(app(world), SECRET));
    script.on_day(script.story.days, 60, 6 * 60);
    script.wait(300, 900);
    let actor = world.actor_of_principal(app(world));
    let mut client = Client {
        address: far_machine(world, script.story.user, &mut script.chance),
        agent: world.machines[1],
    };
    script.by(actor, client, kinds::TOKEN_ISSUED, ObjectNo::NONE);
    let drives = script.story.others.clone();
    for index in 0..script.story.size {
        script.pace(script.story.size, 120);
        client = script.moved_on(client);
        // What the leaders keep, and what their people do.
        let drive = drives.get(index as usize % 4).copied();
        let (library, kind) = match drive {
            Some(owner) => (files::onedrive(owner), kinds::ONEDRIVE_FILE_DOWNLOADED),
            None => (files::site_library(world, script.chance.below(4)), kinds::FILE_DOWNLOADED),
        };
        let file = files::object(library, script.chance.below(files::FILES));
        script.by(actor, client, kind, file);
    }
}
