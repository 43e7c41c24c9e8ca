//! Setting up a transport.

use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

use crate::base_url::BaseUrl;
use crate::limits::Limits;
use crate::redact::Redactor;
use crate::sender::Sender;
use crate::sunset::SunsetWatch;
use crate::transport::Core;
use crate::{
    Api, Auth, Clock, Credential, Error, Observer, RateLimitPolicy, RetryPolicy, SystemClock,
    Transport,
};

/// Sets up a [`Transport`]. Everything but the credential has a default.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct TransportBuilder {
    api: &'static Api,
    credential: Option<Credential>,
    base_url: Option<String>,
    servers: Vec<(String, String)>,
    attempt_timeout: Duration,
    deadline: Duration,
    connect_timeout: Duration,
    max_response_bytes: usize,
    retry: RetryPolicy,
    rate_limits: RateLimitPolicy,
    observer: Option<Arc<dyn Observer>>,
    clock: Arc<dyn Clock>,
    dry_run: bool,
    allow_insecure_http: bool,
    /// What stands in the network's place, if anything.
    sender: Option<Box<dyn Sender>>,
}

impl TransportBuilder {
    pub(crate) fn new(api: &'static Api) -> Self {
        Self {
            api,
            credential: None,
            base_url: None,
            servers: Vec::new(),
            attempt_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
            connect_timeout: Duration::from_secs(10),
            max_response_bytes: 16 * 1024 * 1024,
            retry: RetryPolicy::default(),
            rate_limits: RateLimitPolicy::default(),
            observer: None,
            clock: Arc::new(SystemClock),
            dry_run: false,
            allow_insecure_http: false,
            sender: None,
        }
    }

    /// Sets the secret that every request carries. Required.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Sets where requests go: `https`, or `http` to this machine. Default: the API's own server.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Sends to `instead` what the vendor serves at `server`, for the few operations that are on
    /// another server than the API. Without it they go to the base URL, if one is set, else to the
    /// vendor's server. A server that no operation is on is an error.
    pub fn server(mut self, server: impl Into<String>, instead: impl Into<String>) -> Self {
        self.servers.push((server.into(), instead.into()));
        self
    }

    /// Sets how long one attempt may take, from connecting to the last byte of the answer.
    /// Default: 30 s.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets how long a whole call may take, all attempts and waits together. Default: 120 s.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how long connecting may take, as a part of an attempt: always a little less than the
    /// attempt timeout and the deadline, so that it is known that nothing was sent when there is
    /// no connection in time. Default: 10 s.
    ///
    /// A shorter timeout in the options of a call, or a deadline about to pass, may end an attempt
    /// while it connects; whether anything was sent is then taken to be unknown.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the size of the largest body that is read, in bytes. Default: 16 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets how often and how patiently calls are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how the vendor's rate limits are kept to. Default: as the vendor publishes them, and
    /// calls wait for their turn; not at all where the base URL is this machine.
    pub fn rate_limits(mut self, policy: RateLimitPolicy) -> Self {
        self.rate_limits = policy;
        self
    }

    /// Sets who is told what calls do. Default: nobody.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Sets the clock by which a server's dates are read.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Says whether requests are prepared and not sent; each call then ends in an error of kind
    /// [`DryRun`](crate::ErrorKind::DryRun) that holds the request. Default: no.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Says whether the credential may go unencrypted to another machine. Default: no.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Puts something else in the network's place.
    #[cfg(test)]
    pub(crate) fn sender(mut self, sender: impl Sender + 'static) -> Self {
        self.sender = Some(Box::new(sender));
        self
    }

    /// Checks the settings and builds the transport. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) naming the setting that is
    /// missing or cannot be right.
    pub fn build(self) -> Result<Transport, Error> {
        let provider = self.api.provider;
        let invalid = |message: String| Error::invalid_config(provider, message);
        self.check_limits()
            .map_err(|message| invalid(message.to_owned()))?;
        let address = self
            .base_url
            .as_deref()
            .unwrap_or(self.api.default_base_url);
        let base_url = BaseUrl::parse(address, self.allow_insecure_http).map_err(invalid)?;
        let servers = self.servers(&base_url).map_err(invalid)?;
        let connecting = self.connecting();
        let Some(credential) = self.credential else {
            return Err(invalid(format!(
                "no credential for {} was given",
                self.api.title
            )));
        };
        let client = client(&base_url, &servers, connecting).map_err(|error| {
            invalid("the HTTP client cannot be set up".to_owned()).with_source(error)
        })?;
        let sender = self.sender.unwrap_or_else(|| Box::new(client.clone()));
        let limits = Limits::join(self.api, &self.rate_limits, &base_url, &credential);
        Ok(Transport::new(Core {
            api: self.api,
            base_url,
            servers,
            client,
            sender,
            credential: header(self.api.auth, &credential).map_err(invalid)?,
            redactor: Arc::new(Redactor::new(&credential)),
            attempt_timeout: self.attempt_timeout,
            deadline: self.deadline,
            max_response_bytes: self.max_response_bytes,
            dry_run: self.dry_run,
            retry: self.retry,
            rate_limits: self.rate_limits,
            limits,
            observer: self.observer,
            clock: self.clock,
            sunset: SunsetWatch::default(),
        }))
    }

    /// Where requests go that the vendor takes on another server.
    fn servers(&self, base_url: &BaseUrl) -> Result<Vec<(&'static str, BaseUrl)>, String> {
        let is_vendors = base_url.text == self.api.default_base_url.trim_end_matches('/');
        let mut servers = Vec::<(&'static str, BaseUrl)>::new();
        for server in self.api.operations.iter().filter_map(|known| known.server) {
            if servers.iter().any(|(known, _)| *known == server) {
                continue;
            }
            let replaced = self.servers.iter().find(|(replaced, _)| replaced == server);
            let address = match replaced {
                Some((_, instead)) => BaseUrl::parse(instead, self.allow_insecure_http)?,
                None if is_vendors => BaseUrl::parse(server, self.allow_insecure_http)?,
                // Whoever stands in for the vendor stands in for all of it: the credential must
                // not leave for the real server.
                None => base_url.clone(),
            };
            servers.push((server, address));
        }
        let unknown = |server: &str| servers.iter().all(|(known, _)| *known != server);
        match self.servers.iter().find(|(server, _)| unknown(server)) {
            Some((server, _)) => Err(format!("no operation is on the server {server}")),
            None => Ok(servers),
        }
    }

    /// How long connecting may take: not quite as long as an attempt, which would leave unknown
    /// whether anything was sent.
    fn connecting(&self) -> Duration {
        let attempt = self.attempt_timeout.min(self.deadline);
        self.connect_timeout.min(attempt.mul_f64(0.95))
    }

    /// Refuses limits with which no call could succeed.
    fn check_limits(&self) -> Result<(), &'static str> {
        if self.attempt_timeout.is_zero() {
            Err("the attempt timeout is zero")
        } else if self.deadline.is_zero() {
            Err("the deadline is zero")
        } else if self.connect_timeout.is_zero() {
            Err("the connect timeout is zero")
        } else if self.max_response_bytes == 0 {
            Err("the largest response is zero bytes")
        } else {
            Ok(())
        }
    }
}

/// The header that carries the credential, marked so that nothing shows its value.
fn header(auth: Auth, credential: &Credential) -> Result<(HeaderName, HeaderValue), String> {
    let name = HeaderName::try_from(auth.header_name())
        .map_err(|_| format!("{:?} cannot be the name of a header", auth.header_name()))?;
    let prefix = match auth {
        Auth::Header(_) => "",
        Auth::Bearer => "Bearer ",
    };
    Ok((name, credential.header(prefix)?))
}

/// The HTTP client. It follows no redirect, which would carry the credential elsewhere, repeats
/// nothing by itself, where nobody would count it, and goes through no proxy to this machine itself.
fn client(
    base_url: &BaseUrl,
    servers: &[(&str, BaseUrl)],
    connect_timeout: Duration,
) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(connect_timeout);
    if base_url.is_loopback {
        builder = builder.no_proxy();
    }
    let urls = || servers.iter().map(|(_, url)| url).chain([base_url]);
    if urls().all(|url| url.is_loopback && url.text.starts_with("http:")) {
        // The machine's certificates are not needed, and there may be none.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::script::{ACME, CANARY};

    fn builder() -> TransportBuilder {
        Transport::builder(&ACME).credential(Credential::new(CANARY).unwrap())
    }

    #[test]
    fn the_base_url_has_a_default() {
        assert_eq!(
            builder().build().unwrap().base_url(),
            "https://api.acme.example/v1"
        );
        let local = builder().base_url("http://localhost:1/x/").build().unwrap();
        assert_eq!(local.base_url(), "http://localhost:1/x");
        let open = builder()
            .base_url("http://inbox.internal")
            .allow_insecure_http(true);
        assert!(open.build().is_ok());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let zero = Duration::ZERO;
        for (builder, words) in [
            (Transport::builder(&ACME), "no credential for Acme Inbox"),
            (builder().base_url("ftp://x"), "base URL"),
            (builder().base_url("http://inbox.internal"), "base URL"),
            (builder().attempt_timeout(zero), "attempt timeout"),
            (builder().deadline(zero), "deadline"),
            (builder().connect_timeout(zero), "connect timeout"),
            (builder().max_response_bytes(0), "largest response"),
        ] {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
            assert_eq!(error.provider(), "acme");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn connecting_never_takes_all_of_an_attempt() {
        let seconds = Duration::from_secs;
        assert_eq!(builder().connecting(), seconds(10));
        assert_eq!(
            builder().attempt_timeout(seconds(2)).connecting(),
            Duration::from_millis(1900)
        );
        assert_eq!(
            builder().deadline(seconds(1)).connecting(),
            Duration::from_millis(950)
        );
    }

    #[test]
    fn the_credential_goes_where_the_api_wants_it() {
        let credential = Credential::new("key-1").unwrap();
        let (name, value) = header(Auth::Bearer, &credential).unwrap();
        assert_eq!(
            (name.as_str(), value.as_bytes()),
            ("authorization", &b"Bearer key-1"[..])
        );
        assert!(value.is_sensitive());
        let (name, value) = header(Auth::Header("x-api-key"), &credential).unwrap();
        assert_eq!(
            (name.as_str(), value.as_bytes()),
            ("x-api-key", &b"key-1"[..])
        );
        assert!(value.is_sensitive());
        assert!(header(Auth::Header("not a name"), &credential).is_err());
    }
}
