//! The schemas of a spec, compiled into validators.

use std::sync::{Arc, OnceLock};

use jsonschema::{Draft, Registry, RegistryBuilder, Validator};
use serde_json::Value;

use super::document::{Node, SpecError};
use super::json_schema;
use crate::spec::issue::Issue;

/// The component schemas of a document, which other schemas refer to.
#[derive(Clone)]
pub(crate) struct Components {
    registry: Arc<Registry<'static>>,
}

/// A schema, compiled on first use: most operations are never called in the life of an emulator,
/// and compiling all schemas would dominate its startup.
pub(crate) struct Schema {
    components: Components,
    source: Value,
    validator: OnceLock<Result<Validator, String>>,
}

impl Components {
    /// Reads `components/schemas` of the document.
    pub(crate) fn of(root: &Node<'_>) -> Result<Self, SpecError> {
        let schemas = match root.get("components")? {
            Some(components) => components
                .get("schemas")?
                .map(|schemas| schemas.value().clone()),
            None => None,
        };
        let document = json_schema::components(&schemas.unwrap_or_default());
        let registry = Registry::new()
            .draft(Draft::Draft4)
            .add(json_schema::COMPONENTS, document)
            .and_then(RegistryBuilder::prepare)
            .map_err(|error| root.error(format!("the schemas cannot be read: {error}")))?;
        Ok(Self {
            registry: Arc::new(registry),
        })
    }

    /// A schema of the document.
    pub(crate) fn schema(&self, schema: &Node<'_>) -> Schema {
        Schema {
            components: self.clone(),
            source: json_schema::json_schema(schema.value()),
            validator: OnceLock::new(),
        }
    }
}

impl Schema {
    /// Validates a value; empty if it is valid.
    pub(crate) fn issues(&self, value: &Value) -> Vec<Issue> {
        match self.compiled() {
            Ok(validator) if validator.is_valid(value) => Vec::new(),
            Ok(validator) => {
                let errors = validator.iter_errors(value);
                let mut issues = errors
                    .flat_map(|error| Issue::from_error(&error))
                    .collect::<Vec<_>>();
                // The validator's order depends on the features of its map type.
                issues.sort_by(|one, other| one.path.cmp(&other.path));
                issues
            }
            Err(message) => {
                vec![Issue::body(format!(
                    "has a schema that cannot be compiled: {message}"
                ))]
            }
        }
    }

    /// The validator, or why it cannot be compiled.
    pub(crate) fn compiled(&self) -> Result<&Validator, &str> {
        let compile = || {
            jsonschema::options()
                .with_draft(Draft::Draft4)
                .with_registry(&self.components.registry)
                .should_validate_formats(true)
                .offline()
                .build(&self.source)
                .map_err(|error| error.to_string())
        };
        self.validator
            .get_or_init(compile)
            .as_ref()
            .map_err(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::document::Document;
    use super::*;

    fn issues(schema: &str, value: &Value) -> Vec<String> {
        let document = json!({
            "schemas": {"main": {"$ref": format!("#/components/schemas/{schema}")}},
            "components": {"schemas": {
                "Update": {
                    "type": "object",
                    "properties": {
                        "done": {"type": "boolean"},
                        "id": {"type": "string", "nullable": true, "pattern": "^[0-9a-z]+$"},
                        "kind": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Kind"}]},
                        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
                        "at": {"type": "string", "format": "date-time"},
                        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
                    },
                    "additionalProperties": false,
                },
                "Kind": {"type": "string", "enum": ["a", "b"]},
                "Target": {"oneOf": [
                    {"$ref": "#/components/schemas/ThreadTarget"},
                    {"$ref": "#/components/schemas/ContactTarget"},
                ]},
                "ThreadTarget": {"type": "object", "required": ["type", "threadId"], "properties": {
                    "type": {"type": "string", "enum": ["thread"]}, "threadId": {"type": "string"},
                }},
                "ContactTarget": {
                    "type": "object", "required": ["type", "contactId", "linkId"], "properties": {
                        "type": {"type": "string", "enum": ["contact"]},
                        "contactId": {"type": "string"}, "linkId": {"type": "string"},
                    }
                },
                "NumberOrText": {"oneOf": [{"type": "number"}, {"type": "string"}]},
            }},
        });
        let document = Document::parse(&document.to_string()).unwrap();
        let root = document.root();
        let schemas = root.require("schemas").unwrap();
        let components = Components::of(&root).unwrap();
        let schema = components.schema(&schemas.require("main").unwrap());
        schema
            .issues(value)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_valid_value_has_no_issues() {
        let update = json!({"done": true, "id": null, "kind": null, "tags": []});
        assert_eq!(issues("Update", &update), [""; 0]);
        assert_eq!(issues("NumberOrText", &json!("5")), [""; 0]);
    }

    #[test]
    fn issues_name_the_field() {
        assert_eq!(issues("Update", &json!([])), ["the body must be object"]);
        assert_eq!(
            issues("Update", &json!({"done": 1})),
            ["done must be boolean"]
        );
        assert_eq!(
            issues("Update", &json!({"id": "A"})),
            ["id must match ^[0-9a-z]+$"]
        );
        assert_eq!(
            issues("Update", &json!({"id": 1})),
            ["id must be null or string"]
        );
        assert_eq!(
            issues("Update", &json!({"kind": "c"})),
            ["kind must be one of a, b"]
        );
        assert_eq!(
            issues("Update", &json!({"limit": 101})),
            ["limit must be at most 100"]
        );
        assert_eq!(
            issues("Update", &json!({"at": "noon"})),
            ["at must be a date-time"]
        );
        assert_eq!(
            issues("Update", &json!({"more": 1})),
            ["more is not a known field"]
        );
        let tags = json!({"tags": ["a", ""]});
        assert_eq!(
            issues("Update", &tags),
            ["tags[1] must have at least 1 characters"]
        );
    }

    #[test]
    fn issues_are_about_the_alternative_that_was_meant() {
        let contact = json!({"type": "contact", "contactId": 5, "linkId": "x"});
        assert_eq!(issues("Target", &contact), ["contactId must be string"]);
        let thread = json!({"type": "thread"});
        assert_eq!(issues("Target", &thread), ["threadId is required"]);
        let nothing = ["the body has none of the forms it may have"];
        assert_eq!(issues("NumberOrText", &json!([])), nothing);
    }
}
