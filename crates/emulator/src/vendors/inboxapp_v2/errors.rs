//! Version 2's errors: `{"code": "threadNotFound", "message": "…", "details": null, "requestId":
//! "…"}`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::context::Context;
use crate::http::response::Response;
use crate::rate_limit::LimitExceeded;
use crate::spec::issue::Issue;
use crate::vendors::Rejection;

/// The errors of handlers.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no record of this kind.
    NotFound(Kind),
    /// The request is well-formed, but its values conflict with each other or with the state.
    Invalid(Issue),
    /// The cursor is malformed, or belongs to another list.
    InvalidCursor,
    /// The team does not have this platform.
    PlatformNotAvailable(String),
    /// The team's plan does not cover this feature.
    PlanRequired(&'static str),
    /// The account is not connected: its id and its status.
    AccountLinkDisconnected(String, String),
    /// A name is taken.
    NameTaken(String),
    /// The account cannot do this.
    CapabilityNotSupported(&'static str),
    /// The thread does not allow this.
    ThreadRestricted(&'static str),
    /// The message cannot be changed, for this reason.
    MessageNotModifiable(&'static str),
    /// The content cannot be sent, for this reason.
    ContentRejected(&'static str),
    /// The key was used for another message.
    IdempotencyKeyReused,
    /// The message with this id is being sent under the same key.
    SendInProgress(String),
    /// It is unknown whether the message with this id was sent.
    SendUnconfirmed(String),
    /// The contact cannot be written to, for this reason.
    RecipientUnavailable(&'static str),
    /// The requested platform, and the platform of the account, which differs.
    PlatformNotSupported(String, String),
    /// The team has reached the maximum number of tags.
    TagLimitReached(usize),
}

/// The kinds of records that can be missing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Member,
    AccountLink,
    Contact,
    Thread,
    Message,
    Tag,
    Status,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Member => "memberNotFound",
            Self::AccountLink => "accountLinkNotFound",
            Self::Contact => "contactNotFound",
            Self::Thread => "threadNotFound",
            Self::Message => "messageNotFound",
            Self::Tag => "tagNotFound",
            Self::Status => "statusNotFound",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Member => "There is no member with this ID.",
            Self::AccountLink => "There is no account link with this ID.",
            Self::Contact => "There is no contact with this ID.",
            Self::Thread => "There is no thread with this ID.",
            Self::Message => "There is no message with this ID.",
            Self::Tag => "There is no tag with this ID or name.",
            Self::Status => "There is no status with this ID or name.",
        }
    }
}

impl Failure {
    /// The value of a field or parameter is invalid.
    pub(super) fn invalid(name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(Issue::named(name, message))
    }

    /// The error response.
    pub(super) fn response(self, context: &Context) -> Response {
        let (status, code, message) = self.code_and_message();
        let details = match self {
            Self::Invalid(issue) => return invalid(std::slice::from_ref(&issue), context),
            Self::NotFound(_) | Self::InvalidCursor | Self::IdempotencyKeyReused => Value::Null,
            Self::PlatformNotAvailable(platform) => json!({ "platform": platform }),
            Self::PlanRequired(feature) => json!({ "feature": feature }),
            Self::AccountLinkDisconnected(id, status) => {
                json!({ "accountLinkId": id, "status": status })
            }
            Self::NameTaken(name) => json!({ "name": name }),
            Self::SendInProgress(id) | Self::SendUnconfirmed(id) => json!({ "messageId": id }),
            Self::CapabilityNotSupported(capability) | Self::ThreadRestricted(capability) => {
                json!({ "capability": capability })
            }
            Self::ContentRejected(detail) => json!({ "detail": detail }),
            Self::MessageNotModifiable(reason) | Self::RecipientUnavailable(reason) => {
                json!({ "reason": reason })
            }
            Self::PlatformNotSupported(platform, supported) => {
                json!({ "platform": platform, "supported": [supported] })
            }
            Self::TagLimitReached(max) => json!({ "max": max }),
        };
        error(status, code, message, &details, context)
    }

    const fn code_and_message(&self) -> (u16, &'static str, &'static str) {
        match self {
            Self::NotFound(kind) => (404, kind.code(), kind.message()),
            Self::Invalid(_) => (400, "invalidRequest", INVALID),
            Self::InvalidCursor => (400, "invalidCursor", "The cursor is not one of this list."),
            Self::PlatformNotAvailable(_) => (
                403,
                "platformNotAvailable",
                "The team does not have this platform.",
            ),
            Self::PlanRequired(_) => (403, "planRequired", "The team's plan does not cover this."),
            Self::AccountLinkDisconnected(..) => (
                409,
                "accountLinkDisconnected",
                "The account is not connected.",
            ),
            Self::NameTaken(_) => (409, "nameTaken", "There is one of this name already."),
            Self::CapabilityNotSupported(_) => {
                (422, "capabilityNotSupported", "The account cannot do this.")
            }
            Self::ThreadRestricted(_) => (
                422,
                "threadRestricted",
                "This conversation does not allow it.",
            ),
            Self::MessageNotModifiable(_) => (
                422,
                "messageNotModifiable",
                "This message cannot be changed.",
            ),
            Self::ContentRejected(_) => (422, "contentRejected", "This text cannot be sent."),
            Self::IdempotencyKeyReused => (
                422,
                "idempotencyKeyReused",
                "The key was used for another message.",
            ),
            Self::SendInProgress(_) => (409, "sendInProgress", "This message is being sent."),
            Self::SendUnconfirmed(_) => (
                502,
                "sendUnconfirmed",
                "Whether the message was sent is not known.",
            ),
            Self::RecipientUnavailable(_) => {
                (422, "recipientUnavailable", "Nobody can be reached there.")
            }
            Self::PlatformNotSupported(..) => (
                422,
                "platformNotSupported",
                "The account is on another platform.",
            ),
            Self::TagLimitReached(_) => (422, "tagLimitReached", "There are too many tags."),
        }
    }
}

const INVALID: &str = "The request is not valid.";

/// The response to a request that is rejected before it reaches a handler.
pub(super) fn reject(rejection: &Rejection, context: &Context) -> Response {
    let (status, code, message) = match rejection {
        Rejection::UnknownRoute => (404, "notFound", "There is nothing here."),
        Rejection::MethodNotAllowed(_) => (405, "methodNotAllowed", "This cannot be done here."),
        Rejection::Unauthorized => (401, "unauthorized", "A valid API token is needed."),
        Rejection::Invalid(issues) => return invalid(issues, context),
        Rejection::RateLimited(excess) => return too_many(excess, context),
        Rejection::RateLimitedWithoutHint => {
            let details = json!({ "retryAfterSeconds": null });
            let message = "The platform wants no more requests for now.";
            return error(429, "platformRateLimited", message, &details, context);
        }
        Rejection::ServerError(status) => return failing(*status, context),
        Rejection::PayloadTooLarge => (413, "payloadTooLarge", "The body is too large."),
        Rejection::NotImplemented => (501, "notImplemented", "This is not emulated."),
    };
    error(status, code, message, &Value::Null, context)
}

fn invalid(issues: &[Issue], context: &Context) -> Response {
    let listed: Vec<Value> = issues
        .iter()
        .map(|issue| {
            let path: Vec<Value> = issue.path.iter().map(Value::from).collect();
            json!({ "path": path, "message": issue.to_string() })
        })
        .collect();
    let details = json!({ "issues": listed });
    error(400, "invalidRequest", INVALID, &details, context).about(issues)
}

fn too_many(excess: &LimitExceeded, context: &Context) -> Response {
    let details = json!({
        "window": excess.window_name(),
        "limit": excess.limit,
        "resetAt": crate::http::context::timestamp(excess.reset),
    });
    let message = "Too many requests were sent.";
    error(429, "rateLimited", message, &details, context)
}

fn failing(status: StatusCode, context: &Context) -> Response {
    let (code, message, details) = match status.as_u16() {
        502 => ("platformError", "The platform failed.", Value::Null),
        503 => {
            let details = json!({ "retryAfterSeconds": null });
            (
                "platformUnavailable",
                "The platform cannot be reached.",
                details,
            )
        }
        _ => ("internal", "Something went wrong.", Value::Null),
    };
    error(status.as_u16(), code, message, &details, context)
}

fn error(status: u16, code: &str, message: &str, details: &Value, context: &Context) -> Response {
    let body = json!({
        "code": code,
        "message": message,
        "details": details,
        "requestId": context.request_id,
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response::json(status, body)
}
