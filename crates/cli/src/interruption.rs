//! Ctrl-C, and whatever else asks a process to end.

use crate::failure::Failure;

/// A request to end, which may come at any time after it is expected.
#[derive(Debug)]
pub(crate) struct Interruption {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

#[cfg(unix)]
impl Interruption {
    /// From now on such a request no longer kills the process.
    pub(crate) fn expect() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};

        let listen = |kind| signal(kind).map_err(|error| Failure::system(&error));
        let signals = [
            listen(SignalKind::interrupt())?,
            listen(SignalKind::terminate())?,
        ];
        Ok(Self { signals })
    }

    /// Waits until it comes.
    pub(crate) async fn come(mut self) -> Result<(), Failure> {
        std::future::poll_fn(|context| {
            let has_come =
                |signal: &mut tokio::signal::unix::Signal| signal.poll_recv(context).is_ready();
            if self.signals.iter_mut().any(has_come) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        Ok(())
    }
}

#[cfg(not(unix))]
impl Interruption {
    /// From now on such a request no longer kills the process, once it is waited for.
    pub(crate) fn expect() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits until it comes.
    pub(crate) async fn come(self) -> Result<(), Failure> {
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::system(&error))
    }
}
