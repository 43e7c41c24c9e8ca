//! Connections that can be reset.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::listener::FaultyListener;
use super::service::Service;
use crate::control;

/// A handle that resets its connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResetHandle(Arc<AtomicBool>);

impl ResetHandle {
    /// Resets the connection before anything else is written to it.
    pub(crate) fn reset(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl Connected<IncomingStream<'_, FaultyListener>> for ResetHandle {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A connection that can be reset.
pub(crate) struct Connection {
    stream: TcpStream,
    reset_handle: ResetHandle,
    /// Decides whether the connection is refused, until it has.
    gate: Option<Arc<Service>>,
}

impl Connection {
    /// Wraps an accepted connection, and returns the handle that resets it. The fault plan of the
    /// service decides whether the connection is refused.
    pub(crate) fn new(stream: TcpStream, service: Arc<Service>) -> (Self, ResetHandle) {
        let reset_handle = ResetHandle::default();
        let connection = Self {
            stream,
            reset_handle: reset_handle.clone(),
            gate: Some(service),
        };
        (connection, reset_handle)
    }

    /// Refuses the connection if the fault plan says so. That waits for the first bytes, because
    /// the control endpoints meet no faults.
    fn decide(&mut self, first_bytes: &[u8]) -> io::Result<()> {
        if first_bytes.is_empty() {
            return Ok(());
        }
        let gate = self.gate.take();
        let gate = gate.filter(|_| !control::is_meant_by(first_bytes));
        if gate.is_some_and(|service| service.faults.refuses_connection()) {
            self.reset_handle.reset();
        }
        self.reset_handle.check()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.reset_handle.check().is_err() {
            // If this cannot be set, the connection is closed instead of reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reset_handle.check()?;
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        if self.gate.is_some() {
            let read = buffer.filled().get(before..).unwrap_or_default();
            self.decide(read)?;
        }
        poll
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.reset_handle.check()?;
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.reset_handle.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.reset_handle.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.reset_handle.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
