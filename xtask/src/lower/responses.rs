//! Keeps only success responses, as one range: the transport handles all others itself, and an undocumented `201` in
//! place of a documented `200` is still a success.

use serde_json::{Value, json};

use crate::spec::document::{each_operation, referenced, schema, text};

pub fn apply(document: &mut Value) {
    let original = document.clone();
    each_operation(document, |_, _, operation| {
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            return;
        };
        let successes = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'));
        // A response with a body takes precedence: an empty body decodes if nothing is expected.
        let bodiless = successes
            .clone()
            .any(|(_, response)| response.get("content").is_none());
        let chosen = successes
            .max_by_key(|(_, response)| usize::from(response.get("content").is_some()))
            .map(|(_, response)| response.clone());
        responses.clear();
        if let Some(mut response) = chosen {
            if let Some(response) = response.as_object_mut() {
                response.remove("headers");
                // A schema that allows anything is no result.
                let body = response
                    .get("content")
                    .and_then(|content| content.pointer("/application~1json/schema"));
                if body.is_some_and(|body| says_nothing(&original, body)) {
                    response.remove("content");
                }
                // A response without a body has no result.
                let body = response
                    .get_mut("content")
                    .and_then(|content| content.pointer_mut("/application~1json/schema"));
                if let Some(body) = body.filter(|_| bodiless) {
                    *body = nullable(body);
                }
            }
            responses.insert("2XX".to_owned(), response);
        }
    });
}

/// Makes the schema nullable.
pub(super) fn nullable(schema: &Value) -> Value {
    let mut schema = match text(schema, "$ref") {
        Some(_) => json!({"allOf": [schema]}),
        None => schema.clone(),
    };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
    schema
}

fn says_nothing(document: &Value, body: &Value) -> bool {
    let body = referenced(body)
        .and_then(|name| schema(document, name))
        .unwrap_or(body);
    ["type", "$ref", "allOf", "oneOf", "anyOf", "enum"]
        .iter()
        .all(|keyword| body.get(keyword).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_one_success_and_no_error() {
        let mut document = json!({"paths": {"/a": {"get": {"responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": {"type": "boolean"}}}},
            "204": {"description": "nothing"},
            "404": {"description": "not there"},
        }}}}});
        apply(&mut document);
        assert_eq!(
            document.pointer("/paths/~1a/get/responses").unwrap(),
            &json!({"2XX": {"description": "ok", "content": {"application/json": {
                "schema": {"type": "boolean", "nullable": true}}}}})
        );
    }

    #[test]
    fn a_body_of_any_shape_is_no_result() {
        let mut document = json!({"paths": {"/a": {"delete": {"responses": {"200": {
            "description": "ok", "content": {"application/json": {"schema": {"nullable": true}}}}}}}}});
        apply(&mut document);
        assert_eq!(
            document.pointer("/paths/~1a/delete/responses").unwrap(),
            &json!({"2XX": {"description": "ok"}})
        );
    }
}
