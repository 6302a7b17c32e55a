//! The device flow: a device is given two codes, and a person types the short one at a page.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>, RFC 8628.

use aws_lc_rs::hmac;
use http::StatusCode;
use serde::Serialize;

use crate::facts;
use crate::gateway::authority::Site;
use crate::gateway::form::Form;
use crate::gateway::hosts::Cloud;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::identity::client::Client;
use crate::identity::seal::{Purpose, fingerprint, open, seal};
use crate::model::identity::IdentityCommand;

use super::Named;
use super::client;
use super::consent::{Card, ConsentAsker};
use super::flow::{self, FlowTask, Shared};
use super::need::{RequestedResource, consent_status};
use super::pages::{ConfirmApp, DeviceCode, Done, Frame};
use super::people;
use super::refusals::{self, EntraRefusal};
use super::reply::{self, Failure, sent};
use super::sealed::{DEVICE_INTERVAL, DEVICE_LIFETIME, Device, Flow, FlowGoal, SignedIn};
use super::token::can_challenge;
use super::wire::{self, field};
use super::{answers, session};

/// Letters and digits of user codes: none that are easily taken for another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Characters of a user code.
const USER_CODE: usize = 9;

#[derive(Serialize)]
struct CodesV2 {
    user_code: String,
    device_code: String,
    verification_uri: String,
    expires_in: i64,
    interval: i64,
    message: String,
}

#[derive(Serialize)]
struct CodesV1 {
    user_code: String,
    device_code: String,
    verification_url: String,
    expires_in: String,
    interval: String,
    message: String,
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`
pub fn start_v2(ctx: &Ctx<'_>) -> Handled {
    start(ctx, true)
}

/// `POST /{tenant}/oauth2/devicecode`
pub fn start_v1(ctx: &Ctx<'_>) -> Handled {
    start(ctx, false)
}

fn start(ctx: &Ctx<'_>, v2: bool) -> Handled {
    let form = Form::read(ctx.body());
    let query = Form::read(ctx.query().as_bytes());
    let named = Named::read(ctx)?;
    let given = |name| field(&form, name).or_else(|| field(&query, name));
    let id = given("client_id").ok_or(EntraRefusal::MissingParameter { name: "client_id".into() })?;
    let name = if v2 { "scope" } else { "resource" };
    let asked = given(name).ok_or(EntraRefusal::MissingParameter { name: name.into() })?;
    if let Some(ordered) = client::ordered(ctx, id) {
        return Ok(refusals::words(ctx, ordered.row, &refusals::plain(ordered.row), ordered.retry_after));
    }
    let client = client::known(ctx, id, named)?;
    consent_status(ctx, &client, None, &RequestedResource::read(asked, v2)?)?;
    let content = Device {
        client: client.id(),
        asked: asked.to_owned(),
        v2,
        challenges: can_challenge(given("claims")),
        issued: ctx.now(),
        serial: ctx.request_id,
    };
    let identity = ctx.view.state.identity();
    let (device_code, user_code) = (seal(identity, Purpose::Device, &content), user_code(ctx));
    if let Some(entry) = ctx.gateway.registry.by_id(identity.id) {
        entry.devices.add(user_code.clone(), device_code.clone());
    }
    let page = match ctx.authority.site {
        Site::Genuine { cloud: Cloud::Worldwide, .. } => "https://login.microsoft.com/device".to_owned(),
        _ => ctx.url(Service::Entra, "/device"),
    };
    // Some clients take the address out of the message, which holds exactly one.
    let message = format!(
        "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
    );
    if v2 {
        let codes = CodesV2 {
            user_code,
            device_code,
            verification_uri: page,
            expires_in: DEVICE_LIFETIME,
            interval: DEVICE_INTERVAL,
            message,
        };
        return Ok(wire::fresh(ctx, StatusCode::OK, 0, &codes));
    }
    let codes = CodesV1 {
        user_code,
        device_code,
        verification_url: page,
        expires_in: DEVICE_LIFETIME.to_string(),
        interval: DEVICE_INTERVAL.to_string(),
        message,
    };
    Ok(wire::fresh(ctx, StatusCode::OK, 0, &codes))
}

fn user_code(ctx: &Ctx<'_>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &ctx.view.state.identity().key);
    let mut context = hmac::Context::with_key(&key);
    context.update(b"user code");
    context.update(&ctx.request_id.bits().to_be_bytes());
    let digest = context.sign();
    digest.as_ref().iter().take(USER_CODE).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// `GET /device`: asks for the code.
pub fn page(ctx: &Ctx<'_>) -> Handled {
    let query = Form::read(ctx.query().as_bytes());
    let code = field(&query, "otc").or_else(|| field(&query, "user_code")).unwrap_or_default();
    Ok(asking(ctx, code, None))
}

fn asking(ctx: &Ctx<'_>, code: &str, error: Option<&str>) -> Answer {
    let action = ctx.url(Service::Entra, "/device");
    let frame = Frame::alone("Enter code", None, &action);
    sent(ctx, StatusCode::OK, &DeviceCode { frame, code, error })
}

/// `POST /device`: somebody has typed a code.
pub fn typed(ctx: &Ctx<'_>) -> Handled {
    if let Some(refused) = reply::posted_from_elsewhere(ctx) {
        return Ok(Failure::Page(refused).answer(ctx));
    }
    let form = Form::read(ctx.body());
    let typed = field(&form, "code").or_else(|| field(&form, "otc")).unwrap_or_default();
    let entry = ctx.gateway.registry.by_id(ctx.view.state.identity().id);
    let Some(code) = entry.and_then(|entry| entry.devices.find(typed)) else {
        ctx.note("no device of this server was given that code");
        return Ok(asking(
            ctx,
            typed,
            Some("That code didn't work. Check the code and try again. (AADSTS90119)"),
        ));
    };
    if facts::directory(&ctx.view).device(fingerprint(&code)).is_some() {
        return Ok(asking(ctx, "", Some("That code was answered already. (AADSTS90120)")));
    }
    Ok(flow::begin(ctx, FlowGoal::Device { code }))
}

/// A device that waits for a yes.
pub(super) struct OnDevice {
    pub client: Client,
    device: Device,
    code: String,
}

/// Reads what is behind a device code.
///
/// # Errors
/// See [`Failure`].
pub(super) fn read(ctx: &Ctx<'_>, code: &str) -> Result<OnDevice, Failure> {
    let device: Device =
        open(ctx.view.state.identity(), Purpose::Device, code).map_err(|_| EntraRefusal::BadDeviceCode)?;
    if ctx.now().seconds() - device.issued.seconds() >= DEVICE_LIFETIME {
        return Err(EntraRefusal::DeviceExpired.into());
    }
    let client = client::known(ctx, &device.client.to_string(), Named::Tenant)?;
    Ok(OnDevice { client, device, code: code.to_owned() })
}

impl OnDevice {
    /// What the device asks for.
    pub(super) fn need(&self) -> Result<RequestedResource<'_>, Refused> {
        RequestedResource::read(&self.device.asked, self.device.v2)
    }

    /// Asks for consent, then whether it is this application that the user means.
    ///
    /// # Errors
    /// A resource that is not there any more.
    pub(super) fn ask(&self, ctx: &Ctx<'_>, flow: &Flow, who: SignedIn) -> Result<Answer, Refused> {
        if let Some(page) = ConsentAsker::on_device(self)?.needed(ctx, flow, who)? {
            return Ok(page);
        }
        let shared = Shared::of(ctx, &Flow { consented: true, ..flow.clone() });
        let card = Card::of(&self.client);
        let frame = shared.frame(ctx, "Are you trying to sign in?");
        let upn = people::upn(ctx, who.user);
        Ok(sent(ctx, StatusCode::OK, &ConfirmApp { frame, app: card.shown(), upn }))
    }

    /// The user says yes: to consent, or to the device.
    pub(super) fn accept(
        &self,
        ctx: &Ctx<'_>,
        mut flow: Flow,
        task: &FlowTask,
        who: SignedIn,
        everybody: bool,
    ) -> Answer {
        if !flow.consented {
            return match ConsentAsker::on_device(self).and_then(|asker| asker.accept(ctx, who, everybody)) {
                Ok(()) => {
                    flow.consented = true;
                    flow::go(&ctx.refreshed(), flow, task)
                }
                Err(refused) => self.refuse(ctx, &refused),
            };
        }
        let decided = self.decide(ctx, who, true);
        match decided {
            Ok(()) => {
                let text = format!(
                    "You have signed in to the {} application on your device. You may now close this window.",
                    self.client.registration.display_name
                );
                let answer = done(ctx, &flow, &self.client.registration.display_name, &text);
                session::remember(ctx, answer, who, Some(self.client.id()), flow.keep)
            }
            Err(refused) => self.refuse(ctx, &refused),
        }
    }

    /// The user says no.
    pub(super) fn decline(&self, ctx: &Ctx<'_>, who: SignedIn) -> Answer {
        match self.decide(ctx, who, false) {
            Ok(()) => reply::error_page(
                ctx,
                &Refused::from(EntraRefusal::DeviceDeclined),
                Some(&self.client.registration.display_name),
            ),
            Err(refused) => self.refuse(ctx, &refused),
        }
    }

    fn decide(&self, ctx: &Ctx<'_>, who: SignedIn, accepted: bool) -> Result<(), Refused> {
        let device = fingerprint(&self.code);
        let command = IdentityCommand::DecideDevice { device, user: who.user, accepted, mfa: who.mfa };
        answers::submit(ctx, command).map_err(|_| EntraRefusal::DeviceAnswered.into())
    }

    /// Nothing leads back to a device: a page says what is wrong.
    pub(super) fn refuse(&self, ctx: &Ctx<'_>, refused: &Refused) -> Answer {
        reply::error_page(ctx, refused, Some(&self.client.registration.display_name))
    }
}

/// The last page of a flow that leads nowhere else.
pub(super) fn done(ctx: &Ctx<'_>, flow: &Flow, title: &str, text: &str) -> Answer {
    let shared = Shared::of(ctx, flow);
    let frame = shared.frame(ctx, title);
    sent(ctx, StatusCode::OK, &Done { frame, title, text })
}
