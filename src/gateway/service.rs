//! The names of the origins that the simulator plays. What each of them is, its profile says.

/// An emulated origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Entra ID: discovery, keys, tokens.
    Entra,
    /// The Defender for Cloud Apps API.
    CloudApps,
    /// Microsoft Graph: facts about who signed in.
    Graph,
    /// The Defender portal.
    Defender,
    /// The portal of Security Copilot.
    Copilot,
    /// The former portal of Defender for Cloud Apps.
    Classic,
    /// Blob storage that traffic logs are uploaded to.
    Storage,
    /// The simulator's own control API under `/_mock/`.
    Control,
}

impl Service {
    /// Every service, in the order of documentation.
    pub const ALL: [Self; 8] = [
        Self::Entra,
        Self::CloudApps,
        Self::Graph,
        Self::Defender,
        Self::Copilot,
        Self::Classic,
        Self::Storage,
        Self::Control,
    ];

    /// It is for who operates the simulator, and no service of anybody's: it also words what is refused before any
    /// service is known, and what it is told is nobody else's business.
    pub const fn is_operators(self) -> bool {
        matches!(self, Self::Control)
    }

    /// The word for it in lists and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::CloudApps => "cloud-apps",
            Self::Graph => "graph",
            Self::Defender => "defender",
            Self::Copilot => "copilot",
            Self::Classic => "classic",
            Self::Storage => "storage",
            Self::Control => "control",
        }
    }
}
