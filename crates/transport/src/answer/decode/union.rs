//! Variants of tagged unions, which are decoded apart from what is around them.

use std::cell::{Cell, RefCell};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Unreadable;
use super::change::Change;
use super::repair::repair;

/// The error of a union whose variant can be decoded with some changes.
const IN_UNION: &str = "a field of a union does not match the documented type";

/// Decodes a variant of a union, for generated types. `Ok(None)` if the value is not that variant.
///
/// # Errors
///
/// The variant can be decoded with some changes. They are recorded for the outer decoder, which
/// makes them and decodes the whole response again.
pub fn decode_variant<T: DeserializeOwned>(value: &Value) -> Result<Option<T>, &'static str> {
    if let Ok(variant) = T::deserialize(value) {
        return Ok(Some(variant));
    }
    if READING.with(|reading| reading.work.get()) == 0 {
        return Ok(None);
    }
    let changes = match (repair(value), is_strict()) {
        (Ok((variant, changes)), _) if changes.is_empty() => return Ok(Some(variant)),
        (Ok((_, changes)), _) => changes,
        (Err(_), false) => return Ok(None),
        (Err(Unreadable { pointer, cause }), true) => vec![Change {
            place: pointer.clone(),
            pointer,
            cause,
            integer: None,
        }],
    };
    READING.with(|reading| reading.changes.replace(changes));
    Err(IN_UNION)
}

/// The state of the response being decoded on this thread. A union cannot be given it otherwise:
/// what stands between it and the outer decoder is the user's type.
#[derive(Default)]
struct Reading {
    strict: Cell<bool>,
    /// How many more bytes may be read; 0 also if no response is being decoded.
    work: Cell<usize>,
    /// The changes to make in the union that failed last.
    changes: RefCell<Vec<Change>>,
}

thread_local! {
    static READING: Reading = Reading::default();
}

/// Ends the decoding of a response on drop.
pub(super) struct ReadingEnds;

/// Begins the decoding of a response.
pub(super) fn begin(strict: bool, work: usize) -> ReadingEnds {
    READING.with(|reading| {
        reading.strict.set(strict);
        reading.work.set(work);
    });
    ReadingEnds
}

impl Drop for ReadingEnds {
    fn drop(&mut self) {
        READING.with(|reading| reading.work.set(0));
    }
}

/// Whether the response is decoded strictly.
pub(super) fn is_strict() -> bool {
    READING.with(|reading| reading.strict.get())
}

/// Counts a pass over this many bytes. `false` if that is too much.
pub(super) fn may_read(size: usize) -> bool {
    READING.with(|reading| {
        let left = reading.work.get().checked_sub(size);
        left.map(|left| reading.work.set(left)).is_some()
    })
}

/// The changes to make, if a failure is that of a union.
pub(super) fn changes_of(cause: &serde_json::Error) -> Vec<Change> {
    let changes = READING.with(|reading| reading.changes.take());
    if cause.to_string() == IN_UNION {
        changes
    } else {
        Vec::new()
    }
}
