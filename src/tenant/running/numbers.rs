//! The numbers of forks: counted on for ever, since whoever held the number of a fork that is gone still holds its id
//! and its API token, which must not open another.
//!
//! A tenant that is deleted and made anew from its specification is the same to everybody, and counts from the
//! beginning.
//!
//! The count is no part of the tenant's life: reset and restore leave it. On disk numbers are set aside by the block,
//! so that most forks write nothing; what was set aside and not given is passed over after a restart.

use std::sync::{MutexGuard, PoisonError};

use crate::tenant::journal::Step;

use super::Tenant;

/// How far a tenant counts its forks; beyond, numbers would be those of forks of forks.
pub const MOST_FORKS: u64 = LINE - 1;

/// Forks of forks draw their number from the whole line of descent: that of the parent times this, plus their own.
const LINE: u64 = 1_000_003;

/// So many numbers are set aside on disk at once.
const BLOCK: u64 = 64;

/// The numbers of a tenant's forks.
#[derive(Debug, Default)]
pub(super) struct ForkNumbers {
    /// The last one that was given.
    given: u64,
    /// The last one that the journal on disk sets aside.
    kept: u64,
}

impl ForkNumbers {
    /// The highest number that was given or set aside, if one was.
    pub(super) fn taken(&self) -> Option<u64> {
        Some(self.given.max(self.kept)).filter(|taken| *taken > 0)
    }
}

impl Tenant {
    /// Nobody sets numbers aside as long as this is held: a journal that is written anew has all that were.
    pub(super) fn numbers(&self) -> MutexGuard<'_, ForkNumbers> {
        // Poisoning is harmless: a number may have been passed over.
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next fork, as its identity has it, and whether it is durable that it was given. Where that can't
    /// be written, a restart would give it again: nobody may know such a fork.
    pub(super) fn next_fork(&self) -> (u64, bool) {
        let mut numbers = self.numbers();
        numbers.given += 1;
        let given = self.identity().fork.wrapping_mul(LINE).wrapping_add(numbers.given);
        let Some(journal) = self.journal.get().filter(|_| numbers.given > numbers.kept) else {
            return (given, true);
        };
        if self.has_lost_its_journal() {
            return (given, false);
        }
        let kept = (numbers.given + BLOCK - 1).min(MOST_FORKS.max(numbers.given));
        let written = journal.append(Step::Numbers { given: kept }.line(), || {}).wait();
        if written.is_ok() {
            numbers.kept = kept;
        }
        // Whoever writes may wait for the numbers.
        drop(numbers);
        (given, written.map_err(|lost| self.undo(&mut self.writer(), lost)).is_ok())
    }

    /// The highest number that was given, if one was.
    pub(super) fn numbers_given(&self) -> Option<u64> {
        Some(self.numbers().given).filter(|given| *given > 0)
    }

    /// The numbers up to this may have been given.
    pub(super) fn numbers_are_taken(&self, given: u64) {
        let mut numbers = self.numbers();
        numbers.given = numbers.given.max(given);
    }

    /// None was given yet.
    pub(super) fn numbers_begin(&self) {
        *self.numbers() = ForkNumbers::default();
    }

    /// The journal on disk says what was given so far.
    pub(super) fn numbers_are_kept(&self) {
        let mut numbers = self.numbers();
        numbers.kept = numbers.given;
    }

    /// Another tenant is there beside this one. If it was forked off this one, its number is not given again.
    pub fn notice(&self, other: &Self) {
        let number = other.identity().fork.wrapping_sub(self.identity().fork.wrapping_mul(LINE));
        let (own, others) = (&self.world().company.label, &other.world().company.label);
        if (1..=MOST_FORKS).contains(&number)
            && self.identity().fork != other.identity().fork
            && self.spec().seed == other.spec().seed
            && own == others
        {
            self.numbers_are_taken(number);
        }
    }
}
