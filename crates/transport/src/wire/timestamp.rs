//! Timestamps as sent by servers.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// A timestamp as sent by a server; the text is preserved exactly.
///
/// Any text is accepted, so that a date in an unexpected format does not fail the response.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use threadline_transport::Timestamp;
///
/// let moment = Timestamp::from("1970-01-01T00:01:00.000Z");
/// assert_eq!(moment.as_str(), "1970-01-01T00:01:00.000Z");
/// assert_eq!(moment.to_system_time(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(60)));
/// assert_eq!(Timestamp::from("yesterday").to_system_time(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The point in time, if the text is an RFC 3339 date-time of 1970 or later.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let text = self.0.trim().to_ascii_uppercase();
        if let Some(utc) = text.strip_suffix('Z') {
            return humantime::parse_rfc3339_weak(utc).ok();
        }
        // humantime reads UTC only, so the offset is taken off first.
        let (local, offset) = text.split_at_checked(text.len().checked_sub("+00:00".len())?)?;
        let (hours, minutes) = offset.get(1..)?.split_once(':')?;
        let minutes = hours.parse::<u64>().ok()? * 60 + minutes.parse::<u64>().ok()?;
        let offset_length = Duration::from_secs(minutes * 60);
        let local = humantime::parse_rfc3339_weak(local).ok()?;
        match offset.get(..1)? {
            "+" => local.checked_sub(offset_length),
            "-" => local.checked_add(offset_length),
            _ => None,
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<SystemTime> for Timestamp {
    /// Converts to UTC. Clamped to the years 1970 to 9999.
    fn from(moment: SystemTime) -> Self {
        let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        let moment = moment.clamp(SystemTime::UNIX_EPOCH, last);
        let text = humantime::format_rfc3339(moment).to_string();
        match text.split_once('.') {
            None => Self(text),
            Some((seconds, fraction)) => {
                let fraction = fraction.trim_end_matches('Z').trim_end_matches('0');
                Self(format!("{seconds}.{fraction}Z"))
            }
        }
    }
}

impl std::str::FromStr for Timestamp {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

impl AsRef<str> for Timestamp {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_survives() {
        for json in [
            r#""2026-04-06T09:12:41Z""#,
            r#""2026-04-06 09:12""#,
            r#""""#,
        ] {
            let moment: Timestamp = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&moment).unwrap(), json);
        }
        assert!(serde_json::from_str::<Timestamp>("1").is_err());
    }

    #[test]
    fn moments_go_out_and_come_back() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_705_312_740_123);
        let text = Timestamp::from(moment);
        assert_eq!(text.as_str(), "2024-01-15T09:59:00.123Z");
        assert_eq!(text.to_system_time(), Some(moment));
        let offset = Timestamp::from("2024-01-15T10:59:00.123+01:00");
        assert_eq!(offset.to_system_time(), Some(moment));
        for (text, seconds) in [
            ("1970-01-01T00:00:00z", Some(0)),
            ("1970-01-01t02:00:07+02:00", Some(7)),
            ("1970-01-01T00:00:00-04:30", Some(16_200)),
            ("1970-01-01T00:00:00.000000+00:00", Some(0)),
            ("1970-01-01T00:00:00", None),
            ("1970-01-01", None),
            ("2026-13-01T00:00:00Z", None),
            ("+00:00", None),
            ("é+00:00", None),
            ("1970-01-01T00:00:00é0:00", None),
        ] {
            let expected = seconds.map(|it| SystemTime::UNIX_EPOCH + Duration::from_secs(it));
            assert_eq!(Timestamp::from(text).to_system_time(), expected, "{text}");
        }
        let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Timestamp::from(early).as_str(), "1970-01-01T00:00:00Z");
    }
}
