//! Collections of records with ids, in insertion order.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// A JSON object with an `id`, as its API shows it.
pub(crate) type Document = Map<String, Value>;

/// Records with ids, in insertion order.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    ids: Vec<String>,
    documents: HashMap<String, Document>,
}

impl Collection {
    /// Adds a record, unless it has no id or its id is taken. Returns whether it was added.
    pub(crate) fn add(&mut self, thing: Value) -> bool {
        let Value::Object(document) = thing else {
            return false;
        };
        let Some(id) = document
            .get("id")
            .and_then(Value::as_str)
            .map(str::to_owned)
        else {
            return false;
        };
        if self.documents.contains_key(&id) {
            return false;
        }
        self.ids.push(id.clone());
        self.documents.insert(id, document);
        true
    }

    /// The record with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Document> {
        self.documents.get(id)
    }

    /// The record with this id, mutable.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Document> {
        self.documents.get_mut(id)
    }

    /// Removes the record with this id.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Document> {
        let document = self.documents.remove(id)?;
        self.ids.retain(|known| known != id);
        Some(document)
    }

    /// Keeps only the records that match.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&Document) -> bool) {
        self.documents.retain(|_, document| wanted(document));
        self.ids.retain(|id| self.documents.contains_key(id));
    }

    /// Whether there is a record with this id.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.documents.contains_key(id)
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// All records, in insertion order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Document> {
        self.ids.iter().filter_map(|id| self.documents.get(id))
    }

    /// All records, mutable, in no particular order.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Document> {
        self.documents.values_mut()
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
pub(crate) fn text<'a>(document: &'a Document, field: &str) -> &'a str {
    document
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The value of a field; null if it is missing.
pub(crate) fn value(document: &Document, field: &str) -> Value {
    document.get(field).cloned().unwrap_or_default()
}

/// Sets a field. Returns whether its value changed.
pub(crate) fn set(document: &mut Document, field: &str, value: impl Into<Value>) -> bool {
    let value = value.into();
    let before = document.insert(field.to_owned(), value.clone());
    before.unwrap_or_default() != value
}

/// A copy of an object with a field set.
pub(crate) fn with(thing: Value, field: &str, value: impl Into<Value>) -> Value {
    match thing {
        Value::Object(mut document) => {
            set(&mut document, field, value);
            Value::Object(document)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_the_first_thing_of_an_id() {
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
    fn setting_says_whether_it_changed_anything() {
        let mut document = Document::new();
        assert!(!set(&mut document, "a", Value::Null));
        assert!(set(&mut document, "a", 1));
        assert!(!set(&mut document, "a", 1));
        assert_eq!(
            (text(&document, "a"), value(&document, "a")),
            ("", json!(1))
        );
    }
}
