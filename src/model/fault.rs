//! Faults: disturbances of requests that somebody asked for, as plain data.
//!
//! A fault says which requests it is about, on which of these it acts, and what becomes of them. It is written the same in
//! scenarios, in the control API, on the command line and in the journal. How it acts is told in
//! [`faults`](crate::faults); how often it has acted is a trace and no part of it.

mod check;
mod effect;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::spec::Thousandths;
use super::time::Span;

pub use effect::{
    ConnectEffect, Edit, Effect, Items, Latency, ListChange, RetryAfter, ServerEffect, TlsEffect, TokenEffect,
};

/// A disturbance of requests to a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Which requests it is about: all, if nothing is said.
    #[serde(default, rename = "match", skip_serializing_if = "is_default")]
    pub matches: RequestMatch,
    /// On which of these it acts: on each, if nothing is said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: Occasion,
    /// What becomes of them.
    pub effect: Effect,
}

/// Which requests a fault is about. All that is said must hold. Texts are globs: `*` stands for any characters; in paths
/// for any within one segment, and `**` for any.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RequestMatch {
    /// The service: `entra`, `cloudApps`, `graph`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Arc<str>>,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Arc<str>>,
    /// The path as it is sent, without the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Arc<str>>,
    /// The template of the route, as `mock-defender routes` lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Arc<str>>,
    /// Values of headers, by name in small letters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<Arc<str>, Arc<str>>,
    /// The query as it is sent, without the question mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Arc<str>>,
    /// The body as it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Arc<str>>,
    /// Who the request says it is from: an application or a user. Written as commands name them, kept as client id or user
    /// principal name; `apiToken` stands for whoever uses an API token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Arc<str>>,
}

/// On which of the requests that it is about a fault acts. Requests outside the window are not counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Occasion {
    /// Only on the so-many-th: 1 is the first. The same as `after: nth - 1, times: 1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Not on the first so many.
    #[serde(skip_serializing_if = "is_default")]
    pub after: u64,
    /// Of those that remain, only on every so-many-th, the first of them included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// So often at most; then it is used up, and ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// With this probability, drawn anew for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<Thousandths>,
    /// Not before so much virtual time has passed since it was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Span>,
    /// Not once so much virtual time has passed since it was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Span>,
}

/// A disturbance of connections, before anybody knows which tenant they are for. No state of a tenant: it is gone when the
/// server ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServerFault {
    /// The host names it is about, as a glob: all, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Arc<str>>,
    /// So often at most: without end, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What becomes of them.
    pub effect: ServerEffect,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
