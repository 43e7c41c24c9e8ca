//! A document, and how to find things in it.

use serde_json::Value;

use super::Operation;

/// The methods that an operation can have.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    root: Value,
}

impl Document {
    /// Reads a document.
    pub fn parse(openapi: &str) -> Self {
        Self::new(serde_json::from_str(openapi).expect("the document is JSON"))
    }

    /// A document that was read already.
    pub const fn new(root: Value) -> Self {
        Self { root }
    }

    /// All of it.
    pub const fn root(&self) -> &Value {
        &self.root
    }

    /// The address of the vendor's server.
    pub fn server(&self) -> &str {
        text(&self.root["servers"][0]["url"])
    }

    /// What a value stands for: itself, or what it refers to.
    pub fn resolve<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        while let Some(reference) = value["$ref"].as_str() {
            let pointer = reference
                .strip_prefix('#')
                .expect("references stay in the document");
            value = self
                .root
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{reference} leads nowhere"));
        }
        value
    }

    /// Every operation, in the order of the paths.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in members(&self.root["paths"]) {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(Operation::new(self, method, path, operation));
                }
            }
        }
        operations
    }

    /// Every named schema.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        members(&self.root["components"]["schemas"])
    }

    /// The examples that stand beside a schema: of a parameter or of a body.
    pub fn examples<'a>(&'a self, holder: &'a Value) -> Examples<'a> {
        let named = members(&holder["examples"])
            .map(|(name, example)| (name, &self.resolve(example)["value"]));
        let single = holder.get("example").map(|example| ("example", example));
        named.chain(single).collect()
    }
}

/// Examples by their names.
pub type Examples<'a> = Vec<(&'a str, &'a Value)>;

/// The members of an object; none of anything else.
pub(super) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

/// The items of a list; none of anything else.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text that must be there.
pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}
