//! Mints tokens for tests: any application, audience, roles and times, and every defect that a verifier must
//! detect.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::model::base64;
use crate::model::ids::Guid;
use crate::model::time::Span;

use super::keys::SigningKey;
use super::token::{AccessClaims, sign};
use super::verifier::NOT_BEFORE_SKEW;
use crate::catalogue::resources::{GRAPH, RESOURCE_MANAGER};

/// What shall be wrong with a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenDefects {
    /// It was valid until an hour ago.
    pub expired: bool,
    /// It will be valid in an hour, which is more than clocks may differ.
    pub not_yet_valid: bool,
    /// It is for another resource.
    pub wrong_audience: bool,
    /// It is of a tenant that is not here.
    pub wrong_tenant: bool,
    /// Its signature does not hold.
    pub bad_signature: bool,
    /// It has no signature, and says so (`alg: none`).
    pub unsigned: bool,
}

/// A token with what it says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forged {
    /// The token.
    pub token: String,
    /// Its header.
    pub header: Json,
    /// Its claims.
    pub claims: Map<String, Json>,
}

/// How far a lie about time is off.
const OFF: Span = Span::hours(1);

impl TokenDefects {
    /// Two defects that can't both be told, by their names.
    pub fn contradiction(&self) -> Option<[&'static str; 2]> {
        if self.expired && self.not_yet_valid {
            return Some(["expired", "notYetValid"]);
        }
        (self.bad_signature && self.unsigned).then_some(["badSignature", "unsigned"])
    }
}

/// Makes a token of `claims`, signed with `key`, that defects as it is told to. `more` replaces claims, adds them, or (`null`) removes them.
pub fn forge(
    mut claims: AccessClaims,
    defects: TokenDefects,
    more: &Map<String, Json>,
    key: &SigningKey,
) -> Forged {
    let lifetime = claims.exp - claims.nbf;
    let off = OFF.as_millis() / 1_000;
    debug_assert!(OFF > NOT_BEFORE_SKEW);
    if defects.expired {
        claims.exp = claims.iat - off;
        claims.nbf = claims.exp - lifetime;
        claims.iat = claims.nbf;
    }
    if defects.not_yet_valid {
        claims.nbf += off;
        claims.iat = claims.nbf;
        claims.exp = claims.nbf + lifetime;
    }
    if defects.wrong_audience {
        let other = if claims.aud == RESOURCE_MANAGER { GRAPH } else { RESOURCE_MANAGER };
        claims.aud = other.to_owned();
    }
    if defects.wrong_tenant {
        let own: Guid = claims.tid.parse().unwrap_or(Guid::from_bits(0));
        // Flipping every other bit gives an id that no other tenant has either.
        let other = Guid::from_bits(own.bits() ^ (u128::MAX / 3)).to_string();
        claims.iss = claims.iss.replace(&claims.tid, &other);
        claims.tid = other;
        claims.idp = claims.idp.map(|_| claims.iss.clone());
    }
    // Claims are plain members: they are always an object.
    let mut written = match serde_json::to_value(&claims) {
        Ok(Json::Object(written)) => written,
        _ => Map::new(),
    };
    for (name, value) in more {
        match value {
            Json::Null => drop(written.shift_remove(name)),
            value => drop(written.insert(name.clone(), value.clone())),
        }
    }
    let token = signed(&written, defects, key);
    let header = token.split('.').next().and_then(base64::decode_url).unwrap_or_default();
    Forged { token, header: serde_json::from_slice(&header).unwrap_or_default(), claims: written }
}

fn signed(claims: &Map<String, Json>, defects: TokenDefects, key: &SigningKey) -> String {
    if defects.unsigned {
        let header = base64::encode_url(br#"{"typ":"JWT","alg":"none"}"#);
        let claims = base64::encode_url(Json::Object(claims.clone()).to_string().as_bytes());
        return format!("{header}.{claims}.");
    }
    let token = sign(claims, key);
    if !defects.bad_signature {
        return token;
    }
    let (front, signature) = token.rsplit_once('.').unwrap_or((&token, ""));
    let mut signature = base64::decode_url(signature).unwrap_or_default();
    if let Some(last) = signature.last_mut() {
        *last ^= 1;
    }
    format!("{front}.{}", base64::encode_url(&signature))
}
