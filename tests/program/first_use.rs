//! First use: certificates, proxies, ports and output as new users meet them.

use std::process::Command;

use crate::binary::{Running, directory, finish, mock_defender, run};

/// curl against this server, without what the environment says; `None` where the machine has no curl.
fn curl(arguments: &[&str]) -> Option<std::process::Output> {
    let mut command = Command::new("curl");
    command.args(["--disable", "--silent", "--show-error", "--max-time", "5"]).args(arguments).env_clear();
    command.output().ok()
}

#[test]
fn a_client_that_does_not_trust_the_authority_is_reported_once_in_log_and_requests() {
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

/// Each kind of client is told the variable that it reads, where the machine has such a client.
#[test]
fn the_report_of_a_distrusting_client_names_its_own_ca_variable() {
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let (url, proxy) = (server.ready()["url"].as_str().unwrap().to_owned(), server.proxy());
    let python = format!("import urllib.request; urllib.request.urlopen({url:?})");
    let node = format!("fetch({url:?}).catch(() => {{}})");
    for (program, option, script, variable) in
        [("python3", "-c", &python, "REQUESTS_CA_BUNDLE="), ("node", "-e", &node, "NODE_EXTRA_CA_CERTS=")]
    {
        let mut client = Command::new(program);
        client.args([option, script]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        if client.output().is_err() {
            continue;
        }
        let shown = run(&["requests", "list", "--json", "--url", &proxy]).succeeds();
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let last = shown["handshakes"].as_array().unwrap().last().unwrap();
        assert!(last["advice"].as_str().unwrap().contains(variable), "{program}: {last}");
        assert_eq!(last["client"], program.trim_end_matches('3'), "{last}");
    }
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
fn node_uses_the_proxy_with_the_printed_environment() {
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

#[test]
fn following_requests_prints_a_line_each_without_control_api_calls() {
    use std::io::{BufRead as _, BufReader};
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let url = server.proxy();
    let list = |more: &[&str]| run(&[&["requests", "list", "--url", &url][..], more].concat()).succeeds();
    run(&["status", "--url", &url]).succeeds();
    assert_eq!(list(&[]), "", "nothing but what steers");
    assert!(list(&["--control"]).contains("/_mock/info"));
    let mut follow = mock_defender(&["requests", "follow", "--since", "0", "--url", &url]);
    let mut follow = follow.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let asked = |path: &str| {
        use std::io::Write as _;
        let host = url.trim_start_matches("http://");
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        std::io::Read::read_to_end(&mut stream, &mut Vec::new()).unwrap();
    };
    for path in ["/v1/alerts/", "/_mock/health", "/api/v1/alerts/"] {
        asked(path);
    }
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    let (first, second) = (next(), next());
    follow.kill().unwrap();
    follow.wait().unwrap();
    assert!(
        first.contains(" 404 GET ") && first.contains("/v1/alerts/") && first.contains("missing `/api`"),
        "{first}"
    );
    assert!(second.contains(" 401 GET ") && second.contains("Authorization"), "{second}");
}

#[test]
fn a_broken_pipe_on_standard_output_is_a_success() {
    let arguments: [&[&str]; 5] =
        [&["routes"], &["completions", "bash"], &["spec", "default"], &["spec", "schema"], &["--help"]];
    for arguments in arguments {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output =
            mock_defender(arguments).stdout(writer).stderr(std::process::Stdio::piped()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn a_tenant_of_a_frozen_server_is_born_frozen_at_the_same_start() {
    let start = "2026-01-05T09:00:00Z";
    let server = Running::start(&["--ca", "ephemeral", "--start", start, "--freeze"]);
    let url = server.proxy();
    let created = |more: &[&str]| {
        let arguments = [&["tenant", "create", "--size", "tiny", "--json", "--url", &url][..], more].concat();
        let info: serde_json::Value = serde_json::from_str(&run(&arguments).succeeds()).unwrap();
        let clock = ["clock", "show", "--json", "--url", &url, "--tenant", info["domain"].as_str().unwrap()];
        let clock: serde_json::Value = serde_json::from_str(&run(&clock).succeeds()).unwrap();
        (info["start"].clone(), clock["mode"].clone())
    };
    assert_eq!(created(&["--name", "Fabrikam"]), ("2026-01-05T09:00:00.000Z".into(), "frozen".into()));
    let said = created(&["--name", "Tailspin", "--start", "2026-02-02T00:00:00Z"]);
    assert_eq!(said, ("2026-02-02T00:00:00.000Z".into(), "frozen".into()), "what is said wins");
}

#[test]
fn a_level_that_there_is_not_is_refused() {
    for level in ["loud", "mock_defender=loud", "debug,loud"] {
        let said = run(&["serve", "--log", level]).fails(2);
        assert!(said.contains("\"loud\" is no level") && said.contains("error, warn, info"), "{said}");
    }
}

#[test]
fn logs_without_a_terminal_have_no_colours() {
    let server = Running::start(&["--ca", "ephemeral", "--freeze", "--log", "trace"]);
    let Some(_) = curl(&[server.ready()["url"].as_str().unwrap()]) else { return };
    let (_, _, told) = server.stop();
    assert!(told.contains("does not trust") && !told.contains('\u{1b}'), "{told}");
}

#[test]
fn a_port_in_use_is_reported_with_its_holder_and_what_to_do() {
    let server = Running::start(&["--ca", "ephemeral", "--freeze"]);
    let address = server.proxy().replace("http://localhost", "127.0.0.1");
    let said = run(&["serve", "--ca", "ephemeral", "--size", "tiny", "--listen", &address]).fails(1);
    assert!(said.contains("A mock-defender answers there already: `mock-defender status`"), "{said}");
    assert!(said.contains("--listen localhost:"), "{said}");
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let said = run(&["serve", "--ca", "ephemeral", "--size", "tiny", "--listen", &address]).fails(1);
    assert!(said.contains("holds it") && said.contains("--listen localhost:"), "{said}");
}

/// `script` gives the program a terminal.
#[test]
fn a_person_at_a_terminal_is_greeted_without_the_line_for_scripts() {
    let state = directory("terminal");
    let serve = format!("{} serve --listen 127.0.0.1:0 --size tiny --ca ephemeral", crate::binary::PATH);
    let Ok(mut script) = Command::new("script")
        .args(["-q", "-f", "-c", &serve, "typescript"])
        .current_dir(&state)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
    else {
        return;
    };
    let seen = || std::fs::read_to_string(state.join("typescript")).unwrap_or_default();
    for _ in 0..500 {
        // The last words of the greeting.
        if seen().contains("Stop: Ctrl-C") {
            break;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    // Ctrl-C, typed.
    std::io::Write::write_all(&mut script.stdin.take().unwrap(), b"\x03").unwrap();
    script.wait().unwrap();
    let seen = seen();
    assert!(seen.contains("is ready: https://localhost:") && seen.contains("Stop: Ctrl-C"), "{seen}");
    assert!(!seen.contains("{\"ready\":true"), "{seen}");
}
