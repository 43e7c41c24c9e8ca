//! The result in a response's body, and its lenient decoding: fields that do not match are skipped.
//!
//! The first pass decodes directly. If it fails, the JSON is parsed into a tree, and the nearest
//! optional field around each mismatch is removed until the rest decodes. The decoder does not need
//! to know which fields are optional: if it removes a required one, the enclosing object is the
//! next mismatch, and the field that holds the object is removed instead.
//!
//! Numbers are read with more patience in the tree: an integer may be written as `1.0` or `1e3`. If it
//! has a fraction, that is cut off and reported; in a strict pass it is a mismatch.

mod change;
mod repair;
#[cfg(test)]
mod tests;
mod tree;
mod union;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde_json::value::RawValue;

use crate::wire::enums::Text;
use crate::{Error, ErrorKind};

pub use change::SkippedField;
pub use union::decode_variant;

/// The total number of bytes a repair may decode, which bounds the work for a large hostile body.
const WORK: usize = 64 * 1024 * 1024;
/// The minimum and maximum number of passes of a repair, whatever the body's size.
const ROUNDS: [usize; 2] = [8, 1000];

/// The result in a body: the named field if the body is an envelope, otherwise the whole body.
///
/// An envelope is an object with that field and a `statusCode`, but without `success`, which tells
/// something about a result. Anything else, JSON or not, is bare: a result may itself have a field
/// of that name.
pub(crate) fn result_of<'a>(body: &'a [u8], member: &str) -> &'a [u8] {
    let members: BTreeMap<Text<'_>, &RawValue> = serde_json::from_slice(body).unwrap_or_default();
    let find = |name| members.get(&Text(Cow::Borrowed(name)));
    match find(member) {
        Some(result) if find("statusCode").is_some() && find("success").is_none() => {
            result.get().as_bytes()
        }
        _ => body,
    }
}

/// Why a response cannot be decoded.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The JSON pointer of the mismatch; empty at the top level and for invalid JSON.
    pub(crate) pointer: String,
    pub(crate) cause: serde_json::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, cause } = self;
        let at = if pointer.is_empty() { "" } else { " at " };
        write!(f, "cannot decode the response{at}{pointer}: {cause}")
    }
}

/// Decodes JSON and returns what was skipped; nothing is if strict.
pub(crate) fn decode<T: DeserializeOwned>(
    json: &[u8],
    strict: bool,
) -> Result<(T, Vec<SkippedField>), Unreadable> {
    let [least, most] = ROUNDS.map(|rounds| rounds.saturating_mul(json.len()));
    let _reading = union::begin(strict, WORK.clamp(least, most));
    let whole = |cause| {
        let pointer = String::new();
        Unreadable { pointer, cause }
    };
    // Checked at once, which is faster than one string after the other.
    let (text, mut skipped) = match std::str::from_utf8(json) {
        Ok(text) => (Cow::Borrowed(text), Vec::new()),
        Err(problem) if strict => return Err(whole(serde_json::Error::custom(problem))),
        Err(_) => (
            String::from_utf8_lossy(json),
            vec![SkippedField::not_utf8()],
        ),
    };
    let cause = match serde_json::from_str(&text) {
        Ok(value) => return Ok((value, skipped)),
        Err(cause) => cause,
    };
    let Ok(tree) = serde_json::from_str(&text) else {
        return Err(whole(cause));
    };
    let (value, changes) = repair::repair(&tree)?;
    skipped.extend(changes.into_iter().map(|change| change.into_field(&tree)));
    skipped.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    Ok((value, skipped))
}

/// Decodes a vendor's JSON like a response: optional fields of an undocumented type are skipped,
/// with a `tracing` warning.
///
/// ```
/// use serde::Deserialize;
/// use threadline_transport::read_json;
///
/// #[derive(Deserialize)]
/// struct Thread {
///     id: String,
///     #[serde(default)]
///     unread: Option<u32>,
/// }
///
/// let thread: Thread = read_json(br#"{"id":"t-1","unread":"many"}"#)?;
/// assert_eq!((thread.id.as_str(), thread.unread), ("t-1", None));
/// # Ok::<(), threadline_transport::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidResponse`], with the place of the mismatch.
pub fn read_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    match decode(json, false) {
        Ok((value, skipped)) => {
            skipped.iter().for_each(crate::call::warn_of_skipped);
            Ok(value)
        }
        Err(Unreadable { pointer, cause }) => {
            // Without what stands there, which may be a customer's data.
            let message = format!(
                "cannot decode {pointer:?}: expected {}",
                change::expected(&cause)
            );
            Err(Error::new(ErrorKind::InvalidResponse, "", message))
        }
    }
}
