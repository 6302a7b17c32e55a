//! What a record that comes from outside names, found among what the tenant knows: the way back from a name on a
//! surface to the code that commands carry. What is not known is taken as it is told.

use std::net::IpAddr;
use std::sync::Arc;

use crate::generate::world::IpCategory;
use crate::model::ids::Guid;
use crate::model::index::{ActorCode, AddressCode, AgentCode, PrincipalIx};
use crate::model::injected::{Known, NewActor, NewAddress};
use crate::tenant::TenantView;

use super::{AppFacts, PersonFacts};

/// The user or application with this object id, or else with this name; somebody new, if at least a name is told.
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
    let app = id.and_then(|id| application(view, |app| app.object_id() == id));
    let account = account.or(name);
    let named = || application(view, |app| account.is_some_and(|name| app.display_name() == name));
    app.or_else(named).or_else(|| {
        let (account, name) = (account?, name.or(account)?);
        let (account, name) = (account.into(), name.into());
        Some(Known::New(NewActor { account, name, id, application: false }))
    })
}

/// The first application of which that is so.
fn application(view: &TenantView, is: impl Fn(&AppFacts<'_>) -> bool) -> Option<Known<ActorCode, NewActor>> {
    let app = AppFacts::all_registered(view).chain(AppFacts::all_principals(view)).find(is)?;
    let world = view.state.world();
    let mut born = PrincipalIx::numbered(&world.principals);
    Some(match born.find(|(_, principal)| principal.id == app.object_id()) {
        Some((index, _)) => Known::Code(world.actor_of_principal(index)),
        // An application added by a command gets an actor code with its first activity.
        None => {
            let name: Arc<str> = app.display_name().into();
            let (account, id) = (Arc::clone(&name), Some(app.object_id()));
            Known::New(NewActor { account, name, id, application: true })
        }
    })
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
        // Each place has a block of at least 64 addresses, so every 16th address meets all places.
        world.addresses.codes().step_by(16).find(there)
    });
    let country = country.filter(|_| like.is_none()).map(|country| country.to_ascii_uppercase().into());
    Known::New(NewAddress { ip, like, country })
}

/// The browser or client app with this user-agent header.
pub fn agent(view: &TenantView, text: &str) -> Known<AgentCode, Arc<str>> {
    match AgentCode::numbered(view.state.world().agents).find(|(_, agent)| agent.text == text) {
        Some((code, _)) => Known::Code(code),
        None => Known::New(text.into()),
    }
}
