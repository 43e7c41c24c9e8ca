//! A server on localhost that answers each connection with prepared bytes, and an API to call it by.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test crate uses its own part"
)]

pub mod hostile;
pub mod log;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use threadline_transport::{
    Api, CallOptions, Config, Credential, Error, ErrorShape, Idempotency, Operation, Response,
    RetryPolicy, Transport,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The secret that must not be seen anywhere.
pub const CANARY: &str = "canary-0123456789";

/// A made-up vendor.
pub static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example")
    .errors(
        ErrorShape::new()
            .code(&["/code"])
            .message(&["/message"])
            .request_id(&["/requestId"]),
    )
    .operations(&[
        operation("get_thread", "GET"),
        operation("update_thread", "PATCH"),
    ]);

const fn operation(id: &'static str, method: &'static str) -> Operation {
    Operation::new(id, method, "/threads/{threadId}").idempotency(Idempotency::Harmless)
}

/// A server that gives each connection one prepared answer and notes what it was asked.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server. After its answer a connection is closed, or kept open if the answer ends
    /// in `[stall]`.
    pub async fn start(answers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answers: Vec<String> = answers.into_iter().map(Into::into).collect();
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            for answer in answers {
                let (stream, _) = listener.accept().await.unwrap();
                serve(stream, answer, &log).await;
            }
        });
        Self { url, requests }
    }

    /// The requests so far, as they were on the wire.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Settings of a client that speaks to this server and tries once.
    pub fn config(&self) -> Config {
        Config::new()
            .credential(Credential::new(CANARY).unwrap())
            .base_url(&self.url)
            .retry(RetryPolicy::none())
    }

    pub fn transport(&self) -> Transport {
        Transport::new(&ACME, self.config()).unwrap()
    }
}

/// Reads one request and answers it.
async fn serve(mut stream: TcpStream, answer: String, log: &Mutex<Vec<String>>) {
    let mut request = String::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        let count = stream.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "the client hung up within its request: {request}");
        request.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    log.lock().unwrap().push(request);
    let stalls = answer.ends_with("[stall]");
    let bytes = answer.trim_end_matches("[stall]").as_bytes();
    // A client may hang up on an answer that it does not want to read on.
    let _ = stream.write_all(bytes).await;
    if stalls {
        tokio::spawn(async move {
            let _ = stream.read(&mut [0; 1]).await;
        });
    }
}

/// Whether a request's head and body are there.
fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Updates a thread, as generated code does.
pub async fn update(transport: &Transport) -> Result<Response<Value>, Error> {
    let operation = ACME.operation("update_thread").unwrap();
    let request = transport.request(operation, &["a/b?c#d%e é"]);
    let request = request.json(&json!({"done": true}));
    transport.call(request, &CallOptions::new()).await
}

/// Lines of a request in an order that does not depend on the HTTP library.
pub fn sorted(request: &str) -> Vec<&str> {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.split("\r\n").collect();
    lines[1..].sort_unstable();
    lines.push(body);
    lines
}
