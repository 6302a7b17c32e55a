//! Access logs of Squid: its native format, and the common one of web servers with its result behind.
//!
//! Source: <https://wiki.squid-cache.org/Features/LogFormat>. Both count the bytes that the client got; what it sent is
//! not said.

use super::host::host_of;
use super::line::{LineError, bytes, find, said, without_syslog};
use super::{Entry, clock};

/// `time elapsed client result/status bytes method URL user hierarchy type`
pub(super) fn read_native(line: &[u8]) -> Result<Entry<'_>, LineError> {
    const LEAST: usize = 9;
    let mut words = without_syslog(line).split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let mut values = [&b""[..]; LEAST];
    for got in 0..LEAST {
        values[got] = words.next().ok_or(LineError::Fields { got, least: LEAST })?;
    }
    let [time, _elapsed, client, result, size, _method, url, user, _hierarchy] = values;
    Ok(Entry {
        at: clock::read(time).ok_or(LineError::Time("time"))?,
        user: said(user),
        source: said(client),
        host: Some(host_of(url)).filter(|host| !host.is_empty()).ok_or(LineError::Destination("URL"))?,
        uploaded: 0,
        downloaded: bytes("bytes", size)?,
        blocked: is_denied(result),
    })
}

/// `client ident user [time] "method URL version" status bytes result:hierarchy`
pub(super) fn read_common(line: &[u8]) -> Result<Entry<'_>, LineError> {
    let other = LineError::Other {
        format: "Squid's common format",
        expected: "client ident user [time] \"method URL",
    };
    let line = without_syslog(line);
    let (open, close) = (find(line, b"[").ok_or(other)?, find(line, b"]").ok_or(other)?);
    let mut names = line[..open].split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (client, user) = (names.next().ok_or(other)?, names.nth(1).ok_or(other)?);
    let time = line.get(open + 1..close).ok_or(other)?;
    let rest = line[close + 1..].trim_ascii().strip_prefix(b"\"").ok_or(other)?;
    let end = rest.iter().rposition(|byte| *byte == b'"').ok_or(other)?;
    let url = rest[..end].split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let mut after = rest[end + 1..].split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (_status, size) = (after.next(), after.next().unwrap_or_default());
    Ok(Entry {
        at: clock::read(time).ok_or(LineError::Time("time"))?,
        user: said(user),
        source: said(client),
        host: Some(host_of(url)).filter(|host| !host.is_empty()).ok_or(LineError::Destination("URL"))?,
        uploaded: 0,
        downloaded: bytes("bytes", size)?,
        blocked: after.next().is_some_and(is_denied),
    })
}

/// `TCP_DENIED/403`: the proxy refused, whatever the server would have said.
fn is_denied(result: &[u8]) -> bool {
    find(result, b"DENIED").is_some()
}
