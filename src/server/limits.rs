//! The bounds of the transport: everything that a client can make grow or last has one.
//!
//! Knows numbers only. The defaults leave time for debugging by hand, but bound what a flooding client can use.

use std::time::Duration;

/// Bounds of one server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time; one more is accepted and closed at once.
    pub connections: u32,
    /// Size of a request head, of a `CONNECT` head and of an HTTP/2 header list, in bytes.
    pub header_bytes: usize,
    /// Header fields in a request.
    pub header_count: usize,
    /// Time for a whole request head; over HTTP/1 also how long a connection may idle between requests, so no
    /// shorter than what clients with a pool of connections expect.
    pub header_read: Duration,
    /// Time for a whole TLS handshake.
    pub handshake: Duration,
    /// Time until enough bytes are there to tell the protocol.
    pub sniff: Duration,
    /// Time for a whole request body.
    pub body_read: Duration,
    /// How much of an oversize body is read and dropped, so that a client that sends all before it reads
    /// gets to see the refusal, in bytes.
    pub body_discard: u64,
    /// Bytes of all bodies together that are larger than [`LARGE_BODY`](Self::LARGE_BODY); more of them wait.
    pub large_bodies: usize,
    /// How long a client may leave an answer unread before the connection is closed.
    pub write_stall: Duration,
    /// How often a quiet HTTP/2 connection is pinged; it is closed when the pong takes as long.
    pub ping: Duration,
    /// `SETTINGS` and `PING` frames of an HTTP/2 client that it may send in each window of time; then it is cut off.
    pub control_frames: u32,
    /// That window.
    pub control_window: Duration,
    /// Requests at a time on one HTTP/2 connection.
    pub streams: u32,
    /// Heavy requests at a time; more of them wait.
    pub heavy: usize,
    /// Certificates kept ready, by server name.
    pub leaves: usize,
    /// How long a graceful stop waits for requests under way.
    pub stop: Duration,
}

impl Limits {
    /// A body that may have more bytes waits for room before it is read.
    pub const LARGE_BODY: usize = 4 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            header_bytes: 64 << 10,
            header_count: 100,
            header_read: Duration::from_secs(75),
            handshake: Duration::from_secs(10),
            sniff: Duration::from_secs(10),
            body_read: Duration::from_secs(30),
            body_discard: 64 << 20,
            large_bodies: 256 << 20,
            write_stall: Duration::from_secs(30),
            ping: Duration::from_secs(20),
            control_frames: 1_000,
            control_window: Duration::from_secs(10),
            streams: 128,
            heavy: 64,
            leaves: 256,
            stop: Duration::from_secs(5),
        }
    }
}
