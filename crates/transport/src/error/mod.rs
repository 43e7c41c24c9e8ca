//! The one error type.

mod attempt;
mod create;
mod delivery;
mod details;
mod display;
mod kind;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

pub use attempt::Attempt;
pub use delivery::Delivery;
pub use details::{code_of, details_of, typed_details};
pub use kind::ErrorKind;

pub(crate) use display::excerpt;

use crate::{Headers, IdempotencyKey, PreparedRequest};

/// The most bytes of a body that an error keeps.
pub(crate) const KEPT_BODY: usize = 64 * 1024;

/// Everything known about a call that did not succeed.
///
/// `Display` is one line: provider, operation, HTTP status, the vendor's code and message, and the
/// request id. `Debug` is the long story over many lines, with each attempt, the answer's headers
/// and the beginning of its body. Neither shows a credential, not even one that a server sends
/// back.
///
/// ```
/// use threadline_transport::{Delivery, Error, ErrorKind};
///
/// let error = Error::invalid_request("acme", "get_thread", "threadId is empty");
/// assert_eq!(error.kind(), ErrorKind::InvalidRequest);
/// assert_eq!(error.delivery(), Delivery::NotSent);
/// assert_eq!(error.to_string(), "acme get_thread: threadId is empty");
/// ```
pub struct Error(Box<Inner>);

/// What an [`Error`] holds; boxed so that a `Result` stays small.
struct Inner {
    kind: ErrorKind,
    provider: Cow<'static, str>,
    operation: Option<Cow<'static, str>>,
    status: Option<u16>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    headers: Option<Headers>,
    body: Option<Bytes>,
    retry_after: Option<Duration>,
    attempts: u32,
    delivery: Delivery,
    retryable: bool,
    prepared: Option<PreparedRequest>,
    history: Vec<Attempt>,
    idempotency_key: Option<IdempotencyKey>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// What went wrong, in one word.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The provider it concerns; empty where none is known, as for a credential on its own.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// The operation that failed, if it was one.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The HTTP status, if an answer's head arrived.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own error code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What happened, for people: the vendor's message where there is one, the beginning of the
    /// page where something else than the vendor answered, otherwise this library's words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The id under which the vendor can find the request: from the body, else from the
    /// `x-request-id` header.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The answer's headers, if its head arrived.
    pub fn headers(&self) -> Option<&Headers> {
        self.0.headers.as_ref()
    }

    /// The answer's body as far as it arrived, at most 64 KiB of it.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// How long the server asked to wait before another try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many times the request was tried; 0 if it was refused on this side.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the server saw the request.
    ///
    /// It speaks of the whole call: if an earlier attempt may have reached the server, it is not
    /// [`Delivery::NotSent`], whatever the last one met.
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// Whether the same call may succeed later and is safe to make again.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The request that a dry run prepared.
    pub fn prepared_request(&self) -> Option<&PreparedRequest> {
        self.0.prepared.as_ref()
    }

    /// The key by which the server knows the request again, if it carried one: with it the same
    /// request can be sent again.
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.0.idempotency_key.as_ref()
    }

    /// Each failed attempt, in order.
    pub fn history(&self) -> &[Attempt] {
        &self.0.history
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
