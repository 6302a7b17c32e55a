//! What a token can be asked for: a resource of the catalogue, an application of the tenant, or the simulator's own
//! origin.

use crate::catalogue::resources::{GRAPH, RESOURCES, Resource};
use crate::model::ids::Guid;
use crate::model::registration::{Permission, Registration};
use crate::tenant::Directory;

/// What a request for a token names.
#[derive(Clone, Copy, Debug)]
pub enum Target<'d> {
    /// One resource.
    Resource(&'static Resource),
    /// An application of the tenant that offers scopes itself.
    App(&'d Registration),
    /// The simulator's own origin, which stands for every emulated resource at once: clients that know one base URL
    /// derive the scope from it.
    OwnOrigin,
}

impl<'d> Target<'d> {
    /// Whether a token for this target carries permissions of the resource with this application id.
    pub fn includes(&self, app_id: Guid) -> bool {
        match self {
            Self::Resource(resource) => resource.id() == app_id,
            Self::App(registration) => registration.client_id == app_id,
            Self::OwnOrigin => RESOURCES.iter().any(|resource| resource.emulated && resource.id() == app_id),
        }
    }

    /// The application ids of the resources whose permissions a token for this target carries.
    pub fn ids(&self) -> Vec<Guid> {
        match self {
            Self::Resource(resource) => vec![resource.id()],
            Self::App(registration) => vec![registration.client_id],
            Self::OwnOrigin => RESOURCES.iter().filter(|known| known.emulated).map(Resource::id).collect(),
        }
    }

    /// The resource among them that offers the delegated scope `value`, and the scope as it is spelled there.
    pub fn scope(&self, value: &str) -> Option<Permission> {
        let of = |resource: &'static Resource| {
            let known = resource.permission(value).filter(|known| known.is_delegated());
            known.map(|known| Permission { resource: resource.id(), value: known.value.into() })
        };
        match self {
            Self::Resource(resource) => of(resource),
            Self::OwnOrigin => RESOURCES.iter().filter(|known| known.emulated).find_map(of),
            Self::App(registration) => {
                let known = registration.scopes.iter().find(|known| known.eq_ignore_ascii_case(value))?;
                Some(Permission { resource: registration.client_id, value: known.clone() })
            }
        }
    }

    /// Part numbers of the products of which the organisation needs one, so that there are tokens for it.
    pub fn licences(&self) -> &'static [&'static str] {
        match self {
            Self::Resource(resource) => resource.licences,
            Self::App(_) | Self::OwnOrigin => &[],
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Resource(resource) => resource.name,
            Self::App(registration) => &registration.display_name,
            Self::OwnOrigin => "mock-defender",
        }
    }

    /// The application of the tenant that it is.
    pub fn own(&self) -> Option<&'d Registration> {
        match self {
            Self::App(registration) => Some(registration),
            Self::Resource(_) | Self::OwnOrigin => None,
        }
    }

    /// Its access tokens are of version 2.0: those of applications of the tenant, unless they want the first. What the
    /// vendor's own resources take is version 1.0.
    pub fn takes_second_version(&self) -> bool {
        self.own().is_some_and(|registration| !registration.first_version)
    }

    /// Its tokens name the directory roles, the kind of caller and the client.
    pub fn is_directory(&self) -> bool {
        matches!(self, Self::Resource(resource) if resource.directory)
    }

    /// It re-evaluates access continuously: tokens for clients that can take a challenge live for a day.
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation>
    pub fn evaluates_continuously(&self) -> bool {
        match self {
            Self::Resource(resource) => resource.app_id == GRAPH,
            Self::OwnOrigin => true,
            Self::App(_) => false,
        }
    }
}

/// The target that `text` names. `own_origin` is the simulator's origin as the client knows it, if the client asks
/// there.
pub fn find<'d>(text: &str, own_origin: Option<&str>, directory: &'d Directory) -> Option<Target<'d>> {
    if let Some(resource) = RESOURCES.iter().find(|resource| resource.answers_to(text)) {
        return Some(Target::Resource(resource));
    }
    let bare = text.strip_suffix('/').unwrap_or(text);
    if own_origin.is_some_and(|origin| origin.eq_ignore_ascii_case(bare)) {
        return Some(Target::OwnOrigin);
    }
    let id: Guid = bare.strip_prefix("api://").unwrap_or(bare).parse().ok()?;
    let (_, app) = directory.app(id).filter(|(_, app)| app.installed)?;
    Some(Target::App(&app.registration))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::resources::{AZURE_AD_GRAPH, CLOUD_APPS};

    fn name(text: &str) -> Option<&'static str> {
        match find(text, Some("https://localhost:8443"), &Directory::default())? {
            Target::Resource(resource) => Some(resource.name),
            Target::OwnOrigin => Some("own"),
            Target::App(_) => Some("app"),
        }
    }

    #[test]
    fn a_resource_answers_to_all_its_names() {
        for (text, expected) in [
            ("https://graph.microsoft.com", Some("Microsoft Graph")),
            ("https://graph.microsoft.com/", Some("Microsoft Graph")),
            ("HTTPS://Graph.Microsoft.com/", Some("Microsoft Graph")),
            ("00000003-0000-0000-C000-000000000000", Some("Microsoft Graph")),
            ("spn:05a65629-4c1b-48c1-a78b-804c4abdd4af", Some("Microsoft Cloud App Security")),
            ("https://management.core.windows.net/", Some("Windows Azure Service Management API")),
            ("https://api.securitycenter.windows.com", Some("WindowsDefenderATP")),
            ("https://securitycenter.onmicrosoft.com/windowsatpservice", Some("WindowsDefenderATP")),
            ("https://localhost:8443", Some("own")),
            ("https://localhost:8443/", Some("own")),
            ("https://localhost:8444", None),
            ("https://localhost:8443//", None),
            ("https://graph.microsoft.com//", None),
            ("https://graph.microsoft.com/v1.0", None),
            ("graph.microsoft.com", None),
            ("", None),
        ] {
            assert_eq!(name(text), expected, "{text:?}");
        }
        assert!(find("https://localhost:8443", None, &Directory::default()).is_none());
    }

    #[test]
    fn the_own_origin_as_audience_covers_every_emulated_resource() {
        assert!(
            Target::OwnOrigin.includes(Guid::literal(CLOUD_APPS))
                && Target::OwnOrigin.includes(Guid::literal(GRAPH))
        );
        assert!(!Target::OwnOrigin.includes(Guid::literal(AZURE_AD_GRAPH)));
    }
}
