//! Unwraps `{statusCode, data}`: the transport extracts the result, so the client is generated for its type.

use serde_json::Value;

use crate::finding::{Finding, Findings};
use crate::lower::responses::nullable;
use crate::spec::document::{each_operation, referenced, schema};

pub fn apply(document: &mut Value) -> Result<(), Findings> {
    let original = document.clone();
    let mut findings = Vec::new();
    let mut unwrapped = Vec::new();
    each_operation(document, |path, method, operation| {
        let Some(member) = operation
            .get("x-threadline-envelope")
            .and_then(Value::as_str)
            .map(str::to_owned)
        else {
            return;
        };
        let body = operation
            .get_mut("responses")
            .and_then(|responses| responses.get_mut("2XX"))
            .and_then(|response| response.pointer_mut("/content/application~1json/schema"));
        let Some(body) = body else {
            findings.push(
                Finding::new(
                    format!("/paths/{path}/{method}"),
                    "envelope",
                    "an envelope is declared, but no success body",
                )
                .remedy("remove `x-threadline-envelope`, or describe the body"),
            );
            return;
        };
        let Some(name) = referenced(body).map(str::to_owned) else {
            return;
        };
        if let Some(inner) =
            schema(&original, &name).and_then(|component| inside(component, &member))
        {
            let or_nothing = body.get("nullable") == Some(&Value::Bool(true));
            *body = if or_nothing {
                nullable(inner)
            } else {
                inner.clone()
            };
            unwrapped.push(name);
        } else if schema(&original, &name).is_some_and(|component| is_another(component, &member)) {
            findings.push(
                Finding::new(
                    format!("/paths/{path}/{method}"),
                    "envelope",
                    format!("{name} is not an envelope that the transport opens: it has no `statusCode`"),
                )
                .remedy("remove `x-threadline-envelope`, or teach crates/transport/src/answer/envelope.rs the vendor's envelope"),
            );
        }
    });
    drop_unused(document, &unwrapped);
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Findings(findings))
    }
}

/// The schema of the result, if the component is an envelope and not the bare result.
fn inside<'a>(component: &'a Value, member: &str) -> Option<&'a Value> {
    let properties = component.get("properties")?;
    properties.get("statusCode")?;
    properties.get(member)
}

/// Whether the component looks like an envelope of another form: a result has a `success` beside a
/// member of that name.
fn is_another(component: &Value, member: &str) -> bool {
    let has = |name: &str| component.pointer(&format!("/properties/{name}")).is_some();
    has(member) && !has("statusCode") && !has("success")
}

/// Removes unreferenced envelopes, which would become dead types.
fn drop_unused(document: &mut Value, names: &[String]) {
    let text = document.to_string();
    let unused = |name: &String| {
        names.contains(name) && !text.contains(&format!("\"#/components/schemas/{name}\""))
    };
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| !unused(name));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(component: &Value) -> Value {
        json!({
            "paths": {"/a": {"get": {
                "x-threadline-envelope": "data",
                "responses": {"2XX": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Answer"}}}}},
            }}},
            "components": {"schemas": {"Answer": component, "Thing": {"type": "object"}}},
        })
    }

    fn body(document: &Value) -> &Value {
        document
            .pointer("/paths/~1a/get/responses/2XX/content/application~1json/schema")
            .unwrap()
    }

    #[test]
    fn an_envelope_gives_way_to_what_is_inside() {
        let mut document = document(&json!({"type": "object", "properties": {
            "statusCode": {"type": "integer"}, "data": {"$ref": "#/components/schemas/Thing"}}}));
        apply(&mut document).unwrap();
        assert_eq!(
            body(&document),
            &json!({"$ref": "#/components/schemas/Thing"})
        );
        assert!(
            schema(&document, "Answer").is_none(),
            "the envelope is no type of its own"
        );
    }

    #[test]
    fn an_envelope_that_the_transport_does_not_open_is_refused() {
        let mut document = document(&json!({"type": "object", "properties": {
            "ok": {"type": "boolean"}, "data": {"$ref": "#/components/schemas/Thing"}}}));
        let findings = apply(&mut document).unwrap_err();
        assert!(
            findings.to_string().contains("no `statusCode`"),
            "{findings}"
        );
    }

    #[test]
    fn a_bare_result_stays_even_with_a_member_of_that_name() {
        for properties in [
            json!({"id": {"type": "string"}}),
            json!({"success": {"type": "boolean"}, "data": {"$ref": "#/components/schemas/Thing"}}),
        ] {
            let mut document = document(&json!({"type": "object", "properties": properties}));
            apply(&mut document).unwrap();
            assert_eq!(
                body(&document),
                &json!({"$ref": "#/components/schemas/Answer"})
            );
        }
    }
}
