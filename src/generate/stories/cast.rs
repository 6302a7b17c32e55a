//! Who takes part in stories, and from where attackers come.

use super::Cast;
use super::script::at_home;
use crate::catalogue::networks::PEOPLE_CLOUDS;
use crate::generate::birth::turnover::Change;
use crate::generate::stream::Stream;
use crate::generate::world::World;
use crate::generate::world::addresses::Codes;
use crate::model::index::{ActorCode, AddressCode, PersonIx};
use crate::model::person::Role;
use crate::model::time::VirtualTime;

use super::script::local;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Continent {
    Africa,
    America,
    Asia,
    Europe,
}

/// The continent of an office's country.
fn continent(country: &str) -> Continent {
    match country {
        "US" | "BR" | "CA" | "MX" | "AR" | "CL" | "CO" | "PE" | "EC" | "UY" | "PY" | "BO" | "VE" | "CR"
        | "PA" | "GT" | "DO" | "JM" => Continent::America,
        "IN" | "SG" | "CN" | "JP" | "KR" | "TW" | "HK" | "TH" | "VN" | "ID" | "PH" | "MY" | "BD" | "PK"
        | "LK" | "AE" | "SA" | "QA" | "IL" | "IR" | "KZ" | "UZ" | "AU" | "NZ" => Continent::Asia,
        "NG" | "ZA" | "EG" | "KE" | "GH" | "MA" | "TN" | "DZ" | "ET" | "TZ" | "UG" | "SN" | "CI" => {
            Continent::Africa
        }
        _ => Continent::Europe,
    }
}

/// Why no story at all can be told about somebody.
pub(super) fn unfit(world: &World, user: PersonIx) -> Option<&'static str> {
    let Some(person) = world.people.get(user.index()) else { return Some("there is no such user") };
    if person.guest {
        return Some("guests have no mailbox and no files here");
    }
    if person.disabled {
        return Some("the account is disabled");
    }
    world.habits[user.index()].desk.then_some("the support desk is watched by its customer")
}

/// For stories about people who work here.
pub(super) fn works_here(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    world
        .turnover
        .absent(user, local(world, ActorCode::of_person(user), at).0)
        .then_some("does not work here at that time")
}

/// For stories about people without a directory role.
pub(super) fn ordinary(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if !world.person(user).roles.is_empty() {
        return Some("holds a directory role");
    }
    works_here(world, user, at)
}

/// For stories about administrators.
pub(super) fn administrator(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if !world.habits[user.index()].admin {
        return Some("does no administration");
    }
    works_here(world, user, at)
}

/// For stories about people who have left.
pub(super) fn gone(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    match world.turnover.of(user) {
        Some(Change::Leaves(last)) if local(world, ActorCode::of_person(user), at).0 > last + 1 => None,
        _ => Some("has not left the company"),
    }
}

/// For stories about administrators who hold one of these roles.
pub(super) fn holder(
    world: &World,
    user: PersonIx,
    at: VirtualTime,
    roles: &[Role],
    else_: &'static str,
) -> Option<&'static str> {
    if !world.person(user).roles.iter().any(|role| roles.contains(role)) {
        return Some(else_);
    }
    administrator(world, user, at)
}

/// For stories about whoever may do everything.
pub(super) fn global_administrator(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    holder(world, user, at, &[Role::GlobalAdministrator], "is no Global Administrator")
}

/// For stories about whoever looks after applications.
pub(super) fn keeper_of_applications(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    let roles =
        [Role::GlobalAdministrator, Role::ApplicationAdministrator, Role::CloudApplicationAdministrator];
    holder(world, user, at, &roles, "may not change applications")
}

/// The account of an administrator is used through the VPN of the company, as administrators work from home, on so many
/// colleagues: no rule about foreign addresses speaks.
pub(super) fn through_the_vpn(world: &World, user: PersonIx, others: u32, chance: &mut Stream) -> Cast {
    let vpn = world.networks[world.person(user).office.index()].vpn;
    let others = colleagues(world, user, others, chance);
    Cast { others, attacker: vpn.at(chance.below(8)), agent: world.person(user).agents[0] }
}

/// Guests who have been there from the beginning.
fn guests(world: &World) -> impl Iterator<Item = PersonIx> {
    let all = PersonIx::numbered(&world.people).filter(|(_, person)| person.guest && !person.disabled);
    all.map(|(at, _)| at).filter(|at| !world.turnover.changes(*at) && !world.is_newcomer(*at))
}

/// An account of a guest is used from another continent.
pub(super) fn guest_abroad(world: &World, user: PersonIx, size: u32, chance: &mut Stream) -> Cast {
    let guests: Vec<PersonIx> = guests(world).collect();
    let guest = guests.get(chance.below(guests.len() as u32) as usize).copied().unwrap_or(user);
    Cast { others: vec![guest], ..stranger_abroad(world, user, size, chance) }
}

/// For stories about people without a role in a company that has guests.
pub(super) fn hosts_guests(world: &World, user: PersonIx, at: VirtualTime) -> Option<&'static str> {
    if guests(world).next().is_none() {
        return Some("the company has no guests");
    }
    ordinary(world, user, at)
}

/// The user acts, from home and with bad intent.
pub(super) fn insider(world: &World, user: PersonIx, _size: u32, _chance: &mut Stream) -> Cast {
    let client = at_home(world, user);
    Cast { others: Vec::new(), attacker: client.address, agent: client.agent }
}

/// Somebody on another continent than the user's office, as far as the address tells: on a rented machine, behind an
/// anonymiser or on a connection there. People of the company come from such places, too.
pub(super) fn stranger_abroad(world: &World, user: PersonIx, _size: u32, chance: &mut Stream) -> Cast {
    Cast {
        others: Vec::new(),
        attacker: far_address(world, user, chance),
        agent: *chance.pick(&world.attackers),
    }
}

/// An address on another continent than the user's office.
pub(super) fn far_address(world: &World, user: PersonIx, chance: &mut Stream) -> AddressCode {
    far(world, user, [14, 54, 14, 18], chance)
}

/// The same for a program: nobody lets one run behind an anonymiser.
pub(super) fn far_machine(world: &World, user: PersonIx, chance: &mut Stream) -> AddressCode {
    far(world, user, [20, 60, 0, 20], chance)
}

/// By the weights of clouds, smaller hosts, anonymisers and connections of people.
fn far(world: &World, user: PersonIx, weights: [u32; 4], chance: &mut Stream) -> AddressCode {
    let victim = continent(&world.office_of(user).country);
    let far = |codes: &&Codes| continent(&world.address(codes.first).place.country) != victim;
    let pools: [&[Codes]; 4] =
        [&world.clouds[..PEOPLE_CLOUDS], &world.hosts, &world.anonymisers, &world.abroad];
    let pools = pools.map(|pool| pool.iter().filter(far).copied().collect::<Vec<Codes>>());
    let pool = chance.weighted(&weights);
    let codes = *chance.pick(&pools[pool]);
    codes.at(chance.below(codes.count))
}

/// Somebody in the user's own country, on a connection of which nobody here comes.
pub(super) fn stranger_nearby(world: &World, user: PersonIx, _size: u32, chance: &mut Stream) -> Cast {
    let homes = &world.networks[world.person(user).office.index()].homes;
    let mut tries = 0;
    let attacker = loop {
        let run = homes[chance.below(3) as usize];
        let code = run.at(chance.below(run.count));
        tries += 1;
        // If there are more people than home connections, all are taken: accept any after many tries.
        if tries == 1_000 || world.people.iter().all(|person| person.home != code) {
            break code;
        }
    };
    Cast { others: Vec::new(), attacker, agent: *chance.pick(&world.attackers) }
}

/// Somebody behind an anonymiser, wherever that is.
pub(super) fn stranger_behind_a_proxy(
    world: &World,
    _user: PersonIx,
    _size: u32,
    chance: &mut Stream,
) -> Cast {
    let exits = *chance.pick(&world.anonymisers);
    Cast {
        others: Vec::new(),
        attacker: exits.at(chance.below(exits.count)),
        agent: *chance.pick(&world.attackers),
    }
}

/// Members without a role, other than the user, drawn without repeats and in order.
pub(super) fn colleagues(world: &World, user: PersonIx, count: u32, chance: &mut Stream) -> Vec<PersonIx> {
    let mut others: Vec<PersonIx> = PersonIx::numbered(&world.people)
        .filter(|(at, person)| *at != user && !person.guest && !person.disabled && person.roles.is_empty())
        .filter(|(at, _)| !world.turnover.changes(*at) && !world.is_newcomer(*at))
        .map(|(at, _)| at)
        .collect();
    while others.len() > count as usize {
        others.remove(chance.below(others.len() as u32) as usize);
    }
    others
}

/// The head of the company and who reports to them: whose mail is worth reading.
pub(super) fn leaders(world: &World) -> impl Iterator<Item = PersonIx> {
    PersonIx::numbered(world.people_at_birth())
        .filter(|(_, person)| !person.guest && person.manager.is_none_or(|manager| manager.get() == 0))
        .map(|(at, _)| at)
}

/// "Ada Example (ada@contoso.onmicrosoft.com)".
pub(super) fn called(world: &World, person: PersonIx) -> String {
    let person = world.person(person);
    format!("{} ({})", person.display_name, person.upn)
}

/// The city that a code is in.
pub(super) fn city(world: &World, address: AddressCode) -> &str {
    &world.address(address).place.city
}
