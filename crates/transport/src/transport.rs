//! What a generated client runs on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue, USER_AGENT};
use serde::de::DeserializeOwned;

use crate::base_url::BaseUrl;
use crate::call::Call;
use crate::limiter::Limits;
use crate::redact::Redactor;
use crate::sender::Sender;
use crate::sunset::SunsetWatch;
use crate::{
    Api, CallOptions, Clock, Error, ErrorKind, IdempotencyKey, Observer, Operation,
    PreparedRequest, RateLimitPolicy, Response, RetryPolicy, Sunset, TransportBuilder, bounds,
    call, path,
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
///     rate_budgets: &[],
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
    /// Where requests go that the vendor takes on another server.
    pub(crate) servers: Vec<(&'static str, BaseUrl)>,
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
    /// The accounts of what was sent with the credential, if they are kept.
    pub(crate) limits: Option<Limits>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sunset: SunsetWatch,
}

impl Core {
    /// Where an operation's requests go.
    fn base_of(&self, operation: &Operation) -> &BaseUrl {
        let own = operation.server.and_then(|server| {
            let mut servers = self.servers.iter();
            servers.find(|(known, _)| *known == server)
        });
        own.map_or(&self.base_url, |(_, instead)| instead)
    }
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

    /// The client that builds requests. Generated code must send them by [`call`](Self::call).
    #[doc(hidden)]
    pub fn http_client(&self) -> &reqwest::Client {
        &self.core.client
    }

    /// The URL of an operation, with values for the parameters of its path, in their order. For
    /// generated code.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a value that would change the path or call another
    /// operation: the empty string, `.`, `..`, a fixed word of the API, control characters.
    #[doc(hidden)]
    pub fn url(&self, operation: &'static str, values: &[&str]) -> Result<reqwest::Url, Error> {
        let core = &*self.core;
        let invalid = |message| Error::invalid_request(core.api.provider, operation, message);
        let Some(known) = core.api.operation(operation) else {
            return Err(invalid("the API has no such operation".to_owned()));
        };
        let base = core.base_of(known);
        let mut path = String::with_capacity(128);
        path.push_str(base.path());
        path::push(&mut path, known, values).map_err(invalid)?;
        Ok(base.with_path(&path))
    }

    /// Carries out a whole call. For generated code.
    ///
    /// Dropping the future gives the call up at once.
    ///
    /// # Errors
    ///
    /// Everything that can go wrong with a call; of kind [`ErrorKind::InvalidResponse`] where the
    /// body is not as documented, with the place in it.
    pub fn call<T: DeserializeOwned>(
        &self,
        request: reqwest::Result<reqwest::Request>,
        operation: &'static str,
    ) -> impl Future<Output = Result<Response<T>, Error>> {
        let call = self.prepare(request, operation);
        async move { Response::decode(call::run(call?).await?) }
    }

    /// The same for an operation whose answer has no value.
    ///
    /// # Errors
    ///
    /// Everything that can go wrong with a call.
    pub fn call_without_value(
        &self,
        request: reqwest::Result<reqwest::Request>,
        operation: &'static str,
    ) -> impl Future<Output = Result<Response<()>, Error>> {
        let call = self.prepare(request, operation);
        async move { Ok(Response::without_value(call::run(call?).await?)) }
    }

    /// Checks and completes a request; in a dry run, that is all.
    fn prepare(
        &self,
        request: reqwest::Result<reqwest::Request>,
        operation_id: &'static str,
    ) -> Result<Box<Call<'_>>, Error> {
        let core = &*self.core;
        let provider = core.api.provider;
        let mut request = request.map_err(|error| self.unbuildable(operation_id, error))?;
        let operation = core.api.operation(operation_id);
        let key = operation.and_then(|operation| {
            let option = self.options.idempotency_key();
            IdempotencyKey::put(operation.idempotency, option, &mut request)
        });
        if let Some(Err(message)) = operation.map(|operation| bounds::check(operation, &request)) {
            let error = Error::invalid_request(provider, operation_id, message);
            return Err(error.with_idempotency_key(key));
        }
        let (name, value) = &core.credential;
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().insert(name, value.clone());
        if self.options.dry_run().unwrap_or(core.dry_run) {
            let prepared = PreparedRequest::new(&request, &core.redactor);
            let error = Error::dry_run(provider, operation_id, prepared);
            return Err(error.with_idempotency_key(key));
        }
        let options = &self.options;
        let call = Call::new(core, options, operation_id, operation, request, key);
        Ok(Box::new(call))
    }

    /// The error for a request that could not be built.
    fn unbuildable(&self, operation: &'static str, error: reqwest::Error) -> Error {
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
        let request = transport.http_client().get("http://127.0.0.1:9/").build();
        check_send(transport.call::<serde_json::Value>(request, "get_thread"));
    }

    #[test]
    fn a_call_is_small() {
        // Whoever boxes it gets the box from what an allocator keeps at hand: a kilobyte as a rule.
        let transport = Script::new([]).transport();
        let request = transport.http_client().get("http://127.0.0.1:9/").build();
        let call = transport.call::<serde_json::Value>(request, "get_thread");
        assert!(size_of_val(&call) < 1000, "{}", size_of_val(&call));
    }

    #[test]
    fn a_url_is_the_operations() {
        let transport = Script::new([]).transport();
        let url = transport.url("get_thread", &["a/b"]).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:9/threads/a%2Fb");
        let error = transport.url("get_thread", &["lookup"]).unwrap_err();
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
        let error = transport.url("mystery", &[]).unwrap_err();
        assert_eq!(error.message(), "the API has no such operation");
    }

    #[test]
    fn an_operation_on_a_server_of_its_own() {
        let own = "https://media.acme.example";
        let builder = || Transport::builder(&ACME).credential(Credential::new(CANARY).unwrap());
        let url = |builder: TransportBuilder| {
            let url = builder.build().unwrap().url("upload", &["thr-1"]);
            url.unwrap().to_string()
        };
        let path = "/threads/thr-1";
        assert_eq!(url(builder()), format!("{own}{path}"));
        let default = builder().base_url(ACME.default_base_url);
        assert_eq!(url(default), format!("{own}{path}"));
        // Whoever stands in for the vendor stands in for all of it.
        let local = "http://localhost:1";
        assert_eq!(url(builder().base_url(local)), format!("{local}{path}"));
        let instead = builder().server(own, "http://localhost:2/");
        assert_eq!(url(instead), format!("http://localhost:2{path}"));
        for (server, instead) in [(own, "ftp://x"), ("https://else.example", local)] {
            let error = builder().server(server, instead).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        }
    }

    #[tokio::test]
    async fn a_request_that_cannot_be_built() {
        let transport = Script::new([]).transport();
        let broken = transport.http_client().get("http://").build();
        let error = transport
            .call_without_value(broken, "get_thread")
            .await
            .unwrap_err();
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
