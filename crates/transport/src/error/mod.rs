//! The error type.

mod attempt;
mod body;
mod create;
mod details;
mod display;
mod field;
mod kind;
pub mod kinds;
mod phrases;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

pub(crate) use attempt::attempts;
pub use attempt::{Attempt, Delivery};
pub(crate) use body::ErrorBody;
pub use details::{code_of, typed_details};
pub use field::FieldError;
pub use kind::ErrorKind;

pub(crate) use display::excerpt;
pub use display::printable;
pub(crate) use phrases::{innermost, reason, redirect};

use crate::{Headers, IdempotencyKey, PreparedRequest};

/// The maximum number of body bytes that an error stores.
pub(crate) const KEPT_BODY: usize = 64 * 1024;

/// The error of a call that did not succeed.
///
/// `Display` is one line: provider, operation, HTTP status, the vendor's code and message, the first
/// refused fields, and the request id. `Debug` spans many lines and adds each attempt, the response headers and the
/// beginning of the body. Neither shows a credential, not even one echoed by the server.
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

/// The contents of an [`Error`]; boxed to keep `Result` small.
struct Inner {
    kind: ErrorKind,
    provider: Cow<'static, str>,
    operation: Option<Cow<'static, str>>,
    status: Option<u16>,
    code: Option<String>,
    message: String,
    fields: Vec<FieldError>,
    details: Option<Value>,
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
    getters! { self:
        /// The kind of error.
        kind: ErrorKind = self.0.kind;
        /// The provider; empty if unknown, as for a standalone credential.
        provider: &str = &self.0.provider;
        /// The failed operation, if any.
        operation: Option<&str> = self.0.operation.as_deref();
        /// The HTTP status, if response headers arrived.
        status: Option<u16> = self.0.status;
        /// The vendor's error code.
        code: Option<&str> = self.0.code.as_deref();
        /// The human-readable message: the vendor's if there is one, the beginning of the page if
        /// something other than the vendor responded, otherwise this library's.
        message: &str = &self.0.message;
        /// The fields of the request that the vendor refused, each with its reason, if the vendor
        /// lists them.
        fields: &[FieldError] = &self.0.fields;
        /// What the vendor adds to its code, as received: of any shape, never `null`.
        details: Option<&Value> = self.0.details.as_ref();
        /// The vendor's request id: from the body, otherwise from the `x-request-id` header.
        request_id: Option<&str> = self.0.request_id.as_deref();
        /// The response headers, if they arrived.
        headers: Option<&Headers> = self.0.headers.as_ref();
        /// The response body as far as it arrived; at most 64 KiB.
        body: Option<&[u8]> = self.0.body.as_deref();
        /// How long the server asked to wait before a retry.
        retry_after: Option<Duration> = self.0.retry_after;
        /// How many times the request was tried; 0 if the client rejected it.
        attempts: u32 = self.0.attempts;
        /// Whether the request reached the server.
        ///
        /// This covers the whole call: if an earlier attempt may have reached the server, it is not
        /// [`Delivery::NotSent`], whatever the outcome of the last one.
        delivery: Delivery = self.0.delivery;
        /// Whether the same call may succeed later and is safe to retry.
        ///
        /// If the request may have been executed and its operation is not idempotent, this is true
        /// only for a request with an [idempotency key](Self::idempotency_key), and the retry must
        /// carry the same key: a request that is created anew has another one.
        is_retryable: bool = self.0.retryable;
        /// The request that a dry run prepared.
        prepared_request: Option<&PreparedRequest> = self.0.prepared.as_ref();
        /// The request's idempotency key, if any. The same request can safely be sent again with
        /// it.
        idempotency_key: Option<&IdempotencyKey> = self.0.idempotency_key.as_ref();
        /// The failed attempts, in order.
        history: &[Attempt] = &self.0.history;
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
