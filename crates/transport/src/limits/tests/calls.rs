//! Whole calls under a rate limit.

use std::sync::Mutex;

use super::*;
use crate::tests::{Script, Step, call, call_with_options};
use crate::{CallEvent, CallInfo, CallOptions, Config, Delivery, ErrorKind, Observer, Transport};

/// A client with a limit of two requests per ten seconds, at a server of its own.
fn config(script: &Script) -> Config {
    limited(script).base_url(format!("{}/v1", server()))
}

fn limited(script: &Script) -> Config {
    script
        .config()
        .rate_limits(RateLimitPolicy::default().windows([window(2, 10)]))
}

fn client(script: &Script) -> Transport {
    script.transport_with(config(script))
}

fn oks(count: usize) -> Script {
    Script::new(vec![Step::answer(200, "{}"); count])
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_room() {
    let script = oks(5);
    let transport = client(&script);
    for _ in 0..5 {
        call(&transport, "get_thread").await.unwrap();
    }
    assert_eq!(script.waits(), [0, 10_001, 0, 10_001]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_must_not_wait_ends_at_once_with_the_time_to_wait() {
    let script = oks(3);
    let transport = client(&script);
    for _ in 0..2 {
        call(&transport, "get_thread").await.unwrap();
    }
    let impatient = CallOptions::new().rate_limit_wait(false);
    let started = Instant::now();
    let error = call_with_options(&transport, "add_note", &impatient)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::RateLimited, Delivery::NotSent)
    );
    assert_eq!(error.retry_after(), Some(Duration::from_millis(10_001)));
    assert_eq!((error.attempts(), error.status()), (0, None));
    assert!(error.is_retryable());
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(
        error.to_string(),
        "acme add_note: the rate limit leaves no capacity for another 10.0s"
    );
    let short = CallOptions::new().deadline(Duration::from_secs(10));
    let error = call_with_options(&transport, "add_note", &short)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn clients_with_the_same_credential_share() {
    let script = oks(3);
    let one = client(&script);
    let two = limited(&script).exact_base_url(one.base_url().replace("/v1", "/v2"));
    let two = script.transport_with(two);
    call(&one, "get_thread").await.unwrap();
    call(&two, "get_thread").await.unwrap();
    call(&one.clone(), "get_thread").await.unwrap();
    assert_eq!(script.waits(), [0, 10_001]);
}

#[tokio::test(start_paused = true)]
async fn every_attempt_counts_and_one_that_was_not_sent_does_not() {
    let script = Script::new([
        Step::Refuse,
        Step::Refuse,
        Step::Break,
        Step::answer(200, "{}"),
    ]);
    call(&client(&script), "get_thread").await.unwrap();
    let script = Script::new(vec![Step::answer(503, "").header("retry-after", "0"); 3]);
    let transport = client(&script);
    let options = CallOptions::new().deadline(Duration::from_secs(5));
    let error = call_with_options(&transport, "get_thread", &options)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unavailable, 2)
    );
    let last = error.history().last().unwrap();
    assert_eq!(
        last.not_repeated(),
        Some("the rate limit leaves no capacity")
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_pauses_all_requests_and_is_not_waited_for_twice() {
    let limited = Step::answer(429, "").header("retry-after", "7");
    let script = Script::new([limited, Step::answer(200, "{}"), Step::answer(200, "{}")]);
    let transport = client(&script);
    let other = transport.clone();
    let first = tokio::spawn(async move { call(&other, "get_thread").await.map(drop) });
    tokio::task::yield_now().await;
    call(&transport, "get_thread").await.unwrap();
    first.await.unwrap().unwrap();
    let start = script.seen()[0].at;
    let times: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| (seen.at - start).as_secs())
        .collect();
    assert_eq!(times, [0, 7, 10]);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_the_queue() {
    let script = oks(3);
    let transport = client(&script);
    for _ in 0..2 {
        call(&transport, "get_thread").await.unwrap();
    }
    let second = Duration::from_secs(1);
    let waiting = call(&transport, "get_thread");
    assert!(tokio::time::timeout(second, waiting).await.is_err());
    call(&transport, "get_thread").await.unwrap();
    assert_eq!(script.waits(), [0, 10_001]);
}

#[tokio::test(start_paused = true)]
async fn the_observer_sees_the_wait() {
    #[derive(Debug, Clone, Default)]
    struct Waits(Arc<Mutex<Vec<Duration>>>);

    impl Observer for Waits {
        fn on_event(&self, _call: &CallInfo, event: &CallEvent<'_>) {
            if let CallEvent::Waiting { delay } = event {
                self.0.lock().unwrap().push(*delay);
            }
        }
    }

    let waits = Waits::default();
    let script = oks(3);
    let transport = script.transport_with(config(&script).observer(waits.clone()));
    for _ in 0..3 {
        call(&transport, "get_thread").await.unwrap();
    }
    assert_eq!(*waits.0.lock().unwrap(), [Duration::from_millis(10_001)]);
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_nothing_is_counted_or_learned() {
    let script = Script::new([
        Step::answer(429, "").header("retry-after", "50"),
        Step::answer(200, "{}"),
    ]);
    let unlimited = config(&script).rate_limits(RateLimitPolicy::unlimited());
    let transport = script.transport_with(unlimited);
    let once = CallOptions::new().attempts(1);
    call_with_options(&transport, "get_thread", &once)
        .await
        .unwrap_err();
    let started = Instant::now();
    call_with_options(&transport, "get_thread", &once)
        .await
        .unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
}
