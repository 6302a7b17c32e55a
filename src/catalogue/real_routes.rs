//! What the real services have, whether it is played here or not: so that a request which nothing answers can be told
//! "not yet" instead of "never heard of it".
//!
//! Looked at for people only, after the answer.

mod cloud_apps;
mod graph;

/// A service whose paths are listed: its name, what stands in front of them, where they are.
struct Listed {
    service: &'static str,
    /// First segments that the lines leave out. Any of them may be asked for.
    fronts: &'static [&'static str],
    /// The front may be left out, too.
    bare: bool,
    paths: &'static str,
}

const LISTED: [Listed; 2] = [
    Listed { service: "cloud-apps", fronts: &["cas"], bare: true, paths: cloud_apps::PATHS },
    Listed { service: "graph", fronts: &["v1.0", "beta"], bare: false, paths: graph::PATHS },
];

/// A path of a real service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealRoute {
    /// Its methods, joined by commas.
    pub methods: &'static str,
    /// Its template, without what may stand in front of it.
    pub path: &'static str,
}

/// What a real service has at this path; of the services of these names, or of any if there is none.
pub fn find(service: Option<&str>, path: &str) -> Option<RealRoute> {
    let asked: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let listed = LISTED.iter().filter(|listed| service.is_none_or(|service| service == listed.service));
    listed.filter_map(|listed| find_in(listed, &asked)).next()
}

fn find_in(listed: &Listed, asked: &[&str]) -> Option<RealRoute> {
    let front = asked.first().filter(|first| listed.fronts.contains(first));
    let below = match front {
        Some(_) => &asked[1..],
        None if listed.bare => asked,
        None => return None,
    };
    let routes = listed.paths.lines().filter_map(|line| line.split_once(' '));
    let mut routes = routes.map(|(methods, path)| RealRoute { methods, path });
    // A listed path may include the prefix that is otherwise stripped (`/beta`).
    routes.find(|route| fits(route.path, below) || fits(route.path, asked))
}

/// The path is one of this template. Names of actions may carry the namespace that they are in.
fn fits(template: &str, asked: &[&str]) -> bool {
    let mut template = template.split('/').filter(|segment| !segment.is_empty());
    let bare = |segment: &str| segment.rfind('.').map_or(0, |at| at + 1);
    let alike = |wanted: &str, asked: &str| {
        wanted.starts_with('{')
            || wanted.eq_ignore_ascii_case(asked)
            || wanted.eq_ignore_ascii_case(&asked[bare(asked)..])
    };
    asked.iter().all(|asked| template.next().is_some_and(|wanted| alike(wanted, asked)))
        && template.next().is_none()
}

/// Real hosts beside those that are played, by what they end in, with what is there.
///
/// Sources: <https://learn.microsoft.com/defender-xdr/api-supported>,
/// <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>.
const HOSTS: [(&str, &str); 10] = [
    ("api.security.microsoft.com", "the Defender XDR API"),
    ("api.securitycenter.microsoft.com", "the Defender for Endpoint API"),
    ("api.securitycenter.windows.com", "the Defender for Endpoint API"),
    ("management.azure.com", "Azure Resource Manager"),
    ("manage.office.com", "the Office 365 Management Activity API"),
    ("graph.windows.net", "Azure AD Graph"),
    ("login.microsoftonline.us", "Entra ID for the US government"),
    ("portal.cloudappsecurity.us", "Defender for Cloud Apps for the US government"),
    ("graph.microsoft.us", "Microsoft Graph for the US government"),
    ("login.chinacloudapi.cn", "Entra ID in China"),
];

/// What is at this host in reality, if it is one of the services around Defender for Cloud Apps.
pub fn host(name: &str) -> Option<&'static str> {
    let within =
        |known: &str| name.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    HOSTS.iter().find(|(known, _)| within(known)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_service_paths_are_recognised_with_prefixes_and_versions() {
        let found = |service, path| find(service, path).map(|route| (route.methods, route.path));
        let entities = Some(("GET,POST", "/api/v1/entities"));
        for path in ["/api/v1/entities/", "/cas/api/v1/entities", "//api/v1/entities"] {
            assert_eq!(found(Some("cloud-apps"), path), entities, "{path}");
        }
        assert_eq!(found(None, "/api/v1/entities"), entities);
        assert_eq!(found(Some("entra"), "/api/v1/entities"), None);
        assert_eq!(found(Some("cloud-apps"), "/api/v1/entity"), None);
        let hunting = Some(("POST", "/security/runHuntingQuery"));
        assert_eq!(found(Some("graph"), "/v1.0/security/runHuntingQuery"), hunting);
        assert_eq!(found(Some("graph"), "/beta/security/microsoft.graph.security.runHuntingQuery"), hunting);
        assert_eq!(found(Some("graph"), "/security/runHuntingQuery"), None, "the version is missing");
        assert_eq!(
            found(None, "/v1.0/security/alerts_v2/7"),
            Some(("GET,PATCH", "/security/alerts_v2/{id}"))
        );
    }

    #[test]
    fn every_line_is_methods_and_a_path() {
        for line in LISTED.iter().flat_map(|listed| listed.paths.lines()).filter(|line| !line.is_empty()) {
            let (methods, path) = line.split_once(' ').expect(line);
            assert!(path.starts_with('/') && !path.ends_with('/') && !path.contains(' '), "{line}");
            for method in methods.split(',') {
                assert!(["GET", "POST", "PATCH", "PUT", "DELETE"].contains(&method), "{line}");
            }
        }
    }

    #[test]
    fn hosts_of_real_services_are_known() {
        assert_eq!(host("api.security.microsoft.com"), Some("the Defender XDR API"));
        assert_eq!(host("eu.api.security.microsoft.com"), Some("the Defender XDR API"));
        assert_eq!(host("notsecurity.microsoft.com"), None);
        assert_eq!(host("example.com"), None);
    }
}
