//! Step 1, continued: repeats at every operation what the document says once. Everything after it sees plain OpenAPI.

use serde_json::{Map, Value};

use crate::finding::{Finding, Findings};
use crate::spec::document::{METHODS, escape};

/// The keyword whose responses every operation has.
const KEYWORD: &str = "x-threadline-responses";

/// Gives every operation the responses of `x-threadline-responses`, and removes the keyword. An operation's own response
/// with the same status takes precedence.
pub fn apply(document: &mut Value) -> Result<(), Findings> {
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
    use serde_json::json;

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
}
