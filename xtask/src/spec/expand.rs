//! Step 1, continued: repeats at every operation what the document says once. Everything after it sees plain OpenAPI.

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::finding::{Finding, Findings};
use crate::spec::document::{METHODS, each_operation, escape, referenced, text};

/// The keyword whose responses every operation has.
const KEYWORD: &str = "x-threadline-responses";

/// Repeats the responses of every operation, and writes out envelopes.
pub fn apply(document: &mut Value) -> Result<(), Findings> {
    repeat_responses(document)?;
    write_envelopes(document);
    Ok(())
}

/// Wraps the result of each operation with `x-threadline-envelope` in a component for its envelope,
/// `{statusCode, data}`. One with `x-threadline-envelope-possible` is documented bare, and may come in one.
fn write_envelopes(document: &mut Value) {
    let mut envelopes = Map::new();
    each_operation(document, |_, _, operation| {
        if let Some(member) = operation.shift_remove("x-threadline-envelope-possible") {
            operation.insert("x-threadline-envelope".to_owned(), member);
            return;
        }
        let member = operation
            .get("x-threadline-envelope")
            .and_then(Value::as_str);
        let Some(member) = member.map(str::to_owned) else {
            return;
        };
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        let responses = responses.into_iter().flatten();
        for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            let Some(result) = response.pointer_mut("/content/application~1json/schema") else {
                continue;
            };
            let name = envelope_name(result);
            let envelope = json!({
                "type": "object",
                "description": "The envelope around a result.",
                "required": [member],
                "properties": {
                    "statusCode": {"type": "integer", "description": "The HTTP status."},
                    member.clone(): described(result),
                },
            });
            envelopes.insert(name.clone(), envelope);
            *result = json!({"$ref": format!("#/components/schemas/{name}")});
        }
    });
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        for (name, envelope) in envelopes {
            schemas.entry(name).or_insert(envelope);
        }
    }
}

/// The name of a result's envelope.
fn envelope_name(result: &Value) -> String {
    let items = result.get("items").and_then(referenced);
    match (referenced(result), items) {
        (Some(name), _) => format!("{name}Envelope"),
        (None, Some(item)) => format!("{item}ListEnvelope"),
        (None, None) => {
            let kind = text(result, "type").unwrap_or("any");
            format!("{}Envelope", kind.to_pascal_case())
        }
    }
}

/// The result as a described property.
fn described(result: &Value) -> Value {
    let mut property = match text(result, "$ref") {
        Some(_) => json!({"allOf": [result]}),
        None => result.clone(),
    };
    if let Some(property) = property.as_object_mut() {
        property
            .entry("description")
            .or_insert_with(|| json!("The result."));
    }
    property
}

/// Gives every operation the responses of `x-threadline-responses`, and removes the keyword. An operation's own response
/// with the same status takes precedence.
fn repeat_responses(document: &mut Value) -> Result<(), Findings> {
    let Some(shared) = document
        .as_object_mut()
        .and_then(|root| root.shift_remove(KEYWORD))
    else {
        return Ok(());
    };
    let mut findings = Vec::new();
    let shared = statuses(shared, &mut findings);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            let Some(responses) = responses.filter(|_| METHODS.contains(&method.as_str())) else {
                continue;
            };
            for (status, response) in &shared {
                if responses.get(status) == Some(response) {
                    let pointer = format!("/paths/{}/{method}/responses/{status}", escape(path));
                    findings.push(
                        Finding::new(pointer, "responses", "every operation has this response")
                            .remedy(format!("remove it here; `{KEYWORD}` has it")),
                    );
                }
            }
            extend(responses, &shared);
        }
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Findings(findings))
    }
}

fn statuses(shared: Value, findings: &mut Vec<Finding>) -> Map<String, Value> {
    let mut report = |pointer: String, problem: &str| {
        findings.push(
            Finding::new(pointer, "responses", problem)
                .remedy("write statuses with their responses: `'401': {$ref: '#/components/responses/Unauthorized'}`"),
        );
    };
    let Value::Object(shared) = shared else {
        report(format!("/{KEYWORD}"), "this is no object");
        return Map::new();
    };
    for status in shared.keys() {
        if status.parse::<u16>().is_err() {
            report(
                format!("/{KEYWORD}/{}", escape(status)),
                "this is no status",
            );
        }
    }
    shared
}

/// Adds what is missing, and sorts by status.
fn extend(responses: &mut Map<String, Value>, shared: &Map<String, Value>) {
    for (status, response) in shared {
        if !responses.contains_key(status) {
            responses.insert(status.clone(), response.clone());
        }
    }
    responses.sort_keys();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(shared: &Value, responses: &Value) -> Value {
        json!({ KEYWORD: shared, "paths": { "/a": {
            "parameters": [], "get": { "responses": responses } } } })
    }

    #[test]
    fn every_operation_gets_them_in_order_and_keeps_its_own() {
        let shared = json!({ "500": { "description": "Fails." }, "401": { "description": "No." } });
        let own = json!({ "200": {}, "401": { "description": "No key." }, "404": {} });
        let mut document = document(&shared, &own);
        apply(&mut document).unwrap();
        assert_eq!(
            document.to_string(),
            r#"{"paths":{"/a":{"parameters":[],"get":{"responses":{"200":{},"401":{"description":"No key."},"404":{},"500":{"description":"Fails."}}}}}}"#
        );
        let expanded = document.clone();
        apply(&mut document).unwrap();
        assert_eq!(document, expanded);
    }

    #[test]
    fn what_is_repeated_or_no_status_is_an_error() {
        let shared = json!({ "401": { "description": "No." } });
        for (mut document, place) in [
            (document(&shared, &shared), "/paths/~1a/get/responses/401"),
            (
                document(&json!({ "4XX": {} }), &json!({})),
                "/x-threadline-responses/4XX",
            ),
            (document(&json!([]), &json!({})), "/x-threadline-responses"),
        ] {
            let findings = apply(&mut document).unwrap_err();
            assert_eq!(findings.0.len(), 1);
            assert_eq!(findings.0[0].pointer, place);
        }
    }

    #[test]
    fn a_result_in_an_envelope_is_wrapped_and_a_bare_one_is_not() {
        let operation = |keyword: &str| {
            let mut operation = json!({"responses": {
                "200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Thing"}}}},
                "404": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Problem"}}}},
            }});
            operation[keyword] = json!("data");
            operation
        };
        let mut document = json!({
            "paths": {"/a": {
                "get": operation("x-threadline-envelope"),
                "put": operation("x-threadline-envelope-possible"),
            }},
            "components": {"schemas": {"Thing": {"type": "object"}}},
        });
        apply(&mut document).unwrap();
        let schema = |method: &str, status: &str| {
            let pointer =
                format!("/paths/~1a/{method}/responses/{status}/content/application~1json/schema");
            referenced(document.pointer(&pointer).unwrap())
                .unwrap()
                .to_owned()
        };
        assert_eq!(schema("get", "200"), "ThingEnvelope");
        assert_eq!(schema("get", "404"), "Problem");
        assert_eq!(schema("put", "200"), "Thing");
        assert_eq!(
            document["paths"]["/a"]["put"]["x-threadline-envelope"],
            "data"
        );
        assert_eq!(
            document["components"]["schemas"]["ThingEnvelope"]["properties"]["data"],
            json!({"allOf": [{"$ref": "#/components/schemas/Thing"}], "description": "The result."})
        );
    }
}
