//! A sender that plays a script, and an API to play it for. Only for tests.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body::Frame;
use tokio::time::Instant;

use crate::sender::{SendFailure, Sender, Sending};
use crate::{
    Api, Auth, Clock, CodeRetry, CodeRule, Credential, ErrorShape, Idempotency, Jitter, Operation,
    PathParam, RateLimitBudget, RateLimitPolicy, Response, RetryPolicy, Transport,
    TransportBuilder,
};

/// The secret that must not be seen anywhere.
pub(crate) const CANARY: &str = "canary-0123456789";

/// A made-up vendor.
pub(crate) static ACME: Api = Api {
    provider: "acme",
    title: "Acme Inbox",
    default_base_url: "https://api.acme.example/v1",
    auth: Auth::Header("x-api-key"),
    errors: ErrorShape {
        code: &["/code"],
        message: &["/message"],
        request_id: &["/requestId"],
        retry_after_seconds: &["/details/retryAfterSeconds"],
        reset_at: &["/details/resetAt"],
        codes: &[
            CodeRule {
                code: "sendInProgress",
                status: 409,
                retry: CodeRetry::SameKey,
            },
            CodeRule {
                code: "sendUnconfirmed",
                status: 502,
                retry: CodeRetry::Never,
            },
        ],
    },
    rate_limits: &[],
    rate_budgets: &[RateLimitBudget {
        name: "heavy",
        windows: &[],
        headers: Some("heavy"),
    }],
    operations: &[
        row("add_note", "POST", Idempotency::NotHarmless),
        row("get_thread", "GET", Idempotency::Harmless),
        Operation {
            rate_budget: Some("heavy"),
            ..row("list_threads", "GET", Idempotency::Harmless)
        },
        row(
            "send_message",
            "POST",
            Idempotency::WithKey("idempotency-key"),
        ),
        Operation {
            server: Some("https://media.acme.example"),
            ..row("upload", "POST", Idempotency::NotHarmless)
        },
    ],
};

const fn row(id: &'static str, method: &'static str, idempotency: Idempotency) -> Operation {
    Operation {
        id,
        vendor_id: None,
        method,
        path: "/threads/{threadId}",
        server: None,
        path_params: &[PathParam {
            name: "threadId",
            reserved: &["lookup"],
        }],
        bounds: &[],
        success: &[200],
        errors: &[],
        idempotency,
        envelope: Some("data"),
        pagination: None,
        rate_budget: None,
        summary: "",
        docs: "",
    }
}

/// One thing a server, or the network before it, does.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// No connection is made.
    Refuse,
    /// The request cannot be sent at all.
    Unsendable,
    /// The connection breaks before an answer.
    Break,
    /// Nothing happens, for ever.
    Stall,
    /// An answer.
    Answer(Reply),
}

/// An answer of a script.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) chunks: Vec<&'static str>,
    pub(crate) end: End,
}

/// What comes after the last chunk of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The proper end.
    Whole,
    /// The connection breaks.
    Broken,
    /// Nothing, for ever.
    Stalled,
    /// The last chunk again, for ever.
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

    /// The same answer with another header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer(reply) = &mut self {
            reply.headers.push((name, value.into()));
        }
        self
    }

    /// The same answer with another end.
    pub(crate) fn end(mut self, end: End) -> Self {
        if let Self::Answer(reply) = &mut self {
            reply.end = end;
        }
        self
    }
}

/// Plays its steps one after the other, and notes when each request came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
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

    /// A transport that plays this script.
    pub(crate) fn builder(&self) -> TransportBuilder {
        Transport::builder(&ACME)
            .credential(Credential::new(CANARY).unwrap())
            .base_url("http://127.0.0.1:9")
            .rate_limits(RateLimitPolicy::unlimited())
            .sender(self.clone())
    }

    pub(crate) fn transport(&self) -> Transport {
        self.builder().build().unwrap()
    }

    /// The requests that came.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The waits between the requests, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        self.seen()
            .windows(2)
            .map(|pair| (pair[1].at - pair[0].at).as_millis())
            .collect()
    }
}

impl Sender for Script {
    fn send(&self, request: reqwest::Request) -> Sending {
        let body = request
            .body()
            .and_then(reqwest::Body::as_bytes)
            .unwrap_or_default()
            .to_vec();
        let seen = Seen {
            at: Instant::now(),
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
                Step::Refuse => Err(SendFailure::Connect("connection refused".into())),
                Step::Unsendable => Err(SendFailure::Unsendable("bad URL".into())),
                Step::Break => Err(SendFailure::Lost("connection reset".into())),
                Step::Stall => std::future::pending().await,
                Step::Answer(reply) => Ok(reply.into_response()),
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

/// A body of a script.
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

/// Makes one call of an operation, as generated code does.
pub(crate) async fn call(
    transport: &Transport,
    operation: &'static str,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call_with(transport, operation, Some("key-1")).await
}

/// The same with another idempotency key, or none.
pub(crate) async fn call_with(
    transport: &Transport,
    operation: &'static str,
    key: Option<&str>,
) -> Result<Response<serde_json::Value>, crate::Error> {
    let operation = self::operation(operation);
    let build = || {
        let url = transport.url(operation, &["thr-1"])?;
        let mut request = transport.http_client().get(url.clone());
        if operation.method == "POST" {
            let body = serde_json::json!({"text": "hi"});
            request = transport.http_client().post(url).json(&body);
        }
        if let Some(key) = key.filter(|_| operation.id == "send_message") {
            request = request.header("idempotency-key", key);
        }
        Ok(request)
    };
    transport.call(operation, &build).await
}

/// An operation of the made-up vendor.
pub(crate) fn operation(id: &str) -> &'static Operation {
    ACME.operation(id).unwrap()
}

/// Back-off without chance: 250, 500, 1000 ms.
#[derive(Debug)]
struct Whole;

impl Jitter for Whole {
    fn fraction(&self) -> f64 {
        1.0
    }
}

/// Sun, 06 Nov 1994 08:49:37 GMT, always.
#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }
}

/// A transport that plays a script without chance, at a known time of day.
pub(crate) fn steady(script: &Script) -> Transport {
    steady_with(script, RetryPolicy::default())
}

/// The same with another policy.
pub(crate) fn steady_with(script: &Script, policy: RetryPolicy) -> Transport {
    script
        .builder()
        .retry(policy.with_jitter(Whole))
        .clock(Stopped)
        .build()
        .unwrap()
}

/// What a call of an operation comes to when a script is played.
pub(crate) async fn outcome(
    script: &Script,
    operation: &'static str,
) -> Result<Response<serde_json::Value>, crate::Error> {
    call(&steady(script), operation).await
}
