//! `/_/requests`: the last requests.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{self, Answer};
use crate::faults::Fault;
use crate::http::service::Service;
use crate::redaction;
use crate::request_log::ReceivedRequest;

/// How many requests are shown by default.
const DEFAULT: usize = 100;

/// The last requests, oldest first.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let limit = match query.get("limit").map(|limit| limit.parse()) {
        None => DEFAULT,
        Some(Ok(limit)) => limit,
        Some(Err(_)) => {
            return answer::error(StatusCode::BAD_REQUEST, "limit must be a whole number");
        }
    };
    let requests = service.latest_requests(limit);
    let secret = &service.settings.credential;
    let whole = requests.iter().map(|request| whole(request, secret));
    answer::ok(json!({ "requests": whole.collect::<Vec<_>>() }))
}

/// A request in brief.
pub(super) fn brief(request: &ReceivedRequest) -> Map<String, Value> {
    let status = (request.status != 0).then_some(request.status);
    let fields = [
        ("method", json!(request.method)),
        ("target", json!(request.target)),
        ("operation", json!(request.operation)),
        ("status", json!(status)),
        ("outcome", json!(request.outcome)),
        ("fault", json!(request.fault.map(Fault::as_str))),
        ("issues", json!(request.issues)),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    fields.into_iter().collect()
}

/// A request with its headers and body, without credentials.
fn whole(request: &ReceivedRequest, secret: &str) -> Value {
    let hide = |text: &str| redaction::of_request(text, &request.headers, secret);
    let shown = request
        .headers
        .iter()
        .filter(|(_, value)| !value.is_sensitive());
    let headers: Map<String, Value> = shown
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), json!(hide(&value)))
        })
        .collect();
    let text = hide(&request.body_text());
    let body = match serde_json::from_str(&text) {
        Ok(body) => body,
        Err(_) if text.is_empty() => Value::Null,
        Err(_) => json!(text),
    };
    let mut whole = brief(request);
    whole.insert("headers".to_owned(), Value::Object(headers));
    whole.insert("body".to_owned(), body);
    Value::Object(whole)
}
