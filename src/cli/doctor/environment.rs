//! The variables that send clients elsewhere, or let them distrust the server.

use super::super::env::NODE_PROXY_FILE;
use super::Finding;

/// Hosts that clients ask for.
const GENUINE: [&str; 2] = ["login.microsoftonline.com", "contoso.us2.portal.cloudappsecurity.com"];

/// Variables that name a bundle of certificates, with who reads them.
const BUNDLES: [(&str, &str); 4] = [
    ("REQUESTS_CA_BUNDLE", "requests and MSAL for Python"),
    ("SSL_CERT_FILE", "OpenSSL, Go, Rust and .NET"),
    ("CURL_CA_BUNDLE", "curl"),
    ("NODE_EXTRA_CA_CERTS", "Node"),
];

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Whether clients of this environment come to the server at `url`.
pub(super) fn proxies(url: &str, variable: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let variable: Variable<'_> = &variable;
    let mut findings = Vec::new();
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        let (upper, lower) = (variable(name), variable(&name.to_lowercase()));
        if let (Some(upper), Some(lower)) = (&upper, &lower)
            && upper != lower
        {
            let found = format!("{upper:?}, but {} is {lower:?}", name.to_lowercase());
            findings.push(Finding::bad(name, found, "clients differ in which they read: make them equal"));
        }
    }
    let either = |name: &str| variable(&name.to_lowercase()).or_else(|| variable(name));
    let here = port(url);
    let is_here = |proxy: &str| is_here(proxy, here);
    let bypass = either("NO_PROXY").unwrap_or_default();
    match either("HTTPS_PROXY").or_else(|| either("ALL_PROXY")) {
        None => findings.push(Finding::note(
            "HTTPS_PROXY",
            "not set: clients reach the simulator by base URL only",
            "for genuine host names: eval \"$(mock-defender env)\"",
        )),
        Some(proxy) if is_here(&proxy) => {
            findings.push(Finding::good("HTTPS_PROXY", format!("{} is the simulator", shown(&proxy))));
            if proxy.starts_with("https://") {
                let advice = "write http://: the proxy is asked in clear, as few clients can do otherwise";
                findings.push(Finding::note("HTTPS_PROXY", "asks for the proxy over TLS", advice));
            }
            for host in GENUINE.into_iter().filter(|host| bypassed(&bypass, host)) {
                findings.push(Finding::bad(
                    "NO_PROXY",
                    format!("{bypass:?} lets clients bypass the simulator and ask the real {host}"),
                    "take that name, or *, out of NO_PROXY",
                ));
            }
        }
        Some(proxy) => findings.push(Finding::bad(
            "HTTPS_PROXY",
            format!("{} is another proxy: genuine host names do not come to the simulator", shown(&proxy)),
            "eval \"$(mock-defender env)\"",
        )),
    }
    if let Some(proxy) = either("HTTP_PROXY").filter(|proxy| !is_here(proxy))
        && !bypassed(&bypass, "localhost")
    {
        findings.push(Finding::note(
            "HTTP_PROXY",
            format!("{} may take requests for http://localhost", shown(&proxy)),
            "add localhost,127.0.0.1 to NO_PROXY",
        ));
    }
    findings
}

/// Whether Node comes to the server at `url`: by itself it reads no proxy variable.
pub(super) fn node(url: &str, variable: impl Fn(&str) -> Option<String>) -> Option<Finding> {
    let proxy = variable("https_proxy").or_else(|| variable("HTTPS_PROXY"))?;
    if !is_here(&proxy, port(url)) {
        return None;
    }
    let loads = variable("NODE_OPTIONS").is_some_and(|options| options.contains(NODE_PROXY_FILE));
    let reads = variable("NODE_USE_ENV_PROXY").is_some_and(|value| value == "1");
    let advice = "eval \"$(mock-defender env)\"";
    Some(match (loads, reads) {
        (true, _) => Finding::good("NODE_OPTIONS", "Node's connections go through the proxy"),
        (false, true) => Finding::note(
            "NODE_OPTIONS",
            "only Node from 22.21 and 24.5 on goes through the proxy (NODE_USE_ENV_PROXY); an older one asks the real cloud",
            advice,
        ),
        (false, false) => Finding::note(
            "NODE_OPTIONS",
            "Node ignores HTTPS_PROXY: its fetch and msal-node would ask the real cloud",
            advice,
        ),
    })
}

/// The proxy is this machine's at that port.
fn is_here(proxy: &str, here: Option<u16>) -> bool {
    let rest = proxy.split_once("://").map_or(proxy, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let local = ["localhost:", "127.0.0.1:", "[::1]:"].iter().any(|local| host.starts_with(local));
    local && port(proxy) == here
}

/// Whether clients of this environment trust the authority with this certificate.
pub(super) fn trust(
    authority: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
    read: impl Fn(&str) -> Result<String, String>,
) -> Vec<Finding> {
    let bare = |pem: &str| pem.split_whitespace().collect::<String>();
    let findings = BUNDLES.into_iter().map(|(name, who)| {
        let advice = "eval \"$(mock-defender env)\"";
        let Some(file) = variable(name) else {
            return Finding::note(name, format!("not set: {who} will not trust the simulator"), advice);
        };
        match (read(&file), authority) {
            (Err(error), _) => Finding::bad(name, format!("{file} can not be read: {error}"), advice),
            (Ok(_), None) => Finding::note(name, format!("{file}, but there is no authority yet"), advice),
            (Ok(bundle), Some(authority)) if bare(&bundle).contains(&bare(authority)) => {
                Finding::good(name, format!("{file} holds the simulator's authority"))
            }
            (Ok(_), Some(_)) => {
                // A bundle of one's own is no mistake; the variable may be meant for other servers.
                let found = format!(
                    "{file} does not hold the simulator's authority: {who} will refuse its certificates"
                );
                let advice = "where these are to ask the simulator: eval \"$(mock-defender env)\"";
                Finding::note(name, found, advice)
            }
        }
    });
    findings.collect()
}

fn port(url: &str) -> Option<u16> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/').rsplit_once(':')?.1.parse().ok()
}

/// Without the password that may stand in it.
fn shown(proxy: &str) -> String {
    match proxy.rsplit_once('@') {
        Some((front, host)) => match front.split_once("://") {
            Some((scheme, _)) => format!("{scheme}://…@{host}"),
            None => format!("…@{host}"),
        },
        None => proxy.to_owned(),
    }
}

/// The list names the host, or a domain above it.
fn bypassed(list: &str, host: &str) -> bool {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).any(|name| {
        let domain =
            name.trim_start_matches('*').trim_start_matches('.').split(':').next().unwrap_or_default();
        let below = || host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'));
        name == "*" || (!domain.is_empty() && (host == domain || below()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    fn of(url: &str, set: &[(&str, &str)]) -> Vec<(Grade, String)> {
        let variable =
            |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        proxies(url, variable).into_iter().map(|finding| (finding.grade, finding.about)).collect()
    }

    #[test]
    fn doctor_reports_proxies_that_bypass_the_simulator() {
        let here = "http://localhost:8443";
        let named = |grade, name: &str| (grade, name.to_owned());
        assert_eq!(of(here, &[]), [named(Grade::Note, "HTTPS_PROXY")]);
        assert_eq!(
            of(here, &[("HTTPS_PROXY", "http://fabrikam:@127.0.0.1:8443")]),
            [named(Grade::Good, "HTTPS_PROXY")]
        );
        assert_eq!(
            of(here, &[("HTTPS_PROXY", "http://proxy.example:3128")]),
            [named(Grade::Bad, "HTTPS_PROXY")]
        );
        assert_eq!(of(here, &[("HTTPS_PROXY", "http://localhost:3128")]), [named(Grade::Bad, "HTTPS_PROXY")]);
        for bypass in [".microsoftonline.com", "*", "login.microsoftonline.com:443", "microsoftonline.com"] {
            let set = [("HTTPS_PROXY", here), ("NO_PROXY", bypass)];
            assert!(of(here, &set).contains(&named(Grade::Bad, "NO_PROXY")), "{bypass}");
        }
        assert!(
            !of(here, &[("HTTPS_PROXY", here), ("NO_PROXY", "localhost,soft.com")])
                .contains(&named(Grade::Bad, "NO_PROXY"))
        );
        let differ = [("HTTPS_PROXY", here), ("https_proxy", "http://x:1")];
        assert_eq!(of(here, &differ)[0], named(Grade::Bad, "HTTPS_PROXY"));
        assert!(of(here, &[("HTTP_PROXY", "http://x:1")]).contains(&named(Grade::Note, "HTTP_PROXY")));
    }

    #[test]
    fn doctor_reports_node_without_its_preload() {
        let here = "http://localhost:8443";
        let grade = |set: &[(&str, &str)]| {
            let variable = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            node(here, variable).map(|finding| finding.grade)
        };
        assert_eq!(grade(&[]), None);
        assert_eq!(grade(&[("HTTPS_PROXY", here)]), Some(Grade::Note));
        assert_eq!(grade(&[("HTTPS_PROXY", here), ("NODE_USE_ENV_PROXY", "1")]), Some(Grade::Note));
        let options = format!("--require \"/x/{NODE_PROXY_FILE}\"");
        assert_eq!(grade(&[("HTTPS_PROXY", here), ("NODE_OPTIONS", &options)]), Some(Grade::Good));
    }

    #[test]
    fn passwords_of_proxies_are_not_shown() {
        assert_eq!(shown("http://me:secret@proxy:1"), "http://…@proxy:1");
    }

    #[test]
    fn doctor_reports_ca_bundles_without_the_authority() {
        let variable = |name: &str| match name {
            "SSL_CERT_FILE" => Some("with".to_owned()),
            "CURL_CA_BUNDLE" => Some("without".to_owned()),
            "NODE_EXTRA_CA_CERTS" => Some("absent".to_owned()),
            _ => None,
        };
        let read = |file: &str| match file {
            "with" => Ok("other\nMINE \n".to_owned()),
            "without" => Ok("other".to_owned()),
            _ => Err("no such file".to_owned()),
        };
        let grades: Vec<Grade> =
            trust(Some("MINE\n"), variable, read).into_iter().map(|finding| finding.grade).collect();
        assert_eq!(grades, [Grade::Note, Grade::Good, Grade::Note, Grade::Bad]);
    }
}
