//! What permissions are called on a consent page, and who may consent to them.
//!
//! Words only: ids are in [`super::resources`], and whether a tenant lets its users consent at all is not known
//! here. The words are those that the service principals of the resources publish; where none are known for users,
//! they say the same of "you". Every security permission needs an administrator, in both forms.
//!
//! Sources: <https://learn.microsoft.com/graph/permissions-reference>,
//! <https://learn.microsoft.com/entra/identity-platform/scopes-oidc>,
//! <https://learn.microsoft.com/graph/api/resources/permissionscope> (what the texts of a scope are for),
//! <https://github.com/maciejporebski/azure-ad-first-party-apps-permissions>.

mod application;
mod delegated;

/// Words of one resource, under its application id.
type Rows<W> = (&'static str, &'static [W]);

/// Who may consent to a delegated permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consenter {
    /// Every user for themselves, as far as the tenant lets them.
    User,
    /// An administrator only.
    Admin,
}

/// The words of a delegated permission, under the names that Microsoft Graph gives them.
#[derive(Debug, PartialEq, Eq)]
pub struct DelegatedWords {
    /// The value in `scp`.
    pub value: &'static str,
    /// What a user reads who consents for themselves: the title.
    pub user_consent_display_name: &'static str,
    /// What a user reads who wants to know more.
    pub user_consent_description: &'static str,
    /// What an administrator reads who consents for everybody: the title.
    pub admin_consent_display_name: &'static str,
    /// What an administrator reads who wants to know more.
    pub admin_consent_description: &'static str,
    /// Who may consent.
    pub consenter: Consenter,
}

/// What kind of thing a permission allows, in the order in which a consent page tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// To know who has signed in.
    SignIn,
    /// To read.
    Read,
    /// To change or do something, perhaps beside reading.
    Change,
    /// To go on while nobody is there.
    Offline,
}

/// What kind of thing the permission of this value allows, as published values tell it: by a part that is `Read`, and
/// for those of OpenID Connect by their names.
pub fn access(value: &str) -> Access {
    match value {
        "openid" | "profile" | "email" => Access::SignIn,
        "offline_access" => Access::Offline,
        _ if value.split('.').any(|part| part.eq_ignore_ascii_case("read")) => Access::Read,
        _ => Access::Change,
    }
}

impl Access {
    /// The heading above permissions of this kind.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::SignIn => "Sign-in",
            Self::Read => "Read",
            Self::Change => "Change",
            Self::Offline => "Offline access",
        }
    }
}

impl DelegatedWords {
    /// The scope's `type`: `User` or `Admin`.
    pub const fn kind(&self) -> &'static str {
        match self.consenter {
            Consenter::User => "User",
            Consenter::Admin => "Admin",
        }
    }
}

/// The words of an application permission (app role), to which only administrators consent.
#[derive(Debug, PartialEq, Eq)]
pub struct ApplicationWords {
    /// The value in `roles`.
    pub value: &'static str,
    /// The title.
    pub display_name: &'static str,
    /// What it allows.
    pub description: &'static str,
}

/// The words of a delegated permission of the resource with this application id. The case of the value does not
/// matter: documents write the values of Cloud Apps with a capital.
pub fn delegated(resource_app_id: &str, value: &str) -> Option<&'static DelegatedWords> {
    let (_, rows) = delegated::ALL.iter().find(|(id, _)| *id == resource_app_id)?;
    rows.iter().find(|words| words.value.eq_ignore_ascii_case(value))
}

/// The words of an application permission of the resource with this application id. The case of the value does not
/// matter.
pub fn application(resource_app_id: &str, value: &str) -> Option<&'static ApplicationWords> {
    let (_, rows) = application::ALL.iter().find(|(id, _)| *id == resource_app_id)?;
    rows.iter().find(|words| words.value.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::resources::{CLOUD_APPS, DEFENDER_XDR, GRAPH, RESOURCES};

    #[test]
    fn permission_descriptions_are_complete_and_match_the_list_of_permissions() {
        for resource in RESOURCES {
            for permission in resource.permissions() {
                let (id, value) = (resource.app_id, permission.value);
                let (delegated, application) = (delegated(id, value), application(id, value));
                if delegated.is_none() && application.is_none() {
                    continue;
                }
                assert_eq!(permission.delegated.is_some(), delegated.is_some(), "{value}");
                assert_eq!(permission.application.is_some(), application.is_some(), "{value}");
                let consenter = delegated.map_or(Consenter::Admin, |words| words.consenter);
                assert_eq!(permission.consenter, consenter, "{value}");
            }
        }
    }

    #[test]
    fn every_permission_description_belongs_to_a_permission() {
        let known = |id: &str, value: &str| {
            let mut of = RESOURCES.iter().filter(|resource| resource.app_id == id);
            of.any(|resource| resource.permissions().iter().any(|permission| permission.value == value))
        };
        for (id, rows) in delegated::ALL {
            assert!(rows.iter().all(|words| known(id, words.value)), "{id}");
        }
        for (id, rows) in application::ALL {
            assert!(rows.iter().all(|words| known(id, words.value)), "{id}");
        }
    }

    #[test]
    fn titles_are_phrases_and_descriptions_are_sentences() {
        let good = |title: &str, text: &str| {
            !title.is_empty() && !title.ends_with('.') && text.ends_with('.') && text.is_ascii()
        };
        for words in delegated::ALL.iter().flat_map(|(_, rows)| *rows) {
            assert!(good(words.user_consent_display_name, words.user_consent_description), "{words:?}");
            assert!(good(words.admin_consent_display_name, words.admin_consent_description), "{words:?}");
            assert!(!words.user_consent_description.contains("signed-in user"), "{words:?}");
        }
        for words in application::ALL.iter().flat_map(|(_, rows)| *rows) {
            assert!(good(words.display_name, words.description), "{words:?}");
        }
    }

    #[test]
    fn users_may_consent_to_openid_and_user_level_permissions_only() {
        let all = delegated::ALL.iter().flat_map(|(_, rows)| *rows);
        let of_users: Vec<_> = all.filter(|words| words.kind() == "User").map(|words| words.value).collect();
        assert_eq!(
            of_users,
            ["User.Read", "openid", "profile", "email", "offline_access", "user_impersonation"]
        );
    }

    #[test]
    fn a_permission_changes_something_exactly_if_its_words_say_so() {
        // Words that descriptions of changing permissions contain, in either case of the first letter.
        let acts = ["Manage ", "rite", "pdate", "reate", "solate", "Access Azure"];
        for (id, rows) in application::ALL {
            for words in *rows {
                let text = format!("{} {}", words.display_name, words.description);
                let changes = acts.iter().any(|act| text.contains(act));
                assert_eq!(access(words.value) == Access::Change, changes, "{id} {}", words.value);
            }
        }
        for (id, rows) in delegated::ALL {
            for words in rows.iter().filter(|words| words.value.contains(['.', '_'])) {
                let text =
                    format!("{} {}", words.admin_consent_display_name, words.admin_consent_description);
                let changes = acts.iter().any(|act| text.contains(act)) && words.value != "offline_access";
                assert_eq!(access(words.value) == Access::Change, changes, "{id} {}", words.value);
            }
        }
        assert_eq!(access("offline_access"), Access::Offline);
        assert_eq!(access("openid"), Access::SignIn);
    }

    #[test]
    fn words_are_found_by_resource_and_value_in_any_case() {
        let words = delegated(CLOUD_APPS, "Investigation.Read").unwrap();
        assert_eq!((words.value, words.kind()), ("investigation.read", "Admin"));
        assert_eq!(application(CLOUD_APPS, "Settings.manage").unwrap().description, "Manage all settings.");
        let words = delegated(GRAPH, "offline_access").unwrap();
        assert_eq!(words.user_consent_display_name, "Maintain access to data you have given it access to");
        assert!(delegated(DEFENDER_XDR, "openid").is_none());
        assert!(application(GRAPH, "User.Read").is_none());
        assert!(delegated("", "").is_none() && application("x", "User.Read").is_none());
    }
}
