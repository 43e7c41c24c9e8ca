//! Call events, for metrics.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::Instant;

use crate::transport::Core;
use crate::{Delivery, Error, ErrorKind, ResponseMetadata, SkippedField};

/// Receives events about a client's calls. Every method does nothing by default.
///
/// The methods run inside the call and must not block or panic. Dry runs and requests rejected
/// before sending are not reported.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use threadline_transport::{CallFinished, Observer};
///
/// #[derive(Debug, Default)]
/// struct Failures(AtomicU64);
///
/// impl Observer for Failures {
///     fn finished(&self, call: &CallFinished<'_>) {
///         if call.error_kind().is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Debug + Send + Sync {
    /// A call starts.
    fn call_started(&self, _call: &CallStarted<'_>) {}

    /// A call has to wait for a client-side rate limit.
    fn waiting(&self, _call: &CallWaiting<'_>) {}

    /// An attempt failed.
    fn attempt_failed(&self, _call: &AttemptFailed<'_>) {}

    /// A call will be retried.
    fn will_retry(&self, _call: &WillRetry<'_>) {}

    /// An optional response field was skipped because its type differs from the documented one, or
    /// the fraction of an integer was.
    fn field_skipped(&self, _call: &FieldSkipped<'_>) {}

    /// A call ended: it succeeded, failed, or was dropped. Called once for every call that started.
    fn finished(&self, _call: &CallFinished<'_>) {}
}

/// The source of an event.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    provider: &'a str,
    operation: &'a str,
}

/// Declares an event: the common fields, and its own with an accessor each.
macro_rules! event {
    ($(#[$docs:meta])* $name:ident { $($(#[$field_docs:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct $name<'a> {
            source: Source<'a>,
            $($field: $type,)*
        }

        impl<'a> $name<'a> {
            /// The provider.
            pub fn provider(&self) -> &str {
                self.source.provider
            }

            /// The operation.
            pub fn operation(&self) -> &str {
                self.source.operation
            }

            $($(#[$field_docs])*
            pub fn $field(&self) -> $type {
                self.$field
            })*
        }
    };
}

event! {
    /// A call starts.
    CallStarted {}
}

event! {
    /// A call waits for a rate limit.
    CallWaiting {
        /// The expected wait.
        wait: Duration,
    }
}

event! {
    /// An attempt failed.
    AttemptFailed {
        /// The number of the attempt, counted from 1.
        attempt: u32,
        /// What went wrong.
        error_kind: ErrorKind,
        /// The HTTP status, if response headers arrived.
        status: Option<u16>,
        /// Whether the request reached the server.
        delivery: Delivery,
        /// How long the attempt took.
        elapsed: Duration,
    }
}

event! {
    /// A call will be retried.
    WillRetry {
        /// The number of the failed attempt, counted from 1.
        attempt: u32,
        /// Why it failed.
        reason: ErrorKind,
        /// The delay before the next attempt.
        delay: Duration,
    }
}

event! {
    /// An optional response field, or the fraction of an integer, was skipped.
    FieldSkipped {
        /// The field, the expected type, and the actual value.
        field: &'a SkippedField,
    }
}

event! {
    /// A call ended.
    CallFinished {
        /// What went wrong; `None` if the call succeeded or was dropped.
        error_kind: Option<ErrorKind>,
        /// The HTTP status of the last response, if any.
        status: Option<u16>,
        /// Whether the call's future was dropped before it completed.
        is_dropped: bool,
        /// How many times the request was sent.
        attempts: u32,
        /// How long the call took, including all waits.
        elapsed: Duration,
    }
}

/// Reports one call to the observer, even if it is dropped.
pub(super) struct Watch<'a> {
    observer: Option<&'a dyn Observer>,
    source: Source<'a>,
    started: Instant,
    attempts: u32,
}

impl<'a> Watch<'a> {
    pub(super) fn start(core: &'a Core, operation: &'a str, started: Instant) -> Self {
        let provider = core.api.provider;
        let watch = Self {
            observer: core.config.observer.as_deref(),
            source: Source {
                provider,
                operation,
            },
            started,
            attempts: 0,
        };
        watch.report(|observer, source| observer.call_started(&CallStarted { source }));
        watch
    }

    fn report(&self, report: impl FnOnce(&dyn Observer, Source<'a>)) {
        if let Some(observer) = self.observer {
            report(observer, self.source);
        }
    }

    pub(super) fn waiting(&self, wait: Duration) {
        self.report(|observer, source| observer.waiting(&CallWaiting { source, wait }));
    }

    /// Counts a new attempt and returns its number.
    pub(super) fn sending(&mut self) -> u32 {
        self.attempts = self.attempts.saturating_add(1);
        self.attempts
    }

    /// The number of attempts so far.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(super) fn attempt_failed(&self, attempt: u32, error: &Error, elapsed: Duration) {
        self.report(|observer, source| {
            observer.attempt_failed(&AttemptFailed {
                source,
                attempt,
                error_kind: error.kind(),
                status: error.status(),
                delivery: error.delivery(),
                elapsed,
            });
        });
    }

    pub(super) fn will_retry(&self, attempt: u32, reason: ErrorKind, delay: Duration) {
        self.report(|observer, source| {
            observer.will_retry(&WillRetry {
                source,
                attempt,
                reason,
                delay,
            });
        });
    }

    pub(super) fn skipped(&self, field: &SkippedField) {
        self.report(|observer, source| observer.field_skipped(&FieldSkipped { source, field }));
    }

    /// Reports the end of the call.
    pub(super) fn finish(&mut self, outcome: Result<&ResponseMetadata, &Error>) {
        let (error_kind, status) = match outcome {
            Ok(metadata) => (None, Some(metadata.status())),
            Err(error) => (Some(error.kind()), error.status()),
        };
        self.report_end(error_kind, status, false);
        self.observer = None;
    }

    fn report_end(&self, error_kind: Option<ErrorKind>, status: Option<u16>, is_dropped: bool) {
        let (attempts, elapsed) = (self.attempts, self.started.elapsed());
        self.report(|observer, source| {
            observer.finished(&CallFinished {
                source,
                error_kind,
                status,
                is_dropped,
                attempts,
                elapsed,
            });
        });
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.report_end(None, None, true);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::tests::{Script, Step, call, call_with_options};
    use crate::{CallOptions, Transport};

    /// Records every event as text.
    #[derive(Debug, Clone, Default)]
    struct Notes(Arc<Mutex<Vec<String>>>);

    impl Notes {
        fn note(&self, text: String) {
            self.0.lock().unwrap().push(text);
        }

        fn taken(&self) -> Vec<String> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    impl Observer for Notes {
        fn call_started(&self, call: &CallStarted<'_>) {
            self.note(format!("{} {}", call.provider(), call.operation()));
        }

        fn attempt_failed(&self, call: &AttemptFailed<'_>) {
            self.note(format!(
                "{}. {} {:?} {} {:?}",
                call.attempt(),
                call.error_kind(),
                call.status(),
                call.delivery(),
                call.elapsed()
            ));
        }

        fn field_skipped(&self, call: &FieldSkipped<'_>) {
            self.note(format!("skipped {}", call.field().pointer()));
        }

        fn will_retry(&self, call: &WillRetry<'_>) {
            self.note(format!("{}. {} retry", call.attempt(), call.reason()));
        }

        fn finished(&self, call: &CallFinished<'_>) {
            self.note(format!(
                "{:?} {:?} {} {}",
                call.error_kind(),
                call.status(),
                call.is_dropped(),
                call.attempts()
            ));
        }
    }

    fn observed(script: &Script) -> (Transport, Notes) {
        let notes = Notes::default();
        let transport = script.transport_with(script.config().observer(notes.clone()));
        (transport, notes)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_told_from_beginning_to_end() {
        let ok = Step::answer(200, "{}");
        let script = Script::new([Step::answer(503, ""), ok, Step::answer(404, "")]);
        let (transport, notes) = observed(&script);
        call(&transport, "get_thread").await.unwrap();
        assert_eq!(
            notes.taken(),
            [
                "acme get_thread",
                "1. unavailable Some(503) answered 0ns",
                "1. unavailable retry",
                "None Some(200) false 2",
            ]
        );
        call(&transport, "get_thread").await.unwrap_err();
        assert_eq!(
            notes.taken().last().unwrap(),
            "Some(NotFound) Some(404) false 1"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_call_is_told_too_and_a_dry_run_is_not() {
        let (transport, notes) = observed(&Script::new([Step::Stall]));
        let waiting = call(&transport, "get_thread");
        let second = Duration::from_secs(1);
        assert!(tokio::time::timeout(second, waiting).await.is_err());
        assert_eq!(notes.taken(), ["acme get_thread", "None None true 1"]);
        let dry = CallOptions::new().dry_run(true);
        call_with_options(&transport, "get_thread", &dry)
            .await
            .unwrap_err();
        assert_eq!(notes.taken(), [""; 0]);
    }

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Thread {
        id: String,
        #[serde(default)]
        name: Option<String>,
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_cannot_be_read_is_a_failure_and_a_skipped_field_is_reported() {
        let answers = [r#"{"id":"x","name":7}"#, r#"{"id":7}"#];
        let script = Script::new(answers.map(|body| Step::answer(200, body)));
        let (transport, notes) = observed(&script);
        for _ in answers {
            let request = transport.request(crate::tests::operation("get_thread"), &["x"]);
            let _ = transport.call::<Thread>(request, &CallOptions::new()).await;
        }
        let taken = notes.taken();
        assert_eq!(taken[1..3], ["skipped /name", "None Some(200) false 1"]);
        assert_eq!(taken[4], "Some(InvalidResponse) Some(200) false 1");
    }
}
