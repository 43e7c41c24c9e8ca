//! Output for programs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use threadline::PreparedRequest;

use crate::failure::Failure;

/// A result, and the id of the request that returned it.
#[derive(Debug, Serialize)]
pub(crate) struct WithRequestId<'a, T> {
    #[serde(flatten)]
    value: &'a T,
    request_id: Option<&'a str>,
}

impl<'a, T> WithRequestId<'a, T> {
    pub(crate) fn new(value: &'a T, request_id: Option<&'a str>) -> Self {
        Self { value, request_id }
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
    target: Option<&'a str>,
    status: Option<u16>,
    code: Option<&'a str>,
    message: &'a str,
    /// The fields that the vendor refused.
    fields: Vec<FieldOutput<'a>>,
    /// What the vendor adds to the code.
    details: Option<&'a Value>,
    request_id: Option<&'a str>,
    /// A send with this key can be repeated without sending twice.
    idempotency_key: Option<String>,
    attempts: u32,
    retryable: bool,
    retry_after_seconds: Option<Seconds>,
    delivery: &'a str,
}

#[derive(Debug, Serialize)]
struct FieldOutput<'a> {
    field: &'a str,
    message: &'a str,
}

/// Seconds, as a whole number where they are whole.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Seconds {
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

/// JSON as it is, anything else as a string; `None` if it is empty.
pub(crate) fn raw(bytes: &[u8]) -> Option<Box<RawValue>> {
    if bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(&text)
        .or_else(|_| serde_json::value::to_raw_value(&*text))
        .ok()
}

/// A value as one line of JSON.
pub(crate) fn line(value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string(value).map_err(|error| Failure::output(&error.into()))?;
    // The JSON of a vendor is written as it came, which may be several lines. Line ends can only
    // stand between its tokens, where they have no meaning.
    Ok(json.replace(['\r', '\n'], ""))
}

/// The members of an object, sorted.
pub(crate) fn members(object: &str) -> Vec<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(object).unwrap_or_default();
    members.into_keys().collect()
}

/// An object with only these members, in this order.
pub(crate) fn picked(object: &str, names: &[String]) -> Result<String, Failure> {
    let unreadable = |error: serde_json::Error| Failure::output(&error.into());
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(object).map_err(unreadable)?;
    let mut picked = Vec::new();
    for name in names {
        let value = members.get(name).map_or("null", |value| value.get());
        picked.push(format!("{}:{value}", line(name)?));
    }
    Ok(format!("{{{}}}", picked.join(",")))
}

/// A request that was not sent.
pub(crate) fn request(request: &PreparedRequest) -> Result<String, Failure> {
    let request = RequestOutput {
        method: request.method(),
        url: request.url(),
        headers: request.headers().iter().collect(),
        body: raw(request.body()),
    };
    line(&BTreeMap::from([("request", request)]))
}

/// A failure.
pub(crate) fn failure(failure: &Failure) -> String {
    let error = match failure {
        Failure::Call(call) => {
            let error = &call.error;
            ErrorOutput {
                kind: error.kind().as_str(),
                provider: Some(error.provider()).filter(|name| !name.is_empty()),
                operation: error.operation().filter(|name| !name.is_empty()),
                target: call.target.as_deref(),
                status: error.status(),
                code: error.code(),
                message: error.message(),
                fields: error
                    .fields()
                    .iter()
                    .map(|refused| FieldOutput {
                        field: refused.field(),
                        message: refused.message(),
                    })
                    .collect(),
                details: error.details(),
                idempotency_key: error.idempotency_key().map(ToString::to_string),
                request_id: error.request_id(),
                attempts: error.attempts(),
                retryable: error.is_retryable(),
                retry_after_seconds: error.retry_after().map(Seconds::from),
                delivery: error.delivery().as_str(),
            }
        }
        Failure::CommandLine(error) => {
            return self::failure(&Failure::usage(crate::usage::message(error)));
        }
        Failure::Local(local) => ErrorOutput {
            kind: local.kind,
            provider: None,
            operation: None,
            target: local.target.as_deref(),
            status: None,
            code: None,
            message: &local.message,
            fields: Vec::new(),
            details: None,
            idempotency_key: local.idempotency_key.clone(),
            request_id: None,
            attempts: 0,
            retryable: false,
            retry_after_seconds: None,
            delivery: local.delivery.as_str(),
        },
    };
    line(&BTreeMap::from([("error", error)])).unwrap_or_default()
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
    fn a_line_has_no_line_end_and_the_same_numbers() {
        let sent = "{\r\n  \"a\": [1.0,\n1e2, 12345678901234567890123],\n\t\"b\": \"x\\n y\"\n}";
        assert_eq!(
            line(&raw(sent.as_bytes())).unwrap(),
            "{  \"a\": [1.0,1e2, 12345678901234567890123],\t\"b\": \"x\\n y\"}"
        );
    }

    #[test]
    fn members_are_picked_as_they_stand_and_in_the_order_asked_for() {
        let object = r#"{"id":"x","n":1.0,"native":{"b":1e2,  "a":null}}"#;
        let names = ["native", "n"].map(str::to_owned);
        assert_eq!(
            picked(object, &names).unwrap(),
            r#"{"native":{"b":1e2,  "a":null},"n":1.0}"#
        );
        assert_eq!(members(object), ["id", "n", "native"]);
    }

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        let text = |duration| line(&Seconds::from(duration)).unwrap();
        assert_eq!(text(Duration::from_secs(30)), "30");
        assert_eq!(text(Duration::from_millis(1500)), "1.5");
    }
}
