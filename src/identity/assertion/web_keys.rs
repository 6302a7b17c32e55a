//! The public keys of another issuer, as its key set states them.
//!
//! Whose keys they are and how they came here is not known here.
//!
//! Source: RFC 7517; parameters of the keys: RFC 7518, section 6.

use serde_json::{Map, Value};

use crate::model::base64;

use super::public_key::{Algorithm, PublicKey};

/// Most keys that a set may have.
pub const MAX_KEYS: usize = 32;

/// The keys of a key set that can judge an assertion: RSA, and EC of the curve P-256.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonWebKeys {
    keys: Vec<WebKey>,
}

#[derive(Clone, PartialEq, Eq)]
struct WebKey {
    kid: Option<String>,
    /// The only algorithm it may judge by, if it names one.
    algorithm: Option<Algorithm>,
    key: PublicKey,
}

impl JsonWebKeys {
    /// Reads a key set. Keys of other kinds, for other uses or other algorithms are passed over, as RFC 7517,
    /// section 5, wants it.
    ///
    /// # Errors
    /// What is wrong and where: no list of keys, a key of a known kind that is none, or none that is of use.
    pub fn read(json: &Value) -> Result<Self, String> {
        let list = json.get("keys").and_then(Value::as_array).ok_or("keys: no list")?;
        if list.len() > MAX_KEYS {
            return Err(format!("keys: more than {MAX_KEYS}"));
        }
        let mut keys = Vec::new();
        for (at, key) in list.iter().enumerate() {
            let key = key.as_object().ok_or_else(|| format!("keys[{at}]: no object"))?;
            keys.extend(WebKey::read(key).map_err(|what| format!("keys[{at}]{what}"))?);
        }
        if keys.is_empty() {
            return Err(
                "keys: none of kind RSA or EC (P-256) that signs with RS256, PS256 or ES256".to_owned()
            );
        }
        Ok(Self { keys })
    }

    /// How many keys of the set are of use.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// The keys that may have signed with this algorithm under this id. A key without id may be any.
    pub(super) fn candidates(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &PublicKey> {
        self.keys
            .iter()
            .filter(move |key| match (kid, &key.kid) {
                (Some(asked), Some(kid)) => asked == kid,
                _ => true,
            })
            .filter(move |key| key.algorithm.is_none_or(|only| only == algorithm))
            .map(|key| &key.key)
            .filter(move |key| key.serves(algorithm))
    }
}

/// Names the keys by their ids.
impl std::fmt::Debug for JsonWebKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| key.kid.as_deref().unwrap_or("(no id)"))).finish()
    }
}

impl WebKey {
    /// A key of the set; `None` for one that is of no use here.
    fn read(members: &Map<String, Value>) -> Result<Option<Self>, String> {
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(format!(".{name}: no text")),
        };
        let bytes = |name: &str| {
            let text = text(name)?.ok_or_else(|| format!(".{name}: missing"))?;
            base64::decode_url(text.trim_end_matches('=')).ok_or_else(|| format!(".{name}: no base64url"))
        };
        let kind = text("kty")?.ok_or(".kty: missing")?;
        let algorithm = match text("alg")? {
            None => None,
            Some(name) => match Algorithm::read(name) {
                None => return Ok(None),
                known => known,
            },
        };
        if text("use")?.is_some_and(|use_| use_ != "sig") {
            return Ok(None);
        }
        let key = match kind {
            "RSA" => PublicKey::rsa(&bytes("n")?, &bytes("e")?)
                .ok_or(": no RSA key of 2048 to 8192 bits with a usual exponent")?,
            "EC" if text("crv")? == Some("P-256") => {
                PublicKey::p256(&[&[4], &bytes("x")?[..], &bytes("y")?[..]].concat())
                    .ok_or(": no point of the curve P-256")?
            }
            _ => return Ok(None),
        };
        if algorithm.is_some_and(|algorithm| !key.serves(algorithm)) {
            return Err(format!(".alg: not for a key of kind {kind}"));
        }
        Ok(Some(Self { kid: text("kid")?.map(str::to_owned), algorithm, key }))
    }
}
