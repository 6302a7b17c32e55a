//! Malware on somebody's computer encrypts what the synchroniser reaches: files are rewritten, renamed, deleted.

use super::cast::{called, ordinary};
use super::script::Script;
use super::{Answer, Cast, Question, StoryTemplate, Storyline, When};
use crate::catalogue::agents::Use;
use crate::catalogue::attack;
use crate::catalogue::kinds;
use crate::generate::days::themes;
use crate::generate::objects::files;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::generate::world::agents;
use crate::model::activity::Action;
use crate::model::index::{KindCode, ObjectNo, PersonIx};

pub(super) const TEMPLATE: StoryTemplate = StoryTemplate {
    name: "ransomware-mass-rename-delete",
    when: When::Office,
    size: (40, 90),
    minutes: 45,
    days: 0,
    unfit: ordinary,
    cast,
    summary,
    policy: None,
    detected_by: &["Ransomware activity"],
    attack: &[attack::DATA_ENCRYPTED, attack::DATA_DESTRUCTION],
    motive: "To be paid for giving the files back.",
    questions: &[
        Question::new("Which files were changed?", Answer::Files),
        Question::new("Which activities deleted something?", Answer::Doing(Action::Delete)),
    ],
    unfold,
};

fn cast(world: &World, user: PersonIx, _size: u32, _chance: &mut Stream) -> Cast {
    let egress = world.networks[world.person(user).office.index()].egress;
    Cast { others: Vec::new(), attacker: egress.at(user.get()), agent: agents::any(Use::Sync) }
}

fn summary(world: &World, story: &Storyline) -> String {
    format!(
        "Malware on the computer of {} rewrites, renames and deletes {} files within half an hour.",
        called(world, story.user),
        story.size,
    )
}

fn unfold(script: &mut Script<'_>) {
    let (world, user) = (script.world, script.story.user);
    let department = usize::from(world.habits[user.index()].department);
    let site = files::site_library(world, themes::site_of_department(world, department));
    script.act(kinds::USER_LOGGED_IN, ObjectNo::NONE);
    script.wait(60, 200);
    let first = script.chance.below(files::FILES);
    for index in 0..script.story.size {
        // First the own files, then what is shared.
        let own = index < script.story.size * 2 / 3;
        let object = files::object(if own { files::onedrive(user) } else { site }, first + index);
        let steps: &[KindCode] = if index % 5 == 4 {
            &[kinds::FILE_UPLOADED, kinds::FILE_DELETED]
        } else {
            &[kinds::FILE_MODIFIED, kinds::FILE_RENAMED]
        };
        for &kind in steps {
            script.act(if own { kinds::onedrive_twin(kind) } else { kind }, object);
            script.pace(2 * script.story.size, 26);
        }
    }
}
