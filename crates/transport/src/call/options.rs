//! Per-call options.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

use crate::{Error, ErrorKind, Observer, ResponseMetadata};

/// Whether the transport sets a header itself.
fn is_reserved(name: &str) -> bool {
    let of_http = ["host", "content-length", "transfer-encoding", "connection"];
    let own = ["content-type", "accept", "user-agent", "authorization"];
    of_http.contains(&name) || own.contains(&name)
}

/// Called with the metadata of a response.
type OnResponse = Arc<dyn Fn(&ResponseMetadata) + Send + Sync>;

/// Options of a single call. Unset fields keep the client's settings.
///
/// Options [merge](Self::merge) field by field: setting one never resets another.
///
/// ```
/// use std::time::Duration;
/// use threadline_transport::CallOptions;
///
/// let options = CallOptions::new().attempts(1).deadline(Duration::from_secs(5));
/// assert_eq!(options.get_attempts(), Some(1));
/// assert_eq!(options.get_dry_run(), None);
///
/// let dry = CallOptions::new().dry_run(true);
/// assert_eq!(dry.merge(&options).get_dry_run(), Some(true));
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    attempts: Option<u32>,
    attempt_timeout: Option<Duration>,
    deadline: Option<Duration>,
    repeat: Option<bool>,
    dry_run: Option<bool>,
    strict: Option<bool>,
    rate_limit_wait: Option<bool>,
    headers: Vec<(HeaderName, HeaderValue)>,
    on_response: Option<OnResponse>,
    observer: Option<Arc<dyn Observer>>,
}

impl CallOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Merges `later` over these options, field by field. Headers are replaced by name.
    #[must_use]
    pub fn merge(&self, later: &Self) -> Self {
        let is_kept = |name| later.headers.iter().all(|(other, _)| other != name);
        let kept = self.headers.iter().filter(|(name, _)| is_kept(name));
        Self {
            attempts: later.attempts.or(self.attempts),
            attempt_timeout: later.attempt_timeout.or(self.attempt_timeout),
            deadline: later.deadline.or(self.deadline),
            repeat: later.repeat.or(self.repeat),
            dry_run: later.dry_run.or(self.dry_run),
            strict: later.strict.or(self.strict),
            rate_limit_wait: later.rate_limit_wait.or(self.rate_limit_wait),
            headers: kept.chain(&later.headers).cloned().collect(),
            on_response: later
                .on_response
                .clone()
                .or_else(|| self.on_response.clone()),
            observer: later.own_observer().or_else(|| self.own_observer()),
        }
    }

    setters! { self:
        /// Sets the maximum number of attempts, including the first; 0 counts as 1.
        attempts(attempts: u32) => self.attempts = Some(attempts.max(1));
        /// Sets the timeout of one attempt, from connecting to the last byte of the response.
        attempt_timeout(timeout: Duration) => self.attempt_timeout = Some(timeout);
        /// Sets the timeout of the whole call, including all attempts and waits.
        deadline(deadline: Duration) => self.deadline = Some(deadline);
        /// Sets whether the same request may be sent twice.
        ///
        /// `true` allows retries after a lost response even if the operation is not idempotent; a
        /// vendor's error code that forbids it takes precedence. `false` treats every operation as
        /// not idempotent.
        repeat(repeat: bool) => self.repeat = Some(repeat);
        /// Sets whether to only prepare the request; the call then ends in an error of kind
        /// [`DryRun`](crate::ErrorKind::DryRun) that contains it.
        dry_run(dry_run: bool) => self.dry_run = Some(dry_run);
        /// Sets whether an optional response field of an undocumented type is an error. By default
        /// it is skipped and [reported](crate::ResponseMetadata::skipped), as is the fraction of a
        /// number that is documented as an integer.
        strict(strict: bool) => self.strict = Some(strict);
        /// Sets whether to wait if a client-side rate limit leaves no capacity, or to fail
        /// immediately with [`RateLimited`](crate::ErrorKind::RateLimited) and the time to wait.
        rate_limit_wait(wait: bool) => self.rate_limit_wait = Some(wait);
        /// Sets an observer of the calls with these options, so that a program with many calls at
        /// once knows which one an event belongs to. It is told in addition to the client's
        /// [own](crate::Config::observer), and after it; as with every option, a later one replaces
        /// an earlier one.
        observer(observer: impl Observer + 'static) => self.observer = Some(Arc::new(observer));
    }

    /// Adds a header to requests, replacing any of the same name.
    ///
    /// ```
    /// use threadline_transport::CallOptions;
    ///
    /// let options = CallOptions::new().header("x-request-source", "nightly-export")?;
    /// assert!(CallOptions::new().header("authorization", "x").is_err());
    /// # Ok::<(), threadline_transport::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] for an invalid name or value, and for a header that the client
    /// sets itself.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let refused = |problem: &str| {
            let message = format!("the header {:?} {problem}", crate::error::excerpt(name));
            Err(Error::new(ErrorKind::InvalidConfig, "", message))
        };
        let Ok(known) = HeaderName::try_from(name) else {
            return refused("has an invalid name");
        };
        if is_reserved(known.as_str()) {
            return refused("is set by the client itself");
        }
        let Ok(value) = HeaderValue::try_from(value) else {
            return refused("has an invalid value");
        };
        self.headers.retain(|(other, _)| *other != known);
        self.headers.push((known, value));
        Ok(self)
    }

    /// Sets a callback for the [metadata](ResponseMetadata) of each successful response. It runs
    /// inside the call and must not block or panic.
    ///
    /// ```
    /// use std::sync::{Arc, OnceLock};
    /// use threadline_transport::CallOptions;
    ///
    /// let request_id = Arc::new(OnceLock::new());
    /// let found = Arc::clone(&request_id);
    /// let options = CallOptions::new().on_response(move |metadata| {
    ///     let _ = found.set(metadata.request_id().map(str::to_owned));
    /// });
    /// ```
    #[must_use]
    pub fn on_response(mut self, call: impl Fn(&ResponseMetadata) + Send + Sync + 'static) -> Self {
        self.on_response = Some(Arc::new(call));
        self
    }

    getters! { self:
        /// The maximum number of attempts, if set.
        get_attempts: Option<u32> = self.attempts;
        /// The timeout of one attempt, if set.
        get_attempt_timeout: Option<Duration> = self.attempt_timeout;
        /// The timeout of the whole call, if set.
        get_deadline: Option<Duration> = self.deadline;
    }

    /// The timeout of one attempt.
    pub(crate) fn attempt_timeout_or_default(&self) -> Duration {
        self.attempt_timeout.unwrap_or(Duration::from_secs(30))
    }

    /// The timeout of the whole call.
    pub(crate) fn deadline_or_default(&self) -> Duration {
        self.deadline.unwrap_or(Duration::from_secs(120))
    }

    getters! { self:
        /// Whether the same request may be sent twice, if set.
        get_repeat: Option<bool> = self.repeat;
        /// Whether to only prepare the request, if set.
        get_dry_run: Option<bool> = self.dry_run;
        /// Whether responses are decoded strictly, if set.
        get_strict: Option<bool> = self.strict;
        /// Whether to wait for a rate limit, if set.
        get_rate_limit_wait: Option<bool> = self.rate_limit_wait;
    }

    /// The headers to add.
    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    /// The observer of calls with these options.
    pub(super) fn own_observer(&self) -> Option<Arc<dyn Observer>> {
        self.observer.clone()
    }

    /// Calls the callback with the metadata of a response.
    pub(super) fn report(&self, metadata: &ResponseMetadata) {
        if let Some(call) = &self.on_response {
            call(metadata);
        }
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallOptions")
            .field("attempts", &self.attempts)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("deadline", &self.deadline)
            .field("repeat", &self.repeat)
            .field("dry_run", &self.dry_run)
            .field("strict", &self.strict)
            .field("rate_limit_wait", &self.rate_limit_wait)
            .field("headers", &names)
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_options_win_field_by_field() {
        let first = CallOptions::new()
            .dry_run(true)
            .attempts(2)
            .header("x-a", "1")
            .unwrap()
            .header("x-b", "1")
            .unwrap();
        let second = CallOptions::new().attempts(5).header("X-B", "2").unwrap();
        let both = first.merge(&second);
        assert_eq!(
            (both.get_dry_run(), both.get_attempts()),
            (Some(true), Some(5))
        );
        let headers: Vec<_> = both
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        assert_eq!(headers, [("x-a", "1"), ("x-b", "2")]);
    }

    #[test]
    fn headers_of_the_client_itself_and_impossible_ones_are_refused() {
        for (name, value, words) in [
            ("Host", "h", "by the client itself"),
            ("Authorization", "canary", "by the client itself"),
            ("a b", "c", "an invalid name"),
            ("x-a", "canary\n", "an invalid value"),
        ] {
            let error = CallOptions::new().header(name, value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert!(error.message().contains(words), "{error}");
            assert!(!error.message().contains("canary"), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_header_values() {
        let options = CallOptions::new().header("x-a", "canary").unwrap();
        assert!(!format!("{options:?}").contains("canary"), "{options:?}");
    }
}
