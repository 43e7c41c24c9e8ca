//! What control endpoints read and answer: JSON.

use axum::Json;
use http::StatusCode;
use serde_json::{Map, Value, json};

/// A JSON answer.
pub(super) type Answer = (StatusCode, Json<Value>);

/// The answer to a successful request.
pub(super) fn ok(body: Value) -> Answer {
    (StatusCode::OK, Json(body))
}

/// The answer to a request that cannot be fulfilled.
pub(super) fn error(status: StatusCode, message: impl Into<String>) -> Answer {
    let message: String = message.into();
    (status, Json(json!({ "error": message })))
}

/// The fields of a body, each of which is used up by reading it.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Parses a body, which has to be a JSON object.
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err("the body must be a JSON object".to_owned()),
            Err(error) => Err(format!("the body must be a JSON object: {error}")),
        }
    }

    /// The value of a field; `None` if it is missing or null.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// The value of a field that is null if it is nothing else; `None` if it is missing.
    pub(super) fn take_nullable(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// The value of a string field.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name} must be a string")),
        }
    }

    /// The value of a number field.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                Some(number) => Ok(Some(number)),
                None => Err(format!("{name} must be a number")),
            },
        }
    }

    /// The value of a field that is a whole number between these.
    pub(super) fn count(&mut self, name: &str, most: u32) -> Result<Option<u32>, String> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
        match count.filter(|count| (1..=most).contains(count)) {
            Some(count) => Ok(Some(count)),
            None => Err(format!("{name} must be a whole number from 1 to {most}")),
        }
    }

    /// Fails if a field has not been read, because it is unknown.
    pub(super) fn finish(self, known: &str) -> Result<(), String> {
        match self.0.keys().next() {
            Some(name) => Err(format!("{name} is not a known field; there are {known}")),
            None => Ok(()),
        }
    }
}
