//! Which components requests, responses and webhooks can contain.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::spec::document::{
    items, json_schema, members, operations, schema, schema_name, strings, sub_schemas, text,
};

/// The components reachable from each side.
#[derive(Debug, Default)]
pub struct Reach {
    /// From request bodies, parameters and answers to webhooks.
    pub sent: BTreeSet<String>,
    /// From responses, error details and webhooks.
    pub received: BTreeSet<String>,
    /// From webhooks, and from nothing else.
    pub webhooks: BTreeSet<String>,
}

impl Reach {
    /// Whether a component becomes a type.
    pub fn is_generated(&self, component: &str) -> bool {
        self.sent.contains(component) || self.received.contains(component)
    }
}

/// Follows all references in the document.
pub fn reach(document: &Value) -> Reach {
    let mut reach = Reach::default();
    for operation in operations(document) {
        for parameter in items(operation.value.get("parameters")) {
            if let Some(schema) = parameter.get("schema") {
                follow(document, schema, &mut reach.sent);
            }
        }
        if let Some(body) = operation.value.get("requestBody").and_then(json_schema) {
            follow(document, body, &mut reach.sent);
        }
        for (status, response) in members(operation.value.get("responses")) {
            // Error bodies are read by the transport.
            if let Some(body) = json_schema(response).filter(|_| status.starts_with('2')) {
                follow(document, body, &mut reach.received);
            }
        }
    }
    let errors = document.get("x-threadline-errors");
    let rules = errors.and_then(|errors| errors.get("codes"));
    let details = members(rules).filter_map(|(_, rule)| text(rule, "details"));
    let codes = errors.and_then(|errors| text(errors, "code-schema"));
    for name in details.chain(codes) {
        enter(document, name, &mut reach.received);
    }
    let mut webhooks = [BTreeSet::new(), BTreeSet::new()];
    let declared = document.get("x-threadline-webhooks");
    for (found, member) in webhooks.iter_mut().zip(["received", "answered"]) {
        for name in strings(declared.and_then(|declared| declared.get(member))) {
            enter(document, &name, found);
        }
    }
    let only = |name: &&String| !reach.is_generated(name);
    reach.webhooks = webhooks.iter().flatten().filter(only).cloned().collect();
    let [mut received, mut answered] = webhooks;
    reach.received.append(&mut received);
    reach.sent.append(&mut answered);
    reach
}

/// The components that a schema refers to, directly or not.
pub fn from(document: &Value, schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    follow(document, schema, &mut found);
    found
}

/// All components that operations, error responses and webhooks mention, directly or not.
pub fn mentioned(document: &Value) -> BTreeSet<String> {
    let reach = reach(document);
    let mut mentioned = reach.sent;
    mentioned.extend(reach.received);
    for operation in operations(document) {
        // A parameter may carry JSON, which is sent as text.
        let parameters = items(operation.value.get("parameters"));
        let responses = members(operation.value.get("responses")).map(|(_, response)| response);
        for holder in parameters.chain(responses) {
            if let Some(body) = json_schema(holder) {
                follow(document, body, &mut mentioned);
            }
        }
    }
    mentioned
}

fn enter(document: &Value, name: &str, found: &mut BTreeSet<String>) {
    if found.insert(name.to_owned())
        && let Some(component) = schema(document, name)
    {
        follow(document, component, found);
    }
}

fn follow(document: &Value, from: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = text(from, "$ref").and_then(schema_name) {
        enter(document, name, found);
    }
    for (_, inner) in sub_schemas(from) {
        follow(document, inner, found);
    }
}
