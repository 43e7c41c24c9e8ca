//! Converts OpenAPI 3.0 schemas to JSON Schema draft 4.
//!
//! The two differ in a few places: OpenAPI has `nullable` instead of the type `null`, and its
//! annotations mean nothing to a validator. References point into the document under the URI it is
//! registered with.

use serde_json::{Map, Value, json};

/// The URI the component schemas are registered under.
pub(crate) const COMPONENTS: &str = "urn:threadline:components";

/// Keywords with the same meaning in JSON Schema draft 4.
const ASSERTIONS: [&str; 15] = [
    "type",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "required",
];

/// Converts a schema.
pub(crate) fn json_schema(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    if let Some(Value::String(target)) = schema.get("$ref") {
        // Both OpenAPI 3.0 and draft 4 ignore the siblings of a reference.
        return json!({ "$ref": format!("{COMPONENTS}{target}") });
    }
    let mut converted = Map::new();
    for (keyword, value) in schema {
        if let Some(value) = convert_keyword(keyword, value) {
            converted.insert(keyword.clone(), value);
        }
    }
    bound_integers(schema, &mut converted);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return allow_null(converted);
    }
    Value::Object(converted)
}

/// OpenAPI's integer formats imply bounds; JSON Schema has no such formats.
fn bound_integers(schema: &Map<String, Value>, converted: &mut Map<String, Value>) {
    let (minimum, maximum) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        // `i64::MIN` is excluded because numbers below the range are parsed as that value.
        Some("int64") => (i64::MIN + 1, i64::MAX),
        _ => return,
    };
    converted.entry("minimum").or_insert(Value::from(minimum));
    converted.entry("maximum").or_insert(Value::from(maximum));
}

/// Converts the component schemas to one document for references to point into.
pub(crate) fn components(schemas: &Value) -> Value {
    json!({ "components": { "schemas": convert_members(schemas) } })
}

fn convert_keyword(keyword: &str, value: &Value) -> Option<Value> {
    match keyword {
        "properties" => Some(convert_members(value)),
        "items" | "not" | "additionalProperties" => Some(json_schema(value)),
        "allOf" | "anyOf" | "oneOf" => {
            let members = value
                .as_array()
                .map(|members| members.iter().map(json_schema).collect());
            Some(Value::Array(members.unwrap_or_default()))
        }
        "minProperties" | "maxProperties" => Some(value.clone()),
        _ => ASSERTIONS.contains(&keyword).then(|| value.clone()),
    }
}

fn convert_members(members: &Value) -> Value {
    let convert = |(name, schema): (&String, &Value)| (name.clone(), json_schema(schema));
    Value::Object(
        members
            .as_object()
            .into_iter()
            .flatten()
            .map(convert)
            .collect(),
    )
}

/// Allows null. `nullable` occurs next to a type, or next to an `allOf` with a reference.
fn allow_null(mut schema: Map<String, Value>) -> Value {
    let composed = ["allOf", "anyOf", "oneOf"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    let Some(Value::String(kind)) = schema.get("type").filter(|_| !composed) else {
        return json!({ "anyOf": [{ "type": "null" }, schema] });
    };
    // A single schema gives better errors than `anyOf`: they name the field, not the alternative.
    let kinds = json!([kind, "null"]);
    schema.insert("type".to_owned(), kinds);
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nullable_types_take_null() {
        let schema = json!({"type": "string", "nullable": true, "description": "x"});
        assert_eq!(json_schema(&schema), json!({"type": ["string", "null"]}));
        let schema = json!({"type": "string", "nullable": true, "enum": ["a"]});
        assert_eq!(
            json_schema(&schema),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
    }

    #[test]
    fn nullable_references_take_null() {
        let schema = json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/A"}]});
        let reference = json!({"$ref": "urn:threadline:components#/components/schemas/A"});
        let expected = json!({"anyOf": [{"type": "null"}, {"allOf": [reference]}]});
        assert_eq!(json_schema(&schema), expected);
    }

    #[test]
    fn integers_are_as_large_as_their_format() {
        let schema = json!({"type": "integer", "format": "int32", "minimum": 1});
        let converted = json_schema(&schema);
        assert_eq!(
            (&converted["minimum"], &converted["maximum"]),
            (&json!(1), &json!(i32::MAX))
        );
        let converted = json_schema(&json!({"type": "integer"}));
        assert_eq!(converted, json!({"type": "integer"}));
        let converted = json_schema(&json!({"type": "integer", "format": "int64"}));
        let schema = jsonschema::draft4::new(&converted).unwrap();
        let fits = |text: &str| schema.is_valid(&serde_json::from_str(text).unwrap());
        assert!(fits("9223372036854775807") && fits("-9223372036854775807"));
        assert!(!fits("9223372036854775808") && !fits("-9223372036854775809"));
    }

    #[test]
    fn known_values_are_not_an_enumeration() {
        let schema = json!({"type": "string", "x-threadline-known-values": ["open"]});
        assert_eq!(json_schema(&schema), json!({"type": "string"}));
    }

    #[test]
    fn properties_may_be_named_like_keywords() {
        let schema = json!({"properties": {"nullable": {"type": "boolean"}, "example": {}}});
        assert_eq!(json_schema(&schema), schema);
    }

    #[test]
    fn converts_all_the_way_down() {
        let schema = json!({"type": "array", "items": {"type": "object", "properties": {
            "a": {"type": "integer", "nullable": true},
        }, "additionalProperties": false}});
        let expected = json!({"type": "array", "items": {"type": "object", "properties": {
            "a": {"type": ["integer", "null"]},
        }, "additionalProperties": false}});
        assert_eq!(json_schema(&schema), expected);
    }
}
