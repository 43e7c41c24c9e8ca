//! A parsed OpenAPI document and nodes that know their JSON pointer.

use std::fmt;

use serde_json::Value;

/// An error in a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpecError {
    /// JSON pointer to the offending value.
    pub(crate) pointer: String,
    /// What is wrong with it.
    pub(crate) message: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at {}: {}", self.pointer, self.message)
    }
}

/// A parsed OpenAPI document.
pub(crate) struct Document {
    root: Value,
}

impl Document {
    /// Parses the JSON text of a document.
    pub(crate) fn parse(text: &str) -> Result<Self, SpecError> {
        match serde_json::from_str(text) {
            Ok(root) => Ok(Self { root }),
            Err(error) => Err(SpecError {
                pointer: "/".to_owned(),
                message: format!("not JSON: {error}"),
            }),
        }
    }

    /// The root of the document.
    pub(crate) fn root(&self) -> Node<'_> {
        Node {
            document: self,
            pointer: String::new(),
            value: &self.root,
        }
    }
}

/// A value in a document, with its JSON pointer.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    document: &'a Document,
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The value itself, with references unresolved.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The member `name`, with a reference resolved.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Node<'a>>, SpecError> {
        let Some(value) = self.value.get(name) else {
            return Ok(None);
        };
        self.child(name, value).resolve().map(Some)
    }

    /// The member `name`; an error if it is missing.
    pub(crate) fn require(&self, name: &str) -> Result<Node<'a>, SpecError> {
        self.get(name)?
            .ok_or_else(|| self.error(format!("`{name}` is missing")))
    }

    /// The members of an object, with references resolved.
    pub(crate) fn members(&self) -> Result<Vec<(&'a str, Node<'a>)>, SpecError> {
        let object = self
            .value
            .as_object()
            .ok_or_else(|| self.error("not an object"))?;
        object
            .iter()
            .map(|(name, value)| Ok((name.as_str(), self.child(name, value).resolve()?)))
            .collect()
    }

    /// The items of a list, with references resolved.
    pub(crate) fn items(&self) -> Result<Vec<Node<'a>>, SpecError> {
        let list = self
            .value
            .as_array()
            .ok_or_else(|| self.error("not a list"))?;
        list.iter()
            .enumerate()
            .map(|(index, value)| self.child(&index.to_string(), value).resolve())
            .collect()
    }

    /// The value as text.
    pub(crate) fn text(&self) -> Result<&'a str, SpecError> {
        self.value
            .as_str()
            .ok_or_else(|| self.error("not a string"))
    }

    /// The root of the document this node belongs to.
    pub(crate) fn document_root(&self) -> Node<'a> {
        self.document.root()
    }

    /// Creates an error at this node.
    pub(crate) fn error(&self, message: impl Into<String>) -> SpecError {
        let pointer = if self.pointer.is_empty() {
            "/"
        } else {
            &self.pointer
        };
        SpecError {
            pointer: pointer.to_owned(),
            message: message.into(),
        }
    }

    fn child(&self, name: &str, value: &'a Value) -> Node<'a> {
        let step = name.replace('~', "~0").replace('/', "~1");
        Node {
            document: self.document,
            pointer: format!("{}/{step}", self.pointer),
            value,
        }
    }

    fn resolve(self) -> Result<Node<'a>, SpecError> {
        let mut node = self;
        for _ in 0..MAX_REFERENCES {
            let Some(target) = node.value.get("$ref").and_then(Value::as_str) else {
                return Ok(node);
            };
            let Some(pointer) = target.strip_prefix('#') else {
                return Err(node.error(format!("`{target}` does not point into this document")));
            };
            let Some(value) = node.document.root.pointer(pointer) else {
                return Err(node.error(format!("`{target}` does not exist")));
            };
            node = Node {
                document: node.document,
                pointer: pointer.to_owned(),
                value,
            };
        }
        Err(node.error("references are circular"))
    }
}

/// How many chained references are resolved before they are considered circular.
const MAX_REFERENCES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse(text).unwrap()
    }

    #[test]
    fn follows_references() {
        let document = document(r##"{"a": {"$ref": "#/b"}, "b": {"$ref": "#/c~1d"}, "c/d": 5}"##);
        assert_eq!(
            document.root().require("a").unwrap().value(),
            &Value::from(5)
        );
    }

    #[test]
    fn names_the_place_of_an_error() {
        let document = document(r##"{"paths": {"/a": {"get": {"$ref": "#/nowhere"}}}}"##);
        let path = document
            .root()
            .require("paths")
            .unwrap()
            .require("/a")
            .unwrap();
        let error = path.require("get").err().unwrap();
        assert_eq!(
            error.to_string(),
            "at /paths/~1a/get: `#/nowhere` does not exist"
        );
    }

    #[test]
    fn circular_references_are_an_error() {
        let document = document(r##"{"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}"##);
        assert!(
            document
                .root()
                .get("a")
                .err()
                .unwrap()
                .message
                .contains("circular")
        );
    }
}
