//! One call: prepare → (permit → send → judge)* → decode → observe.

mod builder;
mod dry_run;
mod finite;
mod judge;
mod observer;
mod options;
mod path;
mod request;
mod send;
mod spans;
mod state;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, Span};

pub use dry_run::PreparedRequest;
pub use observer::{CallEvent, CallInfo, Observer};
pub use options::CallOptions;
pub(crate) use path::push_path;
pub use request::{Request, pairs};
pub(crate) use send::{Answer, Outcome, Sender};
#[cfg(test)]
pub(crate) use send::{Arriving, Receiving};
pub(crate) use spans::warn_of_skipped;

use crate::Error;
use crate::answer::decode::Unreadable;
use crate::answer::{Response, ResponseMetadata, SkippedField};
use crate::limits::{Permits, TooLong};
use crate::transport::Core;
use state::Call;

/// Decodes a value from JSON, strictly or leniently.
pub(crate) type Decode<T> = fn(&[u8], bool) -> Result<(T, Vec<SkippedField>), Unreadable>;

/// A call, from its preparation to the decoded response. It starts when it is first polled;
/// dropping it cancels the call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// Executes a call.
///
/// Its state is boxed, because moving a future costs its size each time. Only decoding depends on
/// the response type.
pub(crate) fn run<T: 'static>(
    core: Arc<Core>,
    request: Request,
    options: CallOptions,
    decode: Decode<T>,
) -> CallFuture<T> {
    // A box of its own, because the future has room for it twice: as an argument and in the call.
    let request = Box::new(request);
    Box::pin(async move {
        let mut call = Call::prepare(&core, request, &options)?;
        let span = call.span.clone();
        let answer = pin!(attempts(&mut call)).instrument(span).await;
        call.finish(answer, decode)
    })
}

/// Sends the request until it succeeds or must not be retried.
async fn attempts(call: &mut Call<'_>) -> Result<Answer, Error> {
    let mut last: Option<Error> = None;
    loop {
        if let Err(too_long) = permit(call).await {
            // The error of an earlier attempt is more informative than the missing capacity.
            return Err(call.too_long(last, too_long));
        }
        let started = Instant::now();
        let Some(limit) = call.limit(started, last.is_some()) else {
            call.return_permit();
            return Err(call.out_of_time(last));
        };
        call.watch.attempt_started();
        let span = spans::attempt(call.attempts());
        let error = match once(call, &span, started, limit).await {
            Ok(answer) => {
                span.record("http.response.status_code", answer.status);
                call.watch.report(|| CallEvent::AttemptSucceeded {
                    status: answer.status,
                    elapsed: started.elapsed(),
                });
                return Ok(answer);
            }
            Err(error) => error,
        };
        spans::record_error(&span, &error);
        let elapsed = started.elapsed();
        call.watch.report(|| CallEvent::AttemptFailed {
            error: &error,
            elapsed,
        });
        let wait = call.wait_after(&error);
        call.note(&error, elapsed, wait);
        let Ok(wait) = wait else {
            return Err(call.complete(error));
        };
        spans::will_retry(&span, wait, &error);
        call.watch.report(|| CallEvent::WillRetry {
            error: &error,
            delay: wait,
        });
        last = Some(error);
        tokio::time::sleep(wait).await;
    }
}

/// Sends the request once and evaluates the outcome.
async fn once(
    call: &mut Call<'_>,
    span: &Span,
    started: Instant,
    limit: Duration,
) -> Result<Answer, Error> {
    let core = call.core;
    let received = {
        let request = call.request.to_http(core);
        let receiving = core.sender.send(request, &mut call.arriving);
        // Pinned here, because moving a future costs its size.
        let receiving = pin!(timeout_at(started + limit, receiving));
        receiving.instrument(span.clone()).await
    };
    let outcome = Outcome::of(received, call.arriving.take());
    if let Some(permits) = call.permits.take() {
        settle(core, *permits, &outcome);
    }
    call.judge(outcome, limit)
}

/// Waits for a permit, if a rate limit applies.
async fn permit(call: &mut Call<'_>) -> Result<(), TooLong> {
    let Some(limits) = &call.core.limits else {
        return Ok(());
    };
    let waiting = |wait| {
        tracing::debug!(?wait, "waiting for the rate limit");
        call.watch.report(|| CallEvent::Waiting { delay: wait });
    };
    // Boxed, because a call without limits needs no room for it.
    let permits = Box::pin(limits.acquire(call.operation(), call.latest(), waiting));
    call.permits = Some(Box::new(permits.await?));
    Ok(())
}

/// Returns or uses up the permit, depending on the outcome.
fn settle(core: &Core, permits: Permits, outcome: &Outcome) {
    match (outcome, outcome.answer()) {
        (_, Some(answer)) => {
            permits.answered(answer.status, &answer.headers, core.config.now());
        }
        (Outcome::NotConnected(_) | Outcome::Unsendable(_), None) => permits.unused(),
        // A dropped permit counts as used.
        (_, None) => drop(permits),
    }
}

impl Call<'_> {
    /// Decodes the response and reports the outcome.
    fn finish<T>(
        &mut self,
        answer: Result<Answer, Error>,
        decode: Decode<T>,
    ) -> Result<Response<T>, Error> {
        let outcome = answer.and_then(|answer| {
            let result = self.result(&answer.body);
            let json = result.as_ref().unwrap_or(&answer.body);
            match decode(json, self.options.get_strict().unwrap_or_default()) {
                Ok((value, skipped)) => {
                    let received = self.succeed(answer, result, skipped);
                    Ok(Response::decoded(value, received))
                }
                Err(unreadable) => Err(self.unreadable(&answer, unreadable)),
            }
        });
        self.conclude(outcome.as_ref().map(Response::metadata));
        outcome
    }

    /// Reports the outcome to span, log, observer and callback.
    fn conclude(&mut self, outcome: Result<&ResponseMetadata, &Error>) {
        spans::finish(&self.span, &self.watch.call, outcome);
        self.watch.finish(outcome);
        if let Ok(metadata) = outcome {
            self.options.report(metadata);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Attempt;
    use crate::tests::{Script, Step, call_options, call_with_options, outcome, steady};
    use crate::{IdempotencyKey, KeyChoice};

    fn ok() -> Step {
        Step::answer(200, "{}")
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_that_passes_is_repeated_with_backoff() {
        let script = Script::new([Step::Refuse, Step::answer(503, "busy"), Step::Break, ok()]);
        let response = outcome(&script, "get_thread").await.unwrap();
        assert_eq!(response.attempts(), 4);
        assert_eq!(script.waits(), [250, 500, 1000]);
    }

    #[tokio::test(start_paused = true)]
    async fn every_attempt_carries_the_same_request() {
        let script = Script::new([Step::Break, Step::answer(500, ""), ok()]);
        let key = KeyChoice::Own(IdempotencyKey::new("key-1").unwrap());
        let options = CallOptions::new();
        call_options(&steady(&script), "send_message", key, &options)
            .await
            .unwrap();
        let seen = script.seen();
        assert_eq!(seen.len(), 3);
        for request in &seen {
            assert_eq!(request.headers["idempotency-key"], "key-1");
            assert_eq!(request.body, br#"{"text":"hi"}"#);
            assert_eq!(request.headers, seen[0].headers);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_must_not_happen_twice_is_sent_once() {
        for step in [
            Step::Break,
            Step::Stall,
            Step::answer(500, ""),
            Step::answer(503, ""),
        ] {
            let script = Script::new([step]);
            let error = outcome(&script, "add_note").await.unwrap_err();
            assert_eq!(
                (error.attempts(), error.is_retryable()),
                (1, false),
                "{error:?}"
            );
        }
        let script = Script::new([Step::Refuse, Step::answer(429, ""), ok()]);
        assert_eq!(outcome(&script, "add_note").await.unwrap().attempts(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_vendors_code_decides_first() {
        let busy = Step::answer(409, r#"{"code":"sendInProgress"}"#);
        let script = Script::new([busy.clone(), ok()]);
        assert_eq!(
            outcome(&script, "send_message").await.unwrap().attempts(),
            2
        );
        let script = Script::new([busy]);
        assert_eq!(
            outcome(&script, "add_note").await.unwrap_err().attempts(),
            1
        );
        let script = Script::new([Step::answer(502, r#"{"code":"sendUnconfirmed"}"#)]);
        let error = outcome(&script, "send_message").await.unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        assert_eq!(error.code(), Some("sendUnconfirmed"));
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_run_out() {
        let script = Script::new([1, 2, 3, 4].map(|_| Step::answer(502, "<html>bad gateway")));
        let error = outcome(&script, "get_thread").await.unwrap_err();
        assert_eq!((error.attempts(), error.status()), (4, Some(502)));
        assert!(error.is_retryable());
        let waits: Vec<_> = error.history().iter().map(Attempt::waited).collect();
        let millis = |count| Some(Duration::from_millis(count));
        assert_eq!(waits, [millis(250), millis(500), millis(1000), None]);
        assert_eq!(
            error.to_string(),
            "acme get_thread: 502: <html>bad gateway (4 attempts)"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn options_of_one_call_win() {
        let script = Script::new([Step::answer(503, "")]);
        let options = CallOptions::new().attempts(1);
        let transport = steady(&script);
        let outcome = call_with_options(&transport, "get_thread", &options).await;
        assert_eq!(outcome.unwrap_err().attempts(), 1);
        let script = Script::new([Step::Break, ok()]);
        let options = CallOptions::new().repeat(true);
        let transport = steady(&script);
        let outcome = call_with_options(&transport, "add_note", &options).await;
        assert_eq!(outcome.unwrap().attempts(), 2);
        let script = Script::new([Step::Break]);
        let options = CallOptions::new().repeat(false);
        let transport = steady(&script);
        let outcome = call_with_options(&transport, "get_thread", &options).await;
        assert_eq!(outcome.unwrap_err().attempts(), 1);
        let script = Script::new([Step::Stall]);
        let options = CallOptions::new()
            .attempt_timeout(Duration::from_secs(1))
            .attempts(1);
        let started = Instant::now();
        call_with_options(&steady(&script), "get_thread", &options)
            .await
            .unwrap_err();
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn options_add_up_and_none_resets_another() {
        let script = Script::new([]);
        let dry = script.transport_with(script.config().dry_run(true));
        let options = CallOptions::new().attempts(1);
        let error = call_with_options(&dry, "add_note", &options)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::DryRun);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unreadable_answer_gives_the_budget_nothing_back() {
        let budget = crate::RetryBudget::new(10);
        let policy = crate::RetryPolicy::default().budget(budget.clone());
        let script = Script::new([Step::answer(503, ""), Step::answer(200, "<html>")]);
        let transport = crate::tests::steady_with(&script, policy);
        let error = crate::tests::call(&transport, "get_thread")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (crate::ErrorKind::InvalidResponse, 2)
        );
        assert_eq!(budget.left(), Some(5));
    }

    #[tokio::test(start_paused = true)]
    async fn the_metadata_of_a_success_goes_to_the_hook() {
        let script = Script::new([Step::answer(404, ""), Step::answer(201, "{}")]);
        let statuses = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = std::sync::Arc::clone(&statuses);
        let options = CallOptions::new()
            .on_response(move |metadata| seen.lock().unwrap().push(metadata.status()));
        for _ in 0..2 {
            let _ = call_with_options(&steady(&script), "get_thread", &options).await;
        }
        assert_eq!(*statuses.lock().unwrap(), [201]);
    }
}
