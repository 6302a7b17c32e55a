//! Asks a running server, in clear, over the loopback: the subcommands that steer one need no more.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Longest wait for a server that is there but does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer that is read.
const LARGEST: u64 = 64 << 20;

/// `GET path` from the server at `url` (`http://host:port`): the body of a 200.
pub(super) fn get(url: &str, path: &str) -> std::io::Result<Vec<u8>> {
    let authority = url.trim_end_matches('/').strip_prefix("http://").ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, format!("{url:?}: expected a URL such as http://localhost:8443"))
    })?;
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = connect(&address).map_err(|error| {
        Error::new(
            error.kind(),
            format!("no server at {url} ({error}); start one with `mock-defender serve`"),
        )
    })?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(LARGEST).read_to_end(&mut answer)?;
    let strange =
        || Error::new(ErrorKind::InvalidData, format!("what answers at {url} is not mock-defender"));
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(strange)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    if !head.starts_with("HTTP/1.1 200") {
        let status = head.lines().next().unwrap_or_default();
        return Err(Error::other(format!("{url}{path} answered {status:?}")));
    }
    Ok(answer.split_off(end + 4))
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
