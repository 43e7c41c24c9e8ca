//! Response headers.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

/// Response headers.
///
/// `Debug` shows `[redacted]` for headers that are secret by name, such as cookies.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(HeaderMap);

/// The replacement for secrets.
pub(crate) const REDACTED: &str = "[redacted]";

impl Headers {
    /// Wraps a header map.
    pub(crate) fn new(map: HeaderMap) -> Self {
        Self(map)
    }

    /// The first value of this name (case-insensitive), if it is text.
    ///
    /// ```
    /// use threadline_transport::Headers;
    ///
    /// let headers: Headers = [("X-Request-Id", "req_1")].into_iter().collect();
    /// assert_eq!(headers.get("x-request-id"), Some("req_1"));
    /// ```
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    /// Same as [`get`](Self::get), without parsing a name for every response.
    pub(crate) fn known(&self, name: &HeaderName) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    /// The vendor's request id.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.get("x-request-id")
    }

    /// All text values of this name.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
    }

    /// All headers with text values, names in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// All headers, with secrets redacted.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0.iter().map(|(name, value)| {
            let is_secret = value.is_sensitive() || is_secret(name.as_str());
            let text = (!is_secret).then(|| String::from_utf8_lossy(value.as_bytes()));
            (name.as_str(), text.unwrap_or(Cow::Borrowed(REDACTED)))
        })
    }

    /// All values, for changing them in place.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut HeaderValue> {
        self.0.values_mut()
    }
}

/// Whether a header is secret by its lower-case name.
fn is_secret(name: &str) -> bool {
    let words = ["authorization", "cookie", "api-key", "token", "secret"];
    words.iter().any(|word| name.contains(word))
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.shown()).finish()
    }
}

/// Skips pairs that are not valid headers.
impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            let name = HeaderName::try_from(name.as_ref());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.as_ref())) {
                map.append(name, value);
            }
        }
        Self(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_secrets() {
        let headers: Headers = [
            ("set-cookie", "canary"),
            ("x-api-key", "canary"),
            ("date", "today"),
        ]
        .into_iter()
        .collect();
        let shown = format!("{headers:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("today"), "{shown}");
    }

    #[test]
    fn values_that_are_not_text_are_passed_over() {
        let mut map = HeaderMap::new();
        map.insert("x-raw", HeaderValue::from_bytes(b"\xff").unwrap());
        let headers = Headers::new(map);
        assert_eq!(headers.get("x-raw"), None);
        assert_eq!(headers.iter().count(), 0);
    }

    #[test]
    fn pairs_that_are_no_header_are_left_out() {
        let headers: Headers = [("a b", "c"), ("a", "b\n"), ("a", "1"), ("A", "2")]
            .into_iter()
            .collect();
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("a", "1"), ("a", "2")]);
    }
}
