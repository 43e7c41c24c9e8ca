//! Turns `deepObject` query parameters into plain ones with bracketed names: `cursor[id]`, `ids[]`. Removes deprecated
//! ones.

use serde_json::{Map, Value, json};

use crate::finding::{Finding, Findings};
use crate::spec::document::{each_operation, members, referenced, schema, text};

pub fn apply(document: &mut Value) -> Result<(), Findings> {
    let original = document.clone();
    let mut findings = Vec::new();
    each_operation(document, |path, method, operation| {
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let mut lowered = Vec::new();
        // The client sends the vendor's preferred form.
        parameters.retain(|parameter| parameter.get("deprecated") != Some(&Value::Bool(true)));
        for parameter in parameters.drain(..) {
            if text(&parameter, "in") == Some("query") {
                match bracketed(&original, &parameter) {
                    Ok(plain) => lowered.extend(plain),
                    Err(problem) => findings.push(
                        Finding::new(format!("/paths/{path}/{method}/parameters"), "query-style", problem).remedy(
                            "use an object of scalars and arrays with `style: deepObject`, or a plain parameter",
                        ),
                    ),
                }
            } else {
                lowered.push(parameter);
            }
        }
        *parameters = lowered;
    });
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Findings(findings))
    }
}

/// The equivalent plain parameters.
fn bracketed(document: &Value, parameter: &Value) -> Result<Vec<Value>, String> {
    let name = text(parameter, "name").unwrap_or_default();
    if text(parameter, "style") != Some("deepObject") {
        let mut plain = parameter.clone();
        if let (Some(plain), Some(content)) = (plain.as_object_mut(), parameter.get("content")) {
            // JSON inside a parameter is sent as one string.
            if content.get("application/json").is_some() {
                plain.remove("content");
                plain.insert("schema".to_owned(), json!({"type": "string"}));
            }
        }
        return Ok(vec![plain]);
    }
    let declared = parameter
        .get("schema")
        .ok_or("a `deepObject` parameter without a schema")?;
    let mut plain = Vec::new();
    let description = text(parameter, "description").unwrap_or_default();
    flatten(document, name, description, declared, &mut plain)?;
    Ok(plain)
}

fn flatten(
    document: &Value,
    name: &str,
    description: &str,
    declared: &Value,
    plain: &mut Vec<Value>,
) -> Result<(), String> {
    let target = match referenced(declared) {
        Some(component) => schema(document, component).ok_or("a reference to nothing")?,
        None => declared,
    };
    match text(target, "type") {
        Some("object") => {
            for (property, inner) in members(target.get("properties")) {
                let description = text(inner, "description").unwrap_or(description);
                flatten(
                    document,
                    &format!("{name}[{property}]"),
                    description,
                    inner,
                    plain,
                )?;
            }
            Ok(())
        }
        Some("array") => {
            let items = target.get("items").ok_or("an array without `items`")?;
            plain.push(parameter(
                &format!("{name}[]"),
                description,
                &json!({"type": "array", "items": items}),
            ));
            Ok(())
        }
        Some(_) => {
            let mut scalar = declared.clone();
            if let Some(scalar) = scalar.as_object_mut() {
                scalar.remove("nullable");
            }
            plain.push(parameter(name, description, &scalar));
            Ok(())
        }
        None => Err(format!("`{name}` has no type")),
    }
}

fn parameter(name: &str, description: &str, schema: &Value) -> Value {
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), json!(name));
    parameter.insert("in".to_owned(), json!("query"));
    parameter.insert("description".to_owned(), json!(description));
    parameter.insert("schema".to_owned(), schema.clone());
    Value::Object(parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_objects_and_arrays_become_bracketed_names() {
        let mut document = json!({
            "paths": {"/a": {"get": {"parameters": [{
                "name": "filters", "in": "query", "style": "deepObject", "description": "All filters.",
                "schema": {"$ref": "#/components/schemas/Filters"},
            }]}}},
            "components": {"schemas": {
                "Filters": {"type": "object", "properties": {
                    "tags": {"$ref": "#/components/schemas/Tags"},
                    "order": {"type": "string", "nullable": true, "description": "Which way."},
                }},
                "Tags": {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}}}},
            }},
        });
        apply(&mut document).unwrap();
        assert_eq!(
            document.pointer("/paths/~1a/get/parameters").unwrap(),
            &json!([
                {"name": "filters[tags][ids][]", "in": "query", "description": "All filters.",
                 "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "filters[order]", "in": "query", "description": "Which way.",
                 "schema": {"type": "string", "description": "Which way."}},
            ])
        );
    }

    #[test]
    fn a_shape_that_brackets_cannot_carry_is_refused() {
        let mut document = json!({"paths": {"/a": {"get": {"parameters": [
            {"name": "x", "in": "query", "style": "deepObject", "schema": {}}]}}}});
        let findings = apply(&mut document).unwrap_err();
        assert!(
            findings.to_string().contains("`x` has no type"),
            "{findings}"
        );
    }
}
