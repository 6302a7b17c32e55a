//! `mock-defender spec`

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::gateway::call::Settings;
use crate::model::spec::{Calendar, Size, Specification};
use crate::operations::tenants;
use crate::specification::{self, Problems};

use super::{Outcome, counted};

/// Write and check specifications: the YAML files that a tenant is born from.
///
/// Give one to `serve --tenant FILE` or to `tenant create --spec FILE`, or its settings as JSON to `POST /_mock/tenants`. Everything can be left out.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  mock-defender spec default > company.yaml   # every setting, with comments\n  mock-defender spec check company.yaml\n  mock-defender serve --tenant company.yaml",
    after_long_help = format!(
        "{}\nExamples:\n  mock-defender spec default > company.yaml   # every setting, with comments\n  mock-defender spec check company.yaml\n  mock-defender serve --tenant company.yaml",
        specification::help()
    )
)]
pub(super) struct Spec {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Print every setting with its meaning, what is allowed, and what it is when it is absent (YAML)
    Default {
        /// The size whose numbers are shown
        #[arg(long, value_name = "SIZE", default_value_t = Size::Small)]
        size: Size,
    },
    /// Say what is wrong with a file, each with line, column, setting and what is allowed
    Check {
        /// The file
        file: PathBuf,
    },
    /// Print the JSON Schema, for editors
    Schema,
}

impl Spec {
    pub(super) fn run(self) -> Outcome {
        match self.what {
            What::Default { size } => write(&specification::sample(size))?,
            What::Schema => write(&format!("{:#}\n", specification::schema()))?,
            What::Check { file } => {
                let text =
                    std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                if specification::is_tenant_file(&text) {
                    return Err(format!("{}: this is a tenant file, no specification", file.display()).into());
                }
                let birth = tenants::specified(&text, &Settings::default())
                    .map_err(|problems| named(&file, &problems))?;
                println!("{}: nothing is wrong; {}", file.display(), told(&birth.spec));
            }
        }
        Ok(())
    }
}

/// Writes to standard output. Whoever reads may stop where they like.
fn write(text: &str) -> std::io::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// What a specification comes to.
fn told(spec: &Specification) -> impl Display {
    let figures = specification::Figures::of(spec);
    let (members, guests, days) = (figures.members, figures.guests, figures.history_days);
    let guests = counted(guests.into(), "guest", "guests");
    let days = counted(days.into(), "day", "days");
    let calendar = match spec.settings.calendar {
        Calendar::Synthetic => "",
        Calendar::Real => "; with calendar: real, starts whole weeks apart tell different stories",
    };
    format!("seed {}, {members} members, {guests}, {days} of history{calendar}", spec.seed)
}

/// Problems, each behind the name of the file.
pub(super) fn named(file: &Path, problems: &Problems) -> String {
    let lines = problems.0.iter().map(|problem| format!("{}: {problem}", file.display()));
    lines.collect::<Vec<_>>().join("\n")
}
