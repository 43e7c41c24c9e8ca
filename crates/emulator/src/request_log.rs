//! Received requests, and responses that violate the spec.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, PROXY_AUTHORIZATION};

use crate::faults::Fault;
use threadline::ProviderKind;

/// A request the emulator received.
///
/// Headers that may carry a credential are kept, so that tests can read them, but marked as
/// sensitive: `Debug` shows their names and not their values.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use threadline_emulator::Emulator;
///
/// let emulator = Emulator::start().await?;
/// let url = format!("{}/v1/thread/thr-1", emulator.contactship_url());
/// reqwest::Client::new().get(url).header("x-api-key", Emulator::CREDENTIAL).send().await?;
///
/// let requests = emulator.requests();
/// assert_eq!(requests[0].request_line(), "GET /v1/thread/thr-1 HTTP/1.1");
/// assert_eq!(requests[0].operation.as_deref(), Some("threads.get"));
/// assert_eq!(requests[0].status, 404);
/// assert!(!format!("{requests:?}").contains(Emulator::CREDENTIAL));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The API it was sent to.
    pub provider: ProviderKind,
    /// Its method, such as `PUT`.
    pub method: String,
    /// Its path, encoded as received.
    pub path: String,
    /// Its query string, encoded as received and without the question mark.
    pub query: Option<String>,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; empty if there was none or it was too large.
    pub body: Bytes,
    /// The `operationId` it was routed to, if any.
    pub operation: Option<String>,
    /// The status of the response; 0 if a [`Fault`] prevented a response.
    pub status: u16,
    /// The status that executing it produced, even if the sender got another response. `None` if a
    /// [`Fault`] prevented its execution.
    pub outcome: Option<u16>,
    /// The injected fault, if any.
    pub fault: Option<Fault>,
}

impl ReceivedRequest {
    /// Its request line, as received.
    pub fn request_line(&self) -> String {
        match &self.query {
            Some(query) => format!("{} {}?{query} HTTP/1.1", self.method, self.path),
            None => format!("{} {} HTTP/1.1", self.method, self.path),
        }
    }

    /// The first value of a header, if it is present and printable ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether it took effect. A retry that version 2 of Inboxapp recognizes by its idempotency key
    /// does nothing new but counts too; its outcome is 200, that of the first request 201.
    pub fn applied(&self) -> bool {
        self.outcome
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Its body as text.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReceivedRequest")
            .field("provider", &self.provider)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("body", &self.body_text())
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("outcome", &self.outcome)
            .field("fault", &self.fault)
            .finish()
    }
}

/// A response of the emulator that violates its spec: a bug in the emulator or in the spec, never
/// in the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The API that sent the response.
    pub provider: ProviderKind,
    /// The `operationId`.
    pub operation: String,
    /// The status of the response.
    pub status: u16,
    /// How it violates the spec.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            operation,
            status,
            message,
        } = self;
        write!(
            formatter,
            "{provider} {operation} answered {status}: {message}"
        )
    }
}

/// The log of one emulator.
#[derive(Debug)]
pub(crate) struct RequestLog {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    requests: VecDeque<ReceivedRequest>,
    violations: Vec<Violation>,
}

impl RequestLog {
    /// Creates a log that keeps the latest `capacity` requests.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Mutex::default(),
        }
    }

    /// Adds a request.
    pub(crate) fn push(&self, mut request: ReceivedRequest) {
        mark_sensitive(&mut request.headers);
        self.with(|entries| {
            entries.requests.push_back(request);
            let surplus = entries.requests.len().saturating_sub(self.capacity);
            entries.requests.drain(..surplus);
        });
    }

    /// Adds a violation.
    pub(crate) fn push_violation(&self, violation: Violation) {
        self.with(|entries| entries.violations.push(violation));
    }

    /// The requests kept, oldest first.
    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.with(|entries| entries.requests.iter().cloned().collect())
    }

    /// Removes the requests.
    pub(crate) fn clear(&self) {
        self.with(|entries| entries.requests.clear());
    }

    /// All violations, oldest first.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.with(|entries| entries.violations.clone())
    }

    fn with<T>(&self, action: impl FnOnce(&mut Entries) -> T) -> T {
        action(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn mark_sensitive(headers: &mut HeaderMap) {
    let own = HeaderName::from_static("x-api-key");
    for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, own] {
        if let http::header::Entry::Occupied(mut entry) = headers.entry(name) {
            entry.iter_mut().for_each(|value| value.set_sensitive(true));
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn request(path: &str) -> ReceivedRequest {
        let key = (
            HeaderName::from_static("x-api-key"),
            HeaderValue::from_static("canary"),
        );
        ReceivedRequest {
            provider: ProviderKind::ContactShip,
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Some("a=b".to_owned()),
            headers: [key].into_iter().collect(),
            body: Bytes::new(),
            operation: None,
            status: 404,
            outcome: Some(404),
            fault: None,
        }
    }

    #[test]
    fn keeps_the_youngest() {
        let log = RequestLog::new(2);
        for path in ["/1", "/2", "/3"] {
            log.push(request(path));
        }
        let paths: Vec<_> = log
            .requests()
            .into_iter()
            .map(|request| request.path)
            .collect();
        assert_eq!(paths, ["/2", "/3"]);
        log.clear();
        assert!(log.requests().is_empty());
    }

    #[test]
    fn credentials_can_be_read_but_are_not_shown() {
        let log = RequestLog::new(1);
        log.push(request("/1"));
        let requests = log.requests();
        assert_eq!(requests[0].header("x-api-key"), Some("canary"));
        assert!(!format!("{requests:?} {log:?}").contains("canary"));
        assert_eq!(requests[0].request_line(), "GET /1?a=b HTTP/1.1");
    }
}
