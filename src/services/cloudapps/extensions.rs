//! *Security extensions*: what is connected to the tenant from outside, and the switch of Copilot for Security.
//!
//! The product has neither route: they are the simulator's own. Both answer a tenant without a licence, too, since the
//! row says that it lacks one.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::facts::{self, ExtensionFacts};
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::copilot::{Blocked, BrowserProfile, CopilotCommand};
use crate::model::json::retyped;
use crate::operations::connection::show;
use crate::portal::{Names, consent_url, reasons};
use crate::tenant::nouns::CopilotRefusal;
use crate::tenant::{CommandRefusal, TenantView};
use crate::wire::cloudapps::extension::{self, Toggle};
use crate::wire::cloudapps::list::{self, List};

use super::fields;
use super::fields::bad_value;
use super::list_request::{MAX, written};
use super::refusals::CloudAppsRefusal;
use super::{API, CHANGE_SETTINGS, READ_SETTINGS};

/// Security extensions.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/settings/security-extensions", get)
        .permissions(READ_SETTINGS)
        .summary("What is connected from outside, Copilot for Security included (the simulator's own)")
        .witness("security_extensions::the_rows_stand_in_order_and_tell_how_each_stands")
        .without_subscription(),
    API.put("/api/v1/settings/security-extensions/copilot", put_copilot)
        .permissions(CHANGE_SETTINGS)
        .summary("Switch Copilot for Security on or off (the simulator's own)")
        .witness("security_extensions::switching_on_asks_for_consent_and_accepting_connects")
        .without_subscription(),
];

/// `GET /api/v1/settings/security-extensions`: the rows of the page, live.
pub(super) fn get(ctx: &Ctx<'_>) -> Handled {
    let rows = ExtensionFacts::all(&ctx.view, ctx.api_token_used());
    let total = rows.len() as u64;
    let connection = connection(&ctx.view);
    let whole = List {
        has_next: false,
        max: MAX,
        total: Some(total),
        more_than_total: Some(false),
        perform_async_total: None,
        next_query_filters: None,
    };
    Ok(written(list::write(&whole, rows, |row, out| {
        let own = row.extension() == facts::Extension::Copilot;
        extension::write(row, own.then_some(&connection[..]), out);
    })))
}

/// `PUT /api/v1/settings/security-extensions/copilot`: `{"enabled": …, "browser": {…}}`. Asking for what is there already
/// changes nothing.
pub(super) fn put_copilot(ctx: &Ctx<'_>) -> Handled {
    let fields = fields::read(ctx)?;
    let on = enabled(&fields)?;
    let browser = browser(&fields)?.map(Arc::new);
    let idle: Vec<&str> =
        fields.keys().map(String::as_str).filter(|name| !["enabled", "browser"].contains(name)).collect();
    if !idle.is_empty() {
        ctx.note(format!("members without effect: {}", idle.join(", ")));
    }
    ctx.submit(CopilotCommand::SetCopilotToggle { on, by: ctx.by(), browser })
        .map_err(|refusal| refused(ctx, refusal))?;
    let after = ctx.refreshed();
    Ok(written(toggled(&after)))
}

/// What has come of it.
fn toggled(ctx: &Ctx<'_>) -> Vec<u8> {
    let state = facts::connection(&ctx.view);
    let dialog = state.waiting_dialog(ctx.now());
    let retry_after_seconds = (state.wait(ctx.now()) + 999) / 1_000;
    let warning = (state.on && state.too_soon).then(|| {
        format!(
            "It was switched on again less than {} seconds after it was switched off: no consent is asked for, and the source \
             stays disconnected. Switch it off, and wait that long.",
            (state.times.reconnect_wait.as_millis() + 999) / 1_000,
        )
    });
    let mut out = Vec::with_capacity(4 << 10);
    let toggle = Toggle {
        enabled: state.on,
        consent_url: dialog.map(|dialog| consent_url(ctx, dialog.number)),
        blocked: dialog.and_then(|dialog| dialog.blocked).map(|blocked| match blocked {
            Blocked::Popups => "popups",
            Blocked::Cookies => "cookies",
        }),
        warning,
        retry_after_seconds,
        connection: &connection(&ctx.view),
    };
    extension::write_toggle(&toggle, &mut out);
    out
}

/// The connection as the control API shows it.
fn connection(view: &TenantView) -> Vec<u8> {
    Answer::json(StatusCode::OK, &show(view)).body.to_vec()
}

fn enabled(fields: &Map<String, Json>) -> Result<bool, Refused> {
    match fields.get("enabled") {
        Some(Json::Bool(on)) => Ok(*on),
        Some(Json::String(text)) if text == "true" => Ok(true),
        Some(Json::String(text)) if text == "false" => Ok(false),
        None | Some(Json::Null) => Err(Refused::from(CloudAppsRefusal::NoEnabled)
            .because("field \"enabled\": expected true or false, got nothing")),
        Some(other) => Err(bad_value(&other.to_string(), "enabled", "true or false")),
    }
}

/// What the browser lets pages do, if that is said.
fn browser(fields: &Map<String, Json>) -> Result<Option<BrowserProfile>, Refused> {
    let Some(given) = fields.get("browser").filter(|given| !given.is_null()) else { return Ok(None) };
    retyped::<BrowserProfile>(given).map(Some).map_err(|error| {
        let expected = format!(
            "an object such as {{\"popups\": false, \"allowList\": [\"security.microsoft.com\"]}} ({error})"
        );
        bad_value(&given.to_string(), "browser", &expected)
    })
}

fn refused(ctx: &Ctx<'_>, refusal: CommandRefusal) -> Refused {
    let reason = refusal.to_string();
    match refusal {
        CommandRefusal::Copilot(CopilotRefusal::NoRole) => {
            Refused::from(CloudAppsRefusal::Forbidden).because(reason)
        }
        CommandRefusal::Copilot(CopilotRefusal::Lacking(lacking)) => {
            let wait = facts::connection(&ctx.view).times.reconnect_wait;
            let remedy = reasons::told(lacking, Names::of(ctx), wait).remedy;
            Refused::from(CloudAppsRefusal::Lacking { reason: lacking.to_string(), remedy }).because(reason)
        }
        _ => Refused::from(CloudAppsRefusal::JournalLost).because(reason),
    }
}
