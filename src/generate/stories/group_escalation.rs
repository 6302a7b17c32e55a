//! In the small hours an administrator's account puts an ordinary one into groups that open doors.

use super::cast::{called, holder, through_the_vpn};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::{directory, files};
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "group-based-escalation",
    when: When::Night,
    size: (3, 6),
    minutes: 60,
    days: 3,
    unfit,
    cast,
    summary,
    policy: None,
    detected_by: &["Unusual administrative activity (by user)"],
    attack: &[
        attack::CLOUD_ACCOUNTS_RAISED,
        attack::CLOUD_GROUPS,
        attack::ACCOUNT_MANIPULATION,
        attack::SHAREPOINT,
    ],
    motive: "To get at what teams keep to themselves without holding a role that anybody looks at.",
    questions: &[
        Question::new("Who was put into groups?", Answer::Targets),
        Question::new("Which activities did it?", Answer::Kinds(&[kinds::ADD_MEMBER_TO_GROUP])),
        Question::new("Into which groups?", Answer::Things(&[kinds::ADD_MEMBER_TO_GROUP])),
        Question::new("Which files were opened with it?", Answer::Files),
    ],
    unfold,
};

fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    let roles = [Role::GlobalAdministrator, Role::UserAdministrator];
    holder(world, user, at, &roles, "may not change groups")
}

/// One account is put into the groups, however many those are.
fn cast(world: &World, user: PersonIx, _size: u32, chance: &mut Stream) -> Cast {
    through_the_vpn(world, user, 1, chance)
}

fn summary(world: &World, story: &Storyline) -> String {
    let other = story.others.first().map_or_else(String::new, |other| called(world, *other));
    format!(
        "At night the account of {} puts {other} into {} groups; later that account opens what they keep.",
        called(world, story.user),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let world = script.world;
    let Some(&other) = script.story.others.first() else { return };
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    let first = script.chance.below(world.group_count());
    for index in 0..script.story.size.max(3) {
        script.wait(60, 400);
        let group = (first + index) % world.group_count();
        script.act(kinds::ADD_MEMBER_TO_GROUP, directory::group(other, group));
    }
    script.on_day(script.story.days, 6 * 60, 8 * 60);
    script.wait(300, 900);
    let (actor, client) = (ActorCode::of_person(other), script.attacker());
    script.by(actor, client, kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for _ in 0..script.story.size {
        script.wait(20, 200);
        let library = files::site_library(world, script.chance.below(world.libraries.len() as u32));
        let file = files::object(library, script.chance.below(64));
        script.by(actor, client, kinds::FILE_ACCESSED, file);
    }
}
