//! Consent as a system: who is asked, who may say yes, what it writes, and what taking it back does.

mod admin;
mod revoking;

use mock_defender::gateway::Answer;
use mock_defender::model::ids::Guid;
use mock_defender::model::time::Span;
use serde_json::{Value, json};

use crate::browser::Shown;
use crate::browser::{
    self, Browser, Page, authorize, claims, client, command, member, ok, redeem, refusal, secret, token,
    tokens,
};
use crate::kit::{Kit, json};

const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
const CLOUD_APPS: &str = "05a65629-4c1b-48c1-a78b-804c4abdd4af";

#[test]
fn admin_consent_grants_permissions_for_the_whole_tenant() {
    admin::admin_consent_grants_permissions_for_the_whole_tenant();
}

fn no(error: &str, number: u64) -> (u16, String, u64) {
    (400, error.to_owned(), number)
}

/// Delegated scopes of an application: those for everybody, or those of one user.
fn granted(kit: &Kit, app: &str, resource: &str, user: Option<&str>) -> Vec<String> {
    let view = kit.tenant.read();
    let directory = &view.state.core().directory;
    let id: Guid = if app.len() == 36 { app.parse() } else { client(kit, app).parse() }.unwrap();
    let key = (id, resource.parse().unwrap(), user.map(|user| browser::index(kit, user)));
    let mut scopes: Vec<String> = directory
        .grants
        .get(&key)
        .map(|grant| grant.scopes.iter().map(|scope| scope.to_string()).collect())
        .unwrap_or_default();
    scopes.sort();
    scopes
}

fn for_application(kit: &Kit, app: &str, resource: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &*client(kit, app)),
        ("client_secret", &secret(kit, app)),
        ("scope", &format!("{resource}/.default")),
    ];
    token(kit, &fields)
}

fn roles(answer: &Answer) -> Value {
    claims(&member(&ok(answer), "access_token"))["roles"].clone()
}

#[test]
fn a_user_consents_to_permissions_that_need_no_administrator() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "delegated", &[("scope", "User.Read openid offline_access")]);
    let page = browser.sign_in(&url, "user").page();
    assert_eq!(page.title(), "Permissions requested");
    assert!(!page.lists("Read all alerts"));
    browser.press(&page, "accept", &[]).back().code();
    assert_eq!(granted(&kit, "delegated", GRAPH, Some("user")), ["User.Read", "offline_access", "openid"]);
    assert!(granted(&kit, "delegated", GRAPH, None).is_empty());
    // That was for one user.
    let other = Browser::new(&kit);
    assert_eq!(other.sign_in(&url, "security-reader").is(), "Permissions requested");
}

#[test]
fn incremental_consent_extends_the_grant() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let first = browser.consent(&authorize(&kit, "delegated", &[("scope", "User.Read")]), "user").code();
    assert_eq!(claims(&member(&ok(&redeem(&kit, &first, &[])), "access_token"))["scp"], "User.Read");
    let middle = client(&kit, "middle-tier");
    let scope = format!("User.Read api://{middle}/access_as_user");
    let page = browser.get(&authorize(&kit, "delegated", &[("scope", &scope)])).page();
    assert!(
        page.lists("access_as_user") && !page.lists("Sign you in and read your profile"),
        "{}",
        page.text()
    );
    let code = browser.press(&page, "accept", &[]).back().code();
    // Of several resources the first is that of the token.
    assert_eq!(claims(&member(&ok(&redeem(&kit, &code, &[])), "access_token"))["aud"], GRAPH);
    assert_eq!(granted(&kit, "delegated", &middle, Some("user")), ["access_as_user"]);
    assert_eq!(granted(&kit, "delegated", GRAPH, Some("user")), ["User.Read"]);
}

#[test]
fn default_scope_asks_for_all_registered_permissions_unless_some_are_granted() {
    let kit = Kit::tiny();
    let url = authorize(&kit, "delegated", &[("scope", "https://graph.microsoft.com/.default")]);
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&url, "global-admin").page();
    for words in ["Read all security alerts", "investigation.manage", "access_as_user"] {
        assert!(page.lists(words), "{words}: {}", page.text());
    }
    browser.press(&page, "accept", &[]).back().code();
    assert_eq!(granted(&kit, "delegated", CLOUD_APPS, Some("global-admin")).len(), 2);
    // Whoever has consented to anything of the resource is not asked again, though the registration asks for more.
    command(&kit, &json!({"consent": {"app": "delegated", "user": "user", "scopes": ["User.Read"]}}));
    let code = Browser::new(&kit).sign_in(&url, "user").back().code();
    let got = ok(&redeem(&kit, &code, &[]));
    assert_eq!(got["scope"], "https://graph.microsoft.com/User.Read https://graph.microsoft.com/.default");
    // Nothing is registered of a resource, or nothing at all.
    let arm = authorize(&kit, "delegated", &[("scope", "https://management.azure.com/.default")]);
    let back = Browser::new(&kit).sign_in(&arm, "user").back();
    assert_eq!(back.error(), ("invalid_resource", 650_057));
    assert!(back.get("error_description").unwrap().contains(CLOUD_APPS));
    let certificate = authorize(&kit, "certificate", &[("scope", "https://graph.microsoft.com/.default")]);
    assert_eq!(Browser::new(&kit).sign_in(&certificate, "user").is(), "unauthorized_client 650056");
}

#[test]
fn users_can_not_consent_to_admin_only_permissions() {
    let kit = Kit::tiny();
    let scope = "https://graph.microsoft.com/SecurityAlert.Read.All";
    let url = authorize(&kit, "delegated", &[("scope", scope)]);
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&url, "security-admin").page();
    assert_eq!(page.title(), "Need admin approval");
    assert!(page.lists("Read all alerts") && !page.has_button("request") && !page.has_button("accept"));
    assert_eq!(browser.submit(&page, &[("step", "request")]).is(), "access_denied 90094");
    assert_eq!(browser.submit(&page, &[("step", "accept")]).is(), "access_denied 90094");
    let back = browser.press(&page, "cancel", &[]).back();
    assert_eq!(back.error(), ("access_denied", 90_094));
    assert_eq!(back.get("state"), Some("the state"));
    // Somebody else may sign in on the way.
    let other = browser.press(&page, "restart", &[]);
    let page = browser.through(other, "global-admin").page();
    assert_eq!(page.title(), "Permissions requested");
    assert!(granted(&kit, "delegated", GRAPH, Some("security-admin")).is_empty());
}

#[test]
fn users_can_request_admin_approval_where_the_tenant_allows_it() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setPolicies": {"consentRequests": true}}));
    let scope = "https://graph.microsoft.com/SecurityAlert.Read.All";
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&authorize(&kit, "delegated", &[("scope", scope)]), "user").page();
    assert!(page.text().contains("Approval required"));
    let sent = browser.press(&page, "request", &[("justification", "For <b>work</b>")]).page();
    assert_eq!(sent.title(), "Request sent");
    let back = browser.press(&sent, "cancel", &[]).back();
    assert_eq!(back.error(), ("access_denied", 90_095));
    let requests = || {
        let view = kit.tenant.read();
        view.state.core().directory.requests(view.now).cloned().collect::<Vec<_>>()
    };
    assert_eq!(requests().len(), 1);
    assert_eq!(&*requests()[0].reason, "For <b>work</b>");
    // It waits for a month.
    let fork = kit.tenant.fork();
    fork.advance(Span::days(30)).unwrap();
    let later = fork.read();
    assert_eq!(later.state.core().directory.requests(later.now).count(), 0);
    // An administrator's consent answers it.
    command(&kit, &json!({"consent": {"app": "delegated"}}));
    assert!(requests().is_empty());
    assert!(browser.get(&authorize(&kit, "delegated", &[("scope", scope)])).back().get("code").is_some());
}

#[test]
fn an_administrator_may_consent_for_everybody_on_the_way() {
    let kit = Kit::tiny();
    let scope = "https://graph.microsoft.com/SecurityAlert.Read.All User.Read";
    let url = authorize(&kit, "delegated", &[("scope", scope)]);
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&url, "global-admin").page();
    assert_eq!(page.inputs("checkbox"), [("consentOrganization".to_owned(), "true".to_owned())]);
    browser.press(&page, "accept", &[("consentOrganization", "true")]).back().code();
    assert_eq!(granted(&kit, "delegated", GRAPH, None), ["SecurityAlert.Read.All", "User.Read"]);
    assert!(Browser::new(&kit).sign_in(&url, "user").back().get("code").is_some());
    // Users can not, whatever they post.
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let page = browser.sign_in(&authorize(&kit, "delegated", &[("scope", "User.Read")]), "user").page();
    browser.press(&page, "accept", &[("consentOrganization", "true")]).back().code();
    assert!(granted(&kit, "delegated", GRAPH, None).is_empty());
}

#[test]
fn a_user_who_declines_consent_grants_nothing() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "delegated", &[("response_mode", "fragment")]);
    let page = browser.sign_in(&url, "user").page();
    let back = browser.press(&page, "cancel", &[]).back();
    assert_eq!((back.error(), back.mode), (("access_denied", 65_004), "fragment"));
    assert_eq!(back.names(), ["error", "error_subcode", "error_description", "error_uri", "state"]);
    assert_eq!(back.get("error_subcode"), Some("cancel"));
    assert!(granted(&kit, "delegated", GRAPH, Some("user")).is_empty());
}

#[test]
fn users_may_not_consent_where_that_is_switched_off() {
    let kit = Kit::tiny();
    command(&kit, &json!({"setPolicies": {"userConsent": false}}));
    let url = authorize(&kit, "delegated", &[("scope", "User.Read")]);
    assert_eq!(Browser::new(&kit).sign_in(&url, "user").is(), "Need admin approval");
    assert_eq!(Browser::new(&kit).sign_in(&url, "global-admin").is(), "Permissions requested");
    // What was granted before stays so.
    command(&kit, &json!({"setPolicies": {"userConsent": true}}));
    tokens(&kit, "user", "User.Read");
    command(&kit, &json!({"setPolicies": {"userConsent": false}}));
    assert!(Browser::new(&kit).sign_in(&url, "user").back().get("code").is_some());
}

#[test]
fn prompt_consent_shows_the_page_even_if_all_is_granted() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let url = authorize(&kit, "full", &[("prompt", "consent"), ("scope", "User.Read openid")]);
    let page: Page = browser.sign_in(&url, "user").page();
    assert!(page.lists("Sign you in and read your profile"), "{}", page.text());
    assert!(browser.press(&page, "accept", &[]).back().get("code").is_some());
    // Every scope that is asked for is one that the resource has.
    let unknown = authorize(&kit, "full", &[("prompt", "consent"), ("scope", "User.Rend")]);
    assert_eq!(browser.get(&unknown).is(), "invalid_client 650053");
}

#[test]
fn prompt_none_never_shows_a_consent_page() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    browser.consent(&authorize(&kit, "delegated", &[("scope", "openid")]), "user");
    for (scope, expected) in [
        ("openid", "back"),
        ("User.Read", "consent_required 65001"),
        ("https://graph.microsoft.com/.default", "consent_required 65001"),
    ] {
        let shown: Shown =
            browser.get(&authorize(&kit, "delegated", &[("prompt", "none"), ("scope", scope)]));
        assert_eq!(shown.is(), expected, "{scope}");
    }
}

#[test]
fn the_consent_page_shows_publisher_and_permission_descriptions() {
    let kit = Kit::tiny();
    let browser = Browser::new(&kit);
    let scope = "User.Read openid email profile offline_access";
    let page = browser.sign_in(&authorize(&kit, "delegated", &[("scope", scope)]), "user").page();
    let (upn, _) = browser::person(&kit, "user");
    for words in [
        "Analyst console",
        "unverified",
        "Nobody has verified who publishes it",
        &upn,
        "Sign you in and read your profile",
        "View your email address",
        "View your basic profile",
        "Maintain access to data you have given it access to",
        "simulated by mock-defender",
    ] {
        assert!(page.html.contains(words) || page.lists(words), "{words}: {}", page.text());
    }
    let refused = json(&redeem(&kit, "x", &[]));
    assert_eq!(refused["error"], "invalid_grant");
    assert_eq!(refusal(&redeem(&kit, "x", &[])), no("invalid_grant", 9_002_313));
}
