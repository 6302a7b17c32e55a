//! With an administrator's account, what would be written about it is switched off first.

use super::cast::{called, city, colleagues, global_administrator, stranger_abroad};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::directory;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "audit-log-disabled",
    when: When::Any,
    size: (1, 3),
    minutes: 60,
    days: 0,
    unfit: global_administrator,
    cast,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS_RAISED,
        attack::DISABLE_CLOUD_LOGS,
        attack::DISABLE_TOOLS,
        attack::MULTI_FACTOR_MODIFIED,
    ],
    motive: "To work unseen later: less is written, and less is noticed.",
    questions: &[
        Question::new(
            "Which activity switched the audit log off?",
            Answer::Kinds(&[kinds::SET_AUDIT_CONFIG]),
        ),
        Question::new("Which mailboxes are no longer audited?", Answer::Targets),
        Question::new(
            "Which policies of Defender for Cloud Apps were changed?",
            Answer::Things(&[kinds::EDIT_ACTIVITY_POLICY]),
        ),
        Question::new(
            "Which activities weakened how somebody signs in?",
            Answer::Kinds(&[kinds::DISABLE_STRONG_AUTHENTICATION]),
        ),
    ],
    unfold,
};

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    Cast { others: colleagues(world, user, size, chance), ..stranger_abroad(world, user, size, chance) }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to switch the audit log off, to exempt {} mailboxes from it and to weaken a \
         policy.",
        called(world, story.user),
        city(world, story.attacker),
        story.others.len(),
    )
}

fn unfold(script: &mut Script<'_>) {
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.wait(60, 300);
    script.act(kinds::SET_AUDIT_CONFIG, directory::setting(kinds::SET_AUDIT_CONFIG, 0));
    for other in script.story.others.clone() {
        for kind in [kinds::SET_AUDIT_BYPASS, kinds::DISABLE_STRONG_AUTHENTICATION] {
            script.wait(30, 200);
            script.act(kind, directory::person(other));
        }
    }
    script.wait(60, 400);
    script.act(kinds::EDIT_ACTIVITY_POLICY, directory::setting(kinds::EDIT_ACTIVITY_POLICY, 0));
}
