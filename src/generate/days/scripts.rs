//! Scripts: what some engineers and administrators have a program do with their own account.

use super::cell::{Client, EventWriter, Today};
use super::rhythm::{Sitting, Where};
use super::themes;
use crate::catalogue::agents::Use;
use crate::catalogue::departments::{ENGINEERING, FINANCE, IT};
use crate::catalogue::kinds;
use crate::generate::objects::{files, mails};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::agents;
use crate::model::activity::Event;
use crate::model::index::ObjectNo;

/// Of those whose work it fits, how many write scripts.
const AUTHORS: Chance = Chance::percent(35);
/// Working days on which one runs.
const DAYS: Chance = Chance::percent(40);

/// Writes down what the actor's scripts do today.
pub(in crate::generate) fn run(
    today: &Today<'_>,
    sittings: &[Sitting],
    writer: &mut EventWriter<'_, impl FnMut(Event)>,
) {
    let world = today.world;
    let work = today.habits.work;
    if !matches!(work, ENGINEERING | IT | FINANCE) || today.trip.is_some() {
        return;
    }
    let mut author = Stream::new(world.spec.seed, "person", today.person.ordinal(), "scripts");
    let (writes, reads_mail) = (author.chance(AUTHORS), author.chance(Chance::percent(50)));
    let mut chance = today.stream("script");
    let desk = sittings.iter().find(|sitting| sitting.place != Where::Phone && sitting.activities > 3);
    let Some(desk) = desk.filter(|_| writes && !world.person(today.person).guest && chance.chance(DAYS))
    else {
        return;
    };
    let languages = [agents::any(Use::Script), world.machines[1], world.machines[3]];
    let client = Client { agent: languages[author.weighted(&[50, 30, 20])], ..desk.client };
    let site = files::site_library(world, themes::department_site(today));
    let mut at = desk.begin + chance.below((desk.end - desk.begin).max(60));
    // With a token that is kept, or by the browser anew.
    let kept = author.chance(Chance::percent(55));
    let own_files = author.chance(Chance::percent(45));
    let library = if own_files { files::onedrive(today.person) } else { site };
    let signs_in = if kept { kinds::TOKEN_ISSUED } else { kinds::USER_LOGGED_IN };
    writer.write(at, signs_in, client, ObjectNo::NONE);
    for _ in 0..chance.between(4, 14) {
        at += chance.between(2, 30);
        let (kind, object) = if reads_mail && chance.chance(Chance::percent(70)) {
            (kinds::MAIL_ITEMS_ACCESSED, mails::received(today.person, chance.below(2_048)))
        } else {
            let kinds = [kinds::FILE_DOWNLOADED, kinds::FILE_ACCESSED, kinds::FILE_UPLOADED];
            let kind = *chance.pick(&kinds);
            let kind = if own_files { kinds::onedrive_twin(kind) } else { kind };
            (kind, files::object(library, chance.below(files::FILES)))
        };
        writer.write(at, kind, client, object);
    }
}
