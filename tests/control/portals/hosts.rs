//! Under which names a portal is found, and which service answers where two have one name.

use mock_defender::gateway::Service;
use mock_defender::gateway::authority::{Authority, Site};
use serde_json::json;

use super::jar::command;
use crate::kit::{Kit, json, text};

#[test]
fn an_address_at_an_own_name_stands_for_that_at_the_genuine_host() {
    let kit = Kit::tiny();
    let own =
        |scheme, host: &str, port| Authority::new(scheme, host.to_owned(), port, Site::Own { label: None });
    let asked = own("https", "localhost", 8443);
    let genuine = |address: &str| kit.gateway.genuine(&asked, "contoso", address);
    for (address, expected) in [
        ("https://localhost:8443/defender/signin", "https://security.microsoft.com/signin"),
        ("https://localhost:8443/copilot/signin", "https://securitycopilot.microsoft.com/signin"),
        ("https://localhost:8443/classic/signin", "https://portal.cloudappsecurity.com/signin"),
        (
            "https://localhost:8443/defender/copilot/consent?a=b",
            "https://security.microsoft.com/copilot/consent?a=b",
        ),
    ] {
        assert_eq!(genuine(address).as_deref(), Some(expected));
    }
    for none in [
        "https://localhost:8443/defender",
        "https://localhost:8443/defenders/signin",
        "https://localhost:8443/Defender/signin",
        "https://localhost:8443/signin",
        "https://localhost:8443/_mock/ui",
        "https://localhost:8443//defender/signin",
        "https://localhost/defender/signin",
        "http://localhost:8443/defender/signin",
        "https://127.0.0.1:8443/defender/signin",
        "https://evil.example/defender/signin",
        "https://localhost:8443@evil.example/defender/signin",
        "https://localhost:84431/defender/signin",
        "/defender/signin",
        "",
    ] {
        assert_eq!(genuine(none), None, "{none}");
    }
    let loopback = own("http", "127.0.0.1", 9000);
    let address = "http://127.0.0.1:9000/copilot/signin";
    let expected = Some("https://securitycopilot.microsoft.com/signin".to_owned());
    assert_eq!(kit.gateway.genuine(&loopback, "contoso", address), expected);
}

#[test]
fn an_address_at_the_tenants_own_host_stands_for_that_at_the_plain_one() {
    let kit = Kit::tiny();
    let site = Site::Genuine {
        service: Service::Entra,
        cloud: mock_defender::gateway::hosts::Cloud::Worldwide,
        label: None,
    };
    let asked = Authority::new("https", "login.microsoftonline.com".to_owned(), 443, site);
    let genuine = |address: &str| kit.gateway.genuine(&asked, "contoso", address);
    let plain = Some("https://portal.cloudappsecurity.com/signin".to_owned());
    for address in [
        "https://contoso.portal.cloudappsecurity.com/signin",
        "https://contoso.us2.portal.cloudappsecurity.com/signin",
        "https://portal.cloudappsecurity.com/signin",
    ] {
        assert_eq!(genuine(address), plain, "{address}");
    }
    for none in [
        "https://fabrikam.portal.cloudappsecurity.com/signin",
        "https://contoso.xx9.portal.cloudappsecurity.com/signin",
        "https://contoso.portal.cloudappsecurity.com.evil.example/signin",
        "https://evil.example/https://contoso.portal.cloudappsecurity.com/signin",
        "https://contoso.portal.cloudappsecurity.com:8443/signin",
        "https://a@contoso.portal.cloudappsecurity.com/signin",
        "http://contoso.portal.cloudappsecurity.com/signin",
        "https://contoso.portal.cloudappsecurity.com",
    ] {
        assert_eq!(genuine(none), None, "{none}");
    }
    // Only on its own names does the path of the simulator say which service is meant.
    assert_eq!(
        genuine("https://login.microsoftonline.com/defender/signin").as_deref(),
        Some("https://login.microsoftonline.com/defender/signin")
    );
}

/// The service that answers a request.
fn service(kit: &Kit, method: &str, url: &str) -> String {
    let answer = kit.send(method, url, &[], "");
    let log = json(&kit.mock("GET", "/_mock/requests?limit=1&clients=true", ""));
    let entry = &log["requests"][0];
    assert_eq!(entry["status"], answer.status.as_u16(), "{log}");
    entry["service"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn where_two_services_have_one_name_the_path_chooses_and_the_first_has_the_rest() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setClassicPortal": {"mode": "classic"}}));
    let label = kit.tenant.identity().label.clone();
    for host in [
        "portal.cloudappsecurity.com".to_owned(),
        format!("{label}.portal.cloudappsecurity.com"),
        format!("{label}.us2.portal.cloudappsecurity.com"),
    ] {
        for (method, path, expected) in [
            ("GET", "/", "classic"),
            ("GET", "", "classic"),
            ("GET", "/settings/security-extensions", "classic"),
            ("GET", "/Settings/Security-Extensions", "classic"),
            ("GET", "/classic/settings/security-extensions", "classic"),
            ("POST", "/signin", "classic"),
            ("GET", "/signin", "cloud-apps"),
            ("DELETE", "/", "cloud-apps"),
            ("GET", "/settings", "cloud-apps"),
            ("GET", "/api/v1/alerts/", "cloud-apps"),
            ("GET", "/cas/api/v1/alerts/", "cloud-apps"),
            ("GET", "/api/v1/settings/security-extensions", "cloud-apps"),
            ("GET", "/api", "cloud-apps"),
            ("GET", "/defender/", "cloud-apps"),
            ("GET", "/sources", "cloud-apps"),
        ] {
            assert_eq!(
                service(&kit, method, &format!("https://{host}{path}")),
                expected,
                "{method} {host}{path}"
            );
        }
    }
    // The former portal is that of the worldwide cloud; portals of other hosts share none.
    assert_eq!(service(&kit, "GET", "https://portal.cloudappsecurity.us/"), "cloud-apps");
    assert_eq!(service(&kit, "GET", "https://security.microsoft.com/api/v1/alerts/"), "defender");
    let answer = kit.send("GET", "https://api.security.microsoft.com/", &[], "");
    assert!(answer.status.as_u16() >= 400, "not played: {}", text(&answer));
}
