//! What was changed to decode a response, and how it is reported.

use serde_json::Value;

use super::super::redact::Redactor;
use super::tree::remove;
use crate::error::excerpt;

/// A response field whose type differs from the documented one: an optional field that was skipped,
/// or an integer that came with a fraction, which was cut off. With the empty pointer, the response
/// has bytes that are not UTF-8, which were replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedField {
    pub(crate) pointer: String,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl SkippedField {
    getters! { self:
        /// The JSON pointer of the field in the result, for example `/profile/platformData/badge`.
        pointer: &str = &self.pointer;
        /// What was expected. For a mismatch nested in the field, its place comes first.
        expected: &str = &self.expected;
        /// The actual value: its JSON text, truncated if long.
        found: &str = &self.found;
    }

    /// Bytes that are not UTF-8, anywhere in a response; each is replaced by U+FFFD.
    pub(super) fn not_utf8() -> Self {
        Self {
            pointer: String::new(),
            expected: "UTF-8".to_owned(),
            found: "other bytes".to_owned(),
        }
    }

    /// Redacts a credential that the server echoed.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        for text in [&mut self.pointer, &mut self.expected, &mut self.found] {
            *text = redactor.text(std::mem::take(text));
        }
    }
}

/// A field that was removed from the tree, or a number in it that lost its fraction.
pub(super) struct Change {
    /// Its place.
    pub(super) pointer: String,
    /// The place of the mismatch: the field, or a place within it.
    pub(super) place: String,
    pub(super) cause: serde_json::Error,
    /// The number without its fraction; a field without is removed.
    pub(super) integer: Option<i64>,
}

impl Change {
    /// Reports this change of a tree.
    pub(super) fn into_field(self, original: &Value) -> SkippedField {
        let expected = expected(&self.cause);
        let found = original.pointer(&self.pointer).map(Value::to_string);
        SkippedField {
            expected: match self.place.strip_prefix(&self.pointer) {
                None | Some("") => expected,
                Some(within) => format!("{within}: {expected}"),
            },
            pointer: self.pointer,
            found: excerpt(&found.unwrap_or_default()),
        }
    }

    /// Whether this change is at a place or inside it.
    pub(super) fn is_within(&self, place: &str) -> bool {
        let rest = self.pointer.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Makes this change. `false` if there is nothing to change.
    pub(super) fn apply(&self, tree: &mut Value) -> bool {
        match (self.integer, tree.pointer_mut(&self.pointer)) {
            (Some(integer), Some(number)) => *number = integer.into(),
            _ => return remove(tree, &self.pointer),
        }
        true
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
