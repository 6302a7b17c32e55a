//! Real clients, where the machine has them: their TLS and HTTP/2 are not ours.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::kit::*;

/// The certificate of the server's authority in a file.
fn trusted(server: &Running) -> PathBuf {
    let file =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("trusted-{}.pem", server.address.port()));
    fs::write(&file, server.authority.pem()).unwrap();
    file
}

/// What the command prints; `None` when the machine does not have it.
async fn run(mut command: Command) -> Option<String> {
    let output = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output()).await.unwrap();
    let output = output.ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn curl(server: &Running) -> Command {
    let mut command = Command::new("curl");
    // First, and so that neither the user's settings nor a proxy in the environment plays a part.
    command.args(["--disable", "--silent", "--show-error", "--max-time", "5", "--noproxy", ""]);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(variable).env_remove(variable.to_lowercase());
    }
    command.arg("--cacert").arg(trusted(server));
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_speaks_http_2() {
    let server = start();
    let mut command = curl(&server);
    let to = format!("{GENUINE}:443:127.0.0.1:{}", server.address.port());
    command.args(["--http2", "--write-out", " over {%{http_version}}", "--connect-to", &to]);
    command.args(["--data", "body"]).arg(format!("https://{GENUINE}/h2"));
    let Some(printed) = run(command).await else { return };
    assert!(
        printed.contains("POST https://login.microsoftonline.com/h2 ") && printed.contains("length=4"),
        "{printed}"
    );
    assert!(printed.ends_with("over {2}") || printed.ends_with("over {1.1}"), "{printed}");

    let mut command = curl(&server);
    command.args(["--http2", "--head", "--connect-to", &to]).arg(format!("https://{GENUINE}/h2"));
    let Some(printed) = run(command).await else { return };
    assert!(printed.contains("content-length: "), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_goes_through_the_proxy() {
    let server = start();
    let mut command = curl(&server);
    let proxy = format!("http://contoso:x@127.0.0.1:{}", server.address.port());
    command.args(["--proxy", &proxy]).arg(format!("https://{GENUINE}/through"));
    let Some(printed) = run(command).await else { return };
    assert!(printed.contains(&format!("secure=true sni={GENUINE} user=contoso port=443")), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_connects_to_localhost_by_name_and_address() {
    let server = start();
    for host in ["localhost", "127.0.0.1"] {
        let mut command = curl(&server);
        command.arg("-4").arg(format!("https://{host}:{}/", server.address.port()));
        let Some(printed) = run(command).await else { return };
        assert!(printed.contains("secure=true"), "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn python_verifies_strictly() {
    let server = start();
    let script = "import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= getattr(ssl, 'VERIFY_X509_STRICT', 0)
for name in sys.argv[3:]:
    with socket.create_connection(('127.0.0.1', int(sys.argv[2])), 5) as raw:
        with context.wrap_socket(raw, server_hostname=name) as stream:
            print(stream.getpeercert()['subjectAltName'])
";
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(trusted(&server)).arg(server.address.port().to_string());
    command.args([GENUINE, "localhost", "127.0.0.1"]);
    let Some(printed) = run(command).await else { return };
    assert_eq!(printed.lines().next(), Some("(('DNS', 'login.microsoftonline.com'),)"));
    assert!(printed.contains("('IP Address', '127.0.0.1')"), "{printed}");
}
