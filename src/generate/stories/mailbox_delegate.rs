//! An administrator lets the own account into a mailbox of the leaders, reads along for days, and goes again.

use super::cast::{called, holder, insider, leaders};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::directory;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "mailbox-delegate-abuse",
    when: When::Office,
    size: (4, 10),
    minutes: 60,
    days: 20,
    unfit,
    cast,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[attack::EMAIL_DELEGATE_PERMISSIONS, attack::REMOTE_EMAIL_COLLECTION, attack::CLEAR_PERSISTENCE],
    motive: "Curiosity about salaries and a reorganisation: the rights of the job, used for oneself.",
    questions: &[
        Question::new("Which activity gave the access?", Answer::Kinds(&[kinds::ADD_MAILBOX_PERMISSION])),
        Question::new("Which took it away again?", Answer::Kinds(&[kinds::REMOVE_MAILBOX_PERMISSION])),
        Question::new("Whose mailbox was read?", Answer::Targets),
        Question::new("Which letters were read?", Answer::Things(&[kinds::MAIL_ITEMS_ACCESSED])),
    ],
    unfold,
};

fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    let roles = [Role::GlobalAdministrator, Role::ExchangeAdministrator];
    holder(world, user, at, &roles, "may not open mailboxes")
}

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    let others = leaders(world).filter(|leader| *leader != user).take(1).collect();
    Cast { others, ..insider(world, user, size, chance) }
}

fn summary(world: &World, story: &Storyline) -> String {
    let owner = story.others.first().map_or_else(String::new, |owner| called(world, *owner));
    format!(
        "{} gives the own account access to the mailbox of {owner}, reads along for {} days, and takes the access away \
         again.",
        called(world, story.user),
        story.days + 1,
    )
}

fn unfold(script: &mut Script<'_>) {
    let user = script.story.user;
    let Some(&owner) = script.story.others.first() else { return };
    let access = directory::mailbox(owner, user, 0);
    let desk = script.desk();
    script.by_user(desk, kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.wait(60, 200);
    script.by_user(desk, kinds::ADD_MAILBOX_PERMISSION, access);
    let days = script.working_days();
    let last = days.last().copied();
    for day in [0].into_iter().chain(days) {
        if day > 0 {
            script.on_day(day, 10 * 60, 15 * 60);
        }
        let desk = script.desk();
        let count = script.chance.between(1, script.story.size.min(6));
        script.read_mail((ActorCode::of_person(user), desk), owner, count, (30, 240));
        if last.is_none_or(|last| last == day) {
            script.wait(100, 600);
            script.by_user(desk, kinds::REMOVE_MAILBOX_PERMISSION, access);
        }
    }
}
