//! `mock-defender ca`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::server::CertificateAuthority;

use super::Outcome;

/// Print the certificate of the local authority, or where it is.
///
/// Makes the authority if there is none yet; `ca renew` replaces the certificate of one that was made before all names
/// were known that are played now. Clients that trust it accept the simulator under the genuine host names. It can vouch for those names and for
/// this machine only (name constraints), and its key never leaves this machine.
#[derive(Args)]
#[command(
    after_help = "Trust it for one program, for example:\n  curl --cacert \"$(mock-defender ca --path)\" https://localhost:8443/_mock/health\n  REQUESTS_CA_BUNDLE=\"$(mock-defender ca --path)\" python script.py"
)]
pub(super) struct Ca {
    #[command(subcommand)]
    does: Option<Does>,
    /// Print the file's path instead of its content
    #[arg(long)]
    path: bool,
    /// Directory of the authority; default: one per machine and user, in the state directory
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Does {
    /// Give it a certificate for all names that are played
    ///
    /// Only needed where `serve` or `doctor` say that names are missing. Clients must then trust the new certificate;
    /// those that trust the old one go on with the names of that one. The key stays.
    Renew {
        /// Own names, where the authority was made for `serve --name`; may be given repeatedly
        #[arg(long, value_name = "HOST")]
        name: Vec<String>,
    },
}

impl Ca {
    pub(super) fn run(self) -> Outcome {
        let dir = match self.dir {
            Some(dir) => dir,
            None => CertificateAuthority::default_dir()?,
        };
        let domains = crate::services::domains();
        if let Some(Does::Renew { name }) = self.does {
            return renew(&dir, &domains, &name);
        }
        let authority = CertificateAuthority::load_or_create(&dir, &domains, &[])?;
        if let Some(advice) = authority.advice() {
            eprintln!("{advice}");
        }
        let mut out = std::io::stdout().lock();
        match authority.file() {
            Some(file) if self.path => writeln!(out, "{}", file.display())?,
            _ => write!(out, "{}", authority.pem())?,
        }
        Ok(())
    }
}

fn renew(dir: &Path, domains: &[&'static str], own_names: &[String]) -> Outcome {
    let (authority, renewed) = CertificateAuthority::renew(dir, domains, own_names)?;
    let file = authority.file().unwrap_or(dir).display();
    if renewed {
        println!("{file} is good for all names now: have clients trust it anew, and restart `serve`");
    } else {
        println!("{file} is good for all names already");
    }
    Ok(())
}
