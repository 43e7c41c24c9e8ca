//! Operations that count towards a budget, in addition to the general limit or instead of it.

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

/// A server that allows 120 requests per minute, of which at most 20 may be lists, and 30 events
/// besides.
struct Server {
    slides: bool,
    start: Instant,
    /// The counted requests of each window: general, lists, events.
    seen: Mutex<[VecDeque<Instant>; 3]>,
    /// The accepted requests of each window, and all rejected ones.
    tally: Mutex<([u64; 3], u64)>,
}

impl Server {
    const ALLOWED: [usize; 3] = [120, 20, 30];
    const PER: Duration = Duration::from_secs(60);

    fn new(slides: bool) -> Arc<Self> {
        Arc::new(Self {
            slides,
            start: Instant::now(),
            seen: Mutex::default(),
            tally: Mutex::default(),
        })
    }

    fn answer(&self, id: &str) -> (u16, Headers) {
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
        // The windows that count it, and the suffix of the headers that report them.
        let windows: &[(usize, &str)] = match id {
            LIST => &[(0, ""), (1, "-heavy")],
            EVENT => &[(2, "")],
            _ => &[(0, "")],
        };
        let mut tally = self.tally.lock().unwrap();
        let is_full = |(at, _): &(usize, &str)| seen[*at].len() >= Self::ALLOWED[*at];
        let status = if windows.iter().any(is_full) {
            tally.1 += 1;
            429
        } else {
            for (at, _) in windows {
                tally.0[*at] += 1;
                seen[*at].push_back(now);
            }
            200
        };
        let mut headers = Vec::new();
        for (at, ending) in windows {
            let allowed = Self::ALLOWED[*at];
            let left = allowed - seen[*at].len();
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
                    let (status, headers) = server.answer(id);
                    sleep(Duration::from_millis(random.u64(0..100))).await;
                    permits.answered(status, &headers, SystemTime::UNIX_EPOCH);
                }
            });
            tokio::task::yield_now().await;
        }
    }
}

/// The server's windows.
fn policy_of_server() -> RateLimitPolicy {
    policy(window(120, 60), window(20, 60)).budget("events", [window(30, 60)])
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_request_uses_what_it_is_allowed_and_meets_no_refusal() {
    const MINUTES: u64 = 60;
    for slides in [true, false] {
        let server = Server::new(slides);
        let limits = joined(&policy_of_server());
        let end = Instant::now() + Duration::from_secs(MINUTES * 60);
        let mut tasks = JoinSet::new();
        for id in [LIST, OTHER, EVENT] {
            server.busy(&limits, &mut tasks, 8, id, end).await;
        }
        tasks.join_all().await;
        let (accepted, refused) = *server.tally.lock().unwrap();
        assert_eq!(refused, 0);
        for (accepted, allowed) in accepted.into_iter().zip(Server::ALLOWED) {
            let allowed = MINUTES * u64::try_from(allowed).unwrap();
            assert!(accepted * 100 >= allowed * 99, "{accepted} of {allowed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_separate_budget_and_the_general_allowance_do_not_use_up_each_other() {
    let server = Server::new(true);
    let limits = joined(&policy_of_server());
    let send = async |id| {
        let permits = permits(&limits, id).await;
        let (status, headers) = server.answer(id);
        assert_eq!(status, 200);
        permits.answered(status, &headers, SystemTime::UNIX_EPOCH);
    };
    for (id, allowed, other) in [(EVENT, 30, OTHER), (OTHER, 120, EVENT)] {
        for _ in 0..allowed {
            send(id).await;
        }
        assert_ne!(wait(&limits, id).await, 0, "{id}");
        assert_eq!(wait(&limits, other).await, 0, "{other}");
        sleep(Duration::from_secs(61)).await;
    }
    assert_eq!(*server.tally.lock().unwrap(), ([120, 0, 30], 0));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_a_separate_budget_pauses_only_that_budget() {
    let headers: Headers = [("retry-after", "40"), ("x-ratelimit-remaining", "0")]
        .into_iter()
        .collect();
    for (refused, other) in [(EVENT, OTHER), (OTHER, EVENT)] {
        let limits = joined(&policy_of_server());
        let permits = permits(&limits, refused).await;
        permits.answered(429, &headers, SystemTime::UNIX_EPOCH);
        assert_eq!(wait(&limits, refused).await, 40_000);
        assert_eq!(wait(&limits, other).await, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_was_not_sent_counts_nowhere() {
    let limits = joined(&policy(window(1, 60), window(1, 60)).budget("events", [window(1, 60)]));
    permits(&limits, EVENT).await.unused();
    assert_eq!(wait(&limits, EVENT).await, 0);
    drop(permits(&limits, EVENT).await);
    assert_eq!(wait(&limits, EVENT).await, 60_001);
    assert_eq!(wait(&limits, OTHER).await, 0);
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
        .base_url(server())
        .rate_limits(policy(window(100, 60), window(2, 10)));
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
