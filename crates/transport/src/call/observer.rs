//! Call events, for metrics.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{CallOptions, Request};
use crate::transport::Core;
use crate::{Delivery, Error, ErrorKind, ResponseMetadata, SkippedField};

/// Receives events about calls: all of a client ([`Config::observer`](crate::Config::observer)) or
/// one ([`CallOptions::observer`]). Every method does nothing by default.
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

    /// An attempt starts.
    fn attempt_started(&self, _call: &AttemptStarted<'_>) {}

    /// An attempt received a complete response with a success status. The call may still fail, if
    /// the response cannot be decoded.
    fn attempt_succeeded(&self, _call: &AttemptSucceeded<'_>) {}

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
    method: &'a str,
    url: &'a str,
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

            /// The HTTP method in upper case.
            pub fn method(&self) -> &str {
                self.source.method
            }

            /// The full URL, with its query. It never contains the credential, which is only in a
            /// header, but ids and filters: do not make it the label of a metric.
            pub fn url(&self) -> &str {
                self.source.url
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
    /// An attempt starts.
    AttemptStarted {
        /// The number of the attempt, counted from 1.
        attempt: u32,
        /// The maximum number of attempts.
        max_attempts: u32,
    }
}

event! {
    /// An attempt received a complete response with a success status.
    AttemptSucceeded {
        /// The number of the attempt, counted from 1.
        attempt: u32,
        /// The HTTP status.
        status: u16,
        /// How long the attempt took.
        elapsed: Duration,
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
        /// The maximum number of attempts.
        max_attempts: u32,
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

/// Counts the attempts of one call and reports it to its observers, even if it is dropped.
pub(super) struct Watch<'a> {
    /// The observer of the client.
    every: Option<&'a dyn Observer>,
    /// The observer of this call.
    own: Option<Arc<dyn Observer>>,
    provider: &'a str,
    operation: &'static str,
    method: &'static str,
    /// The URL; empty if nobody observes.
    url: String,
    started: Instant,
    attempts: u32,
    max_attempts: u32,
}

impl<'a> Watch<'a> {
    pub(super) fn start(
        core: &'a Core,
        request: &Request,
        options: &CallOptions,
        started: Instant,
    ) -> Self {
        let every = core.config.observer.as_deref();
        let own = options.own_observer();
        let is_observed = every.is_some() || own.is_some();
        let url = is_observed.then(|| core.redactor.text(request.url().to_string()));
        let watch = Self {
            every,
            own,
            provider: core.api.provider,
            operation: request.operation().id,
            method: request.operation().method,
            url: url.unwrap_or_default(),
            started,
            attempts: 0,
            max_attempts: options
                .get_attempts()
                .unwrap_or(core.config.retry.get_max_attempts()),
        };
        watch.report(|observer, source| observer.call_started(&CallStarted { source }));
        watch
    }

    fn report(&self, report: impl Fn(&dyn Observer, Source<'_>)) {
        let source = Source {
            provider: self.provider,
            operation: self.operation,
            method: self.method,
            url: &self.url,
        };
        for observer in [self.every, self.own.as_deref()].into_iter().flatten() {
            report(observer, source);
        }
    }

    pub(super) fn waiting(&self, wait: Duration) {
        self.report(|observer, source| observer.waiting(&CallWaiting { source, wait }));
    }

    /// The number of attempts so far.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether the attempt was the last one allowed.
    pub(super) fn is_last(&self) -> bool {
        self.attempts >= self.max_attempts
    }

    /// Counts a new attempt.
    pub(super) fn attempt_started(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        self.report(|observer, source| {
            observer.attempt_started(&AttemptStarted {
                source,
                attempt: self.attempts,
                max_attempts: self.max_attempts,
            });
        });
    }

    pub(super) fn attempt_succeeded(&self, status: u16, elapsed: Duration) {
        self.report(|observer, source| {
            observer.attempt_succeeded(&AttemptSucceeded {
                source,
                attempt: self.attempts,
                status,
                elapsed,
            });
        });
    }

    pub(super) fn attempt_failed(&self, error: &Error, elapsed: Duration) {
        self.report(|observer, source| {
            observer.attempt_failed(&AttemptFailed {
                source,
                attempt: self.attempts,
                error_kind: error.kind(),
                status: error.status(),
                delivery: error.delivery(),
                elapsed,
            });
        });
    }

    pub(super) fn will_retry(&self, reason: ErrorKind, delay: Duration) {
        self.report(|observer, source| {
            observer.will_retry(&WillRetry {
                source,
                attempt: self.attempts,
                max_attempts: self.max_attempts,
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
        (self.every, self.own) = (None, None);
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
    use crate::tests::{CANARY, Script, Step, call, call_with_options};
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

        fn attempt_started(&self, call: &AttemptStarted<'_>) {
            self.note(format!(
                "{} of {}. {} {}",
                call.attempt(),
                call.max_attempts(),
                call.method(),
                call.url()
            ));
        }

        fn attempt_succeeded(&self, call: &AttemptSucceeded<'_>) {
            self.note(format!(
                "{}. {} {:?}",
                call.attempt(),
                call.status(),
                call.elapsed()
            ));
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
            self.note(format!(
                "{} of {}. {} retry",
                call.attempt(),
                call.max_attempts(),
                call.reason()
            ));
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
                "1 of 4. GET http://127.0.0.1:9/threads/thr-1",
                "1. unavailable Some(503) answered 0ns",
                "1 of 4. unavailable retry",
                "2 of 4. GET http://127.0.0.1:9/threads/thr-1",
                "2. 200 0ns",
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
        assert_eq!(
            notes.taken(),
            [
                "acme get_thread",
                "1 of 4. GET http://127.0.0.1:9/threads/thr-1",
                "None None true 1"
            ]
        );
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
        assert_eq!(taken[3..5], ["skipped /name", "None Some(200) false 1"]);
        assert_eq!(taken[8], "Some(InvalidResponse) Some(200) false 1");
    }

    #[tokio::test(start_paused = true)]
    async fn an_observer_of_one_call_is_told_in_addition_and_replaced_by_a_later_one() {
        let answers = [(); 3].map(|()| Step::answer(200, "{}"));
        let script = Script::new(answers);
        let (every, first, second) = (Notes::default(), Notes::default(), Notes::default());
        let config = script.config().observer(every.clone());
        let transport =
            script.transport_with(config.with_options(&CallOptions::new().observer(first.clone())));
        call(&transport, "get_thread").await.unwrap();
        let told = every.taken();
        assert_eq!(told.len(), 4);
        assert_eq!(first.taken(), told);
        let own = CallOptions::new().observer(second.clone());
        for options in [own.clone(), own.merge(&CallOptions::new().attempts(1))] {
            call_with_options(&transport, "get_thread", &options)
                .await
                .unwrap();
            assert_eq!(every.taken(), second.taken());
            assert_eq!(first.taken(), [""; 0]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_url_is_whole_and_without_the_credential() {
        let (transport, notes) = observed(&Script::new([Step::answer(200, "{}")]));
        let request = transport
            .request(crate::tests::operation("get_thread"), &[CANARY])
            .query(&[("filter", "a b")]);
        transport
            .call_without_value(request, &CallOptions::new())
            .await
            .unwrap();
        let url = "http://127.0.0.1:9/threads/[redacted]?filter=a%20b";
        assert_eq!(notes.taken()[1], format!("1 of 4. GET {url}"));
    }
}
