//! JSON that says the same.

use serde_json::Value;

/// The same JSON without members that are `null`, and with every number as a float: two values
/// that differ in nothing else say the same.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Number(number) => Value::from(number.as_f64()),
        other => other.clone(),
    }
}
