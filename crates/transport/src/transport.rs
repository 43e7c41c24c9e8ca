//! What a generated client runs on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue, USER_AGENT};
use tracing::Instrument as _;

use crate::base_url::BaseUrl;
use crate::exchange::{Exchange, Parcel};
use crate::limiter::Limiter;
use crate::redact::Redactor;
use crate::sender::Sender;
use crate::sunset::SunsetWatch;
use crate::{
    Api, CallOptions, Clock, Error, ErrorKind, IdempotencyKey, Observer, PreparedRequest,
    RateLimitPolicy, RetryPolicy, Sunset, TransportBuilder, bounds, call, segment, spans,
};

/// How every request introduces itself.
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("threadline/", env!("CARGO_PKG_VERSION")));

/// Carries out the calls of a generated client: adds the credential, keeps to timeouts, repeats
/// what may be repeated and turns every answer into a [`Response`](crate::Response) or an
/// [`Error`].
///
/// A clone is cheap and shares everything: connections, settings, what servers said.
///
/// ```
/// use threadline_transport::{Api, Auth, Credential, ErrorShape, Transport};
///
/// static ACME: Api = Api {
///     provider: "acme",
///     title: "Acme Inbox",
///     default_base_url: "https://api.acme.example",
///     auth: Auth::Bearer,
///     errors: ErrorShape::EMPTY,
///     rate_limits: &[],
///     operations: &[],
/// };
/// let transport = Transport::builder(&ACME).credential(Credential::new("key-123")?).build()?;
/// assert_eq!(transport.base_url(), "https://api.acme.example");
/// # Ok::<(), threadline_transport::Error>(())
/// ```
#[derive(Clone)]
pub struct Transport {
    core: Arc<Core>,
    options: CallOptions,
}

/// What the clones of a transport share.
pub(crate) struct Core {
    pub(crate) api: &'static Api,
    pub(crate) base_url: BaseUrl,
    pub(crate) base_url_is_default: bool,
    /// Servers of single operations, and where to send instead.
    pub(crate) servers: Vec<(String, BaseUrl)>,
    pub(crate) client: reqwest::Client,
    pub(crate) sender: Box<dyn Sender>,
    pub(crate) credential: (HeaderName, HeaderValue),
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) dry_run: bool,
    pub(crate) retry: RetryPolicy,
    pub(crate) rate_limits: RateLimitPolicy,
    /// The account of what was sent with the credential, if it is kept.
    pub(crate) limiter: Option<Arc<Limiter>>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sunset: SunsetWatch,
}

impl Transport {
    /// Begins to set up a transport for an API.
    pub fn builder(api: &'static Api) -> TransportBuilder {
        TransportBuilder::new(api)
    }

    pub(crate) fn new(core: Core) -> Self {
        Self {
            core: Arc::new(core),
            options: CallOptions::new(),
        }
    }

    /// The API it speaks to.
    pub fn api(&self) -> &'static Api {
        self.core.api
    }

    /// Where requests go, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.core.base_url.text
    }

    /// Where the requests of an operation go that is on a server of its own. For generated code.
    #[doc(hidden)]
    pub fn server(&self, server: &'static str) -> &str {
        let replaced = self
            .core
            .servers
            .iter()
            .find(|(replaced, _)| replaced == server);
        match replaced {
            Some((_, instead)) => &instead.text,
            None if self.core.base_url_is_default => server,
            // Whoever stands in for the vendor stands in for all of it: the credential must not
            // leave for the real server.
            None => self.base_url(),
        }
    }

    /// What its calls do differently from its client.
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// A clone whose calls follow these options, which replace earlier ones.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            core: Arc::clone(&self.core),
            options,
        }
    }

    /// The last `Sunset` or `Deprecation` header that any clone received.
    pub fn sunset(&self) -> Option<Sunset> {
        self.core.sunset.last()
    }

    /// The client that builds requests. Generated code must send them by
    /// [`execute`](Self::execute).
    #[doc(hidden)]
    pub fn http_client(&self) -> &reqwest::Client {
        &self.core.client
    }

    /// Percent-encodes a value as one segment of an operation's path. For generated code.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a value that would change the path or call another
    /// operation: the empty string, `.`, `..`, a fixed word of the API, control characters.
    pub fn segment(
        &self,
        operation: &'static str,
        param: &str,
        value: &str,
    ) -> Result<String, Error> {
        let invalid = |message| Error::invalid_request(self.core.api.provider, operation, message);
        let Some(known) = self.core.api.operation(operation) else {
            return segment::encode(param, value, &[]).map_err(invalid);
        };
        bounds::check_path(known, param, value).map_err(invalid)?;
        let reserved = known.path_params.iter().find(|known| known.name == param);
        let reserved = reserved.map_or(&[][..], |known| known.reserved);
        segment::encode(param, value, reserved).map_err(invalid)
    }

    /// The error for a request that could not be built. For generated code.
    pub fn unbuildable(&self, operation: &'static str, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let cause = std::error::Error::source(&error)
            .map_or_else(String::new, |cause| format!(": {cause}"));
        let message = self
            .core
            .redactor
            .text(format!("the request cannot be built{cause}"));
        Error::new(ErrorKind::InvalidRequest, self.core.api.provider, message)
            .with_operation(operation)
            .with_source(error)
    }

    /// Carries out a whole call. For generated code.
    ///
    /// It never fails: the outcome, good or bad, lies in the response, from which
    /// [`Response::decode`](crate::Response::decode) or
    /// [`Response::empty`](crate::Response::empty) takes it. Dropping the future gives the call up
    /// at once.
    pub async fn execute(
        &self,
        mut request: reqwest::Request,
        operation_id: &'static str,
    ) -> reqwest::Response {
        let operation = self.core.api.operation(operation_id);
        let key = operation.and_then(|operation| {
            let option = self.options.idempotency_key();
            IdempotencyKey::put(operation.idempotency, option, &mut request)
        });
        let url = request.url().clone();
        if let Some(Err(message)) = operation.map(|operation| bounds::check(operation, &request)) {
            let provider = self.core.api.provider;
            let error = Error::invalid_request(provider, operation_id, message);
            return Parcel::pack(Err(error.with_idempotency_key(key)), url);
        }
        let span = spans::call(&self.core, operation_id, operation, &request);
        let outcome = self
            .call(request, operation_id)
            .instrument(span.clone())
            .await;
        match &outcome {
            Ok(exchange) => {
                spans::record_status(&span, exchange.status);
                spans::record_attempts(&span, exchange.attempts);
            }
            Err(error) => {
                spans::record_error(&span, error);
                spans::record_attempts(&span, error.attempts());
            }
        }
        let outcome = match outcome {
            Ok(exchange) => Ok(Exchange {
                idempotency_key: key,
                ..exchange
            }),
            Err(error) => Err(error.with_idempotency_key(key)),
        };
        Parcel::pack(outcome, url)
    }

    /// Completes the request, then sends it or shows it.
    async fn call(
        &self,
        mut request: reqwest::Request,
        operation_id: &'static str,
    ) -> Result<Exchange, Error> {
        let core = &*self.core;
        let (name, value) = &core.credential;
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().insert(name, value.clone());
        if self.options.dry_run().unwrap_or(core.dry_run) {
            let prepared = PreparedRequest::new(&request, &core.redactor);
            return Err(Error::dry_run(core.api.provider, operation_id, prepared));
        }
        call::run(core, &self.options, request, operation_id).await
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("provider", &self.core.api.provider)
            .field("base_url", &self.core.base_url.text)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credential;
    use crate::Delivery;
    use crate::script::{ACME, CANARY, Script, Step, call};

    #[test]
    fn it_is_send_sync_and_its_calls_are_send() {
        fn check<T: Send + Sync>() {}
        fn check_send<T: Send>(_: T) {}
        check::<Transport>();
        check::<Error>();
        let transport = Script::new([]).transport();
        let request = transport
            .http_client()
            .get("http://127.0.0.1:9/")
            .build()
            .unwrap();
        check_send(transport.execute(request, "get_thread"));
    }

    #[test]
    fn segments_know_their_operation() {
        let transport = Script::new([]).transport();
        assert_eq!(
            transport.segment("get_thread", "threadId", "a/b").unwrap(),
            "a%2Fb"
        );
        assert_eq!(
            transport.segment("get_thread", "other", "lookup").unwrap(),
            "lookup"
        );
        let error = transport
            .segment("get_thread", "threadId", "lookup")
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            (error.operation(), error.delivery()),
            (Some("get_thread"), Delivery::NotSent)
        );
        assert!(
            error
                .to_string()
                .starts_with("acme get_thread: threadId \"lookup\""),
            "{error}"
        );
    }

    #[test]
    fn an_operation_on_a_server_of_its_own() {
        let credential = || Credential::new(CANARY).unwrap();
        let server = |builder: TransportBuilder| {
            let transport = builder.credential(credential()).build().unwrap();
            transport.server("https://media.acme.example").to_owned()
        };
        let builder = || Transport::builder(&ACME);
        let own = "https://media.acme.example";
        assert_eq!(server(builder()), own);
        assert_eq!(server(builder().base_url(ACME.default_base_url)), own);
        let local = "http://localhost:1";
        assert_eq!(server(builder().base_url(local)), local);
        assert_eq!(
            server(builder().server(own, "http://localhost:2/")),
            "http://localhost:2"
        );
        let bad = builder()
            .credential(credential())
            .server(own, "ftp://x")
            .build();
        assert_eq!(bad.unwrap_err().kind(), ErrorKind::InvalidConfig);
    }

    #[test]
    fn a_request_that_cannot_be_built() {
        let transport = Script::new([]).transport();
        let broken = transport.http_client().get("http://").build().unwrap_err();
        let error = transport.unbuildable("get_thread", broken);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(
            error.message().starts_with("the request cannot be built: "),
            "{error}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_dry_run_sends_nothing_and_shows_the_request() {
        let script = Script::new([]);
        let transport = script.builder().dry_run(true).build().unwrap();
        let error = call(&transport, "send_message").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::DryRun, 0));
        let prepared = error.prepared_request().unwrap();
        assert_eq!(prepared.method(), "POST");
        assert_eq!(prepared.url(), "http://127.0.0.1:9/threads/thr-1");
        assert_eq!(prepared.headers().get("x-api-key"), Some("[redacted]"));
        assert_eq!(prepared.body(), br#"{"text":"hi"}"#);
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            prepared.to_string(),
            format!(
                "POST /threads/thr-1 HTTP/1.1\nhost: 127.0.0.1:9\ncontent-type: application/json\n\
                 idempotency-key: key-1\nuser-agent: threadline/{version}\nx-api-key: [redacted]\n\
                 content-length: 13\n\n{{\"text\":\"hi\"}}"
            )
        );
        let options = CallOptions::new().with_dry_run(false);
        let script = Script::new([Step::answer(200, "{}")]);
        let transport = script
            .builder()
            .dry_run(true)
            .build()
            .unwrap()
            .with_options(options);
        call(&transport, "get_thread").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_sunset_is_seen_by_every_clone() {
        let answer = Step::answer(200, "{}").header("sunset", "Thu, 03 Dec 2026 00:00:00 GMT");
        let transport = Script::new([answer]).transport();
        let clone = transport.with_options(CallOptions::new().with_attempts(1));
        call(&transport, "get_thread").await.unwrap();
        assert_eq!(
            clone.sunset().unwrap().sunset(),
            Some("Thu, 03 Dec 2026 00:00:00 GMT")
        );
    }

    #[test]
    fn nothing_shows_the_credential() {
        let script = Script::new([]);
        let shown = format!("{:?} {:?}", script.builder(), script.transport());
        assert!(!shown.contains(CANARY), "{shown}");
    }

    #[test]
    fn operations_are_found_by_id() {
        for operation in ACME.operations {
            assert_eq!(ACME.operation(operation.id), Some(operation));
        }
        assert_eq!(ACME.operation("zzz"), None);
    }
}
