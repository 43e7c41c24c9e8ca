//! A server whose answer can be changed.

use std::sync::{Arc, Mutex};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use threadline_tests::Request;

/// A server that gives the answer it was told last, and notes every request.
pub struct Server {
    server: MockServer,
    answer: Arc<Mutex<HttpMockResponse>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub async fn start() -> Self {
        let server = MockServer::start_async().await;
        let answer = Arc::new(Mutex::new(response(204, "text/plain", "")));
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let (current, log) = (Arc::clone(&answer), Arc::clone(&requests));
        let respond = move |request: &HttpMockRequest| {
            log.lock().unwrap().push(request.into());
            current.lock().unwrap().clone()
        };
        server
            .mock_async(|when, then| {
                when.any_request();
                then.respond_with(respond);
            })
            .await;
        Self {
            server,
            answer,
            requests,
        }
    }

    pub fn url(&self) -> String {
        self.server.base_url()
    }

    /// Sets what is answered from now on.
    pub fn answer(&self, status: u16, content_type: &str, body: &str) {
        *self.answer.lock().unwrap() = response(status, content_type, body);
    }

    /// The requests since this was asked last.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn response(status: u16, content_type: &str, body: &str) -> HttpMockResponse {
    let builder = HttpMockResponse::builder().status(status);
    if body.is_empty() {
        return builder.build();
    }
    builder
        .header("content-type", content_type)
        .body(body)
        .build()
}
