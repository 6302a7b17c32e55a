//! The request log: what clients sent to a tenant, what they got, and what was held against it.
//!
//! A ring with a budget of bytes. Secrets never reach it: of a credential only the scheme is kept, and values of
//! secret-bearing query fields are cut out.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::model::time::VirtualTime;

use super::form;
use super::service::Service;

/// Bytes that the entries of one tenant may take.
const BUDGET: usize = 4 << 20;

/// No text of an entry is longer.
const LONGEST_TEXT: usize = 2_048;

/// One request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// 1, 2, 3, … within the tenant; the answer's `mock-defender-request` header carries it.
    pub id: u64,
    /// Virtual time of the request.
    pub at: VirtualTime,
    /// The service that answered, if any did.
    pub service: Option<Service>,
    /// Method.
    pub method: String,
    /// Host that was asked, with port.
    pub host: String,
    /// Path as sent.
    pub path: String,
    /// Query as sent, secrets cut out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// Template of the matched route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<&'static str>,
    /// Scheme of the credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Who called, once checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// Bytes of the request's body.
    pub request_bytes: usize,
    /// Status of the answer.
    pub status: u16,
    /// Bytes of the answer's body.
    pub answer_bytes: usize,
    /// Name of the refusal in the service's catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static str>,
    /// What the simulator held against the request, or noticed about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Microseconds of real time.
    pub micros: u64,
}

impl Entry {
    fn bytes(&self) -> usize {
        let texts = self.host.len() + self.path.len() + self.query.len() + self.method.len();
        let optional = [&self.scheme, &self.caller, &self.reason];
        size_of::<Self>()
            + texts
            + optional.iter().map(|text| text.as_ref().map_or(0, String::len)).sum::<usize>()
    }
}

/// The log of one tenant.
#[derive(Default)]
pub struct RequestLog(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
    last: u64,
    evicted: u64,
}

impl RequestLog {
    /// Takes the next number.
    pub fn open(&self) -> u64 {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.last += 1;
        ring.last
    }

    /// Files an entry under the number that it took; the oldest make room.
    pub fn close(&self, entry: Entry) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.bytes += entry.bytes();
        ring.entries.push_back(entry);
        while ring.bytes > BUDGET
            && let Some(oldest) = ring.entries.pop_front()
        {
            ring.bytes -= oldest.bytes();
            ring.evicted += 1;
        }
    }

    /// The entries, oldest first, and how many made room for others.
    pub fn list(&self) -> (Vec<Entry>, u64) {
        let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (ring.entries.iter().cloned().collect(), ring.evicted)
    }
}

/// A text for an entry: never longer than it may be.
pub fn cut(text: &str) -> String {
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    text.chars().take(LONGEST_TEXT / 4).chain(['…']).collect()
}

/// The scheme of a credential, as far as it is one: where clients forget it, the secret stands in its place.
pub fn scheme(text: &str) -> String {
    const SCHEMES: [&str; 6] = ["basic", "bearer", "digest", "negotiate", "ntlm", "token"];
    let known = SCHEMES.iter().any(|known| text.eq_ignore_ascii_case(known));
    if known { text.to_owned() } else { "…".to_owned() }
}

/// A query string with the values of secret-bearing fields cut out.
pub fn without_secrets(query: &str) -> String {
    const SECRET: [&str; 12] = [
        "authorization",
        "device_code",
        "id_token",
        "client_secret",
        "client_assertion",
        "assertion",
        "code",
        "password",
        "refresh_token",
        "access_token",
        "sig",
        "token",
    ];
    if query.is_empty() {
        return String::new();
    }
    let is_secret = |name: &str| {
        let name = form::decode(name.as_bytes());
        SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret))
    };
    let fields = query.split('&').map(|field| match field.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}=…"),
        _ => field.to_owned(),
    });
    cut(&fields.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_out_of_queries() {
        assert_eq!(without_secrets("a=1&client_secret=x&Code=y&b"), "a=1&client_secret=…&Code=…&b");
        assert_eq!(without_secrets("client%5Fsecret=x"), "client%5Fsecret=…");
    }

    #[test]
    fn what_is_no_scheme_may_be_a_secret() {
        assert_eq!((scheme("TOKEN").as_str(), scheme("0123abcd").as_str()), ("TOKEN", "…"));
    }
}
