//! What becomes of sharing: links are opened by whoever has them, invitations accepted by whom they were for, and guests
//! come in who were invited. It takes minutes to a day and a half. (How often links are opened is (unverified).)

use crate::catalogue::agents::{CLIENTS, Use};
use crate::catalogue::kinds;
use crate::generate::objects::directory;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::{World, agents};
use crate::model::activity::Event;
use crate::model::index::{ActorCode, AddressCode, AgentCode, KindCode, PersonIx};
use crate::model::time::{Span, VirtualTime};

/// UTC days by which what comes of a local day may be later than that: what is planned ahead holds no more.
const REACH: i64 = 2;

/// Adds what others do about what was shared on a local day, where no storyline tells that itself.
pub(super) fn answers(world: &World, day: i32, events: &mut Vec<Event>) {
    let shared: Vec<Event> = events
        .iter()
        .filter(|event| event.story.is_none() && answer(event.kind).is_some())
        .copied()
        .collect();
    let latest = VirtualTime::of_day(world.spec.start.day() + i64::from(day) + REACH + 1);
    for event in shared {
        let Some(kind) = answer(event.kind) else { continue };
        let key = (event.timestamp() - world.spec.start).as_millis() as u64 ^ event.object.ordinal() << 24;
        let mut chance = Stream::new(world.spec.seed, "shared", key, "answers");
        let times = match kind {
            kinds::ANONYMOUS_LINK_USED | kinds::ONEDRIVE_ANONYMOUS_LINK_USED => {
                [0, 1, 1, 2, 2, 3, 5, 9][chance.below(8) as usize]
            }
            _ => u32::from(chance.chance(Chance::percent(68))),
        };
        let mut at = event.timestamp();
        for _ in 0..times {
            // Half come within two hours, some the day after.
            let minutes =
                2 + chance.below(118).min(chance.below(118)) * if chance.below(4) == 0 { 18 } else { 1 };
            at = at + Span::seconds(i64::from(minutes * 60 + chance.below(60)));
            let lag = 1_000 * chance.between(25, 900) + chance.below(1_000);
            let created = at + Span::millis(i64::from(lag));
            if created >= latest {
                break;
            }
            let (actor, address, agent) = match kind {
                kinds::REDEEM_INVITATION => guest(world, world.person_of(event.object)),
                _ => (ActorCode::NOBODY, somewhere(world, &mut chance), some_browser(&mut chance)),
            };
            let object = match kind {
                kinds::REDEEM_INVITATION => directory::person(world.person_of(event.object)),
                _ => event.object,
            };
            events.push(Event { created, lag, actor, kind, address, agent, object, story: None });
        }
    }
}

/// How others answer to what somebody has shared.
fn answer(kind: KindCode) -> Option<KindCode> {
    Some(match kind {
        kinds::ANONYMOUS_LINK_CREATED => kinds::ANONYMOUS_LINK_USED,
        kinds::ONEDRIVE_ANONYMOUS_LINK_CREATED => kinds::ONEDRIVE_ANONYMOUS_LINK_USED,
        kinds::SHARING_INVITATION_CREATED => kinds::SHARING_INVITATION_ACCEPTED,
        kinds::ONEDRIVE_SHARING_INVITATION_CREATED => kinds::ONEDRIVE_SHARING_INVITATION_ACCEPTED,
        kinds::INVITE_USER => kinds::REDEEM_INVITATION,
        _ => return None,
    })
}

fn guest(world: &World, person: PersonIx) -> (ActorCode, AddressCode, AgentCode) {
    let known = world.person(person);
    (ActorCode::of_person(person), known.home, known.agents[0])
}

/// Where people of other companies are: near the offices mostly, else in the cities around the world.
fn somewhere(world: &World, chance: &mut Stream) -> AddressCode {
    let near = chance.pick(&world.networks);
    let codes = match chance.below(10) {
        0..=4 => near.homes[chance.below(near.homes.len() as u32) as usize],
        5..=6 => near.mobile,
        _ => *chance.pick(&world.abroad),
    };
    codes.at(chance.below(codes.count))
}

fn some_browser(chance: &mut Stream) -> AgentCode {
    loop {
        let agent = AgentCode::new(chance.below(CLIENTS.len() as u32) as u16);
        let phone = agents::purpose(agent) == Use::Phone;
        let browser = agents::purpose(agent) == Use::Browser || phone;
        if browser && CLIENTS[agent.index()].text.starts_with("Mozilla") {
            return agent;
        }
    }
}
