//! What a schema says, with references followed and compositions put together.

use serde_json::Value;

use super::document::{Document, items, members, text};

/// What a schema says about a value.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// Whether the value may be `null`.
    pub nullable: bool,
    /// What the value is otherwise.
    pub kind: Kind<'a>,
    /// The schema, without anything around it.
    pub schema: &'a Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// Any JSON.
    Any,
    /// A text.
    Text,
    /// One of these words; `open` sets may have more.
    Word {
        /// The words.
        words: Vec<&'a str>,
        /// Whether there may be more.
        open: bool,
    },
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list of such items.
    List(&'a Value),
    /// An object.
    Object {
        /// The members that are described: name, schema, and whether it is always there.
        members: Vec<(&'a str, &'a Value, bool)>,
        /// What the members are like that are not described, if there may be such.
        more: Option<&'a Value>,
    },
    /// One of several, told apart by the type of JSON.
    Union(Vec<&'a Value>),
    /// One of several, told apart by a member.
    Tagged {
        /// The name of the member.
        tag: &'a str,
        /// The values of the member and what the object then is.
        known: Vec<(&'a str, Value)>,
        /// What the object is with any other value.
        other: Option<&'a Value>,
    },
}

impl<'a> Shape<'a> {
    /// What the schema says.
    pub fn of(document: &'a Document, schema: &'a Value) -> Self {
        let schema = document.resolve(schema);
        let nullable = schema["nullable"] == true;
        let parts: Vec<_> = items(&schema["allOf"]).collect();
        match parts[..] {
            [] => Self {
                nullable,
                kind: kind(document, schema),
                schema,
            },
            [part] => Self {
                nullable,
                ..Self::of(document, part)
            },
            _ => Self {
                nullable,
                kind: together(document, &parts),
                schema,
            },
        }
    }

    /// The schema of the union's member that a value is.
    pub fn chosen(&self, document: &'a Document, value: &Value) -> Option<&'a Value> {
        match &self.kind {
            Kind::Union(members) => members
                .iter()
                .find(|member| Shape::of(document, member).is_like(value))
                .copied(),
            Kind::Tagged { tag, known, other } => {
                let word = value.get(tag)?.as_str()?;
                let reference = known.iter().find(|(known, _)| *known == word);
                match reference {
                    Some((_, reference)) => {
                        let name = text(&reference["$ref"]).rsplit('/').next()?;
                        document.root()["components"]["schemas"].get(name)
                    }
                    None => *other,
                }
            }
            _ => None,
        }
    }

    /// Whether the value is of the right type of JSON.
    fn is_like(&self, value: &Value) -> bool {
        match self.kind {
            Kind::Any => true,
            Kind::Text | Kind::Word { .. } => value.is_string(),
            Kind::Integer | Kind::Number => value.is_number(),
            Kind::Bool => value.is_boolean(),
            Kind::List(_) => value.is_array(),
            Kind::Object { .. } | Kind::Tagged { .. } => value.is_object(),
            Kind::Union(_) => true,
        }
    }
}

fn kind<'a>(document: &'a Document, schema: &'a Value) -> Kind<'a> {
    if let Some(tag) = schema.pointer("/discriminator/propertyName") {
        return tagged(document, schema, text(tag));
    }
    if let Some(members) = schema["oneOf"].as_array() {
        return Kind::Union(members.iter().collect());
    }
    match schema["type"].as_str() {
        None => Kind::Any,
        Some("string") => word(schema).unwrap_or(Kind::Text),
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Bool,
        Some("array") => Kind::List(&schema["items"]),
        Some("object") => object(schema),
        Some(other) => panic!("no value is a {other}"),
    }
}

fn word(schema: &Value) -> Option<Kind<'_>> {
    let open = schema.get("x-threadline-known-values");
    let words = open.or_else(|| schema.get("enum"))?;
    Some(Kind::Word {
        words: items(words).map(text).collect(),
        open: open.is_some(),
    })
}

fn object(schema: &Value) -> Kind<'_> {
    let is_required = |name: &str| items(&schema["required"]).any(|required| required == name);
    Kind::Object {
        members: members(&schema["properties"])
            .map(|(name, schema)| (name, schema, is_required(name)))
            .collect(),
        more: schema
            .get("additionalProperties")
            .filter(|more| **more != false),
    }
}

fn tagged<'a>(document: &'a Document, schema: &'a Value, tag: &'a str) -> Kind<'a> {
    let known: Vec<_> = members(&schema["discriminator"]["mapping"])
        .map(|(word, reference)| (word, serde_json::json!({ "$ref": reference })))
        .collect();
    let other = items(&schema["anyOf"])
        .find(|member| known.iter().all(|(_, reference)| reference != *member));
    Kind::Tagged {
        tag,
        known,
        other: other.map(|member| document.resolve(member)),
    }
}

/// An object that is several at once.
fn together<'a>(document: &'a Document, parts: &[&'a Value]) -> Kind<'a> {
    let (mut all, mut rest) = (Vec::new(), None);
    for part in parts {
        let Kind::Object { members, more } = Shape::of(document, part).kind else {
            panic!("{part}: only objects are put together");
        };
        all.extend(members);
        rest = rest.or(more);
    }
    Kind::Object {
        members: all,
        more: rest,
    }
}
