//! Rate-limit headers.

use std::time::{Duration, SystemTime};

use super::Headers;

/// Values from here on are timestamps, not durations: no server asks for a wait of thirty years.
const EPOCH_FROM: u64 = 1_000_000_000;

/// The rate limit that a server reports in a response's `X-RateLimit-…` headers.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use threadline_transport::{Headers, RateLimit};
///
/// let headers: Headers = [("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", "30")]
///     .into_iter()
///     .collect();
/// let limit = RateLimit::from_headers(&headers).ok_or("no such header")?;
/// assert_eq!(limit.remaining(), Some(7));
/// assert_eq!(limit.limit(), None);
/// assert_eq!(limit.reset_after(SystemTime::now()), Some(Duration::from_secs(30)));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimit {
    limit: Option<u64>,
    remaining: Option<u64>,
    reset: Option<String>,
}

impl RateLimit {
    /// Reads the headers; `None` if there are none.
    pub fn from_headers(headers: &Headers) -> Option<Self> {
        let names = [
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
        ];
        Self::read(headers, names)
    }

    /// Reads the headers of a [budget](crate::RateLimitBudget), whose names have a suffix:
    /// `X-RateLimit-Remaining-heavy`.
    ///
    /// ```
    /// use threadline_transport::{Headers, RateLimit};
    ///
    /// let headers: Headers = [("x-ratelimit-remaining-heavy", "7")].into_iter().collect();
    /// let limit = RateLimit::of_budget(&headers, "heavy").ok_or("no such header")?;
    /// assert_eq!(limit.remaining(), Some(7));
    /// assert!(RateLimit::from_headers(&headers).is_none());
    /// # Ok::<(), &str>(())
    /// ```
    pub fn of_budget(headers: &Headers, ending: &str) -> Option<Self> {
        let names = ["limit", "remaining", "reset"];
        let names = names.map(|name| format!("x-ratelimit-{name}-{ending}"));
        Self::read(headers, names.each_ref().map(String::as_str))
    }

    fn read(headers: &Headers, [limit, remaining, reset]: [&str; 3]) -> Option<Self> {
        let limit = number(headers, limit);
        let remaining = number(headers, remaining);
        let reset = headers.get(reset).map(|value| value.trim().to_owned());
        let any = limit.is_some() || remaining.is_some() || reset.is_some();
        any.then_some(Self {
            limit,
            remaining,
            reset,
        })
    }

    /// How many requests the window allows.
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// How many requests are left in the window.
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// When the window ends, as sent by the server.
    pub fn reset(&self) -> Option<&str> {
        self.reset.as_deref()
    }

    /// The time until the window ends. Accepts seconds, seconds or milliseconds since 1970, an RFC
    /// 3339 date-time or an HTTP date.
    pub fn reset_after(&self, now: SystemTime) -> Option<Duration> {
        let text = self.reset.as_deref()?;
        let Some(wait) = crate::retry::seconds(text) else {
            return crate::retry::reset_at(text, now).or_else(|| {
                let date = httpdate::parse_http_date(text).ok()?;
                Some(date.duration_since(now).unwrap_or_default())
            });
        };
        let since_epoch = match wait.as_secs() {
            0..EPOCH_FROM => return Some(wait),
            seconds if seconds / 1000 < EPOCH_FROM => wait,
            _ => wait / 1000,
        };
        let elapsed = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Some(since_epoch.saturating_sub(elapsed))
    }
}

/// The first number in a header: servers send `300`, `300, 10000` or `300;w=60`.
fn number(headers: &Headers, name: &str) -> Option<u64> {
    let value = headers.get(name)?.trim();
    value.split([',', ';', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limit(reset: &str) -> RateLimit {
        let headers = [
            ("X-RateLimit-Limit", "300;w=60"),
            ("X-RateLimit-Reset", reset),
        ];
        RateLimit::from_headers(&headers.into_iter().collect()).unwrap()
    }

    #[test]
    fn numbers_are_read_leniently() {
        let limit = limit("1");
        assert_eq!(limit.limit(), Some(300));
        assert_eq!(limit.remaining(), None);
    }

    #[test]
    fn every_notation_of_the_end_is_understood() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_705_312_740);
        for text in [
            "60",
            "1705312800",
            "1705312800000",
            "2024-01-15T10:00:00Z",
            "Mon, 15 Jan 2024 10:00:00 GMT",
        ] {
            assert_eq!(
                limit(text).reset_after(now),
                Some(Duration::from_secs(60)),
                "{text}"
            );
        }
        assert_eq!(limit("1705312000").reset_after(now), Some(Duration::ZERO));
        assert_eq!(limit("whenever").reset_after(now), None);
        assert_eq!(limit("whenever").reset(), Some("whenever"));
    }

    #[test]
    fn no_header_no_limit() {
        assert_eq!(RateLimit::from_headers(&Headers::default()), None);
        let junk: Headers = [("x-ratelimit-limit", "many")].into_iter().collect();
        assert_eq!(RateLimit::from_headers(&junk), None);
    }

    proptest! {
        #[test]
        fn no_header_panics(
            limit in "\\PC{0,40}", remaining in "[0-9,;= w.-]{0,40}", reset in "\\PC{0,40}", now: u32,
        ) {
            let headers = [
                ("x-ratelimit-limit", limit),
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", reset),
            ];
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.into());
            if let Some(limit) = RateLimit::from_headers(&headers.into_iter().collect()) {
                limit.reset_after(now);
            }
        }

        #[test]
        fn numbers_are_kept_whatever_follows(
            count: u64, rest in prop::sample::select(vec!["", ", 10", ";w=60", " "]),
        ) {
            let headers = [("x-ratelimit-remaining", format!("{count}{rest}"))];
            let limit = RateLimit::from_headers(&headers.into_iter().collect()).unwrap();
            prop_assert_eq!(limit.remaining(), Some(count));
        }

        #[test]
        fn every_notation_says_the_same(ahead in 0u64..10_000_000, now in 1_000_000_000u64..3_000_000_000) {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
            let at = time + Duration::from_secs(ahead);
            for text in [
                ahead.to_string(),
                (now + ahead).to_string(),
                ((now + ahead) * 1000).to_string(),
                httpdate::fmt_http_date(at),
                crate::Timestamp::from(at).to_string(),
            ] {
                prop_assert_eq!(limit(&text).reset_after(time), Some(Duration::from_secs(ahead)));
            }
        }
    }
}
