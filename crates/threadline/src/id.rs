//! Ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

/// The longest id, in bytes.
const LONGEST: usize = 512;

/// Defines the id of a resource.
macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $resource:literal) => {
        $(#[$docs])*
        ///
        /// Formats vary (UUIDs, prefixed or neither), so do not parse ids. Values that could address
        /// something else are rejected: the empty string, more than 512 bytes, `.` or `..` between
        /// slashes, control characters, blanks at either end. Everything else is percent-encoded
        /// when sent.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(
            #[cfg_attr(feature = "schemars", schemars(length(min = 1, max = 512)))] String,
        );

        impl $name {
            /// Validates an id.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the id is rejected.
            pub fn new(id: impl Into<String>) -> Result<Self, Error> {
                validated(id.into(), $resource).map(Self)
            }

            /// Converts the id given to a builder. An invalid one becomes empty, which no provider
            /// accepts, and its problem is kept for the builder's `check`.
            pub(crate) fn given<I>(id: I, problem: &mut Option<String>) -> Self
            where
                I: TryInto<Self, Error: Into<Error>>,
            {
                id.try_into().unwrap_or_else(|error| {
                    let error: Error = error.into();
                    problem.get_or_insert_with(|| error.message().to_owned());
                    Self(String::new())
                })
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Deserializes the id in a vendor's response. Accepts a number as its digits, because
            /// ids are only ever sent as text.
            #[cfg(any(
                feature = "contactship",
                feature = "inboxapp-v1",
                feature = "inboxapp-v2"
            ))]
            #[allow(dead_code, reason = "not every provider reads every id")]
            pub(crate) fn from_wire<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let id = deserializer.deserialize_any(wire::Text)?;
                Self::new(id).map_err(|error| serde::de::Error::custom(error.message()))
            }

            /// Deserializes an id that may be missing or null.
            #[cfg(any(
                feature = "contactship",
                feature = "inboxapp-v1",
                feature = "inboxapp-v2"
            ))]
            #[allow(dead_code, reason = "not every provider reads every id")]
            pub(crate) fn optional_from_wire<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<Self>, D::Error> {
                #[derive(Deserialize)]
                struct Wire(#[serde(deserialize_with = "wire::text")] String);

                let id = Option::<Wire>::deserialize(deserializer)?;
                let id = id.map(|Wire(id)| Self::new(id)).transpose();
                id.map_err(|error| serde::de::Error::custom(error.message()))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(id: &str) -> Result<Self, Error> {
                Self::new(id)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(id: String) -> Result<Self, Error> {
                Self::new(id)
            }
        }

        impl TryFrom<&String> for $name {
            type Error = Error;

            fn try_from(id: &String) -> Result<Self, Error> {
                Self::new(id)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(id: &str) -> Result<Self, Error> {
                Self::new(id)
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

id! {
    /// A thread id: an opaque string assigned by the vendor.
    ///
    /// ```
    /// use threadline::ThreadId;
    ///
    /// let id: ThreadId = "thr-b2c3".parse()?;
    /// assert_eq!(id.as_str(), "thr-b2c3");
    /// assert!("..".parse::<ThreadId>().is_err());
    /// # Ok::<(), threadline::Error>(())
    /// ```
    ThreadId, "thread"
}

id! {
    /// A message id: an opaque string assigned by the vendor.
    MessageId, "message"
}

id! {
    /// A contact id: an opaque string assigned by the vendor.
    ///
    /// On Inboxapp v1, whose contacts are called prospects, it is the prospect's `externalId`.
    ContactId, "contact"
}

/// An id that can be sent as one segment of a path.
fn validated(id: String, resource: &str) -> Result<String, Error> {
    let problem = match id.as_str() {
        "" => "is empty",
        text if text.len() > LONGEST => {
            let length = text.len();
            let message =
                format!("the {resource} id has {length} bytes; ids have at most {LONGEST}");
            return Err(Error::new(ErrorKind::InvalidRequest, "", message));
        }
        // Almost all ids, without the slower checks of characters and segments.
        text if is_plain(text) => return Ok(id),
        text if text.contains(char::is_control) => "contains a control character",
        text if text.trim() != text => "begins or ends with a blank",
        // Some proxies decode `%2F` before they resolve `..`.
        text if text
            .split(['/', '\\'])
            .any(|part| matches!(part, "." | "..")) =>
        {
            "would change the path"
        }
        _ => return Ok(id),
    };
    Err(Error::new(
        ErrorKind::InvalidRequest,
        "",
        format!("the {resource} id {id:?} {problem}; use the id exactly as the vendor gave it"),
    ))
}

/// Whether a text has only letters, digits, `-` and `_`. Every byte is looked at, which is faster
/// than stopping at the first other one.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_');
    text.bytes().fold(true, |all, byte| all & is_plain(byte))
}

/// Reading ids of responses.
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
mod wire {
    use std::fmt;

    /// A text, or a number as its digits.
    pub(super) struct Text;

    pub(super) fn text<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<String, D::Error> {
        deserializer.deserialize_any(Text)
    }

    impl serde::de::Visitor<'_> for Text {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id")
        }

        fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<String, E> {
            Ok(id.to_owned())
        }

        fn visit_string<E: serde::de::Error>(self, id: String) -> Result<String, E> {
            Ok(id)
        }

        fn visit_u64<E: serde::de::Error>(self, id: u64) -> Result<String, E> {
            Ok(id.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_id_is_named_in_the_error() {
        let long = "a".repeat(LONGEST + 1);
        for (id, named) in [
            ("", "empty"),
            (".", "path"),
            ("..", "path"),
            ("../../admin", "path"),
            ("a/../b", "path"),
            ("a\\..", "path"),
            ("a\nb", "control"),
            (" a", "blank"),
            ("a\u{a0}", "blank"),
            (&long, "513 bytes"),
        ] {
            let error = ThreadId::new(id).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
            assert!(error.to_string().contains("thread"), "{error}");
        }
        assert!(
            MessageId::new("")
                .unwrap_err()
                .message()
                .contains("message")
        );
        assert!(ContactId::new("a".repeat(LONGEST)).is_ok());
        assert!(ThreadId::new("...").is_ok());
    }

    #[test]
    fn a_document_cannot_contain_an_invalid_id() {
        assert!(serde_json::from_str::<ThreadId>(r#""..""#).is_err());
        assert_eq!(
            serde_json::from_str::<ThreadId>(r#""a/b""#)
                .unwrap()
                .as_str(),
            "a/b"
        );
    }
}
