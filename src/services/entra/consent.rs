//! Consent: the page that asks a user, and the endpoint at which an administrator consents for everybody.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/application-consent-experience>,
//! <https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>,
//! <https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent>.

use http::StatusCode;

use crate::door::form::Form;
use crate::door::route::Handled;
use crate::door::{Answer, Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::delegation::{self, Consenting};
use crate::identity::resources::{self, GRAPH};
use crate::identity::scope::Asked;
use crate::identity::words;
use crate::model::command::By;
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::registration::Permission;

use super::authorize::{Prompt, Request, parameters};
use super::device::OnDevice;
use super::flow::{self, Errand, Shared};
use super::issue;
use super::pages::{self, AppCard, Consent, NeedAdmin};
use super::refusals::Refusal;
use super::reply::{Failure, Mode, Reply, error_page, sent};
use super::sealed::{Flow, Goal, SignedIn};
use super::wire::field;
use super::{Named, answers, client, session};

/// An application as pages show it.
pub(super) struct Card {
    name: String,
    id: String,
    host: String,
    publisher: Option<&'static str>,
}

impl Card {
    pub(super) fn of(client: &Client) -> Self {
        let first = client.registration.redirects.first().map_or("", |redirect| &redirect.uri);
        let host =
            first.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        Self {
            name: client.registration.display_name.to_string(),
            id: client.id().to_string(),
            host: host.to_owned(),
            publisher: client.first_party.then_some("Microsoft"),
        }
    }

    pub(super) fn shown(&self) -> AppCard<'_> {
        let verified = self.publisher.is_some();
        AppCard { name: &self.name, publisher: self.publisher, verified, app_id: &self.id, host: &self.host }
    }
}

/// A permission with the words for it, as pages show it.
struct Worded {
    title: String,
    description: String,
    resource: String,
    application: bool,
}

/// The words for delegated and application permissions; those for administrators differ.
fn worded(ctx: &Ctx<'_>, scopes: &[Permission], roles: &[Permission], admin: bool) -> Vec<Worded> {
    let directory = &ctx.reading.state.core().directory;
    let resource = |id: Guid| match resources::by_id(id) {
        Some(known) => known.name.to_owned(),
        None => directory
            .app(id)
            .map_or_else(|| id.to_string(), |(_, app)| app.registration.display_name.to_string()),
    };
    let scopes = scopes.iter().map(|scope| {
        let (title, description) = match words::delegated(&scope.resource.to_string(), &scope.value) {
            Some(words) if admin => (words.admin_consent_display_name, words.admin_consent_description),
            Some(words) => (words.user_consent_display_name, words.user_consent_description),
            None => (&*scope.value, "Use this application as you."),
        };
        let (title, description) = (title.to_owned(), description.to_owned());
        Worded { title, description, resource: resource(scope.resource), application: false }
    });
    let roles = roles.iter().map(|role| {
        let (title, description) = match words::application(&role.resource.to_string(), &role.value) {
            Some(words) => (words.display_name, words.description),
            None => (&*role.value, ""),
        };
        let (title, description) = (title.to_owned(), description.to_owned());
        Worded { title, description, resource: resource(role.resource), application: true }
    });
    scopes.chain(roles).collect()
}

fn shown(worded: &[Worded]) -> Vec<pages::Permission<'_>> {
    worded
        .iter()
        .map(|words| pages::Permission {
            title: &words.title,
            description: &words.description,
            resource: &words.resource,
            application: words.application,
        })
        .collect()
}

/// Who asks a user for consent: an application in a browser, or on a device.
pub(super) struct Asker<'a> {
    client: &'a Client,
    needs: Vec<issue::Need<'a>>,
    prompt: Prompt,
}

impl<'a> Asker<'a> {
    pub(super) fn of(request: &'a Request) -> Result<Self, Refused> {
        Ok(Self { client: &request.client, needs: request.needs()?, prompt: request.prompt })
    }

    pub(super) fn on_device(device: &'a OnDevice) -> Result<Self, Refused> {
        Ok(Self { client: &device.client, needs: vec![device.need()?], prompt: Prompt::Needed })
    }
}

/// What a user is asked for: whatever is missing, or all of it, and the scopes of OpenID Connect along with it.
struct Wanted {
    scopes: Vec<Permission>,
    roles: Vec<Permission>,
    anything: bool,
}

impl Asker<'_> {
    fn for_everybody(&self) -> bool {
        self.prompt == Prompt::AdminConsent
    }

    fn wanted(&self, ctx: &Ctx<'_>, who: SignedIn) -> Result<Wanted, Refused> {
        let registration = &self.client.registration;
        let forced = matches!(self.prompt, Prompt::Consent | Prompt::AdminConsent);
        let mut wanted = Wanted { scopes: Vec::new(), roles: Vec::new(), anything: forced };
        let mut add = |scope: Permission| {
            if !wanted.scopes.contains(&scope) {
                wanted.scopes.push(scope);
            }
        };
        for need in &self.needs {
            let (target, standing) = issue::standing(ctx, self.client, who.user, need)?;
            wanted.anything |= !standing.missing.is_empty();
            standing.missing.into_iter().for_each(&mut add);
            if forced {
                need.parts.iter().filter_map(|part| target.scope(part.value)).for_each(&mut add);
                if need.parts.iter().any(|part| part.is_default()) {
                    registration.delegated.iter().cloned().for_each(&mut add);
                }
            }
            let openid = need.openid;
            for name in openid.listed().chain(openid.offline.then_some("offline_access")) {
                add(Permission { resource: Guid::literal(GRAPH), value: name.into() });
            }
        }
        // Application permissions are asked for along with the static consent of an administrator only.
        if self.for_everybody() {
            wanted.roles.clone_from(&registration.permissions);
        }
        Ok(wanted)
    }

    fn may_consent(&self, ctx: &Ctx<'_>, who: SignedIn, wanted: &Wanted) -> bool {
        let right = right_of(ctx, who);
        let users_may = !ctx.reading.state.core().directory.policies.no_user_consent;
        right.covers_scopes(&wanted.scopes, users_may)
            && (!self.for_everybody() || (right > Consenting::User && right.covers_roles(&wanted.roles)))
    }

    /// What is asked for is beyond the user's right to consent.
    pub(super) fn is_beyond(&self, ctx: &Ctx<'_>, who: SignedIn) -> bool {
        self.wanted(ctx, who).is_ok_and(|wanted| wanted.anything && !self.may_consent(ctx, who, &wanted))
    }

    /// The page that asks, if anything must be asked.
    ///
    /// # Errors
    /// `prompt=none`, and something must be.
    pub(super) fn needed(
        &self,
        ctx: &Ctx<'_>,
        flow: &Flow,
        who: SignedIn,
    ) -> Result<Option<Answer>, Refused> {
        let wanted = self.wanted(ctx, who)?;
        if !wanted.anything || flow.consented {
            return Ok(None);
        }
        if self.prompt == Prompt::None {
            let (client, name) =
                (self.client.id().to_string(), self.client.registration.display_name.to_string());
            return Err(Refusal::ConsentRequired { client, name }.into());
        }
        Ok(Some(self.page(ctx, flow, who, &wanted)))
    }

    fn page(&self, ctx: &Ctx<'_>, flow: &Flow, who: SignedIn, wanted: &Wanted) -> Answer {
        let shared = Shared::of(ctx, flow);
        let card = Card::of(self.client);
        let right = right_of(ctx, who);
        let words = worded(ctx, &wanted.scopes, &wanted.roles, right > Consenting::User);
        let upn = &ctx.world().person(who.user).upn;
        if !self.may_consent(ctx, who, wanted) {
            let request_form = ctx.reading.state.core().directory.policies.consent_requests;
            let number = if request_form { 90095 } else { 90094 };
            ctx.note(format!("AADSTS{number}: an administrator must consent"));
            let frame = shared.frame(ctx, "Need admin approval");
            let page = NeedAdmin { frame, upn, app: card.shown(), permissions: shown(&words), request_form };
            return sent(ctx, StatusCode::OK, &page);
        }
        let page = Consent {
            frame: shared.frame(ctx, "Permissions requested"),
            upn,
            app: card.shown(),
            for_organization: self.for_everybody(),
            offer_organization: right == Consenting::Anything && !self.for_everybody(),
            permissions: shown(&words),
        };
        sent(ctx, StatusCode::OK, &page)
    }

    /// The user says yes; an administrator perhaps for everybody.
    ///
    /// # Errors
    /// The user may not.
    pub(super) fn accept(&self, ctx: &Ctx<'_>, who: SignedIn, everybody: bool) -> Result<(), Refused> {
        let wanted = self.wanted(ctx, who)?;
        if !self.may_consent(ctx, who, &wanted) {
            return Err(Refusal::AdminRequired.into());
        }
        let for_all = self.for_everybody() || (everybody && right_of(ctx, who) == Consenting::Anything);
        let user = (!for_all).then_some(who.user);
        give(ctx, self.client, user, wanted.scopes, wanted.roles, false, who)
    }
}

fn right_of(ctx: &Ctx<'_>, who: SignedIn) -> Consenting {
    delegation::consenting(&ctx.reading.state.core().roles(ctx.world(), who.user, ctx.now()))
}

fn give(
    ctx: &Ctx<'_>,
    client: &Client,
    user: Option<u32>,
    scopes: Vec<Permission>,
    roles: Vec<Permission>,
    replace: bool,
    who: SignedIn,
) -> Result<(), Refused> {
    // A client of another tenant gets its service principal here; the vendor's need none.
    let install = match client.app {
        Some(_) => None,
        None if client.first_party => None,
        None => client::home_of(ctx, client.id()).map(|(home, registration)| (registration, home)),
    };
    let (client, by) = (client.id(), By::Person(who.user));
    answers::submit(ctx, IdentityCommand::Consent { client, install, user, scopes, roles, replace, by })
}

/// A request of the admin consent endpoint.
pub(super) struct Admin {
    pub client: Client,
    reply: Reply,
    v2: bool,
    scope: String,
    scopes: Vec<Permission>,
    roles: Vec<Permission>,
}

/// The endpoint of version 2.0.
pub fn admin_v2(ctx: &Ctx<'_>) -> Handled {
    Ok(admin_consent(ctx, true))
}

/// The older endpoint, which knows no scopes.
pub fn admin_v1(ctx: &Ctx<'_>) -> Handled {
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
                flow::begin(ctx, Goal::AdminConsent { tenant: ctx.param("tenant").to_owned(), v2, query })
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
    let id = field(&form, "client_id").ok_or(Refusal::MissingParameter { name: "client_id" })?;
    let client = client::known(ctx, id, named)?;
    let known = &client.registration.redirects;
    let redirect = match field(&form, "redirect_uri") {
        Some(asked) if client.redirect(asked).is_some() => asked.to_owned(),
        Some(asked) => {
            return Err(Refusal::UnknownRedirect { redirect: asked.to_owned(), client: id.to_owned() }.into());
        }
        // The documentation of Cloud Apps gives a link without one.
        None => known.first().ok_or(Refusal::NoRedirect)?.uri.to_string(),
    };
    let state = form.get("state").map(str::to_owned);
    let reply = Reply { redirect, mode: Mode::Query, state };
    let scope = field(&form, "scope").unwrap_or_default().to_owned();
    let mut admin = Admin { client, reply, v2, scope, scopes: Vec::new(), roles: Vec::new() };
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
        let asked = Asked::read(&scope).map_err(|_| Refusal::InvalidScope { scope: scope.clone() })?;
        for part in &asked.parts {
            let target = client::target(ctx, part.resource)?;
            if part.is_default() {
                self.scopes.clone_from(&registration.delegated);
                self.roles.clone_from(&registration.permissions);
                continue;
            }
            let known = target.scope(part.value).ok_or_else(|| Refusal::UnknownScope {
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
        right > Consenting::User && right.covers_roles(&self.roles)
    }

    /// The page that asks an administrator, or tells somebody else to find one.
    pub(super) fn ask(&self, ctx: &Ctx<'_>, flow: &Flow, errand: &Errand, who: SignedIn) -> Answer {
        let shared = Shared::of(ctx, flow);
        let card = Card::of(errand.client());
        let words = worded(ctx, &self.scopes, &self.roles, true);
        let upn = &ctx.world().person(who.user).upn;
        if !self.may(ctx, who) {
            ctx.note("AADSTS90093: the user is no administrator who may consent to this");
            let frame = shared.frame(ctx, "Need admin approval");
            let page =
                NeedAdmin { frame, upn, app: card.shown(), permissions: shown(&words), request_form: false };
            return sent(ctx, StatusCode::OK, &page);
        }
        let page = Consent {
            frame: shared.frame(ctx, "Permissions requested"),
            upn,
            app: card.shown(),
            for_organization: true,
            offer_organization: false,
            permissions: shown(&words),
        };
        sent(ctx, StatusCode::OK, &page)
    }

    /// The administrator says yes.
    ///
    /// # Errors
    /// The user is none.
    pub(super) fn accept(&self, ctx: &Ctx<'_>, who: SignedIn) -> Result<Answer, Refused> {
        if !self.may(ctx, who) {
            return Err(Refusal::NotAdmin.into());
        }
        give(ctx, &self.client, None, self.scopes.clone(), self.roles.clone(), true, who)?;
        let tenant = ctx.reading.state.stamp().id.to_string();
        let mut parameters = vec![("admin_consent", "True"), ("tenant", tenant.as_str())];
        parameters.extend(self.reply.state.as_deref().map(|state| ("state", state)));
        if self.v2 && !self.scope.is_empty() {
            parameters.push(("scope", &self.scope));
        }
        let answer = self.reply.send(ctx, &parameters);
        Ok(session::remember(ctx, answer, who, self.client.id(), false))
    }

    /// Says no; the answer tells which tenant it was about.
    pub(super) fn refuse(&self, ctx: &Ctx<'_>, refused: &Refused, subcode: Option<&str>) -> Answer {
        ctx.note(refused.reason());
        let row = refused.row();
        let text = super::refusals::description(ctx, &refused.message());
        let tenant = ctx.reading.state.stamp().id.to_string();
        let mut parameters = vec![("error", row.code)];
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
