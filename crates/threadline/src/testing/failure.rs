//! Scripted failures.

use std::time::Duration;

use crate::{Delivery, Error, ErrorKind};

/// A failure of the next call; see [`fail_next`](super::MemoryProvider::fail_next).
///
/// The errors have the status, delivery and retryability that they have with real providers.
///
/// ```
/// use threadline::testing::{Failure, MemoryProvider};
/// use threadline::{Delivery, ErrorKind, ThreadProviderExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let inbox = MemoryProvider::with_examples();
/// inbox.fail_next(Failure::response_lost());
/// let error = inbox.close_thread("t-1").await.unwrap_err();
/// assert_eq!((error.kind(), error.delivery()), (ErrorKind::ConnectionLost, Delivery::Unknown));
/// // The change was carried out: only the response was lost.
/// assert!(inbox.is_thread_closed("t-1").await.unwrap());
/// # }
/// ```
#[derive(Debug)]
pub struct Failure {
    pub(super) error: Error,
    /// Whether the call is carried out before it fails.
    pub(super) is_carried_out: bool,
}

impl Failure {
    fn new(kind: ErrorKind, message: &str) -> Self {
        Self {
            error: Error::new(kind, "", message),
            is_carried_out: false,
        }
    }

    /// No connection could be made; nothing was sent.
    pub fn connect() -> Self {
        Self::new(ErrorKind::Connect, "connection refused").retryable()
    }

    /// The request was carried out, but the connection broke before its response arrived.
    pub fn response_lost() -> Self {
        let mut failure = Self::new(
            ErrorKind::ConnectionLost,
            "the connection was closed before the response was complete",
        );
        failure.is_carried_out = true;
        failure.retryable()
    }

    /// No response arrived in time. The request was not carried out, which the caller cannot know.
    pub fn timeout() -> Self {
        Self::new(ErrorKind::Timeout, "no response in time").retryable()
    }

    /// The credential is not accepted: status 401.
    pub fn authentication() -> Self {
        Self::new(ErrorKind::Authentication, "the credential is not accepted").status(401)
    }

    /// The resource does not exist: status 404.
    pub fn not_found() -> Self {
        Self::new(ErrorKind::NotFound, "there is no such resource").status(404)
    }

    /// The rate limit is exceeded: status 429, with a time to wait.
    pub fn rate_limited(wait: Duration) -> Self {
        let mut failure = Self::new(ErrorKind::RateLimited, "too many requests")
            .status(429)
            .retryable();
        failure.error = failure.error.with_retry_after(wait);
        failure
    }

    /// The vendor is out of service: status 503.
    pub fn unavailable() -> Self {
        Self::new(ErrorKind::Unavailable, "out of service")
            .status(503)
            .retryable()
    }

    /// Any other error. The provider and, if it has none, the operation are added.
    pub fn error(error: Error) -> Self {
        Self {
            error,
            is_carried_out: false,
        }
    }

    fn status(mut self, status: u16) -> Self {
        self.error = self.error.with_status(status);
        self
    }

    fn retryable(mut self) -> Self {
        self.error = self.error.with_retryable(true);
        self
    }

    /// The error of a call that may be repeated, or not.
    pub(super) fn into_error(self, operation: &'static str, is_repeatable: bool) -> Error {
        let error = self.error.with_provider(&super::MemoryProvider::KIND);
        let is_settled =
            matches!(error.delivery(), Delivery::NotSent) || error.kind() == ErrorKind::RateLimited;
        let is_retryable = error.is_retryable() && (is_repeatable || is_settled);
        let error = error.with_retryable(is_retryable);
        match error.operation() {
            Some(_) => error,
            None => error.with_operation(operation),
        }
    }
}
