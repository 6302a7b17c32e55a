//! What happens in a tenant, as it is set by hand. Rates are per thousand of what their text names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Thousandths;
use crate::model::alert::Severity;

/// How much is done, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ActivitySpec {
    /// Mean number of activities of a member's working day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_working_day: Option<Thousandths>,
    /// Work on days of the weekend, in percent of the usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekends: Option<u32>,
    /// Working days that have a session in the night, per thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nights: Option<Thousandths>,
    /// Working days that have a session in the evening, per thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evenings: Option<Thousandths>,
    /// Weekdays on which a guest looks in, per thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests: Option<Thousandths>,
    /// Sessions that begin with a failed sign-in, per thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_sign_ins: Option<Thousandths>,
    /// Days on which strangers guess at an account's password, per thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guesses: Option<Thousandths>,
}

/// What happens by mistake: per thousand working days of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SlipSpec {
    /// Fails to sign in a dozen times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_out: Option<Thousandths>,
    /// Signs in through an anonymous proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymous_proxy: Option<Thousandths>,
    /// Downloads a whole folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass_download: Option<Thousandths>,
    /// Shares with somebody outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_share: Option<Thousandths>,
    /// Works on a machine in a cloud, which may stand in another country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_desktop: Option<Thousandths>,
    /// Renames and deletes dozens of files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tidying: Option<Thousandths>,
    /// Consents to a harmless application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consents: Option<Thousandths>,
    /// Puts a folder into an app of another vendor, for a partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handovers: Option<Thousandths>,
    /// Of an administrator: administers from home without the VPN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_at_home: Option<Thousandths>,
    /// Of an administrator: changes things in the middle of the night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub night_changes: Option<Thousandths>,
}

/// Public holidays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HolidaySpec {
    /// How many are drawn in a year and country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_year: Option<Thousandths>,
    /// Holidays beside the drawn ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<OwnHoliday>,
}

/// A holiday on a given day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnHoliday {
    /// ISO country code.
    pub country: String,
    /// The day, counted from the start's.
    pub day: i32,
}

/// Days off, beside holidays: per thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AbsenceSpec {
    /// Working days of a member that are missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Thousandths>,
    /// Weeks of a member that are taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<Thousandths>,
    /// Fortnights of a member that are taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fortnights: Option<Thousandths>,
}

/// Business trips: weeks that have one, per thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TravelSpec {
    /// Of the executives and of sales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequent: Option<Thousandths>,
    /// Of everybody else but administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Thousandths>,
}

/// Whose holidays are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Calendar {
    /// Drawn ones, by the day counted from the start: starts whole weeks apart keep the same.
    #[default]
    Synthetic,
    /// The public holidays of the countries, by the date: starts whole weeks apart differ.
    Real,
}

impl Calendar {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::Real => "real",
        }
    }
}

/// Who starts and who leaves: within the history, and from the start on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TurnoverSpec {
    /// How many start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joiners: Option<u32>,
    /// How many leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leavers: Option<u32>,
    /// Who joins in a year from the start on, and who leaves, per hundred users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_year: Option<u32>,
}

/// The storylines of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StorylineSpec {
    /// So many, in the order of the catalogue.
    First(u32),
    /// These.
    These(Vec<StorySpec>),
    /// Some that are drawn, as many as the number of people makes likely.
    Dose(StoryDose),
}

/// How many storylines a history is expected to have. How many it has is drawn; some tenants have had none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StoryDose {
    /// Those that every company meets, however few work there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Thousandths>,
    /// Those on top, per 1,000 members and 30 days of history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_thousand_users_and_month: Option<Thousandths>,
}

/// A storyline. What is left open is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorySpec {
    /// Its name.
    pub name: String,
    /// To whom it happens: a persona, or a principal name (or what stands before its `@`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Moment>,
    /// How big it is: files, mails or accounts, as the story has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
}

/// A minute of a day that is counted from the start's, on the clocks of somebody's office: `-2d 14:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day; negative ones are history.
    pub day: i32,
    /// The minute of that day.
    pub minute: u32,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}d {:02}:{:02}", self.day, self.minute / 60, self.minute % 60)
    }
}

impl FromStr for Moment {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (day, time) = text.trim().split_once(' ')?;
            let day: i32 = day.strip_suffix('d')?.parse().ok()?;
            let (hour, minute) = time.trim().split_once(':')?;
            if minute.len() != 2 {
                return None;
            }
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(Self { day, minute: hour * 60 + minute })
        };
        read().ok_or_else(|| format!("{text:?} is no moment like \"-2d 14:30\""))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PolicySpec {
    /// On or off.
    Switch(bool),
    /// On, with other thresholds or another severity.
    Tuned {
        /// How many within the window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<u32>,
        /// The window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u32>,
        /// Severity of its alerts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
    },
}
