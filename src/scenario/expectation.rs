//! What must be seen: the answer to a request, or how the connection of Copilot stands.

use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};

use crate::model::copilot::Reason;
use crate::model::time::Span;

use super::Origin;

/// What must be true, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// When, from the start of the scenario.
    pub at: Span,
    /// What.
    pub what: Expected,
    /// Where it stands.
    pub origin: Origin,
}

/// What must be true.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// The answer to a request.
    Answer(Box<Asked>),
    /// How the connection of Copilot stands.
    Connection(ConnectionTest),
}

/// A request, and what must be true of its answer. Texts may hold placeholders in braces: `{tenant}`, `{apiToken}`,
/// `{full.clientId}`, `{user.upn}`, the label of an alert for its id, and what an earlier expectation has kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What is sent.
    pub sent: Sent,
    /// How often it is sent; the last answer is looked at.
    pub times: u32,
    /// The statuses of the answers, one after the other: as many requests.
    pub each: Vec<u16>,
    /// What must be true.
    pub test: Test,
    /// What is kept of the answer's JSON for later: names, and pointers to the values.
    pub keep: BTreeMap<String, String>,
}

/// How the connection of Copilot must stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionTest {
    /// Whose page of sources must show it so, as it was loaded last; nobody's, if the connection itself is meant.
    pub shown_to: Option<String>,
    /// Every reason for which it is disconnected, the first one first; none while it is connected.
    pub reasons: Vec<Reason>,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// `GET`, say.
    pub method: String,
    /// The path with its query, or a whole URL.
    pub target: String,
    /// Who asks: `apiToken`, an application or a user; nobody, if nothing is said.
    pub caller: Option<String>,
    /// When the token was issued.
    pub token: TokenFrom,
    /// Headers.
    pub headers: BTreeMap<String, String>,
    /// The body: a text as it is, anything else as JSON.
    pub body: Option<Json>,
    /// The body as a form.
    pub form: Option<BTreeMap<String, String>>,
}

/// When a token was issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenFrom {
    /// With the request.
    #[default]
    Now,
    /// When the scenario started.
    Start,
}

/// What must be true of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Test {
    /// Its status.
    pub status: Option<u16>,
    /// Its headers, by name in small letters.
    pub headers: BTreeMap<String, HeaderTest>,
    /// Values in its JSON, by pointer.
    pub json: BTreeMap<String, ValueTest>,
    /// Its body as text.
    pub text: BodyTest,
    /// How it is sent.
    pub delivery: Option<Delivered>,
}

/// What must be true of a header.
#[derive(Clone, Debug, PartialEq)]
pub enum HeaderTest {
    /// It is this.
    Is(String),
    /// It is there, or not.
    Exists(bool),
    /// It contains this.
    Contains(String),
}

/// What must be true of a value: all that is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValueTest {
    /// It equals this.
    pub is: Option<Json>,
    /// It does not equal this, or is not there.
    pub not: Option<Json>,
    /// It is there, or not.
    pub exists: Option<bool>,
    /// A text that contains this text, or a list that contains this value.
    pub contains: Option<Json>,
    /// A number, or a text, that is no smaller.
    pub least: Option<Number>,
    /// A number that is no larger.
    pub most: Option<Number>,
    /// A list, a map or a text of this length.
    pub count: Option<Amount>,
}

/// How many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// At least.
    pub least: u64,
    /// At most.
    pub most: u64,
}

/// What must be true of a body as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyTest {
    /// It contains this.
    pub contains: Option<String>,
    /// It does not contain this.
    pub lacks: Option<String>,
}

/// How an answer is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// At once, and whole.
    Whole,
    /// Later.
    Late,
    /// Piece by piece.
    Drip,
    /// Not at all.
    Hang,
    /// The connection is reset.
    Reset,
    /// It breaks off.
    Truncated,
}
