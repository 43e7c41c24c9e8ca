//! A received request.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Method, Uri};

/// A request whose body was read to the end.
#[derive(Debug)]
pub(crate) struct Request {
    /// Its method.
    pub(crate) method: Method,
    /// Its target: path and query, encoded as received.
    pub(crate) target: Uri,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body; `None` if it was too large or the connection was lost.
    pub(crate) body: Option<Bytes>,
}

impl Request {
    /// The decoded pairs of the query string.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.query().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The media type from `Content-Type`, without its parameters.
    pub(crate) fn media_type(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').next().map(str::trim)
    }
}
