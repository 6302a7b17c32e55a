//! How a client proves who it is: secret, certificate, federated credential.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>,
//! <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.

use std::collections::BTreeMap;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};

use crate::model::registration::Registration;
use crate::model::time::VirtualTime;
use crate::tenant::Directory;

use super::assertion::{self, AssertionError, Certificate, Federated, JsonWebKeys};
use super::token::Proof;

/// What a client presents.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// Nothing.
    None,
    /// A client secret.
    Secret(&'a str),
    /// A client assertion: a token that the client signed itself (RFC 7523), or that another issuer signed for it.
    Assertion(&'a str),
}

/// Never shows the credential.
impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Secret(_) => "Secret(…)",
            Self::Assertion(_) => "Assertion(…)",
        })
    }
}

/// Why a credential is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The client is public, yet presents a credential.
    #[error("a public client presents no credential")]
    PublicClient,
    /// No credential.
    #[error("no credential")]
    Missing,
    /// The secret is not the client's.
    #[error("wrong secret")]
    WrongSecret,
    /// The secret was the client's, until this instant.
    #[error("the secret ended at {0}")]
    SecretEnded(VirtualTime),
    /// The assertion does not hold.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
}

/// Judges what a client presents. `audiences` says which `aud` of an assertion means this endpoint.
///
/// # Errors
/// See [`CredentialError`].
pub fn prove(
    registration: &Registration,
    directory: &Directory,
    credential: Credential<'_>,
    audiences: &dyn Fn(&str) -> bool,
    now: VirtualTime,
) -> Result<Proof, CredentialError> {
    if registration.public {
        return match credential {
            Credential::None => Ok(Proof::None),
            Credential::Secret(_) | Credential::Assertion(_) => Err(CredentialError::PublicClient),
        };
    }
    match credential {
        Credential::None => Err(CredentialError::Missing),
        Credential::Secret(given) => {
            let known = registration.secrets.iter().find(|known| same(given, &known.value));
            match known.ok_or(CredentialError::WrongSecret)?.ends {
                Some(ends) if now >= ends => Err(CredentialError::SecretEnded(ends)),
                _ => Ok(Proof::Secret),
            }
        }
        Credential::Assertion(given) => {
            asserted(registration, directory, given, audiences, now)?;
            Ok(Proof::Certificate)
        }
    }
}

fn asserted(
    registration: &Registration,
    directory: &Directory,
    given: &str,
    audiences: &dyn Fn(&str) -> bool,
    now: VirtualTime,
) -> Result<(), AssertionError> {
    let client = registration.client_id.to_string();
    // A token of another issuer stands for a secret only where one is trusted.
    let foreign = assertion::peek_issuer(given).filter(|issuer| !issuer.eq_ignore_ascii_case(&client));
    if foreign.is_some() && !registration.federated.is_empty() {
        let credentials: Vec<Federated<'_>> = registration
            .federated
            .iter()
            .map(|known| Federated {
                issuer: &known.issuer,
                subject: &known.subject,
                audience: &known.audience,
            })
            .collect();
        let keys: BTreeMap<&str, JsonWebKeys> = registration
            .federated
            .iter()
            .filter_map(|known| {
                let text = directory.issuer_keys(&known.issuer)?;
                Some((
                    &*known.issuer,
                    JsonWebKeys::read(&serde_json::from_slice(text.as_bytes()).ok()?).ok()?,
                ))
            })
            .collect();
        return assertion::judge_federated(given, &credentials, &|issuer| keys.get(issuer), now);
    }
    let certificates: Vec<Certificate> =
        registration.certificates.iter().filter_map(|text| Certificate::from_pem_or_base64(text)).collect();
    let certificates: Vec<&Certificate> = certificates.iter().collect();
    assertion::judge(given, &client, &certificates, audiences, now)
}

/// Compares by digest, so that neither content nor length shows in the time it takes.
fn same(given: &str, secret: &str) -> bool {
    let (given, secret) = (digest(&SHA256, given.as_bytes()), digest(&SHA256, secret.as_bytes()));
    verify_slices_are_equal(given.as_ref(), secret.as_ref()).is_ok()
}
