//! Changing a response until it decodes.

use std::iter;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::change::{Change, expected};
use super::{Unreadable, tree, union};

/// Decodes a tree, with changes if need be. Fails at the first mismatch without an optional field
/// around it, or at any if strict.
pub(super) fn repair<T: DeserializeOwned>(
    original: &Value,
) -> Result<(T, Vec<Change>), Unreadable> {
    let is_strict = union::is_strict();
    let size = original.to_string().len();
    let (mut tree, mut changes) = (original.clone(), Vec::new());
    loop {
        let Unreadable { pointer, cause } = match tree::read(&tree) {
            Ok(value) => return Ok((value, changes)),
            Err(unreadable) => unreadable,
        };
        let in_union = union::changes_of(&cause);
        if !union::may_read(size) {
            return Err(Unreadable { pointer, cause });
        }
        let expected = expected(&cause);
        if let Some(cut) = tree::to_integers(&mut tree, &pointer, &expected, is_strict) {
            changes.extend(cut);
        } else if is_strict {
            return Err(match in_union.into_iter().next() {
                Some(inner) => Unreadable {
                    pointer: pointer + &inner.place,
                    cause: inner.cause,
                },
                None => Unreadable { pointer, cause },
            });
        } else if in_union.is_empty() {
            take_out(&mut tree, &mut changes, &pointer, cause)?;
        } else {
            for mut change in in_union {
                change.pointer.insert_str(0, &pointer);
                change.place.insert_str(0, &pointer);
                if change.apply(&mut tree) {
                    changes.push(change);
                }
            }
        }
    }
}

/// Removes the innermost field around a mismatch.
fn take_out(
    tree: &mut Value,
    changes: &mut Vec<Change>,
    place: &str,
    cause: serde_json::Error,
) -> Result<(), Unreadable> {
    // Elements of a list are never removed.
    let mut around = iter::successors(Some(place), |pointer| {
        pointer.rsplit_once('/').map(|(parent, _)| parent)
    });
    let field = around.find(|pointer| tree::is_field(tree, pointer));
    // What was changed inside goes with what is around it.
    let whole = field.unwrap_or(place);
    let inside = changes.extract_if(.., |known| known.is_within(whole));
    // If removing a field inside this place did not help, it was required.
    let required = inside
        .filter(|known| known.integer.is_none() && known.is_within(place))
        .reduce(|first, _| first);
    let (origin, cause) = match required {
        Some(required) => (required.place, required.cause),
        None => (place.to_owned(), cause),
    };
    let Some(pointer) = field.filter(|pointer| tree::remove(tree, pointer)) else {
        let pointer = origin;
        return Err(Unreadable { pointer, cause });
    };
    changes.push(Change {
        pointer: pointer.to_owned(),
        place: origin,
        cause,
        integer: None,
    });
    Ok(())
}
