//! Consent: the page that asks a user for what an application wants.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/application-consent-experience>,
//! <https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent>.

use http::StatusCode;

use crate::catalogue::copilot;
use crate::catalogue::permissions;
use crate::catalogue::resources;
use crate::catalogue::resources::GRAPH;
use crate::facts::{self, PersonFacts};
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::delegation::{self, Consenting};
use crate::identity::resources::Target;
use crate::model::command::By;
use crate::model::identity::IdentityCommand;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::registration::Permission;

use super::authorize::{Prompt, Request};
use super::device::OnDevice;
use super::flow::Shared;
use super::need::{self, RequestedResource};
use super::pages::{self, AppCard, Consent, NeedAdmin};
use super::people;
use super::refusals::EntraRefusal;
use super::reply::sent;
use super::sealed::{Flow, SignedIn};
use super::{answers, client};

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
            publisher: (client.first_party || client.id() == Guid::literal(copilot::API))
                .then_some("Microsoft"),
        }
    }

    pub(super) fn shown(&self) -> AppCard<'_> {
        let verified = self.publisher.is_some();
        AppCard { name: &self.name, publisher: self.publisher, verified, app_id: &self.id, host: &self.host }
    }
}

/// A permission with the words for it, as pages show it.
pub(super) struct PermissionText {
    title: String,
    description: String,
    permission: Permission,
    id: Option<&'static str>,
    resource: String,
    resource_id: String,
    application: bool,
}

/// The words for delegated and application permissions; those for administrators differ.
pub(super) fn worded(
    ctx: &Ctx<'_>,
    scopes: &[Permission],
    roles: &[Permission],
    admin: bool,
) -> Vec<PermissionText> {
    let scopes = scopes.iter().map(|scope| {
        let (title, description) = match permissions::delegated(&scope.resource.to_string(), &scope.value) {
            Some(words) if admin => (words.admin_consent_display_name, words.admin_consent_description),
            Some(words) => (words.user_consent_display_name, words.user_consent_description),
            None => match resources::by_id(scope.resource) {
                Some(_) => (&*scope.value, ""),
                None => {
                    ("Use this application as you", "Allows the app to do at this API what you may do there.")
                }
            },
        };
        // Many of the vendor's permissions have no description in the catalogue, only names.
        let description = match (description, resources::by_id(scope.resource)) {
            ("", Some(known)) => format!("Use {} as you, as far as this permission goes.", known.name),
            (words, _) => words.to_owned(),
        };
        PermissionText::new(ctx, scope, title, &description, false)
    });
    let roles = roles.iter().map(|role| {
        let (title, description) = match permissions::application(&role.resource.to_string(), &role.value) {
            Some(words) => (words.display_name, words.description),
            None => ("Use this application as itself", "Allows the app to act at this API in its own name."),
        };
        let description = match (description, resources::by_id(role.resource)) {
            ("", Some(known)) => {
                format!("Use {} in its own right, as far as this permission goes.", known.name)
            }
            (words, _) => words.to_owned(),
        };
        PermissionText::new(ctx, role, title, &description, true)
    });
    scopes.chain(roles).collect()
}

impl PermissionText {
    fn new(
        ctx: &Ctx<'_>,
        permission: &Permission,
        title: &str,
        description: &str,
        application: bool,
    ) -> Self {
        let (known, value) = (resources::by_id(permission.resource), &*permission.value);
        let resource_id = permission.resource.to_string();
        let resource = match known {
            Some(known) => known.name.to_owned(),
            None => facts::directory(&ctx.view)
                .app(permission.resource)
                .map_or_else(|| resource_id.clone(), |(_, app)| app.registration.display_name.to_string()),
        };
        let listed = known.and_then(|known| known.permissions().iter().find(|one| one.value == value));
        // Some resources publish no title but the value: what says it in words is the description.
        let in_words = if title.eq_ignore_ascii_case(value) { description } else { title };
        Self {
            title: in_words.trim_end_matches('.').to_owned(),
            description: description.to_owned(),
            id: listed.and_then(|one| if application { one.application } else { one.delegated }),
            permission: permission.clone(),
            resource,
            resource_id,
            application,
        }
    }
}

/// The words as a page takes them.
pub(super) fn shown(worded: &[PermissionText]) -> Vec<pages::ResourceGroup<'_>> {
    let permissions = worded.iter().map(|words| pages::Permission {
        title: &words.title,
        description: &words.description,
        value: &words.permission.value,
        id: words.id,
        resource: &words.resource,
        resource_id: &words.resource_id,
        access: permissions::access(&words.permission.value),
        application: words.application,
    });
    pages::grouped(permissions.collect())
}

/// Who asks a user for consent: an application in a browser, or on a device.
pub(super) struct ConsentAsker<'a> {
    client: &'a Client,
    needs: Vec<RequestedResource<'a>>,
    prompt: Prompt,
}

impl<'a> ConsentAsker<'a> {
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
    /// APIs that know the client, and what they need themselves: who consents to the client consents to them too.
    behind: Vec<(Client, Vec<Permission>)>,
    /// Something of it was not consented to yet.
    missing: bool,
}

impl Wanted {
    /// The delegated permissions of the client and of the APIs behind it.
    fn all_scopes(&self) -> Vec<Permission> {
        let mut all = self.scopes.clone();
        for scope in self.behind.iter().flat_map(|(_, scopes)| scopes) {
            if !all.contains(scope) {
                all.push(scope.clone());
            }
        }
        all
    }
}

impl ConsentAsker<'_> {
    fn for_everybody(&self) -> bool {
        self.prompt == Prompt::AdminConsent
    }

    /// The page is shown even where everything was granted.
    fn is_forced(&self) -> bool {
        matches!(self.prompt, Prompt::Consent | Prompt::AdminConsent)
    }

    fn wanted(&self, ctx: &Ctx<'_>, who: SignedIn) -> Result<Wanted, Refused> {
        let registration = &self.client.registration;
        let forced = self.is_forced();
        let mut wanted = Wanted { scopes: Vec::new(), roles: Vec::new(), behind: Vec::new(), missing: false };
        let mut add = |scope: Permission| {
            if !wanted.scopes.contains(&scope) {
                wanted.scopes.push(scope);
            }
        };
        for need in &self.needs {
            let (target, status) = need::consent_status(ctx, self.client, Some(who.user), need)?;
            wanted.missing |= !status.missing.is_empty();
            status.missing.into_iter().for_each(&mut add);
            if forced {
                need.parts.iter().filter_map(|part| target.scope(part.value)).for_each(&mut add);
                if need.parts.iter().any(|part| part.is_default()) {
                    registration.delegated.iter().cloned().for_each(&mut add);
                }
            }
            wanted.behind.extend(self.behind(ctx, target, need));
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

    /// The API that is asked for as a whole, if it knows the client.
    /// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow#default-and-combined-consent>
    fn behind(
        &self,
        ctx: &Ctx<'_>,
        target: Target<'_>,
        need: &RequestedResource<'_>,
    ) -> Option<(Client, Vec<Permission>)> {
        let api = target.own().filter(|api| api.known_clients.contains(&self.client.id()))?;
        let whole = need.parts.iter().any(|part| part.is_default());
        let found = whole.then(|| client::find(ctx, &api.client_id.to_string()))??;
        Some((found, api.delegated.clone()))
    }

    fn may_consent(&self, ctx: &Ctx<'_>, who: SignedIn, wanted: &Wanted) -> bool {
        let right = right_of(ctx, who);
        let users_may = !facts::directory(&ctx.view).policies.no_user_consent;
        right.covers_scopes(&wanted.all_scopes(), users_may)
            && (!self.for_everybody() || (right > Consenting::User && right.covers_roles(&wanted.roles)))
    }

    /// What is asked for is beyond the user's right to consent.
    pub(super) fn is_beyond(&self, ctx: &Ctx<'_>, who: SignedIn) -> bool {
        self.wanted(ctx, who)
            .is_ok_and(|wanted| (wanted.missing || self.is_forced()) && !self.may_consent(ctx, who, &wanted))
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
        // That something was answered with yes in this flow spares only what is asked for without need: what is
        // missing is missing, whoever says so.
        if !wanted.missing && (flow.consented || !self.is_forced()) {
            return Ok(None);
        }
        if self.prompt == Prompt::None {
            let (client, name) =
                (self.client.id().to_string(), self.client.registration.display_name.to_string());
            return Err(EntraRefusal::ConsentRequired { client, name }.into());
        }
        Ok(Some(self.page(ctx, flow, who, &wanted)))
    }

    fn page(&self, ctx: &Ctx<'_>, flow: &Flow, who: SignedIn, wanted: &Wanted) -> Answer {
        let shared = Shared::of(ctx, flow);
        let card = Card::of(self.client);
        let right = right_of(ctx, who);
        let words = worded(ctx, &wanted.all_scopes(), &wanted.roles, right > Consenting::User);
        let upn = people::upn(ctx, who.user);
        if !self.may_consent(ctx, who, wanted) {
            let request_form = facts::directory(&ctx.view).policies.consent_requests;
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
            statement: &[],
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
            return Err(EntraRefusal::AdminRequired.into());
        }
        let for_all = self.for_everybody() || (everybody && right_of(ctx, who) == Consenting::Anything);
        let user = (!for_all).then_some(who.user);
        for (api, scopes) in wanted.behind {
            give(ctx, &api, user, scopes, Vec::new(), false, who)?;
        }
        give(ctx, self.client, user, wanted.scopes, wanted.roles, false, who)
    }
}

/// How far somebody's right to consent goes.
pub(super) fn right_of(ctx: &Ctx<'_>, who: SignedIn) -> Consenting {
    let roles = PersonFacts::of(&ctx.view, who.user).map(|user| user.roles()).unwrap_or_default();
    delegation::consenting(&roles)
}

/// Gives the command by which consent is written down.
///
/// # Errors
/// What stands against it.
pub(super) fn give(
    ctx: &Ctx<'_>,
    client: &Client,
    user: Option<PersonIx>,
    scopes: Vec<Permission>,
    roles: Vec<Permission>,
    replace: bool,
    who: SignedIn,
) -> Result<(), Refused> {
    // A client of another tenant gets its service principal here; the vendor's need none.
    let install = match client.app {
        Some(_) => None,
        None if client.first_party => None,
        None => client::origin_of(ctx, client.id()).map(|(home, registration)| (registration, home)),
    };
    let (client, by) = (client.id(), By::Person(who.user));
    answers::submit(ctx, IdentityCommand::Consent { client, install, user, scopes, roles, replace, by })
}
