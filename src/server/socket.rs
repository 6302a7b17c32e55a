//! The socket of a connection, and what whoever answers its requests may ask of it: to end with a reset, and to notice
//! that the client has left while nothing is read from it.
//!
//! Knows no protocol. Resets: RFC 9293 section 3.5; closing with a linger time of zero sends one.

use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

/// What is asked of a socket by who does not hold it.
#[derive(Default)]
pub(super) struct SocketControl {
    resets: AtomicBool,
    watched: AtomicBool,
}

impl SocketControl {
    /// When the socket is closed, the client shall see a reset and not an end.
    pub(super) fn reset(&self) {
        self.resets.store(true, Ordering::Relaxed);
    }

    /// As long as the guard lives, the next flush after the client has closed its side fails. Over HTTP/1 nothing else
    /// notices: hyper reads nothing while a request is answered.
    pub(super) fn watch(self: &Arc<Self>) -> Watch {
        self.watched.store(true, Ordering::Relaxed);
        Watch(Arc::clone(self))
    }
}

/// Ends a watch when it is dropped.
pub(super) struct Watch(Arc<SocketControl>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.watched.store(false, Ordering::Relaxed);
    }
}

/// A socket under such a control.
pub(super) struct Socket {
    tcp: TcpStream,
    control: Arc<SocketControl>,
}

impl Socket {
    pub(super) fn new(tcp: TcpStream, control: Arc<SocketControl>) -> Self {
        Self { tcp, control }
    }

    /// The client has closed its side, or the connection is broken. Looks and never waits: whoever watches asks again.
    fn is_left(&self, cx: &mut Context<'_>) -> bool {
        match pin!(self.tcp.ready(Interest::READABLE)).poll(cx) {
            Poll::Ready(Ok(ready)) => ready.is_read_closed(),
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.control.resets.load(Ordering::Relaxed) {
            // Where the system refuses it, the client sees an end instead.
            let _ = self.tcp.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, out)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.control.watched.load(Ordering::Relaxed) && self.is_left(cx) {
            return Poll::Ready(Err(ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
