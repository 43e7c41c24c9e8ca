//! Removes limits, patterns, formats and defaults from the schemas: a response outside its limits must still decode,
//! and the client never sends defaults.

use serde_json::Value;

use crate::spec::document::{each_schema_anywhere, text};

const BOUNDS: [&str; 13] = [
    "default",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "pattern",
];

pub fn apply(document: &mut Value) {
    each_schema_anywhere(document, &mut |schema| {
        let tuple = is_tuple(&Value::Object(schema.clone()));
        schema.retain(|keyword, _| {
            !(BOUNDS.contains(&keyword.as_str()) || keyword == "uniqueItems")
                || (tuple && (keyword == "minItems" || keyword == "maxItems"))
        });
        let format = schema
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if !matches!(format, "date-time" | "int32" | "int64") {
            schema.remove("format");
        }
        // Enumerations have their own types by now; only constants, such as a version, are left.
        schema.remove("enum");
        // `additionalProperties: false` on a request body does not affect the Rust type. Neither does an open object:
        // its additional fields are generated from the facts.
        if schema.get("additionalProperties") == Some(&Value::Bool(false))
            || schema.contains_key("properties")
        {
            schema.remove("additionalProperties");
        }
    });
}

/// A list with a fixed number of items is a tuple.
fn is_tuple(schema: &Value) -> bool {
    text(schema, "type") == Some("array")
        && schema
            .get("minItems")
            .is_some_and(|least| Some(least) == schema.get("maxItems"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bounds_go_and_tuples_stay() {
        let mut document = json!({"components": {"schemas": {"A": {"type": "object", "properties": {
            "id": {"type": "string", "pattern": "^a$", "minLength": 1, "format": "uri"},
            "at": {"type": "string", "format": "date-time"},
            "pair": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number", "minimum": 0}},
            "list": {"type": "array", "maxItems": 4, "items": {"type": "string"}},
        }}}}});
        apply(&mut document);
        assert_eq!(
            document
                .pointer("/components/schemas/A/properties")
                .unwrap(),
            &json!({
                "id": {"type": "string"},
                "at": {"type": "string", "format": "date-time"},
                "pair": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
                "list": {"type": "array", "items": {"type": "string"}},
            })
        );
    }
}
