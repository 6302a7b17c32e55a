//! Rows as text: JSON, a line each, or CSV (RFC 4180).

use std::fmt::Display;
use std::io::{self, Write};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line.
    Ndjson,
    /// A line of names, then a line a row; lists are joined by semicolons, nothing is empty.
    Csv,
}

impl Format {
    /// The ending of a file.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// Takes values, column by column.
pub(super) struct Sink<'w> {
    out: &'w mut dyn Write,
    format: Format,
    columns: &'static [&'static str],
    at: usize,
    rows: usize,
    written: &'w mut dyn FnMut(usize),
}

impl<'w> Sink<'w> {
    pub(super) fn new(
        out: &'w mut dyn Write,
        format: Format,
        columns: &'static [&'static str],
        written: &'w mut dyn FnMut(usize),
    ) -> io::Result<Self> {
        if format == Format::Csv {
            write!(out, "{}\r\n", columns.join(","))?;
        }
        Ok(Self { out, format, columns, at: 0, rows: 0, written })
    }

    fn begin(&mut self) -> io::Result<()> {
        let separator = if self.at == 0 { "" } else { "," };
        match self.format {
            Format::Csv => write!(self.out, "{separator}"),
            Format::Ndjson => {
                let open = if self.at == 0 { "{" } else { "" };
                // Names of columns are plain words.
                write!(self.out, "{open}{separator}\"{}\":", self.columns[self.at])
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.at += 1;
        if self.at < self.columns.len() {
            return Ok(());
        }
        self.out.write_all(match self.format {
            Format::Csv => b"\r\n",
            Format::Ndjson => b"}\n",
        })?;
        self.at = 0;
        self.rows += 1;
        (self.written)(self.rows);
        Ok(())
    }

    /// A text.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.begin()?;
        match self.format {
            Format::Ndjson => serde_json::to_writer(&mut *self.out, text)?,
            Format::Csv if text.contains([',', '"', '\r', '\n']) => {
                write!(self.out, "\"{}\"", text.replace('"', "\"\""))?;
            }
            Format::Csv => self.out.write_all(text.as_bytes())?,
        }
        self.finish()
    }

    /// A text, or nothing.
    pub(super) fn maybe(&mut self, text: Option<&str>) -> io::Result<()> {
        match (text, self.format) {
            (Some(text), _) => self.text(text),
            (None, Format::Csv) => self.plain(""),
            (None, Format::Ndjson) => self.plain("null"),
        }
    }

    /// A number, or true or false.
    pub(super) fn plain(&mut self, value: impl Display) -> io::Result<()> {
        self.begin()?;
        write!(self.out, "{value}")?;
        self.finish()
    }

    /// Several texts.
    pub(super) fn list(&mut self, texts: &[String]) -> io::Result<()> {
        if self.format == Format::Csv {
            return self.text(&texts.join(";"));
        }
        self.begin()?;
        serde_json::to_writer(&mut *self.out, texts)?;
        self.finish()
    }

    /// How many rows were written.
    pub(super) fn end(self) -> io::Result<usize> {
        self.out.flush()?;
        Ok(self.rows)
    }
}
