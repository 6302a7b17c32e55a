//! What applications do on a day: the cells of actors that are no people.
//!
//! Steady rhythms from the addresses of clouds. An application has the cells of the UTC day; what it does in the
//! company's night or before its people come goes by the clock of the head office.

use super::cell::{ActorDay, Client, DAY, EventWriter};
use super::themes;
use crate::catalogue::departments::{FINANCE, SUPPORT};
use crate::catalogue::kinds;
use crate::catalogue::networks::PEOPLE_CLOUDS;
use crate::generate::birth::principals::Duty;
use crate::generate::objects::app_objects;
use crate::generate::objects::{directory, files, mails, teams};
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::index::{ActorCode, KindCode, ObjectNo, PersonIx};
use crate::model::spec::Size;

/// What of a large company's nightly work a smaller one has.
pub(super) const fn share(size: Size, of: u32) -> u32 {
    let share = match size {
        Size::Tiny => of / 40,
        Size::Small => of / 10,
        Size::Medium => of / 3,
        Size::Large => of,
    };
    if share < 2 { 2 } else { share }
}

/// Hands the intents of an application on a UTC day to `sink`.
pub(in crate::generate) fn cell(world: &World, actor: ActorCode, day: i32, sink: &mut impl FnMut(Event)) {
    let Some(principal) = world.principal_of_actor(actor).map(|index| world.principal(index)) else { return };
    let today = ActorDay::new(world, actor, day);
    let mut writer = EventWriter::new(&today, sink);
    let mut chance = today.stream("machine");
    let shift = Shift { today: &today, client: client(&today, principal.duty) };
    match principal.duty {
        Duty::Backup => shift.backup(&mut chance, &mut writer),
        Duty::TicketSync => shift.tickets(&mut chance, &mut writer),
        Duty::Expenses => shift.expenses(&mut chance, &mut writer),
        Duty::Siem => shift.rounds(8, &[kinds::TOKEN_ISSUED], &mut chance, &mut writer),
        Duty::Expired => shift.rounds(6, &[kinds::TOKEN_REFUSED], &mut chance, &mut writer),
        Duty::Reporting => shift.reports(&mut chance, &mut writer),
        Duty::CustomerSync => shift.customers(&mut chance, &mut writer),
        Duty::Provisioning => shift.provisioning(&mut chance, &mut writer),
        Duty::Registration | Duty::Personal | Duty::Dormant | Duty::Rogue => {}
    }
    let signs_in = matches!(
        principal.duty,
        Duty::Backup | Duty::TicketSync | Duty::Expenses | Duty::Siem | Duty::Reporting | Duty::Provisioning
    );
    if signs_in {
        shift.old_secret(&mut writer);
    }
}

/// Days on which an application comes with a secret that was replaced (how often is (unverified)).
const OLD_SECRET: Chance = Chance::percent(5);

/// Where an application runs, and what it calls itself: most of them the same every day. Those of smaller makers run on
/// rented machines, now here, now there.
fn client(today: &ActorDay<'_>, duty: Duty) -> Client {
    let (world, actor) = (today.world, today.actor);
    // Cloud and agent by the order of the catalogues; see `networks::CLOUDS` and `agents::CLIENTS`.
    let (cloud, agent) = match duty {
        Duty::Backup => (3, 0),
        Duty::TicketSync => (5, 1),
        Duty::Expenses => (4, 3),
        Duty::Siem => (0, 1),
        Duty::Reporting | Duty::Provisioning => (0, 2),
        Duty::CustomerSync => (6, 3),
        Duty::Expired => (1, 4),
        Duty::Registration | Duty::Personal | Duty::Dormant | Duty::Rogue => (0, 1),
    };
    let machine = actor.get().wrapping_mul(7) + 3;
    let rented = matches!(duty, Duty::TicketSync | Duty::Expenses);
    let mut places = world.hosts.iter().chain(&world.hosts).chain(&world.clouds[..PEOPLE_CLOUDS]);
    let place = today.stream("host").below((2 * world.hosts.len() + PEOPLE_CLOUDS) as u32 + 1) as usize;
    let codes = places.nth(place).filter(|_| rented).unwrap_or(&world.clouds[cloud]);
    Client { address: codes.at(machine), agent: world.machines[agent] }
}

struct Shift<'a> {
    today: &'a ActorDay<'a>,
    client: Client,
}

impl Shift<'_> {
    fn world(&self) -> &World {
        self.today.world
    }

    /// The second of the UTC day at which the head office's clocks show a minute.
    fn head_office(&self, minute: u32) -> u32 {
        let offset = self.world().offices[0].utc_offset_minutes;
        ((minute as i32 - offset).rem_euclid(1_440) * 60).cast_unsigned()
    }

    /// A few attempts with the secret of before, until somebody puts in the new one.
    fn old_secret(&self, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        let mut chance = self.today.stream("secret");
        if !chance.chance(OLD_SECRET) {
            return;
        }
        let mut at = chance.below(DAY - 3_600);
        for _ in 0..chance.between(1, 5) {
            writer.write(at, kinds::TOKEN_REFUSED, self.client, ObjectNo::NONE);
            at += chance.between(60, 600);
        }
    }

    /// So many rounds, evenly over the day, each of these kinds.
    fn rounds(
        &self,
        count: u32,
        of: &[KindCode],
        chance: &mut Stream,
        writer: &mut EventWriter<'_, impl FnMut(Event)>,
    ) {
        let step = DAY / count;
        for round in 0..count {
            let mut at = round * step + 420 + chance.below(90);
            for &kind in of {
                writer.write(at, kind, self.client, ObjectNo::NONE);
                at += chance.between(1, 5);
            }
        }
    }

    /// Every night, of a few libraries what is new.
    fn backup(&self, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        let world = self.world();
        let mut at = self.head_office(130) + chance.below(120);
        writer.write(at, kinds::TOKEN_ISSUED, self.client, ObjectNo::NONE);
        let count = share(world.figures.scale, 420);
        let pause = (50 * 60 / count).max(1);
        let (mut library, mut kind) = (0, kinds::FILE_DOWNLOADED);
        for index in 0..count {
            if index % 12 == 0 {
                let site = chance.chance(Chance::percent(60));
                library = if site {
                    files::site_library(world, chance.below(world.sites_on(self.today.day)))
                } else {
                    files::onedrive(PersonIx::new(chance.below(world.figures.members)))
                };
                kind = if site { kinds::FILE_DOWNLOADED } else { kinds::ONEDRIVE_FILE_DOWNLOADED };
            }
            at += chance.between(pause.div_ceil(2), pause + 1);
            writer.write(at, kind, self.client, files::object(library, chance.below(files::FILES)));
        }
    }

    /// Every hour, what has come into the mailbox of the support.
    fn tickets(&self, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        let world = self.world();
        let mailbox = first_of(world, SUPPORT);
        for hour in 0..24 {
            let mut at = hour * 3_600 + 300 + chance.below(30);
            if hour % 4 == 0 {
                writer.write(at, kinds::TOKEN_ISSUED, self.client, ObjectNo::NONE);
            }
            let (most, busy) = (share(world.figures.scale, 12), (6..18).contains(&hour));
            for _ in 0..chance.below(if busy { most + 1 } else { 2 }) {
                at += chance.between(2, 9);
                let letter = mails::received(mailbox, chance.below(2_048));
                writer.write(at, kinds::MAIL_ITEMS_ACCESSED, self.client, letter);
                let answered = mails::Thread::of(world, letter).is_answered();
                let answer = mails::answer(letter).filter(|_| chance.chance(Chance::percent(30)) && answered);
                if let Some(answer) = answer {
                    writer.write(at + 2, kinds::SEND, self.client, answer);
                }
            }
        }
    }

    /// In office hours, receipts out of a mailbox and a message into the channel of Finance.
    fn expenses(&self, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        if self.today.weekend() {
            return;
        }
        let world = self.world();
        let mailbox = first_of(world, FINANCE);
        let channel = teams::of_site(world, themes::site_of_department(world, usize::from(FINANCE)));
        writer.write(self.head_office(295), kinds::TOKEN_ISSUED, self.client, ObjectNo::NONE);
        for round in 0..share(world.figures.scale, 30) {
            // From morning to afternoon at the head office, which is from afternoon to midnight in Europe.
            let at = self.head_office(300)
                + round * (10 * 3_600 / share(world.figures.scale, 30))
                + chance.below(600);
            writer.write(
                at,
                kinds::MAIL_ITEMS_ACCESSED,
                self.client,
                mails::received(mailbox, chance.below(2_048)),
            );
            if chance.chance(Chance::percent(40)) {
                writer.write(at + chance.between(3, 20), kinds::MESSAGE_SENT, self.client, channel);
            }
        }
    }

    /// Before people come, workbooks on the sites that wait for them.
    fn reports(&self, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        if self.today.weekend() {
            return;
        }
        let world = self.world();
        let mut at = self.head_office(330) + chance.below(120);
        writer.write(at, kinds::TOKEN_ISSUED, self.client, ObjectNo::NONE);
        for index in 0..share(world.figures.scale, 60) {
            at += chance.between(4, 40);
            let library = files::site_library(world, index);
            // The same workbooks every day.
            let Some(object) = workbook(world, library) else { continue };
            writer.write(at, kinds::FILE_MODIFIED, self.client, object);
        }
    }

    /// Every four hours, customers out of Salesforce.
    fn customers(&self, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        for round in 0..6 {
            let mut at = round * 4 * 3_600 + 1_800 + chance.below(40);
            writer.write(at, kinds::SALESFORCE_LOGIN, self.client, ObjectNo::NONE);
            for _ in 0..share(self.world().figures.scale, 12) {
                at += chance.between(1, 6);
                let object = app_objects::object(app_objects::ACCOUNT, chance.below(4_000));
                writer.write(at, kinds::SALESFORCE_VIEW, self.client, object);
            }
        }
    }

    /// Every morning, what the personnel system says about a few people.
    fn provisioning(&self, chance: &mut Stream, writer: &mut EventWriter<'_, impl FnMut(Event)>) {
        let world = self.world();
        let mut at = self.head_office(240) + chance.below(60);
        writer.write(at, kinds::TOKEN_ISSUED, self.client, ObjectNo::NONE);
        for _ in 0..chance.between(1, share(world.figures.scale, 20)) {
            at += chance.between(2, 12);
            let person = PersonIx::new(chance.below(world.figures.members));
            writer.write(at, kinds::UPDATE_USER, self.client, directory::attribute(person, chance.below(7)));
        }
    }
}

/// The first workbook of a library.
fn workbook(world: &World, library: u32) -> Option<ObjectNo> {
    (0..24)
        .map(|index| files::object(library, index))
        .find(|&object| world.file(object).name.ends_with(".xlsx"))
}

/// The head of a department, or of the company where nobody is in it.
fn first_of(world: &World, department: u8) -> PersonIx {
    world.departments[usize::from(department)].first().copied().unwrap_or(PersonIx::new(0))
}
