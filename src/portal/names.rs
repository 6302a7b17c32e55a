//! Two vocabularies for the same things: the one that the names of the connection come from, and that of the products
//! today. Which of them a browser is shown is its own choice.

use crate::gateway::Inbound;

use super::cookies::cookie;

/// The cookie that remembers the choice.
pub(super) const COOKIE: &str = "mock-names";

/// Which names pages use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Copilot for Security, Data sources, Security extensions.
    #[default]
    Seed,
    /// Microsoft Security Copilot, Sources, System.
    Current,
}

impl Names {
    /// Those that the browser of a request has chosen.
    pub fn of(ctx: &Inbound<'_>) -> Self {
        match cookie(ctx, COOKIE) {
            Some("current") => Self::Current,
            _ => Self::Seed,
        }
    }

    /// The word for the choice.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Current => "current",
        }
    }

    /// The product that asks.
    pub const fn copilot(self) -> &'static str {
        match self {
            Self::Seed => "Copilot for Security",
            Self::Current => "Microsoft Security Copilot",
        }
    }

    /// The page of what Copilot reads from.
    pub const fn sources(self) -> &'static str {
        match self {
            Self::Seed => "Data sources",
            Self::Current => "Sources",
        }
    }

    /// The way to the page of the products that are connected to Defender for Cloud Apps.
    pub const fn way(self) -> &'static str {
        match self {
            Self::Seed => "Settings › Security extensions",
            Self::Current => "Settings › Cloud apps › System",
        }
    }

    /// The page of the products that are connected to Defender for Cloud Apps.
    pub const fn extensions(self) -> &'static str {
        match self {
            Self::Seed => "Security extensions",
            Self::Current => "System",
        }
    }
}
