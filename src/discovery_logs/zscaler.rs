//! Web logs of Zscaler as its Nanolog Streaming Service writes them: values in quotes, parted by commas, in the order of
//! the vendor's own sample.
//!
//! Source: <https://help.zscaler.com/zia/nss-feed-output-format-web-logs>. `reqsize` counts what the client sent, `respsize`
//! what it got.

use super::csv::Values;
use super::host::host_of;
use super::line::{LineError, blocks, bytes, without_syslog};
use super::{Entry, clock};

/// Places of values: time, login, protocol, URL, action, application, its class, sizes of request and response, …,
/// location, department, client address.
const TIME: usize = 0;
const LOGIN: usize = 1;
const URL: usize = 3;
const ACTION: usize = 4;
const SENT: usize = 7;
const RECEIVED: usize = 8;
const CLIENT: usize = 21;
/// So many are needed.
const LEAST: usize = 22;

pub(super) fn read(line: &[u8]) -> Result<Entry<'_>, LineError> {
    let values = Values::<LEAST>::of(without_syslog(line));
    if values.count < LEAST {
        return Err(LineError::Fields { got: values.count, least: LEAST });
    }
    let host = host_of(values.at(URL));
    Ok(Entry {
        at: clock::read(values.at(TIME)).ok_or(LineError::Time("time"))?,
        user: named(values.at(LOGIN)),
        source: named(values.at(CLIENT)),
        host: Some(host).filter(|host| !host.is_empty()).ok_or(LineError::Destination("url"))?,
        uploaded: bytes("reqsize", values.at(SENT))?,
        downloaded: bytes("respsize", values.at(RECEIVED))?,
        blocked: blocks(values.at(ACTION)),
    })
}

/// A value, where the service has written that there is none.
fn named(value: &[u8]) -> &[u8] {
    if value == b"None" || value == b"NA" { b"" } else { value }
}
