//! `/_/state` and `/_/reset`: the records of the API.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use crate::http::service::Service;

/// All records by kind, and how many requests there were.
pub(super) async fn show(State(service): State<Arc<Service>>) -> Answer {
    let mut state = service.vendor().records();
    let counts = service.counts();
    let requests = json!({
        "total": counts.total,
        "by_status": counts.by_status,
        "by_operation": counts.by_operation,
    });
    state.insert("provider".to_owned(), json!(service.provider.as_str()));
    state.insert("requests".to_owned(), requests);
    answer::ok(Value::Object(state))
}

/// Puts everything back to the start.
pub(super) async fn reset(State(service): State<Arc<Service>>) -> Answer {
    service.reset();
    answer::ok(json!({ "provider": service.provider.as_str(), "reset": true }))
}
