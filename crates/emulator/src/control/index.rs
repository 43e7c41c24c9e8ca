//! `/`: what this is, for people with a browser as a page, for programs as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{ENDPOINTS, answer, guard, page, requests};
use crate::emulator::Emulator;
use crate::http::service::Service;
use crate::request_log::ReceivedRequest;
use crate::vendors::summary::ThreadSummary;

/// How many requests are listed.
const REQUESTS: usize = 20;

/// Everything but what a URL need not encode.
const ENCODED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What is shown at `/`.
pub(super) struct Index {
    /// The title of the emulated API.
    pub(super) title: String,
    /// The base URL of the emulated API.
    pub(super) base_url: String,
    /// How to call it.
    pub(super) example: String,
    /// Its threads.
    pub(super) threads: Vec<ThreadSummary>,
    /// The last requests, latest first.
    pub(super) requests: Vec<ReceivedRequest>,
}

/// Answers in the form that is asked for.
pub(super) async fn show(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let index = Index::of(&service, &headers);
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // Nothing is loaded and nothing is run, whatever a name or message contains.
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            ),
            (VARY, "accept"),
        ];
        return (headers, page::render(&index)).into_response();
    }
    ([(VARY, "accept")], answer::ok(index.to_json(&service))).into_response()
}

impl Index {
    fn of(service: &Service, headers: &HeaderMap) -> Self {
        let origin = guard::host(headers).map(|host| format!("http://{host}"));
        let origin = origin.unwrap_or_default();
        let threads = service.vendor().summaries();
        let mut requests = service.latest_requests(REQUESTS);
        requests.reverse();
        Self {
            title: service.provider.title().to_owned(),
            base_url: format!("{origin}{}", service.spec.base_path),
            example: example(service, &origin, threads.first()),
            threads,
            requests,
        }
    }

    fn to_json(&self, service: &Service) -> Value {
        let threads = self.threads.iter().map(ThreadSummary::to_json);
        let requests = self.requests.iter().map(requests::brief);
        let control: Map<String, Value> = ENDPOINTS
            .iter()
            .map(|(line, purpose)| ((*line).to_owned(), json!(purpose)))
            .collect();
        json!({
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "provider": service.provider.as_str(),
            "title": self.title,
            "base_url": self.base_url,
            "example": self.example,
            "control": control,
            "threads": threads.collect::<Vec<_>>(),
            "requests": requests.map(Value::Object).collect::<Vec<_>>(),
        })
    }
}

/// A command that reads a thread. The credential is part of it only if it is the one everybody
/// knows.
fn example(service: &Service, origin: &str, thread: Option<&ThreadSummary>) -> String {
    let Some(operation) = service.spec.operation("threads.get") else {
        return String::new();
    };
    let id = thread.map_or("ID", |thread| thread.id.as_str());
    let id = utf8_percent_encode(id, &ENCODED).to_string();
    let url = format!("{origin}{}", operation.path.replace("{threadId}", &id));
    let credential = &service.settings.credential;
    let variable = service.provider.credential_variable();
    let header = operation.security.first().map(|scheme| {
        if credential == Emulator::CREDENTIAL {
            format!("-H '{}' ", scheme.header_line(credential))
        } else {
            let variable = format!("${}", variable.unwrap_or("CREDENTIAL"));
            format!("-H \"{}\" ", scheme.header_line(&variable))
        }
    });
    format!("curl {}{url}", header.unwrap_or_default())
}
