//! Collections of records with ids, in insertion order.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// A JSON object with an `id`, as its API shows it.
pub(crate) type Record = Map<String, Value>;

/// Records with ids, in insertion order.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    ids: Vec<String>,
    records: HashMap<String, Record>,
}

impl Collection {
    /// Adds a record, unless it has no id or its id is taken. Returns whether it was added.
    pub(crate) fn add(&mut self, record: Value) -> bool {
        let Value::Object(record) = record else {
            return false;
        };
        let Some(id) = record.get("id").and_then(Value::as_str).map(str::to_owned) else {
            return false;
        };
        if self.records.contains_key(&id) {
            return false;
        }
        self.ids.push(id.clone());
        self.records.insert(id, record);
        true
    }

    /// The record with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Record> {
        self.records.get(id)
    }

    /// The record with this id, mutable.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Record> {
        self.records.get_mut(id)
    }

    /// Removes the record with this id.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Record> {
        let record = self.records.remove(id)?;
        self.ids.retain(|known| known != id);
        Some(record)
    }

    /// Keeps only the records that match.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&Record) -> bool) {
        self.records.retain(|_, record| wanted(record));
        self.ids.retain(|id| self.records.contains_key(id));
    }

    /// Whether there is a record with this id.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.records.contains_key(id)
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// All records, in insertion order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.ids.iter().filter_map(|id| self.records.get(id))
    }

    /// All records, mutable, in no particular order.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.records.values_mut()
    }

    /// Copies of all records, in insertion order.
    pub(crate) fn to_values(&self) -> Vec<Value> {
        self.iter().cloned().map(Value::Object).collect()
    }

    /// All ids, in insertion order.
    pub(crate) fn ids(&self) -> &[String] {
        &self.ids
    }
}

/// The value of a string field; empty if it is not a string.
pub(crate) fn text<'a>(record: &'a Record, field: &str) -> &'a str {
    record
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The value of a field; null if it is missing.
pub(crate) fn value(record: &Record, field: &str) -> Value {
    record.get(field).cloned().unwrap_or_default()
}

/// Sets a field. Returns whether its value changed.
pub(crate) fn set(record: &mut Record, field: &str, value: impl Into<Value>) -> bool {
    let value = value.into();
    let before = record.insert(field.to_owned(), value.clone());
    before.unwrap_or_default() != value
}

/// A copy of an object with a field set.
pub(crate) fn with(record: Value, field: &str, value: impl Into<Value>) -> Value {
    match record {
        Value::Object(mut record) => {
            set(&mut record, field, value);
            Value::Object(record)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_the_first_record_of_an_id() {
        let mut collection = Collection::default();
        assert!(collection.add(json!({"id": "b", "n": 1})));
        assert!(collection.add(json!({"id": "a", "n": 2})));
        assert!(!collection.add(json!({"id": "b", "n": 3})));
        assert!(!collection.add(json!({"n": 4})));
        assert_eq!(collection.ids(), ["b", "a"]);
        assert_eq!(collection.get("b").unwrap()["n"], 1);
        collection
            .get_mut("a")
            .unwrap()
            .insert("n".to_owned(), json!(5));
        assert_eq!(collection.get("a").unwrap()["n"], 5);
        assert_eq!(collection.remove("b").unwrap()["n"], 1);
        assert_eq!(
            (collection.len(), collection.ids()),
            (1, &["a".to_owned()][..])
        );
    }

    #[test]
    fn setting_reports_whether_the_value_changed() {
        let mut record = Record::new();
        assert!(!set(&mut record, "a", Value::Null));
        assert!(set(&mut record, "a", 1));
        assert!(!set(&mut record, "a", 1));
        assert_eq!((text(&record, "a"), value(&record, "a")), ("", json!(1)));
    }
}
