//! Reading a response as a tree, and the places in it.

use serde::de::{DeserializeOwned, Error as _, Unexpected};
use serde_json::{Error, Map, Value};
use serde_path_to_error::Segment;

use super::Unreadable;
use super::change::Change;

/// Decodes a tree; a failure tells the place of the first mismatch, which is the innermost.
pub(super) fn read<T: DeserializeOwned>(tree: &Value) -> Result<T, Unreadable> {
    serde_path_to_error::deserialize(tree).map_err(|error| Unreadable {
        pointer: error.path().iter().map(step).collect(),
        cause: error.into_inner(),
    })
}

/// One step of a JSON pointer.
fn step(segment: &Segment) -> String {
    match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key: name } | Segment::Enum { variant: name } => {
            format!("/{}", name.replace('~', "~0").replace('/', "~1"))
        }
        Segment::Unknown => String::new(),
    }
}

/// The name of a field in a step of a JSON pointer.
fn name(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The object that contains a pointer's target, and the name of the field in it.
fn member<'a>(tree: &'a mut Value, pointer: &str) -> Option<(&'a mut Map<String, Value>, String)> {
    let (object, step) = pointer.rsplit_once('/')?;
    Some((tree.pointer_mut(object)?.as_object_mut()?, name(step)))
}

/// Removes a field of an object. `false` if there is none at this place.
pub(super) fn remove(tree: &mut Value, pointer: &str) -> bool {
    member(tree, pointer).is_some_and(|(object, name)| object.remove(&name).is_some())
}

/// Whether a pointer leads to a field of an object, which can be removed, unlike an element of a
/// list.
pub(super) fn is_field(tree: &Value, pointer: &str) -> bool {
    let object = pointer
        .rsplit_once('/')
        .and_then(|(object, _)| tree.pointer(object));
    object.is_some_and(Value::is_object) && tree.pointer(pointer).is_some()
}

/// Writes numbers as integers: those at a place where one is expected, in all elements of the lists
/// around it. Returns those that lost a fraction; only whole numbers are rewritten if strict.
/// `None` if there is nothing to rewrite.
pub(super) fn to_integers(
    tree: &mut Value,
    pointer: &str,
    expected: &str,
    strict: bool,
) -> Option<Vec<Change>> {
    let bits = expected.trim_start_matches("a nonzero ");
    let bits = bits.strip_prefix(['i', 'u'])?;
    if bits != "size" && bits.parse::<u8>().is_err() || !tree.pointer(pointer)?.is_f64() {
        return None;
    }
    let steps: Vec<_> = pointer.split('/').skip(1).collect();
    let mut floats = Vec::new();
    rewrite(tree, &steps, String::new(), strict, &mut floats);
    let is_rewritten = !tree.pointer(pointer)?.is_f64();
    let cut = floats.into_iter().map(|(place, float)| Change {
        pointer: place.clone(),
        place,
        cause: Error::invalid_type(Unexpected::Float(float), &expected),
        integer: to_integer(float),
    });
    is_rewritten.then(|| cut.collect())
}

/// Goes on to the place and rewrites the numbers there; notes those that lost a fraction.
fn rewrite(
    value: &mut Value,
    steps: &[&str],
    place: String,
    strict: bool,
    cut: &mut Vec<(String, f64)>,
) {
    match (value, steps) {
        (Value::Array(items), [_, rest @ ..]) => {
            for (index, item) in items.iter_mut().enumerate() {
                rewrite(item, rest, format!("{place}/{index}"), strict, cut);
            }
        }
        (Value::Object(members), [step, rest @ ..]) => {
            if let Some(member) = members.get_mut(&name(step)) {
                rewrite(member, rest, format!("{place}/{step}"), strict, cut);
            }
        }
        (Value::Number(number), []) if number.is_f64() => {
            let float = number.as_f64().unwrap_or_default();
            let is_whole = float.fract() == 0.0;
            if let Some(integer) = to_integer(float).filter(|_| is_whole || !strict) {
                *number = integer.into();
                if !is_whole {
                    cut.push((place, float));
                }
            }
        }
        _ => {}
    }
}

/// A number without its fraction.
fn to_integer(number: f64) -> Option<i64> {
    // Beyond these bounds, not every integer has a float of its own.
    let is_exact = number.abs() < 9e15;
    // Truncated on purpose.
    #[allow(clippy::cast_possible_truncation)]
    is_exact.then_some(number as i64)
}
