//! Sunset announcements.

use std::sync::{Mutex, PoisonError};

use http::HeaderName;

use super::Headers;

static SUNSET: HeaderName = HeaderName::from_static("sunset");
static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");

/// A server's announcement of an API's shutdown: its `Sunset` and `Deprecation` headers as
/// received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sunset {
    date: Option<String>,
    deprecation: Option<String>,
    link: Option<String>,
}

impl Sunset {
    /// Reads the headers; `None` if there is neither.
    fn from_headers(headers: &Headers) -> Option<Self> {
        let sunset = headers.known(&SUNSET);
        let deprecation = headers.known(&DEPRECATION);
        if sunset.is_none() && deprecation.is_none() {
            return None;
        }
        Some(Self {
            date: sunset.map(str::to_owned),
            deprecation: deprecation.map(str::to_owned),
            link: headers.get("link").map(str::to_owned),
        })
    }

    getters! { self:
        /// When the API is shut down: an HTTP date, if the server follows the standard.
        sunset: Option<&str> = self.date.as_deref();
        /// Since when the API is deprecated: `@` and seconds since 1970, an HTTP date or `true`.
        deprecation: Option<&str> = self.deprecation.as_deref();
        /// The accompanying `Link` header, which may point to documentation.
        link: Option<&str> = self.link.as_deref();
    }
}

/// Stores the last announcement; shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct SunsetWatch(Mutex<Option<Sunset>>);

impl SunsetWatch {
    /// Inspects a response; logs a warning for the first announcement.
    pub(crate) fn observe(&self, provider: &str, headers: &Headers) {
        let Some(sunset) = Sunset::from_headers(headers) else {
            return;
        };
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none() {
            tracing::warn!(
                threadline.provider = provider,
                sunset = sunset.sunset(),
                deprecation = sunset.deprecation(),
                link = sunset.link(),
                "this API will be shut down",
            );
        }
        *last = Some(sunset);
    }

    /// The last announcement.
    pub(crate) fn last(&self) -> Option<Sunset> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_remembered() {
        let watch = SunsetWatch::default();
        watch.observe("acme", &Headers::default());
        assert_eq!(watch.last(), None);
        let first: Headers = [("deprecation", "true")].into_iter().collect();
        watch.observe("acme", &first);
        watch.observe("acme", &Headers::default());
        assert_eq!(watch.last().unwrap().deprecation(), Some("true"));
        let second: Headers = [
            ("sunset", "Thu, 03 Dec 2026 00:00:00 GMT"),
            ("link", "<https://acme.example/end>"),
        ]
        .into_iter()
        .collect();
        watch.observe("acme", &second);
        let last = watch.last().unwrap();
        assert_eq!(last.sunset(), Some("Thu, 03 Dec 2026 00:00:00 GMT"));
        assert_eq!(last.link(), Some("<https://acme.example/end>"));
        assert_eq!(last.deprecation(), None);
    }
}
