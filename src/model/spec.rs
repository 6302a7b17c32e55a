//! What a tenant is born from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::time::VirtualTime;

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
}

/// How many people, how many days of history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// 10 users, 2 days: about 300 activities.
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
