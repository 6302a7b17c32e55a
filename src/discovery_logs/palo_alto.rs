//! Logs of Palo Alto firewalls: values parted by commas, of the types TRAFFIC and THREAT, of which only those about URLs
//! say where traffic went by name.
//!
//! Source: <https://docs.paloaltonetworks.com/ngfw/administration/monitoring/use-syslog-for-monitoring/syslog-field-descriptions/traffic-log-fields>
//! and the page of URL filtering fields beside it. *Bytes sent* is from the client to the server. Times have no zone.

use super::csv::Values;
use super::host::host_of;
use super::line::{LineError, blocks, bytes, without_syslog};
use super::{Entry, clock};

/// Places of values that both types have.
const TYPE: usize = 3;
const SUBTYPE: usize = 4;
const GENERATED: usize = 6;
const SOURCE: usize = 7;
const DESTINATION: usize = 8;
const USER: usize = 12;
const ACTION: usize = 30;
/// Of TRAFFIC.
const SENT: usize = 32;
const RECEIVED: usize = 33;
/// Of THREAT: URL or file name.
const URL: usize = 31;
/// So many are looked at.
const MOST: usize = 34;

pub(super) fn read(line: &[u8]) -> Result<Entry<'_>, LineError> {
    let values = Values::<MOST>::of(without_syslog(line));
    let other = LineError::Other {
        format: "Palo Alto",
        expected: "a number, a time, a serial number, and TRAFFIC, or THREAT with the subtype url",
    };
    let (host, sent, received, least) = match (values.at(TYPE), values.at(SUBTYPE)) {
        (b"TRAFFIC", _) => (values.at(DESTINATION), values.at(SENT), values.at(RECEIVED), MOST),
        (b"THREAT", b"url") => (values.at(URL), &b""[..], &b""[..], URL + 1),
        _ => return Err(other),
    };
    if values.count < least {
        return Err(LineError::Fields { got: values.count, least });
    }
    let host = Some(host_of(host)).filter(|host| !host.is_empty());
    Ok(Entry {
        at: clock::read(values.at(GENERATED)).ok_or(LineError::Time("generated time"))?,
        user: values.at(USER),
        source: values.at(SOURCE),
        host: host.ok_or(LineError::Destination("destination address, URL"))?,
        uploaded: bytes("bytes sent", sent)?,
        downloaded: bytes("bytes received", received)?,
        blocked: blocks(values.at(ACTION)),
    })
}
