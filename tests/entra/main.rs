//! Signing in, tokens, and the directory behind them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "../kit/browser.rs"]
mod browser;
mod directory;
mod entra_consent;
mod entra_device;
mod entra_discovery;
mod entra_errors;
mod entra_grants;
mod entra_groups;
mod entra_hostile;
mod entra_persistence;
mod entra_refusals;
mod entra_sign_in;
mod entra_token;
mod entra_userinfo;
mod entra_validators;
#[path = "../kit/mod.rs"]
mod kit;
mod lost_journal;
#[path = "../kit/oauth.rs"]
mod oauth;
mod tokens;
