//! A server with prepared answers that notes what it is asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use crate::Request;

/// A prepared answer.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    /// An answer of JSON.
    pub fn json(status: u16, body: impl ToString) -> Self {
        Self::of("application/json", status, body)
    }

    /// An answer of HTML, as a proxy gives it.
    pub fn html(status: u16, body: impl ToString) -> Self {
        Self::of("text/html; charset=utf-8", status, body)
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    fn of(content_type: &str, status: u16, body: impl ToString) -> Self {
        Self::empty(status)
            .body(body)
            .header("content-type", content_type)
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn body(mut self, body: impl ToString) -> Self {
        self.body = body.to_string();
        self
    }

    fn response(&self) -> HttpMockResponse {
        HttpMockResponse::builder()
            .status(self.status)
            .headers(self.headers.clone())
            .body(self.body.clone())
            .build()
    }
}

/// A server that gives prepared answers, the last one again and again, and notes every request.
pub struct Stub {
    server: MockServer,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// Starts a server that gives every request this answer.
    pub async fn answering(answer: Answer) -> Self {
        Self::start([answer]).await
    }

    /// Starts a server that gives these answers in order, and then the last one again and again.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let server = MockServer::start_async().await;
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let log = Arc::clone(&requests);
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        let answer = move |request: &HttpMockRequest| {
            log.lock().unwrap().push(request.into());
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 {
                answers.pop_front()
            } else {
                answers.front().cloned()
            }
            .expect("there is an answer")
            .response()
        };
        server
            .mock_async(|when, then| {
                when.any_request();
                then.respond_with(answer);
            })
            .await;
        Self { server, requests }
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.server.base_url()
    }

    /// The host and port, as a `host` header names them.
    pub fn host(&self) -> String {
        self.url().trim_start_matches("http://").to_owned()
    }

    /// The requests so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}
