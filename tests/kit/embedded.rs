//! Clients of an embedded simulator: without a socket, and byte by byte over one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use mock_defender::MockDefender;
use serde_json::Value;

/// Long enough for anything that should happen, short enough to fail a test.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn tiny() -> MockDefender {
    MockDefender::builder().start().unwrap()
}

/// `Token …` of this tenant.
pub(crate) fn token(mock: &MockDefender) -> String {
    format!("Token {}", mock.tenant().api_token)
}

/// `Bearer …` for this tenant, asked through `gateway`, which may be the handle of another one.
pub(crate) fn bearer(gateway: &MockDefender, of: &MockDefender, query: &str) -> String {
    let tenant = of.tenant();
    let app = tenant.app("full").unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
        app.client_id,
        app.secret.replace('~', "%7E"),
        "05a65629-4c1b-48c1-a78b-804c4abdd4af%2F.default",
    );
    let url = format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token?{query}", tenant.id);
    let request = Request::post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = json(&gateway.ask(request.unwrap()));
    format!("Bearer {}", answer["access_token"].as_str().unwrap())
}

/// Sends a request through a handle.
pub(crate) fn ask(
    mock: &MockDefender,
    method: &str,
    url: &str,
    credential: &str,
    body: &str,
) -> Response<Bytes> {
    let mut request = Request::builder().method(method).uri(url);
    if !credential.is_empty() {
        request = request.header("authorization", credential);
    }
    mock.ask(request.body(body.to_owned()).unwrap())
}

pub(crate) fn json(answer: &Response<Bytes>) -> Value {
    let text = String::from_utf8_lossy(answer.body());
    text.parse().unwrap_or_else(|_| panic!("{} {text:?}", answer.status()))
}

/// The ids of the tenant's alerts, in the order of the API.
pub(crate) fn alert_ids(mock: &MockDefender) -> Vec<String> {
    let page = json(&ask(mock, "GET", "/api/v1/alerts/", &token(mock), ""));
    page["data"].as_array().unwrap().iter().map(|alert| alert["_id"].as_str().unwrap().to_owned()).collect()
}

/// An alert.
pub(crate) fn alert(mock: &MockDefender, id: &str) -> Value {
    json(&ask(mock, "GET", &format!("/api/v1/alerts/{id}/"), &token(mock), ""))
}

/// The text that closes one alert.
pub(crate) fn closing(id: &str, comment: &str) -> String {
    serde_json::json!({"filters": {"id": {"eq": [id]}}, "comment": comment}).to_string()
}

/// A connection to the instance's socket, in clear.
pub(crate) fn connect(mock: &MockDefender) -> TcpStream {
    let stream = TcpStream::connect(mock.http_url().strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends the head of a request (without its final blank line) and reads to the end of the connection.
pub(crate) fn exchange(mock: &MockDefender, head: &str) -> String {
    let mut stream = connect(mock);
    write!(stream, "{head}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
