//! Somebody who has left still signs in to apps that nobody thought of, and takes customers along.

use super::cast::{called, gone, insider};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::Failure;
use crate::generate::objects::app_objects;
use crate::generate::objects::sign_ins::{About, OF_A_DISABLED_ACCOUNT};
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "terminated-user-still-active",
    when: When::Any,
    size: (8, 16),
    minutes: 60,
    days: 0,
    unfit: gone,
    cast: insider,
    summary,
    policy: None,
    detected_by: &["Activity performed by terminated user"],
    attack: &[
        attack::CLOUD_ACCOUNTS_KEPT,
        attack::CRM_SOFTWARE,
        attack::DATA_FROM_CLOUD_STORAGE,
        attack::EXFILTRATION_TO_CLOUD_STORAGE,
    ],
    motive: "To bring customers along to the next employer.",
    questions: &[
        Question::new(
            "Which attempt shows that the account was closed?",
            Answer::Doing(Action::FailedSignIn),
        ),
        Question::new("Which reports were exported?", Answer::Things(&[kinds::SALESFORCE_EXPORT_REPORT])),
        Question::new("Which files were taken?", Answer::Kinds(&[kinds::BOX_DOWNLOAD])),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} has left the company and the account is disabled, but Salesforce and Box still let the password in: \
         reports are exported and {} files taken.",
        called(world, story.user),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    // Entra ID refuses all of it, the app that asks it to decide included; that app still takes a password of its own.
    script.act(kinds::USER_LOGIN_FAILED, OF_A_DISABLED_ACCOUNT);
    script.wait(20, 90);
    let to_salesforce = About::default().failing(Failure::Disabled).to_app(kinds::SALESFORCE);
    script.act(kinds::USER_LOGIN_FAILED, to_salesforce.object());
    script.wait(60, 200);
    script.act(kinds::SALESFORCE_LOGIN, ObjectNo::NONE);
    for _ in 0..script.chance.between(2, 4) {
        script.wait(40, 150);
        let report = app_objects::report(script.chance.below(60));
        script.act(kinds::SALESFORCE_RUN_REPORT, report);
        script.wait(10, 60);
        script.act(kinds::SALESFORCE_EXPORT_REPORT, report);
    }
    script.wait(100, 300);
    script.act(kinds::BOX_LOGIN, ObjectNo::NONE);
    let department = script.world.habits[script.story.user.index()].work;
    let first = script.chance.below(200);
    for index in 0..script.story.size {
        script.pace(script.story.size, 24);
        let (file, _) = app_objects::file_and_twin(app_objects::BOX_FILE, department, first + index);
        script.act(kinds::BOX_DOWNLOAD, file);
    }
}
