//! What a record that comes from outside names, found among what the tenant knows: the way back from a name on a
//! surface to the code that commands carry. What is not known is taken as it is told.

use std::net::IpAddr;
use std::sync::Arc;

use crate::generate::world::IpCategory;
use crate::model::ids::Guid;
use crate::model::index::{ActorCode, AddressCode, AgentCode};
use crate::model::injected::{Known, NewActor, NewAddress};
use crate::tenant::TenantView;

use super::PersonFacts;

/// The actor with this object id, or else with this account name; somebody new, if at least a name is told.
pub fn actor(
    view: &TenantView,
    account: Option<&str>,
    name: Option<&str>,
    id: Option<Guid>,
) -> Option<Known<ActorCode, NewActor>> {
    let person = id.and_then(|id| PersonFacts::by_id(view, id));
    if let Some(person) = person.or_else(|| PersonFacts::by_upn(view, account?)) {
        return Some(Known::Code(ActorCode::of_person(person.index())));
    }
    let account = account.or(name)?;
    Some(Known::New(NewActor { account: account.into(), name: name.unwrap_or(account).into(), id }))
}

/// An address of the tenant, else a new one that shares the place of some ordinary address of the country.
pub fn address(view: &TenantView, ip: IpAddr, country: Option<&str>) -> Known<AddressCode, NewAddress> {
    let world = view.state.world();
    if let Some(code) = world.address_of_ip(ip) {
        return Known::Code(code);
    }
    let like = country.and_then(|country| {
        let there = |code: &AddressCode| {
            let place = world.address(*code).place;
            place.country.eq_ignore_ascii_case(country) && place.category == IpCategory::None
        };
        // Places come in blocks of 64 addresses and more.
        world.addresses.codes().step_by(16).find(there)
    });
    let country = country.filter(|_| like.is_none()).map(|country| country.to_ascii_uppercase().into());
    Known::New(NewAddress { ip, like, country })
}

/// The browser or client app with this user-agent header.
pub fn agent(view: &TenantView, text: &str) -> Known<AgentCode, Arc<str>> {
    match AgentCode::numbered(&view.state.world().agents).find(|(_, agent)| agent.text == text) {
        Some((code, _)) => Known::Code(code),
        None => Known::New(text.into()),
    }
}
