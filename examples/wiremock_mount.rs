//! The simulator beside another mock: the client's own backend is mocked by hand, everything else is the simulator's.
//!
//! `cargo run --example wiremock_mount --features wiremock`

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use mock_defender::MockDefender;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Whatever client is at hand: here a bare one.
fn get(server: SocketAddr, target: &str, token: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut stream = TcpStream::connect(server)?;
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nhost: localhost\r\nauthorization: Token {token}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = MockServer::start().await;
    Mock::given(path("/tickets")).respond_with(ResponseTemplate::new(201)).expect(1).mount(&server).await;
    let mock = MockDefender::builder().start()?;
    mock.mount(&server).await;

    let (address, token) = (*server.address(), mock.tenant().api_token);
    let answers = tokio::task::spawn_blocking(move || {
        ["/tickets", "/api/v1/alerts/?limit=1"].map(|target| get(address, target, &token))
    });
    for answer in answers.await? {
        let answer = answer.map_err(|error| error.to_string())?;
        println!("{}", answer.lines().next().unwrap_or_default());
    }
    assert_eq!(mock.requests().len(), 1, "the ticket was not the simulator's");
    Ok(())
}
