//! In the small hours an administrator's account makes somebody Global Administrator and opens a side door.

use super::cast::{administrator, called, through_the_vpn};
use super::script::{Script, at_home};
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::directory::LEGACY_AUTHENTICATION;
use crate::catalogue::kinds;
use crate::generate::birth::principals;
use crate::generate::birth::principals::{Duty, SECRET};
use crate::generate::objects::directory;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx, PrincipalIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "privileged-role-grant-at-night",
    when: When::Night,
    size: (1, 2),
    minutes: 50,
    days: 0,
    unfit,
    cast: through_the_vpn,
    summary,
    policy: None,
    detected_by: &["Unusual administrative activity (by user)"],
    attack: &[
        attack::CLOUD_ACCOUNTS_RAISED,
        attack::ADDITIONAL_CLOUD_ROLES,
        attack::CONDITIONAL_ACCESS_POLICIES,
        attack::ADDITIONAL_CLOUD_CREDENTIALS,
    ],
    motive: "To have an account with every right, and a second way in for the day when it is found.",
    questions: &[
        Question::new("Who was given the role?", Answer::Targets),
        Question::new("Which activities gave it?", Answer::Kinds(&[kinds::ADD_MEMBER_TO_ROLE])),
        Question::new("Which policy was weakened?", Answer::Things(&[kinds::UPDATE_CONDITIONAL_ACCESS])),
        Question::new("Which application was given another secret?", Answer::Applications),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    let names: Vec<String> = story.others.iter().map(|&other| called(world, other)).collect();
    format!(
        "At night the account of {} makes {} Global Administrator, excludes a user from a Conditional Access policy \
         and gives an application a new secret.",
        called(world, story.user),
        names.join(" and "),
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    let others = script.story.others.clone();
    for &other in &others {
        script.wait(60, 300);
        script.act(kinds::ADD_MEMBER_TO_ROLE, directory::role(other, Role::GlobalAdministrator));
    }
    script.wait(60, 300);
    script.act(kinds::UPDATE_CONDITIONAL_ACCESS, directory::policy(LEGACY_AUTHENTICATION));
    script.wait(60, 300);
    let app = world.principal_on(Duty::Backup).unwrap_or(PrincipalIx::new(0));
    script.act(kinds::ADD_CREDENTIALS, principals::application(app, SECRET));
    // Whoever was promoted looks whether it worked.
    for &other in &others {
        script.wait(300, 700);
        script.by(ActorCode::of_person(other), at_home(world, other), kinds::USER_LOGGED_IN, ObjectNo::NONE);
    }
}

/// For those who may make somebody Global Administrator.
fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if !world.person(user).roles.contains(&Role::GlobalAdministrator) {
        return Some("is no Global Administrator");
    }
    administrator(world, user, at)
}
