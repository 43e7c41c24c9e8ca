//! Operations that also count towards a budget.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::SystemTime;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::Headers;
use crate::tests::{Script, Step, call, operation};

/// Cancels a call after a second.
async fn give_up(limits: &Limits, id: &str) {
    let waiting = limits.acquire(operation(id), Some(soon()), |_| {});
    let second = Duration::from_secs(1);
    assert!(tokio::time::timeout(second, waiting).await.is_err());
}

/// A server that allows 120 requests per minute, of which at most 20 may be lists.
struct Server {
    slides: bool,
    start: Instant,
    /// All counted requests, and the lists.
    seen: Mutex<[VecDeque<Instant>; 2]>,
    /// Accepted requests, accepted lists, and rejected requests.
    tally: Mutex<[u64; 3]>,
}

impl Server {
    const ALLOWED: [usize; 2] = [120, 20];
    const PER: Duration = Duration::from_secs(60);

    fn answer(&self, is_list: bool) -> (u16, Headers) {
        let now = Instant::now();
        let minute = |at: Instant| (at - self.start).as_secs() / Self::PER.as_secs();
        let is_over = |at: &Instant| {
            if self.slides {
                *at + Self::PER <= now
            } else {
                minute(*at) < minute(now)
            }
        };
        let mut seen = self.seen.lock().unwrap();
        for seen in seen.iter_mut() {
            while seen.front().is_some_and(is_over) {
                seen.pop_front();
            }
        }
        let mut tally = self.tally.lock().unwrap();
        let counted = if is_list { 2 } else { 1 };
        let windows = seen.iter().zip(Self::ALLOWED).take(counted);
        let status = if windows.clone().any(|(seen, allowed)| seen.len() >= allowed) {
            tally[2] += 1;
            429
        } else {
            for at in 0..counted {
                tally[at] += 1;
                seen[at].push_back(now);
            }
            200
        };
        let mut headers = Vec::new();
        let windows = seen.iter().zip(Self::ALLOWED).take(counted);
        for ((seen, allowed), ending) in windows.zip(["", "-heavy"]) {
            let left = allowed - seen.len();
            headers.push((format!("x-ratelimit-limit{ending}"), allowed.to_string()));
            headers.push((format!("x-ratelimit-remaining{ending}"), left.to_string()));
            headers.push((format!("x-ratelimit-reset{ending}"), "60".to_owned()));
        }
        (status, headers.into_iter().collect())
    }

    /// Sends from several concurrent callers until a time has passed.
    async fn busy(
        self: &Arc<Self>,
        limits: &Arc<Limits>,
        tasks: &mut JoinSet<()>,
        callers: u64,
        id: &'static str,
        end: Instant,
    ) {
        for caller in 0..callers {
            let (server, limits) = (Arc::clone(self), Arc::clone(limits));
            let mut random = fastrand::Rng::with_seed(caller);
            tasks.spawn(async move {
                while let Ok(permits) = limits.acquire(operation(id), Some(end), |_| {}).await {
                    sleep(Duration::from_millis(random.u64(0..100))).await;
                    let (status, headers) = server.answer(id == LIST);
                    sleep(Duration::from_millis(random.u64(0..100))).await;
                    permits.answered(status, &headers, SystemTime::UNIX_EPOCH);
                }
            });
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lists_and_others_use_what_each_is_allowed_and_meet_no_refusal() {
    const MINUTES: u64 = 60;
    for slides in [true, false] {
        let server = Arc::new(Server {
            slides,
            start: Instant::now(),
            seen: Mutex::default(),
            tally: Mutex::default(),
        });
        let limits = limits(window(120, 60), window(20, 60));
        let end = Instant::now() + Duration::from_secs(MINUTES * 60);
        let mut tasks = JoinSet::new();
        server.busy(&limits, &mut tasks, 8, LIST, end).await;
        server.busy(&limits, &mut tasks, 8, OTHER, end).await;
        tasks.join_all().await;
        let [all, lists, refused] = *server.tally.lock().unwrap();
        assert_eq!(refused, 0);
        assert!(all * 100 >= MINUTES * 120 * 99, "{all} requests");
        assert!(lists * 100 >= MINUTES * 20 * 99, "{lists} lists");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_waits_for_its_budget_does_not_hold_up_other_requests() {
    let limits = limits(window(10, 60), window(1, 60));
    drop(permits(&limits, LIST).await);
    let waiting = Arc::clone(&limits);
    let list = tokio::spawn(async move { drop(permits(&waiting, LIST).await) });
    tokio::task::yield_now().await;
    let started = Instant::now();
    for _ in 0..9 {
        drop(permits(&limits, OTHER).await);
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
    list.await.unwrap();
    assert_eq!(started.elapsed().as_millis(), 60_001);
}

#[tokio::test(start_paused = true)]
async fn only_requests_that_can_go_are_in_the_queue_of_the_whole_api() {
    let limits = limits(window(2, 60), window(1, 60));
    let used = (permits(&limits, OTHER).await, permits(&limits, OTHER).await);
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    // The second list has to wait for the first one's window; the requests behind it do not.
    for (number, operation) in [(1, LIST), (2, LIST), (3, OTHER), (4, OTHER)] {
        let (limits, order) = (Arc::clone(&limits), Arc::clone(&order));
        tasks.spawn(async move {
            drop(permits(&limits, operation).await);
            order.lock().unwrap().push(number);
        });
        tokio::task::yield_now().await;
    }
    drop(used);
    tasks.join_all().await;
    assert_eq!(*order.lock().unwrap(), [1, 3, 4, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_waiter_returns_everything() {
    // Waiting for the budget.
    let scarce = limits(window(10, 60), window(1, 60));
    let list = permits(&scarce, LIST).await;
    give_up(&scarce, LIST).await;
    list.unused();
    assert_eq!(wait(&scarce, LIST).await, 0);
    // Waiting for the whole API while holding the budget's permit.
    let busy = limits(window(1, 10), window(1, 60));
    drop(permits(&busy, OTHER).await);
    give_up(&busy, LIST).await;
    assert_eq!(wait(&busy, LIST).await, 9001);
    sleep(Duration::from_millis(9001)).await;
    assert_eq!(wait(&busy, LIST).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_keeps_nothing() {
    let limits = limits(window(1, 10), window(1, 60));
    let other = permits(&limits, OTHER).await;
    for _ in 0..3 {
        let latest = Some(Instant::now() + Duration::from_secs(5));
        let too_long = limits
            .acquire(operation(LIST), latest, |_| {})
            .await
            .unwrap_err();
        assert_eq!(too_long, TooLong(Duration::from_millis(10_001)));
        assert_eq!(wait(&limits, LIST).await, 10_001);
    }
    other.unused();
    assert_eq!(wait(&limits, LIST).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_list_counts_in_both_unless_it_was_not_sent() {
    let limits = limits(window(2, 10), window(1, 60));
    permits(&limits, LIST).await.unused();
    let list = permits(&limits, LIST).await;
    // In flight it counts in both; once dropped, it may have been sent.
    assert_eq!(wait(&limits, LIST).await, 60_001);
    drop(list);
    assert_eq!(wait(&limits, OTHER).await, 0);
    drop(permits(&limits, OTHER).await);
    assert_eq!(wait(&limits, OTHER).await, 10_001);
    assert_eq!(wait(&limits, LIST).await, 60_001);
}

#[tokio::test(start_paused = true)]
async fn lists_of_other_clients_are_learned() {
    let limits = limits(window(100, 60), window(20, 60));
    let headers = [
        ("x-ratelimit-limit", "100"),
        ("x-ratelimit-remaining", "90"),
        ("x-ratelimit-reset", "30"),
        ("x-ratelimit-limit-heavy", "20"),
        ("x-ratelimit-remaining-heavy", "0"),
        ("x-ratelimit-reset-heavy", "30"),
    ];
    let headers: Headers = headers.into_iter().collect();
    let list = permits(&limits, LIST).await;
    list.answered(200, &headers, SystemTime::UNIX_EPOCH);
    assert_eq!(wait(&limits, LIST).await, 30_000);
    assert_eq!(wait(&limits, OTHER).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_list_stops_lists_only_if_it_says_so() {
    for (says_so, pause) in [(true, 0), (false, 40_000)] {
        let limits = limits(window(100, 60), window(20, 60));
        let mut headers = vec![("retry-after", "40")];
        if says_so {
            headers.push(("x-ratelimit-remaining-heavy", "0"));
        }
        let headers: Headers = headers.into_iter().collect();
        let list = permits(&limits, LIST).await;
        list.answered(429, &headers, SystemTime::UNIX_EPOCH);
        assert_eq!(wait(&limits, LIST).await, 40_000);
        assert_eq!(wait(&limits, OTHER).await, pause);
    }
}

#[tokio::test(start_paused = true)]
async fn whole_calls_keep_to_the_budget_of_their_operation() {
    let refused = Step::answer(429, "")
        .header("retry-after", "7")
        .header("x-ratelimit-remaining-heavy", "0");
    let ok = || Step::answer(200, "{}");
    let script = Script::new([refused, ok(), ok(), ok()]);
    let config = script
        .config()
        .with_base_url(server())
        .with_rate_limits(policy(window(100, 60), window(2, 10)));
    let transport = script.transport_with(config);
    let other = transport.clone();
    let list = tokio::spawn(async move { call(&other, LIST).await.map(drop) });
    tokio::task::yield_now().await;
    // The rejected list waits; this request does not.
    call(&transport, OTHER).await.unwrap();
    list.await.unwrap().unwrap();
    call(&transport, LIST).await.unwrap();
    let start = script.seen()[0].at;
    let times = script.seen();
    let times: Vec<_> = times
        .iter()
        .map(|seen| (seen.at - start).as_millis())
        .collect();
    assert_eq!(times, [0, 0, 7000, 10_001]);
}

#[tokio::test(start_paused = true)]
async fn an_unlimited_policy_has_no_budgets() {
    let base_url = BaseUrl::parse(&server(), false).unwrap();
    let credential = Credential::new(CANARY).unwrap();
    let join = |policy| Limits::join(&ACME, &policy, &base_url, &credential).is_some();
    assert!(!join(RateLimitPolicy::unlimited()));
    assert!(!join(RateLimitPolicy::default()));
    assert!(join(policy(window(1, 1), window(1, 1))));
}
