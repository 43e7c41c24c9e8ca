//! What each port has besides the emulated API: a page at `/`, and the control endpoints at `/_/`.
//!
//! They are for people and tests: they need no credential, count in no limit, meet no faults and do
//! not appear among the received requests. The guard says who may use them.

mod answer;
mod faults;
mod guard;
mod index;
mod limits;
mod page;
mod requests;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use http::StatusCode;

use crate::http::service::Service;
use answer::Answer;

/// What can be done, as the page and an error list it.
const ENDPOINTS: [(&str, &str); 9] = [
    ("GET /_/state", "all records, which can be loaded again"),
    ("POST /_/reset", "everything back to the start"),
    ("GET /_/requests", "the last requests"),
    ("GET /_/faults", "the planned faults"),
    ("POST /_/faults", "plan a fault"),
    ("DELETE /_/faults", "plan no faults"),
    ("GET /_/limits", "the rate limits"),
    ("PUT /_/limits", "set the rate limits"),
    ("GET /", "what this is, its threads and the last requests"),
];

/// The routes of the page and of the control endpoints.
pub(crate) fn router() -> Router<Arc<Service>> {
    let faults = get(faults::show).post(faults::add).delete(faults::clear);
    let control = Router::new()
        .route("/state", get(state::show))
        .route("/reset", post(state::reset))
        .route("/requests", get(requests::show))
        .route("/faults", faults)
        .route("/limits", get(limits::show).put(limits::set))
        .fallback(unknown)
        .method_not_allowed_fallback(other_method);
    Router::new()
        .route("/", get(index::show).fallback(other_method))
        .nest("/_", control)
        .layer(from_fn(guard::check))
}

/// Whether the first bytes of a connection are a request for one of these.
pub(crate) fn is_meant_by(first_bytes: &[u8]) -> bool {
    let mut words = first_bytes.split(|byte| *byte == b' ');
    words.next();
    let target = words.next().unwrap_or_default();
    target == b"/" || target.starts_with(b"/?") || target.starts_with(b"/_/")
}

async fn unknown() -> Answer {
    let known = ENDPOINTS.map(|(line, _)| line).join(", ");
    let message = format!("there is no such control endpoint; there are {known}");
    answer::error(StatusCode::NOT_FOUND, message)
}

async fn other_method() -> Answer {
    let known = ENDPOINTS.map(|(line, _)| line).join(", ");
    let message = format!("this method is not allowed here; there are {known}");
    answer::error(StatusCode::METHOD_NOT_ALLOWED, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_requests_are_recognized_by_their_first_bytes() {
        for line in [
            "GET / HTTP/1.1",
            "GET /?x=1 HTTP/1.1",
            "DELETE /_/faults HTTP/1.1",
        ] {
            assert!(is_meant_by(line.as_bytes()), "{line}");
        }
        for line in ["GET /v1/thread/a HTTP/1.1", "GET /_x HTTP/1.1", "GET", ""] {
            assert!(!is_meant_by(line.as_bytes()), "{line}");
        }
    }
}
