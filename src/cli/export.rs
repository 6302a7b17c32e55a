//! `mock-defender export`

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::model::spec::{Size, Specification};
use crate::model::time::VirtualTime;
use crate::tenant::journal::TenantFile;
use crate::tenant::{Mode, Reading, Tenant, Wall};
use crate::views::tables::{self, Table};

use super::ask::Server;
use super::{Outcome, instant};

/// Write the data of a tenant as tables, a file each.
///
/// The tenant is a new one, as `serve` would begin it, or one of a running server as it is now.
#[derive(Args)]
#[command(after_help = help())]
pub(super) struct Export {
    /// Directory for the files; made if it is not there. Files of the same names are replaced
    #[arg(long, value_name = "DIR")]
    tables: PathBuf,
    /// How rows are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "ndjson")]
    format: Format,
    /// The seed of a new tenant
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The size of a new tenant: tiny, small, medium or large
    #[arg(long, value_name = "SIZE", default_value_t = Size::Small)]
    size: Size,
    /// The instant at which a new tenant stands; default: the last midnight (UTC)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    start: Option<VirtualTime>,
    /// A running server, in clear, instead of a new tenant
    #[arg(long, value_name = "URL", conflicts_with_all = ["seed", "size", "start"])]
    url: Option<String>,
    /// The tenant of that server; default: the first
    #[arg(long, value_name = "NAME", requires = "url")]
    tenant: Option<String>,
    /// The token that a server beyond loopback asks for
    #[arg(long, value_name = "TOKEN", requires = "url")]
    operator_token: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A JSON object a line
    Ndjson,
    /// A line of names, then a line a row; lists are joined by semicolons
    Csv,
}

fn help() -> String {
    let mut help = String::from(
        "Examples:\n  mock-defender export --tables data --size medium --seed 7 --start 2026-01-05T00:00:00Z\n  mock-defender export --tables data --format csv --url http://localhost:8443\n\nTables and columns:\n",
    );
    for table in Table::ALL {
        help.push_str(&format!("  {}: {}\n", table.name(), table.columns().join(", ")));
    }
    help.push_str(
        "\nTimes are UTC; `severity` is 0 (low) to 2 (high), 3 for informational. No table holds a secret.",
    );
    help
}

impl Export {
    pub(super) fn run(self) -> Outcome {
        let format = match self.format {
            Format::Ndjson => tables::Format::Ndjson,
            Format::Csv => tables::Format::Csv,
        };
        let tenant = self.tenant()?;
        let reading = tenant.read();
        let dir = &self.tables;
        std::fs::create_dir_all(dir).map_err(|error| format!("cannot make {}: {error}", dir.display()))?;
        let mut out = std::io::stdout().lock();
        for table in Table::ALL {
            let file = dir.join(format!("{}.{}", table.name(), format.ending()));
            let rows = write(table, &reading, format, &file)
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
            writeln!(out, "{rows:>9} {}", file.display())?;
        }
        Ok(())
    }

    fn tenant(&self) -> Result<Tenant, Box<dyn std::error::Error>> {
        let wall = Wall::System;
        let Some(url) = &self.url else {
            let start = self.start.unwrap_or_else(|| VirtualTime::of_day(wall.now().day()));
            let spec = Specification { seed: self.seed, size: self.size, start, name: None };
            return Ok(Tenant::born(&spec, Mode::Frozen, wall));
        };
        let server = Server::at(url.clone(), self.tenant.clone(), self.operator_token.clone());
        let text = String::from_utf8(server.raw_of_tenant("GET", "/export", b"")?)?;
        let file = TenantFile::read(&text)?;
        // Another generator would write another life.
        file.is_ours()?;
        Ok(Tenant::revived(&file, wall, |_, _| {}))
    }
}

fn write(table: Table, reading: &Reading, format: tables::Format, file: &Path) -> std::io::Result<usize> {
    let mut out = BufWriter::new(File::create(file)?);
    let all = table.rows(reading).unwrap_or_default();
    let shown = std::io::stderr().is_terminal() && all > 2 * STEP;
    let mut progress = |rows: usize| {
        if shown && (rows.is_multiple_of(STEP) || rows == all) {
            bar(table.name(), rows, all);
        }
    };
    let rows = table.write(reading, format, &mut out, &mut progress)?;
    if shown {
        eprint!("\r{:60}\r", "");
    }
    Ok(rows)
}

/// Rows between two looks of the progress bar.
const STEP: usize = 4_096;

fn bar(name: &str, rows: usize, all: usize) {
    let parts = 30 * rows / all.max(1);
    eprint!("\r{name:<14} [{:<30}] {:>3} %", "#".repeat(parts), 100 * rows / all.max(1));
}
