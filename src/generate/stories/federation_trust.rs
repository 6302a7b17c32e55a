//! A domain is made to trust somebody else's identity provider: from then on that one can sign in as anybody.

use super::cast::{called, city, global_administrator, leaders, stranger_abroad};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::directory;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::model::index::{ActorCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "federation-trust-added",
    when: When::Any,
    size: (2, 3),
    minutes: 120,
    days: 5,
    unfit: global_administrator,
    cast,
    summary,
    policy: None,
    detected_by: &["Administrative activity from a non-corporate IP address"],
    attack: &[
        attack::CLOUD_ACCOUNTS_RAISED,
        attack::TRUST_MODIFICATION,
        attack::SAML_TOKENS,
        attack::REMOTE_EMAIL_COLLECTION,
    ],
    motive: "To sign in as anybody, whatever their passwords and second factors are.",
    questions: &[
        Question::new(
            "Which activities changed whom the domain trusts?",
            Answer::Kinds(&[kinds::SET_DOMAIN_AUTHENTICATION, kinds::SET_FEDERATION_SETTINGS]),
        ),
        Question::new("Whose mail was read?", Answer::Targets),
        Question::new(
            "Which sign-ins came with forged tokens, or led to them?",
            Answer::Kinds(&[kinds::USER_LOGGED_IN]),
        ),
    ],
    unfold,
};

fn cast(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    let others = leaders(world).filter(|leader| *leader != user).take(size as usize).collect();
    Cast { others, ..stranger_abroad(world, user, size, chance) }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "The account of {} is used from {} to let a domain trust another identity provider; with its tokens the mail of \
         {} leaders is read.",
        called(world, story.user),
        city(world, story.attacker),
        story.others.len(),
    )
}

fn unfold(script: &mut Script<'_>) {
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    for kind in [kinds::SET_DOMAIN_AUTHENTICATION, kinds::SET_FEDERATION_SETTINGS] {
        script.wait(60, 400);
        script.act(kind, directory::setting(kind, 0));
    }
    script.on_day(script.story.days, 9 * 60, 14 * 60);
    for leader in script.story.others.clone() {
        script.wait(200, 1_200);
        script.comes_back();
        let (actor, client) = (ActorCode::of_person(leader), script.attacker());
        script.by(actor, client, kinds::USER_LOGGED_IN, ObjectNo::NONE);
        let count = script.chance.between(5, 9);
        script.read_mail((actor, client), leader, count, (20, 120));
    }
}
