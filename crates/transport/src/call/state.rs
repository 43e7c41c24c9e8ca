//! A call's state between attempts.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Span;

use super::recipe::Recipe;
use super::watch::Watch;
use crate::attempt::{Answer, Arriving};
use crate::error::Attempt;
use crate::exchange::Exchange;
use crate::limits::{Permits, TooLong};
use crate::retry::{Repeat, backoff, is_retryable};
use crate::transport::Core;
use crate::verdict::Failed;
use crate::{Delivery, Error, ErrorKind, Idempotency, IdempotencyKey, Operation, spans};

/// Further away than any deadline that can be reached.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Why there is no further attempt: said where the failure alone would have allowed one.
pub(super) type Stop = Option<&'static str>;

/// A call's state between attempts.
pub(crate) struct Call<'a> {
    pub(super) core: &'a Core,
    pub(super) operation: &'static Operation,
    recipe: Recipe<'a>,
    /// The request of the first attempt, which was made to see whether it can be.
    request: Option<reqwest::Request>,
    idempotency_key: Option<IdempotencyKey>,
    /// The right to send the next attempt, or of the one under way.
    pub(super) permit: Option<Permits>,
    /// What the attempt under way has received.
    pub(super) arriving: Arriving,
    repeat: Repeat,
    max_attempts: u32,
    attempt_timeout: Duration,
    deadline: Duration,
    /// Whether to wait for the rate limit.
    waits: bool,
    started: Instant,
    /// Whether the server may have seen the request.
    may_be_sent: bool,
    /// What the last retry took from the budget.
    last_cost: Option<u32>,
    history: Vec<Attempt>,
}

impl<'a> Call<'a> {
    /// Makes the request and checks it; in a dry run, that is all.
    pub(crate) fn new(recipe: Recipe<'a>) -> Result<Box<Self>, Error> {
        let Recipe {
            core,
            options,
            operation,
            ..
        } = recipe;
        let keyed = recipe.request()?;
        if let Some(shown) = recipe.dry_run(&keyed) {
            return Err(shown);
        }
        let (request, idempotency_key) = keyed;
        let has_key = match operation.idempotency {
            Idempotency::WithKey(header) => request.headers().contains_key(header),
            Idempotency::Harmless | Idempotency::NotHarmless => false,
        };
        Ok(Box::new(Self {
            core,
            operation,
            recipe,
            request: Some(request),
            idempotency_key,
            permit: None,
            arriving: Arriving::default(),
            repeat: Repeat::new(operation.idempotency, has_key, options.repeat()),
            max_attempts: options
                .attempts()
                .unwrap_or_else(|| core.retry.max_attempts()),
            attempt_timeout: options.attempt_timeout().unwrap_or(core.attempt_timeout),
            deadline: options.deadline().unwrap_or(core.deadline),
            waits: options
                .rate_limit_wait()
                .unwrap_or_else(|| core.rate_limits.waits()),
            started: Instant::now(),
            may_be_sent: false,
            last_cost: None,
            history: Vec::new(),
        }))
    }

    /// The span around it.
    pub(super) fn span(&self) -> Span {
        spans::call(self.core, self.operation, self.host())
    }

    /// Tells the observer that it begins.
    pub(super) fn watch(&self) -> Watch<'a> {
        Watch::start(self.core, self.operation.id, self.started)
    }

    /// Where it goes.
    pub(super) fn host(&self) -> &'a str {
        self.core.base_of(self.operation).host()
    }

    /// The number of the next attempt, from 1.
    pub(super) fn next_number(&self) -> u32 {
        u32::try_from(self.history.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    /// The request of the next attempt.
    pub(super) fn next_request(&mut self) -> Result<reqwest::Request, Error> {
        match self.request.take() {
            Some(first) => Ok(first),
            None => self.recipe.request().map(|(request, _)| request),
        }
    }

    /// Gives the right to send back, because nothing was sent.
    pub(super) fn return_permit(&mut self) {
        if let Some(permit) = self.permit.take() {
            permit.unused();
        }
    }

    /// How much of the deadline is left.
    fn remaining(&self, now: Instant) -> Duration {
        let elapsed = now.saturating_duration_since(self.started);
        self.deadline.saturating_sub(elapsed)
    }

    /// When the next attempt has to begin, if it may wait at all.
    pub(super) fn latest(&self) -> Option<Instant> {
        self.waits.then(|| {
            let now = Instant::now();
            now + self.remaining(now).min(FAR)
        })
    }

    /// How long an attempt may take that begins now; `None` if no time is left.
    pub(super) fn limit(&self, now: Instant) -> Option<Duration> {
        let limit = self.attempt_timeout.min(self.remaining(now)).min(FAR);
        (!limit.is_zero()).then_some(limit)
    }

    /// How long to wait before the next attempt, or why there should be none.
    pub(super) fn wait_after(&mut self, failed: &Failed, number: u32) -> Result<Duration, Stop> {
        if number >= self.max_attempts || !is_retryable(failed.failure, self.repeat) {
            return Err(None);
        }
        let policy = &self.core.retry;
        let wait = match failed.error.retry_after() {
            Some(hint) if hint > policy.max_hint() => {
                return Err(Some("the server asks for a longer wait than is allowed"));
            }
            Some(hint) => hint,
            None => backoff(policy, number),
        };
        if wait >= self.remaining(Instant::now()) {
            return Err(Some("the wait would pass the deadline"));
        }
        let after_timeout = failed.error.kind() == ErrorKind::Timeout;
        self.last_cost = policy.budget().take(after_timeout);
        if self.last_cost.is_none() {
            return Err(Some("the retry budget is exhausted"));
        }
        Ok(wait)
    }

    /// Takes down a failed attempt.
    pub(super) fn note(
        &mut self,
        failed: &Failed,
        number: u32,
        elapsed: Duration,
        next: Result<Duration, Stop>,
    ) {
        if let Err(Some(reason)) = next {
            tracing::debug!(reason, "will not try again");
        }
        self.may_be_sent |= failed.error.delivery() != Delivery::NotSent;
        self.history.push(Attempt {
            number,
            status: failed.error.status(),
            failure: failed.error.message().to_owned(),
            elapsed,
            waited: next.ok(),
            not_repeated: next.err().flatten(),
        });
    }

    /// The end of a call that succeeded.
    pub(super) fn succeed(&mut self, answer: Answer, attempts: u32) -> Box<Exchange> {
        self.core.retry.budget().succeed(self.last_cost);
        self.core
            .sunset
            .observe(self.core.api.provider, &answer.headers);
        Box::new(Exchange {
            provider: self.core.api.provider,
            operation: Some(self.operation),
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            attempts,
            idempotency_key: self.idempotency_key.take(),
            history: std::mem::take(&mut self.history),
            redactor: Arc::clone(&self.core.redactor),
        })
    }

    /// The end of a call that failed.
    pub(super) fn fail(&mut self, failed: Failed) -> Error {
        let retryable = is_retryable(failed.failure, self.repeat);
        self.finish(failed.error.with_retryable(retryable))
    }

    /// The end of a call that would have to wait too long for its turn: the last failure, if there
    /// was one.
    pub(super) fn too_long(&mut self, last: Option<Failed>, TooLong(wait): TooLong) -> Error {
        if let Some(last) = last {
            if let Some(attempt) = self.history.last_mut() {
                attempt.not_repeated = Some("the rate limit leaves no room");
            }
            return self.fail(last);
        }
        let message = format!("the rate limit leaves no room for another {wait:.1?}");
        let error = Error::new(ErrorKind::RateLimited, self.core.api.provider, message)
            .with_operation(self.operation.id)
            .with_delivery(Delivery::NotSent)
            .with_retry_after(wait)
            .with_retryable(true);
        self.finish(error)
    }

    /// The end of a call whose time ran out between attempts.
    pub(super) fn out_of_time(&mut self) -> Error {
        let message = format!("the deadline of {:?} has passed", self.deadline);
        let error = Error::new(ErrorKind::Timeout, self.core.api.provider, message)
            .with_operation(self.operation.id)
            .with_delivery(Delivery::NotSent)
            .with_retryable(self.repeat != Repeat::NotHarmless || !self.may_be_sent);
        self.finish(error)
    }

    /// Completes an error with what was tried.
    fn finish(&mut self, mut error: Error) -> Error {
        if let Some(headers) = error.headers() {
            self.core.sunset.observe(self.core.api.provider, headers);
        }
        if self.may_be_sent && error.delivery() == Delivery::NotSent {
            error = error.with_delivery(Delivery::Unknown);
        }
        let attempts = u32::try_from(self.history.len()).unwrap_or(u32::MAX);
        error
            .with_history(attempts, std::mem::take(&mut self.history))
            .with_idempotency_key(self.idempotency_key.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallOptions;
    use crate::script::{Script, Step, call, outcome, steady};

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
        let options = CallOptions::new().with_deadline(Duration::from_secs(5));
        let started = Instant::now();
        let error = call(&steady(&script).with_options(options), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unavailable, Some(503))
        );
        assert_eq!(started.elapsed(), Duration::ZERO);
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
        let options = CallOptions::new().with_deadline(Duration::from_secs(70));
        let started = Instant::now();
        let error = call(&steady(&script).with_options(options), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Timeout, Delivery::Unknown)
        );
        assert_eq!(error.attempts(), 3);
        assert_eq!(started.elapsed(), Duration::from_secs(70));
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_at_all_means_not_sent() {
        let script = Script::new([]);
        let options = CallOptions::new().with_deadline(Duration::ZERO);
        let error = call(&steady(&script).with_options(options), "add_note")
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
