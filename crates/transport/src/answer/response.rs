//! The result of a call.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use super::{Headers, RateLimit, SkippedField};
use crate::IdempotencyKey;

/// A decoded response with its metadata.
///
/// Dereferences to the value.
///
/// ```
/// use threadline_transport::Response;
///
/// let response = Response::new("value".to_owned());
/// assert_eq!(response.len(), 5);
/// assert_eq!(response.into_inner(), "value");
/// ```
#[derive(Clone)]
pub struct Response<T>(Box<Decoded<T>>);

/// A value and the response that it was decoded from.
#[derive(Clone)]
struct Decoded<T> {
    value: T,
    received: Received,
}

/// A successful response without its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) metadata: ResponseMetadata,
    pub(crate) body: Bytes,
    /// The part of the body that the value is decoded from; `None` for all of it.
    pub(crate) result: Option<Bytes>,
}

/// The metadata of a response: status, headers, attempts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResponseMetadata {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) attempts: u32,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) skipped: Vec<SkippedField>,
}

impl Default for ResponseMetadata {
    /// For a response that no server sent: status 200, no headers.
    fn default() -> Self {
        Self {
            status: 200,
            headers: Headers::default(),
            attempts: 1,
            idempotency_key: None,
            skipped: Vec::new(),
        }
    }
}

impl ResponseMetadata {
    getters! { self:
        /// The HTTP status.
        status: u16 = self.status;
        /// The headers.
        headers: &Headers = &self.headers;
        /// The vendor's request id: the `x-request-id` header.
        request_id: Option<&str> = self.headers.request_id();
        /// How many times the request was sent.
        attempts: u32 = self.attempts;
        /// The request's idempotency key, if any.
        idempotency_key: Option<&IdempotencyKey> = self.idempotency_key.as_ref();
        /// The rate limit reported by the server.
        rate_limit: Option<RateLimit> = RateLimit::from_headers(&self.headers);
        /// The optional fields that were skipped because their type differs from the documented
        /// one, and the integers whose fraction was cut off. They are as they came in
        /// [`Response::body`].
        skipped: &[SkippedField] = &self.skipped;
    }
}

impl<T> Response<T> {
    /// Creates a response that no server sent, for tests: status 200, no headers, no body.
    pub fn new(value: T) -> Self {
        Self::decoded(value, Received::default())
    }

    pub(crate) fn decoded(value: T, received: Received) -> Self {
        Self(Box::new(Decoded { value, received }))
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.0.value
    }

    /// Returns the value and the JSON that it was decoded from, see [`result`](Self::result).
    pub fn into_json(self) -> (T, Bytes) {
        let Decoded { value, received } = *self.0;
        (value, received.result.unwrap_or(received.body))
    }

    /// Returns the value and the metadata.
    pub fn into_parts(self) -> (T, ResponseMetadata) {
        let Decoded { value, received } = *self.0;
        (value, received.metadata)
    }

    getters! { self:
        /// The metadata.
        metadata: &ResponseMetadata = &self.0.received.metadata;
        /// The HTTP status.
        status: u16 = self.metadata().status();
        /// The headers.
        headers: &Headers = self.metadata().headers();
        /// The vendor's request id: the `x-request-id` header.
        request_id: Option<&str> = self.metadata().request_id();
        /// How many times the request was sent.
        attempts: u32 = self.metadata().attempts();
        /// The request's idempotency key, if any.
        idempotency_key: Option<&IdempotencyKey> = self.metadata().idempotency_key();
        /// The rate limit reported by the server.
        rate_limit: Option<RateLimit> = self.metadata().rate_limit();
        /// The optional fields that were skipped; see [`ResponseMetadata::skipped`].
        skipped: &[SkippedField] = self.metadata().skipped();
        /// The body as received, including any envelope.
        body: &Bytes = &self.0.received.body;
        /// The JSON that the value was decoded from: the body, or the contents of its envelope.
        result: &Bytes = self.0.received.result.as_ref().unwrap_or(self.body());
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> AsRef<T> for Response<T> {
    fn as_ref(&self) -> &T {
        &self.0.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("headers", self.headers())
            .field("attempts", &self.attempts())
            .field("skipped", &self.skipped())
            .field("value", &self.0.value)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{CANARY, Script, Step, call, operation};
    use crate::{CallOptions, Delivery, Error, ErrorKind};
    use serde_json::{Value, json};

    async fn answer(body: &'static str) -> Result<Response<Value>, Error> {
        let step = Step::answer(200, body).header("x-request-id", "req_1");
        let script = Script::new([step.header("x-ratelimit-remaining", "7")]);
        call(&script.transport(), "get_thread").await
    }

    /// Decodes a body that does not match.
    async fn wrong(body: &'static str) -> Error {
        let script = Script::new([Step::answer(201, body).header("x-request-id", "req_1")]);
        let transport = script.transport();
        let request = transport.request(operation("get_thread"), &["x"]);
        transport
            .call::<Vec<u8>>(request, &CallOptions::new())
            .await
            .unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_comes_with_everything_around_it() {
        let response = answer(r#"{"statusCode":200,"data":{"id": 1}}"#)
            .await
            .unwrap();
        assert_eq!(*response, json!({"id": 1}));
        assert_eq!(response.body(), r#"{"statusCode":200,"data":{"id": 1}}"#);
        assert_eq!(response.result(), r#"{"id": 1}"#);
        assert_eq!((response.status(), response.attempts()), (200, 1));
        assert_eq!(response.request_id(), Some("req_1"));
        assert_eq!(response.rate_limit().unwrap().remaining(), Some(7));
        assert_eq!(response.into_inner(), json!({"id": 1}));
    }

    #[tokio::test(start_paused = true)]
    async fn bare_null_and_empty_bodies() {
        assert_eq!(*answer(r#"{"id":1}"#).await.unwrap(), json!({"id": 1}));
        assert_eq!(*answer("null").await.unwrap(), Value::Null);
        assert_eq!(*answer(" \n").await.unwrap(), Value::Null);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_read_is_kept() {
        let error = wrong(r#"{"data":[1,2,"x"],"statusCode":200}"#).await;
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert_eq!((error.status(), error.attempts()), (Some(201), 1));
        assert_eq!(
            (error.delivery(), error.is_retryable()),
            (Delivery::Answered, false)
        );
        assert_eq!(
            error.body(),
            Some(&br#"{"data":[1,2,"x"],"statusCode":200}"#[..])
        );
        assert_eq!(error.request_id(), Some("req_1"));
        assert!(
            error
                .message()
                .starts_with("cannot decode the response at /2: invalid type"),
            "{error}"
        );
        assert!(std::error::Error::source(&error).is_some());
        assert!(wrong("<html>").await.message().contains("line 1 column 1"));
        assert!(wrong("").await.message().contains("its body is empty"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_echoed_credential_is_not_quoted() {
        let error = wrong(r#"["canary-0123456789"]"#).await;
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
        assert!(error.message().contains("[redacted]"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_a_value() {
        let script = Script::new([Step::answer(204, ""), Step::answer(404, "")]);
        for expected in [Ok(204), Err(ErrorKind::NotFound)] {
            let transport = script.transport();
            let request = transport.request(operation("get_thread"), &["x"]);
            let result = transport
                .call_without_value(request, &CallOptions::new())
                .await;
            assert_eq!(result.map(|r| r.status()).map_err(|e| e.kind()), expected);
        }
    }
}
