//! Version 1's errors: `{"error": {"code": "THREAD_NOT_FOUND", "message": "…", "status": 404}}`.

use http::StatusCode;
use serde_json::json;

use crate::http::response::Response;
use crate::spec::issue::Issue;
use crate::vendors::Rejection;

/// The errors of handlers.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no record of this kind.
    NotFound(Kind),
    /// The request is malformed in a way the document does not describe.
    Invalid(Issue),
    /// The request is well-formed, but cannot be executed.
    Unprocessable(String),
    /// A name is taken.
    NameTaken,
}

/// The kinds of records that can be missing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Thread,
    Message,
    Member,
    Prospect,
    Tag,
    Status,
}

impl Kind {
    const fn code_and_message(self) -> (&'static str, &'static str) {
        match self {
            Self::Thread => ("THREAD_NOT_FOUND", "There is no thread with this id"),
            Self::Message => ("MESSAGE_NOT_FOUND", "There is no message with this id"),
            Self::Member => ("MEMBER_NOT_FOUND", "There is no member with this id"),
            Self::Prospect => ("PROSPECT_NOT_FOUND", "There is no prospect with this id"),
            Self::Tag => ("TAG_NOT_FOUND", "There is no tag with this id"),
            Self::Status => ("STATUS_NOT_FOUND", "There is no status with this id"),
        }
    }
}

impl Failure {
    /// The value of a field or parameter is invalid.
    pub(super) fn invalid(name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(Issue::named(name, message))
    }

    /// The error response.
    pub(super) fn response(&self) -> Response {
        match self {
            Self::NotFound(kind) => {
                let (code, message) = kind.code_and_message();
                error(StatusCode::NOT_FOUND, code, message)
            }
            Self::Invalid(issue) => bad_request(std::slice::from_ref(issue)),
            Self::Unprocessable(message) => error(
                StatusCode::UNPROCESSABLE_ENTITY,
                "UNPROCESSABLE_CONTENT",
                message,
            ),
            Self::NameTaken => error(StatusCode::CONFLICT, "CONFLICT", "The name is taken"),
        }
    }
}

/// The response to a request that is rejected before it reaches a handler.
pub(super) fn reject(rejection: &Rejection) -> Response {
    match rejection {
        Rejection::UnknownRoute => error(StatusCode::NOT_FOUND, "NOT_FOUND", "Not found"),
        Rejection::MethodNotAllowed(_) => error(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_SUPPORTED",
            "Method not supported",
        ),
        Rejection::Unauthorized => error(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "The API token is not valid",
        ),
        Rejection::Invalid(issues) => bad_request(issues),
        Rejection::RateLimited(excess) => {
            let message = format!("Too many requests. Try again in {} seconds.", excess.wait);
            error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", &message)
        }
        Rejection::RateLimitedWithoutHint => error(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            "Too many requests",
        ),
        Rejection::ServerError(status) => {
            error(*status, "INTERNAL_SERVER_ERROR", "Something went wrong")
        }
        Rejection::PayloadTooLarge => error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            "The body is too large",
        ),
        Rejection::NotImplemented => error(
            StatusCode::NOT_IMPLEMENTED,
            "NOT_IMPLEMENTED",
            "This is not emulated",
        ),
    }
}

fn bad_request(issues: &[Issue]) -> Response {
    let messages: Vec<String> = issues.iter().map(ToString::to_string).collect();
    error(StatusCode::BAD_REQUEST, "BAD_REQUEST", &messages.join("; ")).about(issues)
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let error = json!({ "code": code, "message": message, "status": status.as_u16() });
    Response::json(status, json!({ "error": error }))
}
