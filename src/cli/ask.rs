//! Asks a running server, in clear, over the loopback: the subcommands that steer one need no more.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::address::Address;

/// Longest wait for a server that is there but does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The variable that holds the token of a server beyond loopback: for who starts one, and for who asks it.
pub(super) const OPERATOR_TOKEN: &str = "MOCK_DEFENDER_OPERATOR_TOKEN";

/// The type of most bodies.
pub(super) const JSON: &str = "application/json";

/// The largest answer that is read.
const LARGEST: u64 = 64 << 20;

/// Where the server is that a subcommand steers.
#[derive(Args, Clone)]
pub(super) struct Server {
    /// The running server. Default: what MOCK_DEFENDER_URL says, else the server that `serve --detach` started, else
    /// http://localhost:8443
    #[arg(long, value_name = "URL", global = true)]
    url: Option<String>,
    /// The tenant, by id, host label or domain; default: the first
    #[arg(long, value_name = "NAME", global = true)]
    pub(super) tenant: Option<String>,
    /// The token that a server beyond loopback asks for; default: what MOCK_DEFENDER_OPERATOR_TOKEN says
    #[arg(long, value_name = "TOKEN", global = true)]
    operator_token: Option<String>,
    /// Print the server's answer as JSON, for scripts
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Wait for the answer however long it takes
    #[arg(skip)]
    pub(super) waits: bool,
}

impl Server {
    /// A server, and a tenant of it.
    pub(super) fn at(url: String, tenant: Option<String>, operator_token: Option<String>) -> Self {
        Self { url: Some(url), tenant, operator_token, json: false, waits: false }
    }

    fn address(&self) -> Address {
        Address::of(self.url.as_deref())
    }

    /// Where it is, as it is asked: `http://host:port`.
    pub(super) fn url(&self) -> Result<String, String> {
        self.address().in_clear()
    }

    /// `GET /_mock…`
    pub(super) fn get(&self, path: &str) -> std::io::Result<Vec<u8>> {
        self.ask("GET", path, b"")
    }

    /// Asks for `path` below `/_mock`: the body of a success, else the server's own words.
    pub(super) fn ask(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
        self.ask_with(method, path, JSON, body)
    }

    /// The same with a body of another type.
    pub(super) fn ask_with(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> std::io::Result<Vec<u8>> {
        let path = format!("/_mock{path}");
        let token = self.operator_token.clone().or_else(|| std::env::var(OPERATOR_TOKEN).ok());
        let patience = (!self.waits).then_some(PATIENCE);
        let (status, answer) =
            ask_within(patience, &self.address(), method, &path, token.as_deref(), (kind, body))?;
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let said: Value = serde_json::from_slice(&answer).unwrap_or_default();
        Err(Error::other(match said["error"]["message"].as_str() {
            Some(message) => message.to_owned(),
            None => format!("{}{path} answered {status}", self.address().named()),
        }))
    }

    /// The same about the tenant: `path` follows its name. Reads JSON; an empty answer is `null`.
    pub(super) fn of_tenant(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Value> {
        json(&self.raw_of_tenant(method, path, body)?)
    }

    /// The same, as it comes.
    pub(super) fn raw_of_tenant(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let name = match &self.tenant {
            Some(name) => escaped(name),
            None => {
                let list = json(&self.get("/tenants")?)?;
                list["tenants"][0]["id"].as_str().unwrap_or_default().to_owned()
            }
        };
        self.ask(method, &format!("/tenants/{name}{path}"), body)
    }

    /// Prints an answer for scripts; false if a person shall read it.
    pub(super) fn print_json(&self, answer: &Value) -> std::io::Result<bool> {
        if self.json {
            writeln!(std::io::stdout(), "{answer:#}")?;
        }
        Ok(self.json)
    }
}

pub(super) fn json(answer: &[u8]) -> std::io::Result<Value> {
    if answer.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(answer).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

/// What stands in the file, or on standard input for `-`.
pub(super) fn read_file(file: &str) -> std::io::Result<Vec<u8>> {
    if file == "-" {
        let mut text = Vec::new();
        std::io::stdin().take(LARGEST).read_to_end(&mut text)?;
        return Ok(text);
    }
    std::fs::read(file).map_err(|error| Error::new(error.kind(), format!("cannot read {file}: {error}")))
}

/// A text as a segment of a path, or as a value of a query.
pub(super) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Status and body of the answer of the server at `url`.
pub(super) fn ask(
    url: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: (&str, &[u8]),
) -> std::io::Result<(u16, Vec<u8>)> {
    ask_within(Some(PATIENCE), &Address::of(Some(url)), method, path, token, body)
}

/// Whether a mock-defender answers there, in a moment: what else holds a port may never say a word.
pub(super) fn is_there(url: &str) -> bool {
    let moment = Some(Duration::from_secs(2));
    let health = ask_within(moment, &Address::of(Some(url)), "GET", "/_mock/health", None, (JSON, b""));
    health.is_ok_and(|(status, _)| matches!(status, 200 | 401))
}

fn ask_within(
    patience: Option<Duration>,
    address: &Address,
    method: &str,
    path: &str,
    token: Option<&str>,
    (kind, body): (&str, &[u8]),
) -> std::io::Result<(u16, Vec<u8>)> {
    let url = address.in_clear().map_err(|problem| Error::new(ErrorKind::InvalidInput, problem))?;
    let named = address.named();
    let authority = url.trim_start_matches("http://");
    let mut stream = connect(authority).map_err(|error| {
        let told = format!(
            "no server at {named} ({error}); start one with `mock-defender serve`, or say with --url where one is"
        );
        Error::new(error.kind(), told)
    })?;
    stream.set_read_timeout(patience)?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
    if let Some(token) = token.filter(|token| !token.contains(char::is_control)) {
        head.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Type: {kind}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.take(LARGEST).read_to_end(&mut answer)?;
    let strange =
        || Error::new(ErrorKind::InvalidData, format!("what answers at {named} is not mock-defender"));
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(strange)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    Ok((status.ok_or_else(strange)?, answer.split_off(end + 4)))
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let mut last = Error::new(ErrorKind::NotFound, "the name has no address");
    for candidate in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&candidate, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}
