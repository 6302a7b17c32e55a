//! `mock-defender export`

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::model::spec::{Size, Specification};
use crate::model::time::VirtualTime;
use crate::operations::last_midnight;
use crate::specification;
use crate::tenant::journal::TenantFile;
use crate::tenant::{Mode, Tenant, TenantView, Wall};
use crate::views::tables::{TABLES, Table, csv, ndjson};

use super::ask::Server;
use super::{Outcome, instant};

/// Write a tenant as plain tables, a new one or one of a running server: people, applications, activities, alerts, storylines.
///
/// One file a table, one line a row; ids are those that the services show. A new tenant stands at its start. (The
/// whole tenant as one small file that a server can bring back is `mock-defender tenant export`.)
#[derive(Args)]
#[command(
    after_help = "Examples:\n  mock-defender export --tables out\n  mock-defender export --tables out --format csv --size large --start 2026-01-05T00:00:00Z\n  mock-defender export --tables out --url http://localhost:8443\n\nColumn `storyline` of activities is the truth: empty for ordinary life."
)]
pub(super) struct Export {
    /// The directory to write to; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    tables: PathBuf,
    /// How to write
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "ndjson")]
    format: Format,
    /// The seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The size: tiny, small, medium, large
    #[arg(long, value_name = "SIZE", default_value_t = Size::Small)]
    size: Size,
    /// The instant at which the tenant stands (RFC 3339). Default: the last midnight (UTC)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    start: Option<VirtualTime>,
    /// A running server, in clear: its tenant as it is now, instead of a new one
    #[arg(long, value_name = "URL", conflicts_with_all = ["seed", "size", "start"])]
    url: Option<String>,
    /// The tenant of that server, by id, host label or domain; default: the first
    #[arg(long, value_name = "NAME", requires = "url")]
    tenant: Option<String>,
    /// The token that a server beyond loopback asks for; default: what MOCK_DEFENDER_OPERATOR_TOKEN says
    #[arg(long, value_name = "TOKEN", requires = "url")]
    operator_token: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// A JSON object a line
    Ndjson,
    /// RFC 4180, with a header line
    Csv,
}

impl Export {
    pub(super) fn run(self) -> Outcome {
        let view = self.tenant()?.read();
        std::fs::create_dir_all(&self.tables).map_err(|error| named(&self.tables, &error))?;
        for table in TABLES {
            let ending = if self.format == Format::Csv { "csv" } else { "ndjson" };
            let path = self.tables.join(format!("{}.{ending}", table.name));
            let rows = self.write(table, &view, &path).map_err(|error| named(&path, &error))?;
            if std::io::stderr().is_terminal() {
                eprintln!(
                    "\r{:<12} {rows:>9} {:<4} {}",
                    table.name,
                    if rows == 1 { "row" } else { "rows" },
                    path.display()
                );
            }
        }
        Ok(())
    }

    fn tenant(&self) -> Result<Tenant, Box<dyn std::error::Error>> {
        let Some(url) = &self.url else {
            let start = self.start.unwrap_or_else(|| last_midnight(&Wall::System));
            let spec = Specification::plain(self.seed, self.size, start);
            specification::judge(&spec)?;
            return Ok(Tenant::born(&spec, Mode::Frozen, Wall::System));
        };
        let server = Server::at(url.clone(), self.tenant.clone(), self.operator_token.clone());
        let text = String::from_utf8(server.raw_of_tenant("GET", "/export", b"")?)?;
        let file = TenantFile::read(&text)?;
        // A server with another generator produces other data from the same file.
        file.is_ours()?;
        specification::judge_file(&file, Wall::System.now())?;
        Ok(Tenant::revived(&file, Wall::System, |_, _| {}))
    }

    fn write(&self, table: &Table, view: &TenantView, path: &Path) -> std::io::Result<u64> {
        let mut out = BufWriter::new(File::create(path)?);
        if self.format == Format::Csv {
            write!(out, "{}\r\n", table.columns.join(","))?;
        }
        let (mut done, all) = (0, (table.len)(view).max(1));
        let show = std::io::stderr().is_terminal();
        table.rows(view, &mut |cells| {
            let line = match self.format {
                Format::Csv => csv(cells),
                Format::Ndjson => ndjson(table.columns, cells),
            };
            done += 1;
            if show && done % 4_096 == 0 {
                let filled = (done * 30 / all) as usize;
                eprint!(
                    "\r{:<12} [{:<30}] {:>3} %",
                    table.name,
                    "#".repeat(filled.min(30)),
                    done * 100 / all
                );
            }
            out.write_all(line.as_bytes())
        })?;
        out.flush()?;
        Ok(done)
    }
}

fn named(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}
