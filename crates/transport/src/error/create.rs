//! Constructors of errors.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::{Attempt, Delivery, Error, ErrorKind, FieldError, Inner, KEPT_BODY};
use crate::{Headers, IdempotencyKey, PreparedRequest};

impl Error {
    /// Creates an error of any kind; the `with_…` methods set the details.
    ///
    /// The delivery follows from the kind: not sent for errors raised by the client, unknown for a
    /// lost connection or a timeout, answered for the rest.
    ///
    /// ```
    /// use threadline_transport::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Conflict, "acme", "the thread is locked")
    ///     .with_operation("update_thread")
    ///     .with_status(409)
    ///     .with_code("threadLocked");
    /// assert_eq!(error.to_string(), "acme update_thread: 409 threadLocked: the thread is locked");
    /// ```
    pub fn new(
        kind: ErrorKind,
        provider: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            provider: provider.into(),
            operation: None,
            status: None,
            code: None,
            message: message.into(),
            fields: Vec::new(),
            details: None,
            request_id: None,
            headers: None,
            body: None,
            retry_after: None,
            attempts: 0,
            delivery: delivery_of(kind),
            retryable: false,
            prepared: None,
            history: Vec::new(),
            idempotency_key: None,
            source: None,
        }))
    }

    /// Creates an error for an invalid argument; nothing was sent.
    pub fn invalid_request(
        provider: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::InvalidRequest, provider, message).with_operation(operation)
    }

    /// Creates an error for an action the provider does not support; nothing was sent.
    pub fn unsupported(
        provider: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::Unsupported, provider, message).with_operation(operation)
    }

    /// Creates an error for an invalid client configuration.
    pub fn invalid_config(
        provider: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::InvalidConfig, provider, message)
    }

    setters! { self:
        /// Sets the provider.
        with_provider(provider: impl Into<Cow<'static, str>>) => self.0.provider = provider.into();
        /// Sets the operation.
        with_operation(operation: impl Into<Cow<'static, str>>) =>
            self.0.operation = Some(operation.into());
        /// Replaces the message.
        with_message(message: impl Into<String>) => self.0.message = message.into();
        /// Sets the HTTP status.
        with_status(status: u16) => self.0.status = Some(status);
        /// Sets the vendor's error code.
        with_code(code: impl Into<String>) => self.0.code = Some(code.into());
        /// Adds a field of the request that the vendor refused, with the reason.
        with_field(field: impl Into<String>, message: impl Into<String>) =>
            self.0.fields.push(FieldError { field: field.into(), message: message.into() });
        /// Sets what the vendor adds to its code.
        with_details(details: Value) => self.0.details = Some(details).filter(|it| !it.is_null());
        /// Sets the vendor's request id.
        with_request_id(request_id: impl Into<String>) =>
            self.0.request_id = Some(request_id.into());
        /// Sets how long the server asked to wait.
        with_retry_after(delay: Duration) => self.0.retry_after = Some(delay);
        /// Sets whether the request reached the server.
        with_delivery(delivery: Delivery) => self.0.delivery = delivery;
        /// Sets whether the same call may succeed later and is safe to retry.
        with_retryable(retryable: bool) => self.0.retryable = retryable;
        /// Sets the cause.
        with_source(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) =>
            self.0.source = Some(source.into());
    }

    /// Sets the response body; only the first 64 KiB are stored.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        let mut body = body.into();
        body.truncate(KEPT_BODY);
        self.0.body = Some(body.into());
        self
    }

    pub(crate) fn dry_run(provider: &'static str, prepared: PreparedRequest) -> Self {
        let message = "dry run: the request was prepared but not sent";
        let mut error = Self::new(ErrorKind::DryRun, provider, message);
        error.0.prepared = Some(prepared);
        error
    }

    /// Stores the response's headers and the beginning of its body.
    pub(crate) fn with_answer(mut self, headers: Headers, mut body: Bytes) -> Self {
        if body.len() > KEPT_BODY {
            // Copied, so that a large body is not kept alive.
            body = Bytes::copy_from_slice(body.get(..KEPT_BODY).unwrap_or_default());
        }
        self.0.headers = Some(headers);
        self.0.body = Some(body);
        self
    }

    /// Stores the request's idempotency key.
    pub(crate) fn with_idempotency_key(mut self, key: Option<IdempotencyKey>) -> Self {
        self.0.idempotency_key = key;
        self
    }

    /// Records the number of attempts and the failed ones.
    pub(crate) fn with_history(mut self, attempts: u32, history: Vec<Attempt>) -> Self {
        self.0.attempts = attempts;
        self.0.history = history;
        self
    }
}

/// The delivery that follows from the kind of error.
const fn delivery_of(kind: ErrorKind) -> Delivery {
    match kind {
        ErrorKind::InvalidRequest
        | ErrorKind::Unsupported
        | ErrorKind::InvalidConfig
        | ErrorKind::Connect
        | ErrorKind::DryRun => Delivery::NotSent,
        ErrorKind::Timeout | ErrorKind::ConnectionLost => Delivery::Unknown,
        _ => Delivery::Answered,
    }
}

/// Conversions that cannot fail, so that fallible ones are accepted in the same place.
impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
