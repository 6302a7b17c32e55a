//! A browser without a screen for portals: cookies by host, redirects from one site to another, forms that post
//! themselves. It keeps `SameSite` as browsers do.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use mock_defender::gateway::Answer;
use mock_defender::model::index::PersonIx;
use mock_defender::model::person::Persona;
use serde_json::Value;

use crate::kit::{Kit, json, text};

/// No way through the pages is longer.
const MOST_STEPS: usize = 24;

struct Cookie {
    value: String,
    /// It is sent with forms of other sites, too.
    everywhere: bool,
}

pub(super) struct Jar<'k> {
    pub(super) kit: &'k Kit,
    cookies: RefCell<BTreeMap<(String, String), Cookie>>,
    /// Forms that posted themselves so far.
    pub(super) posted: Cell<usize>,
}

/// Where the browser came to rest.
pub(super) struct Page {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) html: String,
    pub(super) headers: http::HeaderMap,
}

/// A form of a page: where it is posted, its hidden fields, its buttons.
pub(super) struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    buttons: Vec<(String, String)>,
}

pub(super) fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

/// Scheme, host and port of an address.
pub(super) fn origin(url: &str) -> String {
    url.split(['?', '#']).next().unwrap().splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

fn host(url: &str) -> String {
    let origin = origin(url);
    let host = origin.split("//").nth(1).unwrap();
    host.rsplit_once(':').map_or(host, |(host, _)| host).to_owned()
}

/// The registrable domain, as far as these names go.
fn site(url: &str) -> String {
    let host = host(url);
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    labels.join(".")
}

/// The address that a page or an answer at `base` names by `place`.
pub(super) fn resolved(base: &str, place: &str) -> String {
    match place {
        _ if place.contains("://") => place.to_owned(),
        _ if place.starts_with("//") => format!("https:{place}"),
        _ => format!("{}{place}", origin(base)),
    }
}

impl<'k> Jar<'k> {
    pub(super) fn new(kit: &'k Kit) -> Self {
        Self { kit, cookies: RefCell::default(), posted: Cell::new(0) }
    }

    /// One request as a page at `from` makes it, if one does; redirects are not followed.
    pub(super) fn ask(
        &self,
        method: &str,
        url: &str,
        from: Option<&str>,
        more: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let foreign = method != "GET" && from.is_some_and(|from| site(from) != site(url));
        let at = host(url);
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .filter(|((host, _), cookie)| *host == at && (cookie.everywhere || !foreign))
            .map(|((_, name), cookie)| format!("{name}={}", cookie.value))
            .collect();
        let cookies = cookies.join("; ");
        let from = from.map(origin);
        let mut sent: Vec<(&str, &str)> = more.to_vec();
        if !cookies.is_empty() {
            sent.push(("cookie", &cookies));
        }
        if method != "GET" {
            sent.push(("content-type", "application/x-www-form-urlencoded"));
            sent.extend(from.as_deref().map(|from| ("origin", from)));
        }
        let answer = self.kit.send(method, url, &sent, body);
        for cookie in answer.headers.get_all("set-cookie") {
            self.keep(&at, cookie.to_str().unwrap());
        }
        answer
    }

    fn keep(&self, host: &str, cookie: &str) {
        let words = cookie.to_ascii_lowercase();
        assert!(words.contains("httponly") && words.contains("path=/"), "{cookie}");
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        let key = (host.to_owned(), name.to_owned());
        let mut cookies = self.cookies.borrow_mut();
        if words.contains("max-age=0") || words.contains("01 jan 1970") {
            cookies.remove(&key);
        } else {
            let everywhere = words.contains("samesite=none");
            assert!(!everywhere || words.contains("secure"), "{cookie}");
            cookies.insert(key, Cookie { value: value.to_owned(), everywhere });
        }
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, at: &str, name: &str) -> Option<String> {
        let key = (host(at), name.to_owned());
        self.cookies.borrow().get(&key).map(|cookie| cookie.value.clone())
    }

    /// Puts a cookie there, as a browser that has it.
    pub(super) fn set(&self, at: &str, name: &str, value: &str) {
        let cookie = Cookie { value: value.to_owned(), everywhere: true };
        self.cookies.borrow_mut().insert((host(at), name.to_owned()), cookie);
    }

    pub(super) fn get(&self, url: &str) -> Page {
        self.follow("GET", url, None, "")
    }

    /// Posts a form as a page of the same origin does.
    pub(super) fn post(&self, url: &str, fields: &[(&str, &str)]) -> Page {
        self.follow("POST", url, Some(url), &encode(fields))
    }

    fn follow(&self, method: &str, url: &str, from: Option<&str>, body: &str) -> Page {
        let (mut method, mut url, mut body) = (method.to_owned(), url.to_owned(), body.to_owned());
        let mut from = from.map(str::to_owned);
        for _ in 0..MOST_STEPS {
            let shown = [("sec-fetch-dest", "document")];
            let answer = self.ask(&method, &url, from.as_deref(), &shown, &body);
            if let Some(to) = answer.headers.get("location") {
                url = resolved(&url, to.to_str().unwrap());
                (method, body) = ("GET".to_owned(), String::new());
                continue;
            }
            let page = Page::of(&answer, &url);
            if page.title() != "Back to the application" {
                return page;
            }
            let form = page.form("");
            self.posted.set(self.posted.get() + 1);
            (method, from) = ("POST".to_owned(), Some(page.url));
            body = encode(&pairs(&form.hidden));
            url = form.action;
        }
        panic!("{url}: redirected in circles");
    }

    /// Sends the form of a page that has `mark` in it, with its hidden fields and these.
    pub(super) fn submit(&self, page: &Page, mark: &str, fields: &[(&str, &str)]) -> Page {
        let form = page.form(mark);
        for (name, value) in fields {
            let is_step = *name == "step" || *name == "do";
            let known = form.buttons.iter().chain(&form.hidden).any(|(n, v)| n == name && v == value);
            assert!(!is_step || known, "no button {name}={value}: {:?}", form.buttons);
        }
        let mut all = pairs(&form.hidden);
        all.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
        all.extend_from_slice(fields);
        self.follow("POST", &resolved(&page.url, &form.action), Some(&page.url), &encode(&all))
    }

    /// Goes to an address and gives name and password of a persona wherever they are asked for.
    pub(super) fn visit(&self, url: &str, persona: &str) -> Page {
        let (upn, password) = person(self.kit, persona);
        self.visit_as(url, &upn, &password)
    }

    pub(super) fn visit_as(&self, url: &str, upn: &str, password: &str) -> Page {
        let mut page = self.get(url);
        for _ in 0..MOST_STEPS {
            page = match page.title().as_str() {
                "Sign in" if page.html.contains("value=\"username\"") => {
                    self.submit(&page, "flowToken", &[("step", "username"), ("login", upn)])
                }
                "Enter password" if !page.html.contains("AADSTS") => {
                    self.submit(&page, "flowToken", &[("step", "password"), ("passwd", password)])
                }
                _ => return page,
            };
        }
        panic!("the pages ask for ever");
    }
}

impl Form {
    /// Where it is posted, and what is sent: its hidden fields and these.
    pub(super) fn sending(&self, fields: &[(&str, &str)]) -> (String, String) {
        let mut all = pairs(&self.hidden);
        all.extend_from_slice(fields);
        (self.action.clone(), encode(&all))
    }

    /// Where it is posted, and its hidden fields.
    pub(super) fn parts(self) -> (String, Vec<(String, String)>) {
        (self.action, self.hidden)
    }
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

impl Page {
    pub(super) fn of(answer: &Answer, url: &str) -> Self {
        let (status, headers) = (answer.status.as_u16(), answer.headers.clone());
        Self { url: url.to_owned(), status, html: text(answer), headers }
    }

    pub(super) fn title(&self) -> String {
        let (_, rest) = self.html.split_once("<title>").unwrap_or(("", ""));
        unescaped(rest.split_once("</title>").map_or("", |(title, _)| title))
    }

    /// The form that has this text in it.
    pub(super) fn form(&self, mark: &str) -> Form {
        let parts = self.html.split("<form").skip(1).map(|part| part.split("</form>").next().unwrap());
        let found = parts.into_iter().find(|part| part.contains(mark));
        let part = found.unwrap_or_else(|| panic!("no form with {mark:?} at {}: {}", self.url, self.html));
        let mut tags = part.split('<');
        let opening = tags.next().unwrap();
        let named = |tag: &str| {
            let value = attribute(tag, "value").unwrap_or_default();
            Some((attribute(tag, "name")?, value))
        };
        let (mut hidden, mut buttons) = (Vec::new(), Vec::new());
        for tag in tags {
            if tag.starts_with("input") && tag.contains("type=\"hidden\"") {
                hidden.extend(named(tag));
            } else if tag.starts_with("button") {
                buttons.extend(named(tag));
            }
        }
        Form { action: attribute(opening, "action").unwrap_or_default(), hidden, buttons }
    }

    pub(super) fn has_form(&self, mark: &str) -> bool {
        self.html.split("<form").skip(1).any(|part| part.split("</form>").next().unwrap().contains(mark))
    }

    /// The reasons that the page tells, first the one that matters most.
    pub(super) fn reasons(&self) -> Vec<String> {
        let parts = self.html.split("data-reason=\"").skip(1);
        parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
    }

    /// What stands at the status.
    pub(super) fn status_told(&self) -> String {
        let (_, rest) = self.html.split_once("id=\"status\"").expect("a status");
        rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
    }

    /// Where the link goes that has this text.
    pub(super) fn link(&self, words: &str) -> String {
        let links = self.html.split("<a ").skip(1).map(|part| part.split("</a>").next().unwrap());
        let found = links.into_iter().find(|link| link.ends_with(&format!(">{words}")));
        let link = found.unwrap_or_else(|| panic!("no link {words:?}: {}", self.html));
        attribute(&format!(" {link}"), "href").unwrap()
    }
}

pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split_once('"')?.0))
}

pub(super) fn unescaped(text: &str) -> String {
    let entities =
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    entities.into_iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

pub(super) fn index(kit: &Kit, persona: &str) -> PersonIx {
    let world = kit.tenant.world();
    let known = Persona::ALL.into_iter().find(|known| known.name() == persona);
    known.and_then(|known| world.persona(known)).unwrap_or_else(|| panic!("nobody is {persona}"))
}

/// User name and password of a persona.
pub(super) fn person(kit: &Kit, persona: &str) -> (String, String) {
    let person = kit.tenant.world().person(index(kit, persona));
    (person.upn.clone(), person.password.clone())
}

/// Gives a command, which must be accepted.
pub(super) fn command(kit: &Kit, command: &Value) {
    let path = format!("/_mock/tenants/{}/commands", kit.tenant.identity().id);
    let answer = kit.mock("POST", &path, &command.to_string());
    assert_eq!(answer.status, 200, "{command}: {}", text(&answer));
}

/// The connection, as the control API tells of it.
pub(super) fn connection(kit: &Kit) -> Value {
    json(&kit.mock("GET", &format!("/_mock/tenants/{}/connection", kit.tenant.identity().id), ""))
}
