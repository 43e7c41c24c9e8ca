//! A call's state between attempts.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use tracing::Span;

use super::dry_run::PreparedRequest;
use super::observer::{CallEvent, Watch};
use super::send::{Answer, Arriving};
use super::{CallOptions, Request, spans};
use crate::answer::decode::Unreadable;
use crate::answer::decode::result_of;
use crate::answer::response::Received;
use crate::answer::{ResponseMetadata, SkippedField};
use crate::config::BaseUrl;
use crate::error::{Attempt, attempts};
use crate::limits::{Permits, TooLong};
use crate::retry::Repeat;
use crate::transport::Core;
use crate::{Delivery, Error, ErrorKind, IdempotencyKey, Operation};

/// Later than any reachable deadline.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A retry needs at least this fraction of an attempt's time. With less, the call would end with a
/// timeout that hides the server's earlier response.
const LEAST_PART: u32 = 10;

/// Why the call is not retried, if the failure alone would have allowed it.
pub(super) type Stop = Option<&'static str>;

/// A call's state between attempts.
pub(super) struct Call<'a> {
    pub(super) core: &'a Core,
    pub(super) request: Box<Request>,
    idempotency_key: Option<IdempotencyKey>,
    /// The permit for the current or next attempt.
    pub(super) permits: Option<Box<Permits>>,
    /// The response of the current attempt, as far as it arrived.
    pub(super) arriving: Arriving,
    pub(super) repeat: Repeat,
    pub(super) options: CallOptions,
    pub(super) span: Span,
    pub(super) watch: Watch<'a>,
    attempt_timeout: Duration,
    deadline: Duration,
    /// Whether to wait for the rate limit.
    waits: bool,
    /// Whether the request may have reached the server.
    may_be_sent: bool,
    /// The tokens that the last retry took from the budget.
    last_cost: Option<u32>,
    history: Vec<Attempt>,
}

impl<'a> Call<'a> {
    /// Completes and validates the request; a dry run ends here.
    pub(super) fn prepare(
        core: &'a Core,
        mut request: Box<Request>,
        options: &CallOptions,
    ) -> Result<Self, Error> {
        let options = core.config.options.merge(options);
        let idempotency_key = request.prepare(core, &options)?;
        let operation = request.operation();
        if options.get_dry_run().unwrap_or_default() {
            let prepared = PreparedRequest::new(&request.to_http(core), &core.redactor);
            let error = Error::dry_run(core.api.provider, prepared).with_operation(operation.id);
            return Err(error.with_idempotency_key(idempotency_key));
        }
        let has_key = idempotency_key.is_some();
        Ok(Self {
            core,
            idempotency_key,
            permits: None,
            arriving: Arriving::new(core.config.max_body()),
            repeat: Repeat::new(operation.idempotency, has_key, options.get_repeat()),
            span: spans::call(core, operation, core.base_of(operation).host()),
            watch: Watch::start(core, &request, &options),
            attempt_timeout: options.attempt_timeout_or_default(),
            deadline: options.deadline_or_default(),
            waits: options
                .get_rate_limit_wait()
                .unwrap_or(core.config.rate_limits.waits()),
            options,
            may_be_sent: false,
            last_cost: None,
            history: Vec::new(),
            request,
        })
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.request.operation()
    }

    /// The server the request goes to.
    pub(super) fn base(&self) -> &'a BaseUrl {
        self.core.base_of(self.operation())
    }

    /// Returns the permit, because nothing was sent.
    pub(super) fn return_permit(&mut self) {
        if let Some(permits) = self.permits.take() {
            permits.unused();
        }
    }

    /// The time left until the deadline.
    fn remaining(&self, now: Instant) -> Duration {
        let elapsed = now.saturating_duration_since(self.watch.call.started);
        self.deadline.saturating_sub(elapsed)
    }

    /// The minimum time for a retry.
    fn least(&self) -> Duration {
        self.attempt_timeout.min(self.deadline) / LEAST_PART
    }

    /// When the next attempt must start at the latest; `None` if it must not wait.
    pub(super) fn latest(&self) -> Option<Instant> {
        self.waits.then(|| {
            let now = Instant::now();
            now + self.remaining(now).min(FAR)
        })
    }

    /// The time limit for an attempt that starts now; `None` if too little time is left.
    pub(super) fn limit(&self, now: Instant, is_repeated: bool) -> Option<Duration> {
        let least = if is_repeated {
            self.least()
        } else {
            Duration::ZERO
        };
        let limit = self.attempt_timeout.min(self.remaining(now)).min(FAR);
        (!limit.is_zero() && limit >= least).then_some(limit)
    }

    /// The wait before the next attempt, or why there is none.
    pub(super) fn wait_after(&mut self, error: &Error) -> Result<Duration, Stop> {
        if self.watch.is_last() || !error.is_retryable() {
            return Err(None);
        }
        let policy = &self.core.config.retry;
        let wait = match error.retry_after() {
            Some(hint) if hint > policy.get_max_hint() => {
                return Err(Some("the server asks for a longer wait than allowed"));
            }
            Some(hint) => hint,
            None => policy.backoff(self.attempts()),
        };
        if wait.saturating_add(self.least()) > self.remaining(Instant::now()) {
            return Err(Some("the wait would leave too little of the deadline"));
        }
        let after_timeout = error.kind() == ErrorKind::Timeout;
        self.last_cost = policy.get_budget().take(after_timeout);
        if self.last_cost.is_none() {
            return Err(Some("the retry budget is exhausted"));
        }
        Ok(wait)
    }

    /// Records a failed attempt.
    pub(super) fn note(&mut self, error: &Error, elapsed: Duration, next: Result<Duration, Stop>) {
        if let Err(Some(reason)) = next {
            tracing::debug!(reason, "will not try again");
        }
        self.may_be_sent |= error.delivery() != Delivery::NotSent;
        self.history.push(Attempt {
            number: self.attempts(),
            status: error.status(),
            failure: error.message().to_owned(),
            elapsed,
            waited: next.ok(),
            not_repeated: next.err().flatten(),
        });
    }

    /// The part of a body that holds the value; `None` for all of it. An empty body counts as `null`.
    pub(super) fn result(&self, body: &Bytes) -> Option<Bytes> {
        if body.trim_ascii().is_empty() {
            return Some(Bytes::from_static(b"null"));
        }
        let envelope = self.operation().envelope;
        envelope.map(|member| body.slice_ref(result_of(body, member)))
    }

    /// Ends a successful call.
    pub(super) fn succeed(
        &mut self,
        answer: Answer,
        result: Option<Bytes>,
        mut skipped: Vec<SkippedField>,
    ) -> Received {
        let core = self.core;
        core.config.retry.get_budget().succeed(self.last_cost);
        core.sunset.observe(core.api.provider, &answer.headers);
        for field in &mut skipped {
            field.redact(&core.redactor);
            self.watch.report(|| CallEvent::FieldSkipped { field });
            self.span.in_scope(|| spans::warn_of_skipped(field));
        }
        Received {
            metadata: ResponseMetadata {
                status: answer.status,
                headers: answer.headers,
                attempts: self.attempts(),
                idempotency_key: self.idempotency_key.take(),
                skipped,
            },
            body: answer.body,
            result,
        }
    }

    /// Ends a call whose response cannot be decoded.
    pub(super) fn unreadable(&mut self, answer: &Answer, unreadable: Unreadable) -> Error {
        let redactor = &self.core.redactor;
        let message = if answer.body.trim_ascii().is_empty() {
            "cannot decode the response: its body is empty".to_owned()
        } else {
            unreadable.to_string()
        };
        let Unreadable { cause, .. } = unreadable;
        // The cause quotes the invalid value, which could be a credential.
        let is_secret = redactor.finds_in(cause.to_string().as_bytes());
        let error = self.error(ErrorKind::InvalidResponse, message);
        let mut error = self.core.with_answer(error, answer, true);
        if !is_secret {
            error = error.with_source(cause);
        }
        self.complete(error)
    }

    /// Ends a call that would have to wait too long for the rate limit.
    pub(super) fn too_long(&mut self, last: Option<Error>, TooLong(wait): TooLong) -> Error {
        self.end(last, "the rate limit leaves no capacity", |call| {
            let message = format!("the rate limit leaves no capacity for another {wait:.1?}");
            call.error(ErrorKind::RateLimited, message)
                .with_retry_after(wait)
                .with_retryable(true)
        })
    }

    /// Ends a call that timed out between attempts.
    pub(super) fn out_of_time(&mut self, last: Option<Error>) -> Error {
        self.end(last, "the deadline has passed", |call| {
            let message = format!("timed out after {:.1?} before it was sent", call.deadline);
            call.error(ErrorKind::Timeout, message).with_retryable(true)
        })
    }

    /// Ends a call before another attempt, with the last error or a new one.
    fn end(
        &mut self,
        last: Option<Error>,
        reason: &'static str,
        own: impl FnOnce(&Self) -> Error,
    ) -> Error {
        if let Some(attempt) = self.history.last_mut() {
            attempt.not_repeated = Some(reason);
        }
        let error = last.unwrap_or_else(|| own(self).with_delivery(Delivery::NotSent));
        self.complete(error)
    }

    pub(super) fn error(&self, kind: ErrorKind, message: String) -> Error {
        let message = self.core.redactor.text(message);
        Error::new(kind, self.core.api.provider, message).with_operation(self.operation().id)
    }

    /// Adds the call's attempts to an error.
    pub(super) fn complete(&mut self, mut error: Error) -> Error {
        if let Some(headers) = error.headers() {
            self.core.sunset.observe(self.core.api.provider, headers);
        }
        if self.may_be_sent && error.delivery() == Delivery::NotSent {
            error = error.with_delivery(Delivery::Unknown);
        }
        if error.kind() == ErrorKind::Timeout && self.history.len() > 1 {
            let (elapsed, attempts) = (self.watch.call.elapsed(), attempts(&self.history));
            error = error.with_message(format!("timed out after {elapsed:.1?}: {attempts}"));
        }
        error
            .with_history(self.attempts(), std::mem::take(&mut self.history))
            .with_idempotency_key(self.idempotency_key.take())
    }

    pub(super) fn attempts(&self) -> u32 {
        self.watch.call.attempts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Script, Step, call_with_options, outcome, steady, steady_with};
    use crate::{RetryBudget, RetryPolicy};

    fn ok() -> Step {
        Step::answer(200, "{}")
    }

    #[tokio::test(start_paused = true)]
    async fn hints_replace_the_backoff() {
        let limited = |hint: &str| Step::answer(429, "<html>").header("retry-after", hint);
        let script = Script::new([
            limited("7"),
            limited("Sun, 06 Nov 1994 08:50:07 GMT"),
            Step::answer(429, r#"{"details":{"retryAfterSeconds":1.5}}"#),
            ok(),
        ]);
        outcome(&script, "get_thread").await.unwrap();
        assert_eq!(script.waits(), [7000, 30_000, 1500]);
        let script = Script::new([limited("Sun, 06 Nov 1994 00:00:00 GMT"), limited("0"), ok()]);
        outcome(&script, "get_thread").await.unwrap();
        assert_eq!(script.waits(), [0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hint_is_never_shortened() {
        let script = Script::new([Step::answer(429, "").header("retry-after", "61")]);
        let error = outcome(&script, "get_thread").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::RateLimited, 1)
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
        assert!(error.is_retryable());
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_beyond_the_deadline_ends_the_call_with_its_last_error() {
        let script = Script::new([Step::answer(503, "").header("retry-after", "5")]);
        let options = CallOptions::new().deadline(Duration::from_secs(5));
        let started = Instant::now();
        let error = call_with_options(&steady(&script), "get_thread", &options)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unavailable, Some(503))
        );
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_just_under_the_deadline_does_not_hide_what_the_server_said() {
        let busy = Step::answer(503, r#"{"code":"busy","requestId":"req_1"}"#);
        let script = Script::new([busy.header("retry-after", "4.9"), Step::Stall]);
        let options = CallOptions::new().deadline(Duration::from_secs(5));
        let error = call_with_options(&steady(&script), "get_thread", &options)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unavailable, Some(503))
        );
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("busy"), Some("req_1"))
        );
        assert_eq!(error.attempts(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_times_out_and_is_repeated() {
        let script = Script::new([Step::Stall, ok()]);
        let started = Instant::now();
        assert_eq!(outcome(&script, "get_thread").await.unwrap().attempts(), 2);
        assert_eq!(started.elapsed(), Duration::from_millis(30_250));
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_spans_all_attempts() {
        let script = Script::new([Step::Stall, Step::Stall, Step::Stall, Step::Stall]);
        let options = CallOptions::new().deadline(Duration::from_secs(70));
        let started = Instant::now();
        let error = call_with_options(&steady(&script), "get_thread", &options)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Timeout, Delivery::Unknown)
        );
        assert_eq!(error.attempts(), 3);
        assert_eq!(started.elapsed(), Duration::from_secs(70));
        assert_eq!(
            error.message(),
            "timed out after 70.0s: 1. no response within 30s (after 30.0s, then waited 250.0ms), \
             2. no response within 30s (after 30.0s, then waited 500.0ms), \
             3. no response within 9.25s (after 9.2s)"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_says_what_came_before_in_a_few_words() {
        let busy = Step::answer(503, "<html>busy").header("retry-after", "4");
        let script = Script::new([busy.clone(), Step::Stall]);
        let options = CallOptions::new().deadline(Duration::from_secs(5));
        let error = call_with_options(&steady(&script), "get_thread", &options)
            .await
            .unwrap_err();
        assert_eq!(
            error.message(),
            "timed out after 5.0s: 1. 503 (after 0.0ns, then waited 4.0s), \
             2. no response within 1s (after 1.0s)"
        );
        assert_eq!(error.history().len(), 2);
        let script = Script::new((0..9).map(|_| Step::Stall));
        let policy = RetryPolicy::default().budget(RetryBudget::unlimited());
        let options = CallOptions::new()
            .attempts(9)
            .attempt_timeout(Duration::from_secs(1));
        let transport = steady_with(&script, policy);
        let error = call_with_options(&transport, "get_thread", &options)
            .await
            .unwrap_err();
        let message = error.message();
        assert!(
            message.contains("s: 4 earlier attempts, 5. no"),
            "{message}"
        );
        assert!(message.len() < 500, "{message}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_at_all_means_not_sent() {
        let script = Script::new([]);
        let options = CallOptions::new().deadline(Duration::ZERO);
        let error = call_with_options(&steady(&script), "add_note", &options)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Timeout, Delivery::NotSent)
        );
        assert_eq!((error.attempts(), error.is_retryable()), (0, true));
    }

    #[tokio::test(start_paused = true)]
    async fn delivery_speaks_of_the_whole_call() {
        let script = Script::new([1, 2, 3, 4].map(|_| Step::Refuse));
        let error = outcome(&script, "get_thread").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Connect, Delivery::NotSent)
        );
        let script = Script::new([Step::Break, Step::Refuse, Step::Refuse, Step::Refuse]);
        let error = outcome(&script, "get_thread").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Connect, Delivery::Unknown)
        );
        let script = Script::new([Step::Break, Step::answer(404, "")]);
        let error = outcome(&script, "get_thread").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::NotFound, Delivery::Answered)
        );
    }
}
