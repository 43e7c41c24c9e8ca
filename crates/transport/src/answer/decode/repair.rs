//! Changing a response until it decodes.

use std::iter;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::change::{Change, is_field, remove};
use super::{Unreadable, tree, union};

/// A response as a tree from which fields are removed until it decodes.
pub(super) struct Repair {
    tree: Value,
    pub(super) changes: Vec<Change>,
}

impl Repair {
    pub(super) fn new(tree: Value) -> Self {
        let changes = Vec::new();
        Self { tree, changes }
    }

    /// Decodes the tree repeatedly. Fails at the first mismatch without an optional field around
    /// it.
    pub(super) fn run<T: DeserializeOwned>(&mut self) -> Result<T, Unreadable> {
        let is_strict = union::is_strict();
        loop {
            let Unreadable { pointer, cause } = match tree::read(&self.tree, is_strict) {
                Ok((value, cut)) => {
                    self.changes.extend(cut);
                    return Ok(value);
                }
                Err(unreadable) => unreadable,
            };
            let in_union = union::changes_of(&cause);
            if !union::may_go_on() {
                return Err(Unreadable { pointer, cause });
            } else if is_strict {
                return Err(match in_union.into_iter().next() {
                    Some(inner) => Unreadable {
                        pointer: pointer + &inner.place,
                        cause: inner.cause,
                    },
                    None => Unreadable { pointer, cause },
                });
            } else if in_union.is_empty() {
                self.take_out(&pointer, cause)?;
            } else {
                for mut change in in_union {
                    change.pointer.insert_str(0, &pointer);
                    change.place.insert_str(0, &pointer);
                    if change.apply(&mut self.tree) {
                        self.changes.push(change);
                    }
                }
            }
        }
    }

    /// Removes the innermost field around a mismatch.
    fn take_out(&mut self, place: &str, cause: serde_json::Error) -> Result<(), Unreadable> {
        let (mut origin, mut cause) = (place.to_owned(), cause);
        // Elements of a list are never removed.
        let mut around = iter::successors(Some(place), |pointer| {
            pointer.rsplit_once('/').map(|(parent, _)| parent)
        });
        let field = around.find(|pointer| is_field(&self.tree, pointer));
        // What was changed inside goes or stays with what is around it.
        let whole = field.unwrap_or(place);
        let inside = |known: &Change| known.is_within(whole);
        while let Some(at) = self.changes.iter().rposition(inside) {
            let known = self.changes.remove(at);
            known.undo(&mut self.tree);
            if known.instead.is_none() && known.is_within(place) {
                // Removing a field inside this place did not help, so it was required.
                (origin, cause) = (known.place, known.cause);
            }
        }
        let removed = field.and_then(|pointer| Some((pointer, remove(&mut self.tree, pointer)?)));
        let Some((pointer, found)) = removed else {
            let pointer = origin;
            return Err(Unreadable { pointer, cause });
        };
        self.changes.push(Change {
            pointer: pointer.to_owned(),
            place: origin,
            cause,
            found,
            instead: None,
        });
        Ok(())
    }
}
