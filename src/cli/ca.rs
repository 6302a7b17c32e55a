//! `mock-defender ca`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::server::CertificateAuthority;

use super::Outcome;

/// Print the certificate of the local authority, or where it is.
///
/// Makes the authority if there is none yet. Clients that trust it accept the simulator under the genuine host names. It can vouch for those names and for
/// this machine only (name constraints), and its key never leaves this machine.
#[derive(Args)]
#[command(
    after_help = "Trust it for one program, for example:\n  curl --cacert \"$(mock-defender ca --path)\" https://localhost:8443/_mock/health\n  REQUESTS_CA_BUNDLE=\"$(mock-defender ca --path)\" python script.py"
)]
pub(super) struct Ca {
    /// Print the file's path instead of its content
    #[arg(long)]
    path: bool,
    /// Directory of the authority; default: one per machine and user, in the state directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Ca {
    pub(super) fn run(self) -> Outcome {
        let dir = match self.dir {
            Some(dir) => dir,
            None => CertificateAuthority::default_dir()?,
        };
        let authority = CertificateAuthority::load_or_create(&dir, &crate::services::domains(), &[])?;
        let mut out = std::io::stdout().lock();
        match authority.file() {
            Some(file) if self.path => writeln!(out, "{}", file.display())?,
            _ => write!(out, "{}", authority.pem())?,
        }
        Ok(())
    }
}
