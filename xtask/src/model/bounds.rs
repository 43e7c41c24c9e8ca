//! Reads the limits on requests.
//!
//! A pattern counts only where it is declared inline: patterns of id components are observations, not guarantees, and
//! ids are opaque.

use serde_json::Value;

use super::{Bound, Place, Rule};
use crate::spec::document::{
    OperationAt, integer, items, json_schema, members, referenced, schema, text,
};

pub fn read(document: &Value, at: &OperationAt<'_>) -> Vec<Bound> {
    let mut bounds = Vec::new();
    for parameter in items(at.value.get("parameters")) {
        let place = match text(parameter, "in") {
            Some("path") => Place::Path,
            Some("header") => Place::Header,
            _ => Place::Query,
        };
        let name = text(parameter, "name").unwrap_or_default();
        if let Some(schema) = parameter.get("schema") {
            of_parameter(document, schema, place, name, &mut bounds);
        }
    }
    if let Some(body) = at.value.get("requestBody").and_then(json_schema) {
        inside(document, body, "", 0, &mut bounds);
    }
    bounds
}

/// The limits of a field, for its documentation.
pub fn of_field(declared: &Value) -> Vec<Rule> {
    let mut bounds = Vec::new();
    own(declared, &Value::Null, Place::Body, "", &mut bounds);
    bounds.into_iter().map(|bound| bound.rule).collect()
}

/// The limits of a parameter, and of its items, which are sent as separate values.
fn of_parameter(
    document: &Value,
    schema: &Value,
    place: Place,
    name: &str,
    bounds: &mut Vec<Bound>,
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
fn inside(document: &Value, declared: &Value, at: &str, depth: u8, bounds: &mut Vec<Bound>) {
    // Request bodies are trees; the depth limit only guards against a spec where they are not.
    if depth > 8 {
        return;
    }
    let found = target(document, declared);
    if !at.is_empty() {
        own(found, declared, Place::Body, at, bounds);
    }
    for part in items(found.get("allOf")) {
        inside(document, part, at, depth + 1, bounds);
    }
    for keyword in ["oneOf", "anyOf"] {
        let shapes = items(found.get(keyword)).map(|shape| {
            let mut bounds = Vec::new();
            inside(document, shape, at, depth + 1, &mut bounds);
            (shape, bounds)
        });
        bounds.extend(shared(document, at, &shapes.collect::<Vec<_>>()));
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

/// The limits of a union's members that hold for every member with the value: which member a
/// request carries is not known where the limits are checked.
fn shared(document: &Value, at: &str, shapes: &[(&Value, Vec<Bound>)]) -> Vec<Bound> {
    let mut kept = Vec::<Bound>::new();
    for bound in shapes.iter().flat_map(|(_, bounds)| bounds) {
        let first = bound
            .at
            .strip_prefix(at)
            .and_then(|rest| rest.split('/').nth(1));
        let has_value = |shape: &Value| match first {
            Some("*") => target(document, shape).get("items").is_some(),
            Some(name) => has_property(document, shape, name),
            None => true,
        };
        let holds = shapes.iter().all(|(shape, bounds)| {
            !has_value(shape)
                || bounds
                    .iter()
                    .any(|other| other.at == bound.at && other.rule == bound.rule)
        });
        let is_known = kept
            .iter()
            .any(|known| known.at == bound.at && known.rule == bound.rule);
        if holds && !is_known {
            kept.push(bound.clone());
        }
    }
    kept
}

fn has_property(document: &Value, shape: &Value, name: &str) -> bool {
    let shape = target(document, shape);
    shape
        .get("properties")
        .and_then(|properties| properties.get(name))
        .is_some()
        || items(shape.get("allOf")).any(|part| has_property(document, part, name))
}

fn own(found: &Value, declared: &Value, place: Place, at: &str, bounds: &mut Vec<Bound>) {
    let count = |keyword: &str| integer(found.get(keyword));
    let number = |keyword: &str| found.get(keyword).and_then(Value::as_f64);
    let limits = [
        count("minLength").map(Rule::MinLength),
        count("maxLength").map(Rule::MaxLength),
        count("minItems").map(Rule::MinItems),
        count("maxItems").map(Rule::MaxItems),
        number("minimum").map(Rule::Minimum),
        number("maximum").map(Rule::Maximum),
    ];
    let pattern = text(declared, "pattern").map(|pattern| Rule::Pattern(pattern.to_owned()));
    bounds.extend(
        limits
            .into_iter()
            .flatten()
            .chain(pattern)
            .map(|rule| Bound {
                place,
                at: at.to_owned(),
                rule,
            }),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::document::operations;

    #[test]
    fn bounds_of_parameters_and_bodies_are_found_where_they_hold() {
        let document = json!({
            "paths": {"/a/{id}": {"post": {
                "operationId": "messages.send",
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
        let operations = operations(&document);
        let found = read(&document, operations.first().unwrap());
        let found = found
            .iter()
            .map(|bound| (bound.place, bound.at.as_str(), bound.rule.clone()));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                (Place::Query, "limit", Rule::Maximum(100.0)),
                (Place::Header, "Key", Rule::Pattern("^[a-z]$".to_owned())),
                (Place::Body, "/parts", Rule::MaxItems(2)),
                (Place::Body, "/parts/*/text", Rule::MinLength(1)),
            ]
        );
    }

    #[test]
    fn a_limit_of_one_member_of_a_union_does_not_bind_another() {
        let document = json!({
            "paths": {"/a": {"post": {
                "requestBody": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Part"}}}},
            }}},
            "components": {"schemas": {
                "Part": {"oneOf": [
                    {"$ref": "#/components/schemas/Text"}, {"$ref": "#/components/schemas/Note"}]},
                "Text": {"type": "object", "properties": {
                    "body": {"type": "string", "minLength": 1, "maxLength": 10},
                    "tone": {"type": "string", "maxLength": 3}}},
                "Note": {"type": "object", "properties": {
                    "body": {"type": "string", "minLength": 1, "maxLength": 99}}},
            }},
        });
        let operations = operations(&document);
        let found = read(&document, operations.first().unwrap());
        let found = found
            .iter()
            .map(|bound| (bound.at.as_str(), bound.rule.clone()));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [("/body", Rule::MinLength(1)), ("/tone", Rule::MaxLength(3))]
        );
    }
}
