//! Dates and times of RFC 3339, by hand: a calendar library takes longer to compile than this crate.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: i64 = 24 * 60 * 60;
const NANOS: i128 = 1_000_000_000;
/// The days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// The days from 1 March of the year 0 to 1 January 1970.
const EPOCH: i64 = 719_468;
/// The seconds at which the years of four digits begin and end.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

/// The point in time that a date-time states. A space may stand for the `T`.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let (time, zone) = rest.split_at_checked(rest.find(['Z', 'z', '+', '-'])?)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let date = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let is_real = date_of(days(date)) == date && hour < 24 && minute < 60 && second <= 60;
    // A leap second counts as the one before it.
    let of_day = hour * 3600 + minute * 60 + second.min(59);
    let seconds = days(date) * DAY + of_day - offset(zone)?;
    number(fraction)?;
    let nanos = u32::try_from(number(format!("{fraction:0<9}").get(..9)?)?).ok()?;
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let whole = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    let moment = whole?.checked_add(Duration::new(0, nanos));
    moment.filter(|_| is_real)
}

/// Writes a point in time in UTC. Clamped to the years 0 to 9999.
pub(crate) fn format(moment: SystemTime) -> String {
    let signed = |distance: Duration| i128::try_from(distance.as_nanos()).unwrap_or(i128::MAX);
    let nanos = match moment.duration_since(UNIX_EPOCH) {
        Ok(after) => signed(after),
        Err(before) => -signed(before.duration()),
    };
    let nanos = nanos.clamp(i128::from(FIRST) * NANOS, i128::from(LAST) * NANOS);
    let seconds = i64::try_from(nanos.div_euclid(NANOS)).unwrap_or(LAST);
    let [year, month, day] = date_of(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let fraction = format!(".{:09}", nanos.rem_euclid(NANOS));
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Three numbers with these counts of digits.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let found = widths.map(|width| parts.next().filter(|part| part.len() == width));
    let [first, second, third] = found.map(|part| part.and_then(number));
    (parts.next().is_none()).then_some([first?, second?, third?])
}

fn number(digits: &str) -> Option<i64> {
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    // Long fractions are no mistake.
    let start = digits.get(..digits.len().min(18))?;
    start.parse().ok().filter(|_| is_digits)
}

/// The seconds that a zone is ahead of UTC: `Z`, `+01:00`, `-0430` or `+01`.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = zone.split_at_checked(1)?;
    let digits = rest.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    let offset = number(hours)? * 3600 + number(minutes)? * 60;
    (minutes.len() == 2 && offset < DAY).then_some(if sign == "-" { -offset } else { offset })
}

/// The days from 1970 to a date.
fn days([year, month, day]: [i64; 3]) -> i64 {
    // Counted from March, so that the leap day is the last of its year.
    let year = year - i64::from(month <= 2);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before_month = (153 * ((month + 9) % 12) + 2) / 5;
    365 * year + leap_days + before_month + day - 1 - EPOCH
}

/// The year, month and day that many days after 1970.
fn date_of(days: i64) -> [i64; 3] {
    let of_era = (days + EPOCH).rem_euclid(ERA);
    let of_era_in_years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_era_in_years + of_era_in_years / 4 - of_era_in_years / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    let year = (days + EPOCH).div_euclid(ERA) * 400 + of_era_in_years + i64::from(month <= 2);
    [year, month, of_year - (153 * from_march + 2) / 5 + 1]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read_in_every_zone() {
        let at = |seconds: u64, nanos| Some(UNIX_EPOCH + Duration::new(seconds, nanos));
        for (text, moment) in [
            ("1970-01-01T00:00:00Z", at(0, 0)),
            ("1970-01-01T01:30:00.5+01:30", at(0, 500_000_000)),
            ("1969-12-31 19:00:01-05:00", at(1, 0)),
            ("1970-01-01t00:00:00.0000000019z", at(0, 1)),
            ("1970-01-01T01:00:00+0100", at(0, 0)),
            ("1970-01-01T01:00:00+01", at(0, 0)),
            ("2024-02-29T23:59:60Z", at(1_709_251_199, 0)),
            ("2000-03-01T00:00:00Z", at(951_868_800, 0)),
            ("2100-03-01T00:00:00Z", at(4_107_542_400, 0)),
            (
                "9999-12-31T23:59:59.999999999Z",
                at(253_402_300_799, 999_999_999),
            ),
        ] {
            assert_eq!(parse(text), moment, "{text}");
        }
        let before = UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(parse("1969-12-31T23:59:58.5Z"), Some(before));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2024-01-15",
            "2024-01-15T09:59:00",
            "2024-01-15T09:59Z",
            "2024-1-15T09:59:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-15T24:00:00Z",
            "2024-01-15T09:60:00Z",
            "2024-01-15T09:59:00.Z",
            "2024-01-15T09:59:00.1x5Z",
            "2024-01-15T09:59:00Zulu",
            "2024-01-15T09:59:00+1",
            "2024-01-15T09:59:00+01:0",
            "2024-01-15T09:59:00+é",
            "+024-01-15T09:59:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_written_in_utc_with_no_more_digits_than_needed() {
        let at = |seconds, nanos| format(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400, 120_000_000), "2000-02-29T00:00:00.12Z");
        assert_eq!(at(1_735_689_599, 1), "2024-12-31T23:59:59.000000001Z");
        assert_eq!(at(1 << 50, 0), "9999-12-31T23:59:59Z");
        let before = |seconds| format(UNIX_EPOCH - Duration::from_secs(seconds));
        assert_eq!(before(1), "1969-12-31T23:59:59Z");
        assert_eq!(before(1 << 40), "0000-01-01T00:00:00Z");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in FIRST..LAST, nanos in 0u32..1_000_000_000) {
            let distance = Duration::from_secs(seconds.unsigned_abs());
            let whole = if seconds < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance };
            let moment = whole + Duration::new(0, nanos);
            prop_assert_eq!(parse(&format(moment)), Some(moment));
        }

        #[test]
        fn no_text_panics(text in "[-+0-9TZ:. é]{0,40}") {
            let _ = parse(&text);
        }
    }
}
