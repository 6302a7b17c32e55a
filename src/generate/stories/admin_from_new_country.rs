//! An administrator's account is used from a country from which nobody has ever administered anything.

use super::cast::{administrator, called, stranger_abroad};
use super::script::{Script, local};
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::administration;
use crate::generate::days::cell::Today;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "first-admin-activity-from-new-country",
    when: When::Any,
    size: (3, 6),
    minutes: 45,
    days: 0,
    unfit,
    cast,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[attack::CLOUD_ACCOUNTS, attack::CLOUD_ACCOUNTS_RAISED, attack::ACCOUNT_MANIPULATION],
    motive: "To change what lets people in, before the administrator notices.",
    questions: &[
        Question::new("Which administrative changes are part of it?", Answer::Doing(Action::Configure)),
        Question::new("From which countries does it come?", Answer::Countries),
    ],
    unfold,
};

/// From anywhere but Russia, where the support desk administers every day.
fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    loop {
        let stranger = stranger_abroad(world, user, size, chance);
        if world.address(stranger.attacker).place.country != "RU" {
            return stranger;
        }
    }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {}, from where nobody has administered before, to change {} things.",
        called(world, story.user),
        world.address(story.attacker).place.country_name,
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let user = script.story.user;
    let day = local(script.world, ActorCode::of_person(user), script.now()).0;
    let today = Today::new(script.world, user, day);
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for _ in 0..script.story.size {
        script.pace(script.story.size, 30);
        // Whatever the role allows; some roles mostly look.
        let step = (0..60)
            .map(|_| administration::step(&today, &mut script.chance))
            .find(|step| kinds::kind(step.0).administrative);
        if let Some((kind, object)) = step {
            script.act(kind, object);
        }
    }
}

/// For administrators who may change something.
fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    let looks = [Role::SecurityOperator, Role::SecurityReader];
    if world.person(user).roles.first().is_some_and(|role| looks.contains(role)) {
        return Some("may only look");
    }
    administrator(world, user, at)
}
