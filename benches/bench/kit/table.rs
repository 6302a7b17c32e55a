//! The table that a bench prints.

use super::sample::Samples;

const HEAD: [&str; 8] = ["what", "median", "min", "max", "goal", "beside", "median", "ratio"];

/// A table under a title.
pub struct Table {
    title: &'static str,
    rows: Vec<[String; 8]>,
}

/// What a row is measured against.
pub struct Beside<'a>(pub &'a str, pub &'a Samples);

impl Table {
    pub fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    /// Adds a row; `goal` is that of the design, empty where it sets none.
    pub fn row(&mut self, what: &str, samples: &Samples, goal: &str, beside: Option<Beside<'_>>) {
        let write = |value| samples.unit.write(value);
        let [name, median, ratio] = match beside {
            Some(Beside(name, other)) => {
                [name.to_owned(), other.unit.write(other.median()), format!("{:.2}", samples.ratio(other))]
            }
            None => Default::default(),
        };
        self.rows.push([
            what.to_owned(),
            write(samples.median()),
            write(samples.min()),
            write(samples.max()),
            goal.to_owned(),
            name,
            median,
            ratio,
        ]);
        // Shown at once: a bench takes a while.
        eprintln!("  {what}: {}", write(samples.median()));
    }

    pub fn print(&self) {
        let head = HEAD.map(str::to_owned);
        let mut widths = [0; 8];
        for row in std::iter::once(&head).chain(&self.rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        println!("\n{}\n", self.title);
        let line = |row: &[String; 8]| {
            let cells: Vec<String> =
                row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            println!("| {} |", cells.join(" | "));
        };
        line(&head);
        println!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
        self.rows.iter().for_each(line);
        println!();
    }
}
