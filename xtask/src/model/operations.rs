//! Reads the operations: everything about one that is data, not code.

use serde_json::Value;

use super::{
    Body, ErrorAnswer, Idempotency, Operation, Parameter, PathParameter, Place, SuccessAnswer,
    bounds, pagination,
};
use crate::finding::{Finding, Findings};
use crate::spec::document::{
    self, OperationAt, items, json_schema, members, strings, text, trimmed,
};

pub fn read(document: &Value) -> Result<Vec<Operation>, Findings> {
    let mut operations = Vec::new();
    let mut findings = Vec::new();
    for at in document::operations(document) {
        match operation(document, &at) {
            Ok(operation) => operations.push(operation),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() {
        Ok(operations)
    } else {
        Err(Findings(findings))
    }
}

fn operation(document: &Value, at: &OperationAt<'_>) -> Result<Operation, Finding> {
    let value = at.value;
    let mut success = Vec::new();
    let mut errors = Vec::new();
    for (status, response) in members(value.get("responses")) {
        let Ok(status) = status.parse::<u16>() else {
            continue;
        };
        if (200..300).contains(&status) {
            success.push(SuccessAnswer {
                status,
                description: trimmed(response, "description"),
            });
        } else {
            errors.push(ErrorAnswer {
                status,
                codes: strings(response.get("x-threadline-codes")),
                description: trimmed(response, "description"),
            });
        }
    }
    success.sort_by_key(|success| success.status);
    errors.sort_by_key(|error| error.status);
    let id = trimmed(value, "operationId");
    let (group, name) = id.split_once('.').ok_or_else(|| {
        Finding::new(at.pointer(), "operation-id", format!("`{id}` has no group"))
            .remedy("write the group and the operation: `threads.update`")
    })?;
    Ok(Operation {
        group: group.to_owned(),
        name: name.to_owned(),
        method: at.method.to_uppercase(),
        path: at.path.to_owned(),
        server: value
            .pointer("/servers/0/url")
            .and_then(Value::as_str)
            .map(str::to_owned),
        path_parameters: path_parameters(document, at),
        parameters: items(value.get("parameters"))
            .filter_map(parameter)
            .collect(),
        body: value.get("requestBody").map(|body| Body {
            example: example(body),
        }),
        summary: trimmed(value, "summary"),
        description: trimmed(value, "description"),
        note: text(value, "x-threadline-note").map(|note| note.trim().to_owned()),
        // Not all vendors have a page per operation.
        docs: trimmed(
            value
                .get("externalDocs")
                .or(document.get("externalDocs"))
                .unwrap_or(&Value::Null),
            "url",
        ),
        deprecated: value.get("deprecated") == Some(&Value::Bool(true)),
        bounds: bounds::read(document, at),
        success,
        errors,
        idempotency: idempotency(at)?,
        envelope: text(value, "x-threadline-envelope").map(str::to_owned),
        pagination: value
            .get("x-threadline-pagination")
            .map(|declared| pagination::read(document, at, declared))
            .transpose()?,
        rate_budget: text(value, "x-threadline-rate-budget").map(str::to_owned),
        id,
    })
}

/// A query or header parameter.
fn parameter(declared: &Value) -> Option<Parameter> {
    let place = match text(declared, "in")? {
        "query" => Place::Query,
        "header" => Place::Header,
        _ => return None,
    };
    Some(Parameter {
        name: trimmed(declared, "name"),
        place,
        description: trimmed(declared, "description"),
        required: declared.get("required") == Some(&Value::Bool(true)),
        default: declared.pointer("/schema/default").cloned(),
        example: declared.get("example").cloned(),
    })
}

/// The first example of a body.
fn example(body: &Value) -> Option<Value> {
    json_schema(body)?;
    let media = body.pointer("/content/application~1json")?;
    let mut named = members(media.get("examples")).filter_map(|(_, example)| example.get("value"));
    media.get("example").or_else(|| named.next()).cloned()
}

fn idempotency(at: &OperationAt<'_>) -> Result<Idempotency, Finding> {
    let wrong = |problem: &str| {
        Finding::new(at.pointer(), "idempotent", problem)
            .remedy("say `x-threadline-idempotent: true`, `false` or `with-key` (with `x-threadline-idempotency-key`)")
    };
    match at.value.get("x-threadline-idempotent") {
        Some(Value::Bool(true)) => Ok(Idempotency::Harmless),
        Some(Value::Bool(false)) => Ok(Idempotency::NotHarmless),
        Some(Value::String(word)) if word == "with-key" => {
            text(at.value, "x-threadline-idempotency-key")
                .map(|header| Idempotency::WithKey(header.to_lowercase()))
                .ok_or_else(|| wrong("`with-key` without the header's name"))
        }
        _ => Err(wrong(
            "nothing says whether repeating the request is harmless",
        )),
    }
}

/// The path parameters in order, each with the static segments that other paths have in its place.
fn path_parameters(document: &Value, at: &OperationAt<'_>) -> Vec<PathParameter> {
    let segments = at.path.split('/').collect::<Vec<_>>();
    let mut params = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let Some(name) = template(segment) else {
            continue;
        };
        let mut reserved = members(document.get("paths"))
            .map(|(path, _)| path.split('/').collect::<Vec<_>>())
            .filter(|other| same_route(&segments, other, index))
            .filter_map(|other| other.get(index).map(|&segment| segment.to_owned()))
            .filter(|segment| template(segment).is_none())
            .collect::<Vec<_>>();
        reserved.sort();
        reserved.dedup();
        let declared =
            items(at.value.get("parameters")).find(|declared| text(declared, "name") == Some(name));
        params.push(PathParameter {
            name: name.to_owned(),
            description: declared
                .map(|declared| trimmed(declared, "description"))
                .unwrap_or_default(),
            reserved,
        });
    }
    params
}

fn template(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Whether two paths have the same length and can match the same URL except for the segment at `index`.
fn same_route(one: &[&str], other: &[&str], index: usize) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .enumerate()
            .all(|(position, (left, right))| {
                position == index
                    || left == right
                    || template(left).is_some()
                    || template(right).is_some()
            })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn static_siblings_are_reserved() {
        let document = json!({"paths": {
            "/threads/{threadId}": {"get": {"operationId": "threads.get", "x-threadline-idempotent": true}},
            "/threads/lookup": {"get": {"operationId": "threads.lookup", "x-threadline-idempotent": true}},
            "/threads/{threadId}/messages": {"get": {"operationId": "messages.list", "x-threadline-idempotent": true}},
            "/tags/colors": {"get": {"operationId": "tags.colors", "x-threadline-idempotent": true}},
        }});
        let operations = read(&document).unwrap();
        let reserved = |id: &str| {
            let operation = operations
                .iter()
                .find(|operation| operation.id == id)
                .unwrap();
            operation.path_parameters.first().unwrap().reserved.clone()
        };
        assert_eq!(reserved("threads.get"), ["lookup"]);
        assert!(reserved("messages.list").is_empty());
    }

    #[test]
    fn an_operation_must_say_whether_repeating_it_is_harmless() {
        let document = json!({"paths": {"/a": {"post": {"operationId": "messages.send"}}}});
        let findings = read(&document).unwrap_err();
        assert_eq!(findings.0.first().unwrap().pointer, "/paths/~1a/post");
    }
}
