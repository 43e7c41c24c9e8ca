//! Examples that are altered as answers are in the course of time.

use serde_json::{Map, Value, json};
use threadline_tests::spec::{Document, Kind, Shape};

/// The name of a member that no spec knows.
pub const NEW: &str = "x-new & unknown";
/// A word that no spec knows.
const WORD: &str = "another/word & more";

/// With a new member in every object that is not open anyway, and a new word wherever a word
/// stands.
pub fn grown(document: &Document, schema: &Value, value: &Value) -> Value {
    alter(document, schema, value, &|shape, value| match shape.kind {
        Kind::Word { .. } => WORD.into(),
        Kind::Object { more: None, .. } => {
            let mut value = value;
            value[NEW] = json!({ "a": [1, null] });
            value
        }
        _ => value,
    })
}

/// With new words where a word says what an object is.
pub fn strange(document: &Document, schema: &Value, value: &Value) -> Value {
    alter(document, schema, value, &|shape, mut value| {
        if let Kind::Tagged { tag, .. } = shape.kind {
            value[tag] = WORD.into();
        }
        value
    })
}

/// Without the members that may be missing.
pub fn sparse(document: &Document, schema: &Value, value: &Value) -> Value {
    alter(document, schema, value, &|shape, value| {
        let Kind::Object { members, .. } = &shape.kind else {
            return value;
        };
        let stays = |name: &str| {
            let member = members.iter().find(|(member, ..)| *member == name);
            member.is_none_or(|(_, _, required)| *required)
        };
        keep(value, |name, _| stays(name))
    })
}

/// With `null` in every member where it may stand.
pub fn hollow(document: &Document, schema: &Value, value: &Value) -> Value {
    alter(document, schema, value, &|shape, mut value| {
        if let Kind::Object { members, .. } = &shape.kind {
            for (name, schema, _) in members {
                if Shape::of(document, schema).nullable {
                    value[*name] = Value::Null;
                }
            }
        }
        value
    })
}

/// With texts, numbers and lists that are as no request may have them.
pub fn unbounded(document: &Document, schema: &Value, value: &Value) -> Value {
    alter(document, schema, value, &|shape, value| {
        let bound = |keyword: &str| shape.schema[keyword].as_i64();
        match (&shape.kind, value) {
            (Kind::Text, _) if shape.schema.get("pattern").is_some() => "\u{e9} ".into(),
            (Kind::Text, _) if bound("minLength").is_some() => "".into(),
            (Kind::Integer, value) => match (bound("minimum"), bound("maximum")) {
                (Some(least), _) => (least - 1).into(),
                (None, Some(most)) => (most + 1).into(),
                (None, None) => value,
            },
            // A list that is always as long is a shape of its own.
            (Kind::List(_), _)
                if bound("minItems").is_some() && bound("minItems") != bound("maxItems") =>
            {
                Value::Array(Vec::new())
            }
            (_, value) => value,
        }
    })
}

/// With a point in every number that need not be whole: 1 as 1.0.
pub fn real(document: &Document, schema: &Value, value: &Value) -> Value {
    alter(document, schema, value, &|shape, value| match shape.kind {
        Kind::Number => value.as_f64().into(),
        _ => value,
    })
}

/// Without the members of this name.
pub fn without(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(member, _)| *member != name);
            members
                .map(|(member, value)| (member.clone(), without(value, name)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(|item| without(item, name)).collect(),
        other => other.clone(),
    }
}

fn keep(value: Value, stays: impl Fn(&str, &Value) -> bool) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let members = members.into_iter();
    let kept: Map<_, _> = members.filter(|(name, value)| stays(name, value)).collect();
    kept.into()
}

/// Changes every part of a value, the inner ones first.
fn alter<'a>(
    document: &'a Document,
    schema: &'a Value,
    value: &Value,
    change: &dyn Fn(&Shape<'a>, Value) -> Value,
) -> Value {
    if value.is_null() {
        return Value::Null;
    }
    let shape = Shape::of(document, schema);
    let altered = match &shape.kind {
        Kind::List(schema) => {
            let items = value.as_array().expect("a list").iter();
            items
                .map(|item| alter(document, schema, item, change))
                .collect()
        }
        Kind::Object { members, .. } => {
            let mut altered = value.clone();
            for (name, schema, _) in members {
                if let Some(member) = altered.get_mut(*name) {
                    *member = alter(document, schema, member, change);
                }
            }
            altered
        }
        Kind::Union(_) => match shape.chosen(document, value) {
            Some(schema) => alter(document, schema, value, change),
            None => value.clone(),
        },
        Kind::Tagged { tag, .. } => {
            let mut altered = match shape.chosen(document, value) {
                Some(schema) => alter(document, schema, value, change),
                None => value.clone(),
            };
            // What the object is does not change with what is in it.
            altered[*tag] = value[*tag].clone();
            altered
        }
        _ => value.clone(),
    };
    change(&shape, altered)
}
