//! Proof key for code exchange (PKCE): only the client that asked for an authorization code can redeem it.
//!
//! Only texts are judged here; whether a client must use it, and what a code remembers, is the caller's matter. A
//! verifier for a code without a challenge is for the caller to refuse as well (RFC 9700, section 4.8.2).
//!
//! Source: RFC 7636.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::model::base64;

/// How a challenge is made from its verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// base64url of the SHA-256.
    S256,
    /// It is the verifier.
    Plain,
}

/// Why a challenge or a verifier is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// The challenge is shorter than 43 or longer than 128 characters.
    #[error("a code challenge has 43 to 128 characters")]
    ChallengeSize,
    /// The challenge has a character that is not allowed.
    #[error("a code challenge has letters, digits and -._~ only")]
    ChallengeForm,
    /// No verifier for a challenge.
    #[error("no code verifier")]
    MissingVerifier,
    /// The verifier is shorter than 43 or longer than 128 characters.
    #[error("a code verifier has 43 to 128 characters")]
    VerifierSize,
    /// The verifier is not that of the challenge.
    #[error("the code verifier does not fit the code challenge")]
    Mismatch,
}

impl Method {
    /// The method that `code_challenge_method` names, letter by letter; none named means plain. `None` for a
    /// method that does not exist.
    pub fn read(text: Option<&str>) -> Option<Self> {
        match text {
            Some("S256") => Some(Self::S256),
            Some("plain") | None => Some(Self::Plain),
            Some(_) => None,
        }
    }
}

/// Whether a challenge has the form of one.
///
/// # Errors
/// [`PkceError::ChallengeSize`] or [`PkceError::ChallengeForm`].
pub fn check_challenge(challenge: &str) -> Result<(), PkceError> {
    if !(43..=128).contains(&challenge.len()) {
        return Err(PkceError::ChallengeSize);
    }
    if !challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
        return Err(PkceError::ChallengeForm);
    }
    Ok(())
}

/// Whether a verifier is that of the challenge. The time it takes does not depend on where the texts differ.
///
/// # Errors
/// [`PkceError::MissingVerifier`], [`PkceError::VerifierSize`] or [`PkceError::Mismatch`].
pub fn verify(challenge: &str, method: Method, verifier: Option<&str>) -> Result<(), PkceError> {
    let verifier = verifier.filter(|text| !text.is_empty()).ok_or(PkceError::MissingVerifier)?;
    if !(43..=128).contains(&verifier.len()) {
        return Err(PkceError::VerifierSize);
    }
    let made = match method {
        Method::S256 => base64::encode_url(digest(&SHA256, verifier.as_bytes()).as_ref()),
        Method::Plain => verifier.to_owned(),
    };
    verify_slices_are_equal(made.as_bytes(), challenge.as_bytes()).map_err(|_| PkceError::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_pkce_example_of_rfc_7636_verifies() {
        assert_eq!(check_challenge(CHALLENGE), Ok(()));
        assert_eq!(verify(CHALLENGE, Method::S256, Some(VERIFIER)), Ok(()));
        assert_eq!(verify(VERIFIER, Method::Plain, Some(VERIFIER)), Ok(()));
    }

    #[test]
    fn a_pkce_challenge_is_not_accepted_as_its_own_verifier() {
        assert_eq!(verify(CHALLENGE, Method::S256, Some(CHALLENGE)), Err(PkceError::Mismatch));
        assert_eq!(verify(CHALLENGE, Method::Plain, Some(VERIFIER)), Err(PkceError::Mismatch));
    }

    #[test]
    fn missing_badly_sized_and_wrong_pkce_verifiers_are_distinct_faults() {
        let error = |verifier: Option<&str>| verify(CHALLENGE, Method::S256, verifier).unwrap_err();
        assert_eq!(error(None), PkceError::MissingVerifier);
        assert_eq!(error(Some("")), PkceError::MissingVerifier);
        assert_eq!(error(Some(&VERIFIER[1..])), PkceError::VerifierSize);
        assert_eq!(error(Some(&"x".repeat(129))), PkceError::VerifierSize);
        assert_eq!(error(Some(&"x".repeat(128))), PkceError::Mismatch);
        assert_eq!(error(Some(&VERIFIER.to_lowercase())), PkceError::Mismatch);
        assert_eq!(error(Some(&"é".repeat(30))), PkceError::Mismatch);
    }

    #[test]
    fn a_pkce_challenge_of_bad_size_or_alphabet_is_refused() {
        for length in [43, 128] {
            assert_eq!(check_challenge(&"~".repeat(length)), Ok(()));
        }
        for length in [0, 1, 42, 129, 100_000] {
            assert_eq!(check_challenge(&"a".repeat(length)), Err(PkceError::ChallengeSize));
        }
        for odd in ["+", "/", "=", " ", "\n", "<", "é"] {
            let challenge = format!("{}{odd}", &CHALLENGE[..42]);
            assert_eq!(check_challenge(&challenge), Err(PkceError::ChallengeForm), "{odd:?}");
        }
    }

    #[test]
    fn the_pkce_method_is_case_sensitive_and_defaults_to_plain() {
        assert_eq!(Method::read(Some("S256")), Some(Method::S256));
        assert_eq!(Method::read(Some("plain")), Some(Method::Plain));
        assert_eq!(Method::read(None), Some(Method::Plain));
        for odd in ["", "s256", "S512", "PLAIN", "S256 "] {
            assert_eq!(Method::read(Some(odd)), None, "{odd:?}");
        }
    }
}
