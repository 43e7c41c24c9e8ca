//! The specs as data: they are OpenAPI 3.0, and every example in them is what its schema says.

#[path = "examples/found.rs"]
mod found;
#[path = "examples/shown.rs"]
mod shown;

use std::collections::HashMap;

use found::{Found, found};
use jsonschema::Validator;
use serde_json::{Value, json};
use threadline_tests::spec::{Document, Reading, schemas};

/// The schema of OpenAPI 3.0 documents, from <https://spec.openapis.org/oas/3.0/schema/2021-09-28>:
/// © OpenAPI Initiative, Apache-2.0.
const OPENAPI: &str = include_str!("fixtures/openapi-3.0.schema.json");

/// The specs by the names of their files.
fn specs() -> [(&'static str, Document); 3] {
    [
        ("contactship", threadline_contactship::OPENAPI),
        ("inboxapp-v1", threadline_inboxapp_v1::OPENAPI),
        ("inboxapp-v2", threadline_inboxapp_v2::OPENAPI),
    ]
    .map(|(name, openapi)| (name, Document::parse(openapi)))
}

/// What is wrong with the examples of a document.
fn problems(document: &Document, reading: Reading) -> Vec<String> {
    let mut validators: HashMap<String, Validator> = HashMap::new();
    let mut problems = Vec::new();
    for Found {
        place,
        schema,
        value,
    } in found(document)
    {
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            jsonschema::options()
                .should_validate_formats(true)
                .build(&schemas(document, schema, reading))
                .unwrap_or_else(|error| panic!("{place}: {error}"))
        });
        let errors = validator.iter_errors(value);
        problems.extend(errors.map(|error| format!("{place}{}: {error}", error.instance_path())));
    }
    problems
}

/// The specs say once which responses every operation has; the clients' documents repeat them.
fn repeat_shared_responses(spec: &mut Value) {
    let shared = spec
        .as_object_mut()
        .unwrap()
        .remove("x-threadline-responses");
    let Some(Value::Object(shared)) = shared else {
        return;
    };
    for item in spec["paths"].as_object_mut().unwrap().values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            let responses = operation["responses"].as_object_mut().unwrap();
            for (status, response) in &shared {
                responses.entry(status).or_insert_with(|| response.clone());
            }
        }
    }
}

/// The specs say which results come in an envelope; the clients' documents describe the envelopes.
fn write_envelopes(spec: &mut Value) {
    let mut envelopes = Vec::new();
    for item in spec["paths"].as_object_mut().unwrap().values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            if let Some(member) = operation.remove("x-threadline-envelope-possible") {
                operation.insert("x-threadline-envelope".to_owned(), member);
                continue;
            }
            if !operation.contains_key("x-threadline-envelope") {
                continue;
            }
            for (status, response) in operation["responses"].as_object_mut().unwrap() {
                let schema = response.pointer_mut("/content/application~1json/schema");
                let Some(schema) = schema.filter(|_| status.starts_with('2')) else {
                    continue;
                };
                let reference = |schema: &Value| {
                    let reference = schema["$ref"].as_str()?;
                    Some(reference.rsplit_once('/')?.1.to_owned())
                };
                let (name, data) = match reference(schema) {
                    Some(name) => (
                        format!("{name}Envelope"),
                        json!({"allOf": [schema], "description": "The result."}),
                    ),
                    None => {
                        let item = reference(&schema["items"]).unwrap();
                        let mut data = schema.clone();
                        data["description"] = json!("The result.");
                        (format!("{item}ListEnvelope"), data)
                    }
                };
                *schema = json!({"$ref": format!("#/components/schemas/{name}")});
                envelopes.push((name, data));
            }
        }
    }
    for (name, data) in envelopes {
        spec["components"]["schemas"][name] = json!({
            "type": "object",
            "description": "The envelope around a result.",
            "required": ["data"],
            "properties": {
                "statusCode": {"type": "integer", "description": "The HTTP status."},
                "data": data,
            },
        });
    }
}

/// The clients carry the specs as they were generated from, which is what the tests read.
#[test]
fn the_clients_are_made_from_the_specs() {
    for (name, document) in specs() {
        let path = format!("{}/../specs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let yaml = std::fs::read_to_string(&path).unwrap();
        let mut spec: Value = serde_saphyr::from_str(&yaml).unwrap();
        repeat_shared_responses(&mut spec);
        write_envelopes(&mut spec);
        let hint = format!("{name}: run `cargo xtask codegen`");
        assert!(spec == *document.root(), "{hint}");
    }
}

#[test]
fn the_specs_are_openapi() {
    let meta: Value = serde_json::from_str(OPENAPI).unwrap();
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .build(&meta)
        .unwrap();
    for (name, document) in specs() {
        let errors: Vec<_> = validator
            .iter_errors(document.root())
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    }
}

#[test]
fn every_example_keeps_to_its_schema() {
    for (name, document) in specs() {
        let problems = problems(&document, Reading::Written);
        assert!(problems.is_empty(), "{name}: {}", problems.join("\n"));
    }
}

/// A schema that lacks a member which an example has is not complete.
#[test]
fn every_example_holds_only_what_is_described() {
    for (name, document) in specs() {
        let problems = problems(&document, Reading::Strict);
        assert!(problems.is_empty(), "{name}: {}", problems.join("\n"));
    }
}

/// A member that no example shows could go, from the schema or from the vendor's answers, and no
/// test would notice.
#[test]
fn every_member_of_an_answer_is_in_an_example() {
    let mut hidden = Vec::new();
    for (name, document) in specs() {
        let members = shown::hidden(&document).into_iter();
        hidden.extend(members.map(|member| format!("{name}: {member}")));
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}

mod checks {
    //! The checks themselves notice what they are there for.

    use super::*;

    /// Places in the first spec at which something can be taken away.
    fn changed(change: impl Fn(&mut Value)) -> Vec<String> {
        let [(_, document), ..] = specs();
        let mut root = document.root().clone();
        change(&mut root);
        let document = Document::new(root);
        let mut problems = problems(&document, Reading::Strict);
        problems.extend(shown::hidden(&document));
        problems
    }

    fn remove(root: &mut Value, pointer: &str) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = root.pointer_mut(parent).expect(pointer).as_object_mut();
        assert!(parent.unwrap().remove(name).is_some(), "{pointer}");
    }

    #[test]
    fn a_member_that_is_missing_in_a_schema() {
        for member in ["assignee", "created_at", "status"] {
            let problems = changed(|root| {
                let pointer = format!("/components/schemas/Thread/properties/{member}");
                remove(root, &pointer);
            });
            assert!(!problems.is_empty(), "{member}");
        }
    }

    #[test]
    fn a_member_that_is_missing_in_an_example() {
        let problems = changed(|root| {
            let examples = root
                .pointer_mut("/components/responses/Deleted/content/application~1json/examples")
                .unwrap();
            for example in examples.as_object_mut().unwrap().values_mut() {
                remove(example, "/value/data");
            }
        });
        assert!(!problems.is_empty());
    }

    #[test]
    fn a_word_that_is_missing() {
        let problems = changed(|root| {
            let words = root.pointer_mut("/components/schemas/AssigneeType/enum");
            words.unwrap().as_array_mut().unwrap().clear();
        });
        assert!(!problems.is_empty());
    }
}
