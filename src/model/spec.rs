//! What a tenant is born from.
//!
//! Plain data. How a file is read into it, and what every setting may be, is told in `specification`.

mod activity;
mod company;
mod people;
mod settings;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::time::VirtualTime;

pub use activity::{
    AbsenceSpec, ActivitySpec, Calendar, HolidaySpec, Moment, OwnHoliday, PolicySpec, SlipSpec, StoryDose,
    StorySpec, StorylineSpec, TravelSpec, TurnoverSpec,
};
pub use company::{Degrees, DepartmentSpec, OfficeSpec, RegistrationSpec};
pub use people::{PersonSpec, PersonaSpec};
pub use settings::{Settings, Thousandths};

/// The specification of a tenant: with the start, everything that its history is a function of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Specification {
    /// The seed of every draw.
    pub seed: u64,
    /// How big the company is and how long its history.
    pub size: Size,
    /// The instant at which the clock first stands; history fills the days before it.
    pub start: VirtualTime,
    /// The company's name; `None` takes the one that the seed draws (seed 1 is Contoso).
    pub name: Option<String>,
    /// What is set to something else than the size and the seed would make it.
    #[serde(default, skip_serializing_if = "Settings::is_plain")]
    pub settings: Settings,
}

impl Specification {
    /// A company of which nothing is set by hand.
    pub fn plain(seed: u64, size: Size, start: VirtualTime) -> Self {
        Self { seed, size, start, name: None, settings: Settings::default() }
    }

    /// Days of history before the start.
    pub fn history_days(&self) -> u32 {
        self.settings.history_days.unwrap_or_else(|| self.size.history_days())
    }
}

/// How many people, how many days of history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// 10 users, 2 days: about 350 activities.
    Tiny,
    /// 50 users, 14 days: about 10,000 activities.
    #[default]
    Small,
    /// 500 users, 30 days: about 200,000 activities.
    Medium,
    /// 2,500 users, 30 days: about 1,000,000 activities.
    Large,
}

impl Size {
    /// The size that a company of so many members is treated as.
    pub const fn of_users(users: u32) -> Self {
        match users {
            0..30 => Self::Tiny,
            30..200 => Self::Small,
            200..1_500 => Self::Medium,
            _ => Self::Large,
        }
    }

    /// Every size, smallest first.
    pub const ALL: [Self; 4] = [Self::Tiny, Self::Small, Self::Medium, Self::Large];

    /// Member users of the tenant; guests come on top.
    pub const fn users(self) -> u32 {
        match self {
            Self::Tiny => 10,
            Self::Small => 50,
            Self::Medium => 500,
            Self::Large => 2_500,
        }
    }

    /// Days of history before the start.
    pub const fn history_days(self) -> u32 {
        match self {
            Self::Tiny => 2,
            Self::Small => 14,
            Self::Medium | Self::Large => 30,
        }
    }

    /// The word used on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|size| size.name() == text)
            .ok_or_else(|| format!("{text:?} is no size; choose tiny, small, medium or large"))
    }
}
