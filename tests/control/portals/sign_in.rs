//! Whom a portal lets in, and what it does not take for a sign-in.

use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::json;

use super::jar::{Jar, command, encode, person};
use super::{COPILOT, DEFENDER, EXTENSIONS, OWN};
use crate::kit::{Kit, START, spec, text};

type Answered<'k> = (Jar<'k>, String, Vec<(String, String)>);

/// A sign-in that was begun: where it comes back to, its fields as Entra ID posts them, and the browser.
fn answered<'k>(kit: &'k Kit, url: &str, persona: &str) -> Answered<'k> {
    let (upn, password) = person(kit, persona);
    answered_as(kit, url, &upn, &password)
}

fn answered_as<'k>(kit: &'k Kit, url: &str, upn: &str, password: &str) -> Answered<'k> {
    let jar = Jar::new(kit);
    let answer = jar.ask("GET", url, None, &[], "");
    let authorize = answer.headers["location"].to_str().unwrap().to_owned();
    // The pages of Entra ID in a browser of their own: nothing comes back to the portal from there.
    let elsewhere = Jar::new(kit);
    let page = elsewhere.get(&authorize);
    let page = elsewhere.submit(&page, "flowToken", &[("step", "username"), ("login", upn)]);
    let form = page.form("flowToken").sending(&[("step", "password"), ("passwd", password)]);
    let shown = elsewhere.ask("POST", &super::resolved(&page.url, &form.0), Some(&page.url), &[], &form.1);
    let shown = super::Page::of(&shown, &page.url);
    assert_eq!(shown.title(), "Back to the application", "{}", shown.html);
    let (to, fields) = shown.form("").parts();
    (jar, to, fields)
}

fn sent(jar: &Jar<'_>, to: &str, fields: &[(String, String)]) -> (u16, String) {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = jar.ask("POST", to, Some("https://login.microsoftonline.com/"), &[], &encode(&fields));
    (answer.status.as_u16(), text(&answer))
}

fn with(fields: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut fields = fields.to_vec();
    fields.iter_mut().filter(|(known, _)| known == name).for_each(|field| field.1 = value.to_owned());
    fields
}

/// Name and password of the security administrator of another tenant.
fn of_neighbour(tenant: &Tenant) -> (String, String) {
    let world = tenant.world();
    let person = world.person(world.persona(Persona::SecurityAdmin).unwrap());
    (person.upn.clone(), person.password.clone())
}

#[test]
fn portals_are_entered_under_their_genuine_names() {
    let kit = Kit::tiny();
    for (origin, path) in
        [("https://security.microsoft.com", "/"), ("https://securitycopilot.microsoft.com", "/sources")]
    {
        let jar = Jar::new(&kit);
        let page = jar.visit(&format!("{origin}{path}"), "security-admin");
        assert_eq!((page.status, page.url.as_str()), (200, &*format!("{origin}{path}")), "{}", page.html);
        assert_eq!(jar.posted.get(), 1);
        let page = jar.submit(&page, "Sign out", &[]);
        assert!(page.url.starts_with("https://login.microsoftonline.com/"), "{}", page.url);
        assert_eq!(jar.get(&format!("{origin}{path}")).title(), "Sign in");
    }
    // And from there through the dialog of consent, which is another site.
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("https://security.microsoft.com{EXTENSIONS}"), "global-admin");
    let page = super::switched(&jar, &page);
    let dialog = jar.get(&page.link("Finish consent"));
    assert!(dialog.url.starts_with("https://login.microsoftonline.com/"), "{}", dialog.url);
    let done = jar.submit(&dialog, "flowToken", &[("step", "accept")]);
    assert!(done.url.starts_with("https://security.microsoft.com/copilot/consent?"), "{}", done.url);
    assert_eq!(super::connection(&kit)["status"], "Connected");
}

#[test]
fn an_answer_that_this_browser_did_not_ask_for_signs_nobody_in() {
    let kit = Kit::tiny();
    let (jar, to, fields) = answered(&kit, &format!("{DEFENDER}/"), "security-admin");
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let (state, token) = (value("state"), value("id_token"));
    let forged = {
        let mut letters: Vec<char> = state.chars().collect();
        let middle = letters.len() / 2;
        letters[middle] = if letters[middle] == 'A' { 'B' } else { 'A' };
        letters.into_iter().collect::<String>()
    };
    // The token of another sign-in, to the same portal and to another one.
    let (_, _, second) = answered(&kit, &format!("{DEFENDER}/"), "global-admin");
    let (_, _, third) = answered(&kit, &format!("{COPILOT}/sources"), "global-admin");
    let other = |fields: &[(String, String)], name: &str| {
        fields.iter().find(|(known, _)| known == name).unwrap().1.clone()
    };
    for (what, fields) in [
        ("field `state`: missing", with(&fields, "state", "")),
        ("field `state`", with(&fields, "state", &forged)),
        ("field `state`", with(&fields, "state", "1")),
        ("another browser asked", with(&fields, "state", &other(&second, "state"))),
        ("field `id_token`: missing", with(&fields, "id_token", "")),
        ("field `id_token`", with(&fields, "id_token", &token[..token.len() - 4])),
        ("field `id_token`: it is for", with(&fields, "id_token", &other(&third, "id_token"))),
        (
            "field `id_token`: it answers another sign-in",
            with(&fields, "id_token", &other(&second, "id_token")),
        ),
    ] {
        let (status, told) = sent(&jar, &to, &fields);
        assert_eq!(status, 401, "{what}: {told}");
        assert!(super::jar::unescaped(&told).contains(what), "{what}: {told}");
        assert_eq!(jar.cookie(OWN, "mock-portal"), None, "{what}");
    }
    let stranger = Jar::new(&kit);
    assert_eq!(sent(&stranger, &to, &fields).0, 401, "another browser's answer");
    let (status, told) = sent(&jar, &to, &fields);
    assert_eq!(status, 303, "and the right one does: {told}");
    assert_eq!(jar.get(&format!("{DEFENDER}/")).title(), "Home · Microsoft Defender");
}

#[test]
fn a_sign_in_that_took_longer_than_an_hour_is_none() {
    let kit = Kit::tiny();
    let (jar, to, fields) = answered(&kit, &format!("{DEFENDER}/"), "security-admin");
    kit.tenant.advance(Span::minutes(61)).unwrap();
    let (status, told) = sent(&jar, &to, &fields);
    assert_eq!(status, 401, "{told}");
    assert!(told.contains("longer than an hour"), "{told}");
}

#[test]
fn an_id_token_of_another_tenant_signs_nobody_in() {
    let kit = Kit::tiny();
    let neighbour = spec(7, Size::Tiny, START);
    let neighbour = kit.join(Tenant::born(&neighbour, Mode::Frozen, Wall::manual(neighbour.start)));
    let (jar, to, fields) = answered(&kit, &format!("{DEFENDER}/"), "security-admin");
    let (upn, password) = of_neighbour(&neighbour);
    let url = format!("{DEFENDER}/?tid={}", neighbour.identity().id);
    let (_, _, foreign) = answered_as(&kit, &url, &upn, &password);
    let token = foreign.iter().find(|(name, _)| name == "id_token").unwrap().1.clone();
    let (status, told) = sent(&jar, &to, &with(&fields, "id_token", &token));
    assert!(told.contains("field `id_token`"), "{told}");
    assert_eq!(status, 401, "{told}");
}

#[test]
fn a_visit_ends_with_the_account_and_with_its_sessions() {
    let kit = Kit::tiny();
    let home = format!("{DEFENDER}/");
    let enter = || {
        let jar = Jar::new(&kit);
        assert_eq!(jar.visit(&home, "security-admin").title(), "Home · Microsoft Defender");
        jar
    };
    let jar = enter();
    kit.tenant.advance(Span::seconds(1)).unwrap();
    command(&kit, &json!({"revokeSessions": {"user": "security-admin"}}));
    assert_eq!(jar.get(&home).title(), "Sign in");
    let jar = enter();
    command(&kit, &json!({"setUserEnabled": {"user": "security-admin", "enabled": false}}));
    assert_eq!(jar.get(&home).title(), "Sign in");
    command(&kit, &json!({"setUserEnabled": {"user": "security-admin", "enabled": true}}));
    // At the very instant at which sessions were ended, too, somebody can sign in again.
    command(&kit, &json!({"revokeSessions": {"user": "security-admin"}}));
    let jar = enter();
    let posted = jar.posted.get();
    kit.tenant.advance(Span::hours(23)).unwrap();
    jar.get(&home);
    assert_eq!(jar.posted.get(), posted, "a visit lasts for a day");
    kit.tenant.advance(Span::hours(2)).unwrap();
    let page = jar.get(&home);
    assert!(page.title() == "Sign in" || jar.posted.get() == posted + 1, "Entra ID was asked: {}", page.url);
    kit.tenant.reset().unwrap();
    let posted = jar.posted.get();
    jar.get(&home);
    assert_eq!(jar.posted.get(), posted + 1, "a tenant that was reset has not seen the sign-in");
    // A forged cookie is none.
    let jar = Jar::new(&kit);
    jar.set(OWN, "mock-portal", "1.AAAAAAAAAAAAAAAAAAAA");
    assert_eq!(jar.get(&home).title(), "Sign in");
}

#[test]
fn tid_chooses_the_tenant_and_each_has_visitors_of_its_own() {
    let kit = Kit::tiny();
    let neighbour = spec(7, Size::Tiny, START);
    let neighbour = kit.join(Tenant::born(&neighbour, Mode::Frozen, Wall::manual(neighbour.start)));
    let jar = Jar::new(&kit);
    let page = jar.visit(&format!("{DEFENDER}/"), "security-admin");
    assert!(page.html.contains(&kit.tenant.world().company.name));
    let there = format!("{DEFENDER}/?tid={}", neighbour.identity().id);
    let page = jar.get(&there);
    assert_eq!(page.title(), "Sign in", "the cookie of one tenant is none at another");
    let world = neighbour.world();
    let (upn, password) = of_neighbour(&neighbour);
    let page = jar.visit_as(&there, &upn, &password);
    assert_eq!(page.url, there);
    assert!(page.html.contains(&world.company.name), "{}", page.html);
    // From then on the browser is at that tenant, also without `tid`, and every link says which one is meant.
    assert!(jar.get(&format!("{DEFENDER}/")).html.contains(&world.company.name));
    for part in page.html.split("<a ").skip(1) {
        let href = super::jar::attribute(&format!(" {part}"), "href").unwrap();
        let leads_away = href.starts_with('#') || href == format!("{OWN}/");
        assert!(leads_away || href.contains(&format!("tid={}", neighbour.identity().id)), "{href}");
    }
    let label = &neighbour.identity().label;
    assert_eq!(jar.get(&format!("{DEFENDER}/?tid={label}")).status, 200);
}

#[test]
fn a_form_that_waited_too_long_leads_to_its_page_after_the_sign_in() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    for (form, page) in [
        (format!("{DEFENDER}{}", super::TOGGLE), format!("{DEFENDER}{EXTENSIONS}")),
        (format!("{COPILOT}/sources/switch"), format!("{COPILOT}/sources")),
        (format!("{COPILOT}/sources/refresh"), format!("{COPILOT}/sources")),
    ] {
        let asked = jar.post(&form, &[("enabled", "true"), ("on", "true")]);
        assert_eq!(asked.title(), "Sign in", "{form}");
        let (upn, password) = person(&kit, "security-admin");
        let shown = jar.submit(&asked, "flowToken", &[("step", "username"), ("login", &upn)]);
        let shown = jar.submit(&shown, "flowToken", &[("step", "password"), ("passwd", &password)]);
        assert_eq!(
            (shown.status, shown.url.starts_with(&page)),
            (200, true),
            "{}: {}",
            shown.url,
            shown.html
        );
        assert_eq!(super::connection(&kit)["reasons"][0], "toggle_off", "nothing was done");
        jar.submit(&shown, "Sign out", &[]);
    }
}

#[test]
fn a_path_with_an_empty_host_is_never_a_way_out() {
    let kit = Kit::tiny();
    let jar = Jar::new(&kit);
    let page = jar.visit("https://securitycopilot.microsoft.com//sources", "user");
    assert!(page.url.starts_with("https://securitycopilot.microsoft.com/"), "{}", page.url);
}
