//! What people meet in their first hour with the program.

use std::process::Command;

use crate::binary::{Running, directory, finish, mock_defender, run};

/// curl against this server, without what the environment says; `None` where the machine has no curl.
fn curl(arguments: &[&str]) -> Option<std::process::Output> {
    let mut command = Command::new("curl");
    command.args(["--disable", "--silent", "--show-error", "--max-time", "5"]).args(arguments).env_clear();
    command.output().ok()
}

#[test]
fn a_client_that_does_not_trust_the_authority_is_told_of_once_and_wherever_requests_are_shown() {
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let (url, proxy) = (server.ready()["url"].as_str().unwrap().to_owned(), server.proxy());
    for _ in 0..3 {
        let Some(output) = curl(&[&url]) else { return };
        assert_eq!(output.status.code(), Some(60), "curl's word for a certificate that it does not trust");
    }
    let asked = |arguments: &[&str]| run(&[arguments, &["--url", &proxy]].concat());
    for shown in [
        asked(&["explain"]).fails(1),
        asked(&["requests", "list"]).succeeds(),
        asked(&["requests", "list", "--tenant", "contoso"]).succeeds(),
    ] {
        assert!(shown.contains("curl at 127.0.0.1 does not trust"), "{shown}");
        assert!(shown.contains("(3 times)") && shown.contains("CURL_CA_BUNDLE"), "{shown}");
    }
    let mut doctor = mock_defender(&["doctor", "--url", &proxy]);
    let doctor = finish(doctor.env_clear().env("HOME", "/nowhere"));
    assert!(doctor.succeeds().contains("curl at 127.0.0.1 does not trust"));
    asked(&["requests", "clear", "--all"]).succeeds();
    assert!(!asked(&["requests", "list"]).succeeds().contains("does not trust"));
    let (_, _, told) = server.stop();
    assert_eq!(told.matches("does not trust").count(), 1, "{told}");
}

#[test]
fn a_refused_tunnel_is_in_the_request_log_and_curl_shows_why() {
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let proxy = server.proxy();
    let Some(output) = curl(&["--verbose", "--proxy", &proxy, "https://www.example.com/"]) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("502 mock-defender does not play www.example.com"), "{said}");
    let asked = |arguments: &[&str]| run(&[arguments, &["--url", &proxy]].concat()).succeeds();
    for shown in [asked(&["requests", "list", "--status", "502"]), asked(&["requests", "unmatched"])] {
        assert!(shown.contains("CONNECT www.example.com:443"), "{shown}");
    }
    let explained = asked(&["explain"]);
    assert!(explained.contains("NO_PROXY"), "{explained}");
}

/// Node 20 reads no proxy variable: without what `env` prints it would ask the real cloud.
#[test]
fn node_goes_through_the_proxy_by_what_env_prints_and_never_around_it() {
    let state = directory("node");
    let server = Running::start(&["--ca", state.join("ca").to_str().unwrap(), "--freeze"]);
    let proxy = server.proxy();
    let mut env = mock_defender(&["env", "--url", &proxy, "--format", "dotenv"]);
    let printed =
        finish(env.env_remove("NODE_OPTIONS").env("XDG_STATE_HOME", state.join("of the user"))).succeeds();
    let variable = |name: &str| {
        printed.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
    };
    let script = "
        const https = require('https');
        const keys = 'https://login.microsoftonline.com/common/discovery/v2.0/keys';
        const failed = (error) => (error.cause || error).message;
        const asked = (url) => new Promise((done) =>
            https.get(url, (answer) => done(answer.resume().statusCode)).on('error', (error) => done(failed(error))));
        (async () => {
            console.log('fetch', (await fetch(keys)).status);
            console.log('https', await asked(keys));
            console.log('local', (await fetch(process.env.MOCK_DEFENDER_URL + '/_mock/health')).status);
            console.log('stray', await fetch('https://www.example.com/').then((answer) => answer.status, failed));
        })();";
    let node = |proxy: &str| {
        let mut node = Command::new("node");
        node.args(["-e", script]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        for name in
            ["NODE_OPTIONS", "NODE_USE_ENV_PROXY", "NODE_EXTRA_CA_CERTS", "NO_PROXY", "MOCK_DEFENDER_URL"]
        {
            node.env(name, variable(name));
        }
        node.env("HTTPS_PROXY", proxy).output().ok()
    };
    let Some(output) = node(variable("HTTPS_PROXY")) else { return };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in ["fetch 200", "https 200", "local 200"] {
        assert!(said.lines().any(|said| said == line), "{line}: {said} {output:?}");
    }
    assert!(said.contains("stray ") && !said.contains("stray 200"), "{said}");
    let log = run(&["requests", "list", "--status", "502", "--url", &proxy]).succeeds();
    assert!(log.contains("CONNECT www.example.com:443"), "{log}");
    // Nobody listens there: the real host must not be asked instead.
    let output = node("http://localhost:1").unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("ECONNREFUSED") && !said.contains("ENOTFOUND"), "{said}");
}

#[test]
fn the_server_is_found_by_its_variable_in_every_form_and_in_the_background() {
    let state = directory("finding");
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let port = server.proxy().rsplit_once(':').unwrap().1.to_owned();
    let status = |url: Option<&str>| {
        let mut command = mock_defender(&["status"]);
        command.env("XDG_STATE_HOME", &state).env_remove("MOCK_DEFENDER_URL");
        finish(command.envs(url.map(|url| ("MOCK_DEFENDER_URL", url))))
    };
    for url in [
        format!("https://localhost:{port}"),
        format!("http://127.0.0.1:{port}/"),
        format!("localhost:{port}"),
    ] {
        let said = status(Some(&url)).succeeds();
        assert!(said.contains(&format!("answers at https://localhost:{port}")), "{said}");
        run(&["status", "--url", &url]).succeeds();
    }
    let said = status(Some("localhost:1")).fails(1);
    assert!(
        said.contains("no server at localhost:1 (of MOCK_DEFENDER_URL)") && said.contains("--url"),
        "{said}"
    );
    assert!(status(Some("ftp://x")).fails(1).contains("expected a URL such as"));

    let detached = |arguments: &[&str]| finish(mock_defender(arguments).env("XDG_STATE_HOME", &state));
    let line = detached(&["serve", "--detach", "--listen", "127.0.0.1:0", "--size", "tiny"]).succeeds();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let said = status(None);
    detached(&["stop"]).succeeds();
    assert!(said.succeeds().contains(ready["url"].as_str().unwrap()));
}

#[test]
fn beyond_loopback_a_stranger_may_see_health_and_certificate_and_nothing_else() {
    let given = [("MOCK_DEFENDER_OPERATOR_TOKEN", "sesame")];
    let server = Running::start_with(&["--ca", "ephemeral", "--listen", "0.0.0.0:0"], &given);
    let url = server.proxy();
    assert!(!server.line.contains("sesame"), "who gave the token knows it: {}", server.line);
    let host = url.trim_start_matches("http://");
    for (path, status) in [("health", "200"), ("ca.pem", "200"), ("info", "401"), ("requests", "401")] {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        write!(stream, "GET /_mock/{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(&answer[9..12], status, "{path}: {answer}");
    }
    run(&["status", "--url", &url, "--operator-token", "sesame"]).succeeds();
    finish(mock_defender(&["status", "--url", &url]).envs(given)).succeeds();
    let said = run(&["status", "--url", &url, "--operator-token", "another"]).fails(1);
    assert!(said.contains("MOCK_DEFENDER_OPERATOR_TOKEN"), "{said}");
}
