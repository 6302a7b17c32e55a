//! Reading a request body into memory, up to a bound in bytes and time.
//!
//! Knows no routes: how much is allowed comes from the rooms below. RFC 9112 section 6; `Expect`: RFC 9110
//! section 10.1.1.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::gateway::BodyState;

/// The bounds of one body.
pub(super) struct Bounds {
    /// How much is kept, in bytes.
    pub(super) keep: usize,
    /// How much beyond that is read and dropped, in bytes.
    pub(super) discard: u64,
    /// How long all of it may take.
    pub(super) time: Duration,
    /// The client waits for a word before it sends the body.
    pub(super) on_request: bool,
}

/// The body, empty unless it is complete.
pub(super) async fn collect(body: Incoming, bounds: Bounds) -> (Bytes, BodyState) {
    if body.is_end_stream() {
        return (Bytes::new(), BodyState::Complete);
    }
    match tokio::time::timeout(bounds.time, read(body, &bounds)).await {
        Ok((bytes, state)) => (bytes, state),
        Err(_) => (Bytes::new(), BodyState::Incomplete),
    }
}

async fn read(mut body: Incoming, bounds: &Bounds) -> (Bytes, BodyState) {
    let most = bounds.keep as u64;
    let declared = body.size_hint().lower();
    if declared > most && (bounds.on_request || declared - most > bounds.discard) {
        return (Bytes::new(), BodyState::TooLarge);
    }
    let mut kept = Kept::default();
    let mut total = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (Bytes::new(), BodyState::Incomplete) };
        let Ok(data) = frame.into_data() else { continue };
        total += data.len() as u64;
        if total <= most {
            kept.push(data);
        } else if total - most <= bounds.discard {
            kept = Kept::default();
        } else {
            break;
        }
    }
    if total > most { (Bytes::new(), BodyState::TooLarge) } else { (kept.into_bytes(), BodyState::Complete) }
}

/// Most bodies arrive in one piece, which is then not copied.
#[derive(Default)]
enum Kept {
    #[default]
    Nothing,
    Piece(Bytes),
    Pieces(BytesMut),
}

impl Kept {
    fn push(&mut self, data: Bytes) {
        *self = match std::mem::take(self) {
            Self::Nothing => Self::Piece(data),
            Self::Piece(first) => {
                let mut pieces = BytesMut::with_capacity(first.len() + data.len());
                pieces.extend_from_slice(&first);
                pieces.extend_from_slice(&data);
                Self::Pieces(pieces)
            }
            Self::Pieces(mut pieces) => {
                pieces.extend_from_slice(&data);
                Self::Pieces(pieces)
            }
        };
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::Piece(bytes) => bytes,
            Self::Pieces(bytes) => bytes.freeze(),
        }
    }
}
