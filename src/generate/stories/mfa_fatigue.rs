//! Somebody has the password and asks for the second factor again and again, at night, until it is given.

use super::cast::{called, city, ordinary, stranger_abroad};
use super::script::{Script, local};
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::{Factor, Failure};
use crate::generate::days::cell::Client;
use crate::generate::objects::sign_ins::About;
use crate::generate::objects::{directory, files, mails};
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::{ActorCode, PersonIx};
use crate::model::time::VirtualTime;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "mfa-fatigue",
    when: When::Night,
    size: (6, 14),
    minutes: 100,
    days: 0,
    unfit,
    cast: stranger_abroad,
    summary,
    policy: None,
    detected_by: &["Impossible travel"],
    attack: &[
        attack::MFA_REQUEST_GENERATION,
        attack::CLOUD_ACCOUNTS,
        attack::DEVICE_REGISTRATION,
        attack::REMOTE_EMAIL_COLLECTION,
        attack::DATA_FROM_CLOUD_STORAGE,
    ],
    motive: "To use a password that was bought, although the account asks for more.",
    questions: &[
        Question::new("Which attempts were denied or not answered?", Answer::Doing(Action::FailedSignIn)),
        Question::new("Which sign-in was approved?", Answer::Kinds(&[kinds::USER_LOGGED_IN])),
        Question::new("In which session is it done?", Answer::Sessions),
    ],
    unfold,
};

/// Minutes that the asking takes, at most.
const MINUTES: u32 = 48;

/// A number that one has to type, or a key, is not given away by a touch.
fn unfit(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if world.factor_of(ActorCode::of_person(user)) != Factor::Notification {
        return Some("does not approve sign-ins by a touch");
    }
    ordinary(world, user, at)
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "Somebody knows the password of {} and asks for the second factor {} times in vain, until it is approved; then \
         another way to sign in is registered, and mail and files are looked through from {}.",
        called(world, story.user),
        story.size,
        city(world, story.attacker),
    )
}

fn unfold(script: &mut Script<'_>) {
    let user = script.story.user;
    let day = local(script.world, ActorCode::of_person(user), script.now()).0;
    let first = u32::from(script.story.ordinal.get()) * 32;
    // Who is awake anyway looks at the phone.
    script.at_home(kinds::MAIL_ITEMS_ACCESSED, mails::received(user, first % 2_048));
    script.wait(40, 160);
    // A program on a rented machine asks; who wants the session comes from elsewhere.
    let actor = ActorCode::of_person(user);
    let machine = *script.chance.pick(&script.world.hosts);
    let machine =
        Client { address: machine.at(script.chance.below(machine.count)), agent: script.story.agent };
    for number in 0..script.story.size {
        let about = About::in_a_story(day, first + number).with_a_factor();
        script.by(actor, machine, kinds::SECOND_FACTOR_REQUIRED, about.object());
        script.wait(15, 60);
        let refused = about.failing(Failure::FactorRefused).object();
        script.by(actor, machine, kinds::USER_LOGIN_FAILED, refused);
        script.pace(script.story.size, MINUTES);
    }
    let about = About::in_a_story(day, first + script.story.size).with_a_factor().object();
    script.act(kinds::SECOND_FACTOR_REQUIRED, about);
    script.wait(10, 40);
    script.act(kinds::STAY_SIGNED_IN_ASKED, about);
    script.wait(2, 6);
    script.act(kinds::USER_LOGGED_IN, about);
    script.wait(60, 200);
    script.act(kinds::REGISTER_SECURITY_INFO, directory::person(user));
    for _ in 0..script.chance.between(5, 9) {
        script.wait(30, 150);
        let object = mails::received(user, script.chance.below(2_048));
        script.act(kinds::MAIL_ITEMS_ACCESSED, object);
    }
    for _ in 0..script.chance.between(3, 6) {
        script.wait(20, 120);
        let object = files::object(files::onedrive(user), script.chance.below(files::FILES));
        script.act(kinds::ONEDRIVE_FILE_DOWNLOADED, object);
    }
}
