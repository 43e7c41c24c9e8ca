//! Inlines shared parameters, responses and bodies; only schemas stay shared.

use serde_json::Value;

use crate::finding::Finding;
use crate::spec::document::{METHODS, resolve};

pub fn apply(document: &mut Value) -> Result<(), Finding> {
    let original = document.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    for item in paths.values_mut() {
        let shared = item
            .as_object_mut()
            .and_then(|item| item.remove("parameters"));
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let own = operation.remove("parameters");
            let parameters = [own, shared.clone()]
                .into_iter()
                .flatten()
                .filter_map(|list| list.as_array().cloned())
                .flatten()
                .map(|parameter| resolve(&original, &parameter).cloned())
                .collect::<Result<Vec<_>, _>>()?;
            let parameters = without_overridden(parameters);
            operation.insert("parameters".to_owned(), Value::Array(parameters));
            if let Some(body) = operation.get_mut("requestBody") {
                *body = resolve(&original, body)?.clone();
            }
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            for response in responses
                .into_iter()
                .flat_map(|responses| responses.values_mut())
            {
                *response = resolve(&original, response)?.clone();
            }
        }
    }
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|kind, _| kind == "schemas" || kind == "securitySchemes");
    }
    Ok(())
}

/// An operation's own parameter overrides one of the path.
fn without_overridden(parameters: Vec<Value>) -> Vec<Value> {
    let mut kept = Vec::<Value>::new();
    for parameter in parameters {
        let is_same = |other: &Value| {
            ["name", "in"]
                .iter()
                .all(|member| other.get(member) == parameter.get(member))
        };
        if !kept.iter().any(is_same) {
            kept.push(parameter);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_shared_parts_out() {
        let mut document = json!({
            "paths": {"/a/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {"responses": {"404": {"$ref": "#/components/responses/Missing"}}},
            }},
            "components": {
                "parameters": {"Id": {"name": "id", "in": "path"}},
                "responses": {"Missing": {"description": "not there"}},
                "schemas": {},
            },
        });
        apply(&mut document).unwrap();
        assert_eq!(
            document,
            json!({
                "paths": {"/a/{id}": {"get": {
                    "responses": {"404": {"description": "not there"}},
                    "parameters": [{"name": "id", "in": "path"}],
                }}},
                "components": {"schemas": {}},
            })
        );
    }

    #[test]
    fn names_a_reference_to_nothing() {
        let mut document = json!({"paths": {"/a": {"get": {
            "responses": {"404": {"$ref": "#/components/responses/Missing"}}}}}});
        let finding = apply(&mut document).unwrap_err();
        assert_eq!(finding.pointer, "#/components/responses/Missing");
    }
}
