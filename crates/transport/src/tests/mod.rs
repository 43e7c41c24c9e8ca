//! Shared test helpers: a scripted sender, and an API to use with it.

mod retry_table;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body::Frame;
use tokio::time::Instant;

use crate::call::{Arriving, Outcome, Receiving, Sender};
use crate::{
    Api, Auth, CallOptions, Clock, CodeRetry, CodeRule, Config, Credential, ErrorShape,
    Idempotency, Jitter, KeyChoice, Operation, PathParam, RateLimitBudget, RateLimitPolicy,
    Response, RetryPolicy, Transport,
};

/// A secret that must not appear anywhere.
pub(crate) const CANARY: &str = "canary-0123456789";

/// A fictional vendor.
pub(crate) static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example/v1")
    .auth(Auth::Header("x-api-key"))
    .errors(
        ErrorShape::new()
            .code(&["/code"])
            .message(&["/message"])
            .request_id(&["/requestId"])
            .retry_after_seconds(&["/details/retryAfterSeconds"])
            .reset_at(&["/details/resetAt"])
            .codes(&[
                CodeRule::new("sendInProgress", 409, CodeRetry::SameKey),
                CodeRule::new("sendUnconfirmed", 502, CodeRetry::Never),
            ]),
    )
    .rate_budgets(&[
        RateLimitBudget::new("heavy", &[], Some("heavy")),
        RateLimitBudget::new("events", &[], None).separate(true),
    ])
    .operations(&[
        row("add_note", "POST", Idempotency::NotHarmless),
        row("get_thread", "GET", Idempotency::Harmless),
        row("list_threads", "GET", Idempotency::Harmless).rate_budget(Some("heavy")),
        row("report_event", "POST", Idempotency::NotHarmless).rate_budget(Some("events")),
        row(
            "send_message",
            "POST",
            Idempotency::WithKey("idempotency-key"),
        ),
        row("upload", "POST", Idempotency::NotHarmless).server(Some("https://media.acme.example")),
    ]);

const THREAD_ID: &[PathParam] = &[PathParam::new("threadId", &["lookup"])];

const fn row(id: &'static str, method: &'static str, idempotency: Idempotency) -> Operation {
    Operation::new(id, method, "/threads/{threadId}")
        .path_params(THREAD_ID)
        .idempotency(idempotency)
        .envelope(Some("data"))
}

/// One scripted reaction of a server, or of the network.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The connection is refused.
    Refuse,
    /// The request cannot be sent at all.
    Unsendable,
    /// The connection breaks before the response.
    Break,
    /// Nothing happens, forever.
    Stall,
    /// A response.
    Answer(Reply),
}

/// A scripted response.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) chunks: Vec<&'static str>,
    pub(crate) end: End,
}

/// What follows the last chunk of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The regular end.
    Whole,
    /// The connection breaks.
    Broken,
    /// Nothing, forever.
    Stalled,
    /// The last chunk again, forever.
    Endless,
}

impl Step {
    pub(crate) fn answer(status: u16, body: &'static str) -> Self {
        Self::Answer(Reply {
            status,
            headers: Vec::new(),
            chunks: vec![body],
            end: End::Whole,
        })
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer(reply) = &mut self {
            reply.headers.push((name, value.into()));
        }
        self
    }

    /// Sends more of the body in a chunk of its own.
    pub(crate) fn chunk(mut self, chunk: &'static str) -> Self {
        if let Self::Answer(reply) = &mut self {
            reply.chunks.push(chunk);
        }
        self
    }

    /// Sets the end of the body.
    pub(crate) fn end(mut self, end: End) -> Self {
        if let Self::Answer(reply) = &mut self {
            reply.end = end;
        }
        self
    }
}

/// Plays its steps in order, and records when each request arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A recorded request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
    pub(crate) url: url::Url,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = Arc::new(Mutex::new(steps.into_iter().collect()));
        Self {
            steps,
            seen: Arc::default(),
        }
    }

    /// Settings without rate limits.
    #[allow(clippy::unused_self, reason = "reads as the settings of a script")]
    pub(crate) fn config(&self) -> Config {
        Config::new()
            .credential(Credential::new(CANARY).unwrap())
            .exact_base_url("http://127.0.0.1:9")
            .rate_limits(RateLimitPolicy::unlimited())
    }

    /// Creates a transport that plays this script.
    pub(crate) fn transport_with(&self, config: Config) -> Transport {
        Transport::build(&ACME, config, Some(Box::new(self.clone()))).unwrap()
    }

    pub(crate) fn transport(&self) -> Transport {
        self.transport_with(self.config())
    }

    /// The recorded requests.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The delays between the requests, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        self.seen()
            .windows(2)
            .map(|pair| (pair[1].at - pair[0].at).as_millis())
            .collect()
    }
}

impl Sender for Script {
    fn send<'a>(&self, request: reqwest::Request, arriving: &'a mut Arriving) -> Receiving<'a> {
        let body = request
            .body()
            .and_then(reqwest::Body::as_bytes)
            .unwrap_or_default()
            .to_vec();
        let seen = Seen {
            at: Instant::now(),
            url: request.url().clone(),
            headers: request.headers().clone(),
            body,
        };
        self.seen.lock().unwrap().push(seen);
        let step = self
            .steps
            .lock()
            .unwrap()
            .pop_front()
            .expect("the script is over");
        Box::pin(async move {
            match step {
                Step::Refuse => Err(Outcome::NotConnected("connection refused".into())),
                Step::Unsendable => Err(Outcome::Unsendable("bad URL".into())),
                Step::Break => Err(Outcome::Lost("connection reset".into(), None)),
                Step::Stall => std::future::pending().await,
                Step::Answer(reply) => arriving.read(&mut reply.into_response()).await,
            }
        })
    }
}

impl Reply {
    fn into_response(self) -> reqwest::Response {
        let chunks = self
            .chunks
            .into_iter()
            .map(|chunk| Bytes::from_static(chunk.as_bytes()));
        let body = ScriptBody {
            chunks: chunks.collect(),
            end: self.end,
        };
        let mut builder = http::Response::builder().status(self.status);
        for (name, value) in self.headers {
            builder = builder.header(name, value);
        }
        builder.body(reqwest::Body::wrap(body)).unwrap().into()
    }
}

/// The body of a scripted response.
struct ScriptBody {
    chunks: VecDeque<Bytes>,
    end: End,
}

impl http_body::Body for ScriptBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let end = self.end;
        if end == End::Endless && self.chunks.len() == 1 {
            return Poll::Ready(
                self.chunks
                    .front()
                    .cloned()
                    .map(|chunk| Ok(Frame::data(chunk))),
            );
        }
        match (self.chunks.pop_front(), end) {
            (Some(chunk), _) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            (None, End::Broken) => Poll::Ready(Some(Err(std::io::Error::other("reset")))),
            (None, End::Stalled) => Poll::Pending,
            (None, End::Whole | End::Endless) => Poll::Ready(None),
        }
    }
}

/// Calls an operation as generated code does.
pub(crate) async fn call(
    transport: &Transport,
    operation: &'static str,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call_with(transport, operation, KeyChoice::Generated).await
}

/// The same with another idempotency key, or none.
pub(crate) async fn call_with(
    transport: &Transport,
    operation: &'static str,
    key: KeyChoice,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call_options(transport, operation, key, &CallOptions::new()).await
}

/// The same with options.
pub(crate) async fn call_with_options(
    transport: &Transport,
    operation: &'static str,
    options: &CallOptions,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call_options(transport, operation, KeyChoice::Generated, options).await
}

/// The same with a single attempt.
pub(crate) async fn call_once(
    transport: &Transport,
    operation: &'static str,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call_with_options(transport, operation, &CallOptions::new().attempts(1)).await
}

/// The same with all options.
pub(crate) async fn call_options(
    transport: &Transport,
    operation: &'static str,
    key: KeyChoice,
    options: &CallOptions,
) -> Result<Response<serde_json::Value>, crate::Error> {
    let operation = self::operation(operation);
    let mut request = transport
        .request(operation, &["thr-1"])
        .idempotency_key(key);
    if operation.method == "POST" {
        request = request.json(&serde_json::json!({"text": "hi"}));
    }
    transport.call(request, options).await
}

/// An operation of the fictional vendor.
pub(crate) fn operation(id: &str) -> &'static Operation {
    ACME.operation(id).unwrap()
}

/// Back-off without randomness: 250, 500, 1000 ms.
#[derive(Debug)]
struct Whole;

impl Jitter for Whole {
    fn fraction(&self) -> f64 {
        1.0
    }
}

/// Always Sun, 06 Nov 1994 08:49:37 GMT.
#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }
}

/// A transport that plays a script without randomness, at a fixed time.
pub(crate) fn steady(script: &Script) -> Transport {
    steady_with(script, RetryPolicy::default())
}

/// The same with another policy.
pub(crate) fn steady_with(script: &Script, policy: RetryPolicy) -> Transport {
    let config = script.config().clock(Stopped);
    script.transport_with(config.retry(policy.jitter(Whole)))
}

/// The outcome of calling an operation with a script.
pub(crate) async fn outcome(
    script: &Script,
    operation: &'static str,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call(&steady(script), operation).await
}
