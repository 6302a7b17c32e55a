//! What still knocks at the accounts of people who have left: programs that keep asking for tokens, and now and then
//! somebody who tries. Entra ID refuses all of it, also where it is to an app of another vendor.
//!
//! Phones are wiped and handed in within weeks; how long they keep asking is (unverified).

use super::cell::{Client, DAY, EventWriter, Today};
use crate::catalogue::agents::Use;
use crate::catalogue::kinds;
use crate::catalogue::sign_ins::Failure;
use crate::generate::objects::sign_ins::About;
use crate::generate::stream::Chance;
use crate::generate::world::agents;
use crate::model::activity::Event;

/// Days after the last one on which something still asks.
const DAYS: std::ops::Range<i32> = 2..23;
/// Of those days, the share of the first, and by how much it falls a day; in hundredths.
const SHARE: (u32, u32) = (62, 3);

/// Writes down what is refused at somebody's account on a day after the last one; nothing of others.
pub(in crate::generate) fn knock(today: &Today<'_>, sink: &mut impl FnMut(Event)) {
    let (world, person, day) = (today.world, today.person, today.day);
    let Some(last) = world.turnover.leaver(person).filter(|last| DAYS.contains(&(day - last))) else {
        return;
    };
    let mut chance = today.stream("knock");
    let share = SHARE.0.saturating_sub(SHARE.1 * (day - last).cast_unsigned());
    if !chance.chance(Chance::percent(share)) {
        return;
    }
    let mut writer = EventWriter::new(today, sink);
    let owner = world.person(person);
    let client = |agent| Client { address: owner.home, agent };
    let disabled = About::default().failing(Failure::Disabled);
    let program = [Use::Phone, Use::Mail, Use::Sync].into_iter();
    let program = program.filter_map(|wanted| agents::find(&owner.agents, wanted)).next();
    let mut at = chance.below(DAY - 4 * 3_600);
    for _ in 0..chance.between(1, 3) {
        let agent = program.unwrap_or(owner.agents[0]);
        writer.write(at, kinds::TOKEN_REFUSED, client(agent), disabled.object());
        at += chance.between(900, 4_000);
    }
    let tries = chance.chance(Chance::percent(22));
    let app = *chance.pick(&[kinds::SALESFORCE, kinds::BOX]);
    let to_app = chance.chance(Chance::percent(60));
    if tries {
        let about = if to_app { disabled.to_app(app) } else { disabled };
        writer.write(at.min(DAY - 60), kinds::USER_LOGIN_FAILED, client(owner.agents[0]), about.object());
    }
}
