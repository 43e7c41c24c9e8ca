//! Timestamps keep their text: parsing and formatting could change the precision, and cursors must be sent back exactly
//! as received.

use serde_json::{Value, json};

use crate::spec::document::each_schema_anywhere;

/// The component of timestamps; its Rust type is the transport's.
pub const COMPONENT: &str = "Timestamp";

pub fn apply(document: &mut Value) {
    each_schema_anywhere(document, &mut |schema| {
        if schema.get("format").and_then(Value::as_str) == Some("date-time") {
            schema.remove("type");
            schema.remove("format");
            schema.insert(
                "allOf".to_owned(),
                json!([{"$ref": format!("#/components/schemas/{COMPONENT}")}]),
            );
        }
    });
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.insert(COMPONENT.to_owned(), json!({"type": "string"}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_time_becomes_a_timestamp() {
        let mut document = json!({"components": {"schemas": {"A": {"type": "object", "properties": {
            "at": {"type": "string", "format": "date-time", "nullable": true, "description": "When."}}}}}});
        apply(&mut document);
        assert_eq!(
            document
                .pointer("/components/schemas/A/properties/at")
                .unwrap(),
            &json!({"nullable": true, "description": "When.", "allOf": [{"$ref": "#/components/schemas/Timestamp"}]})
        );
    }
}
