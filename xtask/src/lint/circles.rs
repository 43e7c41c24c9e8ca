//! A schema may contain itself as a property, where a value can end; otherwise it must not consist of itself.

use std::collections::HashSet;

use serde_json::Value;

use super::report;
use crate::finding::Finding;
use crate::spec::document::{items, schema, schema_name, schemas, text};

/// The rule's name.
pub const RULE: &str = "circle";

pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    for (name, component) in schemas(spec) {
        if made_of(spec, component).contains(name.as_str()) {
            report(
                findings,
                &format!("/components/schemas/{name}"),
                RULE,
                format!("`{name}` is made of itself"),
                "put the reference that leads back into a property of an object",
            );
        }
    }
}

/// The names of all components that a schema aliases, composes or collects.
fn made_of<'a>(spec: &'a Value, from: &'a Value) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    let mut left = vec![from];
    while let Some(at) = left.pop() {
        if let Some(name) = text(at, "$ref").and_then(schema_name)
            && names.insert(name)
        {
            left.extend(schema(spec, name));
        }
        for keyword in [
            "allOf",
            "oneOf",
            "anyOf",
            "not",
            "items",
            "additionalProperties",
        ] {
            let inner = at.get(keyword);
            left.extend(inner.filter(|inner| inner.is_object()));
            left.extend(items(inner));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::broken;

    #[test]
    fn nothing_is_made_of_itself() {
        let itself = json!({"$ref": "#/components/schemas/A"});
        for (thread, other) in [
            (itself.clone(), json!({"$ref": "#/components/schemas/A"})),
            (
                itself.clone(),
                json!({"allOf": [{"type": "object"}, itself]}),
            ),
            (itself.clone(), json!({"type": "array", "items": itself})),
            (itself.clone(), json!({"oneOf": [{"anyOf": [itself]}]})),
            (
                itself.clone(),
                json!({"not": {"$ref": "#/components/schemas/Thread"}}),
            ),
        ] {
            let found = broken("/components/schemas", |schemas| {
                schemas["Thread"] = thread;
                schemas["A"] = other;
            });
            assert!(
                found.contains(&("/components/schemas/A".to_owned(), super::RULE)),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_schema_may_hold_itself() {
        let found = broken("/components/schemas/Thread/properties", |properties| {
            properties["parent"] = json!({
                "description": "Where it came from.",
                "allOf": [{"$ref": "#/components/schemas/Thread"}],
            });
        });
        assert_eq!(found, []);
    }
}
