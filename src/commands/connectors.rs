//! Commands about app connectors, which are named by their app or instance, or by id.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::catalogue::connector_errors::{ERRORS, place_of};
use crate::catalogue::connectors::{CONNECTABLE, by_name, connectable};
use crate::facts::{self, ConnectorFacts, ids};
use crate::model::connector::{ConnectorCommand, OfConnector};
use crate::model::field_error::FieldError;
use crate::model::index::ConnectorNo;
use crate::model::json::json;
use crate::tenant::TenantView;

use super::dto::{CommandDto, OfConnectorDto};
use super::json_schema::{flag, needing, object, text};
use super::{named, not_about, short, someone};

/// The command that is meant.
pub(super) fn resolve(view: &TenantView, written: &CommandDto) -> Result<ConnectorCommand, FieldError> {
    Ok(match written {
        CommandDto::ConnectApp { app: name, instance, by } => ConnectorCommand::ConnectApp {
            app: app(name)?,
            instance: match instance {
                Some(instance) => Some(Arc::from(short("instance", instance)?)),
                None => None,
            },
            by: someone(view, by.as_deref())?,
        },
        CommandDto::DisableConnector(told) => ConnectorCommand::DisableConnector(of(view, told)?),
        CommandDto::EnableConnector(told) => ConnectorCommand::EnableConnector(of(view, told)?),
        CommandDto::RemoveConnector(told) => ConnectorCommand::RemoveConnector(of(view, told)?),
        CommandDto::TestConnector(told) => ConnectorCommand::TestConnector(of(view, told)?),
        CommandDto::BreakConnector { connector: name, error: told, warning } => {
            let connector = connector(view, name)?;
            ConnectorCommand::BreakConnector {
                connector,
                error: error(view, connector, told)?,
                warning: *warning,
            }
        }
        CommandDto::RepairConnector { connector: name } => {
            ConnectorCommand::RepairConnector { connector: connector(view, name)? }
        }
        _ => return Err(not_about("app connectors")),
    })
}

/// Which connector is meant, and by whom.
fn of(view: &TenantView, told: &OfConnectorDto) -> Result<OfConnector, FieldError> {
    let by = someone(view, told.by.as_deref())?;
    Ok(OfConnector { connector: connector(view, &told.connector)?, by })
}

/// The number of the app with this name or number.
fn app(name: &str) -> Result<u32, FieldError> {
    let by_number = || connectable(name.parse().ok()?);
    by_name(name).or_else(by_number).map(|app| app.number).ok_or_else(|| {
        let names: Vec<&str> = CONNECTABLE.iter().map(|app| app.name).collect();
        FieldError::text("app", &format!("an app by name: {}", names.join(", ")), name)
    })
}

/// The connector with this id, of an instance with this name, or of an app with this name or number.
fn connector(view: &TenantView, name: &str) -> Result<ConnectorNo, FieldError> {
    let app = app(name).ok();
    let first = |is: &dyn Fn(&ConnectorFacts<'_>) -> bool| {
        ConnectorFacts::all(view).find(is).map(|connector| connector.number())
    };
    let found = first(&|connector| connector.id().to_string() == name)
        .or_else(|| first(&|connector| connector.instance_name() == Some(name)))
        .or_else(|| facts::connectors(view).of_app(app?).map(|(number, _)| number))
        .or_else(|| first(&|connector| Some(connector.app()) == app));
    found.ok_or_else(|| {
        let names: Vec<String> =
            ConnectorFacts::all(view).map(|known| known.display_name()).take(30).collect();
        let expected = match names.is_empty() {
            true => "a connector of this tenant, which has none (connectApp makes one)".to_owned(),
            false => format!("a connector of this tenant by app, instance or id: {}", names.join(", ")),
        };
        FieldError::text("connector", &expected, name)
    })
}

/// The place of the error with this name, of those that the connector can have, or with this number, from 1 on.
fn error(view: &TenantView, connector: ConnectorNo, told: &str) -> Result<u16, FieldError> {
    let number = || told.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < ERRORS.len());
    place_of(told).or_else(number).and_then(|at| u16::try_from(at).ok()).ok_or_else(|| {
        let app = facts::connectors(view).ever(connector).map_or(0, |connector| connector.app);
        let names: Vec<&str> =
            ERRORS.iter().filter(|error| error.fits(app)).map(|error| error.name).collect();
        FieldError::text("error", &format!("an error that it can have: {}", names.join(", ")), told)
    })
}

/// A command of the journal as it is written.
pub(super) fn to_dto(view: &TenantView, command: &ConnectorCommand) -> CommandDto {
    // Of one that was removed, the name may be another's.
    let id = |connector: &ConnectorNo| ids::connector(view, *connector).to_string();
    let written =
        |told: &OfConnector| OfConnectorDto { connector: id(&told.connector), by: named(view, &told.by) };
    match command {
        ConnectorCommand::ConnectApp { app, instance, by } => CommandDto::ConnectApp {
            app: connectable(*app).map_or_else(|| app.to_string(), |app| app.name.to_owned()),
            instance: instance.as_deref().map(str::to_owned),
            by: named(view, by),
        },
        ConnectorCommand::DisableConnector(told) => CommandDto::DisableConnector(written(told)),
        ConnectorCommand::EnableConnector(told) => CommandDto::EnableConnector(written(told)),
        ConnectorCommand::RemoveConnector(told) => CommandDto::RemoveConnector(written(told)),
        ConnectorCommand::TestConnector(told) => CommandDto::TestConnector(written(told)),
        ConnectorCommand::BreakConnector { connector, error, warning } => CommandDto::BreakConnector {
            connector: id(connector),
            error: ERRORS.get(usize::from(*error)).map_or_else(String::new, |error| error.name.to_owned()),
            warning: *warning,
        },
        ConnectorCommand::RepairConnector { connector } => {
            CommandDto::RepairConnector { connector: id(connector) }
        }
    }
}

/// How they are written.
pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let names: Vec<&str> = ERRORS.iter().map(|error| error.name).collect();
    let apps: Vec<&str> = CONNECTABLE.iter().map(|app| app.name).collect();
    let app = json!({"type": "string", "examples": apps});
    let error = json!({"type": "string", "examples": names});
    let connect = object(json!({"app": app, "instance": text(), "by": text()}));
    let fail = object(json!({"connector": text(), "error": error, "warning": flag()}));
    let one = || needing(object(json!({"connector": text(), "by": text()})), &["connector"]);
    vec![
        ("connectApp", needing(connect, &["app"])),
        ("disableConnector", one()),
        ("enableConnector", one()),
        ("removeConnector", one()),
        ("testConnector", one()),
        ("breakConnector", needing(fail, &["connector", "error"])),
        ("repairConnector", needing(object(json!({"connector": text()})), &["connector"])),
    ]
}
