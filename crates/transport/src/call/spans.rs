//! `tracing` spans and events.
//!
//! Names follow OpenTelemetry where it defines one. Nothing here contains a credential, a body, or
//! an id from a URL.

use std::time::Duration;

use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use crate::transport::Core;
use crate::{CallInfo, Error, Operation, ResponseMetadata, SkippedField};

/// The span of a whole call.
pub(crate) fn call(core: &Core, operation: &Operation, host: &str) -> Span {
    info_span!(
        "threadline.call",
        threadline.provider = core.api.provider,
        threadline.operation = operation.id,
        http.request.method = operation.method,
        server.address = host,
        url.template = operation.path,
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        "error.type" = Empty,
    )
}

/// The span of one attempt, counted from 1.
pub(crate) fn attempt(number: u32) -> Span {
    debug_span!(
        "threadline.attempt",
        http.request.resend_count = number.saturating_sub(1),
        http.response.status_code = Empty,
        "error.type" = Empty,
    )
}

/// Records a failure on a span.
pub(crate) fn record_error(span: &Span, error: &Error) {
    span.record("http.response.status_code", error.status());
    span.record("error.type", error.kind().as_str());
}

/// Records the outcome of a call and how often it was retried, and logs that it has ended.
pub(crate) fn finish(span: &Span, call: &CallInfo, outcome: Result<&ResponseMetadata, &Error>) {
    let (status, attempts, error) = match outcome {
        Ok(metadata) => (Some(metadata.status()), metadata.attempts(), None),
        Err(error) => (
            error.status(),
            error.attempts(),
            Some(error.kind().as_str()),
        ),
    };
    span.record("http.response.status_code", status);
    span.record("error.type", error);
    span.record("http.request.resend_count", attempts.saturating_sub(1));
    tracing::debug!(
        parent: span,
        operation = call.operation(),
        status,
        attempts,
        duration_ms = call.elapsed().as_millis(),
        error,
        "the call has ended",
    );
}

/// Warns that a response field, or an integer's fraction, was skipped. Its value may be customer
/// data, which must not be logged.
pub(crate) fn warn_of_skipped(field: &SkippedField) {
    tracing::warn!(
        pointer = field.pointer(),
        expected = field.expected(),
        "skipped what differs from the documented type in a response",
    );
}

/// Logs that an attempt will be retried.
pub(crate) fn will_retry(span: &Span, delay: Duration, error: &Error) {
    tracing::debug!(
        parent: span,
        delay_ms = delay.as_millis(),
        reason = error.kind().as_str(),
        "will try again",
    );
}
