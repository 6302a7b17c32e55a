//! `mock-defender completions`

use std::io::Write;

use clap::{Args, Command};
use clap_complete::Shell;

use super::Outcome;

/// Print what a shell needs to complete subcommands and flags.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  source <(mock-defender completions bash)\n  mock-defender completions zsh > ~/.zfunc/_mock-defender\n  mock-defender completions fish > ~/.config/fish/completions/mock-defender.fish"
)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut command: Command) -> Outcome {
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        std::io::stdout().write_all(&script)?;
        Ok(())
    }
}
