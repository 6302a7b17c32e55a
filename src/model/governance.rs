//! Governance actions: what the product does about a user or an app, for whoever asks.
//! Source: <https://learn.microsoft.com/defender-cloud-apps/governance-actions>

use serde::{Deserialize, Serialize};

use super::command::By;
use super::ids::Guid;
use super::index::PersonIx;

/// What is done about a user of Microsoft 365.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UserAction {
    /// The user can't sign in any more.
    Suspend,
    /// The user can again.
    Unsuspend,
    /// The user's sessions end.
    RequireSignIn,
    /// The user counts as compromised: of high risk.
    ConfirmCompromised,
}

impl UserAction {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Suspend, Self::Unsuspend, Self::RequireSignIn, Self::ConfirmCompromised];

    /// The word for it in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Unsuspend => "unsuspend",
            Self::RequireSignIn => "requireSignIn",
            Self::ConfirmCompromised => "confirmCompromised",
        }
    }
}

/// What is done about an app that users have consented to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppAction {
    /// The app is banned: it gets no tokens any more.
    Ban,
    /// It is no longer.
    Unban,
    /// What it was consented to is taken back.
    Revoke,
}

impl AppAction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ban, Self::Unban, Self::Revoke];

    /// The word for it in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::Revoke => "revoke",
        }
    }
}

/// A governance action that somebody asks for. It is done a little later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum GovernanceCommand {
    /// About a user.
    GovernUser {
        /// The user.
        user: PersonIx,
        /// What is done.
        action: UserAction,
        /// Who asks for it.
        by: By,
    },
    /// About an app.
    GovernApp {
        /// Its client id.
        app: Guid,
        /// What is done.
        action: AppAction,
        /// Who asks for it.
        by: By,
    },
}
