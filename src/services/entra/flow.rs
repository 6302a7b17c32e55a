//! Signing in, page by page: who, password, second factor, consent; what comes next is decided anew at every step.
//!
//! A page carries the whole flow, sealed; nothing is kept here. A program answers a page as a browser would: it posts
//! the hidden `flowToken`, the fields and the button `step` to the `action` of the form (see
//! [`pages`](super::pages)).
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/application-consent-experience>.

use http::StatusCode;

use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::identity::client::Client;
use crate::identity::seal::{Purpose, open, seal};
use crate::identity::signin::{self, SignInError};
use crate::model::ids::{Guid, Kind};
use crate::model::index::PersonIx;
use crate::model::time::{Span, VirtualTime};
use crate::portal::address;

use super::admin_consent::{self, Admin};
use super::authorize::{self, Prompt, Request};
use super::consent::ConsentAsker;
use super::device::{self, OnDevice};
use super::pages::{Account, CompanyMark, Enrol, Frame, Mfa, NewPassword, Password, Picker, SignIn, TINTS};
use super::people;
use super::personas;
use super::refusals::EntraRefusal;
use super::reply::{self, Failure, sent};
use super::sealed::{FLOW_LIFETIME, Flow, FlowGoal, SignedIn};
use super::wire::field;
use super::{Named, answers, hint, issue, session, tie};

/// What a flow leads to, read anew at every step.
pub(super) enum FlowTask {
    /// An answer of the authorize endpoint.
    Authorize(Box<Request>),
    /// An administrator's consent.
    Admin(Box<Admin>),
    /// A yes or no to a device.
    Device(Box<OnDevice>),
}

impl FlowTask {
    fn read(ctx: &Ctx<'_>, goal: &FlowGoal) -> Result<Self, Failure> {
        Ok(match goal {
            FlowGoal::Authorize { tenant, v2, query } => {
                Self::Authorize(Box::new(authorize::read(ctx, query, Named::of(tenant)?, *v2)?))
            }
            FlowGoal::AdminConsent { tenant, v2, query } => {
                Self::Admin(Box::new(admin_consent::read(ctx, query, Named::of(tenant)?, *v2)?))
            }
            FlowGoal::Device { code } => Self::Device(Box::new(device::read(ctx, code)?)),
        })
    }

    pub(super) fn client(&self) -> &Client {
        match self {
            Self::Authorize(request) => &request.client,
            Self::Admin(admin) => &admin.client,
            Self::Device(device) => &device.client,
        }
    }

    fn prompt(&self) -> Prompt {
        match self {
            Self::Authorize(request) => request.prompt,
            // These flows have no `prompt` parameter: an existing session is used, else the user signs in.
            Self::Admin(_) | Self::Device(_) => Prompt::Needed,
        }
    }

    fn login_hint(&self) -> Option<&str> {
        match self {
            Self::Authorize(request) => request.login_hint.as_deref(),
            Self::Admin(admin) => admin.login_hint.as_deref(),
            Self::Device(_) => None,
        }
    }

    fn max_age(&self) -> Option<Span> {
        match self {
            Self::Authorize(request) => request.max_age,
            Self::Admin(_) | Self::Device(_) => None,
        }
    }

    /// What stands against the sign-in of `who` for this.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub(super) fn admit(&self, ctx: &Ctx<'_>, who: SignedIn) -> Result<(), SignInError> {
        issue::admit(ctx, self.client(), who, self.resource(ctx))
    }

    /// The resource that conditions of access may be about.
    fn resource(&self, ctx: &Ctx<'_>) -> Option<Guid> {
        let of = |resource: &str| super::client::known_target(ctx, resource)?.ids().first().copied();
        match self {
            Self::Authorize(request) => of(request.needs().ok()?.first()?.resource),
            Self::Admin(_) => None,
            Self::Device(device) => of(device.need().ok()?.resource),
        }
    }

    /// Says no to whoever asks.
    pub(super) fn refuse(&self, ctx: &Ctx<'_>, refused: &Refused, subcode: Option<&str>) -> Answer {
        match self {
            Self::Authorize(request) => request.reply.refuse(ctx, refused, subcode),
            Self::Admin(admin) => admin.refuse(ctx, refused, subcode),
            Self::Device(device) => device.refuse(ctx, refused),
        }
    }
}

/// Begins a flow.
pub(super) fn begin(ctx: &Ctx<'_>, goal: FlowGoal) -> Answer {
    let flow = Flow {
        goal,
        user: None,
        who: None,
        other: false,
        keep: false,
        consented: false,
        issued: ctx.now(),
        serial: ctx.request_id,
    };
    let serial = flow.serial;
    match FlowTask::read(ctx, &flow.goal) {
        Ok(task) => tie::begin(ctx, go(ctx, flow, &task), serial),
        Err(failure) => failure.answer(ctx),
    }
}

/// `POST /{tenant}/login`: the answer to a page.
pub fn answered(ctx: &Ctx<'_>) -> Handled {
    if let Some(refused) = reply::posted_from_elsewhere(ctx) {
        return Ok(Failure::Page(refused).answer(ctx));
    }
    let form = Form::read(ctx.body());
    let token = field(&form, "flowToken").ok_or(EntraRefusal::MissingParameter { name: "flowToken".into() });
    let flow = token.map_err(Refused::from).and_then(|token| {
        open::<Flow>(ctx.view.state.identity(), Purpose::Flow, token).map_err(|error| {
            Refused::from(EntraRefusal::MalformedGrant).because(format!("field `flowToken`: {error}"))
        })
    });
    let known = |flow: &Flow| {
        flow.who.is_none_or(|who| who.is_somebody(ctx))
            && flow.user.is_none_or(|user| people::known(ctx, user))
    };
    let flow = match flow {
        Ok(flow) if !known(&flow) => {
            return Ok(Failure::Page(EntraRefusal::MalformedGrant.into()).answer(ctx));
        }
        Ok(flow) if !tie::holds(ctx, flow.serial) => {
            return Ok(Failure::Page(EntraRefusal::OtherBrowser.into()).answer(ctx));
        }
        Ok(flow) if ctx.now() - flow.issued < FLOW_LIFETIME => flow,
        Ok(_) => return Ok(Failure::Page(EntraRefusal::FlowExpired.into()).answer(ctx)),
        Err(refused) => return Ok(Failure::Page(refused).answer(ctx)),
    };
    Ok(match FlowTask::read(ctx, &flow.goal) {
        Ok(task) => answers::take(ctx, flow, &task, &form),
        Err(failure) => failure.answer(ctx),
    })
}

/// What comes next.
pub(super) fn go(ctx: &Ctx<'_>, flow: Flow, task: &FlowTask) -> Answer {
    match next(ctx, flow, task) {
        Ok(answer) => answer,
        Err(refused) => task.refuse(ctx, &refused, None),
    }
}

fn next(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask) -> Result<Answer, Refused> {
    let who = match flow.who {
        Some(who) => who,
        None => match choose(ctx, &mut flow, task)? {
            Chosen::Who(who) => who,
            Chosen::Page(answer) => return Ok(answer),
        },
    };
    flow.who = Some(who);
    flow.user = Some(who.user);
    let silent = task.prompt() == Prompt::None;
    let client = task.client();
    if let Err(error) = task.admit(ctx, who) {
        return stopped(ctx, flow, task, who, &error, silent);
    }
    let (answer, used) = match task {
        FlowTask::Authorize(request) => match ConsentAsker::of(request)?.needed(ctx, &flow, who)? {
            Some(page) => (page, None),
            None => (request.grant(ctx, who)?, Some(client.id())),
        },
        FlowTask::Admin(admin) => (admin.ask(ctx, &flow, task, who), None),
        FlowTask::Device(device) => (device.ask(ctx, &flow, who)?, None),
    };
    // The session cookie is set whether or not consent is given on the next page.
    Ok(session::remember(ctx, answer, who, used, flow.keep))
}

/// Something stands against a sign-in: the next page, or the end.
fn stopped(
    ctx: &Ctx<'_>,
    mut flow: Flow,
    task: &FlowTask,
    who: SignedIn,
    error: &SignInError,
    silent: bool,
) -> Result<Answer, Refused> {
    let resource = task.resource(ctx).map(|id| id.to_string()).unwrap_or_default();
    let refused = issue::refused(ctx, task.client(), &resource, error);
    if silent {
        return Err(refused);
    }
    let upn = people::upn(ctx, who.user);
    match error {
        SignInError::MfaRequired => Ok(mfa(ctx, &flow, upn, None)),
        SignInError::MfaUnregistered => {
            let shared = Shared::of(ctx, &flow);
            let frame = shared.frame(ctx, "More information required");
            let secret = ctx.ids().number(Kind::User, who.user.ordinal()).to_string();
            Ok(sent(ctx, StatusCode::OK, &Enrol { frame, upn, secret: &secret }))
        }
        // Whoever signed in too long ago signs in again.
        SignInError::Revoked { .. } | SignInError::TooOld { .. } => {
            flow.who = None;
            Ok(password(ctx, &flow, upn, None))
        }
        _ => Err(refused),
    }
}

enum Chosen {
    Who(SignedIn),
    Page(Answer),
}

/// Who signs in: somebody who has, if one is meant and need not say so again; else a page that asks.
fn choose(ctx: &Ctx<'_>, flow: &mut Flow, task: &FlowTask) -> Result<Chosen, Refused> {
    let prompt = task.prompt();
    // A browser that withholds cookies in frames shows none of its sessions to a hidden one.
    let framed = ctx.header("sec-fetch-dest").is_some_and(|dest| dest == "iframe" || dest == "frame");
    let withheld = framed && facts::directory(&ctx.view).policies.no_third_party_cookies;
    let known = if withheld || flow.other { Vec::new() } else { session::accounts(ctx) };
    let hinted = task.login_hint().and_then(|hint| hint::person(ctx, hint));
    let young = |since: VirtualTime| {
        task.max_age().is_none_or(|most| ctx.now() - since <= most && most > Span::default())
    };
    let meant: Vec<_> = known
        .iter()
        .filter(|account| hinted.is_none_or(|user| account.who.user == user) && young(account.who.since))
        .collect();
    match (prompt, meant.as_slice()) {
        (Prompt::None, [one]) => return Ok(Chosen::Who(one.who)),
        (Prompt::None, []) => return Err(EntraRefusal::NoSession.into()),
        (Prompt::None, _) => {
            return Err(Refused::from(EntraRefusal::Interaction)
                .because("several users are signed in: send a login_hint"));
        }
        (Prompt::Login, _) | (_, []) => {}
        (Prompt::Select, _) if flow.user.is_none() => return Ok(Chosen::Page(picker(ctx, flow))),
        (_, [one]) => return Ok(Chosen::Who(one.who)),
        (_, _) => return Ok(Chosen::Page(picker(ctx, flow))),
    }
    if prompt == Prompt::Select && flow.user.is_none() && !known.is_empty() {
        return Ok(Chosen::Page(picker(ctx, flow)));
    }
    let page = match hinted {
        // With a login hint the user name page is skipped.
        Some(user) if !flow.other => {
            flow.user = Some(user);
            password(ctx, flow, people::upn(ctx, user), None)
        }
        _ => sign_in(ctx, flow, task.login_hint().unwrap_or_default(), None),
    };
    Ok(Chosen::Page(page))
}

/// What the pages of a flow share.
pub(super) struct Shared {
    token: String,
    action: String,
}

impl Shared {
    /// That of this flow, as it stands.
    pub(super) fn of(ctx: &Ctx<'_>, flow: &Flow) -> Self {
        let identity = ctx.view.state.identity();
        // At the name that was asked: the browser has the flow's cookie there and nowhere else.
        let action = address::here(ctx, Service::Entra, &format!("/{}/login", identity.id));
        Self { token: seal(identity, Purpose::Flow, flow), action }
    }

    /// The frame of a page with this title.
    pub(super) fn frame<'s>(&'s self, ctx: &'s Ctx<'_>, title: &'s str) -> Frame<'s> {
        Frame {
            title,
            company: Some(company(ctx)),
            action: &self.action,
            flow_token: &self.token,
            notices: Vec::new(),
        }
    }
}

/// The company as pages mark it.
pub(super) fn company<'c>(ctx: &'c Ctx<'_>) -> CompanyMark<'c> {
    CompanyMark { name: &facts::company(&ctx.view).name, tint: facts::tint(&ctx.view, TINTS) }
}

/// Asks for the user name.
pub(super) fn sign_in(ctx: &Ctx<'_>, flow: &Flow, username: &str, error: Option<&str>) -> Answer {
    let shared = Shared::of(ctx, flow);
    let mut frame = shared.frame(ctx, "Sign in");
    frame.notices.push("The personas and their passwords are in GET /_mock/info.".to_owned());
    let personas = personas::offered(ctx, flow);
    sent(ctx, StatusCode::OK, &SignIn { frame, username, error, personas })
}

/// Asks for the password.
pub(super) fn password(ctx: &Ctx<'_>, flow: &Flow, upn: &str, error: Option<&str>) -> Answer {
    let shared = Shared::of(ctx, flow);
    let frame = shared.frame(ctx, "Enter password");
    let persona = flow.user.and_then(|user| personas::button(ctx, user));
    sent(ctx, StatusCode::OK, &Password { frame, upn, error, stay_signed_in: true, persona })
}

/// Asks for the second factor.
pub(super) fn mfa(ctx: &Ctx<'_>, flow: &Flow, upn: &str, error: Option<&str>) -> Answer {
    let shared = Shared::of(ctx, flow);
    let hint = format!("The simulated authenticator always shows {}.", signin::MFA_CODE);
    let frame = shared.frame(ctx, "Verify your identity");
    sent(ctx, StatusCode::OK, &Mfa { frame, upn, hint: &hint, error })
}

/// Asks for a new password.
pub(super) fn new_password(ctx: &Ctx<'_>, flow: &Flow, upn: &str, error: Option<&str>) -> Answer {
    let shared = Shared::of(ctx, flow);
    let frame = shared.frame(ctx, "Update your password");
    sent(ctx, StatusCode::OK, &NewPassword { frame, upn, error })
}

/// Asks which account.
fn picker(ctx: &Ctx<'_>, flow: &Flow) -> Answer {
    let shared = Shared::of(ctx, flow);
    let known = session::accounts(ctx);
    let account = |user: PersonIx| {
        let person = people::person(ctx, user);
        Account {
            name: &person.display_name,
            upn: &person.upn,
            signed_in: true,
            choice: person.id.to_string(),
        }
    };
    let accounts = known.iter().map(|known| account(known.who.user)).collect();
    let frame = shared.frame(ctx, "Pick an account");
    sent(ctx, StatusCode::OK, &Picker { frame, accounts })
}

/// A new session of somebody who has just given the password.
pub(super) fn signed_in(ctx: &Ctx<'_>, user: PersonIx) -> SignedIn {
    let ids = ctx.ids();
    let ordinal = ids.guid_ordinal(Kind::Request, ctx.request_id).unwrap_or_default();
    SignedIn { user, since: issue::since(ctx, user), mfa: false, session: ids.guid(Kind::Session, ordinal) }
}

/// The end of a flow that can't go on: a page.
pub(super) fn page_of(ctx: &Ctx<'_>, task: &FlowTask, refused: &Refused) -> Answer {
    reply::error_page(ctx, refused, Some(&task.client().registration.display_name))
}
