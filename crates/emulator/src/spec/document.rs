//! An OpenAPI document as JSON, and a way to walk it that knows where it is.

use std::fmt;

use serde_json::Value;

/// What is wrong with a spec, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpecError {
    /// JSON pointer to the offending place.
    pub(crate) pointer: String,
    /// What is wrong there.
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

    /// The document's outermost value.
    pub(crate) fn root(&self) -> Node<'_> {
        Node {
            document: self,
            pointer: String::new(),
            value: &self.root,
        }
    }
}

/// A value in a document together with the JSON pointer that leads to it.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    document: &'a Document,
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The value itself, references in it left as they are.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The member `name`, with a reference in its place followed.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Node<'a>>, SpecError> {
        let Some(value) = self.value.get(name) else {
            return Ok(None);
        };
        self.child(name, value).resolve().map(Some)
    }

    /// The member `name`, which has to be there.
    pub(crate) fn require(&self, name: &str) -> Result<Node<'a>, SpecError> {
        self.get(name)?
            .ok_or_else(|| self.error(format!("`{name}` is missing")))
    }

    /// The members of an object, references followed.
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

    /// The items of a list, references followed.
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

    /// The outermost value of the document this one is in.
    pub(crate) fn document_root(&self) -> Node<'a> {
        self.document.root()
    }

    /// An error at this place.
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
                return Err(node.error(format!("`{target}` is not a place in this document")));
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
        Err(node.error("references go in a circle"))
    }
}

/// How many references in a row are followed: more can only be a circle.
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
    fn a_circle_of_references_is_an_error() {
        let document = document(r##"{"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}"##);
        assert!(
            document
                .root()
                .get("a")
                .err()
                .unwrap()
                .message
                .contains("circle")
        );
    }
}
