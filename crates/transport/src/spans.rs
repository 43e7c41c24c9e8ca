//! What a call tells `tracing`.
//!
//! The names are OpenTelemetry's where it has one. Nothing here carries a credential, a body, or
//! an id from a URL.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use crate::exchange::Exchange;
use crate::transport::Core;
use crate::{Error, Operation};

/// The span around a whole call.
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

/// The span around one attempt, counted from 1.
pub(crate) fn attempt(number: u32) -> Span {
    debug_span!(
        "threadline.attempt",
        http.request.resend_count = number.saturating_sub(1),
        http.response.status_code = Empty,
        "error.type" = Empty,
    )
}

/// Runs a future inside a span, where it is pinned.
pub(crate) async fn within<F: Future>(span: &Span, mut future: Pin<&mut F>) -> F::Output {
    poll_fn(|context| span.in_scope(|| future.as_mut().poll(context))).await
}

/// Records a success on a span.
pub(crate) fn record_status(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
}

/// Records a failure on a span.
pub(crate) fn record_error(span: &Span, error: &Error) {
    if let Some(status) = error.status() {
        record_status(span, status);
    }
    span.record("error.type", error.kind().as_str());
}

/// Records what a call came to, and how often it was sent again.
pub(crate) fn record_outcome(span: &Span, outcome: &Result<Box<Exchange>, Error>) {
    let attempts = match outcome {
        Ok(exchange) => {
            record_status(span, exchange.status);
            exchange.attempts
        }
        Err(error) => {
            record_error(span, error);
            error.attempts()
        }
    };
    span.record("http.request.resend_count", attempts.saturating_sub(1));
}

/// Says that an attempt will be followed by another.
pub(crate) fn will_retry(span: &Span, delay: Duration, error: &Error) {
    tracing::debug!(
        parent: span,
        delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
        reason = error.kind().as_str(),
        "will try again",
    );
}
