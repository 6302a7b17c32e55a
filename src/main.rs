//! The command line: see `mock-defender --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    mock_defender::cli::run()
}
