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
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallOptions(Option<Arc<Set>>);

/// The options that are set. Most calls have none, so this is shared, and only made when needed.
#[derive(Clone, Debug, Default)]
struct Set {
    attempts: Option<u32>,
    attempt_timeout: Option<Duration>,
    deadline: Option<Duration>,
    repeat: Option<bool>,
    dry_run: Option<bool>,
    strict: Option<bool>,
    rate_limit_wait: Option<bool>,
    headers: Headers,
    on_response: Option<OnResponse>,
    observer: Option<Arc<dyn Observer>>,
}

/// Headers to add.
#[derive(Clone, Default)]
struct Headers(Vec<(HeaderName, HeaderValue)>);

/// Without the values, which may be secret.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

/// Called with the metadata of a response.
#[derive(Clone)]
struct OnResponse(Arc<dyn Fn(&ResponseMetadata) + Send + Sync>);

impl fmt::Debug for OnResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnResponse(..)")
    }
}

impl CallOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Merges `later` over these options, field by field. Headers are replaced by name.
    #[must_use]
    pub fn merge(&self, later: &Self) -> Self {
        let (Some(old), Some(new)) = (&self.0, &later.0) else {
            return Self(later.0.clone().or_else(|| self.0.clone()));
        };
        let is_kept = |name| new.headers.0.iter().all(|(other, _)| other != name);
        let kept = old.headers.0.iter().filter(|(name, _)| is_kept(name));
        Self(Some(Arc::new(Set {
            attempts: new.attempts.or(old.attempts),
            attempt_timeout: new.attempt_timeout.or(old.attempt_timeout),
            deadline: new.deadline.or(old.deadline),
            repeat: new.repeat.or(old.repeat),
            dry_run: new.dry_run.or(old.dry_run),
            strict: new.strict.or(old.strict),
            rate_limit_wait: new.rate_limit_wait.or(old.rate_limit_wait),
            headers: Headers(kept.chain(&new.headers.0).cloned().collect()),
            on_response: new.on_response.clone().or_else(|| old.on_response.clone()),
            observer: new.observer.clone().or_else(|| old.observer.clone()),
        })))
    }

    /// The options to change.
    fn set(&mut self) -> &mut Set {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    fn get<T>(&self, read: impl FnOnce(&Set) -> Option<T>) -> Option<T> {
        self.0.as_deref().and_then(read)
    }

    setters! { self:
        /// Sets the maximum number of attempts, including the first; 0 counts as 1.
        attempts(attempts: u32) => self.set().attempts = Some(attempts.max(1));
        /// Sets the timeout of one attempt, from connecting to the last byte of the response.
        attempt_timeout(timeout: Duration) => self.set().attempt_timeout = Some(timeout);
        /// Sets the timeout of the whole call, including all attempts and waits.
        deadline(deadline: Duration) => self.set().deadline = Some(deadline);
        /// Sets whether the same request may be sent twice.
        ///
        /// `true` allows retries after a lost response even if the operation is not idempotent; a
        /// vendor's error code that forbids it takes precedence. `false` treats every operation as
        /// not idempotent.
        repeat(repeat: bool) => self.set().repeat = Some(repeat);
        /// Sets whether to only prepare the request; the call then ends in an error of kind
        /// [`DryRun`](crate::ErrorKind::DryRun) that contains it.
        dry_run(dry_run: bool) => self.set().dry_run = Some(dry_run);
        /// Sets whether an optional response field of an undocumented type is an error. By default
        /// it is skipped and [reported](crate::ResponseMetadata::skipped), as is the fraction of a
        /// number that is documented as an integer.
        strict(strict: bool) => self.set().strict = Some(strict);
        /// Sets whether to wait if a client-side rate limit leaves no capacity, or to fail
        /// immediately with [`RateLimited`](crate::ErrorKind::RateLimited) and the time to wait.
        rate_limit_wait(wait: bool) => self.set().rate_limit_wait = Some(wait);
        /// Sets an observer of the calls with these options, so that a program with many calls at
        /// once knows which one an event belongs to. It receives events in addition to the client's
        /// [own](crate::Config::observer), and after it. As with every option, a later one replaces
        /// an earlier one.
        observer(observer: impl Observer + 'static) => self.set().observer = Some(Arc::new(observer));
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
        let headers = &mut self.set().headers.0;
        headers.retain(|(other, _)| *other != known);
        headers.push((known, value));
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
        self.set().on_response = Some(OnResponse(Arc::new(call)));
        self
    }

    getters! { self:
        /// The maximum number of attempts, if set.
        get_attempts: Option<u32> = self.get(|set| set.attempts);
        /// The timeout of one attempt, if set.
        get_attempt_timeout: Option<Duration> = self.get(|set| set.attempt_timeout);
        /// The timeout of the whole call, if set.
        get_deadline: Option<Duration> = self.get(|set| set.deadline);
        /// Whether the same request may be sent twice, if set.
        get_repeat: Option<bool> = self.get(|set| set.repeat);
        /// Whether to only prepare the request, if set.
        get_dry_run: Option<bool> = self.get(|set| set.dry_run);
        /// Whether responses are decoded strictly, if set.
        get_strict: Option<bool> = self.get(|set| set.strict);
        /// Whether to wait for a rate limit, if set.
        get_rate_limit_wait: Option<bool> = self.get(|set| set.rate_limit_wait);
    }

    /// The timeout of one attempt.
    pub(crate) fn attempt_timeout_or_default(&self) -> Duration {
        self.get_attempt_timeout()
            .unwrap_or(Duration::from_secs(30))
    }

    /// The timeout of the whole call.
    pub(crate) fn deadline_or_default(&self) -> Duration {
        self.get_deadline().unwrap_or(Duration::from_secs(120))
    }

    /// The headers to add.
    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.0.as_deref().map_or(&[], |set| &set.headers.0)
    }

    /// The observer of calls with these options.
    pub(super) fn own_observer(&self) -> Option<Arc<dyn Observer>> {
        self.get(|set| set.observer.clone())
    }

    /// Calls the callback with the metadata of a response.
    pub(super) fn report(&self, metadata: &ResponseMetadata) {
        if let Some(OnResponse(call)) = self.get(|set| set.on_response.clone()) {
            call(metadata);
        }
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
            .headers()
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
