//! Timestamps as sent by servers.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::rfc3339;

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

    /// The point in time, if the text is an RFC 3339 date-time.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        rfc3339::parse(self.0.trim())
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
    /// Converts to UTC. Clamped to the years 0 to 9999.
    fn from(moment: SystemTime) -> Self {
        Self(rfc3339::format(moment))
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
    use std::time::Duration;

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
    }
}
