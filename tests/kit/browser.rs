//! A browser without a screen: follows the pages of a sign-in, keeps cookies, stops where the application would go on.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::unwrap_used,
    reason = "each test program uses a part of the kit"
)]

#[path = "browser/page.rs"]
mod page;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use mock_defender::gateway::Answer;
use mock_defender::model::base64;
use mock_defender::model::index::PersonIx;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::Size;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::Value;

use crate::kit::{Kit, json, text};

pub use page::{Back, Page, Shown, number_in, unescaped};

/// The simulator under a name of its own.
pub const OWN: &str = "https://localhost:8443";

/// No way through the pages is longer.
const MOST_STEPS: usize = 20;

pub struct Browser<'k> {
    pub kit: &'k Kit,
    cookies: RefCell<BTreeMap<String, String>>,
    /// Sent along with every request.
    pub headers: Vec<(&'static str, &'static str)>,
}

pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

impl<'k> Browser<'k> {
    pub fn new(kit: &'k Kit) -> Self {
        Self { kit, cookies: RefCell::default(), headers: Vec::new() }
    }

    pub fn get(&self, url: &str) -> Shown {
        self.follow("GET", url, "")
    }

    pub fn post(&self, url: &str, fields: &[(&str, &str)]) -> Shown {
        self.follow("POST", url, &encode(fields))
    }

    /// Sends the form of a page with these fields and its hidden ones.
    pub fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Shown {
        let hidden = page.inputs("hidden");
        let given = |name: &str| fields.iter().any(|(known, _)| *known == name);
        let mut all: Vec<(&str, &str)> = hidden
            .iter()
            .filter(|(name, _)| !given(name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        all.extend_from_slice(fields);
        self.post(&page.action(), &all)
    }

    /// Presses a button, which the page must have.
    pub fn press(&self, page: &Page, step: &str, fields: &[(&str, &str)]) -> Shown {
        assert!(page.has_button(step), "no button {step}: {} {:?}", page.title(), page.buttons());
        let mut all = fields.to_vec();
        all.push(("step", step));
        self.submit(page, &all)
    }

    /// One request, redirects not followed; cookies are sent and kept.
    pub fn ask(&self, method: &str, url: &str, body: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut headers = self.headers.clone();
        let mut sent: Vec<(&str, &str)> = Vec::new();
        if !cookies.is_empty() {
            sent.push(("cookie", &cookies));
        }
        if method == "POST" {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        sent.extend(headers);
        let answer = self.kit.send(method, url, &sent, body);
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let gone = cookie.contains("Max-Age=0");
            let mut cookies = self.cookies.borrow_mut();
            if gone {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    fn follow(&self, method: &str, url: &str, body: &str) -> Shown {
        let (mut method, mut url, mut body) = (method, url.to_owned(), body);
        for _ in 0..MOST_STEPS {
            let answer = self.ask(method, &url, body);
            let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
            match location {
                Some(to) if is_ours(&url, &to) => (method, url, body) = ("GET", to, ""),
                Some(to) => return Shown::Back(page::landed(&to)),
                None if text(&answer).contains("<title>Back to the application</title>") => {
                    let page = Page::of(&answer, &url);
                    return Shown::Back(Back {
                        uri: page.action(),
                        mode: "form_post",
                        fields: page.inputs("hidden"),
                    });
                }
                None => return Shown::Page(Page::of(&answer, &url)),
            }
        }
        panic!("{url}: redirected in circles");
    }

    /// Goes to an address and gives name and password of the persona wherever they are asked for.
    pub fn sign_in(&self, url: &str, persona: &str) -> Shown {
        self.through(self.get(url), persona)
    }

    /// Answers the pages that ask who signs in.
    pub fn through(&self, shown: Shown, persona: &str) -> Shown {
        let (upn, password) = person(self.kit, persona);
        self.through_as(shown, &upn, &password)
    }

    /// The same with a name and a password.
    pub fn through_as(&self, shown: Shown, upn: &str, password: &str) -> Shown {
        let mut shown = shown;
        for _ in 0..MOST_STEPS {
            let Shown::Page(page) = &shown else { return shown };
            shown = match page.title().as_str() {
                "Sign in" if page.number() == 0 => self.press(page, "username", &[("login", upn)]),
                "Enter password" if page.number() == 0 => {
                    self.press(page, "password", &[("passwd", password)])
                }
                _ => return shown,
            };
        }
        panic!("the pages ask for ever");
    }

    /// Signs in and says yes to whatever is asked.
    pub fn consent(&self, url: &str, persona: &str) -> Back {
        let shown = self.sign_in(url, persona);
        match shown {
            Shown::Page(page) if page.has_button("accept") => self.press(&page, "accept", &[]).back(),
            other => other.back(),
        }
    }

    /// The value of the cookie whose name begins so.
    pub fn cookie(&self, start: &str) -> Option<String> {
        let cookies = self.cookies.borrow();
        cookies.iter().find(|(name, _)| name.starts_with(start)).map(|(_, value)| value.clone())
    }

    pub fn forget(&self) {
        self.cookies.borrow_mut().clear();
    }
}

/// A redirect that stays at the simulator.
fn is_ours(from: &str, to: &str) -> bool {
    let origin = |url: &str| url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    origin(from) == origin(to) && !to.contains("/oauth2/nativeclient")
}

/// Another company at the same gateway.
pub fn neighbour(kit: &Kit) -> Arc<Tenant> {
    let spec = crate::kit::spec(7, Size::Tiny, crate::kit::START);
    kit.join(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)))
}

/// User name and password of a persona of any tenant.
pub fn person_of(tenant: &Tenant, persona: Persona) -> (String, String) {
    let world = tenant.world();
    let person = world.person(world.persona(persona).unwrap());
    (person.upn.clone(), person.password.clone())
}

/// User name and password of a persona, or of a user name.
pub fn person(kit: &Kit, persona: &str) -> (String, String) {
    let person = kit.tenant.world().person(index(kit, persona));
    (person.upn.clone(), person.password.clone())
}

pub fn index(kit: &Kit, persona: &str) -> PersonIx {
    let world = kit.tenant.world();
    let known = Persona::ALL.into_iter().find(|known| known.name() == persona);
    known
        .and_then(|known| world.persona(known))
        .or_else(|| world.person_by_upn(persona))
        .unwrap_or_else(|| panic!("nobody is {persona}"))
}

pub fn oid(kit: &Kit, persona: &str) -> String {
    kit.tenant.world().person(index(kit, persona)).id.to_string()
}

/// Gives a command, which must be accepted.
pub fn command(kit: &Kit, command: &Value) {
    let answer = try_command(kit, command);
    assert_eq!(answer.status, 200, "{command}: {}", text(&answer));
}

pub fn try_command(kit: &Kit, command: &Value) -> Answer {
    kit.mock("POST", &format!("/_mock/tenants/{}/commands", kit.tenant.identity().id), &command.to_string())
}

/// Client id of an application by its short name; one that a command added too.
pub fn client(kit: &Kit, name: &str) -> String {
    let state = kit.tenant.read();
    let (_, app) = state.state.core().directory.app_named(name).unwrap_or_else(|| panic!("no app {name}"));
    app.registration.client_id.to_string()
}

pub fn secret(kit: &Kit, name: &str) -> String {
    let state = kit.tenant.read();
    let (_, app) = state.state.core().directory.app_named(name).unwrap_or_else(|| panic!("no app {name}"));
    app.registration.secret().to_owned()
}

/// An address of the login host, under the tenant's id.
pub fn login(kit: &Kit, path: &str) -> String {
    format!("{OWN}/{}{path}", kit.tenant.identity().id)
}

/// The address of the authorize endpoint of version 2.0 for an application. An empty value leaves a parameter out.
pub fn authorize(kit: &Kit, app: &str, more: &[(&str, &str)]) -> String {
    let id = if app.len() == 36 { app.to_owned() } else { client(kit, app) };
    let mut fields = vec![
        ("client_id", id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost"),
        ("scope", "openid profile offline_access User.Read"),
        ("state", "the state"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields.retain(|(_, value)| !value.is_empty());
    format!("{}?{}", login(kit, "/oauth2/v2.0/authorize"), encode(&fields))
}

/// Asks the token endpoint.
pub fn token_at(kit: &Kit, url: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    kit.send("POST", url, headers, &encode(fields))
}

/// Asks the token endpoint of version 2.0 of the tenant.
pub fn token(kit: &Kit, fields: &[(&str, &str)]) -> Answer {
    token_at(kit, &login(kit, "/oauth2/v2.0/token"), &[], fields)
}

/// Redeems a code of the public application `delegated`.
pub fn redeem(kit: &Kit, code: &str, more: &[(&str, &str)]) -> Answer {
    let id = client(kit, "delegated");
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("code", code),
        ("redirect_uri", "http://localhost"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    token(kit, &fields)
}

/// Uses a refresh token of the public application `delegated`.
pub fn refresh(kit: &Kit, refresh_token: &str, more: &[(&str, &str)]) -> Answer {
    let id = client(kit, "delegated");
    let mut fields =
        vec![("grant_type", "refresh_token"), ("client_id", id.as_str()), ("refresh_token", refresh_token)];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    token(kit, &fields)
}

/// The body of an answer that must be a success.
pub fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", text(answer));
    json(answer)
}

/// A member that must be a text.
pub fn member(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}")).to_owned()
}

/// The claims of a signed token, unchecked.
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap_or_else(|| panic!("no token: {token}"));
    serde_json::from_slice(&base64::decode_url(part).unwrap()).unwrap()
}

/// Tokens of the application `delegated` for a persona who consents to everything.
pub fn tokens(kit: &Kit, persona: &str, scope: &str) -> Value {
    let browser = Browser::new(kit);
    let back = browser.consent(&authorize(kit, "delegated", &[("scope", scope)]), persona);
    ok(&redeem(kit, &back.code(), &[]))
}

/// Status, error and number of a refusal of the token endpoint.
pub fn refusal(answer: &Answer) -> (u16, String, u64) {
    let body = json(answer);
    let error = body["error"].as_str().unwrap_or_else(|| panic!("no refusal: {body}"));
    (answer.status.as_u16(), error.to_owned(), body["error_codes"][0].as_u64().unwrap())
}
