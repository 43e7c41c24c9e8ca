//! Rate limiting.
//!
//! Windows are aligned to multiples of their length. What is counted is enforced too, so the headers
//! never report an exhausted window whose requests are still accepted.

use std::sync::{Mutex, MutexGuard, PoisonError};
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

/// Which limits are enforced on all requests to an API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Limits {
    /// Those of its document.
    #[default]
    Documented,
    /// These instead.
    Own(Vec<Limit>),
    /// None, and no budgets either.
    Unlimited,
}

/// The limit that simulated rejections report.
const SIMULATED: Limit = Limit {
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
    /// Pretends that a limit was exceeded, for an injected fault.
    pub(crate) fn simulated(context: &Context, seconds: u32) -> Self {
        let wait = i64::from(seconds);
        let reset = context.now.checked_add(SignedDuration::from_secs(wait));
        Self {
            limit: SIMULATED.requests,
            per: SIMULATED.per,
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
    /// The limits on all requests of the document.
    documented: Vec<Limit>,
    /// The budgets of its operations.
    budgets: Vec<Budget>,
    windows: Mutex<Vec<Window>>,
}

/// A limit and the requests that count in it.
#[derive(Debug)]
struct Window {
    /// The budget it belongs to; `None` for a general limit.
    budget: Option<String>,
    limit: Limit,
    /// The index of the current window.
    index: i64,
    /// The requests in it.
    count: u32,
}

impl RateLimiter {
    /// Enforces these limits and, unless there are none, those of the budgets.
    pub(crate) fn new(limits: &Limits, documented: &[Limit], budgets: &[Budget]) -> Self {
        let limiter = Self {
            documented: documented.to_vec(),
            budgets: budgets.to_vec(),
            windows: Mutex::default(),
        };
        limiter.enforce(limits);
        limiter
    }

    /// Enforces other limits from now on. The count starts afresh.
    pub(crate) fn enforce(&self, limits: &Limits) {
        let general = match limits {
            Limits::Documented => self.documented.as_slice(),
            Limits::Own(limits) => limits,
            Limits::Unlimited => &[],
        };
        let of_some = self.budgets.iter().filter(|_| !general.is_empty());
        let of_some = of_some.flat_map(|budget| {
            let limits = budget.limits.iter();
            limits.map(|limit| (Some(budget.name.clone()), *limit))
        });
        let limits = general.iter().map(|limit| (None, *limit)).chain(of_some);
        *self.lock() = limits
            .map(|(budget, limit)| Window {
                budget,
                limit,
                index: 0,
                count: 0,
            })
            .collect();
    }

    /// The enforced limits on all requests; empty if nothing is enforced.
    pub(crate) fn general(&self) -> Vec<Limit> {
        let windows = self.lock();
        let general = windows.iter().filter(|window| window.budget.is_none());
        general.map(|window| window.limit).collect()
    }

    /// Whether the general limits do not count the requests of this budget.
    pub(crate) fn is_separate(&self, budget: Option<&str>) -> bool {
        let mut budgets = self.budgets.iter();
        budget.is_some_and(|name| budgets.any(|known| known.separate && known.name == name))
    }

    /// What is left of the general allowance, or of a budget, without counting a request. `None` if
    /// nothing is enforced.
    pub(crate) fn allowance(&self, now: Timestamp, budget: Option<&str>) -> Option<Allowance> {
        let windows = self.lock();
        let windows = windows
            .iter()
            .filter(|window| window.budget.as_deref() == budget);
        let allowances = windows.map(|window| {
            let current = window.limit.window(now);
            let used = if current == window.index {
                window.count
            } else {
                0
            };
            Allowance {
                limit: window.limit.requests,
                remaining: window.limit.requests.saturating_sub(used),
                reset: window.limit.start_of(current.saturating_add(1)),
            }
        });
        allowances.min_by_key(|allowance| allowance.remaining)
    }

    /// Counts a request in the general limits and in its budget, or only in its budget if that is
    /// separate, unless that would exceed a limit.
    pub(crate) fn count(&self, now: Timestamp, budget: Option<&str>) -> Result<(), LimitExceeded> {
        let is_separate = self.is_separate(budget);
        let concerns = |window: &Window| match window.budget.as_deref() {
            None => !is_separate,
            of => of == budget,
        };
        let mut windows = self.lock();
        for window in windows.iter_mut() {
            let index = window.limit.window(now);
            if window.index != index {
                (window.index, window.count) = (index, 0);
            }
        }
        let full = windows
            .iter()
            .filter(|window| concerns(window) && window.count >= window.limit.requests);
        let excess = full.map(|window| window.limit.excess(window.index, now));
        // If several windows are full, the sender has to wait for the last one to reset.
        if let Some(excess) = excess.max_by_key(|excess| excess.reset) {
            return Err(excess);
        }
        for window in windows.iter_mut().filter(|window| concerns(window)) {
            window.count = window.count.saturating_add(1);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn own(limits: &[Limit], budgets: &[Budget]) -> RateLimiter {
        RateLimiter::new(&Limits::Own(limits.to_vec()), &[], budgets)
    }

    fn left(limiter: &RateLimiter, second: i64, budget: Option<&str>) -> Option<u32> {
        let allowance = limiter.allowance(at(second), budget);
        allowance.map(|allowance| allowance.remaining)
    }

    #[test]
    fn counts_within_a_window_and_starts_afresh_in_the_next() {
        let limiter = RateLimiter::new(&Limits::Documented, &[limit(3, 60)], &[]);
        let count = |second| {
            let counted = limiter.count(at(second), None).is_ok();
            let allowance = limiter.allowance(at(second), None).unwrap();
            (counted, allowance.remaining, allowance.reset.as_second())
        };
        assert_eq!(count(120), (true, 2, 180));
        assert_eq!(count(179), (true, 1, 180));
        assert_eq!(count(180), (true, 2, 240));
        assert_eq!(count(181), (true, 1, 240));
        assert_eq!(count(181), (true, 0, 240));
        assert_eq!(count(182), (false, 0, 240));
        assert_eq!(left(&limiter, 240, None), Some(3));
    }

    #[test]
    fn limits_can_be_replaced_and_lifted() {
        let heavy = Budget {
            name: "heavy".to_owned(),
            limits: vec![limit(1, 60)],
            headers: None,
            separate: false,
        };
        let limiter = RateLimiter::new(&Limits::Documented, &[limit(1, 60)], &[heavy]);
        assert_eq!(limiter.count(at(60), Some("heavy")), Ok(()));
        assert!(limiter.count(at(60), Some("heavy")).is_err());
        limiter.enforce(&Limits::Unlimited);
        assert_eq!(limiter.count(at(60), Some("heavy")), Ok(()));
        assert_eq!(limiter.general(), []);
        assert_eq!(left(&limiter, 60, None), None);
        assert_eq!(left(&limiter, 60, Some("heavy")), None);
        limiter.enforce(&Limits::Own(vec![limit(7, 60)]));
        assert_eq!(limiter.general(), [limit(7, 60)]);
        assert_eq!(left(&limiter, 60, None), Some(7));
        assert_eq!(left(&limiter, 60, Some("heavy")), Some(1));
    }

    #[test]
    fn every_window_is_enforced() {
        let limiter = own(&[limit(2, 1), limit(3, 60)], &[]);
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
        assert_eq!(left(&limiter, 61, None), Some(0));
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
        let limiter = own(&[limit(3, 60)], &[heavy]);
        let left = |budget| left(&limiter, 60, budget).unwrap();
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
        let limiter = own(&[limit(1, 60)], &[events]);
        let left = |budget| left(&limiter, 60, budget).unwrap();
        assert_eq!(limiter.count(at(60), Some("events")), Ok(()));
        assert_eq!((left(None), left(Some("events"))), (1, 1));
        assert_eq!(limiter.count(at(60), None), Ok(()));
        assert_eq!(limiter.count(at(60), Some("events")), Ok(()));
        assert_eq!((left(None), left(Some("events"))), (0, 0));
        assert_eq!(limiter.count(at(60), None).unwrap_err().limit, 1);
        assert_eq!(limiter.count(at(60), Some("events")).unwrap_err().limit, 2);
    }
}
