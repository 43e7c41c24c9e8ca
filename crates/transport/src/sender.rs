//! The one place where a request leaves the machine.

use std::fmt::Debug;
use std::pin::Pin;

/// A failure's cause.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why no answer's head arrived.
#[derive(Debug)]
pub(crate) enum SendFailure {
    /// The request is not one that can be sent.
    Unsendable(Cause),
    /// No connection could be made.
    Connect(Cause),
    /// The connection broke, and the request may have been sent.
    Lost(Cause),
}

/// An answer whose head has arrived, or why none has.
pub(crate) type Sending =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, SendFailure>> + Send>>;

/// Sends one request once.
pub(crate) trait Sender: Debug + Send + Sync {
    /// Sends it. Dropping the future gives the exchange up.
    fn send(&self, request: reqwest::Request) -> Sending;
}

impl Sender for reqwest::Client {
    fn send(&self, request: reqwest::Request) -> Sending {
        let sending = self.execute(request);
        Box::pin(async move {
            sending.await.map_err(|error| {
                let (is_builder, is_connect) = (error.is_builder(), error.is_connect());
                // The URL may hold ids and filters, which have no place in a log.
                let cause = Box::new(error.without_url());
                if is_connect {
                    SendFailure::Connect(cause)
                } else if is_builder {
                    SendFailure::Unsendable(cause)
                } else {
                    SendFailure::Lost(cause)
                }
            })
        })
    }
}
