//! What a response reports about a limiter.

use std::time::{Duration, SystemTime};

use super::state::saturated;
use crate::{Headers, RateLimit, retry};

#[derive(Debug)]
pub(super) struct Feedback {
    /// How many requests a window allows.
    pub(super) limit: Option<u32>,
    /// How many are left in it.
    pub(super) remaining: Option<u32>,
    /// When the window ends.
    pub(super) reset: Option<Duration>,
    /// How long to send nothing.
    pub(super) pause: Option<Duration>,
}

impl Feedback {
    /// For a request that counts in one limiter: the general one, or that of a separate budget,
    /// whose headers may have a suffix.
    pub(super) fn for_one(
        status: u16,
        headers: &Headers,
        suffix: Option<&str>,
        clock: SystemTime,
    ) -> Self {
        let limit = match suffix {
            Some(suffix) => RateLimit::of_budget(headers, suffix),
            None => RateLimit::from_headers(headers),
        };
        Self::new(limit.as_ref(), pause(status, headers, clock), clock)
    }

    /// For a request that counts in the general limiter and in a budget's, whose headers have this
    /// suffix.
    ///
    /// There is one `Retry-After` for both. A limiter ignores it only if the headers show that the
    /// other one was exhausted.
    pub(super) fn for_both(
        status: u16,
        headers: &Headers,
        suffix: Option<&str>,
        clock: SystemTime,
    ) -> [Self; 2] {
        let general = RateLimit::from_headers(headers);
        let budget = suffix.and_then(|suffix| RateLimit::of_budget(headers, suffix));
        let left = |limit: &Option<RateLimit>| limit.as_ref().and_then(RateLimit::remaining);
        let (left_of_general, left_of_budget) = (left(&general), left(&budget));
        let blames_budget = left_of_budget == Some(0) && left_of_general != Some(0);
        let blames_general =
            left_of_general == Some(0) && left_of_budget.is_some_and(|budget| budget > 0);
        let pause = pause(status, headers, clock);
        [
            Self::new(general.as_ref(), pause.filter(|_| !blames_budget), clock),
            Self::new(budget.as_ref(), pause.filter(|_| !blames_general), clock),
        ]
    }

    fn new(limit: Option<&RateLimit>, pause: Option<Duration>, clock: SystemTime) -> Self {
        Self {
            limit: limit.and_then(RateLimit::limit).map(saturated),
            remaining: limit.and_then(RateLimit::remaining).map(saturated),
            reset: limit.and_then(|limit| limit.reset_after(clock)),
            pause,
        }
    }
}

/// Only the header applies to all requests; a hint in the body applies to this one.
fn pause(status: u16, headers: &Headers, clock: SystemTime) -> Option<Duration> {
    (status == 429)
        .then(|| retry::retry_after(headers, clock))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the limiters of the whole API and of the budget pause.
    fn pauses(status: u16, left: &[(&str, &str)]) -> [bool; 2] {
        let headers = left.iter().copied().chain([("retry-after", "7")]).collect();
        let feedback = Feedback::for_both(status, &headers, Some("heavy"), SystemTime::UNIX_EPOCH);
        feedback.map(|limiter| limiter.pause == Some(Duration::from_secs(7)))
    }

    #[test]
    fn the_exhausted_limiter_pauses() {
        let (whole, heavy) = ("x-ratelimit-remaining", "x-ratelimit-remaining-heavy");
        assert_eq!(pauses(429, &[(whole, "9"), (heavy, "0")]), [false, true]);
        assert_eq!(pauses(429, &[(heavy, "0")]), [false, true]);
        assert_eq!(pauses(429, &[(whole, "0"), (heavy, "9")]), [true, false]);
        // Both are exhausted, or it is not clear which.
        for unclear in [
            &[(whole, "0"), (heavy, "0")][..],
            &[(whole, "9"), (heavy, "9")],
            &[(whole, "0")],
            &[(heavy, "9")],
            &[],
        ] {
            assert_eq!(pauses(429, unclear), [true, true], "{unclear:?}");
        }
        assert_eq!(pauses(200, &[(heavy, "0")]), [false, false]);
        assert_eq!(pauses(503, &[]), [false, false]);
    }

    #[test]
    fn each_limiter_gets_its_own_numbers() {
        let headers = [
            ("x-ratelimit-remaining", "100"),
            ("x-ratelimit-limit-heavy", "20"),
            ("x-ratelimit-remaining-heavy", "3"),
            ("x-ratelimit-reset-heavy", "30"),
        ];
        let headers: Headers = headers.into_iter().collect();
        let [whole, heavy] =
            Feedback::for_both(200, &headers, Some("heavy"), SystemTime::UNIX_EPOCH);
        assert_eq!((whole.limit, whole.remaining), (None, Some(100)));
        assert_eq!((heavy.limit, heavy.remaining), (Some(20), Some(3)));
        assert_eq!(heavy.reset, Some(Duration::from_secs(30)));
        let [_, silent] = Feedback::for_both(200, &headers, None, SystemTime::UNIX_EPOCH);
        assert_eq!(silent.remaining, None);
    }
}
