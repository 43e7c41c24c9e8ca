//! Saving and loading the records of an API: lists by kind, such as `threads` and `messages`.
//!
//! A loaded list replaces the generated one; lists that are missing stay as they are. Messages belong
//! to threads, so threads that are loaded without messages have none.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Map, Value};

use super::collection::{Collection, Record};

/// What describes a state and is no list of records.
const DESCRIPTIONS: [&str; 2] = ["provider", "requests"];

/// The records of these collections.
pub(crate) fn save(collections: &[(&str, &Collection)]) -> Record {
    let lists = collections
        .iter()
        .map(|(name, records)| ((*name).to_owned(), Value::Array(records.to_values())));
    lists.collect()
}

/// Replaces the collections that are given.
pub(crate) fn load(
    collections: Vec<(&str, &mut Collection)>,
    given: &Record,
) -> Result<(), String> {
    let names: Vec<&str> = collections.iter().map(|(name, _)| *name).collect();
    let is_known =
        |name: &&String| names.contains(&name.as_str()) || DESCRIPTIONS.contains(&name.as_str());
    if let Some(unknown) = given.keys().find(|name| !is_known(name)) {
        let known = names.join(", ");
        return Err(format!(
            "{unknown} is no list of records; there are {known}"
        ));
    }
    let mut loaded = Vec::new();
    for (name, collection) in collections {
        match given.get(name) {
            Some(list) => loaded.push((collection, read(name, list)?)),
            None if name == "messages" && given.contains_key("threads") => {
                loaded.push((collection, Collection::default()));
            }
            None => {}
        }
    }
    for (collection, records) in loaded {
        *collection = records;
    }
    Ok(())
}

/// A seed for new identifiers, other than those of records that are loaded.
pub(crate) fn identifier_seed(given: &Record) -> u64 {
    let mut hasher = DefaultHasher::new();
    Value::Object(given.clone()).to_string().hash(&mut hasher);
    hasher.finish()
}

fn read(name: &str, list: &Value) -> Result<Collection, String> {
    let Value::Array(list) = list else {
        return Err(format!("{name} must be a list"));
    };
    let mut records = Collection::default();
    for (position, record) in list.iter().enumerate() {
        let id = record
            .as_object()
            .and_then(|record: &Map<_, _>| record.get("id"));
        if !id.is_some_and(Value::is_string) {
            return Err(format!("{name}[{position}] must be an object with an id"));
        }
        if !records.add(record.clone()) {
            return Err(format!("{name}[{position}] has the id of another one"));
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn loaded(given: Value) -> Result<(usize, usize), String> {
        let mut threads = Collection::default();
        let mut messages = Collection::default();
        threads.add(json!({"id": "a"}));
        messages.add(json!({"id": "m"}));
        let collections = vec![("threads", &mut threads), ("messages", &mut messages)];
        let Value::Object(given) = given else {
            return Err("an object is loaded".to_owned());
        };
        load(collections, &given)?;
        Ok((threads.len(), messages.len()))
    }

    #[test]
    fn given_lists_replace_the_others() {
        let two = json!([{"id": "b"}, {"id": "c"}]);
        assert_eq!(loaded(json!({"provider": "x", "threads": two})), Ok((2, 0)));
        assert_eq!(loaded(json!({"messages": two})), Ok((1, 2)));
        assert_eq!(loaded(json!({"threads": [], "messages": two})), Ok((0, 2)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |given| loaded(given).unwrap_err();
        assert_eq!(
            error(json!({"thread": []})),
            "thread is no list of records; there are threads, messages"
        );
        assert_eq!(error(json!({"threads": {}})), "threads must be a list");
        assert_eq!(
            error(json!({"threads": [{"id": 1}]})),
            "threads[0] must be an object with an id"
        );
        assert_eq!(
            error(json!({"threads": [{"id": "b"}, {"id": "b"}]})),
            "threads[1] has the id of another one"
        );
    }
}
