//! The normalized form of both documents' schemas.

use std::collections::BTreeSet;

use serde_json::Value;

/// Schemas that all apply, as in `allOf`. An empty node allows anything.
pub(super) type Node<'a> = Vec<Part<'a>>;

/// One of the schemas of a node.
#[derive(Clone, Debug)]
pub(super) enum Part<'a> {
    /// As in the document; references and combinations are not resolved yet.
    Schema(Leaf<'a>),
    /// The schema's own keywords only: references and combinations are separate parts.
    Own(Leaf<'a>),
    /// One of these nodes.
    Choice(Choice<'a>),
}

/// A schema and how it was reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'a> {
    pub schema: &'a Value,
    /// The component that the schema belongs to, if it was reached through a reference.
    pub owner: Option<&'a str>,
    /// The number of references and combinations between the node and the schema.
    pub depth: usize,
}

/// A union whose members are not resolved yet.
#[derive(Clone, Debug)]
pub(super) struct Choice<'a> {
    pub members: Vec<Node<'a>>,
    pub owner: Option<&'a str>,
    /// The references that led to the union: a member that is one of them adds nothing.
    pub trail: Vec<&'a str>,
}

impl<'a> Choice<'a> {
    /// A union of nodes that stand for themselves.
    pub fn of(members: Vec<Node<'a>>) -> Part<'a> {
        Part::Choice(Self {
            members,
            owner: None,
            trail: Vec::new(),
        })
    }
}

/// Everything a node allows, by JSON type.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape<'a> {
    /// The type is not specified.
    pub any: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// The component that declares null, if it is not the place itself.
    pub nullable_by: Option<&'a str>,
    /// The component that declares the types.
    pub owner: Option<&'a str>,
    pub scalars: Vec<Scalar<'a>>,
    /// The strings that a number may also come as.
    pub number_words: BTreeSet<String>,
    /// The items of a list.
    pub list: Option<Node<'a>>,
    pub objects: Vec<Object<'a>>,
}

/// A string, a number, a boolean.
#[derive(Clone, Debug)]
pub(super) struct Scalar<'a> {
    /// The JSON type; integers are `number` here.
    pub name: &'a str,
    /// Whether it is an integer.
    pub whole: bool,
    pub words: Option<Words<'a>>,
}

/// The values that are listed.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    pub values: BTreeSet<String>,
    /// Whether other values are possible too.
    pub open: bool,
    pub owner: Option<&'a str>,
}

/// An object type.
#[derive(Clone, Debug)]
pub(super) struct Object<'a> {
    /// The address of its schemas in memory: the same object has the same identity everywhere.
    pub id: Vec<usize>,
    pub owner: Option<&'a str>,
    pub properties: Vec<Property<'a>>,
    pub rest: Rest<'a>,
    /// The properties that discriminators name.
    pub tags: Vec<&'a str>,
}

/// A declared property.
#[derive(Clone, Debug)]
pub(super) struct Property<'a> {
    pub name: &'a str,
    /// The component that declares it.
    pub owner: Option<&'a str>,
    pub required: bool,
    pub node: Node<'a>,
}

/// The undeclared properties of an object.
#[derive(Clone, Debug)]
pub(super) enum Rest<'a> {
    Open,
    Closed,
    /// Values of one type under any name.
    Map(Node<'a>),
}

impl<'a> Object<'a> {
    pub fn property(&self, name: &str) -> Option<&Property<'a>> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// Whether this component declares some of the properties.
    pub fn has_owner(&self, owner: &str) -> bool {
        self.owner == Some(owner)
            || self
                .properties
                .iter()
                .any(|property| property.owner == Some(owner))
    }

    /// Merges several objects into one with all their properties.
    pub fn merged(objects: &[Self]) -> Self {
        let mut merged = Self {
            id: objects
                .iter()
                .flat_map(|object| object.id.clone())
                .collect(),
            owner: None,
            properties: Vec::new(),
            rest: Rest::Open,
            tags: Vec::new(),
        };
        for property in objects.iter().flat_map(|object| &object.properties) {
            if merged.property(property.name).is_some() {
                continue;
            }
            let same = objects
                .iter()
                .filter_map(|object| object.property(property.name))
                .collect::<Vec<_>>();
            merged.properties.push(Property {
                name: property.name,
                owner: property.owner,
                required: same.len() == objects.len() && same.iter().all(|same| same.required),
                node: vec![Choice::of(
                    same.iter().map(|same| same.node.clone()).collect(),
                )],
            });
        }
        merged
    }
}

/// A node of one schema as it is in the document.
pub(super) fn node(schema: &Value) -> Node<'_> {
    vec![Part::Schema(Leaf {
        schema,
        owner: None,
        depth: 0,
    })]
}

/// The address of a value in memory, which identifies it.
pub(super) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}
