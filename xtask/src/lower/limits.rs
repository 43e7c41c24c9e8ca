//! Turns limits on requests into data, before they are removed from the schemas.
//!
//! A pattern counts only where it is declared inline: patterns of id components are observations, not guarantees, and
//! ids are opaque.

use serde_json::Value;

use crate::document::{items, json_schema, members, referenced, schema, text};
use crate::facts::{BoundFacts, Facts, Limit};

pub fn apply(document: &Value, facts: &mut Facts) {
    for operation in &mut facts.operations {
        let declared = document
            .get("paths")
            .and_then(|paths| paths.get(&operation.path))
            .and_then(|item| item.get(operation.method.to_lowercase()));
        let Some(declared) = declared else { continue };
        for parameter in items(declared.get("parameters")) {
            let place = match text(parameter, "in") {
                Some("path") => "Path",
                Some("header") => "Header",
                _ => "Query",
            };
            let name = text(parameter, "name").unwrap_or_default();
            if let Some(schema) = parameter.get("schema") {
                of_parameter(document, schema, place, name, &mut operation.bounds);
            }
        }
        if let Some(body) = declared.get("requestBody").and_then(json_schema) {
            inside(document, body, "", 0, &mut operation.bounds);
        }
    }
}

/// The limits of a parameter, and of its items, which are sent as separate values.
fn of_parameter(
    document: &Value,
    schema: &Value,
    place: &'static str,
    name: &str,
    bounds: &mut Vec<BoundFacts>,
) {
    own(target(document, schema), schema, place, name, bounds);
    if let Some(item) = target(document, schema).get("items") {
        own(target(document, item), item, place, name, bounds);
    }
}

fn target<'a>(document: &'a Value, declared: &'a Value) -> &'a Value {
    referenced(declared)
        .and_then(|name| schema(document, name))
        .unwrap_or(declared)
}

/// All limits in a body's schema.
fn inside(document: &Value, declared: &Value, at: &str, depth: u8, bounds: &mut Vec<BoundFacts>) {
    // Request bodies are trees; the depth limit only guards against a spec where they are not.
    if depth > 8 {
        return;
    }
    let found = target(document, declared);
    if !at.is_empty() {
        own(found, declared, "Body", at, bounds);
    }
    for part in ["allOf", "oneOf", "anyOf"]
        .iter()
        .flat_map(|keyword| items(found.get(keyword)))
    {
        inside(document, part, at, depth + 1, bounds);
    }
    for (name, property) in members(found.get("properties")) {
        inside(
            document,
            property,
            &format!("{at}/{name}"),
            depth + 1,
            bounds,
        );
    }
    if let Some(item) = found.get("items") {
        inside(document, item, &format!("{at}/*"), depth + 1, bounds);
    }
}

fn own(
    found: &Value,
    declared: &Value,
    place: &'static str,
    at: &str,
    bounds: &mut Vec<BoundFacts>,
) {
    let mut add = |rule, limit| {
        bounds.push(BoundFacts {
            place,
            at: at.to_owned(),
            rule: (rule, limit),
        });
    };
    for (keyword, rule) in [
        ("minLength", "MinLength"),
        ("maxLength", "MaxLength"),
        ("minItems", "MinItems"),
        ("maxItems", "MaxItems"),
    ] {
        let count = found
            .get(keyword)
            .and_then(Value::as_u64)
            .and_then(|count| u32::try_from(count).ok());
        if let Some(count) = count {
            add(rule, Limit::Count(count));
        }
    }
    for (keyword, rule) in [("minimum", "Minimum"), ("maximum", "Maximum")] {
        if let Some(number) = found.get(keyword).and_then(Value::as_f64) {
            add(rule, Limit::Number(number));
        }
    }
    if let Some(pattern) = text(declared, "pattern") {
        add("Pattern", Limit::Pattern(pattern.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::operations;

    #[test]
    fn bounds_of_parameters_and_bodies_are_found_where_they_hold() {
        let document = json!({
            "paths": {"/a/{id}": {"post": {
                "operationId": "send",
                "x-threadline-idempotent": false,
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"$ref": "#/components/schemas/Id"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {"name": "Key", "in": "header", "schema": {"type": "string", "pattern": "^[a-z]$"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
            }}},
            "components": {"schemas": {
                "Id": {"type": "string", "pattern": "^[0-9a-z]+$"},
                "Body": {"type": "object", "properties": {"parts": {"type": "array", "maxItems": 2, "items": {
                    "type": "object", "properties": {"text": {"type": "string", "minLength": 1}}}}}},
            }},
        });
        let mut facts = Facts::default();
        operations::apply(&document, &mut facts).unwrap();
        apply(&document, &mut facts);
        let found = facts.operations[0]
            .bounds
            .iter()
            .map(|bound| (bound.place, bound.at.as_str(), bound.rule.0))
            .collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                ("Query", "limit", "Maximum"),
                ("Header", "Key", "Pattern"),
                ("Body", "/parts", "MaxItems"),
                ("Body", "/parts/*/text", "MinLength"),
            ]
        );
    }
}
