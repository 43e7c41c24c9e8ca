//! Vendors' error bodies.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{FieldError, excerpt};
use crate::{ErrorShape, retry};

/// The contents of an error body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// The vendor's code.
    pub(crate) code: Option<String>,
    /// The vendor's message, or else its code.
    pub(crate) message: Option<String>,
    /// The refused fields.
    pub(crate) fields: Vec<FieldError>,
    /// What the vendor adds to its code.
    pub(crate) details: Option<Value>,
    /// The vendor's request id.
    pub(crate) request_id: Option<String>,
    /// How long the vendor asks to wait.
    pub(crate) hint: Option<Duration>,
}

impl ErrorBody {
    /// Reads a body according to the vendor's error shape. Any other body yields nothing.
    pub(crate) fn read(body: &[u8], shape: &ErrorShape, now: SystemTime) -> Self {
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return Self::default();
        };
        let hint = first(&json, shape.retry_after_seconds, wait).or_else(|| {
            first(&json, shape.reset_at, |value| {
                retry::reset_at(value.as_str()?, now)
            })
        });
        let code = first(&json, shape.code, code);
        let message = first(&json, shape.message, sentence);
        Self {
            message: message.or_else(|| code.clone()),
            code,
            fields: first(&json, shape.fields, fields).unwrap_or_default(),
            details: first(&json, shape.details, |details| {
                (!details.is_null()).then(|| details.clone())
            }),
            request_id: first(&json, shape.request_id, word),
            hint,
        }
    }

    /// The beginning of a body, as a message.
    pub(crate) fn quote(body: &[u8]) -> Option<String> {
        let text = excerpt(&String::from_utf8_lossy(body));
        (!text.is_empty()).then_some(text)
    }
}

/// The value at the first pointer that leads to something readable.
fn first<T>(json: &Value, pointers: &[&str], read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    pointers
        .iter()
        .find_map(|pointer| read(json.pointer(pointer)?))
}

/// A code: a string. A number says no more than the status, and no vendor documents one.
fn code(value: &Value) -> Option<String> {
    let code = value.as_str().filter(|code| !code.is_empty())?;
    Some(code.to_owned())
}

/// A string or number as text.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) if !word.is_empty() => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number of seconds, possibly as a string.
fn wait(value: &Value) -> Option<Duration> {
    match value {
        Value::Number(number) => {
            let seconds = number.as_f64().filter(|seconds| *seconds >= 0.0)?;
            Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
        }
        Value::String(text) => retry::seconds(text.trim()),
        _ => None,
    }
}

/// A human-readable message: a string as it is, a list joined by semicolons, an object's own
/// message or else its fields as `name: message`.
fn sentence(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null => return None,
        Value::Array(items) => join(items.iter().filter_map(sentence)),
        Value::Object(members) => match members.get("message").and_then(sentence) {
            Some(message) => message,
            None => join(
                members
                    .iter()
                    .filter_map(|(name, value)| Some(format!("{name}: {}", sentence(value)?))),
            ),
        },
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The refused fields: a list of objects with the path of a field and a message.
fn fields(value: &Value) -> Option<Vec<FieldError>> {
    let refused = value.as_array()?.iter().filter_map(|refused| {
        Some(FieldError {
            field: refused.get("path").map(path).unwrap_or_default(),
            message: refused.get("message").and_then(sentence)?,
        })
    });
    Some(refused.collect())
}

/// A path in the request: a string as it is, a list of names and indices as `name[0].name`.
fn path(value: &Value) -> String {
    let steps = match value {
        Value::Array(steps) => steps.as_slice(),
        step => std::slice::from_ref(step),
    };
    let mut path = String::new();
    for step in steps {
        match step {
            Value::String(name) if path.is_empty() => path.push_str(name),
            Value::String(name) => path.push_str(&format!(".{name}")),
            Value::Number(index) => path.push_str(&format!("[{index}]")),
            _ => {}
        }
    }
    path
}

/// Joins parts with semicolons.
fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHAPE: ErrorShape = ErrorShape {
        code: &["/code", "/error/code"],
        message: &["/message", "/error"],
        fields: &["/details/issues"],
        details: &["/details", "/error/details"],
        request_id: &["/requestId"],
        retry_after_seconds: &["/details/retryAfterSeconds"],
        reset_at: &["/details/resetAt"],
        codes: &[],
    };

    fn read(body: &str) -> ErrorBody {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        ErrorBody::read(body.as_bytes(), &SHAPE, now)
    }

    fn message(body: &str) -> Option<String> {
        read(body)
            .message
            .or_else(|| ErrorBody::quote(body.as_bytes()))
    }

    #[test]
    fn the_vendors_shape_is_read() {
        let body = read(
            r#"{"code":"threadNotFound","message":"No such thread","requestId":"req_1",
                "details":{"retryAfterSeconds":2.5}}"#,
        );
        assert_eq!(body.code.as_deref(), Some("threadNotFound"));
        assert_eq!(body.message.as_deref(), Some("No such thread"));
        assert_eq!(body.request_id.as_deref(), Some("req_1"));
        assert_eq!(body.hint, Some(Duration::from_millis(2500)));
    }

    #[test]
    fn pointers_are_tried_in_order() {
        assert_eq!(
            read(r#"{"code":"","error":{"code":"gone"}}"#)
                .code
                .as_deref(),
            Some("gone")
        );
        assert_eq!(
            message(r#"{"message":null,"error":"boom"}"#).unwrap(),
            "boom"
        );
    }

    #[test]
    fn a_number_is_no_code() {
        let body = r#"{"code":7}"#;
        assert_eq!(read(body).code, None);
        assert_eq!(message(body).unwrap(), body);
        let body = read(r#"{"code":7,"error":{"code":"gone"},"message":"m","requestId":8}"#);
        assert_eq!(body.code.as_deref(), Some("gone"));
        assert_eq!(body.request_id.as_deref(), Some("8"));
    }

    #[test]
    fn without_a_message_the_code_is_the_message() {
        for body in [r#"{"code":"gone"}"#, r#"{"code":"gone","message":""}"#] {
            assert_eq!(message(body).unwrap(), "gone");
        }
        assert_eq!(
            message(r#"{"code":"gone","message":"m"}"#).as_deref(),
            Some("m")
        );
    }

    #[test]
    fn messages_of_any_shape_become_sentences() {
        assert_eq!(
            message(r#"{"message":["a is empty","b too"]}"#).unwrap(),
            "a is empty; b too"
        );
        assert_eq!(
            message(r#"{"error":{"message":"inner","code":1}}"#).unwrap(),
            "inner"
        );
        assert_eq!(
            message(r#"{"error":{"name":["short"],"age":null}}"#).unwrap(),
            "name: short"
        );
        assert_eq!(message(r#"{"message":[]}"#).unwrap(), r#"{"message":[]}"#);
    }

    #[test]
    fn refused_fields_are_read_with_their_paths() {
        let fields = |issues: &str| {
            let body = read(&format!(r#"{{"details":{{"issues":{issues}}}}}"#));
            let fields = body.fields.into_iter();
            fields.map(|it| (it.field, it.message)).collect::<Vec<_>>()
        };
        let list = r#"[{"path":["target","ids",0,"type"],"message":"Expected a word."},
            {"path":[],"message":["Too big.","Too old."]},
            {"path":"content","message":"Required."},
            {"message":"No path.","more":1},
            {"path":["no message"]}, {"path":["x"],"message":null}, null, "text"]"#;
        let expected = [
            ("target.ids[0].type", "Expected a word."),
            ("", "Too big.; Too old."),
            ("content", "Required."),
            ("", "No path."),
        ];
        let expected = expected.map(|(field, message)| (field.to_owned(), message.to_owned()));
        assert_eq!(fields(list), expected);
        for nothing in ["null", "{}", "[]", "7", r#""content""#] {
            assert_eq!(fields(nothing), [], "{nothing}");
        }
    }

    #[test]
    fn details_are_found_where_the_pointers_lead() {
        let found = |body: &str| read(body).details;
        let json = serde_json::json!({"a": 1});
        assert_eq!(found(r#"{"details":{"a":1}}"#), Some(json));
        let second = r#"{"details":null,"error":{"details":7}}"#;
        assert_eq!(found(second), Some(7.into()));
        for nothing in [
            "",
            "<html>",
            "{}",
            r#"{"details":null}"#,
            "[]",
            r#"{"details":{"#,
        ] {
            assert_eq!(found(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_foreign_body_is_quoted() {
        assert_eq!(
            message("<html>\n<h1>502</h1>").unwrap(),
            "<html> <h1>502</h1>"
        );
        assert_eq!(message(r#"{"oops":1}"#).unwrap(), r#"{"oops":1}"#);
        assert_eq!(message(r#""plain""#).unwrap(), r#""plain""#);
        assert_eq!(message(""), None);
    }

    #[test]
    fn hints_in_the_body() {
        let hint = |details: &str| read(&format!(r#"{{"details":{details}}}"#)).hint;
        assert_eq!(
            hint(r#"{"retryAfterSeconds":"3"}"#),
            Some(Duration::from_secs(3))
        );
        assert_eq!(hint(r#"{"retryAfterSeconds":-3}"#), None);
        assert_eq!(hint(r#"{"retryAfterSeconds":1e300}"#), Some(Duration::MAX));
        let both = r#"{"retryAfterSeconds":null,"resetAt":"1994-11-06T08:50:37Z"}"#;
        assert_eq!(hint(both), Some(Duration::from_secs(60)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_fine(body: Vec<u8>) {
            ErrorBody::read(&body, &SHAPE, SystemTime::UNIX_EPOCH);
        }
    }
}
