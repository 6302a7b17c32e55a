//! Which time tokens carry.

use serde::{Deserialize, Serialize};

/// Which time stands in the `iat`, `nbf` and `exp` of tokens. When they expire is judged by the tenant's clock either
/// way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenStamps {
    /// That of the tenant's clock.
    #[default]
    Virtual,
    /// That of the wall clock, for clients that look at these claims themselves.
    Wall,
}

impl TokenStamps {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Wall => "wall",
        }
    }
}
