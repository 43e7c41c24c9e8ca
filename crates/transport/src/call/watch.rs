//! Tells the observer about one call.

use std::time::Duration;

use tokio::time::Instant;

use crate::exchange::Exchange;
use crate::transport::Core;
use crate::{
    AttemptFailed, CallFinished, CallStarted, CallWaiting, Error, ErrorKind, Observer, WillRetry,
};

/// Tells the observer about one call; dropped, it tells that the call was.
pub(super) struct Watch<'a> {
    observer: Option<&'a dyn Observer>,
    provider: &'a str,
    operation: &'a str,
    started: Instant,
    attempts: u32,
}

impl<'a> Watch<'a> {
    pub(super) fn start(core: &'a Core, operation: &'a str, started: Instant) -> Self {
        let watch = Self {
            observer: core.observer.as_deref(),
            provider: core.api.provider,
            operation,
            started,
            attempts: 0,
        };
        if let Some(observer) = watch.observer {
            observer.call_started(&CallStarted {
                provider: watch.provider,
                operation,
            });
        }
        watch
    }

    pub(super) fn waiting(&self, wait: Duration) {
        if let Some(observer) = self.observer {
            observer.waiting(&CallWaiting {
                provider: self.provider,
                operation: self.operation,
                wait,
            });
        }
    }

    pub(super) fn sending(&mut self, attempt: u32) {
        self.attempts = attempt;
    }

    pub(super) fn attempt_failed(&self, attempt: u32, error: &Error, elapsed: Duration) {
        if let Some(observer) = self.observer {
            observer.attempt_failed(&AttemptFailed {
                provider: self.provider,
                operation: self.operation,
                attempt,
                error_kind: error.kind(),
                status: error.status(),
                delivery: error.delivery(),
                elapsed,
            });
        }
    }

    pub(super) fn will_retry(&self, attempt: u32, reason: ErrorKind, delay: Duration) {
        if let Some(observer) = self.observer {
            observer.will_retry(&WillRetry {
                provider: self.provider,
                operation: self.operation,
                attempt,
                reason,
                delay,
            });
        }
    }

    /// The call is over.
    pub(super) fn finish(mut self, outcome: &Result<Box<Exchange>, Error>) {
        let (error_kind, status) = match outcome {
            Ok(exchange) => (None, Some(exchange.status)),
            Err(error) => (Some(error.kind()), error.status()),
        };
        self.tell(error_kind, status, false);
        self.observer = None;
    }

    fn tell(&self, error_kind: Option<ErrorKind>, status: Option<u16>, is_dropped: bool) {
        if let Some(observer) = self.observer {
            observer.finished(&CallFinished {
                provider: self.provider,
                operation: self.operation,
                error_kind,
                status,
                is_dropped,
                attempts: self.attempts,
                elapsed: self.started.elapsed(),
            });
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.tell(None, None, true);
    }
}
