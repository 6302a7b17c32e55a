//! The portals: who visits them, the switch, the dialog of consent, the sources, the presenter panel.

use mock_defender::MockDefender;
use serde_json::json;

use crate::Script;
use crate::browser::{Browser, Shown};
use crate::client::{Client, OWN};

pub(crate) fn scripts() -> Vec<Script> {
    let tiny = MockDefender::builder;
    vec![(tiny(), visits), (tiny(), connected), (tiny(), former), (tiny(), refusals), (tiny(), presented)]
}

fn at(path: &str) -> String {
    format!("{OWN}{path}")
}

/// Enters a portal: the page of Entra ID posts its answer by itself in a browser that runs scripts.
fn enter(client: &Client, browser: &Browser<'_>, path: &str, persona: &str) -> Shown {
    let shown = browser.sign_in(&at(path), client.user(persona));
    if shown.title() == "Back to the application" { browser.submit(&shown, &[]) } else { shown }
}

fn visits(client: &Client) {
    for (path, persona) in [("/defender/", "security-admin"), ("/copilot/", "user")] {
        let browser = Browser::new(client, "visit");
        enter(client, &browser, path, persona);
        for path in ["/defender", "/Defender/", "/defender/settings/security-extensions", "/defender/nothing"]
        {
            browser.get(&at(path));
        }
        browser.get(&at("/defender/cloudapps/settings/system"));
        browser.get(&at("/copilot/sources"));
        browser.post(&at("/copilot/sources/refresh"), &[]);
        browser.post(&at("/copilot/sources/switch"), &[("on", "false")]);
        browser.post(&at(&["/", path.split('/').nth(1).unwrap(), "/signout"].concat()), &[]);
        browser.get(&at(path));
    }
    let stranger = Browser::new(client, "stranger");
    for (who, back) in [("security-reader", "/defender/"), ("nobody", "/"), ("user", "//elsewhere.example/")]
    {
        stranger.post(&at(&format!("/{}/persona", client.id())), &[("as", who), ("back", back)]);
    }
    for host in ["security.microsoft.com", "securitycopilot.microsoft.com", "portal.cloudappsecurity.com"] {
        stranger.get(&format!("https://{host}/"));
        stranger.get(&format!("https://{host}/settings/security-extensions"));
    }
}

fn connected(client: &Client) {
    let browser = Browser::new(client, "connect");
    let switch = at("/defender/settings/security-extensions/copilot");
    enter(client, &browser, "/defender/settings/security-extensions", "global-admin");
    browser.post(&switch, &[("enabled", "true")]);
    let id = client.id();
    let dialog = format!(
        "/{id}/v2.0/adminconsent?client_id=bb3d68c2-d09e-4455-94a0-e323996dbaa3&state=1&redirect_uri={OWN}/defender/copilot/consent"
    );
    let page = browser.get(&at(&dialog));
    browser.press(&page, "accept", &[]);
    browser.get(&at("/defender/"));
    browser.get(&at("/defender/settings/security-extensions"));
    browser.get(&at("/copilot/sources"));
    client.advance("PT31M").done();
    client.command("expired", &json!({"expireCopilotSession": {}})).done();
    browser.get(&at("/copilot/sources"));
    browser.post(&switch, &[("enabled", "false")]);
    browser.post(&switch, &[("enabled", "true")]);
    client.control("rewind", "POST", "…/rewind", r#"{"to": "2026-11-24T00:30:30Z"}"#).done();
    for body in [r#"{"to": "2026-11-25T00:00:00Z"}"#, r#"{"to": "then"}"#, "{}"] {
        client.control("rewind-refused", "POST", "…/rewind", body);
    }
}

fn former(client: &Client) {
    client.command("classic", &json!({"setClassicPortal": {"mode": "classic"}})).done();
    let browser = Browser::new(client, "former");
    enter(client, &browser, "/classic/", "security-admin");
    browser.post(&at("/classic/settings/security-extensions/copilot"), &[("enabled", "true")]);
    browser.post(&at("/classic/presenter"), &[("do", "advance"), ("by", "60"), ("back", "/classic/")]);
    client.command("redirect", &json!({"setClassicPortal": {"mode": "redirect"}})).done();
    browser.get(&at("/classic/settings/security-extensions"));
    browser.post(&at("/classic/signout"), &[]);
}

fn refusals(client: &Client) {
    let browser = Browser::new(client, "refused");
    enter(client, &browser, "/defender/", "security-reader");
    let switch = "/defender/settings/security-extensions/copilot";
    browser.post(&at(switch), &[("enabled", "true")]);
    browser.post(&at(switch), &[("enabled", "perhaps")]);
    browser.post(&at("/copilot/sources/switch"), &[("on", "perhaps")]);
    browser.get(&at(switch));
    browser.post(&at("/defender/signin"), &[("state", "forged"), ("id_token", "forged")]);
    browser.post(&at("/copilot/signin"), &[]);
    browser.post(&at("/defender/presenter"), &[("do", "nothing"), ("back", "/defender/")]);
    let elsewhere = Browser::new(client, "elsewhere").sending("origin", "https://evil.example");
    for path in [switch, "/copilot/sources/refresh", "/defender/signout", "/copilot/presenter"] {
        elsewhere.post(&at(path), &[("enabled", "true"), ("do", "reset")]);
    }
    let script = Browser::new(client, "script").sending("accept", "application/json");
    script.post(&at(switch), &[("enabled", "true")]);
}

fn presented(client: &Client) {
    let browser = Browser::new(client, "presenter");
    let page = "/defender/settings/security-extensions";
    let does = |fields: &[(&str, &str)]| {
        let mut fields = fields.to_vec();
        fields.push(("back", page));
        browser.post(&at("/defender/presenter"), &fields)
    };
    does(&[("do", "visit"), ("as", "global-admin")]);
    browser.post(&client.login("/persona"), &[("as", "global-admin"), ("back", page)]);
    browser.post(&client.login("/persona"), &[("as", "nobody"), ("back", page)]);
    browser.post(&client.login("/persona"), &[("as", "user"), ("back", "//evil.example")]);
    enter(client, &browser, page, "global-admin");
    for accept in
        [json!({"setCopilotToggle": {"on": true}}), json!({"answerCopilotDialog": {"accept": true}})]
    {
        client.command("connect", &accept).done();
    }
    does(&[("do", "advance"), ("by", "600")]);
    for cause in [
        "expire-session",
        "revoke",
        "licence",
        "capacity",
        "disable",
        "network-xdr",
        "network-graph",
        "channel",
        "popups",
        "cookies",
        "decline",
        "mend",
    ] {
        does(&[("do", cause)]);
    }
    does(&[("do", "names"), ("names", "current")]);
    browser.post(&at("/copilot/presenter"), &[("do", "hide"), ("back", "/copilot/sources")]);
    does(&[("do", "show")]);
    let entra = |fields: &[(&str, &str)]| browser.post(&client.login("/presenter"), fields);
    entra(&[("do", "advance"), ("by", "60"), ("back", "/error?code=50011")]);
    entra(&[("do", "visit"), ("as", "user"), ("back", "/device")]);
    does(&[("do", "rewind")]);
    does(&[("do", "reset")]);
    does(&[("do", "drop")]);
}
