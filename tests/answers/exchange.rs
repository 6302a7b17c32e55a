//! One request with its answer, as a line of the golden file and as a whole file for comparing two versions.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use http::{Request, Response};

use crate::mask::{masked, masked_header};

/// Of a path with its query no more stands in a line.
const SHOWN: usize = 110;

/// Of a request's body no more is written out; longer ones are padding, made to be refused.
const KEPT: usize = 64 << 10;

/// One request with its answer, as both are compared.
pub(crate) struct Exchange {
    /// Method, host, path and label.
    head: String,
    /// The request in full.
    request: String,
    status: u16,
    content_type: String,
    /// Sorted, one a line.
    headers: String,
    body: Bytes,
}

impl Exchange {
    pub(crate) fn of(label: &str, request: &Request<Bytes>, answer: &Response<Bytes>) -> Self {
        let uri = request.uri();
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let shown: String = path.chars().take(SHOWN).collect();
        let host = uri.authority().map_or("-", |authority| authority.as_str());
        let mut headers: Vec<String> = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                format!("{name}: {}", masked_header(&String::from_utf8_lossy(value.as_bytes())))
            })
            .collect();
        headers.sort();
        Self {
            head: format!("{} {host} {shown}#{label}", request.method()),
            request: written(request),
            status: answer.status().as_u16(),
            content_type: answer.headers().get("content-type").map_or_else(
                || "-".to_owned(),
                |value| String::from_utf8_lossy(value.as_bytes()).into_owned(),
            ),
            headers: headers.join("\n"),
            body: masked(answer.body()),
        }
    }

    /// Its line in the golden file, without the number.
    fn line(&self) -> String {
        format!("{} -> {}, {}, {}", self.head, self.status, self.content_type, self.hash())
    }

    fn hash(&self) -> String {
        let mut all = format!("{}\n{}\n\n", self.status, self.headers).into_bytes();
        all.extend_from_slice(&self.body);
        digest(&SHA256, &all).as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn dumped(&self) -> Vec<u8> {
        let mut all = format!("{}\n\n{}\n{}\n\n", self.request, self.status, self.headers).into_bytes();
        all.extend_from_slice(&self.body);
        all.push(b'\n');
        all
    }
}

fn written(request: &Request<Bytes>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    let body = request.body();
    if body.len() > KEPT {
        let _ = write!(text, "\n({} bytes)", body.len());
    } else {
        let _ = write!(text, "\n{}", String::from_utf8_lossy(body));
    }
    text
}

/// The lines of the golden file.
pub(crate) fn lines(exchanges: &[Exchange]) -> Vec<String> {
    (1..).zip(exchanges).map(|(number, exchange)| format!("{number:04} {}", exchange.line())).collect()
}

/// Writes every request with its answer into a file of its own.
pub(crate) fn dump(exchanges: &[Exchange], folder: &Path) {
    fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for (number, exchange) in (1..).zip(exchanges) {
        let path = folder.join(format!("{number:04}.txt"));
        fs::write(&path, exchange.dumped()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
