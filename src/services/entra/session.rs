//! Who has signed in with a browser: a sealed cookie for each tenant.

use http::header::{self, HeaderValue};

use crate::gateway::{Answer, Ctx};
use crate::identity::api_token::{self, Tag};
use crate::identity::seal::{Purpose, open, seal, tag_of};
use crate::identity::signin;
use crate::model::ids::Guid;

use super::sealed::{KEPT_SESSION_LIFETIME, Session, SessionAccount, SignedIn};
use crate::model::index::PersonIx;

/// How the names of the cookies begin; the tenant's tag follows.
const NAME: &str = "ESTSAUTH-";

/// No browser is signed in with more accounts.
const MOST_ACCOUNTS: usize = 10;

/// Applications of an account that signing out knows of: those used last.
const MOST_CLIENTS: usize = 20;

/// Browsers drop a cookie, without a word, whose name and value are longer together (RFC 6265bis, 5.7).
const LONGEST_COOKIE: usize = 4_096;

fn name(tag: Tag) -> String {
    let digits: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{NAME}{digits}")
}

/// The tags of the tenants that cookies of a `Cookie` field belong to.
pub(super) fn tags(field: &str) -> impl Iterator<Item = Tag> {
    let cookies = field.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    cookies.filter(|(name, _)| name.starts_with(NAME)).filter_map(|(_, value)| tag_of(value))
}

/// The accounts that are signed in, the one used last first; none whose session has ended or was revoked.
pub(super) fn accounts(ctx: &Ctx<'_>) -> Vec<SessionAccount> {
    let identity = ctx.view.state.identity();
    let name = name(api_token::tag(identity));
    let fields = ctx.request.headers().get_all(header::COOKIE);
    let cookies = fields.iter().filter_map(|value| value.to_str().ok()).flat_map(|field| field.split(';'));
    let value = cookies.filter_map(|cookie| cookie.trim().split_once('=')).find(|(known, _)| *known == name);
    let session: Option<Session> = value.and_then(|(_, value)| open(identity, Purpose::Session, value).ok());
    let mut accounts = session.unwrap_or_default().accounts;
    accounts.retain(|account| {
        account.who.is_somebody(ctx)
            && account.is_alive(ctx.now())
            && signin::stands(&ctx.view.state, account.who.presence(), ctx.now()).is_ok()
    });
    accounts.sort_by_key(|account| std::cmp::Reverse(account.used));
    accounts
}

/// Adds the cookie by which the browser is known from now on: `who` signed in, perhaps to a client, and whoever was
/// there stays.
pub(super) fn remember(
    ctx: &Ctx<'_>,
    answer: Answer,
    who: SignedIn,
    client: Option<Guid>,
    keep: bool,
) -> Answer {
    let mut accounts = accounts(ctx);
    let before =
        accounts.iter().position(|account| account.who.user == who.user).map(|at| accounts.remove(at));
    let (mut clients, kept) = before.map_or_else(Default::default, |before| (before.clients, before.kept));
    clients.extend(client.filter(|client| !clients.contains(client)));
    let surplus = clients.len().saturating_sub(MOST_CLIENTS);
    clients.drain(..surplus);
    accounts.insert(0, SessionAccount { who, kept: keep || kept, used: ctx.now(), clients });
    accounts.truncate(MOST_ACCOUNTS);
    write(ctx, answer, Session { accounts })
}

/// Adds the cookie by which these accounts are no longer known: one, or all.
pub(super) fn forget(ctx: &Ctx<'_>, answer: Answer, user: Option<PersonIx>) -> Answer {
    let mut accounts = accounts(ctx);
    accounts.retain(|account| user.is_some_and(|user| account.who.user != user));
    write(ctx, answer, Session { accounts })
}

fn write(ctx: &Ctx<'_>, mut answer: Answer, mut session: Session) -> Answer {
    let identity = ctx.view.state.identity();
    let name = name(api_token::tag(identity));
    let mut value = seal(identity, Purpose::Session, &session);
    while name.len() + value.len() > LONGEST_COOKIE && session.accounts.len() > 1 {
        // The one used last is the first.
        session.accounts.pop();
        value = seal(identity, Purpose::Session, &session);
    }
    // Over plain HTTP a browser would drop a secure cookie; a frame of another site sends only those of this kind.
    let site = if ctx.arrival.secure { "; Secure; SameSite=None" } else { "; SameSite=Lax" };
    let cookie = if session.accounts.is_empty() {
        format!("{name}=; Path=/; Max-Age=0; HttpOnly{site}")
    } else {
        let kept = session.accounts.iter().any(|account| account.kept);
        // How long the browser keeps it is real time; whether it still counts is judged by the tenant's clock.
        let age = if kept {
            format!("; Max-Age={}", KEPT_SESSION_LIFETIME.as_millis() / 1_000)
        } else {
            String::new()
        };
        format!("{name}={value}; Path=/{age}; HttpOnly{site}")
    };
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        answer.headers.append(header::SET_COOKIE, value);
    }
    answer
}
