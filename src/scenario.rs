//! Scenarios as people write them: YAML files, and the JSON of the control API.
//!
//! A scenario tells what happens in a tenant and when (its *steps*), and what a client must see then (what it *expects*).
//! Reading puts together what a file takes over from others, fills in its parameters, and tells everything that is wrong
//! with line and column. What is left is plain data; [`start`] turns it into the one command that starts it in a tenant.
//!
//! Must never know: HTTP, servers, whether what is expected comes true.

mod connection;
mod expectation;
mod expectations;
mod labels;
pub mod library;
mod parameters;
mod problem;
mod read;
pub mod schema;
pub mod shipped;
pub mod start;
mod steps;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::fault::Fault;
use crate::model::scenario::Promise;
use crate::model::time::{Span, VirtualTime};
use crate::yaml::Place;

pub use connection::CONNECTED;
pub use expectation::{
    Amount, Asked, BodyTest, ConnectionTest, Delivered, Expectation, Expected, HeaderTest, Sent, Test,
    TokenFrom, ValueTest,
};

pub use library::{Library, Shipped};
pub use problem::{Problem, Problems};
pub use read::{Given, read};

/// Where the clock of a scenario's own tenant first stands, unless its specification says otherwise: a Tuesday,
/// 2026-11-24T00:00:00Z.
pub const STANDARD_START: VirtualTime = VirtualTime::of_day(20_781);

/// A scenario, put together from all that its file takes over, with its parameters filled in.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// How a client notices.
    pub notice: String,
    /// What a good client does.
    pub remedy: String,
    /// Words to find it by.
    pub about: Vec<String>,
    /// Public reports of real clients that failed so.
    pub seen_in: Vec<String>,
    /// A careful client ends with exactly the truth; else it ends by itself with an error.
    pub recoverable: bool,
    /// What a tenant of its own is born from: a specification as JSON, `{}` if nothing is said.
    pub tenant: String,
    /// What was chosen, by name, with what is chosen if nothing is said.
    pub parameters: BTreeMap<String, Parameter>,
    /// How clients are judged in it.
    pub gauntlet: GauntletPlan,
    /// What happens, in order of time.
    pub steps: Vec<Step>,
    /// What a client must see, in order of time.
    pub expect: Vec<Expectation>,
}

impl Scenario {
    /// It asks nothing: what it expects shows in the connection of Copilot alone, and not to clients of the APIs.
    pub fn is_of_the_connection(&self) -> bool {
        let is_of_it = |expectation: &Expectation| matches!(expectation.what, Expected::Connection(_));
        !self.expect.is_empty() && self.expect.iter().all(is_of_it)
    }
}

/// A parameter of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// What it is if nothing is said; it must be said, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
    /// What it means.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// What it is here.
    #[serde(skip)]
    pub value: Option<Json>,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When, from the start of the scenario.
    pub at: Span,
    /// What later steps call it by.
    pub label: Option<String>,
    /// What.
    pub action: Action,
    /// The file that it stands in, if that is another one, and where.
    pub origin: Origin,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The name of the file or scenario, if it is another one than what was read.
    pub file: Option<String>,
    /// Line and column.
    pub place: Place,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A command is given: one that fits, with `$label` in place of ids of alerts that earlier steps make, and `$now`,
    /// `$now+2h` in place of instants.
    Command {
        /// As it is written.
        command: Json,
        /// The alert that it makes, if later steps name it.
        makes: Option<Promise>,
    },
    /// A fault is added.
    Fault(Box<Fault>),
    /// The fault of this label is removed.
    End(String),
}

/// How clients are judged in a scenario. What is not said is for the gauntlet to choose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GauntletPlan {
    /// How much virtual time passes with each request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tick: Option<Span>,
    /// How often the client is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    /// How much virtual time passes between two runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<Span>,
    /// Sudden leaps of the clock.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jumps: Vec<Jump>,
}

/// A leap of the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Jump {
    /// When.
    pub after: JumpAfter,
    /// How far.
    pub by: Span,
}

/// When the clock leaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JumpAfter {
    /// After so many requests of the client.
    pub requests: u64,
}

#[cfg(test)]
mod tests;
