//! Byte streams as the transport needs them: one whose first bytes can be looked at before they are taken.
//!
//! Knows no protocol.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// Any byte stream: a socket, or TLS over one.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How much is read at a time while looking ahead.
const STEP: usize = 4096;

/// A stream and those of its bytes that were looked at but not taken.
pub(super) struct Peekable {
    ahead: BytesMut,
    inner: Box<dyn Stream>,
}

impl Peekable {
    pub(super) fn new(inner: impl Stream + 'static) -> Self {
        Self { ahead: BytesMut::new(), inner: Box::new(inner) }
    }

    /// The bytes seen so far.
    pub(super) fn seen(&self) -> &[u8] {
        &self.ahead
    }

    /// Waits for more bytes to be seen; `false` at the end of the stream.
    pub(super) async fn see_more(&mut self) -> io::Result<bool> {
        self.ahead.reserve(STEP);
        Ok(self.inner.read_buf(&mut self.ahead).await? > 0)
    }

    /// Takes the first `count` seen bytes off the stream.
    pub(super) fn consume(&mut self, count: usize) -> BytesMut {
        self.ahead.split_to(count)
    }
}

impl AsyncRead for Peekable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            return Pin::new(&mut self.inner).poll_read(cx, out);
        }
        let count = self.ahead.len().min(out.remaining());
        out.put_slice(&self.ahead[..count]);
        self.ahead.advance(count);
        if self.ahead.is_empty() {
            // Connections live long, what was looked at is of no use any more.
            self.ahead = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Peekable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
