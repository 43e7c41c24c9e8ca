//! The effective keywords of schemas, with everything resolved.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::spec::document::{items, members, text};

use super::shape::{
    Choice, Leaf, Node, Object, Property, Rest, Scalar, Shape, Words, address, node,
};

/// Whether the schema only lists required properties.
pub(super) fn only_requires(schema: &Value) -> bool {
    schema.get("required").is_some()
        && members(Some(schema)).all(|(keyword, _)| {
            ["required", "not", "title", "description"].contains(&keyword.as_str())
        })
}

/// What schemas without references and combinations allow together.
pub(super) fn shape<'a>(leaves: &[Leaf<'a>]) -> Shape<'a> {
    let (nullable, nullable_by) = nullable(leaves);
    let mut shape = Shape {
        nullable,
        nullable_by,
        ..Shape::default()
    };
    let mut types: Option<Vec<&str>> = None;
    let mut outermost = usize::MAX;
    for leaf in leaves {
        let Some(declared) = types_of(leaf.schema) else {
            continue;
        };
        if leaf.depth < outermost {
            outermost = leaf.depth;
            shape.owner = leaf.owner;
        }
        types = Some(match types {
            Some(types) => meet(&types, &declared),
            None => declared,
        });
    }
    let Some(types) = types else {
        shape.any = true;
        return shape;
    };
    for name in types {
        match name {
            "null" => {}
            "array" => shape.list = Some(list(leaves)),
            "object" => shape.objects = vec![object(leaves)],
            name => shape.scalars.push(scalar(name, leaves)),
        }
    }
    shape
}

/// Whether null is allowed, and the component that says so. Decided by the outermost schemas that mention it, which
/// have to agree.
fn nullable<'a>(leaves: &[Leaf<'a>]) -> (bool, Option<&'a str>) {
    let said = leaves
        .iter()
        .filter_map(|leaf| Some((leaf, allows_null(leaf.schema)?)))
        .collect::<Vec<_>>();
    let Some(outermost) = said.iter().map(|(leaf, _)| leaf.depth).min() else {
        return (false, None);
    };
    let mut deciding = said.iter().filter(|(leaf, _)| leaf.depth == outermost);
    let owner = deciding.clone().find_map(|(leaf, _)| leaf.owner);
    (deciding.all(|(_, allows)| *allows), owner)
}

fn allows_null(schema: &Value) -> Option<bool> {
    let listed = listed(schema);
    if listed.iter().flatten().any(|value| value.is_null()) {
        return Some(true);
    }
    if let Some(nullable) = schema.get("nullable").and_then(Value::as_bool) {
        return Some(nullable);
    }
    match schema.get("type") {
        Some(Value::String(name)) => Some(name == "null"),
        Some(Value::Array(names)) => Some(names.iter().any(|name| name == "null")),
        _ => listed.map(|_| false),
    }
}

/// The values that `enum` or `const` list.
fn listed(schema: &Value) -> Option<Vec<&Value>> {
    match schema.get("const") {
        Some(value) => Some(vec![value]),
        None => schema
            .get("enum")
            .map(|values| items(Some(values)).collect()),
    }
}

/// The types that a schema lists, or that follow from its other keywords.
fn types_of(schema: &Value) -> Option<Vec<&str>> {
    match schema.get("type") {
        Some(Value::String(name)) => return Some(vec![name]),
        Some(Value::Array(names)) => return Some(names.iter().filter_map(Value::as_str).collect()),
        _ => {}
    }
    if let Some(values) = listed(schema) {
        let mut types = values.into_iter().map(type_of).collect::<Vec<_>>();
        types.sort_unstable();
        types.dedup();
        return Some(types);
    }
    let says = |keywords: &[&str]| keywords.iter().any(|keyword| schema.get(keyword).is_some());
    if says(&["properties", "patternProperties", "additionalProperties"]) {
        return Some(vec!["object"]);
    }
    says(&["items", "prefixItems"]).then(|| vec!["array"])
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The types that both allow; an integer is a number.
fn meet<'a>(one: &[&'a str], other: &[&'a str]) -> Vec<&'a str> {
    let mut both = Vec::new();
    for name in one {
        let narrower = other.iter().find(|same| match **same {
            "integer" | "number" => ["integer", "number"].contains(name),
            same => same == *name,
        });
        match narrower {
            Some(&"integer") => both.push("integer"),
            Some(_) => both.push(name),
            None => {}
        }
    }
    both
}

fn scalar<'a>(name: &'a str, leaves: &[Leaf<'a>]) -> Scalar<'a> {
    let mut words: Option<Words<'a>> = None;
    for leaf in leaves {
        let Some(found) = words_of(name, leaf) else {
            continue;
        };
        words = Some(match words.take() {
            None => found,
            Some(mut words) => {
                words.values.retain(|value| found.values.contains(value));
                words.open &= found.open;
                words
            }
        });
    }
    let whole = name == "integer";
    Scalar {
        name: if whole { "number" } else { name },
        whole,
        words,
    }
}

fn words_of<'a>(name: &str, leaf: &Leaf<'a>) -> Option<Words<'a>> {
    let known = leaf.schema.get("x-threadline-known-values");
    let values = listed(leaf.schema).or_else(|| known.map(|known| items(Some(known)).collect()))?;
    let values = values
        .into_iter()
        .filter(|value| {
            let found = type_of(value);
            found == name || (name == "number" && found == "integer")
        })
        .map(word)
        .collect::<BTreeSet<_>>();
    (!values.is_empty()).then_some(Words {
        values,
        open: listed(leaf.schema).is_none(),
        owner: leaf.owner,
    })
}

/// A value as displayed and compared.
fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl Words<'_> {
    pub fn text(&self) -> String {
        let values = self.values.iter().map(String::as_str);
        values.collect::<Vec<_>>().join(", ")
    }
}

/// The items of a list. A tuple is treated as a list of all its element types.
fn list<'a>(leaves: &[Leaf<'a>]) -> Node<'a> {
    let mut parts = Vec::new();
    for leaf in leaves {
        let places = items(leaf.schema.get("prefixItems"));
        let more = leaf.schema.get("items").filter(|items| items.is_object());
        let members = places.chain(more).map(node).collect::<Vec<_>>();
        match <[_; 1]>::try_from(members) {
            Ok([only]) => parts.extend(only),
            Err(members) if members.is_empty() => {}
            Err(members) => parts.push(Choice::of(members)),
        }
    }
    parts
}

fn object<'a>(leaves: &[Leaf<'a>]) -> Object<'a> {
    let mut object = Object {
        id: Vec::new(),
        owner: None,
        properties: Vec::new(),
        rest: Rest::Open,
        tags: Vec::new(),
    };
    let mut outermost = usize::MAX;
    for leaf in leaves {
        let schema = leaf.schema;
        let tag = schema.get("discriminator");
        object
            .tags
            .extend(tag.and_then(|tag| text(tag, "propertyName")));
        rest(&mut object.rest, schema);
        if !["properties", "patternProperties", "additionalProperties"]
            .iter()
            .any(|keyword| schema.get(keyword).is_some())
        {
            continue;
        }
        object.id.push(address(schema));
        if leaf.depth < outermost {
            outermost = leaf.depth;
            object.owner = leaf.owner;
        }
        properties(&mut object.properties, leaf);
    }
    for name in leaves
        .iter()
        .flat_map(|leaf| items(leaf.schema.get("required")))
    {
        for property in &mut object.properties {
            property.required |= name == property.name;
        }
    }
    object.id.sort_unstable();
    object
}

fn properties<'a>(properties: &mut Vec<Property<'a>>, leaf: &Leaf<'a>) {
    for (name, schema) in members(leaf.schema.get("properties")) {
        if schema == &Value::Bool(false) {
            continue;
        }
        match properties.iter_mut().find(|property| property.name == name) {
            Some(property) => property.node.extend(node(schema)),
            None => properties.push(Property {
                name,
                owner: leaf.owner,
                required: false,
                node: node(schema),
            }),
        }
    }
}

fn rest<'a>(rest: &mut Rest<'a>, schema: &'a Value) {
    let patterns = members(schema.get("patternProperties")).map(|(_, schema)| schema);
    let more = schema.get("additionalProperties");
    let values = patterns.chain(more).filter(|schema| schema.is_object());
    let values = values.map(node).collect::<Vec<_>>();
    if !values.is_empty() {
        *rest = Rest::Map(vec![Choice::of(values)]);
    } else if more == Some(&Value::Bool(false)) {
        *rest = Rest::Closed;
    }
}
