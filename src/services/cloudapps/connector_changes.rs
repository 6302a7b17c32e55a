//! What the wizard and the menu of a connector do: connect an app, test, disable and enable its connector, remove it.
//!
//! The product does all this from its page only, and no public trace shows how: paths, bodies and answers are
//! (unverified). What each of them changes is a command, and an activity of the product tells it.

use http::StatusCode;
use serde_json::Value as Json;

use crate::facts::ConnectorFacts;
use crate::facts::connector::last_activities;
use crate::gateway::route::{Handled, Route};
use crate::gateway::{Answer, Ctx, Refused};
use crate::model::connector::{ConnectorCommand, OfConnector};
use crate::model::index::ConnectorNo;
use crate::model::json::json;
use crate::tenant::CommandRefusal;
use crate::wire::cloudapps::connector::write;

use super::fields::bad_value;
use super::list_request::{ListRequest, written};
use super::refusals::CloudAppsRefusal;
use super::{API, CHANGE_SETTINGS, READ_CONNECTORS};

/// Changes of app connectors.
pub(super) const ROUTES: &[Route] = &[
    API.get("/api/v1/app_connectors/{id}", fetch)
        .permissions(READ_CONNECTORS)
        .summary("Fetch one app connector (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors"),
    API.post("/api/v1/app_connectors/connect", connect)
        .permissions(CHANGE_SETTINGS)
        .summary("Connect an app (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.post("/api/v1/app_connectors/{id}/test", test)
        .permissions(CHANGE_SETTINGS)
        .summary("Test an app connector now (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.post("/api/v1/app_connectors/{id}/disable", disable)
        .permissions(CHANGE_SETTINGS)
        .summary("Disable an app connector (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.post("/api/v1/app_connectors/{id}/enable", enable)
        .permissions(CHANGE_SETTINGS)
        .summary("Connect an app again whose connector is disabled (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
    API.delete("/api/v1/app_connectors/{id}", remove)
        .permissions(CHANGE_SETTINGS)
        .summary("Remove an app connector (undocumented)")
        .witness("cloudapps_connectors::the_wizard_and_the_menu_change_connectors")
        .shaped(),
];

/// No name of an instance is longer, in bytes.
const LONGEST: usize = 1_024;

/// `GET /cas/api/v1/app_connectors/{id}/`
pub(super) fn fetch(ctx: &Ctx<'_>) -> Handled {
    let number = named(ctx)?;
    Ok(shown(ctx, number))
}

/// `POST /cas/api/v1/app_connectors/connect/` with `appId` and, for apps that a company can have several times,
/// `instanceName`.
pub(super) fn connect(ctx: &Ctx<'_>) -> Handled {
    let fields = ListRequest::read(ctx)?;
    let app = fields.count("appId", 0)?;
    let app = u32::try_from(app).map_err(|_| bad_value(&app.to_string(), "appId", "the number of an app"))?;
    let instance = fields.text("instanceName")?.filter(|name| !name.is_empty());
    if let Some(long) = instance.filter(|name| name.len() > LONGEST || name.chars().any(char::is_control)) {
        return Err(bad_value(long, "instanceName", "a text of 1 to 1024 characters"));
    }
    let command = ConnectorCommand::ConnectApp { app, instance: instance.map(Into::into), by: ctx.by() };
    changed(ctx, command)?;
    let after = ctx.refreshed();
    let made = ConnectorFacts::all(&after.view).last().map(|connector| connector.number());
    made.map_or_else(|| Err(CloudAppsRefusal::JournalLost.into()), |made| Ok(shown(&after, made)))
}

/// `POST /cas/api/v1/app_connectors/{id}/test/`
pub(super) fn test(ctx: &Ctx<'_>) -> Handled {
    change(ctx, |connector| ConnectorCommand::TestConnector(OfConnector { connector, by: ctx.by() }))
}

/// `POST /cas/api/v1/app_connectors/{id}/disable/`
pub(super) fn disable(ctx: &Ctx<'_>) -> Handled {
    change(ctx, |connector| ConnectorCommand::DisableConnector(OfConnector { connector, by: ctx.by() }))
}

/// `POST /cas/api/v1/app_connectors/{id}/enable/`
pub(super) fn enable(ctx: &Ctx<'_>) -> Handled {
    change(ctx, |connector| ConnectorCommand::EnableConnector(OfConnector { connector, by: ctx.by() }))
}

/// `DELETE /cas/api/v1/app_connectors/{id}/`
pub(super) fn remove(ctx: &Ctx<'_>) -> Handled {
    let connector = named(ctx)?;
    changed(ctx, ConnectorCommand::RemoveConnector(OfConnector { connector, by: ctx.by() }))?;
    Ok(Answer::json(StatusCode::OK, &json!({})))
}

/// Changes the connector that the path names, and answers with how it stands then.
fn change(ctx: &Ctx<'_>, command: impl Fn(ConnectorNo) -> ConnectorCommand) -> Handled {
    let number = named(ctx)?;
    changed(ctx, command(number))?;
    Ok(shown(&ctx.refreshed(), number))
}

fn changed(ctx: &Ctx<'_>, command: ConnectorCommand) -> Result<(), Refused> {
    ctx.submit(command).map(drop).map_err(|refusal| {
        let problem = refusal.to_string();
        match refusal {
            CommandRefusal::Connector(_) => {
                Refused::from(CloudAppsRefusal::Connector { problem: problem.clone() }).because(problem)
            }
            _ => Refused::from(CloudAppsRefusal::JournalLost).because(problem),
        }
    })
}

fn shown(ctx: &Ctx<'_>, number: ConnectorNo) -> Answer {
    let used = last_activities(&ctx.view);
    let place = ConnectorFacts::all(&ctx.view).position(|connector| connector.number() == number);
    let used = place.and_then(|place| used.get(place).copied().flatten());
    let mut body = Vec::with_capacity(2 << 10);
    match ConnectorFacts::ever(&ctx.view, number) {
        Some(connector) => write(&connector, used, &mut body),
        None => body.extend_from_slice(Json::Null.to_string().as_bytes()),
    }
    written(body)
}

/// The connector that the path names.
fn named(ctx: &Ctx<'_>) -> Result<ConnectorNo, Refused> {
    let text = ctx.param("id");
    let found = ConnectorFacts::all(&ctx.view).find(|connector| connector.id().to_string() == text);
    found.map(|connector| connector.number()).ok_or_else(|| {
        Refused::from(CloudAppsRefusal::NoConnector { id: text.to_owned() })
            .because(format!("path: this tenant has no connector {text}"))
    })
}
