//! Client configuration.

mod base_url;
mod credential;
mod http_client;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub(crate) use base_url::BaseUrl;
pub use credential::{Credential, MissingCredential};
pub(crate) use http_client::http_client;

use secrecy::SecretString;

use crate::{Api, CallOptions, Error, Observer, RateLimitPolicy, RetryPolicy};

/// Provides the wall-clock time, for tests. Used when a server gives a point in time (an HTTP date)
/// instead of a duration; waits are measured by the runtime's monotonic clock.
pub trait Clock: Debug + Send + Sync {
    /// The current time.
    fn now(&self) -> SystemTime;
}

/// The settings of a client, the same for every provider. All have defaults except the credential.
///
/// Settings are validated when a client is built.
///
/// ```
/// use std::time::Duration;
/// use threadline_transport::{Config, Credential};
///
/// let config = Config::new()
///     .credential(Credential::new("key-123")?)
///     .deadline(Duration::from_secs(20))
///     .user_agent("acme-desk/2.1");
/// assert!(!format!("{config:?}").contains("key-123"));
/// # Ok::<(), threadline_transport::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "settings have no effect until a client is built"]
pub struct Config {
    pub(crate) credential: Option<Credential>,
    /// The environment variable of the credential, named in the error if it is missing.
    pub(crate) credential_variable: Option<&'static str>,
    /// Whether that variable is set to nothing.
    pub(crate) is_variable_empty: bool,
    pub(crate) base_url: Option<String>,
    /// Whether the base URL is used as it is given.
    pub(crate) is_exact: bool,
    /// The environment variable that the base URL is from, named in the error if it is invalid.
    pub(crate) base_url_variable: Option<&'static str>,
    pub(crate) servers: Vec<(String, String)>,
    connect_timeout: Option<Duration>,
    max_response_bytes: Option<usize>,
    pub(crate) retry: RetryPolicy,
    pub(crate) rate_limits: RateLimitPolicy,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    clock: Option<Arc<dyn Clock>>,
    pub(crate) allow_insecure_http: bool,
    pub(crate) user_agent: Option<String>,
    pub(crate) proxy: Option<SecretString>,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) max_idle_connections: Option<usize>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) options: CallOptions,
}

impl Config {
    /// Creates the default configuration, without a credential.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a configuration from the environment variables of an API; the same as
    /// [`with_env`](Self::with_env) with their names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if a value is invalid.
    pub fn from_env(api: &Api) -> Result<Self, Error> {
        match api.variables {
            Some((credential, base_url)) => Self::new()
                .with_env(credential, base_url)
                .map_err(|error| error.with_provider(api.provider)),
            None => Ok(Self::new()),
        }
    }

    /// Reads the credential and the base URL from environment variables. Ignores variables that are
    /// unset, and an empty credential; the error of a client without any says which it was.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if a value is invalid; the
    /// message contains the variable's name but not its value. An empty base URL is invalid:
    /// ignoring it would send to the vendor what was meant for another server. Any other base URL
    /// is validated when a client is built, and that error names the variable too.
    pub fn with_env(
        mut self,
        credential: &'static str,
        base_url: &'static str,
    ) -> Result<Self, Error> {
        self.credential_variable = Some(credential);
        match read(credential)? {
            Some(value) if value.is_empty() => self.is_variable_empty = true,
            Some(value) => {
                let known = Credential::new(value).map_err(|error| {
                    let message = format!("{credential}: {}", error.message());
                    error.with_message(message)
                })?;
                self = self.credential(known);
            }
            None => {}
        }
        match read(base_url)? {
            Some(value) if value.trim().is_empty() => {
                let message = format!("{base_url} is empty: unset it, or set it to a URL");
                Err(Error::invalid_config("", message))
            }
            Some(value) => {
                self = self.base_url(value);
                self.base_url_variable = Some(base_url);
                Ok(self)
            }
            None => Ok(self),
        }
    }

    /// Adds a header to every request; see [`CallOptions::header`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the header cannot be added.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.options = self.options.header(name, value)?;
        Ok(self)
    }

    setters! { self:
        /// Sets the secret sent with every request. Required.
        credential(credential: Credential) => self.credential = Some(credential);
        /// Sets the environment variable to name in the error when no credential is set.
        credential_variable(variable: &'static str) => self.credential_variable = Some(variable);
        /// Sets the base URL: `https`, or `http` to loopback. Default: the API's own server.
        ///
        /// The path of the API's version may be there or not: for an API at
        /// `https://api.acme.example/v2`, `https://host` and `https://host/v2` are the same, and
        /// `https://host/v1`, the path of another version, is an error. Any other path is that of a
        /// proxy in front of the API and is used as it is, so give `https://host/prefix/v2` unless
        /// the proxy adds the version.
        base_url(base_url: impl Into<String>) => self.set_base_url(base_url.into(), false);
        /// Sets the base URL without interpreting its path: operations are directly below it. For a
        /// proxy that has the API at its root.
        exact_base_url(base_url: impl Into<String>) => self.set_base_url(base_url.into(), true);
        /// Sends requests for the vendor's `server` to `instead`. Applies to the few operations
        /// that the vendor serves from another server than the API. If unset, they go to the base
        /// URL if one is set, otherwise to the vendor's server. It is an error if no operation uses
        /// `server`.
        server(server: impl Into<String>, instead: impl Into<String>) =>
            self.servers.push((server.into(), instead.into()));
        /// Sets the timeout of one attempt, from connecting to the last byte of the response.
        /// Default: 30 s.
        attempt_timeout(timeout: Duration) => self.options = self.options.attempt_timeout(timeout);
        /// Sets the timeout of a whole call, including all attempts and waits. Default: 120 s.
        deadline(deadline: Duration) => self.options = self.options.deadline(deadline);
        /// Sets the connect timeout, which is part of an attempt. It is capped slightly below the
        /// attempt timeout and the deadline, so that a failed connection is known to have sent
        /// nothing. Default: 10 s.
        ///
        /// A shorter timeout in a call's options, or a deadline about to expire, may end an attempt
        /// while it connects; whether anything was sent is then reported as unknown.
        connect_timeout(timeout: Duration) => self.connect_timeout = Some(timeout);
        /// Sets the maximum size of a response body, in bytes. Default: 16 MiB.
        max_response_bytes(bytes: usize) => self.max_response_bytes = Some(bytes);
        /// Sets the retry policy.
        retry(policy: RetryPolicy) => self.retry = policy;
        /// Sets how clients observe the vendor's rate limits. Default: the API's limits, shared by
        /// all clients with the same credential; calls wait for capacity. Disabled if the base URL
        /// is loopback.
        rate_limits(policy: RateLimitPolicy) => self.rate_limits = policy;
        /// Sets the observer of every call: its attempts, retries and waits. A single call may have
        /// [one more](CallOptions::observer).
        observer(observer: impl Observer + 'static) => self.observer = Some(Arc::new(observer));
        /// Sets the clock used to interpret dates sent by servers.
        clock(clock: impl Clock + 'static) => self.clock = Some(Arc::new(clock));
        /// Sets whether calls only prepare the request; each then ends in an error of kind
        /// [`DryRun`](crate::ErrorKind::DryRun) that contains it. Default: no.
        dry_run(dry_run: bool) => self.options = self.options.dry_run(dry_run);
        /// Sets whether an optional response field of an undocumented type is an error; see
        /// [`CallOptions::strict`]. Default: no.
        strict(strict: bool) => self.options = self.options.strict(strict);
        /// Sets whether the credential may be sent unencrypted to a host other than loopback.
        /// Default: no.
        insecure_http(allow: bool) => self.allow_insecure_http = allow;
        /// Appends the calling program's name to the `user-agent` header, after `threadline/` and
        /// its version.
        user_agent(suffix: impl Into<String>) => self.user_agent = Some(suffix.into());
        /// Sends requests through a proxy, such as `http://user:password@proxy.example:3128`.
        /// Default: the proxy from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; none
        /// for loopback.
        proxy(url: impl Into<String>) => self.proxy = Some(url.into().into());
        /// Trusts these certificates (PEM, one or more) in addition to the system's.
        root_certificates(pem: impl Into<Vec<u8>>) => self.root_certificates.push(pem.into());
        /// Sets the maximum number of idle connections per server. Default: unlimited.
        max_idle_connections(connections: usize) => self.max_idle_connections = Some(connections);
        /// Sets how long an idle connection is kept open. Default: 90 s.
        idle_timeout(timeout: Duration) => self.idle_timeout = Some(timeout);
        /// Sets the default options of calls; unset fields keep their current value.
        with_options(options: &CallOptions) => self.options = self.options.merge(options);
    }

    /// The validated base URL, by default that of the API.
    pub(crate) fn parse_base_url(&self, api: &Api) -> Result<BaseUrl, String> {
        let text = self.base_url.as_deref().unwrap_or(api.default_base_url);
        let parsed = BaseUrl::parse(text, self.allow_insecure_http);
        let completed = if self.is_exact {
            parsed
        } else {
            parsed.and_then(|url| url.of_api(api))
        };
        completed.map_err(|problem| match self.base_url_variable {
            Some(variable) => format!("{variable}: {problem}"),
            None => problem,
        })
    }

    fn set_base_url(&mut self, base_url: String, is_exact: bool) {
        self.base_url = Some(base_url);
        self.base_url_variable = None;
        self.is_exact = is_exact;
    }

    /// The connect timeout: slightly shorter than an attempt, because a timed-out attempt cannot
    /// tell whether anything was sent.
    pub(crate) fn connecting(&self) -> Duration {
        let attempt = self.options.attempt_timeout_or_default();
        let attempt = attempt.min(self.options.deadline_or_default());
        let connect = self.connect_timeout.unwrap_or(Duration::from_secs(10));
        connect.min(attempt.mul_f64(0.95))
    }

    /// The current time.
    pub(crate) fn now(&self) -> SystemTime {
        let clock = self.clock.as_ref();
        clock.map_or_else(SystemTime::now, |clock| clock.now())
    }

    /// The size limit of response bodies.
    pub(crate) fn max_body(&self) -> usize {
        self.max_response_bytes.unwrap_or(16 * 1024 * 1024)
    }

    /// Rejects settings with which no call could succeed.
    pub(crate) fn check(&self) -> Result<(), String> {
        let zero = Some(Duration::ZERO);
        let problem = if self.options.get_attempt_timeout() == zero {
            "the attempt timeout is zero"
        } else if self.options.get_deadline() == zero {
            "the deadline is zero"
        } else if self.connect_timeout == zero {
            "the connect timeout is zero"
        } else if self.max_response_bytes == Some(0) {
            "the maximum response size is zero bytes"
        } else {
            return Ok(());
        };
        Err(problem.to_owned())
    }
}

/// Reads a variable, if it is set.
fn read(variable: &'static str) -> Result<Option<String>, Error> {
    match std::env::var(variable) {
        Err(std::env::VarError::NotPresent) => Ok(None),
        value => value
            .map(Some)
            .map_err(|_| Error::invalid_config("", format!("{variable} is not valid UTF-8"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{ACME, CANARY};
    use crate::{ErrorKind, Transport};

    fn config() -> Config {
        Config::new().credential(Credential::new(CANARY).unwrap())
    }

    #[test]
    fn the_base_url_has_a_default() {
        let base_url =
            |config: Config| Transport::new(&ACME, config).map(|built| built.base_url().to_owned());
        assert_eq!(base_url(config()).unwrap(), "https://api.acme.example/v1");
        let local = config().base_url("http://localhost:1/x/");
        assert_eq!(base_url(local).unwrap(), "http://localhost:1/x");
        let open = config().base_url("http://inbox.internal");
        assert!(base_url(open.insecure_http(true)).is_ok());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let zero = Duration::ZERO;
        for (config, words) in [
            (Config::new(), "no credential for Acme Inbox"),
            (config().base_url("ftp://x"), "base URL"),
            (config().base_url("http://inbox.internal"), "base URL"),
            (config().attempt_timeout(zero), "attempt timeout"),
            (config().deadline(zero), "deadline"),
            (config().connect_timeout(zero), "connect timeout"),
            (config().max_response_bytes(0), "maximum response size"),
            (config().user_agent("a\nb"), "user agent"),
            (config().proxy("http://canary:canary@ /"), "proxy"),
            (config().root_certificates("canary"), "certificates"),
        ] {
            let error = Transport::new(&ACME, config).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert_eq!(error.provider(), "acme");
            assert!(error.to_string().contains(words), "{error}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn connecting_never_takes_all_of_an_attempt() {
        let seconds = Duration::from_secs;
        assert_eq!(config().connecting(), seconds(10));
        let short = config().attempt_timeout(seconds(2));
        assert_eq!(short.connecting(), Duration::from_millis(1900));
        let short = config().deadline(seconds(1));
        assert_eq!(short.connecting(), Duration::from_millis(950));
    }

    #[test]
    fn debug_shows_no_secret() {
        let config = config()
            .proxy("http://me:canary@proxy.example")
            .header("x-token", "canary")
            .unwrap();
        assert!(!format!("{config:?}").contains("canary"), "{config:?}");
    }
}
