//! The console, and the events that it follows.

use bytes::Bytes;
use http::Request;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::Registry;
use mock_defender::gateway::{Answer, Delivery, Feed, Gateway};
use mock_defender::model::spec::Size;
use mock_defender::model::time::Span;
use mock_defender::services;
use serde_json::{Value, json};

use crate::kit::{Kit, json, tenant, text};

/// One event of a stream.
#[derive(Debug)]
struct Heard {
    name: String,
    id: Option<u64>,
    data: Value,
}

/// A client that follows.
struct Followed(Box<dyn Feed>);

impl Followed {
    fn new(kit: &Kit, headers: &[(&str, &str)]) -> Self {
        let answer = kit.send("GET", "https://localhost:8443/_mock/events", headers, "");
        assert_eq!(answer.status, 200, "{}", text(&answer));
        assert_eq!(answer.headers["content-type"], "text/event-stream");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let Some(Delivery::Feed(feed)) = answer.delivery.map(|delivery| *delivery) else {
            panic!("it is not followed");
        };
        Self(feed)
    }

    /// What has come since it was asked last, as the form has it.
    fn text(&mut self) -> String {
        self.0.next().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()).unwrap_or_default()
    }

    fn heard(&mut self) -> Vec<Heard> {
        let text = self.text();
        let frames = text.split("\n\n").filter(|frame| frame.contains("data: "));
        let field = |frame: &str, name: &str| {
            frame.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
        };
        frames
            .map(|frame| Heard {
                name: field(frame, "event").unwrap(),
                id: field(frame, "id").map(|id| id.parse().unwrap()),
                data: field(frame, "data").unwrap().parse().unwrap(),
            })
            .collect()
    }

    /// The names of what has come.
    fn names(&mut self) -> Vec<String> {
        self.heard().into_iter().map(|event| event.name).collect()
    }
}

fn requests(events: &[Heard]) -> Vec<(u64, &str)> {
    let requests = events.iter().filter(|event| event.name == "request");
    requests.map(|event| (event.id.unwrap(), event.data["path"].as_str().unwrap())).collect()
}

#[test]
fn a_request_and_a_fork_appear_among_the_events() {
    let kit = Kit::tiny();
    kit.api("GET", "/api/v1/alerts/", "");
    let mut followed = Followed::new(&kit, &[]);
    let first = followed.text();
    assert!(first.starts_with("retry: 1000\n\nevent: tenants\n"), "{first}");
    // What was before is in the log; the request for the events themselves is the first that is told.
    assert!(!first.contains("/api/v1/alerts/") && first.contains("/_mock/events"), "{first}");
    assert_eq!(followed.text(), "", "nothing happens");

    kit.send("GET", &kit.url("/api/v1/alerts/"), &[], "");
    let events = followed.heard();
    let [event] = &events[..] else { panic!("{events:?}") };
    let tenant = kit.tenant.identity().id.to_string();
    assert_eq!((event.name.as_str(), &event.data["tenant"]), ("request", &json!(tenant)));
    let logged = json(&kit.mock("GET", "/_mock/requests?clients=true", ""))["requests"][1].clone();
    assert_eq!(event.data, logged, "as the log writes it");
    assert_eq!(event.data["refusal"], "InvalidToken");
    followed.text();

    let fork = json(&kit.mock("POST", "/_mock/tenants/contoso/fork", ""));
    let events = followed.heard();
    assert_eq!(events[0].name, "tenants");
    let told = events[0].data["tenants"].as_array().unwrap();
    assert_eq!((told.len(), &told[1]["id"]), (2, &fork["id"]));
    assert_eq!(told[1]["label"], "contoso-f1");
    assert_eq!(requests(&events).len(), 1);
}

#[test]
fn a_moved_clock_is_an_event_and_a_running_one_is_none() {
    let kit = Kit::tiny();
    let mut followed = Followed::new(&kit, &[]);
    followed.text();
    kit.tenant.advance(Span::hours(1)).unwrap();
    let events = followed.heard();
    assert_eq!(events.len(), 1);
    let told = &events[0].data["tenants"][0];
    assert_eq!((&told["now"], &told["mode"]), (&json!("2026-11-24T01:00:00.000Z"), &json!("frozen")));
    kit.tenant.follow().unwrap();
    let events = followed.heard();
    assert_eq!(events[0].data["tenants"][0]["mode"], "follow");
    kit.gateway.settings.wall.set(kit.tenant.now() + Span::hours(2));
    assert_eq!(followed.text(), "");
}

#[test]
fn faults_and_scenarios_of_a_tenant_are_events() {
    let kit = Kit::tiny();
    let mut followed = Followed::new(&kit, &[]);
    followed.text();
    let command = |command: &Value| {
        let answer = kit.mock("POST", "/_mock/tenants/contoso/commands", &command.to_string());
        assert_eq!(answer.status, 200, "{}", text(&answer));
    };
    let fault = json!({"addFault": {"name": "slow", "fault": {"effect": {"hang": {"for": "2s"}}}}});
    command(&fault);
    assert_eq!(followed.names(), ["faults", "request"]);
    command(&json!({"removeFault": {"name": "slow"}}));
    assert_eq!(followed.names(), ["faults", "request"]);
    command(&json!({"startScenario": {"name": "later", "steps": [
        {"at": "2026-11-24T00:30:00Z", "command": fault},
    ]}}));
    assert_eq!(followed.names(), ["scenarios", "request"]);
    // The step lies ahead, and is told when the clock gets there.
    kit.tenant.advance(Span::minutes(29)).unwrap();
    assert_eq!(followed.names(), ["tenants"]);
    kit.tenant.advance(Span::minutes(1)).unwrap();
    let events = followed.heard();
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["tenants", "faults", "scenarios"]);
    assert_eq!(events[1].data, json!({"tenant": kit.tenant.identity().id}));
    command(&json!({"stopScenario": {"run": 0}}));
    assert_eq!(followed.names(), ["faults", "scenarios", "request"]);
}

#[test]
fn a_fault_that_acts_is_an_event_and_so_is_one_of_the_server() {
    let kit = Kit::tiny();
    let fault = json!({"effect": {"respond": {"status": 503}}}).to_string();
    kit.mock("POST", "/_mock/tenants/contoso/faults", &fault);
    let mut followed = Followed::new(&kit, &[]);
    assert_eq!(followed.names(), ["tenants", "faults", "request"], "as it is at first");
    assert_eq!(kit.api("GET", "/api/v1/alerts/", "").status, 503);
    assert_eq!(followed.names(), ["faults", "request"]);
    kit.mock("POST", "/_mock/tenants/contoso/reset", "");
    assert_eq!(followed.names(), ["faults", "request"]);

    let fault = json!({"host": "*.microsoftonline.com", "effect": {"host": "reset"}}).to_string();
    kit.mock("POST", "/_mock/faults", &fault);
    let events = followed.heard();
    assert_eq!((events[0].name.as_str(), &events[0].data), ("faults", &json!({})));
    kit.mock("DELETE", "/_mock/faults", "");
    assert_eq!(followed.names(), ["faults", "request"]);
}

#[test]
fn whoever_comes_back_is_told_what_was_missed() {
    let kit = Kit::tiny();
    let mut followed = Followed::new(&kit, &[]);
    followed.text();
    let other = kit.join(kit.tenant.fork());
    let ask = |path: &str| kit.api("GET", path, "");
    ask("/api/v1/alerts/");
    let events = followed.heard();
    let (last, _) = requests(&events)[0];
    let label = &other.identity().label;
    let url = format!("https://{label}.us2.portal.cloudappsecurity.com/api/v1/activities/");
    kit.send("GET", &url, &[], "");
    ask("/api/v1/alerts/1/");
    let mut back = Followed::new(&kit, &[("last-event-id", &last.to_string())]);
    let events = back.heard();
    let missed = requests(&events);
    // The request for the first stream of events, in between, is a request, too.
    let paths: Vec<&str> = missed.iter().map(|(_, path)| *path).collect();
    assert_eq!(paths, ["/api/v1/activities/", "/api/v1/alerts/1/", "/_mock/events"]);
    assert!(missed.windows(2).all(|pair| pair[0].0 < pair[1].0) && missed[0].0 == last + 1, "{missed:?}");

    // What was cleared meanwhile can't be told, and that is.
    kit.mock("DELETE", "/_mock/requests", "");
    let mut back = Followed::new(&kit, &[("last-event-id", &last.to_string())]);
    let events = back.heard();
    let missed = events.iter().find(|event| event.name == "missed").unwrap();
    assert_eq!(missed.data, json!({"requests": 3}));
    // A number that was never given is of an earlier life of the server.
    let events = Followed::new(&kit, &[("last-event-id", "1000000")]).heard();
    assert!(requests(&events).len() > 1, "{events:?}");

    let refused = kit.send("GET", "https://localhost:8443/_mock/events", &[("last-event-id", "x")], "");
    assert_eq!((refused.status.as_u16(), &json(&refused)["error"]["target"]), (400, &json!("Last-Event-ID")));
}

#[test]
fn many_requests_are_told_in_pieces_and_none_twice() {
    let kit = Kit::tiny();
    let mut followed = Followed::new(&kit, &[]);
    followed.text();
    let other = kit.join(kit.tenant.fork());
    let urls = [&kit.tenant, &other].map(|tenant| {
        format!("https://{}.us2.portal.cloudappsecurity.com/api/v1/alerts/", tenant.identity().label)
    });
    for round in 0..300 {
        kit.send("GET", &urls[round % 3 % 2], &[], "");
    }
    let mut told = Vec::new();
    let mut pieces = 0;
    loop {
        let events = followed.heard();
        let found: Vec<u64> = requests(&events).iter().map(|(id, _)| *id).collect();
        if found.is_empty() {
            break;
        }
        assert!(events.iter().all(|event| event.name != "missed") && found.len() <= 128);
        told.extend(found);
        pieces += 1;
    }
    assert_eq!((told.len(), pieces), (300, 3));
    assert!(told.windows(2).all(|pair| pair[1] == pair[0] + 1));
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

/// What stands between quotation marks behind each `mark`.
fn quoted<'p>(page: &'p str, mark: &str) -> Vec<&'p str> {
    let found = page.match_indices(mark).map(|(at, _)| &page[at + mark.len()..]);
    found.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_console_is_a_page_that_loads_only_its_own_files() {
    let kit = Kit::tiny();
    let page = kit.mock("GET", "/_mock/ui", "");
    assert_eq!((page.status.as_u16(), header(&page, "content-type")), (200, "text/html; charset=utf-8"));
    let policy = header(&page, "content-security-policy");
    let parts: Vec<&str> = policy.split("; ").collect();
    for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"] {
        assert!(parts.contains(&part), "{policy}");
    }
    for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"] {
        assert!(parts.contains(&part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(header(&page, "x-frame-options"), "DENY");

    let html = text(&page);
    assert!(html.contains("simulated by mock-defender; independent of Microsoft"));
    assert!(!html.contains("{version}"), "the files are named");
    // No script and no style stands in the page, and no element names a listener.
    for inline in ["<style", "style=", "<script>", " onclick", " onload", "javascript:", "http:", "https:"] {
        assert!(!html.contains(inline), "{inline}");
    }
    let mut files = [quoted(&html, "src=\""), quoted(&html, "href=\"")].concat();
    files.retain(|file| file.starts_with("/_mock/ui/"));
    assert!(files.len() >= 3, "{files:?}");
    // Modules load others that lie beside them.
    let mut at = 0;
    let mut all: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    while let Some(path) = all.get(at).cloned() {
        at += 1;
        let file = kit.mock("GET", &path, "");
        assert_eq!(file.status, 200, "{path}");
        assert!(header(&file, "cache-control").contains("immutable"), "{path}");
        assert_eq!(header(&file, "x-content-type-options"), "nosniff", "{path}");
        let kind = header(&file, "content-type");
        let content = text(&file);
        if path.ends_with(".js") {
            assert!(kind.starts_with("text/javascript"), "{path}: {kind}");
            // Data becomes text: markup is never made from it.
            for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!content.contains(way), "{path} says {way}");
            }
            let folder = path.rsplit_once('/').unwrap().0;
            for module in quoted(&content, "from \"./") {
                let module = format!("{folder}/{module}");
                if !all.contains(&module) {
                    all.push(module);
                }
            }
        }
    }
    let count =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/services/control/ui")).unwrap().count();
    // The page itself lies there, too; the look of all pages lies with the portals.
    let loaded: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(loaded.len(), count, "every file is loaded");

    let folder = files[0].rsplit_once('/').unwrap().0;
    for path in [format!("{folder}/other.js"), "/_mock/ui/000000000000/main.js".to_owned()] {
        let answer = kit.mock("GET", &path, "");
        assert_eq!(
            (answer.status.as_u16(), &json(&answer)["error"]["code"]),
            (404, &json!("PageFileNotFound"))
        );
    }
}

#[test]
fn the_root_of_own_names_is_the_start_page() {
    let kit = Kit::tiny();
    for url in ["https://localhost:8443/", "http://127.0.0.1:9000", "https://contoso.localhost:8443//"] {
        let answer = kit.send("GET", url, &[], "");
        assert_eq!(answer.status, 200, "{url}");
        let page = text(&answer);
        // The people of the tenant that can sign in, where the portals are, and the services for clients.
        for persona in ["global-admin", "security-admin", "security-reader", "user", "guest"] {
            assert!(page.contains(&format!("value=\"{persona}\"")), "{persona}");
        }
        assert!(!page.contains("value=\"disabled\""));
        let origin = url.trim_end_matches('/');
        for place in ["/defender/?tid=", "/copilot/sources?tid=", "/classic/?tid=", "/_mock/ui"] {
            assert!(page.contains(&format!("href=\"{origin}{place}")), "{place} in {page}");
        }
        assert!(page.contains("https://contoso.us2.portal.cloudappsecurity.com"));
    }
    // Other tenants are chosen by a link.
    let fork = kit.mock("POST", &format!("/_mock/tenants/{}/fork", kit.tenant.identity().id), "");
    let fork = json(&fork)["id"].as_str().unwrap().to_owned();
    assert!(text(&kit.mock("GET", "/", "")).contains(&format!("/?tid={fork}")));
    let page = kit.mock("GET", &format!("/?tid={fork}"), "");
    assert!(text(&page).contains(&format!("/defender/?tid={fork}")));
    // Genuine names of services without pages, and foreign ones, have none.
    for url in ["https://login.microsoftonline.com/".to_owned(), kit.url("/_mock/ui")] {
        let answer = kit.send("GET", &url, &[], "");
        assert_eq!(answer.status, 404, "{url}");
    }
    assert_eq!(kit.send("GET", "https://elsewhere.example/", &[], "").status, 421);
}

#[test]
fn links_of_other_pages_lead_to_the_console_but_their_scripts_do_not_see_it() {
    let kit = Kit::tiny();
    let from_elsewhere = |path: &str, mode: &str| {
        let headers = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode)];
        kit.send("GET", &format!("https://localhost:8443{path}"), &headers, "").status.as_u16()
    };
    assert_eq!(from_elsewhere("/", "navigate"), 200);
    assert_eq!(from_elsewhere("/_mock/ui", "navigate"), 200);
    assert_eq!(from_elsewhere("/_mock/ui", "no-cors"), 403);
    for path in ["/_mock/info", "/_mock/events", "/_mock/tenants/contoso/truth"] {
        for mode in ["navigate", "cors", "no-cors"] {
            assert_eq!(from_elsewhere(path, mode), 403, "{path} {mode}");
        }
    }
}

#[test]
fn beyond_loopback_the_page_is_open_and_the_events_ask_for_the_token() {
    let settings = Settings { control_token: Some("secret".to_owned()), ..Settings::default() };
    let registry = Registry::new(tenant(1, Size::Tiny));
    let gateway = Gateway::new(registry, &services::all(), settings).unwrap();
    let status = |path: &str, token: Option<&str>| {
        let mut request = Request::get(format!("https://localhost:8443{path}"));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        gateway.ask(request.body(Bytes::new()).unwrap()).status.as_u16()
    };
    assert_eq!((status("/", None), status("/_mock/ui", None)), (200, 200));
    let page = gateway.ask(Request::get("https://localhost:8443/").body(Bytes::new()).unwrap());
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    for secret in ["Contoso", "global-admin", "tid="] {
        assert!(!page.contains(secret), "{secret}");
    }
    assert_eq!((status("/_mock/events", None), status("/_mock/events", Some("other"))), (401, 401));
    assert_eq!(status("/_mock/events", Some("secret")), 200);
}
