//! The endpoint at which an administrator consents for everybody.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>.

use http::StatusCode;

use crate::catalogue::resources::GRAPH;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::delegation::Consenting;
use crate::identity::scope::Asked;
use crate::model::ids::Guid;
use crate::model::registration::Permission;

use super::authorize::parameters;
use super::consent::{Card, give, right_of, shown, worded};
use super::copilot_dialog::Dialog;
use super::flow::{self, FlowTask, Shared};
use super::pages::{Consent, NeedAdmin};
use super::people;
use super::refusals::EntraRefusal;
use super::reply::{Failure, Mode, Reply, at_authorize, error_page, sent};
use super::sealed::{Flow, FlowGoal, SignedIn};
use super::wire::field;
use super::{Named, client, copilot_dialog, session};

/// A request of the admin consent endpoint.
pub(super) struct Admin {
    pub client: Client,
    reply: Reply,
    v2: bool,
    /// Who shall sign in.
    pub login_hint: Option<String>,
    scope: String,
    pub scopes: Vec<Permission>,
    roles: Vec<Permission>,
    /// The dialog of Copilot's connection that it is.
    dialog: Option<Dialog>,
}

/// The endpoint of version 2.0.
pub fn v2(ctx: &Ctx<'_>) -> Handled {
    Ok(admin_consent(ctx, true))
}

/// The older endpoint, which knows no scopes.
pub fn v1(ctx: &Ctx<'_>) -> Handled {
    Ok(admin_consent(ctx, false))
}

fn admin_consent(ctx: &Ctx<'_>, v2: bool) -> Answer {
    let query = parameters(ctx);
    let named = match Named::read(ctx) {
        Ok(named) => named,
        Err(refused) => return error_page(ctx, &refused, None),
    };
    match read(ctx, &query, named, v2) {
        Ok(admin) => match client::ordered(ctx, &admin.client.id().to_string()) {
            Some(ordered) => {
                admin.reply.refuse_by(ctx, ordered.row, &super::refusals::plain(ordered.row), None)
            }
            None => {
                flow::begin(ctx, FlowGoal::AdminConsent { tenant: ctx.param("tenant").to_owned(), v2, query })
            }
        },
        Err(failure) => failure.answer(ctx),
    }
}

/// Reads a request: client and redirect URI first, as of the authorize endpoint.
///
/// # Errors
/// See [`Failure`].
pub(super) fn read(ctx: &Ctx<'_>, query: &str, named: Named, v2: bool) -> Result<Admin, Failure> {
    let form = Form::read(query.as_bytes());
    let id = field(&form, "client_id").ok_or(EntraRefusal::MissingParameter { name: "client_id".into() })?;
    let client = client::known_at_pages(ctx, id, named)?;
    let known = &client.registration.redirects;
    let redirect = match field(&form, "redirect_uri") {
        Some(asked) if client::redirect(ctx, &client, asked).is_some() => asked.to_owned(),
        Some(asked) => {
            return Err(
                EntraRefusal::UnknownRedirect { redirect: asked.to_owned(), client: id.to_owned() }.into()
            );
        }
        // The documentation of Cloud Apps gives a link without one.
        None => known.first().ok_or(EntraRefusal::NoRedirect)?.uri.to_string(),
    };
    let state = form.get("state").map(str::to_owned);
    let reply = Reply { redirect, mode: Mode::Query, state };
    let scope = field(&form, "scope").unwrap_or_default().to_owned();
    let login_hint = field(&form, "login_hint").map(str::to_owned);
    let dialog = copilot_dialog::meant(ctx, &client, &form);
    let mut admin =
        Admin { client, reply, v2, login_hint, scope, scopes: Vec::new(), roles: Vec::new(), dialog };
    match admin.read_scope(ctx) {
        Ok(()) => Ok(admin),
        Err(refused) => Err(Failure::Redirect(admin.reply, refused)),
    }
}

impl Admin {
    /// Without named scopes everything that is registered is consented to, application permissions included.
    fn read_scope(&mut self, ctx: &Ctx<'_>) -> Result<(), Refused> {
        let registration = self.client.registration.clone();
        if !self.v2 || self.scope.is_empty() {
            self.scopes.clone_from(&registration.delegated);
            self.roles.clone_from(&registration.permissions);
            return Ok(());
        }
        let scope = self.scope.clone();
        let asked = Asked::read(&scope).map_err(|_| EntraRefusal::InvalidScope { scope: scope.clone() })?;
        for part in &asked.parts {
            let target = client::target(ctx, part.resource)?;
            if part.is_default() {
                self.scopes.clone_from(&registration.delegated);
                self.roles.clone_from(&registration.permissions);
                continue;
            }
            let known = target.scope(part.value).ok_or_else(|| EntraRefusal::UnknownScope {
                app: registration.display_name.to_string(),
                scope: part.value.to_owned(),
                resource: target.name().to_owned(),
            })?;
            self.scopes.push(known);
        }
        let graph = Guid::literal(GRAPH);
        for name in asked.openid.listed().chain(asked.openid.offline.then_some("offline_access")) {
            self.scopes.push(Permission { resource: graph, value: name.into() });
        }
        Ok(())
    }

    /// The user may consent for everybody to what is asked for.
    pub(super) fn may(&self, ctx: &Ctx<'_>, who: SignedIn) -> bool {
        let right = right_of(ctx, who);
        let may = right > Consenting::User && right.covers_roles(&self.roles);
        may || (self.waiting().is_some() && copilot_dialog::may(ctx, who))
    }

    /// The page that asks an administrator, or tells somebody else to find one.
    pub(super) fn ask(&self, ctx: &Ctx<'_>, flow: &Flow, task: &FlowTask, who: SignedIn) -> Answer {
        let shared = Shared::of(ctx, flow);
        let card = Card::of(task.client());
        let words = worded(ctx, &self.scopes, &self.roles, true);
        let upn = people::upn(ctx, who.user);
        if !self.may(ctx, who) {
            ctx.note("AADSTS90093: the user is no administrator who may consent to this");
            let frame = shared.frame(ctx, "Need admin approval");
            let page =
                NeedAdmin { frame, upn, app: card.shown(), permissions: shown(&words), request_form: false };
            return sent(ctx, StatusCode::OK, &page);
        }
        if let Some(dialog) = self.waiting() {
            copilot_dialog::opened(ctx, dialog);
        }
        let page = Consent {
            frame: shared.frame(ctx, "Permissions requested"),
            upn,
            app: card.shown(),
            for_organization: true,
            offer_organization: false,
            permissions: shown(&words),
            statement: self.waiting().map_or(&[], |_| copilot_dialog::STATEMENT),
        };
        sent(ctx, StatusCode::OK, &page)
    }

    /// Somebody says no to the dialog of Copilot's connection.
    pub(super) fn declined(&self, ctx: &Ctx<'_>, who: SignedIn) {
        if let Some(dialog) = self.waiting() {
            copilot_dialog::declined(ctx, dialog, who);
        }
    }

    /// The dialog of Copilot's connection that waits for an answer to it.
    fn waiting(&self) -> Option<u32> {
        match self.dialog {
            Some(Dialog::Waiting(dialog)) => Some(dialog),
            Some(Dialog::Over) | None => None,
        }
    }

    /// The administrator says yes.
    ///
    /// # Errors
    /// The user is none, or the dialog is over.
    pub(super) fn accept(&self, ctx: &Ctx<'_>, who: SignedIn) -> Result<Answer, Refused> {
        if self.dialog == Some(Dialog::Over) {
            // Whoever switches on anew is asked anew; until then nothing is granted.
            let reason = "the dialog of consent does not wait any more: switch the connection on anew";
            return Err(Refused::from(EntraRefusal::FlowExpired).because(reason));
        }
        if !self.may(ctx, who) {
            return Err(EntraRefusal::NotAdmin.into());
        }
        match self.waiting() {
            Some(dialog) => copilot_dialog::accepted(ctx, dialog, self, who)?,
            None => give(ctx, &self.client, None, self.scopes.clone(), self.roles.clone(), true, who)?,
        }
        let tenant = ctx.view.state.identity().id.to_string();
        let mut parameters = vec![("admin_consent", "True"), ("tenant", tenant.as_str())];
        parameters.extend(self.reply.state.as_deref().map(|state| ("state", state)));
        if self.v2 && !self.scope.is_empty() {
            parameters.push(("scope", &self.scope));
        }
        let answer = self.reply.send(ctx, &parameters);
        Ok(session::remember(ctx, answer, who, Some(self.client.id()), false))
    }

    /// Says no; the answer tells which tenant it was about.
    pub(super) fn refuse(&self, ctx: &Ctx<'_>, refused: &Refused, subcode: Option<&str>) -> Answer {
        super::refusals::note(ctx, refused);
        let row = refused.row();
        let text = super::refusals::description(ctx, &refused.message());
        let tenant = ctx.view.state.identity().id.to_string();
        let error = at_authorize(super::refusals::number(row), row.code);
        let mut parameters = vec![("error", error)];
        parameters.extend(subcode.map(|subcode| ("error_subcode", subcode)));
        parameters.extend([
            ("error_description", text.as_str()),
            ("admin_consent", "True"),
            ("tenant", &tenant),
        ]);
        parameters.extend(self.reply.state.as_deref().map(|state| ("state", state)));
        self.reply.send(ctx, &parameters)
    }
}
