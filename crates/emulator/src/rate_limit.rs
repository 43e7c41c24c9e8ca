//! Rate limiting.
//!
//! Windows are aligned to multiples of their length. Requests are always counted; limits are
//! enforced only if configured.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::http::context::Context;
use crate::http::response::Response;

/// A number of requests per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The number of requests.
    pub(crate) requests: u32,
    /// The length of the window.
    pub(crate) per: Duration,
}

/// Limits on the requests of some operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Its name in the spec.
    pub(crate) name: String,
    /// Its limits.
    pub(crate) limits: Vec<Limit>,
    /// The suffix of the rate limit headers that report it.
    pub(crate) headers: Option<String>,
    /// Whether the general limits do not count its requests.
    pub(crate) separate: bool,
}

/// The limit Inboxapp publishes and reports in headers.
const PUBLISHED: Limit = Limit {
    requests: 300,
    per: Duration::from_secs(60),
};

/// What is left of a sender's allowance, in the tightest window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// The limit of the window.
    pub(crate) limit: u32,
    /// How many requests are left in it.
    pub(crate) remaining: u32,
    /// When the next window begins.
    pub(crate) reset: Timestamp,
    /// Whether requests over the limit are rejected.
    pub(crate) enforced: bool,
}

impl Allowance {
    /// Writes the `X-RateLimit-*` headers, with the reset as a Unix timestamp.
    pub(crate) fn write(&self, response: &mut Response) {
        self.write_with(response, "", whole_seconds(self.reset.as_millisecond()));
    }

    /// Writes the `X-RateLimit-*` headers with a suffix, and the reset as seconds from now.
    pub(crate) fn write_relative(&self, response: &mut Response, ending: &str, now: Timestamp) {
        let left = self
            .reset
            .as_millisecond()
            .saturating_sub(now.as_millisecond());
        self.write_with(response, ending, whole_seconds(left));
    }

    fn write_with(&self, response: &mut Response, ending: &str, reset: i64) {
        for (name, value) in [
            ("limit", self.limit.to_string()),
            ("remaining", self.remaining.to_string()),
            ("reset", reset.to_string()),
        ] {
            response.set_header(&format!("x-ratelimit-{name}{ending}"), &value);
        }
    }
}

/// An exceeded limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitExceeded {
    /// The limit that was exceeded.
    pub(crate) limit: u32,
    /// The length of its window.
    pub(crate) per: Duration,
    /// When the next window begins.
    pub(crate) reset: Timestamp,
    /// Whole seconds until then.
    pub(crate) wait: i64,
}

impl LimitExceeded {
    /// Pretends that the published limit was exceeded, for an injected fault.
    pub(crate) fn simulated(context: &Context, seconds: u32) -> Self {
        let wait = i64::from(seconds);
        let reset = context.now.checked_add(SignedDuration::from_secs(wait));
        Self {
            limit: PUBLISHED.requests,
            per: PUBLISHED.per,
            reset: reset.unwrap_or(Timestamp::MAX),
            wait,
        }
    }

    /// Inboxapp's name for windows of about this length.
    pub(crate) fn window_name(&self) -> &'static str {
        match self.per.as_secs() {
            0..=60 => "minute",
            61..=3_600 => "hour",
            _ => "day",
        }
    }
}

/// Counts the requests to one API.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    /// Each limit, and the budget it belongs to; `None` for general limits.
    limits: Vec<(Option<String>, Limit)>,
    /// The names of the budgets whose requests the general limits do not count.
    separate: Vec<String>,
    enforced: bool,
    /// For each limit, the index of the current window and the requests in it.
    counts: Mutex<Vec<(i64, u32)>>,
}

impl RateLimiter {
    /// Enforces these limits and those of the budgets. Without `limits` it only counts, against the
    /// published limit.
    pub(crate) fn new(limits: &[Limit], budgets: &[Budget]) -> Self {
        let enforced = !limits.is_empty();
        let limits = if enforced { limits } else { &[PUBLISHED] };
        let general = limits.iter().map(|limit| (None, *limit));
        let of_some = budgets.iter().flat_map(|budget| {
            let limits = budget.limits.iter();
            limits.map(|limit| (Some(budget.name.clone()), *limit))
        });
        let limits: Vec<_> = general.chain(of_some).collect();
        Self {
            separate: budgets
                .iter()
                .filter(|budget| budget.separate)
                .map(|budget| budget.name.clone())
                .collect(),
            enforced,
            counts: Mutex::new(vec![(0, 0); limits.len()]),
            limits,
        }
    }

    /// Whether the general limits do not count the requests of this budget.
    pub(crate) fn is_separate(&self, budget: Option<&str>) -> bool {
        budget.is_some_and(|budget| self.separate.iter().any(|name| name == budget))
    }

    /// What is left of the general allowance, or of a budget, without counting a request.
    pub(crate) fn allowance(&self, now: Timestamp, budget: Option<&str>) -> Allowance {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = self.limits.iter().zip(counts.iter());
        let windows = windows.filter(|((of, _), _)| of.as_deref() == budget);
        let allowances = windows.map(|((_, limit), (window, count))| {
            let current = limit.window(now);
            let used = if current == *window { *count } else { 0 };
            Allowance {
                limit: limit.requests,
                remaining: limit.requests.saturating_sub(used),
                reset: limit.start_of(current.saturating_add(1)),
                enforced: self.enforced,
            }
        });
        let tightest = allowances.min_by_key(|allowance| allowance.remaining);
        tightest.unwrap_or(Allowance {
            limit: 0,
            remaining: 0,
            reset: now,
            enforced: self.enforced,
        })
    }

    /// Counts a request in the general limits and in its budget, or only in its budget if that is
    /// separate, unless that would exceed a limit.
    pub(crate) fn count(&self, now: Timestamp, budget: Option<&str>) -> Result<(), LimitExceeded> {
        let is_separate = self.is_separate(budget);
        let concerns = |of: &Option<String>| match of.as_deref() {
            None => !is_separate,
            of => of == budget,
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for ((_, limit), count) in self.limits.iter().zip(counts.iter_mut()) {
            let window = limit.window(now);
            if count.0 != window {
                *count = (window, 0);
            }
        }
        if self.enforced {
            let windows = self.limits.iter().zip(counts.iter());
            let full = windows
                .filter(|((of, limit), (_, count))| concerns(of) && *count >= limit.requests);
            let excess = full.map(|((_, limit), (window, _))| limit.excess(*window, now));
            // If several windows are full, the sender has to wait for the last one to reset.
            if let Some(excess) = excess.max_by_key(|excess| excess.reset) {
                return Err(excess);
            }
        }
        for ((of, _), (_, count)) in self.limits.iter().zip(counts.iter_mut()) {
            if concerns(of) {
                *count = count.saturating_add(1);
            }
        }
        Ok(())
    }
}

impl Limit {
    fn length(&self) -> i64 {
        i64::try_from(self.per.as_millis())
            .unwrap_or(i64::MAX)
            .max(1)
    }

    fn window(&self, now: Timestamp) -> i64 {
        now.as_millisecond().div_euclid(self.length())
    }

    fn start_of(&self, window: i64) -> Timestamp {
        let start = window.saturating_mul(self.length());
        Timestamp::from_millisecond(start).unwrap_or(Timestamp::MAX)
    }

    fn excess(&self, window: i64, now: Timestamp) -> LimitExceeded {
        let reset = self.start_of(window.saturating_add(1));
        let wait: SignedDuration = reset.duration_since(now);
        LimitExceeded {
            limit: self.requests,
            per: self.per,
            reset,
            wait: whole_seconds(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

/// Milliseconds as seconds, rounded up.
const fn whole_seconds(milliseconds: i64) -> i64 {
    milliseconds.saturating_add(999).div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn limit(requests: u32, seconds: u64) -> Limit {
        Limit {
            requests,
            per: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn counts_within_a_window_and_starts_afresh_in_the_next() {
        let limiter = RateLimiter::new(&[], &[]);
        let left = |second| {
            limiter.count(at(second), None).unwrap();
            let allowance = limiter.allowance(at(second), None);
            (allowance.remaining, allowance.reset.as_second())
        };
        assert_eq!(left(120), (299, 180));
        assert_eq!(left(179), (298, 180));
        assert_eq!(left(180), (299, 240));
        for _ in 0..400 {
            left(181);
        }
        assert_eq!(left(182), (0, 240));
        assert_eq!(limiter.allowance(at(240), None).remaining, 300);
    }

    #[test]
    fn every_window_is_enforced() {
        let limiter = RateLimiter::new(&[limit(2, 1), limit(3, 60)], &[]);
        assert_eq!(limiter.count(at(60), None), Ok(()));
        assert_eq!(limiter.count(at(60), None), Ok(()));
        let excess = limiter.count(at(60), None).unwrap_err();
        assert_eq!(
            (excess.limit, excess.wait, excess.window_name()),
            (2, 1, "minute")
        );
        assert_eq!(limiter.count(at(61), None), Ok(()));
        let excess = limiter.count(at(61), None).unwrap_err();
        assert_eq!((excess.limit, excess.wait), (3, 59));
        assert_eq!(limiter.allowance(at(61), None).remaining, 0);
        assert_eq!(limiter.count(at(120), None), Ok(()));
    }

    #[test]
    fn a_budget_is_enforced_additionally() {
        let heavy = Budget {
            name: "heavy".to_owned(),
            limits: vec![limit(1, 60)],
            headers: None,
            separate: false,
        };
        let limiter = RateLimiter::new(&[limit(3, 60)], &[heavy]);
        let left = |budget| limiter.allowance(at(60), budget).remaining;
        assert_eq!(limiter.count(at(60), Some("heavy")), Ok(()));
        assert_eq!((left(None), left(Some("heavy"))), (2, 0));
        // Rejected requests do not count.
        let excess = limiter.count(at(70), Some("heavy")).unwrap_err();
        assert_eq!((excess.limit, excess.wait), (1, 50));
        assert_eq!(left(None), 2);
        assert_eq!(limiter.count(at(70), None), Ok(()));
        assert_eq!(limiter.count(at(70), None), Ok(()));
        let excess = limiter.count(at(70), None).unwrap_err();
        assert_eq!(excess.limit, 3);
        assert_eq!(limiter.count(at(120), Some("heavy")), Ok(()));
    }

    #[test]
    fn a_separate_budget_is_enforced_instead() {
        let events = Budget {
            name: "events".to_owned(),
            limits: vec![limit(2, 60)],
            headers: None,
            separate: true,
        };
        let limiter = RateLimiter::new(&[limit(1, 60)], &[events]);
        let left = |budget| limiter.allowance(at(60), budget).remaining;
        assert_eq!(limiter.count(at(60), Some("events")), Ok(()));
        assert_eq!((left(None), left(Some("events"))), (1, 1));
        assert_eq!(limiter.count(at(60), None), Ok(()));
        assert_eq!(limiter.count(at(60), Some("events")), Ok(()));
        assert_eq!((left(None), left(Some("events"))), (0, 0));
        assert_eq!(limiter.count(at(60), None).unwrap_err().limit, 1);
        assert_eq!(limiter.count(at(60), Some("events")).unwrap_err().limit, 2);
    }
}
