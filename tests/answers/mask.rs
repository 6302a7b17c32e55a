//! What may differ between two runs, and nothing else: it is taken out before answers are compared.

use bytes::Bytes;

/// The body without what the machine's clock or the compiler has a say in.
pub(crate) fn masked(body: &Bytes) -> Bytes {
    let Ok(text) = std::str::from_utf8(body) else { return body.clone() };
    if text.starts_with("# HELP mock_defender_") {
        return metrics(text).into();
    }
    if text.contains("\"micros\":") {
        return log(text).into();
    }
    if text.contains("\"startedDateTime\":") {
        return archive(text).into();
    }
    if text.contains("<style>") {
        return unstyled(text).into();
    }
    body.clone()
}

/// A page without its style, which other tests and people look at: not each change of a distance changes each page.
fn unstyled(page: &str) -> String {
    let mut parts = page.split("<style>");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("<style></style>");
        out.push_str(part.split_once("</style>").map_or("", |(_, rest)| rest));
    }
    out
}

/// A header likewise: the policy of a page names the digest of its style.
pub(crate) fn masked_header(value: &str) -> String {
    let Some((front, rest)) = value.split_once("style-src 'sha256-") else { return value.to_owned() };
    format!("{front}style-src 'sha256-_{}", rest.find('\'').map_or("", |end| &rest[end..]))
}

fn metrics(text: &str) -> String {
    // The uptime is real time. The bytes of the log follow the size of a type, which is nobody's business but the
    // compiler's.
    let varies = ["mock_defender_uptime_seconds", "mock_defender_request_log_bytes"];
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((name, _)) if varies.iter().any(|varying| name.starts_with(varying)) => format!("{name} _\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// Entries of the request log, alone or in a list.
fn log(text: &str) -> String {
    // How long an answer took is real time; it stands last in an entry.
    let entries: Vec<&str> = text.split("\"micros\":").collect();
    let mut out = String::new();
    for (index, entry) in entries.iter().enumerate() {
        let entry = if index == 0 { entry } else { entry.trim_start_matches(|c: char| c.is_ascii_digit()) };
        // An answer that shows such a time, an uptime or a log's bytes is as long as its digits.
        let path = entry.rsplit_once("\"path\":\"").map_or("", |(_, rest)| rest);
        let path = path.split('"').next().unwrap_or_default();
        let tells_time =
            path.starts_with("/_mock/") && (path.contains("/requests") || path.contains("/metrics"));
        out.push_str(&if tells_time { without_number(entry, "\"answerBytes\":") } else { entry.to_owned() });
        if index + 1 < entries.len() {
            out.push_str("\"micros\":_");
        }
    }
    out
}

fn archive(text: &str) -> String {
    // As in the log: how long an answer took.
    without_number(&without_number(text, "\"time\":"), "\"wait\":")
}

/// The text with every number behind `name` taken out.
fn without_number(text: &str, name: &str) -> String {
    let mut parts = text.split(name);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(name);
        out.push('_');
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    }
    out
}
