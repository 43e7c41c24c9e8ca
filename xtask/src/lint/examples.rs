//! Rules about examples: each one is what its schema says. Documentation, doctests and the emulator are made from them.

use std::collections::HashMap;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::report;
use crate::finding::Finding;
use crate::spec::document::{
    OperationAt, each_schema_anywhere, escape, items, members, operations, schemas, text,
};
use crate::spec::reach;

/// Checks the examples of a document with inlined parameters, responses and bodies.
pub fn check(spec: &Value, findings: &mut Vec<Finding>) {
    let mut converted = spec.clone();
    each_schema_anywhere(&mut converted, &mut to_json_schema);
    let mut validators = Validators {
        document: &converted,
        by_schema: HashMap::new(),
    };
    for (at, converted) in operations(spec).iter().zip(operations(&converted)) {
        for (place, holder, converted) in holders(at, &converted) {
            let Some(schema) = converted.get("schema") else {
                continue;
            };
            for (name, example) in examples(holder) {
                for problem in validators.problems(schema, example) {
                    report(
                        findings,
                        &format!("{}{place}", at.pointer()),
                        "example",
                        format!("the example `{name}` is not what its schema says: {problem}"),
                        "correct the example or the schema",
                    );
                }
            }
        }
    }
}

/// The places of an operation with a schema and examples beside it, and the same places of the
/// converted operation.
fn holders<'a>(
    at: &OperationAt<'a>,
    converted: &OperationAt<'a>,
) -> Vec<(String, &'a Value, &'a Value)> {
    let mut found = Vec::new();
    let parameters =
        items(at.value.get("parameters")).zip(items(converted.value.get("parameters")));
    for (index, (parameter, converted)) in parameters.enumerate() {
        found.push((format!("/parameters/{index}"), parameter, converted));
    }
    let mut bodies = vec![("/requestBody".to_owned(), "requestBody".to_owned())];
    for (status, _) in members(at.value.get("responses")) {
        let status = escape(status);
        bodies.push((
            format!("/responses/{status}"),
            format!("responses/{status}"),
        ));
    }
    for (place, pointer) in bodies {
        let pointer = format!("/{pointer}/content/application~1json");
        if let (Some(media), Some(converted)) = (
            at.value.pointer(&pointer),
            converted.value.pointer(&pointer),
        ) {
            found.push((place, media, converted));
        }
    }
    found
}

fn examples(holder: &Value) -> Vec<(&str, &Value)> {
    let named = members(holder.get("examples"))
        .filter_map(|(name, example)| Some((name.as_str(), example.get("value")?)));
    let single = holder.get("example").map(|example| ("example", example));
    named.chain(single).collect()
}

/// Compiled schemas.
struct Validators<'a> {
    document: &'a Value,
    by_schema: HashMap<String, Option<Validator>>,
}

impl Validators<'_> {
    fn problems(&mut self, schema: &Value, example: &Value) -> Vec<String> {
        let document = self.document;
        let validator = self.by_schema.entry(schema.to_string()).or_insert_with(|| {
            // Only what the schema refers to: compiling takes time.
            let needed = reach::from(document, schema);
            let needed = schemas(document).filter(|(name, _)| needed.contains(*name));
            let needed = needed.map(|(name, schema)| (name.clone(), schema.clone()));
            let schema = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": {"schemas": needed.collect::<Map<_, _>>()},
                "allOf": [schema],
            });
            // Other rules report a schema that is none.
            jsonschema::options()
                .should_validate_formats(true)
                .build(&schema)
                .ok()
        });
        let errors = validator
            .iter()
            .flat_map(|validator| validator.iter_errors(example));
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

/// Rewrites what OpenAPI 3.0 writes differently.
fn to_json_schema(schema: &mut Map<String, Value>) {
    // Members of a union may overlap; the tag decides.
    if let Some(members) = schema.remove("oneOf") {
        schema.insert("anyOf".to_owned(), members);
    }
    for keyword in ["discriminator", "example", "default"] {
        schema.remove(keyword);
    }
    if schema.remove("nullable") != Some(Value::Bool(true)) {
        return;
    }
    if let Some(kind) = text(&Value::Object(schema.clone()), "type").map(str::to_owned) {
        schema.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(words)) = schema.get_mut("enum") {
            words.push(Value::Null);
        }
    } else {
        let inner = std::mem::take(schema);
        schema.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::broken;

    const RESPONSE: &str = "/paths/~1threads~1{threadId}/get/responses/200";

    #[test]
    fn an_example_that_is_not_what_its_schema_says_is_found_where_it_stands() {
        let found = broken(RESPONSE, |response| {
            let example = "/content/application~1json/examples/one/value";
            *response.pointer_mut(example).unwrap() = json!({"id": 7});
        });
        assert_eq!(found, [(RESPONSE.to_owned(), "example")]);
    }

    #[test]
    fn an_example_of_a_parameter_is_checked_too() {
        let get = "/paths/~1threads~1{threadId}/get";
        let found = broken(get, |get| get["parameters"][0]["example"] = json!(["a"]));
        assert_eq!(found, [(format!("{get}/parameters/0"), "example")]);
    }
}
