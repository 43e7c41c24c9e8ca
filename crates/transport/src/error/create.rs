//! How errors are made.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

use super::{Attempt, Delivery, Error, ErrorKind, Inner, KEPT_BODY};
use crate::{Headers, IdempotencyKey, PreparedRequest};

impl Error {
    /// An error of any kind, to be filled in with the `with_…` methods.
    ///
    /// The delivery follows from the kind: nothing was sent for what is refused on this side,
    /// unknown for a lost connection or a timeout, answered for the rest.
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

    /// An argument that cannot be right; nothing was sent.
    pub fn invalid_request(
        provider: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::InvalidRequest, provider, message).with_operation(operation)
    }

    /// Something the provider cannot do; nothing was sent.
    pub fn unsupported(
        provider: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::Unsupported, provider, message).with_operation(operation)
    }

    /// A client that is set up wrongly.
    pub fn invalid_config(
        provider: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::InvalidConfig, provider, message)
    }

    /// Something that does not exist, as an answer.
    pub fn not_found(
        provider: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::NotFound, provider, message).with_operation(operation)
    }

    /// Names the provider.
    #[must_use]
    pub fn with_provider(mut self, provider: impl Into<Cow<'static, str>>) -> Self {
        self.0.provider = provider.into();
        self
    }

    /// Names the operation.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    /// Says it in other words.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets the vendor's error code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Sets the id under which the vendor can find the request.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// Sets the answer's body, of which the first 64 KiB are kept.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        let mut body = body.into();
        body.truncate(KEPT_BODY);
        self.0.body = Some(body.into());
        self
    }

    /// Sets how long the server asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.0.retry_after = Some(delay);
        self
    }

    /// Says whether the server saw the request.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.0.delivery = delivery;
        self
    }

    /// Says whether the same call may succeed later and is safe to make again.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Sets what caused it.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The outcome of a dry run.
    pub(crate) fn dry_run(
        provider: &'static str,
        operation: &'static str,
        prepared: PreparedRequest,
    ) -> Self {
        let mut error = Self::new(
            ErrorKind::DryRun,
            provider,
            "dry run: the request was prepared and not sent",
        )
        .with_operation(operation);
        error.0.prepared = Some(prepared);
        error
    }

    /// Keeps the answer's headers and the beginning of its body.
    pub(crate) fn with_answer(mut self, headers: Headers, mut body: Bytes) -> Self {
        if body.len() > KEPT_BODY {
            // A copy, so that the rest of a large body is not kept alive.
            body = Bytes::copy_from_slice(body.get(..KEPT_BODY).unwrap_or_default());
        }
        self.0.headers = Some(headers);
        self.0.body = Some(body);
        self
    }

    /// Keeps the key that the request carried.
    pub(crate) fn with_idempotency_key(mut self, key: Option<IdempotencyKey>) -> Self {
        self.0.idempotency_key = key;
        self
    }

    /// Records how often the request was tried and what each failed attempt met.
    pub(crate) fn with_history(mut self, attempts: u32, history: Vec<Attempt>) -> Self {
        self.0.attempts = attempts;
        self.0.history = history;
        self
    }
}

/// Whether the server saw the request, as far as the kind of the failure tells.
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
