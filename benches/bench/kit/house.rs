//! The simulator as the benches meet it: a gateway in this process, or the binary in its own.

use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use mock_defender::catalogue::resources::CLOUD_APPS;
use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::Registry;
use mock_defender::gateway::{Answer, Gateway};
use mock_defender::identity::api_token;
use mock_defender::identity::keys;
use mock_defender::identity::token::{APPLICATION_LIFETIME, AccessClaims, Common, Proof, sign};
use mock_defender::model::ids::Guid;
use mock_defender::model::person::Persona;
use mock_defender::model::spec::{Size, Specification};
use mock_defender::model::time::VirtualTime;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::Value;

use super::child::{BINARY, Child};

/// A Tuesday.
pub const START: &str = "2026-11-24T00:00:00Z";

/// The specification that the benches share.
pub fn spec(size: Size) -> Specification {
    let start = VirtualTime::parse(START).expect("an instant");
    Specification::plain(1, size, start)
}

/// A tenant whose clock stands still.
pub fn tenant(size: Size) -> Arc<Tenant> {
    let spec = spec(size);
    Arc::new(Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)))
}

/// A gateway over it, without throttle.
pub fn gateway(tenant: &Arc<Tenant>) -> Gateway {
    let settings = Settings { throttle: false, wall: Wall::manual(tenant.now()), ..Settings::default() };
    let registry = Registry::new(Arc::clone(tenant));
    Gateway::new(registry, &mock_defender::services::all(), settings).expect("unambiguous routes")
}

/// The claims of a token for the Cloud Apps API, as the tenant's first application gets them.
pub fn claims(tenant: &Tenant, serial: u128) -> AccessClaims {
    let app = &tenant.world().registrations[0];
    let resource = Guid::literal(CLOUD_APPS);
    let held = app.permissions.iter().filter(|permission| permission.resource == resource);
    let roles: Vec<String> = held.map(|permission| permission.value.to_string()).collect();
    let common = Common {
        identity: tenant.identity(),
        issuer: "https://sts.windows.net/tenant/",
        issued: tenant.now(),
        lived: tenant.now(),
        lifetime: APPLICATION_LIFETIME,
        serial,
        audience: CLOUD_APPS,
        v2: false,
        client: app.client_id,
        display_name: &app.display_name,
        proof: Proof::Secret,
        directory: false,
        wids: &[],
        challenges: false,
        own: None,
    };
    AccessClaims::for_application(&common, app.principal, &roles)
}

/// The token of these claims, signed as the tenant signs.
pub fn mint(claims: &AccessClaims) -> String {
    sign(claims, keys::numbered(0))
}

/// A request for a token of the Cloud Apps API, as the tenant's first application makes it.
pub fn token_request(tenant: &Tenant) -> Request<Bytes> {
    let app = &tenant.world().registrations[0];
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={CLOUD_APPS}/.default",
        app.client_id,
        app.secret().replace('~', "%7E"),
    );
    Request::builder()
        .method("POST")
        .uri(format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", tenant.identity().id))
        .header("host", "login.microsoftonline.com")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(body))
        .expect("a request")
}

/// Requests for tokens of a user: with the password, and with the refresh token that this gives.
pub fn user_requests(tenant: &Arc<Tenant>, gateway: &Gateway) -> [(&'static str, Request<Bytes>); 2] {
    let world = tenant.world();
    let app = &world.registrations[0];
    let user = world.person(world.persona(Persona::GlobalAdmin).expect("the persona"));
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    let request = |more: String| {
        let client = format!("client_id={}&client_secret={}", app.client_id, escape(app.secret()));
        let scope = "scope=offline_access%20https%3A%2F%2Fgraph.microsoft.com%2F.default";
        Request::builder()
            .method("POST")
            .uri(format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", tenant.identity().id))
            .header("host", "login.microsoftonline.com")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(format!("{client}&{scope}&{more}")))
            .expect("a request")
    };
    let (name, word) = (escape(&user.upn), escape(&user.password));
    let password = request(format!("grant_type=password&username={name}&password={word}"));
    let answer: Value = serde_json::from_slice(&ask(gateway, &password).body).expect("a JSON body");
    let token = escape(answer["refresh_token"].as_str().expect("a refresh token"));
    let refresh = request(format!("grant_type=refresh_token&refresh_token={token}"));
    [("a password redeemed", password), ("a refresh token redeemed", refresh)]
}

/// `Bearer …`, from the token endpoint.
pub fn bearer(tenant: &Arc<Tenant>) -> String {
    let answer = ask(&gateway(tenant), &token_request(tenant));
    let body: Value = serde_json::from_slice(&answer.body).expect("a JSON body");
    format!("Bearer {}", body["access_token"].as_str().expect("an access token"))
}

/// `Token …`
pub fn token(tenant: &Tenant) -> String {
    format!("Token {}", api_token::mint(tenant.identity()))
}

/// A request as the gateway takes it.
pub fn request(method: &str, path: &str, authorization: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("https://localhost:8443{path}"))
        .header("host", "localhost:8443")
        .header("authorization", authorization)
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a request")
}

/// Asks and insists on a 200.
pub fn ask(gateway: &Gateway, request: &Request<Bytes>) -> Answer {
    let answer = gateway.ask(request.clone());
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer
}

/// A `GET` as bytes for a connection.
pub fn get(path: &str, authorization: &str) -> Vec<u8> {
    let credential = match authorization {
        "" => String::new(),
        text => format!("authorization: {text}\r\n"),
    };
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n{credential}\r\n")
        .into_bytes()
}

/// `mock-defender serve` with these arguments, on a free port, ready.
pub fn serve(args: &[&str]) -> Child {
    Child::start(&mut program(args))
}

/// The same, whose reactor has one thread.
pub fn serve_on_one_thread(args: &[&str]) -> Child {
    Child::start(program(args).env("TOKIO_WORKER_THREADS", "1"))
}

fn program(args: &[&str]) -> Command {
    let mut program = Command::new(BINARY);
    program.args(["serve", "--listen", "127.0.0.1:0"]).args(args);
    program
}

/// What its ready line says.
pub fn ready(server: &Child) -> (u16, Value) {
    let line: Value = serde_json::from_str(&server.line).expect("the ready line is JSON");
    let port = line["url"].as_str().and_then(|url| url.rsplit(':').next()?.parse().ok());
    (port.expect("a URL with a port"), line)
}
