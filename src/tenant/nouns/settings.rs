//! Settings of a tenant that commands change.

use std::sync::Arc;

use crate::catalogue::apps;
use crate::model::alerting::Alerting;
use crate::model::command::SettingCommand;
use crate::model::field_error::FieldError;
use crate::model::ingestion::Ingestion;
use crate::model::security_team::SecurityTeam;
use crate::model::service_date::ServiceDate;
use crate::model::spec;
use crate::model::stamps::TokenStamps;
use crate::tenant::timeline::fold::Core;

use super::Made;

/// The settings. Cloning them is cheap.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which time tokens carry.
    pub token_stamps: TokenStamps,
    /// How records come in.
    pub ingestion: Arc<Ingestion>,
    /// What becomes of alerts.
    pub alerting: Alerting,
    /// What the company's own security team does.
    pub security_team: Arc<SecurityTeam>,
    /// The month whose services the tenant meets.
    pub service_date: ServiceDate,
}

/// Why a command about settings is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingRefusal {
    /// A field holds something else than it can.
    #[error("{0}")]
    Field(#[from] FieldError),
}

impl Settings {
    /// As the specification has them.
    pub(in crate::tenant) fn born(spec: &spec::Settings) -> Self {
        Self {
            token_stamps: spec.token_stamps,
            ingestion: Arc::new(spec.ingestion.clone()),
            alerting: spec.alerting,
            security_team: Arc::new(spec.security_team.clone()),
            service_date: spec.service_date,
        }
    }
}

pub(super) fn decide(core: &mut Core, command: &SettingCommand) -> Result<Made, SettingRefusal> {
    match command {
        SettingCommand::SetTokenStamps { stamps } => core.settings.token_stamps = *stamps,
        SettingCommand::SetIngestion(ingestion) => {
            ingestion.check(&apps::names())?;
            core.settings.ingestion = Arc::clone(ingestion);
        }
        SettingCommand::SetAlerting(alerting) => {
            alerting.check()?;
            core.settings.alerting = *alerting;
        }
        SettingCommand::SetSecurityTeam(team) => {
            team.check()?;
            core.settings.security_team = Arc::clone(team);
        }
        SettingCommand::SetServiceDate { date } => core.settings.service_date = *date,
    }
    Ok(Made::Nothing)
}
