//! A small kit: a gateway over a tenant in a line, requests in a line.
#![allow(dead_code, reason = "each test program uses a part of the kit")]

pub(crate) mod effort;
pub(crate) mod hostile;
pub(crate) mod lists;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use http::Request;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::{Persistence, Registry};
use mock_defender::gateway::{Answer, Gateway};
use mock_defender::identity::api_token;
use mock_defender::model::spec::{Size, Specification, StorylineSpec};
use mock_defender::model::time::VirtualTime;
use mock_defender::tenant::journal::store::JournalStore;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::Value;

/// A Tuesday.
pub(crate) const START: &str = "2026-11-24T00:00:00Z";

pub(crate) fn at(text: &str) -> VirtualTime {
    VirtualTime::parse(text).expect("an instant")
}

pub(crate) fn spec(seed: u64, size: Size, start: &str) -> Specification {
    Specification::plain(seed, size, at(start))
}

/// A frozen tenant. The tests of a program share its birth, which takes longer than most of them.
pub(crate) fn tenant(seed: u64, size: Size) -> Arc<Tenant> {
    type Births = Mutex<BTreeMap<(u64, String), Arc<OnceLock<Tenant>>>>;
    static BORN: Births = Births::new(BTreeMap::new());
    let spec = spec(seed, size, START);
    let known = Arc::clone(
        BORN.lock().unwrap_or_else(PoisonError::into_inner).entry((seed, size.to_string())).or_default(),
    );
    let born = known.get_or_init(|| Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)));
    Arc::new(born.as_born(Wall::manual(spec.start)))
}

pub(crate) struct Kit {
    pub(crate) gateway: Gateway,
    pub(crate) tenant: Arc<Tenant>,
    token: String,
}

impl Kit {
    pub(crate) fn new(seed: u64, size: Size) -> Self {
        Self::of(tenant(seed, size), false)
    }

    pub(crate) fn small() -> Self {
        Self::new(1, Size::Small)
    }

    pub(crate) fn tiny() -> Self {
        Self::new(1, Size::Tiny)
    }

    /// A small company that has lived through the first `stories` of the catalogue, as far as they fit.
    pub(crate) fn attacked(seed: u64, stories: u32) -> Self {
        let mut spec = spec(seed, Size::Small, START);
        spec.settings.storylines = Some(StorylineSpec::First(stories));
        let wall = Wall::manual(spec.start);
        Self::of(Arc::new(Tenant::born(&spec, Mode::Frozen, wall)), false)
    }

    pub(crate) fn of(tenant: Arc<Tenant>, throttle: bool) -> Self {
        let settings = Settings { throttle, wall: Wall::manual(tenant.now()), ..Settings::default() };
        let registry = Registry::new(Arc::clone(&tenant));
        let gateway =
            Gateway::new(registry, &mock_defender::services::all(), settings).expect("unambiguous routes");
        Self::at(gateway, tenant)
    }

    /// A gateway, asked about one of its tenants.
    pub(crate) fn at(gateway: Gateway, tenant: Arc<Tenant>) -> Self {
        Self { gateway, token: format!("Token {}", api_token::mint(tenant.identity())), tenant }
    }

    /// From now on the tenant's journal can't be written: the file that its next line goes to is not there.
    pub(crate) fn lose_the_journal(&self) {
        static DIRECTORIES: AtomicUsize = AtomicUsize::new(0);
        let number = DIRECTORIES.fetch_add(1, Ordering::Relaxed);
        let name = format!("lost-{}-{number}", std::process::id());
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let store = JournalStore::open(&dir).expect("a directory of its own");
        self.tenant.keep(store.begin("lost", "").expect("a journal"), 0);
        std::fs::remove_file(dir.join("lost.journal")).expect("a file");
    }

    /// The credential of the tenant's API token.
    pub(crate) fn credential(&self) -> &str {
        &self.token
    }

    /// The URL of a path at the tenant's genuine host.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}.us2.portal.cloudappsecurity.com{path}", self.tenant.identity().label)
    }

    /// Lets another tenant in at the same gateway.
    pub(crate) fn join(&self, tenant: Tenant) -> Arc<Tenant> {
        let entry =
            self.gateway.registry.add(tenant, Persistence::InMemory(None)).expect("room for another tenant");
        Arc::clone(&entry.tenant)
    }

    /// The same gateway, asked about another of its tenants.
    pub(crate) fn about(self, tenant: Arc<Tenant>) -> Self {
        Self { token: format!("Token {}", api_token::mint(tenant.identity())), tenant, ..self }
    }

    /// Sends as the holder of the tenant's API token to its genuine host.
    pub(crate) fn api(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, &self.url(path), &[("authorization", &self.token)], body)
    }

    /// Sends to the control API.
    pub(crate) fn mock(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, &format!("https://localhost:8443{path}"), &[], body)
    }

    pub(crate) fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.gateway.ask(request.body(Bytes::copy_from_slice(body.as_bytes())).expect("a request"))
    }

    /// Follows a list by `skip` to its end.
    pub(crate) fn all(&self, path: &str, filters: &Value) -> Vec<Value> {
        let mut records = Vec::new();
        loop {
            let body = serde_json::json!({"filters": filters, "skip": records.len(), "limit": 100});
            let answer = json(&self.api("POST", path, &body.to_string()));
            records.extend(answer["data"].as_array().expect("data").iter().cloned());
            if answer["hasNext"] != true {
                return records;
            }
        }
    }
}

pub(crate) fn json(answer: &Answer) -> Value {
    // Read by code of the library, which is optimised: half of the time of long lists goes into this.
    text(answer).parse().unwrap_or_else(|_| panic!("no JSON: {:?}", text(answer)))
}

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
