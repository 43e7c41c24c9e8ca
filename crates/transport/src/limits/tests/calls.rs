//! Whole calls under a rate limit.

use std::sync::Mutex;

use super::*;
use crate::script::{Script, Step, call};
use crate::{CallOptions, CallWaiting, Delivery, ErrorKind, Observer, Transport, TransportBuilder};

/// A client that is allowed two requests in ten seconds, at a server of its own.
fn builder(script: &Script) -> TransportBuilder {
    limited(script).base_url(format!("{}/v1", server()))
}

fn limited(script: &Script) -> TransportBuilder {
    script
        .builder()
        .rate_limits(RateLimitPolicy::default().with_windows([window(2, 10)]))
}

fn client(script: &Script) -> Transport {
    builder(script).build().unwrap()
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
    let impatient = transport.with_options(CallOptions::new().with_rate_limit_wait(false));
    let started = Instant::now();
    let error = call(&impatient, "add_note").await.unwrap_err();
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
        "acme add_note: the rate limit leaves no room for another 10.0s"
    );
    let short = transport.with_options(CallOptions::new().with_deadline(Duration::from_secs(10)));
    let error = call(&short, "add_note").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn clients_with_the_same_credential_share() {
    let script = oks(3);
    let (one, two) = (client(&script), limited(&script));
    let two = two
        .base_url(one.base_url().replace("/v1", "/v2"))
        .build()
        .unwrap();
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
    let error = call(
        &transport.with_options(CallOptions::new().with_deadline(Duration::from_secs(5))),
        "get_thread",
    )
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unavailable, 2)
    );
    let last = error.history().last().unwrap();
    assert_eq!(last.not_repeated(), Some("the rate limit leaves no room"));
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
        fn waiting(&self, call: &CallWaiting<'_>) {
            self.0.lock().unwrap().push(call.wait());
        }
    }

    let waits = Waits::default();
    let script = oks(3);
    let transport = builder(&script).observer(waits.clone()).build().unwrap();
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
    let transport = builder(&script)
        .rate_limits(RateLimitPolicy::unlimited())
        .build()
        .unwrap();
    let once = transport.with_options(CallOptions::new().with_attempts(1));
    call(&once, "get_thread").await.unwrap_err();
    let started = Instant::now();
    call(&once, "get_thread").await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
}
