//! A stream of HTTP/2 that ends when its client sends too many frames that ask for an answer and say nothing.
//!
//! Knows the heads of frames and no more. A `PING` is answered by a `PING`, `SETTINGS` by its acknowledgement, so that a
//! client can keep a server busy by nine bytes at a time without ever asking anything (RFC 9113, 10.5;
//! <https://www.cve.org/CVERecord?id=CVE-2019-9512>, <https://www.cve.org/CVERecord?id=CVE-2019-9515>). hyper bounds neither.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Bytes that a client sends before its first frame (RFC 9113, 3.4).
const PREFACE: usize = 24;

/// Bytes of the head of a frame (RFC 9113, 4.1).
const HEAD: usize = 9;

const SETTINGS: u8 = 4;
const PING: u8 = 6;

/// The flag of a frame that answers another one.
const ACK: u8 = 1;

/// A stream whose frames are counted as they are read.
pub(super) struct Counted<S> {
    stream: S,
    place: Place,
    count: u32,
    most: u32,
    window: Duration,
    /// Ends the window in which is counted; none is open until there is something to count.
    ends: Option<Pin<Box<Sleep>>>,
}

/// Where in the sequence of frames the next byte stands.
#[derive(Clone, Copy)]
enum Place {
    /// So many bytes still say nothing that is counted.
    Within(usize),
    /// In a head, of which so many bytes are known.
    Head([u8; HEAD], usize),
}

impl<S> Counted<S> {
    /// Allows so many frames that are counted within each window of time.
    pub(super) fn new(stream: S, most: u32, window: Duration) -> Self {
        Self { stream, place: Place::Within(PREFACE), count: 0, most, window, ends: None }
    }

    /// How many of these bytes' frames ask for an answer and say nothing.
    fn counted(&mut self, mut bytes: &[u8]) -> u32 {
        let mut found = 0;
        while !bytes.is_empty() {
            match &mut self.place {
                Place::Within(left) => {
                    let count = bytes.len().min(*left);
                    (bytes, *left) = (&bytes[count..], *left - count);
                    if *left == 0 {
                        self.place = Place::Head([0; HEAD], 0);
                    }
                }
                Place::Head(head, known) => {
                    let count = bytes.len().min(HEAD - *known);
                    head[*known..*known + count].copy_from_slice(&bytes[..count]);
                    (bytes, *known) = (&bytes[count..], *known + count);
                    if *known == HEAD {
                        let [a, b, c, kind, flags, ..] = *head;
                        found += u32::from(matches!(kind, SETTINGS | PING) && flags & ACK == 0);
                        self.place = match u32::from_be_bytes([0, a, b, c]) as usize {
                            0 => Place::Head([0; HEAD], 0),
                            length => Place::Within(length),
                        };
                    }
                }
            }
        }
        found
    }

    /// There were too many of them by now.
    fn is_flooded(&mut self, cx: &mut Context<'_>, found: u32) -> bool {
        if found == 0 {
            return false;
        }
        if self.ends.as_mut().is_some_and(|ends| ends.as_mut().poll(cx).is_ready()) {
            (self.count, self.ends) = (0, None);
        }
        let window = self.window;
        self.ends.get_or_insert_with(|| Box::pin(sleep(window)));
        self.count = self.count.saturating_add(found);
        self.count > self.most
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = out.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, out);
        if matches!(read, Poll::Ready(Ok(()))) {
            let found = self.counted(&out.filled()[before..]);
            if self.is_flooded(cx, found) {
                let problem = "more SETTINGS and PING frames than anybody needs";
                return Poll::Ready(Err(io::Error::new(ErrorKind::InvalidData, problem)));
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 0];
        frame.extend(vec![kind; usize::from(length)]);
        frame
    }

    #[test]
    fn frames_are_counted_however_they_are_cut_into_pieces() {
        let mut bytes = vec![PING; PREFACE];
        // Of a header block and of data no byte is taken for the head of a frame.
        for (kind, flags, length) in [(SETTINGS, 0, 0), (1, 4, 30), (PING, 0, 8), (PING, ACK, 8), (0, 0, 255)]
        {
            bytes.extend(frame(kind, flags, length));
        }
        bytes.extend(frame(SETTINGS, 0, 12));
        bytes.extend(frame(SETTINGS, ACK, 0));
        for piece in 1..=bytes.len() {
            let mut counted = Counted::new((), 0, Duration::ZERO);
            let found: u32 = bytes.chunks(piece).map(|piece| counted.counted(piece)).sum();
            assert_eq!(found, 3, "in pieces of {piece}");
        }
    }
}
