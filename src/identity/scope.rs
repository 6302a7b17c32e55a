//! What a `scope` parameter asks for when an application asks for its own rights.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope>

/// Why a scope can not be used with the client credentials grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeFault {
    /// Something in it is not `<resource>/.default`.
    #[error("every scope must be a resource with /.default")]
    NotDefault,
    /// It names more than one resource.
    #[error("more than one resource")]
    SeveralResources,
}

/// The resource that `.default` without a resource stands for: Microsoft Graph, by its application id.
pub const BARE_DEFAULT: &str = super::resources::GRAPH;

/// Scopes that ask for facts about a user; client libraries send them along with any request.
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The resource that a scope asks for, spelled as in the scope: exactly one trailing `/.default` is taken off, so
/// that `https://management.azure.com//.default` asks for `https://management.azure.com/`.
///
/// # Errors
/// See [`ScopeFault`]. An empty scope asks for nothing and is no `/.default`.
pub fn resource(scope: &str) -> Result<&str, ScopeFault> {
    let mut found = None;
    for part in scope.split_whitespace().filter(|part| !OPENID.contains(part)) {
        let resource = match part.strip_suffix(".default") {
            Some("") => BARE_DEFAULT,
            Some(front) => match front.strip_suffix('/') {
                Some(resource) if !resource.is_empty() => resource,
                _ => return Err(ScopeFault::NotDefault),
            },
            None => return Err(ScopeFault::NotDefault),
        };
        if found.is_some_and(|other| other != resource) {
            return Err(ScopeFault::SeveralResources);
        }
        found = Some(resource);
    }
    found.ok_or(ScopeFault::NotDefault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_default_is_taken_off() {
        let table = [
            ("https://graph.microsoft.com/.default", Ok("https://graph.microsoft.com")),
            ("https://management.azure.com//.default", Ok("https://management.azure.com/")),
            ("https://localhost:8443//.default", Ok("https://localhost:8443/")),
            ("05a65629-4c1b-48c1-a78b-804c4abdd4af/.default", Ok("05a65629-4c1b-48c1-a78b-804c4abdd4af")),
            ("https://a.example/.default/.default", Ok("https://a.example/.default")),
            (".default", Ok("00000003-0000-0000-c000-000000000000")),
            (" openid https://a.example/.default  offline_access profile ", Ok("https://a.example")),
            ("https://a.example/.default https://a.example/.default", Ok("https://a.example")),
            ("https://a.example/.default https://b.example/.default", Err(ScopeFault::SeveralResources)),
            ("https://a.example/.default https://a.example//.default", Err(ScopeFault::SeveralResources)),
            ("https://graph.microsoft.com/User.Read", Err(ScopeFault::NotDefault)),
            ("https://graph.microsoft.com/.default User.Read", Err(ScopeFault::NotDefault)),
            ("https://graph.microsoft.com", Err(ScopeFault::NotDefault)),
            ("https://graph.microsoft.com.default", Err(ScopeFault::NotDefault)),
            ("/.default", Err(ScopeFault::NotDefault)),
            ("openid", Err(ScopeFault::NotDefault)),
            ("", Err(ScopeFault::NotDefault)),
        ];
        for (scope, expected) in table {
            assert_eq!(resource(scope), expected, "{scope:?}");
        }
    }
}
