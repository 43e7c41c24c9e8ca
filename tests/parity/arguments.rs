//! The arguments of a call as JSON, and what comes of it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use threadline_transport::{Error, IdempotencyKey, KeyChoice, Response, SkippedField};

/// A member of the body.
pub enum Member<T> {
    /// It is not there.
    Absent,
    /// It is `null`.
    Null,
    /// It has a value.
    Value(T),
}

impl<T> Member<T> {
    /// The value, which must be there.
    pub fn value(self) -> T {
        match self {
            Self::Value(value) => value,
            Self::Absent | Self::Null => panic!("a required member is missing"),
        }
    }
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// The parameters by the names they have on the wire.
    pub parameters: BTreeMap<String, Value>,
    /// The body.
    pub body: Option<Value>,
}

impl Arguments {
    /// A parameter that must be there.
    pub fn required<T: DeserializeOwned>(&self, name: &str) -> T {
        self.optional(name)
            .unwrap_or_else(|| panic!("{name} is missing"))
    }

    /// A parameter, if it is there.
    pub fn optional<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = self.parameters.get(name)?;
        Some(read(name, value))
    }

    /// The idempotency key; none if it is not there.
    pub fn key(&self, name: &str) -> KeyChoice {
        self.optional::<String>(name)
            .map_or(KeyChoice::Without, |key| {
                IdempotencyKey::new(key).expect("a key").into()
            })
    }

    /// A member of the body.
    pub fn member<T: DeserializeOwned>(&self, name: &str) -> Member<T> {
        let body = self.body.as_ref().expect("there is a body");
        match body.get(name) {
            None => Member::Absent,
            Some(Value::Null) => Member::Null,
            Some(value) => Member::Value(read(name, value)),
        }
    }

    /// The body.
    pub fn body<T: DeserializeOwned>(&self) -> T {
        read("the body", self.body.as_ref().expect("there is a body"))
    }
}

fn read<T: DeserializeOwned>(name: &str, value: &Value) -> T {
    serde_json::from_value(value.clone())
        .unwrap_or_else(|error| panic!("{name} cannot be {value}: {error}"))
}

/// What a client made of an answer.
#[derive(Debug)]
pub struct Received {
    /// The HTTP status.
    pub status: u16,
    /// The value, encoded again.
    pub value: Value,
    /// The members that were left out of it.
    pub skipped: Vec<SkippedField>,
}

/// What comes of a call.
pub type Outcome = Result<Received, Error>;

/// What comes of a call, whatever it gives back.
pub fn outcome<T: Serialize>(result: Result<Response<T>, Error>) -> Outcome {
    result.map(|response| Received {
        status: response.status(),
        skipped: response.skipped().to_vec(),
        value: serde_json::to_value(response.as_ref()).expect("a value is JSON"),
    })
}
