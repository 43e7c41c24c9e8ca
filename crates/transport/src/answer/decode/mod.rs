//! Lenient decoding of a response's JSON: fields that do not match are skipped.
//!
//! The first pass decodes directly. If it fails, the JSON is parsed into a tree, and the nearest
//! optional field around each mismatch is removed until the rest decodes. The decoder does not need
//! to know which fields are optional: if it removes a required one, the enclosing object is the
//! next mismatch, and the field that holds the object is removed instead.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use super::redact::Redactor;
use crate::error::excerpt;
use crate::{Error, ErrorKind};

/// The total number of bytes a repair may decode, which bounds the work for a large hostile body.
const WORK: usize = 64 * 1024 * 1024;
/// The minimum and maximum number of passes of a repair, whatever the body's size.
const ROUNDS: (usize, usize) = (8, 1000);
/// The error of a union whose variant can be decoded without some of its fields.
const IN_UNION: &str = "a field of a union does not match the documented type";

/// An optional response field that was skipped because its type differs from the documented one.
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

/// Decodes JSON and returns the optional fields that were skipped; none are skipped if strict.
pub(crate) fn decode<T: DeserializeOwned>(
    json: &[u8],
    strict: bool,
) -> Result<(T, Vec<SkippedField>), Unreadable> {
    let rounds = (WORK / json.len().max(1)).clamp(ROUNDS.0, ROUNDS.1);
    let _reading = Reading::begin(strict, rounds);
    let cause = match serde_json::from_slice(json) {
        Ok(value) => return Ok((value, Vec::new())),
        Err(cause) => cause,
    };
    let Ok(tree) = serde_json::from_slice(json) else {
        let pointer = String::new();
        return Err(Unreadable { pointer, cause });
    };
    let mut repair = Repair::new(tree);
    let value = repair.run()?;
    let skipped = repair.skipped.into_iter().map(Skipped::into_field);
    let mut skipped: Vec<_> = skipped.collect();
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
            let message = format!("cannot decode {pointer:?}: expected {}", expected(&cause));
            Err(Error::new(ErrorKind::InvalidResponse, "", message))
        }
    }
}

/// Decodes a variant of a union, for generated types. `Ok(None)` if the value is not that variant.
///
/// # Errors
///
/// The variant can be decoded without some of its fields. They are recorded for the outer decoder,
/// which removes them and decodes the whole response again.
pub fn decode_variant<T: DeserializeOwned>(value: &Value) -> Result<Option<T>, &'static str> {
    if let Ok(variant) = T::deserialize(value) {
        return Ok(Some(variant));
    }
    if READING.with(|reading| reading.rounds.get()) == 0 {
        return Ok(None);
    }
    let mut repair = Repair::new(value.clone());
    match (repair.run(), READING.with(|reading| reading.strict.get())) {
        (Ok(variant), _) if repair.skipped.is_empty() => return Ok(Some(variant)),
        (Ok(_), _) => {}
        (Err(_), false) => return Ok(None),
        (Err(Unreadable { pointer, cause }), true) => repair.skipped.push(Skipped {
            place: pointer.clone(),
            pointer,
            cause,
            found: Value::Null,
        }),
    }
    READING.with(|reading| reading.in_union.replace(repair.skipped));
    Err(IN_UNION)
}

/// The state of the response being decoded on this thread.
#[derive(Default)]
struct Reading {
    strict: Cell<bool>,
    /// The remaining number of passes; 0 also if no response is being decoded.
    rounds: Cell<usize>,
    /// The fields to remove from the union that failed last.
    in_union: RefCell<Vec<Skipped>>,
}

thread_local! {
    static READING: Reading = Reading::default();
}

/// Ends the decoding of a response on drop.
struct ReadingEnds;

impl Reading {
    fn begin(strict: bool, rounds: usize) -> ReadingEnds {
        READING.with(|reading| {
            reading.strict.set(strict);
            reading.rounds.set(rounds);
        });
        ReadingEnds
    }
}

impl Drop for ReadingEnds {
    fn drop(&mut self) {
        READING.with(|reading| reading.rounds.set(0));
    }
}

/// A field that was removed.
struct Skipped {
    /// Its place.
    pointer: String,
    /// The place of the mismatch: the field, or a place within it.
    place: String,
    cause: serde_json::Error,
    found: Value,
}

impl Skipped {
    fn into_field(self) -> SkippedField {
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
}

/// A response as a tree from which fields are removed until it decodes.
struct Repair {
    tree: Value,
    skipped: Vec<Skipped>,
}

impl Repair {
    fn new(tree: Value) -> Self {
        let skipped = Vec::new();
        Self { tree, skipped }
    }

    /// Decodes the tree repeatedly. Fails at the first mismatch without an optional field around
    /// it.
    fn run<T: DeserializeOwned>(&mut self) -> Result<T, Unreadable> {
        loop {
            let error = match serde_path_to_error::deserialize(&self.tree) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let pointer = pointer(error.path());
            let cause: serde_json::Error = error.into_inner();
            let (is_strict, rounds, in_union) = READING.with(|reading| {
                let rounds = reading.rounds.get();
                reading.rounds.set(rounds.saturating_sub(1));
                (reading.strict.get(), rounds, reading.in_union.take())
            });
            let of_variant = cause.to_string() == IN_UNION;
            if rounds == 0 {
                return Err(Unreadable { pointer, cause });
            }
            if self.tree.pointer(&pointer).is_some_and(is_whole) {
                make_whole(&mut self.tree);
            } else if is_strict {
                let inner = in_union.into_iter().find(|_| of_variant);
                return Err(match inner {
                    Some(inner) => Unreadable {
                        pointer: pointer + &inner.place,
                        cause: inner.cause,
                    },
                    None => Unreadable { pointer, cause },
                });
            } else if in_union.is_empty() || !of_variant {
                self.take_out(&pointer, cause)?;
            } else {
                for mut skipped in in_union {
                    skipped.pointer.insert_str(0, &pointer);
                    skipped.place.insert_str(0, &pointer);
                    if remove(&mut self.tree, &skipped.pointer).is_some() {
                        self.skipped.push(skipped);
                    }
                }
            }
        }
    }

    /// Removes the innermost field around a mismatch.
    fn take_out(&mut self, place: &str, cause: serde_json::Error) -> Result<(), Unreadable> {
        let (mut origin, mut cause) = (place.to_owned(), cause);
        // Removing fields inside this place did not help, so one of them was required.
        let within = |known: &Skipped| {
            let rest = known.pointer.strip_prefix(place);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        while let Some(at) = self.skipped.iter().rposition(within) {
            let required = self.skipped.remove(at);
            insert(&mut self.tree, &required.pointer, required.found);
            (origin, cause) = (required.place, required.cause);
        }
        let mut pointer = place;
        loop {
            if let Some(found) = remove(&mut self.tree, pointer) {
                self.skipped.push(Skipped {
                    pointer: pointer.to_owned(),
                    place: origin,
                    cause,
                    found,
                });
                return Ok(());
            }
            // Elements of a list are never removed.
            let Some((parent, _)) = pointer.rsplit_once('/') else {
                let pointer = origin;
                return Err(Unreadable { pointer, cause });
            };
            pointer = parent;
        }
    }
}

/// What a failure says was expected, without what stood there instead.
fn expected(cause: &serde_json::Error) -> String {
    let message = cause.to_string();
    match message.split_once(", expected ") {
        Some((_, expected)) => expected.to_owned(),
        None => message,
    }
}

/// Whether a value is an integer in another notation, such as `1.0` or `1e3`.
fn is_whole(value: &Value) -> bool {
    // Beyond these bounds, not every integer has a float of its own.
    let whole = |number: f64| number.fract() == 0.0 && number.abs() < 9e15;
    value.is_f64() && value.as_f64().is_some_and(whole)
}

/// Rewrites such numbers as integers, which decode into any number type.
fn make_whole(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        // An integer has no fraction to truncate.
        #[allow(clippy::cast_possible_truncation)]
        other if is_whole(other) => {
            *other = Value::from(other.as_f64().unwrap_or_default() as i64);
        }
        _ => {}
    }
}

fn pointer(path: &Path) -> String {
    let token = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().map_while(token).collect()
}

/// The object that contains a pointer's target, and the name of the field in it.
fn member<'a>(tree: &'a mut Value, pointer: &str) -> Option<(&'a mut Map<String, Value>, String)> {
    let (object, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    Some((tree.pointer_mut(object)?.as_object_mut()?, name))
}

fn remove(tree: &mut Value, pointer: &str) -> Option<Value> {
    let (object, name) = member(tree, pointer)?;
    object.remove(&name)
}

fn insert(tree: &mut Value, pointer: &str, value: Value) {
    if let Some((object, name)) = member(tree, pointer) {
        object.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Page {
        items: Vec<Item>,
        #[serde(default)]
        total: Option<i64>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    struct Item {
        id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "a/b~c")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tags: Option<Vec<u8>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inner: Option<Box<Item>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Part>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<i64>,
    }

    crate::tagged_union! {
        /// A part.
        #[allow(private_interfaces)]
        pub enum Part by "kind" {
            /// `kind` is `item`.
            Item(Box<Item>) = "item",
        }
    }

    fn read(json: &Value) -> Result<(Page, Vec<SkippedField>), Unreadable> {
        decode(json.to_string().as_bytes(), false)
    }

    /// The repaired JSON, and the removed fields.
    fn left(json: &Value) -> (Value, Vec<String>) {
        let (page, skipped) = read(json).unwrap();
        let pointers = skipped.into_iter().map(|field| field.pointer).collect();
        (serde_json::to_value(page).unwrap(), pointers)
    }

    fn failure(json: &Value) -> (String, String) {
        let Unreadable { pointer, cause } = read(json).unwrap_err();
        (pointer, cause.to_string())
    }

    #[test]
    fn what_fits_is_read_as_it_is() {
        let page = json!({"items": [{"id": "x", "tags": [1]}], "total": 1});
        assert_eq!(left(&page), (page, vec![]));
    }

    #[test]
    fn the_innermost_optional_member_is_left_out() {
        let odd = json!({"items": [
            {"id": "x", "a/b~c": 7, "tags": [1, "two"], "inner": {"id": "y", "tags": {}}},
            {"id": "z", "inner": {"id": 5, "tags": [1]}},
        ], "total": "many"});
        let (rest, skipped) = left(&odd);
        let kept =
            json!({"items": [{"id": "x", "inner": {"id": "y"}}, {"id": "z"}], "total": null});
        assert_eq!(rest, kept);
        let pointers = [
            "/items/0/a~1b~0c",
            "/items/0/inner/tags",
            "/items/0/tags",
            "/items/1/inner",
            "/total",
        ];
        assert_eq!(skipped, pointers);
    }

    #[test]
    fn a_skipped_field_says_what_was_expected_and_what_stood_there() {
        let odd = json!({"items": [{"id": "x", "inner": {"id": [5]}}]});
        let (_, skipped) = read(&odd).unwrap();
        let [field] = &skipped[..] else {
            panic!("{skipped:?}")
        };
        assert_eq!(field.pointer(), "/items/0/inner");
        assert_eq!(field.expected(), "/id: a string");
        assert_eq!(field.found(), r#"{"id":[5]}"#);
    }

    #[test]
    fn elements_and_required_members_are_never_left_out() {
        let (pointer, cause) = failure(&json!({"items": [{"id": "x"}, {"id": 7}]}));
        assert_eq!(pointer, "/items/1/id");
        assert!(
            cause.starts_with("invalid type: integer `7`, expected a string"),
            "{cause}"
        );
        let (pointer, cause) = failure(&json!({"items": [{"id": "x"}, {}]}));
        assert_eq!(
            (pointer.as_str(), cause.as_str()),
            ("/items/1", "missing field `id`")
        );
        assert_eq!(failure(&json!({"items": {}})).0, "/items");
        assert_eq!(failure(&json!([])).0, "");
    }

    #[test]
    fn whole_numbers_are_integers() {
        let text = br#"{"items":[{"id":"x","size":1e3},{"id":"y","size":-2.0}],"total":1.0}"#;
        let (page, skipped) = decode::<Page>(text, true).unwrap();
        assert_eq!(skipped, []);
        assert_eq!(
            (page.total, page.items[0].size, page.items[1].size),
            (Some(1), Some(1000), Some(-2))
        );
        let half = json!({"items": [{"id": "x", "size": 1.5}]});
        assert_eq!(left(&half).1, ["/items/0/size"]);
    }

    #[test]
    fn a_member_in_a_union_is_left_out_alone() {
        let odd = json!({"items": [{"id": "x", "part":
            {"kind": "item", "id": "y", "tags": 3, "size": 2.0, "part":
                {"kind": "item", "id": "z", "a/b~c": []}}}]});
        let (rest, skipped) = left(&odd);
        assert_eq!(
            skipped,
            ["/items/0/part/part/a~1b~0c", "/items/0/part/tags"]
        );
        let kept = json!({"items": [{"id": "x", "part":
            {"kind": "item", "id": "y", "size": 2, "part": {"kind": "item", "id": "z"}}}], "total": null});
        assert_eq!(rest, kept);
        // Without a required field, the value is not that variant; nothing of it is lost.
        let other =
            json!({"items": [{"id": "x", "part": {"kind": "item", "id": 7}}], "total": null});
        assert_eq!(left(&other), (other, vec![]));
    }

    #[test]
    fn a_strict_reader_leaves_out_nothing() {
        for odd in [
            json!({"items": [], "total": "many"}),
            json!({"items": [{"id": "x", "part": {"kind": "item", "id": 7}}]}),
        ] {
            assert!(decode::<Page>(odd.to_string().as_bytes(), true).is_err());
        }
        let odd = json!({"items": [{"id": "x", "part": {"kind": "item", "id": "y", "size": "m"}}]});
        let error = decode::<Page>(odd.to_string().as_bytes(), true).unwrap_err();
        assert_eq!(error.pointer, "/items/0/part/size");
    }

    #[test]
    fn a_plain_reader_keeps_a_variant_that_does_not_fit() {
        let value = json!({"kind": "item", "id": "y", "tags": 3});
        let part: Part = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(part, Part::Unknown(value));
    }

    #[test]
    fn work_is_bounded() {
        let odd = json!({"id": "x", "tags": "many"});
        let many = vec![odd.clone(); ROUNDS.1 - 1];
        assert_eq!(read(&json!({"items": many})).unwrap().1.len(), ROUNDS.1 - 1);
        let more = vec![odd; 2 * ROUNDS.1];
        assert!(read(&json!({"items": more})).is_err());
    }

    #[test]
    fn a_text_that_is_no_json_is_refused_with_its_place() {
        let error = decode::<Page>(b"{\n<html>", false).unwrap_err();
        assert_eq!(error.pointer, "");
        assert!(
            error.cause.to_string().contains("line 2 column 1"),
            "{}",
            error.cause
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_fine(body: Vec<u8>) {
            let _ = decode::<Page>(&body, false);
        }
    }
}
