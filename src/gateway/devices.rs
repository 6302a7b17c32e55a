//! User codes of the device flow with their device codes. Not part of a tenant's state: bounded, lost at restart, empty
//! in a fork. Approving or declining one is a command.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Codes of a tenant that are remembered; a code lives for a quarter of an hour.
const MOST: usize = 1_000;

/// The codes of one tenant.
#[derive(Default)]
pub struct Devices(Mutex<VecDeque<(String, String)>>);

impl Devices {
    /// Remembers the device code behind a user code; the oldest is forgotten for it.
    pub fn add(&self, user_code: String, device_code: String) {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= MOST {
            codes.pop_front();
        }
        codes.push_back((user_code, device_code));
    }

    /// The device code behind a user code, which people may type in any case.
    pub fn find(&self, user_code: &str) -> Option<String> {
        let codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = user_code.trim();
        codes.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(wanted)).map(|(_, code)| code.clone())
    }
}
