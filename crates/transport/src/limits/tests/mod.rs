//! Tests of whole limiters, budgets and calls, with shared helpers.

mod budgets;
mod calls;
mod limiter;
mod simulation;
mod unpolled;

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::config::BaseUrl;
use crate::tests::{ACME, CANARY, operation};
use crate::{Credential, RateLimitWindow};

/// An operation that counts towards a budget too, one that counts only towards a separate budget,
/// and one that counts towards none.
const LIST: &str = "list_threads";
const EVENT: &str = "report_event";
const OTHER: &str = "get_thread";

const fn window(requests: u32, per_seconds: u32) -> RateLimitWindow {
    RateLimitWindow {
        requests,
        per_seconds,
    }
}

fn limiter(windows: &[RateLimitWindow]) -> Arc<Limiter> {
    let limiter = Arc::new(Limiter::default());
    limiter.keep_to(windows);
    limiter
}

fn policy(whole: RateLimitWindow, heavy: RateLimitWindow) -> RateLimitPolicy {
    RateLimitPolicy::default()
        .windows([whole])
        .budget("heavy", [heavy])
}

/// A separate server for each test, so that tests do not share limiters.
fn server() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("http://127.0.0.1:{}", 10_000 + number)
}

fn limits(whole: RateLimitWindow, heavy: RateLimitWindow) -> Arc<Limits> {
    joined(&policy(whole, heavy))
}

fn joined(policy: &RateLimitPolicy) -> Arc<Limits> {
    let base_url = BaseUrl::parse(&server(), false).unwrap();
    let credential = Credential::new(CANARY).unwrap();
    Arc::new(Limits::join(&ACME, policy, &base_url, &credential).unwrap())
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(1000)
}

async fn permits(limits: &Limits, id: &str) -> Permits {
    limits
        .acquire(operation(id), Some(soon()), |_| {})
        .await
        .unwrap()
}

/// How long a new request would have to wait, in milliseconds; acquires nothing.
async fn wait(limits: &Limits, id: &str) -> u128 {
    match limits.acquire(operation(id), None, |_| {}).await {
        Ok(permits) => {
            permits.unused();
            0
        }
        Err(TooLong(wait)) => wait.as_millis(),
    }
}
