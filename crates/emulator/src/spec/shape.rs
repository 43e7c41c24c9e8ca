//! The type of a parameter. Text on the wire is untyped, so the schema decides how it is parsed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Node, SpecError};

/// The type of a parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of values of one type.
    List(Box<Shape>),
    /// An object with members of known types.
    Object(BTreeMap<String, Shape>),
    /// One of several types: the first that can parse the text.
    Either(Vec<Shape>),
}

impl Shape {
    /// Derives the type from a schema.
    pub(crate) fn of(schema: &Node<'_>) -> Result<Self, SpecError> {
        Self::within(schema, MAX_DEPTH)
    }

    /// Whether a value can be a list.
    pub(crate) fn takes_list(&self) -> bool {
        match self {
            Self::List(_) => true,
            Self::Either(shapes) => shapes.iter().any(Self::takes_list),
            _ => false,
        }
    }

    /// Parses text. Text that cannot be parsed stays a string, so that schema validation rejects
    /// it.
    pub(crate) fn read(&self, text: &str) -> Value {
        self.try_read(text).unwrap_or_else(|| Value::from(text))
    }

    fn try_read(&self, text: &str) -> Option<Value> {
        match self {
            Self::Text => Some(Value::from(text)),
            Self::Integer => number(text).filter(|number| number.is_i64() || number.is_u64()),
            Self::Number => number(text),
            Self::Boolean => text.parse::<bool>().ok().map(Value::from),
            Self::Either(shapes) => shapes.iter().find_map(|shape| shape.try_read(text)),
            Self::List(_) | Self::Object(_) => None,
        }
    }

    fn within(schema: &Node<'_>, depth: usize) -> Result<Self, SpecError> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(schema.error("a parameter cannot nest this deeply"));
        };
        for keyword in ["allOf", "oneOf", "anyOf"] {
            if let Some(members) = schema.get(keyword)? {
                let shapes: Result<Vec<_>, _> = members
                    .items()?
                    .iter()
                    .map(|member| Self::within(member, depth))
                    .collect();
                return Ok(Self::one_of(shapes?));
            }
        }
        match schema.get("type")?.map(|kind| kind.text()).transpose()? {
            Some("integer") => Ok(Self::Integer),
            Some("number") => Ok(Self::Number),
            Some("boolean") => Ok(Self::Boolean),
            Some("array") => {
                let items = schema.require("items")?;
                Ok(Self::List(Box::new(Self::within(&items, depth)?)))
            }
            Some("object") => {
                let mut members = BTreeMap::new();
                if let Some(properties) = schema.get("properties")? {
                    for (name, property) in properties.members()? {
                        members.insert(name.to_owned(), Self::within(&property, depth)?);
                    }
                }
                Ok(Self::Object(members))
            }
            Some("string") | None => Ok(Self::Text),
            Some(other) => Err(schema.error(format!("`{other}` is not a type"))),
        }
    }

    fn one_of(mut shapes: Vec<Self>) -> Self {
        // Text parses everything, so it must come last.
        shapes.sort_by_key(|shape| *shape == Self::Text);
        match shapes.len() {
            1 => shapes.pop().unwrap_or(Self::Text),
            _ => Self::Either(shapes),
        }
    }
}

/// Parses a number in JSON syntax: no plus sign, no leading zeros, no whitespace.
fn number(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    (value.is_number() && text.trim() == text).then_some(value)
}

/// The maximum nesting depth of a parameter's schema.
const MAX_DEPTH: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::document::Document;
    use super::*;

    fn shape(schema: &Value) -> Shape {
        Shape::of(&Document::parse(&schema.to_string()).unwrap().root()).unwrap()
    }

    #[test]
    fn text_is_read_as_its_type() {
        assert_eq!(shape(&json!({"type": "integer"})).read("20"), json!(20));
        assert_eq!(shape(&json!({"type": "number"})).read("1.5"), json!(1.5));
        assert_eq!(shape(&json!({"type": "boolean"})).read("true"), json!(true));
        assert_eq!(shape(&json!({"type": "string"})).read("20"), json!("20"));
    }

    #[test]
    fn text_that_does_not_fit_stays_text() {
        assert_eq!(shape(&json!({"type": "integer"})).read("1.5"), json!("1.5"));
        assert_eq!(
            shape(&json!({"type": "number"})).read("\"1\""),
            json!("\"1\"")
        );
        assert_eq!(shape(&json!({"type": "boolean"})).read("yes"), json!("yes"));
    }

    #[test]
    fn numbers_are_written_as_json_writes_them() {
        for text in ["+5", "05", " 5", "5 ", "1e2", "", "Infinity"] {
            assert_eq!(Shape::Integer.read(text), json!(text), "{text}");
        }
        assert_eq!(Shape::Integer.read("-5"), json!(-5));
        assert_eq!(Shape::Number.read("1e2"), json!(100.0));
    }

    #[test]
    fn a_union_prefers_the_narrower_type() {
        let union = shape(&json!({"oneOf": [{"type": "string"}, {"type": "number"}]}));
        assert_eq!(union.read("5"), json!(5));
        assert_eq!(union.read("five"), json!("five"));
    }

    #[test]
    fn objects_and_lists_nest() {
        let filters = shape(&json!({
            "type": "object",
            "properties": {"ids": {"type": "array", "items": {"type": "string"}}},
        }));
        let ids = Shape::List(Box::new(Shape::Text));
        assert_eq!(filters, Shape::Object([("ids".to_owned(), ids)].into()));
    }
}
