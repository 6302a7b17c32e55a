//! Which tenant a request of Entra ID means where its path says `common` or nothing: by what it carries, else by
//! what it names. Read early and believed by nobody: whoever handles the request opens what is sealed.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, header};

use crate::facts::{self, PersonFacts};
use crate::gateway::Ctx;
use crate::gateway::form::Form;
use crate::gateway::profile::Hint;
use crate::gateway::registry::{Entry, Registry};
use crate::identity::id_token::{login_hint, tag_of_hint};
use crate::identity::{peek_tid, seal};
use crate::model::ids::Guid;
use crate::model::index::PersonIx;

use super::people;
use super::session;

/// Parameters that carry something sealed.
const SEALED: [&str; 4] = ["code", "refresh_token", "device_code", "flowToken"];

/// Parameters that name a user.
const USERS: [&str; 5] = ["username", "login", "login_hint", "logout_hint", "domain_hint"];

/// The tenant that a request means.
pub(super) fn hint(registry: &Registry, request: &Request<Bytes>) -> Hint {
    let path = request.uri().path();
    // A path that names its tenant leaves nothing to guess, and most requests of clients are of that kind.
    let first = path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let open =
        ["common", "organizations", "device", "error"].iter().any(|word| first.eq_ignore_ascii_case(word));
    if !open && !first.contains('.') {
        return Hint::default();
    }
    let query = Form::read(request.uri().query().unwrap_or_default().as_bytes());
    let body = Form::read(request.body());
    let value = |name: &str| body.get(name).or_else(|| query.get(name)).filter(|value| !value.is_empty());
    let sealed = SEALED.iter().find_map(|name| registry.by_tag(seal::tag_of(value(name)?)?));
    let user_code = || {
        let typed = value("otc").or_else(|| value("code")).or_else(|| value("user_code"))?;
        registry.list().iter().find(|entry| entry.devices.find(typed).is_some()).map(Arc::clone)
    };
    let assertion = || registry.by_id(peek_tid(value("assertion")?)?);
    let user = || {
        let named = USERS.iter().find_map(|name| value(name))?;
        match tag_of_hint(named) {
            Some(tag) => registry.by_tag(tag),
            None => registry.by_name(domain(named)),
        }
    };
    let sealed = sealed.or_else(assertion).or_else(user_code);
    // What is carried says enough; looking for the home of a client means looking at every tenant.
    let named = match &sealed {
        Some(_) => None,
        None => {
            user().or_else(|| signed_in(registry, request)).or_else(|| home(registry, value("client_id")?))
        }
    };
    Hint { sealed, named }
}

/// The user whom a hint names: by user name, or as an id token does.
pub(super) fn person(ctx: &Ctx<'_>, hint: &str) -> Option<PersonIx> {
    if tag_of_hint(hint).is_none() {
        return people::by_upn(ctx, hint);
    }
    let identity = ctx.view.state.identity();
    let named = |person: &PersonFacts| login_hint(identity, person.id()) == hint;
    PersonFacts::all(&ctx.view).find(named).map(|person| person.index())
}

/// The domain of a user name, or the domain that a text is.
fn domain(user: &str) -> &str {
    user.rsplit_once('@').map_or(user, |(_, domain)| domain)
}

/// The tenant that the browser is signed in to, if it is one.
fn signed_in(registry: &Registry, request: &Request<Bytes>) -> Option<Arc<Entry>> {
    let cookies = request.headers().get_all(header::COOKIE);
    let mut tags = cookies.iter().filter_map(|value| value.to_str().ok()).flat_map(session::tags);
    let only = tags.next().filter(|_| tags.next().is_none())?;
    registry.by_tag(only)
}

/// The tenant in which a client is registered.
fn home(registry: &Registry, client: &str) -> Option<Arc<Entry>> {
    let id: Guid = client.parse().ok()?;
    let owns = |entry: &&Arc<Entry>| {
        let app = facts::directory(&entry.tenant.read()).app(id).map(|(_, app)| app.home.is_none());
        app == Some(true)
    };
    registry.list().iter().find(owns).map(Arc::clone)
}
