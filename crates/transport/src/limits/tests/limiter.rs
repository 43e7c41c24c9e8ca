//! Waiting for permits, returning them, and learning from responses.

use super::*;
use crate::Headers;

fn limited(requests: u32, per_seconds: u32) -> Arc<Limiter> {
    limiter(&[window(requests, per_seconds)])
}

async fn permit(limiter: &Arc<Limiter>) -> Permit {
    limiter
        .acquire(Some(soon()), |_| {})
        .await
        .unwrap()
        .commit()
}

/// How long a new request would have to wait.
async fn refused(limiter: &Arc<Limiter>) -> u128 {
    let TooLong(wait) = limiter.acquire(None, |_| {}).await.unwrap_err();
    wait.as_millis()
}

#[tokio::test(start_paused = true)]
async fn first_come_first_served() {
    let limiter = limited(1, 1);
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
        tasks.spawn(async move {
            drop(permit(&limiter).await);
            order.lock().unwrap().push(number);
        });
        tokio::task::yield_now().await;
    }
    let started = Instant::now();
    tasks.join_all().await;
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    assert_eq!(started.elapsed().as_millis(), 19 * 1001);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_waiter_leaves_the_queue() {
    let limiter = limited(1, 10);
    drop(permit(&limiter).await);
    for _ in 0..5 {
        let waiting = limiter.acquire(Some(soon()), |_| {});
        let second = Duration::from_secs(1);
        assert!(tokio::time::timeout(second, waiting).await.is_err());
    }
    assert_eq!(limiter.state().position(u64::MAX), 0);
    let started = Instant::now();
    drop(permit(&limiter).await);
    assert_eq!(started.elapsed().as_millis(), 5001);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_request_counts_as_sent_and_an_unsent_one_does_not() {
    let limiter = limited(1, 10);
    permit(&limiter).await.unused();
    let held = permit(&limiter).await;
    assert_eq!(refused(&limiter).await, 10_001);
    let waiter = Arc::clone(&limiter);
    let waiting = tokio::spawn(async move { permit(&waiter).await });
    tokio::time::sleep(Duration::from_secs(3)).await;
    held.unused();
    let started = Instant::now();
    drop(waiting.await.unwrap());
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(refused(&limiter).await, 10_001);
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_ends_at_once() {
    let limiter = limited(2, 10);
    drop((permit(&limiter).await, permit(&limiter).await));
    let started = Instant::now();
    let latest = Some(started + Duration::from_secs(10));
    let too_long = limiter.acquire(latest, |_| {}).await.unwrap_err();
    assert_eq!(too_long, TooLong(Duration::from_millis(10_001)));
    assert_eq!(started.elapsed(), Duration::ZERO);
    // The third in the queue would have to wait for the second window.
    let mut queue = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let limiter = Arc::clone(&limiter);
        queue.spawn(async move { drop(permit(&limiter).await) });
    }
    tokio::task::yield_now().await;
    assert_eq!(refused(&limiter).await, 20_001);
    queue.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_hint_pauses_all_requests() {
    let limiter = limited(100, 10);
    let headers: Headers = [("retry-after", "40")].into_iter().collect();
    let (one, other) = (permit(&limiter).await, permit(&limiter).await);
    one.answered(&Feedback::for_one(
        429,
        &headers,
        None,
        SystemTime::UNIX_EPOCH,
    ));
    assert_eq!(refused(&limiter).await, 40_000);
    let latest = Some(Instant::now() + Duration::from_secs(60));
    let (first, started) = (Arc::clone(&limiter), Instant::now());
    let waiting = tokio::spawn(async move { first.acquire(latest, |_| {}).await.map(drop) });
    tokio::task::yield_now().await;
    // A longer pause immediately fails waits that it makes too long.
    let headers: Headers = [("retry-after", "90")].into_iter().collect();
    other.answered(&Feedback::for_one(
        429,
        &headers,
        None,
        SystemTime::UNIX_EPOCH,
    ));
    let too_long = waiting.await.unwrap().unwrap_err();
    assert_eq!(too_long, TooLong(Duration::from_secs(90)));
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn no_pause_is_longer_than_an_hour() {
    let limiter = limited(100, 10);
    let headers: Headers = [("retry-after", "99999999")].into_iter().collect();
    let permit = permit(&limiter).await;
    permit.answered(&Feedback::for_one(
        429,
        &headers,
        None,
        SystemTime::UNIX_EPOCH,
    ));
    assert_eq!(refused(&limiter).await, 3_600_000);
}

#[tokio::test(start_paused = true)]
async fn what_others_sent_is_learned() {
    let limiter = limited(100, 60);
    let headers = |left: &str| -> Headers {
        let headers = [
            ("x-ratelimit-limit", "100"),
            ("x-ratelimit-remaining", left),
            ("x-ratelimit-reset", "20"),
        ];
        headers.into_iter().collect()
    };
    let learn = async |left| {
        let permit = permit(&limiter).await;
        permit.answered(&Feedback::for_one(
            200,
            &headers(left),
            None,
            SystemTime::UNIX_EPOCH,
        ));
    };
    learn("99").await;
    learn("98").await;
    // Without other clients, 97 would be left.
    learn("1").await;
    drop(permit(&limiter).await);
    assert_eq!(refused(&limiter).await, 20_000);
    tokio::time::sleep(Duration::from_secs(20)).await;
    drop(permit(&limiter).await);
}

#[tokio::test(start_paused = true)]
async fn an_undeclared_window_is_learned() {
    let limiter = limiter(&[]);
    let headers: Headers = [("x-ratelimit-remaining", "2"), ("x-ratelimit-reset", "30")]
        .into_iter()
        .collect();
    permit(&limiter).await.answered(&Feedback::for_one(
        200,
        &headers,
        None,
        SystemTime::UNIX_EPOCH,
    ));
    drop(permit(&limiter).await);
    permit(&limiter).await.unused();
    drop(permit(&limiter).await);
    assert_eq!(refused(&limiter).await, 30_000);
    tokio::time::sleep(Duration::from_secs(30)).await;
    drop(permit(&limiter).await);
}
