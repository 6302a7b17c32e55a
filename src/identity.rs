//! Keys, tokens, grants, permissions: the rules of an identity provider, without HTTP.
//!
//! Nothing here knows a request, a route or how a service words a refusal; errors are plain enums. Nothing here
//! reads a clock: whoever asks gives the instant. The rules follow the public documentation of the Microsoft
//! identity platform (<https://learn.microsoft.com/entra/identity-platform/>) and RFC 6749, 7515, 7517, 7519.

pub mod api_token;
pub mod assertion;
pub mod blob_signature;
pub mod client;
pub mod credential;
pub mod delegation;
pub mod errors;
pub mod forge;
pub mod id_token;
pub mod keys;
pub mod pkce;
pub mod redirect;
pub mod resources;
pub mod scope;
pub mod seal;
pub mod signin;
pub mod token;
pub mod verifier;

pub use token::{AccessClaims, peek_tid};
pub use verifier::{TokenError, VerifiedToken, Verifier};
