//! A server whose answer can be changed.

use std::sync::{Arc, Mutex};

use threadline_tests::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A server that gives the answer it was told last, and notes every request. It keeps connections
/// open and does no more than it must: some tests make thousands of calls.
pub struct Server {
    url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    answer: Arc<[u8]>,
    requests: Vec<Request>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            answer: response(204, "text/plain", ""),
            requests: Vec::new(),
        }));
        tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { url, state }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Sets what is answered from now on.
    pub fn answer(&self, status: u16, content_type: &str, body: &str) {
        self.state.lock().unwrap().answer = response(status, content_type, body);
    }

    /// The requests since this was asked last.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

fn response(status: u16, content_type: &str, body: &str) -> Arc<[u8]> {
    let content = if body.is_empty() {
        String::new()
    } else {
        format!("content-type: {content_type}\r\n")
    };
    // An answer with this status has no body, and must not say how long it is.
    let length = if status == 204 {
        String::new()
    } else {
        format!("content-length: {}\r\n", body.len())
    };
    let answer = format!("HTTP/1.1 {status} Whatever\r\n{content}{length}\r\n{body}");
    answer.into_bytes().into()
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(converse(stream, Arc::clone(&state)));
    }
}

async fn converse(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer).await else {
            return;
        };
        received.extend_from_slice(&buffer[..count]);
        // A character may be cut in two.
        let Ok(text) = std::str::from_utf8(&received) else {
            continue;
        };
        let Some((request, length)) = Request::parse(text) else {
            continue;
        };
        received.drain(..length);
        let answer = {
            let mut state = state.lock().unwrap();
            state.requests.push(request);
            Arc::clone(&state.answer)
        };
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}
