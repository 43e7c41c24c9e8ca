//! Long runs against servers that enforce their windows exactly.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::SystemTime;

use proptest::prelude::*;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::Headers;

/// A server that rejects requests beyond its windows.
struct Server {
    windows: Vec<RateLimitWindow>,
    /// Whether windows slide, or start at multiples of their length.
    slides: bool,
    start: Instant,
    seen: Mutex<Vec<VecDeque<Instant>>>,
    accepted: Mutex<(u64, u64)>,
}

impl Server {
    fn new(windows: &[RateLimitWindow], slides: bool) -> Arc<Self> {
        Arc::new(Self {
            windows: windows.to_vec(),
            slides,
            start: Instant::now(),
            seen: Mutex::new(vec![VecDeque::new(); windows.len()]),
            accepted: Mutex::new((0, 0)),
        })
    }

    /// Counts a request; returns the status and headers of the response.
    fn answer(&self) -> (u16, Headers) {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap();
        let mut accepted = self.accepted.lock().unwrap();
        let mut is_full = false;
        for (window, seen) in self.windows.iter().zip(seen.iter_mut()) {
            let per = Duration::from_secs(window.per_seconds.into());
            let number = |at: Instant| (at - self.start).as_secs() / per.as_secs();
            while seen.front().is_some_and(|at| {
                if self.slides {
                    *at + per <= now
                } else {
                    number(*at) < number(now)
                }
            }) {
                seen.pop_front();
            }
            is_full |= seen.len() >= window.requests as usize;
        }
        if is_full {
            accepted.1 += 1;
            return (429, self.headers(&seen));
        }
        accepted.0 += 1;
        for seen in seen.iter_mut() {
            seen.push_back(now);
        }
        (200, self.headers(&seen))
    }

    /// Reports the first window, and how long to wait if it is full.
    fn headers(&self, seen: &[VecDeque<Instant>]) -> Headers {
        let (window, seen) = (self.windows[0], &seen[0]);
        let left = window.requests as usize - seen.len();
        let mut headers = vec![
            ("x-ratelimit-limit", window.requests.to_string()),
            ("x-ratelimit-remaining", left.to_string()),
            ("x-ratelimit-reset", window.per_seconds.to_string()),
        ];
        if let Some(oldest) = seen.front().filter(|_| left == 0) {
            let until = u64::from(window.per_seconds).saturating_sub(oldest.elapsed().as_secs());
            headers.push(("retry-after", until.to_string()));
        }
        headers.into_iter().collect()
    }

    /// Sends as fast as possible from several concurrent callers until a time has passed. Returns
    /// the numbers of accepted and rejected requests.
    async fn drain(
        self: &Arc<Self>,
        limiter: &Arc<Limiter>,
        callers: u64,
        time: Duration,
        latency: Duration,
    ) -> (u64, u64) {
        let end = Instant::now() + time;
        let mut tasks = JoinSet::new();
        for caller in 0..callers {
            let (server, limiter) = (Arc::clone(self), Arc::clone(limiter));
            let mut random = fastrand::Rng::with_seed(caller);
            tasks.spawn(async move {
                while Instant::now() < end {
                    let Ok(permit) = limiter.acquire(Some(end), |_| {}).await else {
                        break;
                    };
                    sleep(latency.mul_f64(random.f64())).await;
                    let (status, headers) = server.answer();
                    sleep(latency.mul_f64(random.f64())).await;
                    permit.answered(&Feedback::for_one(
                        status,
                        &headers,
                        None,
                        SystemTime::UNIX_EPOCH,
                    ));
                }
            });
        }
        tasks.join_all().await;
        *self.accepted.lock().unwrap()
    }
}

/// A tenth of the vendor's published limits: 300 per minute, 10,000 per hour, 100,000 per day.
const WINDOWS: [RateLimitWindow; 3] = [window(30, 60), window(1000, 3600), window(10_000, 86_400)];

#[tokio::test(start_paused = true)]
async fn a_long_run_uses_what_is_allowed_and_meets_no_refusal() {
    for (slides, days) in [(true, 2), (false, 1)] {
        let server = Server::new(&WINDOWS, slides);
        let time = Duration::from_secs(days * 86_400);
        let latency = Duration::from_millis(100);
        let (accepted, refused) = server.drain(&limiter(&WINDOWS), 8, time, latency).await;
        assert_eq!(refused, 0);
        let allowed = days * 10_000;
        assert!(accepted * 100 >= allowed * 99, "{accepted} of {allowed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_minute_is_used_again_and_again() {
    let windows = [window(300, 60)];
    let server = Server::new(&windows, true);
    let time = Duration::from_secs(30 * 60);
    let latency = Duration::from_millis(200);
    let (accepted, refused) = server.drain(&limiter(&windows), 64, time, latency).await;
    assert_eq!(refused, 0);
    assert!(accepted * 100 >= 30 * 300 * 99, "{accepted}");
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_by_what_the_server_reports() {
    let windows = [window(300, 60)];
    let server = Server::new(&windows, true);
    let limiters = [limiter(&windows), limiter(&windows)];
    let time = Duration::from_secs(20 * 60);
    let mut runs = JoinSet::new();
    for limiter in limiters {
        let server = Arc::clone(&server);
        runs.spawn(async move {
            let latency = Duration::from_millis(50);
            server.drain(&limiter, 2, time, latency).await;
        });
    }
    runs.join_all().await;
    let (accepted, refused) = *server.accepted.lock().unwrap();
    assert!(accepted >= 20 * 300 / 2, "{accepted}");
    assert!(refused * 50 <= accepted, "{refused} of {accepted}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_server_ever_has_to_refuse(
        requests in 1u32..20,
        per in 1u32..10,
        more in 1u32..5,
        callers in 1u64..8,
        latency in 0u64..3000,
        slides: bool,
    ) {
        let windows = [window(requests, per), window(requests * more, per * 7)];
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (accepted, refused) = runtime.block_on(async {
            let server = Server::new(&windows, slides);
            let latency = Duration::from_millis(latency);
            let time = Duration::from_secs(200);
            server.drain(&limiter(&windows), callers, time, latency).await
        });
        prop_assert_eq!(refused, 0);
        prop_assert!(accepted > 0);
    }
}
