//! One call: attempts, and waits between them, until there is an answer or no more sense in trying.

mod recipe;
mod state;
#[cfg(test)]
mod table;
mod watch;

use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Span;

use crate::attempt::{Answer, Attempted, Problem, attempt};
use crate::exchange::Exchange;
use crate::limits::{Permits, TooLong};
use crate::retry::Failure;
use crate::transport::Core;
use crate::verdict::{Failed, judge};
use crate::{Error, spans};
pub(crate) use recipe::{Build, Recipe};
pub(crate) use state::Call;
use watch::Watch;

/// Sends the request of a call until there is an answer or no more sense in trying.
///
/// What a call knows is boxed, and its parts are pinned where they are: futures that are moved cost
/// their size each time.
pub(crate) async fn run(mut call: Box<Call<'_>>) -> Result<Box<Exchange>, Error> {
    let span = call.span();
    let mut watch = call.watch();
    let outcome = spans::within(&span, pin!(attempts(&mut call, &mut watch))).await;
    watch.finish(&outcome);
    spans::record_outcome(&span, &outcome);
    outcome
}

async fn attempts(call: &mut Call<'_>, watch: &mut Watch<'_>) -> Result<Box<Exchange>, Error> {
    let mut last: Option<Failed> = None;
    loop {
        if let Err(too_long) = permit(call, watch).await {
            // What an earlier attempt met says more than that there is no time for another.
            return Err(call.too_long(last, too_long));
        }
        let (number, started) = (call.next_number(), Instant::now());
        let Some(limit) = call.limit(started) else {
            call.return_permit();
            return Err(call.out_of_time());
        };
        let span = spans::attempt(number);
        watch.sending(number);
        let failed = match once(call, &span, started, limit).await {
            Ok(answer) => {
                spans::record_status(&span, answer.status);
                return Ok(call.succeed(answer, number));
            }
            Err(failed) => failed,
        };
        spans::record_error(&span, &failed.error);
        watch.attempt_failed(number, &failed.error, started.elapsed());
        let wait = call.wait_after(&failed, number);
        call.note(&failed, number, started.elapsed(), wait);
        let Ok(wait) = wait else {
            return Err(call.fail(failed));
        };
        spans::will_retry(&span, wait, &failed.error);
        watch.will_retry(number, failed.error.kind(), wait);
        last = Some(failed);
        tokio::time::sleep(wait).await;
    }
}

/// Sends the request once.
async fn once(
    call: &mut Call<'_>,
    span: &Span,
    started: Instant,
    limit: Duration,
) -> Result<Answer, Failed> {
    let core = call.core;
    let request = call.next_request().map_err(|error| {
        call.return_permit();
        let failure = Failure::Final;
        Failed { error, failure }
    })?;
    let sending = span.in_scope(|| {
        tracing::trace!(url.path = request.url().path(), "sending");
        core.sender.send(request)
    });
    let (until, most) = (started + limit, core.max_response_bytes);
    let attempted = {
        let reading = pin!(attempt(sending, until, most, &mut call.arriving));
        spans::within(span, reading).await
    };
    if let Some(permit) = call.permit.take() {
        settle(core, permit, &attempted);
    }
    judge(core, call.operation.id, call.host(), limit, attempted)
}

/// Waits for the right to send, if there is a rate limit to keep to.
async fn permit(call: &mut Call<'_>, watch: &Watch<'_>) -> Result<(), TooLong> {
    let Some(limits) = &call.core.limits else {
        return Ok(());
    };
    let waiting = |wait| {
        tracing::debug!(?wait, "waiting for the rate limit");
        watch.waiting(wait);
    };
    let permits = limits.acquire(call.operation, call.latest(), waiting);
    call.permit = Some(permits.await?);
    Ok(())
}

/// Takes down what became of the right to send.
fn settle(core: &Core, permit: Permits, attempted: &Attempted) {
    match (&attempted.answer, &attempted.problem) {
        (Some(answer), _) => permit.answered(answer.status, &answer.headers, core.clock.now()),
        (None, Some(Problem::Connect(_) | Problem::Unsendable(_))) => permit.unused(),
        // Dropped, it counts as used.
        (None, _) => drop(permit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallOptions;
    use crate::error::Attempt;
    use crate::script::{Script, Step, call, outcome, steady};

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
        outcome(&script, "send_message").await.unwrap();
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
        let once = steady(&script).with_options(CallOptions::new().with_attempts(1));
        assert_eq!(call(&once, "get_thread").await.unwrap_err().attempts(), 1);
        let script = Script::new([Step::Break, ok()]);
        let again = steady(&script).with_options(CallOptions::new().with_repeat(true));
        assert_eq!(call(&again, "add_note").await.unwrap().attempts(), 2);
        let script = Script::new([Step::Break]);
        let never = steady(&script).with_options(CallOptions::new().with_repeat(false));
        assert_eq!(call(&never, "get_thread").await.unwrap_err().attempts(), 1);
        let script = Script::new([Step::Stall]);
        let options = CallOptions::new()
            .with_attempt_timeout(Duration::from_secs(1))
            .with_attempts(1);
        let started = Instant::now();
        call(&steady(&script).with_options(options), "get_thread")
            .await
            .unwrap_err();
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }
}
