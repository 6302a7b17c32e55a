//! People, as they are set by hand.

use serde::{Deserialize, Serialize};

use crate::model::person::Persona;

/// Somebody who is known by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonSpec {
    /// "Given Surname": the last word is the family name.
    pub display_name: String,
    /// Principal name, or what stands before its `@`; `None` makes one of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// Department, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// City of the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Directory roles, by display name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The persona that this person plays instead of a drawn one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<Persona>,
    /// A guest of another organisation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// May not sign in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// How the one is called who plays a persona.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonaSpec {
    /// "Given Surname".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Principal name, or what stands before its `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
}

/// The given name and the family name of a display name: the last word is the family name.
impl PersonSpec {
    /// See the type.
    pub fn names(display_name: &str) -> (&str, &str) {
        let name = display_name.trim();
        name.rsplit_once(' ').map_or((name, name), |(given, surname)| (given.trim(), surname))
    }
}
