//! What people answer on the pages of a flow.

use http::StatusCode;

use crate::facts;
use crate::gateway::form::Form;
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::identity::signin::{self, SignInError};
use crate::model::command::Command;
use crate::model::directory::Mfa;
use crate::model::identity::{AccountChange, IdentityCommand};
use crate::model::ids::Guid;

use super::consent::{Card, ConsentAsker};
use super::flow::{self, FlowTask, Shared};
use super::issue;
use super::pages::RequestSent;
use super::people;
use super::personas;
use super::refusals::EntraRefusal;
use super::reply::{go, sent};
use super::sealed::{Flow, FlowGoal, SignedIn};
use super::session;
use super::wire::field;
use crate::model::index::PersonIx;

/// Characters that a new password has at least.
const SHORTEST_PASSWORD: usize = 8;

/// Characters of a reason for a request.
const LONGEST_REASON: usize = 500;

/// Takes the answer of a page.
pub(super) fn take(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form) -> Answer {
    if let Some(choice) = field(form, "account") {
        return picked(ctx, flow, task, choice);
    }
    if let Some(name) = field(form, "persona") {
        return persona(ctx, flow, task, form, name);
    }
    match field(form, "step").unwrap_or("password") {
        "username" => username(ctx, flow, task, form),
        "password" => password(ctx, flow, task, form),
        "mfa" => second_factor(ctx, flow, task, form),
        "enrol" => enrol(ctx, flow, task),
        "newpassword" => new_password(ctx, flow, task, form),
        "restart" => {
            flow = Flow { user: None, who: None, other: true, consented: false, ..flow };
            flow::sign_in(ctx, &flow, "", None)
        }
        "accept" => accept(ctx, flow, task, form),
        "request" => request(ctx, &flow, task, form),
        "cancel" => cancel(ctx, &flow, task),
        step => {
            let value = step.to_owned();
            flow::page_of(ctx, task, &EntraRefusal::BadParameter { name: "step".into(), value }.into())
        }
    }
}

fn picked(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, choice: &str) -> Answer {
    if choice == "other" {
        flow.other = true;
        return flow::sign_in(ctx, &flow, "", None);
    }
    let id: Option<Guid> = choice.parse().ok();
    let user = id.and_then(|id| people::by_id(ctx, id));
    let known = session::accounts(ctx).into_iter().find(|known| Some(known.who.user) == user);
    match (known, user) {
        (Some(known), _) => {
            flow.who = Some(known.who);
            flow.consented = false;
            flow::go(ctx, flow, task)
        }
        // The session has ended meanwhile: the password is asked for again.
        (None, Some(user)) => {
            flow.user = Some(user);
            flow::password(ctx, &flow, people::upn(ctx, user), None)
        }
        (None, None) => flow::sign_in(ctx, &flow, "", None),
    }
}

/// The user name: of this tenant, or of another one of this server.
fn username(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form) -> Answer {
    let name = field(form, "login").unwrap_or_default().trim();
    if let Some(user) = people::by_upn(ctx, name) {
        flow.user = Some(user);
        return flow::password(ctx, &flow, people::upn(ctx, user), None);
    }
    unknown(ctx, &flow, task, name)
}

/// Nobody of this tenant has that name.
fn unknown(ctx: &Ctx<'_>, flow: &Flow, task: &FlowTask, name: &str) -> Answer {
    let company = facts::company(&ctx.view);
    let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
    let elsewhere = ctx.gateway.registry.by_domain(domain);
    let own = ctx.view.state.identity().id;
    if let Some(entry) = elsewhere
        .filter(|entry| entry.tenant.identity().id != own && !domain.eq_ignore_ascii_case(&company.domain))
    {
        if let Some((path, query)) = anywhere(&flow.goal) {
            // The same request at the user's own tenant.
            let path = format!("/{}{path}?{query}", entry.tenant.identity().id);
            let hint = if query.contains("login_hint=") {
                String::new()
            } else {
                crate::identity::redirect::with_query("", &[("login_hint", name)])
                    .trim_start_matches('?')
                    .to_owned()
            };
            let to = if hint.is_empty() { path } else { format!("{path}&{hint}") };
            return go(ctx, &ctx.url(Service::Entra, &to));
        }
        let refusal = EntraRefusal::ForeignUser { user: name.to_owned(), directory: company.name.clone() };
        return flow::page_of(ctx, task, &refusal.into());
    }
    let refusal = EntraRefusal::UnknownUser { user: name.to_owned(), directory: company.name.clone() };
    let refused = Refused::from(refusal);
    super::refusals::note(ctx, &refused);
    let told = "We couldn't find an account with that username. (AADSTS50034)";
    flow::sign_in(ctx, flow, name, Some(told))
}

/// Path behind the tenant, and parameters, of a flow that is for users of any tenant.
fn anywhere(goal: &FlowGoal) -> Option<(&'static str, &str)> {
    let (tenant, path, query) = goal.began()?;
    let any = ["common", "organizations"].iter().any(|word| tenant.eq_ignore_ascii_case(word));
    any.then_some((path, query))
}

fn password(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form) -> Answer {
    let name = field(form, "login").unwrap_or_default().trim();
    let named = if name.is_empty() { None } else { people::by_upn(ctx, name) };
    let Some(user) = named.or(flow.user.filter(|_| name.is_empty())) else {
        return unknown(ctx, &flow, task, name);
    };
    flow.user = Some(user);
    let given = field(form, "passwd").unwrap_or_default();
    tried(ctx, flow, task, form, user, given)
}

/// A click on a test user: the known password, judged like one that was typed.
fn persona(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form, name: &str) -> Answer {
    let Some(user) = personas::named(ctx, name) else {
        let value = name.to_owned();
        return flow::page_of(
            ctx,
            task,
            &EntraRefusal::BadParameter { name: "persona".into(), value }.into(),
        );
    };
    flow.user = Some(user);
    match personas::known_password(ctx, user) {
        Some(known) => tried(ctx, flow, task, form, user, known),
        None => flow::password(ctx, &flow, people::upn(ctx, user), None),
    }
}

/// What a password leads to.
fn tried(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form, user: PersonIx, given: &str) -> Answer {
    flow.keep = field(form, "kmsi") == Some("true");
    let upn = people::upn(ctx, user);
    let again = |told: &str| flow::password(ctx, &flow, upn, Some(told));
    match issue::password(ctx, user, given) {
        Ok(()) => {
            flow.who = Some(flow::signed_in(ctx, user));
            flow.consented = false;
            flow::go(ctx, flow, task)
        }
        Err(SignInError::PasswordExpired) => flow::new_password(ctx, &flow, upn, None),
        Err(error) => {
            let refused = issue::refused(ctx, task.client(), "", &error);
            super::refusals::note(ctx, &refused);
            let told = match error {
                SignInError::Disabled => {
                    "Your account has been locked. Contact your support person to unlock it, then try again. (AADSTS50057)"
                }
                SignInError::Locked => {
                    "Your account is temporarily locked to prevent unauthorized use. Try again later. (AADSTS50053)"
                }
                _ => "Your account or password is incorrect. (AADSTS50126)",
            };
            again(told)
        }
    }
}

fn second_factor(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form) -> Answer {
    let Some(mut who) = flow.who else { return flow::sign_in(ctx, &flow, "", None) };
    let given = field(form, "otc").unwrap_or_default();
    if given.trim() != signin::MFA_CODE {
        let upn = people::upn(ctx, who.user);
        return flow::mfa(
            ctx,
            &flow,
            upn,
            Some("You didn't enter the expected verification code. (AADSTS500121)"),
        );
    }
    who.mfa = true;
    flow.who = Some(who);
    flow::go(ctx, flow, task)
}

/// The user registers the simulated authenticator, which is a second factor at once: only who has none yet.
fn enrol(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask) -> Answer {
    let Some(mut who) = flow.who else { return flow::sign_in(ctx, &flow, "", None) };
    // Who has one already, or needs none, can't get past it by registering another.
    if !matches!(task.admit(ctx, who), Err(SignInError::MfaUnregistered)) {
        return flow::go(ctx, flow, task);
    }
    let change = AccountChange { mfa: Some(Mfa::Required), ..AccountChange::default() };
    if let Err(denied) = set_user(ctx, who.user, change) {
        return flow::page_of(ctx, task, &denied);
    }
    who.mfa = true;
    flow.who = Some(who);
    flow::go(&ctx.refreshed(), flow, task)
}

fn set_user(ctx: &Ctx<'_>, user: PersonIx, change: AccountChange) -> Result<(), Refused> {
    submit(ctx, IdentityCommand::SetUser { user, change: change.into() })
}

/// Gives a command; what stands against it is told as the page of a broken flow.
pub(super) fn submit(ctx: &Ctx<'_>, command: IdentityCommand) -> Result<(), Refused> {
    let given = ctx.submit(Command::Directory(command));
    given.map(|_| ()).map_err(|denied| Refused::from(EntraRefusal::InvalidGrant).because(denied.to_string()))
}

fn new_password(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form) -> Answer {
    let Some(user) = flow.user else { return flow::sign_in(ctx, &flow, "", None) };
    let upn = people::upn(ctx, user);
    let value = |name| field(form, name).unwrap_or_default();
    let (old, new, again) = (value("passwd"), value("newpasswd"), value("confirmpasswd"));
    let wrong = match issue::password(ctx, user, old) {
        Ok(()) | Err(SignInError::PasswordExpired) if new != again => {
            Some("The passwords you entered don't match.")
        }
        Ok(()) | Err(SignInError::PasswordExpired) if new == old => {
            Some("You can't use a password that you used before.")
        }
        Ok(()) | Err(SignInError::PasswordExpired) if new.chars().count() < SHORTEST_PASSWORD => {
            Some("The password must have at least 8 characters.")
        }
        Ok(()) | Err(SignInError::PasswordExpired) => None,
        Err(_) => Some("Your current password is incorrect. (AADSTS50126)"),
    };
    if let Some(told) = wrong {
        return flow::new_password(ctx, &flow, upn, Some(told));
    }
    let change = AccountChange { password: Some(new.into()), ..AccountChange::default() };
    if let Err(denied) = set_user(ctx, user, change) {
        return flow::page_of(ctx, task, &denied);
    }
    let ctx = ctx.refreshed();
    flow.who = Some(flow::signed_in(&ctx, user));
    flow::go(&ctx, flow, task)
}

/// Who answers a question, if nothing stands against him: a form can be posted before its page was shown.
fn admitted(ctx: &Ctx<'_>, flow: &Flow, task: &FlowTask) -> Option<SignedIn> {
    flow.who.filter(|who| task.admit(ctx, *who).is_ok())
}

fn accept(ctx: &Ctx<'_>, mut flow: Flow, task: &FlowTask, form: &Form) -> Answer {
    let Some(who) = admitted(ctx, &flow, task) else { return flow::go(ctx, flow, task) };
    let everybody = field(form, "consentOrganization") == Some("true");
    let done = match task {
        FlowTask::Authorize(request) => {
            ConsentAsker::of(request).and_then(|asker| asker.accept(ctx, who, everybody))
        }
        FlowTask::Admin(admin) => {
            return admin.accept(ctx, who).unwrap_or_else(|refused| task.refuse(ctx, &refused, None));
        }
        FlowTask::Device(device) => {
            return device.accept(ctx, flow, task, who, everybody);
        }
    };
    match done {
        Ok(()) => {
            flow.consented = true;
            flow::go(&ctx.refreshed(), flow, task)
        }
        Err(refused) => task.refuse(ctx, &refused, None),
    }
}

/// The user asks an administrator.
fn request(ctx: &Ctx<'_>, flow: &Flow, task: &FlowTask, form: &Form) -> Answer {
    let Some(who) = admitted(ctx, flow, task) else { return flow::go(ctx, flow.clone(), task) };
    if !facts::directory(&ctx.view).policies.consent_requests {
        return task.refuse(ctx, &EntraRefusal::AdminRequired.into(), None);
    }
    let reason: String =
        field(form, "justification").unwrap_or_default().chars().take(LONGEST_REASON).collect();
    let client = task.client().id();
    let command = IdentityCommand::RequestConsent { client, user: who.user, reason: reason.into() };
    if let Err(denied) = submit(ctx, command) {
        return flow::page_of(ctx, task, &denied);
    }
    let shared = Shared::of(ctx, &Flow { consented: true, ..flow.clone() });
    let card = Card::of(task.client());
    let shown = RequestSent { frame: shared.frame(ctx, "Request sent"), app: card.shown() };
    sent(ctx, StatusCode::OK, &shown)
}

fn cancel(ctx: &Ctx<'_>, flow: &Flow, task: &FlowTask) -> Answer {
    let asked = flow.consented && matches!(task, FlowTask::Authorize(_));
    if let (FlowTask::Device(device), Some(who)) = (task, admitted(ctx, flow, task)) {
        return device.decline(ctx, who);
    }
    if let (FlowTask::Admin(admin), Some(who)) = (task, admitted(ctx, flow, task)) {
        admin.declined(ctx, who);
    }
    let needs_admin = match (task, flow.who) {
        (FlowTask::Authorize(request), Some(who)) => {
            ConsentAsker::of(request).is_ok_and(|asker| asker.is_beyond(ctx, who))
        }
        (FlowTask::Admin(admin), Some(who)) => !admin.may(ctx, who),
        _ => false,
    };
    let (refusal, subcode) = match (asked, needs_admin) {
        (true, _) => (EntraRefusal::ConsentAsked, None),
        (false, true) => (EntraRefusal::AdminRequired, None),
        (false, false) => (EntraRefusal::ConsentDeclined, Some("cancel")),
    };
    task.refuse(ctx, &refusal.into(), subcode)
}
