//! What is done with hostile bytes, and what must hold then whatever they are: nothing panics, nothing goes on for
//! long, nothing is answered by a 500, what is refused is refused in the words of the service that was asked, and what
//! is taken comes back from an export as it was.
//!
//! Plain functions: the seeded mutator beside this runs them on any toolchain, and so do the fuzzers in `fuzz/`.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use mock_defender::gateway::call::{NUMBER, Settings};
use mock_defender::gateway::registry::Registry;
use mock_defender::gateway::{Answer, Gateway, Service};
use mock_defender::identity::api_token;
use mock_defender::model::spec::{Size, Specification};
use mock_defender::model::time::{Span, VirtualTime};
use mock_defender::specification::{self, Absent, Figures};
use mock_defender::tenant::journal::{Header, TenantFile};
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::Value;

/// How often work may ask whether it is wanted before it is left off: each time it has done a bounded piece.
const PATIENCE: usize = 3_000;

fn start() -> VirtualTime {
    VirtualTime::parse("2026-11-24T00:00:00Z").expect("an instant")
}

/// Wants work until it has asked often enough.
fn patience() -> impl Fn() -> bool {
    let asked = Cell::new(0);
    move || {
        asked.set(asked.get() + 1);
        asked.get() <= PATIENCE
    }
}

/// A tiny tenant as it was born.
fn tenant() -> Arc<Tenant> {
    static BORN: OnceLock<Tenant> = OnceLock::new();
    let spec = Specification::plain(1, Size::Tiny, start());
    let born = BORN.get_or_init(|| Tenant::born(&spec, Mode::Frozen, Wall::manual(start())));
    Arc::new(born.as_born(Wall::manual(start())))
}

/// It can be born within a test.
fn is_small(spec: &Specification) -> bool {
    let figures = Figures::of(spec);
    figures.members + figures.guests <= 100 && figures.history_days <= 15
}

/// A tenant file: it is refused by a line, or the tenant writes a file that brings back the same one.
pub(crate) fn tenant_file(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(file) = TenantFile::read(&text) else { return };
    let judged = specification::judge_file(&file, start() + Span::days(1));
    if judged.is_err() || file.is_ours().is_err() || !is_small(&file.header.spec) {
        return;
    }
    let wall = Wall::manual(start() + Span::days(1));
    let revived = |file: &TenantFile| Tenant::revived_while(file, wall.clone(), |_, _| {}, &patience());
    let Some(once) = revived(&file) else { return };
    let written = once.file();
    assert_eq!(specification::judge_file(&written, wall.now()), Ok(()), "{}", written.write());
    let Some(again) = revived(&TenantFile::read(&written.write()).expect("what was written")) else { return };
    same(&once, &again);
}

/// A specification, as YAML or JSON: it is refused, or is one that every other door takes, too.
pub(crate) fn specification(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let birth = match specification::read(&text, Absent::starting(start())) {
        Ok(birth) => birth,
        Err(problems) => {
            assert!(!problems.0.is_empty() && !problems.to_string().is_empty());
            return;
        }
    };
    assert_eq!(specification::judge(&birth.spec), Ok(()), "{text}");
    let header = Header::new(birth.spec.clone(), 0, birth.mode());
    let file = TenantFile::read(&header.line()).expect("a line of our own");
    assert_eq!(file.header, header);
    if is_small(&birth.spec) {
        // Its people, and what it begins with.
        let asked = Cell::new(0);
        let wanted = || asked.replace(asked.get() + 1) < 5;
        Tenant::born_while(&birth.spec, birth.mode(), Wall::manual(birth.spec.start), &wanted);
    }
}

/// A scenario, as YAML or JSON.
pub(crate) fn scenario(data: &[u8]) {
    let house = House::new();
    for kind in ["application/yaml", "application/json"] {
        house.ask(Service::Control, &Method::POST, "/_mock/tenants/contoso/scenarios", kind, data);
    }
    house.leave();
}

/// A command, or a list of them.
pub(crate) fn command(data: &[u8]) {
    let house = House::new();
    house.ask(Service::Control, &Method::POST, "/_mock/tenants/contoso/commands", JSON, data);
    house.leave();
}

/// The body of a request to the route of that number.
pub(crate) fn body(data: &[u8]) {
    let [high, low, data @ ..] = data else { return };
    let house = House::new();
    house.ask_route(usize::from(u16::from_be_bytes([*high, *low])), data);
    house.leave();
}

const JSON: &str = "application/json";

/// A gateway with a tiny tenant of its own.
pub(crate) struct House {
    gateway: Gateway,
    tenant: Arc<Tenant>,
    /// How many requests were taken, and how many refused.
    pub(crate) met: Cell<(usize, usize)>,
}

impl House {
    pub(crate) fn new() -> Self {
        let tenant = tenant();
        let settings = Settings { throttle: false, wall: Wall::manual(start()), ..Settings::default() };
        let registry = Registry::new(Arc::clone(&tenant));
        let gateway = Gateway::new(registry, &mock_defender::services::all(), settings).expect("routes");
        Self { gateway, tenant, met: Cell::default() }
    }

    /// How many routes there are.
    pub(crate) fn routes(&self) -> usize {
        self.gateway.routes().count()
    }

    /// Which route that number is.
    pub(crate) fn route(&self, number: usize) -> (Service, &'static Method, &'static str) {
        let route = self.gateway.routes().nth(number % self.routes()).expect("a route");
        (route.service, &route.method, route.path)
    }

    /// Asks a route with this body.
    pub(crate) fn ask_route(&self, number: usize, data: &[u8]) {
        let (service, method, path) = self.route(number);
        let births = ["/_mock/tenants", "/_mock/tenants/import"].contains(&path) && *method == Method::POST;
        if births && !bears_something_small(data) {
            return;
        }
        let alert = mock_defender::facts::ids::alert(
            &self.tenant.read(),
            mock_defender::model::index::AlertNo::new(0),
        );
        let path = path
            .replace("{tenant}", if service == Service::Control { "contoso" } else { "common" })
            .replace("{id}", &if service == Service::CloudApps { alert.to_string() } else { "0".to_owned() })
            .replace("{name}", "a")
            .replace("{user}", "user@contoso.onmicrosoft.com");
        // What path parameters there are besides has nothing to do with bodies.
        let path: String = path.replace(['{', '}'], "");
        let kind = if data.starts_with(b"{") || data.starts_with(b"[") { JSON } else { FORM };
        self.ask(service, method, &path, kind, data);
    }

    /// Asks, and holds the answer against what every answer must be.
    pub(crate) fn ask(&self, service: Service, method: &Method, path: &str, kind: &str, data: &[u8]) {
        let profile = self.gateway.profile(service).expect("a service");
        let url = match service {
            Service::CloudApps => format!("https://contoso.us2.portal.cloudappsecurity.com{path}"),
            _ => format!("https://localhost:8443{}{path}", profile.hosts.own_prefix),
        };
        let mut request = Request::new(Bytes::copy_from_slice(data));
        *request.method_mut() = method.clone();
        *request.uri_mut() = url.parse().expect("a URL");
        let headers = request.headers_mut();
        headers.insert("content-type", HeaderValue::from_str(kind).expect("a content type"));
        if service == Service::CloudApps {
            let token = format!("Token {}", api_token::mint(self.tenant.identity()));
            headers.insert("authorization", HeaderValue::from_str(&token).expect("a header"));
        }
        let answer = self.gateway.ask(request);
        let (taken, refused) = self.met.get();
        self.met.set(if answer.status.as_u16() < 400 { (taken + 1, refused) } else { (taken, refused + 1) });
        if !self.was_disturbed(&answer) {
            sound(service, method, path, &answer);
        }
    }

    /// A fault, which the bytes may have asked for, made the answer what it is.
    fn was_disturbed(&self, answer: &Answer) -> bool {
        let number = answer.headers.get(NUMBER).and_then(|number| number.to_str().ok()?.parse().ok());
        let entry = number.and_then(|number| self.gateway.registry.first().log.get(number).ok());
        entry.is_some_and(|entry| entry.fault.is_some())
    }

    /// Its tenant still answers, and its export brings the same one back.
    pub(crate) fn leave(self) -> (usize, usize) {
        let answer = self.gateway.ask(
            Request::get("https://localhost:8443/_mock/tenants/contoso")
                .body(Bytes::new())
                .expect("a request"),
        );
        assert_eq!(answer.status, 200);
        let file = self.tenant.file();
        let wall = Wall::manual(start());
        assert_eq!(specification::judge_file(&file, wall.now()), Ok(()), "{}", file.write());
        let file = TenantFile::read(&file.write()).expect("a file of our own");
        let refused = |step: &_, refusal: &_| panic!("{step:?}: {refusal}");
        same(&self.tenant, &Tenant::revived(&file, wall, refused));
        self.met.get()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The body of a birth or an import leads to a small tenant, or to none.
fn bears_something_small(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let read = specification::read(&text, Absent::starting(start()));
    let file = TenantFile::read(&text);
    let short = |file: &TenantFile| {
        let last = file.steps.iter().filter_map(|step| step.instant()).max();
        last.is_none_or(|last| last < file.header.spec.start + Span::days(30)) && file.steps.len() < 100
    };
    read.is_ok_and(|birth| is_small(&birth.spec))
        || file.is_ok_and(|file| is_small(&file.header.spec) && short(&file))
}

/// An answer is no accident, and a refusal is worded as its service does.
fn sound(service: Service, method: &Method, path: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    let shown = || format!("{method} {path}: {status} {}", String::from_utf8_lossy(&answer.body));
    assert!(status < 500, "{}", shown());
    // What is held against a bearer token stands in a header: RFC 6750 section 3.
    if status < 400 || *method == Method::HEAD || answer.headers.contains_key("www-authenticate") {
        return;
    }
    let kind = answer.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let says = |pointer: &str| {
        body.pointer(pointer).is_some_and(|text| text.as_str().is_some_and(|text| !text.is_empty()))
    };
    let worded = match service {
        Service::Control => says("/error/code") && says("/error/message"),
        Service::CloudApps => says("/detail") || says("/filters/0/error"),
        Service::Entra => says("/error_description") || says("/error") || kind.starts_with("text/html"),
        Service::Graph => says("/error/code") || says("/error/message") || says("/error"),
        Service::Storage => String::from_utf8_lossy(&answer.body).contains("<Error><Code>"),
        Service::Defender | Service::Copilot | Service::Classic => kind.starts_with("text/html"),
    };
    assert!(worded, "{}", shown());
}

/// Both tenants hold the same.
fn same(one: &Tenant, other: &Tenant) {
    let (one, other) = (one.read(), other.read());
    assert_eq!(one.now, other.now);
    let journal = |view: &mock_defender::tenant::TenantView| {
        let entries = view.state.journal().iter();
        entries.map(|entry| format!("{} {} {:?}", entry.number, entry.at, entry.command)).collect::<Vec<_>>()
    };
    assert_eq!(journal(&one), journal(&other));
    let alerts = |view: &mock_defender::tenant::TenantView| {
        view.state.alerts(view.now).map(|alert| format!("{alert:?}")).collect::<Vec<_>>()
    };
    assert_eq!(alerts(&one), alerts(&other));
    let rows = |view: &mock_defender::tenant::TenantView| {
        let chunks = view.state.core().log.chunks(view.now);
        chunks
            .flat_map(|(_, chunk, shown)| (0..shown).map(|row| format!("{:?}", chunk.event(row))))
            .collect::<Vec<_>>()
    };
    assert!(rows(&one) == rows(&other), "the activities differ");
}
