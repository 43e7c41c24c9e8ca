//! What the emulator answers.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::faults::Fate;

/// An answer, before it is written to the wire.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers, those that describe the body left out.
    pub(crate) headers: HeaderMap,
    /// Its JSON body, if it has one.
    pub(crate) body: Option<Value>,
    /// What became of the request, if the answer keeps that to itself.
    pub(crate) fate: Option<Fate>,
}

impl Answer {
    /// An answer with a JSON body.
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Some(body),
            fate: None,
        }
    }

    /// The usual success.
    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// The success that has nothing to say.
    pub(crate) fn empty() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
    }

    /// An answer without a body.
    pub(crate) fn bare(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: None,
            fate: None,
        }
    }

    /// What carrying the request out came to, whatever is answered.
    pub(crate) fn outcome(&self) -> Option<StatusCode> {
        match self.fate {
            None => Some(self.status),
            Some(Fate::Sent) => Some(StatusCode::CREATED),
            Some(Fate::Lost) => None,
        }
    }

    /// Sets a header. What cannot stand in a header is left out.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            self.headers.insert(name, value);
        }
    }
}
