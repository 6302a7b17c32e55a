//! Departments, offices and registrations, as they are set by hand.

use crate::model::registration::Platform;
use serde::{Deserialize, Serialize};

use super::Thousandths;

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DepartmentSpec {
    /// Its name; one of the catalogue brings its titles and files along.
    pub name: String,
    /// The department of the catalogue whose work it does, where its name is not in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Its share of the members, beside the weights of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// Title of its head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Title of a team lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// Titles of everybody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<String>,
}

/// An office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficeSpec {
    /// Its city. The office sites of the catalogue need nothing else.
    pub city: String,
    /// ISO country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Country name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_name: Option<String>,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Minutes east of UTC, instead of a zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_minutes: Option<i32>,
    /// Degrees north, in thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<Degrees>,
    /// Degrees east, in thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<Degrees>,
    /// Its share of the members, beside the weights of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

/// Degrees, kept in thousandths, of either sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Degrees(pub i32);

impl Serialize for Degrees {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let size = Thousandths(self.0.unsigned_abs()).shown();
        serializer.serialize_f64(if self.0 < 0 { -size } else { size })
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let degrees = f64::deserialize(deserializer)?;
        if (-180.0..=180.0).contains(&degrees) {
            return Ok(Self((degrees * 1_000.0).round() as i32));
        }
        Err(serde::de::Error::custom("degrees lie between -180 and 180"))
    }
}

/// An application registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistrationSpec {
    /// The short name by which the information block and tests call it.
    pub name: String,
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Application permissions that it asks for, by the value in the `roles` claim.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Delegated permissions that it asks for, by the value in the `scp` claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated_permissions: Vec<String>,
    /// An administrator consented to them.
    #[serde(default = "yes")]
    pub consented: bool,
    /// Where the answers of sign-ins may go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    /// What kind of program the redirect URIs belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// It can keep no secret.
    #[serde(default, skip_serializing_if = "is_no")]
    pub public: bool,
    /// Users of any tenant may sign in with it.
    #[serde(default, skip_serializing_if = "is_no")]
    pub multi_tenant: bool,
    /// The authorize endpoint gives it id tokens.
    #[serde(default, skip_serializing_if = "is_no")]
    pub implicit: bool,
    /// Scopes that it offers to others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_no(flag: &bool) -> bool {
    !flag
}

fn yes() -> bool {
    true
}
