//! Somebody who is going to leave takes a few files along on most days, for weeks: never many at once.

use super::cast::{called, insider, ordinary};
use super::script::Script;
use super::{Answer, Question, StoryTemplate, Storyline, When};
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::objects::{app_objects, files};
use crate::generate::stream::Chance;
use crate::generate::world::World;
use crate::model::activity::Action;
use crate::model::index::ObjectNo;

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "slow-drift-before-leaving",
    when: When::Office,
    size: (3, 6),
    minutes: 45,
    days: 90,
    unfit: ordinary,
    cast: insider,
    summary,
    policy: None,
    detected_by: &[],
    attack: &[
        attack::SHAREPOINT,
        attack::DATA_FROM_CLOUD_STORAGE,
        attack::REMOTE_DATA_STAGING,
        attack::TRANSFER_SIZE_LIMITS,
        attack::EXFILTRATION_TO_CLOUD_STORAGE,
    ],
    motive: "To start at a competitor with the department's work, without anybody noticing a day that stands out.",
    questions: &[
        Question::new("Which files were taken out of SharePoint and OneDrive?", Answer::Files),
        Question::new("When were files put into another app?", Answer::Doing(Action::Upload)),
        Question::new(
            "What was put there?",
            Answer::Things(&[
                kinds::DROPBOX_ADD,
                kinds::GOOGLE_CREATE,
                kinds::SLACK_FILE_UPLOADED,
                kinds::BOX_UPLOAD,
            ]),
        ),
    ],
    unfold,
};

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "{} takes up to {} files of {} a day for {} days, and puts some of them into another app every week.",
        called(world, story.user),
        story.size,
        world.person(story.user).department,
        story.days + 1,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (upload, class) = app_objects::shared_place(script.world);
    let work = script.world.habits[script.story.user.index()].work;
    let first = script.chance.below(240);
    let mut taken = 0;
    for (at, day) in [0].into_iter().chain(script.working_days()).enumerate() {
        if at > 0 {
            // Some days are left out.
            if script.chance.chance(Chance::percent(35)) {
                continue;
            }
            script.on_day(day, 9 * 60 + 30, 15 * 60);
        }
        let desk = script.desk();
        script.by_user(desk, kinds::USER_LOGGED_IN, ObjectNo::NONE);
        // A little more from week to week.
        let most = (script.story.size + day / 14).min(2 * script.story.size);
        let site = script.department_site();
        let mut today = Vec::new();
        for _ in 0..script.chance.between(most.div_ceil(2), most) {
            script.wait(40, 400);
            let (object, twin) = app_objects::file_and_twin(class, work, first + taken);
            script.by_user(desk, kinds::FILE_DOWNLOADED, files::object(site, twin));
            today.push(object);
            taken += 1;
        }
        if at % 4 == 3 {
            for object in today {
                script.wait(60, 300);
                script.by_user(desk, upload, object);
            }
        }
    }
}
