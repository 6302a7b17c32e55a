//! An administrator's account raises what an application may do, and the application then reads what it never could.

use super::cast::{called, city, keeper_of_applications, leaders, stranger_abroad};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::birth::principals;
use crate::generate::birth::principals::Duty;
use crate::generate::days::cell::Client;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ObjectNo, PersonIx, PrincipalIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "application-permissions-raised",
    when: When::Any,
    size: (15, 40),
    minutes: 160,
    days: 4,
    unfit: keeper_of_applications,
    cast,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::ADDITIONAL_CLOUD_ROLES,
        attack::STEAL_APPLICATION_TOKEN,
        attack::REMOTE_EMAIL_COLLECTION,
    ],
    motive: "To read mailboxes through an application of which nobody expects it.",
    questions: &[
        Question::new("Which application was given more?", Answer::Applications),
        Question::new(
            "Which activities gave it?",
            Answer::Kinds(&[kinds::ADD_APP_ROLE, kinds::UPDATE_APPLICATION, kinds::CONSENT]),
        ),
        Question::new("Whose mail was read with it?", Answer::Targets),
    ],
    unfold,
};

/// The detail of an update that asks for more permissions.
const PERMISSIONS: u32 = 2;

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    Cast { others: leaders(world).take(4).collect(), ..stranger_abroad(world, user, size, chance) }
}

/// One of the company's own, from the second on: the first is a test's.
fn app(world: &World) -> PrincipalIx {
    world.principal_on(Duty::Reporting).or(world.principal_on(Duty::Backup)).unwrap_or(PrincipalIx::new(0))
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to let {} read all mail; then {} letters of {} leaders are read.",
        called(world, story.user),
        city(world, story.attacker),
        world.principal(app(world)).display_name,
        story.size,
        story.others.len(),
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    let app = app(world);
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for (kind, detail) in
        [(kinds::UPDATE_APPLICATION, PERMISSIONS), (kinds::ADD_APP_ROLE, 0), (kinds::CONSENT, 0)]
    {
        script.wait(40, 300);
        script.act(kind, principals::application(app, detail));
    }
    script.on_day(script.story.days, 2 * 60, 8 * 60);
    script.wait(300, 900);
    script.comes_back();
    let client = Client { agent: world.machines[2], ..script.attacker() };
    let actor = world.actor_of_principal(app);
    script.by(actor, client, kinds::TOKEN_ISSUED, ObjectNo::NONE);
    let mailboxes = script.story.others.clone();
    for index in 0..script.story.size {
        script.pace(script.story.size, 100);
        let at = index as usize * mailboxes.len() / script.story.size as usize;
        let Some(&mailbox) = mailboxes.get(at) else { continue };
        script.read_mail((actor, client), mailbox, 1, (1, 5));
    }
}
