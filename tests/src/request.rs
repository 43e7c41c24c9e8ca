//! A request as a server saw it.

use httpmock::HttpMockRequest;

/// A request as a server saw it: all of it, the headers sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `PUT`, `PATCH`, …
    pub method: String,
    /// Path and query, encoded as they came.
    pub target: String,
    /// Every header as `name: value`, the name in lower case.
    pub headers: Vec<String>,
    /// The body, byte for byte.
    pub body: String,
}

impl Request {
    /// A request; the order of its headers does not count.
    pub fn new(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let line = |(name, value): &(&str, &str)| format!("{}: {value}", name.to_lowercase());
        let mut headers: Vec<String> = headers.iter().map(line).collect();
        headers.sort_unstable();
        Self {
            method: method.into(),
            target: target.into(),
            headers,
            body: body.into(),
        }
    }

    /// Reads a request off the text of a connection; `None` while it is not all there.
    pub fn parse(text: &str) -> Option<(Self, usize)> {
        let (head, rest) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        assert_eq!(first.next(), Some("HTTP/1.1"), "{head}");
        let headers: Vec<_> = lines
            .map(|line| line.split_once(": ").expect("a header"))
            .collect();
        let length = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, length)| length.parse().expect("a length"));
        let body = rest.get(..length)?;
        Some((
            Self::new(method, target, &headers, body),
            head.len() + 4 + length,
        ))
    }
}

impl From<&HttpMockRequest> for Request {
    fn from(request: &HttpMockRequest) -> Self {
        let headers: Vec<_> = request
            .headers_vec()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        // The server puts scheme and host in front of what stood in the first line.
        let uri = request.uri();
        let target = uri
            .path_and_query()
            .expect("a request names a path")
            .as_str();
        Self::new(
            request.method_str(),
            target,
            &headers,
            &request.body_string(),
        )
    }
}
