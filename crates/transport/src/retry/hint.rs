//! Wait hints from servers.

use std::time::{Duration, SystemTime};

use crate::Headers;
use crate::wire::rfc3339;

/// The wait requested by the `Retry-After` headers; the longest, if there are several.
pub(crate) fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    headers
        .get_all("retry-after")
        .filter_map(|value| parse(value, now))
        .max()
}

/// Parses seconds (fractions allowed) or an HTTP date. A past date means now.
fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    seconds(value).or_else(|| {
        let date = httpdate::parse_http_date(value).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

/// Parses a number of seconds: digits with at most one decimal point.
pub(crate) fn seconds(value: &str) -> Option<Duration> {
    let digits = value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = value.parse::<f64>().ok().filter(|_| digits)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// The wait until an RFC 3339 date-time. A past one means now.
pub(crate) fn reset_at(value: &str, now: SystemTime) -> Option<Duration> {
    let moment = rfc3339::parse(value.trim())?;
    Some(moment.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn hint(value: &str) -> Option<Duration> {
        retry_after(&[("Retry-After", value)].into_iter().collect(), now())
    }

    #[test]
    fn seconds_and_fractions() {
        assert_eq!(hint("0"), Some(Duration::ZERO));
        assert_eq!(hint("120"), Some(Duration::from_secs(120)));
        assert_eq!(hint(" 1.5 "), Some(Duration::from_millis(1500)));
        assert_eq!(hint("99999999999999999999999"), Some(Duration::MAX));
    }

    #[test]
    fn http_dates() {
        assert_eq!(
            hint("Sun, 06 Nov 1994 08:50:37 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(
            hint("Sunday, 06-Nov-94 08:50:37 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(
            hint("Sun Nov  6 08:50:37 1994"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(hint("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn a_past_date_means_now() {
        assert_eq!(hint("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(hint("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn junk_is_no_hint() {
        for junk in [
            "",
            "soon",
            "-1",
            "1e3",
            "inf",
            "NaN",
            ".",
            "1.2.3",
            "+5",
            "1994-11-06",
        ] {
            assert_eq!(hint(junk), None, "{junk:?}");
        }
    }

    #[test]
    fn several_headers_count_as_the_longest() {
        let headers = [
            ("retry-after", "3"),
            ("retry-after", "x"),
            ("retry-after", "7"),
        ];
        let headers = headers.into_iter().collect();
        assert_eq!(retry_after(&headers, now()), Some(Duration::from_secs(7)));
    }

    #[test]
    fn moments() {
        let at = |value| reset_at(value, now());
        assert_eq!(at("1994-11-06T08:50:37Z"), Some(Duration::from_secs(60)));
        assert_eq!(
            at("1994-11-06T09:50:37.5+01:00"),
            Some(Duration::from_millis(60_500))
        );
        assert_eq!(at("1990-01-01T00:00:00Z"), Some(Duration::ZERO));
        assert_eq!(at("tomorrow"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = parse(&text, now());
            let _ = reset_at(&text, now());
        }

        #[test]
        fn whole_seconds_are_kept(count in 0u32..) {
            prop_assert_eq!(hint(&count.to_string()), Some(Duration::from_secs(count.into())));
        }

        #[test]
        fn dates_are_kept_to_the_second(ahead in 0u64..1_000_000_000) {
            let date = httpdate::fmt_http_date(now() + Duration::from_secs(ahead));
            prop_assert_eq!(hint(&date), Some(Duration::from_secs(ahead)));
        }
    }
}
