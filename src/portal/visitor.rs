//! Who visits a portal: a sealed cookie says who signed in. It holds as long as the account and its sessions do.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use serde::{Deserialize, Serialize};

use crate::facts::{self, PersonFacts};
use crate::gateway::form::Form;
use crate::gateway::profile::Hint;
use crate::gateway::registry::{Entry, Registry};
use crate::gateway::{Answer, Ctx, Inbound};
use crate::identity::api_token::{self, Tag};
use crate::identity::seal::{Purpose, open, seal, tag_of};
use crate::identity::signin::{self, Presence};
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::person::Role;
use crate::model::time::{Span, VirtualTime};
use crate::tenant::{TenantIdentity, TenantView};

use super::cookies::{bounded, cookie, cookie_of, ended, with_cookie, written};
use super::forms::is_script;
use super::{Portal, Refusal, address, posted_here, sign_in};

/// How the names of the cookies of portals begin; the tenant's tag follows, so that a browser visits several tenants at
/// once: one and its fork. At the simulator's own names one cookie is good for all portals.
const COOKIE: &str = "mock-portal-";

/// The cookie that says, by its tag, at which tenant the browser signed in last.
const LAST: &str = "mock-portal";

/// No browser visits more tenants: where it signs in to another, that which it has known longest is forgotten.
const MOST_TENANTS: usize = 8;

/// How long somebody may visit without signing in anew (unverified).
const LIFETIME: Span = Span::hours(24);

/// What the cookie says.
#[derive(Serialize, Deserialize)]
struct Sealed {
    user: PersonIx,
    since: VirtualTime,
    serial: Guid,
}

/// Somebody who has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who.
    pub user: PersonIx,
}

impl Visitor {
    /// What is known of this person.
    pub fn person<'c>(&self, ctx: &'c Inbound<'_>) -> Option<PersonFacts<'c>> {
        PersonFacts::of(&ctx.view, self.user)
    }

    /// Holds one of these roles.
    pub fn has_one_of(&self, ctx: &Inbound<'_>, roles: &[Role]) -> bool {
        self.person(ctx).is_some_and(|person| person.roles().iter().any(|role| roles.contains(role)))
    }
}

/// Who visits, if somebody has signed in.
pub fn visitor(ctx: &Inbound<'_>) -> Option<Visitor> {
    let identity = ctx.view.state.identity();
    let sealed: Sealed = open(identity, Purpose::Portal, cookie(ctx, &cookie_for(identity))?).ok()?;
    PersonFacts::of(&ctx.view, sealed.user)?;
    let presence = Presence { user: sealed.user, since: sealed.since, mfa: true };
    let stands = signin::stands(&ctx.view.state, presence, ctx.now()).is_ok();
    let now = facts::directory(&ctx.view).counted(sealed.user, ctx.now());
    // A tenant that went back to its birth has not seen this sign-in yet.
    let is_young = now - sealed.since < LIFETIME && sealed.since <= now;
    (stands && is_young).then_some(Visitor { user: sealed.user })
}

impl Portal {
    /// A page for who visits; whoever has not signed in does that first, and comes back.
    pub fn visited(&self, ctx: &Ctx<'_>, page: impl FnOnce(Visitor) -> Answer) -> Answer {
        visitor(ctx).map_or_else(|| sign_in::begin(ctx, self, None, None), page)
    }

    /// What is posted by a page of ours and who visits it. Whoever has not signed in does that first and is shown this
    /// page, since a form is not sent again; a script is told.
    ///
    /// # Errors
    /// A page of another site posts; a script asks, and nobody has signed in; what stands against the act.
    pub fn posted(
        &self,
        ctx: &Ctx<'_>,
        page: &str,
        act: impl FnOnce(Visitor) -> Result<Answer, Refusal>,
    ) -> Result<Answer, Refusal> {
        if !posted_here(ctx) {
            let problem = "the form was posted by a page of another site".to_owned();
            return Err(Refusal::Forbidden { problem });
        }
        match visitor(ctx) {
            Some(visitor) => act(visitor),
            None if is_script(ctx) => {
                Err(Refusal::SignIn { problem: "the visit is over; load the page again".to_owned() })
            }
            None => {
                let back = address::page_here(ctx, self.service, page);
                Ok(sign_in::begin(ctx, self, Some(&back), None))
            }
        }
    }
}

/// A tenant's tag in letters, as names of cookies have it.
fn letters(tag: Tag) -> String {
    tag.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The tag that these letters stand for.
fn tag_of_letters(letters: &str) -> Option<Tag> {
    let bits = u64::from_str_radix(letters, 16).ok().filter(|_| letters.len() == 2 * size_of::<Tag>())?;
    Some(bits.to_be_bytes())
}

/// The name of the cookie of this tenant's visitors.
fn cookie_for(identity: &TenantIdentity) -> String {
    format!("{COOKIE}{}", letters(api_token::tag(identity)))
}

/// The answer by which this person is known from now on.
pub(super) fn remember(ctx: &Inbound<'_>, answer: Answer, user: PersonIx) -> Answer {
    remember_at(ctx, answer, &ctx.view, user)
}

/// The same at another tenant.
pub(super) fn remember_at(ctx: &Inbound<'_>, answer: Answer, there: &TenantView, user: PersonIx) -> Answer {
    let identity = there.state.identity();
    // After the last time that sessions were ended, even if that was at this very instant.
    let since = facts::directory(there).counted(user, there.now);
    let sealed = Sealed { user, since, serial: ctx.request_id };
    let (name, value) = (cookie_for(identity), seal(identity, Purpose::Portal, &sealed));
    let answer = with_cookie(answer, &written(ctx, &name, &value, "Lax"));
    let answer = with_cookie(answer, &written(ctx, LAST, &letters(api_token::tag(identity)), "Lax"));
    bounded(ctx, answer, COOKIE, &name, "Lax", MOST_TENANTS)
}

/// The answer by which nobody is known any more at the tenant of the request.
pub(super) fn forget(ctx: &Inbound<'_>, answer: Answer) -> Answer {
    let identity = ctx.view.state.identity();
    let answer = with_cookie(answer, &ended(ctx, &cookie_for(identity), "Lax"));
    let was_last = cookie(ctx, LAST) == Some(&*letters(api_token::tag(identity)));
    if was_last { with_cookie(answer, &ended(ctx, LAST, "Lax")) } else { answer }
}

/// The tag of the tenant that a browser signed in to last.
fn last(headers: &HeaderMap) -> Option<Tag> {
    tag_of_letters(cookie_of(headers, LAST)?)
}

/// The tenant that a request of a portal means: the one that `tid` names, as links of portals do; else that of the answer
/// of a sign-in; else the one that the browser signed in to last.
pub fn hint(registry: &Registry, request: &Request<Bytes>) -> Hint {
    let query = Form::read(request.uri().query().unwrap_or_default().as_bytes());
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form"));
    let body = if is_form { Form::read(request.body()) } else { Form::read(b"") };
    let value = |name: &str| query.get(name).or_else(|| body.get(name)).filter(|value| !value.is_empty());
    let named = || registry.by_name(value("tid")?);
    let of = |text: &str| -> Option<Arc<Entry>> { registry.by_tag(tag_of(text)?) };
    let sealed =
        named().or_else(|| of(value("state")?)).or_else(|| registry.by_tag(last(request.headers())?));
    Hint { sealed, named: None }
}
