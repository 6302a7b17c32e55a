//! What one request costs: over sockets beside servers that answer the same bytes, and without sockets.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use bytes::Bytes;
use http::Request;
use mock_defender::gateway::Gateway;
use mock_defender::gateway::log::{Entry, RequestLog};
use mock_defender::gateway::redact;
use mock_defender::gateway::redact::{Body, Headers};
use mock_defender::identity::Verifier;
use mock_defender::model::ids::Kind;
use mock_defender::model::spec::Size;

use crate::kit::child::Directory;
use crate::kit::client::{Connection, Length, load};
use crate::kit::house::mint;
use crate::kit::sample::{Samples, Unit, each, turns};
use crate::kit::table::{Beside, Table};
use crate::kit::{Effort, house, peers};

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let mut table = Table::new("Requests (size small, clock frozen, throttle off, request log on)");
    sockets(effort, &mut table);
    in_process(effort, &mut table);
    tokens(effort, &mut table);
    table.print();
}

/// The path of an alert that is there.
fn alert_path(tenant: &mock_defender::tenant::Tenant) -> String {
    format!("/api/v1/alerts/{}/", tenant.world().ids.hex24(Kind::Alert, 0))
}

fn sockets(effort: Effort, table: &mut Table) {
    let directory = Directory::new("requests");
    let twin = house::tenant(Size::Small);
    let request = house::get(&alert_path(&twin), &house::bearer(&twin));
    let serve = || house::serve(&["--ca", "ephemeral", "--start", house::START, "--freeze"]);
    let server = serve();
    let body = Connection::clear(house::ready(&server).0).ask(&request).body;
    drop(server);
    let body = directory.file("body", &body);

    let length = Length::Time(Duration::from_millis(effort.pick(300, 800)));
    for connections in effort.pick(vec![8], vec![2, 8, 16]) {
        let mut rates = [(); 3].map(|()| Samples::new(Unit::PerSecond));
        let mut costs = [(); 3].map(|()| Samples::new(Unit::Seconds));
        for _ in 0..effort.pick(3, 7) {
            // Fresh each time: what one has piled up shall not slow the others.
            for at in 0..3 {
                let server = match at {
                    0 => serve(),
                    1 => peers::hyper(&body, None),
                    _ => peers::wiremock(&body),
                };
                let port = if at == 0 { house::ready(&server).0 } else { peers::port(&server) };
                let before = server.cpu();
                let done = load(port, &request, connections, length);
                rates[at].push(done.requests as f64 / done.seconds);
                costs[at].push((server.cpu() - before) / done.requests as f64);
            }
        }
        let what = format!("GET one alert, bearer, {connections} connections");
        table.row(&what, &rates[0], "≥ 0.60", Some(Beside("bare hyper", &rates[1])));
        table.row(&what, &rates[0], "", Some(Beside("wiremock", &rates[2])));
        let what = "  server CPU per request";
        table.row(what, &costs[0], "", Some(Beside("bare hyper", &costs[1])));
        table.row(what, &costs[0], "", Some(Beside("wiremock", &costs[2])));
    }
}

fn in_process(effort: Effort, table: &mut Table) {
    let tenant = house::tenant(Size::Small);
    let gateway = house::gateway(&tenant);
    let path = alert_path(&tenant);
    let [bearer, token] = [house::bearer(&tenant), house::token(&tenant)]
        .map(|credential| house::request("GET", &path, &credential, ""));
    // Writing the same answer from a tree of values: the part that no server is spared.
    let body: serde_json::Value =
        serde_json::from_slice(&house::ask(&gateway, &bearer).body).expect("an alert in JSON");
    for (what, request) in [("bearer", &bearer), ("API token", &token)] {
        let (rounds, calls) = effort.pick((5, 5_000), (11, 20_000));
        let [ours, theirs] = turns(
            rounds,
            || each(calls, || house::ask(&gateway, request)),
            || each(calls, || serde_json::to_vec(&body)),
        );
        let what = format!("Gateway::ask of one alert, {what}");
        table.row(&what, &ours, "", Some(Beside("serde_json of its body", &theirs)));
    }
    request_log(effort, &gateway, &bearer, table);
    faults(effort, &gateway, &bearer, table);
    let health = house::request("GET", "/_mock/health", &house::token(&tenant), "");
    let (rounds, calls) = effort.pick((5, 5_000), (11, 20_000));
    let [ours, theirs] = turns(
        rounds,
        || each(calls, || house::ask(&gateway, &health)),
        || each(calls, || serde_json::to_vec(&body)),
    );
    table.row("Gateway::ask of /_mock/health", &ours, "", Some(Beside("serde_json of an alert", &theirs)));
}

/// What the request log adds to a request: secrets cut out, the entry filed, the oldest evicted.
fn request_log(effort: Effort, gateway: &Gateway, request: &Request<Bytes>, table: &mut Table) {
    house::ask(gateway, request);
    let sample = gateway.registry.first().log.list().entries.pop().expect("the request just sent");
    let log = RequestLog::default();
    let file = || {
        let id = log.open();
        let headers = Headers::of(request.headers());
        let path = redact::cut(request.uri().path());
        let query = redact::cut(&redact::fields(request.uri().query().unwrap_or_default()));
        // The texts of an entry are made for it; a clone makes the others.
        log.close(Entry {
            id,
            headers,
            path,
            query,
            body: Body::of(request.body(), false),
            ..sample.clone()
        });
    };
    let (rounds, calls) = effort.pick((5, 5_000), (11, 20_000));
    let [ours, theirs] = turns(rounds, || each(calls, file), || each(calls, || house::ask(gateway, request)));
    table.row(
        "  of it the request log, at most",
        &ours,
        "",
        Some(Beside("Gateway::ask of one alert", &theirs)),
    );
}

/// What faults that are about other requests add to a request.
fn faults(effort: Effort, plain: &Gateway, request: &Request<Bytes>, table: &mut Table) {
    let disturbed = house::gateway(&house::tenant(Size::Small));
    for number in 0..10 {
        // Half of them are about another service, half about another path.
        let wanted = match number % 2 {
            0 => r#"{"service":"entra","path":"/*/oauth2/**"}"#.to_owned(),
            _ => format!(
                r#"{{"service":"cloud-apps","method":"GET","path":"/api/v1/activities/{number}/**"}}"#
            ),
        };
        let fault = format!(r#"{{"match":{wanted},"effect":{{"respond":{{"status":503}}}}}}"#);
        let path = format!("/_mock/tenants/{}/faults", disturbed.registry.first().tenant.identity().id);
        let add = house::request("POST", &path, "", &fault);
        assert_eq!(disturbed.ask(add).status, 201, "a fault that can be played");
    }
    let (rounds, calls) = effort.pick((5, 5_000), (11, 20_000));
    let [ours, theirs] = turns(
        rounds,
        || each(calls, || house::ask(&disturbed, request)),
        || each(calls, || house::ask(plain, request)),
    );
    let what = "Gateway::ask of one alert, 10 faults about others";
    table.row(what, &ours, "≤ 1.10", Some(Beside("without faults", &theirs)));
}

fn tokens(effort: Effort, table: &mut Table) {
    let tenant = house::tenant(Size::Small);
    let gateway = house::gateway(&tenant);
    let claims = house::claims(&tenant, 1);
    let keys = include_bytes!("../../fixtures/keys/signing-keys.der");
    let length = 4 + usize::from(u16::from_be_bytes([keys[2], keys[3]]));
    let key = RsaKeyPair::from_pkcs8(&keys[..length]).expect("an RSA key");
    let message = mint(&claims);
    let mut signature = vec![0; key.public_modulus_len()];
    let mut raw = || {
        let random = SystemRandom::new();
        key.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).expect("a signature");
    };
    let (rounds, calls) = effort.pick((5, 200), (15, 500));
    let [ours, theirs] = turns(rounds, || each(calls, || mint(&claims)), || each(calls, &mut raw));
    table.row("identity::mint", &ours, "≤ 1.25", Some(Beside("raw RSA-2048 signature", &theirs)));
    let request = house::token_request(&tenant);
    let [ours, theirs] =
        turns(rounds, || each(calls, || house::ask(&gateway, &request)), || each(calls, &mut raw));
    table.row("a whole token request", &ours, "≤ 1.25", Some(Beside("raw RSA-2048 signature", &theirs)));
    for (what, request) in house::user_requests(&tenant, &gateway) {
        let [ours, theirs] =
            turns(rounds, || each(calls, || house::ask(&gateway, &request)), || each(calls, &mut raw));
        table.row(what, &ours, "", Some(Beside("raw RSA-2048 signature", &theirs)));
    }
    let (verifier, now) = (Verifier::new(), tenant.now());
    let verify = || verifier.verify(&message, now, &[0, 1]).expect("a sound token");
    verify();
    let (rounds, calls) = effort.pick((5, 20_000), (15, 100_000));
    let bytes = message.as_bytes();
    let [ours, theirs] = turns(rounds, || each(calls, verify), || each(calls, || digest(&SHA256, bytes)));
    table.row("a token seen before, validated", &ours, "≤ 2 µs", Some(Beside("SHA-256 of it", &theirs)));
}
