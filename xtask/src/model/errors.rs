//! Reads what is known of error bodies: where they carry their data, the vendor's codes, and their details.

use serde_json::Value;

use super::{Code, CodeRetry, Errors};
use crate::spec::document::{integer, members, operations, strings, text};

/// Reads `x-threadline-errors`.
pub fn read(document: &Value) -> Errors {
    let shape = document.get("x-threadline-errors").unwrap_or(&Value::Null);
    let pointers = |member: &str| strings(shape.get(member));
    let mut errors = Errors {
        code: pointers("code"),
        message: pointers("message"),
        fields: pointers("fields"),
        details: pointers("details"),
        request_id: pointers("request-id"),
        retry_after_seconds: pointers("retry-after-seconds"),
        reset_at: pointers("reset-at"),
        code_schema: text(shape, "code-schema").map(str::to_owned),
        codes: members(shape.get("codes"))
            .map(|(code, rule)| Code {
                code: code.clone(),
                status: integer(rule.get("status")).unwrap_or_default(),
                retry: match text(rule, "retry") {
                    Some("never") => CodeRetry::Never,
                    Some("yes") => CodeRetry::Yes,
                    Some("same-key") => CodeRetry::SameKey,
                    _ => CodeRetry::No,
                },
                details: text(rule, "details").map(str::to_owned),
            })
            .collect(),
        example: None,
    };
    errors.example = example(document, &errors);
    errors
}

/// The first example of details, and the index of their code.
fn example(document: &Value, errors: &Errors) -> Option<(usize, Value)> {
    let at = |body: &Value, pointers: &[String]| {
        let mut found = pointers.iter().filter_map(|pointer| body.pointer(pointer));
        found.find(|value| !value.is_null()).cloned()
    };
    let shown = |body: &Value| {
        let details = at(body, &errors.details)?;
        let code = at(body, &errors.code)?;
        let mut codes = errors.codes.iter();
        let position =
            codes.position(|known| known.details.is_some() && code == known.code.as_str());
        Some((position?, details))
    };
    operations(document).iter().find_map(|operation| {
        members(operation.value.get("responses"))
            .filter(|(status, _)| !status.starts_with('2'))
            .filter_map(|(_, response)| response.pointer("/content/application~1json"))
            .flat_map(|media| {
                let named =
                    members(media.get("examples")).filter_map(|(_, example)| example.get("value"));
                media.get("example").into_iter().chain(named)
            })
            .find_map(shown)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_example_shows_details_of_a_code_that_has_some() {
        let bodies = [
            json!({"code": "gone", "details": null}),
            json!({"code": "gone", "details": {"a": 1}}),
            json!({"code": "busy", "details": null}),
            json!({"code": "busy", "details": {"a": 2}}),
        ];
        let [gone, surprising, idle, busy] = &bodies;
        let document = |bodies: &[&Value]| {
            let examples = bodies
                .iter()
                .enumerate()
                .map(|(index, body)| (index.to_string(), json!({"value": body})))
                .collect::<serde_json::Map<_, _>>();
            json!({
                "x-threadline-errors": {"code": ["/code"], "details": ["/details"], "code-schema": "Code", "codes": {
                    "gone": {"status": 404, "retry": "no"},
                    "busy": {"status": 409, "retry": "no", "details": "BusyDetails"},
                }},
                "paths": {"/a": {"get": {"responses": {
                    "200": {"content": {"application/json": {"example": busy}}},
                    "409": {"content": {"application/json": {"examples": examples}}},
                }}}},
            })
        };
        assert_eq!(read(&document(&[gone, surprising, idle])).example, None);
        let shown = read(&document(&[gone, surprising, idle, busy])).example;
        assert_eq!(shown, Some((1, json!({"a": 2}))));
    }
}
