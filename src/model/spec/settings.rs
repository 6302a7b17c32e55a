//! Everything about a tenant that can be set by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    AbsenceSpec, ActivitySpec, Calendar, DepartmentSpec, HolidaySpec, OfficeSpec, PersonSpec, PersonaSpec,
    PolicySpec, RegistrationSpec, SlipSpec, StorylineSpec, TravelSpec, TurnoverSpec,
};
use crate::model::alerting::Alerting;
use crate::model::ingestion::Ingestion;
use crate::model::person::Persona;
use crate::model::security_team::SecurityTeam;
use crate::model::service_date::ServiceDate;
use crate::model::stamps::TokenStamps;

/// What is set by hand. Whatever is absent is as the size and the seed make it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Domain of the principal names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Host label: `LABEL.us2.portal.cloudappsecurity.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Members that are drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<u32>,
    /// Guests that are drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests: Option<u32>,
    /// Days of history before the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_days: Option<u32>,
    /// Departments, with their shares of the members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departments: Option<Vec<DepartmentSpec>>,
    /// Offices; the first is the head office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offices: Option<Vec<OfficeSpec>>,
    /// How records come in.
    #[serde(skip_serializing_if = "is_default")]
    pub ingestion: Ingestion,
    /// What becomes of alerts.
    #[serde(skip_serializing_if = "is_default")]
    pub alerting: Alerting,
    /// What the company's own security team does.
    #[serde(skip_serializing_if = "is_default")]
    pub security_team: SecurityTeam,
    /// The company's own security team goes on with alerts after the start.
    #[serde(skip_serializing_if = "is_default")]
    pub triage: bool,
    /// Which time tokens carry.
    #[serde(skip_serializing_if = "is_default")]
    pub token_stamps: TokenStamps,
    /// The month whose services the tenant meets.
    #[serde(skip_serializing_if = "is_default")]
    pub service_date: ServiceDate,
    /// Two administrators on contract sit abroad and cover nights and weekends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_desk: Option<bool>,
    /// Names of the connected apps beside those that every company has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apps: Option<Vec<String>>,
    /// People by name, on top of those that are drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonSpec>,
    /// How those are called who play personas.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub personas: BTreeMap<Persona, PersonaSpec>,
    /// Application registrations on top of those that every tenant has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub registrations: Vec<RegistrationSpec>,
    /// How much is done, and when.
    #[serde(skip_serializing_if = "is_default")]
    pub activity: ActivitySpec,
    /// What happens by mistake.
    #[serde(skip_serializing_if = "is_default")]
    pub slips: SlipSpec,
    /// Whose holidays are kept.
    #[serde(skip_serializing_if = "is_default")]
    pub calendar: Calendar,
    /// Public holidays.
    #[serde(skip_serializing_if = "is_default")]
    pub holidays: HolidaySpec,
    /// Days off, beside holidays.
    #[serde(skip_serializing_if = "is_default")]
    pub absences: AbsenceSpec,
    /// Business trips.
    #[serde(skip_serializing_if = "is_default")]
    pub travel: TravelSpec,
    /// Who starts and who leaves.
    #[serde(skip_serializing_if = "is_default")]
    pub turnover: TurnoverSpec,
    /// The storylines that the tenant has behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storylines: Option<StorylineSpec>,
    /// Policies by name: on or off, their thresholds and severities.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub policies: BTreeMap<String, PolicySpec>,
}

impl Settings {
    /// Nothing is set by hand.
    pub fn is_plain(&self) -> bool {
        is_default(self)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A number with up to three decimals, kept in thousandths: no draw ever sees a fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thousandths(pub u32);

impl Thousandths {
    /// The number as it is written in files.
    pub fn shown(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }
}

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1_000) {
            return serializer.serialize_u32(self.0 / 1_000);
        }
        serializer.serialize_f64(self.shown())
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)? * 1_000.0;
        if (0.0..=4.0e9).contains(&number) {
            // In range, so it can not be cut off.
            return Ok(Self(number.round() as u32));
        }
        Err(serde::de::Error::custom("the number is out of range"))
    }
}
