//! One call: attempts, and waits between them, until there is an answer or no more sense in trying.

mod state;

use tokio::time::Instant;
use tracing::Instrument as _;

use crate::attempt::attempt;
use crate::exchange::Exchange;
use crate::transport::Core;
use crate::verdict::judge;
use crate::{CallOptions, Error, spans};
use state::Call;

/// Sends a request until there is an answer or no more sense in trying.
pub(crate) async fn run(
    core: &Core,
    options: &CallOptions,
    mut request: reqwest::Request,
    operation_id: &'static str,
) -> Result<Exchange, Error> {
    let host = request.url().host_str().unwrap_or_default().to_owned();
    let mut call = Call::new(core, options, &request, operation_id);
    loop {
        let number = call.next_number();
        let Some(limit) = call.next_limit() else {
            return Err(call.out_of_time());
        };
        // The last attempt takes the request itself; a body that streams cannot be sent again.
        let again = if number < call.max_attempts {
            request.try_clone()
        } else {
            None
        };
        let span = spans::attempt(number);
        tracing::trace!(parent: &span, url.path = request.url().path(), "sending");
        let started = Instant::now();
        let attempted = attempt(&*core.sender, request, limit, core.max_response_bytes)
            .instrument(span.clone())
            .await;
        let failed = match judge(core, operation_id, &host, limit, attempted) {
            Ok(answer) => {
                spans::record_status(&span, answer.status);
                return Ok(call.succeed(answer, number));
            }
            Err(failed) => failed,
        };
        spans::record_error(&span, &failed.error);
        let wait = match again {
            Some(_) => call.wait_after(&failed, number),
            None => Err(None),
        };
        call.note(&failed, number, started.elapsed(), wait);
        if let Err(Some(reason)) = wait {
            tracing::debug!(parent: &span, reason, "will not try again");
        }
        let (Ok(wait), Some(next)) = (wait, again) else {
            return Err(call.fail(failed));
        };
        tracing::debug!(
            parent: &span,
            delay_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            reason = failed.error.kind().as_str(),
            "will try again",
        );
        tokio::time::sleep(wait).await;
        request = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Attempt;
    use crate::script::{Script, Step, call, outcome, steady};
    use std::time::Duration;

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

    #[tokio::test(start_paused = true)]
    async fn an_unknown_operation_is_taken_for_the_worst() {
        let script = Script::new([Step::Break]);
        assert_eq!(outcome(&script, "mystery").await.unwrap_err().attempts(), 1);
    }
}
