//! Whether a person may sign in, and what else is asked for first.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>,
//! <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant>.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;

use crate::model::directory::{AccessControl, Mfa, Risk};
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::time::VirtualTime;
use crate::tenant::State;

use super::client::Client;

/// The code that every simulated authenticator shows.
pub const MFA_CODE: &str = "123456";

/// Why a person is not signed in, or gets no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Wrong password.
    #[error("wrong password")]
    WrongPassword,
    /// The account is locked.
    #[error("the account is locked")]
    Locked,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The password must be changed first.
    #[error("the password has expired")]
    PasswordExpired,
    /// A second factor is demanded.
    #[error("a second factor is demanded")]
    MfaRequired,
    /// A second factor is demanded, and none is registered.
    #[error("a second factor is demanded and none is registered")]
    MfaUnregistered,
    /// A policy blocks it.
    #[error("blocked by the policy {policy}")]
    Blocked {
        /// The policy's name.
        policy: String,
    },
    /// A policy demands a compliant device.
    #[error("the policy {policy} demands a compliant device")]
    DeviceNotCompliant {
        /// The policy's name.
        policy: String,
    },
    /// A policy demands a device joined to the domain.
    #[error("the policy {policy} demands a joined device")]
    DeviceNotJoined {
        /// The policy's name.
        policy: String,
    },
    /// The user is not assigned to the application.
    #[error("the user is not assigned to the application")]
    NotAssigned,
    /// The session was revoked, or the password changed, after the sign-in.
    #[error("signed in at {since}, which no longer counts since {valid_from}")]
    Revoked {
        /// When the person signed in.
        since: VirtualTime,
        /// From when on sign-ins count.
        valid_from: VirtualTime,
        /// Because the password was changed.
        password: bool,
    },
    /// The sign-in is older than policy allows.
    #[error("signed in at {since}, which is too long ago")]
    TooOld {
        /// When.
        since: VirtualTime,
        /// How old it may be, in seconds.
        most: i64,
    },
}

/// What is known of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub user: PersonIx,
    /// When the password was given.
    pub since: VirtualTime,
    /// With a second factor.
    pub mfa: bool,
}

/// Judges a password.
///
/// # Errors
/// Locked, wrong, disabled or expired: in this order, as the genuine service tells only who knows the password
/// that an account is disabled.
pub fn password(state: &State, user: PersonIx, given: &str, now: VirtualTime) -> Result<(), SignInError> {
    let core = state.core();
    let directory = &core.directory;
    let account = directory.account(user);
    if account.is_some_and(|account| account.locked || account.locked_until.is_some_and(|until| now < until))
    {
        return Err(SignInError::Locked);
    }
    let known = directory.password_of(user, state.world().person(user));
    let (given, known) = (digest(&SHA256, given.as_bytes()), digest(&SHA256, known.as_bytes()));
    if verify_slices_are_equal(given.as_ref(), known.as_ref()).is_err() {
        return Err(SignInError::WrongPassword);
    }
    if !core.enabled(user, now) {
        return Err(SignInError::Disabled);
    }
    match account {
        Some(account) if account.password_expired => Err(SignInError::PasswordExpired),
        _ => Ok(()),
    }
}

/// What tells a wrong password from others: nobody who reads it learns the password.
pub fn attempt(state: &State, given: &str) -> Guid {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &state.identity().key);
    let mut context = hmac::Context::with_key(&key);
    context.update(b"wrong password");
    context.update(given.as_bytes());
    Guid::from_bits(context.sign().as_ref().first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes)))
}

/// Judges whether a sign-in still stands.
///
/// # Errors
/// A disabled account, a revoked session, a sign-in that is too old.
pub fn stands(state: &State, presence: Presence, now: VirtualTime) -> Result<(), SignInError> {
    let core = state.core();
    let directory = &core.directory;
    if !core.enabled(presence.user, now) {
        return Err(SignInError::Disabled);
    }
    if let Some(account) = directory.account(presence.user)
        && let Some(valid_from) = account.valid_from
        && presence.since < valid_from
    {
        let password = account.password_changed;
        return Err(SignInError::Revoked { since: presence.since, valid_from, password });
    }
    match directory.policies.sign_in_frequency {
        Some(most) if now - presence.since >= most => {
            Err(SignInError::TooOld { since: presence.since, most: most.as_millis() / 1_000 })
        }
        _ => Ok(()),
    }
}

/// Judges whether somebody who has signed in may use a client for a resource.
///
/// # Errors
/// A user who is not assigned, a policy that blocks, a device or second factor that is demanded.
pub fn conditions(
    state: &State,
    presence: Presence,
    client: &Client,
    resource: Option<Guid>,
) -> Result<(), SignInError> {
    let directory = &state.core().directory;
    let user = presence.user;
    if client.app.as_ref().is_some_and(|app| app.assignment_required)
        && !directory.assigned.contains(&(client.id(), user))
    {
        return Err(SignInError::NotAssigned);
    }
    let account = directory.account(user);
    let risk = account.map_or(Risk::None, |account| account.risk);
    if risk == Risk::High {
        return Err(SignInError::Blocked { policy: "Block users at high risk".to_owned() });
    }
    let mut second_factor = risk == Risk::Medium || account.is_some_and(|account| account.mfa != Mfa::Off);
    for policy in &directory.policies.access {
        let about_user = policy.users.as_ref().is_none_or(|users| users.contains(&user));
        let about_application = policy.applications.as_ref().is_none_or(|applications| {
            applications.contains(&client.id()) || resource.is_some_and(|id| applications.contains(&id))
        });
        if !about_user || !about_application {
            continue;
        }
        let policy_name = policy.name.to_string();
        match policy.control {
            AccessControl::Block => return Err(SignInError::Blocked { policy: policy_name }),
            // No device of the simulated browsers is managed, so none is compliant.
            AccessControl::CompliantDevice => {
                return Err(SignInError::DeviceNotCompliant { policy: policy_name });
            }
            AccessControl::JoinedDevice => return Err(SignInError::DeviceNotJoined { policy: policy_name }),
            AccessControl::Mfa => second_factor = true,
        }
    }
    if !second_factor || presence.mfa {
        return Ok(());
    }
    match account.map_or(Mfa::Off, |account| account.mfa) {
        Mfa::Unregistered => Err(SignInError::MfaUnregistered),
        Mfa::Off | Mfa::Required => Err(SignInError::MfaRequired),
    }
}
