//! What a call gives back.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::exchange::Exchange;
use crate::{Error, Headers, IdempotencyKey, RateLimit};

/// A decoded answer, with the status, headers and body it came in.
///
/// It dereferences to the value.
///
/// ```
/// use threadline_transport::Response;
///
/// let response = Response::new("value".to_owned());
/// assert_eq!(response.len(), 5);
/// assert_eq!(response.into_inner(), "value");
/// ```
#[derive(Clone)]
pub struct Response<T> {
    /// Boxed, because it is handed on from future to future.
    value: Box<T>,
    exchange: Box<Exchange>,
}

impl<T> Response<T> {
    /// A response that no server sent, for tests: status 200, no headers, no body.
    pub fn new(value: T) -> Self {
        Self {
            value: Box::new(value),
            exchange: Box::new(Exchange::unsent()),
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        *self.value
    }

    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: Box::new(change(*self.value)),
            exchange: self.exchange,
        }
    }

    /// The value, in the box it is kept in, and the answer without it.
    pub fn split(self) -> (Box<T>, Response<()>) {
        (self.value, Response::without_value(self.exchange))
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.exchange.status
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        &self.exchange.headers
    }

    /// The id under which the vendor can find the request: the `x-request-id` header.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.headers.request_id()
    }

    /// The body as received, before an envelope was opened.
    pub fn body(&self) -> &Bytes {
        &self.exchange.body
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.exchange.attempts
    }

    /// The key by which the server knows the request again, if it carried one.
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.exchange.idempotency_key.as_ref()
    }

    /// What the server says about its rate limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(&self.exchange.headers)
    }
}

impl<T: DeserializeOwned> Response<T> {
    /// Reads the value from the body.
    pub(crate) fn decode(exchange: Box<Exchange>) -> Result<Self, Error> {
        match serde_json::from_slice(exchange.result()) {
            Ok(value) => Ok(Self {
                value: Box::new(value),
                exchange,
            }),
            Err(error) => Err(exchange.undecodable(error)),
        }
    }
}

impl Response<()> {
    /// The answer of an operation that gives no value: whatever the body holds is left alone.
    pub(crate) fn without_value(exchange: Box<Exchange>) -> Self {
        Self {
            value: Box::new(()),
            exchange,
        }
    }

    /// The error for an answer whose value decodes and still cannot be used.
    pub fn into_error(self, message: impl Into<String>) -> Error {
        self.exchange.into_error(message.into())
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> AsRef<T> for Response<T> {
    fn as_ref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.exchange.status)
            .field("headers", &self.exchange.headers)
            .field("attempts", &self.exchange.attempts)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{CANARY, Script, Step, call, operation};
    use crate::{Delivery, ErrorKind};
    use serde_json::{Value, json};

    async fn answer(body: &'static str) -> Result<Response<Value>, Error> {
        let step = Step::answer(200, body).header("x-request-id", "req_1");
        let script = Script::new([step.header("x-ratelimit-remaining", "7")]);
        call(&script.transport(), "get_thread").await
    }

    /// Reads a body as something it is not.
    async fn wrong(body: &'static str) -> Error {
        let script = Script::new([Step::answer(201, body).header("x-request-id", "req_1")]);
        let transport = script.transport();
        let request = || Ok(transport.http_client().get("http://127.0.0.1:9/"));
        transport
            .call::<Vec<u8>>(operation("get_thread"), &request)
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
        assert_eq!((response.status(), response.attempts()), (200, 1));
        assert_eq!(response.request_id(), Some("req_1"));
        assert_eq!(response.rate_limit().unwrap().remaining(), Some(7));
        assert_eq!(
            response.map(|value| value.to_string()).into_inner(),
            r#"{"id":1}"#
        );
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
                .starts_with("the answer cannot be read at /2: invalid type"),
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
    async fn an_answer_that_cannot_be_used_hides_the_credential_too() {
        let response = answer(r#"{"id":"canary-0123456789"}"#).await.unwrap();
        let (_, rest) = response.split();
        let error = rest.into_error("bad id canary-0123456789");
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
        assert!(!String::from_utf8_lossy(error.body().unwrap()).contains(CANARY));
        assert_eq!(
            (error.kind(), error.request_id()),
            (ErrorKind::InvalidResponse, Some("req_1"))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_a_value() {
        let script = Script::new([Step::answer(204, ""), Step::answer(404, "")]);
        for expected in [Ok(204), Err(ErrorKind::NotFound)] {
            let transport = script.transport();
            let request = || Ok(transport.http_client().get("http://127.0.0.1:9/"));
            let result = transport
                .call_without_value(operation("get_thread"), &request)
                .await;
            assert_eq!(result.map(|r| r.status()).map_err(|e| e.kind()), expected);
        }
    }
}
