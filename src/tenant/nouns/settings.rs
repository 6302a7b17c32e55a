//! Settings of a tenant that commands change.

use crate::model::command::SettingCommand;
use crate::model::stamps::TokenStamps;
use crate::tenant::timeline::fold::Core;

use super::Made;

/// The settings.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Which time tokens carry.
    pub token_stamps: TokenStamps,
}

pub(super) fn decide(core: &mut Core, command: &SettingCommand) -> Made {
    match command {
        SettingCommand::SetTokenStamps { stamps } => core.settings.token_stamps = *stamps,
    }
    Made::Nothing
}
