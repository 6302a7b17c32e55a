//! What a client asked in a run, and what it got.

use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::gateway::exchange::Delivery;
use crate::model::time::VirtualTime;

/// One request of the client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// 1, 2, 3, … within the run.
    pub number: u64,
    /// The round, from 1 on.
    pub round: u32,
    /// Virtual time.
    pub at: VirtualTime,
    /// The method.
    pub method: String,
    /// The host, without its port, which differs from run to run.
    pub host: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent, secrets cut out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// The body, as far as request logs keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
    /// The status of the answer; 0 if none was sent.
    pub status: u16,
    /// The fault that acted on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Arc<str>>,
    /// How the answer was sent.
    #[serde(skip_serializing_if = "Sending::is_whole")]
    pub sending: Sending,
    /// The service's own name of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static str>,
    /// What was held against the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long the client was told to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// Real time; no part of what runs are compared by.
    pub wall: Wall,
}

/// How an answer was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Sending {
    /// At once, and whole.
    #[default]
    Whole,
    /// Whole, after a while.
    Late,
    /// Piece by piece.
    Drip,
    /// Not at all.
    Hang,
    /// Its connection was reset.
    Reset,
    /// In part.
    Truncated,
}

impl Sending {
    /// How an answer with this delivery is sent.
    pub fn of(delivery: Option<&Delivery>) -> Self {
        match delivery {
            None | Some(Delivery::Feed(_) | Delivery::Pieces(_)) => Self::Whole,
            Some(Delivery::Late(_)) => Self::Late,
            Some(Delivery::Drip { .. }) => Self::Drip,
            Some(Delivery::Hang(_)) => Self::Hang,
            Some(Delivery::Reset(_)) => Self::Reset,
            Some(Delivery::Truncated(_)) => Self::Truncated,
        }
    }

    fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// The client got no whole answer.
    pub fn is_broken(self) -> bool {
        matches!(self, Self::Hang | Self::Reset | Self::Truncated)
    }
}

/// How long a client was told to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// So long.
    For(Duration),
    /// It was told to come back later, and not when.
    Unsaid,
}

impl Serialize for Wait {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::For(time) => serializer.serialize_f64(time.as_secs_f64()),
            Self::Unsaid => serializer.serialize_str("unsaid"),
        }
    }
}

/// Real time, counted from the beginning of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wall {
    /// When the request was there.
    pub asked: Duration,
    /// When its answer was sent, or was to be sent.
    pub answered: Duration,
    /// How long the client had asked nothing, when it asked this.
    pub pause: Duration,
}

impl Serialize for Wall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut wall = serializer.serialize_struct("Wall", 3)?;
        for (name, time) in [("asked", self.asked), ("answered", self.answered), ("pause", self.pause)] {
            wall.serialize_field(name, &rounded(time))?;
        }
        wall.end()
    }
}

/// Seconds, to the millisecond.
pub(super) fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000.0).round() / 1_000.0
}

impl Exchange {
    /// A fault acted on it.
    pub fn is_disturbed(&self) -> bool {
        self.fault.is_some()
    }

    /// The client did not get what it asked for.
    pub fn is_failed(&self) -> bool {
        self.status == 0 || self.status >= 400 || self.sending.is_broken()
    }

    /// It asks for the same as another one, though perhaps for another page of it.
    pub fn is_like(&self, other: &Self) -> bool {
        self.round == other.round
            && self.method == other.method
            && self.path == other.path
            && self.host == other.host
    }

    /// What two runs are compared by: everything but real time.
    pub fn compared(&self) -> Json {
        let mut written = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = written.as_object_mut() {
            members.shift_remove("wall");
        }
        written
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn exchange(number: u64, status: u16) -> Exchange {
        Exchange {
            number,
            round: 1,
            at: VirtualTime::of_day(20_781),
            method: "GET".to_owned(),
            host: "localhost".to_owned(),
            path: "/api/v1/alerts/".to_owned(),
            query: String::new(),
            body: None,
            status,
            fault: None,
            sending: Sending::Whole,
            refusal: None,
            reason: None,
            wait: None,
            wall: Wall::default(),
        }
    }

    pub(in super::super) fn failing(number: u64) -> Exchange {
        exchange(number, 500)
    }

    pub(in super::super) fn throttled(number: u64, wait: Wait) -> Exchange {
        Exchange { wait: Some(wait), ..exchange(number, 429) }
    }

    /// Asked and answered so many milliseconds after the beginning.
    pub(in super::super) fn after(exchange: Exchange, millis: u64) -> Exchange {
        let time = Duration::from_millis(millis);
        Exchange { wall: Wall { asked: time, answered: time, pause: Duration::ZERO }, ..exchange }
    }

    #[test]
    fn real_time_is_no_part_of_what_runs_are_compared_by() {
        let one = after(throttled(1, Wait::For(Duration::from_millis(1_500))), 3);
        let other = after(throttled(1, Wait::For(Duration::from_millis(1_500))), 700);
        assert_ne!(one, other);
        assert_eq!(one.compared(), other.compared());
        assert_eq!(one.compared()["wait"], 1.5);
    }
}
