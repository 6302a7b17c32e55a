//! With an administrator's account, a rule for all mail of the company is made that copies it outside.

use super::cast::{called, city, holder, stranger_abroad};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::directory;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "transport-rule-exfiltration",
    when: When::Any,
    size: (3, 8),
    minutes: 60,
    days: 0,
    unfit,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS,
        attack::EMAIL_FORWARDING_RULE,
        attack::AUTOMATED_EXFILTRATION,
        attack::REMOTE_EMAIL_COLLECTION,
    ],
    motive: "To read the company's mail from then on without ever signing in again.",
    questions: &[
        Question::new("Which activity made the rule?", Answer::Kinds(&[kinds::NEW_TRANSPORT_RULE])),
        Question::new("What is the rule called?", Answer::Things(&[kinds::NEW_TRANSPORT_RULE])),
    ],
    unfold,
};

/// The rule that copies, by its place among the settings of Exchange.
const COPIES: u32 = 2;

fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    let roles = [Role::GlobalAdministrator, Role::ExchangeAdministrator];
    holder(world, user, at, &roles, "may not make rules for all mail")
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to make a rule that copies the company's mail outside.",
        called(world, story.user),
        city(world, story.attacker),
    )
}

fn unfold(script: &mut Script<'_>) {
    let user = script.story.user;
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.read_mail((ActorCode::of_person(user), script.attacker()), user, script.story.size, (20, 120));
    script.wait(100, 500);
    script.act(kinds::NEW_TRANSPORT_RULE, directory::setting(kinds::NEW_TRANSPORT_RULE, COPIES));
}
