//! What a `scope` parameter asks for: an application's own rights, or rights on behalf of a user.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope>

use crate::catalogue::resources;

/// Why a scope can not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Something in it is not `<resource>/.default`.
    #[error("every scope must be a resource with /.default")]
    NotDefault,
    /// It names more than one resource.
    #[error("more than one resource")]
    SeveralResources,
    /// It names a resource's `/.default` and named scopes of the resource beside it.
    #[error("/.default and named scopes of one resource")]
    Mixed,
    /// It names no resource and no scope of OpenID Connect.
    #[error("nothing is asked for")]
    Empty,
}

/// What is asked for on behalf of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// What is asked of resources, in the order of asking, without repeats.
    pub parts: Vec<Part<'a>>,
    /// The scopes of OpenID Connect among it.
    pub openid: OpenId,
}

/// A scope of a resource, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// As written.
    pub text: &'a str,
    /// The resource, as written; empty for a bare scope, which is one of Microsoft Graph.
    pub resource: &'a str,
    /// The scope, or `.default`.
    pub value: &'a str,
}

/// Which scopes of OpenID Connect are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenId {
    /// `openid`: an id token.
    pub openid: bool,
    /// `profile`: names in it.
    pub profile: bool,
    /// `email`: the address in it.
    pub email: bool,
    /// `offline_access`: a refresh token.
    pub offline: bool,
}

impl OpenId {
    /// The names that an answer lists; `offline_access` is never among them.
    pub fn listed(self) -> impl Iterator<Item = &'static str> {
        [("openid", self.openid), ("profile", self.profile), ("email", self.email)]
            .into_iter()
            .filter_map(|(name, asked)| asked.then_some(name))
    }
}

impl<'a> Part<'a> {
    /// Everything that was granted, or that the registration asks for.
    pub fn is_default(&self) -> bool {
        self.value.eq_ignore_ascii_case(".default")
    }

    /// It is of the resource that `resource` names, in whichever of its spellings.
    pub fn is_of(&self, resource: &str) -> bool {
        let known = |text: &str| {
            let named = if text.is_empty() { resources::GRAPH } else { text };
            resources::RESOURCES.iter().position(|resource| resource.answers_to(named))
        };
        self.resource == resource || known(self.resource).is_some_and(|place| known(resource) == Some(place))
    }

    fn read(text: &'a str) -> Self {
        let (resource, value) = text.rsplit_once('/').unwrap_or(("", text));
        Self { text, resource, value }
    }
}

impl<'a> Asked<'a> {
    /// Reads a scope parameter.
    ///
    /// # Errors
    /// Named scopes beside `.default` of the same resource, or nothing at all.
    pub fn read(scope: &'a str) -> Result<Self, ScopeError> {
        let mut asked = Self::default();
        for text in scope.split_whitespace() {
            match text.to_ascii_lowercase().as_str() {
                "openid" => asked.openid.openid = true,
                "profile" => asked.openid.profile = true,
                "email" => asked.openid.email = true,
                "offline_access" => asked.openid.offline = true,
                _ => {
                    let part = Part::read(text);
                    if !asked.parts.contains(&part) {
                        asked.parts.push(part);
                    }
                }
            }
        }
        if asked.parts.is_empty() && asked.openid == OpenId::default() {
            return Err(ScopeError::Empty);
        }
        let mixed = |part: &Part<'_>| {
            part.is_default()
                && asked.parts.iter().any(|other| !other.is_default() && other.is_of(part.resource))
        };
        if asked.parts.iter().any(mixed) {
            return Err(ScopeError::Mixed);
        }
        Ok(asked)
    }

    /// The parts of the first resource that is asked for: what a token can be issued for.
    pub fn first_resource(&self) -> Option<(&'a str, Vec<Part<'a>>)> {
        let first = self.parts.first()?.resource;
        Some((first, self.parts.iter().filter(|part| part.is_of(first)).copied().collect()))
    }

    /// More than one resource is asked for.
    pub fn has_several_resources(&self) -> bool {
        self.parts.iter().any(|part| !part.is_of(self.parts[0].resource))
    }
}

/// The resource that `.default` without a resource stands for: Microsoft Graph, by its application id.
pub const BARE_DEFAULT: &str = resources::GRAPH;

/// Scopes that ask for facts about a user; client libraries send them along with any request.
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What a `scope` names at an endpoint of version 1.0, where only `resource` has a meaning: the vendor's own sample for
/// Cloud Apps names resource and scope there. It is the first resource that stands in front of a scope, with what is
/// asked of it, or that `is_resource` knows as a text of its own. Scopes without a resource, those of OpenID Connect
/// above all, name none.
///
/// Source: <https://learn.microsoft.com/defender-cloud-apps/api-authentication-user>.
pub fn first_version<'a>(
    scope: &'a str,
    is_resource: impl Fn(&str) -> bool,
) -> Option<(&'a str, Vec<Part<'a>>)> {
    let everything = |resource| (resource, vec![Part { text: "", resource, value: ".default" }]);
    for text in scope.split_whitespace() {
        let part = Part::read(text);
        if is_resource(text) {
            return Some(everything(text));
        }
        if part.resource.is_empty() {
            if part.is_default() {
                return Some(everything(BARE_DEFAULT));
            }
            continue;
        }
        let parts = scope.split_whitespace().map(Part::read).filter(|other| other.is_of(part.resource));
        return Some((part.resource, parts.collect()));
    }
    None
}

/// The resource that a scope asks for, spelled as in the scope: exactly one trailing `/.default` is taken off, so
/// that `https://management.azure.com//.default` asks for `https://management.azure.com/`.
///
/// # Errors
/// See [`ScopeError`]. An empty scope asks for nothing and is no `/.default`.
pub fn resource(scope: &str) -> Result<&str, ScopeError> {
    let mut found = None;
    for part in scope.split_whitespace().filter(|part| !OPENID.contains(part)) {
        let resource = match part.strip_suffix(".default") {
            Some("") => BARE_DEFAULT,
            Some(front) => match front.strip_suffix('/') {
                Some(resource) if !resource.is_empty() => resource,
                _ => return Err(ScopeError::NotDefault),
            },
            None => return Err(ScopeError::NotDefault),
        };
        if found.is_some_and(|other| other != resource) {
            return Err(ScopeError::SeveralResources);
        }
        found = Some(resource);
    }
    found.ok_or(ScopeError::NotDefault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delegated_scopes_name_their_resource_before_the_last_slash() {
        let asked = Asked::read(
            "openid User.Read https://management.azure.com//.default api://one/access_as_user OFFLINE_ACCESS User.Read",
        );
        let asked = asked.unwrap();
        let parts: Vec<_> = asked.parts.iter().map(|part| (part.resource, part.value)).collect();
        let expected = [
            ("", "User.Read"),
            ("https://management.azure.com/", ".default"),
            ("api://one", "access_as_user"),
        ];
        assert_eq!(parts, expected);
        assert!(asked.has_several_resources() && asked.openid.offline && !asked.openid.email);
        assert_eq!(asked.openid.listed().collect::<Vec<_>>(), ["openid"]);
        assert_eq!(Asked::read("User.Read .default"), Err(ScopeError::Mixed));
        assert_eq!(Asked::read("  "), Err(ScopeError::Empty));
        assert!(Asked::read("https://a.example/.default https://b.example/x").is_ok());
    }

    #[test]
    fn v1_takes_the_resource_from_the_scope_that_names_it() {
        let known = |text: &str| resources::RESOURCES.iter().any(|resource| resource.answers_to(text));
        for (scope, expected) in [
            (
                "05a65629-4c1b-48c1-a78b-804c4abdd4af/Investigation.read",
                Some(("05a65629-4c1b-48c1-a78b-804c4abdd4af", "Investigation.read")),
            ),
            ("openid https://graph.microsoft.com", Some(("https://graph.microsoft.com", ".default"))),
            ("https://management.azure.com//.default", Some(("https://management.azure.com/", ".default"))),
            ("api://nobody/x", Some(("api://nobody", "x"))),
            (".default", Some((BARE_DEFAULT, ".default"))),
            ("openid profile offline_access", None),
            ("User.Read", None),
            ("", None),
        ] {
            let found = first_version(scope, known);
            let found = found.as_ref().map(|(resource, parts)| (*resource, parts[0].value));
            assert_eq!(found, expected, "{scope:?}");
        }
    }

    #[test]
    fn exactly_one_default_suffix_is_stripped_from_a_scope() {
        let table = [
            ("https://graph.microsoft.com/.default", Ok("https://graph.microsoft.com")),
            ("https://management.azure.com//.default", Ok("https://management.azure.com/")),
            ("https://localhost:8443//.default", Ok("https://localhost:8443/")),
            ("05a65629-4c1b-48c1-a78b-804c4abdd4af/.default", Ok("05a65629-4c1b-48c1-a78b-804c4abdd4af")),
            ("https://a.example/.default/.default", Ok("https://a.example/.default")),
            (".default", Ok("00000003-0000-0000-c000-000000000000")),
            (" openid https://a.example/.default  offline_access profile ", Ok("https://a.example")),
            ("https://a.example/.default https://a.example/.default", Ok("https://a.example")),
            ("https://a.example/.default https://b.example/.default", Err(ScopeError::SeveralResources)),
            ("https://a.example/.default https://a.example//.default", Err(ScopeError::SeveralResources)),
            ("https://graph.microsoft.com/User.Read", Err(ScopeError::NotDefault)),
            ("https://graph.microsoft.com/.default User.Read", Err(ScopeError::NotDefault)),
            ("https://graph.microsoft.com", Err(ScopeError::NotDefault)),
            ("https://graph.microsoft.com.default", Err(ScopeError::NotDefault)),
            ("/.default", Err(ScopeError::NotDefault)),
            ("openid", Err(ScopeError::NotDefault)),
            ("", Err(ScopeError::NotDefault)),
        ];
        for (scope, expected) in table {
            assert_eq!(resource(scope), expected, "{scope:?}");
        }
    }
}
