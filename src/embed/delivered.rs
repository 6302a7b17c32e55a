//! How an answer would have been sent over a socket.

use std::time::Duration;

use http::Response;

use crate::gateway::Delivery;

/// How an answer would have reached a client, had it come over the network. [`MockDefender::ask`](super::MockDefender::ask)
/// gives every answer at once and whole, and notes this in its extensions where a fault disturbs how it is sent. For what
/// would not be answered at all (`Hang`, `Reset(None)`) a 503 without a body stands.
///
/// ```
/// use mock_defender::{Delivered, MockDefender};
///
/// let answer = MockDefender::builder().start()?.ask(http::Request::get("/api/v1/alerts/").body("")?);
/// assert!(answer.extensions().get::<Delivered>().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivered {
    /// After so long.
    Late(Duration),
    /// In pieces of so many bytes, each after so long.
    Drip {
        /// Bytes of a piece.
        bytes: usize,
        /// Time before each.
        every: Duration,
    },
    /// Not at all: after so long the connection would have ended.
    Hang(Duration),
    /// Until a reset of the connection: before the status, or after so many bytes of the body.
    Reset(Option<usize>),
    /// So many bytes of the body, then the end of the connection.
    Truncated(usize),
    /// As a stream that goes on; the body is what it began with.
    Feed,
}

impl Delivered {
    pub(super) fn of(delivery: &Delivery) -> Self {
        match *delivery {
            Delivery::Late(delay) => Self::Late(delay),
            Delivery::Drip { bytes, every } => Self::Drip { bytes, every },
            Delivery::Hang(length) => Self::Hang(length),
            Delivery::Reset(after) => Self::Reset(after),
            Delivery::Truncated(kept) => Self::Truncated(kept),
            // What is made in pieces is made whole for who asks without a transport.
            Delivery::Feed(_) | Delivery::Pieces(_) => Self::Feed,
        }
    }

    /// How the answer would have been sent, if not at once and whole.
    pub(super) fn note<B>(response: &mut Response<B>, delivery: Option<&Delivery>) {
        if let Some(delivery) = delivery {
            response.extensions_mut().insert(Self::of(delivery));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_how_it_would_have_been_sent() {
        let mut response = Response::new(());
        Delivered::note(&mut response, None);
        assert_eq!(response.extensions().get::<Delivered>(), None);
        Delivered::note(&mut response, Some(&Delivery::Reset(Some(3))));
        assert_eq!(response.extensions().get::<Delivered>(), Some(&Delivered::Reset(Some(3))));
    }
}
