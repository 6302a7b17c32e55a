//! Writing a blob: whole, or in blocks that a list puts together.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::discovery_logs::gather::Gathering;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused};
use crate::identity::blob_signature::Signed;
use crate::identity::seal;
use crate::model::base64;
use crate::model::discovery::DiscoveryCommand;
use crate::model::ids::Guid;
use crate::model::time::VirtualTime;

use super::answer::dressed;
use super::refusals::StorageRefusal;

/// No list names more blocks. Source: <https://learn.microsoft.com/rest/api/storageservices/put-block-list>
const MOST_LISTED: usize = 50_000;

/// Bytes of a block id, decoded, at most.
const LONGEST_ID: usize = 64;

/// `PUT /{container}/{blob}/{source}/{file}`
pub(super) fn put(ctx: &Ctx<'_>) -> Handled {
    let query = Form::read(ctx.query().as_bytes());
    may_write(ctx, &query)?;
    let blob = blob_of(ctx)?;
    match query.get("comp") {
        None | Some("") => whole(ctx, blob),
        Some("block") => block(ctx, blob, &query),
        Some("blocklist") => list(ctx, blob),
        Some(other) => Err(StorageRefusal::Parameter { name: "comp".to_owned(), value: short(other) }.into()),
    }
}

/// The signature holds, and is for writing now.
fn may_write(ctx: &Ctx<'_>, query: &Form) -> Result<(), Refused> {
    let said = |name: &str| query.get(name).unwrap_or_default();
    let signature = query.get("sig").ok_or(StorageRefusal::NoSignature)?;
    let path = ctx.request.uri().path();
    let resource = path.strip_prefix("/storage").unwrap_or(path);
    let signed = Signed {
        permissions: said("sp"),
        start: said("st"),
        expiry: said("se"),
        version: said("sv"),
        resource,
    };
    if !signed.holds(ctx.view.state.identity(), signature) {
        let detail = format!("Signature did not match. String to sign used was {}", signed.text());
        return Err(Refused::from(StorageRefusal::Signature { detail })
            .because("query: `sig` is not the signature of this address for this tenant"));
    }
    let (start, expiry) = (VirtualTime::parse(signed.start), VirtualTime::parse(signed.expiry));
    let in_time = start.is_some_and(|start| start <= ctx.now()) && expiry.is_some_and(|end| ctx.now() < end);
    if !in_time {
        let now = ctx.now().to_http_date();
        let dated = |at: Option<VirtualTime>| at.map(VirtualTime::to_http_date).unwrap_or_default();
        let detail = format!(
            "Signature not valid in the specified time frame: Start [{}] - Expiry [{}] - Current [{now}]",
            dated(start),
            dated(expiry)
        );
        let reason = format!("query: the signature holds until {}, and it is {}", signed.expiry, ctx.now());
        return Err(Refused::from(StorageRefusal::Signature { detail }).because(reason));
    }
    if !signed.permissions.contains('w') {
        return Err(StorageRefusal::Permission.into());
    }
    Ok(())
}

/// The id of the blob. Its container is the tenant's, since the signature covers it.
fn blob_of(ctx: &Ctx<'_>) -> Result<Guid, Refused> {
    ctx.param("blob").parse().map_err(|_| StorageRefusal::NoResource.into())
}

/// A file in one piece, raw or as the part `file` of a form.
fn whole(ctx: &Ctx<'_>, blob: Guid) -> Handled {
    match ctx.header("x-ms-blob-type") {
        Some("BlockBlob") => {}
        Some(other) => {
            let name = "x-ms-blob-type".to_owned();
            return Err(StorageRefusal::Header { name, value: short(other) }.into());
        }
        None => return Err(StorageRefusal::NoHeader { name: "x-ms-blob-type".to_owned() }.into()),
    }
    let mut gathering = Gathering::of(ctx.param("source"));
    gathering.feed(file_of(ctx.request.headers(), ctx.body()));
    received(ctx, blob, gathering)
}

/// A block, which waits for the list that names it.
fn block(ctx: &Ctx<'_>, blob: Guid, query: &Form) -> Handled {
    let id = query.get("blockid").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| StorageRefusal::NoParameter { name: "blockid".to_owned() })?;
    let legal =
        base64::decode_standard(id).is_some_and(|bytes| !bytes.is_empty() && bytes.len() <= LONGEST_ID);
    if !legal {
        return Err(StorageRefusal::Parameter { name: "blockid".to_owned(), value: short(id) }.into());
    }
    ctx.blocks().put(blob, id, ctx.body().clone());
    Ok(dressed(ctx, Answer::empty(StatusCode::CREATED)).header("x-ms-request-server-encrypted", "true"))
}

/// The list that puts blocks together.
fn list(ctx: &Ctx<'_>, blob: Guid) -> Handled {
    let ids = listed(ctx.body()).ok_or(StorageRefusal::NotXml)?;
    let blocks = ctx.blocks().take(blob, &ids).ok_or(StorageRefusal::BlockList)?;
    let mut gathering = Gathering::of(ctx.param("source"));
    blocks.iter().for_each(|block| gathering.feed(block));
    received(ctx, blob, gathering)
}

/// Keeps what the log says, and answers when that is kept.
fn received(ctx: &Ctx<'_>, blob: Guid, gathering: Gathering) -> Handled {
    let log = gathering.finish();
    if let Some(bad) = &log.first_bad {
        ctx.note(format!(
            "{} of {} lines could not be read; line {}: {}",
            log.bad, log.lines, bad.line, bad.why
        ));
    }
    let etag = seal::fingerprint(&format!("{blob} {}", ctx.now())).bits() as u64 >> 4;
    let command = DiscoveryCommand::ReceiveLog { blob, source: ctx.param("source").into(), log: log.into() };
    ctx.submit(command)
        .map_err(|refusal| Refused::from(StorageRefusal::JournalLost).because(refusal.to_string()))?;
    Ok(dressed(ctx, Answer::empty(StatusCode::CREATED))
        .header("etag", &format!("\"0x8D{:013X}\"", etag & 0xf_ffff_ffff_ffff))
        .header("last-modified", &ctx.now().to_http_date())
        .header("x-ms-request-server-encrypted", "true"))
}

/// The file in a body: the part of a form that is one, or all of it.
fn file_of<'b>(headers: &HeaderMap, body: &'b Bytes) -> &'b [u8] {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return body;
    }
    part(body).unwrap_or(body)
}

/// The part named `file` of a form, else the first that names a file: RFC 7578.
fn part(body: &[u8]) -> Option<&[u8]> {
    let line = body.iter().position(|byte| *byte == b'\n')?;
    let boundary = body[..line].trim_ascii_end();
    if boundary.len() < 3 || !boundary.starts_with(b"--") {
        return None;
    }
    let mut rest = &body[line + 1..];
    let mut named = None;
    loop {
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&rest[..head_end]).to_ascii_lowercase();
        let content = &rest[head_end + 4..];
        let end = find_line(content, boundary)?;
        let value = content[..end].strip_suffix(b"\r\n").unwrap_or(&content[..end]);
        if head.contains("name=\"file\"") || head.contains("name=file") {
            return Some(value);
        }
        if head.contains("filename=") {
            named = named.or(Some(value));
        }
        let after = &content[end + boundary.len()..];
        if after.starts_with(b"--") || after.is_empty() {
            return named;
        }
        rest = after.strip_prefix(b"\r\n").unwrap_or(after);
    }
}

/// Where a text stands.
fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == text[0]) {
        if bytes[from + at..].starts_with(text) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Where a line begins with a text.
fn find_line(bytes: &[u8], text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(&bytes[from..], text)?;
        if at == 0 || bytes[at - 1] == b'\n' {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The ids in a list: `<BlockList><Latest>id</Latest>…</BlockList>`, where an element may also be `Uncommitted` or
/// `Committed`.
fn listed(body: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<BlockList>")?;
    let (inner, _) = rest.split_once("</BlockList>")?;
    let mut ids = Vec::new();
    let mut rest = inner.trim();
    while let Some(open) = rest.strip_prefix('<') {
        let (name, after) = open.split_once('>')?;
        if !["Latest", "Uncommitted", "Committed"].contains(&name) || ids.len() >= MOST_LISTED {
            return None;
        }
        let (id, after) = after.split_once("</")?;
        rest = after.strip_prefix(name)?.strip_prefix('>')?.trim_start();
        ids.push(id.trim().to_owned());
    }
    rest.is_empty().then_some(ids)
}

/// A value as an error repeats it.
fn short(value: &str) -> String {
    value.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_among_the_parts_of_a_form() {
        let form = "--b-1\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--b-1\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"a.log\"\r\nContent-Type: text/plain\r\n\r\n\
                    one --b-1 two\r\nthree\r\n--b-1--\r\n";
        assert_eq!(part(form.as_bytes()), Some(&b"one --b-1 two\r\nthree"[..]));
        let other = form.replace("name=\"file\";", "name=\"log\";");
        assert_eq!(part(other.as_bytes()), Some(&b"one --b-1 two\r\nthree"[..]));
        assert_eq!(part(b"no form\n"), None);
        assert_eq!(part(&form.as_bytes()[..150]), None, "it broke off");
    }

    #[test]
    fn lists_of_blocks_are_read() {
        let list = "<?xml version=\"1.0\"?>\n<BlockList>\n <Latest>QQ==</Latest>\n<Uncommitted>Qg==</Uncommitted></BlockList>";
        assert_eq!(listed(list.as_bytes()).unwrap(), ["QQ==", "Qg=="]);
        assert_eq!(listed(b"<BlockList></BlockList>").unwrap(), Vec::<String>::new());
        for wrong in
            ["", "<BlockList>", "<BlockList>x</BlockList>", "<BlockList><Other>a</Other></BlockList>"]
        {
            assert_eq!(listed(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
