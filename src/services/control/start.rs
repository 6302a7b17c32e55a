//! The start page, at the root of the simulator's own names: whom one can be, where the portals and services are.
//!
//! Where the control API asks for a token it names no tenant: that is not for everybody.

use std::sync::Arc;

use askama::Template;
use http::StatusCode;

use crate::facts::{self, PersonFacts};
use crate::gateway::form::Form;
use crate::gateway::hosts::Cloud;
use crate::gateway::registry::Entry;
use crate::gateway::route::Handled;
use crate::gateway::{Ctx, Service};
use crate::model::ids::Guid;
use crate::model::person::Persona;
use crate::portal::presenter::{Place, Visits};
use crate::portal::{self, Names, SOURCES, extensions, presenter};
use crate::tenant::TenantView;

/// Tenants that the page lists.
const MOST_LISTED: usize = 12;

#[derive(Template)]
#[template(path = "start.html")]
struct Page {
    style: &'static str,
    version: &'static str,
    tenant: Option<Shown>,
    others: Vec<(String, String)>,
    console: String,
    presents: bool,
    panel: Option<String>,
}

/// What the page shows of a tenant.
struct Shown {
    name: String,
    /// This page.
    back: String,
    people: u64,
    now: String,
    connected: bool,
    personas: Vec<Card>,
    /// Where a click on a test user is posted, and where it leads.
    visit: String,
    visited: String,
    copilot: &'static str,
    portals: [(String, String, &'static str); 3],
    addresses: Vec<(&'static str, String, &'static str)>,
}

/// A test user.
struct Card {
    persona: &'static str,
    name: String,
    role: String,
}

/// `GET /`
pub(super) fn page(ctx: &Ctx<'_>) -> Handled {
    let is_open = ctx.gateway.settings.control_token.is_none();
    let asked = Form::read(ctx.query().as_bytes()).get("tid").map(str::to_owned);
    let tenants = ctx.gateway.registry.list();
    let entry = asked.and_then(|asked| ctx.gateway.registry.by_name(&asked));
    let entry = entry.unwrap_or_else(|| ctx.gateway.registry.first());
    let (view, id) = (entry.tenant.read(), entry.tenant.identity().id);
    let place = Place {
        action: of_tenant(ctx, id, Service::Defender, presenter::PATH),
        back: format!("/?tid={id}"),
        visits: Visits::NotHere,
    };
    let others = tenants.iter().filter(|other| other.tenant.identity().id != id).take(MOST_LISTED);
    let others = others.map(|other| {
        let identity = other.tenant.identity();
        (
            format!("{} ({})", facts::company_of(&other.tenant).name, identity.label),
            format!("/?tid={}", identity.id),
        )
    });
    let page = Page {
        style: portal::style(),
        version: env!("CARGO_PKG_VERSION"),
        tenant: is_open.then(|| shown(ctx, &entry, &view)),
        others: if is_open { others.collect() } else { Vec::new() },
        console: ctx.url(Service::Control, "/_mock/ui"),
        presents: presenter::is_shown(ctx),
        panel: presenter::panel(ctx, &view, place),
    };
    // Rendering plain data into a string can not fail.
    Ok(portal::sent(StatusCode::OK, page.render().unwrap_or_default(), None))
}

/// The address of a page of a portal, for this tenant.
fn of_tenant(ctx: &Ctx<'_>, tenant: Guid, service: Service, path: &str) -> String {
    ctx.url(service, &format!("{path}?tid={tenant}"))
}

fn shown(ctx: &Ctx<'_>, entry: &Arc<Entry>, view: &TenantView) -> Shown {
    let identity = entry.tenant.identity();
    let names = Names::of(ctx);
    let of_tenant = |service, path: &str| of_tenant(ctx, identity.id, service, path);
    let hosts = |service| ctx.gateway.hosts.of(service).link(Cloud::Worldwide, &identity.label);
    Shown {
        name: facts::company(view).name.clone(),
        back: format!("/?tid={}", identity.id),
        people: PersonFacts::count(view),
        now: view.now.to_spaced(),
        connected: facts::connection(view).reasons().is_empty(),
        personas: personas(view),
        visit: of_tenant(Service::Defender, presenter::PATH),
        visited: path_of(&of_tenant(Service::Defender, extensions::PATH)),
        copilot: names.copilot(),
        portals: [
            ("Microsoft Defender".to_owned(), of_tenant(Service::Defender, "/"), "security.microsoft.com"),
            (
                names.copilot().to_owned(),
                of_tenant(Service::Copilot, SOURCES),
                "securitycopilot.microsoft.com",
            ),
            ("The former portal".to_owned(), of_tenant(Service::Classic, "/"), "portal.cloudappsecurity.com"),
        ],
        addresses: addresses(ctx, identity.id, &hosts),
    }
}

/// Test users that can sign in.
fn personas(view: &TenantView) -> Vec<Card> {
    let people = Persona::ALL.into_iter().filter_map(|persona| {
        let person = PersonFacts::persona_of(view, persona).filter(PersonFacts::enabled)?;
        let roles: Vec<_> = person.roles().iter().map(|role| role.name()).collect();
        let role = match roles.is_empty() {
            false => roles.join(", "),
            true if person.guest() => "Guest".to_owned(),
            true => "User without roles".to_owned(),
        };
        Some(Card { persona: persona.name(), name: person.display_name().to_owned(), role })
    });
    people.collect()
}

/// Where clients find the services: what, at this server, and the genuine name through the proxy.
fn addresses(
    ctx: &Ctx<'_>,
    tenant: Guid,
    host: &dyn Fn(Service) -> std::borrow::Cow<'static, str>,
) -> Vec<(&'static str, String, &'static str)> {
    let origin = ctx.url(Service::Control, "");
    let listening = ctx.gateway.listening.get();
    let mut all = vec![
        ("Cloud Apps API", origin.clone(), "or, through the proxy, the tenant's own host"),
        ("Its genuine name", format!("https://{}", host(Service::CloudApps)), "through the proxy"),
        ("Sign-in authority", format!("{origin}/{tenant}"), "login.microsoftonline.com through the proxy"),
        ("Microsoft Graph", origin, "graph.microsoft.com through the proxy"),
    ];
    if let Some(listening) = listening {
        all.push(("HTTPS_PROXY", listening.proxy.clone(), "for clients that ask genuine names"));
        let ca = listening.ca_file.clone().unwrap_or_else(|| format!("{}/_mock/ca.pem", listening.proxy));
        all.push(("CA bundle", ca, "to be trusted by clients"));
    }
    all
}

/// The path of an address of this server.
fn path_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}
