//! ContactShip's errors: `{"statusCode": 404, "message": "…"}`; several messages are a list.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::response::Response;
use crate::spec::issue::Issue;
use crate::vendors::Rejection;

/// The errors of handlers.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no such record; the name of its kind.
    NotFound(&'static str),
    /// The request is well-formed, but its fields conflict with each other or with the state.
    Invalid(Issue),
    /// The request conflicts with the current state.
    Conflict(&'static str),
    /// The record belongs to another organization.
    Forbidden(&'static str),
}

impl Failure {
    /// The value of a field or parameter is invalid.
    pub(super) fn invalid(name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(Issue::named(name, message))
    }

    /// The error response.
    pub(super) fn response(&self) -> Response {
        match self {
            Self::NotFound(record) => error(StatusCode::NOT_FOUND, format!("{record} not found")),
            Self::Invalid(issue) => invalid(std::slice::from_ref(issue)),
            Self::Conflict(message) => error(StatusCode::CONFLICT, *message),
            Self::Forbidden(message) => error(StatusCode::FORBIDDEN, *message),
        }
    }
}

/// The response to a request that is rejected before it reaches a handler.
pub(super) fn reject(rejection: &Rejection) -> Response {
    match rejection {
        Rejection::UnknownRoute => error(StatusCode::NOT_FOUND, "Not found"),
        Rejection::MethodNotAllowed(_) => {
            error(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
        }
        Rejection::Unauthorized => error(StatusCode::UNAUTHORIZED, "Invalid API key"),
        Rejection::Invalid(issues) => invalid(issues),
        Rejection::RateLimited(excess) => {
            let (limit, seconds, wait) = (excess.limit, excess.per.as_secs(), excess.wait);
            let message =
                format!("Rate limit exceeded: {limit} requests per {seconds}s. Retry in {wait}s.");
            error(StatusCode::TOO_MANY_REQUESTS, message)
        }
        Rejection::RateLimitedWithoutHint => {
            error(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded")
        }
        Rejection::ServerError(status) => error(*status, "Something went wrong"),
        Rejection::PayloadTooLarge => error(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large"),
        Rejection::NotImplemented => error(StatusCode::NOT_IMPLEMENTED, "Not emulated"),
    }
}

fn invalid(issues: &[Issue]) -> Response {
    let mut messages: Vec<Value> = issues
        .iter()
        .map(|issue| Value::from(issue.to_string()))
        .collect();
    let message = if messages.len() == 1 {
        messages.pop()
    } else {
        None
    };
    error(
        StatusCode::BAD_REQUEST,
        message.unwrap_or(Value::Array(messages)),
    )
    .about(issues)
}

fn error(status: StatusCode, message: impl Into<Value>) -> Response {
    let message: Value = message.into();
    Response::json(
        status,
        json!({ "statusCode": status.as_u16(), "message": message }),
    )
}
