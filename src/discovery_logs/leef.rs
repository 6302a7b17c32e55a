//! The Log Event Extended Format: `LEEF:1.0|vendor|product|version|id|` and pairs parted by tabs; since version 2.0 the
//! head may say by what they are parted.
//!
//! Source: the guide of the format. `srcBytes` counts what the source sent, `dstBytes` what it got.

use super::host::host_of;
use super::line::{LineError, blocks, bytes, find, said};
use super::{Entry, clock};

pub(super) fn read(line: &[u8]) -> Result<Entry<'_>, LineError> {
    let other = LineError::Other { format: "LEEF", expected: "LEEF:1.0|vendor|product|version|id|" };
    let line = &line[find(line, b"LEEF:").ok_or(other)?..];
    let (parted, attributes) = attributes(line).ok_or(other)?;
    let (mut time, mut user, mut source) = (&b""[..], &b""[..], &b""[..]);
    let (mut url, mut name, mut address) = (&b""[..], &b""[..], &b""[..]);
    let (mut sent, mut received, mut action) = (&b""[..], &b""[..], &b""[..]);
    for pair in attributes.split(|byte| *byte == parted) {
        let Some(at) = pair.iter().position(|byte| *byte == b'=') else { continue };
        let place = match &pair[..at] {
            b"devTime" => &mut time,
            b"usrName" => &mut user,
            b"src" => &mut source,
            b"url" => &mut url,
            b"dstName" | b"domain" => &mut name,
            b"dst" => &mut address,
            b"srcBytes" => &mut sent,
            b"dstBytes" => &mut received,
            b"action" | b"policy" => &mut action,
            _ => continue,
        };
        *place = pair[at + 1..].trim_ascii();
    }
    let hosts = [url, name, address].map(|place| host_of(said(place)));
    Ok(Entry {
        at: clock::read(time).ok_or(LineError::Time("devTime"))?,
        user: said(user),
        source: said(source),
        host: hosts
            .into_iter()
            .find(|host| !host.is_empty())
            .ok_or(LineError::Destination("url, dstName, domain, dst"))?,
        uploaded: bytes("srcBytes", sent)?,
        downloaded: bytes("dstBytes", received)?,
        blocked: blocks(action),
    })
}

/// By what the pairs are parted, and all of them.
fn attributes(line: &[u8]) -> Option<(u8, &[u8])> {
    let mut pipes = line.iter().enumerate().filter(|(_, byte)| **byte == b'|').map(|(at, _)| at);
    let fifth = pipes.nth(4)?;
    if !line.starts_with(b"LEEF:2") {
        return Some((b'\t', &line[fifth + 1..]));
    }
    match pipes.next() {
        // The delimiter itself, or its number as `x5E` or `0x5E`; nothing means a tab.
        Some(sixth) if sixth - fifth <= 5 => {
            let said = &line[fifth + 1..sixth];
            let digits = said.strip_prefix(b"0x").or_else(|| said.strip_prefix(b"x"));
            let number = digits
                .filter(|digits| !digits.is_empty())
                .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
            let parted = number.or_else(|| said.first().copied()).unwrap_or(b'\t');
            Some((parted, &line[sixth + 1..]))
        }
        _ => Some((b'\t', &line[fifth + 1..])),
    }
}
