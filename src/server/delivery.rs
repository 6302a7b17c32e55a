//! Answers that are not sent at once and whole: late, in pieces, not at all, until they break off, as they are followed.
//!
//! Must never know why. All of it is real time, and bounded: by [`LONGEST`], by the client that leaves, and by the stop of
//! the server, at which what is held back is sent and what hangs ends. Over HTTP/1 what breaks off ends its connection;
//! over HTTP/2 its stream alone (RFC 9113 section 5.4.2).

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, Version};
use hyper::body::{Body, Frame, SizeHint};

use super::socket::{SocketControl, Watch};
use super::stop::Stop;
use crate::gateway::{Delivery, Feed};

/// No answer is held up longer, however it is said.
const LONGEST: Duration = Duration::from_secs(600);
/// How often a held answer looks whether its client is still there.
pub(super) const LOOK: Duration = Duration::from_millis(200);
/// How often a feed is asked.
const FEED: Duration = Duration::from_millis(150);
/// Between the last bytes and the break, so that those are on their way.
const FLUSH: Duration = Duration::from_millis(40);
/// Pieces of a body that breaks off: the next is taken when there is room for it.
const PIECE: usize = 16 << 10;

/// The connection that an answer goes out on.
pub(super) struct Line {
    pub(super) control: Arc<SocketControl>,
    pub(super) stop: Stop,
}

/// An answer breaks off, or there is none.
#[derive(Debug)]
pub(super) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer breaks off, as was asked for")
    }
}

impl std::error::Error for BrokenOff {}

/// The body of an answer.
pub(super) enum AnswerBody {
    /// All of it at once.
    Whole(Bytes),
    /// As a delivery says.
    Played(Box<Played>),
}

/// A body that comes in pieces.
pub(super) struct Played {
    /// What is still to come of the length that is announced, if one is.
    left: Option<u64>,
    next: Pin<Box<dyn Future<Output = Option<Next>> + Send>>,
}

/// A piece, and what comes after it.
type Next = (Result<Bytes, BrokenOff>, Pieces);

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Played(played) => played.next.as_mut().poll(cx).map(|next| {
                let (piece, rest) = next?;
                if let (Ok(piece), Some(left)) = (&piece, &mut played.left) {
                    *left = left.saturating_sub(piece.len() as u64);
                }
                played.next = Box::pin(rest.next());
                Some(piece.map(Frame::data))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Played(played) => played.left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Played(played) => played.left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

/// Sends an answer as its delivery says. One without a body (to `HEAD`, say) has no pieces, so that only what concerns all
/// of an answer concerns it; neither does an answer break off that ends before.
pub(super) async fn deliver(
    delivery: Delivery,
    response: Response<AnswerBody>,
    has_body: bool,
    version: Version,
    line: &Line,
) -> Result<Response<AnswerBody>, BrokenOff> {
    let alone = version < Version::HTTP_2;
    let watch = alone.then(|| line.control.watch());
    let mut stop = line.stop.clone();
    let length = response.body().size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let mut length = length.unwrap_or_default();
    let pace = match delivery {
        Delivery::Late(delay) => {
            pause(delay, &mut stop).await;
            return Ok(response);
        }
        Delivery::Hang(delay) => {
            pause(delay, &mut stop).await;
            return Err(BrokenOff);
        }
        Delivery::Reset(None) => {
            if alone {
                line.control.reset();
            }
            return Err(BrokenOff);
        }
        _ if !has_body => return Ok(response),
        Delivery::Reset(Some(kept)) | Delivery::Truncated(kept) if kept >= length => return Ok(response),
        Delivery::Reset(Some(kept)) => Pace::Until { left: kept, reset: alone.then(|| line.control.clone()) },
        Delivery::Truncated(kept) => Pace::Until { left: kept, reset: None },
        Delivery::Drip { .. } if length == 0 => return Ok(response),
        Delivery::Drip { bytes, every } => Pace::Drip { bytes: bytes.max(1), every, spent: Duration::ZERO },
        Delivery::Pieces(made) => {
            length = made.length;
            Pace::Made(made.pieces)
        }
        Delivery::Feed(feed) => Pace::Feed(feed),
    };
    let announced = (!matches!(pace, Pace::Feed(_))).then_some(length as u64);
    Ok(response.map(|body| {
        let rest = match body {
            AnswerBody::Whole(rest) => rest,
            AnswerBody::Played(_) => Bytes::new(),
        };
        let pieces = Pieces { pace, rest, stop, _watch: watch };
        AnswerBody::Played(Box::new(Played { left: announced, next: Box::pin(pieces.next()) }))
    }))
}

/// What of a body is still to come, and how.
struct Pieces {
    pace: Pace,
    rest: Bytes,
    stop: Stop,
    _watch: Option<Watch>,
}

enum Pace {
    Drip {
        bytes: usize,
        every: Duration,
        spent: Duration,
    },
    /// So many bytes; then it breaks off, with a reset of the socket under this control.
    Until {
        left: usize,
        reset: Option<Arc<SocketControl>>,
    },
    /// As they are made.
    Made(Box<dyn Iterator<Item = Bytes> + Send>),
    Feed(Box<dyn Feed>),
}

impl Pieces {
    async fn next(mut self) -> Option<Next> {
        match &mut self.pace {
            Pace::Drip { .. } if self.rest.is_empty() => None,
            Pace::Drip { bytes, every, spent } => {
                let every = (*every).min(LONGEST.saturating_sub(*spent));
                *spent += every;
                let goes_on = pause(every, &mut self.stop).await && *spent < LONGEST;
                let count = if goes_on { (*bytes).min(self.rest.len()) } else { self.rest.len() };
                let piece = self.rest.split_to(count);
                Some((Ok(piece), self))
            }
            Pace::Until { left, .. } if *left > 0 => {
                let count = (*left).min(PIECE).min(self.rest.len());
                *left -= count;
                let piece = self.rest.split_to(count);
                Some((Ok(piece), self))
            }
            Pace::Until { reset, .. } => {
                tokio::time::sleep(FLUSH).await;
                if let Some(control) = reset {
                    control.reset();
                }
                Some((Err(BrokenOff), self))
            }
            Pace::Made(pieces) => pieces.next().map(|piece| (Ok(piece), self)),
            Pace::Feed(feed) => loop {
                if let Some(news) = feed.next().filter(|news| !news.is_empty()) {
                    return Some((Ok(news), self));
                }
                if !pause(FEED, &mut self.stop).await {
                    return None;
                }
            },
        }
    }
}

/// Waits; `false` at once when the server stops. Wakes now and then, so that the connection looks after its client.
async fn pause(time: Duration, stop: &mut Stop) -> bool {
    let mut left = time.min(LONGEST);
    while !left.is_zero() {
        let step = left.min(LOOK);
        tokio::select! {
            () = stop.draining() => return false,
            () = tokio::time::sleep(step) => left -= step,
        }
    }
    true
}
