//! What an investigation of a storyline asks, and what answers it. The answers themselves are looked up in what the
//! storyline has left, see `facts::story`.

use crate::model::activity::Action;
use crate::model::index::KindCode;

/// A question of an investigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub asks: &'static str,
    /// What answers it.
    pub answer: Answer,
}

/// What answers a question: part of what the storyline has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Principal names of the people in whose names something succeeded.
    Accounts,
    /// Principal names of the people in whose names signing in failed.
    Attempted,
    /// Principal names of the people to whom something is done: owners of mailboxes, who is given a role.
    Targets,
    /// The addresses that it comes from.
    Addresses,
    /// Their countries.
    Countries,
    /// Client ids of the applications that act or are changed.
    Applications,
    /// Ids of the files that it is about.
    Files,
    /// Ids of its activities of these kinds.
    Kinds(&'static [KindCode]),
    /// Ids of its activities of this sort.
    Doing(Action),
    /// Names of what its activities of these kinds are done to.
    Things(&'static [KindCode]),
    /// The sessions of Entra ID in which it is done.
    Sessions,
    /// When its first and its last activity happened.
    Times,
    /// Ids of the alerts about it.
    Alerts,
}

const fn question(asks: &'static str, answer: Answer) -> Question {
    Question { asks, answer }
}

/// What is asked about every storyline.
pub(super) const ALWAYS: [Question; 4] = [
    question("In whose names is it done?", Answer::Accounts),
    question("From which addresses does it come?", Answer::Addresses),
    question("When did the first and the last of it happen?", Answer::Times),
    question("Which alerts are about it?", Answer::Alerts),
];

impl Question {
    /// A question of one storyline.
    pub(super) const fn new(asks: &'static str, answer: Answer) -> Self {
        question(asks, answer)
    }
}
