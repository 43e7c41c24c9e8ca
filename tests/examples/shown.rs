//! Which members of the answers are in no example.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use threadline_tests::spec::{Document, Kind, Shape};

use crate::found::found;

/// The members of named schemas, as `Thread.id`.
type Members = BTreeSet<String>;

/// The members of the schemas in successful answers that are in no example.
pub fn hidden(document: &Document) -> Vec<String> {
    let mut survey = Survey {
        document,
        named: document
            .schemas()
            .map(|(name, schema)| (std::ptr::from_ref(schema), name))
            .collect(),
        described: Members::new(),
        shown: Members::new(),
    };
    for operation in document.operations() {
        let answers = operation.answers().into_iter();
        for answer in answers.filter(|answer| answer.is_success()) {
            if let Some(content) = answer.content {
                survey.describe(content.schema);
            }
        }
    }
    for example in found(document) {
        survey.show(example.schema, example.value);
    }
    survey
        .described
        .difference(&survey.shown)
        .map(|member| format!("{member} is in no example"))
        .collect()
}

struct Survey<'a> {
    document: &'a Document,
    named: BTreeMap<*const Value, &'a str>,
    described: Members,
    shown: Members,
}

impl<'a> Survey<'a> {
    /// The member of a named schema.
    fn member(&self, shape: &Shape<'a>, member: &str) -> Option<String> {
        let name = self.named.get(&std::ptr::from_ref(shape.schema))?;
        Some(format!("{name}.{member}"))
    }

    /// Notes every member that can be in an answer of this schema.
    fn describe(&mut self, schema: &'a Value) {
        let shape = Shape::of(self.document, schema);
        match &shape.kind {
            Kind::List(items) => self.describe(items),
            Kind::Object { members, .. } => {
                for (name, schema, _) in members {
                    let new = self
                        .member(&shape, name)
                        .is_none_or(|member| self.described.insert(member));
                    if new {
                        self.describe(schema);
                    }
                }
            }
            Kind::Union(members) => members.iter().for_each(|member| self.describe(member)),
            Kind::Tagged { tag, known, other } => {
                for (word, _) in known {
                    let value = serde_json::json!({ *tag: word });
                    if let Some(schema) = shape.chosen(self.document, &value) {
                        self.describe(schema);
                    }
                }
                if let Some(other) = other {
                    self.describe(other);
                }
            }
            _ => {}
        }
    }

    /// Notes every member that is in a value of this schema.
    fn show(&mut self, schema: &'a Value, value: &Value) {
        let shape = Shape::of(self.document, schema);
        match &shape.kind {
            Kind::List(schema) => {
                let items = value.as_array().into_iter().flatten();
                items.for_each(|item| self.show(schema, item));
            }
            Kind::Object { members, .. } => {
                for (name, schema, _) in members {
                    if let Some(value) = value.get(name) {
                        self.shown.extend(self.member(&shape, name));
                        self.show(schema, value);
                    }
                }
            }
            _ => {
                if let Some(schema) = shape.chosen(self.document, value) {
                    self.show(schema, value);
                }
            }
        }
    }
}
