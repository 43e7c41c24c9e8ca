//! ContactShip's errors: `{"statusCode": 404, "message": "…"}`; several messages are a list.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::response::Answer;
use crate::spec::issue::Issue;
use crate::vendors::Refusal;

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
    pub(super) fn answer(&self) -> Answer {
        match self {
            Self::NotFound(thing) => error(StatusCode::NOT_FOUND, format!("{thing} not found")),
            Self::Invalid(issue) => invalid(std::slice::from_ref(issue)),
            Self::Conflict(message) => error(StatusCode::CONFLICT, *message),
            Self::Forbidden(message) => error(StatusCode::FORBIDDEN, *message),
        }
    }
}

/// The response to a request that is rejected before it reaches a handler.
pub(super) fn refuse(refusal: &Refusal) -> Answer {
    match refusal {
        Refusal::UnknownRoute => error(StatusCode::NOT_FOUND, "Not found"),
        Refusal::WrongMethod(_) => error(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
        Refusal::Unauthorized => error(StatusCode::UNAUTHORIZED, "Invalid API key"),
        Refusal::Invalid(issues) => invalid(issues),
        Refusal::TooMany(excess) => {
            let (limit, seconds, wait) = (excess.limit, excess.per.as_secs(), excess.wait);
            let message =
                format!("Rate limit exceeded: {limit} requests per {seconds}s. Retry in {wait}s.");
            error(StatusCode::TOO_MANY_REQUESTS, message)
        }
        Refusal::Overloaded => error(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded"),
        Refusal::Failing(status) => error(*status, "Something went wrong"),
        Refusal::Unreadable => error(StatusCode::PAYLOAD_TOO_LARGE, "Payload too large"),
        Refusal::NotEmulated => error(StatusCode::NOT_IMPLEMENTED, "Not emulated"),
    }
}

fn invalid(issues: &[Issue]) -> Answer {
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
}

fn error(status: StatusCode, message: impl Into<Value>) -> Answer {
    let message: Value = message.into();
    Answer::json(
        status,
        json!({ "statusCode": status.as_u16(), "message": message }),
    )
}
