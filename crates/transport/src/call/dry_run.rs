//! Dry runs: requests that are prepared but not sent.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue};
use url::Position;

use crate::answer::redact::Redactor;
use crate::answer::{Headers, REDACTED};

/// A request as it would have been sent, with `[redacted]` in place of the credential.
///
/// `Display` formats it as an HTTP/1.1 request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedRequest {
    method: String,
    url: String,
    target: String,
    headers: Headers,
    body: Bytes,
}

impl PreparedRequest {
    /// Captures a request that is ready to be sent.
    pub(crate) fn new(request: &reqwest::Request, redactor: &Redactor) -> Self {
        let url = request.url();
        let body = request
            .body()
            .and_then(reqwest::Body::as_bytes)
            .unwrap_or_default();
        let mut map = HeaderMap::with_capacity(request.headers().len() + 2);
        let host = &url[Position::BeforeHost..Position::AfterPort];
        if let Ok(host) = HeaderValue::from_str(host) {
            map.insert(HOST, host);
        }
        for (name, value) in request.headers() {
            let shown = if value.is_sensitive() {
                HeaderValue::from_static(REDACTED)
            } else {
                value.clone()
            };
            map.append(name, shown);
        }
        if request.body().is_some() {
            map.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        let mut headers = Headers::new(map);
        redactor.headers(&mut headers);
        Self {
            method: request.method().to_string(),
            url: redactor.text(url.to_string()),
            target: redactor.text(url[Position::BeforePath..Position::AfterQuery].to_owned()),
            headers,
            body: redactor.bytes(Bytes::copy_from_slice(body)),
        }
    }

    getters! { self:
        /// The HTTP method in upper case.
        method: &str = &self.method;
        /// The full URL.
        url: &str = &self.url;
        /// All headers, including `host` and `content-length`.
        headers: &Headers = &self.headers;
        /// The body; empty if there is none.
        body: &[u8] = &self.body;
    }
}

impl fmt::Display for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} HTTP/1.1", self.method, self.target)?;
        for (name, value) in self.headers.iter() {
            writeln!(f, "{name}: {value}")?;
        }
        writeln!(f)?;
        f.write_str(&String::from_utf8_lossy(&self.body))
    }
}
