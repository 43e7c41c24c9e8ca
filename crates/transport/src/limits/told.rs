//! What an answer says to an account.

use std::time::{Duration, SystemTime};

use super::state::saturated;
use crate::{Headers, RateLimit, retry};

/// What an answer says to an account.
#[derive(Debug)]
pub(super) struct Told {
    /// How many requests a window allows.
    pub(super) limit: Option<u32>,
    /// How many are left in it.
    pub(super) remaining: Option<u32>,
    /// How long it is until it ends.
    pub(super) reset: Option<Duration>,
    /// How long everyone has to pause who keeps to the account.
    pub(super) pause: Option<Duration>,
}

impl Told {
    /// What an answer says if its request counts in one account only.
    pub(super) fn to_one(status: u16, headers: &Headers, clock: SystemTime) -> Self {
        let pause = pause(status, headers, clock);
        Self::new(RateLimit::from_headers(headers).as_ref(), pause, clock)
    }

    /// What an answer says to the account of the whole API and to that of a budget, whose headers
    /// have this ending.
    ///
    /// One `Retry-After` stands for both. It is kept from an account only if the headers show that
    /// it was the other one that had nothing left.
    pub(super) fn to_both(
        status: u16,
        headers: &Headers,
        ending: Option<&str>,
        clock: SystemTime,
    ) -> [Self; 2] {
        let whole = RateLimit::from_headers(headers);
        let budget = ending.and_then(|ending| RateLimit::of_budget(headers, ending));
        let left = |limit: &Option<RateLimit>| limit.as_ref().and_then(RateLimit::remaining);
        let (left_of_whole, left_of_budget) = (left(&whole), left(&budget));
        let blames_budget = left_of_budget == Some(0) && left_of_whole != Some(0);
        let blames_whole =
            left_of_whole == Some(0) && left_of_budget.is_some_and(|budget| budget > 0);
        let pause = pause(status, headers, clock);
        [
            Self::new(whole.as_ref(), pause.filter(|_| !blames_budget), clock),
            Self::new(budget.as_ref(), pause.filter(|_| !blames_whole), clock),
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

/// How long a refusal asks to pause. A hint in the body concerns what was asked for; the header
/// concerns everyone.
fn pause(status: u16, headers: &Headers, clock: SystemTime) -> Option<Duration> {
    (status == 429)
        .then(|| retry::retry_after(headers, clock))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the account of the whole API pauses, and that of the budget.
    fn pauses(status: u16, left: &[(&str, &str)]) -> [bool; 2] {
        let headers = left.iter().copied().chain([("retry-after", "7")]).collect();
        let told = Told::to_both(status, &headers, Some("heavy"), SystemTime::UNIX_EPOCH);
        told.map(|told| told.pause == Some(Duration::from_secs(7)))
    }

    #[test]
    fn who_has_nothing_left_pauses() {
        let (whole, heavy) = ("x-ratelimit-remaining", "x-ratelimit-remaining-heavy");
        assert_eq!(pauses(429, &[(whole, "9"), (heavy, "0")]), [false, true]);
        assert_eq!(pauses(429, &[(heavy, "0")]), [false, true]);
        assert_eq!(pauses(429, &[(whole, "0"), (heavy, "9")]), [true, false]);
        // Both have nothing left, or it is not clear who.
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
    fn each_account_is_told_its_own_numbers() {
        let headers = [
            ("x-ratelimit-remaining", "100"),
            ("x-ratelimit-limit-heavy", "20"),
            ("x-ratelimit-remaining-heavy", "3"),
            ("x-ratelimit-reset-heavy", "30"),
        ];
        let headers: Headers = headers.into_iter().collect();
        let [whole, heavy] = Told::to_both(200, &headers, Some("heavy"), SystemTime::UNIX_EPOCH);
        assert_eq!((whole.limit, whole.remaining), (None, Some(100)));
        assert_eq!((heavy.limit, heavy.remaining), (Some(20), Some(3)));
        assert_eq!(heavy.reset, Some(Duration::from_secs(30)));
        let [_, silent] = Told::to_both(200, &headers, None, SystemTime::UNIX_EPOCH);
        assert_eq!(silent.remaining, None);
    }
}
