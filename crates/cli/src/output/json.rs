//! Output for programs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use threadline::{Assignee, PreparedRequest, Thread};

use crate::failure::Failure;

/// A thread.
#[derive(Debug, Serialize)]
pub(crate) struct ThreadOutput {
    provider: String,
    id: String,
    status: String,
    assignee: Option<Assignee>,
    updated_at: Option<String>,
    /// The vendor's body as received, down to its spaces.
    native: Option<Box<RawValue>>,
}

impl From<&Thread> for ThreadOutput {
    fn from(thread: &Thread) -> Self {
        Self {
            provider: thread.provider.to_string(),
            id: thread.id.to_string(),
            status: thread.status.to_string(),
            assignee: thread.assignee.clone(),
            updated_at: thread.updated_at.as_ref().map(ToString::to_string),
            native: thread.received().and_then(|received| raw(received.body())),
        }
    }
}

/// A request that was not sent.
#[derive(Debug, Serialize)]
struct RequestOutput<'a> {
    method: &'a str,
    url: &'a str,
    headers: BTreeMap<&'a str, &'a str>,
    body: Option<Box<RawValue>>,
}

#[derive(Debug, Serialize)]
struct ErrorOutput<'a> {
    kind: &'a str,
    provider: Option<&'a str>,
    operation: Option<&'a str>,
    status: Option<u16>,
    code: Option<&'a str>,
    message: &'a str,
    request_id: Option<&'a str>,
    attempts: u32,
    retry_after_seconds: Option<Seconds>,
    delivery: &'a str,
}

/// Seconds, as a whole number where they are whole.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Seconds {
    Whole(u64),
    Fraction(f64),
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        if duration.subsec_nanos() == 0 {
            Self::Whole(duration.as_secs())
        } else {
            Self::Fraction(duration.as_secs_f64())
        }
    }
}

/// JSON as it is, so that nothing of it is lost, or anything else as a string; nothing if empty.
pub(crate) fn raw(bytes: &[u8]) -> Option<Box<RawValue>> {
    if bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(&text)
        .or_else(|_| serde_json::value::to_raw_value(&*text))
        .ok()
}

/// Something as a line of JSON.
pub(crate) fn line(value: &impl Serialize) -> String {
    // Only maps with other keys than text, and types that refuse, can fail; there are none here.
    serde_json::to_string(value).unwrap_or_default()
}

/// A thread.
pub(crate) fn thread(thread: &Thread) -> String {
    line(&ThreadOutput::from(thread))
}

/// A request that was not sent.
pub(crate) fn request(request: &PreparedRequest) -> String {
    let request = RequestOutput {
        method: request.method(),
        url: request.url(),
        headers: request.headers().iter().collect(),
        body: raw(request.body()),
    };
    line(&BTreeMap::from([("request", request)]))
}

/// What went wrong.
pub(crate) fn failure(failure: &Failure) -> String {
    let error = match failure {
        Failure::Call { error, .. } => ErrorOutput {
            kind: error.kind().as_str(),
            provider: Some(error.provider()).filter(|name| !name.is_empty()),
            operation: error.operation().filter(|name| !name.is_empty()),
            status: error.status(),
            code: error.code(),
            message: error.message(),
            request_id: error.request_id(),
            attempts: error.attempts(),
            retry_after_seconds: error.retry_after().map(Seconds::from),
            delivery: error.delivery().as_str(),
        },
        Failure::Local(local) => ErrorOutput {
            kind: local.kind,
            provider: None,
            operation: None,
            status: None,
            code: None,
            message: &local.message,
            request_id: None,
            attempts: 0,
            retry_after_seconds: None,
            delivery: local.delivery.as_str(),
        },
    };
    line(&BTreeMap::from([("error", error)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_as_it_is() {
        let text = |bytes: &[u8]| raw(bytes).map(|value| value.get().to_owned());
        assert_eq!(
            text(br#"{"b":1.0,  "a":1e2}"#).unwrap(),
            r#"{"b":1.0,  "a":1e2}"#
        );
        assert_eq!(text(b"<html>").unwrap(), r#""<html>""#);
        assert_eq!(text(b"\"\xff\"").unwrap(), "\"\u{fffd}\"");
        assert_eq!(text(b""), None);
    }

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        assert_eq!(line(&Seconds::from(Duration::from_secs(30))), "30");
        assert_eq!(line(&Seconds::from(Duration::from_millis(1500))), "1.5");
    }
}
