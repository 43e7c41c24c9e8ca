//! Listening sockets that can be closed from any thread.

use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};

use super::connection::{Connection, ResetHandle};
use super::service::Service;

/// How long to wait after an error that closing other files may cure.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// A listening socket. Its clones share the socket, and any of them can close it without waiting
/// for the others. That is what lets a server be dropped, or its start be cancelled, without
/// waiting for its thread.
#[derive(Debug, Clone)]
pub(crate) struct Socket {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
enum State {
    /// Bound, but not known to an async runtime yet.
    Bound(std::net::TcpListener),
    /// Accepts connections.
    Listening(TcpListener),
    Closed,
}

impl Socket {
    /// Binds a port of the loopback interface; port 0 binds any free one.
    pub(crate) fn bind(port: u16) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            address: listener.local_addr()?,
            state: Arc::new(Mutex::new(State::Bound(listener))),
        })
    }

    /// The address it is bound to.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Registers the socket with the current runtime. Does nothing if it was closed meanwhile.
    pub(crate) fn listen(&self) -> io::Result<()> {
        let mut state = self.lock();
        *state = match std::mem::replace(&mut *state, State::Closed) {
            State::Bound(listener) => State::Listening(TcpListener::from_std(listener)?),
            other => other,
        };
        Ok(())
    }

    /// Closes the socket and releases its port at once.
    pub(crate) fn close(&self) {
        *self.lock() = State::Closed;
    }

    /// Waits for the next connection; forever if the socket is closed.
    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = poll_fn(|context| match &*self.lock() {
            State::Listening(listener) => listener.poll_accept(context),
            State::Bound(_) | State::Closed => Poll::Pending,
        })
        .await?;
        Ok(stream)
    }

    /// The lock is only ever held for calls that do not block.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts the connections of a service, whose fault plan refuses some of them.
pub(crate) struct FaultyListener {
    socket: Socket,
    service: Arc<Service>,
}

impl FaultyListener {
    /// Accepts connections on behalf of a service.
    pub(crate) const fn new(socket: Socket, service: Arc<Service>) -> Self {
        Self { socket, service }
    }
}

impl Listener for FaultyListener {
    type Io = Connection;
    type Addr = ResetHandle;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let stream = match self.socket.accept().await {
                Ok(stream) => stream,
                Err(error) => {
                    // A connection that failed before it was accepted says nothing about the next.
                    if !is_connection_error(&error) {
                        tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                    }
                    continue;
                }
            };
            return Connection::new(stream, Arc::clone(&self.service));
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(ResetHandle::default())
    }
}

fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
