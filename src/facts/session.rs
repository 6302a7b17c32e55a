//! What Entra ID knows of an activity beside who did it: session, token, device, risk, Conditional Access.

use crate::model::ids::{Guid, Kind};

use super::activity::ActivityFacts;
use super::{Device, Failure, RiskLevel, SignIn};

/// What Conditional Access made of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessVerdict {
    /// Its policies are satisfied.
    Success,
    /// One of them asks for more, or blocks.
    Failure,
    /// None of them was asked, or is about it.
    NotApplied,
}

impl AccessVerdict {
    /// Its name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::NotApplied => "notApplied",
        }
    }
}

impl ActivityFacts<'_> {
    /// The session of Entra ID in which it was done, if its record tells one.
    pub fn entra_session(&self) -> Option<Guid> {
        self.world().session(self.event(), self.storyline())
    }

    /// The device that it was done on, if the directory knows it.
    pub fn device(&self) -> Option<Device> {
        self.world().device(self.event(), self.storyline())
    }

    /// How risky a sign-in looks: while it was made, and with all that became known of it later.
    pub fn risk(&self, sign_in: &SignIn<'_>) -> (RiskLevel, RiskLevel) {
        self.world().risk(self.event(), sign_in)
    }

    /// What Conditional Access made of a sign-in: of a managed device, or after a second factor, it is satisfied; a
    /// password that is wrong it is not asked about (unverified).
    pub fn conditional_access(&self, sign_in: &SignIn<'_>) -> AccessVerdict {
        match sign_in.failure {
            Some(
                Failure::SecondFactor
                | Failure::FactorForToken
                | Failure::NotEnrolled
                | Failure::FactorRefused
                | Failure::Blocked
                | Failure::OldToken,
            ) => AccessVerdict::Failure,
            None | Some(Failure::StaySignedIn)
                if sign_in.second_factor || self.device().is_some_and(|device| device.compliant) =>
            {
                AccessVerdict::Success
            }
            _ => AccessVerdict::NotApplied,
        }
    }

    /// The application by which it was done in Microsoft 365.
    pub fn client_application(&self) -> (Guid, &'static str) {
        self.world().client_application(self.event())
    }

    /// The token with which it was done: one an hour of its session and application (how long one lasts is (unverified)).
    pub fn token(&self, session: Guid) -> [u8; 16] {
        // Counted from the start, as everything is that must not move with it.
        let since = self.happened() - self.world().spec.start;
        let hour = since.as_millis().div_euclid(3_600_000).cast_unsigned();
        let application = self.client_application().0.bits() as u64;
        let key = session.bits() as u64 ^ application.rotate_left(17) ^ hour;
        let id = self.world().ids.guid(Kind::Token, key);
        id.bits().to_be_bytes()
    }
}
