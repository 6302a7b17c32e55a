//! A browser without a screen: follows redirects of the simulator, keeps cookies, answers pages by their forms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::client::{Client, Reply, encode};

/// No way through the pages is longer.
const MOST_STEPS: usize = 12;

pub(crate) struct Browser<'d> {
    client: &'d Client,
    /// What its requests are called.
    label: String,
    cookies: RefCell<BTreeMap<String, String>>,
    /// Sent along with every request.
    headers: Vec<(&'static str, &'static str)>,
}

/// Where a request ended: at a page, or where the application would go on.
pub(crate) struct Shown {
    pub(crate) reply: Reply,
    /// The address of the application, if that is where it ended.
    pub(crate) back: Option<String>,
}

impl<'d> Browser<'d> {
    pub(crate) fn new(client: &'d Client, label: &str) -> Self {
        Self { client, label: label.to_owned(), cookies: RefCell::default(), headers: Vec::new() }
    }

    pub(crate) fn sending(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn get(&self, url: &str) -> Shown {
        self.follow("GET", url, String::new())
    }

    pub(crate) fn post(&self, url: &str, fields: &[(&str, &str)]) -> Shown {
        self.follow("POST", url, encode(fields))
    }

    /// Sends the form of a page: its hidden fields, and these.
    pub(crate) fn submit(&self, page: &Shown, fields: &[(&str, &str)]) -> Shown {
        let html = page.reply.text();
        assert!(html.contains("<form"), "{}, before {fields:?}: no form: {:?} {html}", self.label, page.back);
        let hidden = hidden(&html);
        let mut all: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
        all.extend_from_slice(fields);
        self.post(&action(&html), &all)
    }

    /// The same with a button.
    pub(crate) fn press(&self, page: &Shown, step: &str, fields: &[(&str, &str)]) -> Shown {
        let mut all = fields.to_vec();
        all.push(("step", step));
        self.submit(page, &all)
    }

    /// Goes to an address and says who signs in, wherever that is asked.
    pub(crate) fn sign_in(&self, url: &str, (upn, password): (&str, &str)) -> Shown {
        self.through(self.get(url), (upn, password))
    }

    /// Answers the pages that ask who signs in.
    pub(crate) fn through(&self, shown: Shown, (upn, password): (&str, &str)) -> Shown {
        let mut shown = shown;
        for _ in 0..2 {
            shown = match shown.title().as_str() {
                "Sign in" => self.press(&shown, "username", &[("login", upn)]),
                "Enter password" => self.press(&shown, "password", &[("passwd", password)]),
                _ => return shown,
            };
        }
        shown
    }

    /// Signs in and says yes to whatever is asked.
    pub(crate) fn consent(&self, url: &str, who: (&str, &str)) -> Shown {
        let shown = self.sign_in(url, who);
        if shown.title() == "Permissions requested" { self.press(&shown, "accept", &[]) } else { shown }
    }

    fn follow(&self, method: &str, url: &str, body: String) -> Shown {
        let (mut method, mut url, mut body) = (method, url.to_owned(), body);
        for _ in 0..MOST_STEPS {
            let reply = self.ask(method, &url, body);
            match reply.headers("location").first() {
                Some(to) if is_ours(&url, to) => (method, url, body) = ("GET", to.clone(), String::new()),
                to => return Shown { back: to.cloned(), reply },
            }
        }
        panic!("{url}: redirected in circles");
    }

    fn ask(&self, method: &str, url: &str, body: String) -> Reply {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut headers = self.headers.clone();
        if method == "POST" {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        let mut sent: Vec<(&str, &str)> = headers;
        if !cookies.is_empty() {
            sent.push(("cookie", &cookies));
        }
        let reply = self.client.send(&self.label, method, url, &sent, body);
        for cookie in reply.headers("set-cookie") {
            let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let mut cookies = self.cookies.borrow_mut();
            if cookie.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}

impl Shown {
    /// Title of the page; empty where there is none.
    pub(crate) fn title(&self) -> String {
        between(&self.reply.text(), "<title>", "</title>").unwrap_or_default()
    }

    /// What is handed to the application under this name: in its address, or in the form that posts itself.
    pub(crate) fn field(&self, name: &str) -> String {
        let address = self.back.as_deref().unwrap_or_default();
        let fields = address.split_once(['#', '?']).map_or("", |(_, fields)| fields);
        let plain = fields.split('&').filter_map(|field| field.split_once('='));
        let plain = plain.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found = plain.chain(hidden(&self.reply.text())).find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no {name}: {:?} {}", self.back, self.reply.text())).1
    }

    pub(crate) fn code(&self) -> String {
        self.field("code")
    }
}

/// A redirect that stays at the simulator, and is not where a native program waits.
fn is_ours(from: &str, to: &str) -> bool {
    let origin = |url: &str| url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    origin(from) == origin(to) && !to.contains("/oauth2/nativeclient")
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    Some(unescaped(rest.split_once(end)?.0))
}

fn action(html: &str) -> String {
    between(html, "<form", ">").and_then(|tag| between(&tag, "action=\"", "\"")).unwrap_or_default()
}

/// Names and values of the hidden fields of a page.
fn hidden(html: &str) -> Vec<(String, String)> {
    let tags = html.split("<input").skip(1).filter_map(|part| part.split_once('>'));
    let hidden = tags.map(|(tag, _)| tag).filter(|tag| tag.contains("type=\"hidden\""));
    hidden
        .filter_map(|tag| Some((between(tag, " name=\"", "\"")?, between(tag, " value=\"", "\"")?)))
        .collect()
}

fn unescaped(text: &str) -> String {
    let entities =
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    entities.into_iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}
