//! Call events, for metrics and progress.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{CallOptions, Request};
use crate::transport::Core;
use crate::{Error, ResponseMetadata, SkippedField};

/// Receives the events of calls: of all calls of a client
/// ([`Config::observer`](crate::Config::observer)) or of one ([`CallOptions::observer`]).
///
/// An observer runs inside the call and must not block or panic. Dry runs and requests rejected
/// before sending are not reported.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use threadline_transport::{CallEvent, CallInfo, Observer};
///
/// #[derive(Debug, Default)]
/// struct Failures(AtomicU64);
///
/// impl Observer for Failures {
///     fn on_event(&self, _call: &CallInfo, event: &CallEvent<'_>) {
///         if let CallEvent::Finished { outcome: Some(Err(_)), .. } = event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Debug + Send + Sync {
    /// Receives an event of a call.
    fn on_event(&self, call: &CallInfo, event: &CallEvent<'_>);
}

/// What happens in a call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum CallEvent<'a> {
    /// The call starts.
    Started,
    /// The call has to wait for a client-side rate limit.
    Waiting {
        /// The expected wait.
        delay: Duration,
    },
    /// An attempt starts; [`CallInfo::attempts`] is its number.
    AttemptStarted,
    /// An attempt received a complete response with a success status. The call may still fail, if
    /// the response cannot be decoded.
    AttemptSucceeded {
        /// The HTTP status.
        status: u16,
        /// How long the attempt took.
        elapsed: Duration,
    },
    /// An attempt failed.
    AttemptFailed {
        /// What went wrong.
        error: &'a Error,
        /// How long the attempt took.
        elapsed: Duration,
    },
    /// The call will be retried.
    WillRetry {
        /// Why the attempt failed.
        error: &'a Error,
        /// The delay before the next attempt.
        delay: Duration,
    },
    /// An optional response field was skipped because its type differs from the documented one, or
    /// the fraction of an integer was.
    FieldSkipped {
        /// The field, the expected type, and the actual value.
        field: &'a SkippedField,
    },
    /// The call ended. Reported once for every call that started.
    Finished {
        /// The response or the error; `None` if the call's future was dropped before it completed.
        outcome: Option<Result<&'a ResponseMetadata, &'a Error>>,
    },
}

/// The call that an event belongs to.
#[derive(Debug)]
pub struct CallInfo {
    provider: &'static str,
    operation: &'static str,
    method: &'static str,
    /// Empty without an observer.
    url: String,
    attempts: u32,
    max_attempts: u32,
    pub(super) started: Instant,
}

impl CallInfo {
    /// A call that has just started, for tests of an observer.
    pub fn new(
        provider: &'static str,
        operation: &'static str,
        method: &'static str,
        url: impl Into<String>,
        max_attempts: u32,
    ) -> Self {
        Self {
            provider,
            operation,
            method,
            url: url.into(),
            attempts: 0,
            max_attempts,
            started: Instant::now(),
        }
    }

    getters! { self:
        /// The provider.
        provider: &'static str = self.provider;
        /// The operation.
        operation: &'static str = self.operation;
        /// The HTTP method in upper case.
        method: &'static str = self.method;
        /// The full URL, with its query. It never contains the credential, which is only in a
        /// header, but ids and filters: do not make it the label of a metric.
        url: &str = &self.url;
        /// How many attempts have started: the number of the current one, counted from 1.
        attempts: u32 = self.attempts;
        /// The maximum number of attempts.
        max_attempts: u32 = self.max_attempts;
        /// How long the call has taken until now, including all waits.
        elapsed: Duration = self.started.elapsed();
    }
}

/// Counts the attempts of one call and reports it to its observers, even if it is dropped.
pub(super) struct Watch<'a> {
    /// The observer of the client.
    every: Option<&'a dyn Observer>,
    /// The observer of this call.
    own: Option<Arc<dyn Observer>>,
    pub(super) call: CallInfo,
}

impl<'a> Watch<'a> {
    pub(super) fn start(core: &'a Core, request: &Request, options: &CallOptions) -> Self {
        let every = core.config.observer.as_deref();
        let own = options.own_observer();
        let is_observed = every.is_some() || own.is_some();
        let url = is_observed.then(|| core.redactor.text(request.url().to_string()));
        let max_attempts = core.config.retry.get_max_attempts();
        let watch = Self {
            every,
            own,
            call: CallInfo::new(
                core.api.provider,
                request.operation().id,
                request.operation().method,
                url.unwrap_or_default(),
                options.get_attempts().unwrap_or(max_attempts),
            ),
        };
        watch.report(|| CallEvent::Started);
        watch
    }

    /// Reports an event to the observers. Without an observer, the event is not created.
    pub(super) fn report<'e>(&self, event: impl Fn() -> CallEvent<'e>) {
        for observer in [self.every, self.own.as_deref()].into_iter().flatten() {
            observer.on_event(&self.call, &event());
        }
    }

    /// Whether the attempt was the last one allowed.
    pub(super) fn is_last(&self) -> bool {
        self.call.attempts >= self.call.max_attempts
    }

    /// Counts a new attempt.
    pub(super) fn attempt_started(&mut self) {
        self.call.attempts = self.call.attempts.saturating_add(1);
        self.report(|| CallEvent::AttemptStarted);
    }

    /// Reports the end of the call.
    pub(super) fn finish(&mut self, outcome: Result<&ResponseMetadata, &Error>) {
        let outcome = Some(outcome);
        self.report(|| CallEvent::Finished { outcome });
        (self.every, self.own) = (None, None);
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.report(|| CallEvent::Finished { outcome: None });
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
        fn on_event(&self, call: &CallInfo, event: &CallEvent<'_>) {
            let number = call.attempts();
            self.note(match event {
                CallEvent::Started => format!("{} {}", call.provider(), call.operation()),
                CallEvent::AttemptStarted => {
                    let (most, method, url) = (call.max_attempts(), call.method(), call.url());
                    format!("{number} of {most}. {method} {url}")
                }
                CallEvent::AttemptSucceeded { status, elapsed } => {
                    format!("{number}. {status} {elapsed:?}")
                }
                CallEvent::AttemptFailed { error, elapsed } => format!(
                    "{number}. {} {:?} {} {elapsed:?}",
                    error.kind(),
                    error.status(),
                    error.delivery()
                ),
                CallEvent::WillRetry { error, .. } => {
                    format!(
                        "{number} of {}. {} retry",
                        call.max_attempts(),
                        error.kind()
                    )
                }
                CallEvent::FieldSkipped { field } => format!("skipped {}", field.pointer()),
                CallEvent::Finished { outcome } => match outcome {
                    Some(Ok(metadata)) => format!("{} {number}", metadata.status()),
                    Some(Err(error)) => {
                        format!("{} {:?} {number}", error.kind(), error.status())
                    }
                    None => format!("dropped {number}"),
                },
                CallEvent::Waiting { delay } => format!("waiting {delay:?}"),
            });
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
                "200 2",
            ]
        );
        call(&transport, "get_thread").await.unwrap_err();
        assert_eq!(notes.taken().last().unwrap(), "not_found Some(404) 1");
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
                "dropped 1"
            ]
        );
        let dry = CallOptions::new().dry_run(true);
        call_with_options(&transport, "get_thread", &dry)
            .await
            .unwrap_err();
        assert_eq!(notes.taken(), [""; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_starts_when_it_is_polled() {
        let (transport, notes) = observed(&Script::new([Step::answer(200, "{}")]));
        let request = transport.request(crate::tests::operation("get_thread"), &["x"]);
        let options = CallOptions::new().deadline(Duration::from_secs(1));
        let waiting = transport.call_without_value(request, &options);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(notes.taken(), [""; 0]);
        waiting.await.unwrap();
        assert_eq!(notes.taken()[0], "acme get_thread");
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
        assert_eq!(taken[3..5], ["skipped /name", "200 1"]);
        assert_eq!(taken[8], "invalid_response Some(200) 1");
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
