//! What becomes of a request that a fault acts on.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::spec::Thousandths;
use crate::model::time::Span;

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Effect {
    /// It is answered with this, and with nothing that the service would say.
    Respond {
        /// The status.
        status: u16,
        /// Headers.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<Arc<str>, Arc<str>>,
        /// The body: a text as it is, anything else as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Json>,
        /// The type of the body: `application/json`, or of a text `text/plain`, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_type: Option<Arc<str>>,
    },
    /// The service refuses it in its own words.
    Refuse {
        /// The name of the refusal in the catalogue of the service, as request logs show it.
        refusal: Arc<str>,
        /// What its text is filled with, by placeholder.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        with: BTreeMap<Arc<str>, Arc<str>>,
    },
    /// The service refuses it as one too many.
    Throttle {
        /// How long the client shall wait.
        wait: Span,
        /// How it is told so.
        #[serde(default)]
        retry_after: RetryAfter,
    },
    /// The service does not take its token.
    Token(TokenEffect),
    /// It is answered later, in real time.
    Latency(Latency),
    /// It is answered piece by piece, in real time.
    Drip {
        /// Bytes of a piece.
        bytes: u32,
        /// Time between two pieces.
        every: Span,
    },
    /// It is not answered; after this real time the connection ends.
    Hang {
        /// How long.
        #[serde(rename = "for")]
        length: Span,
    },
    /// Its connection is reset.
    Reset {
        /// After so many bytes of the body; before anything was answered, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u32>,
    },
    /// Its answer breaks off.
    Truncate {
        /// What is left of the body, as a share of it.
        keep: Thousandths,
        /// The length that is announced is that of what is left, so that the cut shows in the JSON alone. Else the whole
        /// length is announced, and the connection ends early.
        #[serde(default)]
        framed: bool,
    },
    /// Bytes of its answer are others than they should be, at drawn places.
    Corrupt {
        /// How many.
        bytes: u32,
    },
    /// Members of its JSON answer are changed, one after the other.
    Edit(Vec<Edit>),
    /// The items of its JSON list are changed.
    List {
        /// Where the list is, as a JSON pointer: `/data` or `/value`, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Arc<str>>,
        /// What becomes of the items.
        change: ListChange,
        /// Of which.
        #[serde(default)]
        items: Items,
    },
    /// It is answered from what the tenant held a while ago.
    Stale {
        /// How long ago, in virtual time.
        by: Span,
    },
    /// Its answer names another type of content.
    ContentType(Arc<str>),
    /// A page of HTML stands in place of its answer, as proxies and gateways send them.
    Html {
        /// The status.
        status: u16,
        /// The heading of the page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Arc<str>>,
    },
}

impl Effect {
    /// What kind of effect it is: the word that it is written with.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Respond { .. } => "respond",
            Self::Refuse { .. } => "refuse",
            Self::Throttle { .. } => "throttle",
            Self::Token(_) => "token",
            Self::Latency(_) => "latency",
            Self::Drip { .. } => "drip",
            Self::Hang { .. } => "hang",
            Self::Reset { .. } => "reset",
            Self::Truncate { .. } => "truncate",
            Self::Corrupt { .. } => "corrupt",
            Self::Edit(_) => "edit",
            Self::List { .. } => "list",
            Self::Stale { .. } => "stale",
            Self::ContentType(_) => "contentType",
            Self::Html { .. } => "html",
        }
    }
}

/// How a client is told when to come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RetryAfter {
    /// A `Retry-After` header in whole seconds, rounded up.
    #[default]
    Seconds,
    /// A `Retry-After` header in seconds with a fraction.
    Fraction,
    /// A `Retry-After` header with an instant.
    Date,
    /// No header; in the text of the body, where the service has one that says so.
    Text,
    /// Not at all.
    Absent,
}

/// Why the service does not take a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenEffect {
    /// As if there were none.
    Missing,
    /// As if it were unreadable.
    Malformed,
    /// As if its time were over.
    Expired,
    /// As if its time had not come, which is what clocks that differ make of a fresh one.
    NotYetValid,
    /// As if it were signed with an unknown key.
    BadSignature,
    /// As if it were for somebody else.
    WrongAudience,
    /// As if it had been revoked.
    Revoked,
    /// As if a permission were missing.
    Forbidden,
}

/// How much later, in real time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Latency {
    /// Always so much.
    Fixed(Span),
    /// Evenly between two bounds.
    Between {
        /// At least.
        least: Span,
        /// At most.
        most: Span,
    },
    /// With a long tail: half of the requests take less than the median, one in a hundred more than `p99`.
    Tail {
        /// The median.
        median: Span,
        /// What one in a hundred exceeds.
        p99: Span,
    },
}

/// A change of a JSON answer. Pointers are those of RFC 6901; a segment `*` stands for every item or member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Edit {
    /// Sets a member, or adds it.
    Set {
        /// Where.
        at: Arc<str>,
        /// To what.
        to: Json,
    },
    /// Takes a member away.
    Remove {
        /// Where.
        at: Arc<str>,
    },
}

/// What becomes of items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ListChange {
    /// They are left out.
    Drop,
    /// They come twice, one after the other.
    Duplicate,
    /// They come in a drawn order.
    Shuffle,
    /// They come in the opposite order.
    Reverse,
}

/// Which items of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Items {
    /// All.
    #[default]
    All,
    /// The first one.
    First,
    /// The last one.
    Last,
    /// This share of them, drawn by item.
    Share(Thousandths),
}

/// What becomes of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum ServerEffect {
    /// Of a TLS handshake that names the host.
    Tls(TlsEffect),
    /// Of a proxy request for a tunnel to the host.
    Connect(ConnectEffect),
    /// Of a request to the host: refused before anything was answered.
    Host(ConnectEffect),
}

/// What becomes of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TlsEffect {
    /// The certificate has expired.
    Expired,
    /// The certificate is for another name.
    WrongName,
    /// The certificate is of an authority that nobody knows.
    Untrusted,
    /// The connection is reset.
    Reset,
    /// Nothing comes back, for at most this real time: until the client gives up.
    Hang,
}

/// What becomes of a connection or tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectEffect {
    /// It is refused with this status.
    Status(u16),
    /// It is reset.
    Reset,
    /// Nothing comes back, until the client gives up.
    Hang,
}
