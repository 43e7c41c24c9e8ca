//! The fields that a schema knows. A schema may allow others too, but knows nothing of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Node, SpecError};
use super::issue::{Issue, Step};

/// The fields of a value and of the values inside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Members {
    /// Any value: the schema says nothing about fields.
    #[default]
    Any,
    /// An object with these fields.
    Object(BTreeMap<String, Members>),
    /// A list of such values.
    List(Box<Members>),
}

impl Members {
    /// Derives the fields from a schema.
    pub(crate) fn of(schema: &Node<'_>) -> Result<Self, SpecError> {
        Self::within(schema, MAX_DEPTH)
    }

    /// The fields of a value that are not among these.
    pub(crate) fn unknown(&self, value: &Value) -> Vec<Issue> {
        let mut issues = Vec::new();
        self.collect(value, &mut Vec::new(), &mut issues);
        issues
    }

    fn collect(&self, value: &Value, path: &mut Vec<Step>, issues: &mut Vec<Issue>) {
        match (self, value) {
            (Self::Object(known), Value::Object(fields)) => {
                for (name, value) in fields {
                    path.push(Step::Name(name.clone()));
                    match known.get(name) {
                        Some(members) => members.collect(value, path, issues),
                        None => issues.push(Issue {
                            path: path.clone(),
                            message: "is not a known field".to_owned(),
                        }),
                    }
                    path.pop();
                }
            }
            (Self::List(members), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    path.push(Step::Index(index));
                    members.collect(value, path, issues);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn within(schema: &Node<'_>, depth: usize) -> Result<Self, SpecError> {
        // A schema that contains itself is followed only so far.
        let Some(depth) = depth.checked_sub(1) else {
            return Ok(Self::Any);
        };
        let open = schema.value().get("additionalProperties");
        if open.is_some_and(|open| *open != Value::Bool(false)) {
            return Ok(Self::Any);
        }
        if let Some(items) = schema.get("items")? {
            return Ok(Self::List(Box::new(Self::within(&items, depth)?)));
        }
        let mut found: Option<Self> = None;
        if let Some(properties) = schema.get("properties")? {
            let mut members = BTreeMap::new();
            for (name, property) in properties.members()? {
                members.insert(name.to_owned(), Self::within(&property, depth)?);
            }
            found = Some(Self::Object(members));
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            if let Some(parts) = schema.get(keyword)? {
                for part in parts.items()? {
                    let part = Self::within(&part, depth)?;
                    found = Some(match found {
                        Some(found) => found.or(part),
                        None => part,
                    });
                }
            }
        }
        Ok(found.unwrap_or_default())
    }

    /// The fields of either.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Object(mut one), Self::Object(other)) => {
                for (name, members) in other {
                    let known = one.remove(&name);
                    let members = match known {
                        Some(known) => known.or(members),
                        None => members,
                    };
                    one.insert(name, members);
                }
                Self::Object(one)
            }
            (Self::List(one), Self::List(other)) => Self::List(Box::new(one.or(*other))),
            _ => Self::Any,
        }
    }
}

/// How deep fields are followed.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::document::Document;
    use super::*;

    fn unknown(value: &Value) -> Vec<String> {
        let schema = json!({
            "allOf": [{"properties": {"base": {"type": "string"}}}],
            "properties": {
                "plain": {"type": "string"},
                "free": {"type": "object", "additionalProperties": true},
                "untyped": {"type": "object"},
                "list": {"type": "array", "items": {"properties": {"a": {"type": "integer"}}}},
                "either": {"oneOf": [
                    {"properties": {"b": {"type": "string"}}},
                    {"properties": {"c": {"type": "string"}}},
                ]},
            },
        });
        let document = Document::parse(&schema.to_string()).unwrap();
        let members = Members::of(&document.root()).unwrap();
        let issues = members.unknown(value);
        issues.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn known_fields_pass_at_every_depth() {
        let value = json!({
            "base": "x", "plain": "x", "free": {"x": 1}, "untyped": {"x": 1},
            "list": [{"a": 1}], "either": {"b": "x", "c": "x"},
        });
        assert_eq!(unknown(&value), [""; 0]);
        assert_eq!(unknown(&json!("no object")), [""; 0]);
    }

    #[test]
    fn unknown_fields_are_named() {
        let value = json!({"done": true, "list": [{"a": 1}, {"z": 1}], "either": {"d": 1}});
        let mut unknown = unknown(&value);
        // Objects are sorted or not, as other crates of the build ask.
        unknown.sort();
        assert_eq!(
            unknown,
            [
                "done is not a known field",
                "either.d is not a known field",
                "list[1].z is not a known field",
            ]
        );
    }
}
