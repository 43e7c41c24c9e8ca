//! What was changed to decode a response, and how it is reported.

use serde_json::{Map, Value};

use super::super::redact::Redactor;
use crate::error::excerpt;

/// A response field whose type differs from the documented one: an optional field that was skipped,
/// or an integer that came with a fraction, which was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedField {
    pub(crate) pointer: String,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl SkippedField {
    /// The JSON pointer of the field in the result, for example `/profile/platformData/badge`.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What was expected. For a mismatch nested in the field, its place comes first.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The actual value: its JSON text, truncated if long.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// Redacts a credential that the server echoed.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        for text in [&mut self.pointer, &mut self.expected, &mut self.found] {
            *text = redactor.text(std::mem::take(text));
        }
    }
}

/// A field that was removed from the tree, or a number in it that was replaced.
pub(super) struct Change {
    /// Its place.
    pub(super) pointer: String,
    /// The place of the mismatch: the field, or a place within it.
    pub(super) place: String,
    pub(super) cause: serde_json::Error,
    pub(super) found: Value,
    /// What it was replaced by; a field without is removed.
    pub(super) instead: Option<Value>,
}

impl Change {
    pub(super) fn into_field(self) -> SkippedField {
        let expected = expected(&self.cause);
        SkippedField {
            expected: match self.place.strip_prefix(&self.pointer) {
                None | Some("") => expected,
                Some(within) => format!("{within}: {expected}"),
            },
            pointer: self.pointer,
            found: excerpt(&self.found.to_string()),
        }
    }

    /// Whether this change is inside a place, and not the place itself.
    pub(super) fn is_within(&self, place: &str) -> bool {
        let rest = self.pointer.strip_prefix(place);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// Makes this change. `false` if there is nothing to change.
    pub(super) fn apply(&self, tree: &mut Value) -> bool {
        match &self.instead {
            Some(instead) => replace(tree, &self.pointer, instead.clone()),
            None => remove(tree, &self.pointer).is_some(),
        }
    }

    /// Takes this change back.
    pub(super) fn undo(&self, tree: &mut Value) {
        let found = self.found.clone();
        if self.instead.is_some() {
            replace(tree, &self.pointer, found);
        } else if let Some((object, name)) = member(tree, &self.pointer) {
            object.insert(name, found);
        }
    }
}

/// What a failure says was expected, without what stood there instead.
pub(super) fn expected(cause: &serde_json::Error) -> String {
    let message = cause.to_string();
    match message.split_once(", expected ") {
        Some((_, expected)) => expected.to_owned(),
        None => message,
    }
}

/// The object that contains a pointer's target, and the name of the field in it.
fn member<'a>(tree: &'a mut Value, pointer: &str) -> Option<(&'a mut Map<String, Value>, String)> {
    let (object, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    Some((tree.pointer_mut(object)?.as_object_mut()?, name))
}

/// Removes a field of an object.
pub(super) fn remove(tree: &mut Value, pointer: &str) -> Option<Value> {
    let (object, name) = member(tree, pointer)?;
    object.remove(&name)
}

/// Whether a pointer leads to a field of an object, which can be removed, unlike an element of a
/// list.
pub(super) fn is_field(tree: &Value, pointer: &str) -> bool {
    let object = pointer
        .rsplit_once('/')
        .and_then(|(object, _)| tree.pointer(object));
    object.is_some_and(Value::is_object) && tree.pointer(pointer).is_some()
}

fn replace(tree: &mut Value, pointer: &str, value: Value) -> bool {
    let place = tree.pointer_mut(pointer);
    place.map(|place| *place = value).is_some()
}
