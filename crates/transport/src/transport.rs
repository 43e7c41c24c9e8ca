//! What a generated client runs on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use serde::de::DeserializeOwned;

use crate::base_url::BaseUrl;
use crate::call::{Build, Call, Recipe};
use crate::limits::Limits;
use crate::redact::Redactor;
use crate::sender::Sender;
use crate::sunset::SunsetWatch;
use crate::{
    Api, CallOptions, Clock, Error, Observer, Operation, RateLimitPolicy, Response, RetryPolicy,
    Sunset, TransportBuilder, call, path,
};

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
    pub(crate) fn base_of(&self, operation: &Operation) -> &BaseUrl {
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
    ///
    /// [`ErrorKind::InvalidRequest`]: crate::ErrorKind::InvalidRequest
    #[doc(hidden)]
    pub fn url(&self, operation: &Operation, values: &[&str]) -> Result<reqwest::Url, Error> {
        let core = &*self.core;
        let base = core.base_of(operation);
        let mut path = String::with_capacity(128);
        path.push_str(base.path());
        path::push(&mut path, operation, values)
            .map_err(|message| Error::invalid_request(core.api.provider, operation.id, message))?;
        Ok(base.with_path(&path))
    }

    /// Carries out a whole call. For generated code.
    ///
    /// The request is built for each attempt, and has to be the same each time. Dropping the future
    /// gives the call up at once.
    ///
    /// # Errors
    ///
    /// Everything that can go wrong with a call; of kind [`ErrorKind::InvalidResponse`] where the
    /// body is not as documented, with the place in it.
    ///
    /// [`ErrorKind::InvalidResponse`]: crate::ErrorKind::InvalidResponse
    #[doc(hidden)]
    pub fn call<'a, T: DeserializeOwned>(
        &'a self,
        operation: &'static Operation,
        request: &'a (dyn Fn() -> Result<reqwest::RequestBuilder, Error> + Send + Sync),
    ) -> impl Future<Output = Result<Response<T>, Error>> + 'a {
        let call = self.prepare(operation, request);
        async move { Response::decode(call::run(call?).await?) }
    }

    /// The same for an operation whose answer has no value. For generated code.
    ///
    /// # Errors
    ///
    /// Everything that can go wrong with a call.
    #[doc(hidden)]
    pub fn call_without_value<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a (dyn Fn() -> Result<reqwest::RequestBuilder, Error> + Send + Sync),
    ) -> impl Future<Output = Result<Response<()>, Error>> + 'a {
        let call = self.prepare(operation, request);
        async move { Ok(Response::without_value(call::run(call?).await?)) }
    }

    fn prepare<'a>(
        &'a self,
        operation: &'static Operation,
        build: Build<'a>,
    ) -> Result<Box<Call<'a>>, Error> {
        Call::new(Recipe {
            core: &self.core,
            options: &self.options,
            operation,
            build,
        })
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
    use crate::script::{ACME, CANARY, Script, Step, call, operation};
    use crate::{Credential, Delivery, ErrorKind};

    #[test]
    fn it_is_send_sync_and_its_calls_are_send() {
        fn check<T: Send + Sync>() {}
        fn check_send<T: Send>(_: T) {}
        check::<Transport>();
        check::<Error>();
        let transport = Script::new([]).transport();
        let request = || Ok(transport.http_client().get("http://127.0.0.1:9/"));
        check_send(transport.call::<serde_json::Value>(operation("get_thread"), &request));
    }

    #[test]
    fn a_call_is_small() {
        // Whoever boxes it gets the box from what an allocator keeps at hand: a kilobyte as a rule.
        let transport = Script::new([]).transport();
        let request = || Ok(transport.http_client().get("http://127.0.0.1:9/"));
        let call = transport.call::<serde_json::Value>(operation("get_thread"), &request);
        assert!(size_of_val(&call) < 1000, "{}", size_of_val(&call));
    }

    #[test]
    fn a_url_is_the_operations() {
        let transport = Script::new([]).transport();
        let url = transport.url(operation("get_thread"), &["a/b"]).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:9/threads/a%2Fb");
        let error = transport
            .url(operation("get_thread"), &["lookup"])
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
        let own = "https://media.acme.example";
        let builder = || Transport::builder(&ACME).credential(Credential::new(CANARY).unwrap());
        let url = |builder: TransportBuilder| {
            let url = builder
                .build()
                .unwrap()
                .url(operation("upload"), &["thr-1"]);
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
        let broken = || Ok(transport.http_client().get("http://"));
        let error = transport
            .call_without_value(operation("get_thread"), &broken)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(
            error.message().starts_with("the request cannot be built: "),
            "{error}"
        );
    }

    #[tokio::test]
    async fn the_credential_goes_to_the_operations_server_alone() {
        for url in [
            "http://127.0.0.1:8/threads",
            "https://127.0.0.1:9/threads",
            "http://localhost:9/threads",
        ] {
            let script = Script::new([]);
            let transport = script.transport();
            let request = || Ok(transport.http_client().get(url));
            let error = transport
                .call_without_value(operation("get_thread"), &request)
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url}");
            assert!(error.message().contains("another server"), "{error}");
            assert_eq!(script.seen().len(), 0);
        }
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
                 idempotency-key: key-1\naccept: application/json\nuser-agent: threadline/{version}\nx-api-key: [redacted]\n\
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
