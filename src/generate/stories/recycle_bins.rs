//! With an administrator's account, files of a site are deleted, and then what could bring them back.

use super::cast::{called, city, holder, stranger_abroad};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::{directory, files};
use crate::generate::world::World;
use crate::model::index::{ObjectNo, PersonIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "recycle-bins-emptied",
    when: When::Any,
    size: (12, 24),
    minutes: 110,
    days: 0,
    unfit,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::ADDITIONAL_CLOUD_ROLES,
        attack::DATA_DESTRUCTION,
        attack::INHIBIT_RECOVERY,
    ],
    motive: "To do harm that can't be undone, or to ask for money to undo it.",
    questions: &[
        Question::new("Which files are gone?", Answer::Files),
        Question::new("Which activity gave access to the site?", Answer::Kinds(&[kinds::SITE_ADMIN_ADDED])),
        Question::new(
            "Which activities made it final?",
            Answer::Kinds(&[kinds::RECYCLE_BIN_EMPTIED, kinds::SECOND_RECYCLE_BIN_EMPTIED]),
        ),
    ],
    unfold,
};

fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    let roles = [Role::GlobalAdministrator, Role::SharePointAdministrator];
    holder(world, user, at, &roles, "may not open sites")
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to open a site, to delete {} of its files and to empty both recycle bins.",
        called(world, story.user),
        city(world, story.attacker),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.wait(60, 300);
    script.act(kinds::SITE_ADMIN_ADDED, directory::person(user));
    let site = files::site_library(world, script.chance.below(world.libraries.len() as u32));
    let first = script.chance.below(files::FILES);
    for kind in [kinds::FILE_DELETED, kinds::RECYCLE_BIN_EMPTIED, kinds::SECOND_RECYCLE_BIN_EMPTIED] {
        script.wait(60, 300);
        for index in 0..script.story.size {
            script.pace(script.story.size, 22);
            script.act(kind, files::object(site, first + index));
        }
    }
}
