//! What commands make of an account.

use std::sync::Arc;

use crate::model::directory::Account;
use crate::model::identity::AccountChange;
use crate::model::ids::Guid;
use crate::model::time::{Span, VirtualTime};

use super::{LOCKOUT, LOCKOUT_THRESHOLD};

/// Wrong passwords of which the service knows that they were tried before.
const REMEMBERED_GUESSES: usize = 3;

impl Account {
    /// A wrong password: one too many locks the account for a while.
    pub(super) fn guessed(&mut self, attempt: Guid, at: VirtualTime) {
        if self.last_wrong.contains(&attempt) {
            return;
        }
        self.last_wrong.insert(0, attempt);
        self.last_wrong.truncate(REMEMBERED_GUESSES);
        self.wrong_passwords += 1;
        if self.wrong_passwords >= LOCKOUT_THRESHOLD {
            self.wrong_passwords = 0;
            self.locked_until = Some(at + LOCKOUT);
        }
    }

    /// Nothing counts any more that came before. On a clock that stands still that is what came at this very instant,
    /// too, so what comes after counts as a millisecond later.
    pub(super) fn end_sessions(&mut self, at: VirtualTime) {
        let last = self.valid_from.map_or(at, |before| before.max(at));
        self.valid_from = Some(last + Span::millis(1));
    }

    pub(super) fn change(&mut self, change: &AccountChange, at: VirtualTime) {
        if let Some(roles) = &change.roles {
            self.roles = Some(roles.clone());
        }
        if let Some(licences) = &change.licences {
            self.licences = Some(licences.clone());
        }
        if let Some(password) = &change.password {
            self.password = Some(Arc::clone(password));
            self.password_expired = false;
            self.end_sessions(at);
            self.password_changed = true;
        }
        self.password_expired = change.password_expired.unwrap_or(self.password_expired);
        self.mfa = change.mfa.unwrap_or(self.mfa);
        self.risk = change.risk.unwrap_or(self.risk);
        self.guest = change.guest.or(self.guest);
        self.locked = change.locked.unwrap_or(self.locked);
        if change.locked == Some(false) {
            self.locked_until = None;
            self.wrong_passwords = 0;
        }
    }
}
