//! Responses.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::faults::UnconfirmedSend;
use crate::spec::issue::Issue;

/// A response before it is serialized.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers, except those that describe the body.
    pub(crate) headers: HeaderMap,
    /// Its JSON body, if it has one.
    pub(crate) body: Option<Value>,
    /// What is wrong with the request, if the response says so: each begins with a field.
    pub(crate) issues: Vec<String>,
    /// The real outcome of the request, if the response reports it as unconfirmed.
    pub(crate) unconfirmed: Option<UnconfirmedSend>,
}

impl Response {
    /// Creates a response with a JSON body.
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Some(body),
            issues: Vec::new(),
            unconfirmed: None,
        }
    }

    /// The same response, which says what is wrong with the request.
    pub(crate) fn about(mut self, issues: &[Issue]) -> Self {
        self.issues = issues.iter().map(ToString::to_string).collect();
        self
    }

    /// Creates a 200 response.
    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// Creates a 204 response.
    pub(crate) fn empty() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
    }

    /// Creates a response without a body.
    pub(crate) fn bare(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: None,
            issues: Vec::new(),
            unconfirmed: None,
        }
    }

    /// The status that executing the request produced; `None` if it had no effect.
    pub(crate) fn outcome(&self) -> Option<StatusCode> {
        match self.unconfirmed {
            None => Some(self.status),
            Some(UnconfirmedSend::Sent) => Some(StatusCode::CREATED),
            Some(UnconfirmedSend::NotSent) => None,
        }
    }

    /// Sets a header. Invalid names and values are ignored.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            self.headers.insert(name, value);
        }
    }
}
