//! Addresses that lead from one page to another.

use crate::catalogue::copilot;
use crate::gateway::authority::Site;
use crate::gateway::form::Form;
use crate::gateway::{Inbound, Service};
use crate::identity::redirect::with_query;

/// Where the dialog of consent sends the browser back to.
pub const CONSENT_BACK: &str = "/copilot/consent";

/// The address of the dialog of consent for the connection of Copilot: that of an administrator's consent for the whole
/// tenant, which comes back to the Defender portal.
pub fn consent_url(ctx: &Inbound<'_>, dialog: u32) -> String {
    let tenant = ctx.view.state.identity().id;
    let endpoint = ctx.url(Service::Entra, &format!("/{tenant}/v2.0/adminconsent"));
    let (back, state) = (ctx.page_url(Service::Defender, CONSENT_BACK), dialog.to_string());
    let client = copilot::API.to_owned();
    with_query(&endpoint, &[("client_id", &client), ("redirect_uri", &back), ("state", &state)])
}

/// The same for somebody who has signed in, of whom the dialog need not ask.
pub fn consent_url_for(ctx: &Inbound<'_>, dialog: u32, upn: &str) -> String {
    with_query(&consent_url(ctx, dialog), &[("login_hint", upn)])
}

/// Path and query of a request, as an address of this origin: whatever they hold, they lead nowhere else.
pub fn asked(ctx: &Inbound<'_>) -> String {
    let asked = ctx.request.uri().path_and_query().map_or("/", |asked| asked.as_str());
    // Two slashes would begin with a host.
    format!("/{}", asked.trim_start_matches('/'))
}

/// The same, and which tenant is meant: who is signed in to several finds the same page again.
pub fn asked_here(ctx: &Inbound<'_>) -> String {
    let asked = asked(ctx);
    let named = Form::read(ctx.query().as_bytes()).get("tid").is_some();
    if named { asked } else { meaning(ctx, &asked) }
}

/// A text that leads to a page of this origin and nowhere else: a path, in letters that browsers take as they are.
pub fn is_local(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain)
}

/// The same portal under the name that it was asked by.
pub fn here(ctx: &Inbound<'_>, service: Service, path: &str) -> String {
    match ctx.authority.site {
        Site::Genuine { .. } => [ctx.authority.origin(), path].concat(),
        Site::Own { .. } | Site::Foreign => ctx.url(service, path),
    }
}

/// The same, and which tenant is meant.
pub fn page_here(ctx: &Inbound<'_>, service: Service, path: &str) -> String {
    here(ctx, service, &meaning(ctx, path))
}

/// A path that says which tenant it means.
fn meaning(ctx: &Inbound<'_>, path: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}tid={}", ctx.view.state.identity().id)
}

/// A page of a portal, for the tenant of the request: links say which tenant they mean.
pub fn page(ctx: &Inbound<'_>, service: Service, path: &str) -> String {
    ctx.page_url(service, &meaning(ctx, path))
}
