//! The authorize endpoints: what a client sends a browser to ask for.
//!
//! Reading a request trusts nothing until client and redirect URI are known to belong together: what is wrong before
//! is told by a page, what is wrong after by an answer at the redirect URI.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>,
//! <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>,
//! <https://learn.microsoft.com/entra/identity-platform/reply-url>, RFC 6749, RFC 7636.

use std::sync::Arc;

use http::Method;

use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::client::Client;
use crate::identity::pkce;
use crate::identity::redirect::with_query;
use crate::identity::scope::Asked;
use crate::identity::seal::{Purpose, seal};
use crate::identity::token::Proof;
use crate::model::registration::Platform;
use crate::model::time::Span;

use super::Named;
use super::client;
use super::flow;
use super::issue::{self, TokenRequest};
use super::need::{RequestedResource, consent_status};
use super::refusals::EntraRefusal;
use super::reply::{Failure, Mode, Reply};
use super::sealed::{Challenge, Code, FlowGoal, SignedIn};
use super::token::{can_challenge, id_claims};
use super::wire::field;

/// Parameters that must not stand twice.
const PARAMETERS: [&str; 13] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "resource",
    "response_mode",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "claims",
];

/// When the user must be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// When it is needed.
    Needed,
    /// Never.
    None,
    /// For the password.
    Login,
    /// For the account.
    Select,
    /// For consent.
    Consent,
    /// For an administrator's consent for everybody.
    AdminConsent,
}

/// A request of the authorize endpoint that can be trusted.
pub(super) struct Request {
    pub client: Client,
    pub v2: bool,
    pub reply: Reply,
    /// The redirect URI as the client must repeat it.
    redirect: String,
    page: bool,
    code: bool,
    id_token: bool,
    token: bool,
    /// The scope of version 2.0, or the resource of version 1.0.
    pub asked: String,
    nonce: Option<String>,
    challenge: Option<(Challenge, String)>,
    pub prompt: Prompt,
    pub login_hint: Option<String>,
    challenges: bool,
    client_info: bool,
    tell_time: bool,
    id_claims: Vec<Arc<str>>,
    /// How long ago the password may have been given.
    pub max_age: Option<Span>,
}

/// The endpoint of version 2.0.
pub fn v2(ctx: &Ctx<'_>) -> Handled {
    endpoint(ctx, true)
}

/// The endpoint of version 1.0.
pub fn v1(ctx: &Ctx<'_>) -> Handled {
    endpoint(ctx, false)
}

fn endpoint(ctx: &Ctx<'_>, v2: bool) -> Handled {
    let query = parameters(ctx);
    let named = match Named::read(ctx) {
        Ok(named) => named,
        Err(refused) => return Ok(Failure::Page(refused).answer(ctx)),
    };
    Ok(match read(ctx, &query, named, v2) {
        Ok(request) => {
            let ordered = client::ordered(ctx, &request.client.id().to_string());
            if let Some(ordered) = ordered {
                return Ok(request.reply.refuse_by(
                    ctx,
                    ordered.row,
                    &super::refusals::plain(ordered.row),
                    None,
                ));
            }
            let tenant = ctx.param("tenant").to_owned();
            flow::begin(ctx, FlowGoal::Authorize { tenant, v2, query })
        }
        Err(failure) => failure.answer(ctx),
    })
}

/// The parameters of a request, which may also be posted as a form: spelled anew then, since they travel on as the
/// query of an address.
pub(super) fn parameters(ctx: &Ctx<'_>) -> String {
    if ctx.request.method() != Method::POST {
        return ctx.query().to_owned();
    }
    let form = Form::read(ctx.body());
    let fields: Vec<(&str, &str)> = form.fields().collect();
    with_query("", &fields).trim_start_matches('?').to_owned()
}

/// Reads a request.
///
/// # Errors
/// See [`Failure`].
pub(super) fn read(ctx: &Ctx<'_>, query: &str, named: Named, v2: bool) -> Result<Request, Failure> {
    let form = Form::read(query.as_bytes());
    if let Some(name) =
        PARAMETERS.into_iter().find(|name| form.fields().filter(|(known, _)| known == name).count() > 1)
    {
        return Err(EntraRefusal::DuplicateParameter { name: name.into() }.into());
    }
    let id = field(&form, "client_id").ok_or(EntraRefusal::MissingParameter { name: "client_id".into() })?;
    let client = client::known_at_pages(ctx, id, named)?;
    let (redirect, platform) = redirect(ctx, &client, field(&form, "redirect_uri"), id)?;
    let state = form.get("state").map(str::to_owned);
    // Refusals go the way that was asked for, too, or else the usual one.
    let asked_type = field(&form, "response_type").unwrap_or_default();
    let implicit = asked_type.split(' ').any(|part| part.ends_with("token"));
    let mode = Mode::read(field(&form, "response_mode"), implicit).unwrap_or(Mode::usual(implicit));
    let reply = Reply { redirect: redirect.clone(), mode, state };
    let request = Request {
        v2,
        redirect,
        page: platform == Platform::Spa,
        code: false,
        id_token: false,
        token: false,
        asked: String::new(),
        nonce: field(&form, "nonce").map(str::to_owned),
        challenge: None,
        prompt: Prompt::Needed,
        login_hint: field(&form, "login_hint").map(str::to_owned),
        challenges: can_challenge(field(&form, "claims")),
        client_info: field(&form, "client_info") == Some("1"),
        max_age: None,
        tell_time: field(&form, "max_age").is_some() || asks_for_time(field(&form, "claims")),
        id_claims: id_claims(field(&form, "claims")),
        reply: reply.clone(),
        client,
    };
    request.completed(ctx, &form).map_err(|refused| Failure::Redirect(reply, refused))
}

/// The redirect URI that is meant, and the platform it is registered for.
fn redirect(
    ctx: &Ctx<'_>,
    client: &Client,
    asked: Option<&str>,
    id: &str,
) -> Result<(String, Platform), Refused> {
    let known = &client.registration.redirects;
    match asked {
        Some(asked) => match client::redirect(ctx, client, asked) {
            Some(known) => Ok((asked.to_owned(), known.platform)),
            None if known.is_empty() => Err(EntraRefusal::NoRedirect.into()),
            None => {
                let uris: Vec<&str> = known.iter().map(|redirect| &*redirect.uri).collect();
                let refusal =
                    EntraRefusal::UnknownRedirect { redirect: asked.to_owned(), client: id.to_owned() };
                Err(Refused::from(refusal).because(format!("registered are: {}", uris.join(", "))))
            }
        },
        None => match known.first() {
            Some(first) => Ok((first.uri.to_string(), first.platform)),
            None => Err(EntraRefusal::NoRedirect.into()),
        },
    }
}

/// The claims parameter asks when the password was given.
fn asks_for_time(claims: Option<&str>) -> bool {
    let read = |text: &str| serde_json::from_slice::<serde_json::Value>(text.as_bytes()).ok();
    claims.and_then(read).is_some_and(|claims| claims.pointer("/id_token/auth_time").is_some())
}

impl Request {
    fn completed(mut self, ctx: &Ctx<'_>, form: &Form) -> Result<Self, Refused> {
        self.read_response(form)?;
        self.read_scope(ctx, form)?;
        self.read_challenge(form)?;
        if let Some(text) = field(form, "max_age") {
            // Not in the documentation of the service; as OpenID Connect Core 1.0, 3.1.2.1, has it (unverified).
            let seconds = text.parse::<u32>().map_err(|_| {
                Refused::from(EntraRefusal::BadParameter { name: "max_age".into(), value: text.to_owned() })
            })?;
            self.max_age = Some(Span::seconds(i64::from(seconds)));
        }
        self.prompt = match field(form, "prompt") {
            None => Prompt::Needed,
            Some("none") => Prompt::None,
            Some("login" | "create") => Prompt::Login,
            Some("select_account") => Prompt::Select,
            Some("consent") => Prompt::Consent,
            Some("admin_consent") if !self.v2 => Prompt::AdminConsent,
            Some(other) => {
                return Err(
                    EntraRefusal::BadParameter { name: "prompt".into(), value: other.to_owned() }.into()
                );
            }
        };
        Ok(self)
    }

    fn read_response(&mut self, form: &Form) -> Result<(), Refused> {
        let given = field(form, "response_type")
            .ok_or(EntraRefusal::MissingParameter { name: "response_type".into() })?;
        for part in given.split(' ').filter(|part| !part.is_empty()) {
            match part {
                "code" => self.code = true,
                "id_token" => self.id_token = true,
                "token" => self.token = true,
                _ => return Err(EntraRefusal::UnsupportedResponseType { given: given.to_owned() }.into()),
            }
        }
        let nothing = !(self.code || self.id_token || self.token);
        if nothing || self.v2 && self.token && !self.id_token && !self.code {
            return Err(EntraRefusal::UnsupportedResponseType { given: given.to_owned() }.into());
        }
        let implicit = self.id_token || self.token;
        let mode = field(form, "response_mode");
        if Mode::read(mode, implicit).is_none() {
            let mode = mode.unwrap_or_default().to_owned();
            return Err(EntraRefusal::UnsupportedResponseMode { mode }.into());
        }
        if implicit && !self.client.registration.implicit {
            return Err(EntraRefusal::NoImplicit.into());
        }
        if self.id_token && self.nonce.is_none() {
            return Err(EntraRefusal::MissingParameter { name: "nonce".into() }.into());
        }
        Ok(())
    }

    fn read_scope(&mut self, ctx: &Ctx<'_>, form: &Form) -> Result<(), Refused> {
        if !self.v2 {
            self.asked =
                field(form, "resource").unwrap_or(crate::catalogue::resources::AZURE_AD_GRAPH).to_owned();
            client::target(ctx, &self.asked)?;
            return Ok(());
        }
        let lenient = facts::directory(&ctx.view).policies.lenient_resource;
        if field(form, "resource").is_some() && !lenient {
            return Err(EntraRefusal::ResourceParameter.into());
        }
        let scope = field(form, "scope").ok_or(EntraRefusal::MissingParameter { name: "scope".into() })?;
        Asked::read(scope).map_err(|_| EntraRefusal::InvalidScope { scope: scope.to_owned() })?;
        self.asked = scope.to_owned();
        // Resources and scopes that are not there are refused before anybody signs in.
        for need in self.needs()? {
            consent_status(ctx, &self.client, None, &need)?;
        }
        Ok(())
    }

    fn read_challenge(&mut self, form: &Form) -> Result<(), Refused> {
        let Some(challenge) = field(form, "code_challenge") else {
            if self.page && self.code {
                return Err(EntraRefusal::ChallengeRequired.into());
            }
            return Ok(());
        };
        let method = field(form, "code_challenge_method");
        let method = pkce::Method::read(method).ok_or_else(|| {
            let value = method.unwrap_or_default().to_owned();
            EntraRefusal::BadParameter { name: "code_challenge_method".into(), value }
        })?;
        pkce::check_challenge(challenge)
            .map_err(|error| Refused::from(EntraRefusal::BadChallenge).because(error.to_string()))?;
        self.challenge = Some((method.into(), challenge.to_owned()));
        Ok(())
    }

    /// What is asked for, resource by resource; the first is the one that a token of this endpoint is for.
    pub(super) fn needs(&self) -> Result<Vec<RequestedResource<'_>>, Refused> {
        if !self.v2 {
            return Ok(vec![RequestedResource::of_resource(&self.asked)]);
        }
        let asked =
            Asked::read(&self.asked).map_err(|_| EntraRefusal::InvalidScope { scope: self.asked.clone() })?;
        let mut needs: Vec<RequestedResource<'_>> = Vec::new();
        for part in &asked.parts {
            match needs.iter_mut().find(|need| part.is_of(need.resource)) {
                Some(need) => need.parts.push(*part),
                None => needs.push(RequestedResource {
                    text: self.asked.clone(),
                    v2: true,
                    resource: part.resource,
                    parts: vec![*part],
                    openid: asked.openid,
                }),
            }
        }
        if needs.is_empty() {
            needs.push(RequestedResource {
                text: self.asked.clone(),
                v2: true,
                resource: "",
                parts: Vec::new(),
                openid: asked.openid,
            });
        }
        Ok(needs)
    }

    /// The answer for somebody who has signed in and against whom nothing stands.
    ///
    /// # Errors
    /// What stands against a token of this endpoint.
    pub(super) fn grant(&self, ctx: &Ctx<'_>, who: SignedIn) -> Result<Answer, Refused> {
        let code = self.code.then(|| self.code_for(ctx, who));
        let need = self
            .needs()?
            .into_iter()
            .next()
            .ok_or(EntraRefusal::MissingParameter { name: "scope".into() })?;
        let request = TokenRequest {
            challenges: self.challenges,
            nonce: self.nonce.as_deref(),
            tell_time: self.tell_time,
            id_claims: self.id_claims.clone(),
            client_info: self.client_info,
            refreshable: false,
            fragment: self.reply.mode == Mode::Fragment,
            ..TokenRequest::of(&self.client, Proof::None, who, self.v2, need)
        };
        let access = if self.token { Some(issue::access(ctx, &request)?.1) } else { None };
        let access_token = access.as_ref().map(|(_, token)| token.as_str());
        let id_token = self.id_token.then(|| issue::id_token(ctx, &request, code.as_deref(), access_token));
        let info = self.client_info.then(|| issue::client_info(ctx, who));
        let session = who.session.to_string();
        let lifetime = access.as_ref().map(|(claims, _)| (claims.exp - claims.iat).to_string());
        let scope = access.as_ref().and_then(|(claims, _)| claims.scp.clone());
        let parameters = [
            ("code", code.as_deref()),
            ("access_token", access_token),
            ("token_type", access_token.map(|_| "Bearer")),
            ("expires_in", lifetime.as_deref()),
            ("scope", scope.as_deref()),
            ("id_token", id_token.as_deref()),
            ("client_info", info.as_deref()),
            ("state", self.reply.state.as_deref()),
            ("session_state", Some(session.as_str())),
        ];
        let parameters: Vec<(&str, &str)> =
            parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        Ok(self.reply.send(ctx, &parameters))
    }

    fn code_for(&self, ctx: &Ctx<'_>, who: SignedIn) -> String {
        let content = Code {
            client: self.client.id(),
            who,
            redirect: self.redirect.clone(),
            asked: self.asked.clone(),
            v2: self.v2,
            challenge: self.challenge.clone(),
            nonce: self.nonce.clone(),
            issued: ctx.now(),
            page: self.page,
            challenges: self.challenges,
            tell_time: self.tell_time,
            id_claims: self.id_claims.clone(),
            serial: ctx.request_id,
        };
        seal(ctx.view.state.identity(), Purpose::Code, &content)
    }
}
