//! What tokens can be asked for: the vendor's resources and their permissions, and by which of its own clients.

use serde_json::json;

use crate::browser::{
    Browser, authorize, claims, client, command, login, member, ok, refresh, refusal, secret, token,
    token_at, tokens,
};
use crate::kit::Kit;

use super::no;

const CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// Whoever writes a connector for mail asks for permissions that no security product needs.
#[test]
fn every_permission_of_microsoft_graph_can_be_registered_consented_to_and_used() {
    let kit = Kit::tiny();
    command(
        &kit,
        &json!([
            {"addApplication": {
                "name": "mail", "redirectUris": ["http://localhost"], "consented": true,
                "permissions": ["Mail.Read", "Sites.Selected"], "delegatedPermissions": ["Mail.Send"],
            }},
            {"addApplication": {"name": "desk", "public": true, "redirectUris": ["http://localhost"]}},
        ]),
    );
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &*client(&kit, "mail")),
        ("client_secret", &*secret(&kit, "mail")),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let roles = claims(&member(&ok(&token(&kit, &fields)), "access_token"))["roles"].clone();
    assert_eq!(roles, json!(["Mail.Read", "Sites.Selected"]));
    // A user may consent to the one and not to the other, as the list says.
    let browser = Browser::new(&kit);
    let ask = |scope: &str| {
        browser.sign_in(&authorize(&kit, &client(&kit, "desk"), &[("scope", scope)]), "user").page()
    };
    let page = ask("Calendars.Read");
    assert!(page.has_button("accept") && page.lists("Calendars.Read"), "{}", page.text());
    let back = browser.press(&page, "accept", &[]).back();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &*client(&kit, "desk")),
        ("redirect_uri", "http://localhost"),
        ("code", &back.code()),
    ];
    assert_eq!(claims(&member(&ok(&token(&kit, &fields)), "access_token"))["scp"], "Calendars.Read");
    assert_eq!(ask("Directory.ReadWrite.All").title(), "Need admin approval");
}

#[test]
fn the_azure_cli_gets_tokens_for_the_resources_that_its_commands_need() {
    let kit = Kit::tiny();
    let url =
        authorize(&kit, CLI, &[("scope", "https://graph.microsoft.com//.default offline_access openid")]);
    let code = Browser::new(&kit).sign_in(&url, "user").back().code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", CLI),
        ("redirect_uri", "http://localhost"),
        ("code", &*code),
    ];
    let got = ok(&token(&kit, &fields));
    let scopes = member(&claims(&member(&got, "access_token")), "scp");
    assert!(scopes.contains("Directory.AccessAsUser.All"), "{scopes}");
    assert!(!scopes.contains("SecurityAlert.Read.All"), "{scopes}");
    let held = member(&got, "refresh_token");
    for resource in [
        "https://management.core.windows.net/",
        "https://vault.azure.net",
        "https://storage.azure.com/",
        "https://api.loganalytics.io",
        "https://database.windows.net/",
        "https://eventhubs.azure.net",
        "https://contoso.sharepoint.com",
        "https://outlook.office365.com/",
        "https://graph.windows.net/",
        "499b84ac-1321-427f-aa17-267ca6975798",
    ] {
        let scope = format!("{resource}/.default");
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", CLI),
            ("refresh_token", &*held),
            ("scope", &*scope),
        ];
        let access = claims(&member(&ok(&token(&kit, &fields)), "access_token"));
        assert_eq!(access["aud"], resource);
        assert!(member(&access, "scp").starts_with("user_impersonation"), "{access}");
    }
}

/// What else there is of the family, with a name that a person recognises.
#[test]
fn the_clients_of_the_usual_tools_are_there() {
    let kit = Kit::tiny();
    for (id, family) in [
        ("1950a258-227b-4e31-a9cf-717495945fc2", true),
        ("aebc6443-996d-45c2-90f0-388ff96faa56", true),
        ("872cd9fa-d31f-45e0-9eab-6e460a02d1f1", true),
        ("d3590ed6-52b3-4102-aeff-aad2292ab01c", true),
        ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", true),
        ("1b730954-1685-4b74-9bfd-dac224a7b894", false),
        ("fb78d390-0c51-40cd-8e17-fdbfab77341b", false),
    ] {
        let shown = Browser::new(&kit)
            .sign_in(&authorize(&kit, id, &[("scope", "https://graph.microsoft.com/.default")]), "user");
        assert_eq!(shown.is() == "back", family, "{id}: trusted without consent");
    }
}

/// A resource of which the registration lists nothing is refused, however it is named.
#[test]
fn a_resource_that_the_client_does_not_list_is_refused_by_name_and_by_default() {
    let kit = Kit::tiny();
    let vault = "https://vault.azure.net";
    let got = tokens(&kit, "user", "openid offline_access User.Read");
    let held = member(&got, "refresh_token");
    let answer = refresh(&kit, &held, &[("scope", &format!("{vault}/.default"))]);
    assert_eq!(refusal(&answer), no("invalid_resource", 650_057));
    let id = client(&kit, "delegated");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", &*id),
        ("refresh_token", &*held),
        ("resource", vault),
    ];
    let first = token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields);
    assert_eq!(refusal(&first), no("invalid_resource", 650_057));
    let told = crate::kit::text(&first);
    assert!(told.contains(vault) && told.contains("00000003-0000-0000-c000-000000000000"), "{told}");
    let url = format!(
        "{}?{}",
        login(&kit, "/oauth2/authorize"),
        crate::oauth::encode(&[
            ("client_id", &id),
            ("response_type", "code"),
            ("redirect_uri", "http://localhost"),
            ("resource", vault),
        ])
    );
    assert_eq!(Browser::new(&kit).sign_in(&url, "user").is(), "invalid_resource 650057");
}

#[test]
fn a_licence_decides_whether_there_are_tokens_for_the_cloud_apps_api_and_for_nothing_else() {
    let kit = Kit::tiny();
    let api = "05a65629-4c1b-48c1-a78b-804c4abdd4af";
    let own = |scope: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(&kit, "full")),
            ("client_secret", &*secret(&kit, "full")),
            ("scope", scope),
        ];
        token(&kit, &fields)
    };
    let first_version = || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &*client(&kit, "full")),
            ("client_secret", &*secret(&kit, "full")),
            ("resource", api),
        ];
        token_at(&kit, &login(&kit, "/oauth2/token"), &[], &fields)
    };
    let (mine, of_graph) = (format!("{api}/.default"), "https://graph.microsoft.com/.default");
    let kept = tokens(&kit, "global-admin", &format!("{api}/investigation.read offline_access"));
    let kept = member(&kept, "refresh_token");
    let browser = Browser::new(&kit);
    let page = authorize(&kit, "delegated", &[("scope", &format!("{api}/investigation.read"))]);
    for licence in ["SPE_E5", "ADALLOM_STANDALONE", "IDENTITY_THREAT_PROTECTION"] {
        command(&kit, &json!({"setSubscriptions": {"skus": ["SPE_E3"]}}));
        assert_eq!(refusal(&own(&mine)), no("invalid_client", 650_052));
        assert_eq!(refusal(&first_version()), no("invalid_client", 650_052));
        assert_eq!(refusal(&refresh(&kit, &kept, &[])), no("invalid_client", 650_052));
        assert_eq!(browser.sign_in(&page, "global-admin").is(), "invalid_client 650052");
        assert_eq!(own(of_graph).status, 200);
        command(&kit, &json!({"setSubscriptions": {"skus": ["SPE_E3", licence]}}));
        assert_eq!((own(&mine).status, first_version().status), (http::StatusCode::OK, http::StatusCode::OK));
        assert_eq!(refresh(&kit, &kept, &[]).status, 200, "the refresh token is as good as before");
    }
}
