//! Rules about schemas: objects and enumerations are named, and everything has a description.

use heck::ToPascalCase;
use serde_json::Value;

use super::{report, says};
use crate::finding::Finding;
use crate::spec::document::{items, members, operations, schemas, sub_schemas, text};

/// Names with another meaning in the client's code.
const TAKEN: [&str; 20] = [
    "Api",
    "BTreeMap",
    "Box",
    "Client",
    "Default",
    "Deserialize",
    "Error",
    "From",
    "Headers",
    "Into",
    "JsonSchema",
    "Operation",
    "Option",
    "Patch",
    "Response",
    "Result",
    "Serialize",
    "String",
    "Timestamp",
    "Vec",
];

pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    for (name, component) in schemas(spec) {
        let pointer = format!("/components/schemas/{name}");
        check_name(name, &pointer, findings);
        if !says(component, "description") {
            report(
                findings,
                &pointer,
                "words",
                "no description".to_owned(),
                "say what it is",
            );
        }
        check_words_of_enum(component, &pointer, findings);
        check_union(component, &pointer, findings);
        for (step, inner) in sub_schemas(component) {
            check_inner(inner, &format!("{pointer}{step}"), component, findings);
        }
    }
}

/// Checks the schemas of parameters and bodies.
pub fn check_operations(spec: &Value, findings: &mut Vec<Finding>) {
    for at in operations(spec) {
        for (index, parameter) in items(at.value.get("parameters")).enumerate() {
            if let Some(schema) = parameter.get("schema") {
                check_inline(
                    schema,
                    &format!("{}/parameters/{index}/schema", at.pointer()),
                    findings,
                );
            }
        }
        for (status, response) in members(at.value.get("responses")) {
            if let Some(schema) = crate::spec::document::json_schema(response) {
                check_inline(
                    schema,
                    &format!("{}/responses/{status}", at.pointer()),
                    findings,
                );
            }
        }
        if let Some(schema) = at
            .value
            .get("requestBody")
            .and_then(crate::spec::document::json_schema)
        {
            check_inline(schema, &format!("{}/requestBody", at.pointer()), findings);
        }
    }
}

fn check_name(name: &str, pointer: &str, findings: &mut Vec<Finding>) {
    if name.to_pascal_case() != name || TAKEN.contains(&name) {
        report(
            findings,
            pointer,
            "component-name",
            format!("`{name}` cannot be the name of a type"),
            "use a PascalCase name that Rust and the generated code do not use themselves",
        );
    }
}

fn check_words_of_enum(component: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    let Some((words, _)) = crate::model::words(component) else {
        return;
    };
    for word in words {
        let said = component
            .get("x-threadline-value-docs")
            .is_some_and(|docs| says(docs, &word));
        if !said {
            report(
                findings,
                pointer,
                "words",
                format!("nothing says what `{word}` means"),
                "add a sentence to `x-threadline-value-docs`",
            );
        }
    }
}

/// `anyOf` is ambiguous, unless a tag distinguishes the variants and the rest is the fallback.
fn check_union(component: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    if component.get("anyOf").is_some() && component.get("discriminator").is_none() {
        report(
            findings,
            pointer,
            "any-of",
            "`anyOf` without a discriminator".to_owned(),
            "use `oneOf`, or name the tag in a `discriminator`; for null use `nullable: true`",
        );
    }
}

fn check_inner(schema: &Value, pointer: &str, parent: &Value, findings: &mut Vec<Finding>) {
    let composed = [
        "/oneOf/",
        "/anyOf/",
        "/allOf/",
        "/items",
        "/additionalProperties",
    ];
    let a_property = parent.get("properties").is_some() && pointer.contains("/properties/");
    let last = pointer
        .rsplit_once("/properties/")
        .map_or(pointer, |(_, last)| last);
    if a_property
        && !composed.iter().any(|step| last.contains(step))
        && schema.get("$ref").is_none()
        && !says(schema, "description")
    {
        report(
            findings,
            pointer,
            "words",
            "no description".to_owned(),
            "say what the property means",
        );
    }
    check_inline(schema, pointer, findings);
    for (step, inner) in sub_schemas(schema) {
        check_inner(inner, &format!("{pointer}{step}"), schema, findings);
    }
}

/// This must be a component, not inline.
fn check_inline(schema: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    let one_word = schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|words| words.len() == 1);
    if schema.get("enum").is_some() && !one_word
        || schema.get("x-threadline-known-values").is_some()
    {
        report(
            findings,
            pointer,
            "inline",
            "an enum without a name".to_owned(),
            "make it a named component",
        );
    }
    if schema.get("properties").is_some() {
        report(
            findings,
            pointer,
            "inline",
            "an object without a name".to_owned(),
            "make it a named component",
        );
    }
    if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
        report(
            findings,
            pointer,
            "inline",
            "a union without a name".to_owned(),
            "make it a named component; for null use `nullable: true`",
        );
    }
    if text(schema, "format") == Some("uuid") {
        report(
            findings,
            pointer,
            "opaque-id",
            "an id with a format".to_owned(),
            "ids are opaque: leave the format out",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::broken;

    const THREAD: &str = "/components/schemas/Thread";

    fn rules(change: impl FnOnce(&mut serde_json::Value)) -> Vec<&'static str> {
        broken(THREAD, change)
            .into_iter()
            .map(|(_, rule)| rule)
            .collect()
    }

    #[test]
    fn objects_enums_and_unions_need_names() {
        let inline = [
            json!({"type": "object", "description": "x", "properties": {}}),
            json!({"type": "string", "description": "x", "enum": ["a", "b"]}),
            json!({"description": "x", "oneOf": [{"type": "string"}, {"type": "number"}]}),
        ];
        for schema in inline {
            assert_eq!(
                rules(|thread| thread["properties"]["id"] = schema),
                ["inline"]
            );
        }
    }

    #[test]
    fn any_of_is_refused_where_no_tag_tells() {
        let schema = json!({"description": "x", "anyOf": [{"type": "string"}, {"type": "number"}]});
        assert_eq!(rules(|thread| *thread = schema), ["any-of"]);
    }

    #[test]
    fn words_are_demanded() {
        assert_eq!(
            rules(|thread| thread["properties"]["id"] = json!({"type": "string"})),
            ["words"]
        );
        let set = json!({"type": "string", "description": "x", "enum": ["a"]});
        assert_eq!(rules(|thread| *thread = set), ["words"]);
    }

    #[test]
    fn an_id_is_no_uuid() {
        let id = json!({"type": "string", "format": "uuid", "description": "x"});
        assert_eq!(
            rules(|thread| thread["properties"]["id"] = id),
            ["opaque-id"]
        );
    }

    #[test]
    fn a_taken_name_is_refused() {
        let found = broken("/components/schemas", |schemas| {
            schemas["Error"] = json!({"type": "object", "description": "x"});
        });
        assert_eq!(
            found,
            [("/components/schemas/Error".to_owned(), "component-name")]
        );
    }
}
