//! The Rust type of a schema, where the generator does not provide it.

use serde_json::Value;

use crate::document::{referenced, schema, text};

/// The type as source text, as seen from a sibling of `types` and `enums`.
pub fn rust_type(document: &Value, shape: &Value) -> String {
    if let Some(name) = referenced(shape) {
        let component = schema(document, name);
        let written = component.is_some_and(|component| {
            ["enum", "x-threadline-known-values", "oneOf", "anyOf"]
                .iter()
                .any(|keyword| component.get(keyword).is_some())
        });
        let object = component.and_then(|component| text(component, "type")) == Some("object")
            || component.is_some_and(|component| component.get("allOf").is_some());
        return match component {
            _ if written => format!("super::enums::{name}"),
            Some(_) if object => format!("super::types::{name}"),
            Some(alias) => rust_type(document, alias),
            None => "serde_json::Value".to_owned(),
        };
    }
    match text(shape, "type") {
        Some("string") => "String".to_owned(),
        Some("integer") => "i64".to_owned(),
        Some("number") => "f64".to_owned(),
        Some("boolean") => "bool".to_owned(),
        Some("array") => {
            let inner = shape.get("items").map_or_else(
                || "serde_json::Value".to_owned(),
                |items| rust_type(document, items),
            );
            format!("Vec<{inner}>")
        }
        Some("object") => "serde_json::Map<String, serde_json::Value>".to_owned(),
        _ => "serde_json::Value".to_owned(),
    }
}
