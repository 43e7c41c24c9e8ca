//! The runtime of every generated client.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use serde::de::DeserializeOwned;

use crate::answer::SunsetWatch;
use crate::answer::decode::decode;
use crate::answer::redact::Redactor;
use crate::call::{self, Answer, Sender};
use crate::config::{BaseUrl, http_client};
use crate::limits::Limits;
use crate::{
    Api, Auth, CallFuture, CallOptions, Config, Credential, Error, MissingCredential, Operation,
    Request, Sunset,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Executes the calls of a generated client: adds the credential, enforces timeouts, retries what
/// may be retried, and turns every outcome into a [`Response`](crate::Response) or an [`Error`].
///
/// Clones are cheap and share everything: connections, settings, rate-limit state.
///
/// Any operation of the API can be called by hand, with any response type:
///
/// ```
/// use serde::Deserialize;
/// use threadline_transport::{
///     Api, CallOptions, Config, Credential, ErrorKind, Operation, PathParam, Transport,
/// };
///
/// const CLOSE: Operation = Operation::new("close_thread", "POST", "/threads/{threadId}/close")
///     .path_params(&[PathParam::new("threadId", &[])]);
/// static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example");
///
/// #[derive(Debug, Deserialize)]
/// struct Closed {
///     id: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), threadline_transport::Error> {
/// let config = Config::new().credential(Credential::new("key-123")?).dry_run(true);
/// let transport = Transport::new(&ACME, config)?;
/// let request = transport.request(&CLOSE, &["t-1"]).json(&"done");
/// let shown = transport.call::<Closed>(request, &CallOptions::new()).await.unwrap_err();
/// assert_eq!(shown.kind(), ErrorKind::DryRun);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Transport(Arc<Core>);

/// State shared by all clones of a transport.
pub(crate) struct Core {
    pub(crate) api: &'static Api,
    pub(crate) config: Config,
    pub(crate) base_url: BaseUrl,
    /// Base URLs of operations that the vendor serves from another server.
    pub(crate) servers: Vec<(&'static str, BaseUrl)>,
    pub(crate) sender: Box<dyn Sender>,
    /// What every request has: the credential, the user agent, the accepted type.
    pub(crate) headers: HeaderMap,
    /// The same with the type of a body.
    pub(crate) json_headers: HeaderMap,
    pub(crate) redactor: Redactor,
    /// The rate limiters of the credential, if any.
    pub(crate) limits: Option<Limits>,
    pub(crate) sunset: SunsetWatch,
}

impl Core {
    /// The base URL of an operation.
    pub(crate) fn base_of(&self, operation: &Operation) -> &BaseUrl {
        let own = operation.server.and_then(|server| {
            let mut servers = self.servers.iter();
            servers.find(|(known, _)| *known == server)
        });
        own.map_or(&self.base_url, |(_, instead)| instead)
    }

    /// Stores a redacted response in an error.
    pub(crate) fn with_answer(&self, error: Error, answer: &Answer, is_whole: bool) -> Error {
        let mut headers = answer.headers.clone();
        self.redactor.headers(&mut headers);
        let request_id = headers.request_id().map(str::to_owned);
        let body = self.redacted(answer, is_whole);
        let error = error.with_status(answer.status).with_answer(headers, body);
        match request_id {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    }

    /// The redacted body.
    pub(crate) fn redacted(&self, answer: &Answer, is_whole: bool) -> Bytes {
        let body = self.redactor.bytes(answer.body.clone());
        if is_whole {
            body
        } else {
            self.redactor.end(body)
        }
    }
}

impl Transport {
    /// Creates a transport for an API. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig), naming the missing or invalid
    /// setting.
    pub fn new(api: &'static Api, config: Config) -> Result<Self, Error> {
        Self::build(api, config, None)
    }

    /// Creates a transport that uses the caller's own HTTP client. The client determines redirects,
    /// retries, proxies, certificates and the connection pool; the configuration still determines
    /// the timeouts.
    ///
    /// The client must not follow redirects, which would send the credential to another server, and
    /// must not retry requests.
    ///
    /// # Errors
    ///
    /// Same as [`new`](Self::new).
    pub fn with_http_client(
        api: &'static Api,
        config: Config,
        client: reqwest::Client,
    ) -> Result<Self, Error> {
        Self::build(api, config, Some(Box::new(client)))
    }

    pub(crate) fn build(
        api: &'static Api,
        config: Config,
        sender: Option<Box<dyn Sender>>,
    ) -> Result<Self, Error> {
        let invalid = |message: String| Error::invalid_config(api.provider, message);
        config.check().map_err(invalid)?;
        let base_url = config.parse_base_url(api).map_err(invalid)?;
        let servers = servers(api, &config, &base_url).map_err(invalid)?;
        let Some(credential) = &config.credential else {
            let missing = MissingCredential {
                variable: config.credential_variable,
                is_empty: config.is_variable_empty,
            };
            let message = format!("no credential for {}: {missing}", api.title);
            return Err(invalid(message).with_source(missing));
        };
        let sender = match sender {
            Some(sender) => sender,
            None => Box::new(
                http_client(&config, &base_url, &servers)
                    .map_err(|error| error.with_provider(api.provider))?,
            ),
        };
        let headers = headers(api.auth, credential, config.user_agent.as_deref());
        let headers = headers.map_err(invalid)?;
        let mut json_headers = headers.clone();
        json_headers.insert(CONTENT_TYPE, JSON);
        Ok(Self(Arc::new(Core {
            api,
            sender,
            headers,
            json_headers,
            redactor: Redactor::new(credential),
            limits: Limits::join(api, &config.rate_limits, &base_url, credential),
            config,
            base_url,
            servers,
            sunset: SunsetWatch::default(),
        })))
    }

    getters! { self:
        /// The API this transport calls.
        api: &'static Api = self.0.api;
        /// The base URL, without a trailing slash.
        base_url: &str = &self.0.base_url.text;
        /// The most recent `Sunset` or `Deprecation` header received by any clone.
        sunset: Option<Sunset> = self.0.sunset.last();
    }

    /// Starts a request for an operation, with the values of its path parameters in order. The call
    /// fails if a value would change the path or call another operation: the empty string, `.`,
    /// `..`, a reserved word of the API, control characters.
    pub fn request(&self, operation: &'static Operation, values: &[&str]) -> Request {
        let base = self.0.base_of(operation);
        let mut path = String::with_capacity(128);
        path.push_str(base.path());
        let problem = call::push_path(&mut path, operation, values).err();
        Request::new(operation, base.with_path(&path), problem)
    }

    /// Executes a call. Dropping the future cancels it.
    ///
    /// `options` override those of the configuration, field by field.
    ///
    /// # Errors
    ///
    /// Any failure of the call. If the body cannot be decoded, the kind is
    /// [`ErrorKind::InvalidResponse`] and the message names the place.
    ///
    /// [`ErrorKind::InvalidResponse`]: crate::ErrorKind::InvalidResponse
    pub fn call<T: DeserializeOwned + 'static>(
        &self,
        request: Request,
        options: &CallOptions,
    ) -> CallFuture<T> {
        call::run(self.0.clone(), request, options.clone(), decode)
    }

    /// Same as [`call`](Self::call) for an operation whose response has no value; the body is
    /// ignored.
    ///
    /// # Errors
    ///
    /// Any failure of the call.
    pub fn call_without_value(&self, request: Request, options: &CallOptions) -> CallFuture<()> {
        call::run(self.0.clone(), request, options.clone(), |_, _| {
            Ok(((), Vec::new()))
        })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("provider", &self.0.api.provider)
            .field("base_url", &self.0.base_url.text)
            .field("options", &self.0.config.options)
            .finish_non_exhaustive()
    }
}

/// Resolves the base URLs of operations that the vendor serves from another server.
fn servers(
    api: &Api,
    config: &Config,
    base_url: &BaseUrl,
) -> Result<Vec<(&'static str, BaseUrl)>, String> {
    let is_vendors = base_url.text == api.default_base_url.trim_end_matches('/');
    let mut servers = Vec::<(&'static str, BaseUrl)>::new();
    for server in api.operations.iter().filter_map(|known| known.server) {
        if servers.iter().any(|(known, _)| *known == server) {
            continue;
        }
        let mut replaced = config.servers.iter();
        let address = match replaced.find(|(replaced, _)| replaced == server) {
            Some((_, instead)) => BaseUrl::parse(instead, config.allow_insecure_http)?,
            None if is_vendors => BaseUrl::parse(server, config.allow_insecure_http)?,
            // A replacement base URL replaces every server of the vendor: the credential must not
            // reach the real one.
            None => base_url.clone(),
        };
        servers.push((server, address));
    }
    let unknown = |server: &str| servers.iter().all(|(known, _)| *known != server);
    match config.servers.iter().find(|(server, _)| unknown(server)) {
        Some((server, _)) => Err(format!("no operation is on the server {server}")),
        None => Ok(servers),
    }
}

/// The headers of every request. The credential is marked as sensitive.
fn headers(
    auth: Auth,
    credential: &Credential,
    user_agent_suffix: Option<&str>,
) -> Result<HeaderMap, String> {
    let name = HeaderName::try_from(auth.header_name())
        .map_err(|_| format!("{:?} is not a valid header name", auth.header_name()))?;
    let prefix = match auth {
        Auth::Header(_) => "",
        Auth::Bearer => "Bearer ",
    };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, JSON);
    headers.insert(USER_AGENT, user_agent(user_agent_suffix)?);
    headers.insert(name, credential.header(prefix)?);
    Ok(headers)
}

/// The `User-Agent` of every request.
fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, String> {
    const OWN: &str = concat!("threadline/", env!("CARGO_PKG_VERSION"));
    let Some(suffix) = suffix else {
        return Ok(HeaderValue::from_static(OWN));
    };
    let invalid = "the user agent contains a character that is invalid in a header";
    HeaderValue::try_from(format!("{OWN} {suffix}")).map_err(|_| invalid.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{ACME, CANARY, Script, Step, call, call_with_options, operation};
    use crate::{Delivery, ErrorKind};

    #[test]
    fn it_is_send_sync_and_its_calls_are_send() {
        fn check<T: Send + Sync>() {}
        fn check_send<T: Send>(_: T) {}
        check::<Transport>();
        check::<Error>();
        let transport = Script::new([]).transport();
        let request = transport.request(operation("get_thread"), &["x"]);
        check_send(transport.call::<serde_json::Value>(request, &CallOptions::new()));
    }

    #[test]
    fn a_call_is_small() {
        // Allocators keep blocks up to about a kilobyte at hand.
        let transport = Script::new([]).transport();
        let request = transport.request(operation("get_thread"), &["x"]);
        let call = transport.call::<serde_json::Value>(request, &CallOptions::new());
        assert!(size_of_val(&*call) < 1000, "{}", size_of_val(&*call));
    }

    #[tokio::test]
    async fn a_url_is_the_operations() {
        let transport = Script::new([]).transport();
        let request = transport.request(operation("get_thread"), &["a/b"]);
        assert_eq!(request.url().as_str(), "http://127.0.0.1:9/threads/a%2Fb");
        let request = transport.request(operation("get_thread"), &["lookup"]);
        let error = transport
            .call_without_value(request, &CallOptions::new())
            .await
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
        let config = || Config::new().credential(Credential::new(CANARY).unwrap());
        let url = |config: Config| {
            let transport = Transport::new(&ACME, config).unwrap();
            let request = transport.request(operation("upload"), &["thr-1"]);
            request.url().to_string()
        };
        let path = "/threads/thr-1";
        assert_eq!(url(config()), format!("{own}{path}"));
        let default = config().base_url(ACME.default_base_url);
        assert_eq!(url(default), format!("{own}{path}"));
        // A replacement base URL replaces every server of the vendor.
        let local = "http://localhost:1";
        let replaced = config().base_url(local);
        assert_eq!(url(replaced), format!("{local}/v1{path}"));
        let instead = config().server(own, "http://localhost:2/");
        assert_eq!(url(instead), format!("http://localhost:2{path}"));
        for (server, instead) in [(own, "ftp://x"), ("https://else.example", local)] {
            let config = config().server(server, instead);
            let error = Transport::new(&ACME, config).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        }
    }

    #[tokio::test]
    async fn the_credential_goes_to_the_operations_server_alone() {
        for url in [
            "http://127.0.0.1:8",
            "https://127.0.0.1:9",
            "http://localhost:9",
        ] {
            let script = Script::new([]);
            let transport = script.transport();
            let other = script.transport_with(script.config().base_url(url));
            let request = other.request(operation("get_thread"), &["x"]);
            let error = transport
                .call_without_value(request, &CallOptions::new())
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
        let dry = || {
            let config = script.config().dry_run(true);
            script.transport_with(config.header("x-source", "test").unwrap())
        };
        let error = call(&dry(), "send_message").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::DryRun, 0));
        let prepared = error.prepared_request().unwrap();
        assert_eq!(prepared.method(), "POST");
        assert_eq!(prepared.url(), "http://127.0.0.1:9/threads/thr-1");
        assert_eq!(prepared.headers().get("x-api-key"), Some("[redacted]"));
        assert_eq!(prepared.body(), br#"{"text":"hi"}"#);
        let version = env!("CARGO_PKG_VERSION");
        let key = error.idempotency_key().unwrap();
        assert_eq!(
            prepared.to_string(),
            format!(
                "POST /threads/thr-1 HTTP/1.1\nhost: 127.0.0.1:9\naccept: application/json\n\
                 user-agent: threadline/{version}\nx-api-key: [redacted]\n\
                 content-type: application/json\nidempotency-key: {key}\nx-source: test\n\
                 content-length: 13\n\n{{\"text\":\"hi\"}}"
            )
        );
        let script = Script::new([Step::answer(200, "{}")]);
        let transport = script.transport_with(script.config().dry_run(true));
        let options = CallOptions::new().dry_run(false);
        call_with_options(&transport, "get_thread", &options)
            .await
            .unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_agent_may_name_the_program() {
        let script = Script::new([Step::answer(200, "{}")]);
        let config = script.config().user_agent("acme-desk/2.1");
        call(&script.transport_with(config), "get_thread")
            .await
            .unwrap();
        let sent = &script.seen()[0].headers["user-agent"];
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(sent, &format!("threadline/{version} acme-desk/2.1"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sunset_is_seen_by_every_clone() {
        let answer = Step::answer(200, "{}").header("sunset", "Thu, 03 Dec 2026 00:00:00 GMT");
        let transport = Script::new([answer]).transport();
        let clone = transport.clone();
        call(&transport, "get_thread").await.unwrap();
        assert_eq!(
            clone.sunset().unwrap().sunset(),
            Some("Thu, 03 Dec 2026 00:00:00 GMT")
        );
    }

    #[test]
    fn nothing_shows_the_credential() {
        let script = Script::new([]);
        let shown = format!("{:?} {:?}", script.config(), script.transport());
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
