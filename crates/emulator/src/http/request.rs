//! A request as it came in.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Method, Uri};

/// A request as it came in, its body read to the end.
#[derive(Debug)]
pub(crate) struct Request {
    /// Its method.
    pub(crate) method: Method,
    /// Its target: path and query, encoded as received.
    pub(crate) target: Uri,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body, unless that is larger than what the emulator reads or was cut off.
    pub(crate) body: Option<Bytes>,
}

impl Request {
    /// The pairs of the query string, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.query().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The media type the body claims to have, without its parameters.
    pub(crate) fn media_type(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').next().map(str::trim)
    }
}
