//! Received requests, and responses that violate the spec.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, PROXY_AUTHORIZATION};

use crate::faults::Fault;
use crate::redaction;
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
/// // As a line of a log; it never shows a credential either.
/// assert_eq!(requests[0].to_string(), "contactship GET /v1/thread/thr-1 404");
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
    /// What a response with status 400 says is wrong with it; each message begins with the name of
    /// a field or parameter.
    pub issues: Vec<String>,
    /// Its path and query without credentials.
    pub(crate) target: String,
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

/// A line of a log, without a line break and without credentials: the provider, the method, the path
/// with its query, the status or `-` if there was no response, the fault, and what was wrong.
///
/// `inboxapp PATCH /api/v2/threads/x 400: done is not a known field`
impl fmt::Display for ReceivedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (provider, method, target) = (&self.provider, &self.method, &self.target);
        write!(formatter, "{provider} {method} {target} ")?;
        match self.status {
            0 => formatter.write_str("-")?,
            status => write!(formatter, "{status}")?,
        }
        if let Some(fault) = self.fault {
            write!(formatter, " ({fault})")?;
        }
        if !self.issues.is_empty() {
            write!(formatter, ": {}", self.issues.join("; "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReceivedRequest")
            .field("provider", &self.provider)
            .field("method", &self.method)
            .field("target", &self.target)
            .field("headers", &self.headers)
            .field("body", &self.body_text())
            .field("issues", &self.issues)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("outcome", &self.outcome)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
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

/// Hears of each request when it has been handled.
pub(crate) type Listener = Arc<dyn Fn(&ReceivedRequest) + Send + Sync>;

/// The log of one emulator.
pub(crate) struct RequestLog {
    capacity: usize,
    listener: Option<Listener>,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    requests: VecDeque<ReceivedRequest>,
    violations: Vec<Violation>,
}

impl RequestLog {
    /// Creates a log that keeps the latest `capacity` requests and tells the listener of each.
    pub(crate) fn new(capacity: usize, listener: Option<Listener>) -> Self {
        Self {
            capacity,
            listener,
            entries: Mutex::default(),
        }
    }

    /// Adds a request. `secret` is the accepted credential.
    pub(crate) fn push(&self, mut request: ReceivedRequest, secret: &str) {
        mark_sensitive(&mut request.headers);
        redaction::hide_credentials(&mut request, secret);
        if let Some(listener) = &self.listener {
            listener(&request);
        }
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

    /// The latest requests to one API, oldest first.
    pub(crate) fn latest(&self, provider: &ProviderKind, count: usize) -> Vec<ReceivedRequest> {
        self.with(|entries| {
            let own = entries.requests.iter().rev();
            let own = own.filter(|request| request.provider == *provider);
            let mut latest: Vec<_> = own.take(count).cloned().collect();
            latest.reverse();
            latest
        })
    }

    /// Removes the requests to one API.
    pub(crate) fn clear_api(&self, provider: &ProviderKind) {
        self.with(|entries| {
            entries
                .requests
                .retain(|request| request.provider != *provider);
        });
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
            issues: Vec::new(),
            target: String::new(),
        }
    }

    #[test]
    fn keeps_the_youngest() {
        let log = RequestLog::new(2, None);
        for path in ["/1", "/2", "/3"] {
            log.push(request(path), "canary");
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
        let log = RequestLog::new(1, None);
        log.push(request("/1"), "canary");
        let requests = log.requests();
        assert_eq!(requests[0].header("x-api-key"), Some("canary"));
        assert!(!format!("{requests:?}").contains("canary"));
        assert_eq!(requests[0].request_line(), "GET /1?a=b HTTP/1.1");
    }

    #[test]
    fn a_line_says_what_happened_and_no_credential() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&lines);
        let listener: Listener = Arc::new(move |request: &ReceivedRequest| {
            noted.lock().unwrap().push(request.to_string());
        });
        let log = RequestLog::new(1, Some(listener));
        log.push(request("/1"), "canary");
        let wrong = ReceivedRequest {
            query: Some("q=canary%2dtwo&token=abc&q=%63anary".to_owned()),
            status: 400,
            issues: vec![
                "a\nb is not a known field".to_owned(),
                "canary is bad".to_owned(),
            ],
            ..request("/canary/x")
        };
        log.push(wrong, "canary");
        let silent = ReceivedRequest {
            query: None,
            status: 0,
            fault: Some(Fault::StallAfter),
            ..request("/3")
        };
        log.push(silent, "canary");
        assert_eq!(
            *lines.lock().unwrap(),
            [
                "contactship GET /1?a=b 404",
                "contactship GET /***/x?q=***&token=***&q=*** 400: a\\nb is not a known field; \
                 *** is bad",
                "contactship GET /3 - (stall-after)",
            ]
        );
    }
}
