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

/// The programs of Office.
pub const OFFICE: Application = application(first_party::OFFICE, "Microsoft Office");
/// Outlook on a phone.
pub const OUTLOOK_MOBILE: Application = application("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile");
/// Teams.
pub const TEAMS: Application = application(first_party::TEAMS, "Microsoft Teams");
/// The file synchroniser.
pub const SYNC: Application = application("ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine");
/// Mail in a browser.
pub const OUTLOOK_WEB: Application = application("9199bf20-a13f-4107-85dc-02114787ef48", "One Outlook Web");
/// Files in a browser.
pub const SHAREPOINT_ONLINE: Application =
    application("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online");
/// The portal of Azure.
pub const AZURE_PORTAL: Application = application("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal");
/// The command line of Azure.
pub const AZURE_CLI: Application = application("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI");
/// The try-out of Microsoft Graph, which asks for consent to whatever is tried.
pub const GRAPH_EXPLORER: Application = application("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer");

/// What people sign in to in a browser, by weight (shares are (unverified)).
pub const IN_A_BROWSER: &[(Application, u32)] = &[
    // The start page of Microsoft 365.
    (application("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"), 44),
    (OUTLOOK_WEB, 25),
    (SHAREPOINT_ONLINE, 17),
    (application("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Microsoft Teams Web Client"), 10),
    (application("2793995e-0a7d-40d7-bd35-6968ba142197", "My Apps"), 4),
];

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
    /// A token is refused until a second factor was shown: the place is new, or a policy.
    FactorForToken,
}

/// What people stumble over when they sign in, by weight (shares are (unverified)). A code of 50074 with nothing behind
/// it and one of 500121 are drawn where a second factor is asked for, too.
pub const STUMBLES: &[(Failure, u32)] = &[
    (Failure::Password, 52),
    (Failure::FactorRefused, 10),
    (Failure::ExpiredPassword, 7),
    (Failure::IdleToken, 7),
    (Failure::Locked, 6),
    (Failure::OldToken, 5),
    (Failure::FactorForToken, 4),
    (Failure::Blocked, 4),
    (Failure::NotConsented, 3),
    (Failure::NotEnrolled, 2),
];
/// Why attempts of strangers fail, by weight (shares are (unverified)).
pub const FAILURES_OF_STRANGERS: &[(Failure, u32)] = &[(Failure::Password, 82), (Failure::Locked, 18)];

/// How somebody shows a second factor, as `MfaAuthMethod` calls it. `PhoneAppOTP` is recorded by shipped connectors, the
/// others are those of
/// <https://learn.microsoft.com/entra/identity/authentication/howto-mfa-reporting> in its style (unverified).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A question of the app that is answered by a touch.
    Notification,
    /// A number that the app shows.
    Code,
    /// A number in a text message.
    Text,
    /// A call.
    Call,
    /// A key that is plugged in or held to the device.
    Key,
}

/// How common those are, by weight (shares are (unverified)).
pub const FACTORS: &[(Factor, u32)] = &[
    (Factor::Notification, 52),
    (Factor::Code, 22),
    (Factor::Text, 14),
    (Factor::Call, 3),
    (Factor::Key, 9),
];

impl Factor {
    /// Its name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notification => "PhoneAppNotification",
            Self::Code => "PhoneAppOTP",
            Self::Text => "OneWaySMS",
            Self::Call => "TwoWayVoiceMobile",
            Self::Key => "Fido",
        }
    }
}

/// The row that a number draws, by the weights of the rows.
pub fn weighed<T: Copy>(rows: &[(T, u32)], number: u64) -> Option<T> {
    let total: u32 = rows.iter().map(|row| row.1).sum();
    let mut left = (number % u64::from(total.max(1))) as u32;
    rows.iter().find_map(|&(row, weight)| {
        let here = left < weight;
        left = left.saturating_sub(weight);
        here.then_some(row)
    })
}

impl Failure {
    /// Every one, in the order of declaration.
    pub const ALL: [Self; 15] = [
        Self::Password,
        Self::Disabled,
        Self::ExpiredSecret,
        Self::SecondFactor,
        Self::StaySignedIn,
        Self::Locked,
        Self::ExpiredPassword,
        Self::FactorRefused,
        Self::NotEnrolled,
        Self::Blocked,
        Self::NotConsented,
        Self::IdleToken,
        Self::OldToken,
        Self::WrongSecret,
        Self::FactorForToken,
    ];

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
            Self::FactorForToken => 50_076,
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
            Self::FactorForToken => {
                "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource."
            }
            Self::StaySignedIn => {
                "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in."
            }
        }
    }
}
