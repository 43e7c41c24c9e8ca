//! Normalizes schemas: follows references, merges `allOf`, and unifies OpenAPI 3.0 and 3.1 notation.

use serde_json::Value;

use crate::spec::document::{items, schema_name, text};

use super::keywords;
use super::shape::{Choice, Leaf, Node, Object, Part, Scalar, Shape, address};

/// The target of a local reference.
pub(super) fn target<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    document.pointer(pointer).or_else(|| {
        // References into `paths` may have encoded braces.
        let decoded = pointer
            .replace("%7B", "{")
            .replace("%7D", "}")
            .replace("%20", " ");
        document.pointer(&decoded)
    })
}

/// The schemas of one document.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'a> {
    pub document: &'a Value,
}

/// A node with everything in it resolved.
struct Expanded<'a> {
    leaves: Vec<Leaf<'a>>,
    choices: Vec<Choice<'a>>,
    /// A reference leads back to itself.
    circular: bool,
}

impl<'a> Schemas<'a> {
    /// What a node allows.
    pub fn shape(self, node: &[Part<'a>]) -> Shape<'a> {
        self.within(node, &[]).unwrap_or_else(|| Shape {
            any: true,
            ..Shape::default()
        })
    }

    /// `trail` are the references that led here; one that leads back to itself yields nothing.
    fn within(self, node: &[Part<'a>], trail: &[&'a str]) -> Option<Shape<'a>> {
        let mut expanded = Expanded {
            leaves: Vec::new(),
            choices: Vec::new(),
            circular: false,
        };
        for part in node {
            self.expand(part, trail, &mut expanded);
        }
        if expanded.circular {
            return None;
        }
        let mut choices = expanded.choices.into_iter();
        let Some(choice) = choices.next() else {
            return Some(keywords::shape(&expanded.leaves));
        };
        let rest = expanded
            .leaves
            .iter()
            .map(|leaf| Part::Own(*leaf))
            .chain(choices.map(Part::Choice))
            .collect::<Vec<_>>();
        let shapes = choice.members.iter().filter_map(|member| {
            let member = member.iter().chain(&rest).cloned().collect::<Vec<_>>();
            self.within(&member, &choice.trail)
        });
        joined(shapes, choice.owner)
    }

    fn expand(self, part: &Part<'a>, trail: &[&'a str], out: &mut Expanded<'a>) {
        let leaf = match part {
            Part::Own(leaf) => return out.leaves.push(*leaf),
            Part::Choice(choice) => return out.choices.push(choice.clone()),
            Part::Schema(leaf) => *leaf,
        };
        out.leaves.push(leaf);
        let inner = |schema| {
            Part::Schema(Leaf {
                schema,
                owner: leaf.owner,
                depth: leaf.depth + 1,
            })
        };
        if let Some(reference) = text(leaf.schema, "$ref") {
            if trail.contains(&reference) {
                out.circular = true;
            } else if let Some(schema) = target(self.document, reference) {
                let owner = schema_name(reference).or(leaf.owner);
                let depth = leaf.depth + 1;
                let trail = trail.iter().copied().chain([reference]).collect::<Vec<_>>();
                self.expand(
                    &Part::Schema(Leaf {
                        schema,
                        owner,
                        depth,
                    }),
                    &trail,
                    out,
                );
            }
        }
        for schema in items(leaf.schema.get("allOf")) {
            self.expand(&inner(schema), trail, out);
        }
        for keyword in ["oneOf", "anyOf"] {
            let members = items(leaf.schema.get(keyword)).collect::<Vec<_>>();
            // Members that only list properties required together do not affect types.
            if members.is_empty() || members.iter().all(|member| keywords::only_requires(member)) {
                continue;
            }
            out.choices.push(Choice {
                members: members
                    .into_iter()
                    .map(|member| vec![inner(member)])
                    .collect(),
                owner: leaf.owner,
                trail: trail.to_vec(),
            });
        }
    }

    /// A query list may be declared as "one value or a list of values": both are sent as a repeated key.
    pub fn parameter(self, node: &[Part<'a>]) -> Shape<'a> {
        let mut shape = self.shape(node);
        if let Some(list) = &shape.list {
            let item = self.shape(list);
            shape
                .scalars
                .retain(|scalar| !item.scalars.iter().any(|same| same.name == scalar.name));
        }
        shape
    }

    /// A shape as text.
    pub fn words(self, shape: &Shape<'a>) -> String {
        self.words_to(shape, 2)
    }

    fn words_to(self, shape: &Shape<'a>, depth: usize) -> String {
        if shape.any {
            return "anything".to_owned();
        }
        let mut words = Vec::new();
        for scalar in &shape.scalars {
            let name = if scalar.whole { "integer" } else { scalar.name };
            words.push(match &scalar.words {
                Some(listed) if !listed.open => format!("{name} ({})", listed.text()),
                _ => name.to_owned(),
            });
        }
        match &shape.list {
            Some(list) if depth > 0 => {
                words.push(format!(
                    "list of {}",
                    self.words_to(&self.shape(list), depth - 1)
                ));
            }
            Some(_) => words.push("list".to_owned()),
            None => {}
        }
        if !shape.objects.is_empty() {
            words.push("object".to_owned());
        }
        if shape.nullable || words.is_empty() {
            words.push("null".to_owned());
        }
        words.join(" or ")
    }
}

/// Everything that any of the shapes allows.
fn joined<'a>(
    shapes: impl Iterator<Item = Shape<'a>>,
    owner: Option<&'a str>,
) -> Option<Shape<'a>> {
    let mut shapes = shapes.peekable();
    shapes.peek()?;
    let mut joined = Shape::default();
    let mut lists = Vec::new();
    for shape in shapes {
        joined.any |= shape.any;
        if shape.nullable && !joined.nullable {
            joined.nullable = true;
            joined.nullable_by = shape.nullable_by;
        }
        joined.number_words.extend(shape.number_words);
        for scalar in shape.scalars {
            join_scalar(&mut joined.scalars, scalar);
        }
        lists.extend(shape.list);
        let objects = shape.objects.into_iter();
        for object in objects {
            if !joined
                .objects
                .iter()
                .any(|same: &Object<'_>| same.id == object.id)
            {
                joined.objects.push(object);
            }
        }
        joined.owner = joined.owner.or(shape.owner);
    }
    let kinds = joined.scalars.len()
        + usize::from(!lists.is_empty())
        + usize::from(!joined.objects.is_empty());
    if kinds > 1 {
        joined.owner = owner;
    }
    joined.list = match lists.len() {
        0 => None,
        1 => lists.pop(),
        _ => Some(vec![Choice::of(lists)]),
    };
    part_number_words(&mut joined);
    Some(joined)
}

fn join_scalar<'a>(scalars: &mut Vec<Scalar<'a>>, scalar: Scalar<'a>) {
    let Some(same) = scalars.iter_mut().find(|same| same.name == scalar.name) else {
        scalars.push(scalar);
        return;
    };
    same.whole &= scalar.whole;
    same.words = match (same.words.take(), scalar.words) {
        (Some(mut words), Some(more)) => {
            words.open |= more.open;
            words.values.extend(more.values);
            Some(words)
        }
        // Some values, or any other: the usual notation for an open enumeration.
        (Some(mut words), None) | (None, Some(mut words)) => {
            words.open = true;
            Some(words)
        }
        (None, None) => None,
    };
}

/// Some emitters declare a number as "a number, or one of these strings", because JSON has no notation for them. That is
/// no union, but a property of the number.
fn part_number_words(shape: &mut Shape<'_>) {
    const WORDS: [&str; 3] = ["Infinity", "-Infinity", "NaN"];
    if !shape.scalars.iter().any(|scalar| scalar.name == "number") {
        return;
    }
    let number_words = &mut shape.number_words;
    shape.scalars.retain(|scalar| {
        let words = scalar.words.as_ref().filter(|words| {
            let is_word = |word: &String| WORDS.contains(&word.as_str());
            scalar.name == "string" && !words.open && words.values.iter().all(is_word)
        });
        number_words.extend(words.into_iter().flat_map(|words| words.values.clone()));
        words.is_none()
    });
}

/// The identity of a node, to stop recursion.
pub(super) fn identity(node: &Node<'_>) -> Vec<usize> {
    let mut id = Vec::new();
    for part in node {
        match part {
            Part::Schema(leaf) | Part::Own(leaf) => id.push(address(leaf.schema)),
            Part::Choice(choice) => id.extend(choice.members.iter().flat_map(identity)),
        }
    }
    id
}
