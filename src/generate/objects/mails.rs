//! Mailbox items: pure functions of an object number.

use super::files;
use crate::catalogue::words::{EXTERNAL_SUBJECTS, INTERNAL_SUBJECTS};
use crate::generate::birth::names;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::model::ids::{Guid, Kind};
use crate::model::index::{ObjectNo, PersonIx};

/// Items of one mailbox. The even ones were received, the odd ones sent.
const ITEMS: u32 = 4_096;

/// A mailbox item, as activities refer to it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Id of the item.
    pub id: Guid,
    /// The person whose mailbox it is in.
    pub mailbox: PersonIx,
    /// Subject line.
    pub subject: String,
    /// Address of the sender.
    pub from: String,
    /// Address of the recipient.
    pub to: String,
    /// `<…@contoso.onmicrosoft.com>`, as in the Message-ID header.
    pub internet_message_id: String,
    /// Size in bytes.
    pub size: u32,
}

/// A received item of somebody's mailbox.
pub(in crate::generate) fn received(mailbox: PersonIx, index: u32) -> ObjectNo {
    ObjectNo::new(1 + mailbox.get() * ITEMS + index % (ITEMS / 2) * 2)
}

/// A sent item of somebody's mailbox.
pub(in crate::generate) fn sent(mailbox: PersonIx, index: u32) -> ObjectNo {
    ObjectNo::new(received(mailbox, index).get() + 1)
}

/// The next item of the same mailbox that was received or sent as this one, round.
pub(in crate::generate) fn next(item: ObjectNo) -> ObjectNo {
    let number = item.get().saturating_sub(1);
    let (mailbox, at) = (number / ITEMS, number % ITEMS);
    ObjectNo::new(1 + mailbox * ITEMS + (at + 2) % ITEMS)
}

/// See [`World::mail`].
pub(in crate::generate) fn mail(world: &World, object: ObjectNo) -> Mail {
    let number = object.get().saturating_sub(1) % (world.people.len() as u32 * ITEMS);
    let mailbox = PersonIx::new(number / ITEMS);
    let mut chance = Stream::new(world.spec.seed, "mail", u64::from(number), "text");
    let (other, subject) = match colleague(world, mailbox, &mut chance) {
        Some(colleague) => {
            let project = chance.pick::<&str>(files::projects(world.figures.scale));
            (
                world.person(colleague).upn.clone(),
                chance.pick::<&str>(INTERNAL_SUBJECTS).replace("{}", project),
            )
        }
        None => {
            let (given, surname) = names::draw("", &mut chance);
            let (company, label) = files::partner(world, &mut chance);
            let address = format!("{}@{label}.example", names::local_part(given, surname));
            (address, chance.pick::<&str>(EXTERNAL_SUBJECTS).replace("{}", company))
        }
    };
    let own = world.person(mailbox).upn.clone();
    let id = world.ids.guid(Kind::Mail, u64::from(number));
    let (from, to) = if number % 2 == 1 { (own, other) } else { (other, own) };
    Mail {
        id,
        mailbox,
        subject,
        internet_message_id: format!("<{:032X}@{}>", id.bits(), from.rsplit('@').next().unwrap_or_default()),
        from,
        to,
        size: (1 << chance.between(11, 20)) + chance.below(2_048),
    }
}

/// The member on the other end; nobody when it is somebody outside.
fn colleague(world: &World, mailbox: PersonIx, chance: &mut Stream) -> Option<PersonIx> {
    if !chance.chance(Chance::percent(80)) {
        return None;
    }
    let department = &world.departments[usize::from(world.habits[mailbox.index()].department)];
    let near = chance.chance(Chance::percent(60)) && department.len() > 1;
    let other =
        if near { *chance.pick(department) } else { PersonIx::new(chance.below(world.figures.members)) };
    (other != mailbox).then_some(other)
}
