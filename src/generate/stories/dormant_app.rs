//! An application that nobody has used for months reads the mail of the leaders, from a provider it never used.

use super::cast::{administrator, called, city, far_machine, leaders};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::birth::principals::Duty;
use crate::generate::objects::mails;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ObjectNo, PersonIx};
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "dormant-app-reawakened",
    when: When::Any,
    size: (30, 80),
    minutes: 260,
    days: 0,
    unfit,
    cast,
    summary,
    policy: None,
    detected_by: &["Unusual ISP for an OAuth app"],
    attack: &[attack::STEAL_APPLICATION_TOKEN, attack::APPLICATION_TOKEN, attack::REMOTE_EMAIL_COLLECTION],
    motive: "To read the leaders' mail with rights that nobody remembers having given.",
    questions: &[
        Question::new("Which application woke up?", Answer::Applications),
        Question::new("Whose mail did it read?", Answer::Targets),
        Question::new("Which of its sign-ins failed first?", Answer::Doing(Action::FailedSignIn)),
    ],
    unfold,
};

/// Whoever looks after the applications.
fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    administrator(world, user, at).or_else(|| {
        (world.application_owner() != Some(user)).then_some("does not look after the applications")
    })
}

fn cast(world: &World, user: PersonIx, _size: u32, chance: &mut Stream) -> Cast {
    let others = leaders(world).take(4).collect();
    Cast { others, attacker: far_machine(world, user, chance), agent: world.machines[1] }
}

fn summary(world: &World, story: &Storyline) -> String {
    let app = world.principal_on(Duty::Dormant).map_or("", |app| &*world.principal(app).display_name);
    format!(
        "{app}, an application of {} that has been silent for months, reads {} letters of {} mailboxes from {}.",
        called(world, story.user),
        story.size,
        story.others.len(),
        city(world, story.attacker),
    )
}

fn unfold(script: &mut Script<'_>) {
    let Some(app) = script.world.principal_on(Duty::Dormant) else { return };
    let (actor, mut client) = (script.world.actor_of_principal(app), script.attacker());
    for _ in 0..script.chance.between(1, 2) {
        script.by(actor, client, kinds::TOKEN_REFUSED, ObjectNo::NONE);
        script.wait(60, 240);
    }
    script.by(actor, client, kinds::TOKEN_ISSUED, ObjectNo::NONE);
    for index in 0..script.story.size {
        script.pace(script.story.size, 240);
        client = script.moved_on(client);
        // One mailbox after the other.
        let mailboxes = script.story.others.len().max(1);
        let at = index as usize * mailboxes / script.story.size as usize;
        let mailbox = script.story.others.get(at).copied().unwrap_or(PersonIx::new(0));
        let object = mails::received(mailbox, script.chance.below(2_048));
        script.by(actor, client, kinds::MAIL_ITEMS_ACCESSED, object);
    }
}
