//! What sign-ins to Entra ID are to, and why they fail.
//!
//! Ids of applications: <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>.
//! Codes and messages: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>; the words of 50126
//! are recorded by shipped connectors, those of the others are the sign-in log's (unverified here).

use crate::model::ids::Guid;

use super::first_party;

/// An application that people sign in to: id and name.
pub type Application = (Guid, &'static str);

const fn application(id: &str, name: &'static str) -> Application {
    (Guid::literal(id), name)
}

/// The start page of Microsoft 365, in a browser.
pub const OFFICE_HOME: Application = application("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome");
/// The programs of Office.
pub const OFFICE: Application = application(first_party::OFFICE, "Microsoft Office");
/// Outlook on a phone.
pub const OUTLOOK_MOBILE: Application = application("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile");
/// Teams.
pub const TEAMS: Application = application(first_party::TEAMS, "Microsoft Teams");
/// The file synchroniser.
pub const SYNC: Application = application("ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine");

/// Why a sign-in failed, or what it was interrupted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A wrong password.
    Password,
    /// The account is disabled.
    Disabled,
    /// The secret of an application has expired.
    ExpiredSecret,
    /// A second factor is asked for.
    SecondFactor,
    /// Whether to stay signed in is asked.
    StaySignedIn,
    /// Too many wrong passwords: no other is taken for a while.
    Locked,
    /// The password has expired.
    ExpiredPassword,
    /// The second factor was denied, or not answered.
    FactorRefused,
    /// A second factor has to be registered first.
    NotEnrolled,
    /// A Conditional Access policy says no.
    Blocked,
    /// Nobody has consented to the application.
    NotConsented,
    /// The refresh token was not used for too long.
    IdleToken,
    /// The refresh token is too old for how often the policy wants a sign-in.
    OldToken,
    /// A wrong secret of an application.
    WrongSecret,
}

/// Why sign-ins of people fail, by weight, where nothing else says why (shares are (unverified)): of themselves …
pub const OWN_FAILURES: &[(Failure, u32)] = &[
    (Failure::Password, 56),
    (Failure::FactorRefused, 10),
    (Failure::ExpiredPassword, 7),
    (Failure::IdleToken, 7),
    (Failure::Locked, 6),
    (Failure::OldToken, 5),
    (Failure::Blocked, 4),
    (Failure::NotConsented, 3),
    (Failure::NotEnrolled, 2),
];
/// … and of strangers.
pub const FAILURES_OF_STRANGERS: &[(Failure, u32)] =
    &[(Failure::Password, 74), (Failure::Locked, 16), (Failure::Blocked, 6), (Failure::FactorRefused, 4)];

impl Failure {
    /// Its number, without `AADSTS`.
    pub const fn code(self) -> u32 {
        match self {
            Self::Password => 50_126,
            Self::Disabled => 50_057,
            Self::ExpiredSecret => 7_000_222,
            Self::SecondFactor => 50_074,
            Self::StaySignedIn => 50_140,
            Self::Locked => 50_053,
            Self::ExpiredPassword => 50_055,
            Self::FactorRefused => 500_121,
            Self::NotEnrolled => 50_079,
            Self::Blocked => 53_003,
            Self::NotConsented => 65_001,
            Self::IdleToken => 700_082,
            Self::OldToken => 70_043,
            Self::WrongSecret => 7_000_215,
        }
    }

    /// What the sign-in log says.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Password => "Error validating credentials due to invalid username or password.",
            Self::Disabled => "The user account is disabled.",
            Self::ExpiredSecret => "The provided client secret keys are expired.",
            Self::SecondFactor => "Strong Authentication is required.",
            Self::Locked => {
                "Account is locked because user tried to sign in too many times with an incorrect user ID or password."
            }
            Self::ExpiredPassword => "The password is expired.",
            Self::FactorRefused => "Authentication failed during strong authentication request.",
            Self::NotEnrolled => "User needs to enroll for second factor authentication.",
            Self::Blocked => "Access has been blocked by Conditional Access policies.",
            Self::NotConsented => "The user or administrator has not consented to use the application.",
            Self::IdleToken => "The refresh token has expired due to inactivity.",
            Self::OldToken => {
                "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access."
            }
            Self::WrongSecret => "Invalid client secret is provided.",
            Self::StaySignedIn => {
                "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in."
            }
        }
    }
}
