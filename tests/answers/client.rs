//! A client of one simulator: sends requests and keeps each with its answer for comparison.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use bytes::Bytes;
use http::{Request, Response};
use mock_defender::{Builder, DEFAULT_START, MockDefender, Wall};
use serde_json::Value;

use crate::exchange::Exchange;

/// The simulator under a name of its own.
pub(crate) const OWN: &str = "https://localhost:8443";

/// Method and path.
pub(crate) type Asked = (String, String);

/// One simulator and what it was asked so far.
struct Shared {
    mock: MockDefender,
    exchanges: RefCell<Vec<Exchange>>,
    answered: RefCell<BTreeSet<Asked>>,
}

/// Sends requests about one tenant.
pub(crate) struct Client {
    shared: Rc<Shared>,
    /// The information block of the tenant.
    pub(crate) info: Value,
}

impl Client {
    /// Starts a simulator whose wall clock stands still like the tenant's, since exported files name both.
    pub(crate) fn open(builder: Builder) -> Self {
        let mock = builder.wall(Wall::manual(DEFAULT_START)).start().expect("it starts");
        let shared = Shared { mock, exchanges: RefCell::default(), answered: RefCell::default() };
        let mut client = Self { shared: Rc::new(shared), info: Value::Null };
        client.info = client.control("info", "GET", "/_mock/info", "").json()["tenants"][0].clone();
        client
    }

    /// A client of the same simulator about another of its tenants.
    pub(crate) fn about(&self, info: Value) -> Self {
        Self { shared: Rc::clone(&self.shared), info }
    }

    /// Every request so far, and what was asked without being refused.
    pub(crate) fn close(self) -> (Vec<Exchange>, BTreeSet<Asked>) {
        self.log();
        (self.shared.exchanges.take(), self.shared.answered.take())
    }

    pub(crate) fn id(&self) -> &str {
        text(&self.info, "id")
    }

    /// The host label of the tenant: the first part of its address.
    pub(crate) fn label(&self) -> &str {
        let address = text(&self.info, "cloudAppsUrl");
        address.trim_start_matches("https://").split('.').next().unwrap_or_default()
    }

    /// Client id and secret of an application.
    pub(crate) fn app(&self, name: &str) -> (&str, &str) {
        let apps = self.info["apps"].as_array().expect("apps");
        let app = apps.iter().find(|app| app["name"] == name).unwrap_or_else(|| panic!("no app {name}"));
        (text(app, "clientId"), text(app, "secret"))
    }

    /// Name and password of a persona.
    pub(crate) fn user(&self, persona: &str) -> (&str, &str) {
        let users = self.info["users"].as_array().expect("users");
        let user = users.iter().find(|user| user["persona"] == persona);
        let user = user.unwrap_or_else(|| panic!("nobody is {persona}"));
        (text(user, "upn"), text(user, "password"))
    }

    /// The credential of the tenant's API token.
    pub(crate) fn credential(&self) -> String {
        format!("Token {}", text(&self.info, "apiToken"))
    }

    pub(crate) fn send(
        &self,
        label: &str,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap_or_else(|error| panic!("{url}: {error}"));
        let answer = self.shared.mock.ask(request.clone());
        self.shared.exchanges.borrow_mut().push(Exchange::of(label, &request, &answer));
        if answer.status().as_u16() < 400 {
            let path = request.uri().path().to_owned();
            self.shared.answered.borrow_mut().insert((method.to_owned(), path));
        }
        Reply(answer)
    }

    /// Asks the Cloud Apps API at the tenant's genuine host, with its API token.
    pub(crate) fn api(&self, label: &str, method: &str, path: &str, body: impl Into<Bytes>) -> Reply {
        let credential = self.credential();
        self.send(label, method, &self.genuine(path), &[("authorization", &credential)], body)
    }

    /// The address of a path at the tenant's genuine host.
    pub(crate) fn genuine(&self, path: &str) -> String {
        format!("{}{path}", text(&self.info, "cloudAppsUrl"))
    }

    /// Asks the control API; `…` at the start of a path stands for the tenant's own.
    pub(crate) fn control(&self, label: &str, method: &str, path: &str, body: impl Into<Bytes>) -> Reply {
        let url = match path.strip_prefix('…') {
            Some(rest) => format!("{OWN}/_mock/tenants/{}{rest}", self.id()),
            None => format!("{OWN}{path}"),
        };
        self.send(label, method, &url, &[], body)
    }

    /// Gives a command, or a list of them.
    pub(crate) fn command(&self, label: &str, command: &Value) -> Reply {
        self.control(label, "POST", "…/commands", command.to_string())
    }

    pub(crate) fn advance(&self, by: &str) -> Reply {
        let body = serde_json::json!({ "by": by }).to_string();
        self.control("advance", "POST", "…/clock/advance", body)
    }

    /// Posts a form.
    pub(crate) fn form(&self, label: &str, url: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send(label, "POST", url, &headers, encode(fields))
    }

    /// An address of the login service under the tenant's id.
    pub(crate) fn login(&self, path: &str) -> String {
        format!("{OWN}/{}{path}", self.id())
    }

    /// What the request log holds: to be asked before it is cleared, and before a tenant is dropped.
    pub(crate) fn log(&self) {
        self.control("log", "GET", "/_mock/requests", "").done();
    }
}

/// An answer.
pub(crate) struct Reply(Response<Bytes>);

impl Reply {
    pub(crate) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.0.body()).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        self.text().parse().unwrap_or_else(|_| panic!("no JSON: {:?}", self.text()))
    }

    /// A member that must be a text.
    #[track_caller]
    pub(crate) fn member(&self, name: &str) -> String {
        text(&self.json(), name).to_owned()
    }

    pub(crate) fn headers(&self, name: &str) -> Vec<String> {
        let values = self.0.headers().get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    /// The same answer, which must be a success.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert!(self.status() < 400, "{}: {}", self.status(), self.text());
        self
    }
}

/// A member that must be a text.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}"))
}

/// Fields as a form.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}
