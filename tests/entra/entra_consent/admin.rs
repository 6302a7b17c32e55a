//! The endpoint at which an administrator consents for everybody.

use mock_defender::model::person::Persona;
use serde_json::json;

use super::{CLOUD_APPS, GRAPH, for_application, granted, no, roles};
use crate::browser::{
    Browser, OWN, Shown, authorize, claims, client, command, encode, login, member, neighbour, ok, person_of,
    refusal, secret, token_at, try_command,
};
use crate::kit::{Kit, text};

fn url(kit: &Kit, app: &str, path: &str, more: &[(&str, &str)]) -> String {
    let id = client(kit, app);
    let mut fields = vec![("client_id", id.as_str()), ("redirect_uri", "http://localhost"), ("state", "s t")];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields.retain(|(_, value)| !value.is_empty());
    format!("{}?{}", login(kit, path), encode(&fields))
}

fn scoped(scope: &str) -> [(&str, &str); 1] {
    [("scope", scope)]
}

pub(crate) fn admin_consent_grants_permissions_for_the_whole_tenant() {
    for (path, scope) in [
        ("/v2.0/adminconsent", "https://graph.microsoft.com/.default"),
        ("/v2.0/adminconsent", ""),
        ("/adminconsent", ""),
    ] {
        let kit = Kit::tiny();
        let browser = Browser::new(&kit);
        assert!(roles(&for_application(&kit, "unconsented", CLOUD_APPS)).is_null());
        let page = browser.sign_in(&url(&kit, "unconsented", path, &scoped(scope)), "global-admin").page();
        assert_eq!(page.title(), "Permissions requested");
        for words in ["for your organization", "Automation pilot", "Manage all identified"] {
            assert!(page.lists(words) || words.starts_with("Manage"), "{words}: {}", page.text());
        }
        assert!(page.inputs("checkbox").is_empty());
        let back = browser.press(&page, "accept", &[]).back();
        assert_eq!((back.uri.as_str(), back.mode), ("http://localhost/", "query"));
        let tenant = kit.tenant.identity().id.to_string();
        let mut expected = vec![("admin_consent", "True"), ("tenant", &*tenant), ("state", "s t")];
        expected.extend((!scope.is_empty()).then_some(("scope", scope)));
        let expected: Vec<_> = expected.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        assert_eq!(back.fields, expected);
        // Application and delegated permissions alike.
        let held = roles(&for_application(&kit, "unconsented", CLOUD_APPS));
        assert!(held.as_array().unwrap().contains(&json!("investigation.read")), "{held}");
        assert_eq!(granted(&kit, "unconsented", CLOUD_APPS, None).len(), 2);
        let everything = authorize(&kit, "unconsented", &[("scope", "https://graph.microsoft.com/.default")]);
        assert!(Browser::new(&kit).sign_in(&everything, "user").back().get("code").is_some());
    }
}

#[test]
fn named_scopes_are_delegated_ones_only() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let scope = "https://graph.microsoft.com/SecurityAlert.Read.All offline_access";
    let page = browser
        .sign_in(&url(&kit, "unconsented", "/v2.0/adminconsent", &scoped(scope)), "global-admin")
        .page();
    assert!(!page.lists("Run hunting queries"));
    browser.press(&page, "accept", &[]).back();
    assert_eq!(granted(&kit, "unconsented", GRAPH, None), ["SecurityAlert.Read.All", "offline_access"]);
    assert!(roles(&for_application(&kit, "unconsented", GRAPH)).is_null());
    for (scope, error) in [
        ("https://graph.microsoft.com/Nope.Read", "invalid_client 650053"),
        ("api://nobody/x", "invalid_resource 500011"),
        ("User.Read .default", "invalid_scope 70011"),
    ] {
        assert_eq!(browser.get(&url(&kit, "unconsented", "/v2.0/adminconsent", &scoped(scope))).is(), error);
    }
}

/// A tenant-wide consent replaces the earlier one of the same resources; users' own stays.
#[test]
fn a_later_consent_for_everybody_may_be_narrower() {
    let kit = Kit::tiny();
    command(&kit, &json!({"consent": {"app": "unconsented"}}));
    command(&kit, &json!({"consent": {"app": "unconsented", "user": "user", "scopes": ["User.Read"]}}));
    assert_eq!(granted(&kit, "unconsented", GRAPH, None).len(), 4);
    let browser = Browser::new(&kit);
    let narrow = scoped("https://graph.microsoft.com/ThreatHunting.Read.All");
    browser.consent(&url(&kit, "unconsented", "/v2.0/adminconsent", &narrow), "global-admin");
    assert_eq!(granted(&kit, "unconsented", GRAPH, None), ["ThreatHunting.Read.All"]);
    assert_eq!(granted(&kit, "unconsented", GRAPH, Some("user")), ["User.Read"]);
    assert_eq!(granted(&kit, "unconsented", CLOUD_APPS, None).len(), 2, "of another resource");
}

#[test]
fn admin_consent_depends_on_the_administrator_role() {
    for (role, all, without_graph) in [
        ("Global Administrator", true, true),
        ("Privileged Role Administrator", true, true),
        ("Cloud Application Administrator", false, true),
        ("Application Administrator", false, true),
        ("Security Administrator", false, false),
        ("Cloud App Security Administrator", false, false),
        ("Security Reader", false, false),
    ] {
        let kit = Kit::tiny();
        command(&kit, &json!({"setUser": {"user": "user", "roles": [role]}}));
        command(
            &kit,
            &json!({"addApplication": {
                "name": "quiet", "permissions": ["investigation.read"], "delegatedPermissions": ["SecurityAlert.Read.All"],
                "redirectUris": ["http://localhost"]
            }}),
        );
        for (app, may) in [("unconsented", all), ("quiet", without_graph)] {
            let browser = Browser::new(&kit);
            let page = browser.sign_in(&url(&kit, app, "/v2.0/adminconsent", &[]), "user").page();
            let expected = if may { "Permissions requested" } else { "Need admin approval" };
            assert_eq!(page.title(), expected, "{role} and {app}");
            let accepted = browser.submit(&page, &[("step", "accept")]).back();
            if may {
                assert_eq!(accepted.get("admin_consent"), Some("True"));
                assert!(accepted.get("error").is_none());
            } else {
                assert_eq!(accepted.error(), ("access_denied", 90_093), "{role} and {app}");
                assert_eq!(
                    browser.submit(&page, &[("step", "cancel")]).back().error(),
                    ("access_denied", 90_094)
                );
            }
        }
        // For himself, an administrator of applications consents to anything delegated.
        let delegated =
            authorize(&kit, "quiet", &[("scope", "https://graph.microsoft.com/SecurityAlert.Read.All")]);
        let expected = if without_graph { "back" } else { "Need admin approval" };
        assert_eq!(Browser::new(&kit).sign_in(&delegated, "user").is(), expected, "{role}");
    }
}

#[test]
fn an_administrator_who_declines_consent_grants_nothing() {
    let kit = Kit::tiny();
    for path in ["/v2.0/adminconsent", "/adminconsent"] {
        let browser = Browser::new(&kit);
        let page = browser.sign_in(&url(&kit, "unconsented", path, &[]), "global-admin").page();
        let back = browser.press(&page, "cancel", &[]).back();
        assert_eq!(back.error(), ("access_denied", 65_004));
        assert_eq!(back.get("error_subcode"), Some("cancel"));
        assert_eq!((back.get("admin_consent"), back.get("state")), (Some("True"), Some("s t")));
        assert_eq!(back.get("tenant"), Some(kit.tenant.identity().id.to_string().as_str()));
    }
    assert!(granted(&kit, "unconsented", GRAPH, None).is_empty());
}

/// The way of version 1.0: a sign-in that consents for everybody on its way.
#[test]
fn v1_prompt_admin_consent_consents_for_the_whole_tenant() {
    let kit = Kit::tiny();
    let more = [("prompt", "admin_consent"), ("resource", "https://graph.microsoft.com"), ("scope", "")];
    let url = authorize(&kit, "unconsented", &more).replace("/v2.0/", "/");
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&url, "user").page();
    assert_eq!(page.title(), "Need admin approval");
    assert_eq!(browser.submit(&page, &[("step", "accept")]).is(), "access_denied 90094");
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&url, "global-admin").page();
    assert!(page.text().contains("for your organization"), "{}", page.text());
    assert!(browser.press(&page, "accept", &[]).back().get("code").is_some());
    assert!(roles(&for_application(&kit, "unconsented", CLOUD_APPS)).is_array());
    assert!(!granted(&kit, "unconsented", GRAPH, None).is_empty());
    let later = url.replace("prompt=admin%5Fconsent", "prompt=none");
    let user = Browser::new(&kit);
    user.sign_in(&later.replace("prompt=none&", ""), "user").back().code();
    assert!(user.get(&later).back().get("code").is_some());
}

#[test]
fn conditional_access_applies_to_admin_consent() {
    let kit = Kit::tiny();
    command(
        &kit,
        &json!({"setConditionalAccess": {"name": "one", "control": "block", "users": ["global-admin"]}}),
    );
    let browser = Browser::new(&kit);
    let back = browser.sign_in(&url(&kit, "unconsented", "/v2.0/adminconsent", &[]), "global-admin").back();
    assert_eq!((back.error(), back.get("admin_consent")), (("access_denied", 53_003), Some("True")));
}

#[test]
fn the_endpoint_trusts_registered_redirect_uris_only() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    for (more, number) in [
        ([("redirect_uri", "https://evil.example")], 50_011),
        ([("client_id", "11111111-2222-4333-8444-555555555555")], 700_016),
        ([("client_id", "")], 900_144),
    ] {
        for path in ["/v2.0/adminconsent", "/adminconsent"] {
            let page = browser.get(&url(&kit, "unconsented", path, &more)).page();
            assert_eq!((page.status, page.number()), (400, number));
        }
    }
    // The link of Cloud Apps' own documentation has none: the first registered one is meant.
    let page =
        browser.sign_in(&url(&kit, "full", "/adminconsent", &[("redirect_uri", "")]), "global-admin").page();
    assert_eq!(browser.press(&page, "accept", &[]).back().uri, "https://localhost/myapp");
}

/// The way that integrations go: a token is refused, an administrator consents, and the token comes; at home and in
/// another tenant.
#[test]
fn what_was_refused_works_once_an_administrator_has_consented() {
    let kit = Kit::tiny();
    let there = neighbour(&kit);
    let (id, secret) = (client(&kit, "unconsented"), secret(&kit, "unconsented"));
    let home = kit.tenant.identity().id.to_string();
    let foreign = there.identity().id.to_string();
    let admin = |tenant: &str| {
        if tenant == home {
            crate::browser::person(&kit, "global-admin")
        } else {
            person_of(&there, Persona::GlobalAdmin)
        }
    };
    for (tenant, word) in [(&home, None), (&foreign, Some("organizations")), (&foreign, Some("common"))] {
        let (upn, password) = admin(tenant);
        let ask = |grant: &[(&str, &str)]| {
            let mut all = vec![("client_id", id.as_str()), ("client_secret", secret.as_str())];
            all.extend_from_slice(grant);
            token_at(&kit, &format!("{OWN}/{tenant}/oauth2/v2.0/token"), &[], &all)
        };
        let by_password = || {
            ask(&[
                ("grant_type", "password"),
                ("username", &upn),
                ("password", &password),
                ("scope", "https://graph.microsoft.com/SecurityAlert.Read.All"),
            ])
        };
        let own =
            || ask(&[("grant_type", "client_credentials"), ("scope", &format!("{CLOUD_APPS}/.default"))]);
        if word != Some("common") {
            let refused = by_password();
            assert_eq!(refusal(&refused), no("invalid_grant", 65_001));
            let told = crate::kit::json(&refused);
            assert_eq!(told["suberror"], "consent_required");
            let named = format!("the application with ID '{id}' named 'Automation pilot'.");
            assert!(told["error_description"].as_str().unwrap().contains(&named), "{told}");
        }
        // At `organizations` it is the tenant of whoever signs in.
        let path = if word == Some("common") { "/adminconsent" } else { "/v2.0/adminconsent" };
        let url = url(&kit, "unconsented", path, &[]).replace(&home, word.unwrap_or(tenant));
        let browser = Browser::new(&kit);
        let page = browser.through_as(browser.get(&url), &upn, &password).page();
        assert_eq!(page.title(), "Permissions requested", "{}", page.text());
        let back = browser.press(&page, "accept", &[]).back();
        assert_eq!(back.get("tenant"), Some(tenant.as_str()));
        let access = claims(&member(&ok(&by_password()), "access_token"));
        assert_eq!(access["tid"], tenant.as_str());
        let access = claims(&member(&ok(&own()), "access_token"));
        assert!(access["roles"].as_array().unwrap().contains(&json!("investigation.read")));
        // Its principal is another one in each tenant.
        let principal =
            there.read().state.core().directory.app(id.parse().unwrap()).map(|(_, app)| app.principal);
        if tenant == &foreign {
            assert_eq!(access["oid"], principal.unwrap().to_string());
            let bearer = format!("Bearer {}", member(&ok(&own()), "access_token"));
            let url =
                format!("https://{}.us2.portal.cloudappsecurity.com/api/v1/alerts/", there.identity().label);
            assert_eq!(kit.send("GET", &url, &[("authorization", &bearer)], "").status, 200);
        } else {
            assert!(principal.is_none());
        }
    }
    // Redirect URIs are read at home, where they are registered, whenever they change.
    command(
        &kit,
        &json!({"setApplication": {"app": "unconsented", "redirectUris": ["https://new.example/cb"]}}),
    );
    let (upn, password) = person_of(&there, Persona::User);
    let more = [("redirect_uri", "https://new.example/cb"), ("scope", "User.Read")];
    let url = authorize(&kit, "unconsented", &more).replace(&home, &foreign);
    let browser = Browser::new(&kit);
    let shown: Shown = browser.through_as(browser.get(&url), &upn, &password);
    assert_eq!(shown.back().uri, "https://new.example/cb");
}

#[test]
fn the_consent_command_grants_what_it_names() {
    let kit = Kit::tiny();
    command(
        &kit,
        &json!({"consent": {
            "app": "unconsented", "scopes": ["User.Read"], "permissions": ["investigation.read"]
        }}),
    );
    assert_eq!(roles(&for_application(&kit, "unconsented", CLOUD_APPS)), json!(["investigation.read"]));
    assert_eq!(granted(&kit, "unconsented", GRAPH, None), ["User.Read"]);
    for wrong in [
        json!({"consent": {"app": "nobody"}}),
        json!({"consent": {"app": "full", "scopes": ["Nope"]}}),
        json!({"consent": {"app": "full", "user": "nobody"}}),
        json!({"consent": {"app": "full", "permissions": ["User.Read"]}}),
    ] {
        let answer = try_command(&kit, &wrong);
        assert_eq!(answer.status, 400, "{wrong}: {}", text(&answer));
    }
}
