//! A tenant's data as plain tables, for whoever wants to count, train or compare with other tools.
//!
//! Secrets (passwords, client secrets) are in no table. Rows are written one by one; nothing is gathered first but
//! the truth, which is a list of row numbers.

mod rows;
mod sink;

use std::io::{self, Write};

use crate::tenant::Reading;
use crate::tenant::truth::truth;

pub use sink::Format;
use sink::Sink;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// The people of the company, and its guests.
    People,
    /// The application registrations.
    Registrations,
    /// What was done, in the order of being stored.
    Activities,
    /// The alerts, in the order of being raised.
    Alerts,
    /// What was really going on.
    Storylines,
    /// Which activities and alerts belong to which storyline: a row for each.
    Truth,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 6] =
        [Self::People, Self::Registrations, Self::Activities, Self::Alerts, Self::Storylines, Self::Truth];

    /// Its name: that of its file, without the ending.
    pub const fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Registrations => "registrations",
            Self::Activities => "activities",
            Self::Alerts => "alerts",
            Self::Storylines => "storylines",
            Self::Truth => "truth",
        }
    }

    /// Its columns, in order.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::People => rows::PEOPLE,
            Self::Registrations => rows::REGISTRATIONS,
            Self::Activities => rows::ACTIVITIES,
            Self::Alerts => rows::ALERTS,
            Self::Storylines => rows::STORYLINES,
            Self::Truth => rows::TRUTH,
        }
    }

    /// How many rows it has; of the truth that is known only once it is written.
    pub fn rows(self, reading: &Reading) -> Option<usize> {
        let (state, now) = (&reading.state, reading.now);
        Some(match self {
            Self::People => state.world().people.len(),
            Self::Registrations => state.world().registrations.len(),
            Self::Activities => state.core().log.chunks(now).map(|(_, _, shown)| shown).sum(),
            Self::Alerts => state.alert_count(now),
            Self::Storylines => state.storylines().count(),
            Self::Truth => return None,
        })
    }

    /// Writes the table as `reading` shows it; `written` hears the number of rows after each. Says how many there are.
    ///
    /// # Errors
    /// When `out` can't be written to.
    pub fn write(
        self,
        reading: &Reading,
        format: Format,
        out: &mut dyn Write,
        written: &mut dyn FnMut(usize),
    ) -> io::Result<usize> {
        let mut sink = Sink::new(out, format, self.columns(), written)?;
        match self {
            Self::People => rows::people(reading, &mut sink)?,
            Self::Registrations => rows::registrations(reading, &mut sink)?,
            Self::Activities => rows::activities(reading, &mut sink)?,
            Self::Alerts => rows::alerts(reading, &mut sink)?,
            Self::Storylines => rows::storylines(reading, &truth(&reading.state, reading.now), &mut sink)?,
            Self::Truth => rows::truths(reading, &truth(&reading.state, reading.now), &mut sink)?,
        }
        sink.end()
    }
}
