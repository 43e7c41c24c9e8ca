//! The unified values as JSON, and by their JSON Schemas.

use jsonschema::Validator;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use threadline::{Assignee, Thread, ThreadId, ThreadProvider, ThreadUpdate};

fn validator<T: JsonSchema>() -> Validator {
    let schema = schema_for!(T).to_value();
    jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{error} in {schema:#}"))
}

/// Writes a value and reads it again; its schema allows what was written.
fn round_trip<T: Serialize + DeserializeOwned + JsonSchema>(value: &T) -> T {
    let written = serde_json::to_value(value).unwrap();
    let validator = validator::<T>();
    let complaints: Vec<_> = validator
        .iter_errors(&written)
        .map(|e| e.to_string())
        .collect();
    assert!(complaints.is_empty(), "{complaints:?} in {written:#}");
    serde_json::from_value(written).unwrap()
}

/// A provider's thread, and what can be asked of it, survive being written and read.
pub async fn round_trips(provider: &dyn ThreadProvider, id: &ThreadId) {
    let user = Assignee::user("h7hbetn74ohz");
    for update in [
        ThreadUpdate::new().close(),
        ThreadUpdate::new().reopen().assign(user),
        ThreadUpdate::new().unassign(),
    ] {
        assert_eq!(round_trip(&update), update);
        let thread = provider
            .update_thread(id, &round_trip(&update))
            .await
            .unwrap();
        let read: Thread = round_trip(&thread);
        assert_eq!(read, thread);
        let written = serde_json::to_value(&thread).unwrap();
        assert_eq!(written["provider"], provider.kind().as_str());
        assert_eq!(written["id"], id.as_str());
        let is_remote = provider.native_client().is_some();
        assert_eq!(written["native"].is_object(), is_remote, "{written}");
    }
    assert_eq!(round_trip(id), *id);
}

/// The schema of an update and what reads it agree on every document.
#[test]
fn an_updates_schema_allows_what_can_be_read_and_no_more() {
    let validator = validator::<ThreadUpdate>();
    let agent = json!({"type": "agent", "id": "A"});
    for (document, meaning) in [
        (json!({}), Some(ThreadUpdate::new())),
        (
            json!({"status": "closed"}),
            Some(ThreadUpdate::new().close()),
        ),
        (
            json!({"status": "snoozed"}),
            Some(ThreadUpdate::new().status("snoozed")),
        ),
        (json!({"status": null}), Some(ThreadUpdate::new())),
        (
            json!({"assignee": null}),
            Some(ThreadUpdate::new().unassign()),
        ),
        (
            json!({"assignee": agent}),
            Some(ThreadUpdate::new().assign(Assignee::agent("A"))),
        ),
        (
            json!({"status": "open", "assignee": null}),
            Some(ThreadUpdate::new().reopen().unassign()),
        ),
        (json!({"status": 1}), None),
        (json!({"status": ["closed"]}), None),
        (json!({"assignee": "A"}), None),
        (json!({"assignee": {"id": "A"}}), None),
        (json!({"assignee": {"type": "agent"}}), None),
        (json!({"assignee": {"type": "agent", "id": null}}), None),
        (json!({"assigneeId": "A"}), None),
        (json!({"status": "closed", "colour": "red"}), None),
        (Value::Null, None),
        (json!("closed"), None),
    ] {
        let read = serde_json::from_value::<ThreadUpdate>(document.clone()).ok();
        assert_eq!(read, meaning, "{document}");
        assert_eq!(
            validator.is_valid(&document),
            meaning.is_some(),
            "{document}"
        );
    }
}

/// The schemas are fit to describe a tool's input: closed, described, and with the known words.
#[test]
fn the_schemas_help_whoever_fills_them_in() {
    let schema = schema_for!(ThreadUpdate).to_value();
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema.get("required"), None);
    for property in ["status", "assignee"] {
        let described = &schema["properties"][property]["description"];
        assert!(described.is_string(), "{property}: {schema:#}");
    }
    let text = schema.to_string();
    for word in ["open", "closed", "user", "agent"] {
        assert!(
            text.contains(&format!("{word:?}")),
            "{word} is not in {text}"
        );
    }
    let assignee = validator::<Assignee>();
    assert!(assignee.is_valid(&json!({"type": "user", "id": "U"})));
    assert!(assignee.is_valid(&json!({"type": "team", "id": "T"})));
    assert!(!assignee.is_valid(&json!({"type": "user"})));
}
