//! Thread ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

/// A thread id: an opaque string assigned by the vendor.
///
/// Formats vary (UUIDs, prefixed or neither), so do not parse ids. Values that could address
/// something other than a thread (the empty string, `.`, `..`, control characters) are rejected;
/// everything else is percent-encoded when sent.
///
/// ```
/// use threadline::ThreadId;
///
/// let id: ThreadId = "thr-b2c3".parse()?;
/// assert_eq!(id.as_str(), "thr-b2c3");
/// assert!("..".parse::<ThreadId>().is_err());
/// # Ok::<(), threadline::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct ThreadId(#[cfg_attr(feature = "schemars", schemars(length(min = 1)))] String);

impl ThreadId {
    /// Validates an id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the id is empty, `.` or
    /// `..`, or contains a control character.
    pub fn new(id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        let problem = match id.as_str() {
            "" => "is empty",
            "." | ".." => "would change the path",
            text if has_control(text) => "holds a control character",
            _ => return Ok(Self(id)),
        };
        Err(Error::new(
            ErrorKind::InvalidRequest,
            "",
            format!("the thread id {id:?} {problem}; use the id exactly as the vendor gave it"),
        ))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Deserializes the id in a vendor's response. Accepts a number as its digits, because ids are only
/// ever sent as text.
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
pub(crate) fn from_wire<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<ThreadId, D::Error> {
    struct Visitor;

    impl serde::de::Visitor<'_> for Visitor {
        type Value = ThreadId;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the id of a thread")
        }

        fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<ThreadId, E> {
            ThreadId::new(id).map_err(|error| E::custom(error.message()))
        }

        fn visit_u64<E: serde::de::Error>(self, id: u64) -> Result<ThreadId, E> {
            Ok(ThreadId(id.to_string()))
        }
    }

    deserializer.deserialize_any(Visitor)
}

/// Whether a text contains a control character. Checks for plain ASCII first, which is faster.
fn has_control(text: &str) -> bool {
    !text.bytes().all(|byte| byte.is_ascii_graphic()) && text.chars().any(char::is_control)
}

impl FromStr for ThreadId {
    type Err = Error;

    fn from_str(id: &str) -> Result<Self, Error> {
        Self::new(id)
    }
}

impl TryFrom<String> for ThreadId {
    type Error = Error;

    fn try_from(id: String) -> Result<Self, Error> {
        Self::new(id)
    }
}

impl From<ThreadId> for String {
    fn from(id: ThreadId) -> Self {
        id.0
    }
}

impl fmt::Display for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ThreadId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_is_named_in_the_error() {
        for (id, named) in [
            ("", "empty"),
            (".", "path"),
            ("..", "path"),
            ("a\nb", "control"),
        ] {
            let error = ThreadId::new(id).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }

    #[test]
    fn a_document_cannot_smuggle_a_bad_id() {
        assert!(serde_json::from_str::<ThreadId>(r#""..""#).is_err());
        assert_eq!(
            serde_json::from_str::<ThreadId>(r#""a/b""#)
                .unwrap()
                .as_str(),
            "a/b"
        );
    }
}
