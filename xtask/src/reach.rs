//! Which components requests and responses can contain.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{json_schema, members, operations, schema, schema_name, sub_schemas, text};

/// The components reachable from each side.
#[derive(Debug, Default)]
pub struct Reach {
    /// From request bodies and parameters.
    pub sent: BTreeSet<String>,
    /// From responses, plus components that no operation reaches (webhook payloads, error details).
    pub received: BTreeSet<String>,
}

/// Follows all references in the document.
pub fn reach(document: &Value) -> Reach {
    let mut reach = Reach::default();
    for operation in operations(document) {
        for parameter in crate::document::items(operation.value.get("parameters")) {
            if let Some(schema) = parameter.get("schema") {
                follow(document, schema, &mut reach.sent);
            }
        }
        if let Some(body) = operation.value.get("requestBody").and_then(json_schema) {
            follow(document, body, &mut reach.sent);
        }
        for (_, response) in members(operation.value.get("responses")) {
            if let Some(body) = json_schema(response) {
                follow(document, body, &mut reach.received);
            }
        }
    }
    for (name, component) in crate::document::schemas(document) {
        if !reach.sent.contains(name) && !reach.received.contains(name) {
            reach.received.insert(name.clone());
            follow(document, component, &mut reach.received);
        }
    }
    reach
}

fn follow(document: &Value, from: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = text(from, "$ref").and_then(schema_name)
        && found.insert(name.to_owned())
        && let Some(component) = schema(document, name)
    {
        follow(document, component, found);
    }
    for (_, inner) in sub_schemas(from) {
        follow(document, inner, found);
    }
}
